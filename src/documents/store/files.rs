//! Tables `blobs` and `documents`.

use diesel::prelude::*;

use crate::db::schema::{blobs as b, documents as t};
use crate::db::{Both, Conn, Error};
use crate::kernel::{AccountId, DocumentId, DossierId, ResultId, SupplementId, Timestamp};

/// A stored file, whoever attached it where.
#[derive(Clone, Debug)]
pub struct NewBlob {
    /// SHA-256 of the content, hex.
    pub hash: String,
    pub size: i64,
    pub mime: String,
    /// `pending`, `clean`, `infected` or `unscanned`.
    pub scan_state: String,
}

/// Remembers a file, before its bytes are stored; one that is known already stays as it is, and the sweep lets go of it.
///
/// # Errors
/// A failure of the database.
pub fn remember_blob(conn: &mut Conn, blob: &NewBlob, now: Timestamp) -> Result<(), Error> {
    Both(
        diesel::insert_into(b::table)
            .values((
                b::hash.eq(&blob.hash),
                b::size.eq(blob.size),
                b::mime.eq(&blob.mime),
                b::scan_state.eq(&blob.scan_state),
                b::created_at.eq(now),
            ))
            .on_conflict(b::hash)
            .do_update()
            .set(b::unreferenced_since.eq(None::<Timestamp>)),
    )
    .execute(conn)?;
    Ok(())
}

/// Records what the scanner said about a file.
///
/// # Errors
/// A failure of the database.
pub fn set_scan_state(conn: &mut Conn, hash: &str, state: &str, now: Timestamp) -> Result<(), Error> {
    diesel::update(b::table.find(hash)).set((b::scan_state.eq(state), b::scanned_at.eq(Some(now)))).execute(conn)?;
    Ok(())
}

/// What the scanner said about a file.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn scan_state(conn: &mut Conn, hash: &str) -> Result<String, Error> {
    Ok(b::table.find(hash).select(b::scan_state).first(conn)?)
}

/// Whether any file is stored.
///
/// # Errors
/// A failure of the database.
pub fn any_blob(conn: &mut Conn) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(b::table.select(b::hash))).get_result(conn)?)
}

/// How many bytes a stored file has.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn blob_size(conn: &mut Conn, hash: &str) -> Result<i64, Error> {
    Ok(b::table.find(hash).select(b::size).first(conn)?)
}

/// A file attached to a dossier or kept in a person's data store.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = t)]
pub struct Document {
    pub id: DocumentId,
    pub owner_account: Option<AccountId>,
    pub dossier_id: Option<DossierId>,
    /// Code of the required paper that it proves; `None`: another paper.
    pub paper_code: Option<String>,
    pub blob_hash: String,
    /// The name as shown to people, already safe.
    pub file_name: String,
    pub mime: String,
    pub size: i64,
    /// `upload`, `store`, `counter` or `result`.
    pub source: String,
    pub supplement_id: Option<SupplementId>,
    pub result_id: Option<ResultId>,
    pub added_by: Option<AccountId>,
    pub note: Option<String>,
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
    pub removed_at: Option<Timestamp>,
}

/// Attaches a file.
///
/// # Errors
/// A failure of the database.
pub fn attach(conn: &mut Conn, document: &Document) -> Result<(), Error> {
    diesel::insert_into(t::table).values(document.clone()).execute(conn)?;
    Ok(())
}

/// A file by id, also a removed one.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn document(conn: &mut Conn, id: DocumentId) -> Result<Document, Error> {
    Ok(t::table.find(id).first(conn)?)
}

/// The files of a dossier that were not removed, in the order they came.
///
/// # Errors
/// A failure of the database.
pub fn of_dossier(conn: &mut Conn, dossier: DossierId) -> Result<Vec<Document>, Error> {
    Ok(t::table
        .filter(t::dossier_id.eq(dossier))
        .filter(t::removed_at.is_null())
        .order((t::recorded_at, t::id))
        .load(conn)?)
}

/// As [`of_dossier`], each with what the scanner said about it.
///
/// # Errors
/// A failure of the database.
pub fn scanned_of_dossier(conn: &mut Conn, dossier: DossierId) -> Result<Vec<(Document, String)>, Error> {
    Ok(t::table
        .inner_join(b::table)
        .filter(t::dossier_id.eq(dossier))
        .filter(t::removed_at.is_null())
        .order((t::recorded_at, t::id))
        .select((t::all_columns, b::scan_state))
        .load(conn)?)
}

/// Codes of the required papers that a dossier has files for.
///
/// # Errors
/// A failure of the database.
pub fn attached_codes(conn: &mut Conn, dossier: DossierId) -> Result<Vec<String>, Error> {
    let codes: Vec<Option<String>> = t::table
        .filter(t::dossier_id.eq(dossier))
        .filter(t::removed_at.is_null())
        .filter(t::paper_code.is_not_null())
        .select(t::paper_code)
        .distinct()
        .load(conn)?;
    Ok(codes.into_iter().flatten().collect())
}

/// Bytes of all files of a dossier.
///
/// # Errors
/// A failure of the database.
pub fn total_size(conn: &mut Conn, dossier: DossierId) -> Result<i64, Error> {
    Ok(of_dossier(conn, dossier)?.iter().map(|d| d.size).sum())
}

/// Takes a file off a dossier; the row stays for the record.
///
/// # Errors
/// A failure of the database.
pub fn remove(conn: &mut Conn, id: DocumentId, now: Timestamp) -> Result<bool, Error> {
    let there = t::table.find(id).filter(t::removed_at.is_null());
    Ok(diesel::update(there).set(t::removed_at.eq(Some(now))).execute(conn)? > 0)
}

/// Forgets a file of a draft: nothing was filed that the row would have to tell of.
///
/// # Errors
/// A failure of the database.
pub fn forget(conn: &mut Conn, dossier: DossierId, id: DocumentId) -> Result<bool, Error> {
    let of_draft = t::table.find(id).filter(t::dossier_id.eq(dossier)).filter(t::removed_at.is_null());
    Ok(diesel::delete(of_draft).execute(conn)? > 0)
}

/// Forgets the files of a draft that is thrown away.
///
/// # Errors
/// A failure of the database.
pub fn detach_all(conn: &mut Conn, dossier: DossierId) -> Result<(), Error> {
    diesel::delete(t::table.filter(t::dossier_id.eq(dossier))).execute(conn)?;
    Ok(())
}

/// A person's data store: own uploads kept for later and results, newest first.
///
/// # Errors
/// A failure of the database.
pub fn data_store(conn: &mut Conn, owner: AccountId) -> Result<Vec<Document>, Error> {
    Ok(t::table
        .filter(t::owner_account.eq(owner))
        .filter(t::removed_at.is_null())
        .order(t::recorded_at.desc())
        .limit(500)
        .load(conn)?)
}

/// A size in words: «1,2 MB».
pub fn size_words(bytes: i64) -> String {
    let tenths = |unit: i64| (bytes * 10 + unit / 2) / unit;
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => {
            let t = tenths(1_000_000);
            if t % 10 == 0 { format!("{} MB", t / 10) } else { format!("{},{} MB", t / 10, t % 10) }
        }
    }
}

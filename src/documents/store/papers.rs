//! Table `papers`: what acts made, set as PDF on first need.

use diesel::prelude::*;
use serde_json::Value;

use crate::db::schema::papers as t;
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::documents::papers::Paper;
use crate::kernel::{DossierId, EventId, PaperId, Timestamp, crypto};

/// A paper that an act makes, with the data of that moment.
#[derive(Clone, Debug)]
pub struct NewPaper {
    pub dossier: DossierId,
    pub event: Option<EventId>,
    /// The code of `documents::papers`: `mau-01`, `xac-nhan-nop` …
    pub kind: &'static str,
    pub data: Value,
}

impl NewPaper {
    /// A paper of an act.
    ///
    /// # Errors
    /// When its data can't be written as JSON.
    pub fn of(dossier: DossierId, event: Option<EventId>, paper: &Paper) -> Result<Self, serde_json::Error> {
        Ok(Self { dossier, event, kind: paper.code(), data: paper.to_data()? })
    }
}

/// A made paper.
#[derive(Clone, Debug, Queryable)]
pub struct PaperRow {
    pub id: PaperId,
    pub dossier_id: DossierId,
    pub kind: String,
    pub event_id: Option<EventId>,
    #[diesel(deserialize_as = J)]
    pub data: Value,
    /// Opens `/xac-thuc/{token}`.
    pub token: String,
    /// The PDF, once it was set.
    pub blob_hash: Option<String>,
    pub created_at: Timestamp,
    pub rendered_at: Option<Timestamp>,
}

/// A token for a QR code: long enough not to be guessed, short enough to scan.
pub(super) fn token() -> Result<String, Error> {
    // 120 bits in letters and digits that a person can also read out.
    let mut bytes = [0; 15];
    crypto::fill(&mut bytes).map_err(|e| Error::Other(format!("no random token: {e}")))?;
    Ok(data_encoding::BASE32_NOPAD.encode(&bytes).to_lowercase())
}

/// Stores a paper's data.
///
/// # Errors
/// A failure of the database.
pub fn insert_paper(conn: &mut Conn, paper: &NewPaper, now: Timestamp) -> Result<PaperId, Error> {
    let id = PaperId::new();
    diesel::insert_into(t::table)
        .values((
            t::id.eq(id),
            t::dossier_id.eq(paper.dossier),
            t::kind.eq(paper.kind),
            t::event_id.eq(paper.event),
            t::data.eq(J(paper.data.clone())),
            t::token.eq(token()?),
            t::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// The newest paper of a kind on a dossier.
///
/// # Errors
/// A failure of the database.
pub fn paper_of(conn: &mut Conn, dossier: DossierId, kind: &str) -> Result<Option<PaperRow>, Error> {
    Ok(t::table
        .filter(t::dossier_id.eq(dossier))
        .filter(t::kind.eq(kind))
        .order((t::created_at.desc(), t::id.desc()))
        .first(conn)
        .optional()?)
}

/// A made paper.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn paper(conn: &mut Conn, id: PaperId) -> Result<PaperRow, Error> {
    Ok(t::table.find(id).first(conn)?)
}

/// All papers of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn papers_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<PaperRow>, Error> {
    Ok(t::table.filter(t::dossier_id.eq(dossier)).order((t::created_at, t::id)).load(conn)?)
}

/// The paper behind a token.
///
/// # Errors
/// A failure of the database.
pub fn paper_by_token(conn: &mut Conn, token: &str) -> Result<Option<PaperRow>, Error> {
    Ok(t::table.filter(t::token.eq(token)).first(conn).optional()?)
}

/// Remembers the PDF of a paper. Of two that were made at the same moment the first counts.
///
/// # Errors
/// A failure of the database.
pub fn set_paper_blob(conn: &mut Conn, id: PaperId, hash: &str, now: Timestamp) -> Result<(), Error> {
    let unset = t::table.find(id).filter(t::blob_hash.is_null());
    diesel::update(unset).set((t::blob_hash.eq(Some(hash)), t::rendered_at.eq(Some(now)))).execute(conn)?;
    Ok(())
}

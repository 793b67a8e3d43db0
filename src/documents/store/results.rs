//! Tables `results`, `signatures`, `agency_keys`, `result_numbers`, `given_numbers`.

use diesel::dsl::exists;
use diesel::prelude::*;
use serde_json::Value;

use super::papers::token;
use crate::db::schema::{agency_keys as k, given_numbers as g, result_numbers as n, results as t, signatures as s};
use crate::db::types::J;
use crate::db::{Both, Conn, Error};
use crate::kernel::{AccountId, AgencyId, DossierId, ResultId, Timestamp};

/// A result that a decision makes.
#[derive(Clone, Debug)]
pub struct NewResult {
    pub dossier: DossierId,
    pub owner: Option<AccountId>,
    pub agency: AgencyId,
    /// `KQ.…`
    pub code: String,
    pub name: String,
    /// `granted` or `refused`.
    pub outcome: String,
    pub number: Option<String>,
    /// The code of `documents::papers` that sets it.
    pub template: String,
    pub data: Value,
    pub signatures_needed: i32,
    /// The agency's seal is the first signature.
    pub seal_only: bool,
}

/// A result of a dossier.
#[derive(Clone, Debug, Queryable)]
pub struct ResultRow {
    pub id: ResultId,
    pub dossier_id: DossierId,
    pub owner_account: Option<AccountId>,
    pub agency_id: AgencyId,
    pub code: String,
    pub name: String,
    pub outcome: String,
    pub number: Option<String>,
    pub template: String,
    #[diesel(deserialize_as = J)]
    pub data: Value,
    /// Opens `/xac-thuc/{token}`.
    pub token: String,
    /// The PDF with the signatures made so far.
    pub blob_hash: Option<String>,
    pub signatures_needed: i32,
    pub issued_at: Timestamp,
    /// When the last signature that is needed was made.
    pub signed_at: Option<Timestamp>,
    pub handed_over_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub revoked_reason: Option<String>,
    pub revoked_by: Option<AccountId>,
    pub created_at: Timestamp,
    /// The agency's seal is the first signature: no approver signs before.
    pub seal_only: bool,
}

/// A signature that was put under a result.
#[derive(Clone, Debug)]
pub struct NewSignature {
    pub result: ResultId,
    /// From 1.
    pub position: i32,
    pub account: Option<AccountId>,
    pub signer_name: String,
    pub agency: AgencyId,
    /// Subject and serial number of the certificate.
    pub certificate: String,
    /// The file that now bears it.
    pub blob: String,
    /// Whether it is the last one needed.
    pub complete: bool,
}

/// A signature as recorded.
#[derive(Clone, Debug, Queryable)]
pub struct SignatureRow {
    pub result_id: ResultId,
    pub position: i32,
    pub account_id: Option<AccountId>,
    pub signer_name: String,
    pub agency_id: AgencyId,
    pub certificate: String,
    pub signed_at: Timestamp,
}

/// Takes the next number in an agency's book of results of the year.
///
/// # Errors
/// A failure of the database.
pub fn next_result_number(conn: &mut Conn, agency: AgencyId, book: &str, year: i32) -> Result<i32, Error> {
    Ok(Both(
        diesel::insert_into(n::table)
            .values((n::agency_id.eq(agency), n::book.eq(book), n::year.eq(year), n::last.eq(1)))
            .on_conflict((n::agency_id, n::book, n::year))
            .do_update()
            .set(n::last.eq(n::last + 1))
            .returning(n::last),
    )
    .get_result(conn)?)
}

/// Lets one decision at a time look for numbers in an agency's book, until its transaction ends: of two that bear the
/// same number the second sees the first.
///
/// # Errors
/// A failure of the database.
pub fn hold_book(conn: &mut Conn, agency: AgencyId, book: &str) -> Result<(), Error> {
    // No year: the row stands for the book as a whole.
    let row = (n::agency_id.eq(agency), n::book.eq(book), n::year.eq(0), n::last.eq(0));
    let held = diesel::insert_into(n::table).values(row).on_conflict((n::agency_id, n::book, n::year)).do_update();
    Both(held.set(n::last.eq(0))).execute(conn)?;
    Ok(())
}

impl NewResult {
    /// The result as it will be stored, with its id and token: what an automatic decision sets and signs before the
    /// transaction that stores it ([`insert_planned`]). Until then its token proves nothing.
    ///
    /// # Errors
    /// Only where no random token can be had.
    pub fn planned(self, now: Timestamp) -> Result<ResultRow, Error> {
        Ok(ResultRow {
            id: ResultId::new(),
            dossier_id: self.dossier,
            owner_account: self.owner,
            agency_id: self.agency,
            code: self.code,
            name: self.name,
            outcome: self.outcome,
            number: self.number,
            template: self.template,
            data: self.data,
            token: token()?,
            blob_hash: None,
            signatures_needed: self.signatures_needed,
            issued_at: now,
            signed_at: None,
            handed_over_at: None,
            revoked_at: None,
            revoked_reason: None,
            revoked_by: None,
            created_at: now,
            seal_only: self.seal_only,
        })
    }
}

/// Stores a result that is to be signed.
///
/// # Errors
/// A failure of the database.
pub fn insert_result(conn: &mut Conn, new: &NewResult, now: Timestamp) -> Result<ResultRow, Error> {
    let row = new.clone().planned(now)?;
    insert_planned(conn, &row)?;
    Ok(row)
}

/// Stores a planned result, unsigned and not handed over.
///
/// # Errors
/// [`Error::Unique`] when it is there already, or a failure of the database.
pub fn insert_planned(conn: &mut Conn, row: &ResultRow) -> Result<(), Error> {
    diesel::insert_into(t::table)
        .values((
            t::id.eq(row.id),
            t::dossier_id.eq(row.dossier_id),
            t::owner_account.eq(row.owner_account),
            t::agency_id.eq(row.agency_id),
            t::code.eq(&row.code),
            t::name.eq(&row.name),
            t::outcome.eq(&row.outcome),
            t::number.eq(row.number.as_deref()),
            t::template.eq(&row.template),
            t::data.eq(J(row.data.clone())),
            t::token.eq(&row.token),
            t::signatures_needed.eq(row.signatures_needed),
            t::issued_at.eq(row.issued_at),
            t::created_at.eq(row.created_at),
            t::seal_only.eq(row.seal_only),
        ))
        .execute(conn)?;
    Ok(())
}

/// A result by id, also a revoked one.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn result(conn: &mut Conn, id: ResultId) -> Result<ResultRow, Error> {
    Ok(t::table.find(id).first(conn)?)
}

/// The result of a dossier that is in force.
///
/// # Errors
/// A failure of the database.
pub fn current_result(conn: &mut Conn, dossier: DossierId) -> Result<Option<ResultRow>, Error> {
    Ok(t::table
        .filter(t::dossier_id.eq(dossier))
        .filter(t::revoked_at.is_null())
        .order(t::created_at.desc())
        .first(conn)
        .optional()?)
}

/// All results of a dossier, newest first, revoked ones too.
///
/// # Errors
/// A failure of the database.
pub fn results_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<ResultRow>, Error> {
    Ok(t::table.filter(t::dossier_id.eq(dossier)).order(t::created_at.desc()).load(conn)?)
}

/// Whether another result of an agency and kind that still holds bears this number.
///
/// # Errors
/// A failure of the database.
pub fn is_number_taken(conn: &mut Conn, (agency, code): (AgencyId, &str), number: &str) -> Result<bool, Error> {
    let same = t::table.filter(t::agency_id.eq(agency)).filter(t::code.eq(code)).filter(t::number.eq(number));
    Ok(diesel::select(exists(same.filter(t::revoked_at.is_null()))).get_result(conn)?)
}

/// The dossier whose result in force gives a person this number, told by its blind index.
///
/// # Errors
/// A failure of the database.
pub fn number_given_in(conn: &mut Conn, index: &str) -> Result<Option<DossierId>, Error> {
    let given = g::table.inner_join(t::table).filter(g::number_index.eq(index));
    Ok(given.select(t::dossier_id).first(conn).optional()?)
}

/// Records that a result gives a person this number. `false`: another result in force gives it already, be it of a
/// decision that was made at the same moment.
///
/// # Errors
/// A failure of the database.
pub fn give_number(conn: &mut Conn, index: &str, result: ResultId) -> Result<bool, Error> {
    let row = (g::number_index.eq(index), g::result_id.eq(result));
    let given = diesel::insert_into(g::table).values(row).on_conflict(g::number_index).do_nothing();
    Ok(Both(given).execute(conn)? > 0)
}

/// The result behind a token.
///
/// # Errors
/// A failure of the database.
pub fn result_by_token(conn: &mut Conn, token: &str) -> Result<Option<ResultRow>, Error> {
    Ok(t::table.filter(t::token.eq(token)).first(conn).optional()?)
}

/// The results that a person owns and was given, newest first.
///
/// # Errors
/// A failure of the database.
pub fn results_of_owner(conn: &mut Conn, owner: AccountId) -> Result<Vec<ResultRow>, Error> {
    Ok(t::table
        .filter(t::owner_account.eq(owner))
        .filter(t::handed_over_at.is_not_null())
        .order(t::handed_over_at.desc())
        .limit(500)
        .load(conn)?)
}

/// Remembers the unsigned PDF of a result, unless one is there already.
///
/// # Errors
/// A failure of the database.
pub fn set_result_blob(conn: &mut Conn, id: ResultId, hash: &str) -> Result<bool, Error> {
    let unset = t::table.find(id).filter(t::blob_hash.is_null());
    Ok(diesel::update(unset).set(t::blob_hash.eq(Some(hash))).execute(conn)? > 0)
}

/// The signatures under a result, in their order.
///
/// # Errors
/// A failure of the database.
pub fn signatures_of(conn: &mut Conn, result: ResultId) -> Result<Vec<SignatureRow>, Error> {
    Ok(s::table.filter(s::result_id.eq(result)).order(s::position).load(conn)?)
}

/// Records a signature and the file that bears it.
///
/// # Errors
/// [`Error::Unique`] when the position is taken, or a failure of the database.
pub fn add_signature(conn: &mut Conn, new: &NewSignature, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(s::table)
        .values((
            s::result_id.eq(new.result),
            s::position.eq(new.position),
            s::account_id.eq(new.account),
            s::signer_name.eq(&new.signer_name),
            s::agency_id.eq(new.agency),
            s::certificate.eq(&new.certificate),
            s::signed_at.eq(now),
        ))
        .execute(conn)?;
    let signed_at = new.complete.then_some(now);
    diesel::update(t::table.find(new.result))
        .set((t::blob_hash.eq(Some(&new.blob)), t::signed_at.eq(signed_at)))
        .execute(conn)?;
    Ok(())
}

/// Those of the dossiers whose result bears a signature and lacks another: the agency's seal, which comes last.
///
/// # Errors
/// A failure of the database.
pub fn partly_signed(conn: &mut Conn, dossiers: &[DossierId]) -> Result<Vec<DossierId>, Error> {
    Ok(t::table
        .filter(t::dossier_id.eq_any(dossiers.to_vec()))
        .filter(t::signed_at.is_null())
        .filter(t::revoked_at.is_null())
        .filter(exists(s::table.filter(s::result_id.eq(t::id))))
        .select(t::dossier_id)
        .load(conn)?)
}

/// Records that a result was handed over to its owner.
///
/// # Errors
/// A failure of the database.
pub fn mark_handed_over(conn: &mut Conn, id: ResultId, owner: Option<AccountId>, now: Timestamp) -> Result<(), Error> {
    diesel::update(t::table.find(id))
        .set((t::handed_over_at.eq(Some(now)), t::owner_account.eq(owner)))
        .execute(conn)?;
    Ok(())
}

/// Revokes a result: `/xac-thuc` says so from now on, and the number that it gave may be given anew.
///
/// # Errors
/// A failure of the database.
pub fn revoke(conn: &mut Conn, id: ResultId, by: Option<AccountId>, reason: &str, now: Timestamp) -> Result<(), Error> {
    diesel::delete(g::table.filter(g::result_id.eq(id))).execute(conn)?;
    diesel::update(t::table.find(id))
        .set((t::revoked_at.eq(Some(now)), t::revoked_reason.eq(Some(reason)), t::revoked_by.eq(by)))
        .execute(conn)?;
    Ok(())
}

/// An agency's signing key: PKCS#12, encrypted again by the product's own key.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = k)]
pub struct AgencyKey {
    pub agency_id: AgencyId,
    pub pkcs12_enc: String,
    pub subject: String,
    pub valid_from: Timestamp,
    pub valid_to: Timestamp,
    pub is_demo: bool,
    pub created_at: Timestamp,
}

/// The signing key of an agency.
///
/// # Errors
/// A failure of the database.
pub fn agency_key(conn: &mut Conn, agency: AgencyId) -> Result<Option<AgencyKey>, Error> {
    Ok(k::table.find(agency).first(conn).optional()?)
}

/// Stores an agency's signing key.
///
/// # Errors
/// [`Error::Unique`] when it has one, or a failure of the database.
pub fn insert_agency_key(conn: &mut Conn, key: &AgencyKey) -> Result<(), Error> {
    diesel::insert_into(k::table).values(key.clone()).execute(conn)?;
    Ok(())
}

/// The paper that sets results of a code (national result codes of civil status have their own forms).
pub fn template_of(code: &str, refused: bool) -> &'static str {
    match code {
        _ if refused => "van-ban-tu-choi",
        "KQ.G15.000031" => "giay-khai-sinh",
        "KQ.G15.000034" => "trich-luc-khai-tu",
        "KQ.G15.000032" => "giay-chung-nhan-ket-hon",
        "KQ.G15.000038" => "xac-nhan-tinh-trang-hon-nhan",
        _ => "van-ban-ket-qua",
    }
}

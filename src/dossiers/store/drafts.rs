//! What runs out, or is counted, before it is filed.

use diesel::prelude::*;

use crate::db::schema::dossiers as d;
use crate::db::{Conn, Error};
use crate::dossiers::Status;
use crate::kernel::{AccountId, DossierId, Timestamp};

/// Drafts that ran out before `now`.
///
/// # Errors
/// A failure of the database.
pub fn expired_drafts(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<DossierId>, Error> {
    Ok(d::table
        .filter(d::status.eq(Status::Draft.stored()))
        .filter(d::draft_expires_at.lt(Some(now)))
        .select(d::id)
        .limit(limit)
        .load(conn)?)
}

/// Drafts of account holders that run out before `until` and whose owners were not told yet.
///
/// # Errors
/// A failure of the database.
pub fn expiring_drafts(conn: &mut Conn, until: Timestamp, limit: i64) -> Result<Vec<DossierId>, Error> {
    Ok(d::table
        .filter(d::status.eq(Status::Draft.stored()))
        .filter(d::draft_expires_at.lt(Some(until)))
        .filter(d::warned.eq(0))
        .filter(d::applicant_account.is_not_null())
        .select(d::id)
        .limit(limit)
        .load(conn)?)
}

/// How many drafts an account has.
///
/// # Errors
/// A failure of the database.
pub fn count_drafts(conn: &mut Conn, account: AccountId) -> Result<i64, Error> {
    Ok(d::table
        .filter(d::applicant_account.eq(account))
        .filter(d::status.eq(Status::Draft.stored()))
        .count()
        .get_result(conn)?)
}

//! Table `one_time_codes`.

use diesel::prelude::*;

use crate::db::schema::{one_time_codes, one_time_codes::dsl};
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, CodeId, Timestamp};

#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = one_time_codes, treat_none_as_default_value = false)]
pub struct Row {
    pub id: CodeId,
    pub purpose: String,
    pub subject: String,
    pub account_id: Option<AccountId>,
    pub code_hash: String,
    pub payload: Option<J>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub attempts: i32,
    pub used_at: Option<Timestamp>,
}

/// Adds a code.
pub fn insert(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::insert_into(one_time_codes::table).values(row).execute(conn)?;
    Ok(())
}

/// When codes were last asked for, newest first.
pub fn asked_since(conn: &mut Conn, purpose: &str, subject: &str, since: Timestamp) -> Result<Vec<Timestamp>, Error> {
    let asked = dsl::one_time_codes
        .filter(dsl::purpose.eq(purpose))
        .filter(dsl::subject.eq(subject))
        .filter(dsl::created_at.gt(since))
        .order(dsl::created_at.desc())
        .select(dsl::created_at);
    Ok(asked.load(conn)?)
}

/// Codes that may still be used, newest first, each counted as tried once more. The rows stay locked.
pub fn try_live(conn: &mut Conn, purpose: &str, subject: &str, most: i32, now: Timestamp) -> Result<Vec<Row>, Error> {
    let live = dsl::one_time_codes
        .filter(dsl::purpose.eq(purpose))
        .filter(dsl::subject.eq(subject))
        .filter(dsl::used_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .filter(dsl::attempts.lt(most));
    let mut rows: Vec<Row> = diesel::update(live)
        .set(dsl::attempts.eq(dsl::attempts + 1))
        .returning(one_time_codes::all_columns)
        .get_results(conn)?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    Ok(rows)
}

/// Spends every code of a subject and purpose: one was right, the others are void.
pub fn spend_all(conn: &mut Conn, purpose: &str, subject: &str, now: Timestamp) -> Result<(), Error> {
    let open = dsl::one_time_codes
        .filter(dsl::purpose.eq(purpose))
        .filter(dsl::subject.eq(subject))
        .filter(dsl::used_at.is_null());
    diesel::update(open).set((dsl::used_at.eq(Some(now)), dsl::payload.eq(None::<J>))).execute(conn)?;
    Ok(())
}

/// Removes codes that ran out before `before`, and with them what they carried.
pub fn purge(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    Ok(diesel::delete(dsl::one_time_codes.filter(dsl::expires_at.lt(before))).execute(conn)?)
}

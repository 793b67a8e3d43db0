//! Table `sessions`.

use diesel::prelude::*;

use crate::db::schema::{accounts, sessions, sessions::dsl};
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, SessionId, Timestamp};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct Row {
    pub id: SessionId,
    pub account_id: AccountId,
    pub kind: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub second_factor: bool,
}

/// What each request needs of a session and its account.
#[derive(Clone, Debug, Queryable)]
pub struct Live {
    pub id: SessionId,
    pub kind: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub second_factor: bool,
    pub account: AccountId,
    pub account_kind: String,
    pub full_name: String,
    pub representative: Option<String>,
    pub identity_level: i32,
    pub state: String,
    pub language: String,
    pub must_change_password: bool,
}

/// Adds a session.
pub fn insert(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::insert_into(sessions::table).values(row).execute(conn)?;
    Ok(())
}

/// A session that still stands at `now`, with its account, in one query by primary key.
pub fn live(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<Option<Live>, Error> {
    let found = sessions::table
        .inner_join(accounts::table)
        .filter(dsl::id.eq(id))
        .filter(dsl::revoked_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .select((
            dsl::id,
            dsl::kind,
            dsl::created_at,
            dsl::last_seen_at,
            dsl::expires_at,
            dsl::second_factor,
            accounts::id,
            accounts::kind,
            accounts::full_name,
            accounts::representative,
            accounts::identity_level,
            accounts::state,
            accounts::language,
            accounts::must_change_password,
        ))
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The sessions of an account that still stand, newest use first.
pub fn standing(conn: &mut Conn, account: AccountId, now: Timestamp) -> Result<Vec<Row>, Error> {
    let standing = dsl::sessions
        .filter(dsl::account_id.eq(account))
        .filter(dsl::revoked_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .order(dsl::last_seen_at.desc());
    Ok(standing.load(conn)?)
}

/// Whether the account was ever signed in, and whether with this browser.
pub fn seen_before(conn: &mut Conn, account: AccountId, user_agent: Option<&str>) -> Result<(bool, bool), Error> {
    let any = dsl::sessions.filter(dsl::account_id.eq(account));
    let ever = diesel::select(diesel::dsl::exists(any)).get_result(conn)?;
    let same = any.filter(dsl::user_agent.eq(user_agent.map(str::to_owned)));
    let with_this = diesel::select(diesel::dsl::exists(same)).get_result(conn)?;
    Ok((ever, with_this))
}

/// Records use, and when the session ends now.
pub fn touch(conn: &mut Conn, id: SessionId, seen: Timestamp, expires: Timestamp) -> Result<(), Error> {
    let set = (dsl::last_seen_at.eq(seen), dsl::expires_at.eq(expires));
    diesel::update(dsl::sessions.find(id)).set(set).execute(conn)?;
    Ok(())
}

/// The session has proved its second factor.
pub fn set_second_factor(conn: &mut Conn, id: SessionId) -> Result<(), Error> {
    diesel::update(dsl::sessions.find(id)).set(dsl::second_factor.eq(true)).execute(conn)?;
    Ok(())
}

/// Ends one session of an account. `false`: it has no such standing session.
pub fn revoke(conn: &mut Conn, account: AccountId, id: SessionId, now: Timestamp) -> Result<bool, Error> {
    let one =
        dsl::sessions.filter(dsl::id.eq(id)).filter(dsl::account_id.eq(account)).filter(dsl::revoked_at.is_null());
    Ok(diesel::update(one).set(dsl::revoked_at.eq(Some(now))).execute(conn)? == 1)
}

/// Ends every session of an account but `keep`.
pub fn revoke_all(
    conn: &mut Conn,
    account: AccountId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<usize, Error> {
    let all = dsl::sessions.filter(dsl::account_id.eq(account)).filter(dsl::revoked_at.is_null());
    let ended = match keep {
        Some(keep) => diesel::update(all.filter(dsl::id.ne(keep))).set(dsl::revoked_at.eq(Some(now))).execute(conn)?,
        None => diesel::update(all).set(dsl::revoked_at.eq(Some(now))).execute(conn)?,
    };
    Ok(ended)
}

/// Removes sessions that ended before `before`.
pub fn purge(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    Ok(diesel::delete(dsl::sessions.filter(dsl::expires_at.lt(before))).execute(conn)?)
}

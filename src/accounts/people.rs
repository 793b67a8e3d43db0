//! Looking accounts up.

use super::account::{Account, AccountKind, State};
use super::store::{officers, people};
use crate::db::{self, Conn};
use crate::kernel::{AccountId, Actor, AgencyId, Assignment, Cursor, Page, PageRequest, Role, Timestamp, text};

/// One account.
///
/// # Errors
/// [`db::Error::NotFound`], or a failure of the database.
pub fn by_id(conn: &mut Conn, id: AccountId) -> Result<Account, db::Error> {
    people::by_id(conn, id)?.into_account()
}

/// Any account that has a number: what tells whether numbers can be opened at all.
///
/// # Errors
/// A failure of the database.
pub fn any_numbered(conn: &mut Conn) -> Result<Option<Account>, db::Error> {
    people::any_numbered(conn)?.map(people::Row::into_account).transpose()
}

/// Several accounts, in no order.
///
/// # Errors
/// A failure of the database.
pub fn by_ids(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Account>, db::Error> {
    people::by_ids(conn, ids)?.into_iter().map(people::Row::into_account).collect()
}

/// The account of one kind that holds the number with this index ([`super::number_index`]).
///
/// # Errors
/// A failure of the database.
pub fn by_number(conn: &mut Conn, kind: AccountKind, index: &str) -> Result<Option<Account>, db::Error> {
    people::of_number(conn, kind, index)?.map(people::Row::into_account).transpose()
}

/// The accounts of an e-mail address, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Vec<Account>, db::Error> {
    let rows = people::by_email(conn, &text::fold(email), 8)?;
    rows.into_iter().map(people::Row::into_account).collect()
}

/// Accounts whose name holds every word of `query`, in Vietnamese name order.
///
/// # Errors
/// A failure of the database.
pub fn search(
    conn: &mut Conn,
    kind: Option<AccountKind>,
    query: &str,
    page: &PageRequest,
) -> Result<Page<Account>, db::Error> {
    let after = page.cursor.as_ref().and_then(|cursor| {
        let (id, key) = cursor.0.split_once('~')?;
        Some((key.to_owned(), id.parse().ok()?))
    });
    let limit = i64::from(page.limit);
    let mut rows = people::search(conn, kind, &text::fold(query), after, limit + 1)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let last = rows.last().map(|row| Cursor(format!("{}~{}", row.id, row.sort_key)));
    let items = rows.into_iter().map(people::Row::into_account).collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: last.filter(|_| more), total: None })
}

/// An officer of an agency with one of their rights there.
#[derive(Clone, Debug)]
pub struct Colleague {
    pub account: AccountId,
    pub name: String,
    pub right: Assignment,
}

/// The officers who have rights (of a role) in an agency now, in Vietnamese name order; one entry a right.
///
/// # Errors
/// A failure of the database.
pub fn officers_of(
    conn: &mut Conn,
    agencies: &[AgencyId],
    role: Option<Role>,
    now: Timestamp,
) -> Result<Vec<Colleague>, db::Error> {
    let mut found = officers::of_agencies(conn, agencies, role, now)?;
    found.sort_by(|a, b| a.2.cmp(&b.2).then(a.3.role.cmp(&b.3.role)));
    Ok(found.into_iter().map(|(account, name, _, right)| Colleague { account, name, right }).collect())
}

/// The rights of an officer that hold now.
///
/// # Errors
/// A failure of the database.
pub fn rights_of(conn: &mut Conn, officer: AccountId, now: Timestamp) -> Result<Vec<Assignment>, db::Error> {
    officers::valid(conn, officer, now)
}

/// Every right an officer ever had, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn rights_history(conn: &mut Conn, officer: AccountId) -> Result<Vec<Assignment>, db::Error> {
    officers::history(conn, officer)
}

/// The actor that an account is now, without a session: for commands, seeds and tests.
///
/// # Errors
/// [`db::Error::NotFound`] for an unknown or closed account.
pub fn actor(conn: &mut Conn, id: AccountId, now: Timestamp) -> Result<Actor, db::Error> {
    let account = by_id(conn, id)?;
    if account.state == State::Disabled {
        return Err(db::Error::NotFound);
    }
    Ok(match account.kind {
        AccountKind::Officer => {
            let assignments = officers::valid(conn, id, now)?;
            Actor::Officer(super::rights::at_work(conn, (id, account.full_name), assignments)?)
        }
        AccountKind::Citizen | AccountKind::Business => {
            Actor::Citizen { account: id, name: account.full_name, identity_level: account.identity_level }
        }
    })
}

/// Whether there is any account at all.
///
/// # Errors
/// A failure of the database.
pub fn any(conn: &mut Conn) -> Result<bool, db::Error> {
    people::any(conn)
}

/// Whether any account of the demonstration data is there: production refuses to start with one.
///
/// # Errors
/// A failure of the database.
pub fn any_demo(conn: &mut Conn) -> Result<bool, db::Error> {
    people::any_demo(conn)
}

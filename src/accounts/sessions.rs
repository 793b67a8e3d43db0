//! Signed-in sessions: a row each, read by key at every request, so that revoking one works at once.

use jiff::SignedDuration;

use super::account::{AccountKind, State, words};
use super::store;
use super::tokens::Claims;
use crate::db::{self, Conn, Tx};
use crate::kernel::{AccountId, Actor, Lang, SessionId, Timestamp};

words! {
    /// What a session is used through.
    SessionKind {
        /// The portal's pages: the token lies in a cookie.
        Pages = "pages",
        /// The JSON API: the token is a bearer token.
        Api = "api",
    }
}

/// A citizen's pages stay signed in this long after the last use.
const CITIZEN_PAGES: SignedDuration = SignedDuration::from_hours(12);
/// … but never longer than this after signing in.
const CITIZEN_PAGES_MOST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An officer signs in each working day.
const OFFICER_PAGES: SignedDuration = SignedDuration::from_hours(8);
/// A bearer token's life (`expires_in` of `POST /auth/login`).
const API: SignedDuration = SignedDuration::from_hours(8);
/// How stale `last_seen_at` may be before it is worth a write.
const SEEN_STEP: SignedDuration = SignedDuration::from_mins(5);

/// How long a new session stands: until when unused, and until when at most.
pub(super) fn lifetimes(kind: SessionKind, account: AccountKind) -> (SignedDuration, SignedDuration) {
    match (kind, account) {
        (SessionKind::Api, _) => (API, API),
        (SessionKind::Pages, AccountKind::Officer) => (OFFICER_PAGES, OFFICER_PAGES),
        (SessionKind::Pages, AccountKind::Citizen | AccountKind::Business) => (CITIZEN_PAGES, CITIZEN_PAGES_MOST),
    }
}

/// What an officer must do before any right holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstSteps {
    /// The one-time password has to be replaced.
    ChangePassword,
    /// The second factor has to be set up.
    EnrolTotp,
}

/// Who is behind a request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: SessionId,
    pub session_kind: SessionKind,
    pub account: AccountId,
    pub account_kind: AccountKind,
    /// The name to greet with.
    pub name: String,
    /// For use cases. An officer with [`SignedIn::first_steps`] to do has no rights in it.
    pub actor: Actor,
    pub language: Lang,
    pub second_factor: bool,
    pub must_change_password: bool,
    pub first_steps: Option<FirstSteps>,
    pub expires_at: Timestamp,
    /// The session should be [`touch`]ed in a write of its own.
    pub wants_touch: bool,
    created_at: Timestamp,
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Signed out, revoked or expired.
    #[error("the session has ended")]
    Ended,
    /// The account was disabled.
    #[error("the account is disabled")]
    Disabled,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Finds the session behind a verified token: one query by key, a second one for an officer's rights.
///
/// # Errors
/// [`AuthError::Ended`] and [`AuthError::Disabled`] mean: not signed in.
pub fn authenticate(conn: &mut Conn, claims: &Claims, now: Timestamp) -> Result<SignedIn, AuthError> {
    let live = store::sessions::live(conn, claims.sid, now)?.ok_or(AuthError::Ended)?;
    if live.account != claims.sub || live.kind != claims.kind.as_str() {
        return Err(AuthError::Ended);
    }
    if State::parse(&live.state) != Some(State::Active) {
        return Err(AuthError::Disabled);
    }
    let account_kind = AccountKind::parse(&live.account_kind).ok_or(AuthError::Ended)?;
    let first_steps = match account_kind {
        AccountKind::Officer if live.must_change_password => Some(FirstSteps::ChangePassword),
        AccountKind::Officer if !live.second_factor => Some(FirstSteps::EnrolTotp),
        _ => None,
    };
    let name = live.representative.unwrap_or_else(|| live.full_name.clone());
    let actor = match account_kind {
        AccountKind::Officer => {
            let assignments = match first_steps {
                Some(_) => Vec::new(),
                None => store::officers::valid(conn, live.account, now)?,
            };
            Actor::Officer(super::rights::at_work(conn, (live.account, live.full_name), assignments)?)
        }
        AccountKind::Citizen | AccountKind::Business => Actor::Citizen {
            account: live.account,
            name: live.full_name,
            identity_level: u8::try_from(live.identity_level).unwrap_or(1),
        },
    };
    Ok(SignedIn {
        session: live.id,
        session_kind: claims.kind,
        account: live.account,
        account_kind,
        name,
        actor,
        language: Lang::parse(&live.language).unwrap_or_default(),
        second_factor: live.second_factor,
        must_change_password: live.must_change_password,
        first_steps,
        expires_at: live.expires_at,
        wants_touch: now.duration_since(*live.last_seen_at) >= SEEN_STEP,
        created_at: live.created_at,
    })
}

/// Records that a session is in use and moves its end, where its kind allows; answers the new end.
///
/// # Errors
/// A failure of the database.
pub fn touch(tx: &mut Tx<'_>, who: &SignedIn, now: Timestamp) -> Result<Timestamp, db::Error> {
    let (idle, most) = lifetimes(who.session_kind, who.account_kind);
    let expires = now.plus_seconds(idle.as_secs()).min(who.created_at.plus_seconds(most.as_secs())).max(who.expires_at);
    store::sessions::touch(tx.conn(), who.session, now, expires)?;
    Ok(expires)
}

/// One of a person's sessions, for the list on the security page.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: SessionId,
    pub kind: SessionKind,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

/// The sessions of an account that still stand, last used first.
///
/// # Errors
/// A failure of the database.
pub fn list(conn: &mut Conn, account: AccountId, now: Timestamp) -> Result<Vec<Listed>, db::Error> {
    let rows = store::sessions::standing(conn, account, now)?;
    let listed = rows.into_iter().filter_map(|row| {
        Some(Listed {
            id: row.id,
            kind: SessionKind::parse(&row.kind)?,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            ip: row.ip,
            user_agent: row.user_agent,
        })
    });
    Ok(listed.collect())
}

/// Ends one session of `account` (signing out, or "that is not me"). `false`: it had none such.
///
/// # Errors
/// A failure of the database.
pub fn revoke(tx: &mut Tx<'_>, account: AccountId, session: SessionId, now: Timestamp) -> Result<bool, db::Error> {
    store::sessions::revoke(tx.conn(), account, session, now)
}

/// Ends every session of `account` but `keep`; answers how many.
///
/// # Errors
/// A failure of the database.
pub fn revoke_all(
    tx: &mut Tx<'_>,
    account: AccountId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<usize, db::Error> {
    store::sessions::revoke_all(tx.conn(), account, keep, now)
}

/// Removes sessions that ended over 90 days ago, codes of over a week and counters of over two days; for the worker.
///
/// # Errors
/// A failure of the database.
pub fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, db::Error> {
    let conn = tx.conn();
    Ok(store::sessions::purge(conn, now.plus_days(-90))?
        + store::codes::purge(conn, now.plus_days(-7))?
        + store::counters::purge(conn, now.plus_days(-2))?)
}

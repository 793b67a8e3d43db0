//! The short transaction of signing in: locks, failures, the second factor, the session row.

use jiff::SignedDuration;

use super::{Choice, Fresh, One, Outcome, SignInError, Verdict};
use crate::accounts::account::{Account, AccountKind, State};
use crate::accounts::limits::lock_for;
use crate::accounts::notice;
use crate::accounts::sessions::{FirstSteps, SessionKind, lifetimes};
use crate::accounts::store::{self, counters, people};
use crate::accounts::totp::{self, Checked, Use};
use crate::db::{self, Conn, Tx};
use crate::kernel::{SessionId, Timestamp};
use crate::notifications::Event;

/// How many different accounts may fail from one address in an hour: a whole commune may share one.
const FAILING_ACCOUNTS: i32 = 100;
/// Failures older than this are forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A try, with all comparing done.
#[derive(Clone)]
pub(super) struct Attempt {
    /// Names what was typed, without telling it.
    pub key: String,
    pub verdict: Verdict,
    pub through: SessionKind,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

/// How it was settled.
pub(super) enum Settled {
    Refused(Outcome),
    Begun(Box<Begun>),
}

/// A session row has been written.
pub(super) struct Begun {
    pub session: SessionId,
    pub token_expires_at: Timestamp,
    pub account: Account,
    expires_at: Timestamp,
    new_device: bool,
    first_steps: Option<FirstSteps>,
}

impl Begun {
    pub fn with_token(self: Box<Self>, token: String) -> Fresh {
        Fresh {
            session: self.session,
            token,
            token_expires_at: self.token_expires_at,
            expires_at: self.expires_at,
            account: self.account,
            new_device: self.new_device,
            first_steps: self.first_steps,
        }
    }
}

/// Refuses an address from which too many different accounts failed.
pub(super) fn check_address(conn: &mut Conn, ip: Option<&str>, now: Timestamp) -> Result<(), SignInError> {
    let Some(ip) = ip else { return Ok(()) };
    match counters::get(conn, &address_key(ip, now))? {
        Some((begun, failing)) if failing >= FAILING_ACCOUNTS => {
            let wait = SignedDuration::from_hours(1) - now.duration_since(*begun);
            Err(SignInError::TooMany(wait.max(SignedDuration::from_secs(1))))
        }
        _ => Ok(()),
    }
}

fn hour(now: Timestamp) -> Timestamp {
    let start = now.as_second().div_euclid(3600) * 3600;
    Timestamp::from_second(start).unwrap_or(now)
}

fn address_key(ip: &str, now: Timestamp) -> String {
    format!("sign-in-address:{ip}@{}", hour(now).as_second())
}

/// Settles a try. What is refused is counted, so it is an `Ok`.
pub(super) fn act(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<Settled, SignInError> {
    let refused = |outcome| Ok(Settled::Refused(outcome));
    match &attempt.verdict {
        Verdict::Nobody => refused(unknown(tx, attempt, now)?),
        Verdict::Several(choices) => refused(several(tx, attempt, choices, now)?),
        Verdict::One(one) => known(tx, attempt, one, now),
    }
}

fn key_of_unknown(attempt: &Attempt) -> String {
    format!("sign-in-unknown:{}", attempt.key)
}

/// Whether what was typed is locked, though it belongs to no single account.
fn unknown_lock(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<Option<Timestamp>, db::Error> {
    let counted = counters::get(tx.conn(), &key_of_unknown(attempt))?;
    let until = counted.and_then(|(last, failed)| Some(last.plus_seconds(lock_for(failed)?.as_secs())));
    Ok(until.filter(|until| *until > now))
}

/// Counts as for an account, so that locks do not tell which identifiers exist.
fn unknown(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<Outcome, db::Error> {
    if let Some(until) = unknown_lock(tx, attempt, now)? {
        return Ok(Outcome::Locked { until });
    }
    let key = key_of_unknown(attempt);
    counters::add(tx.conn(), &key, now)?;
    counters::set_start(tx.conn(), &key, now)?;
    count_address(tx, attempt, now)?;
    Ok(Outcome::Wrong)
}

fn several(tx: &mut Tx<'_>, attempt: &Attempt, choices: &[Choice], now: Timestamp) -> Result<Outcome, db::Error> {
    if let Some(until) = unknown_lock(tx, attempt, now)? {
        return Ok(Outcome::Locked { until });
    }
    counters::clear(tx.conn(), &key_of_unknown(attempt))?;
    Ok(Outcome::Choose(choices.to_vec()))
}

fn known(tx: &mut Tx<'_>, attempt: &Attempt, one: &One, now: Timestamp) -> Result<Settled, SignInError> {
    let row = people::lock(tx.conn(), one.account)?;
    let refused = |outcome| Ok(Settled::Refused(outcome));
    if let Some(until) = row.locked_until.filter(|until| *until > now) {
        return refused(Outcome::Locked { until });
    }
    let password_ok = one.password_ok && row.password_hash == one.hash;
    if !password_ok {
        fail(tx, attempt, &row, now)?;
        return refused(Outcome::Wrong);
    }
    if row.state()? == State::Disabled {
        return refused(Outcome::Disabled);
    }
    let mut proved = false;
    if row.totp_secret_enc.is_some() {
        match one.otp {
            Checked::NotGiven => return refused(Outcome::OtpRequired),
            Checked::Wrong => {
                fail(tx, attempt, &row, now)?;
                return refused(Outcome::OtpWrong);
            }
            Checked::Step(step) => {
                if !totp::spend(tx, row.id, Use::SignIn, step)? {
                    return refused(Outcome::OtpSpent);
                }
                proved = true;
            }
        }
    }
    if row.failed_logins != 0 || row.locked_until.is_some() {
        people::set_failures(tx.conn(), row.id, 0, None)?;
    }
    Ok(Settled::Begun(Box::new(begin(tx, attempt, row, proved, now)?)))
}

/// One more failure of an account, and of the address it came from.
fn fail(tx: &mut Tx<'_>, attempt: &Attempt, row: &people::Row, now: Timestamp) -> Result<(), db::Error> {
    let stale = row.locked_until.is_some_and(|until| now.duration_since(*until) > FORGOTTEN_AFTER);
    let failed = if stale { 1 } else { row.failed_logins.saturating_add(1) };
    people::set_failures(tx.conn(), row.id, failed, lock_for(failed).map(|time| now.plus_seconds(time.as_secs())))?;
    count_address(tx, attempt, now)
}

/// Counts each identifier once an hour and address.
fn count_address(tx: &mut Tx<'_>, attempt: &Attempt, now: Timestamp) -> Result<(), db::Error> {
    let Some(ip) = attempt.ip.as_deref() else { return Ok(()) };
    let pair = format!("sign-in-pair:{ip}:{}@{}", attempt.key, hour(now).as_second());
    if counters::add(tx.conn(), &pair, hour(now))? == 1 {
        counters::add(tx.conn(), &address_key(ip, now), hour(now))?;
    }
    Ok(())
}

/// Writes the session row and tells the owner of a new device.
fn begin(
    tx: &mut Tx<'_>,
    attempt: &Attempt,
    row: people::Row,
    second_factor: bool,
    now: Timestamp,
) -> Result<Begun, db::Error> {
    let kind = row.kind()?;
    let (idle, most) = lifetimes(attempt.through, kind);
    let (ever, same) = store::sessions::seen_before(tx.conn(), row.id, attempt.user_agent.as_deref())?;
    let new_device = ever && !same;
    let session = SessionId::new();
    let expires_at = now.plus_seconds(idle.as_secs());
    let written = store::sessions::Row {
        id: session,
        account_id: row.id,
        kind: attempt.through.as_str().to_owned(),
        created_at: now,
        last_seen_at: now,
        expires_at,
        revoked_at: None,
        ip: attempt.ip.clone(),
        user_agent: attempt.user_agent.clone(),
        second_factor,
    };
    store::sessions::insert(tx.conn(), written)?;
    let first_steps = match kind {
        AccountKind::Officer if row.must_change_password => Some(FirstSteps::ChangePassword),
        AccountKind::Officer if !second_factor => Some(FirstSteps::EnrolTotp),
        _ => None,
    };
    let account = row.into_account()?;
    if new_device {
        let device = attempt.user_agent.clone().unwrap_or_default();
        let event = Event::NewDevice { at: now, device, address: attempt.ip.clone() };
        notice::tell(tx, &account, &event, now)?;
    }
    Ok(Begun {
        session,
        token_expires_at: now.plus_seconds(most.as_secs()),
        account,
        expires_at,
        new_device,
        first_steps,
    })
}

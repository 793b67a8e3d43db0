//! Signing in: find who is meant, compare the password outside any transaction, then settle in a short one.

mod settle;

use super::account::{Account, AccountKind, masked_name};
use super::identifier::Identifier;
use super::password::{HashError, Hasher};
use super::sessions::{FirstSteps, SessionKind};
use super::store::people::Row;
use super::tokens::{self, Claims};
use super::totp::{self, Checked};
use crate::db::{self, Db};
use crate::kernel::crypto::Keys;
use crate::kernel::{AccountId, SessionId, Timestamp};

/// What the visitor sent.
#[derive(Clone)]
pub struct SignIn {
    /// Identity number, phone, e-mail address, or the id from a [`Choice`].
    pub identifier: String,
    pub password: String,
    /// Code of the second factor.
    pub otp: Option<String>,
    /// What the session will be used through.
    pub through: SessionKind,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

/// What signing in needs besides the request.
pub struct Means<'a> {
    pub db: &'a Db,
    pub keys: &'a Keys,
    pub hasher: &'a Hasher,
    /// The product's clock.
    pub now: Timestamp,
    /// The machine's clock, for the second factor.
    pub machine_now: Timestamp,
}

/// What became of it. Only a database failure or an overload is an error.
#[derive(Clone, Debug)]
pub enum Outcome {
    SignedIn(Box<Fresh>),
    /// No such account, or not its password: the visitor is not told which.
    Wrong,
    /// Several accounts share the phone or address: sign in again with one of their ids.
    Choose(Vec<Choice>),
    /// The password was right; a code of the second factor is missing.
    OtpRequired,
    OtpWrong,
    /// The code was used to sign in before: wait for the next one.
    OtpSpent,
    /// Too many wrong tries.
    Locked {
        until: Timestamp,
    },
    /// Closed by an administrator.
    Disabled,
}

/// A session that has just begun.
#[derive(Clone)]
pub struct Fresh {
    pub session: SessionId,
    /// For the cookie or the bearer header.
    pub token: String,
    /// When the token is worthless.
    pub token_expires_at: Timestamp,
    /// When the session ends if it is not used.
    pub expires_at: Timestamp,
    pub account: Account,
    /// The account was in use before, but never with this browser: its owner was sent a notice.
    pub new_device: bool,
    pub first_steps: Option<FirstSteps>,
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fresh({}, {})", self.session, self.account.id)
    }
}

/// One of several accounts behind a phone or an address.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// Goes into [`SignIn::identifier`].
    pub id: AccountId,
    pub kind: AccountKind,
    /// `N. V. An`.
    pub name: String,
}

impl Choice {
    pub(super) fn of(row: &Row) -> Result<Self, db::Error> {
        let name = row.representative.as_deref().unwrap_or(&row.full_name);
        Ok(Self { id: row.id, kind: row.kind()?, name: masked_name(name) })
    }
}

/// Signing in could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many different accounts failed from this address lately.
    #[error("too many failed sign-ins from this address")]
    TooMany(jiff::SignedDuration),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error("the second factor could not be read")]
    Totp,
    #[error("the session's token could not be signed")]
    Token,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// How many accounts of one phone are compared with a password.
const COMPARED: usize = 5;

/// What was found out before the transaction.
#[derive(Clone)]
enum Verdict {
    /// Nobody, or several and the password of none.
    Nobody,
    /// Several, and the password of at least one.
    Several(Vec<Choice>),
    One(One),
}

/// The one account that is meant.
#[derive(Clone)]
struct One {
    account: AccountId,
    password_ok: bool,
    /// What the password was compared with: if it changed meanwhile, it was not right.
    hash: Option<String>,
    otp: Checked,
}

/// Signs in.
///
/// # Errors
/// [`SignInError`]; a wrong password is an [`Outcome`].
pub async fn sign_in(means: &Means<'_>, request: &SignIn) -> Result<Outcome, SignInError> {
    let id = Identifier::read(means.keys, &request.identifier);
    let now = means.now;
    let (looked_up, ip) = (id.clone(), request.ip.clone());
    let mut candidates = means
        .db
        .read(move |conn| {
            settle::check_address(conn, ip.as_deref(), now)?;
            Ok::<_, SignInError>(looked_up.candidates(conn)?)
        })
        .await?;
    candidates.truncate(COMPARED);
    let verdict = compare(means, request, &candidates).await?;
    let attempt = settle::Attempt {
        key: id.key,
        verdict,
        through: request.through,
        ip: request.ip.clone(),
        user_agent: request.user_agent.as_deref().map(shortened),
    };
    let settled = means.db.write(move |tx| settle::act(tx, &attempt, now)).await?;
    match settled {
        settle::Settled::Refused(outcome) => Ok(outcome),
        settle::Settled::Begun(begun) => {
            let claims = Claims {
                sid: begun.session,
                sub: begun.account.id,
                exp: begun.token_expires_at.as_second(),
                kind: request.through,
            };
            let token = tokens::issue(means.keys, &claims).map_err(|_| SignInError::Token)?;
            Ok(Outcome::SignedIn(Box::new(begun.with_token(token))))
        }
    }
}

/// Compares the password with every account that may be meant, and the code with the one that is.
async fn compare(means: &Means<'_>, request: &SignIn, candidates: &[Row]) -> Result<Verdict, SignInError> {
    let mut right = Vec::new();
    for row in candidates {
        if means.hasher.verify(&request.password, row.password_hash.as_deref()).await? {
            right.push(row);
        }
    }
    if candidates.is_empty() {
        means.hasher.verify(&request.password, None).await?;
    }
    match (candidates, right.as_slice()) {
        ([], _) => Ok(Verdict::Nobody),
        ([only], right) => one(means, request, only, !right.is_empty()),
        (_, []) => Ok(Verdict::Nobody),
        (several, _) => {
            let choices = several.iter().map(Choice::of).collect::<Result<_, _>>()?;
            Ok(Verdict::Several(choices))
        }
    }
}

fn one(means: &Means<'_>, request: &SignIn, row: &Row, password_ok: bool) -> Result<Verdict, SignInError> {
    let otp = match &row.totp_secret_enc {
        Some(sealed) => {
            totp::check(means.keys, sealed, request.otp.as_deref(), means.machine_now).map_err(|_| SignInError::Totp)?
        }
        None => Checked::NotGiven,
    };
    Ok(Verdict::One(One { account: row.id, password_ok, hash: row.password_hash.clone(), otp }))
}

/// A browser's description, cut to what is worth keeping.
fn shortened(user_agent: &str) -> String {
    user_agent.chars().take(200).collect()
}

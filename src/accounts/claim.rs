//! A person takes over the account that a clerk opened for them: the code on paper proves the person, the code on the
//! phone proves the phone ([`super::verify`] finishes).

use serde_json::to_value;

use super::account::{Account, AccountKind};
use super::codes::{self, Carried, Given, Minted, Purpose, SendError, Tried};
use super::journal;
use super::notice::{self, CodeTo, Place};
use super::party::number_index;
use super::password::PasswordHash;
use super::register::Pending;
use super::store::people;
use crate::db::{self, Tx};
use crate::kernel::crypto::{CryptoError, Keys};
use crate::kernel::national::Party;
use crate::kernel::{AccountId, Actor, Role, Timestamp};

/// Why nothing can be claimed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error("only a one-stop clerk gives out claim codes")]
    NotAllowed,
    #[error("the account is in its owner's hands already")]
    AlreadyClaimed,
    #[error("the account has no number")]
    NoNumber,
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The code for the clerk's printer. Its subject is the owner's number, which the owner types later.
///
/// # Errors
/// [`CryptoError`].
pub fn mint(keys: &Keys, account: &Account) -> Result<Minted, CryptoError> {
    Minted::printed(keys, Purpose::Claim, account.party.index.as_deref().unwrap_or_default())
}

/// Stores a claim code for an account that nobody has claimed.
///
/// # Errors
/// [`ClaimError`].
pub fn issue(
    tx: &mut Tx<'_>,
    who: &Actor,
    account: AccountId,
    code: &Minted,
    now: Timestamp,
) -> Result<(), ClaimError> {
    let clerk = who.officer().is_some_and(|officer| officer.has_anywhere(Role::Clerk));
    if !clerk && *who != Actor::System {
        return Err(ClaimError::NotAllowed);
    }
    let row = people::lock(tx.conn(), account)?;
    if row.password_hash.is_some() || row.kind()? == AccountKind::Officer {
        return Err(ClaimError::AlreadyClaimed);
    }
    if row.party()?.index.as_deref() != Some(code.subject()) || code.subject().is_empty() {
        return Err(ClaimError::NoNumber);
    }
    codes::put(tx, code, Carried { account: Some(account), payload: None }, now)?;
    journal::note(tx, who, (None, account), ("issue_claim_code", "Cấp mã nhận tài khoản tại quầy"), now)?;
    Ok(())
}

/// What the owner types, made ready.
#[derive(Clone)]
pub struct Claim {
    paper: Given,
    phone: String,
    email: Option<String>,
    password: PasswordHash,
    code: Minted,
}

impl Claim {
    /// Hashes the code from paper and mints the one for the phone (`+84…`).
    ///
    /// # Errors
    /// [`CryptoError`].
    pub fn new(
        keys: &Keys,
        owner: &Party,
        typed: &str,
        phone: &str,
        email: Option<String>,
        password: PasswordHash,
    ) -> Result<Self, CryptoError> {
        let index = owner.number().map(|number| number_index(keys, number)).unwrap_or_default();
        Ok(Self {
            paper: Given::new(keys, Purpose::Claim, &index, typed),
            phone: phone.to_owned(),
            email,
            password,
            code: Minted::new(keys, Purpose::Register, phone)?,
        })
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A code is on its way to the phone; [`super::verify::act`] takes it.
    CodeSent,
    /// Not the code on the paper, or too late.
    Wrong,
}

/// Checks the code from paper and sends one to the phone.
///
/// # Errors
/// [`ClaimError::Send`] when this phone got codes too often.
pub fn act(tx: &mut Tx<'_>, cmd: &Claim, now: Timestamp) -> Result<Outcome, ClaimError> {
    let Tried::Right(carried) = codes::try_code(tx, &cmd.paper, now)? else { return Ok(Outcome::Wrong) };
    let Some(account) = carried.account else { return Ok(Outcome::Wrong) };
    let row = people::by_id(tx.conn(), account)?;
    if row.password_hash.is_some() {
        return Ok(Outcome::Wrong);
    }
    let pending = Pending::Claim {
        account,
        phone: cmd.phone.clone(),
        email: cmd.email.clone(),
        password_hash: cmd.password.0.clone(),
    };
    let payload = to_value(pending).map_err(|e| db::Error::Other(e.to_string()))?;
    codes::put(tx, &cmd.code, Carried { account: Some(account), payload: Some(payload) }, now)?;
    let lang = row.language();
    let to = CodeTo { name: row.full_name, place: Place::Phone(cmd.phone.clone()), lang, is_demo: row.is_demo };
    notice::send_code(tx, to, &cmd.code, now)?;
    Ok(Outcome::CodeSent)
}

//! One-time codes: six digits sent to a phone or an address, kept as a keyed hash, few tries, short life.

use jiff::SignedDuration;
use serde_json::Value;

use super::account::words;
use super::store;
use crate::db::types::J;
use crate::db::{self, Tx};
use crate::kernel::crypto::{self, CryptoError, Keys};
use crate::kernel::{AccountId, CodeId, Timestamp};

words! {
    /// What a code is for; a code for one thing is worthless for another.
    Purpose {
        /// Opening an account.
        Register = "register",
        /// Setting a forgotten password anew.
        ResetPassword = "reset_password",
        /// Proving a new phone number.
        ChangePhone = "change_phone",
        /// Proving a new e-mail address.
        ChangeEmail = "change_email",
        /// Taking over an account that was opened at a counter: a longer code, printed for its owner.
        Claim = "claim",
        /// A person agrees that a clerk or helper acts for them now.
        Consent = "consent",
        /// Receiving a result at the counter.
        Receive = "receive",
    }
}

impl Purpose {
    /// How long a code of this purpose may be used.
    pub fn lifetime(self) -> SignedDuration {
        match self {
            Self::Claim => SignedDuration::from_hours(30 * 24),
            _ => SignedDuration::from_mins(10),
        }
    }
}

/// How often one code may be tried.
pub const ATTEMPTS: i32 = 5;
/// The least time between two codes to the same place.
const GAP: SignedDuration = SignedDuration::from_secs(60);
/// How many codes one place gets in an hour …
const HOURLY: usize = 5;
/// … and in a day.
const DAILY: usize = 10;

/// A fresh code: the text for its receiver, the hash for the database.
#[derive(Clone)]
pub struct Minted {
    /// What its receiver types.
    pub text: String,
    hash: String,
    purpose: Purpose,
    subject: String,
}

impl std::fmt::Debug for Minted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Minted({})", self.purpose.as_str())
    }
}

impl Minted {
    /// Makes a code of six digits. `subject` is what it proves: a phone, an address, an account's id.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`] where the machine has none.
    pub fn new(keys: &Keys, purpose: Purpose, subject: &str) -> Result<Self, CryptoError> {
        Ok(Self::of(keys, purpose, subject, crypto::random_digits(6)?))
    }

    /// Makes a longer code for paper, `k7fm-2xpw-h9qe`.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`] where the machine has none.
    pub fn printed(keys: &Keys, purpose: Purpose, subject: &str) -> Result<Self, CryptoError> {
        let text: String = super::password::one_time()?.chars().take(14).collect();
        Ok(Self::of(keys, purpose, subject, text))
    }

    fn of(keys: &Keys, purpose: Purpose, subject: &str, text: String) -> Self {
        let hash = hash(keys, purpose, subject, &text);
        Self { text, hash, purpose, subject: subject.to_owned() }
    }

    /// What it proves.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
}

fn hash(keys: &Keys, purpose: Purpose, subject: &str, text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    keys.tag(purpose.as_str(), format!("{subject}\n{}", plain.to_ascii_lowercase()).as_bytes())
}

/// A code as somebody typed it, hashed before the transaction.
#[derive(Clone, Debug)]
pub struct Given {
    purpose: Purpose,
    subject: String,
    hash: String,
}

impl Given {
    /// Hashes what was typed for `subject`.
    pub fn new(keys: &Keys, purpose: Purpose, subject: &str, typed: &str) -> Self {
        Self { purpose, subject: subject.to_owned(), hash: hash(keys, purpose, subject, typed) }
    }

    /// A code sent to a phone, as typed. `None`: that is no phone number.
    pub fn for_phone(keys: &Keys, purpose: Purpose, phone: &str, typed: &str) -> Option<Self> {
        let phone = crate::kernel::national::Phone::parse(phone).ok()?;
        Some(Self::new(keys, purpose, phone.as_str(), typed))
    }

    /// What it would prove.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// Why no code is sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Asked for too often; again after this long.
    #[error("another code may be asked for in {} s", .0.as_secs())]
    TooSoon(SignedDuration),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// What a live code carries.
#[derive(Clone, Debug)]
pub struct Carried {
    pub account: Option<AccountId>,
    pub payload: Option<Value>,
}

/// What became of a try.
#[derive(Clone, Debug)]
pub enum Tried {
    Right(Carried),
    /// Wrong, used, too old or tried too often: the person is not told which.
    Wrong,
}

/// Stores a minted code, unless its receiver was sent one just now or too many lately.
///
/// # Errors
/// [`SendError::TooSoon`].
pub fn put(tx: &mut Tx<'_>, minted: &Minted, carried: Carried, now: Timestamp) -> Result<CodeId, SendError> {
    let (purpose, subject) = (minted.purpose.as_str(), minted.subject.as_str());
    let day = SignedDuration::from_hours(24);
    let hour = SignedDuration::from_hours(1);
    // Whoever asks for the same place at the same moment waits here, and then sees this code.
    store::counters::add(tx.conn(), &format!("code:{purpose}:{subject}"), now)?;
    let asked = store::codes::asked_since(tx.conn(), purpose, subject, now.plus_seconds(-day.as_secs()))?;
    // The n-th last one frees its place when it leaves the window.
    let waits = [(GAP, 1), (hour, HOURLY), (day, DAILY)].into_iter().filter_map(|(window, most)| {
        let place = asked.get(most - 1)?;
        let wait = window - now.duration_since(**place);
        wait.is_positive().then_some(wait)
    });
    if let Some(wait) = waits.max() {
        return Err(SendError::TooSoon(wait));
    }
    let id = CodeId::new();
    let row = store::codes::Row {
        id,
        purpose: purpose.to_owned(),
        subject: subject.to_owned(),
        account_id: carried.account,
        code_hash: minted.hash.clone(),
        payload: carried.payload.map(J),
        created_at: now,
        expires_at: now.plus_seconds(minted.purpose.lifetime().as_secs()),
        attempts: 0,
        used_at: None,
    };
    store::codes::insert(tx.conn(), row)?;
    Ok(id)
}

/// Tries a code. The try is counted, so the caller must commit: a wrong code is an `Ok`.
/// A right code stays usable until [`spend`].
///
/// # Errors
/// A failure of the database.
pub fn try_code(tx: &mut Tx<'_>, given: &Given, now: Timestamp) -> Result<Tried, db::Error> {
    let live = store::codes::try_live(tx.conn(), given.purpose.as_str(), &given.subject, ATTEMPTS, now)?;
    let mut right = None;
    for row in live {
        let same = crypto::equal(row.code_hash.as_bytes(), given.hash.as_bytes());
        if same && right.is_none() {
            right = Some(Carried { account: row.account_id, payload: row.payload.map(|payload| payload.0) });
        }
    }
    Ok(right.map_or(Tried::Wrong, Tried::Right))
}

/// Spends every code of the same purpose and subject.
///
/// # Errors
/// A failure of the database.
pub fn spend(tx: &mut Tx<'_>, given: &Given, now: Timestamp) -> Result<(), db::Error> {
    store::codes::spend_all(tx.conn(), given.purpose.as_str(), &given.subject, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_keys;

    #[test]
    fn codes_are_six_digits_and_hidden() {
        let keys = test_keys(7);
        let minted = Minted::new(&keys, Purpose::Register, "0912000011").unwrap();
        assert_eq!(minted.text.len(), 6);
        assert!(minted.text.bytes().all(|b| b.is_ascii_digit()));
        assert!(!format!("{minted:?}").contains(&minted.text));
        let spaced = format!(" {} {}", &minted.text[..3], &minted.text[3..]);
        assert_eq!(Given::new(&keys, Purpose::Register, "0912000011", &spaced).hash, minted.hash);
        assert_ne!(Given::new(&keys, Purpose::ResetPassword, "0912000011", &minted.text).hash, minted.hash);
        assert_ne!(Given::new(&keys, Purpose::Register, "0912000012", &minted.text).hash, minted.hash);
        let paper = Minted::printed(&keys, Purpose::Claim, "x").unwrap();
        assert_eq!(paper.text.len(), 14);
        let loud = paper.text.to_uppercase().replace('-', " ");
        assert_eq!(Given::new(&keys, Purpose::Claim, "x", &loud).hash, paper.hash);
    }
}

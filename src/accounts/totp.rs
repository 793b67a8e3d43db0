//! The second factor (RFC 6238: SHA-1, 6 digits, 30 s, one step of tolerance), by the machine's clock.

use std::collections::BTreeMap;

use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::account::words;
use super::limits::{self, LimitError};
use super::store;
use crate::db::{self, Conn, Tx};
use crate::kernel::crypto::Keys;
use crate::kernel::{AccountId, Actor, SessionId, Timestamp};

words! {
    /// What a code is given for. A spent code is refused only for the same purpose.
    Use {
        SignIn = "sign_in",
        Signing = "signing",
        Refund = "refund",
    }
}

/// Binds sealed secrets to their place.
const PLACE: &str = "accounts.totp_secret";
/// How many steps back a spent one is remembered: more than the tolerance.
const REMEMBERED: u64 = 4;

/// A secret that is being set up: shown once to its owner, stored only after a right code.
#[derive(Clone)]
pub struct Enrolment {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`, for a QR code.
    pub uri: String,
}

/// The second factor can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TotpError {
    #[error("the secret is not usable")]
    BadSecret,
    #[error("no second factor is set up")]
    NotEnrolled,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Makes a fresh secret for an account. `label` is what the app shows, an e-mail address or a name.
///
/// # Errors
/// [`TotpError::BadSecret`], which no input causes.
pub fn begin(label: &str) -> Result<Enrolment, TotpError> {
    let label: String = label.chars().filter(|c| *c != ':').collect();
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(Secret::generate())
        .with_issuer(Some("Mot Cua"))
        .with_account_name(label)
        .build()
        .map_err(|_| TotpError::BadSecret)?;
    let uri = totp.to_url().map_err(|_| TotpError::BadSecret)?;
    Ok(Enrolment { secret: totp.secret().to_base32(), uri })
}

/// Encrypts a base32 secret for the database.
///
/// # Errors
/// [`TotpError::BadSecret`] when it is not base32.
pub fn seal(keys: &Keys, secret: &str) -> Result<String, TotpError> {
    calculator(secret)?;
    keys.seal_text(PLACE, secret).map_err(|_| TotpError::BadSecret)
}

fn calculator(secret: &str) -> Result<Totp, TotpError> {
    let secret = Secret::try_from_base32(secret).map_err(|_| TotpError::BadSecret)?;
    // Not `build`: the demonstration secret is shorter than RFC 4226 asks of real ones.
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(30);
    Ok(builder.with_secret(secret).build_noncompliant())
}

/// The step that `code` belongs to around `machine_now`, if it is right.
fn matching_step(secret: &str, code: &str, machine_now: Timestamp) -> Result<Option<u64>, TotpError> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(machine_now.as_second()).unwrap_or(0);
    Ok(calculator(secret)?.check(&digits, seconds))
}

/// The code of a secret at a moment: for tests and the demonstration's help page.
///
/// # Errors
/// [`TotpError::BadSecret`] when it is not base32.
pub fn code_at(secret: &str, machine_now: Timestamp) -> Result<String, TotpError> {
    let seconds = u64::try_from(machine_now.as_second()).unwrap_or(0);
    Ok(calculator(secret)?.generate(seconds).to_string())
}

/// What a typed code turned out to be, before it is spent in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    NotGiven,
    Wrong,
    /// Right, of this step.
    Step(u64),
}

/// Compares a typed code with a sealed secret. Pure and quick; done before the transaction.
///
/// # Errors
/// [`TotpError::BadSecret`] when the stored secret can't be opened.
pub fn check(keys: &Keys, sealed: &str, code: Option<&str>, machine_now: Timestamp) -> Result<Checked, TotpError> {
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else { return Ok(Checked::NotGiven) };
    let secret = keys.open_text(PLACE, sealed).map_err(|_| TotpError::BadSecret)?;
    Ok(matching_step(&secret, code, machine_now)?.map_or(Checked::Wrong, Checked::Step))
}

/// [`check`] for an account that is signed in already (signing, refunds).
///
/// # Errors
/// [`TotpError::NotEnrolled`] without a second factor.
pub fn check_for(
    conn: &mut Conn,
    keys: &Keys,
    account: AccountId,
    code: Option<&str>,
    machine_now: Timestamp,
) -> Result<Checked, TotpError> {
    let sealed = store::people::by_id(conn, account)?.totp_secret_enc.ok_or(TotpError::NotEnrolled)?;
    check(keys, &sealed, code, machine_now)
}

/// Spends a right code for one use. `false`: it was spent for this use before.
///
/// # Errors
/// A failure of the database.
pub fn spend(tx: &mut Tx<'_>, account: AccountId, used_for: Use, step: u64) -> Result<bool, db::Error> {
    let row = store::people::lock(tx.conn(), account)?;
    let mut spent: BTreeMap<String, Vec<u64>> = serde_json::from_value(row.totp_last_steps.0).unwrap_or_default();
    let steps = spent.entry(used_for.as_str().to_owned()).or_default();
    let newest = steps.iter().copied().max().unwrap_or(0).max(step);
    if steps.contains(&step) || step + REMEMBERED < newest {
        return Ok(false);
    }
    steps.push(step);
    steps.retain(|old| old + REMEMBERED >= newest);
    store::people::set_totp_steps(tx.conn(), account, serde_json::json!(spent))?;
    Ok(true)
}

/// Counts a try at signing or refunding with a code: 120 an hour, enough to sign a pile and too few to guess. In a write of
/// its own before the act, since a refused act leaves no trace.
///
/// # Errors
/// [`LimitError::RetryAfter`] above the limit.
pub fn count_try(tx: &mut Tx<'_>, account: AccountId, used_for: Use, now: Timestamp) -> Result<(), LimitError> {
    let key = format!("totp:{}:{account}", used_for.as_str());
    limits::hit(tx, &key, jiff::SignedDuration::from_hours(1), 120, now)
}

/// Why a second factor was not set up.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("the code is not right")]
    WrongCode,
    /// One is set up already; it is taken away by an administrator, not overwritten.
    #[error("a second factor is set up already")]
    AlreadyEnrolled,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// A secret and a code that proves its owner's app holds it, checked outside.
#[derive(Clone)]
pub struct Confirm {
    sealed: String,
    step: Option<u64>,
    /// The session that is being set up: from now on it counts as proved.
    session: SessionId,
}

impl Confirm {
    /// Seals the secret and compares the code.
    ///
    /// # Errors
    /// [`TotpError::BadSecret`] when the secret is not base32.
    pub fn new(
        keys: &Keys,
        secret: &str,
        code: &str,
        session: SessionId,
        machine_now: Timestamp,
    ) -> Result<Self, TotpError> {
        Ok(Self { sealed: seal(keys, secret)?, step: matching_step(secret, code, machine_now)?, session })
    }
}

/// Sets up the second factor of whoever is signed in; the code given for it can't be used to sign in again.
///
/// # Errors
/// [`ConfirmError`].
pub fn confirm(tx: &mut Tx<'_>, who: &Actor, cmd: &Confirm, now: Timestamp) -> Result<(), ConfirmError> {
    let account = who.account().ok_or(ConfirmError::NotSignedIn)?;
    let step = cmd.step.ok_or(ConfirmError::WrongCode)?;
    if store::people::lock(tx.conn(), account)?.totp_secret_enc.is_some() {
        return Err(ConfirmError::AlreadyEnrolled);
    }
    store::people::set_totp(tx.conn(), account, Some(&cmd.sealed), now)?;
    spend(tx, account, Use::SignIn, step)?;
    store::sessions::set_second_factor(tx.conn(), cmd.session)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_keys;

    const DEMO: &str = "JBSWY3DPEHPK3PXP";

    #[test]
    fn rfc_6238_vector() {
        // Appendix B, SHA-1, the ASCII secret 12345678901234567890, the last six of eight digits.
        let secret = Secret::new(b"12345678901234567890".to_vec().into()).to_base32();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(code_at(&secret, at(59)).unwrap(), "287082");
        assert_eq!(code_at(&secret, at(1_111_111_109)).unwrap(), "081804");
        assert_eq!(code_at(&secret, at(20_000_000_000)).unwrap(), "353130");
    }

    #[test]
    fn codes_are_right_within_one_step() {
        let keys = test_keys(7);
        let sealed = seal(&keys, DEMO).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let code = code_at(DEMO, at(3000)).unwrap();
        let checked = |code: &str, second| check(&keys, &sealed, Some(code), at(second)).unwrap();
        assert_eq!(checked(&code, 3000), Checked::Step(100));
        assert_eq!(checked(&code, 3059), Checked::Step(100));
        assert_eq!(checked(&code, 3060), Checked::Wrong);
        assert_eq!(checked(&code, 2969), Checked::Wrong);
        assert_eq!(checked("không", 3000), Checked::Wrong);
        assert_eq!(check(&keys, &sealed, Some("  "), at(3000)).unwrap(), Checked::NotGiven);
    }

    #[test]
    fn a_fresh_secret_has_an_address_for_apps() {
        let enrolment = begin("clerk@demo.invalid").unwrap();
        let bytes = data_encoding::BASE32_NOPAD.decode(enrolment.secret.as_bytes()).unwrap();
        assert_eq!(bytes.len() * 8, 160, "RFC 4226, section 4 (R6)");
        assert!(enrolment.uri.starts_with("otpauth://totp/"), "{}", enrolment.uri);
        assert!(enrolment.uri.contains(&enrolment.secret), "{}", enrolment.uri);
        assert!(code_at(&enrolment.secret, Timestamp::from_second(0).unwrap()).is_ok());
    }
}

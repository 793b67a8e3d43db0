//! A new phone number or e-mail address: proved by a code sent there.

use super::codes::{self, Carried, Given, Minted, Purpose, SendError, Tried};
use super::notice::{self, CodeTo, Place};
use super::store::people;
use crate::db::{self, Tx};
use crate::kernel::crypto::{CryptoError, Keys};
use crate::kernel::national::Phone;
use crate::kernel::{AccountId, Actor, Timestamp, text};
use crate::notifications::Event;

/// Not something a code can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mobile number or an e-mail address")]
pub struct BadPlace;

impl Place {
    /// A mobile number as typed.
    ///
    /// # Errors
    /// [`BadPlace`].
    pub fn phone(typed: &str) -> Result<Self, BadPlace> {
        let phone = Phone::parse(typed).ok().filter(Phone::is_mobile).ok_or(BadPlace)?;
        Ok(Self::Phone(phone.as_str().to_owned()))
    }

    /// An e-mail address as typed.
    ///
    /// # Errors
    /// [`BadPlace`].
    pub fn email(typed: &str) -> Result<Self, BadPlace> {
        let typed = typed.trim();
        if text::is_email(typed) { Ok(Self::Email(typed.to_owned())) } else { Err(BadPlace) }
    }

    fn purpose(&self) -> Purpose {
        match self {
            Self::Phone(_) => Purpose::ChangePhone,
            Self::Email(_) => Purpose::ChangeEmail,
        }
    }
}

fn subject(account: AccountId, place: &Place) -> String {
    format!("{account} {}", place.as_str())
}

/// Why it was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Asks for a code at the new place.
#[derive(Clone)]
pub struct Begin {
    account: AccountId,
    place: Place,
    code: Minted,
}

impl Begin {
    /// Mints the code.
    ///
    /// # Errors
    /// [`CryptoError`].
    pub fn new(keys: &Keys, account: AccountId, place: Place) -> Result<Self, CryptoError> {
        let code = Minted::new(keys, place.purpose(), &subject(account, &place))?;
        Ok(Self { account, place, code })
    }
}

/// Sends a code to the new place of whoever is signed in.
///
/// # Errors
/// [`ContactError`].
pub fn begin(tx: &mut Tx<'_>, who: &Actor, cmd: &Begin, now: Timestamp) -> Result<(), ContactError> {
    if who.account() != Some(cmd.account) {
        return Err(ContactError::NotSignedIn);
    }
    let row = people::by_id(tx.conn(), cmd.account)?;
    codes::put(tx, &cmd.code, Carried { account: Some(cmd.account), payload: None }, now)?;
    let to =
        CodeTo { name: row.full_name.clone(), place: cmd.place.clone(), lang: row.language(), is_demo: row.is_demo };
    notice::send_code(tx, to, &cmd.code, now)?;
    Ok(())
}

/// The code from the new place.
#[derive(Clone)]
pub struct Confirm {
    account: AccountId,
    place: Place,
    given: Given,
}

impl Confirm {
    /// Hashes the code.
    pub fn new(keys: &Keys, account: AccountId, place: Place, code: &str) -> Self {
        let given = Given::new(keys, place.purpose(), &subject(account, &place), code);
        Self { account, place, given }
    }
}

/// Takes the new place if the code is right; `false`: it is not (counted). The old place is told.
///
/// # Errors
/// [`ContactError`].
pub fn confirm(tx: &mut Tx<'_>, who: &Actor, cmd: &Confirm, now: Timestamp) -> Result<bool, ContactError> {
    if who.account() != Some(cmd.account) {
        return Err(ContactError::NotSignedIn);
    }
    let Tried::Right(_) = codes::try_code(tx, &cmd.given, now)? else { return Ok(false) };
    let mut row = people::lock(tx.conn(), cmd.account)?;
    let before = row.clone().into_account()?;
    match &cmd.place {
        Place::Phone(phone) => row.phone = Some(phone.clone()),
        Place::Email(email) => {
            row.email_fold = Some(text::fold(email));
            row.email = Some(email.clone());
        }
    }
    let seen = row.version;
    people::save_profile(tx.conn(), &row, seen, now)?;
    codes::spend(tx, &cmd.given, now)?;
    notice::tell(tx, &before, &Event::ContactChanged { at: now }, now)?;
    Ok(true)
}

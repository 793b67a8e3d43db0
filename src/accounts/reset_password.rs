//! A forgotten password: a code to the phone or address that the account has, then a new password.
//! What is answered does not depend on whether there is such an account.

use super::account::State;
use super::codes::{self, Carried, Given, Minted, Purpose, SendError, Tried};
use super::identifier::Identifier;
use super::notice::{self, CodeTo, Place};
use super::password::PasswordHash;
use super::sign_in::Choice;
use super::store::{people, people::Row, sessions};
use crate::db::{self, Tx};
use crate::kernel::crypto::{CryptoError, Keys};
use crate::kernel::{AccountId, Timestamp};
use crate::notifications::Event;

/// Asks for a code.
#[derive(Clone)]
pub struct Begin {
    identifier: Identifier,
    code: Minted,
}

impl Begin {
    /// Reads what was typed and mints the code.
    ///
    /// # Errors
    /// [`CryptoError`].
    pub fn new(keys: &Keys, typed: &str) -> Result<Self, CryptoError> {
        let identifier = Identifier::read(keys, typed);
        let code = Minted::new(keys, Purpose::ResetPassword, &identifier.key)?;
        Ok(Self { identifier, code })
    }
}

/// Sends a code where the account can be reached; says nothing about whether there is one.
///
/// # Errors
/// [`SendError::TooSoon`], which depends on what was typed alone.
pub fn begin(tx: &mut Tx<'_>, cmd: &Begin, now: Timestamp) -> Result<(), SendError> {
    let mut rows = cmd.identifier.candidates(tx.conn())?;
    rows.retain(|row| row.state == State::Active.as_str() && row.password_hash.is_some());
    let place = rows.iter().find_map(|row| cmd.identifier.place(row));
    rows.retain(|row| place.is_some() && cmd.identifier.place(row) == place);
    let ids: Vec<AccountId> = rows.iter().map(|row| row.id).collect();
    codes::put(tx, &cmd.code, Carried { account: None, payload: Some(serde_json::json!(ids)) }, now)?;
    if let (Some(place), Some(row)) = (place, rows.first()) {
        let to = CodeTo { name: row.full_name.clone(), place, lang: row.language(), is_demo: row.is_demo };
        notice::send_code(tx, to, &cmd.code, now)?;
    }
    Ok(())
}

impl Identifier {
    /// Where a code for this account goes: what was typed, if it was a phone or an address; else its phone, or
    /// its e-mail address.
    fn place(&self, row: &Row) -> Option<Place> {
        let phone = row.phone.clone().map(Place::Phone);
        let email = row.email.clone().map(Place::Email);
        if self.is_email() { email } else { phone.or(email) }
    }
}

/// Sets the new password.
#[derive(Clone)]
pub struct Finish {
    given: Given,
    /// Which one, where several accounts share the phone.
    account: Option<AccountId>,
    new: PasswordHash,
}

impl Finish {
    /// Hashes the code. The new password has passed [`super::password::check_policy`] and is hashed.
    pub fn new(keys: &Keys, typed: &str, code: &str, account: Option<AccountId>, new: PasswordHash) -> Self {
        let subject = Identifier::read(keys, typed).key;
        Self { given: Given::new(keys, Purpose::ResetPassword, &subject, code), account, new }
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The password is set, all sessions are ended.
    Done(AccountId),
    /// The code is right; several accounts share the phone: send it again with one of them.
    Choose(Vec<Choice>),
    Wrong,
}

/// Tries the code and sets the password. The try is counted.
///
/// # Errors
/// A failure of the database.
pub fn finish(tx: &mut Tx<'_>, cmd: &Finish, now: Timestamp) -> Result<Outcome, db::Error> {
    let Tried::Right(carried) = codes::try_code(tx, &cmd.given, now)? else { return Ok(Outcome::Wrong) };
    let ids: Vec<AccountId> = carried.payload.and_then(|ids| serde_json::from_value(ids).ok()).unwrap_or_default();
    let id = match (cmd.account, ids.as_slice()) {
        (None, [only]) => *only,
        (Some(chosen), ids) if ids.contains(&chosen) => chosen,
        (None, [_, _, ..]) => {
            let rows = people::by_ids(tx.conn(), &ids)?;
            return Ok(Outcome::Choose(rows.iter().map(Choice::of).collect::<Result<_, _>>()?));
        }
        _ => return Ok(Outcome::Wrong),
    };
    let row = people::lock(tx.conn(), id)?;
    people::set_password(tx.conn(), id, &cmd.new.0, false, now)?;
    sessions::revoke_all(tx.conn(), id, None, now)?;
    codes::spend(tx, &cmd.given, now)?;
    notice::tell(tx, &row.into_account()?, &Event::PasswordChanged { at: now }, now)?;
    Ok(Outcome::Done(id))
}

//! What account holders are told, through [`notifications`].

use super::account::Account;
use super::codes::{Minted, Purpose};
use crate::db::{self, Tx};
use crate::kernel::{Lang, Timestamp};
use crate::notifications::{self, Channels, CodePurpose, Event, Recipient};

/// An account holder as a recipient of notices.
pub fn recipient(account: &Account) -> Recipient {
    Recipient {
        account: Some(account.id),
        name: account.person_name().to_owned(),
        phone: account.phone.clone(),
        email: account.email.clone(),
        lang: account.language,
        channels: account.channels,
        is_demo: account.is_demo,
    }
}

/// Somewhere a code goes: a phone or an address that is still to be proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `+84…`.
    Phone(String),
    Email(String),
}

impl Place {
    /// The number or address.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(text) | Self::Email(text) => text,
        }
    }
}

/// Where a code goes and whom it greets; the place need not belong to an account.
#[derive(Clone, Debug)]
pub struct CodeTo {
    pub name: String,
    pub place: Place,
    pub lang: Lang,
    /// A demonstration person: the code never leaves the house.
    pub is_demo: bool,
}

/// Sends a code that was stored with [`super::codes::put`], in the same transaction.
///
/// # Errors
/// A failure of the database.
pub fn send_code(tx: &mut Tx<'_>, to: CodeTo, code: &Minted, now: Timestamp) -> Result<(), db::Error> {
    let (phone, email) = match to.place {
        Place::Phone(phone) => (Some(phone), None),
        Place::Email(email) => (None, Some(email)),
    };
    let recipient = Recipient {
        account: None,
        name: to.name,
        phone,
        email,
        lang: to.lang,
        channels: Channels::ALL,
        is_demo: to.is_demo,
    };
    let purpose = match code.purpose() {
        Purpose::Register | Purpose::Claim => CodePurpose::Register,
        Purpose::ResetPassword => CodePurpose::ResetPassword,
        Purpose::ChangePhone | Purpose::ChangeEmail => CodePurpose::ChangeContact,
        Purpose::Consent | Purpose::Receive => CodePurpose::Consent,
    };
    let expires_at = now.plus_seconds(code.purpose().lifetime().as_secs());
    let event = Event::OneTimeCode { code: code.text.clone(), purpose, expires_at };
    notifications::notify(tx, &event, &recipient, now).map(drop)
}

/// Tells an account holder something about the safety of their account.
pub(super) fn tell(tx: &mut Tx<'_>, account: &Account, event: &Event, now: Timestamp) -> Result<(), db::Error> {
    notifications::notify(tx, event, &recipient(account), now).map(drop)
}

//! A clerk opens an account for a person who is present: no phone, no password needed; the person may claim it later.

use jiff::civil::Date;
use serde_json::Value;

use super::account::{Account, AccountKind};
use super::journal;
use super::new_account::New;
use super::party::SealedParty;
use super::store::people;
use crate::db::{self, Tx};
use crate::kernel::national::Sex;
use crate::kernel::{AccountId, Actor, Lang, Role, Timestamp, names, text};

/// What the clerk types from the person's paper.
#[derive(Clone)]
pub struct OpenAtCounter {
    /// [`AccountKind::Citizen`] or [`AccountKind::Business`].
    pub kind: AccountKind,
    /// Must have a number: without one a dossier simply has no account.
    pub party: SealedParty,
    pub full_name: String,
    pub representative: Option<String>,
    pub date_of_birth: Option<Date>,
    pub sex: Option<Sex>,
    /// `+84…`.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<Value>,
    /// The person agreed that their data is kept in an account.
    pub consented: bool,
}

/// Why no account was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("only a one-stop clerk opens accounts at a counter")]
    NotAllowed,
    #[error("the person has not agreed")]
    NoConsent,
    #[error("a name is needed")]
    BadName,
    #[error("a number is needed")]
    NoNumber,
    #[error("{0:?} is not an e-mail address")]
    BadEmail(String),
    /// Use that one.
    #[error("there is an account with this number already")]
    Exists(AccountId),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Opens the account at identity level 1.
///
/// # Errors
/// [`OpenError`].
pub fn act(tx: &mut Tx<'_>, who: &Actor, cmd: &OpenAtCounter, now: Timestamp) -> Result<Account, OpenError> {
    let clerk = match who {
        Actor::Officer(officer) => officer.has_anywhere(Role::Clerk),
        Actor::System => true,
        Actor::Anonymous | Actor::Citizen { .. } => false,
    };
    if !clerk || cmd.kind == AccountKind::Officer {
        return Err(OpenError::NotAllowed);
    }
    if !cmd.consented {
        return Err(OpenError::NoConsent);
    }
    let full_name = match cmd.kind {
        AccountKind::Business => text::line(&cmd.full_name),
        AccountKind::Citizen | AccountKind::Officer => names::check(&cmd.full_name).unwrap_or_default(),
    };
    if full_name.is_empty() {
        return Err(OpenError::BadName);
    }
    if let Some(email) = cmd.email.as_ref().filter(|email| !text::is_email(email)) {
        return Err(OpenError::BadEmail(email.clone()));
    }
    let index = cmd.party.index.as_deref().ok_or(OpenError::NoNumber)?;
    if let Some(there) = people::of_number(tx.conn(), cmd.kind, index)? {
        return Err(OpenError::Exists(there.id));
    }
    let cmd = cmd.clone();
    let new = New {
        representative: cmd.representative,
        date_of_birth: cmd.date_of_birth,
        sex: cmd.sex,
        phone: cmd.phone,
        email: cmd.email,
        address: cmd.address,
        language: Lang::Vi,
        ..New::of(cmd.kind, cmd.party, &full_name)
    };
    let mut row = new.into_row(now);
    row.opened_by = who.account();
    people::insert(tx.conn(), row.clone())?;
    let what = "Mở tài khoản tại quầy, người dân có mặt và đồng ý";
    journal::note(tx, who, (None, row.id), ("open_account", what), now)?;
    Ok(row.into_account()?)
}

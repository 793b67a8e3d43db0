//! An invented person of the demonstration data: password, level and all. Only the product itself makes one.

use jiff::civil::Date;
use serde_json::Value;

use super::account::{Account, AccountKind};
use super::new_account::New;
use super::party::SealedParty;
use super::password::PasswordHash;
use super::store::people;
use crate::db::{self, Tx};
use crate::kernel::national::Sex;
use crate::kernel::{Actor, Timestamp};

/// The person.
#[derive(Clone)]
pub struct OpenDemo {
    pub kind: AccountKind,
    pub party: SealedParty,
    pub full_name: String,
    pub representative: Option<String>,
    pub date_of_birth: Option<Date>,
    pub sex: Option<Sex>,
    /// `+84…`.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<Value>,
    pub identity_level: u8,
    pub password: PasswordHash,
}

/// Why there is no such person.
#[derive(Debug, thiserror::Error)]
pub enum OpenDemoError {
    #[error("only the product itself makes demonstration accounts")]
    NotAllowed,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Opens a demonstration account, verified at once. Nothing is ever really sent to it.
///
/// # Errors
/// [`OpenDemoError`].
pub fn act(tx: &mut Tx<'_>, who: &Actor, cmd: &OpenDemo, now: Timestamp) -> Result<Account, OpenDemoError> {
    if *who != Actor::System {
        return Err(OpenDemoError::NotAllowed);
    }
    let cmd = cmd.clone();
    let new = New {
        representative: cmd.representative,
        date_of_birth: cmd.date_of_birth,
        sex: cmd.sex,
        phone: cmd.phone,
        email: cmd.email,
        address: cmd.address,
        password_hash: Some(cmd.password.0),
        identity_level: cmd.identity_level,
        ..New::of(cmd.kind, cmd.party, &cmd.full_name)
    };
    let mut row = new.into_row(now);
    row.is_demo = true;
    row.verified_at = Some(now);
    people::insert(tx.conn(), row.clone())?;
    Ok(row.into_account()?)
}

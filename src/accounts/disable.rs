//! What an administrator does with an account that is there: close it, open it again, let its owner begin anew.

use super::account::{AccountKind, State};
use super::journal;
use super::password::PasswordHash;
use super::rights;
use super::store::{people, sessions};
use crate::db::{self, Tx};
use crate::kernel::{AccountId, Actor, Role, Timestamp};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("only an accounts administrator may do this")]
    NotAllowed,
    #[error("nobody may do this to their own account")]
    Own,
    #[error("no such account")]
    NotFound,
    #[error(transparent)]
    Db(db::Error),
}

impl From<db::Error> for AdminError {
    fn from(e: db::Error) -> Self {
        match e {
            db::Error::NotFound => Self::NotFound,
            other => Self::Db(other),
        }
    }
}

fn allowed(tx: &mut Tx<'_>, who: &Actor, account: AccountId) -> Result<people::Row, AdminError> {
    let row = people::lock(tx.conn(), account)?;
    let may = match row.kind()? {
        AccountKind::Officer => rights::administers_officer(tx.conn(), who, account)?,
        AccountKind::Citizen | AccountKind::Business => match who {
            Actor::System => true,
            Actor::Officer(admin) => admin.has_anywhere(Role::AccountsAdmin),
            Actor::Anonymous | Actor::Citizen { .. } => false,
        },
    };
    if !may {
        return Err(AdminError::NotAllowed);
    }
    if who.account() == Some(account) {
        return Err(AdminError::Own);
    }
    Ok(row)
}

/// Closes an account and ends its sessions; its history stays.
///
/// # Errors
/// [`AdminError`].
pub fn act(tx: &mut Tx<'_>, who: &Actor, account: AccountId, now: Timestamp) -> Result<(), AdminError> {
    set_state(tx, who, account, State::Disabled, now)?;
    sessions::revoke_all(tx.conn(), account, None, now)?;
    journal::note(tx, who, (None, account), ("disable_account", "Khóa tài khoản"), now)?;
    Ok(())
}

/// Opens a closed account again.
///
/// # Errors
/// [`AdminError`].
pub fn enable(tx: &mut Tx<'_>, who: &Actor, account: AccountId, now: Timestamp) -> Result<(), AdminError> {
    set_state(tx, who, account, State::Active, now)?;
    journal::note(tx, who, (None, account), ("enable_account", "Mở lại tài khoản"), now)?;
    Ok(())
}

fn set_state(tx: &mut Tx<'_>, who: &Actor, id: AccountId, state: State, now: Timestamp) -> Result<(), AdminError> {
    let mut row = allowed(tx, who, id)?;
    state.as_str().clone_into(&mut row.state);
    let seen = row.version;
    people::save_profile(tx.conn(), &row, seen, now)?;
    Ok(())
}

/// Gives an officer a new one-time password and takes the second factor away (a lost phone): both are set up anew at
/// the next sign-in. Citizens help themselves by a code, or come to a counter.
///
/// # Errors
/// [`AdminError`].
pub fn begin_anew(
    tx: &mut Tx<'_>,
    who: &Actor,
    officer: AccountId,
    one_time: &PasswordHash,
    now: Timestamp,
) -> Result<(), AdminError> {
    let row = allowed(tx, who, officer)?;
    if row.kind()? != AccountKind::Officer {
        return Err(AdminError::NotAllowed);
    }
    people::set_password(tx.conn(), officer, &one_time.0, true, now)?;
    people::set_totp(tx.conn(), officer, None, now)?;
    sessions::revoke_all(tx.conn(), officer, None, now)?;
    let what = "Cấp lại mật khẩu dùng một lần, gỡ xác thực hai bước";
    journal::note(tx, who, (None, officer), ("begin_anew", what), now)?;
    Ok(())
}

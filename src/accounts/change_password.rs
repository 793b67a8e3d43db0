//! Whoever is signed in sets a new password; every other session of theirs ends.

use super::limits::{self, LimitError};
use super::notice;
use super::password::{self, HashError, PasswordHash, WeakPassword};
use super::sessions::SignedIn;
use super::sign_in::Means;
use super::store::{people, sessions};
use crate::db::{self, Tx};
use crate::kernel::{AccountId, SessionId, Timestamp};
use crate::notifications::Event;

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("the present password is not right")]
    Wrong,
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    #[error("the new password is the present one")]
    Same,
    #[error("too many tries, again in {} s", .0.as_secs())]
    TooMany(jiff::SignedDuration),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<LimitError> for ChangeError {
    fn from(e: LimitError) -> Self {
        match e {
            LimitError::RetryAfter(wait) => Self::TooMany(wait),
            LimitError::Db(e) => Self::Db(e),
        }
    }
}

/// Checks the present password, the policy for the new one, and sets it.
///
/// # Errors
/// [`ChangeError`].
pub async fn change(means: &Means<'_>, who: &SignedIn, present: &str, new: &str) -> Result<(), ChangeError> {
    let (id, now) = (who.account, means.now);
    let row = means
        .db
        .write(move |tx| {
            limits::hit(tx, &format!("change-password:{id}"), jiff::SignedDuration::from_hours(1), 10, now)?;
            Ok::<_, ChangeError>(people::by_id(tx.conn(), id)?)
        })
        .await?;
    if !means.hasher.verify(present, row.password_hash.as_deref()).await? {
        return Err(ChangeError::Wrong);
    }
    if present == new {
        return Err(ChangeError::Same);
    }
    let number = row.party()?.open(means.keys).ok().and_then(|party| party.number().map(str::to_owned));
    let personal = [Some(row.full_name), number, row.phone.map(|p| p.replace("+84", "0")), row.email];
    let personal: Vec<&str> = personal.iter().flatten().map(String::as_str).collect();
    password::check_policy(new, &personal)?;
    let cmd = ChangePassword {
        account: id,
        compared_with: row.password_hash,
        new: means.hasher.hash(new).await?,
        session: who.session,
    };
    means.db.write(move |tx| act(tx, &cmd, now)).await
}

/// The command, after all comparing.
#[derive(Clone)]
pub(super) struct ChangePassword {
    account: AccountId,
    compared_with: Option<String>,
    new: PasswordHash,
    session: SessionId,
}

fn act(tx: &mut Tx<'_>, cmd: &ChangePassword, now: Timestamp) -> Result<(), ChangeError> {
    let row = people::lock(tx.conn(), cmd.account)?;
    if row.password_hash != cmd.compared_with {
        return Err(ChangeError::Wrong);
    }
    people::set_password(tx.conn(), cmd.account, &cmd.new.0, false, now)?;
    sessions::revoke_all(tx.conn(), cmd.account, Some(cmd.session), now)?;
    notice::tell(tx, &row.into_account()?, &Event::PasswordChanged { at: now }, now)?;
    Ok(())
}

//! A database and its root secret belong together: what was sealed under one can't be read under another. So the
//! database keeps a mark of the secret that it was begun with, and the product does not start under another one.

use serde_json::Value;

use super::Error;
use crate::accounts::people;
use crate::config::{self, Profile, Settings};
use crate::db::{self, Conn, Db, settings};
use crate::kernel::Timestamp;
use crate::kernel::crypto::{Keys, RootSecret};

/// The mark's name in the table `settings`.
const NAME: &str = "root_secret";
/// What the mark is an authenticator for.
const PURPOSE: &str = "mark of the root secret";

/// All keys of the root secret that the settings name; development makes one where none is.
///
/// # Errors
/// [`Error::NoSecret`], or a secret that can't be read or made.
pub(super) fn keys(settings: &Settings) -> Result<Keys, Error> {
    let secret = config::root_secret(settings)?.ok_or(Error::NoSecret)?;
    Ok(Keys::derive(&RootSecret::from_base64(secret.expose())?, &[])?)
}

/// Whether there is a root secret or one can be made: production makes none.
///
/// # Errors
/// [`Error::NoSecret`].
pub(super) fn is_there_or_can_be_made(settings: &Settings) -> Result<(), Error> {
    if settings.secret_key.is_none() && settings.profile == Profile::Production {
        return Err(Error::NoSecret);
    }
    Ok(())
}

/// Where no root secret is set, one may be made for a database that nothing was sealed in; another one has its own.
///
/// # Errors
/// [`Error::OtherSecret`], or a failure of the database.
pub(super) fn may_be_made(settings: &Settings, db: &Db) -> Result<(), Error> {
    let begun = |conn: &mut Conn| Ok::<_, db::Error>(mark(conn)?.is_some() || people::any_numbered(conn)?.is_some());
    if !config::has_root_secret(settings) && db.read_blocking(begun)? {
        return Err(Error::OtherSecret);
    }
    Ok(())
}

/// Whether the settings' root secret is the one that a mark was made from; `None` where no secret is set.
///
/// # Errors
/// A secret that can't be read.
pub fn is_of(settings: &Settings, mark: &str) -> Result<Option<bool>, Error> {
    let Some(secret) = &settings.secret_key else { return Ok(None) };
    let keys = Keys::derive(&RootSecret::from_base64(secret.expose())?, &[])?;
    Ok(Some(keys.verify_tag(PURPOSE, &[], mark)))
}

/// The mark that a database keeps: it proves the same secret and tells nothing of it. `None` before the first start.
///
/// # Errors
/// A failure of the database.
pub fn mark(conn: &mut Conn) -> Result<Option<String>, db::Error> {
    Ok(settings::get(conn, NAME)?.and_then(|kept| kept.as_str().map(str::to_owned)))
}

/// Whether the settings' root secret is the database's. `None` where no secret is set, or nothing was sealed yet.
///
/// # Errors
/// A failure of the database, or a secret that can't be read.
pub fn fits(db: &Db, settings: &Settings) -> Result<Option<bool>, Error> {
    let Some(secret) = &settings.secret_key else { return Ok(None) };
    let keys = Keys::derive(&RootSecret::from_base64(secret.expose())?, &[])?;
    Ok(db.read_blocking(|conn| opens(conn, &keys))?)
}

/// By its mark, else by an account's number: databases that are older than the mark.
fn opens(conn: &mut Conn, keys: &Keys) -> Result<Option<bool>, db::Error> {
    if let Some(mark) = mark(conn)? {
        return Ok(Some(keys.verify_tag(PURPOSE, &[], &mark)));
    }
    Ok(people::any_numbered(conn)?.map(|account| account.party.open(keys).is_ok()))
}

/// Refuses a database of another root secret; one that has no mark yet gets it.
///
/// # Errors
/// [`Error::OtherSecret`], or a failure of the database.
pub(super) fn hold(db: &Db, keys: &Keys, now: Timestamp) -> Result<(), Error> {
    if db.read_blocking(mark)?.is_none() {
        if db.read_blocking(|conn| opens(conn, keys))? == Some(false) {
            return Err(Error::OtherSecret);
        }
        let made = Value::from(keys.tag(PURPOSE, &[]));
        db.write_blocking(move |tx| settings::put_once(tx, NAME, &made, now))?;
    }
    // Read after writing: another node may have been quicker, with another secret.
    match db.read_blocking(|conn| opens(conn, keys))? {
        Some(true) => Ok(()),
        _ => Err(Error::OtherSecret),
    }
}

//! What people change about themselves, and what VNeID proves about them.

use jiff::civil::Date;
use serde_json::Value;

use super::account::{Account, AccountKind};
use super::store::people;
use super::units;
use crate::db::types::{D, J};
use crate::db::{self, Conn, Tx};
use crate::kernel::national::Sex;
use crate::kernel::{AccountId, Actor, Lang, Timestamp, clock, names, text};
use crate::notifications::Channels;

/// The form of the profile page.
#[derive(Clone, Debug)]
pub struct Update {
    /// [`Account::version`] that the form was rendered from.
    pub version: i32,
    /// `{province, commune, detail}`; codes of units that stand.
    pub address: Option<Value>,
    pub language: Lang,
    pub channels: Channels,
    /// Businesses: who acts for it.
    pub representative: Option<String>,
}

/// Why the profile stays.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("changed elsewhere meanwhile")]
    Stale,
    /// The pointer below `/address`, or `/representative`.
    #[error("{0} is not right")]
    BadField(&'static str),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Saves the profile of whoever is signed in.
///
/// # Errors
/// [`ProfileError`].
pub fn act(tx: &mut Tx<'_>, who: &Actor, cmd: &Update, now: Timestamp) -> Result<Account, ProfileError> {
    let id = who.account().ok_or(ProfileError::NotSignedIn)?;
    let mut row = people::lock(tx.conn(), id)?;
    if let Some(address) = &cmd.address {
        check_address(tx.conn(), address, clock::local_date(now))?;
    }
    if row.kind()? == AccountKind::Business {
        let typed = cmd.representative.as_deref().unwrap_or_default();
        row.representative = Some(names::check(typed).map_err(|_| ProfileError::BadField("/representative"))?);
    }
    row.address = cmd.address.clone().map(J);
    cmd.language.as_str().clone_into(&mut row.language);
    row.channels = J(serde_json::json!(cmd.channels));
    if !people::save_profile(tx.conn(), &row, cmd.version, now)? {
        return Err(ProfileError::Stale);
    }
    Ok(people::by_id(tx.conn(), id)?.into_account()?)
}

/// A two-level address: a commune of its province, and words.
fn check_address(conn: &mut Conn, address: &Value, today: Date) -> Result<(), ProfileError> {
    let word = |key: &str| address.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (province, commune, detail) = (word("province"), word("commune"), word("detail"));
    if detail.chars().count() > 300 {
        return Err(ProfileError::BadField("/address/detail"));
    }
    let unit = units::by_code(conn, &commune)?.ok_or(ProfileError::BadField("/address/commune"))?;
    if unit.parent_code.as_deref() != Some(province.as_str()) || !unit.stands_on(today) {
        return Err(ProfileError::BadField("/address/commune"));
    }
    Ok(())
}

/// Sets the language alone (the switch in the page's head).
///
/// # Errors
/// A failure of the database.
pub fn set_language(tx: &mut Tx<'_>, account: AccountId, language: Lang, now: Timestamp) -> Result<(), db::Error> {
    let mut row = people::lock(tx.conn(), account)?;
    language.as_str().clone_into(&mut row.language);
    let seen = row.version;
    people::save_profile(tx.conn(), &row, seen, now).map(drop)
}

/// What the state's identity service says about the person who signed in there.
#[derive(Clone, Debug)]
pub struct Proved {
    pub full_name: String,
    pub date_of_birth: Date,
    pub sex: Sex,
}

/// Raises a citizen's account to identity level 2 with what VNeID proved. The caller has compared the number.
///
/// # Errors
/// [`ProfileError`].
pub fn raise(tx: &mut Tx<'_>, account: AccountId, proved: &Proved, now: Timestamp) -> Result<Account, ProfileError> {
    let mut row = people::lock(tx.conn(), account)?;
    if row.kind()? != AccountKind::Citizen {
        return Err(ProfileError::NotSignedIn);
    }
    row.full_name = names::check(&proved.full_name).map_err(|_| ProfileError::BadField("/full_name"))?;
    row.name_fold = text::fold(&row.full_name);
    row.sort_key = text::sort_key(&row.full_name);
    row.date_of_birth = Some(D(proved.date_of_birth));
    row.sex = Some(proved.sex.as_str().to_owned());
    row.identity_level = 2;
    row.verified_at = Some(now);
    let seen = row.version;
    people::save_profile(tx.conn(), &row, seen, now)?;
    Ok(people::by_id(tx.conn(), account)?.into_account()?)
}

//! An administrator (or `motcua user create`) makes an officer's account with a one-time password.

use super::account::{Account, AccountKind, State};
use super::agencies;
use super::journal;
use super::new_account::New;
use super::party::SealedParty;
use super::password::PasswordHash;
use super::rights;
use super::store::{officers, people};
use crate::db::{self, Tx};
use crate::kernel::{Actor, AgencyId, AssignmentId, Role, Timestamp, UnitId, text};

/// The command. The password is made with [`super::password::one_time`] and told to the officer once.
#[derive(Clone)]
pub struct CreateOfficer {
    pub role: Role,
    pub agency: AgencyId,
    pub unit: Option<UnitId>,
    /// Code of the procedure field that the right is limited to.
    pub field: Option<String>,
    pub full_name: String,
    pub party: SealedParty,
    pub email: Option<String>,
    /// `+84…`.
    pub phone: Option<String>,
    pub password: PasswordHash,
    /// The officer has to replace the password at first sign-in; not so for demonstration accounts.
    pub must_change_password: bool,
    /// A sealed secret of the second factor ([`super::totp::seal`]) for demonstration accounts; others set it up
    /// themselves at first sign-in.
    pub totp_sealed: Option<String>,
    pub is_demo: bool,
}

/// Why there is no new officer.
#[derive(Debug, thiserror::Error)]
pub enum CreateOfficerError {
    #[error("only an accounts administrator of the agency or of one above it may do this")]
    NotAllowed,
    #[error("a name is needed")]
    NoName,
    #[error("{0:?} is not an e-mail address")]
    BadEmail(String),
    #[error("an officer with this number is there already")]
    NumberTaken,
    #[error("no such agency")]
    NoAgency,
    #[error("the unit belongs to another agency")]
    NoUnit,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Creates the account and its first right.
///
/// # Errors
/// [`CreateOfficerError`].
pub fn act(tx: &mut Tx<'_>, who: &Actor, cmd: &CreateOfficer, now: Timestamp) -> Result<Account, CreateOfficerError> {
    use CreateOfficerError as E;
    let conn = tx.conn();
    if !rights::administers(conn, who, cmd.agency)? {
        return Err(E::NotAllowed);
    }
    let name = text::line(&cmd.full_name);
    if name.is_empty() {
        return Err(E::NoName);
    }
    if let Some(email) = cmd.email.as_ref().filter(|email| !text::is_email(email)) {
        return Err(E::BadEmail(email.clone()));
    }
    agencies::by_id(conn, cmd.agency)?.ok_or(E::NoAgency)?;
    if let Some(unit) = cmd.unit
        && super::store::agencies::agency_of_unit(conn, unit)? != Some(cmd.agency)
    {
        return Err(E::NoUnit);
    }
    if let Some(index) = &cmd.party.index
        && people::of_number(conn, AccountKind::Officer, index)?.is_some()
    {
        return Err(E::NumberTaken);
    }
    let new = New {
        email: cmd.email.clone(),
        phone: cmd.phone.clone(),
        password_hash: Some(cmd.password.0.clone()),
        ..New::of(AccountKind::Officer, cmd.party.clone(), &name)
    };
    let mut row = new.into_row(now);
    row.must_change_password = cmd.must_change_password;
    row.totp_secret_enc.clone_from(&cmd.totp_sealed);
    row.is_demo = cmd.is_demo;
    row.opened_by = who.account();
    row.verified_at = Some(now);
    row.state = State::Active.as_str().to_owned();
    people::insert(conn, row.clone())?;
    let right = officers::Row {
        id: AssignmentId::new(),
        account_id: row.id,
        role: cmd.role.as_str().to_owned(),
        agency_id: cmd.agency,
        unit_id: cmd.unit,
        field_code: cmd.field.clone(),
        valid_from: None,
        valid_to: None,
        created_at: now,
    };
    officers::insert(conn, right)?;
    let what = format!("Tạo tài khoản cán bộ, vai trò {}", cmd.role.as_str());
    journal::note(tx, who, (Some(cmd.agency), row.id), ("create_officer", &what), now)?;
    Ok(row.into_account()?)
}

//! Rights of officers: given with dates, ended, never deleted.

use super::account::AccountKind;
use super::agencies;
use super::journal;
use super::rights;
use super::store::{officers, people};
use crate::db::{self, Tx};
use crate::kernel::{AccountId, Actor, AgencyId, Assignment, AssignmentId, Role, Timestamp, UnitId};

/// A right to give.
#[derive(Clone, Debug)]
pub struct Assign {
    pub officer: AccountId,
    pub role: Role,
    pub agency: AgencyId,
    pub unit: Option<UnitId>,
    /// Code of the procedure field that the right is limited to.
    pub field: Option<String>,
    /// None: from now.
    pub valid_from: Option<Timestamp>,
    /// None: without end. Deputies get an end.
    pub valid_to: Option<Timestamp>,
}

/// Why a right was not given or ended.
#[derive(Debug, thiserror::Error)]
pub enum AssignError {
    #[error("only an accounts administrator of the agency or of one above it may do this")]
    NotAllowed,
    /// Nobody gives rights to themselves.
    #[error("nobody may change their own rights")]
    Own,
    #[error("this is not an officer")]
    NotAnOfficer,
    #[error("no such agency or unit")]
    NoAgency,
    #[error("the right would end before it begins")]
    Dates,
    #[error("the officer has this right already")]
    Already(AssignmentId),
    #[error("no such right")]
    NoRight,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Gives a right.
///
/// # Errors
/// [`AssignError`].
pub fn add(tx: &mut Tx<'_>, who: &Actor, cmd: &Assign, now: Timestamp) -> Result<AssignmentId, AssignError> {
    use AssignError as E;
    let conn = tx.conn();
    if !rights::administers(conn, who, cmd.agency)? {
        return Err(E::NotAllowed);
    }
    if who.account() == Some(cmd.officer) {
        return Err(E::Own);
    }
    if people::by_id(conn, cmd.officer)?.kind()? != AccountKind::Officer {
        return Err(E::NotAnOfficer);
    }
    agencies::by_id(conn, cmd.agency)?.ok_or(E::NoAgency)?;
    if let Some(unit) = cmd.unit
        && super::store::agencies::agency_of_unit(conn, unit)? != Some(cmd.agency)
    {
        return Err(E::NoAgency);
    }
    if cmd.valid_to.is_some_and(|to| to <= cmd.valid_from.unwrap_or(now)) {
        return Err(E::Dates);
    }
    let same = |a: &Assignment| {
        a.role == cmd.role
            && a.agency == cmd.agency
            && a.unit == cmd.unit
            && a.field == cmd.field
            && a.valid_to.is_none()
    };
    if let Some(there) = officers::valid(conn, cmd.officer, now)?.iter().find(|a| same(a)) {
        return Err(E::Already(there.id));
    }
    let row = officers::Row {
        id: AssignmentId::new(),
        account_id: cmd.officer,
        role: cmd.role.as_str().to_owned(),
        agency_id: cmd.agency,
        unit_id: cmd.unit,
        field_code: cmd.field.clone(),
        valid_from: cmd.valid_from,
        valid_to: cmd.valid_to,
        created_at: now,
    };
    let id = row.id;
    officers::insert(conn, row)?;
    let what = format!("Giao vai trò {}", cmd.role.as_str());
    journal::note(tx, who, (Some(cmd.agency), cmd.officer), ("assign_right", &what), now)?;
    Ok(id)
}

/// Ends a right now. Sessions need not end: rights are read at each request.
///
/// # Errors
/// [`AssignError`].
pub fn remove(tx: &mut Tx<'_>, who: &Actor, id: AssignmentId, now: Timestamp) -> Result<(), AssignError> {
    let conn = tx.conn();
    let (officer, right) = officers::by_id(conn, id)?.ok_or(AssignError::NoRight)?;
    if !rights::administers(conn, who, right.agency)? {
        return Err(AssignError::NotAllowed);
    }
    if who.account() == Some(officer) {
        return Err(AssignError::Own);
    }
    if right.valid_to.is_some_and(|to| to <= now) {
        return Err(AssignError::NoRight);
    }
    officers::end(conn, id, now)?;
    let what = format!("Thôi vai trò {}", right.role.as_str());
    journal::note(tx, who, (Some(right.agency), officer), ("end_right", &what), now)?;
    Ok(())
}

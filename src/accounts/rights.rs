//! Who may do what: small questions that use cases ask before anything else.

use super::agencies;
use super::store::{officers, people};
use crate::db::{self, Conn};
use crate::kernel::{AccountId, Actor, AgencyId, Assignment, Officer, Role};

/// The agencies whose dossiers an officer may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everything: auditors.
    All,
    /// These agencies; leaders' include all below.
    Agencies(Vec<AgencyId>),
}

impl Sight {
    /// Whether `agency` is in sight.
    pub fn covers(&self, agency: AgencyId) -> bool {
        match self {
            Self::All => true,
            Self::Agencies(list) => list.contains(&agency),
        }
    }
}

/// Roles that see the agencies below their own.
const LEADERS: [Role; 2] = [Role::Approver, Role::Head];
/// Roles that work on dossiers; administrators see none.
const WORKERS: [Role; 5] = [Role::Clerk, Role::Handler, Role::Approver, Role::Records, Role::Head];

/// What an officer may look at, by agency. Field and unit limits of an assignment come on top
/// ([`Officer::has`]).
///
/// # Errors
/// A failure of the database.
pub fn sight(conn: &mut Conn, officer: &Officer) -> Result<Sight, db::Error> {
    if officer.has_anywhere(Role::Auditor) {
        return Ok(Sight::All);
    }
    let agencies_of = |roles: &[Role]| -> Vec<AgencyId> {
        officer.assignments.iter().filter(|a| roles.contains(&a.role)).map(|a| a.agency).collect()
    };
    let mut seen = agencies_of(&WORKERS);
    seen.extend(agencies::below(conn, &agencies_of(&LEADERS))?);
    seen.sort_unstable();
    seen.dedup();
    Ok(Sight::Agencies(seen))
}

/// An officer with the rights that hold now, and what lies below the agencies that the officer leads in every field.
///
/// # Errors
/// A failure of the database.
pub(super) fn at_work(
    conn: &mut Conn,
    (account, name): (AccountId, String),
    assignments: Vec<Assignment>,
) -> Result<Officer, db::Error> {
    let leads = |a: &&Assignment| LEADERS.contains(&a.role) && a.field.is_none() && a.unit.is_none();
    let led: Vec<AgencyId> = assignments.iter().filter(leads).map(|a| a.agency).collect();
    let mut below = agencies::below(conn, &led)?;
    below.retain(|agency| !led.contains(agency));
    Ok(Officer { account, name, assignments, below })
}

/// Whether the actor may administer accounts of `agency`: the product itself, or an accounts administrator of it or
/// of an agency above it.
///
/// # Errors
/// A failure of the database.
pub fn administers(conn: &mut Conn, who: &Actor, agency: AgencyId) -> Result<bool, db::Error> {
    match who {
        Actor::System => Ok(true),
        Actor::Officer(officer) => {
            let above = agencies::with_ancestors(conn, agency)?;
            Ok(above.iter().any(|a| officer.has(Role::AccountsAdmin, *a, None)))
        }
        Actor::Anonymous | Actor::Citizen { .. } => Ok(false),
    }
}

/// Whether the actor may administer an officer's account: every agency the officer has or had rights in is theirs.
///
/// # Errors
/// A failure of the database.
pub fn administers_officer(conn: &mut Conn, who: &Actor, officer: AccountId) -> Result<bool, db::Error> {
    for assignment in officers::history(conn, officer)? {
        if !administers(conn, who, assignment.agency)? {
            return Ok(false);
        }
    }
    match who {
        Actor::System => Ok(true),
        Actor::Officer(admin) => Ok(admin.has_anywhere(Role::AccountsAdmin)),
        Actor::Anonymous | Actor::Citizen { .. } => Ok(false),
    }
}

/// Number indexes that an officer must keep their hands off: their own and their declared relatives'.
///
/// # Errors
/// A failure of the database.
pub fn conflicting(conn: &mut Conn, officer: AccountId) -> Result<Vec<String>, db::Error> {
    let own = people::by_id(conn, officer)?.party()?.index;
    let relatives = officers::relatives(conn, officer)?;
    Ok(own.into_iter().chain(relatives.into_iter().map(|(index, _, _)| index)).collect())
}

/// Whether an officer may handle a dossier of the parties with these number indexes: never their own or their
/// declared relatives' (domain.md, People and rights).
///
/// # Errors
/// A failure of the database.
pub fn has_conflict(conn: &mut Conn, officer: AccountId, parties: &[&str]) -> Result<bool, db::Error> {
    let conflicting = conflicting(conn, officer)?;
    Ok(conflicting.iter().any(|index| parties.contains(&index.as_str())))
}

//! What an officer's lists may show.

use super::opinions::ANSWERING;
use crate::dossiers::list::Sight;
use crate::kernel::{AgencyId, Officer, Role};

/// Roles that see an agency's dossiers.
const SEEING: [Role; 6] = [Role::Clerk, Role::Handler, Role::Approver, Role::Records, Role::Head, Role::Auditor];

/// The agencies and fields that an officer's rights open.
pub fn of(officer: &Officer) -> Sight {
    Sight {
        everything: officer.has_anywhere(Role::Auditor),
        agencies: with_roles(officer, &SEEING),
        below: officer.below.clone(),
        asked_in: with_roles(officer, &ANSWERING),
    }
}

/// The agencies in which an officer has one of these roles, with the fields; `None`: all fields.
fn with_roles(officer: &Officer, roles: &[Role]) -> Vec<(AgencyId, Option<Vec<String>>)> {
    let mut agencies: Vec<(AgencyId, Option<Vec<String>>)> = Vec::new();
    for right in officer.assignments.iter().filter(|right| roles.contains(&right.role)) {
        match (agencies.iter_mut().find(|(agency, _)| *agency == right.agency), &right.field) {
            (Some((_, fields)), None) => *fields = None,
            (Some((_, Some(fields))), Some(field)) => fields.push(field.clone()),
            (Some((_, None)), Some(_)) => {}
            (None, field) => agencies.push((right.agency, field.clone().map(|f| vec![f]))),
        }
    }
    agencies
}

/// The roles that an officer settles dossiers in.
pub fn roles(officer: &Officer) -> Vec<Role> {
    let mut roles: Vec<Role> = officer.assignments.iter().map(|a| a.role).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

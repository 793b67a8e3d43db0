//! What an officer's lists may show.

use crate::dossiers::list::Sight;
use crate::kernel::{AgencyId, Officer, Role};

/// The agencies and fields that an officer's rights open.
pub fn of(officer: &Officer) -> Sight {
    let mut agencies: Vec<(AgencyId, Option<Vec<String>>)> = Vec::new();
    for right in &officer.assignments {
        let settles = matches!(
            right.role,
            Role::Clerk | Role::Handler | Role::Approver | Role::Records | Role::Head | Role::Auditor
        );
        if !settles {
            continue;
        }
        match (agencies.iter_mut().find(|(agency, _)| *agency == right.agency), &right.field) {
            (Some((_, fields)), None) => *fields = None,
            (Some((_, Some(fields))), Some(field)) => fields.push(field.clone()),
            (Some((_, None)), Some(_)) => {}
            (None, field) => agencies.push((right.agency, field.clone().map(|f| vec![f]))),
        }
    }
    Sight { everything: officer.has_anywhere(Role::Auditor), agencies }
}

/// The roles that an officer settles dossiers in.
pub fn roles(officer: &Officer) -> Vec<Role> {
    let mut roles: Vec<Role> = officer.assignments.iter().map(|a| a.role).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

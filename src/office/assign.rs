//! Phân công: who of the unit takes the dossier.

use super::{ActError, Desk, Done, Rules, Target};
use crate::db::Tx;
use crate::dossiers::Step;
use crate::kernel::{AccountId, Actor, Timestamp};

/// Puts a dossier on an officer's table (`None`: back to the unit).
///
/// # Errors
/// A fault at `/assignee`, or as every act.
pub fn assign(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, assignee): (Target, Option<AccountId>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let mut desk = Desk::open(tx, who, rules, target, Step::Assign, now)?;
    if let Some(assignee) = assignee {
        check_assignee(&mut desk, assignee)?;
    }
    let changes = super::desk::change("assignee", desk.dossier.assignee_id, assignee);
    desk.dossier.assignee_id = assignee;
    desk.finish(None, changes, false)
}

/// An assignee must be an officer who may see the dossier and is no relative of its people.
pub(super) fn check_assignee(desk: &mut Desk<'_, '_>, assignee: AccountId) -> Result<(), ActError> {
    let wrong = || ActError::invalid("/assignee", "unknown", "Người này không phụ trách hồ sơ của cơ quan.");
    let now = desk.now;
    let colleague = crate::accounts::people::actor(desk.tx.conn(), assignee, now).map_err(|e| match e {
        crate::db::Error::NotFound => wrong(),
        e => ActError::Db(e),
    })?;
    let field = &desk.rules.revision.field.code;
    let fits = colleague.officer().is_some() && super::permission::may_see(&colleague, &desk.dossier, field);
    if !fits || desk.dossier.belongs_to(assignee) {
        return Err(wrong());
    }
    Ok(())
}

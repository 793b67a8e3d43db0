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
    let wrong = || {
        ActError::invalid(
            "/assignee",
            "unknown",
            ("Người này không phụ trách hồ sơ của cơ quan.", "This person does not handle the agency's dossiers."),
        )
    };
    let now = desk.now;
    let colleague = crate::accounts::people::actor(desk.tx.conn(), assignee, now).map_err(|e| match e {
        crate::db::Error::NotFound => wrong(),
        e => ActError::Db(e),
    })?;
    let field = &desk.rules.revision.field.code;
    let fits = |officer| super::permission::serves(officer, &desk.dossier, field);
    if !colleague.officer().is_some_and(fits) {
        return Err(wrong());
    }
    if super::conflict::concerns(desk.tx.conn(), assignee, &desk.dossier)? {
        let message = (
            "Người này không được xử lý hồ sơ của bản thân hoặc người thân.",
            "Nobody handles a dossier of their own or of a relative.",
        );
        return Err(ActError::invalid("/assignee", "conflict", message));
    }
    Ok(())
}

/// The officer who had the dossier before, unless they have left or may not have it any more: then nobody in particular.
///
/// # Errors
/// A failure of the database.
pub(super) fn if_still_there(
    desk: &mut Desk<'_, '_>,
    before: Option<AccountId>,
) -> Result<Option<AccountId>, ActError> {
    let Some(id) = before else { return Ok(None) };
    match check_assignee(desk, id) {
        Ok(()) => Ok(Some(id)),
        Err(ActError::Invalid(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

//! Từ chối tiếp nhận: with a reason in words that a person understands, never a technical error code (Mẫu 03).

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, papers, supplement};
use crate::db::Tx;
use crate::dossiers::Step;
use crate::kernel::{Actor, Timestamp};
use crate::payments;

/// Refuses to take the dossier in. The reason goes to the applicant and on Mẫu 03.
///
/// # Errors
/// A missing reason, or as every act.
pub fn refuse_acceptance(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::RefuseAcceptance, now)?;
    desk.dossier.step = None;
    desk.dossier.step_role = None;
    payments::remove_unpaid(desk.tx.conn(), desk.dossier.id)?;
    let done = desk.finish(Some(reason.clone()), json!({}), true)?;
    papers::acceptance_refused(tx, who, rules, (&done, &reason), now)?;
    telling::tell(tx, rules, &done.dossier, Tell::AcceptanceRefused { reason }, now)?;
    Ok(done)
}

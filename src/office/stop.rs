//! Dừng xử lý (Mẫu 05; before acceptance Mẫu 03), going on again, closing for good.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, papers, supplement, timing};
use crate::catalog::workflow::StepKind;
use crate::db::Tx;
use crate::dossiers::{self, State, Step};
use crate::kernel::deadline::PauseReason;
use crate::kernel::{Actor, Timestamp};
use crate::payments;

/// Stops the dossier with a reason; the clock stands still. What was not accepted yet is not taken in by that: it ends, and
/// nothing is owed for it any more.
///
/// # Errors
/// A missing reason, or as every act.
pub fn stop(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Stop, now)?;
    dossiers::close_supplement(desk.tx.conn(), desk.dossier.id, "cancelled", None, now)?;
    if desk.dossier.flags.awaiting_confirmation.take().is_some() {
        timing::end_pause(&mut desk, PauseReason::DraftConfirmation)?;
    }
    let accepted = desk.to != State::AcceptanceRefused;
    if !accepted {
        end(&mut desk)?;
    }
    let done = desk.finish(Some(reason.clone()), json!({}), true)?;
    if accepted {
        papers::stopped(tx, who, rules, (&done, "Cơ quan giải quyết", &reason), now)?;
        telling::tell(tx, rules, &done.dossier, Tell::Stopped { reason }, now)?;
    } else {
        papers::acceptance_refused(tx, who, rules, (&done, &reason), now)?;
        telling::tell(tx, rules, &done.dossier, Tell::AcceptanceRefused { reason }, now)?;
    }
    Ok(done)
}

/// Of what ends, no step has it and nothing is owed.
fn end(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    desk.dossier.step = None;
    desk.dossier.step_role = None;
    payments::remove_unpaid(desk.tx.conn(), desk.dossier.id)?;
    Ok(())
}

/// Goes on with a stopped dossier, at the handling step.
///
/// # Errors
/// A missing reason, or as every act.
pub fn resume(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Resume, now)?;
    let before = desk.dossier.handler_id;
    let handler = super::assign::if_still_there(&mut desk, before)?;
    super::forward::enter_kind(&mut desk, StepKind::Handle, handler);
    let done = desk.finish(Some(reason), json!({}), true)?;
    telling::tell(tx, rules, &done.dossier, Tell::Progress, now)?;
    Ok(done)
}

/// Closes a stopped dossier for good: what nobody has paid is owed no more.
///
/// # Errors
/// A missing reason, or as every act.
pub fn close(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Close, now)?;
    end(&mut desk)?;
    let done = desk.finish(Some(reason.clone()), json!({}), true)?;
    telling::tell(tx, rules, &done.dossier, Tell::Stopped { reason }, now)?;
    Ok(done)
}

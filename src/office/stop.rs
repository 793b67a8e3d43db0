//! Dừng xử lý (Mẫu 05), going on again, closing for good.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, papers, supplement, timing};
use crate::catalog::workflow::StepKind;
use crate::db::Tx;
use crate::dossiers::{self, Step};
use crate::kernel::deadline::PauseReason;
use crate::kernel::{Actor, Timestamp};

/// Stops the dossier with a reason; the clock stands still.
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
    let done = desk.finish(Some(reason.clone()), json!({}), true)?;
    papers::stopped(tx, who, rules, (&done, "Cơ quan giải quyết", &reason), now)?;
    telling::tell(tx, rules, &done.dossier, Tell::Stopped { reason }, now)?;
    Ok(done)
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

/// Closes a stopped dossier for good.
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
    desk.dossier.step = None;
    desk.dossier.step_role = None;
    let done = desk.finish(Some(reason.clone()), json!({}), true)?;
    telling::tell(tx, rules, &done.dossier, Tell::Stopped { reason }, now)?;
    Ok(done)
}

//! Rút hồ sơ: at once before acceptance; after it an officer confirms or declines, and the clock stands still meanwhile.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, papers, supplement, timing};
use crate::db::Tx;
use crate::dossiers::{self, Step};
use crate::kernel::deadline::PauseReason;
use crate::kernel::{Actor, Timestamp};
use crate::payments;

/// The applicant withdraws (before acceptance) or asks to (after it).
///
/// # Errors
/// A missing reason, the rule `asked-already`, or as every act.
pub fn withdraw(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let accepted = match dossiers::by_id(tx.conn(), target.id) {
        Ok(dossier) => dossier.accepted_at.is_some(),
        Err(crate::db::Error::NotFound) => return Err(ActError::NotFound),
        Err(e) => return Err(e.into()),
    };
    if accepted {
        return request(tx, who, (target, reason), rules, now);
    }
    let desk = Desk::open(tx, who, rules, target, Step::Withdraw, now)?;
    let done = leave(desk, Some(reason), json!({}))?;
    telling::tell(tx, rules, &done.dossier, Tell::Withdrawn, now)?;
    Ok(done)
}

fn request(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, String),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let mut desk = Desk::open(tx, who, rules, target, Step::RequestWithdrawal, now)?;
    if desk.dossier.flags.withdrawal_requested.is_some() {
        return Err(ActError::rule(
            "asked-already",
            (
                "Yêu cầu rút hồ sơ đã được gửi và đang chờ trả lời.",
                "The withdrawal has been asked for already and waits for an answer.",
            ),
        ));
    }
    desk.dossier.flags.withdrawal_requested = Some(now);
    timing::begin_pause(&mut desk, PauseReason::Withdrawal)?;
    desk.finish(Some(reason), json!({}), true)
}

/// An officer lets the applicant go. Money to give back is noted for the refund.
///
/// # Errors
/// The rule `not-asked`, or as every act.
pub fn confirm_withdrawal(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, refund): (Target, Option<bool>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let mut desk = Desk::open(tx, who, rules, target, Step::ConfirmWithdrawal, now)?;
    asked(&desk)?;
    desk.dossier.flags.withdrawal_requested = None;
    timing::end_pause(&mut desk, PauseReason::Withdrawal)?;
    let done = leave(desk, None, json!({"refund_wanted": refund}))?;
    papers::stopped(tx, who, rules, (&done, "Người nộp hồ sơ", "Công dân yêu cầu rút hồ sơ"), now)?;
    telling::tell(tx, rules, &done.dossier, Tell::Withdrawn, now)?;
    Ok(done)
}

/// An officer declines: the dossier goes on, the clock too.
///
/// # Errors
/// The rule `not-asked`, a missing reason, or as every act.
pub fn decline_withdrawal(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::DeclineWithdrawal, now)?;
    asked(&desk)?;
    desk.dossier.flags.withdrawal_requested = None;
    timing::end_pause(&mut desk, PauseReason::Withdrawal)?;
    desk.finish(Some(reason), json!({}), true)
}

fn asked(desk: &Desk<'_, '_>) -> Result<(), ActError> {
    match desk.dossier.flags.withdrawal_requested {
        Some(_) => Ok(()),
        None => Err(ActError::rule(
            "not-asked",
            ("Người nộp chưa yêu cầu rút hồ sơ.", "The applicant has not asked to withdraw the dossier."),
        )),
    }
}

/// Ends the dossier: open requests and steps with it.
fn leave(mut desk: Desk<'_, '_>, reason: Option<String>, changes: serde_json::Value) -> Result<Done, ActError> {
    let now = desk.now;
    dossiers::close_supplement(desk.tx.conn(), desk.dossier.id, "cancelled", None, now)?;
    payments::remove_unpaid(desk.tx.conn(), desk.dossier.id)?;
    desk.dossier.step = None;
    desk.dossier.step_role = None;
    desk.dossier.assignee_id = None;
    desk.finish(reason, changes, true)
}

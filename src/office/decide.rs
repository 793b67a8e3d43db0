//! Phê duyệt or từ chối giải quyết: the decision, with its result waiting for signatures.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, draft_result, forward, papers, supplement, timing};
use crate::catalog::Outcome;
use crate::catalog::workflow::StepKind;
use crate::db::Tx;
use crate::dossiers::{self, Dossier, Event, Step};
use crate::kernel::deadline::Limit;
use crate::kernel::{Actor, Timestamp};

/// Decides by the draft: granted as drafted, or refused as drafted.
///
/// # Errors
/// The rule `own-handling` (nobody approves what they handled), `awaiting-citizen` while the citizen still looks at the
/// draft, `draft-objected` while an objection to it stands, or as every act.
pub fn approve(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, note): (Target, Option<&str>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", note)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Approve, now)?;
    free_to_decide(&mut desk)?;
    if desk.dossier.flags.draft_objected {
        let message = "Người dân đã báo dự thảo sai; hãy lưu lại dự thảo đã sửa trước khi phê duyệt.";
        return Err(ActError::rule("draft-objected", message));
    }
    drafted(&mut desk)?;
    let draft = draft_result::ensure(&mut desk)?;
    let outcome = if draft.outcome == "refused" { Outcome::Refused } else { Outcome::Granted };
    let reason = draft.note.clone().unwrap_or_default();
    decided(desk, (outcome, draft.data, reason), note)
}

/// Refuses to settle, with the reason that goes on the paper (NĐ 61/2018 Đ19.8).
///
/// # Errors
/// A missing reason, and as [`approve`].
pub fn reject(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Reject, now)?;
    free_to_decide(&mut desk)?;
    decided(desk, (Outcome::Refused, json!({}), reason.clone()), Some(reason))
}

/// Somebody else must have drafted the result, except where the procedure is settled on the spot (domain.md, Statuses).
fn drafted(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    if on_the_spot(desk.rules, &desk.dossier) || dossiers::draft_result_of(desk.tx.conn(), desk.dossier.id)?.is_some() {
        return Ok(());
    }
    Err(ActError::rule("no-draft", "Chưa có dự thảo kết quả; hãy chuyển hồ sơ cho chuyên viên thụ lý."))
}

/// Whether the procedure is settled on the day it comes, or by the product itself: then it may be decided as soon as it
/// is accepted (domain.md, Statuses).
pub(super) fn on_the_spot(rules: &Rules, dossier: &Dossier) -> bool {
    rules.revision.automatic || timing::limit(rules, dossier) == Some(Limit::SameDay)
}

/// Whether `who` has handled the dossier at any time: drafted its result, or sent it on from the handling step. The
/// events say so, whoever saved the draft last.
fn has_handled(desk: &mut Desk<'_, '_>) -> Result<bool, ActError> {
    let Some(account) = desk.who.account() else { return Ok(false) };
    let workflow = desk.rules.case(&desk.dossier).map(|case| &case.workflow);
    let handles = |event: &Event| {
        let from = event.changes.get("from_step").and_then(|code| code.as_str());
        from.and_then(|code| workflow?.step(code)).is_some_and(|step| step.kind == StepKind::Handle)
    };
    let events = dossiers::events_of(desk.tx.conn(), desk.dossier.id)?;
    Ok(events.iter().filter(|event| event.actor == Some(account)).any(|event| match Step::parse(&event.act) {
        Some(Step::DraftResult) => true,
        Some(Step::Forward) => handles(event),
        _ => false,
    }))
}

fn free_to_decide(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    if has_handled(desk)? {
        return Err(ActError::rule("own-handling", "Người đã thụ lý hồ sơ không được tự phê duyệt hồ sơ đó."));
    }
    if desk.dossier.flags.withdrawal_requested.is_some() {
        return Err(ActError::rule("withdrawal-asked", "Người nộp đang xin rút hồ sơ; hãy trả lời yêu cầu đó trước."));
    }
    if desk.dossier.flags.awaiting_confirmation.is_some() {
        return Err(ActError::rule("awaiting-citizen", "Đang chờ người dân xác nhận dự thảo kết quả."));
    }
    Ok(())
}

fn decided(
    mut desk: Desk<'_, '_>,
    (outcome, data, reason): (Outcome, serde_json::Value, String),
    note: Option<String>,
) -> Result<Done, ActError> {
    let now = desk.now;
    desk.dossier.decided_at = Some(now);
    desk.dossier.flags.waiting_opinion = false;
    let result = papers::result(&mut desk, (outcome, &data, &reason))?;
    forward::enter_kind(&mut desk, StepKind::HandOver, None);
    let rules = desk.rules;
    let changes = json!({"outcome": outcome, "result": {"code": result.code, "token": result.token}});
    let (done, tx) = desk.finish_with_tx(note, changes, true)?;
    let refused_because = (outcome == Outcome::Refused).then_some(reason);
    telling::tell(tx, rules, &done.dossier, Tell::ResultReady { refused_because }, now)?;
    Ok(done)
}

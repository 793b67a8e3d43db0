//! Phê duyệt or từ chối giải quyết: the decision, with its result waiting for signatures.

use serde_json::json;

use super::{ActError, Desk, Done, Rules, Target, draft_result, forward, given_number, papers, supplement, timing};
use crate::catalog::Outcome;
use crate::catalog::workflow::StepKind;
use crate::db::{Conn, Tx};
use crate::dossiers::{self, Dossier, Event, Step};
use crate::kernel::deadline::Limit;
use crate::kernel::{Actor, Timestamp};

/// The reason on the paper of a refusal that was drafted and approved without one.
const AS_DRAFTED: &str = "Hồ sơ không đủ điều kiện giải quyết theo dự thảo của người thụ lý.";

/// Decides by the draft: granted as drafted, or refused as drafted.
///
/// # Errors
/// The rule `own-handling` (nobody approves what they handled), `number-taken` and `identity-taken` where another result
/// bears a number of this one, `awaiting-citizen` while the citizen still looks at the
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
    may_approve(desk.tx.conn(), who, (&desk.dossier, rules))?;
    let draft = draft_result::ensure(&mut desk)?;
    let outcome = if draft.outcome == "refused" { Outcome::Refused } else { Outcome::Granted };
    let said = note.clone().filter(|_| outcome == Outcome::Refused);
    let reason = match outcome {
        Outcome::Refused => draft.note.clone().or(said).unwrap_or_else(|| AS_DRAFTED.to_owned()),
        _ => draft.note.clone().unwrap_or_default(),
    };
    let number = draft.number_index.filter(|_| outcome == Outcome::Granted);
    decided(desk, (outcome, draft.data, reason), number.as_deref(), note)
}

/// What stands against approving by the draft, beside status and right.
///
/// # Errors
/// As [`approve`].
pub(super) fn may_approve(conn: &mut Conn, who: &Actor, (dossier, rules): (&Dossier, &Rules)) -> Result<(), ActError> {
    may_decide(conn, who, (dossier, rules))?;
    if dossier.flags.draft_objected {
        let message = (
            "Người dân đã báo dự thảo sai; hãy lưu lại dự thảo đã sửa trước khi phê duyệt.",
            "The applicant reported a mistake in the draft: save the mended draft before it is approved.",
        );
        return Err(ActError::rule("draft-objected", message));
    }
    // Somebody else must have drafted the result, except where it is settled on the spot (domain.md, Statuses).
    if !on_the_spot(rules, dossier) && dossiers::draft_result_of(conn, dossier.id)?.is_none() {
        let message = (
            "Chưa có dự thảo kết quả; hãy chuyển hồ sơ cho chuyên viên thụ lý.",
            "There is no draft result yet: send the dossier to the handler.",
        );
        return Err(ActError::rule("no-draft", message));
    }
    Ok(())
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
    let desk = Desk::open(tx, who, rules, target, Step::Reject, now)?;
    may_decide(desk.tx.conn(), who, (&desk.dossier, rules))?;
    decided(desk, (Outcome::Refused, json!({}), reason.clone()), None, Some(reason))
}

/// Whether the procedure is settled on the day it comes, or by the product itself: then it may be decided as soon as it
/// is accepted (domain.md, Statuses).
pub(super) fn on_the_spot(rules: &Rules, dossier: &Dossier) -> bool {
    rules.revision.automatic || timing::limit(rules, dossier) == Some(Limit::SameDay)
}

/// Whether `who` has handled the dossier at any time: drafted its result, or sent it on from the handling step. The
/// events say so, whoever saved the draft last.
fn has_handled(conn: &mut Conn, who: &Actor, (dossier, rules): (&Dossier, &Rules)) -> Result<bool, ActError> {
    let Some(account) = who.account() else { return Ok(false) };
    let workflow = rules.case(dossier).map(|case| &case.workflow);
    let handles = |event: &Event| {
        let from = event.changes.get("from_step").and_then(|code| code.as_str());
        from.and_then(|code| workflow?.step(code)).is_some_and(|step| step.kind == StepKind::Handle)
    };
    let events = dossiers::events_of(conn, dossier.id)?;
    Ok(events.iter().filter(|event| event.actor == Some(account)).any(|event| match Step::parse(&event.act) {
        Some(Step::DraftResult) => true,
        Some(Step::Forward) => handles(event),
        _ => false,
    }))
}

/// What stands against deciding at all, beside status and right.
///
/// # Errors
/// As [`reject`].
pub(super) fn may_decide(conn: &mut Conn, who: &Actor, (dossier, rules): (&Dossier, &Rules)) -> Result<(), ActError> {
    if has_handled(conn, who, (dossier, rules))? {
        return Err(ActError::rule(
            "own-handling",
            (
                "Người đã thụ lý hồ sơ không được tự phê duyệt hồ sơ đó.",
                "Who has handled a dossier may not approve it.",
            ),
        ));
    }
    if dossier.flags.withdrawal_requested.is_some() {
        return Err(ActError::rule(
            "withdrawal-asked",
            (
                "Người nộp đang xin rút hồ sơ; hãy trả lời yêu cầu đó trước.",
                "The applicant asks to withdraw the dossier: answer that first.",
            ),
        ));
    }
    if dossier.flags.awaiting_confirmation.is_some() {
        return Err(ActError::rule(
            "awaiting-citizen",
            ("Đang chờ người dân xác nhận dự thảo kết quả.", "The applicant has yet to confirm the draft result."),
        ));
    }
    Ok(())
}

fn decided(
    mut desk: Desk<'_, '_>,
    (outcome, data, reason): (Outcome, serde_json::Value, String),
    number_index: Option<&str>,
    note: Option<String>,
) -> Result<Done, ActError> {
    let now = desk.now;
    desk.dossier.decided_at = Some(now);
    desk.dossier.flags.waiting_opinion = false;
    let result = papers::result(&mut desk, (outcome, &data, &reason))?;
    if let Some(index) = number_index {
        given_number::give(desk.tx.conn(), result.id, index)?;
    }
    forward::enter_kind(&mut desk, StepKind::HandOver, None);
    let changes = json!({"outcome": outcome, "result": {"code": result.code, "token": result.token}});
    // The applicant is told when the result can be had: signed and sealed (`sign`), or handed over.
    desk.finish(note, changes, true)
}

//! Chuyển xử lý, chuyển trả lại, and where a dossier stands in its workflow.

use serde_json::json;

use super::{ActError, Desk, Done, Holder, Rules, Target, draft_result, supplement};
use crate::accounts::people;
use crate::catalog::workflow::{Step as WorkStep, StepKind};
use crate::db::{Conn, Tx};
use crate::dossiers::{Dossier, Step};
use crate::kernel::{AccountId, Actor, Role, Timestamp};

/// Where to send a dossier.
#[derive(Clone, Debug, Default)]
pub struct Forward {
    /// Code of the step; the next by the workflow when `None`.
    pub step: Option<String>,
    pub assignee: Option<AccountId>,
    pub note: Option<String>,
}

/// Sends the dossier on to the next step. Leaving the handling step without a saved draft fills one from the form.
///
/// # Errors
/// [`ActError::HeldBy`] for who does not have the step, the rules `no-next-step`, `undecided` and `awaiting-citizen`, a
/// fault at `/step`, or as every act.
pub fn forward(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, cmd): (Target, &Forward),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", cmd.note.as_deref())?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Forward, now)?;
    let next = way_on(desk.tx.conn(), who, (&desk.dossier, rules), cmd.step.as_deref())?;
    let here = desk.dossier.step.clone();
    if kind_here(rules, &desk.dossier) == Some(StepKind::Handle) {
        draft_result::ensure(&mut desk)?;
    }
    enter(&mut desk, &next, cmd.assignee)?;
    desk.finish(note, json!({"from_step": here, "to_step": next.code}), false)
}

/// Sends the dossier back to the step before, with the reason.
///
/// # Errors
/// [`ActError::HeldBy`] for who does not have the step, the rule `no-step-before`, a missing reason, or as every act.
pub fn return_back(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::ReturnBack, now)?;
    let here = desk.dossier.step.clone();
    let before = way_back(desk.tx.conn(), who, (&desk.dossier, rules))?;
    // The handler of before takes it up again, unless they have left.
    let handler = desk.dossier.handler_id.filter(|_| before.kind == StepKind::Handle);
    let back_to = super::assign::if_still_there(&mut desk, handler)?;
    enter(&mut desk, &before, back_to)?;
    desk.finish(Some(reason), json!({"from_step": here, "to_step": before.code}), false)
}

/// Where the dossier goes on to; the next step by the workflow, or the one asked for.
///
/// # Errors
/// As [`forward`].
pub(super) fn way_on(
    conn: &mut Conn,
    who: &Actor,
    (dossier, rules): (&Dossier, &Rules),
    asked: Option<&str>,
) -> Result<WorkStep, ActError> {
    on_step(conn, who, (dossier, rules))?;
    let next = next_step(dossier, rules, asked)?;
    if dossier.flags.awaiting_confirmation.is_some() && kind_here(rules, dossier) == Some(StepKind::Handle) {
        // What they find may have to be mended here (domain.md, Flags).
        let message = (
            "Người dân đang xem dự thảo; chuyển ký được khi họ đã trả lời hoặc hết thời hạn xem.",
            "The applicant is reading the draft: it goes on when they have answered or their time is over.",
        );
        return Err(ActError::rule("awaiting-citizen", message));
    }
    match (kind_here(rules, dossier), next.kind) {
        (Some(StepKind::Decide), StepKind::HandOver) if dossier.decided_at.is_none() => {
            let message = (
                "Hồ sơ chưa có quyết định: hãy phê duyệt hoặc từ chối giải quyết.",
                "Nothing has been decided yet: approve or refuse.",
            );
            Err(ActError::rule("undecided", message))
        }
        _ => Ok(next),
    }
}

/// Where the dossier goes back to.
///
/// # Errors
/// As [`return_back`].
pub(super) fn way_back(
    conn: &mut Conn,
    who: &Actor,
    (dossier, rules): (&Dossier, &Rules),
) -> Result<WorkStep, ActError> {
    on_step(conn, who, (dossier, rules))?;
    let here = dossier.step.as_deref().unwrap_or_default();
    let before = rules.case(dossier).and_then(|case| case.workflow.before(here).first().map(|s| (*s).clone()));
    before.ok_or_else(|| {
        let message = ("Không có bước trước để chuyển trả lại.", "There is no step before to send it back to.");
        ActError::rule("no-step-before", message)
    })
}

/// Only who has the current step may send the dossier on or back: its role, or the one it is assigned to.
fn on_step(conn: &mut Conn, who: &Actor, (dossier, rules): (&Dossier, &Rules)) -> Result<(), ActError> {
    let Some(officer) = who.officer() else { return Ok(()) };
    let role = dossier.step_role.as_deref().and_then(Role::parse);
    let field = &rules.revision.field.code;
    let has = role.is_none_or(|role| officer.has(role, dossier.acting_agency_id, Some(field)));
    if has || dossier.assignee_id == Some(officer.account) {
        return Ok(());
    }
    let assignee = match dossier.assignee_id {
        Some(id) => people::by_ids(conn, &[id])?.into_iter().next().map(|account| account.full_name),
        None => None,
    };
    let step = dossier.step.as_deref().and_then(|code| step_of(rules, dossier, code)).map(|step| step.name.clone());
    Err(ActError::HeldBy(Box::new(Holder { step, role, officer: assignee })))
}

fn step_of<'r>(rules: &'r Rules, dossier: &Dossier, code: &str) -> Option<&'r WorkStep> {
    rules.case(dossier)?.workflow.step(code)
}

/// Whether the next step is the decision, and this one the handling before it.
pub(super) fn leads_to_decision(dossier: &Dossier, rules: &Rules) -> bool {
    let next = next_step(dossier, rules, None).map(|step| step.kind);
    kind_here(rules, dossier) == Some(StepKind::Handle) && matches!(next, Ok(StepKind::Decide))
}

/// Whether the dossier is still being received.
pub(super) fn is_with_reception(dossier: &Dossier, rules: &Rules) -> bool {
    dossier.accepted_at.is_none() || kind_here(rules, dossier) == Some(StepKind::Receive)
}

/// Whether the handling is over: the dossier lies with who decides, or later.
pub(super) fn is_past_handling(dossier: &Dossier, rules: &Rules) -> bool {
    matches!(kind_here(rules, dossier), Some(StepKind::Decide | StepKind::HandOver))
}

fn kind_here(rules: &Rules, dossier: &Dossier) -> Option<StepKind> {
    Some(step_of(rules, dossier, dossier.step.as_deref()?)?.kind)
}

/// The step asked for, if an edge whose condition holds leads there; else the first of those.
fn next_step(dossier: &Dossier, rules: &Rules, asked: Option<&str>) -> Result<WorkStep, ActError> {
    let here = dossier.step.as_deref().unwrap_or_default();
    let Some(workflow) = rules.case(dossier).map(|case| &case.workflow) else {
        let message = ("Thủ tục này không có quy trình xử lý.", "This service has no workflow.");
        return Err(ActError::rule("no-next-step", message));
    };
    let found = match asked {
        None => workflow.next(here, &dossier.data),
        Some(code) => workflow.leads(here, &dossier.data).find(|step| step.code == code),
    };
    match (found, asked) {
        (Some(step), _) => Ok(step.clone()),
        (None, Some(_)) => {
            let message = ("Không chuyển thẳng tới bước này được.", "The dossier can't go straight to that step.");
            Err(ActError::invalid("/step", "unknown", message))
        }
        (None, None) => {
            let message = (
                "Đây là bước cuối; không còn bước nào để chuyển.",
                "This is the last step: there is none to send it on to.",
            );
            Err(ActError::rule("no-next-step", message))
        }
    }
}

/// Puts a filed dossier on the first step, where it is received.
pub(super) fn enter_first_step(desk: &mut Desk<'_, '_>) {
    let first = desk.rules.case(&desk.dossier).and_then(|case| case.workflow.first());
    desk.dossier.step = first.map(|s| s.code.clone());
    desk.dossier.step_role = first.map(|s| s.role.as_str().to_owned());
}

/// Puts the dossier on the first step of a kind: a corrected dossier goes back to handling.
pub(super) fn enter_kind(desk: &mut Desk<'_, '_>, kind: StepKind, assignee: Option<AccountId>) {
    let step = desk.rules.case(&desk.dossier).and_then(|case| case.workflow.steps.iter().find(|s| s.kind == kind));
    if let Some(step) = step {
        desk.dossier.step = Some(step.code.clone());
        desk.dossier.step_role = Some(step.role.as_str().to_owned());
        desk.dossier.assignee_id = assignee;
    }
}

/// Puts the dossier on a step.
fn enter(desk: &mut Desk<'_, '_>, step: &WorkStep, assignee: Option<AccountId>) -> Result<(), ActError> {
    if let Some(assignee) = assignee {
        super::assign::check_assignee(desk, assignee)?;
    }
    desk.dossier.step = Some(step.code.clone());
    desk.dossier.step_role = Some(step.role.as_str().to_owned());
    desk.dossier.assignee_id = assignee;
    Ok(())
}

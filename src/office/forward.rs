//! Chuyển xử lý, chuyển trả lại, and where a dossier stands in its workflow.

use serde_json::json;

use super::{ActError, Desk, Done, Rules, Target, draft_result, supplement};
use crate::catalog::workflow::{Step as WorkStep, StepKind};
use crate::db::Tx;
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
/// The rule `no-next-step`, a fault at `/step`, or as every act.
pub fn forward(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, cmd): (Target, &Forward),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", cmd.note.as_deref())?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Forward, now)?;
    on_step(&desk)?;
    let here = desk.dossier.step.clone();
    let next = next_step(&desk, cmd.step.as_deref())?;
    let kind_here = here.as_deref().and_then(|code| step_of(rules, &desk.dossier, code)).map(|s| s.kind);
    if kind_here == Some(StepKind::Handle) {
        draft_result::ensure(&mut desk)?;
    }
    enter(&mut desk, &next, cmd.assignee)?;
    desk.finish(note, json!({"from_step": here, "to_step": next.code}), false)
}

/// Sends the dossier back to the step before, with the reason.
///
/// # Errors
/// The rule `no-step-before`, a missing reason, or as every act.
pub fn return_back(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::ReturnBack, now)?;
    on_step(&desk)?;
    let here = desk.dossier.step.clone().unwrap_or_default();
    let before = rules
        .case(&desk.dossier)
        .and_then(|case| case.workflow.before(&here).first().map(|s| (*s).clone()))
        .ok_or_else(|| ActError::rule("no-step-before", "Không có bước trước để chuyển trả lại."))?;
    // The handler of before takes it up again, unless they have left.
    let handler = desk.dossier.handler_id.filter(|_| before.kind == StepKind::Handle);
    let back_to = super::assign::if_still_there(&mut desk, handler)?;
    enter(&mut desk, &before, back_to)?;
    desk.finish(Some(reason), json!({"from_step": here, "to_step": before.code}), false)
}

/// Only who has the current step may send the dossier on or back: its role, or the one it is assigned to.
fn on_step(desk: &Desk<'_, '_>) -> Result<(), ActError> {
    let Some(officer) = desk.who.officer() else { return Ok(()) };
    let role = desk.dossier.step_role.as_deref().and_then(Role::parse);
    let field = &desk.rules.revision.field.code;
    let has = role.is_none_or(|role| officer.has(role, desk.dossier.acting_agency_id, Some(field)));
    if has || desk.dossier.assignee_id == Some(officer.account) { Ok(()) } else { Err(ActError::Forbidden) }
}

fn step_of<'r>(rules: &'r Rules, dossier: &Dossier, code: &str) -> Option<&'r WorkStep> {
    rules.case(dossier)?.workflow.step(code)
}

/// The step asked for, if an edge whose condition holds leads there; else the first of those.
fn next_step(desk: &Desk<'_, '_>, asked: Option<&str>) -> Result<WorkStep, ActError> {
    let here = desk.dossier.step.as_deref().unwrap_or_default();
    let workflow = desk.rules.case(&desk.dossier).map(|case| &case.workflow);
    let Some(workflow) = workflow else {
        return Err(ActError::rule("no-next-step", "Thủ tục này không có quy trình xử lý."));
    };
    let found = match asked {
        None => workflow.next(here, &desk.dossier.data),
        Some(code) => workflow.leads(here, &desk.dossier.data).find(|step| step.code == code),
    };
    match (found, asked) {
        (Some(step), _) => Ok(step.clone()),
        (None, Some(_)) => Err(ActError::invalid("/step", "unknown", "Không chuyển thẳng tới bước này được.")),
        (None, None) => Err(ActError::rule("no-next-step", "Đây là bước cuối; không còn bước nào để chuyển.")),
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

//! The clocks of a dossier: acceptance, processing, pauses (domain.md, Time).

use serde_json::json;

use super::desk::Desk;
use super::{ActError, Rules};
use crate::catalog::revision::{AfterSupplement, ProcessingTime, TimeUnit};
use crate::db::types::J;
use crate::dossiers::{self, Before, Dossier, PauseRow, State};
use crate::kernel::deadline::{self, Limit, Pause, PauseReason};
use crate::kernel::{PauseId, Timestamp};
use crate::payments;

/// The limit of the dossier's case for its channel; `None`: the law states none (or the session's dates count).
pub fn limit(rules: &Rules, dossier: &Dossier) -> Option<Limit> {
    let time = rules.case(dossier)?.time_for(dossier.intake().channel())?;
    limit_of(time)
}

/// A processing time as a limit.
pub fn limit_of(time: &ProcessingTime) -> Option<Limit> {
    match time.unit {
        TimeUnit::WorkingDay => Some(Limit::WorkingDays(time.amount)),
        TimeUnit::CalendarDay => Some(Limit::CalendarDays(time.amount)),
        // Only national information records count in months; 30 days stand for one.
        TimeUnit::Month => Some(Limit::CalendarDays(time.amount.saturating_mul(30))),
        TimeUnit::Hour => Some(Limit::WorkingHours(time.amount)),
        TimeUnit::SameDay | TimeUnit::Automatic => Some(Limit::SameDay),
        TimeUnit::Window | TimeUnit::Unstated => None,
    }
}

/// Why the clock stands still in a state, if it does.
fn pause_of(state: State) -> Option<PauseReason> {
    match state {
        State::SupplementRequested { .. } => Some(PauseReason::Supplement),
        State::PaymentRequested { .. } => Some(PauseReason::Payment),
        State::Stopped | State::Closed => Some(PauseReason::Stop),
        State::Draft
        | State::Submitted
        | State::Accepted
        | State::AcceptanceRefused
        | State::Processing
        | State::Withdrawn
        | State::Decided
        | State::HandedOver => None,
    }
}

fn word(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::Supplement => "supplement",
        PauseReason::Payment => "payment",
        PauseReason::Stop => "stop",
        PauseReason::Withdrawal => "withdrawal",
        PauseReason::DraftConfirmation => "draft_confirmation",
    }
}

fn reason(word: &str) -> Option<PauseReason> {
    [
        PauseReason::Supplement,
        PauseReason::Payment,
        PauseReason::Stop,
        PauseReason::Withdrawal,
        PauseReason::DraftConfirmation,
    ]
    .into_iter()
    .find(|r| word.starts_with(self::word(*r)))
}

/// Begins and ends the pauses that states mean, and computes the due time anew where one ended.
pub(super) fn after_move(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    if desk.from == desk.to {
        return Ok(());
    }
    let (was, is) = (pause_of(desk.from), pause_of(desk.to));
    if let Some(was) = was.filter(|w| Some(*w) != is) {
        end_pause(desk, was)?;
    }
    if let Some(is) = is.filter(|i| Some(*i) != was) {
        begin_pause(desk, is)?;
    }
    Ok(())
}

/// Stops the clocks for a reason.
pub(super) fn begin_pause(desk: &mut Desk<'_, '_>, why: PauseReason) -> Result<(), ActError> {
    let restarts = why == PauseReason::Supplement
        && desk.was_accepted()
        && desk.rules.case(&desk.dossier).is_some_and(|c| c.supplement.after == AfterSupplement::Restart);
    let kind = if restarts { format!("{}+restart", word(why)) } else { word(why).to_owned() };
    let pause = PauseRow {
        id: PauseId::new(),
        dossier_id: desk.dossier.id,
        kind,
        started_at: desk.now,
        ended_at: None,
        reason: desk.step.as_str().to_owned(),
    };
    dossiers::insert_pause(desk.tx.conn(), &pause)?;
    desk.dossier.paused_since.get_or_insert(desk.now);
    Ok(())
}

/// Lets the clocks run on after a reason has gone, unless another still holds them.
pub(super) fn end_pause(desk: &mut Desk<'_, '_>, why: PauseReason) -> Result<(), ActError> {
    dossiers::end_pauses(desk.tx.conn(), desk.dossier.id, Some(word(why)), desk.now)?;
    let pauses = dossiers::pauses_of(desk.tx.conn(), desk.dossier.id)?;
    desk.dossier.paused_since = pauses.iter().filter(|p| p.ended_at.is_none()).map(|p| p.started_at).min();
    recompute(desk, &pauses)
}

/// Computes the due time that counts now from the recorded starts and pauses.
fn recompute(desk: &mut Desk<'_, '_>, rows: &[PauseRow]) -> Result<(), ActError> {
    let pauses: Vec<Pause> = rows
        .iter()
        .filter_map(|row| {
            Some(Pause {
                reason: reason(&row.kind)?,
                start: row.started_at,
                end: row.ended_at,
                restarts: row.kind.ends_with("+restart"),
            })
        })
        .collect();
    if let Some(start) = desk.dossier.clock_started_at {
        match given(&desk.dossier) {
            None => set_due(desk.rules, &mut desk.dossier, start, &pauses)?,
            Some((date, since)) => move_given(desk, (start, date, since), &pauses)?,
        }
    } else if matches!(desk.to, State::Submitted) && desk.dossier.intake().is_online() {
        // A supplement or payment before acceptance gives the agency its 8 working hours anew, but not before the fee
        // due at filing is settled (domain.md, Fee due at filing).
        let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
        desk.dossier.acceptance_due_at = match payments::owed_at_filing(&lines).0 {
            0 => Some(deadline::acceptance_due(&desk.rules.calendar, desk.now, &[])?.at),
            _ => None,
        };
    }
    Ok(())
}

/// Key of the due time's inputs under which a date that an officer gave is kept.
const GIVEN: &str = "given";

/// Puts a date that an officer gave in place of the computed one; later pauses move it.
pub(super) fn give_due(dossier: &mut Dossier, new_due: Timestamp, now: Timestamp) {
    let computed = dossier.due_inputs.take().map(|inputs| inputs.0);
    dossier.due_at = Some(new_due);
    dossier.due_inputs = Some(J(json!({GIVEN: {"at": new_due, "since": now}, "computed": computed})));
}

/// The date that an officer gave, and when.
fn given(dossier: &Dossier) -> Option<(Timestamp, Timestamp)> {
    let given = dossier.due_inputs.as_ref()?.0.get(GIVEN)?;
    let instant = |key: &str| given.get(key)?.as_str()?.parse().ok();
    Some((instant("at")?, instant("since")?))
}

/// Moves a given date by the pauses since. Where a supplement makes the limit begin again, the agency has at
/// least that limit (NĐ 61/2018 Đ19.4).
fn move_given(
    desk: &mut Desk<'_, '_>,
    (start, date, since): (Timestamp, Timestamp, Timestamp),
    pauses: &[Pause],
) -> Result<(), ActError> {
    let mut due = deadline::moved(&desk.rules.calendar, date, since, pauses)?;
    let restarted = pauses.iter().any(|p| p.restarts && p.end.is_some_and(|end| end > since));
    if let Some(limit) = limit(desk.rules, &desk.dossier).filter(|_| restarted) {
        due = due.max(deadline::due(&desk.rules.calendar, start, limit, pauses, deadline::Rules::default())?.at);
    }
    desk.dossier.due_at = Some(due);
    Ok(())
}

/// Starts the processing clock at `start` and computes the due time.
pub(super) fn start_clock(rules: &Rules, dossier: &mut Dossier, start: Timestamp) -> Result<(), ActError> {
    dossier.clock_started_at = Some(start);
    set_due(rules, dossier, start, &[])
}

/// A due time for a clock that begins later: shown as provisional, no clock is started.
pub(super) fn provisional_due(rules: &Rules, dossier: &mut Dossier, from: Timestamp) -> Result<(), ActError> {
    set_due(rules, dossier, from, &[])
}

fn set_due(rules: &Rules, dossier: &mut Dossier, start: Timestamp, pauses: &[Pause]) -> Result<(), ActError> {
    let Some(limit) = limit(rules, dossier) else {
        dossier.due_at = window_end(rules, dossier);
        dossier.due_inputs = None;
        return Ok(());
    };
    let due = deadline::due(&rules.calendar, start, limit, pauses, deadline::Rules::default())?;
    dossier.due_at = Some(due.at);
    dossier.due_inputs = serde_json::to_value(&due.inputs).ok().map(J);
    Ok(())
}

/// Procedures by session: the session's own end.
fn window_end(rules: &Rules, dossier: &Dossier) -> Option<Timestamp> {
    let at = dossier.submitted_at?;
    rules.revision.window_at(at).ok().flatten().map(|w| w.editable_until.unwrap_or(w.closes_at))
}

/// The clock for accepting an online dossier: 8 working hours from `from` (domain.md, Time).
pub(super) fn start_acceptance_clock(rules: &Rules, dossier: &mut Dossier, from: Timestamp) -> Result<(), ActError> {
    if dossier.intake().is_online() {
        dossier.acceptance_due_at = Some(deadline::acceptance_due(&rules.calendar, from, &[])?.at);
    }
    Ok(())
}

/// Working minutes until the due time that counts now; negative when late; `None` without a due time.
/// While the clock stands still, what was left when it stopped.
pub fn remaining_minutes(rules: &Rules, dossier: &Dossier, now: Timestamp) -> Option<i64> {
    let due = match dossier.state()? {
        State::Submitted | State::SupplementRequested { from: Before::Submitted } => dossier.acceptance_due_at,
        _ => dossier.due_at,
    }?;
    let at = dossier.decided_at.or(dossier.paused_since).unwrap_or(now);
    Some(if at <= due { rules.calendar.minutes_between(at, due) } else { -rules.calendar.minutes_between(due, at) })
}

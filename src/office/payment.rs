//! Money at the counter, and waivers. What is asked for later: `obligations`; paid elsewhere: `treasury`; money through
//! gateways: `online_payment`.

use serde_json::json;

use super::receipts::{self, PaidFor};
use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, automatic, closings, obligations, supplement, timing, treasury};
use crate::db::Tx;
use crate::dossiers::{self, State, Step, status};
use crate::kernel::{Actor, FeeId, Timestamp, Vnd};
use crate::payments::{self, FeeLineRow, Method, Taken};

/// Money that an officer took at the counter for named fees.
#[derive(Clone, Debug)]
pub struct RecordPayment {
    pub target: Target,
    pub method: Method,
    /// The fees that were paid; all that are owed to us when empty.
    pub lines: Vec<FeeId>,
}

/// Records cash or a card payment. When nothing is owed any more, what waited for it goes on.
///
/// # Errors
/// The rule `nothing-owed` when the lines are settled already (a second officer was quicker), `collected-elsewhere` for
/// what is not paid to us, or as every act.
pub fn record_payment(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &RecordPayment,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let mut desk = Desk::open(tx, who, rules, cmd.target, Step::RecordPayment, now)?;
    closings::is_open(desk.tx.conn(), who, desk.dossier.agency_id, now)?;
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let chosen = ours(chosen(&mut desk, &cmd.lines)?, &cmd.lines)?;
    let amount: Vnd = chosen.iter().map(FeeLineRow::amount).sum();
    let taken = Taken {
        dossier: desk.dossier.id,
        method: cmd.method,
        amount,
        agency: desk.dossier.agency_id,
        by: who.account(),
        occurred_at: now,
    };
    let payment = payments::insert_payment(desk.tx.conn(), &taken, &chosen, now)?;
    let ids: Vec<FeeId> = chosen.iter().map(|l| l.id).collect();
    if payments::mark_paid(desk.tx.conn(), &ids, payment, now)? != ids.len() {
        return Err(nothing_owed());
    }
    let changes = json!({
        "payment": payment, "method": cmd.method, "amount_vnd": amount,
        "lines": chosen.iter().map(|l| &l.code).collect::<Vec<_>>(),
    });
    let done = settle(desk, waited, changes)?;
    let paid_for = PaidFor { payment, lines: &chosen, method: cmd.method.words(), reference: None };
    receipts::issue(tx, &done, &paid_for, rules, now)?;
    telling::tell(tx, rules, &done.dossier, Tell::PaymentReceived { amount }, now)?;
    Ok(done)
}

/// Waives what is owed to us, with a reason (exemption with proof). What another agency collects only that agency lets go:
/// `treasury::let_go`.
///
/// # Errors
/// The rules `nothing-owed` and `not-ours-to-waive`, a missing reason, or as every act.
pub fn waive_fee(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason, proof): (Target, &str, Option<&str>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let proof = supplement::optional_words("/proof", proof)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::WaiveFee, now)?;
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let mut chosen = chosen(&mut desk, &[])?;
    chosen.retain(FeeLineRow::is_owed_here);
    if chosen.is_empty() {
        return Err(treasury::not_ours_to_waive());
    }
    let ids: Vec<FeeId> = chosen.iter().map(|l| l.id).collect();
    payments::mark_waived(desk.tx.conn(), &ids, who.account(), &reason)?;
    let amount: Vnd = chosen.iter().map(FeeLineRow::amount).sum();
    settle(desk, waited, json!({"waived_vnd": amount, "reason": reason, "proof": proof}))
}

pub(super) fn nothing_owed() -> ActError {
    ActError::rule(
        "nothing-owed",
        (
            "Không còn khoản nào phải nộp; có thể đồng nghiệp vừa ghi nhận.",
            "Nothing is owed any more; a colleague may just have taken it.",
        ),
    )
}

/// The owed lines that are meant.
fn chosen(desk: &mut Desk<'_, '_>, ids: &[FeeId]) -> Result<Vec<FeeLineRow>, ActError> {
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let owed: Vec<FeeLineRow> =
        lines.into_iter().filter(|l| l.state().is_owed() && (ids.is_empty() || ids.contains(&l.id))).collect();
    if owed.is_empty() || (!ids.is_empty() && owed.len() != ids.len()) {
        return Err(nothing_owed());
    }
    Ok(owed)
}

/// What of these fees is paid to us. A fee that was named and is not is refused.
fn ours(chosen: Vec<FeeLineRow>, named: &[FeeId]) -> Result<Vec<FeeLineRow>, ActError> {
    let (here, elsewhere): (Vec<_>, Vec<_>) = chosen.into_iter().partition(FeeLineRow::is_owed_here);
    if here.is_empty() || !(named.is_empty() || elsewhere.is_empty()) {
        return Err(obligations::collected_elsewhere());
    }
    Ok(here)
}

/// The owed fees that so much money settles, each as a whole, and what is left of it. Money that
/// came to us settles nothing that is paid elsewhere.
pub(super) fn covered(lines: &[FeeLineRow], money: Vnd) -> (Vec<FeeLineRow>, Vnd) {
    let (mut room, mut settled) = (money.0, Vec::new());
    for line in lines.iter().filter(|l| l.is_owed_here()) {
        if line.amount().0 <= room {
            room -= line.amount().0;
            settled.push(line.clone());
        }
    }
    (settled, Vnd(room))
}

/// Lets go on what waited for money: the status once what was asked for is settled (what the procedure's own fees come to
/// later waits for its own stage), or the clock for acceptance and what the system settles by itself.
pub(super) fn settle(desk: Desk<'_, '_>, waited: bool, changes: serde_json::Value) -> Result<Done, ActError> {
    settle_noted(desk, waited, None, changes)
}

/// As [`settle`], with words for people.
pub(super) fn settle_noted(
    mut desk: Desk<'_, '_>,
    waited: bool,
    note: Option<String>,
    changes: serde_json::Value,
) -> Result<Done, ActError> {
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let from = desk.from;
    let waits = |line: &FeeLineRow| line.state().is_owed() && line.is_requested();
    if !lines.iter().any(waits) && matches!(from, State::PaymentRequested { .. }) {
        desk.to = status::next(from, Step::Paid).unwrap_or(desk.to);
    } else {
        desk.to = from;
    }
    keep_acceptance_clock(&mut desk, waited)?;
    desk.finish(note, changes, true)
}

/// The 8 working hours run while no fee due at filing is owed (domain.md, Money): they begin, with what the system settles by
/// itself, when the last one is settled, and there are none while changed answers cost something. `waited`: whether such a
/// fee was owed before.
///
/// # Errors
/// A failure of the database.
pub(super) fn keep_acceptance_clock(desk: &mut Desk<'_, '_>, waited: bool) -> Result<(), ActError> {
    let waits = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    if desk.from != State::Submitted || waits == waited {
        return Ok(());
    }
    if waits {
        desk.dossier.acceptance_due_at = None;
        return Ok(());
    }
    let now = desk.now;
    timing::start_acceptance_clock(desk.rules, &mut desk.dossier, now)?;
    if automatic::is_awaited(&desk.dossier, desk.rules) {
        automatic::call(desk.tx, desk.dossier.id, now)?;
    }
    Ok(())
}

/// Whether a dossier is still waiting for the fee due at filing.
///
/// # Errors
/// A failure of the database.
pub fn awaits_fee(conn: &mut crate::db::Conn, dossier: &dossiers::Dossier) -> Result<bool, crate::db::Error> {
    Ok(payments::owed_at_filing(&payments::lines_of(conn, dossier.id)?).0 > 0)
}

//! Money at the counter, financial obligations, waivers. Money through gateways: `online_payment`.

use serde_json::json;

use super::receipts::{self, PaidFor};
use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, automatic, closings, supplement, timing};
use crate::db::Tx;
use crate::dossiers::{self, State, Step, status};
use crate::kernel::{Actor, FeeId, Timestamp, Vnd};
use crate::payments::{self, FeeLineRow, Method, Taken};

/// A line of a payment request.
#[derive(Clone, Debug)]
pub struct RequestedFee {
    /// `phi`, `le_phi` or another fixed word such as `land_tax`.
    pub kind: String,
    pub name: String,
    pub amount: Vnd,
}

/// The most that one line may come to: a typing slip of many zeros is refused.
const MAX_LINE: i64 = 1_000_000_000_000;

/// Asks the applicant to settle a financial obligation; the clock stands still until it is settled.
///
/// # Errors
/// Faults in the lines, or as every act.
pub fn request_payment(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, lines, reason): (Target, &[RequestedFee], &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    check_lines(lines)?;
    let desk = Desk::open(tx, who, rules, target, Step::RequestPayment, now)?;
    let rows: Vec<FeeLineRow> = (1..)
        .zip(lines)
        .map(|(i, line)| {
            let code = format!("{}-{i}", line.kind);
            let rule = json!({"requested_by": who.account()});
            FeeLineRow::due(desk.dossier.id, (&code, &line.kind, line.name.trim()), line.amount, ("later", rule), now)
        })
        .collect();
    payments::insert_lines(desk.tx.conn(), &rows)?;
    let amount: Vnd = rows.iter().map(FeeLineRow::amount).sum();
    let words: Vec<String> = rows.iter().map(|r| format!("{}: {}", r.name, r.amount())).collect();
    let done = desk.finish(Some(reason), json!({"amount_vnd": amount, "lines": words}), true)?;
    telling::tell(tx, rules, &done.dossier, Tell::PaymentDue { amount, lines: words }, now)?;
    Ok(done)
}

fn check_lines(lines: &[RequestedFee]) -> Result<(), ActError> {
    let mut faults = Vec::new();
    if lines.is_empty() || lines.len() > 20 {
        faults.push(Fault::required(
            "/lines",
            ("Hãy nêu từ 1 đến 20 khoản phải nộp.", "Name from 1 to 20 amounts to be paid."),
        ));
    }
    for (i, line) in lines.iter().enumerate() {
        if line.name.trim().is_empty() || line.name.chars().count() > 250 {
            faults.push(Fault::required(
                &format!("/lines/{i}/name"),
                ("Hãy ghi tên khoản nộp (tối đa 250 ký tự).", "Name what is to be paid (at most 250 characters)."),
            ));
        }
        if !(1..=MAX_LINE).contains(&line.amount.0) {
            faults.push(Fault::new(
                format!("/lines/{i}/amount_vnd"),
                "range",
                ("Số tiền phải lớn hơn 0.", "The amount must be more than 0."),
            ));
        }
        if line.kind.is_empty()
            || line.kind.len() > 40
            || !line.kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            faults.push(Fault::new(
                format!("/lines/{i}/kind"),
                "pattern",
                ("Loại khoản nộp không hợp lệ.", "There is no such kind of fee."),
            ));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(ActError::Invalid(faults)) }
}

/// Money that an officer took at the counter for named fees.
#[derive(Clone, Debug)]
pub struct RecordPayment {
    pub target: Target,
    pub method: Method,
    /// The fees that were paid; all that are owed when empty.
    pub lines: Vec<FeeId>,
}

/// Records cash or a card payment. When nothing is owed any more, what waited for it goes on.
///
/// # Errors
/// The rule `nothing-owed` when the lines are settled already (a second officer was quicker), or as every act.
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
    let chosen = chosen(&mut desk, &cmd.lines)?;
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

/// Waives what is owed, with a reason (exemption with proof).
///
/// # Errors
/// The rule `nothing-owed`, a missing reason, or as every act.
pub fn waive_fee(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason, proof): (Target, &str, Option<&str>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::WaiveFee, now)?;
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let chosen = chosen(&mut desk, &[])?;
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

/// The owed fees that so much money settles, each as a whole, and what is left of it.
pub(super) fn covered(lines: &[FeeLineRow], money: Vnd) -> (Vec<FeeLineRow>, Vnd) {
    let (mut room, mut settled) = (money.0, Vec::new());
    for line in lines.iter().filter(|l| l.state().is_owed()) {
        if line.amount().0 <= room {
            room -= line.amount().0;
            settled.push(line.clone());
        }
    }
    (settled, Vnd(room))
}

/// Lets go on what waited for money, once nothing is owed: the status, or the clock for acceptance and what the system
/// settles by itself.
pub(super) fn settle(mut desk: Desk<'_, '_>, waited: bool, changes: serde_json::Value) -> Result<Done, ActError> {
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let from = desk.from;
    if payments::owed(&lines).0 == 0 && matches!(from, State::PaymentRequested { .. }) {
        desk.to = status::next(from, Step::Paid).unwrap_or(desk.to);
    } else {
        desk.to = from;
    }
    if waited && from == State::Submitted && payments::owed_at_filing(&lines).0 == 0 {
        // The 8 working hours begin when the fee due at filing is settled (domain.md, Money).
        let now = desk.now;
        timing::start_acceptance_clock(desk.rules, &mut desk.dossier, now)?;
        if automatic::is_awaited(&desk.dossier, desk.rules) {
            automatic::call(desk.tx, desk.dossier.id, now)?;
        }
    }
    desk.finish(None, changes, true)
}

/// Whether a dossier is still waiting for the fee due at filing.
///
/// # Errors
/// A failure of the database.
pub fn awaits_fee(conn: &mut crate::db::Conn, dossier: &dossiers::Dossier) -> Result<bool, crate::db::Error> {
    Ok(payments::owed_at_filing(&payments::lines_of(conn, dossier.id)?).0 > 0)
}

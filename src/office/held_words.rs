//! Words of gateways that wait for a person: another amount than ordered, a second charge, a number that nobody knows,
//! money for a dossier that had ended. Each is settled once: credited to a dossier, sent back, or laid aside.

use serde_json::json;

use super::payment::{awaits_fee, covered, settle};
use super::receipts::{self, PaidFor};
use super::refunds::{self, Ask};
use super::telling::{self, Tell};
use super::word_owners::{self, Whose};
use super::{ActError, Desk, Done, Rules, conflict, supplement};
use crate::audit::access::{self, Access};
use crate::db::{self, Conn, Tx};
use crate::dossiers::{self, Step};
use crate::kernel::{Actor, AgencyId, DossierId, FeeId, NoticeId, PaymentId, Timestamp, Vnd};
use crate::payments::verdict::{Said, Verdict};
use crate::payments::{
    self, Asked, CreditedWord, FeeLineRow, Moved, NoticeRow, Payment, PaymentState, RefundRow, RefundWay, Settlement,
};

/// The money that a word tells of.
#[derive(Clone, Debug)]
pub enum Money {
    /// It is in the books as what is left over of a payment.
    Surplus(Box<Payment>),
    /// It is in nobody's books yet.
    Loose(Vnd),
    /// The word tells of none that could be moved here.
    None,
}

/// What a word's money is. The same money is never counted twice: what is in the books by another word, or goes back
/// already, is none, under whichever gateway.
///
/// # Errors
/// A failure of the database.
pub fn money(conn: &mut Conn, word: &NoticeRow) -> Result<Money, db::Error> {
    if word.verdict == Verdict::Credited.as_str() {
        let Some(id) = word.payment_id else { return Ok(Money::None) };
        let payment = payments::by_id(conn, id)?;
        return Ok(if payment.surplus().0 > 0 { Money::Surplus(Box::new(payment)) } else { Money::None });
    }
    let Some(amount) = word.amount().filter(|a| a.0 > 0) else { return Ok(Money::None) };
    if word.said() != Some(Said::Moved) {
        return Ok(Money::None);
    }
    if let Some(transaction) = &word.gateway_txn {
        let is_booked = payments::by_transaction(conn, &word.gateway, transaction)?.is_some()
            || payments::refund_of_transaction(conn, &word.gateway, transaction)?.is_some();
        let bins = payments::bank_numbers(conn)?;
        let moved = Moved { gateway: &word.gateway, transaction, amount };
        if is_booked || payments::booked_elsewhere(conn, moved, &bins)?.is_some() {
            return Ok(Money::None);
        }
    }
    Ok(Money::Loose(amount))
}

/// Credits a word's money to the fees that a dossier owes.
///
/// # Errors
/// The rules `settled-already`, `no-money`, `other-account`, `nothing-owed` and `too-little`, or as every act.
pub fn credit(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, dossier, reason): (NoticeId, DossierId, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::reason(reason)?;
    let desk = Desk::open(tx, who, rules, dossier, Step::Paid, now)?;
    let (word, whose) = open_word(desk.tx.conn(), who, id)?;
    if !whose.fits(&word, desk.dossier.agency_id) {
        return Err(other_account());
    }
    let (money, surplus) = match money(desk.tx.conn(), &word)? {
        Money::Loose(amount) => (amount, None),
        Money::Surplus(payment) if payment.dossier_id != dossier => return Err(elsewhere()),
        Money::Surplus(payment)
            if payment.state() != PaymentState::Paid || payments::has_open_refund(desk.tx.conn(), payment.id)? =>
        {
            return Err(refunds::refund_open());
        }
        Money::Surplus(payment) if payment.applied().0 > 0 || payment.refunded().0 > 0 => return Err(has_receipt()),
        Money::Surplus(payment) => (payment.surplus(), Some(payment.id)),
        Money::None => return Err(no_money()),
    };
    let waited = awaits_fee(desk.tx.conn(), &desk.dossier)?;
    let lines = payments::lines_of(desk.tx.conn(), dossier)?;
    if payments::owed_here(&lines).0 == 0 {
        return Err(super::payment::nothing_owed());
    }
    let (settled, room) = covered(&lines, money);
    if settled.is_empty() {
        return Err(too_little());
    }
    let applied = Vnd(money.0 - room.0);
    let payment = match surplus {
        Some(payment) => {
            payments::set_credit(desk.tx.conn(), payment, applied)?;
            payment
        }
        None => {
            let agency = desk.dossier.agency_id;
            let credited = loose(&word, (dossier, agency), (money, applied));
            payments::insert_credited(desk.tx.conn(), &credited, now).map_err(|e| match e {
                // Booked by another word at this very moment.
                db::Error::Unique(_) => no_money(),
                e => ActError::Db(e),
            })?
        }
    };
    let by = (who, Some(desk.dossier.agency_id), now);
    claim(desk.tx.conn(), &word, (Settlement::Credited, &note, Some(payment)), by)?;
    let ids: Vec<FeeId> = settled.iter().map(|l| l.id).collect();
    payments::mark_paid(desk.tx.conn(), &ids, payment, now)?;
    let codes: Vec<&str> = settled.iter().map(|l| l.code.as_str()).collect();
    let changes = json!({
        "payment": payment, "notice": word.id, "amount_vnd": money, "lines": codes, "surplus_vnd": room, "reason": note,
    });
    let done = settle(desk, waited, changes)?;
    told_of_payment(tx, &done, (&word, payment, &settled), rules, now)?;
    Ok(done)
}

/// The receipt, and the word to the citizen.
fn told_of_payment(
    tx: &mut Tx<'_>,
    done: &Done,
    (word, payment, settled): (&NoticeRow, PaymentId, &[FeeLineRow]),
    rules: &Rules,
    now: Timestamp,
) -> Result<(), ActError> {
    let paid_for =
        PaidFor { payment, lines: settled, method: "Thanh toán trực tuyến", reference: word.reference.as_deref() };
    receipts::issue(tx, done, &paid_for, rules, now)?;
    let amount = settled.iter().map(FeeLineRow::amount).sum();
    telling::tell(tx, rules, &done.dossier, Tell::PaymentReceived { amount }, now)
}

fn loose(word: &NoticeRow, (dossier, agency): (DossierId, AgencyId), (amount, applied): (Vnd, Vnd)) -> CreditedWord {
    CreditedWord {
        dossier,
        agency,
        gateway: word.gateway.clone(),
        transaction: word.gateway_txn.clone(),
        amount,
        applied,
        occurred_at: word.first_at,
    }
}

/// Asks that a word's money go back to whoever paid it; a second officer must agree. What belongs to nobody goes only
/// where it came from, by its gateway, and is that agency's from then on. `way`: how its gateway lets money go back.
/// `rules`: of the dossier of the payment, where there is one.
///
/// # Errors
/// The rules `settled-already`, `no-money` and `unclaimed`, or as [`refunds::ask`].
pub fn send_back(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, way, reason): (NoticeId, RefundWay, &str),
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<RefundRow, ActError> {
    let note = supplement::reason(reason)?;
    let by = who.account().ok_or(ActError::Forbidden)?;
    let (word, whose) = open_word(tx.conn(), who, id)?;
    let agency = whose.settled_for(who).ok_or(ActError::Forbidden)?;
    if whose == (Whose::Nobodys { taken: None }) && way != RefundWay::Gateway {
        return Err(unclaimed());
    }
    let payment = word.payment_id.map(|id| payments::by_id(tx.conn(), id)).transpose()?;
    let dossier = payment.as_ref().map(|p| p.dossier_id);
    if let Some(dossier) = dossier {
        // Before the word is claimed: every act takes the dossier first.
        dossiers::lock(tx.conn(), dossier)?;
    }
    let money = money(tx.conn(), &word)?;
    claim(tx.conn(), &word, (Settlement::Refund, &note, None), (who, Some(agency), now))?;
    let amount = match (money, rules) {
        (Money::Loose(amount), _) => amount,
        (Money::Surplus(payment), Some(rules)) => {
            let ask = Ask {
                payment: payment.id,
                lines: Vec::new(),
                with_surplus: true,
                amount: None,
                way,
                notice: Some(word.id),
                reason: note,
            };
            return refunds::ask(tx, who, &ask, rules, now);
        }
        (Money::Surplus(_), None) => return Err(ActError::OtherRules),
        (Money::None, _) => return Err(no_money()),
    };
    let asked = Asked {
        payment: None,
        notice: Some(word.id),
        dossier,
        agency,
        way,
        gateway: Some(word.gateway.clone()),
        reference: word.reference.clone(),
        transaction: word.gateway_txn.clone(),
        ordered_at: payment.as_ref().map(refunds::ordered_at).or(Some(word.first_at)),
        amount,
        surplus: amount,
        reason: note.clone(),
        by,
    };
    let refund = payments::insert_refund(tx.conn(), &asked, &[], now).map_err(|e| match e {
        // The same money goes back by another word already.
        db::Error::Unique(_) => no_money(),
        e => ActError::Db(e),
    })?;
    let changes = json!({"refund": refund.id, "notice": word.id, "amount_vnd": amount, "reason": note});
    refunds::note(tx, who, (&refund, Step::AskRefund), rules, changes, now)?;
    Ok(refund)
}

/// Lays a word aside, with the reason.
///
/// # Errors
/// The rule `settled-already`, or as every act.
pub fn dismiss(tx: &mut Tx<'_>, who: &Actor, (id, reason): (NoticeId, &str), now: Timestamp) -> Result<(), ActError> {
    let note = supplement::reason(reason)?;
    let (word, whose) = open_word(tx.conn(), who, id)?;
    let agency = whose.settled_for(who);
    claim(tx.conn(), &word, (Settlement::Nothing, &note, None), (who, agency, now))?;
    let what = format!(
        "Khép lại thông báo của cổng thanh toán {} ({}): {note}",
        word.reference.as_deref().unwrap_or("–"),
        word.verdict
    );
    log(tx, who, (agency, what), now)
}

/// Writes an act about money that belongs to no dossier into the log that can't be changed.
pub(super) fn log(
    tx: &mut Tx<'_>,
    who: &Actor,
    (agency, what): (Option<AgencyId>, String),
    now: Timestamp,
) -> Result<(), ActError> {
    let agency = agency.or_else(|| Some(who.officer()?.assignments.first()?.agency));
    let entry = Access { agency, subject: None, dossier: None, dossier_ref: None, purpose: "settle_money", what };
    Ok(access::record(tx, who, entry, now)?)
}

/// A held word for whoever may settle it.
fn open_word(conn: &mut Conn, who: &Actor, id: NoticeId) -> Result<(NoticeRow, Whose), ActError> {
    let word = payments::held_word(conn, id).map_err(|e| match e {
        db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    })?;
    let whose = word_owners::of(conn, &word)?;
    if whose.settled_for(who).is_none() {
        return Err(ActError::Forbidden);
    }
    if let Some(payment) = word.payment_id {
        let payment = payments::by_id(conn, payment)?;
        let dossier = dossiers::by_id(conn, payment.dossier_id)?;
        conflict::keep_away(conn, who, &dossier)?;
    }
    if word.settled_at.is_some() {
        return Err(settled_already());
    }
    Ok((word, whose))
}

fn claim(
    conn: &mut Conn,
    word: &NoticeRow,
    settlement: (Settlement, &str, Option<PaymentId>),
    (who, agency, now): (&Actor, Option<AgencyId>, Timestamp),
) -> Result<(), ActError> {
    match payments::claim_word(conn, word, settlement, (who.account(), agency, now))? {
        true => Ok(()),
        false => Err(settled_already()),
    }
}

fn settled_already() -> ActError {
    let words = ("Thông báo này đã có người xử lý.", "Somebody has settled this notice already.");
    ActError::rule("settled-already", words)
}

fn no_money() -> ActError {
    let words = (
        "Thông báo này không có khoản tiền nào để ghi có hay hoàn: tiền chưa được chuyển, hoặc đã ghi sổ, hoặc đang được hoàn.",
        "This notice holds no money to credit or send back: it was not moved, is in the books, or goes back already.",
    );
    ActError::rule("no-money", words)
}

fn elsewhere() -> ActError {
    let words = (
        "Khoản này đã ghi cho hồ sơ khác; hãy hoàn lại cho người nộp.",
        "This money is booked for another dossier; send it back to the payer.",
    );
    ActError::rule("other-dossier", words)
}

fn other_account() -> ActError {
    let words = (
        "Tiền vào tài khoản của cơ quan khác; không ghi có cho hồ sơ này được.",
        "The money came into another agency's account; it can't be credited here.",
    );
    ActError::rule("other-account", words)
}

fn unclaimed() -> ActError {
    let words = (
        "Chưa rõ khoản này của cơ quan nào nên chỉ được trả về nơi đã chuyển, qua cổng thanh toán; cổng này không tự hoàn được.",
        "Nobody knows whose this money is, so it may only go back where it came from, by its gateway; this one gives none back by itself.",
    );
    ActError::rule("unclaimed", words)
}

fn has_receipt() -> ActError {
    let words = (
        "Khoản thanh toán này đã có biên lai; phần thừa phải hoàn lại cho người nộp.",
        "This payment has its receipt already; what is left over must go back to the payer.",
    );
    ActError::rule("has-receipt", words)
}

fn too_little() -> ActError {
    let words = (
        "Số tiền này không đủ cho khoản phí nào còn phải nộp của hồ sơ.",
        "This money does not suffice for any fee that the dossier owes.",
    );
    ActError::rule("too-little", words)
}

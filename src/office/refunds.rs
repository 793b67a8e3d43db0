//! Money that goes back: one officer asks, another agrees, then the gateway is told once, or the counter pays it out.

use serde_json::{Value, json};

use super::closings;
use super::held_words;
use super::online_payment;
use super::refund_books::{close_books, end, reopen, step};
use super::{ActError, Desk, Rules, permission, supplement};
use crate::db::{self, Tx};
use crate::dossiers::Step;
use crate::kernel::{Actor, FeeId, NoticeId, PaymentId, RefundId, Timestamp, Vnd, local_date};
use crate::outbox::{self, Job};
use crate::payments::gateway::{GivenBack, OrderWords};
use crate::payments::machine::{self, Move};
use crate::payments::refund::{self, RefundMove};
use crate::payments::{
    self, Asked, Books, FeeLineRow, FeeState, Payment, PaymentState, RefundChange, RefundRow, RefundState, RefundWay,
    Way,
};

/// The job that tells gateways of refunds.
pub const SEND: &str = "payments.refund";

/// Money of a payment that is to go back.
#[derive(Clone, Debug)]
pub struct Ask {
    pub payment: PaymentId,
    /// The fees whose money goes back.
    pub lines: Vec<FeeId>,
    /// Also what belongs to no fee.
    pub with_surplus: bool,
    /// Less than all of that; all of it when none.
    pub amount: Option<Vnd>,
    pub way: RefundWay,
    /// The held word that led to it.
    pub notice: Option<NoticeId>,
    pub reason: String,
}

/// When the gateway was told of a payment, by the machine's clock.
pub fn ordered_at(payment: &Payment) -> Timestamp {
    let words = payment.ordered.as_ref().and_then(|doc| serde_json::from_value::<OrderWords>(doc.0.clone()).ok());
    words.map_or(payment.recorded_at, |words| words.at)
}

/// What of a payment's fees can go back: its paid fees, each with what of it has not gone back before.
///
/// # Errors
/// A failure of the database.
pub fn returnable(conn: &mut db::Conn, payment: &Payment) -> Result<Vec<(FeeLineRow, Vnd)>, db::Error> {
    let lines = payments::lines_of(conn, payment.dossier_id)?;
    let mine = lines.into_iter().filter(|l| l.payment_id == Some(payment.id) && l.state() == FeeState::Paid);
    let mine: Vec<FeeLineRow> = mine.collect();
    let ids: Vec<FeeId> = mine.iter().map(|l| l.id).collect();
    let gone = payments::returned_of(conn, &ids)?;
    let rest = |line: &FeeLineRow| Vnd(line.amount().0 - payments::sum_of(&gone, line.id).0);
    Ok(mine.into_iter().map(|line| (line.clone(), rest(&line))).filter(|(_, rest)| rest.0 > 0).collect())
}

/// Asks that money go back. Nothing moves until another officer agrees.
///
/// # Errors
/// The rules `not-paid`, `refund-open`, `no-gateway-payment`, faults in the command, or as every act.
pub fn ask(tx: &mut Tx<'_>, who: &Actor, cmd: &Ask, rules: &Rules, now: Timestamp) -> Result<RefundRow, ActError> {
    let reason = supplement::reason(&cmd.reason)?;
    let by = who.account().ok_or(ActError::Forbidden)?;
    let dossier = payments::by_id(tx.conn(), cmd.payment).map_err(unknown)?.dossier_id;
    let desk = Desk::open(tx, who, rules, dossier, Step::AskRefund, now)?;
    // Read under the dossier's lock.
    let payment = payments::by_id(desk.tx.conn(), cmd.payment)?;
    if payment.state() != PaymentState::Paid {
        return Err(not_paid(payment.state()));
    }
    let (reference, ordered) = at_gateway(desk.tx.conn(), &payment)?;
    if cmd.way == RefundWay::Gateway && reference.is_none() {
        return Err(no_gateway());
    }
    let lines = returnable(desk.tx.conn(), &payment)?;
    let chosen: Vec<&(FeeLineRow, Vnd)> = lines.iter().filter(|(l, _)| cmd.lines.contains(&l.id)).collect();
    if chosen.len() != cmd.lines.len() {
        return Err(not_returnable());
    }
    let surplus = if cmd.with_surplus { payment.surplus() } else { Vnd(0) };
    let mut parts = vec![surplus];
    parts.extend(chosen.iter().map(|(_, rest)| *rest));
    let amount = cmd.amount.unwrap_or_else(|| parts.iter().copied().sum());
    let shares = refund::shares(&parts, amount).ok_or_else(|| wrong_amount(parts.iter().copied().sum()))?;
    let taken: Vec<(FeeId, Vnd)> = chosen
        .iter()
        .zip(shares.iter().skip(1))
        .filter(|(_, share)| share.0 > 0)
        .map(|((line, _), share)| (line.id, *share))
        .collect();
    let asked = Asked {
        payment: Some(payment.id),
        notice: cmd.notice,
        dossier: Some(dossier),
        agency: payment.agency_id,
        way: cmd.way,
        gateway: payment.gateway.clone(),
        reference,
        transaction: payment.gateway_txn.clone(),
        ordered_at: Some(ordered),
        amount,
        surplus: shares.first().copied().unwrap_or_default(),
        reason: reason.clone(),
        by,
    };
    let row = payments::insert_refund(desk.tx.conn(), &asked, &taken, now).map_err(|e| match e {
        db::Error::Unique(_) => refund_open(),
        e => ActError::Db(e),
    })?;
    let codes: Vec<&str> = chosen.iter().map(|(l, _)| l.code.as_str()).collect();
    let changes = json!({
        "refund": row.id, "payment": payment.id, "amount_vnd": amount, "way": cmd.way, "lines": codes,
    });
    desk.finish(Some(reason), changes, false)?;
    Ok(row)
}

/// Under which number the gateway knows a payment, and since when; of money that a person credited, its word tells.
fn at_gateway(conn: &mut db::Conn, payment: &Payment) -> Result<(Option<String>, Timestamp), db::Error> {
    if payment.reference.is_some() || payment.gateway.is_none() {
        return Ok((payment.reference.clone(), ordered_at(payment)));
    }
    let Some(word) = payments::word_credited_to(conn, payment.id)? else { return Ok((None, payment.recorded_at)) };
    let first = word.payment_id.map(|id| payments::by_id(conn, id)).transpose()?;
    Ok((word.reference, first.as_ref().map_or(word.first_at, ordered_at)))
}

/// Agrees to a refund that somebody else asked for. `request`: a fresh number under which the gateway will be told.
///
/// # Errors
/// The rules `two-officers` and `refund-over`, or as every act.
pub fn approve(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, request): (RefundId, &str),
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<RefundRow, ActError> {
    let row = open(tx, who, (id, Step::ApproveRefund), rules, (json!({"approved": true}), now))?;
    let by = who.account().ok_or(ActError::Forbidden)?;
    if row.asked_by == by {
        return Err(two_officers());
    }
    let send_at = (row.way() == RefundWay::Gateway).then_some(now);
    let change = RefundChange {
        decided: Some((by, None)),
        request: Some(request.to_owned()),
        send_at: Some(send_at),
        ..RefundChange::default()
    };
    step(tx, &row, (RefundMove::Approve, change), now)?;
    if let Some(payment) = row.payment_id {
        let payment = payments::by_id(tx.conn(), payment)?;
        let to = machine::next(payment.state(), Move::BeginRefund).ok_or_else(|| not_paid(payment.state()))?;
        still_there(tx, &row, &payment)?;
        let books = Books { state: to, applied: payment.applied(), refunded: payment.refunded() };
        payments::set_books(tx.conn(), payment.id, books)?;
        let fees: Vec<FeeId> = payments::refund_lines(tx.conn(), id)?.into_iter().map(|(fee, _)| fee).collect();
        payments::mark_back(tx.conn(), &fees, FeeState::Refunding)?;
    } else if let (Some(gateway), Some(transaction)) = (&row.gateway, &row.gateway_txn)
        && payments::by_transaction(tx.conn(), gateway, transaction)?.is_some()
    {
        return Err(booked_meanwhile());
    }
    if send_at.is_some() {
        outbox::enqueue(tx, Job::new(SEND, json!({}), now), now)?;
    }
    Ok(payments::refund(tx.conn(), id)?)
}

/// Whether what is to go back is still where it was asked from: since then it may have been given to a fee.
fn still_there(tx: &mut Tx<'_>, row: &RefundRow, payment: &Payment) -> Result<(), ActError> {
    let rest = returnable(tx.conn(), payment)?;
    let is_left = |(fee, amount): &(FeeId, Vnd)| rest.iter().any(|(line, left)| line.id == *fee && *amount <= *left);
    let lines = payments::refund_lines(tx.conn(), row.id)?;
    if row.surplus() <= payment.surplus() && lines.iter().all(is_left) { Ok(()) } else { Err(booked_meanwhile()) }
}

/// Does not agree; who asked may take it back so, too.
///
/// # Errors
/// The rule `refund-over`, a missing reason, or as every act.
pub fn decline(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, reason): (RefundId, &str),
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<(), ActError> {
    let note = supplement::reason(reason)?;
    let by = who.account().ok_or(ActError::Forbidden)?;
    let own = payments::refund(tx.conn(), id).map_err(unknown)?.asked_by == by;
    let as_whom = if own { Step::AskRefund } else { Step::ApproveRefund };
    let row = open(tx, who, (id, as_whom), rules, (json!({"approved": false, "reason": note}), now))?;
    let change = RefundChange { decided: Some((by, Some(note))), send_at: Some(None), ..RefundChange::default() };
    step(tx, &row, (RefundMove::Decline, change), now)?;
    reopen(tx, &row)
}

/// Money that a person gave back: in cash, or by a transfer from the agency's account.
#[derive(Clone, Debug)]
pub struct PayOut {
    pub refund: RefundId,
    /// Who took it; of a transfer also the account.
    pub receiver: String,
    /// Number of the voucher that the receiver signed, or of the payment order to the bank.
    pub voucher: String,
    /// Whether the receiver signed for cash.
    pub is_signed: bool,
}

/// Records that a person gave the money back: the counter against a signature, or the accountant by a payment order.
///
/// # Errors
/// Faults in the command, the rules `refund-over` and `not-by-hand`, or as every act.
pub fn pay_out(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &PayOut,
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<(), ActError> {
    let receiver =
        supplement::words("/receiver", &cmd.receiver, ("Hãy ghi người nhận tiền.", "Name who took the money."))?;
    let voucher = supplement::words(
        "/voucher",
        &cmd.voucher,
        ("Hãy ghi số phiếu chi hoặc ủy nhiệm chi.", "Give the number of the voucher or payment order."),
    )?;
    let way = payments::refund(tx.conn(), cmd.refund).map_err(unknown)?.way();
    if way == RefundWay::Cash && !cmd.is_signed {
        let words = ("Người nhận phải ký phiếu chi trước khi nhận tiền.", "The receiver signs the voucher first.");
        return Err(ActError::invalid("/signed", "required", words));
    }
    let changes = json!({"way": way, "receiver": receiver, "voucher": voucher});
    let row = open(tx, who, (cmd.refund, Step::Refunded), rules, (changes, now))?;
    if !way.is_by_hand() {
        return Err(not_by_hand());
    }
    if way == RefundWay::Cash {
        closings::is_open(tx.conn(), who, row.agency_id, now)?;
    }
    let change = RefundChange {
        ended_by: who.account(),
        receiver: Some(receiver),
        voucher: Some(voucher),
        send_at: Some(None),
        ..RefundChange::default()
    };
    step(tx, &row, (RefundMove::Confirm, change), now)?;
    close_books(tx, &row, rules, now)
}

/// A person, who has the bank's papers, says what became of a refund that the gateway keeps silent about.
///
/// # Errors
/// A missing reason, the rule `refund-over`, or as every act.
pub fn conclude(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, is_done, reason): (RefundId, bool, &str),
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<(), ActError> {
    let note = supplement::reason(reason)?;
    let changes = json!({"concluded": is_done, "reason": note});
    let row = open(tx, who, (id, Step::ApproveRefund), rules, (changes, now))?;
    if row.state() != RefundState::Unsure {
        return Err(refund_over());
    }
    if row.asked_by == who.account().ok_or(ActError::Forbidden)? {
        return Err(two_officers());
    }
    if !is_done
        && row.way() == RefundWay::Gateway
        && row.first_sent_at.is_some_and(|t| local_date(t) == local_date(now))
    {
        return Err(sent_today());
    }
    end(tx, &row, (is_done, Some("by hand"), who.account()), rules, now)
}

/// Writes down what the gateway said of a refund.
///
/// # Errors
/// As every act.
pub fn heard(
    tx: &mut Tx<'_>,
    (id, given): (RefundId, &GivenBack),
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<RefundState, ActError> {
    let row = lock(tx, id)?;
    if !matches!(row.state(), RefundState::Approved | RefundState::Unsure) {
        if matches!(given, GivenBack::Done { .. }) && row.state() == RefundState::Refused {
            // A person said that it was not carried out, and the gateway says that it was.
            tracing::error!(refund = %id, "a refund that was given up has been carried out; it is held");
            let body = json!({"refund": id, "reference": row.reference, "amount": row.amount()}).to_string();
            let gateway = row.gateway.as_deref().unwrap_or_default();
            online_payment::hold(tx, (gateway, Way::Query), (&body, &[row.agency_id]), now)?;
        }
        return Ok(row.state());
    }
    match given {
        GivenBack::Done { code } | GivenBack::TakenBefore { code } => {
            end(tx, &row, (true, Some(code), None), rules, now)?
        }
        GivenBack::Refused { code } => end(tx, &row, (false, Some(code), None), rules, now)?,
        GivenBack::Unsure { reason } => {
            let code: String = reason.chars().take(200).collect();
            let change = RefundChange { code: Some(code), ..RefundChange::default() };
            step(tx, &row, (RefundMove::LoseSight, change), now)?;
        }
    }
    Ok(payments::refund(tx.conn(), id)?.state())
}

/// A refund for an act: right first, then the act is written down, which locks the dossier; then the refund as it is.
fn open(
    tx: &mut Tx<'_>,
    who: &Actor,
    (id, step): (RefundId, Step),
    rules: Option<&Rules>,
    (mut changes, now): (Value, Timestamp),
) -> Result<RefundRow, ActError> {
    let row = payments::refund(tx.conn(), id).map_err(unknown)?;
    if let Some(map) = changes.as_object_mut() {
        map.insert("refund".to_owned(), json!(id));
        map.insert("amount_vnd".to_owned(), json!(row.amount()));
    }
    note(tx, who, (&row, step), rules, changes, now)?;
    lock(tx, id)
}

/// A refund as it is while nobody else can change it.
fn lock(tx: &mut Tx<'_>, id: RefundId) -> Result<RefundRow, ActError> {
    let row = payments::refund(tx.conn(), id).map_err(unknown)?;
    if let Some(dossier) = row.dossier_id {
        crate::dossiers::lock(tx.conn(), dossier)?;
    }
    Ok(payments::refund(tx.conn(), id)?)
}

/// Writes an act about a refund down: among the dossier's events, or, of money without a dossier, in the log.
///
/// # Errors
/// As every act.
pub(super) fn note(
    tx: &mut Tx<'_>,
    who: &Actor,
    (row, step): (&RefundRow, Step),
    rules: Option<&Rules>,
    changes: Value,
    now: Timestamp,
) -> Result<(), ActError> {
    let Some(dossier) = row.dossier_id else {
        if !permission::may_move_money(who, step, Some(row.agency_id)) {
            return Err(ActError::Forbidden);
        }
        let what = format!("{} ({}): {changes}", step.as_str(), row.amount());
        return held_words::log(tx, who, (Some(row.agency_id), what), now);
    };
    let rules = rules.ok_or(ActError::OtherRules)?;
    let desk = Desk::open(tx, who, rules, dossier, step, now)?;
    let reason = changes.get("reason").and_then(Value::as_str).map(str::to_owned);
    desk.finish(reason, changes, step == Step::Refunded)?;
    Ok(())
}

fn unknown(e: db::Error) -> ActError {
    match e {
        db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    }
}

fn not_paid(state: PaymentState) -> ActError {
    match state {
        PaymentState::Refunding => refund_open(),
        _ => ActError::rule(
            "not-paid",
            ("Khoản này chưa được nộp hoặc đã hoàn hết.", "This was not paid, or is all back."),
        ),
    }
}

pub(super) fn refund_open() -> ActError {
    let words = ("Khoản thanh toán này đang có một đề nghị hoàn khác.", "Another refund of this payment is open.");
    ActError::rule("refund-open", words)
}

pub(super) fn refund_over() -> ActError {
    let words = ("Đề nghị hoàn này đã được xử lý.", "This refund has been dealt with already.");
    ActError::rule("refund-over", words)
}

fn sent_today() -> ActError {
    let words = (
        "Hôm nay hệ thống còn gửi lại yêu cầu này cho cổng; hãy kết luận «chưa hoàn» từ ngày mai.",
        "The gateway is still being told of this refund today; say that it was not carried out from tomorrow on.",
    );
    ActError::rule("sent-today", words)
}

fn two_officers() -> ActError {
    let words =
        ("Người đề nghị không được tự duyệt; cần một người khác.", "Who asked can't agree; another officer must.");
    ActError::rule("two-officers", words)
}

fn not_by_hand() -> ActError {
    let words =
        ("Khoản này hoàn qua cổng thanh toán, không chi trả bằng tay.", "This goes back by the gateway, not by hand.");
    ActError::rule("not-by-hand", words)
}

/// No gateway can give the money back by itself.
pub fn no_gateway() -> ActError {
    let words = (
        "Khoản này không hoàn được qua cổng thanh toán; hãy chuyển khoản trả lại hoặc hoàn tiền mặt.",
        "No gateway can give this money back; transfer it or pay it out in cash.",
    );
    ActError::rule("no-gateway-payment", words)
}

fn booked_meanwhile() -> ActError {
    let words = (
        "Khoản tiền này vừa được ghi sổ; không hoàn theo thông báo nữa.",
        "This money has been booked meanwhile; it does not go back by the notice.",
    );
    ActError::rule("booked-meanwhile", words)
}

fn not_returnable() -> ActError {
    let words = ("Có khoản không hoàn được nữa.", "One of these fees can't go back any more.");
    ActError::invalid("/lines", "unknown", words)
}

fn wrong_amount(most: Vnd) -> ActError {
    let words = (
        format!("Số tiền hoàn phải lớn hơn 0 và không quá {most}."),
        format!("The amount must be more than 0 and at most {most}."),
    );
    ActError::invalid("/amount_vnd", "range", words)
}

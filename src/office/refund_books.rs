//! What the books say when a refund ends: the payment, its fees, its receipt.

use serde_json::json;

use super::refunds::{note, refund_over};
use super::telling::{self, Tell};
use super::{ActError, Rules};
use crate::db::Tx;
use crate::dossiers::{self, Step};
use crate::kernel::{AccountId, Actor, FeeId, Timestamp, Vnd};
use crate::payments::machine::{self, Move};
use crate::payments::refund::{self, RefundMove};
use crate::payments::{self, Books, FeeState, RefundChange, RefundRow};

/// Ends a refund that was sent.
pub(super) fn end(
    tx: &mut Tx<'_>,
    row: &RefundRow,
    (is_done, code, by): (bool, Option<&str>, Option<AccountId>),
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<(), ActError> {
    let change =
        RefundChange { code: code.map(str::to_owned), send_at: Some(None), ended_by: by, ..RefundChange::default() };
    let to = if is_done { RefundMove::Confirm } else { RefundMove::Refuse };
    step(tx, row, (to, change), now)?;
    if is_done {
        if by.is_none() {
            let changes = json!({"refund": row.id, "amount_vnd": row.amount(), "way": row.way()});
            note(tx, &Actor::System, (row, Step::Refunded), rules, changes, now)?;
        }
        return close_books(tx, row, rules, now);
    }
    if let Some(id) = row.payment_id {
        let payment = payments::by_id(tx.conn(), id)?;
        let to = machine::next(payment.state(), Move::RefuseRefund).unwrap_or(payment.state());
        let books = Books { state: to, applied: payment.applied(), refunded: payment.refunded() };
        payments::set_books(tx.conn(), id, books)?;
        let fees: Vec<FeeId> = payments::refund_lines(tx.conn(), row.id)?.into_iter().map(|(fee, _)| fee).collect();
        payments::mark_back(tx.conn(), &fees, FeeState::Paid)?;
    }
    reopen(tx, row)
}

/// What the books say when the money is back: the payment, its fees, its receipt; and the citizen is told.
pub(super) fn close_books(
    tx: &mut Tx<'_>,
    row: &RefundRow,
    rules: Option<&Rules>,
    now: Timestamp,
) -> Result<(), ActError> {
    if let Some(id) = row.payment_id {
        let payment = payments::by_id(tx.conn(), id)?;
        let of_fees = Vnd(row.amount().0 - row.surplus().0);
        let refunded = Vnd(payment.refunded().0 + row.amount().0);
        let way = if refunded == payment.amount() { Move::AllRefunded } else { Move::PartRefunded };
        let state = machine::next(payment.state(), way).unwrap_or(payment.state());
        let books = Books { state, applied: Vnd(payment.applied().0 - of_fees.0), refunded };
        payments::set_books(tx.conn(), id, books)?;
        let taken = payments::refund_lines(tx.conn(), row.id)?;
        let ids: Vec<FeeId> = taken.iter().map(|(fee, _)| *fee).collect();
        let gone = payments::returned_of(tx.conn(), &ids)?;
        for line in payments::lines_of(tx.conn(), payment.dossier_id)?.iter().filter(|l| ids.contains(&l.id)) {
            let to =
                if payments::sum_of(&gone, line.id) == line.amount() { FeeState::Refunded } else { FeeState::Paid };
            payments::mark_back(tx.conn(), &[line.id], to)?;
        }
        if of_fees.0 > 0 {
            payments::note_return(tx.conn(), id, of_fees, now)?;
        }
    }
    if let (Some(dossier), Some(rules)) = (row.dossier_id, rules) {
        let dossier = dossiers::by_id(tx.conn(), dossier)?;
        let what = Tell::PaymentRefunded { amount: row.amount(), reason: row.reason.clone() };
        telling::tell(tx, rules, &dossier, what, now)?;
    }
    Ok(())
}

/// The word whose money stays here after all waits for a person again.
pub(super) fn reopen(tx: &mut Tx<'_>, row: &RefundRow) -> Result<(), ActError> {
    match row.notice_id {
        Some(notice) => Ok(payments::reopen_words(tx.conn(), notice)?),
        None => Ok(()),
    }
}

/// Moves a refund from where it was read.
pub(super) fn step(
    tx: &mut Tx<'_>,
    row: &RefundRow,
    (step, change): (RefundMove, RefundChange),
    now: Timestamp,
) -> Result<(), ActError> {
    let to = refund::next(row.state(), step).ok_or_else(refund_over)?;
    match payments::change_refund(tx.conn(), row, RefundChange { to: Some(to), ..change }, now)? {
        true => Ok(()),
        false => Err(refund_over()),
    }
}

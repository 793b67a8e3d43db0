//! Money of a dossier that is to go back: what is too much, what was asked for, what went.

use crate::db;
use crate::kernel::{DossierId, FeeId, Vnd};
use crate::payments::{self, FeeLineRow, FeeState, Payment, RefundRow, RefundState};

/// What of a dossier's money goes back, as its owner sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct MoneyBack {
    /// Too much since the answers changed, and nobody has asked yet for its return.
    pub too_much: Vnd,
    /// Everything that has to go back and has not: that, what belongs to no fee, and what is asked for or on its way.
    pub to_come: Vnd,
    /// What went back.
    pub came: Vnd,
}

/// What of paid fees is too much since the answers changed and waits for an officer to ask for its return.
///
/// # Errors
/// A failure of the database.
pub fn too_much(conn: &mut db::Conn, lines: &[FeeLineRow]) -> Result<Vec<(FeeLineRow, Vnd)>, db::Error> {
    let over: Vec<&FeeLineRow> = lines.iter().filter(|l| l.state() == FeeState::Paid && l.over().0 > 0).collect();
    let ids: Vec<FeeId> = over.iter().map(|line| line.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let going = payments::going_back_of(conn, &ids)?;
    let left = over.into_iter().map(|line| (line.clone(), Vnd(line.over().0 - payments::sum_of(&going, line.id).0)));
    Ok(left.filter(|(_, left)| left.0 > 0).collect())
}

/// What is left over of payments, belongs to no fee and waits for an officer to ask for its return.
///
/// # Errors
/// A failure of the database.
pub fn left_over(conn: &mut db::Conn, payments: &[Payment]) -> Result<Vec<(Payment, Vnd)>, db::Error> {
    let mut left = Vec::new();
    for payment in payments {
        let refunds = payments::refunds_of(conn, payment.dossier_id)?;
        let open = refunds.iter().filter(|r| r.payment_id == Some(payment.id) && r.state().is_open());
        let asked: Vnd = open.map(RefundRow::surplus).sum();
        let rest = payment.surplus().0 - asked.0;
        if rest > 0 {
            left.push((payment.clone(), Vnd(rest)));
        }
    }
    Ok(left)
}

/// What of a dossier's money goes back; `lines`: its fees.
///
/// # Errors
/// A failure of the database.
pub fn of(conn: &mut db::Conn, dossier: DossierId, lines: &[FeeLineRow]) -> Result<MoneyBack, db::Error> {
    let too_much: Vnd = too_much(conn, lines)?.into_iter().map(|(_, amount)| amount).sum();
    let refunds = payments::refunds_of(conn, dossier)?;
    let came = refunds.iter().filter(|r| r.state() == RefundState::Done).map(|r| r.amount()).sum();
    let open = || refunds.iter().filter(|r| r.state().is_open());
    let on_its_way: Vnd = open().map(|r| r.amount()).sum();
    let asked_of_surplus: Vnd = open().map(|r| r.surplus()).sum();
    let surplus: Vnd = payments::of_dossier(conn, dossier)?.iter().map(Payment::surplus).sum();
    let loose = Vnd((surplus.0 - asked_of_surplus.0).max(0));
    Ok(MoneyBack { too_much, to_come: Vnd(too_much.0 + loose.0 + on_its_way.0), came })
}

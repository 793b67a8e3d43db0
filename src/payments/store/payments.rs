//! Tables `payments` and `payment_lines`: money that came, or is on its way, and which fees it is for.

use diesel::prelude::*;
use serde_json::Value;

use crate::db::schema::{payment_lines as pl, payments as p};
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, AgencyId, DossierId, FeeId, PaymentId, Timestamp, Vnd};
use crate::payments::machine::PaymentState;
use crate::payments::reference::Trace;
use crate::payments::{FeeLineRow, Taken};

/// A payment.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = p)]
pub struct Payment {
    pub id: PaymentId,
    pub dossier_id: DossierId,
    /// `cash`, `pos`, or the gateway's name.
    pub method: String,
    amount_vnd: i64,
    state: String,
    pub gateway: Option<String>,
    /// The gateway's own number, once it is known; no two payments have the same one.
    pub gateway_txn: Option<String>,
    /// Who collects it.
    pub agency_id: AgencyId,
    /// The officer who took it at the counter.
    pub taken_by: Option<AccountId>,
    /// When the money was moved; of a payment under way, when it was begun.
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
    /// Our own number of it at the gateway.
    pub reference: Option<String>,
    /// Who began it online; none for whoever came by a pay link.
    pub begun_by: Option<AccountId>,
    pub begun_at: Option<Timestamp>,
    /// Until when the gateway takes money for it.
    pub expires_at: Option<Timestamp>,
    /// When the gateway is to be asked about it (again); none once nothing is left to ask.
    pub ask_at: Option<Timestamp>,
    /// When the payer's browser came back from the gateway.
    pub returned_at: Option<Timestamp>,
    /// What the gateway was told, for telling it again in the same words.
    pub ordered: Option<J>,
    /// The gateway's last word (its response code).
    pub last_code: Option<String>,
    applied_vnd: i64,
    refunded_vnd: i64,
}

/// A payment that somebody is sent to a gateway for.
#[derive(Clone, Debug)]
pub struct Begun {
    pub dossier: DossierId,
    pub gateway: String,
    pub reference: String,
    pub amount: Vnd,
    pub agency: AgencyId,
    pub by: Option<AccountId>,
    pub expires_at: Timestamp,
    pub ask_at: Timestamp,
    pub ordered: Value,
}

impl Payment {
    /// Whether its money came, wherever it is now.
    pub fn has_come(&self) -> bool {
        matches!(self.state(), PaymentState::Paid | PaymentState::Refunding | PaymentState::Refunded)
    }

    fn begun(what: &Begun, now: Timestamp) -> Self {
        Self {
            id: PaymentId::new(),
            dossier_id: what.dossier,
            method: what.gateway.clone(),
            amount_vnd: what.amount.0,
            state: PaymentState::Pending.as_str().to_owned(),
            gateway: Some(what.gateway.clone()),
            gateway_txn: None,
            agency_id: what.agency,
            taken_by: None,
            occurred_at: now,
            recorded_at: now,
            reference: Some(what.reference.clone()),
            begun_by: what.by,
            begun_at: Some(now),
            expires_at: Some(what.expires_at),
            ask_at: Some(what.ask_at),
            returned_at: None,
            ordered: Some(J(what.ordered.clone())),
            last_code: None,
            applied_vnd: 0,
            refunded_vnd: 0,
        }
    }

    /// What is, or was, to be paid.
    pub fn amount(&self) -> Vnd {
        Vnd(self.amount_vnd)
    }

    /// How much of it went to fees.
    pub fn applied(&self) -> Vnd {
        Vnd(self.applied_vnd)
    }

    /// How much of it went back.
    pub fn refunded(&self) -> Vnd {
        Vnd(self.refunded_vnd)
    }

    /// Where it stands; what is unknown counts as under way, so that somebody looks at it.
    pub fn state(&self) -> PaymentState {
        PaymentState::parse(&self.state).unwrap_or(PaymentState::Pending)
    }

    /// Money that came and belongs to no fee: it has to go back.
    pub fn surplus(&self) -> Vnd {
        match self.state() {
            PaymentState::Paid | PaymentState::Refunding => {
                Vnd(self.amount_vnd.saturating_sub(self.applied_vnd).saturating_sub(self.refunded_vnd).max(0))
            }
            PaymentState::Pending | PaymentState::Failed | PaymentState::Expired | PaymentState::Refunded => Vnd(0),
        }
    }
}

/// Records money that was taken at the counter for these lines.
///
/// # Errors
/// A failure of the database.
pub fn insert_payment(
    conn: &mut Conn,
    taken: &Taken,
    lines: &[FeeLineRow],
    now: Timestamp,
) -> Result<PaymentId, Error> {
    let id = PaymentId::new();
    diesel::insert_into(p::table)
        .values((
            p::id.eq(id),
            p::dossier_id.eq(taken.dossier),
            p::method.eq(taken.method.as_str()),
            p::amount_vnd.eq(taken.amount.0),
            p::state.eq(PaymentState::Paid.as_str()),
            p::agency_id.eq(taken.agency),
            p::taken_by.eq(taken.by),
            p::occurred_at.eq(taken.occurred_at),
            p::recorded_at.eq(now),
            p::applied_vnd.eq(taken.amount.0),
        ))
        .execute(conn)?;
    insert_shares(conn, id, lines)?;
    Ok(id)
}

/// Records a payment under way for these lines.
///
/// # Errors
/// [`Error::Unique`] where the reference was used before; a failure of the database.
pub fn insert_begun(conn: &mut Conn, what: &Begun, lines: &[FeeLineRow], now: Timestamp) -> Result<Payment, Error> {
    let payment = Payment::begun(what, now);
    diesel::insert_into(p::table).values(payment.clone()).execute(conn)?;
    insert_shares(conn, payment.id, lines)?;
    Ok(payment)
}

fn insert_shares(conn: &mut Conn, payment: PaymentId, lines: &[FeeLineRow]) -> Result<(), Error> {
    for line in lines {
        diesel::insert_into(pl::table)
            .values((pl::payment_id.eq(payment), pl::fee_id.eq(line.id), pl::amount_vnd.eq(line.amount().0)))
            .execute(conn)?;
    }
    Ok(())
}

/// The fees that a payment is for.
///
/// # Errors
/// A failure of the database.
pub fn fees_of(conn: &mut Conn, payment: PaymentId) -> Result<Vec<FeeId>, Error> {
    Ok(pl::table.filter(pl::payment_id.eq(payment)).order(pl::fee_id).select(pl::fee_id).load(conn)?)
}

/// The payment with our number at a gateway.
///
/// # Errors
/// A failure of the database.
pub fn by_reference(conn: &mut Conn, gateway: &str, reference: &str) -> Result<Option<Payment>, Error> {
    let found = p::table.filter(p::reference.eq(reference)).filter(p::gateway.eq(gateway)).first(conn);
    Ok(found.optional()?)
}

/// The payments whose number may have stood in a content: the one with the whole number, else those that begin alike.
///
/// # Errors
/// A failure of the database.
pub fn by_trace(conn: &mut Conn, gateway: &str, trace: &Trace) -> Result<Vec<Payment>, Error> {
    if let Some(whole) = &trace.whole
        && let Some(payment) = by_reference(conn, gateway, whole)?
    {
        return Ok(vec![payment]);
    }
    // Not LIKE: that would read every payment there is.
    let alike = p::table.filter(p::reference.between(trace.beginning.as_str(), trace.last()));
    Ok(alike.filter(p::gateway.eq(gateway)).order(p::id).limit(2).load(conn)?)
}

/// The payment whose money a transaction of a gateway moved.
///
/// # Errors
/// A failure of the database.
pub fn by_transaction(conn: &mut Conn, gateway: &str, transaction: &str) -> Result<Option<PaymentId>, Error> {
    let found = p::table.filter(p::gateway.eq(gateway)).filter(p::gateway_txn.eq(transaction));
    Ok(found.select(p::id).first(conn).optional()?)
}

/// A payment.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn by_id(conn: &mut Conn, id: PaymentId) -> Result<Payment, Error> {
    Ok(p::table.find(id).first(conn)?)
}

/// Payments of some agencies (none named: of all) with money that belongs to no fee, the longest waiting first.
///
/// # Errors
/// A failure of the database.
pub fn left_over(conn: &mut Conn, agencies: Option<&[AgencyId]>, limit: i64) -> Result<Vec<Payment>, Error> {
    let over = p::table.filter(p::state.eq(PaymentState::Paid.as_str()));
    let over = over.filter(p::amount_vnd.gt(p::applied_vnd + p::refunded_vnd));
    let mut over = over.order((p::occurred_at, p::id)).limit(limit).into_boxed();
    if let Some(agencies) = agencies {
        over = over.filter(p::agency_id.eq_any(agencies.to_vec()));
    }
    Ok(over.load(conn)?)
}

/// The payments of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn of_dossier(conn: &mut Conn, dossier: DossierId) -> Result<Vec<Payment>, Error> {
    Ok(p::table.filter(p::dossier_id.eq(dossier)).order((p::recorded_at, p::id)).load(conn)?)
}

/// Payments under way that the gateway is to be asked about by now, the longest waiting first.
///
/// # Errors
/// A failure of the database.
pub fn to_ask(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Payment>, Error> {
    let open = p::table.filter(p::ask_at.le(now)).filter(p::state.eq(PaymentState::Pending.as_str()));
    Ok(open.order((p::ask_at, p::id)).limit(limit).load(conn)?)
}

/// What changes on a payment when a gateway has spoken.
#[derive(Clone, Debug, Default)]
pub struct Word {
    pub state: Option<PaymentState>,
    pub gateway_txn: Option<String>,
    pub occurred_at: Option<Timestamp>,
    pub applied: Option<Vnd>,
    pub code: Option<String>,
}

/// Writes it down. What is no longer under way is not asked about again.
///
/// # Errors
/// [`Error::Unique`] where another payment has the same transaction of the gateway; a failure of the database.
pub fn change(conn: &mut Conn, payment: &Payment, word: &Word) -> Result<(), Error> {
    let state = word.state.map_or_else(|| payment.state.clone(), |state| state.as_str().to_owned());
    let ask_at = payment.ask_at.filter(|_| state == PaymentState::Pending.as_str());
    diesel::update(p::table.find(payment.id))
        .set((
            p::state.eq(state),
            p::gateway_txn.eq(word.gateway_txn.clone().or_else(|| payment.gateway_txn.clone())),
            p::occurred_at.eq(word.occurred_at.unwrap_or(payment.occurred_at)),
            p::applied_vnd.eq(word.applied.map_or(payment.applied_vnd, |a| a.0)),
            p::last_code.eq(word.code.clone().or_else(|| payment.last_code.clone())),
            p::ask_at.eq(ask_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that the payer's browser came back, and when to ask the gateway now that there is something to know; the first
/// time counts.
///
/// # Errors
/// A failure of the database.
pub fn mark_returned(conn: &mut Conn, id: PaymentId, (now, ask_at): (Timestamp, Timestamp)) -> Result<(), Error> {
    let first = p::table.find(id).filter(p::returned_at.is_null());
    if diesel::update(first).set(p::returned_at.eq(Some(now))).execute(conn)? == 1 {
        let open = p::table.find(id).filter(p::state.eq(PaymentState::Pending.as_str()));
        diesel::update(open.filter(p::ask_at.gt(ask_at))).set(p::ask_at.eq(Some(ask_at))).execute(conn)?;
    }
    Ok(())
}

/// Puts off the next question about a payment that is still under way.
///
/// # Errors
/// A failure of the database.
pub fn put_off(conn: &mut Conn, id: PaymentId, at: Timestamp) -> Result<(), Error> {
    let open = p::table.find(id).filter(p::state.eq(PaymentState::Pending.as_str()));
    diesel::update(open).set(p::ask_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

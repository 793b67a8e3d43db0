//! The same money under another gateway: a file imported for the wrong one tells of transactions that the books know.

use diesel::prelude::*;

use super::{NoticeRow, Payment, RefundRow, Way};
use crate::accounts::agencies;
use crate::db::schema::{payment_notices as n, payments as p, refunds as r};
use crate::db::{Conn, Error};
use crate::kernel::Vnd;
use crate::payments::reference::Trace;
use crate::payments::transfer::{Transfer, transaction_at};
use crate::payments::verdict::Said;
use crate::payments::{RefundState, banks};

/// A transaction as its gateway calls it, with how much it moved.
#[derive(Clone, Copy, Debug)]
pub struct Moved<'a> {
    pub gateway: &'a str,
    pub transaction: &'a str,
    pub amount: Vnd,
}

impl Moved<'_> {
    /// Whether somebody else's words are about it under another name.
    fn is_renamed(&self, gateway: Option<&str>, transaction: Option<&str>) -> bool {
        gateway != Some(self.gateway) || transaction != Some(self.transaction)
    }

    /// Every name under which its number may be kept: bare, and behind the number of a bank.
    fn names(&self, bins: &[String]) -> Vec<String> {
        let bare = self.transaction.rsplit(':').next().unwrap_or(self.transaction);
        std::iter::once(bare.to_owned()).chain(bins.iter().map(|bin| transaction_at(bin, bare))).collect()
    }
}

/// What is known of money under another gateway.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    pub gateway: String,
    /// The payment, where it is one.
    pub payment: Option<Payment>,
}

/// The numbers of the banks through which money may have come: those that everybody knows, and those of our accounts.
///
/// # Errors
/// A failure of the database.
pub fn bank_numbers(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let ours = agencies::all(conn)?.into_iter().filter_map(|agency| agency.collecting.account).map(|own| own.bin);
    let mut bins: Vec<String> = banks::numbers().map(str::to_owned).chain(ours).collect();
    bins.sort_unstable();
    bins.dedup();
    Ok(bins)
}

/// Where the books have the same money under another name: as a payment, or as money that goes back. `bins`: as
/// [`bank_numbers`] tells them.
///
/// # Errors
/// A failure of the database.
pub fn booked_elsewhere(conn: &mut Conn, of: Moved<'_>, bins: &[String]) -> Result<Option<Elsewhere>, Error> {
    let names = of.names(bins);
    let paid = p::table.filter(p::gateway_txn.eq_any(names.clone())).filter(p::amount_vnd.eq(of.amount.0));
    let paid: Vec<Payment> = paid.order(p::id).load(conn)?;
    let is_renamed = |payment: &Payment| of.is_renamed(payment.gateway.as_deref(), payment.gateway_txn.as_deref());
    if let Some(payment) = paid.into_iter().find(is_renamed) {
        return Ok(payment.gateway.clone().map(|gateway| Elsewhere { gateway, payment: Some(payment) }));
    }
    let dead = [RefundState::Refused, RefundState::Declined].map(RefundState::as_str);
    let back = r::table.filter(r::gateway_txn.eq_any(names)).filter(r::amount_vnd.eq(of.amount.0));
    let back = back.filter(r::payment_id.is_null()).filter(r::state.ne_all(dead)).order(r::id);
    let mut back: Vec<RefundRow> = back.load(conn)?;
    back.retain(|row| of.is_renamed(row.gateway.as_deref(), row.gateway_txn.as_deref()));
    Ok(back.into_iter().find_map(|row| row.gateway).map(|gateway| Elsewhere { gateway, payment: None }))
}

/// The other gateway or bank that itself told of the same money. What a file said proves nothing: it may have been the
/// one that was imported for the wrong gateway.
///
/// # Errors
/// A failure of the database.
pub fn told_elsewhere(conn: &mut Conn, of: Moved<'_>, bins: &[String]) -> Result<Option<Elsewhere>, Error> {
    let told = n::table.filter(n::gateway_txn.eq_any(of.names(bins))).filter(n::amount_vnd.eq(of.amount.0));
    let told = told.filter(n::said.eq(Said::Moved.as_str())).filter(n::kind.ne(Way::Statement.as_str()));
    let told: Vec<NoticeRow> = told.order(n::id).load(conn)?;
    let other = told.into_iter().find(|word| of.is_renamed(Some(&word.gateway), word.gateway_txn.as_deref()));
    Ok(other.map(|word| Elsewhere { gateway: word.gateway, payment: None }))
}

/// The payment through another gateway (of transfers: into an account at another bank than `bank`) whose number stands in
/// a content.
///
/// # Errors
/// A failure of the database.
pub fn numbered_elsewhere(
    conn: &mut Conn,
    (gateway, bank): (&str, Option<&str>),
    trace: &Trace,
) -> Result<Option<Elsewhere>, Error> {
    let found: Vec<Payment> = match &trace.whole {
        Some(whole) => p::table.filter(p::reference.eq(whole)).load(conn)?,
        None => p::table
            .filter(p::reference.between(trace.beginning.as_str(), trace.last()))
            .order(p::id)
            .limit(2)
            .load(conn)?,
    };
    let is_other = |payment: &Payment| match (payment.gateway.as_deref() == Some(gateway), bank) {
        (true, Some(bin)) => Transfer::of(payment).is_some_and(|transfer| transfer.account.bin != bin),
        (is_same, _) => !is_same,
    };
    let mut others = found.into_iter().filter(is_other);
    let (one, more) = (others.next(), others.next());
    let payment = one.filter(|_| more.is_none());
    Ok(payment.and_then(|p| Some(Elsewhere { gateway: p.gateway.clone()?, payment: Some(p) })))
}

/// Held notices that wait and tell of the same money under another name.
///
/// # Errors
/// A failure of the database.
pub(super) fn twins(conn: &mut Conn, word: &NoticeRow) -> Result<Vec<NoticeRow>, Error> {
    let (Some(transaction), Some(amount)) = (word.gateway_txn.as_deref(), word.amount()) else { return Ok(Vec::new()) };
    let of = Moved { gateway: &word.gateway, transaction, amount };
    let names = of.names(&bank_numbers(conn)?);
    let same = n::table.filter(n::gateway_txn.eq_any(names)).filter(n::amount_vnd.eq(amount.0));
    let mut same: Vec<NoticeRow> = same.filter(n::is_held.eq(true)).order(n::id).load(conn)?;
    same.retain(|other| of.is_renamed(Some(&other.gateway), other.gateway_txn.as_deref()));
    Ok(same)
}

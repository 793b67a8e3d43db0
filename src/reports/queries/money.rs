//! Money that came to fees, and went back, row by row.

use diesel::prelude::*;

use crate::db::schema::{agencies as a, dossiers, fee_lines, payments, procedures, receipts, refund_lines, refunds};
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, PaymentId, Timestamp};

/// Money of one fee.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub payment: Option<PaymentId>,
    pub at: Option<Timestamp>,
    pub kind: String,
    /// `cash`, `pos` or a gateway; of money that went back: how.
    pub channel: String,
    pub procedure: String,
    pub amount: i64,
}

/// Fees that were paid in the span. What was paid to the State Treasury has no payment here: it was never ours.
pub fn collected(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Row>, Error> {
    let mut query = fee_lines::table
        .inner_join(payments::table)
        .inner_join(dossiers::table.inner_join(procedures::table))
        .filter(fee_lines::paid_at.ge(from))
        .filter(fee_lines::paid_at.lt(until))
        .filter(fee_lines::state.eq_any(["paid", "refunding", "refunded"]))
        .select((
            fee_lines::payment_id,
            fee_lines::paid_at,
            fee_lines::kind,
            payments::method,
            procedures::code,
            fee_lines::amount_vnd,
        ))
        .into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(payments::agency_id.eq_any(agencies.to_vec()));
    }
    Ok(query.load(conn)?)
}

/// What of fees went back in the span.
pub fn returned(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Row>, Error> {
    let mut query = refund_lines::table
        .inner_join(refunds::table)
        .inner_join(fee_lines::table.inner_join(dossiers::table.inner_join(procedures::table)))
        .filter(refunds::state.eq("done"))
        .filter(refunds::ended_at.ge(from))
        .filter(refunds::ended_at.lt(until))
        .select((
            refunds::payment_id,
            refunds::ended_at,
            fee_lines::kind,
            refunds::way,
            procedures::code,
            refund_lines::amount_vnd,
        ))
        .into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(refunds::agency_id.eq_any(agencies.to_vec()));
    }
    Ok(query.load(conn)?)
}

/// A receipt that was issued in the span.
#[derive(Clone, Debug, Queryable)]
pub struct ReceiptRow {
    /// Code of the collecting agency.
    pub agency: String,
    pub template: String,
    pub series: String,
    pub number: i64,
    pub issued_at: Timestamp,
    pub total: i64,
    pub returned: i64,
    pub cancelled_at: Option<Timestamp>,
}

/// Receipts of the span, by book and number.
pub fn receipts_in(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<ReceiptRow>, Error> {
    let mut query = receipts::table
        .inner_join(a::table.on(a::id.eq(receipts::agency_id)))
        .filter(receipts::issued_at.ge(from))
        .filter(receipts::issued_at.lt(until))
        .order((receipts::agency_id, receipts::template, receipts::series, receipts::number))
        .select((
            a::code,
            receipts::template,
            receipts::series,
            receipts::number,
            receipts::issued_at,
            receipts::total_vnd,
            receipts::returned_vnd,
            receipts::cancelled_at,
        ))
        .into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(receipts::agency_id.eq_any(agencies.to_vec()));
    }
    Ok(query.load(conn)?)
}

//! Tables `statements` and `statement_lines`: what gateways and banks list, line by line, with what came of each.

use diesel::dsl::IntoBoxed;
use diesel::prelude::*;
use jiff::civil::Date;

use super::Payment;
use crate::db::schema::{payments as p, statement_lines as sl, statements as s, unlisted_payments as u};
use crate::db::types::D;
use crate::db::{Both, Conn, Error, MultiBackend};
use crate::kernel::{AccountId, AgencyId, PaymentId, RefundId, StatementId, Timestamp, Vnd};
use crate::payments::machine::PaymentState;
use crate::payments::statement::Line;
use crate::payments::transfer::Transfer;
use crate::payments::verdict::Verdict;

/// A statement.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = s)]
pub struct StatementRow {
    pub id: StatementId,
    pub gateway: String,
    /// The bank whose account it is of, by its number at NAPAS; of transfers.
    pub bank: Option<String>,
    pub file_name: String,
    /// SHA-256 of the file and of whose it is: two agencies may be sent the same.
    pub hash: String,
    pub from_day: Option<D>,
    pub to_day: Option<D>,
    /// How many lines the file has.
    pub lines: i64,
    pub imported_by: AccountId,
    pub imported_at: Timestamp,
    /// Whose it is; none only of old ones, which nobody but who oversees everything sees.
    pub agency_id: Option<AgencyId>,
}

/// A line of a statement.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = sl)]
pub struct StatementLine {
    pub statement_id: StatementId,
    pub number: i64,
    pub day: Option<D>,
    amount_vnd: i64,
    pub gateway_txn: Option<String>,
    pub reference: Option<String>,
    pub content: String,
    /// What came of it, as [`Judged`] names it.
    pub verdict: String,
    pub payment_id: Option<PaymentId>,
    /// The refund that it tells of.
    pub refund_id: Option<RefundId>,
}

/// What came of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// A verdict upon a word; `back`, `back_unknown` for money that went back; `elsewhere` for another agency's, which
    /// is not for this person to book; `other_gateway` for what came by another one; `unconfirmed` where the gateway
    /// does not say the same.
    pub verdict: &'static str,
    pub payment: Option<PaymentId>,
    pub refund: Option<RefundId>,
}

impl StatementLine {
    /// A line with what came of it.
    pub fn judged(statement: StatementId, line: &Line, judged: Judged) -> Self {
        Self {
            statement_id: statement,
            number: i64::try_from(line.number).unwrap_or(i64::MAX),
            day: line.day.map(D),
            amount_vnd: line.amount.0,
            gateway_txn: line.transaction.clone(),
            reference: line.reference.clone(),
            content: line.content.clone(),
            verdict: judged.verdict.to_owned(),
            payment_id: judged.payment,
            refund_id: judged.refund,
        }
    }

    /// How much came; less than nothing: went back.
    pub fn amount(&self) -> Vnd {
        Vnd(self.amount_vnd)
    }
}

/// Begins a statement; the one of the same file where it was begun before, by whomever.
///
/// # Errors
/// A failure of the database.
pub fn begin_statement(conn: &mut Conn, row: &StatementRow) -> Result<StatementRow, Error> {
    let begun = diesel::insert_into(s::table).values(row.clone()).on_conflict((s::gateway, s::hash)).do_nothing();
    Both(begun).execute(conn)?;
    Ok(s::table.filter(s::gateway.eq(&row.gateway)).filter(s::hash.eq(&row.hash)).first(conn)?)
}

/// Whether a statement was begun before.
///
/// # Errors
/// A failure of the database.
pub fn is_begun(conn: &mut Conn, row: &StatementRow) -> Result<bool, Error> {
    let same = s::table.filter(s::gateway.eq(&row.gateway)).filter(s::hash.eq(&row.hash)).select(s::id);
    Ok(same.first::<StatementId>(conn).optional()?.is_some())
}

/// Keeps a line with what came of it. Kept once.
///
/// # Errors
/// A failure of the database.
pub fn keep_line(conn: &mut Conn, line: &StatementLine) -> Result<(), Error> {
    let kept = diesel::insert_into(sl::table).values(line.clone());
    Both(kept.on_conflict((sl::statement_id, sl::number)).do_nothing()).execute(conn)?;
    Ok(())
}

/// The lines that were kept so far, in the order of the file.
///
/// # Errors
/// A failure of the database.
pub fn lines_of_statement(conn: &mut Conn, id: StatementId) -> Result<Vec<StatementLine>, Error> {
    Ok(sl::table.filter(sl::statement_id.eq(id)).order(sl::number).load(conn)?)
}

/// A statement of one of these agencies (none named: of any).
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn statement(conn: &mut Conn, id: StatementId, agencies: Option<&[AgencyId]>) -> Result<StatementRow, Error> {
    Ok(of_agencies(agencies).filter(s::id.eq(id)).first(conn)?)
}

/// The newest statements of these agencies (none named: of all).
///
/// # Errors
/// A failure of the database.
pub fn statements(conn: &mut Conn, agencies: Option<&[AgencyId]>, limit: i64) -> Result<Vec<StatementRow>, Error> {
    Ok(of_agencies(agencies).order((s::imported_at.desc(), s::id)).limit(limit).load(conn)?)
}

fn of_agencies(agencies: Option<&[AgencyId]>) -> IntoBoxed<'static, s::table, MultiBackend> {
    let all = s::table.into_boxed();
    match agencies {
        Some(agencies) => all.filter(s::agency_id.eq_any(agencies.to_vec())),
        None => all,
    }
}

/// Payments of a gateway (of transfers: into accounts at `bank`) that came in a span, and that no line of any statement
/// names: ours without theirs. What a person has looked into is among them, see [`explained`].
///
/// # Errors
/// A failure of the database.
pub fn not_in_statements(
    conn: &mut Conn,
    (gateway, bank): (&str, Option<&str>),
    (from, until): (Timestamp, Timestamp),
    agencies: Option<&[AgencyId]>,
) -> Result<Vec<Payment>, Error> {
    let came = [PaymentState::Paid, PaymentState::Refunding, PaymentState::Refunded].map(PaymentState::as_str);
    // Money that went back, or of another amount, is no proof that this came.
    let fits = [Verdict::Credited, Verdict::Repeated].map(Verdict::as_str);
    let named = sl::table.filter(sl::payment_id.is_not_null()).filter(sl::verdict.eq_any(fits)).select(sl::payment_id);
    let mut query = p::table
        .filter(p::gateway.eq(gateway))
        .filter(p::state.eq_any(came))
        .filter(p::occurred_at.ge(from))
        .filter(p::occurred_at.lt(until))
        .filter(p::id.nullable().ne_all(named))
        .order((p::occurred_at, p::id))
        .into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(p::agency_id.eq_any(agencies.to_vec()));
    }
    let all: Vec<Payment> = query.load(conn)?;
    let is_there =
        |payment: &Payment| bank.is_none_or(|bin| Transfer::of(payment).is_some_and(|t| t.account.bin == bin));
    Ok(all.into_iter().filter(is_there).collect())
}

/// What a person found out about a payment that no statement names.
#[derive(Clone, Debug, Queryable)]
pub struct Explained {
    pub payment_id: PaymentId,
    pub note: String,
    pub settled_by: AccountId,
    pub settled_at: Timestamp,
}

/// What was found out about these payments, of those that somebody has looked into.
///
/// # Errors
/// A failure of the database.
pub fn explained(conn: &mut Conn, ids: &[PaymentId]) -> Result<Vec<Explained>, Error> {
    Ok(u::table.filter(u::payment_id.eq_any(ids.to_vec())).load(conn)?)
}

/// Notes what a person found out about a payment that no statement names; answers whether it was not noted before.
///
/// # Errors
/// A failure of the database.
pub fn explain_unlisted(
    conn: &mut Conn,
    (payment, note): (PaymentId, &str),
    (by, now): (AccountId, Timestamp),
) -> Result<bool, Error> {
    if u::table.find(payment).select(u::payment_id).first::<PaymentId>(conn).optional()?.is_some() {
        return Ok(false);
    }
    let row = (u::payment_id.eq(payment), u::note.eq(note), u::settled_by.eq(by), u::settled_at.eq(now));
    match diesel::insert_into(u::table).values(row).execute(conn).map_err(Error::from) {
        Ok(_) => Ok(true),
        Err(Error::Unique(_)) => Ok(false),
        Err(e) => Err(e),
    }
}

/// The first and the last day of some lines.
pub fn span_of(lines: &[Line]) -> (Option<Date>, Option<Date>) {
    let days = || lines.iter().filter_map(|l| l.day);
    (days().min(), days().max())
}

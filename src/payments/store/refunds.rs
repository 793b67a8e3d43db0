//! Tables `refunds` and `refund_lines`: money that goes back, and which fees it was for.

use diesel::dsl::IntoBoxed;
use diesel::prelude::*;

use crate::db::schema::{fee_lines as f, payments as p, refund_lines as rl, refunds as r, statement_lines as sl};
use crate::db::{Conn, Error, MultiBackend};
use crate::kernel::{
    AccountId, AgencyId, DossierId, FeeId, NoticeId, Page, PageRequest, PaymentId, RefundId, Timestamp, Vnd,
};
use crate::payments::machine::PaymentState;
use crate::payments::refund::{RefundState, RefundWay};
use crate::payments::store::{FeeState, NoticeRow};

/// A refund.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = r)]
pub struct RefundRow {
    pub id: RefundId,
    /// The payment whose money goes back; none for money that never got into the books.
    pub payment_id: Option<PaymentId>,
    /// The held word that told of the money.
    pub notice_id: Option<NoticeId>,
    pub dossier_id: Option<DossierId>,
    pub agency_id: AgencyId,
    way: String,
    pub gateway: Option<String>,
    /// Our number of the payment, as the gateway knows it.
    pub reference: Option<String>,
    pub gateway_txn: Option<String>,
    /// When it was ordered, by the machine's clock.
    pub ordered_at: Option<Timestamp>,
    amount_vnd: i64,
    surplus_vnd: i64,
    state: String,
    pub reason: String,
    pub asked_by: AccountId,
    pub asked_at: Timestamp,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Timestamp>,
    pub decision_note: Option<String>,
    /// The number under which the gateway is told; one for ever.
    pub request: Option<String>,
    /// When the gateway is to be told, or asked, next.
    pub send_at: Option<Timestamp>,
    pub first_sent_at: Option<Timestamp>,
    pub tries: i64,
    pub last_code: Option<String>,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<AccountId>,
    /// Who took the cash.
    pub receiver: Option<String>,
    /// Number of the voucher that was signed for it.
    pub voucher: Option<String>,
}

/// Money to go back.
#[derive(Clone, Debug)]
pub struct Asked {
    pub payment: Option<PaymentId>,
    pub notice: Option<NoticeId>,
    pub dossier: Option<DossierId>,
    pub agency: AgencyId,
    pub way: RefundWay,
    pub gateway: Option<String>,
    pub reference: Option<String>,
    pub transaction: Option<String>,
    pub ordered_at: Option<Timestamp>,
    pub amount: Vnd,
    /// How much of it is money of no fee.
    pub surplus: Vnd,
    pub reason: String,
    pub by: AccountId,
}

impl RefundRow {
    /// How much.
    pub fn amount(&self) -> Vnd {
        Vnd(self.amount_vnd)
    }

    /// How much of it is money of no fee.
    pub fn surplus(&self) -> Vnd {
        Vnd(self.surplus_vnd)
    }

    /// Where it stands; what is unknown counts as unsure, so that nothing is sent again.
    pub fn state(&self) -> RefundState {
        RefundState::parse(&self.state).unwrap_or(RefundState::Unsure)
    }

    /// How it goes back; what is unknown goes over no gateway.
    pub fn way(&self) -> RefundWay {
        RefundWay::parse(&self.way).unwrap_or(RefundWay::Cash)
    }
}

/// Records what was asked for.
///
/// # Errors
/// [`Error::Unique`] where the payment, or the word, has an open refund; a failure of the database.
pub fn insert_refund(
    conn: &mut Conn,
    asked: &Asked,
    lines: &[(FeeId, Vnd)],
    now: Timestamp,
) -> Result<RefundRow, Error> {
    let row = RefundRow {
        id: RefundId::new(),
        payment_id: asked.payment,
        notice_id: asked.notice,
        dossier_id: asked.dossier,
        agency_id: asked.agency,
        way: asked.way.as_str().to_owned(),
        gateway: asked.gateway.clone(),
        reference: asked.reference.clone(),
        gateway_txn: asked.transaction.clone(),
        ordered_at: asked.ordered_at,
        amount_vnd: asked.amount.0,
        surplus_vnd: asked.surplus.0,
        state: RefundState::Asked.as_str().to_owned(),
        reason: asked.reason.clone(),
        asked_by: asked.by,
        asked_at: now,
        decided_by: None,
        decided_at: None,
        decision_note: None,
        request: None,
        send_at: None,
        first_sent_at: None,
        tries: 0,
        last_code: None,
        ended_at: None,
        ended_by: None,
        receiver: None,
        voucher: None,
    };
    diesel::insert_into(r::table).values(row.clone()).execute(conn)?;
    for (fee, amount) in lines {
        diesel::insert_into(rl::table)
            .values((rl::refund_id.eq(row.id), rl::fee_id.eq(fee), rl::amount_vnd.eq(amount.0)))
            .execute(conn)?;
    }
    Ok(row)
}

/// A refund.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn refund(conn: &mut Conn, id: RefundId) -> Result<RefundRow, Error> {
    Ok(r::table.find(id).first(conn)?)
}

/// What a refund takes from each fee.
///
/// # Errors
/// A failure of the database.
pub fn refund_lines(conn: &mut Conn, id: RefundId) -> Result<Vec<(FeeId, Vnd)>, Error> {
    let lines: Vec<(FeeId, i64)> =
        rl::table.filter(rl::refund_id.eq(id)).order(rl::fee_id).select((rl::fee_id, rl::amount_vnd)).load(conn)?;
    Ok(lines.into_iter().map(|(fee, amount)| (fee, Vnd(amount))).collect())
}

/// How much of these fees went back so far.
///
/// # Errors
/// A failure of the database.
pub fn returned_of(conn: &mut Conn, fees: &[FeeId]) -> Result<Vec<(FeeId, Vnd)>, Error> {
    taken_from(conn, fees, &[RefundState::Done])
}

/// How much of these fees went back so far, or is asked or about to.
///
/// # Errors
/// A failure of the database.
pub fn going_back_of(conn: &mut Conn, fees: &[FeeId]) -> Result<Vec<(FeeId, Vnd)>, Error> {
    taken_from(conn, fees, &[RefundState::Asked, RefundState::Approved, RefundState::Unsure, RefundState::Done])
}

fn taken_from(conn: &mut Conn, fees: &[FeeId], states: &[RefundState]) -> Result<Vec<(FeeId, Vnd)>, Error> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let such = rl::table.inner_join(r::table).filter(r::state.eq_any(states));
    let rows: Vec<(FeeId, i64)> =
        such.filter(rl::fee_id.eq_any(fees.to_vec())).select((rl::fee_id, rl::amount_vnd)).load(conn)?;
    Ok(rows.into_iter().map(|(fee, amount)| (fee, Vnd(amount))).collect())
}

/// The refunds of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn refunds_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<RefundRow>, Error> {
    Ok(r::table.filter(r::dossier_id.eq(dossier)).order((r::asked_at, r::id)).load(conn)?)
}

/// The refunds of some agencies (none named: of all), those still open first, then the newest.
///
/// # Errors
/// A failure of the database.
pub fn refunds_in(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    page: &PageRequest,
) -> Result<Page<RefundRow>, Error> {
    let total: i64 = of_agencies(agencies).count().get_result(conn)?;
    let rows = of_agencies(agencies).order((r::ended_at.is_not_null(), r::asked_at.desc(), r::id));
    let rows = rows.offset(page.offset()).limit(i64::from(page.limit)).load(conn)?;
    Ok(page.filled(rows, Some(total)))
}

/// How many of them are still open.
///
/// # Errors
/// A failure of the database.
pub fn count_open_refunds(conn: &mut Conn, agencies: Option<&[AgencyId]>) -> Result<i64, Error> {
    Ok(of_agencies(agencies).filter(r::ended_at.is_null()).count().get_result(conn)?)
}

fn of_agencies(agencies: Option<&[AgencyId]>) -> IntoBoxed<'static, r::table, MultiBackend> {
    let all = r::table.into_boxed();
    match agencies {
        Some(agencies) => all.filter(r::agency_id.eq_any(agencies.to_vec())),
        None => all,
    }
}

/// The open or carried out refund of the same money: by the gateway's number, told of by whichever word.
///
/// # Errors
/// A failure of the database.
pub fn refund_of_transaction(conn: &mut Conn, gateway: &str, transaction: &str) -> Result<Option<RefundRow>, Error> {
    let same = r::table.filter(r::gateway.eq(gateway)).filter(r::gateway_txn.eq(transaction));
    let dead = [RefundState::Refused, RefundState::Declined].map(RefundState::as_str);
    let alive = same.filter(r::payment_id.is_null()).filter(r::state.ne_all(dead));
    Ok(alive.first(conn).optional()?)
}

/// Whether a payment's money is about to go back, or may be.
///
/// # Errors
/// A failure of the database.
pub fn has_open_refund(conn: &mut Conn, payment: PaymentId) -> Result<bool, Error> {
    let open = [RefundState::Asked, RefundState::Approved, RefundState::Unsure].map(RefundState::as_str);
    let found = r::table.filter(r::payment_id.eq(payment)).filter(r::state.eq_any(open)).select(r::id);
    Ok(found.first::<RefundId>(conn).optional()?.is_some())
}

/// Whether the gateway has refused before to give a held notice's money back.
///
/// # Errors
/// A failure of the database.
pub fn was_refused(conn: &mut Conn, notice: &NoticeRow) -> Result<bool, Error> {
    let refused = r::table.filter(r::way.eq(RefundWay::Gateway.as_str())).filter(r::gateway.eq(&notice.gateway));
    let refused = refused.filter(r::state.eq(RefundState::Refused.as_str()));
    let of_notice = r::notice_id.eq(notice.id).assume_not_null();
    let found = match &notice.gateway_txn {
        Some(transaction) => {
            let same = of_notice.or(r::gateway_txn.eq(transaction).assume_not_null());
            refused.filter(same).select(r::id).first::<RefundId>(conn)
        }
        None => refused.filter(of_notice).select(r::id).first::<RefundId>(conn),
    };
    Ok(found.optional()?.is_some())
}

/// How many other refunds a gateway was told of under the number of a payment, whosever they are.
///
/// # Errors
/// A failure of the database.
pub fn others_sent_under(conn: &mut Conn, row: &RefundRow) -> Result<i64, Error> {
    let others = r::table.filter(r::gateway.eq(&row.gateway)).filter(r::reference.eq(&row.reference));
    Ok(others.filter(r::first_sent_at.is_not_null()).filter(r::id.ne(row.id)).count().get_result(conn)?)
}

/// What changes on a refund; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct RefundChange {
    pub to: Option<RefundState>,
    /// Who agreed or did not, with a note.
    pub decided: Option<(AccountId, Option<String>)>,
    pub request: Option<String>,
    /// When to tell, or ask, the gateway next; the inner none: never.
    pub send_at: Option<Option<Timestamp>>,
    pub code: Option<String>,
    pub ended_by: Option<AccountId>,
    pub receiver: Option<String>,
    pub voucher: Option<String>,
}

/// Moves a refund, if it still stands where it was read. Answers whether it did.
///
/// # Errors
/// A failure of the database.
pub fn change_refund(conn: &mut Conn, was: &RefundRow, change: RefundChange, now: Timestamp) -> Result<bool, Error> {
    let to = change.to.unwrap_or(was.state());
    let (decided_by, decided_at, note) = match change.decided {
        Some((by, note)) => (Some(by), Some(now), note),
        None => (was.decided_by, was.decided_at, was.decision_note.clone()),
    };
    let moved = diesel::update(r::table.find(was.id).filter(r::state.eq(&was.state)))
        .set((
            r::state.eq(to.as_str()),
            r::decided_by.eq(decided_by),
            r::decided_at.eq(decided_at),
            r::decision_note.eq(note),
            r::request.eq(change.request.or_else(|| was.request.clone())),
            r::send_at.eq(change.send_at.unwrap_or(was.send_at)),
            r::last_code.eq(change.code.or_else(|| was.last_code.clone())),
            r::ended_at.eq((!to.is_open()).then_some(now)),
            r::ended_by.eq(change.ended_by),
            r::receiver.eq(change.receiver),
            r::voucher.eq(change.voucher),
        ))
        .execute(conn)?;
    Ok(moved == 1)
}

/// Refunds that a gateway is to be told of, or asked about, by now.
///
/// # Errors
/// A failure of the database.
pub fn refunds_to_send(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<RefundId>, Error> {
    let open = [RefundState::Approved, RefundState::Unsure].map(RefundState::as_str);
    let due = r::table.filter(r::send_at.le(now)).filter(r::state.eq_any(open));
    Ok(due.order((r::send_at, r::id)).limit(limit).select(r::id).load(conn)?)
}

/// Takes a refund for sending: counts the try before anything is sent, and lets nobody else take it before `again`.
/// None where somebody else has it, or it is over.
///
/// # Errors
/// A failure of the database.
pub fn take_refund(
    conn: &mut Conn,
    id: RefundId,
    (now, again): (Timestamp, Timestamp),
) -> Result<Option<RefundRow>, Error> {
    let open = [RefundState::Approved, RefundState::Unsure].map(RefundState::as_str);
    let due = r::table.find(id).filter(r::send_at.le(now)).filter(r::state.eq_any(open));
    let taken = diesel::update(due).set((r::tries.eq(r::tries + 1), r::send_at.eq(Some(again)))).execute(conn)?;
    if taken == 0 {
        return Ok(None);
    }
    let first = r::table.find(id).filter(r::first_sent_at.is_null());
    diesel::update(first).set(r::first_sent_at.eq(Some(now))).execute(conn)?;
    refund(conn, id).map(Some)
}

/// What the books say of a payment after money went back, or is about to.
#[derive(Clone, Copy, Debug)]
pub struct Books {
    pub state: PaymentState,
    /// How much of it belongs to fees.
    pub applied: Vnd,
    pub refunded: Vnd,
}

/// Writes it down. The dossier is locked by then.
///
/// # Errors
/// A failure of the database.
pub fn set_books(conn: &mut Conn, payment: PaymentId, books: Books) -> Result<(), Error> {
    diesel::update(p::table.find(payment))
        .set((
            p::state.eq(books.state.as_str()),
            p::applied_vnd.eq(books.applied.0),
            p::refunded_vnd.eq(books.refunded.0),
        ))
        .execute(conn)?;
    Ok(())
}

/// Moves paid fees between paid, refunding and refunded.
///
/// # Errors
/// A failure of the database.
pub fn mark_back(conn: &mut Conn, fees: &[FeeId], to: FeeState) -> Result<usize, Error> {
    debug_assert!(matches!(to, FeeState::Paid | FeeState::Refunding | FeeState::Refunded), "not a way back");
    let settled = [FeeState::Paid, FeeState::Refunding].map(FeeState::as_str);
    let paid = f::table.filter(f::id.eq_any(fees.to_vec())).filter(f::state.eq_any(settled));
    Ok(diesel::update(paid).set(f::state.eq(to.as_str())).execute(conn)?)
}

/// The refund that a line of a statement tells of: carried out, of so much, by either number, or by the voucher of who
/// carried it out by hand. One that another transaction was told for is not told of twice: that is money paid out twice.
///
/// # Errors
/// A failure of the database.
pub fn carried_out(
    conn: &mut Conn,
    gateway: &str,
    (transaction, reference): (Option<&str>, Option<&str>),
    amount: Vnd,
) -> Result<Option<RefundRow>, Error> {
    let done = r::table
        .filter(r::gateway.eq(gateway))
        .filter(r::state.eq(RefundState::Done.as_str()))
        .filter(r::amount_vnd.eq(amount.0));
    // A bank's number stands behind the bank's own.
    let bare = transaction.map(|t| t.rsplit(':').next().unwrap_or(t));
    let same = r::gateway_txn.eq(transaction).or(r::reference.eq(reference)).or(r::voucher.eq(bare));
    for row in done.filter(same.assume_not_null()).order((r::asked_at, r::id)).load::<RefundRow>(conn)? {
        let told = sl::table.filter(sl::refund_id.eq(row.id)).select(sl::gateway_txn);
        let told: Vec<Option<String>> = told.load(conn)?;
        if told.iter().all(|number| number.as_deref() == bare) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

//! Tables `obligation_notices` and `treasury_payments`: what another agency asks of the applicant (a tax office's
//! «Thông báo nộp tiền»), and what was paid for it elsewhere. Money that never came to us is no row of `payments`: no
//! book, till, refund or receipt of ours knows it.

use diesel::prelude::*;
use jiff::civil::Date;

use super::lines::{FeeLineRow, FeeState, SETTLED, UNPAID};
use crate::db::schema::{dossiers as d, fee_lines as f, obligation_notices as o, treasury_payments as t};
use crate::db::types::D;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, DocumentId, DossierId, ObligationId, Timestamp, TreasuryPaymentId, Vnd};

/// Who takes the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectedBy {
    /// We do, for the agency that asks: online, in cash, by card, with a receipt.
    Here,
    /// The State Treasury, a bank for it, or that agency itself.
    Elsewhere,
}

impl CollectedBy {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Who takes what is or is not collected elsewhere.
    pub fn of(elsewhere: bool) -> Self {
        if elsewhere { Self::Elsewhere } else { Self::Here }
    }
}

/// A notice that a request for payment rests on.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = o)]
pub struct Obligation {
    pub id: ObligationId,
    pub dossier_id: DossierId,
    /// Số thông báo.
    pub number: String,
    issued_on: D,
    /// The agency that issued it.
    pub issuer: String,
    due_on: D,
    collected_by: String,
    /// Where the money goes: account, bank or Treasury office, in words.
    pub account: Option<String>,
    /// The scan of the notice.
    pub document_id: Option<DocumentId>,
    /// When the applicant was reminded of the deadline.
    pub reminded_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Obligation {
    /// A notice; `what` is number, issuer and account, `days` those of issue and deadline.
    pub fn new(
        dossier: DossierId,
        (number, issuer, account): (String, String, Option<String>),
        (issued_on, due_on): (Date, Date),
        collected_by: CollectedBy,
        now: Timestamp,
    ) -> Self {
        Self {
            id: ObligationId::new(),
            dossier_id: dossier,
            number,
            issued_on: D(issued_on),
            issuer,
            due_on: D(due_on),
            collected_by: collected_by.as_str().to_owned(),
            account,
            document_id: None,
            reminded_at: None,
            created_at: now,
        }
    }

    /// The day of the notice.
    pub fn issued_on(&self) -> Date {
        self.issued_on.0
    }

    /// The last day to pay.
    pub fn due_on(&self) -> Date {
        self.due_on.0
    }

    /// Whether the money is not ours to take.
    pub fn is_elsewhere(&self) -> bool {
        self.collected_by == CollectedBy::Elsewhere.as_str()
    }

    /// What of these fees is still owed for it.
    pub fn owed(&self, lines: &[FeeLineRow]) -> Vnd {
        let mine = lines.iter().filter(|l| l.notice_id == Some(self.id) && l.state().is_owed());
        mine.map(FeeLineRow::amount).sum()
    }

    /// What of these fees is still owed for it, and nobody is just paying.
    pub fn unpaid(&self, lines: &[FeeLineRow]) -> Vnd {
        let mine = lines.iter().filter(|l| l.notice_id == Some(self.id) && UNPAID.contains(&l.state()));
        mine.map(FeeLineRow::amount).sum()
    }

    /// Whether all of it was paid. What was let go, or removed when the dossier ended, was not.
    pub fn is_paid(&self, lines: &[FeeLineRow]) -> bool {
        let mut mine = lines.iter().filter(|l| l.notice_id == Some(self.id)).peekable();
        mine.peek().is_some() && mine.all(|l| l.state() == FeeState::Paid)
    }

    /// Whether its last day has passed with something still owed.
    pub fn is_overdue(&self, lines: &[FeeLineRow], today: Date) -> bool {
        self.due_on.0 < today && self.owed(lines).0 > 0
    }
}

/// Keeps a notice.
///
/// # Errors
/// A failure of the database.
pub fn insert_obligation(conn: &mut Conn, notice: &Obligation) -> Result<(), Error> {
    diesel::insert_into(o::table).values(notice.clone()).execute(conn)?;
    Ok(())
}

/// The notices of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn obligations_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<Obligation>, Error> {
    Ok(o::table.filter(o::dossier_id.eq(dossier)).order((o::created_at, o::id)).load(conn)?)
}

/// Notes the scan of a notice; a later one takes its place.
///
/// # Errors
/// A failure of the database.
pub fn set_obligation_scan(conn: &mut Conn, id: ObligationId, scan: DocumentId) -> Result<(), Error> {
    diesel::update(o::table.find(id)).set(o::document_id.eq(Some(scan))).execute(conn)?;
    Ok(())
}

/// Notes that the applicant was reminded. `false`: they were before.
///
/// # Errors
/// A failure of the database.
pub fn mark_reminded(conn: &mut Conn, id: ObligationId, now: Timestamp) -> Result<bool, Error> {
    let first = o::table.find(id).filter(o::reminded_at.is_null());
    Ok(diesel::update(first).set(o::reminded_at.eq(Some(now))).execute(conn)? == 1)
}

/// The number of the status in which a dossier waits for its money: of others nobody is reminded.
const WAITING: i32 = 6;

/// Dossiers that wait for money whose last day lies between two days, and whose applicants were not reminded; what is
/// being paid just now is not called unpaid. `after`: those beyond it, in the order of their ids.
///
/// # Errors
/// A failure of the database.
pub fn to_remind(
    conn: &mut Conn,
    (from, until): (Date, Date),
    (after, limit): (Option<DossierId>, i64),
) -> Result<Vec<DossierId>, Error> {
    let mut near = f::table
        .inner_join(o::table)
        .inner_join(d::table)
        .filter(f::state.eq_any(UNPAID.map(FeeState::as_str)))
        .filter(d::status.eq(WAITING))
        .filter(o::reminded_at.is_null())
        .filter(o::due_on.ge(D(from)))
        .filter(o::due_on.le(D(until)))
        .select(f::dossier_id)
        .distinct()
        .order(f::dossier_id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        near = near.filter(f::dossier_id.gt(after));
    }
    Ok(near.load(conn)?)
}

/// Which of these dossiers have something owed whose last day has passed.
///
/// # Errors
/// A failure of the database.
pub fn overdue_obligations(conn: &mut Conn, dossiers: &[DossierId], today: Date) -> Result<Vec<DossierId>, Error> {
    if dossiers.is_empty() {
        return Ok(Vec::new());
    }
    let late = f::table
        .inner_join(o::table)
        .filter(f::dossier_id.eq_any(dossiers.to_vec()))
        .filter(f::state.ne_all(SETTLED))
        .filter(o::due_on.lt(D(today)));
    Ok(once(late.select(f::dossier_id).load(conn)?))
}

/// Each once: a notice has several fees.
fn once(mut dossiers: Vec<DossierId>) -> Vec<DossierId> {
    dossiers.sort_unstable();
    dossiers.dedup();
    dossiers
}

/// Money that was paid to the State Treasury, by the payer's paper («Giấy nộp tiền vào ngân sách nhà nước»).
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = t)]
pub struct TreasuryPayment {
    pub id: TreasuryPaymentId,
    pub dossier_id: DossierId,
    /// Number of the payer's paper.
    pub number: String,
    paid_on: D,
    amount_vnd: i64,
    /// The officer who saw the paper.
    pub recorded_by: Option<AccountId>,
    pub recorded_at: Timestamp,
    /// The number as it is compared: no two dossiers have the same of one day.
    paper_key: String,
}

/// A paper's number without what people write now so and now so: spaces, dashes, dots, strokes, small letters.
fn paper_key(number: &str) -> String {
    let key: String = number.chars().filter(|c| !c.is_whitespace() && !"-./_".contains(*c)).collect();
    if key.is_empty() { number.to_owned() } else { key.to_ascii_uppercase() }
}

impl TreasuryPayment {
    /// A payment by a paper of this number and day.
    pub fn new(
        dossier: DossierId,
        (number, paid_on): (String, Date),
        amount: Vnd,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: TreasuryPaymentId::new(),
            dossier_id: dossier,
            paper_key: paper_key(&number),
            number,
            paid_on: D(paid_on),
            amount_vnd: amount.0,
            recorded_by: by,
            recorded_at: now,
        }
    }

    /// The day of the payer's paper.
    pub fn paid_on(&self) -> Date {
        self.paid_on.0
    }

    /// What was paid.
    pub fn amount(&self) -> Vnd {
        Vnd(self.amount_vnd)
    }
}

/// What is recorded by the same paper already, for whichever dossier.
///
/// # Errors
/// A failure of the database.
pub fn same_paper(conn: &mut Conn, payment: &TreasuryPayment) -> Result<Option<TreasuryPayment>, Error> {
    let same = t::table.filter(t::paper_key.eq(&payment.paper_key)).filter(t::paid_on.eq(D(payment.paid_on())));
    Ok(same.first(conn).optional()?)
}

/// Notes that the paper of a payment covers so much more.
///
/// # Errors
/// A failure of the database.
pub fn add_to_treasury_payment(conn: &mut Conn, id: TreasuryPaymentId, amount: Vnd) -> Result<(), Error> {
    diesel::update(t::table.find(id)).set(t::amount_vnd.eq(t::amount_vnd + amount.0)).execute(conn)?;
    Ok(())
}

/// Records it.
///
/// # Errors
/// [`Error::Unique`] where its paper is recorded already; a failure of the database.
pub fn insert_treasury_payment(conn: &mut Conn, payment: &TreasuryPayment) -> Result<(), Error> {
    diesel::insert_into(t::table).values(payment.clone()).execute(conn)?;
    Ok(())
}

/// What was paid elsewhere for a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn treasury_payments_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<TreasuryPayment>, Error> {
    Ok(t::table.filter(t::dossier_id.eq(dossier)).order((t::recorded_at, t::id)).load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::paper_key;

    #[test]
    fn a_papers_number_is_compared_without_what_people_write_now_so_and_now_so() {
        for same in ["GNT-0007/26", "gnt 0007.26", "GNT_0007 / 26", "gnt000726"] {
            assert_eq!(paper_key(same), "GNT000726", "{same}");
        }
        assert_ne!(paper_key("GNT-7"), paper_key("GNT-07"), "noughts belong to a number");
        assert_eq!(paper_key("-"), "-");
    }
}

//! Table `fee_lines`: what is owed for a dossier, and where each fee stands.

use diesel::prelude::*;
use serde_json::Value;

use super::Obligation;
use crate::db::schema::{fee_lines as f, payment_lines as pl, payments as p};
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::kernel::{
    AccountId, AgencyId, DossierId, FeeId, ObligationId, PaymentId, Timestamp, TreasuryPaymentId, Vnd,
};

/// Where a fee stands (domain.md, Money).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeeState {
    Due,
    Pending,
    Paid,
    Failed,
    Expired,
    Refunding,
    Refunded,
    Waived,
}

impl FeeState {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
            Self::Waived => "waived",
        }
    }

    /// Reads the fixed name; what is unknown counts as due, so that nothing is handed out unpaid.
    fn parse(text: &str) -> Self {
        [Self::Pending, Self::Paid, Self::Failed, Self::Expired, Self::Refunding, Self::Refunded, Self::Waived]
            .into_iter()
            .find(|s| s.as_str() == text)
            .unwrap_or(Self::Due)
    }

    /// Whether the citizen still has to do something about it.
    pub fn is_owed(self) -> bool {
        match self {
            Self::Due | Self::Pending | Self::Failed | Self::Expired => true,
            Self::Paid | Self::Refunding | Self::Refunded | Self::Waived => false,
        }
    }
}

/// The member of a line's rule that names the officer who asked for it.
pub const REQUESTED_BY: &str = "requested_by";

/// A fee of a dossier.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = f)]
pub struct FeeLineRow {
    pub id: FeeId,
    pub dossier_id: DossierId,
    pub code: String,
    /// `phi` or `le_phi`.
    pub kind: String,
    pub name: String,
    amount_vnd: i64,
    state: String,
    /// `filing`, `acceptance` or `later`.
    pub due_stage: String,
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub rule: Value,
    pub payment_id: Option<PaymentId>,
    pub waived_reason: Option<String>,
    pub waived_by: Option<AccountId>,
    pub created_at: Timestamp,
    pub paid_at: Option<Timestamp>,
    /// The notice that it rests on.
    pub notice_id: Option<ObligationId>,
    /// Paid to the State Treasury or another agency: no gateway of ours takes it, and it gets no receipt of ours.
    pub collected_elsewhere: bool,
    /// By what it was paid there.
    pub treasury_payment_id: Option<TreasuryPaymentId>,
    over_vnd: i64,
}

impl FeeLineRow {
    /// A line that is owed. `what` is code, kind and name; `why` the stage and how the amount came about.
    pub fn due(dossier: DossierId, what: (&str, &str, &str), amount: Vnd, why: (&str, Value), now: Timestamp) -> Self {
        let (code, kind, name) = what;
        Self {
            id: FeeId::new(),
            dossier_id: dossier,
            code: code.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            amount_vnd: amount.0,
            state: FeeState::Due.as_str().to_owned(),
            due_stage: why.0.to_owned(),
            rule: why.1,
            payment_id: None,
            waived_reason: None,
            waived_by: None,
            created_at: now,
            paid_at: None,
            notice_id: None,
            collected_elsewhere: false,
            treasury_payment_id: None,
            over_vnd: 0,
        }
    }

    /// The same, resting on a notice.
    #[must_use]
    pub fn by_notice(self, notice: &Obligation) -> Self {
        Self { notice_id: Some(notice.id), collected_elsewhere: notice.is_elsewhere(), ..self }
    }

    /// Whether it is still owed, and to us: what gateways and tills may take.
    pub fn is_owed_here(&self) -> bool {
        self.state().is_owed() && !self.collected_elsewhere
    }

    /// Whether it is still owed, and to somebody else.
    pub fn is_owed_elsewhere(&self) -> bool {
        self.state().is_owed() && self.collected_elsewhere
    }

    /// What it comes to.
    pub fn amount(&self) -> Vnd {
        Vnd(self.amount_vnd)
    }

    /// How much of what was paid for it is owed no more since the answers changed; what of that went back is still in it.
    pub fn over(&self) -> Vnd {
        Vnd(self.over_vnd)
    }

    /// Where it stands.
    pub fn state(&self) -> FeeState {
        FeeState::parse(&self.state)
    }

    /// Whether an officer asked for it (a financial obligation): the dossier waits in status 6 until it is settled. Fees
    /// by the procedure's rules wait at their own stages.
    pub fn is_requested(&self) -> bool {
        self.notice_id.is_some() || self.rule.get(REQUESTED_BY).is_some()
    }

    /// Whether it must be settled before acceptance.
    pub fn is_due_at_filing(&self) -> bool {
        self.due_stage == "filing"
    }

    /// Whether the applicant is asked for it when the dossier is accepted.
    pub fn is_due_at_acceptance(&self) -> bool {
        self.due_stage == "acceptance"
    }
}

/// Everything still owed.
pub fn owed(lines: &[FeeLineRow]) -> Vnd {
    lines.iter().filter(|l| l.state().is_owed()).map(FeeLineRow::amount).sum()
}

/// What of it is paid to us.
pub fn owed_here(lines: &[FeeLineRow]) -> Vnd {
    lines.iter().filter(|l| l.is_owed_here()).map(FeeLineRow::amount).sum()
}

/// What of it is paid to the State Treasury or another agency.
pub fn owed_elsewhere(lines: &[FeeLineRow]) -> Vnd {
    lines.iter().filter(|l| l.is_owed_elsewhere()).map(FeeLineRow::amount).sum()
}

/// Whether somebody is paying, and the gateway has not said how it ended: never called unpaid meanwhile.
pub fn is_being_paid(lines: &[FeeLineRow]) -> bool {
    lines.iter().any(|l| l.state() == FeeState::Pending)
}

/// What is still owed before the dossier may be accepted.
pub fn owed_at_filing(lines: &[FeeLineRow]) -> Vnd {
    lines.iter().filter(|l| l.is_due_at_filing() && l.state().is_owed()).map(FeeLineRow::amount).sum()
}

/// The fees of a dossier, in the order they arose.
///
/// # Errors
/// A failure of the database.
pub fn lines_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<FeeLineRow>, Error> {
    Ok(f::table.filter(f::dossier_id.eq(dossier)).order((f::created_at, f::id)).load(conn)?)
}

/// Records fees as owed.
///
/// # Errors
/// A failure of the database.
pub fn insert_lines(conn: &mut Conn, lines: &[FeeLineRow]) -> Result<(), Error> {
    for line in lines {
        diesel::insert_into(f::table).values(line.clone()).execute(conn)?;
    }
    Ok(())
}

/// States in which nothing is owed any more.
pub(super) const SETTLED: [&str; 4] = ["paid", "refunding", "refunded", "waived"];

/// What nobody has paid, and for what no payment is under way.
pub(super) const UNPAID: [FeeState; 3] = [FeeState::Due, FeeState::Failed, FeeState::Expired];

fn remove(conn: &mut Conn, lines: &[FeeId]) -> Result<(), Error> {
    diesel::delete(pl::table.filter(pl::fee_id.eq_any(lines))).execute(conn)?;
    diesel::delete(f::table.filter(f::id.eq_any(lines))).execute(conn)?;
    Ok(())
}

/// Takes back fees by their codes that nobody has paid: before they are assessed anew. What a payment under way is for
/// stays: its money may come any moment.
///
/// # Errors
/// A failure of the database.
pub fn remove_due(conn: &mut Conn, dossier: DossierId, codes: &[&str]) -> Result<(), Error> {
    let due = f::table
        .filter(f::dossier_id.eq(dossier))
        .filter(f::code.eq_any(codes))
        .filter(f::state.eq_any(UNPAID.map(FeeState::as_str)));
    let due: Vec<FeeId> = due.select(f::id).load(conn)?;
    remove(conn, &due)
}

/// Removes everything that nobody has paid: of a dossier that is not settled nothing is owed. Money that comes in
/// all the same belongs to nothing then and goes back.
///
/// # Errors
/// A failure of the database.
pub fn remove_unpaid(conn: &mut Conn, dossier: DossierId) -> Result<(), Error> {
    let due = f::table
        .filter(f::dossier_id.eq(dossier))
        .filter(f::state.eq_any(UNPAID.map(FeeState::as_str).into_iter().chain([FeeState::Pending.as_str()])));
    let due: Vec<FeeId> = due.select(f::id).load(conn)?;
    remove(conn, &due)
}

/// Writes down what a fee comes to that a payment under way is for, after the answers changed; what comes to nothing is
/// removed. Money above it belongs to no fee when it comes.
///
/// # Errors
/// A failure of the database.
pub fn set_due_amount(conn: &mut Conn, line: FeeId, amount: Vnd) -> Result<(), Error> {
    if amount.0 <= 0 {
        return remove(conn, &[line]);
    }
    let owed = f::table.find(line).filter(f::state.ne_all(SETTLED));
    diesel::update(owed).set(f::amount_vnd.eq(amount.0)).execute(conn)?;
    Ok(())
}

/// Writes down how much of what was paid for a fee is owed no more.
///
/// # Errors
/// A failure of the database.
pub fn set_over(conn: &mut Conn, line: FeeId, over: Vnd) -> Result<(), Error> {
    diesel::update(f::table.find(line)).set(f::over_vnd.eq(over.0)).execute(conn)?;
    Ok(())
}

/// Paid fees of which something may have to go back, the oldest first: those of some agencies (none named: of all), by
/// the payments that they were paid by.
///
/// # Errors
/// A failure of the database.
pub fn paid_over(conn: &mut Conn, agencies: Option<&[AgencyId]>, limit: i64) -> Result<Vec<FeeLineRow>, Error> {
    let over = f::table.filter(f::over_vnd.gt(0)).filter(f::state.eq(FeeState::Paid.as_str()));
    let mut over = over.order((f::paid_at, f::id)).limit(limit).into_boxed();
    if let Some(agencies) = agencies {
        let of = p::table.filter(p::agency_id.eq_any(agencies.to_vec())).select(p::id);
        over = over.filter(f::payment_id.eq_any(of.nullable()));
    }
    Ok(over.load(conn)?)
}

/// Marks owed lines as paid by a payment. Answers how many were owed: fewer than asked means that somebody was quicker.
///
/// # Errors
/// A failure of the database.
pub fn mark_paid(conn: &mut Conn, lines: &[FeeId], payment: PaymentId, now: Timestamp) -> Result<usize, Error> {
    let owed = f::table.filter(f::id.eq_any(lines.to_vec())).filter(f::state.ne_all(SETTLED));
    Ok(diesel::update(owed)
        .set((f::state.eq(FeeState::Paid.as_str()), f::payment_id.eq(payment), f::paid_at.eq(Some(now))))
        .execute(conn)?)
}

/// Marks owed lines as paid to the State Treasury. Answers how many were owed, as [`mark_paid`].
///
/// # Errors
/// A failure of the database.
pub fn mark_paid_elsewhere(
    conn: &mut Conn,
    lines: &[FeeId],
    by: TreasuryPaymentId,
    now: Timestamp,
) -> Result<usize, Error> {
    let owed = f::table.filter(f::id.eq_any(lines.to_vec())).filter(f::state.ne_all(SETTLED));
    Ok(diesel::update(owed.filter(f::collected_elsewhere.eq(true)))
        .set((f::state.eq(FeeState::Paid.as_str()), f::treasury_payment_id.eq(by), f::paid_at.eq(Some(now))))
        .execute(conn)?)
}

/// Waives owed lines.
///
/// # Errors
/// A failure of the database.
pub fn mark_waived(conn: &mut Conn, lines: &[FeeId], by: Option<AccountId>, reason: &str) -> Result<usize, Error> {
    let owed = f::table.filter(f::id.eq_any(lines.to_vec())).filter(f::state.ne_all(SETTLED));
    Ok(diesel::update(owed)
        .set((f::state.eq(FeeState::Waived.as_str()), f::waived_by.eq(by), f::waived_reason.eq(Some(reason))))
        .execute(conn)?)
}

/// Moves lines that are owed to where their payment stands: under way, failed, run out.
///
/// # Errors
/// A failure of the database.
pub fn mark_owed(conn: &mut Conn, lines: &[FeeId], (payment, state): (PaymentId, FeeState)) -> Result<usize, Error> {
    debug_assert!(state.is_owed(), "a fee is paid by `mark_paid` only");
    let owed = f::table.filter(f::id.eq_any(lines.to_vec())).filter(f::state.ne_all(SETTLED));
    Ok(diesel::update(owed).set((f::state.eq(state.as_str()), f::payment_id.eq(payment))).execute(conn)?)
}

//! Notices that wait for a person (table `payment_notices`), and the payments that come of them.

use diesel::dsl::{IntoBoxed, LeftJoin};
use diesel::prelude::*;

use super::NoticeRow;
use super::elsewhere::twins;
use crate::db::schema::{notice_agencies as na, payment_notices as n, payments as p};
use crate::db::{Conn, Error, MultiBackend};
use crate::kernel::{AccountId, AgencyId, DossierId, NoticeId, Page, PageRequest, PaymentId, Timestamp, Vnd};
use crate::payments::machine::PaymentState;
use crate::payments::transfer;
use crate::payments::verdict::Verdict;

/// What a person did about a held notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// Its money was credited to a dossier.
    Credited,
    /// Its money is to go back.
    Refund,
    /// There is nothing to do.
    Nothing,
}

impl Settlement {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Refund => "refund",
            Self::Nothing => "nothing",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Credited, Self::Refund, Self::Nothing].into_iter().find(|s| s.as_str() == text)
    }
}

/// Notices that wait for a person, oldest first: those that belong to these agencies (none named: all), and those of
/// which nobody knows whose they are.
///
/// # Errors
/// A failure of the database.
pub fn held_words(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    page: &PageRequest,
) -> Result<Page<(NoticeRow, Option<DossierId>)>, Error> {
    let total = count_held(conn, agencies)?;
    let columns = (n::all_columns, p::dossier_id.nullable());
    let rows = open_words(agencies).order((n::first_at, n::id)).select(columns);
    let rows = rows.offset(page.offset()).limit(i64::from(page.limit)).load(conn)?;
    Ok(page.filled(rows, Some(total)))
}

/// How many they are.
///
/// # Errors
/// A failure of the database.
pub fn count_held(conn: &mut Conn, agencies: Option<&[AgencyId]>) -> Result<i64, Error> {
    Ok(open_words(agencies).count().get_result(conn)?)
}

type Words = IntoBoxed<'static, LeftJoin<n::table, p::table>, MultiBackend>;

fn open_words(agencies: Option<&[AgencyId]>) -> Words {
    let all: Words = n::table.left_join(p::table).into_boxed();
    let open = all.filter(n::is_held.eq(true)).filter(n::settled_at.is_null());
    let Some(agencies) = agencies else { return open };
    let mine = agencies.to_vec();
    let loose = n::payment_id.is_null();
    let shared = na::table.filter(na::agency_id.eq_any(mine.clone())).select(na::notice_id);
    let in_sight = p::agency_id
        .nullable()
        .eq_any(mine.clone())
        .or(loose.and(n::agency_id.eq_any(mine.clone())))
        .or(loose.and(n::id.eq_any(shared)))
        .or(loose.and(n::taken_agency_id.eq_any(mine)));
    let unknown = loose.and(n::agency_id.is_null()).and(n::taken_agency_id.is_null());
    open.filter(in_sight.or(unknown.and(n::id.ne_all(na::table.select(na::notice_id)))))
}

/// The newest notices of which nobody knew whose they were, and which some agency took on and settled.
///
/// # Errors
/// A failure of the database.
pub fn taken_words(conn: &mut Conn, limit: i64) -> Result<Vec<NoticeRow>, Error> {
    let taken = n::table.filter(n::is_held.eq(true)).filter(n::taken_agency_id.is_not_null());
    let taken = taken.filter(n::payment_id.is_null()).filter(n::agency_id.is_null());
    let settled = taken.filter(n::settled_at.is_not_null()).filter(n::id.ne_all(na::table.select(na::notice_id)));
    Ok(settled.order((n::settled_at.desc(), n::id)).limit(limit).load(conn)?)
}

/// A notice.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn held_word(conn: &mut Conn, id: NoticeId) -> Result<NoticeRow, Error> {
    Ok(n::table.find(id).filter(n::is_held.eq(true)).first(conn)?)
}

/// The held notice of a gateway that tells of a transaction, or (where none is named) of an amount under a number.
///
/// # Errors
/// A failure of the database.
pub fn held_word_about(
    conn: &mut Conn,
    gateway: &str,
    (transaction, reference): (Option<&str>, &str),
    amount: Vnd,
) -> Result<Option<NoticeRow>, Error> {
    let held = n::table.filter(n::gateway.eq(gateway)).filter(n::is_held.eq(true)).order((n::first_at.desc(), n::id));
    let found = match transaction {
        Some(transaction) => held.filter(n::gateway_txn.eq(transaction)).first(conn),
        None => held.filter(n::reference.eq(reference)).filter(n::amount_vnd.eq(amount.0)).first(conn),
    };
    Ok(found.optional()?)
}

/// What gateways told of a dossier's payments that waits for a person and may be the very money that is owed: another
/// amount than was asked for, or one that the gateway suspects. Newest first; none of payments that were paid since, and
/// none that a gateway is still asked about by itself: its answer most often heals what a notice said wrongly.
///
/// # Errors
/// A failure of the database.
pub fn doubted_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<NoticeRow>, Error> {
    let verdicts = [Verdict::WrongAmount, Verdict::Suspected].map(Verdict::as_str);
    let unpaid = [PaymentState::Pending, PaymentState::Failed, PaymentState::Expired].map(PaymentState::as_str);
    let about = n::table.inner_join(p::table).filter(p::dossier_id.eq(dossier)).filter(p::state.eq_any(unpaid));
    let about = about.filter(p::state.ne(PaymentState::Pending.as_str()).or(n::gateway.eq(transfer::NAME)));
    let open = about.filter(n::is_held.eq(true)).filter(n::settled_at.is_null()).filter(n::verdict.eq_any(verdicts));
    Ok(open.order((n::first_at.desc(), n::id)).select(n::all_columns).load(conn)?)
}

/// Settles a held notice, with every other one that tells of the same money: the same transaction of the gateway may be
/// told of by several ways, and by a file that was imported for another gateway. `taken`: who takes it on, where it
/// belongs to nobody. Answers whether it was still open: of two persons, the second is told.
///
/// # Errors
/// A failure of the database.
pub fn claim_word(
    conn: &mut Conn,
    word: &NoticeRow,
    (how, note, payment): (Settlement, &str, Option<PaymentId>),
    (by, taken, now): (Option<AccountId>, Option<AgencyId>, Timestamp),
) -> Result<bool, Error> {
    let set = (
        n::settled_by.eq(by),
        n::settled_at.eq(Some(now)),
        n::settlement.eq(Some(how.as_str())),
        n::settlement_note.eq(Some(note)),
        n::settled_payment_id.eq(payment),
        n::taken_agency_id.eq(taken),
    );
    let own = n::table.find(word.id).filter(n::is_held.eq(true)).filter(n::settled_at.is_null());
    if diesel::update(own).set(set).execute(conn)? == 0 {
        return Ok(false);
    }
    // «Nothing to do» is said of one notice only: another of the same money may say more.
    if let (Some(transaction), true) = (&word.gateway_txn, how != Settlement::Nothing) {
        let same = n::table.filter(n::gateway.eq(&word.gateway)).filter(n::gateway_txn.eq(transaction));
        let same = same.filter(n::is_held.eq(true)).filter(n::settled_at.is_null());
        diesel::update(same).set(set).execute(conn)?;
        for twin in twins(conn, word)? {
            diesel::update(n::table.find(twin.id).filter(n::settled_at.is_null())).set(set).execute(conn)?;
        }
    }
    Ok(true)
}

/// Opens again what was settled by a refund that does not come about.
///
/// # Errors
/// A failure of the database.
pub fn reopen_words(conn: &mut Conn, id: NoticeId) -> Result<(), Error> {
    let word: NoticeRow = n::table.find(id).first(conn)?;
    let open = (
        n::settled_by.eq(None::<AccountId>),
        n::settled_at.eq(None::<Timestamp>),
        n::settlement.eq(None::<String>),
        n::settlement_note.eq(None::<String>),
    );
    let refund = Settlement::Refund.as_str();
    diesel::update(n::table.find(id).filter(n::settlement.eq(refund))).set(open.clone()).execute(conn)?;
    if let Some(transaction) = &word.gateway_txn {
        let same = n::table.filter(n::gateway.eq(&word.gateway)).filter(n::gateway_txn.eq(transaction));
        diesel::update(same.filter(n::settlement.eq(refund))).set(open.clone()).execute(conn)?;
        for twin in twins(conn, &word)? {
            let settled = n::table.find(twin.id).filter(n::settlement.eq(refund));
            diesel::update(settled).set(open.clone()).execute(conn)?;
        }
    }
    Ok(())
}

/// The notice whose money became a payment.
///
/// # Errors
/// A failure of the database.
pub fn word_credited_to(conn: &mut Conn, payment: PaymentId) -> Result<Option<NoticeRow>, Error> {
    let found = n::table.filter(n::settled_payment_id.eq(payment)).order((n::first_at, n::id));
    Ok(found.first(conn).optional()?)
}

/// Money of a held notice that an officer credits to a dossier.
#[derive(Clone, Debug)]
pub struct CreditedWord {
    pub dossier: DossierId,
    pub agency: AgencyId,
    pub gateway: String,
    pub transaction: Option<String>,
    pub amount: Vnd,
    pub applied: Vnd,
    pub occurred_at: Timestamp,
}

/// Records it as a payment of its own.
///
/// # Errors
/// [`Error::Unique`] where another payment has this transaction; a failure of the database.
pub fn insert_credited(conn: &mut Conn, credited: &CreditedWord, now: Timestamp) -> Result<PaymentId, Error> {
    let id = PaymentId::new();
    diesel::insert_into(p::table)
        .values((
            p::id.eq(id),
            p::dossier_id.eq(credited.dossier),
            p::method.eq(credited.gateway.as_str()),
            p::amount_vnd.eq(credited.amount.0),
            p::state.eq(PaymentState::Paid.as_str()),
            p::gateway.eq(Some(credited.gateway.as_str())),
            p::gateway_txn.eq(credited.transaction.as_deref()),
            p::agency_id.eq(credited.agency),
            p::occurred_at.eq(credited.occurred_at),
            p::recorded_at.eq(now),
            p::applied_vnd.eq(credited.applied.0),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Writes down by which transaction a payment's money was moved, where nobody had told it.
///
/// # Errors
/// [`Error::Unique`] where another payment has it; a failure of the database.
pub fn name_transaction(conn: &mut Conn, payment: PaymentId, transaction: &str) -> Result<(), Error> {
    let unnamed = p::table.find(payment).filter(p::gateway_txn.is_null());
    diesel::update(unnamed).set(p::gateway_txn.eq(Some(transaction))).execute(conn)?;
    Ok(())
}

/// Gives money of a payment that belonged to no fee to fees.
///
/// # Errors
/// A failure of the database.
pub fn set_credit(conn: &mut Conn, payment: PaymentId, applied: Vnd) -> Result<(), Error> {
    diesel::update(p::table.find(payment)).set(p::applied_vnd.eq(applied.0)).execute(conn)?;
    Ok(())
}

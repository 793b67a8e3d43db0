//! Money that came, whatever became of it: payments, and what held words tell of that is in nobody's books.

use std::collections::BTreeSet;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::schema::{dossiers, payment_notices as n, payments as p, procedures, refunds as r};
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, NoticeId, PaymentId, Timestamp};
use crate::payments::verdict::{Said, Verdict};
use crate::payments::{PaymentState, RefundState, Settlement};

/// States of payments whose money came.
const COME: [PaymentState; 3] = [PaymentState::Paid, PaymentState::Refunding, PaymentState::Refunded];
/// How many numbers one question names.
const AT_ONCE: usize = 500;

/// A payment whose money came.
#[derive(Clone, Debug, Queryable)]
pub struct Arrival {
    pub payment: PaymentId,
    pub at: Timestamp,
    pub channel: String,
    pub procedure: String,
    pub amount: i64,
}

/// Payments of whose money we were told in the span: as for fees, the moment of booking counts, not the bank's.
pub fn arrived(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Arrival>, Error> {
    let come = COME.map(PaymentState::as_str);
    let credited = Verdict::Credited.as_str();
    let of_dossier = || dossiers::table.inner_join(procedures::table);
    let mut told = n::table
        .inner_join(p::table.inner_join(of_dossier()))
        .filter(n::verdict.eq(credited))
        .filter(n::first_at.ge(from))
        .filter(n::first_at.lt(until))
        .filter(p::state.eq_any(come))
        .select((p::id, n::first_at, p::method, procedures::code, p::amount_vnd))
        .into_boxed();
    // What an officer took, or credited by a held word, is in no word of a gateway.
    let by_word = n::table.filter(n::payment_id.eq(p::id.nullable())).filter(n::verdict.eq(credited));
    let mut recorded = p::table
        .inner_join(of_dossier())
        .filter(not(exists(by_word)))
        .filter(p::occurred_at.ge(from))
        .filter(p::occurred_at.lt(until))
        .filter(p::state.eq_any(come))
        .select((p::id, p::occurred_at, p::method, procedures::code, p::amount_vnd))
        .into_boxed();
    if let Some(agencies) = agencies {
        told = told.filter(p::agency_id.eq_any(agencies.to_vec()));
        recorded = recorded.filter(p::agency_id.eq_any(agencies.to_vec()));
    }
    let mut all: Vec<Arrival> = told.load(conn)?;
    all.extend(recorded.load::<Arrival>(conn)?);
    Ok(all)
}

/// A held word that tells of money.
#[derive(Clone, Debug)]
pub struct Word {
    pub id: NoticeId,
    pub at: Timestamp,
    pub gateway: String,
    pub transaction: Option<String>,
    pub reference: Option<String>,
    pub amount: Option<i64>,
    own_agency: Option<AgencyId>,
    payment_agency: Option<AgencyId>,
    /// Of the dossier whose payment it is about.
    pub procedure: Option<String>,
}

impl Word {
    /// Whose money it is; none where nobody knows.
    pub fn agency(&self) -> Option<AgencyId> {
        self.payment_agency.or(self.own_agency)
    }

    /// What makes it the same money as another's.
    pub fn money(&self) -> (String, String) {
        let none = || format!("{}|{}", self.reference.as_deref().unwrap_or_default(), self.amount.unwrap_or_default());
        (self.gateway.clone(), self.transaction.clone().unwrap_or_else(none))
    }
}

/// The held words of the span that tell of money which is in nobody's books: not settled, or sent back. Of those that
/// tell of the same money only the first. What a person laid aside is no money that came for fees. Named agencies: also
/// words that belong to none.
pub fn loose(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Word>, Error> {
    let about = p::table.inner_join(dossiers::table.inner_join(procedures::table));
    let mut query = n::table
        .left_join(about)
        .filter(n::is_held.eq(true))
        .filter(n::said.eq(Said::Moved.as_str()))
        .filter(n::amount_vnd.gt(0))
        .filter(n::verdict.ne(Verdict::Credited.as_str()))
        .filter(n::settlement.is_null().or(n::settlement.eq(Settlement::Refund.as_str())))
        .filter(n::first_at.ge(from))
        .filter(n::first_at.lt(until))
        .order((n::first_at, n::id))
        .select((
            (n::id, n::first_at, n::gateway, n::gateway_txn, n::reference, n::amount_vnd, n::agency_id),
            p::agency_id.nullable(),
            procedures::code.nullable(),
        ))
        .into_boxed();
    if let Some(agencies) = agencies {
        let mine = agencies.to_vec();
        let nobodys = n::payment_id.is_null();
        let in_sight = p::agency_id.nullable().eq_any(mine.clone()).or(nobodys.and(n::agency_id.eq_any(mine)));
        query = query.filter(in_sight.or(nobodys.and(n::agency_id.is_null())));
    }
    let words: Vec<Word> = query.load::<Loaded>(conn)?.into_iter().map(Word::from).collect();
    let numbers: Vec<String> = words.iter().filter_map(|word| word.transaction.clone()).collect();
    let mut known = booked(conn, &numbers)?;
    known.extend(told_before(conn, &numbers, from)?);
    Ok(words.into_iter().filter(|word| known.insert(word.money())).collect())
}

type OfWord = (NoticeId, Timestamp, String, Option<String>, Option<String>, Option<i64>, Option<AgencyId>);
type Loaded = (OfWord, Option<AgencyId>, Option<String>);

impl From<Loaded> for Word {
    fn from((word, payment_agency, procedure): Loaded) -> Self {
        let (id, at, gateway, transaction, reference, amount, own_agency) = word;
        Self { id, at, gateway, transaction, reference, amount, own_agency, payment_agency, procedure }
    }
}

/// Those of these transactions, with their gateways, whose money is in the books.
fn booked(conn: &mut Conn, numbers: &[String]) -> Result<BTreeSet<(String, String)>, Error> {
    let mut found = BTreeSet::new();
    for numbers in numbers.chunks(AT_ONCE) {
        let of = p::table.filter(p::gateway_txn.eq_any(numbers)).select((p::gateway, p::gateway_txn));
        let rows: Vec<(Option<String>, Option<String>)> = of.load(conn)?;
        found.extend(rows.into_iter().filter_map(|(gateway, number)| gateway.zip(number)));
    }
    Ok(found)
}

/// Those of these transactions, with their gateways, that were counted before an instant.
fn told_before(conn: &mut Conn, numbers: &[String], from: Timestamp) -> Result<BTreeSet<(String, String)>, Error> {
    let mut found = BTreeSet::new();
    for numbers in numbers.chunks(AT_ONCE) {
        let rows: Vec<(String, Option<String>)> = n::table
            .filter(n::gateway_txn.eq_any(numbers))
            .filter(n::is_held.eq(true))
            .filter(n::said.eq(Said::Moved.as_str()))
            .filter(n::amount_vnd.gt(0))
            .filter(n::settlement.is_null().or(n::settlement.eq(Settlement::Refund.as_str())))
            .filter(n::first_at.lt(from))
            .select((n::gateway, n::gateway_txn))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(gateway, number)| Some((gateway, number?))));
    }
    Ok(found)
}

/// Which agency sends back the money of a word that belonged to none.
pub fn sent_back_by(conn: &mut Conn, word: &Word) -> Result<Option<AgencyId>, Error> {
    let dead = [RefundState::Refused, RefundState::Declined].map(RefundState::as_str);
    let alive = r::table.filter(r::payment_id.is_null()).filter(r::state.ne_all(dead)).order((r::asked_at, r::id));
    let found = match &word.transaction {
        Some(number) => {
            let same = r::gateway.eq(word.gateway.as_str()).and(r::gateway_txn.eq(number.as_str()));
            alive.filter(same).select(r::agency_id).first(conn)
        }
        None => alive.filter(r::notice_id.eq(word.id)).select(r::agency_id).first(conn),
    };
    Ok(found.optional()?)
}

/// Money of no fee that went back.
#[derive(Clone, Debug, Queryable)]
pub struct Back {
    /// None of money that never got into the books.
    pub payment: Option<PaymentId>,
    pub at: Option<Timestamp>,
    pub way: String,
    pub procedure: Option<String>,
    pub amount: i64,
}

/// What of no fee went back in the span.
pub fn returned(
    conn: &mut Conn,
    agencies: Option<&[AgencyId]>,
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Back>, Error> {
    let mut query = r::table
        .left_join(dossiers::table.inner_join(procedures::table))
        .filter(r::state.eq(RefundState::Done.as_str()))
        .filter(r::surplus_vnd.gt(0))
        .filter(r::ended_at.ge(from))
        .filter(r::ended_at.lt(until))
        .select((r::payment_id, r::ended_at, r::way, procedures::code.nullable(), r::surplus_vnd))
        .into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(r::agency_id.eq_any(agencies.to_vec()));
    }
    Ok(query.load(conn)?)
}

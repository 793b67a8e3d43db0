//! Table `cash_closings`: what an officer had in the till at the end of a day.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::db::schema::{accounts, cash_closings as c, payments as p, refunds as r};
use crate::db::types::D;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, AgencyId, Timestamp, Vnd};
use crate::payments::Method;
use crate::payments::refund::{RefundState, RefundWay};

/// A closed day of an officer.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = c)]
pub struct Closing {
    pub agency_id: AgencyId,
    pub officer_id: AccountId,
    day: D,
    opening_vnd: i64,
    taken_vnd: i64,
    paid_out_vnd: i64,
    card_vnd: i64,
    counted_vnd: i64,
    /// Why what was counted is not what should be there.
    pub reason: Option<String>,
    pub closed_at: Timestamp,
}

/// What an officer took and paid out on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Till {
    pub taken: Vnd,
    pub paid_out: Vnd,
    /// By card: it is not in the till.
    pub card: Vnd,
}

/// Lets one act after another move an officer's cash: a closing counts what was taken before it, and nothing is taken
/// while it counts.
///
/// # Errors
/// A failure of the database.
pub fn lock_till(conn: &mut Conn, officer: AccountId) -> Result<(), Error> {
    let row = accounts::table.find(officer).select(accounts::id);
    match conn {
        Conn::Pg(pg) => row.for_no_key_update().first::<AccountId>(pg).map(drop)?,
        // The one writer is the lock.
        Conn::Sqlite(_) => {}
    }
    Ok(())
}

impl Closing {
    /// A day closed with what was counted.
    pub fn of(
        (agency, officer, day): (AgencyId, AccountId, Date),
        till: Till,
        (opening, counted): (Vnd, Vnd),
        reason: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            agency_id: agency,
            officer_id: officer,
            day: D(day),
            opening_vnd: opening.0,
            taken_vnd: till.taken.0,
            paid_out_vnd: till.paid_out.0,
            card_vnd: till.card.0,
            counted_vnd: counted.0,
            reason,
            closed_at: now,
        }
    }

    /// Which day.
    pub fn day(&self) -> Date {
        self.day.0
    }

    /// What was taken and paid out.
    pub fn till(&self) -> Till {
        Till { taken: Vnd(self.taken_vnd), paid_out: Vnd(self.paid_out_vnd), card: Vnd(self.card_vnd) }
    }

    /// What was there at the beginning.
    pub fn opening(&self) -> Vnd {
        Vnd(self.opening_vnd)
    }

    /// What was counted at the end.
    pub fn counted(&self) -> Vnd {
        Vnd(self.counted_vnd)
    }

    /// How much more, or less, was counted than should be there.
    pub fn difference(&self) -> Vnd {
        Vnd(self.counted_vnd - self.opening_vnd - self.taken_vnd + self.paid_out_vnd)
    }
}

/// What an officer took and paid out for an agency between two instants.
///
/// # Errors
/// A failure of the database.
pub fn till(
    conn: &mut Conn,
    (agency, officer): (AgencyId, AccountId),
    (from, until): (Timestamp, Timestamp),
) -> Result<Till, Error> {
    let rows: Vec<(String, i64)> = p::table
        .filter(p::taken_by.eq(officer))
        .filter(p::agency_id.eq(agency))
        .filter(p::recorded_at.ge(from))
        .filter(p::recorded_at.lt(until))
        .select((p::method, p::amount_vnd))
        .load(conn)?;
    let by = |method: Method| rows.iter().filter(|(m, _)| m == method.as_str()).map(|(_, a)| Vnd(*a)).sum();
    let out: Vec<i64> = r::table
        .filter(r::ended_by.eq(officer))
        .filter(r::agency_id.eq(agency))
        .filter(r::way.eq(RefundWay::Cash.as_str()))
        .filter(r::state.eq(RefundState::Done.as_str()))
        .filter(r::ended_at.ge(from))
        .filter(r::ended_at.lt(until))
        .select(r::amount_vnd)
        .load(conn)?;
    Ok(Till { taken: by(Method::Cash), card: by(Method::Pos), paid_out: out.into_iter().map(Vnd).sum() })
}

/// An officer's closed day.
///
/// # Errors
/// A failure of the database.
pub fn closing(conn: &mut Conn, (agency, officer, day): (AgencyId, AccountId, Date)) -> Result<Option<Closing>, Error> {
    Ok(c::table.find((agency, officer, D(day))).first(conn).optional()?)
}

/// Closes a day.
///
/// # Errors
/// [`Error::Unique`] where it is closed already; a failure of the database.
pub fn insert_closing(conn: &mut Conn, closing: &Closing) -> Result<(), Error> {
    diesel::insert_into(c::table).values(closing.clone()).execute(conn)?;
    Ok(())
}

/// The closed days of some agencies (none named: of all), newest first.
///
/// # Errors
/// A failure of the database.
pub fn closings(conn: &mut Conn, agencies: Option<&[AgencyId]>, limit: i64) -> Result<Vec<Closing>, Error> {
    let mut query = c::table.order((c::day.desc(), c::closed_at.desc())).limit(limit).into_boxed();
    if let Some(agencies) = agencies {
        query = query.filter(c::agency_id.eq_any(agencies.to_vec()));
    }
    Ok(query.load(conn)?)
}

/// What was counted at the end of the officer's last closed day before `day`: what the next begins with.
///
/// # Errors
/// A failure of the database.
pub fn last_counted(
    conn: &mut Conn,
    (agency, officer, day): (AgencyId, AccountId, Date),
) -> Result<Option<Vnd>, Error> {
    let before = c::table.filter(c::agency_id.eq(agency)).filter(c::officer_id.eq(officer)).filter(c::day.lt(D(day)));
    let counted: Option<i64> = before.order(c::day.desc()).select(c::counted_vnd).first(conn).optional()?;
    Ok(counted.map(Vnd))
}

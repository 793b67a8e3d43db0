//! The counting itself.

pub mod money;
pub mod unapplied;

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::db::schema::{agencies, dossiers, ratings};
use crate::db::{Conn, Error};
use crate::dossiers::Intake;
use crate::kernel::{AgencyId, Timestamp};

/// The lowest score that counts as satisfied.
const SATISFIED: i32 = 4;

type Dossiers = dossiers::BoxedQuery<'static, crate::db::MultiBackend>;

fn of(agency: Option<AgencyId>) -> Dossiers {
    let query = dossiers::table.into_boxed();
    match agency {
        Some(id) => query.filter(dossiers::agency_id.eq(id)),
        None => query,
    }
}

/// Filed in the span: all, and over the portal.
pub fn received(
    conn: &mut Conn,
    agency: Option<AgencyId>,
    from: Timestamp,
    until: Timestamp,
) -> Result<(i64, i64), Error> {
    let filed = || of(agency).filter(dossiers::submitted_at.ge(from)).filter(dossiers::submitted_at.lt(until));
    let online = [Intake::SelfRemote, Intake::HelperHome].map(Intake::as_str);
    let all = filed().count().get_result(conn)?;
    Ok((all, filed().filter(dossiers::intake.eq_any(online)).count().get_result(conn)?))
}

/// Decided in the span: all, and in time.
pub fn decided(
    conn: &mut Conn,
    agency: Option<AgencyId>,
    from: Timestamp,
    until: Timestamp,
) -> Result<(i64, i64), Error> {
    let done = || of(agency).filter(dossiers::decided_at.ge(from)).filter(dossiers::decided_at.lt(until));
    let in_time = dossiers::due_at.is_null().or(dossiers::decided_at.le(dossiers::due_at));
    let all = done().count().get_result(conn)?;
    Ok((all, done().filter(in_time.assume_not_null()).count().get_result(conn)?))
}

/// Accepted, neither decided nor ended, and past the due time at `at`.
pub fn overdue(conn: &mut Conn, agency: Option<AgencyId>, at: Timestamp) -> Result<i64, Error> {
    const RUNNING: [i32; 4] = [2, 4, 5, 6];
    Ok(of(agency)
        .filter(dossiers::accepted_at.is_not_null())
        .filter(dossiers::decided_at.is_null())
        .filter(dossiers::status.eq_any(RUNNING))
        .filter(dossiers::due_at.lt(at))
        .filter(dossiers::paused_since.is_null().or(dossiers::due_at.lt(dossiers::paused_since)))
        .count()
        .get_result(conn)?)
}

/// Ratings of the span: all, and satisfied ones.
pub fn rated(
    conn: &mut Conn,
    agency: Option<AgencyId>,
    from: Timestamp,
    until: Timestamp,
) -> Result<(i64, i64), Error> {
    let given = || {
        let query = ratings::table.filter(ratings::created_at.ge(from)).filter(ratings::created_at.lt(until));
        let query = query.into_boxed();
        match agency {
            Some(id) => {
                let of_agency = dossiers::table.filter(dossiers::agency_id.eq(id)).select(dossiers::id);
                query.filter(ratings::dossier_id.eq_any(of_agency))
            }
            None => query,
        }
    };
    let all = given().count().get_result(conn)?;
    Ok((all, given().filter(ratings::score.ge(SATISFIED)).count().get_result(conn)?))
}

/// One agency's counts.
pub struct AgencyRow {
    pub code: String,
    pub name: String,
    pub received: i64,
    pub decided: i64,
    pub on_time: i64,
}

/// Counts of every agency that received or decided something, by code.
pub fn by_agency(
    conn: &mut Conn,
    agency: Option<AgencyId>,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<AgencyRow>, Error> {
    let counted = dossiers::table.group_by(dossiers::agency_id).select((dossiers::agency_id, count_star()));
    let in_span = dossiers::decided_at.ge(from).and(dossiers::decided_at.lt(until));
    let in_time = dossiers::due_at.is_null().or(dossiers::decided_at.le(dossiers::due_at));
    let received: Vec<(AgencyId, i64)> =
        counted.filter(dossiers::submitted_at.ge(from)).filter(dossiers::submitted_at.lt(until)).load(conn)?;
    let decided: Vec<(AgencyId, i64)> = counted.filter(in_span).load(conn)?;
    let on_time: Vec<(AgencyId, i64)> = counted.filter(in_span).filter(in_time.assume_not_null()).load(conn)?;
    let [received, decided, on_time] = [received, decided, on_time].map(BTreeMap::from_iter);
    let names: Vec<(AgencyId, String, String)> =
        agencies::table.select((agencies::id, agencies::code, agencies::name)).order(agencies::code).load(conn)?;
    let rows = names.into_iter().filter_map(|(id, code, name)| {
        let count = |of: &BTreeMap<AgencyId, i64>| of.get(&id).copied().unwrap_or(0);
        let row =
            AgencyRow { code, name, received: count(&received), decided: count(&decided), on_time: count(&on_time) };
        let wanted = agency.is_none_or(|only| only == id);
        (wanted && row.received + row.decided > 0).then_some(row)
    });
    Ok(rows.collect())
}

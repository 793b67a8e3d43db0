//! Read-only statistics. Writes nothing; `queries/` may read any table.

pub mod money;
mod queries;

use jiff::civil::Date;
use serde::Serialize;

use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, Timestamp, clock};

/// What is counted: whole days in Vietnam, both ends included, of one agency or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Date,
    pub to: Date,
    pub agency: Option<AgencyId>,
}

impl Span {
    /// The instants: from the first day's start to the start of the day after the last.
    fn instants(&self) -> (Timestamp, Timestamp) {
        let start = |day: Date| clock::from_local(day.to_datetime(jiff::civil::Time::midnight()));
        (start(self.from), self.to.tomorrow().map_or(Timestamp::MAX, start))
    }
}

/// The indicators of a span.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Kpi {
    /// Dossiers filed.
    pub received: i64,
    /// Of these, filed over the portal.
    pub received_online: i64,
    /// Dossiers decided, whenever they were filed.
    pub decided: i64,
    /// Of these, decided at or before their due time (those without one count as in time).
    pub decided_on_time: i64,
    pub decided_late: i64,
    /// Share of decided dossiers that were in time, 0 to 1; none where none was decided.
    pub on_time_rate: Option<f64>,
    /// Accepted, not decided, past their due time at the end of the span (or now, if that is earlier).
    pub overdue: i64,
    /// Ratings given.
    pub ratings: i64,
    /// Share of ratings of 4 or 5, 0 to 1; none where there are none.
    pub satisfied_rate: Option<f64>,
}

/// The indicators of one agency.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgencyKpi {
    pub code: String,
    pub name: String,
    pub received: i64,
    pub decided: i64,
    pub decided_on_time: i64,
    pub on_time_rate: Option<f64>,
}

/// A share, where there is a whole.
fn share(part: i64, whole: i64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "counts of dossiers are far below 2^52")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The indicators of a span.
///
/// # Errors
/// A failure of the database.
pub fn kpi(conn: &mut Conn, span: &Span, now: Timestamp) -> Result<Kpi, Error> {
    let (from, until) = span.instants();
    let (received, received_online) = queries::received(conn, span.agency, from, until)?;
    let (decided, decided_on_time) = queries::decided(conn, span.agency, from, until)?;
    let (ratings, satisfied) = queries::rated(conn, span.agency, from, until)?;
    Ok(Kpi {
        received,
        received_online,
        decided,
        decided_on_time,
        decided_late: decided - decided_on_time,
        on_time_rate: share(decided_on_time, decided),
        overdue: queries::overdue(conn, span.agency, until.min(now))?,
        ratings,
        satisfied_rate: share(satisfied, ratings),
    })
}

/// The indicators of every agency that received or decided something, by code.
///
/// # Errors
/// A failure of the database.
pub fn by_agency(conn: &mut Conn, span: &Span) -> Result<Vec<AgencyKpi>, Error> {
    let (from, until) = span.instants();
    let rows = queries::by_agency(conn, span.agency, from, until)?;
    let kpi = |row: queries::AgencyRow| AgencyKpi {
        on_time_rate: share(row.on_time, row.decided),
        code: row.code,
        name: row.name,
        received: row.received,
        decided: row.decided,
        decided_on_time: row.on_time,
    };
    Ok(rows.into_iter().map(kpi).collect())
}

/// The agencies' indicators as CSV, with a line of headings.
///
/// # Errors
/// Never in memory; the writer says so all the same.
pub fn csv_of(agencies: &[AgencyKpi]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for agency in agencies {
        writer.serialize(agency)?;
    }
    if agencies.is_empty() {
        writer.write_record(["code", "name", "received", "decided", "decided_on_time", "on_time_rate"])?;
    }
    let bytes = writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_holds_whole_days_in_vietnam() {
        let day = jiff::civil::date(2026, 11, 18);
        let (from, until) = Span { from: day, to: day, agency: None }.instants();
        assert_eq!(from.to_rfc3339(), "2026-11-18T00:00:00+07:00");
        assert_eq!(until.to_rfc3339(), "2026-11-19T00:00:00+07:00");
    }

    #[test]
    fn nothing_decided_has_no_rate() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(3, 4), Some(0.75));
    }
}

//! Working calendars: days of notices, an agency's own days, weekly shifts with the dates they hold from.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::civil::{Date, Time};

use super::import::bump;
use crate::catalog::calendar::{CalendarDay, DayKind, NATIONAL};
use crate::db::schema::{calendar_days, shifts};
use crate::db::types::D;
use crate::db::{Both, Conn, Error, Tx};
use crate::kernel::working_time::{Calendar, DayRule, Shift, Shifts, Week};

/// What an import of days did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DaysReport {
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// One weekly shift of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekShift {
    /// 1 Monday to 7 Sunday.
    pub weekday: i8,
    pub opens: Time,
    pub closes: Time,
}

/// Writes days into a calendar (`vn`, or an agency's code for its own additions).
///
/// # Errors
/// Only the database's.
pub fn write_days(tx: &mut Tx<'_>, calendar: &str, days: &[CalendarDay]) -> Result<DaysReport, Error> {
    let there: BTreeMap<Date, CalendarDay> = days_of(tx.conn(), calendar)?.into_iter().map(|d| (d.day, d)).collect();
    let mut report = DaysReport::default();
    for day in days {
        match there.get(&day.day) {
            Some(known) if known == day => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.changed += 1,
            None => report.created += 1,
        }
        let rest = (
            calendar_days::kind.eq(day.kind.as_str()),
            calendar_days::name.eq(day.name.clone()),
            calendar_days::source.eq(day.source.clone()),
            calendar_days::is_estimate.eq(day.is_estimate),
        );
        let key = (calendar_days::calendar.eq(calendar), calendar_days::day.eq(D(day.day)));
        Both(
            diesel::insert_into(calendar_days::table)
                .values((key, rest.clone()))
                .on_conflict((calendar_days::calendar, calendar_days::day))
                .do_update()
                .set(rest),
        )
        .execute(tx.conn())?;
    }
    if report.created + report.changed > 0 {
        bump(tx)?;
    }
    Ok(report)
}

/// Takes a day out of a calendar.
///
/// # Errors
/// Only the database's.
pub fn remove_day(tx: &mut Tx<'_>, calendar: &str, day: Date) -> Result<bool, Error> {
    let row = calendar_days::table.filter(calendar_days::calendar.eq(calendar)).filter(calendar_days::day.eq(D(day)));
    let removed = diesel::delete(row).execute(tx.conn())? > 0;
    if removed {
        bump(tx)?;
    }
    Ok(removed)
}

/// The days written in one calendar, in order.
///
/// # Errors
/// Only the database's.
pub fn days_of(conn: &mut Conn, calendar: &str) -> Result<Vec<CalendarDay>, Error> {
    let rows = calendar_days::table
        .filter(calendar_days::calendar.eq(calendar))
        .order(calendar_days::day)
        .select((
            calendar_days::day,
            calendar_days::kind,
            calendar_days::name,
            calendar_days::source,
            calendar_days::is_estimate,
        ))
        .load::<(D, String, String, Option<String>, bool)>(conn)?;
    let one = |(D(day), kind, name, source, is_estimate): (D, String, String, Option<String>, bool)| {
        let kind = DayKind::parse(&kind).unwrap_or(DayKind::Off);
        CalendarDay { day, kind, name, source, is_estimate }
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Sets a calendar's week from a date on; the week before ends the day before.
///
/// # Errors
/// Only the database's.
pub fn set_week(tx: &mut Tx<'_>, calendar: &str, from: Date, week: &[WeekShift]) -> Result<(), Error> {
    let own = shifts::calendar.eq(calendar);
    diesel::delete(shifts::table.filter(own).filter(shifts::valid_from.ge(D(from)))).execute(tx.conn())?;
    let last = from.yesterday().unwrap_or(from);
    diesel::update(shifts::table.filter(own).filter(shifts::valid_to.is_null()))
        .set(shifts::valid_to.eq(Some(D(last))))
        .execute(tx.conn())?;
    for shift in week {
        diesel::insert_into(shifts::table)
            .values((
                shifts::calendar.eq(calendar),
                shifts::weekday.eq(i32::from(shift.weekday)),
                shifts::opens.eq(shift.opens.strftime("%H:%M").to_string()),
                shifts::closes.eq(shift.closes.strftime("%H:%M").to_string()),
                shifts::valid_from.eq(D(from)),
            ))
            .execute(tx.conn())?;
    }
    bump(tx)
}

/// The working calendar of an agency: its own week, else the nation's, else office hours; the nation's days, then
/// its own.
///
/// # Errors
/// [`Error::Other`] where stored shifts overlap.
pub fn load(conn: &mut Conn, agency_code: &str) -> Result<Calendar, Error> {
    let mut weeks = weeks_of(conn, agency_code)?;
    if weeks.is_empty() {
        weeks = weeks_of(conn, NATIONAL)?;
    }
    let mut calendar = Calendar::default();
    for (from, week) in weeks {
        calendar = calendar.with_week_from(from, week);
    }
    for name in [NATIONAL, agency_code] {
        let rule = |d: CalendarDay| {
            let rule = match d.kind {
                DayKind::Off => DayRule::Off,
                DayKind::Work => DayRule::MakeUp,
            };
            (d.day, rule)
        };
        calendar = calendar.with_days(days_of(conn, name)?.into_iter().map(rule));
    }
    Ok(calendar)
}

/// The week patterns of one calendar with the dates they hold from.
fn weeks_of(conn: &mut Conn, calendar: &str) -> Result<Vec<(Date, Week)>, Error> {
    let rows = shifts::table
        .filter(shifts::calendar.eq(calendar))
        .order((shifts::valid_from, shifts::weekday, shifts::opens))
        .select((shifts::valid_from, shifts::weekday, shifts::opens, shifts::closes))
        .load::<(D, i32, String, String)>(conn)?;
    let mut by_date: BTreeMap<Date, [Vec<Shift>; 7]> = BTreeMap::new();
    for (D(from), weekday, opens, closes) in rows {
        let wrong = |_| Error::Other(format!("shift {opens}–{closes} of calendar {calendar}"));
        let shift = Shift { start: opens.parse().map_err(wrong)?, end: closes.parse().map_err(wrong)? };
        let day = usize::try_from(weekday - 1).ok().and_then(|i| by_date.entry(from).or_default().get_mut(i));
        day.ok_or_else(|| Error::Other(format!("weekday {weekday} of calendar {calendar}")))?.push(shift);
    }
    let mut out = Vec::with_capacity(by_date.len());
    for (from, days) in by_date {
        let mut week = Week(std::array::from_fn(|_| Shifts::default()));
        for (slot, shifts) in week.0.iter_mut().zip(days) {
            *slot = Shifts::new(shifts).map_err(|e| Error::Other(format!("calendar {calendar}: {e}")))?;
        }
        out.push((from, week));
    }
    Ok(out)
}

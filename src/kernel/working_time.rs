//! Working time of an agency: weekly shifts, days off, make-up working days. Pure; every instant is read at UTC+7.
//!
//! Sources: domain.md «Time»; vietnam.md §3.3 and §9.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time, Weekday, time};

use super::{
    Timestamp,
    clock::{from_local, local},
};

/// A calendar in which this many days in a row have no work is a mistake, not a calendar.
const LONGEST_REST: usize = 400;

/// Why a calendar could not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No working time within 400 days of the date, or the end of the calendar was reached.
    #[error("no working time within {LONGEST_REST} days of {0}")]
    NoWorkingTime(Date),
    /// Shifts overlap, are out of order or end before they begin.
    #[error("shifts must be in order, must not overlap and must end after they begin")]
    BadShifts,
}

/// One stretch of work in a day, `start` before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shift {
    pub start: Time,
    pub end: Time,
}

/// The shifts of one day, in order and apart from each other. None means a day off.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Vec<Shift>", into = "Vec<Shift>")]
pub struct Shifts(Vec<Shift>);

impl Shifts {
    /// Checks the order. No shifts at all is a day off.
    ///
    /// # Errors
    /// [`CalendarError::BadShifts`] where a shift is empty or two overlap.
    pub fn new(shifts: Vec<Shift>) -> Result<Self, CalendarError> {
        let filled = shifts.iter().all(|s| s.start < s.end);
        let ordered = shifts.windows(2).all(|pair| matches!(pair, [a, b] if a.end <= b.start));
        if filled && ordered { Ok(Self(shifts)) } else { Err(CalendarError::BadShifts) }
    }

    /// The day of most offices: 07:30–11:30 and 13:00–17:00.
    pub fn office_day() -> Self {
        let shift = |start, end| Shift { start, end };
        Self(vec![shift(time(7, 30, 0, 0), time(11, 30, 0, 0)), shift(time(13, 0, 0, 0), time(17, 0, 0, 0))])
    }

    /// The shifts, in order.
    pub fn as_slice(&self) -> &[Shift] {
        &self.0
    }
}

impl TryFrom<Vec<Shift>> for Shifts {
    type Error = CalendarError;
    fn try_from(shifts: Vec<Shift>) -> Result<Self, CalendarError> {
        Self::new(shifts)
    }
}

impl From<Shifts> for Vec<Shift> {
    fn from(shifts: Shifts) -> Self {
        shifts.0
    }
}

/// The shifts of a week, Monday first.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Week(pub [Shifts; 7]);

impl Week {
    /// Monday to Friday, office hours.
    pub fn office() -> Self {
        let (work, off) = (Shifts::office_day, Shifts::default);
        Self([work(), work(), work(), work(), work(), off(), off()])
    }

    fn on(&self, day: Weekday) -> &Shifts {
        let [mon, tue, wed, thu, fri, sat, sun] = &self.0;
        match day {
            Weekday::Monday => mon,
            Weekday::Tuesday => tue,
            Weekday::Wednesday => wed,
            Weekday::Thursday => thu,
            Weekday::Friday => fri,
            Weekday::Saturday => sat,
            Weekday::Sunday => sun,
        }
    }
}

/// What a notice or the agency says about one date.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayRule {
    /// A holiday or other day off.
    Off,
    /// Worked by these shifts, whatever the week says: a make-up working day.
    Work(Shifts),
    /// Worked like the week's first working day: what a notice of a make-up working day means.
    MakeUp,
}

/// The working time of an agency.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Calendar {
    /// Week patterns with the date from which each holds, sorted; the first holds before its date too.
    weeks: Vec<(Date, Week)>,
    days: BTreeMap<Date, DayRule>,
}

impl Default for Calendar {
    fn default() -> Self {
        Self::new(Week::office())
    }
}

impl Calendar {
    /// A calendar with one week pattern and no special days.
    pub fn new(week: Week) -> Self {
        Self { weeks: vec![(Date::MIN, week)], days: BTreeMap::new() }
    }

    /// Another week pattern from `from` on.
    #[must_use]
    pub fn with_week_from(mut self, from: Date, week: Week) -> Self {
        self.weeks.retain(|(date, _)| *date != from);
        self.weeks.push((from, week));
        self.weeks.sort_by_key(|(date, _)| *date);
        self
    }

    /// A rule for one date; it replaces the rule that stood there (an agency's own day after the nation's).
    #[must_use]
    pub fn with_day(mut self, date: Date, rule: DayRule) -> Self {
        self.days.insert(date, rule);
        self
    }

    /// Rules for many dates.
    #[must_use]
    pub fn with_days(mut self, days: impl IntoIterator<Item = (Date, DayRule)>) -> Self {
        self.days.extend(days);
        self
    }

    /// The dates between `from` and `to`, both included, that have a rule of their own.
    pub fn special_days(&self, from: Date, to: Date) -> impl Iterator<Item = (Date, &DayRule)> {
        let range = if from <= to { Some(self.days.range(from..=to)) } else { None };
        range.into_iter().flatten().map(|(date, rule)| (*date, rule))
    }

    fn week_of(&self, date: Date) -> Option<&Week> {
        let current = self.weeks.iter().rev().find(|(from, _)| *from <= date);
        current.or_else(|| self.weeks.first()).map(|(_, week)| week)
    }

    /// The shifts of a date; none on a day off.
    pub fn shifts(&self, date: Date) -> &[Shift] {
        let Some(week) = self.week_of(date) else { return &[] };
        let shifts = match self.days.get(&date) {
            Some(DayRule::Off) => return &[],
            Some(DayRule::Work(shifts)) => shifts,
            Some(DayRule::MakeUp) => week.0.iter().find(|s| !s.0.is_empty()).unwrap_or(week.on(date.weekday())),
            None => week.on(date.weekday()),
        };
        shifts.as_slice()
    }

    /// Whether anybody works on the date.
    pub fn is_working(&self, date: Date) -> bool {
        !self.shifts(date).is_empty()
    }

    /// Whether the instant lies in a shift, its first and last moment included.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let at = local(at);
        self.shifts(at.date()).iter().any(|s| s.start <= at.time() && at.time() <= s.end)
    }

    /// The first moment of work on the date.
    pub fn start_of_day(&self, date: Date) -> Option<Timestamp> {
        self.shifts(date).first().map(|s| from_local(date.to_datetime(s.start)))
    }

    /// The last moment of work on the date.
    pub fn end_of_day(&self, date: Date) -> Option<Timestamp> {
        self.shifts(date).last().map(|s| from_local(date.to_datetime(s.end)))
    }

    /// The first working day strictly after the date.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where 400 days bring none.
    pub fn working_day_after(&self, date: Date) -> Result<Date, CalendarError> {
        self.search(date, Date::tomorrow)
    }

    /// The last working day strictly before the date.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where 400 days bring none.
    pub fn working_day_before(&self, date: Date) -> Result<Date, CalendarError> {
        self.search(date, Date::yesterday)
    }

    fn search(&self, from: Date, step: fn(Date) -> Result<Date, jiff::Error>) -> Result<Date, CalendarError> {
        let mut date = from;
        for _ in 0..LONGEST_REST {
            date = step(date).map_err(|_| CalendarError::NoWorkingTime(from))?;
            if self.is_working(date) {
                return Ok(date);
            }
        }
        Err(CalendarError::NoWorkingTime(from))
    }

    /// The date itself if it is worked, else the next working day.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where 400 days bring none.
    pub fn working_day_from(&self, date: Date) -> Result<Date, CalendarError> {
        if self.is_working(date) { Ok(date) } else { self.working_day_after(date) }
    }

    /// The instant itself if it lies in a shift, else the start of the next one.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where 400 days bring none.
    pub fn next_moment(&self, at: Timestamp) -> Result<Timestamp, CalendarError> {
        let here = local(at);
        match self.shifts(here.date()).iter().find(|s| here.time() < s.end) {
            Some(shift) if shift.start <= here.time() => Ok(at),
            Some(shift) => Ok(from_local(here.date().to_datetime(shift.start))),
            None => self.next_day_start(here.date()),
        }
    }

    /// The start of work on the first working day strictly after the date.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where 400 days bring none.
    pub fn next_day_start(&self, date: Date) -> Result<Timestamp, CalendarError> {
        let next = self.working_day_after(date)?;
        self.start_of_day(next).ok_or(CalendarError::NoWorkingTime(date))
    }

    /// The `n`-th working day strictly after the date; the date itself for 0.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where the calendar ends before.
    pub fn nth_working_day_after(&self, date: Date, n: u32) -> Result<Date, CalendarError> {
        (0..n).try_fold(date, |date, _| self.working_day_after(date))
    }

    /// The end of the `n`-th working day after the date: the first day of a term is not counted
    /// (Bộ luật Dân sự 2015, Điều 147). For 0 the end of the date, or of the next working day.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where the calendar ends before.
    pub fn add_working_days(&self, from: Date, n: u32) -> Result<Timestamp, CalendarError> {
        let last = self.working_day_from(self.nth_working_day_after(from, n)?)?;
        self.end_of_day(last).ok_or(CalendarError::NoWorkingTime(from))
    }

    /// How many working days lie after `from` up to and with `to`; 0 where `to` is not later.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        let mut count = 0;
        let mut date = from;
        while date < to {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            count += u32::from(self.is_working(date));
        }
        count
    }

    /// The instant after `minutes` of work from `from`. For 0 the next working moment.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where the calendar ends before.
    pub fn add_minutes(&self, from: Timestamp, minutes: u32) -> Result<Timestamp, CalendarError> {
        self.add_seconds(from, i64::from(minutes) * 60)
    }

    /// As [`Self::add_minutes`], in seconds; a negative number counts as 0.
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where the calendar ends before.
    pub fn add_seconds(&self, from: Timestamp, seconds: i64) -> Result<Timestamp, CalendarError> {
        let mut at = local(self.next_moment(whole_second(from))?);
        let mut left = seconds.max(0);
        loop {
            for shift in self.shifts(at.date()) {
                let begin = at.time().max(shift.start);
                if begin > shift.end {
                    continue;
                }
                let here = at.date().to_datetime(begin);
                let room = seconds_from(here, at.date().to_datetime(shift.end));
                if left <= room {
                    return Ok(from_local(later(here, left)));
                }
                left -= room;
            }
            at = local(self.next_day_start(at.date())?);
        }
    }

    /// The latest instant from which `seconds` of work lead to `to`; the inverse of [`Self::add_seconds`].
    ///
    /// # Errors
    /// [`CalendarError::NoWorkingTime`] where the calendar has none before.
    pub fn back_seconds(&self, to: Timestamp, seconds: i64) -> Result<Timestamp, CalendarError> {
        let mut at = local(whole_second(to));
        let mut left = seconds.max(0);
        loop {
            for shift in self.shifts(at.date()).iter().rev() {
                let end = at.time().min(shift.end);
                if end <= shift.start {
                    continue;
                }
                let here = at.date().to_datetime(end);
                let room = seconds_from(at.date().to_datetime(shift.start), here);
                if left <= room {
                    return Ok(from_local(later(here, -left)));
                }
                left -= room;
            }
            let before = self.working_day_before(at.date())?;
            at = before.to_datetime(Time::MAX);
        }
    }

    /// Whole minutes of work from `from` to `to`, rounded towards zero; negative where `to` is earlier.
    pub fn minutes_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.seconds_between(from, to) / 60
    }

    /// Seconds of work from `from` to `to`; negative where `to` is earlier.
    pub fn seconds_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        if to < from {
            return -self.seconds_between(to, from);
        }
        let (from, to) = (local(from), local(to));
        let mut sum = 0;
        let mut date = from.date();
        loop {
            for shift in self.shifts(date) {
                let begin = date.to_datetime(shift.start).max(from);
                let end = date.to_datetime(shift.end).min(to);
                sum += seconds_from(begin, end).max(0);
            }
            match date.tomorrow() {
                Ok(next) if next <= to.date() => date = next,
                _ => return sum,
            }
        }
    }
}

/// Whole seconds from one civil time to another. Fractions are dropped on both sides, so that sums stay exact.
fn seconds_from(from: DateTime, to: DateTime) -> i64 {
    from_local(to).as_second() - from_local(from).as_second()
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

fn later(at: DateTime, seconds: i64) -> DateTime {
    at.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(at)
}

#[cfg(test)]
mod tests;

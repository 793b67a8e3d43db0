//! When a dossier is due, how much of its time is left, and when to warn: one pure function over the calendar,
//! the limit and the pauses, with everything that it used kept beside the answer.
//!
//! Sources: domain.md «Time»; vietnam.md §3.1 (NĐ 61/2018 Điều 17–19 as amended by NĐ 309/2026) and §3.3.

use jiff::civil::{Date, Time, time};

use super::{
    Timestamp,
    clock::local,
    working_time::{Calendar, CalendarError},
};

/// Working minutes in the day that people mean when they say «8 giờ làm việc».
pub const DAY_MINUTES: i64 = 480;

/// How long an agency has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(tag = "unit", content = "amount", rename_all = "snake_case")]
pub enum Limit {
    /// Working days (ngày làm việc): the end of the last one, the day of reception not counted.
    WorkingDays(u32),
    /// Working hours (giờ làm việc), counted in working minutes.
    WorkingHours(u32),
    /// Calendar days (ngày): the end of the last one, moved to the next working day if nobody works then.
    CalendarDays(u32),
    /// «Ngay trong ngày»: the end of the working day of reception.
    SameDay,
}

/// What the law lets a province or a procedure set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rules {
    /// A dossier received later than this is counted from the next working day's start (NĐ 61/2018 Điều 18.2).
    pub cutoff: Option<Time>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { cutoff: Some(time(15, 0, 0, 0)) }
    }
}

/// Why a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Papers were asked for.
    Supplement,
    /// Money was asked for.
    Payment,
    /// Processing was stopped.
    Stop,
    /// The citizen asked to withdraw and nobody has answered yet.
    Withdrawal,
    /// The citizen is looking at a draft certificate.
    DraftConfirmation,
}

/// A stretch of time in which the clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pause {
    pub reason: PauseReason,
    pub start: Timestamp,
    /// None while it lasts.
    pub end: Option<Timestamp>,
    /// Whether the whole limit begins again at its end (NĐ 61/2018 Điều 19.4), instead of going on.
    pub restarts: bool,
}

/// All that a due time was computed from, kept so that it can be explained years later.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Inputs {
    /// Reception, or the end of the last pause that made the limit begin again.
    pub start: Timestamp,
    /// The working moment from which time is counted: later than `start` after 15:00, at night or on a day off.
    pub counted_from: Timestamp,
    pub limit: Limit,
    pub rules: Rules,
    /// The ended pauses that moved the due time, earliest first, without overlaps.
    pub pauses: Vec<Pause>,
    /// Since when the clock stands still, if it does.
    pub paused_since: Option<Timestamp>,
    /// Days off and make-up days between start and due time that are not in the week's pattern.
    pub special_days: Vec<Date>,
    /// Working minutes that the agency has in all, pauses not counted.
    pub total_minutes: i64,
}

/// A due time with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Due {
    pub at: Timestamp,
    pub inputs: Inputs,
}

/// When a dossier received at `received` is due.
///
/// Only ended pauses move the due time; while one lasts, the due time stands as if it had not begun and
/// `inputs.paused_since` says since when. A pause that begins when the dossier is already late changes nothing.
///
/// # Errors
/// [`CalendarError`] where the calendar has no working time for so long.
pub fn due(
    calendar: &Calendar,
    received: Timestamp,
    limit: Limit,
    pauses: &[Pause],
    rules: Rules,
) -> Result<Due, CalendarError> {
    let restart = pauses.iter().filter(|p| p.restarts).filter_map(|p| p.end).filter(|end| *end > received).max();
    let start = restart.unwrap_or(received);
    let merged = merged(pauses, start);
    let mut inputs = Inputs {
        start,
        counted_from: counted_from(calendar, start, rules)?,
        limit,
        rules,
        pauses: Vec::new(),
        paused_since: merged.iter().find(|p| p.end.is_none()).map(|p| p.start),
        special_days: Vec::new(),
        total_minutes: 0,
    };
    let mut at = end_of(calendar, &inputs)?;
    for pause in merged {
        if pause.end.is_some() && pause.start < at {
            inputs.pauses.push(pause);
            at = end_of(calendar, &inputs)?;
        }
    }
    let paused = paused_seconds(calendar, &inputs);
    inputs.total_minutes = (calendar.seconds_between(inputs.counted_from, at) - paused).max(0) / 60;
    inputs.special_days = calendar.special_days(local(start).date(), local(at).date()).map(|(day, _)| day).collect();
    Ok(Due { at, inputs })
}

/// When an online dossier must be accepted, sent back or refused: 8 working hours after `filed` (or after payment of
/// a fee due at filing, or after a supplement), whatever the hour of the day.
///
/// # Errors
/// [`CalendarError`] where the calendar has no working time for so long.
pub fn acceptance_due(calendar: &Calendar, filed: Timestamp, pauses: &[Pause]) -> Result<Due, CalendarError> {
    due(calendar, filed, Limit::WorkingHours(8), pauses, Rules { cutoff: None })
}

/// A due time that a person gave at `since` (xin lỗi và hẹn lại), moved by the working time that the ended pauses have
/// taken from it. What stood still before it was given is in it already.
///
/// # Errors
/// [`CalendarError`] where the calendar has no working time for so long.
pub fn moved(
    calendar: &Calendar,
    given: Timestamp,
    since: Timestamp,
    pauses: &[Pause],
) -> Result<Timestamp, CalendarError> {
    let mut at = given;
    for pause in merged(pauses, since) {
        let Some(end) = pause.end.filter(|_| pause.start < at) else { continue };
        let lost = calendar.seconds_between(pause.start, end).max(0);
        if lost > 0 {
            at = calendar.add_seconds(at, lost)?;
        }
    }
    Ok(at)
}

/// The working moment from which the clock runs.
fn counted_from(calendar: &Calendar, start: Timestamp, rules: Rules) -> Result<Timestamp, CalendarError> {
    if is_late_in_the_day(calendar, start, rules) {
        calendar.next_day_start(local(start).date())
    } else {
        calendar.next_moment(start)
    }
}

/// Whether the instant is on a working day but too late for that day to count.
fn is_late_in_the_day(calendar: &Calendar, at: Timestamp, rules: Rules) -> bool {
    let here = local(at);
    calendar.is_working(here.date()) && rules.cutoff.is_some_and(|cutoff| here.time() > cutoff)
}

/// The end of the limit, moved by the pauses in `inputs`.
fn end_of(calendar: &Calendar, inputs: &Inputs) -> Result<Timestamp, CalendarError> {
    let date = local(inputs.start).date();
    match inputs.limit {
        Limit::WorkingDays(0) | Limit::CalendarDays(0) | Limit::SameDay => {
            let ends = inputs.pauses.iter().filter_map(|p| p.end);
            let last_start = ends.fold(inputs.start, Timestamp::max);
            let day = local(counted_from(calendar, last_start, inputs.rules)?).date();
            calendar.add_working_days(day, 0)
        }
        Limit::WorkingDays(days) => {
            let lost = dates(&inputs.pauses).map(|(from, to)| calendar.working_days_between(from, to));
            calendar.add_working_days(date, lost.fold(days, u32::saturating_add))
        }
        Limit::WorkingHours(hours) => {
            let seconds = i64::from(hours) * 3600 + paused_seconds(calendar, inputs);
            calendar.add_seconds(inputs.counted_from, seconds)
        }
        Limit::CalendarDays(days) => {
            let lost: i64 = dates(&inputs.pauses).map(|(from, to)| from.duration_until(to).as_hours() / 24).sum();
            let span = jiff::Span::new().try_days(lost.saturating_add(i64::from(days)));
            let last = span.and_then(|span| date.checked_add(span)).map_err(|_| CalendarError::NoWorkingTime(date))?;
            calendar.add_working_days(last, 0)
        }
    }
}

/// The dates on which each ended pause began and ended.
fn dates(pauses: &[Pause]) -> impl Iterator<Item = (Date, Date)> {
    pauses.iter().filter_map(|p| Some((local(p.start).date(), local(p.end?).date())))
}

/// Working seconds that the ended pauses took from the time after `counted_from`.
fn paused_seconds(calendar: &Calendar, inputs: &Inputs) -> i64 {
    let lost = |p: &Pause| Some(calendar.seconds_between(p.start.max(inputs.counted_from), p.end?).max(0));
    inputs.pauses.iter().filter_map(lost).sum()
}

/// The pauses after `from`, cut at it, earliest first, overlapping ones joined; an open end stays open.
fn merged(pauses: &[Pause], from: Timestamp) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = pauses
        .iter()
        .filter(|p| p.end.is_none_or(|end| end > from && end > p.start))
        .map(|p| Pause { start: p.start.max(from), ..*p })
        .collect();
    sorted.sort_by_key(|p| p.start);
    let mut out: Vec<Pause> = Vec::with_capacity(sorted.len());
    for pause in sorted {
        match out.last_mut() {
            Some(last) if last.end.is_none_or(|end| pause.start <= end) => {
                last.end = last.end.zip(pause.end).map(|(a, b)| a.max(b));
            }
            _ => out.push(pause),
        }
    }
    out
}

/// How pressing a dossier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Less than half of the time is used.
    Calm,
    /// At least 50 % is used.
    Half,
    /// At least 80 % is used.
    Most,
    /// At most 8 working hours are left.
    LastDay,
    /// The due time has passed.
    Overdue,
}

/// How far a dossier is in its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Working minutes left; negative when overdue.
    pub remaining_minutes: i64,
    /// Used part of the limit in percent, not more than 100.
    pub used_percent: u8,
    pub urgency: Urgency,
    /// Whether the clock stands still.
    pub paused: bool,
}

/// How far the dossier is at `now`; a running pause stops the clock at its start.
pub fn progress(calendar: &Calendar, due: &Due, now: Timestamp) -> Progress {
    let seen = due.inputs.paused_since.map_or(now, |since| since.min(now));
    let remaining_minutes = calendar.minutes_between(seen, due.at);
    let total = due.inputs.total_minutes.max(1);
    let used = (total - remaining_minutes).clamp(0, total) * 100 / total;
    let urgency = match () {
        () if seen > due.at => Urgency::Overdue,
        () if remaining_minutes <= DAY_MINUTES && due.inputs.total_minutes > DAY_MINUTES => Urgency::LastDay,
        () if used >= 80 => Urgency::Most,
        () if used >= 50 => Urgency::Half,
        () => Urgency::Calm,
    };
    let paused = due.inputs.paused_since.is_some_and(|since| since <= now);
    Progress { remaining_minutes, used_percent: u8::try_from(used).unwrap_or(100), urgency, paused }
}

/// When the dossier reaches each degree of urgency, earliest first. Degrees that a short limit skips are left out;
/// where two fall together only the more pressing one stands.
///
/// # Errors
/// [`CalendarError`] where the calendar has no working time for so long.
pub fn warnings(calendar: &Calendar, due: &Due) -> Result<Vec<(Timestamp, Urgency)>, CalendarError> {
    let total = due.inputs.total_minutes;
    let mut out = vec![(due.at, Urgency::Overdue)];
    let before = [(DAY_MINUTES * 60, Urgency::LastDay), (total * 12, Urgency::Most), (total * 30, Urgency::Half)];
    for (seconds, urgency) in before {
        if urgency == Urgency::LastDay && total <= DAY_MINUTES {
            continue;
        }
        let at = calendar.back_seconds(due.at, seconds)?;
        if out.last().is_some_and(|(next, _)| at < *next) && at > due.inputs.counted_from {
            out.push((at, urgency));
        }
    }
    out.reverse();
    Ok(out)
}

/// Until when an apology with a new date must be out: the end of the working day before the due day
/// (NĐ 61/2018 Điều 19.9: at the latest one day before expiry).
///
/// # Errors
/// [`CalendarError`] where the calendar has no working time for so long.
pub fn apology_due(calendar: &Calendar, due: &Due) -> Result<Timestamp, CalendarError> {
    let date = local(due.at).date();
    let before = calendar.working_day_before(date)?;
    calendar.end_of_day(before).ok_or(CalendarError::NoWorkingTime(date))
}

#[cfg(test)]
mod tests;

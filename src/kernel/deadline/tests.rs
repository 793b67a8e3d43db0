//! Tests of due times: worked cases first, then what must hold for all of them.

use jiff::civil::{date, datetime};
use proptest::prelude::*;

use super::*;
use crate::kernel::{clock::from_local, working_time::DayRule};

fn at(date: Date, hour: i8, minute: i8) -> Timestamp {
    from_local(date.at(hour, minute, 0, 0))
}

/// Office hours; 24/11/2026 and Tết 2026 off, Saturday 22/8/2026 worked.
fn calendar() -> Calendar {
    let off = [16, 17, 18, 19, 20].map(|day| (date(2026, 2, day), DayRule::Off));
    Calendar::default()
        .with_days(off)
        .with_day(date(2026, 11, 24), DayRule::Off)
        .with_day(date(2026, 8, 22), DayRule::MakeUp)
}

fn due_at(received: Timestamp, limit: Limit, pauses: &[Pause]) -> Timestamp {
    due(&calendar(), received, limit, pauses, Rules::default()).unwrap().at
}

fn pause(start: Timestamp, end: Timestamp) -> Pause {
    Pause { reason: PauseReason::Payment, start, end: Some(end), restarts: false }
}

const FRIDAY: Date = date(2026, 11, 20);
const MONDAY: Date = date(2026, 11, 23);
/// The first working day after the holiday of 24/11.
const WEDNESDAY: Date = date(2026, 11, 25);

#[test]
fn the_worked_case_of_the_sources() {
    let due = due(&calendar(), at(FRIDAY, 15, 30), Limit::WorkingDays(1), &[], Rules::default()).unwrap();
    assert_eq!(due.at, at(MONDAY, 17, 0));
    assert_eq!(due.inputs.start, at(FRIDAY, 15, 30));
    assert_eq!(due.inputs.counted_from, at(MONDAY, 7, 30));
    assert_eq!(due.inputs.total_minutes, 480);
    let json = serde_json::to_value(&due).unwrap();
    assert_eq!(json["inputs"]["limit"], serde_json::json!({"unit": "working_days", "amount": 1}));
    assert_eq!(serde_json::from_value::<Due>(json).unwrap(), due);
}

#[test]
fn working_days_do_not_count_the_day_of_reception() {
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::WorkingDays(1), &[]), at(MONDAY, 17, 0));
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::WorkingDays(2), &[]), at(WEDNESDAY, 17, 0));
    assert_eq!(due_at(at(date(2026, 2, 12), 9, 0), Limit::WorkingDays(3), &[]), at(date(2026, 2, 24), 17, 0));
    assert_eq!(due_at(at(date(2026, 8, 20), 9, 0), Limit::WorkingDays(2), &[]), at(date(2026, 8, 22), 17, 0));
    let due = due(&calendar(), at(MONDAY, 9, 0), Limit::WorkingDays(1), &[], Rules::default()).unwrap();
    assert_eq!(due.inputs.special_days, [date(2026, 11, 24)]);
}

#[test]
fn hours_count_minutes_and_know_three_o_clock() {
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::WorkingHours(8), &[]), at(MONDAY, 9, 0));
    assert_eq!(due_at(at(FRIDAY, 15, 0), Limit::WorkingHours(2), &[]), at(FRIDAY, 17, 0));
    assert_eq!(due_at(at(FRIDAY, 15, 1), Limit::WorkingHours(2), &[]), at(MONDAY, 9, 30));
    assert_eq!(due_at(at(FRIDAY, 11, 0), Limit::WorkingHours(1), &[]), at(FRIDAY, 13, 30));
    let sunday = date(2026, 11, 22);
    assert_eq!(due_at(at(sunday, 22, 0), Limit::WorkingHours(4), &[]), at(MONDAY, 11, 30));
}

#[test]
fn the_acceptance_clock_has_no_three_o_clock() {
    let due = acceptance_due(&calendar(), at(FRIDAY, 16, 0), &[]).unwrap();
    assert_eq!(due.at, at(MONDAY, 16, 0));
    assert_eq!(due.inputs.total_minutes, 480);
}

#[test]
fn calendar_days_end_on_a_working_day() {
    // Fifteen days from 6 November 2026 end on a Saturday: Monday it is.
    assert_eq!(due_at(at(date(2026, 11, 6), 9, 0), Limit::CalendarDays(15), &[]), at(date(2026, 11, 23), 17, 0));
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::CalendarDays(4), &[]), at(WEDNESDAY, 17, 0));
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::CalendarDays(3), &[]), at(MONDAY, 17, 0));
}

#[test]
fn the_same_day() {
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::SameDay, &[]), at(FRIDAY, 17, 0));
    assert_eq!(due_at(at(FRIDAY, 15, 0), Limit::SameDay, &[]), at(FRIDAY, 17, 0));
    assert_eq!(due_at(at(FRIDAY, 15, 30), Limit::SameDay, &[]), at(MONDAY, 17, 0));
    assert_eq!(due_at(at(date(2026, 11, 21), 9, 0), Limit::SameDay, &[]), at(MONDAY, 17, 0));
    let back_on_monday = [pause(at(FRIDAY, 10, 0), at(MONDAY, 9, 0))];
    assert_eq!(due_at(at(FRIDAY, 9, 0), Limit::SameDay, &back_on_monday), at(MONDAY, 17, 0));
}

#[test]
fn pauses_move_and_restarts_begin_again() {
    let monday_to_wednesday = pause(at(MONDAY, 10, 0), at(WEDNESDAY, 10, 0));
    let received = at(FRIDAY, 9, 0);
    // Three days: Monday, Wednesday, Thursday; one working day (Wednesday) was lost.
    assert_eq!(due_at(received, Limit::WorkingDays(3), &[monday_to_wednesday]), at(date(2026, 11, 27), 17, 0));
    let restart = Pause { restarts: true, reason: PauseReason::Supplement, ..monday_to_wednesday };
    let due = due(&calendar(), received, Limit::WorkingDays(3), &[restart], Rules::default()).unwrap();
    assert_eq!(due.at, at(date(2026, 11, 30), 17, 0));
    assert_eq!((due.inputs.start, due.inputs.pauses.len()), (at(WEDNESDAY, 10, 0), 0));
    // Calendar days: two of them were lost.
    assert_eq!(due_at(received, Limit::CalendarDays(3), &[monday_to_wednesday]), at(WEDNESDAY, 17, 0));
}

#[test]
fn overlapping_pauses_count_once_and_late_ones_not_at_all() {
    let received = at(FRIDAY, 8, 0);
    let both = [pause(at(FRIDAY, 9, 0), at(FRIDAY, 10, 0)), pause(at(FRIDAY, 9, 30), at(FRIDAY, 10, 30))];
    assert_eq!(due_at(received, Limit::WorkingHours(2), &both), at(FRIDAY, 11, 30));
    let late = [pause(at(FRIDAY, 16, 0), at(MONDAY, 16, 0))];
    assert_eq!(due_at(received, Limit::WorkingHours(2), &late), at(FRIDAY, 10, 0));
}

#[test]
fn an_open_pause_stops_the_clock() {
    let open = Pause { reason: PauseReason::Stop, start: at(MONDAY, 8, 30), end: None, restarts: false };
    let due = due(&calendar(), at(FRIDAY, 9, 0), Limit::WorkingHours(16), &[open], Rules::default()).unwrap();
    assert_eq!(due.at, at(WEDNESDAY, 9, 0));
    let later = progress(&calendar(), &due, at(date(2026, 12, 9), 9, 0));
    assert!(later.paused);
    assert_eq!(later.remaining_minutes, 480 + 30);
    assert_eq!(later.urgency, Urgency::Calm);
    assert!(!progress(&calendar(), &due, at(FRIDAY, 9, 30)).paused);
}

#[test]
fn warnings_come_at_half_four_fifths_and_eight_hours() {
    let calendar = calendar();
    let due = due(&calendar, at(date(2026, 11, 2), 7, 30), Limit::WorkingHours(80), &[], Rules::default()).unwrap();
    assert_eq!(due.at, at(date(2026, 11, 13), 17, 0));
    let expected = [
        (at(date(2026, 11, 6), 17, 0), Urgency::Half),
        (at(date(2026, 11, 11), 17, 0), Urgency::Most),
        (at(date(2026, 11, 12), 17, 0), Urgency::LastDay),
        (due.at, Urgency::Overdue),
    ];
    let found = warnings(&calendar, &due).unwrap();
    assert_eq!(found.iter().map(|(_, u)| *u).collect::<Vec<_>>(), expected.map(|(_, u)| u));
    for ((found, urgency), (wanted, _)) in found.iter().zip(expected) {
        // The end of a day and the start of the next are the same working moment.
        assert_eq!(calendar.seconds_between(*found, wanted), 0, "{urgency:?}");
        let just_after = found.plus_seconds(1);
        assert!(progress(&calendar, &due, just_after).urgency >= *urgency);
    }
    assert_eq!(progress(&calendar, &due, at(date(2026, 11, 16), 8, 0)).remaining_minutes, -30);
    assert_eq!(apology_due(&calendar, &due), Ok(at(date(2026, 11, 12), 17, 0)));
    let short = super::due(&calendar, at(FRIDAY, 7, 30), Limit::SameDay, &[], Rules::default()).unwrap();
    let urgencies: Vec<_> = warnings(&calendar, &short).unwrap().into_iter().map(|(_, u)| u).collect();
    assert_eq!(urgencies, [Urgency::Half, Urgency::Most, Urgency::Overdue]);
}

fn any_moment() -> impl Strategy<Value = Timestamp> {
    let start = from_local(datetime(2026, 1, 1, 0, 0, 0, 0)).as_second();
    (0_i64..400 * 1440).prop_map(move |minute| Timestamp::from_second(start + minute * 60).unwrap())
}

fn any_limit(more: u32) -> impl Strategy<Value = (Limit, Limit)> {
    (0_u32..30, 0..=more, 0..4).prop_map(|(n, extra, kind)| match kind {
        0 => (Limit::WorkingDays(n), Limit::WorkingDays(n + extra)),
        1 => (Limit::WorkingHours(n), Limit::WorkingHours(n + extra)),
        2 => (Limit::CalendarDays(n), Limit::CalendarDays(n + extra)),
        _ => (Limit::SameDay, Limit::SameDay),
    })
}

proptest! {
    #[test]
    fn a_due_time_is_working_time_and_not_before_reception(from in any_moment(), (limit, _) in any_limit(0)) {
        let due = due(&calendar(), from, limit, &[], Rules::default()).unwrap();
        prop_assert!(calendar().is_open(due.at));
        prop_assert!(due.at >= from);
    }

    #[test]
    fn more_time_is_never_due_earlier(from in any_moment(), (less, more) in any_limit(20)) {
        prop_assert!(due_at(from, less, &[]) <= due_at(from, more, &[]));
    }

    #[test]
    fn received_later_is_never_due_earlier(a in any_moment(), b in any_moment(), (limit, _) in any_limit(0)) {
        prop_assert!(due_at(a.min(b), limit, &[]) <= due_at(a.max(b), limit, &[]));
    }

    #[test]
    fn a_pause_moves_an_hours_limit_by_its_own_length(
        from in any_moment(), hours in 1_u32..60, after in 0_u32..3000, minutes in 1_u32..3000,
    ) {
        let calendar = calendar();
        let plain = due(&calendar, from, Limit::WorkingHours(hours), &[], Rules::default()).unwrap();
        let start = calendar.add_minutes(plain.inputs.counted_from, after % (hours * 60)).unwrap();
        let paused = pause(start, calendar.add_minutes(start, minutes).unwrap());
        let moved = due(&calendar, from, Limit::WorkingHours(hours), &[paused], Rules::default()).unwrap();
        prop_assert_eq!(calendar.minutes_between(plain.at, moved.at), i64::from(minutes));
        prop_assert_eq!(moved.inputs.total_minutes, plain.inputs.total_minutes);
    }

    #[test]
    fn a_pause_never_brings_the_due_time_forward(
        from in any_moment(), (limit, _) in any_limit(0), after in 0_i64..20_000, minutes in 1_i64..20_000,
        restarts: bool,
    ) {
        let start = from.plus_minutes(after);
        let end = start.plus_minutes(minutes);
        let paused = Pause { restarts, ..pause(start, end) };
        prop_assert!(due_at(from, limit, &[paused]) >= due_at(from, limit, &[]));
    }

    #[test]
    fn remaining_time_only_shrinks(from in any_moment(), a in any_moment(), b in any_moment(), (limit, _) in any_limit(0)) {
        let calendar = calendar();
        let due = due(&calendar, from, limit, &[], Rules::default()).unwrap();
        let (early, late) = (progress(&calendar, &due, a.min(b)), progress(&calendar, &due, a.max(b)));
        prop_assert!(early.remaining_minutes >= late.remaining_minutes);
        prop_assert!(early.urgency <= late.urgency);
    }
}

#[test]
fn a_date_that_was_given_moves_with_the_pauses_after_it() {
    let calendar = calendar();
    let given = at(FRIDAY, 17, 0);
    let since = at(date(2026, 11, 17), 9, 0);
    let stop = |from, to| Pause { reason: PauseReason::Stop, start: from, end: to, restarts: false };
    let moved = |pauses: &[Pause]| super::moved(&calendar, given, since, pauses).unwrap();
    assert_eq!(moved(&[]), given);
    // Two working days from Wednesday to Friday morning: Friday's end becomes Wednesday's, Tuesday being a holiday.
    let whole = stop(at(date(2026, 11, 18), 7, 30), Some(at(FRIDAY, 7, 30)));
    assert_eq!(moved(&[whole]), at(WEDNESDAY, 17, 0));
    assert_eq!(moved(&[stop(at(date(2026, 11, 10), 9, 0), Some(since))]), given, "before it was given");
    assert_eq!(moved(&[stop(at(date(2026, 11, 18), 9, 0), None)]), given, "a pause that lasts");
    assert_eq!(moved(&[stop(at(MONDAY, 8, 0), Some(at(MONDAY, 10, 0)))]), given, "late already");
}

//! Tests of the working calendar, with the notices of 2025–2026 (vietnam.md §9).

use jiff::civil::{Date, date, datetime, time};
use proptest::prelude::*;

use super::*;

fn at(date: Date, hour: i8, minute: i8) -> Timestamp {
    from_local(date.at(hour, minute, 0, 0))
}

/// The office calendar with the days off and the make-up days of 2025 and 2026.
fn official() -> Calendar {
    let off = [
        date(2025, 1, 1),
        date(2025, 1, 27),
        date(2025, 1, 28),
        date(2025, 1, 29),
        date(2025, 1, 30),
        date(2025, 1, 31),
        date(2025, 4, 7),
        date(2025, 4, 30),
        date(2025, 5, 1),
        date(2025, 5, 2),
        date(2025, 9, 1),
        date(2025, 9, 2),
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 2, 16),
        date(2026, 2, 17),
        date(2026, 2, 18),
        date(2026, 2, 19),
        date(2026, 2, 20),
        date(2026, 4, 27),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 8, 31),
        date(2026, 9, 1),
        date(2026, 9, 2),
        date(2026, 11, 24),
    ];
    let worked = [date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)];
    Calendar::default().with_days(off.map(|d| (d, DayRule::Off))).with_days(worked.map(|d| (d, DayRule::MakeUp)))
}

#[test]
fn weekends_holidays_and_make_up_days() {
    let calendar = official();
    assert!(calendar.is_working(date(2026, 11, 23)));
    assert!(!calendar.is_working(date(2026, 11, 24)), "Ngày Văn hóa Việt Nam");
    assert!(!calendar.is_working(date(2026, 11, 22)));
    assert!(calendar.is_working(date(2026, 1, 10)), "a Saturday worked for 2 January");
    assert_eq!(calendar.shifts(date(2026, 8, 22)), Shifts::office_day().as_slice());
    let specials: Vec<_> = calendar.special_days(date(2026, 8, 1), date(2026, 8, 31)).map(|(d, _)| d).collect();
    assert_eq!(specials, [date(2026, 8, 22), date(2026, 8, 31)]);
    assert_eq!(calendar.special_days(date(2026, 9, 1), date(2026, 8, 1)).count(), 0);
}

#[test]
fn working_days_step_over_tet() {
    let calendar = official();
    // Friday before Tết 2026: the next working day is Monday 23 February.
    assert_eq!(calendar.add_working_days(date(2026, 2, 13), 1), Ok(at(date(2026, 2, 23), 17, 0)));
    assert_eq!(calendar.add_working_days(date(2026, 11, 20), 1), Ok(at(date(2026, 11, 23), 17, 0)));
    assert_eq!(calendar.add_working_days(date(2026, 11, 20), 2), Ok(at(date(2026, 11, 25), 17, 0)));
    // Friday 21 August 2026: the Saturday after it is worked.
    assert_eq!(calendar.add_working_days(date(2026, 8, 21), 1), Ok(at(date(2026, 8, 22), 17, 0)));
    assert_eq!(calendar.add_working_days(date(2026, 11, 21), 0), Ok(at(date(2026, 11, 23), 17, 0)));
    assert_eq!(calendar.working_days_between(date(2026, 2, 13), date(2026, 2, 24)), 2);
    assert_eq!(calendar.working_day_before(date(2026, 2, 23)), Ok(date(2026, 2, 13)));
}

#[test]
fn minutes_skip_lunch_nights_and_holidays() {
    let calendar = official();
    let monday = date(2026, 11, 23);
    assert_eq!(calendar.add_minutes(at(monday, 11, 0), 60), Ok(at(monday, 13, 30)));
    assert_eq!(calendar.add_minutes(at(monday, 7, 30), 480), Ok(at(monday, 17, 0)));
    assert_eq!(calendar.add_minutes(at(monday, 16, 0), 120), Ok(at(date(2026, 11, 25), 8, 30)));
    assert_eq!(calendar.add_minutes(at(monday, 12, 0), 0), Ok(at(monday, 13, 0)));
    assert_eq!(calendar.minutes_between(at(monday, 11, 0), at(monday, 13, 30)), 60);
    assert_eq!(calendar.minutes_between(at(monday, 16, 0), at(date(2026, 11, 25), 8, 30)), 120);
    assert_eq!(calendar.minutes_between(at(monday, 13, 30), at(monday, 11, 0)), -60);
    assert_eq!(calendar.back_seconds(at(monday, 13, 30), 3600), Ok(at(monday, 11, 0)));
    assert_eq!(calendar.back_seconds(at(monday, 9, 0), 8 * 3600), Ok(at(date(2026, 11, 20), 9, 0)));
}

#[test]
fn the_next_moment() {
    let calendar = official();
    let friday = date(2026, 11, 20);
    assert_eq!(calendar.next_moment(at(friday, 6, 0)), Ok(at(friday, 7, 30)));
    assert_eq!(calendar.next_moment(at(friday, 9, 15)), Ok(at(friday, 9, 15)));
    assert_eq!(calendar.next_moment(at(friday, 11, 30)), Ok(at(friday, 13, 0)));
    assert_eq!(calendar.next_moment(at(friday, 17, 0)), Ok(at(date(2026, 11, 23), 7, 30)));
    assert_eq!(calendar.next_day_start(date(2026, 11, 23)), Ok(at(date(2026, 11, 25), 7, 30)));
}

#[test]
fn week_patterns_have_effective_dates() {
    let mut week = Week::office();
    let morning = Shift { start: time(7, 30, 0, 0), end: time(11, 30, 0, 0) };
    week.0[5] = Shifts::new(vec![morning]).unwrap();
    let calendar = Calendar::default().with_week_from(date(2026, 7, 1), week);
    assert!(!calendar.is_working(date(2026, 6, 27)));
    assert!(calendar.is_working(date(2026, 7, 4)));
    assert_eq!(calendar.end_of_day(date(2026, 7, 4)), Some(at(date(2026, 7, 4), 11, 30)));
}

#[test]
fn a_calendar_without_work_is_an_error_and_not_a_loop() {
    let never = Calendar::new(Week(std::array::from_fn(|_| Shifts::default())));
    let friday = date(2026, 11, 20);
    let error = Err(CalendarError::NoWorkingTime(friday));
    assert_eq!(never.add_minutes(at(friday, 9, 0), 1), error);
    assert_eq!(never.add_working_days(friday, 3), error);
    assert_eq!(never.back_seconds(at(friday, 9, 0), 1), error);
    assert_eq!(never.minutes_between(at(friday, 9, 0), at(date(2027, 11, 20), 9, 0)), 0);
    let last = Calendar::default();
    assert!(last.add_working_days(date(9999, 12, 30), 5).is_err());
}

#[test]
fn bad_shifts_are_refused_also_in_json() {
    let shift = |a, b| Shift { start: time(a, 0, 0, 0), end: time(b, 0, 0, 0) };
    assert_eq!(Shifts::new(vec![shift(9, 9)]), Err(CalendarError::BadShifts));
    assert_eq!(Shifts::new(vec![shift(7, 12), shift(11, 15)]), Err(CalendarError::BadShifts));
    assert_eq!(Shifts::new(vec![shift(13, 17), shift(7, 11)]), Err(CalendarError::BadShifts));
    assert!(serde_json::from_str::<Shifts>(r#"[{"start":"09:00:00","end":"08:00:00"}]"#).is_err());
    let calendar = official();
    let json = serde_json::to_string(&calendar).unwrap();
    assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), calendar);
}

fn any_moment() -> impl Strategy<Value = Timestamp> {
    let start = from_local(datetime(2025, 1, 1, 0, 0, 0, 0)).as_second();
    (start..start + 700 * 86_400).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    #[test]
    fn adding_and_measuring_agree(from in any_moment(), minutes in 0_u32..20_000) {
        let calendar = official();
        let to = calendar.add_minutes(from, minutes).unwrap();
        prop_assert_eq!(calendar.minutes_between(from, to), i64::from(minutes));
        prop_assert!(calendar.is_open(to));
        prop_assert!(to >= from);
    }

    #[test]
    fn going_back_undoes_going_on(from in any_moment(), seconds in 1_i64..2_000_000) {
        let calendar = official();
        let to = calendar.add_seconds(from, seconds).unwrap();
        let back = calendar.back_seconds(to, seconds).unwrap();
        prop_assert_eq!(calendar.seconds_between(back, to), seconds);
        prop_assert_eq!(calendar.add_seconds(back, seconds).unwrap(), to);
    }

    #[test]
    fn steps_add_up(from in any_moment(), a in 0_u32..5_000, b in 0_u32..5_000) {
        let calendar = official();
        let one = calendar.add_minutes(from, a + b).unwrap();
        let two = calendar.add_minutes(calendar.add_minutes(from, a).unwrap(), b).unwrap();
        // The end of one shift and the start of the next are the same working moment.
        prop_assert_eq!(calendar.seconds_between(one, two), 0);
    }

    #[test]
    fn time_between_is_additive(a in any_moment(), b in any_moment(), c in any_moment()) {
        let calendar = official();
        let whole = calendar.seconds_between(a, c);
        prop_assert_eq!(calendar.seconds_between(a, b) + calendar.seconds_between(b, c), whole);
    }
}

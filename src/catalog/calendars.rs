//! Working calendars in the database.

pub use super::store::calendar::{DaysReport, WeekShift, days_of, load, remove_day, set_week, write_days};

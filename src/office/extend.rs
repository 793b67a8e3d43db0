//! Xin lỗi và hẹn lại: once, also when already late (NĐ 61/2018 Đ19.9), with Mẫu 04.

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, papers, supplement};
use crate::db::Tx;
use crate::dossiers::{Dossier, Step};
use crate::kernel::{Actor, Timestamp, local_date};

/// A new date further ahead is a slip of the pen.
const MOST_DAYS: i64 = 366;

/// An appointment lies in office hours: a moment outside them stands for its day, and the day's end is given, or that of
/// the next day on which the office works.
fn in_office_hours(rules: &Rules, moment: Timestamp) -> Result<Timestamp, ActError> {
    if rules.calendar.is_open(moment) {
        return Ok(moment);
    }
    let day = rules.calendar.working_day_from(local_date(moment))?;
    Ok(rules.calendar.end_of_day(day).unwrap_or(moment))
}

/// The due time that a new one may take the place of.
///
/// # Errors
/// The rules `reappointed` and `no-due-time`.
pub(super) fn may_extend(dossier: &Dossier) -> Result<Timestamp, ActError> {
    if dossier.reappointments > 0 {
        return Err(ActError::rule(
            "reappointed",
            ("Hồ sơ chỉ được hẹn lại một lần.", "A new date is given once only."),
        ));
    }
    let message = ("Hồ sơ này không có hẹn trả.", "This dossier has no due time.");
    dossier.due_at.ok_or_else(|| ActError::rule("no-due-time", message))
}

/// Gives a new date with an apology. A moment outside office hours is moved to the end of its day, or of the next that is
/// worked.
///
/// # Errors
/// The rules of [`may_extend`], a fault at `/new_due_at`, or as every act.
pub fn extend(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason, new_due): (Target, &str, Timestamp),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Extend, now)?;
    let old = may_extend(&desk.dossier)?;
    let new_due = in_office_hours(rules, new_due)?;
    if new_due <= old || new_due <= now {
        return Err(ActError::invalid(
            "/new_due_at",
            "range",
            (
                "Ngày hẹn mới phải sau ngày hẹn cũ và sau lúc này.",
                "The new date must be later than the old one, and still to come.",
            ),
        ));
    }
    if new_due > now.plus_days(MOST_DAYS) {
        return Err(ActError::invalid(
            "/new_due_at",
            "range",
            ("Ngày hẹn mới phải trong vòng một năm.", "The new date must lie within a year."),
        ));
    }
    let late = now > old;
    super::timing::give_due(&mut desk.dossier, new_due, now);
    desk.dossier.flags.reappointed = true;
    desk.dossier.reappointments += 1;
    desk.dossier.warned = 0;
    let mut changes = super::desk::change("due_at", old, new_due);
    if let Some(map) = changes.as_object_mut() {
        map.insert("late".to_owned(), late.into());
    }
    let done = desk.finish(Some(reason.clone()), changes, true)?;
    papers::apology(tx, who, rules, (&done, &reason, old), now)?;
    telling::tell(tx, rules, &done.dossier, Tell::Apology { was_due: old, reason }, now)?;
    Ok(done)
}

//! Xin lỗi và hẹn lại: once, also when already late (NĐ 61/2018 Đ19.9), with Mẫu 04.

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, papers, supplement};
use crate::db::Tx;
use crate::dossiers::Step;
use crate::kernel::{Actor, Timestamp};

/// A new date further ahead is a slip of the pen.
const MOST_DAYS: i64 = 366;

/// Gives a new date with an apology.
///
/// # Errors
/// The rule `reappointed` the second time, a fault at `/new_due_at`, or as every act.
pub fn extend(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason, new_due): (Target, &str, Timestamp),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Extend, now)?;
    if desk.dossier.reappointments > 0 {
        return Err(ActError::rule("reappointed", "Hồ sơ chỉ được hẹn lại một lần."));
    }
    let Some(old) = desk.dossier.due_at else {
        return Err(ActError::rule("no-due-time", "Hồ sơ này không có hẹn trả."));
    };
    if new_due <= old || new_due <= now {
        return Err(ActError::invalid("/new_due_at", "range", "Ngày hẹn mới phải sau ngày hẹn cũ và sau lúc này."));
    }
    if new_due > now.plus_days(MOST_DAYS) {
        return Err(ActError::invalid("/new_due_at", "range", "Ngày hẹn mới phải trong vòng một năm."));
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

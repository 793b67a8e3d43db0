//! Closing an officer's day at the till: what was there, what should be there, and why it is not the same. From then on
//! that day's cash is frozen for the officer.

use jiff::civil::{Date, Time};

use super::{ActError, Fault, permission, supplement};
use crate::db::{self, Conn, Tx};
use crate::dossiers::Step;
use crate::kernel::{Actor, AgencyId, Timestamp, Vnd, clock, local_date};
use crate::payments::{self, Closing, Till};

/// The most that a till holds: a typing slip of many zeros is refused.
const MOST: i64 = 1_000_000_000_000;

/// A day to close.
#[derive(Clone, Debug)]
pub struct Close {
    pub agency: AgencyId,
    pub day: Date,
    /// What was in the till at the beginning.
    pub opening: Vnd,
    /// What was counted at the end.
    pub counted: Vnd,
    /// Why that is not what should be there.
    pub reason: String,
}

/// What the officer took and paid out on a day.
///
/// # Errors
/// A failure of the database.
pub fn till(conn: &mut Conn, who: &Actor, (agency, day): (AgencyId, Date)) -> Result<Till, db::Error> {
    let Some(officer) = who.account() else { return Ok(Till::default()) };
    let start = |day: Date| clock::from_local(day.to_datetime(Time::midnight()));
    let span = (start(day), day.tomorrow().map_or(Timestamp::MAX, start));
    payments::till(conn, (agency, officer), span)
}

/// Closes an officer's own day.
///
/// # Errors
/// Faults in the command; the rules `day-closed` and `day-to-come`; [`ActError::Forbidden`] for who takes no money there.
pub fn close(tx: &mut Tx<'_>, who: &Actor, cmd: &Close, now: Timestamp) -> Result<Closing, ActError> {
    let officer = who.account().ok_or(ActError::Forbidden)?;
    if !permission::may_move_money(who, Step::RecordPayment, Some(cmd.agency)) {
        return Err(ActError::Forbidden);
    }
    if cmd.day > local_date(now) {
        let words = ("Chưa đến ngày này.", "This day is still to come.");
        return Err(ActError::rule("day-to-come", words));
    }
    let mut faults = Vec::new();
    for (pointer, amount) in [("/opening", cmd.opening), ("/counted", cmd.counted)] {
        if !(0..=MOST).contains(&amount.0) {
            let words = ("Số tiền không hợp lệ.", "This is no amount.");
            faults.push(Fault::new(pointer, "range", words));
        }
    }
    if !faults.is_empty() {
        return Err(ActError::Invalid(faults));
    }
    payments::lock_till(tx.conn(), officer)?;
    let sums = till(tx.conn(), who, (cmd.agency, cmd.day))?;
    let key = (cmd.agency, officer, cmd.day);
    let mut closing = Closing::of(key, sums, (cmd.opening, cmd.counted), None, now);
    if closing.difference().0 != 0 {
        let words = ("Số đếm được khác sổ: hãy ghi lý do.", "What was counted differs from the books: say why.");
        closing.reason = Some(supplement::words("/reason", &cmd.reason, words)?);
    }
    payments::insert_closing(tx.conn(), &closing).map_err(|e| match e {
        db::Error::Unique(_) => closed(),
        e => ActError::Db(e),
    })?;
    let what = format!(
        "Chốt quỹ ngày {}: đầu ngày {}, thu {}, chi {}, đếm được {}",
        cmd.day, cmd.opening, sums.taken, sums.paid_out, cmd.counted
    );
    super::held_words::log(tx, who, (Some(cmd.agency), what), now)?;
    Ok(closing)
}

/// Refuses to move cash in a day that the officer has closed.
///
/// # Errors
/// The rule `day-closed`, or a failure of the database.
pub(super) fn is_open(conn: &mut Conn, who: &Actor, agency: AgencyId, now: Timestamp) -> Result<(), ActError> {
    let Some(officer) = who.account() else { return Ok(()) };
    payments::lock_till(conn, officer)?;
    match payments::closing(conn, (agency, officer, local_date(now)))? {
        Some(_) => Err(closed()),
        None => Ok(()),
    }
}

fn closed() -> ActError {
    let words = (
        "Quỹ hôm nay của bạn đã chốt; khoản này để đồng nghiệp hoặc ngày làm việc sau ghi nhận.",
        "Your till is closed for today; a colleague, or the next working day, records this.",
    );
    ActError::rule("day-closed", words)
}

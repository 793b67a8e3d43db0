//! Tiếp nhận: the dossier is complete, gets its code and its due time. Receiving for another agency.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, exemptions, papers, timing};
use crate::db::{Conn, Tx};
use crate::dossiers::{self, Dossier, Step};
use crate::kernel::national::{AgencyCode, DossierCode};
use crate::kernel::{Actor, Timestamp, local_date};
use crate::payments::{self, FeeLineRow};

/// Accepts a dossier: mints its code from the agency's counter of the day, starts the processing clock
/// (for a dossier of another agency only `receive` does), makes Mẫu 01.
///
/// # Errors
/// [`ActError::FeeDue`] until the fee due at filing is paid, waived or taken in cash; the rule `exemption-open` until every
/// exemption that asks for a proof is decided; else as every act.
pub fn accept(tx: &mut Tx<'_>, who: &Actor, target: Target, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let done = take_in(tx, who, (target, None), rules, now)?;
    telling::tell(tx, rules, &done.dossier, Tell::Accepted, now)?;
    ask_for_fees(tx, &done.dossier, rules, now)?;
    Ok(done)
}

/// Tells the applicant what is due on acceptance and not paid yet (docs/decisions/0014).
fn ask_for_fees(tx: &mut Tx<'_>, dossier: &Dossier, rules: &Rules, now: Timestamp) -> Result<(), ActError> {
    let lines = payments::lines_of(tx.conn(), dossier.id)?;
    let due: Vec<&FeeLineRow> = lines.iter().filter(|l| l.is_due_at_acceptance() && l.is_owed_here()).collect();
    if due.is_empty() {
        return Ok(());
    }
    let amount = due.iter().map(|line| line.amount()).sum();
    let lines = due.iter().map(|line| (line.name.clone(), line.amount())).collect();
    telling::tell(tx, rules, dossier, Tell::PaymentDue { amount, lines, due_on: None, elsewhere: None }, now)
}

/// Accepts and tells nobody yet.
pub(super) fn take_in(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, note): (Target, Option<String>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let mut desk = Desk::open(tx, who, rules, target, Step::Accept, now)?;
    exemptions::all_decided(&desk.dossier)?;
    let fees = fee_settled(desk.tx.conn(), &desk.dossier)?;
    mint_code(&mut desk)?;
    desk.dossier.accepted_at = Some(now);
    if desk.dossier.acting_agency_id == desk.dossier.agency_id {
        timing::start_clock(rules, &mut desk.dossier, now)?;
    } else {
        timing::provisional_due(rules, &mut desk.dossier, now)?;
    }
    let changes = json!({"code": desk.dossier.code, "due_at": desk.dossier.due_at});
    let done = desk.finish(note, changes, true)?;
    papers::appointment(tx, who, rules, (&done, &fees), now)?;
    Ok(done)
}

/// The fees of a dossier, if none is owed that is due at filing.
///
/// # Errors
/// [`ActError::FeeDue`], or a failure of the database.
pub(super) fn fee_settled(conn: &mut Conn, dossier: &Dossier) -> Result<Vec<FeeLineRow>, ActError> {
    let fees = payments::lines_of(conn, dossier.id)?;
    match payments::owed_at_filing(&fees) {
        owed if owed.0 > 0 => Err(ActError::FeeDue(owed)),
        _ => Ok(fees),
    }
}

/// `AGENCY-YYMMDD-NNNN` (vietnam.md §1.1), once.
fn mint_code(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    if desk.dossier.code.is_some() {
        return Ok(());
    }
    let agency = AgencyCode::parse(&desk.rules.agency.code).map_err(|_| {
        let message = (
            "Cơ quan chưa có mã định danh điện tử đúng để cấp mã hồ sơ.",
            "The agency has no valid electronic identifier to make a code from.",
        );
        ActError::rule("agency_code", message)
    })?;
    let number = dossiers::next_number(desk.tx.conn(), desk.dossier.agency_id, desk.now)?;
    let code = DossierCode::mint(&agency, local_date(desk.now), u32::try_from(number).unwrap_or(u32::MAX));
    desk.dossier.code = Some(code.as_str().to_owned());
    Ok(())
}

/// The competent agency receives a dossier that another one took in: from now on its clock runs (NĐ 118 Đ17.3 by NĐ 309).
///
/// # Errors
/// As every act.
pub fn receive(tx: &mut Tx<'_>, who: &Actor, target: Target, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let mut desk = Desk::open(tx, who, rules, target, Step::Receive, now)?;
    if desk.dossier.clock_started_at.is_some() || desk.dossier.acting_agency_id == desk.dossier.agency_id {
        return Err(ActError::rule(
            "received",
            (
                "Hồ sơ này không chờ cơ quan có thẩm quyền tiếp nhận.",
                "This dossier does not wait to be received by the competent agency.",
            ),
        ));
    }
    timing::start_clock(rules, &mut desk.dossier, now)?;
    let changes = json!({"due_at": desk.dossier.due_at});
    desk.finish(None, changes, true)
}

//! What the product does when time runs out: supplements without an answer, drafts nobody files, silence that is consent.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, draft_result, papers};
use crate::db::Tx;
use crate::dossiers::{self, Step};
use crate::kernel::{Actor, DossierId, Timestamp, local_date};
use crate::payments;

/// Why a dossier ends when nobody answered.
const REASON: &str = "Quá thời hạn bổ sung mà chưa nhận được hồ sơ bổ sung.";

/// Ends a dossier whose supplement ran out: refused before acceptance, stopped after it.
///
/// # Errors
/// As every act; [`ActError::NotAllowed`] when an answer came in between.
pub fn lapse(tx: &mut Tx<'_>, id: DossierId, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let system = Actor::System;
    let mut desk = Desk::open(tx, &system, rules, Target::from(id), Step::Lapse, now)?;
    let today = local_date(now);
    let open = dossiers::supplements_of(desk.tx.conn(), id)?.into_iter().rfind(dossiers::SupplementRequest::is_open);
    if open.is_none_or(|request| request.due_on() >= today) {
        let message =
            ("Yêu cầu bổ sung đang mở chưa hết hạn.", "The request for papers that is open now has not run out.");
        return Err(ActError::rule("not-yet", message));
    }
    let accepted = desk.was_accepted();
    dossiers::close_supplement(desk.tx.conn(), id, "lapsed", None, now)?;
    desk.dossier.step = None;
    desk.dossier.step_role = None;
    let done = desk.finish(Some(REASON.to_owned()), json!({}), true)?;
    let reason = REASON.to_owned();
    if accepted {
        papers::stopped(tx, &system, rules, (&done, "Cơ quan giải quyết", REASON), now)?;
        telling::tell(tx, rules, &done.dossier, Tell::Stopped { reason }, now)?;
    } else {
        // What was not taken in owes nothing.
        payments::remove_unpaid(tx.conn(), id)?;
        papers::acceptance_refused(tx, &system, rules, (&done, REASON), now)?;
        telling::tell(tx, rules, &done.dossier, Tell::AcceptanceRefused { reason }, now)?;
    }
    Ok(done)
}

/// Takes silence about a draft certificate as consent once its working day is over.
///
/// # Errors
/// The rule `not-yet`, or as every act.
pub fn consent_by_silence(tx: &mut Tx<'_>, id: DossierId, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let dossier = dossiers::by_id(tx.conn(), id)?;
    if dossier.flags.awaiting_confirmation.is_none_or(|until| until > now) {
        let message = ("Người dân chưa hết thời gian xem dự thảo.", "The applicant's working day is not over.");
        return Err(ActError::rule("not-yet", message));
    }
    draft_result::confirm_draft(tx, &Actor::System, (Target::from(id), true, None), rules, now)
}

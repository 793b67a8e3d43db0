//! What is offered: the acts that would be done now, with what only the database knows looked at too.

use super::{
    ActError, Rules, accept, correct, decide, desk, exemptions, extend, forward, hand_over, opinions, sign, supplement,
};
use crate::db::{self, Conn};
use crate::dossiers::{Dossier, Step};
use crate::kernel::{Actor, Timestamp};
use crate::payments;

/// The acts that `who` may do with the dossier as it stands, for buttons and `allowed_actions`: as
/// [`desk::allowed_to`], without accepting before the fee due at filing is settled and exemptions are decided, taking money that nobody owes,
/// signing what others sign, answering what others were asked, sending on what others have or the citizen still reads,
/// giving a new date where there was none, revoking what is revoked, and handing over what is not signed.
///
/// # Errors
/// A failure of the database.
pub fn offered(
    conn: &mut Conn,
    who: &Actor,
    (dossier, rules): (&Dossier, &Rules),
    now: Timestamp,
) -> Result<Vec<Step>, db::Error> {
    let mut steps = Vec::new();
    for step in desk::allowed_to(who, dossier, rules) {
        if stands(conn, who, (dossier, rules), (step, now))? {
            steps.push(step);
        }
    }
    let takes_money = |step: &Step| matches!(step, Step::RecordPayment | Step::WaiveFee);
    if steps.iter().any(takes_money) && payments::owed(&payments::lines_of(conn, dossier.id)?).0 == 0 {
        steps.retain(|step| !takes_money(step));
    }
    if steps.contains(&Step::Sign) && sign::awaited(conn, who, (dossier, rules))?.is_empty() {
        steps.retain(|step| *step != Step::Sign);
    }
    if steps.contains(&Step::GiveOpinion) && !opinions::is_asked(conn, who, dossier, rules)? {
        steps.retain(|step| *step != Step::GiveOpinion);
    }
    Ok(steps)
}

/// Whether nothing beside status and right stands against an act, as far as the act itself would look.
fn stands(
    conn: &mut Conn,
    who: &Actor,
    (dossier, rules): (&Dossier, &Rules),
    (step, now): (Step, Timestamp),
) -> Result<bool, db::Error> {
    let of = (dossier, rules);
    let checked = match step {
        Step::Accept => accept::fee_settled(conn, dossier).map(drop).and_then(|()| exemptions::all_decided(dossier)),
        Step::Extend => extend::may_extend(dossier).map(drop),
        Step::RevokeResult => correct::valid_result(conn, dossier).map(drop),
        Step::Forward => forward::way_on(conn, who, of, None).map(drop),
        Step::ReturnBack => forward::way_back(conn, who, of).map(drop),
        Step::Approve => decide::may_approve(conn, who, of),
        Step::Reject => decide::may_decide(conn, who, of),
        Step::RequestSupplement => supplement::within_rules(conn, of, now),
        Step::HandOver => hand_over::ready(conn, dossier).map(drop),
        _ => Ok(()),
    };
    match checked {
        Ok(()) => Ok(true),
        Err(ActError::Db(e)) => Err(e),
        Err(_) => Ok(false),
    }
}

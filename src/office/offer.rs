//! What is offered: the acts that would be done now, with what only the database knows looked at too.

use super::{Rules, desk, opinions, sign};
use crate::db::{self, Conn};
use crate::dossiers::{Dossier, Step};
use crate::kernel::Actor;
use crate::payments;

/// The acts that `who` may do with the dossier as it stands, for buttons and `allowed_actions`: as
/// [`desk::allowed_to`], without taking money that nobody owes, signing what others sign and answering
/// what others were asked.
///
/// # Errors
/// A failure of the database.
pub fn offered(conn: &mut Conn, who: &Actor, dossier: &Dossier, rules: &Rules) -> Result<Vec<Step>, db::Error> {
    let mut steps = desk::allowed_to(who, dossier, rules);
    let takes_money = |step: &Step| matches!(step, Step::RecordPayment | Step::WaiveFee);
    if steps.iter().any(takes_money) && payments::owed(&payments::lines_of(conn, dossier.id)?).0 == 0 {
        steps.retain(|step| !takes_money(step));
    }
    if steps.contains(&Step::Sign) && !sign::awaits(conn, who, dossier, rules)? {
        steps.retain(|step| *step != Step::Sign);
    }
    if steps.contains(&Step::GiveOpinion) && !opinions::is_asked(conn, who, dossier, rules)? {
        steps.retain(|step| *step != Step::GiveOpinion);
    }
    Ok(steps)
}

//! Who may do what. Checked before anything else in every act.

use crate::dossiers::{Dossier, Step};
use crate::kernel::{Actor, AgencyId, Officer, Role};

/// The roles that may do an act in the agency whose step it is.
fn roles(step: Step) -> &'static [Role] {
    use Role as R;
    match step {
        Step::Accept | Step::RefuseAcceptance | Step::RecordSupplement => &[R::Clerk],
        // Whoever accepts looks at the papers.
        Step::ConfirmExemption | Step::RefuseExemption => &[R::Clerk],
        Step::RecordPayment => &[R::Clerk, R::Records],
        Step::HandOver => &[R::Clerk, R::Records],
        Step::RequestSupplement | Step::RequestPayment => &[R::Clerk, R::Handler],
        Step::Receive | Step::Forward => &[R::Clerk, R::Handler, R::Approver, R::Records],
        Step::ReturnBack => &[R::Handler, R::Approver, R::Records],
        Step::AskOpinion | Step::DraftResult => &[R::Handler],
        Step::GiveOpinion => &[R::Handler, R::Approver, R::Head],
        Step::Extend => &[R::Clerk, R::Handler, R::Approver],
        Step::Stop | Step::Resume | Step::Close => &[R::Handler, R::Approver],
        Step::ConfirmWithdrawal | Step::DeclineWithdrawal => &[R::Clerk, R::Handler, R::Approver],
        Step::Assign => &[R::Clerk, R::Handler, R::Approver, R::Head],
        Step::Message => &[R::Clerk, R::Handler, R::Approver, R::Records],
        // Who takes money asks for it to go back and says whose an unclear sum is; who may waive a fee agrees.
        Step::Paid | Step::AskRefund | Step::Refunded => &[R::Clerk, R::Records],
        Step::WaiveFee | Step::ApproveRefund => &[R::Approver, R::Head],
        Step::Approve | Step::Reject | Step::Correct | Step::RevokeResult => &[R::Approver],
        // Which of a result's signatures is whose is decided where they are put.
        Step::Sign => &[R::Approver, R::Records, R::Clerk],
        // Acts of the citizen or of the product itself; who may amend is decided where answers are filled in.
        Step::Submit
        | Step::Amend
        | Step::Supplement
        | Step::ConfirmDraft
        | Step::Withdraw
        | Step::RequestWithdrawal
        | Step::Lapse
        | Step::Rate => &[],
    }
}

/// The roles that may do an act, to tell them to who may not. Of a result's signatures each belongs to some of these
/// only.
pub fn roles_of(step: Step) -> &'static [Role] {
    roles(step)
}

/// Acts of the person whose dossier it is.
fn is_citizens(step: Step) -> bool {
    matches!(
        step,
        Step::Submit
            | Step::Supplement
            | Step::ConfirmDraft
            | Step::Withdraw
            | Step::RequestWithdrawal
            | Step::Message
            | Step::Rate
            | Step::Amend
    )
}

/// Whether `who` has the right to do `step` with `dossier`, whatever its status. `field` is the procedure's field.
///
/// A person never handles an own dossier as an officer; that relatives' dossiers are kept away too is checked by the
/// desk, which can read the declaration.
pub fn may(who: &Actor, step: Step, dossier: &Dossier, field: &str) -> bool {
    match who {
        Actor::Anonymous => false,
        Actor::System => true,
        Actor::Citizen { account, .. } => is_citizens(step) && dossier.belongs_to(*account),
        Actor::Officer(officer) => {
            !dossier.belongs_to(officer.account)
                && (has_role(officer, step, dossier, field) || types_for_citizen(officer, step, dossier))
        }
    }
}

fn has_role(officer: &Officer, step: Step, dossier: &Dossier, field: &str) -> bool {
    // A hand-over, cash or a paper at the counter belong to the agency that received; the rest to the acting one.
    let agencies = match step {
        Step::HandOver
        | Step::RecordPayment
        | Step::RecordSupplement
        | Step::Message
        | Step::Paid
        | Step::AskRefund
        | Step::ApproveRefund
        | Step::Refunded => [dossier.agency_id, dossier.acting_agency_id],
        Step::GiveOpinion => return officer.assignments.iter().any(|a| roles(step).contains(&a.role)),
        _ => [dossier.acting_agency_id; 2],
    };
    roles(step).iter().any(|role| agencies.iter().any(|agency| officer.has(*role, *agency, Some(field))))
}

/// Whether `who` may do `step` with money of `agency`; of none: with money that nobody knows the agency of. For what
/// belongs to no dossier; the desk asks [`may`].
pub fn may_move_money(who: &Actor, step: Step, agency: Option<AgencyId>) -> bool {
    match who {
        Actor::System => true,
        Actor::Anonymous | Actor::Citizen { .. } => false,
        Actor::Officer(officer) => roles(step).iter().any(|role| match agency {
            Some(agency) => officer.has(*role, agency, None),
            None => officer.has_anywhere(*role),
        }),
    }
}

/// The roles that look at an agency's money: who takes it, who lets it go back, and who oversees.
pub const MONEY: [Role; 5] = [Role::Clerk, Role::Records, Role::Approver, Role::Head, Role::Auditor];

/// The agencies whose money an officer may look at; none: all of them.
pub fn sees_money_of(officer: &Officer) -> Option<Vec<AgencyId>> {
    if officer.has_anywhere(Role::Auditor) {
        return None;
    }
    let mut agencies: Vec<AgencyId> =
        officer.assignments.iter().filter(|a| MONEY.contains(&a.role)).map(|a| a.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    Some(agencies)
}

/// At the counter a clerk submits what was typed for the person who stands there.
fn types_for_citizen(officer: &Officer, step: Step, dossier: &Dossier) -> bool {
    step == Step::Submit
        && dossier.typed_by == Some(officer.account)
        && officer.has(Role::Clerk, dossier.agency_id, None)
}

/// Whether an officer may open a dossier at all: any settling role or oversight in one of its agencies, or above them
/// (domain.md, People and rights: leaders see below them).
pub fn may_see(who: &Actor, dossier: &Dossier, field: &str) -> bool {
    match who {
        Actor::Anonymous => false,
        Actor::System => true,
        Actor::Citizen { account, .. } => dossier.belongs_to(*account),
        Actor::Officer(officer) => {
            let is_below = |agency| officer.below.contains(&agency);
            officer.has_anywhere(Role::Auditor)
                || serves(officer, dossier, field)
                || is_below(dossier.agency_id)
                || is_below(dossier.acting_agency_id)
        }
    }
}

/// Whether an officer has a settling role, or is the head, in one of the dossier's agencies.
pub fn serves(officer: &Officer, dossier: &Dossier, field: &str) -> bool {
    [Role::Clerk, Role::Handler, Role::Approver, Role::Records, Role::Head].into_iter().any(|role| {
        officer.has(role, dossier.agency_id, Some(field)) || officer.has(role, dossier.acting_agency_id, Some(field))
    })
}

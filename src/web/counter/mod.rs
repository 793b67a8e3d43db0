//! The officers' side: work list, a dossier's workspace, filing at the counter.
//!
//! Every opening of a dossier by an officer is in the access log before anything of it is sent. Pages work without
//! JavaScript: each act is a form of its own; what was refused is said on the page, with what was typed.

pub mod acts;
mod claims;
pub mod asked;
pub mod draft;
pub mod fields;
pub mod files;
pub mod filing;
pub mod finish;
mod found;
mod groups;
pub mod list;
pub mod notice;
pub mod papers;
mod payment_fields;
pub mod perform;
pub mod walkin;
pub mod workspace;

use crate::app::filing::Opened;
use crate::audit::access::{self, Access};
use crate::db;
use crate::dossiers::Dossier;
use crate::kernel::{AccountId, Actor, AgencyId, Officer, Role, Timestamp};
use crate::web::{Result, Visit};

/// Opens a dossier for the officer who asks. The look is committed to the access log before this returns.
///
/// # Errors
/// 404, 403 for officers elsewhere, or a failure of the database: then nothing may be shown.
pub(in crate::web) async fn open_logged(visit: &Visit, name: &str) -> Result<Opened> {
    let opened = visit.app.open_dossier(&visit.actor, name).await?;
    let officer = visit.officer()?;
    let dossier = &opened.dossier;
    let entry = Access {
        agency: Some(agency_of(officer, dossier)),
        subject: None,
        dossier: Some(dossier.id),
        dossier_ref: Some(dossier.name()),
        purpose: if is_auditor(officer, dossier) { "audit" } else { "open_dossier" },
        what: format!("Mở hồ sơ: {}", opened.rules.revision.name.vi),
    };
    let (who, of, now) = (visit.actor.clone(), dossier.clone(), visit.now());
    visit.app.db.write(move |tx| record_look(tx, &who, (&of, &entry), now)).await?;
    Ok(opened)
}

/// Writes a look at a dossier down: an entry for each account that stands in it, one where there is none.
///
/// # Errors
/// A failure of the database: then nothing may be shown.
pub(in crate::web) fn record_look(
    tx: &mut db::Tx<'_>,
    who: &Actor,
    (dossier, entry): (&Dossier, &Access),
    now: Timestamp,
) -> std::result::Result<(), db::Error> {
    let mut subjects = vec![dossier.owner_account, dossier.applicant_account];
    subjects.dedup();
    if subjects.iter().any(Option::is_some) {
        subjects.retain(Option::is_some);
    }
    for subject in subjects {
        access::record(tx, who, Access { subject, ..entry.clone() }, now)?;
    }
    Ok(())
}

/// A look at a person's account at the counter, in the log before anything is shown.
async fn log_person(visit: &Visit, account: AccountId) -> Result<()> {
    let agency = visit.officer()?.assignments.first().map(|right| right.agency);
    let what = "Tìm người dân tại quầy theo số định danh".to_owned();
    let entry = Access { agency, subject: Some(account), dossier: None, dossier_ref: None, purpose: "search", what };
    let (who, now) = (visit.actor.clone(), visit.now());
    Ok(visit.app.db.write(move |tx| access::record(tx, &who, entry.clone(), now)).await?)
}

fn has_right_in(officer: &Officer, agency: AgencyId) -> bool {
    officer.assignments.iter().any(|right| right.agency == agency)
}

/// For which agency the officer looks.
pub(in crate::web) fn agency_of(officer: &Officer, dossier: &Dossier) -> AgencyId {
    let own = [dossier.acting_agency_id, dossier.agency_id].into_iter().find(|agency| has_right_in(officer, *agency));
    own.or_else(|| officer.assignments.first().map(|right| right.agency)).unwrap_or(dossier.agency_id)
}

/// Whether the officer looks to oversee others.
pub(in crate::web) fn is_auditor(officer: &Officer, dossier: &Dossier) -> bool {
    officer.has_anywhere(Role::Auditor)
        && !has_right_in(officer, dossier.agency_id)
        && !has_right_in(officer, dossier.acting_agency_id)
}

/// The address of a dossier's workspace.
pub(in crate::web) fn address(opened: &Opened) -> String {
    format!("/can-bo/ho-so/{}", opened.dossier.name())
}

//! The citizen's side: filing a dossier page by page, following it, and what the citizen does about it later.
//!
//! Every page works without JavaScript. A page decodes, asks a service of [`crate::app::App`], and redirects or
//! answers; what is wrong in a form is the form again (422) with everything as it was typed.

pub mod acts;
pub mod begin;
pub mod check;
pub mod data_store;
pub mod delivery;
pub mod fees;
pub mod dossier;
pub mod files;
pub mod list;
mod mending;
pub mod papers;
mod refused;
pub mod section;
pub mod supplement;
pub mod tasks;
pub mod tracking;
pub mod units;
pub mod verify;
pub(in crate::web) mod words;

use crate::app::UnitLists;
use crate::app::filing::Opened;
use crate::dossiers::State;
use crate::forms::FieldError;
use crate::kernel::local_date;
use crate::office::{Fault, amend};
use crate::templating::pages::parts::FormError;
use crate::web::{Error, Result, Visit};

/// Opens a dossier of the citizen who asks, by code, reference or id.
pub(in crate::web) async fn open(visit: &Visit, name: &str) -> Result<Opened> {
    Ok(visit.app.open_dossier(&visit.actor, name).await?)
}

/// Opens a dossier whose answers and papers may be changed now: a draft, or one that waits for a supplement. `None`
/// for any other: its page says where it stands.
async fn open_to_fill(visit: &Visit, name: &str) -> Result<Option<Opened>> {
    let opened = open(visit, name).await?;
    let open = matches!(opened.dossier.state(), Some(State::Draft | State::SupplementRequested { .. }));
    Ok(open.then_some(opened))
}

/// Opens a dossier as [`open_to_fill`], and a filed one of a session that is open for changes.
async fn open_to_change(visit: &Visit, name: &str) -> Result<Option<Opened>> {
    let opened = open(visit, name).await?;
    let open = matches!(opened.dossier.state(), Some(State::Draft | State::SupplementRequested { .. }));
    Ok((open || amends(visit, &opened)?).then_some(opened))
}

/// Whether changing this dossier is changing what was filed in a session.
///
/// # Errors
/// 409 where the session's time for changes is over.
fn amends(visit: &Visit, opened: &Opened) -> Result<bool> {
    Ok(amend::is_open(&opened.dossier, &opened.rules, visit.now())?)
}

/// The administrative units, for forms.
async fn lists(visit: &Visit) -> Result<UnitLists> {
    let app = visit.app.clone();
    Ok(visit.app.db.read(move |conn| app.units(conn)).await?)
}

/// Today in Vietnam.
fn today(visit: &Visit) -> jiff::civil::Date {
    local_date(visit.now())
}

/// The address of a dossier's pages: its code, its reference, or the id of the draft.
pub(in crate::web) fn address(opened: &Opened) -> String {
    format!("/ho-so/{}", opened.dossier.name())
}

/// Faults of answers for the summary at the top of a page, each leading to its field.
pub(in crate::web) fn summary(visit: &Visit, errors: &[FieldError]) -> Vec<FormError> {
    errors
        .iter()
        .map(|e| {
            let (label, message) = (e.label(visit.lang), e.message(visit.lang));
            let text = if label.is_empty() { message } else { format!("{label}: {message}") };
            FormError { href: Some(format!("#{}", e.anchor())), text }
        })
        .collect()
}

/// A fault of an answer, named by its question and leading to it; of anything else, its words alone. `page`: where the
/// questions of a section are.
pub(in crate::web) fn at_question(
    visit: &Visit,
    opened: &Opened,
    fault: &Fault,
    page: impl Fn(&str) -> String,
) -> FormError {
    let field = fault.pointer.strip_prefix("/data").and_then(|at| opened.form.field(at).map(|field| (at, field)));
    let says = fault.says(visit.lang);
    let Some((pointer, field)) = field else { return FormError { href: None, text: says.to_owned() } };
    let href = format!("{}#f{}", page(&field.section), pointer.replace('/', "-"));
    FormError { href: Some(href), text: format!("{}: {says}", field.label.get(visit.lang)) }
}

/// What a page knows a dossier's version by; a missing or foreign number counts as none.
fn version(text: &str) -> Option<i32> {
    text.trim().parse().ok()
}

/// The account of the citizen who asks.
fn account(visit: &Visit) -> Result<crate::kernel::AccountId> {
    visit.actor.account().ok_or_else(Error::sign_in_first)
}

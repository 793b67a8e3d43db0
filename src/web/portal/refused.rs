//! An act that can't be done now: the dossier's page again, with the status that the API answers (contract.md §6),
//! saying why not and what can be done instead.

use actix_web::http::StatusCode;

use super::dossier::{Wrong, page};
use super::open;
use crate::app::filing::Opened;
use crate::db::Conn;
use crate::dossiers::{State, Step};
use crate::feedback::offered;
use crate::office::ActError;
use crate::templating::pages::dossier::Refused;
use crate::web::{Error, Result, Visit};

/// The dossier's page with why an act was refused; `typed`: the visitor's words, which would be lost otherwise.
///
/// # Errors
/// The refusal itself where there is no such page: the dossier isn't the visitor's to see, or it is a draft.
pub(super) async fn refused(visit: &Visit, name: &str, (error, typed): (Error, &str)) -> Result {
    let status = error.status();
    if !matches!(status, StatusCode::FORBIDDEN | StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED) {
        return Err(error);
    }
    let opened = open(visit, name).await?;
    if opened.dossier.state() == Some(State::Draft) {
        return Err(error);
    }
    let mut why = vec![error.told(&visit.app.templates, visit.lang)];
    let may = acts(visit, &opened).await?;
    if !may.is_empty() {
        why.push(visit.text("act-instead", &[("acts", may.join(", ").into())]));
    }
    let typed = Some(typed.trim().to_owned()).filter(|words| !words.is_empty());
    let wrong = Wrong { refused: Some(Refused { why: why.join(" "), typed }), ..Wrong::default() };
    visit.page_with(status, &page(visit, &opened, wrong).await?)
}

/// As [`refused`], for what the dossier's state alone forbids.
pub(super) async fn not_now(visit: &Visit, name: &str) -> Result {
    let opened = open(visit, name).await?;
    let (state, allowed) = (opened.dossier.state(), Vec::new());
    let error = match state {
        Some(state) => ActError::NotAllowed { state, step: Step::Amend, allowed }.into(),
        None => Error::conflict("not-allowed"),
    };
    refused(visit, name, (error, "")).await
}

/// What the visitor can do with the dossier now, in words.
async fn acts(visit: &Visit, opened: &Opened) -> Result<Vec<String>> {
    let (who, of, now) = (visit.actor.clone(), opened.clone(), visit.now());
    let read = move |conn: &mut Conn| offered(conn, &who, (&of.dossier, &of.rules), now);
    let may = visit.app.db.read(read).await?;
    Ok(may.into_iter().filter_map(key).map(|key| visit.text(key, &[])).collect())
}

/// What a citizen's act is called.
fn key(step: Step) -> Option<&'static str> {
    Some(match step {
        Step::Amend => "own-act-amend",
        Step::Supplement => "own-act-supplement",
        Step::ConfirmDraft => "own-act-confirm",
        Step::Message => "own-act-message",
        Step::Withdraw => "own-act-withdraw",
        Step::RequestWithdrawal => "own-act-ask-withdrawal",
        Step::Rate => "own-act-rate",
        _ => return None,
    })
}

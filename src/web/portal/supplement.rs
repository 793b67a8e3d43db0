//! `/ho-so/{code}/bo-sung`: what the agency asked for, mended and sent.

use actix_multipart::Multipart;
use actix_web::web::Path;

use super::mending::Mending;
use super::papers::{self, Files};
use super::refused::{not_now, refused};
use super::{address, at_question, open_to_fill, version, words};
use crate::app::filing::Opened;
use crate::catalog::papers::{Need, PaperNeed};
use crate::dossiers::{State, SupplementItem, SupplementRequest};
use crate::office::action::Action;
use crate::office::supplement_answer;
use crate::office::{self, ActError, asked_for};
use crate::templating::FlashKind;
use crate::templating::pages::dossier::Supplement;
use crate::templating::pages::filing::DocumentItem;
use crate::templating::pages::parts::{FormError, Input};
use crate::web::papers::{PaperFault, needs};
use crate::web::upload;
use crate::web::{Result, Visit};

/// An item as people read it: the paper's or answer's name, and what to do.
pub(super) fn item_words(visit: &Visit, opened: &Opened, item: &SupplementItem) -> String {
    match asked_for::name(item, &opened.rules, &opened.dossier) {
        Some(name) => format!("{}: {}", name.get(visit.lang), item.note),
        None => item.note.clone(),
    }
}

/// The dossier and its open request; `None` where nothing is asked for.
async fn asked(visit: &Visit, name: &str) -> Result<Option<(Opened, Mending)>> {
    let Some(opened) = open_to_fill(visit, name).await? else { return Ok(None) };
    if opened.dossier.state() == Some(State::Draft) {
        return Ok(None);
    }
    Ok(Mending::read(visit, &opened).await?.map(|mending| (opened, mending)))
}

/// `GET /ho-so/{code}/bo-sung`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let Some((opened, mending)) = asked(&visit, &name).await? else {
        return visit.see_other(&format!("/ho-so/{name}"));
    };
    visit.page(&page(&visit, (&opened, &mending), &[], Input::default()).await?)
}

/// `POST /ho-so/{code}/bo-sung`: takes the files in and sends the supplement, or only takes a file off again.
pub async fn send(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let sent = upload::read_form(&visit, body).await?;
    let Some((opened, mending)) = asked(&visit, &name).await? else { return not_now(&visit, &name).await };
    if papers::remove(&visit, &opened, &sent).await? {
        return visit.see_other(&format!("{}/bo-sung", address(&opened)));
    }
    let note = sent.get("note").to_owned();
    let seen = version(sent.get("version"));
    let mut faults = papers::take(&visit, &opened, sent.files, &sent.fields).await?;
    if faults.is_empty() {
        faults = still_missing(&visit, &opened, &mending.request).await?;
    }
    if !faults.is_empty() {
        return visit.page_again(&page(&visit, (&opened, &mending), &faults, Input::of(note)).await?);
    }
    let given = Some(note.clone()).filter(|n| !n.is_empty());
    let act = Action::Supplement(supplement_answer::SupplementAnswer { note: given, checked: None });
    match visit.app.act(&visit.actor, &name, (seen, act)).await {
        Ok(opened) => {
            visit.say(FlashKind::Success, "flash-supplemented", &[]);
            visit.see_other(&address(&opened))
        }
        Err(ActError::Invalid(faults)) => {
            let note = match faults.iter().find(|f| f.pointer == "/note") {
                Some(fault) => Input::wrong(note, fault.says(visit.lang)),
                None => Input::of(note),
            };
            let mut again = page(&visit, (&opened, &mending), &[], note).await?;
            again.errors.extend(faults.iter().filter(|f| f.pointer != "/note").map(|f| told(&visit, &opened, f)));
            visit.page_again(&again)
        }
        Err(e) => refused(&visit, &name, (e.into(), &note)).await,
    }
}

/// A fault with the place where it is mended: a paper on this page, an answer on its own.
fn told(visit: &Visit, opened: &Opened, fault: &office::Fault) -> FormError {
    if let Some(code) = fault.pointer.strip_prefix("/documents/") {
        return FormError::at(&format!("f-{code}"), fault.says(visit.lang));
    }
    at_question(visit, opened, fault, |section| format!("{}/to-khai/{section}", address(opened)))
}

/// Papers that were asked for and of which nothing came since the request.
async fn still_missing(visit: &Visit, opened: &Opened, request: &SupplementRequest) -> Result<Vec<PaperFault>> {
    let files = papers::files(visit, opened).await?;
    let came = |code: &str| {
        files.here.iter().any(|(d, _)| d.paper_code.as_deref() == Some(code) && d.recorded_at > request.created_at)
    };
    let items = request.items();
    let missing = items.iter().filter_map(|item| item.document.as_deref()).filter(|code| !came(code));
    let case = opened.rules.case(&opened.dossier);
    Ok(missing
        .map(|code| {
            let paper = case.and_then(|c| c.document(code));
            let name = paper.as_ref().map_or(code, |paper| paper.name.get(visit.lang));
            (code.to_owned(), visit.text("documents-missing", &[("name", name.into())]))
        })
        .collect())
}

async fn page(
    visit: &Visit,
    (opened, mending): (&Opened, &Mending),
    faults: &[PaperFault],
    note: Input,
) -> Result<Supplement> {
    let files = papers::files(visit, opened).await?;
    let request = &mending.request;
    let asked_papers = asked_papers(visit, opened, request, &files, faults);
    let errors = faults.iter().map(|(code, text)| FormError::at(&format!("f-{code}"), text.clone()));
    let note_error = note.error.iter().map(|text| FormError::at("note", text.clone()));
    Ok(Supplement {
        code: opened.dossier.name(),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: address(opened),
        action: format!("{}/bo-sung", address(opened)),
        errors: errors.chain(note_error).collect(),
        reason: request.reason.clone(),
        words: mending.words(opened),
        due_on: words::day(request.due_on()),
        papers: asked_papers,
        answers: mending.tasks(visit, opened),
        others: mending.others(visit, opened),
        note,
        version: i64::from(opened.dossier.version),
    })
}

/// The papers that the page takes: those that were asked for, those that the answers as they now are make necessary,
/// and others where the officer asks in words of their own.
fn asked_papers(
    visit: &Visit,
    opened: &Opened,
    request: &SupplementRequest,
    files: &Files,
    faults: &[PaperFault],
) -> Vec<DocumentItem> {
    let items = request.items();
    let case = opened.rules.case(&opened.dossier);
    let mut out: Vec<DocumentItem> = Vec::new();
    for item in &items {
        let Some(paper) = item.document.as_deref().and_then(|code| case?.document(code)) else { continue };
        match out.iter_mut().find(|shown| shown.code == paper.code) {
            Some(shown) => shown.help = shown.help.take().map(|help| format!("{help} {}", item.note)),
            None => {
                let shown = {
                    let need = PaperNeed { paper: paper.clone(), need: Need::Required };
                    papers::item(visit, opened, &need, files, faults)
                };
                out.push(DocumentItem { help: Some(item.note.clone()), ..shown });
            }
        }
    }
    if opened.dossier.intake().is_online() {
        let filed = |code: &str| {
            files.here.iter().any(|(d, _)| d.paper_code.as_deref() == Some(code) && d.recorded_at <= request.created_at)
        };
        let needs = needs(visit, opened);
        let new = needs.iter().filter(|n| n.need == Need::Required && !filed(&n.paper.code));
        let new: Vec<_> = new.filter(|n| out.iter().all(|shown| shown.code != n.paper.code)).collect();
        out.extend(new.into_iter().map(|need| papers::item(visit, opened, need, files, faults)));
    }
    let words: Vec<&str> =
        items.iter().filter(|i| i.document.is_none() && i.pointer.is_none()).map(|i| i.note.as_str()).collect();
    if !words.is_empty() {
        out.push(papers::other(visit, opened, Some(words.join(" ")), files, faults));
    }
    // What was filed stays filed; only what was sent since the request can be taken back.
    let old = |id: &str| files.here.iter().any(|(d, _)| d.id.to_string() == id && d.recorded_at <= request.created_at);
    for file in out.iter_mut().flat_map(|shown| &mut shown.files) {
        file.remove = Some(file.id.clone()).filter(|id| !old(id));
    }
    out
}

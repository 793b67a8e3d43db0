//! `/ho-so/{id}/giay-to`: the papers that the answers make necessary, sent as files or taken from the data store.

use std::collections::HashSet;

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::json;

use super::{address, open_to_change};
use crate::app::AttachError;
use crate::app::filing::{Opened, Upload as NewFile};
use crate::catalog::papers::{Circumstances, Need, PaperNeed, documents_required};
use crate::db;
use crate::documents::{self, Document, Kept};
use crate::dossiers::{self, State};
use crate::kernel::DocumentId;
use crate::office::ActError;
use crate::templating::FlashKind;
use crate::templating::pages::filing::{DocumentItem, Documents, StoreChoice};
use crate::templating::pages::parts::{FileItem, FormError};
use crate::web::refusal::refused;
use crate::web::upload::{self, SentFile, Upload};
use crate::web::{Error, Result, Visit};

/// Papers of the data store that are offered.
const OFFERED: usize = 12;

/// A fault of one paper: its code and what to do.
pub(in crate::web) type Fault = (String, String);

/// The papers of a dossier with how much each is needed by its answers.
pub(in crate::web) fn needs(opened: &Opened) -> Vec<PaperNeed<'_>> {
    let around = Circumstances { by_delegate: opened.dossier.on_behalf.is_some(), data_unavailable: false };
    let Some(case) = opened.rules.case(&opened.dossier) else { return Vec::new() };
    let mut needs = documents_required(case, &opened.form.prune(&opened.data), around);
    needs.retain(|n| n.need != Need::NotNeeded);
    needs
}

/// Codes of the papers that have a file.
pub(super) async fn attached(visit: &Visit, opened: &Opened) -> Result<Vec<String>> {
    let id = opened.dossier.id;
    Ok(visit.app.db.read(move |conn| documents::attached_codes(conn, id)).await?)
}

/// `GET /ho-so/{id}/giay-to`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    match open_to_change(&visit, &name).await? {
        Some(opened) if takes_papers(&opened) => visit.page(&page(&visit, &opened, &[]).await?),
        _ => visit.see_other(&format!("/ho-so/{name}")),
    }
}

/// `POST /ho-so/{id}/giay-to`
pub async fn save(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let sent = upload::read_form(&visit, body).await?;
    let opened = match open_to_change(&visit, &name).await? {
        Some(opened) if takes_papers(&opened) => opened,
        _ => return visit.see_other(&format!("/ho-so/{name}")),
    };
    let here = format!("{}/giay-to", address(&opened));
    if remove(&visit, &opened, &sent).await? {
        return visit.see_other(&here);
    }
    let mut faults = take(&visit, &opened, sent.files, &sent.fields).await?;
    if !faults.is_empty() {
        return visit.page_again(&page(&visit, &opened, &faults).await?);
    }
    if opened.dossier.state() != Some(State::Draft) {
        visit.say(FlashKind::Success, "flash-amended", &[]);
        return visit.see_other(&address(&opened));
    }
    if sent_go(&sent.fields) == "later" {
        visit.say(FlashKind::Success, "flash-saved", &[]);
        return visit.see_other(&address(&opened));
    }
    let there = attached(&visit, &opened).await?;
    for need in needs(&opened).iter().filter(|n| n.need == Need::Required && !there.contains(&n.paper.code)) {
        let name = need.paper.name.get(visit.lang);
        faults.push((need.paper.code.clone(), visit.text("documents-missing", &[("name", name.into())])));
    }
    if !faults.is_empty() {
        return visit.page_again(&page(&visit, &opened, &faults).await?);
    }
    visit.see_other(&format!("{}/nhan-ket-qua", address(&opened)))
}

/// A draft, or a filed dossier of a session: a supplement has a page of its own.
fn takes_papers(opened: &Opened) -> bool {
    !matches!(opened.dossier.state(), Some(State::SupplementRequested { .. }))
}

fn sent_go(fields: &[(String, String)]) -> &str {
    fields.iter().find(|(n, _)| n == "_go").map_or("", |(_, v)| v.as_str())
}

/// `POST /ho-so/{id}/giay-to/tep`: one file at once, for JavaScript. Answers JSON: `errors` as in the API.
pub async fn one_file(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let mut sent = upload::read_form(&visit, body).await?;
    let opened = open_to_change(&visit, &name).await?.ok_or_else(|| Error::conflict("not-allowed"))?;
    let code = sent.get("document").to_owned();
    for file in &mut sent.files {
        file.field.clone_from(&code);
    }
    if sent.files.is_empty() {
        return Ok(HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY)
            .json(json!({"errors": [{"pointer": "/file", "code": "required", "message": visit.text("documents-no-file", &[])}]})));
    }
    let faults = take(&visit, &opened, sent.files, &[]).await?;
    let told: Vec<_> =
        faults.iter().map(|(_, message)| json!({"pointer": "/file", "code": "refused", "message": message})).collect();
    let status = if told.is_empty() { StatusCode::CREATED } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(HttpResponse::build(status).json(json!({"errors": told})))
}

/// Takes a file off again, where the button for it was pressed.
pub(in crate::web) async fn remove(visit: &Visit, opened: &Opened, sent: &Upload) -> Result<bool> {
    let asked = sent.get("_remove");
    if asked.is_empty() {
        return Ok(false);
    }
    let id: DocumentId = asked.parse().map_err(|_| Error::not_found())?;
    let name = opened.dossier.id.to_string();
    may_take_off(visit, opened, id).await?;
    match visit.app.detach(&visit.actor, &name, id).await {
        Ok(()) => visit.say(FlashKind::Success, "flash-file-removed", &[]),
        // Removed on another device already.
        Err(AttachError::Paper(documents::AttachError::NotFound)) => {}
        Err(e) => return Err(Error::of_attaching(e, visit.lang)),
    }
    Ok(true)
}

/// What was filed stays filed: while a supplement is asked for, only what was sent for it may be taken off.
///
/// # Errors
/// 409 for a paper that was filed.
pub(in crate::web) async fn may_take_off(visit: &Visit, opened: &Opened, id: DocumentId) -> Result<()> {
    if opened.dossier.state() == Some(State::Draft) {
        return Ok(());
    }
    let dossier = opened.dossier.id;
    let read = move |conn: &mut db::Conn| {
        let open = dossiers::open_supplement(conn, dossier)?;
        let here = documents::of_dossier(conn, dossier)?;
        Ok::<_, db::Error>(here.into_iter().any(|d| d.id == id && (open.is_none() || d.supplement_id != open)))
    };
    if visit.app.db.read(read).await? { Err(Error::conflict("not-allowed")) } else { Ok(()) }
}

/// Attaches the files sent and those chosen from the data store (`{code}.store`). Answers what is wrong with some.
pub(super) async fn take(
    visit: &Visit,
    opened: &Opened,
    files: Vec<SentFile>,
    fields: &[(String, String)],
) -> Result<Vec<Fault>> {
    let name = opened.dossier.id.to_string();
    let mut faults = Vec::new();
    for file in files {
        let shown: String = file.name.chars().filter(|c| !c.is_control()).take(80).collect();
        let code = file.field.clone();
        if let Some(refusal) = file.refusal() {
            faults.push((code, format!("{shown}: {}", refusal.message(visit.lang))));
            continue;
        }
        let new = NewFile { paper: Some(code.clone()), file_name: file.name, content: file.content };
        if let Err(e) = visit.app.attach(&visit.actor, &name, new).await {
            faults.push(told(visit, (code, &shown), e)?);
        }
    }
    for (field, id) in fields {
        let Some(code) = field.strip_suffix(".store") else { continue };
        let Ok(id) = id.parse::<DocumentId>() else { continue };
        let from = (Some(code.to_owned()), Kept::Document(id));
        if let Err(e) = visit.app.attach_from_store(&visit.actor, &name, from).await {
            faults.push(told(visit, (code.to_owned(), ""), e)?);
        }
    }
    Ok(faults)
}

/// What was wrong with one file, in words; anything else is no matter of this file.
pub(in crate::web) fn told(visit: &Visit, (code, shown): (String, &str), e: AttachError) -> Result<Fault> {
    if let Some(refusal) = refused(&e) {
        let words = refusal.message(visit.lang);
        return Ok((code, if shown.is_empty() { words.to_owned() } else { format!("{shown}: {words}") }));
    }
    match e {
        AttachError::Act(ActError::Invalid(found)) => {
            Ok((code, found.into_iter().map(|f| f.message).collect::<Vec<_>>().join(" ")))
        }
        AttachError::Paper(documents::AttachError::NotFound | documents::AttachError::NotUsable(_)) => {
            Ok((code, visit.text("documents-gone", &[])))
        }
        e => Err(Error::of_attaching(e, visit.lang)),
    }
}

/// The files of a dossier and the person's data store.
pub(super) struct Files {
    pub here: Vec<(Document, String)>,
    pub store: Vec<Document>,
}

pub(super) async fn files(visit: &Visit, opened: &Opened) -> Result<Files> {
    let (id, account) = (opened.dossier.id, super::account(visit)?);
    let read = move |conn: &mut db::Conn| {
        let mut here = Vec::new();
        for document in documents::of_dossier(conn, id)? {
            let state = documents::scan_state(conn, &document.blob_hash)?;
            here.push((document, state));
        }
        let held: HashSet<String> = here.iter().map(|(d, _)| d.blob_hash.clone()).collect();
        let mut seen = HashSet::new();
        let mut store = documents::data_store(conn, account)?;
        store.retain(|d| !held.contains(&d.blob_hash) && seen.insert(d.blob_hash.clone()));
        store.truncate(OFFERED);
        Ok::<_, db::Error>(Files { here, store })
    };
    Ok(visit.app.db.read(read).await?)
}

/// A required paper as the pages show it.
pub(super) fn item(
    visit: &Visit,
    opened: &Opened,
    need: &PaperNeed<'_>,
    files: &Files,
    faults: &[Fault],
) -> DocumentItem {
    let code = &need.paper.code;
    let (base, draft) = (address(opened), opened.dossier.state() == Some(State::Draft));
    let waits = matches!(opened.dossier.state(), Some(State::SupplementRequested { .. }));
    let found = files.here.iter().filter(|(d, _)| d.paper_code.as_ref() == Some(code));
    let errors: Vec<&str> = faults.iter().filter(|(c, _)| c == code).map(|(_, text)| text.as_str()).collect();
    let help = need.paper.condition_text.as_ref().map(|t| t.get(visit.lang).to_owned()).filter(|t| !t.is_empty());
    DocumentItem {
        code: code.clone(),
        name: need.paper.name.get(visit.lang).to_owned(),
        help,
        required: need.need == Need::Required,
        error: (!errors.is_empty()).then(|| errors.join(" ")),
        files: found
            .map(|(document, state)| FileItem {
                id: document.id.to_string(),
                name: document.file_name.clone(),
                size: document.size,
                state: file_state(state).to_owned(),
                view: Some(format!("{base}/giay-to/{}", document.id)),
                remove: (draft || (waits && document.recorded_at > opened.dossier.updated_at))
                    .then(|| document.id.to_string()),
            })
            .collect(),
        store: files
            .store
            .iter()
            .map(|d| StoreChoice {
                id: d.id.to_string(),
                label: d.file_name.clone(),
                from: visit.text(
                    "store-since",
                    &[("date", super::words::day(crate::kernel::local_date(d.recorded_at)).into())],
                ),
            })
            .collect(),
        url: format!("{base}/giay-to/tep"),
    }
}

/// A scan state as the pages know it.
pub(in crate::web) fn file_state(scan: &str) -> &'static str {
    match scan {
        "pending" => "scanning",
        "infected" => "infected",
        _ => "ready",
    }
}

async fn page(visit: &Visit, opened: &Opened, faults: &[Fault]) -> Result<Documents> {
    let files = files(visit, opened).await?;
    let needs = needs(opened);
    let known = |code: &str| needs.iter().any(|n| n.paper.code == code);
    Ok(Documents {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: address(opened),
        action: format!("{}/giay-to", address(opened)),
        errors: faults
            .iter()
            .map(|(code, text)| match known(code) {
                true => FormError::at(&format!("f-{code}"), text.clone()),
                false => FormError { href: None, text: text.clone() },
            })
            .collect(),
        items: needs.iter().map(|need| item(visit, opened, need, &files, faults)).collect(),
        to_show: needs
            .iter()
            .filter(|n| n.need == Need::Show)
            .map(|n| n.paper.name.get(visit.lang).to_owned())
            .collect(),
        version: i64::from(opened.dossier.version),
    })
}

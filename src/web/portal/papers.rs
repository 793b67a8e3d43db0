//! `/ho-so/{id}/giay-to`: the papers that the answers make necessary, sent as files or taken from the data store.

use std::collections::HashSet;

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::json;

use super::refused::not_now;
use super::{address, open_to_change};
use crate::app::AttachError;
use crate::app::filing::Opened;
use crate::catalog::papers::{Need, PaperNeed};
use crate::db;
use crate::documents::{self, Document, Kept};
use crate::dossiers::State;
use crate::kernel::DocumentId;
use crate::templating::FlashKind;
use crate::templating::pages::filing::{DocumentItem, Documents, StoreChoice};
use crate::web::papers::{Links, OTHER, PaperFault, attach, error_of, file_items, needs, paper_of, summary, told};
use crate::web::upload::{self, SentFile, Upload};
use crate::web::{Error, Result, Visit};

/// Papers of the data store that are offered.
const OFFERED: usize = 12;

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
        _ => return not_now(&visit, &name).await,
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
    for need in needs(&visit, &opened).iter().filter(|n| n.need == Need::Required && !there.contains(&n.paper.code)) {
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
    match visit.app.detach(&visit.actor, &name, id).await {
        Ok(()) => visit.say(FlashKind::Success, "flash-file-removed", &[]),
        // Removed on another device already.
        Err(AttachError::Paper(documents::AttachError::NotFound)) => {}
        Err(e) => return Err(Error::of_attaching(e, visit.lang)),
    }
    Ok(true)
}

/// Attaches the files sent and those chosen from the data store (`{code}.store`). Answers what is wrong with some.
pub(super) async fn take(
    visit: &Visit,
    opened: &Opened,
    files: Vec<SentFile>,
    fields: &[(String, String)],
) -> Result<Vec<PaperFault>> {
    let name = opened.dossier.id.to_string();
    let mut faults = attach(visit, &name, files).await?;
    for (field, id) in fields {
        let Some(code) = field.strip_suffix(".store") else { continue };
        let Ok(id) = id.parse::<DocumentId>() else { continue };
        let from = (paper_of(code), Kept::Document(id));
        if let Err(e) = visit.app.attach_from_store(&visit.actor, &name, from).await {
            faults.push(told(visit, (code.to_owned(), ""), e)?);
        }
    }
    Ok(faults)
}

/// The files of a dossier and the person's data store.
pub(super) struct Files {
    pub here: Vec<(Document, String)>,
    pub store: Vec<Document>,
}

pub(super) async fn files(visit: &Visit, opened: &Opened) -> Result<Files> {
    let (id, account) = (opened.dossier.id, super::account(visit)?);
    let read = move |conn: &mut db::Conn| {
        let here = documents::scanned_of_dossier(conn, id)?;
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
    faults: &[PaperFault],
) -> DocumentItem {
    let shown = crate::web::papers::item(visit, need, &files.here, faults, |d| links(opened, d));
    with_store(visit, opened, files, shown)
}

/// Papers that are none of the procedure's, which an officer asked for in words of their own.
pub(super) fn other(
    visit: &Visit,
    opened: &Opened,
    help: Option<String>,
    files: &Files,
    faults: &[PaperFault],
) -> DocumentItem {
    let shown = DocumentItem {
        code: OTHER.to_owned(),
        name: visit.text("supplement-other-papers", &[]),
        help,
        required: false,
        error: error_of(faults, OTHER),
        files: file_items(&files.here, None, |d| links(opened, d)),
        store: Vec::new(),
        url: String::new(),
    };
    with_store(visit, opened, files, shown)
}

fn links(opened: &Opened, document: &Document) -> Links {
    let (base, draft) = (address(opened), opened.dossier.state() == Some(State::Draft));
    let waits = matches!(opened.dossier.state(), Some(State::SupplementRequested { .. }));
    Links {
        view: format!("{base}/giay-to/{}", document.id),
        remove: (draft || (waits && document.recorded_at > opened.dossier.updated_at)).then(|| document.id.to_string()),
    }
}

/// With what the data store offers, and the address for single files.
fn with_store(visit: &Visit, opened: &Opened, files: &Files, shown: DocumentItem) -> DocumentItem {
    let offered = |d: &Document| {
        let day = super::words::day(crate::kernel::local_date(d.recorded_at));
        let from = visit.text("store-since", &[("date", day.into())]);
        StoreChoice { id: d.id.to_string(), label: d.file_name.clone(), from }
    };
    DocumentItem {
        store: files.store.iter().map(offered).collect(),
        url: format!("{}/giay-to/tep", address(opened)),
        ..shown
    }
}

async fn page(visit: &Visit, opened: &Opened, faults: &[PaperFault]) -> Result<Documents> {
    let files = files(visit, opened).await?;
    let needs = needs(visit, opened);
    Ok(Documents {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: address(opened),
        action: format!("{}/giay-to", address(opened)),
        errors: summary(&needs, faults),
        items: needs.iter().map(|need| item(visit, opened, need, &files, faults)).collect(),
        to_show: needs
            .iter()
            .filter(|n| n.need == Need::Show)
            .map(|n| n.paper.name.get(visit.lang).to_owned())
            .collect(),
        version: i64::from(opened.dossier.version),
    })
}

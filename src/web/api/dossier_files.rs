//! Papers of a dossier over the JSON API: sending, taking off, downloading.

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::web::{Path, Payload};
use actix_web::{FromRequest as _, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::dossier_json::DocumentJson;
use crate::app::filing::Upload;
use crate::documents::{self, Document, Kept};
use crate::kernel::{DocumentId, ResultId};
use crate::office::ActError;
use crate::web::json::Json;
use crate::web::portal::files;
use crate::web::{Error, Result, Visit, upload};

/// Body of `…/attachments` that takes a paper of the data store again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FromStore {
    /// Code of the required paper.
    document: Option<String>,
    /// Id of a paper or result in the data store.
    from_store: String,
}

/// Body of `…/attachments` that brings a file.
// For the description alone: the parts are read as they come.
#[derive(utoipa::ToSchema)]
pub struct UploadForm {
    /// Code of the required paper.
    pub document: Option<String>,
    #[schema(value_type = String, content_media_type = "application/octet-stream")]
    pub file: Vec<u8>,
}

/// Body that brings a scan.
// As above.
#[derive(utoipa::ToSchema)]
pub struct ScanForm {
    #[schema(value_type = String, content_media_type = "application/octet-stream")]
    pub file: Vec<u8>,
}

/// Attach a paper: `multipart/form-data` with `document` and `file`, or JSON `{document, from_store}`.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/attachments", tag = "dossiers", security(("bearer" = [])),
    request_body(content((UploadForm = "multipart/form-data"), (FromStore = "application/json"))),
    responses((status = 201, description = "The paper", body = DocumentJson),
        (status = 413, description = "Over 20 MB, or the dossier over 100 MB", content_type = "application/problem+json"),
        (status = 415, description = "By its content a kind that is not taken", content_type = "application/problem+json"),
        (status = 422, description = "Unknown paper code", content_type = "application/problem+json")))]
pub async fn attach(visit: Visit, req: HttpRequest, name: Path<String>, payload: Payload) -> Result {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let document = if kind.trim_start().to_ascii_lowercase().starts_with("multipart/") {
        from_file(&visit, &name, Multipart::new(req.headers(), payload)).await?
    } else {
        let Json(body) = Json::<FromStore>::from_request(&req, &mut payload.into_inner()).await?;
        from_store(&visit, &name, body).await?
    };
    let hash = document.blob_hash.clone();
    let scan = visit.app.db.read(move |conn| documents::scan_state(conn, &hash)).await?;
    let opened = visit.app.open_dossier(&visit.actor, &name).await?;
    let part = if visit.actor.officer().is_some() { "office/dossiers" } else { "dossiers" };
    let base = format!("/api/v1/{part}/{}", opened.dossier.name());
    Ok(HttpResponse::Created().json(DocumentJson::of(&document, &scan, &base)))
}

async fn from_file(visit: &Visit, name: &str, body: Multipart) -> Result<Document> {
    let mut sent = upload::read(body).await?;
    let paper = Some(sent.get("document").to_owned()).filter(|code| !code.is_empty());
    let at = sent.files.iter().position(|file| file.field == "file");
    let Some(file) = at.map(|at| sent.files.swap_remove(at)) else {
        return Err(ActError::invalid("/file", "required", ("Hãy gửi kèm một tệp.", "Send a file.")).into());
    };
    // Whose dossier it is and whether it is open comes before what the file is.
    visit.app.open_dossier(&visit.actor, name).await?;
    if let Some(refusal) = file.refusal() {
        return Err(Error::of_file(refusal, visit.lang));
    }
    let new = Upload { paper, file_name: file.name, content: file.content };
    visit.app.attach(&visit.actor, name, new).await.map_err(|e| Error::of_attaching(e, visit.lang))
}

async fn from_store(visit: &Visit, name: &str, body: FromStore) -> Result<Document> {
    let unknown = || {
        let message = ("Không có giấy tờ này trong kho dữ liệu của bạn.", "Your data store has no such paper.");
        Error::from(ActError::invalid("/from_store", "unknown", message))
    };
    let id: DocumentId = body.from_store.parse().map_err(|_| unknown())?;
    let kept = Kept::Document(id);
    match visit.app.attach_from_store(&visit.actor, name, (body.document.clone(), kept)).await {
        Err(crate::app::AttachError::Paper(documents::AttachError::NotFound)) => {}
        other => return other.map_err(|e| Error::of_attaching(e, visit.lang)),
    }
    // No paper of that id: perhaps a result.
    let kept = Kept::Result(ResultId(id.0));
    match visit.app.attach_from_store(&visit.actor, name, (body.document, kept)).await {
        Err(crate::app::AttachError::Paper(documents::AttachError::NotFound)) => Err(unknown()),
        other => other.map_err(|e| Error::of_attaching(e, visit.lang)),
    }
}

/// Download a paper.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}/attachments/{document}", tag = "dossiers", security(("bearer" = [])),
    responses((status = 200, description = "The file"), (status = 404, description = "None of yours"),
        (status = 409, description = "Its scan is still to come", content_type = "application/problem+json")))]
pub async fn attachment(visit: Visit, at: Path<(String, String)>) -> Result {
    files::attachment(visit, at).await
}

/// Take a paper off a draft again.
#[utoipa::path(delete, path = "/api/v1/dossiers/{name}/attachments/{document}", tag = "dossiers", security(("bearer" = [])),
    responses((status = 204, description = "Taken off")))]
pub async fn detach(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, id) = at.into_inner();
    let id: DocumentId = id.parse().map_err(|_| Error::not_found())?;
    visit.app.detach(&visit.actor, &name, id).await.map_err(|e| Error::of_attaching(e, visit.lang))?;
    Ok(HttpResponse::NoContent().finish())
}

/// A paper made for the dossier as PDF: `xac-nhan-nop`, `mau-01` … `mau-05`, `thong-bao-nghia-vu`, `to-khai`.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}/papers/{form}", tag = "dossiers", security(("bearer" = [])),
    responses((status = 200, description = "The PDF"), (status = 404, description = "The act behind it never happened")))]
pub async fn paper(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, form) = at.into_inner();
    files::pdf_of(&visit, &name, &form).await
}

/// A result that was handed over, as PDF.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}/results/{result}", tag = "dossiers", security(("bearer" = [])),
    responses((status = 200, description = "The PDF"), (status = 404, description = "Not handed over to you")))]
pub async fn result(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, id) = at.into_inner();
    files::send_result(&visit, &name, &id).await
}

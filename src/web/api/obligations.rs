//! Financial obligations in JSON: notices of other agencies, what was paid to the State Treasury; the scan of a notice.

use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::dossier_files::ScanForm;
use super::dossier_json::DocumentJson;
use crate::app::filing::Upload;
use crate::documents;
use crate::dossiers::Dossier;
use crate::kernel::{Timestamp, Vnd};
use crate::office::ActError;
use crate::payments::{CollectedBy, FeeLineRow, Obligation, TreasuryPayment};
use crate::web::counter::open_logged;
use crate::web::obligations::standing;
use crate::web::whole::Around;
use crate::web::{Error, Result, Visit, upload};

/// A notice of another agency that something is to be paid by.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ObligationJson {
    number: String,
    #[schema(value_type = String)]
    issued_on: jiff::civil::Date,
    /// The agency that issued it.
    issuer: String,
    /// The last day to pay. Nothing lapses after it.
    #[schema(value_type = String)]
    due_on: jiff::civil::Date,
    /// `here` (online, cash, card, with a receipt) or `elsewhere` (the State Treasury or a bank for it)
    collected_by: &'static str,
    account: Option<String>,
    /// `owed`, `paid`, `let_go` (not owed any more, and not all of it paid) or `ended` (the dossier ended without a result)
    state: &'static str,
    /// Still owed by it, whole đồng.
    #[schema(value_type = i64)]
    owed_vnd: Vnd,
    /// The last day has passed and something is still owed.
    overdue: bool,
    /// The scan of the notice, under `/api/v1`.
    scan_url: Option<String>,
}

/// What was paid to the State Treasury, by the payer's paper.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TreasuryPaymentJson {
    /// Number of the payer's paper (giấy nộp tiền vào ngân sách nhà nước).
    number: String,
    #[schema(value_type = String)]
    paid_on: jiff::civil::Date,
    #[schema(value_type = i64)]
    amount_vnd: Vnd,
    #[schema(value_type = String)]
    recorded_at: Timestamp,
}

/// Who collects a fee.
pub(super) fn collector(line: &FeeLineRow) -> &'static str {
    CollectedBy::of(line.collected_elsewhere).as_str()
}

/// The notices of a dossier, oldest first; `base` is its address in the API.
pub(super) fn notices(
    (dossier, around): (&Dossier, &Around),
    base: &str,
    today: jiff::civil::Date,
) -> Vec<ObligationJson> {
    let notice = |notice: &Obligation| ObligationJson {
        number: notice.number.clone(),
        issued_on: notice.issued_on(),
        issuer: notice.issuer.clone(),
        due_on: notice.due_on(),
        collected_by: CollectedBy::of(notice.is_elsewhere()).as_str(),
        account: notice.account.clone(),
        state: standing(dossier, notice, around),
        owed_vnd: notice.owed(&around.fees),
        overdue: notice.is_overdue(&around.fees, today),
        scan_url: notice.document_id.map(|id| format!("{base}/attachments/{id}")),
    };
    around.obligations.iter().map(notice).collect()
}

/// What was paid elsewhere, oldest first.
pub(super) fn treasury(around: &Around) -> Vec<TreasuryPaymentJson> {
    let paid = |paid: &TreasuryPayment| TreasuryPaymentJson {
        number: paid.number.clone(),
        paid_on: paid.paid_on(),
        amount_vnd: paid.amount(),
        recorded_at: paid.recorded_at,
    };
    around.treasury.iter().map(paid).collect()
}

/// Attach the scan of the notice that the dossier waits for the payment of; the citizen reads it, too.
#[utoipa::path(post, path = "/api/v1/office/dossiers/{name}/notice_scan", tag = "office", security(("bearer" = [])),
    request_body(content((ScanForm = "multipart/form-data"))),
    responses((status = 201, description = "The scan", body = DocumentJson),
        (status = 403, description = "Not for this role", content_type = "application/problem+json"),
        (status = 409, description = "No notice waits to be paid", content_type = "application/problem+json"),
        (status = 413, description = "Over 20 MB, or the dossier over 100 MB", content_type = "application/problem+json"),
        (status = 415, description = "By its content a kind that is not taken", content_type = "application/problem+json")))]
pub async fn scan(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let mut sent = upload::read(body).await?;
    let opened = open_logged(&visit, &name).await?;
    let at = sent.files.iter().position(|file| file.field == "file");
    let Some(file) = at.map(|at| sent.files.swap_remove(at)) else {
        return Err(ActError::invalid("/file", "required", ("Hãy gửi kèm một tệp.", "Send a file.")).into());
    };
    if let Some(refusal) = file.refusal() {
        return Err(Error::of_file(refusal, visit.lang));
    }
    let new = Upload { paper: None, file_name: file.name, content: file.content };
    let document = visit.app.attach_notice(&visit.actor, &name, new).await;
    let document = document.map_err(|e| Error::of_attaching(e, visit.lang))?;
    let hash = document.blob_hash.clone();
    let state = visit.app.db.read(move |conn| documents::scan_state(conn, &hash)).await?;
    let base = format!("/api/v1/office/dossiers/{}", opened.dossier.name());
    Ok(HttpResponse::Created().json(DocumentJson::of(&document, &state, &base)))
}

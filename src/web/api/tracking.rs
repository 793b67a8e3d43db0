//! Public look-ups: `/tracking/{code}` and `/results/{token}`.

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::dossier_json::StatusJson;
use crate::documents::ProofOf;
use crate::kernel::{Timestamp, Vnd, local_date};
use crate::payments::CollectedBy;
use crate::templating::pages::tracking::VerifiedReceipt;
use crate::web::lookup::{self, Found};
use crate::web::portal::tracking::unknown;
use crate::web::portal::verify::issued;
use crate::web::portal::words;
use crate::web::whole::clock_of;
use crate::web::{Error, Result, Visit};

/// Who proves to be the person of the dossier.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    verifier: String,
}

/// Where a dossier stands, for anybody.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Tracked {
    /// The dossier code; before acceptance the submission reference.
    code: String,
    #[schema(value_type = Object)]
    procedure: Value,
    #[schema(value_type = Object)]
    agency: Value,
    status: StatusJson,
    /// State and due time in one sentence.
    sentence: String,
    #[schema(value_type = Option<String>)]
    submitted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    acceptance_due_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    due_at: Option<Timestamp>,
    remaining_working_minutes: Option<i64>,
    /// Without the right verifier the procedure's own fees only.
    #[schema(value_type = i64)]
    fees_due: Vnd,
    /// With the right verifier, while another agency's notice waits to be paid: `{owed_vnd, due_on, collected_by, overdue}`.
    #[schema(value_type = Option<Object>)]
    obligation: Option<Value>,
    /// Public events: `{act, title, occurred_at}`.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Value>,
    /// Whether the verifier was right.
    verified: bool,
    /// Only with the right verifier: `applicant`, `owner`, `delivery`, `obligation` (`number`, `issued_on`, `issuer`,
    /// `account`) while it waits to be paid, and `supplement` (`items`: names of the papers, questions and sections asked
    /// for, and `due_on`) while one is asked for. What the officer wrote is not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

/// Public status of a dossier. No personal data without the last four digits of identity number or phone.
#[utoipa::path(get, path = "/api/v1/tracking/{code}", tag = "public",
    params(("code" = String, Path, description = "Dossier code or submission reference"),
        ("verifier" = Option<String>, Query, description = "Last four digits of identity number or phone")),
    responses((status = 200, description = "Where it stands", body = Tracked),
        (status = 404, description = "No such dossier", content_type = "application/problem+json"),
        (status = 429, description = "Asked too often; `Retry-After`", content_type = "application/problem+json")))]
pub async fn track(visit: Visit, code: Path<String>, asked: Query<Asked>) -> Result {
    let nothing = || Error::not_found().detail(visit.text(unknown(&code), &[]));
    let found = lookup::find(&visit, &code, asked.verifier.trim()).await?.ok_or_else(nothing)?;
    if let Some(wait) = found.tired {
        return Err(lookup::too_many_guesses(&visit, wait));
    }
    Ok(HttpResponse::Ok().json(tracked(&visit, &found)))
}

fn tracked(visit: &Visit, found: &Found) -> Tracked {
    let (dossier, rules) = (&found.dossier, &found.rules);
    let event = |event: &crate::dossiers::Event| json!({"act": event.act, "title": words::event_title(visit, dossier, event), "occurred_at": event.occurred_at});
    let notice = found.obligation();
    let today = local_date(visit.now());
    let details = || {
        json!({
            "obligation": notice.map(|n| json!({
                "number": n.number, "issued_on": n.issued_on(), "issuer": n.issuer, "account": n.account,
            })),
            "applicant": dossier.applicant_name,
            "owner": dossier.owner_name,
            "delivery": dossier.delivery.method,
            "supplement": found.whole.open_supplement().map(|request| json!({
                "items": found.asked_for(visit, request),
                "due_on": request.due_on(),
            })),
        })
    };
    Tracked {
        code: dossier.name(),
        procedure: json!({"code": rules.revision.code, "name": rules.revision.name.get(visit.lang)}),
        agency: json!({"code": rules.agency.code, "name": rules.agency.name}),
        status: StatusJson::of(dossier.status(), visit.lang),
        sentence: found.sentence(visit),
        submitted_at: dossier.submitted_at,
        acceptance_due_at: dossier.acceptance_due_at,
        due_at: dossier.due_at,
        remaining_working_minutes: clock_of(dossier, rules, visit.now()).map(|clock| clock.minutes),
        fees_due: found.fees_due(),
        obligation: notice.map(|n| {
            json!({
                "owed_vnd": n.owed(&found.whole.fees), "due_on": n.due_on(),
                "collected_by": CollectedBy::of(n.is_elsewhere()), "overdue": n.is_overdue(&found.whole.fees, today),
            })
        }),
        events: found.whole.events.iter().filter(|e| e.is_public).map(event).collect(),
        verified: found.verified,
        details: found.verified.then(details),
    }
}

/// Whether a printed or PDF paper is genuine, for anybody who holds it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Genuine {
    /// `result`, or `paper` for what the one-stop office made on the way (receipts, appointments).
    #[schema(value_type = String)]
    of: ProofOf,
    /// Issued by us and in force: a result that is not revoked, a receipt that is not cancelled.
    valid: bool,
    /// Of results; of a receipt see `receipt`.
    revoked: bool,
    #[schema(value_type = Option<String>)]
    revoked_at: Option<Timestamp>,
    revoked_reason: Option<String>,
    name: String,
    number: Option<String>,
    procedure: String,
    agency: String,
    /// The dossier code, before acceptance the submission reference.
    dossier_code: String,
    /// The name on the paper with letters hidden: whom a result is about, else the dossier's owner; on papers of the
    /// office the applicant.
    holder: Option<String>,
    #[schema(value_type = String)]
    issued_at: Timestamp,
    /// `{signer, signed_at, kind}` each; kind: `signature`, or `seal` for the agency's.
    #[schema(value_type = Vec<Object>)]
    signatures: Vec<Value>,
    /// SHA-256 of the file, to compare a copy with.
    sha256: Option<String>,
    /// Where it is a receipt for money.
    receipt: Option<GenuineReceipt>,
}

/// A receipt, as it was issued, and what of its money went back since.
#[derive(Serialize, utoipa::ToSchema)]
pub struct GenuineReceipt {
    /// Ký hiệu mẫu.
    template: String,
    /// Ký hiệu.
    series: String,
    number: i64,
    /// What was collected, whole đồng.
    #[schema(value_type = i64)]
    total_vnd: Vnd,
    /// What of it went back to the payer.
    #[schema(value_type = i64)]
    returned_vnd: Vnd,
    /// When all of it had gone back: the receipt is cancelled, and stands for no money any more.
    #[schema(value_type = Option<String>)]
    cancelled_at: Option<Timestamp>,
}

impl From<VerifiedReceipt> for GenuineReceipt {
    fn from(receipt: VerifiedReceipt) -> Self {
        let VerifiedReceipt { template, series, number, total, returned, cancelled_at } = receipt;
        Self { template, series, number, total_vnd: total, returned_vnd: returned, cancelled_at }
    }
}

/// Is this result genuine.
#[utoipa::path(get, path = "/api/v1/results/{token}", tag = "public",
    responses((status = 200, description = "It was issued here", body = Genuine),
        (status = 404, description = "Nothing was ever issued with this token", content_type = "application/problem+json")))]
pub async fn verify(visit: Visit, token: Path<String>) -> Result {
    let (shown, sha256) = issued(&visit, &token).await?.ok_or_else(Error::not_found)?;
    let signatures = shown
        .signatures
        .iter()
        .map(|s| json!({"signer": s.signer, "signed_at": s.at, "kind": if s.seal { "seal" } else { "signature" }}));
    Ok(HttpResponse::Ok().json(Genuine {
        of: if shown.is_result { ProofOf::Result } else { ProofOf::Paper },
        valid: shown.revoked.is_none() && shown.receipt.as_ref().is_none_or(|r| r.cancelled_at.is_none()),
        revoked: shown.revoked.is_some(),
        revoked_at: shown.revoked.as_ref().map(|r| r.at),
        revoked_reason: shown.revoked.as_ref().map(|r| r.reason.clone()),
        signatures: signatures.collect(),
        name: shown.name,
        number: shown.number,
        procedure: shown.procedure,
        agency: shown.agency,
        dossier_code: shown.dossier,
        holder: shown.holder.and_then(|holder| holder.value),
        issued_at: shown.issued_at,
        sha256,
        receipt: shown.receipt.map(GenuineReceipt::from),
    }))
}

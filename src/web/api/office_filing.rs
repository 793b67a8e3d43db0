//! `POST /api/v1/office/dossiers`: a clerk files for a person who came in person.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Payload};
use serde::Deserialize;
use serde_json::Value;

use super::dossier_files::{FromStore, UploadForm};
use super::dossier_json::{DocumentJson, DossierJson};
use super::dossiers::{OnBehalf, idempotency_key, is_object, merged_delivery, other_person};
use super::office::answer;
use super::{dossier_files, dossiers as dossiers_api};
use crate::app::filing::{Save, Start, Walkin};
use crate::dossiers::{self, Delivery, DeliveryMethod, Intake};
use crate::kernel::{Role, crypto};
use crate::office::{ActError, begin};
use crate::web::counter::open_logged;
use crate::web::counter::walkin::{self, Typed};
use crate::web::json::Json;
use crate::web::{Error, Fault, Result, Visit};

/// Body of `POST /office/dossiers`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[schema(example = "1.001193")]
    procedure_code: String,
    /// The clerk's own agency when missing.
    agency_code: Option<String>,
    case: Option<String>,
    /// Answers over the prefilled ones (RFC 7396).
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// The person at the counter.
    applicant: Typed,
    /// For whom that person files, where it is another one.
    on_behalf_of: Option<OnBehalf>,
    /// `{method, address?}`; at the counter when missing.
    #[schema(value_type = Option<Object>)]
    delivery: Option<Value>,
    /// Codes of the exemptions from fees that the person claims beside the form.
    #[serde(default)]
    exemptions: Option<Vec<String>>,
    /// `counter` (as when missing), `helper_home`, `helper_counter` or `post`.
    intake: Option<String>,
    /// `true`: only a draft, to be filed when it is filled in.
    #[serde(default)]
    draft: bool,
}

/// File at the counter. The dossier is filed at once; accepting it is an act of its own.
#[utoipa::path(post, path = "/api/v1/office/dossiers", tag = "office", security(("bearer" = [])), request_body = File,
    params(("Idempotency-Key" = Option<String>, Header,)),
    responses((status = 201, description = "The dossier", body = DossierJson),
        (status = 403, description = "Not a clerk of that agency", content_type = "application/problem+json"),
        (status = 422, description = "Faults in person or answers; nothing was kept", content_type = "application/problem+json")))]
pub async fn create(visit: Visit, req: HttpRequest, Json(body): Json<File>) -> Result {
    is_object("/data", body.data.as_ref())?;
    is_object("/delivery", body.delivery.as_ref())?;
    let key = key_of(&visit, &req)?;
    if let Some(key) = key.clone()
        && let Some(id) = visit.app.db.read(move |conn| dossiers::by_submission_key(conn, &key)).await?
    {
        let before = visit.app.open_dossier(&visit.actor, &id.to_string()).await?;
        return answer(&visit, StatusCode::CREATED, (&before, true)).await;
    }
    let (start, save, keep) = read(&visit, body).await?;
    let draft = visit.app.begin_dossier(&visit.actor, start).await?;
    let id = draft.dossier.id;
    let name = id.to_string();
    let filled = visit.app.save_dossier(&visit.actor, &name, save).await;
    let filed = match filled {
        Ok(filled) if keep => Ok(filled),
        Ok(_) => visit.app.submit_dossier(&visit.actor, &name, key).await,
        Err(e) => Err(e),
    };
    match filed {
        Ok(filed) => answer(&visit, StatusCode::CREATED, (&filed, true)).await,
        Err(e) => {
            // What could not be filed leaves nothing behind.
            let who = visit.actor.clone();
            let now = visit.now();
            if let Err(error) = visit.app.db.write(move |tx| begin::discard(tx, &who, id, now)).await {
                // Why it could not be filed is what the clerk has to know; the draft runs out by itself.
                tracing::warn!(draft = %id, %error, "a draft that could not be filed was left");
            }
            Err(e.into())
        }
    }
}

/// Change a draft that the clerk types, or mend answers while a supplement is asked for.
#[utoipa::path(patch, path = "/api/v1/office/dossiers/{name}", tag = "office", security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, description = "The version that was read")),
    request_body = dossiers_api::Patch, responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 412, description = "Changed meanwhile", content_type = "application/problem+json")))]
pub async fn patch(visit: Visit, req: HttpRequest, name: Path<String>, body: Json<dossiers_api::Patch>) -> Result {
    // The answer holds the whole dossier, so it is a look at it.
    open_logged(&visit, &name).await?;
    dossiers_api::patch(visit, req, name, body).await
}

/// File a draft that the clerk typed.
#[utoipa::path(post, path = "/api/v1/office/dossiers/{name}/submit", tag = "office", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header,)),
    responses((status = 200, description = "The dossier with its reference", body = DossierJson),
        (status = 422, description = "Every fault of the answers", content_type = "application/problem+json")))]
pub async fn submit(visit: Visit, req: HttpRequest, name: Path<String>) -> Result {
    open_logged(&visit, &name).await?;
    dossiers_api::submit(visit, req, name).await
}

/// Attach a scan made at the counter: to a draft that the clerk types, or while a supplement is asked for.
#[utoipa::path(post, path = "/api/v1/office/dossiers/{name}/attachments", tag = "office", security(("bearer" = [])),
    request_body(content((UploadForm = "multipart/form-data"), (FromStore = "application/json"))),
    responses((status = 201, description = "The paper", body = DocumentJson),
        (status = 413, description = "Over 20 MB, or the dossier over 100 MB", content_type = "application/problem+json"),
        (status = 415, description = "By its content a kind that is not taken", content_type = "application/problem+json")))]
pub async fn attach(visit: Visit, req: HttpRequest, name: Path<String>, payload: Payload) -> Result {
    dossier_files::attach(visit, req, name, payload).await
}

/// Keys belong to the account that made them up.
fn key_of(visit: &Visit, req: &HttpRequest) -> Result<Option<String>> {
    let account = visit.signed_in()?.account;
    let given = idempotency_key(req)?;
    Ok(given.map(|key| crypto::sha256_hex(format!("{account}\noffice\n{key}").as_bytes())))
}

async fn read(visit: &Visit, body: File) -> Result<(Start, Save, bool)> {
    let unknown = |pointer: &str, text: (&str, &str)| Error::from(ActError::invalid(pointer, "unknown", text));
    let intake = match body.intake.as_deref() {
        None => Intake::Counter,
        Some(text) => Intake::parse(text).filter(|intake| *intake != Intake::SelfRemote).ok_or_else(|| {
            unknown("/intake", ("Cách tiếp nhận không có trong danh sách.", "There is no such way of taking in."))
        })?,
    };
    let agency_code = match body.agency_code {
        Some(code) => code,
        None => own_agency(visit, &body.procedure_code).await?.ok_or_else(|| {
            unknown(
                "/agency_code",
                ("Cơ quan này không giải quyết thủ tục đã chọn.", "This agency does not provide the chosen service."),
            )
        })?,
    };
    let at_counter = Delivery { method: DeliveryMethod::Counter, address: None };
    let delivery = match &body.delivery {
        None => at_counter,
        Some(patch) => merged_delivery(at_counter, patch)?,
    };
    let on_behalf_of = body.on_behalf_of.as_ref().map(|other| other_person(visit, other)).transpose()?;
    let applicant = person(visit, &body.applicant).await?;
    let start = Start {
        procedure_code: body.procedure_code,
        agency_code,
        case: body.case,
        data: body.data,
        on_behalf_of,
        intake,
        applicant: Some(applicant),
    };
    let save = Save { delivery: Some(delivery), exemptions: body.exemptions, ..Save::default() };
    Ok((start, save, body.draft))
}

async fn person(visit: &Visit, typed: &Typed) -> Result<Walkin> {
    let below = |fault: crate::office::Fault| Fault {
        pointer: format!("/applicant{}", fault.pointer),
        message: fault.says(visit.lang).to_owned(),
        code: fault.code,
    };
    let read = typed.read(visit).map_err(|faults| Error::invalid(faults.into_iter().map(below).collect()))?;
    walkin::walkin(visit, read).await
}

/// The code of the agency in which the officer is a clerk and that settles the procedure.
pub(in crate::web) async fn own_agency(visit: &Visit, procedure: &str) -> Result<Option<String>> {
    let officer = visit.officer()?;
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let mine: Vec<_> =
        officer.assignments.iter().filter(|right| right.role == Role::Clerk).map(|right| right.agency).collect();
    let agencies = visit.app.db.read(move |conn| crate::accounts::agencies::by_ids(conn, &mine)).await?;
    let settle = snapshot.agencies_for(procedure);
    let own = agencies.iter().find(|agency| settle.iter().any(|a| a.code == agency.code));
    Ok(own.map(|agency| agency.code.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_may_be_short() {
        let body: File = serde_json::from_value(json!({
            "procedure_code": "1.001193", "applicant": {"full_name": "Nguyễn Văn Thử"},
        }))
        .unwrap();
        assert!(!body.draft && body.agency_code.is_none());
        let foreign = json!({"procedure_code": "1", "applicant": {}, "x": 1});
        assert!(serde_json::from_value::<File>(foreign).is_err());
    }
}

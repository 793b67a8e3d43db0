//! `/api/v1/dossiers`: beginning, filling in, filing and following one's own dossiers.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Listed;
use super::dossier_json::{self, EventJson, Reader};
use crate::app::filing::{Opened, Represented, Save, Start};
use crate::db;
use crate::dossiers::{self, Delivery, DeliveryMethod, Intake};
use crate::kernel::national::{Party, PartyKind};
use crate::kernel::{PageRequest, crypto};
use crate::office::{ActError, begin};
use crate::web::counter::asked::cursor;
use crate::web::json::Json;
use crate::web::portal::begin::{identity_fault, owner_name};
use crate::web::{Error, Fault, Result, Visit};

/// Body of `POST /dossiers`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Create {
    #[schema(example = "1.001193")]
    procedure_code: String,
    agency_code: String,
    /// Which case, where the procedure has several.
    case: Option<String>,
    /// Answers over the prefilled ones (RFC 7396).
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    on_behalf_of: Option<OnBehalf>,
}

/// The person for whom another one files.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnBehalf {
    full_name: String,
    /// Personal number, old identity card, passport or tax code.
    identity_number: String,
    /// `personal_number`, `old_id`, `passport` or `org_tax`; by the looks of the number when left out.
    kind: Option<String>,
}

/// An answer with the dossier and its version as `ETag`.
pub(super) async fn answer(visit: &Visit, status: StatusCode, opened: &Opened) -> Result {
    let json = dossier_json::dossier(visit, opened, true).await?;
    let mut response = HttpResponse::build(status).json(&json);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", json.version)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Begin a draft, prefilled from the account.
#[utoipa::path(post, path = "/api/v1/dossiers", tag = "dossiers", security(("bearer" = [])), request_body = Create, responses(
    (status = 201, description = "The draft", body = dossier_json::DossierJson),
    (status = 409, description = "Too many drafts", content_type = "application/problem+json"),
    (status = 422, description = "Unknown procedure, agency or case; wrong answers", content_type = "application/problem+json"),
))]
pub async fn create(visit: Visit, Json(body): Json<Create>) -> Result {
    is_object("/data", body.data.as_ref())?;
    let on_behalf_of = match &body.on_behalf_of {
        None => None,
        Some(other) => Some(other_person(&visit, other)?),
    };
    let start = Start {
        procedure_code: body.procedure_code,
        agency_code: body.agency_code,
        case: body.case,
        data: body.data,
        on_behalf_of,
        intake: Intake::SelfRemote,
        applicant: None,
    };
    let opened = visit.app.begin_dossier(&visit.actor, start).await?;
    answer(&visit, StatusCode::CREATED, &opened).await
}

pub(super) fn other_person(visit: &Visit, other: &OnBehalf) -> Result<Represented> {
    let fault = |pointer: &str, key: &str| Fault {
        pointer: pointer.to_owned(),
        code: "invalid".to_owned(),
        message: visit.text(key, &[]),
    };
    let party = match other.kind.as_deref() {
        None => Party::guess(&other.identity_number),
        Some(kind) => PartyKind::parse(kind).and_then(|kind| Party::parse(kind, &other.identity_number).ok()),
    };
    let party = party.filter(|p| p.number().is_some());
    let name = owner_name(&other.full_name, party.as_ref());
    let mut faults = Vec::new();
    if name.is_none() {
        faults.push(fault("/on_behalf_of/full_name", "begin-owner-name"));
    }
    if party.is_none() {
        faults.push(fault("/on_behalf_of/identity_number", identity_fault(&other.identity_number)));
    }
    match (name, party) {
        (Some(name), Some(party)) => Ok(Represented { name, party }),
        _ => Err(Error::invalid(faults)),
    }
}

/// Answers are an object; anything else has a wrong type.
pub(super) fn is_object(pointer: &str, value: Option<&Value>) -> Result<()> {
    match value {
        Some(value) if !value.is_object() => {
            let message = ("Giá trị phải là một đối tượng JSON.", "The value must be a JSON object.");
            Err(ActError::invalid(pointer, "type", message).into())
        }
        _ => Ok(()),
    }
}

/// Where a list goes on and how long a page is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

/// My dossiers, drafts too, newest first; without their answers.
#[utoipa::path(get, path = "/api/v1/dossiers", tag = "dossiers", security(("bearer" = [])),
    params(("limit" = Option<u32>, Query, description = "1–100, default 20"), ("cursor" = Option<String>, Query,)),
    responses((status = 200, description = "`{items, next_cursor, total}`", body = Listed<dossier_json::DossierJson>),
        (status = 422, description = "A `limit` or `cursor` that can't be read", content_type = "application/problem+json")))]
pub async fn list(visit: Visit, paging: Query<Paging>) -> Result {
    let account = visit.signed_in()?.account;
    let limit = match paging.limit.as_deref() {
        None => None,
        Some(text) => {
            Some(text.parse::<u32>().ok().filter(|n| (1..=PageRequest::MAX_LIMIT).contains(n)).ok_or_else(|| {
                let message = ("limit phải từ 1 đến 100.", "limit must be from 1 to 100.");
                Error::from(ActError::invalid("/limit", "range", message))
            })?)
        }
    };
    let request = PageRequest::new(limit, cursor(paging.cursor.as_deref().unwrap_or_default())?);
    let (app, who, reader) = (visit.app.clone(), visit.actor.clone(), Reader::of(&visit));
    let read = move |conn: &mut db::Conn| {
        let page = dossiers::of_account(conn, account, &request)?;
        let mut items = Vec::new();
        for line in &page.items {
            let opened = app.open_in(conn, &who, &line.id.to_string())?;
            items.push(reader.read(conn, &opened, false)?);
        }
        Ok::<_, ActError>(Listed { items, next_cursor: page.next_cursor.map(|c| c.0), total: page.total })
    };
    Ok(HttpResponse::Ok().json(visit.app.db.read(read).await?))
}

/// One dossier by id, code or reference.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}", tag = "dossiers", security(("bearer" = [])),
    params(("name" = String, Path, description = "Id, dossier code or submission reference")),
    responses((status = 200, description = "The dossier", body = dossier_json::DossierJson),
        (status = 404, description = "None of yours", content_type = "application/problem+json")))]
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = visit.app.open_dossier(&visit.actor, &name).await?;
    answer(&visit, StatusCode::OK, &opened).await
}

/// Body of `PATCH /dossiers/{id}` (RFC 7396).
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// Merged into the answers; `null` clears a value, arrays are replaced whole.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    #[schema(value_type = Option<Object>)]
    delivery: Option<Value>,
    /// Codes of the exemptions from fees that are claimed beside the form (`chosen` in the procedure's fees); replaced whole.
    #[schema(example = json!(["poor"]))]
    exemptions: Option<Vec<String>>,
}

/// Save a draft, or mend answers while a supplement is asked for. An incomplete draft is fine, an ill-typed one 422.
#[utoipa::path(patch, path = "/api/v1/dossiers/{name}", tag = "dossiers", security(("bearer" = [])),
    params(("name" = String, Path,), ("If-Match" = Option<String>, Header, description = "The version that was read")),
    request_body = Patch,
    responses((status = 200, description = "The dossier", body = dossier_json::DossierJson),
        (status = 409, description = "Filed already", content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile; `current_version`", content_type = "application/problem+json"),
        (status = 422, description = "Wrong values", content_type = "application/problem+json")))]
pub async fn patch(visit: Visit, req: HttpRequest, name: Path<String>, Json(body): Json<Patch>) -> Result {
    is_object("/data", body.data.as_ref())?;
    is_object("/delivery", body.delivery.as_ref())?;
    let version = if_match(&req)?;
    let delivery = match &body.delivery {
        None => None,
        Some(patch) => {
            let now = visit.app.open_dossier(&visit.actor, &name).await?.dossier.delivery;
            Some(merged_delivery(now, patch)?)
        }
    };
    let save = Save { patch: body.data, delivery, exemptions: body.exemptions, version, ..Save::default() };
    let opened = visit.app.save_dossier(&visit.actor, &name, save).await?;
    answer(&visit, StatusCode::OK, &opened).await
}

/// The version that a change is meant for.
pub(super) fn if_match(req: &HttpRequest) -> Result<Option<i32>> {
    let Some(given) = req.headers().get(header::IF_MATCH) else { return Ok(None) };
    let text = given.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    // What is no version of ours can't be the current one.
    Ok(Some(number.parse().unwrap_or(-1)))
}

pub(super) fn merged_delivery(mut delivery: Delivery, patch: &Value) -> Result<Delivery> {
    let wrong = |pointer: &str, message: (&str, &str)| Err(Error::from(ActError::invalid(pointer, "type", message)));
    let Some(members) = patch.as_object() else { return Ok(delivery) };
    for (key, value) in members {
        match (key.as_str(), value) {
            ("method", Value::Null) => delivery.method = DeliveryMethod::default(),
            ("method", value) => match value.as_str().and_then(DeliveryMethod::parse) {
                Some(method) => delivery.method = method,
                None => {
                    return wrong(
                        "/delivery/method",
                        ("Chọn online, counter hoặc post.", "Choose online, counter or post."),
                    );
                }
            },
            ("address", Value::Null) => delivery.address = None,
            ("address", Value::String(text)) => delivery.address = Some(text.clone()),
            ("address", _) => return wrong("/delivery/address", ("Địa chỉ phải là chữ.", "An address is a text.")),
            (other, _) => {
                let pointer = format!("/delivery/{}", other.replace('~', "~0").replace('/', "~1"));
                return Err(ActError::invalid(
                    &pointer,
                    "unknown",
                    ("Không có mục nào tên như vậy.", "There is no such field."),
                )
                .into());
            }
        }
    }
    Ok(delivery)
}

/// Throw a draft away.
#[utoipa::path(delete, path = "/api/v1/dossiers/{name}", tag = "dossiers", security(("bearer" = [])),
    responses((status = 204, description = "Gone"),
        (status = 409, description = "Filed: withdraw it instead", content_type = "application/problem+json")))]
pub async fn discard(visit: Visit, name: Path<String>) -> Result {
    let id = visit.app.open_dossier(&visit.actor, &name).await?.dossier.id;
    let who = visit.actor.clone();
    let now = visit.now();
    visit.app.db.write(move |tx| begin::discard(tx, &who, id, now)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The longest `Idempotency-Key`.
const MAX_KEY: usize = 255;

/// The caller's key of a call, so that the same call twice is done once.
pub(super) fn idempotency_key(req: &HttpRequest) -> Result<Option<String>> {
    match req.headers().get("idempotency-key") {
        None => Ok(None),
        Some(value) => {
            let key = value.to_str().map(str::trim).unwrap_or_default();
            if key.is_empty() || key.len() > MAX_KEY {
                return Err(Error::bad_request("idempotency-key"));
            }
            Ok(Some(key.to_owned()))
        }
    }
}

/// File a draft. The same key again gives the same answer, never a second dossier.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/submit", tag = "dossiers", security(("bearer" = [])),
    params(("name" = String, Path,), ("Idempotency-Key" = String, Header,)),
    responses((status = 200, description = "The dossier with its reference", body = dossier_json::DossierJson),
        (status = 403, description = "Identity level or audience", content_type = "application/problem+json"),
        (status = 409, description = "Filed already, or filing is closed", content_type = "application/problem+json"),
        (status = 422, description = "Every fault of answers and papers", content_type = "application/problem+json")))]
pub async fn submit(visit: Visit, req: HttpRequest, name: Path<String>) -> Result {
    let given = idempotency_key(&req)?;
    let account = visit.signed_in()?.account;
    // Keys belong to the account that made them up.
    let key = given.map(|key| crypto::sha256_hex(format!("{account}\n{key}").as_bytes()));
    let filed = visit.app.submit_dossier(&visit.actor, &name, key).await?;
    answer(&visit, StatusCode::OK, &filed).await
}

/// What happened, oldest first: the public events.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}/events", tag = "dossiers", security(("bearer" = [])),
    responses((status = 200, description = "`{items, next_cursor, total}`", body = Listed<EventJson>)))]
pub async fn events(visit: Visit, name: Path<String>) -> Result {
    let id = visit.app.open_dossier(&visit.actor, &name).await?.dossier.id;
    let events = visit.app.db.read(move |conn| dossiers::events_of(conn, id)).await?;
    let items: Vec<EventJson> =
        events.iter().filter(|event| event.is_public).map(|event| EventJson::of(event, false)).collect();
    Ok(HttpResponse::Ok().json(json!({"total": items.len(), "items": items, "next_cursor": null})))
}

//! `/api/v1/office/dossiers`: officers' lists, one dossier, its papers and files.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Path, Query};
use serde::Serialize;
use serde_json::json;

use super::dossier_json::{self, DossierJson, EventJson, StatusJson};
use super::{Listed, Named};
use crate::app::filing::Opened;
use crate::dossiers;
use crate::dossiers::list::{DossierLine, Queue};
use crate::kernel::{Lang, Timestamp};
use crate::web::counter::asked::{self, Asked, Lines};
use crate::web::counter::{self, files};
use crate::web::{Result, Visit};

/// An officer by id and name.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Assignee {
    id: String,
    name: String,
}

/// A dossier in an officer's list. No answers, numbers or contacts: those are in the dossier itself, which is logged.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LineJson {
    id: String,
    reference: Option<String>,
    code: Option<String>,
    procedure: Named,
    agency: Named,
    applicant_name: String,
    owner_name: String,
    intake: String,
    status: StatusJson,
    flags: Vec<&'static str>,
    step: Option<String>,
    assignee: Option<Assignee>,
    #[schema(value_type = Option<String>)]
    due_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    acceptance_due_at: Option<Timestamp>,
    remaining_working_minutes: Option<i64>,
    overdue: bool,
    paused: bool,
    #[schema(value_type = Option<String>)]
    submitted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    decided_at: Option<Timestamp>,
    #[schema(value_type = String)]
    updated_at: Timestamp,
    version: i32,
}

fn line(lines: &Lines, line: &DossierLine, minutes: Option<i64>, lang: Lang) -> LineJson {
    let agency = lines.agencies.get(&line.agency_id).cloned().unwrap_or_default();
    let assignee = line
        .assignee_id
        .map(|id| Assignee { id: id.to_string(), name: lines.people.get(&id).cloned().unwrap_or_default() });
    LineJson {
        id: line.id.to_string(),
        reference: line.reference.clone(),
        code: line.code.clone(),
        procedure: Named::new(&line.procedure_code, &lines.procedure(line, lang)),
        agency: Named::new(&agency.0, &agency.1),
        applicant_name: line.applicant_name.clone(),
        owner_name: line.owner_name.clone(),
        intake: line.intake.clone(),
        status: StatusJson::of(line.status, lang),
        flags: line.flags.names(),
        step: line.step.clone(),
        assignee,
        due_at: line.due_at,
        acceptance_due_at: line.acceptance_due_at,
        remaining_working_minutes: minutes,
        overdue: minutes.is_some() && line.current_due().is_some_and(|at| line.paused_since.unwrap_or(lines.now) > at),
        paused: line.paused_since.is_some(),
        submitted_at: line.submitted_at,
        decided_at: line.decided_at,
        updated_at: line.updated_at,
        version: line.version,
    }
}

/// The dossiers that the officer may see, narrowed down.
#[utoipa::path(get, path = "/api/v1/office/dossiers", tag = "office", security(("bearer" = [])), params(
    ("queue" = Option<String>, Query, description = "all, new, mine, due_soon, overdue, supplement, payment, to_sign, to_hand_over, opinion"),
    ("status" = Option<String>, Query, description = "Number or key"),
    ("due" = Option<String>, Query, description = "overdue, soon, today, a day or an instant"),
    ("assignee" = Option<String>, Query, description = "Id or e-mail address of an officer, or `me`"),
    ("q" = Option<String>, Query, description = "Code, reference, name or identity number"),
    ("limit" = Option<u32>, Query, description = "1–100, default 20"), ("cursor" = Option<String>, Query,)),
    responses((status = 200, description = "`{items, next_cursor, total}`", body = Listed<LineJson>),
        (status = 422, description = "A parameter that can't be read", content_type = "application/problem+json")))]
pub async fn list(visit: Visit, asked: Query<Asked>) -> Result {
    let query = asked.query(&visit, Queue::All)?;
    let lines = asked::read(&visit, &asked, query, false).await?;
    let items: Vec<LineJson> =
        lines.page.items.iter().zip(&lines.minutes).map(|(l, m)| line(&lines, l, *m, visit.lang)).collect();
    let next_cursor = lines.page.next_cursor.as_ref().map(|cursor| cursor.0.clone());
    Ok(HttpResponse::Ok().json(Listed { items, next_cursor, total: lines.page.total }))
}

/// A queue and how many dossiers it holds.
#[derive(Serialize, utoipa::ToSchema)]
pub struct QueueCount {
    #[schema(example = "due_soon")]
    queue: &'static str,
    count: i64,
}

/// How many dossiers each queue holds.
#[utoipa::path(get, path = "/api/v1/office/queues", tag = "office", security(("bearer" = [])),
    responses((status = 200, description = "`{items, next_cursor, total}`", body = Listed<QueueCount>)))]
pub async fn queues(visit: Visit) -> Result {
    let asked = Asked { limit: "1".to_owned(), ..Asked::default() };
    let lines = asked::read(&visit, &asked, asked.query(&visit, Queue::All)?, true).await?;
    let count = |(queue, count): &(Queue, i64)| QueueCount { queue: queue.as_str(), count: *count };
    let items: Vec<_> = lines.counts.iter().map(count).collect();
    Ok(HttpResponse::Ok().json(json!({"total": items.len(), "items": items, "next_cursor": null})))
}

/// An answer with the dossier and its version as `ETag`.
pub(super) async fn answer(visit: &Visit, status: StatusCode, (opened, with_data): (&Opened, bool)) -> Result {
    let json = dossier_json::dossier(visit, opened, with_data).await?;
    Ok(HttpResponse::build(status).insert_header((header::ETAG, format!("\"{}\"", json.version))).json(&json))
}

/// The whole dossier. The look is in the access log before the answer is sent.
#[utoipa::path(get, path = "/api/v1/office/dossiers/{name}", tag = "office", security(("bearer" = [])),
    params(("name" = String, Path, description = "Dossier code, submission reference or id")),
    responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 403, description = "Of another agency", content_type = "application/problem+json"),
        (status = 404, description = "No such dossier", content_type = "application/problem+json")))]
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = counter::open_logged(&visit, &name).await?;
    answer(&visit, StatusCode::OK, (&opened, true)).await
}

/// Everything that happened, oldest first, with what each act changed.
#[utoipa::path(get, path = "/api/v1/office/dossiers/{name}/events", tag = "office", security(("bearer" = [])),
    responses((status = 200, description = "`{items, next_cursor, total}`", body = Listed<EventJson>)))]
pub async fn events(visit: Visit, name: Path<String>) -> Result {
    let id = counter::open_logged(&visit, &name).await?.dossier.id;
    let events = visit.app.db.read(move |conn| dossiers::events_of(conn, id)).await?;
    let items: Vec<EventJson> = events.iter().map(|event| EventJson::of(event, true)).collect();
    Ok(HttpResponse::Ok().json(json!({"total": items.len(), "items": items, "next_cursor": null})))
}

/// A one-stop paper as PDF: `mau-01` … `mau-07`, `thong-bao-nghia-vu`, `xac-nhan-nop`, `to-khai`.
#[utoipa::path(get, path = "/api/v1/office/dossiers/{name}/papers/{form}", tag = "office", security(("bearer" = [])),
    responses((status = 200, description = "The PDF", content_type = "application/pdf"),
        (status = 404, description = "The act behind it never happened", content_type = "application/problem+json")))]
pub async fn paper(visit: Visit, at: Path<(String, String)>) -> Result {
    files::paper(visit, at).await
}

/// An attached file.
#[utoipa::path(get, path = "/api/v1/office/dossiers/{name}/attachments/{document}", tag = "office",
    security(("bearer" = [])), responses((status = 200, description = "The file"), (status = 404, description = "None")))]
pub async fn attachment(visit: Visit, at: Path<(String, String)>) -> Result {
    files::attachment(visit, at).await
}

/// A result as PDF, with the signatures made so far.
#[utoipa::path(get, path = "/api/v1/office/dossiers/{name}/results/{result}", tag = "office",
    security(("bearer" = [])), responses((status = 200, description = "The PDF"), (status = 404, description = "None")))]
pub async fn result(visit: Visit, at: Path<(String, String)>) -> Result {
    files::result(visit, at).await
}

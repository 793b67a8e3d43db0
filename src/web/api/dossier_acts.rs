//! The citizen's later acts over the JSON API. Each answers the dossier as it is then.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Listed;
use super::dossier_json::{DossierJson, MessageJson};
use super::dossiers::answer;
use super::with_acts;
use crate::app::filing::Save;
use crate::dossiers;
use crate::feedback;
use crate::office::action::Action;
use crate::office::supplement_answer::SupplementAnswer;
use crate::office::{ActError, Target};
use crate::web::json::Json;
use crate::web::{Result, Visit};

/// Body of `…/supplement`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Supplement {
    note: Option<String>,
    /// Answers to mend (RFC 7396).
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
}

/// Body of `…/withdraw`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    reason: String,
}

/// Body of `…/confirm_draft`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmDraft {
    ok: bool,
    /// What is wrong, when it is not.
    note: Option<String>,
}

/// Body of `…/messages`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    text: String,
}

/// Body of `…/rating`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// 1 to 5.
    score: i64,
    comment: Option<String>,
}

async fn act(visit: &Visit, name: &str, action: Action) -> Result {
    match visit.app.act(&visit.actor, name, (None, action)).await {
        Ok(opened) => answer(visit, StatusCode::OK, &opened).await,
        Err(e) => Err(with_acts(visit, name, e.into()).await),
    }
}

/// Say that everything asked for is there. New papers go to `…/attachments` first.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/supplement", tag = "dossiers", security(("bearer" = [])),
    request_body = Supplement, responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 409, description = "Nothing is asked for; `allowed_actions`", content_type = "application/problem+json"),
        (status = 422, description = "Not complete: what was asked and not answered, by pointer", content_type = "application/problem+json")))]
pub async fn supplement(visit: Visit, name: Path<String>, Json(body): Json<Supplement>) -> Result {
    if let Some(data) = body.data {
        if !data.is_object() {
            let message = ("Giá trị phải là một đối tượng JSON.", "The value must be a JSON object.");
            return Err(ActError::invalid("/data", "type", message).into());
        }
        let save = Save { patch: Some(data), ..Save::default() };
        visit.app.save_dossier(&visit.actor, &name, save).await?;
    }
    act(&visit, &name, Action::Supplement(SupplementAnswer { note: body.note, checked: None })).await
}

/// Withdraw: at once before acceptance, afterwards an officer confirms.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/withdraw", tag = "dossiers", security(("bearer" = [])),
    request_body = Withdraw, responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 409, description = "Not possible now; `allowed_actions`", content_type = "application/problem+json")))]
pub async fn withdraw(visit: Visit, name: Path<String>, Json(body): Json<Withdraw>) -> Result {
    act(&visit, &name, Action::Withdraw { reason: body.reason }).await
}

/// Agree with the draft certificate, or say what is wrong with it.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/confirm_draft", tag = "dossiers", security(("bearer" = [])),
    request_body = ConfirmDraft, responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 409, description = "No draft waits; `allowed_actions`", content_type = "application/problem+json")))]
pub async fn confirm_draft(visit: Visit, name: Path<String>, Json(body): Json<ConfirmDraft>) -> Result {
    act(&visit, &name, Action::ConfirmDraft { ok: body.ok, note: body.note }).await
}

/// Write to the agency.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/messages", tag = "dossiers", security(("bearer" = [])),
    request_body = Text, responses((status = 200, description = "The dossier", body = DossierJson)))]
pub async fn message(visit: Visit, name: Path<String>, Json(body): Json<Text>) -> Result {
    act(&visit, &name, Action::Message { text: body.text }).await
}

/// The messages of a dossier, oldest first.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}/messages", tag = "dossiers", security(("bearer" = [])),
    responses((status = 200, description = "`{items, next_cursor, total}`", body = Listed<MessageJson>)))]
pub async fn messages(visit: Visit, name: Path<String>) -> Result {
    let id = visit.app.open_dossier(&visit.actor, &name).await?.dossier.id;
    let messages = visit.app.db.read(move |conn| dossiers::messages_of(conn, id)).await?;
    let items: Vec<MessageJson> = messages.iter().map(MessageJson::from).collect();
    Ok(HttpResponse::Ok().json(json!({"total": items.len(), "items": items, "next_cursor": null})))
}

/// Rate the service, once, after the result was handed over.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/rating", tag = "dossiers", security(("bearer" = [])),
    request_body = Rating, responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 409, description = "Too early, or rated already; `allowed_actions`", content_type = "application/problem+json")))]
pub async fn rate(visit: Visit, name: Path<String>, Json(body): Json<Rating>) -> Result {
    let opened = visit.app.open_dossier(&visit.actor, &name).await?;
    let rating = feedback::Rating { score: body.score, comment: body.comment };
    let (who, rules, now) = (visit.actor.clone(), opened.rules.clone(), visit.now());
    let target = Target::from(opened.dossier.id);
    let rated = visit.app.db.write(move |tx| feedback::rate(tx, &who, (target, &rating), &rules, now)).await;
    if let Err(e) = rated {
        return Err(with_acts(&visit, &name, e.into()).await);
    }
    let opened = visit.app.open_dossier(&visit.actor, &name).await?;
    answer(&visit, StatusCode::OK, &opened).await
}

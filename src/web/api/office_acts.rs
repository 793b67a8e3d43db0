//! `POST /api/v1/office/dossiers/{code}/actions/{action}`: every act of an officer.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::{Value, json};

use super::dossier_json::DossierJson;
use super::dossiers::if_match;
use super::office::answer;
use super::with_acts;
use crate::app::SigningError;
use crate::dossiers::Step;
use crate::office::ActError;
use crate::web::counter::acts::whose;
use crate::web::counter::open_logged;
use crate::web::counter::perform::{perform, step_of};
use crate::web::json::Json;
use crate::web::{Error, Result, Visit};

/// Do an act; the answer is the dossier without its answers.
///
/// The body is a JSON object with the act's fields; `?` marks those that may be left out.
///
/// - `accept`, `receive`: none
/// - `refuse_acceptance`, `return_back`, `stop`, `resume`, `reject`, `close`, `correct`, `revoke_result`,
///   `decline_withdrawal`: `reason`
/// - `request_supplement`: `reason`, `items` (each `document?` or `pointer?`, and `note`), `due_on?`
/// - `record_supplement`, `approve`: `note?`
/// - `request_payment`: `lines` (each `kind`, `name`, `amount_vnd`), `reason`, `notice?` of the agency that asks (`number`,
///   `issued_on`, `issuer`, `due_on`, `collected_by`: `here` or `elsewhere`, `account?`)
/// - `record_payment`: `method` (`cash` or `pos`, or `treasury` for what is collected elsewhere, with `paper`: `number`,
///   `paid_on`, `amount_vnd`: that of the fees it pays), `lines?` (codes of fees; all that are owed there when missing)
/// - `confirm_exemption`: `exemption?`, `note?`; `refuse_exemption`: `exemption?`, `reason` (`exemption` is its code, needed
///   where several wait)
/// - `waive_fee`: `reason`, `proof?` for what is owed to us; `reason`, `paper` (`number`, `issued_on`) for what is collected
///   elsewhere, by which the agency that issued the notice lets it go
/// - `forward`: `step?` (the next one when missing), `assignee?`, `note?`
/// - `assign`: `assignee`
/// - `ask_opinion`: `agency`, `question`, `due_on`
/// - `give_opinion`, `message`: `text`
/// - `extend`: `reason`, `new_due_at`
/// - `draft_result`: `data`, `outcome`, `note?`, `ask_citizen?`
/// - `sign`: `otp?`
/// - `hand_over`: `method` (`online`, `counter` or `post`), `receiver?` (`name`, `identity`, `relation`,
///   `authority`), `signed?` (`hand`, `fingerprint` or `otp`)
/// - `confirm_withdrawal`: `refund?`
///
/// An assignee is an officer's id or e-mail address, an agency its id or code.
#[utoipa::path(post, path = "/api/v1/office/dossiers/{name}/actions/{action}", tag = "office",
    security(("bearer" = [])), params(("name" = String, Path,), ("action" = String, Path,),
        ("If-Match" = Option<String>, Header, description = "The version that was read")),
    request_body = Object, responses((status = 200, description = "The dossier", body = DossierJson),
        (status = 403, description = "Not for this role: whose act it is in `roles`, or who has the dossier in `holder`", content_type = "application/problem+json"),
        (status = 404, description = "No such dossier or act", content_type = "application/problem+json"),
        (status = 409, description = "Not possible now; `allowed_actions`", content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile; `current_version`", content_type = "application/problem+json"),
        (status = 422, description = "Faults in the body", content_type = "application/problem+json")))]
pub async fn act(visit: Visit, req: HttpRequest, at: Path<(String, String)>, Json(body): Json<Value>) -> Result {
    let (name, action) = at.into_inner();
    let step = step_of(&action).ok_or_else(Error::not_found)?;
    if !body.is_object() {
        return Err(ActError::invalid(
            "",
            "type",
            ("Nội dung gửi lên phải là một đối tượng JSON.", "The body must be a JSON object."),
        )
        .into());
    }
    let version = if_match(&req)?;
    // The answer shows people, papers and messages: a look at the dossier, in the log before the act.
    open_logged(&visit, &name).await?;
    match perform(&visit, &name, (version, step, body)).await {
        Ok(opened) => answer(&visit, StatusCode::OK, (&opened, false)).await,
        Err(e) => Err(refused(&visit, (&name, step), e).await),
    }
}

/// A refusal. Every conflict says what may be done instead, and who has not the role is told whose act it is: whoever
/// comes this far sees the dossier.
async fn refused(visit: &Visit, (name, step): (&str, Step), e: SigningError) -> Error {
    let error = Error::from(e);
    if error.code() == Error::forbidden().code() {
        let Some((roles, told)) = whose(visit, step) else { return error };
        let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        return error.detail(told).with("roles", json!(roles));
    }
    with_acts(visit, name, error).await
}

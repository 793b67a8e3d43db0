//! Doing an act by its name and body: one way for the pages' forms and for the JSON API.

use serde_json::{Value, json};

use super::asked::officer_named;
use crate::accounts::agencies;
use crate::app::SigningError;
use crate::app::filing::Opened;
use crate::db;
use crate::dossiers::Step;
use crate::kernel::{AgencyId, DossierId, FeeId};
use crate::office::action::{Action, OFFICER_ACTS};
use crate::office::{ActError, desk_allows};
use crate::payments;
use crate::web::Visit;

/// The act of a name in contract.md §6; writing to the citizen is one too.
pub(in crate::web) fn step_of(name: &str) -> Option<Step> {
    Step::parse(name).filter(|step| OFFICER_ACTS.contains(step) || *step == Step::Message)
}

/// Does an act. Right and status are looked at before the body, so that who may not do it learns nothing of it.
/// `version`: what the person looked at.
///
/// # Errors
/// As the act; signing has some of its own.
pub(in crate::web) async fn perform(
    visit: &Visit,
    name: &str,
    (version, step, body): (Option<i32>, Step, Value),
) -> Result<Opened, SigningError> {
    let (app, who) = (&visit.app, &visit.actor);
    let opened = app.open_dossier(who, name).await?;
    desk_allows(who, &opened.dossier, &opened.rules, step)?;
    if step == Step::Sign {
        let otp = body.get("otp").and_then(Value::as_str).map(str::to_owned);
        return app.sign_result(who, name, (version, otp)).await;
    }
    let body = resolved(visit, opened.dossier.id, (step, body)).await?;
    let action = Action::parse(step, &body).map_err(ActError::Invalid)?;
    Ok(app.act(who, name, (version, action)).await?)
}

/// Names that people know (e-mail address of an officer, code of an agency or fee) become ids.
async fn resolved(visit: &Visit, dossier: DossierId, (step, body): (Step, Value)) -> Result<Value, ActError> {
    let Some(me) = visit.actor.account() else { return Ok(body) };
    if !matches!(step, Step::Assign | Step::Forward | Step::AskOpinion | Step::RecordPayment) || !body.is_object() {
        return Ok(body);
    }
    let read = move |conn: &mut db::Conn| {
        let mut body = body.clone();
        if let Some(text) = text_of(&body, "assignee") {
            put(&mut body, "assignee", json!(officer_named(conn, &text, me)?));
        }
        if let Some(text) = text_of(&body, "agency") {
            put(&mut body, "agency", json!(agency_named(conn, &text)?));
        }
        if let Some(lines) = body.get("lines").and_then(Value::as_array).cloned() {
            put(&mut body, "lines", json!(fees_named(conn, dossier, &lines)?));
        }
        Ok(body)
    };
    visit.app.db.read(read).await
}

fn text_of(body: &Value, key: &str) -> Option<String> {
    body.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn put(body: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = body {
        map.insert(key.to_owned(), value);
    }
}

/// An agency by id or code.
fn agency_named(conn: &mut db::Conn, text: &str) -> Result<AgencyId, ActError> {
    let found = match text.parse::<AgencyId>() {
        Ok(id) => agencies::by_id(conn, id)?,
        Err(_) => agencies::by_code(conn, text.trim())?,
    };
    found
        .map(|a| a.id)
        .ok_or_else(|| ActError::invalid("/agency", "unknown", ("Không có cơ quan này.", "There is no such agency.")))
}

/// Fees by id or code; of fees with one code those that are owed.
fn fees_named(conn: &mut db::Conn, dossier: DossierId, lines: &[Value]) -> Result<Vec<FeeId>, ActError> {
    let known = payments::lines_of(conn, dossier)?;
    let mut ids = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let text = line.as_str().or_else(|| line.get("id").or_else(|| line.get("code")).and_then(Value::as_str));
        let unknown = || {
            ActError::invalid(
                &format!("/lines/{i}"),
                "unknown",
                ("Hồ sơ không có khoản phí này.", "The dossier has no such fee."),
            )
        };
        let text = text.ok_or_else(unknown)?;
        let mut of_line: Vec<FeeId> = known
            .iter()
            .filter(|l| l.id.to_string() == text || (l.code == text && l.state().is_owed()))
            .map(|l| l.id)
            .collect();
        if of_line.is_empty() {
            // A settled fee of that code: the act says so.
            of_line = known.iter().filter(|l| l.code == text).map(|l| l.id).collect();
        }
        if of_line.is_empty() {
            return Err(unknown());
        }
        ids.extend(of_line);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_of_citizens_and_of_the_product_are_none_of_the_office() {
        for name in ["submit", "supplement", "withdraw", "rate", "lapse", "paid", "confirm_draft", "nothing"] {
            assert_eq!(step_of(name), None, "{name}");
        }
        for name in ["accept", "sign", "hand_over", "message", "revoke_result"] {
            assert!(step_of(name).is_some(), "{name}");
        }
    }
}

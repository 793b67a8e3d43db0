//! `/can-bo/ho-so/{code}/du-thao`: drafting the result. Its form is the result's own, prefilled from the declaration.

use actix_web::web::Path;
use serde_json::{Map, Value, json};

use super::perform::perform;
use super::{address, open_logged};
use crate::app::SigningError;
use crate::app::filing::Opened;
use crate::catalog::Outcome;
use crate::dossiers::{self, Step};
use crate::forms::{Ctx, FieldView, Form, ViewInput, apply_merge_patch};
use crate::kernel::{Lang, local_date};
use crate::office::draft_result::{may_ask_citizen, prefilled};
use crate::office::{ActError, Fault, Words, answers};
use crate::templating::FlashKind;
use crate::templating::pages::parts::{Choice, FormError};
use crate::templating::pages::workspace::{ActField, DraftResultPage};
use crate::web::form::{Fields, Posted};
use crate::web::{Error, Result, Visit};

/// What the page shows in its fields.
struct Filled {
    data: Value,
    outcome: String,
    note: String,
    ask: bool,
}

/// `GET /can-bo/ho-so/{code}/du-thao`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open_logged(&visit, &name).await?;
    let id = opened.dossier.id;
    let saved = visit.app.db.read(move |conn| dossiers::draft_result_of(conn, id)).await?;
    let mut data = from_declaration(&opened);
    if let Some(saved) = &saved {
        apply_merge_patch(&mut data, &answers::open(&visit.app.keys, &saved.data));
    }
    let filled = Filled {
        data,
        outcome: saved.as_ref().map_or_else(|| "granted".to_owned(), |s| s.outcome.clone()),
        note: saved.and_then(|s| s.note).unwrap_or_default(),
        ask: false,
    };
    visit.page(&page(&visit, &opened, &filled, &[]).await?)
}

/// `POST /can-bo/ho-so/{code}/du-thao`
pub async fn save(visit: Visit, name: Path<String>, Posted(typed): Posted<Fields>) -> Result {
    let opened = open_logged(&visit, &name).await?;
    let (mut data, mut stay) = (json!({}), false);
    let mut faults = Vec::new();
    if let Some(form) = form_of(&opened) {
        let pairs: Vec<(String, String)> = typed.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let keys: Vec<String> = form.sections().map(|(key, _)| key.to_owned()).collect();
        for key in keys {
            let posted = form.parse_post(&key, &super::filing::of_section(&pairs, &key));
            apply_merge_patch(&mut data, &posted.patch);
            stay |= posted.stay;
            faults.extend(
                posted
                    .errors
                    .iter()
                    .map(|e| Fault::new(format!("/data{}", e.pointer), "invalid", Words::said(e.message(visit.lang)))),
            );
        }
    }
    let filled = Filled {
        data,
        outcome: typed.get("outcome").to_owned(),
        note: typed.get("note").to_owned(),
        ask: typed.has("ask_citizen"),
    };
    if stay {
        // A button that only draws the page anew: nothing is saved yet.
        return visit.page(&page(&visit, &opened, &filled, &faults).await?);
    }
    if filled.outcome == "refused" && filled.note.trim().is_empty() {
        let message = ("Hãy ghi lý do từ chối: lý do đứng trên văn bản.", "Give the reason: it stands on the paper.");
        faults.push(Fault::required("/note", message));
    }
    if !faults.is_empty() {
        return visit.page_again(&page(&visit, &opened, &filled, &faults).await?);
    }
    let mut body = Map::new();
    body.insert("data".into(), filled.data.clone());
    body.insert("outcome".into(), json!(filled.outcome));
    body.insert("ask_citizen".into(), json!(filled.ask));
    if !filled.note.is_empty() {
        body.insert("note".into(), json!(filled.note));
    }
    let version = typed.get("version").parse().ok();
    match perform(&visit, &name, (version, Step::DraftResult, Value::Object(body))).await {
        Ok(saved) => {
            visit.say(FlashKind::Success, "did-draft_result", &[]);
            visit.see_other(&address(&saved))
        }
        Err(SigningError::Act(ActError::Invalid(faults))) => {
            visit.page_again(&page(&visit, &opened, &filled, &faults).await?)
        }
        Err(SigningError::Act(ActError::Rule { rule, message })) => {
            let fault = Fault::new("", rule, &message);
            let status = actix_web::http::StatusCode::CONFLICT;
            visit.page_with(status, &page(&visit, &opened, &filled, &[fault]).await?)
        }
        Err(e) => Err(e.into()),
    }
}

fn form_of(opened: &Opened) -> Option<Form> {
    let def = opened.rules.case(&opened.dossier)?.result_for(Outcome::Granted)?;
    opened.published.result_form(&opened.dossier.case_code, &def.code)
}

fn from_declaration(opened: &Opened) -> Value {
    let def = opened.rules.case(&opened.dossier).and_then(|case| case.result_for(Outcome::Granted));
    def.map(|def| prefilled(def, &opened.data)).unwrap_or_else(|| json!({}))
}

async fn page(visit: &Visit, opened: &Opened, filled: &Filled, faults: &[Fault]) -> Result<DraftResultPage> {
    let app = visit.app.clone();
    let lists = visit.app.db.read(move |conn| app.units(conn)).await?;
    let choice = |value: &str| Choice::new(value, visit.text(&format!("outcome-{value}"), &[]));
    let outcome = ActField::new("draft", "radio", "outcome", visit.text("outcome", &[]));
    let outcome = outcome.options(vec![choice("granted"), choice("refused")]);
    let outcome = ActField {
        value: Some(filled.outcome.clone()),
        error: faults.iter().find(|f| f.pointer == "/outcome").map(|f| f.says(visit.lang).to_owned()),
        ..outcome
    };
    let mut fields = Vec::new();
    if let Some(form) = form_of(opened) {
        let ctx = Ctx::new(local_date(visit.now()), &lists);
        let input = ViewInput { data: &filled.data, errors: &[], lang: visit.lang, ctx, sources: None, section: None };
        let groups = form.view(&input).sections.into_iter().flat_map(|section| section.groups);
        for field in groups.flat_map(|group| group.fields) {
            let pointer = format!("/data/{}", field.name.replace('.', "/"));
            let error = faults.iter().find(|f| f.pointer == pointer).map(|f| f.says(visit.lang).to_owned());
            let mut value = serde_json::to_value::<&FieldView>(&field).map_err(Error::internal)?;
            if let (Some(error), Some(map)) = (error, value.as_object_mut()) {
                map.insert("error".into(), json!(error));
            }
            fields.push(value);
        }
    }
    let note = ActField::new("draft", "textarea", "note", visit.text("draft-note", &[])).optional();
    let missing = faults.iter().find(|f| f.pointer == "/note").map(|f| f.says(visit.lang).to_owned());
    fields.push(shown(&ActField { value: Some(filled.note.clone()), maxlength: Some(2000), error: missing, ..note })?);
    if may_ask_citizen(&opened.dossier, &opened.rules) {
        let ask = ActField::new("draft", "checkbox", "ask_citizen", visit.text("draft-ask", &[]));
        let mut value = shown(&ask)?;
        if let Some(map) = value.as_object_mut() {
            map.insert("checked".into(), json!(filled.ask));
        }
        fields.push(value);
    }
    let base = address(opened);
    Ok(DraftResultPage {
        code: opened.dossier.name(),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: base.clone(),
        action: format!("{base}/du-thao"),
        errors: faults.iter().map(|fault| error(fault, visit.lang)).collect(),
        outcome,
        fields,
        preview: None,
        version: i64::from(opened.dossier.version),
    })
}

fn shown(field: &ActField) -> Result<Value> {
    serde_json::to_value(field).map_err(Error::internal)
}

fn error(fault: &Fault, lang: Lang) -> FormError {
    let (pointer, says) = (fault.pointer.as_str(), fault.says(lang));
    match (pointer.strip_prefix("/data/"), pointer) {
        (Some(path), _) => FormError::at(&format!("f-{}", path.replace('/', "-")), says),
        (None, "/outcome" | "/note" | "/ask_citizen") => {
            FormError::at(&format!("f-draft-{}", pointer.trim_start_matches('/')), says)
        }
        (None, _) => FormError { href: None, text: says.to_owned() },
    }
}

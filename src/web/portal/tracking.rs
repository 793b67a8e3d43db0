//! `/tra-cuu`: where a dossier stands, by its code, without signing in.

use actix_web::http::StatusCode;
use actix_web::web::Query;

use super::{public_name, words};
use crate::templating::pages::parts::{Answer, FormError, Input};
use crate::templating::pages::tracking::{TrackedDossier, Tracking};
use crate::web::lookup::{self, Found};
use crate::web::{Result, Visit};

/// What is asked for.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    ma: String,
    #[serde(rename = "xac-nhan")]
    digits: String,
}

/// `GET /tra-cuu`
pub async fn show(visit: Visit, asked: Query<Asked>) -> Result {
    let code = asked.ma.trim();
    let typed: String = code.chars().take(60).collect();
    if code.is_empty() {
        return visit.page(&Tracking::default());
    }
    let Some(found) = lookup::find(&visit, code, asked.digits.trim()).await? else {
        // Well-formed or not, filed or not: one answer.
        let key = if public_name(code).is_some() { "tracking-unknown" } else { "tracking-no-code" };
        let text = visit.text(key, &[]);
        let errors = vec![FormError::at("code", text.clone())];
        return visit.page_again(&Tracking { errors, code: Input::wrong(typed, text), ..Tracking::default() });
    };
    if let Some(wait) = found.tired {
        // What everybody may know is shown all the same.
        let text = lookup::too_many_guesses(&visit, wait).told(&visit.app.templates, visit.lang);
        let errors = vec![FormError::at("verifier", text.clone())];
        let (code, verifier) = (Input::of(typed), Input::wrong("", text));
        let page = Tracking { errors, code, verifier, result: Some(tracked(&visit, &found)) };
        return visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page);
    }
    let wrong = !asked.digits.trim().is_empty() && !found.verified;
    let verifier = match wrong {
        true => Input::wrong("", visit.text("tracking-digits-wrong", &[])),
        false => Input::default(),
    };
    let errors = verifier.error.iter().map(|text| FormError::at("verifier", text.clone())).collect();
    let result = Some(tracked(&visit, &found));
    visit.page(&Tracking { errors, code: Input::of(typed), verifier, result })
}

fn tracked(visit: &Visit, found: &Found) -> TrackedDossier {
    let (dossier, rules) = (&found.dossier, &found.rules);
    TrackedDossier {
        code: dossier.name(),
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: rules.agency.name.clone(),
        status: dossier.status().key().to_owned(),
        sentence: words::sentence(visit, (dossier, rules), &found.whole),
        submitted_at: dossier.submitted_at,
        due: words::due(visit, dossier, rules),
        fees_due: Some(found.whole.fees_due()).filter(|owed| owed.0 > 0),
        timeline: words::timeline(visit, (dossier, rules), &found.whole.events, false),
        details: if found.verified { details(visit, found) } else { Vec::new() },
        sign_in: format!("/dang-nhap?tiep=/ho-so/{}", dossier.name()),
    }
}

/// What the person with the right digits sees beyond the public status.
fn details(visit: &Visit, found: &Found) -> Vec<Answer> {
    let dossier = &found.dossier;
    let row = |key: &str, value: Option<String>| Answer {
        label: visit.text(key, &[]),
        value: value.filter(|v| !v.is_empty()),
        ..Answer::default()
    };
    let mut rows = vec![
        row("tracking-applicant", Some(dossier.applicant_name.clone())),
        row("tracking-owner", Some(dossier.owner_name.clone())),
        row("delivery-title", Some(visit.text(&format!("delivery-{}", dossier.delivery.method.as_str()), &[]))),
    ];
    if let Some(request) = found.whole.open_supplement() {
        rows.push(row("tracking-asked", Some(request.reason.clone())));
        rows.push(row("tracking-until", Some(words::day(request.due_on()))));
    }
    if let Some(note) = found.whole.events.iter().rev().find(|e| e.is_public && e.note.is_some()) {
        rows.push(row("tracking-note", note.note.clone()));
    }
    rows
}

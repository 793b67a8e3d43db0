//! `/tra-cuu`: where a dossier stands, by its code, without signing in.

use actix_web::http::StatusCode;
use actix_web::web::Query;

use super::words;
use crate::dossiers::Event;
use crate::kernel::national::{DossierKey, ReferenceError, SubmissionReference};
use crate::templating::pages::parts::{Answer, FormError, Input};
use crate::templating::pages::tracking::{TrackedDossier, Tracking};
use crate::web::lookup::{self, Found};
use crate::web::obligations;
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
        let by_number = is_number(code);
        let text = visit.text(unknown(code), &[]);
        let errors = vec![FormError::at("code", text.clone())];
        // A person's number is not written into the page.
        let typed = if by_number { String::new() } else { typed };
        let code = Input::wrong(typed, text);
        return visit.page_again(&Tracking { errors, code, by_number, ..Tracking::default() });
    };
    if let Some(wait) = found.tired {
        // What everybody may know is shown all the same.
        let text = lookup::too_many_guesses(&visit, wait).told(&visit.app.templates, visit.lang);
        let errors = vec![FormError::at("verifier", text.clone())];
        let (code, verifier) = (Input::of(typed), Input::wrong("", text));
        let page = Tracking { errors, code, verifier, by_number: false, result: Some(tracked(&visit, &found)) };
        return visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page);
    }
    let wrong = !asked.digits.trim().is_empty() && !found.verified;
    let verifier = match wrong {
        true => Input::wrong("", visit.text("tracking-digits-wrong", &[])),
        false => Input::default(),
    };
    let errors = verifier.error.iter().map(|text| FormError::at("verifier", text.clone())).collect();
    let result = Some(tracked(&visit, &found));
    visit.page(&Tracking { errors, code: Input::of(typed), verifier, by_number: false, result })
}

/// The words for what led to no dossier: what is wrong with it as a code, else that there is none. Filed or not: one
/// answer.
pub(in crate::web) fn unknown(typed: &str) -> &'static str {
    match DossierKey::parse(typed) {
        _ if is_number(typed) => "tracking-by-number",
        Ok(_) => "tracking-unknown",
        Err(_) if is_slip(typed) => "tracking-typo",
        Err(_) => "tracking-no-code",
    }
}

/// Whether a submission reference was mistyped. Dots and several hyphens stand in dossier codes only.
fn is_slip(typed: &str) -> bool {
    let like_a_code = typed.contains('.') || typed.matches('-').count() > 1;
    !like_a_code && SubmissionReference::parse(typed) == Err(ReferenceError::Check)
}

/// Whether an identity number or a phone was typed where a code was asked for.
fn is_number(typed: &str) -> bool {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '+')).collect();
    matches!(digits.len(), 9..=12) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn tracked(visit: &Visit, found: &Found) -> TrackedDossier {
    let (dossier, rules) = (&found.dossier, &found.rules);
    TrackedDossier {
        code: dossier.name(),
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: rules.agency.name.clone(),
        status: dossier.status().key().to_owned(),
        sentence: found.sentence(visit),
        submitted_at: dossier.submitted_at,
        due: words::due(visit, dossier, rules),
        fees_due: Some(found.fees_due()).filter(|owed| owed.0 > 0 && !found.whole.is_being_paid()),
        obligation: found.obligation().map(|notice| {
            let owed = words::money(notice.owed(&found.whole.fees), visit.lang);
            (owed, obligations::until(visit, notice, &found.whole), obligations::place(visit, notice, rules))
        }),
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
        rows.push(row("tracking-asked", Some(found.asked_for(visit, request).join("\n"))));
        rows.push(row("tracking-until", Some(words::day(request.due_on()))));
    }
    if let Some(notice) = found.obligation() {
        rows.extend(obligations::details(visit, notice));
    }
    // That the agency wrote something, and where it is read. What the person wrote themselves is not the agency's word.
    let of_agency =
        |e: &Event| e.is_public && e.note.is_some() && matches!(e.actor_kind.as_str(), "officer" | "system");
    if found.whole.events.iter().any(of_agency) {
        let whereabouts =
            if dossier.applicant_account.is_some() { "tracking-note-account" } else { "tracking-note-counter" };
        rows.push(row(
            "tracking-note",
            Some(visit.text(whereabouts, &[("agency", found.rules.agency.name.as_str().into())])),
        ));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_what_is_no_code() {
        assert_eq!(unknown("K7M2Q-9T4XW"), "tracking-unknown", "the example of the words is a code");
        assert_eq!(unknown("H46.01-261121-0007"), "tracking-unknown");
        for slip in ["K7M2Q-9T4XB", "k7m2q 9t4wx", "7KM2Q9T4XW"] {
            assert_eq!(unknown(slip), "tracking-typo", "{slip}");
        }
        for other in ["H46.01-261121-07", "H46.01-2611-7", "H57-261118-1", "K7M2Q-9T4X", "khai sinh"] {
            assert_eq!(unknown(other), "tracking-no-code", "{other}");
        }
        assert_eq!(unknown("0912 000 011"), "tracking-by-number");
    }

    #[test]
    fn numbers_of_people_are_no_codes() {
        for number in ["046090000011", "046 090 000 011", "0912 000 011", "+84 912 000 011", "191234567"] {
            assert!(is_number(number), "{number}");
        }
        for code in ["H57.31-261118-0001", "K7M2Q-9T4XW", "12", "0460900000111"] {
            assert!(!is_number(code), "{code}");
        }
    }
}

//! `/ho-so/{id}/kiem-tra`, filing, and the confirmation.

use actix_web::web::Path;

use super::{address, fees, lists, open, today, version, words};
use crate::app::UnitLists;
use crate::app::filing::Opened;
use crate::catalog::papers::Need;
use crate::documents::{self, ResultRow};
use crate::dossiers::{DeliveryMethod, State};
use crate::forms::{CheckMode, Ctx, FieldError, SummaryItem, SummarySection, row_name};
use crate::office::ActError;
use crate::payments;
use crate::templating::FlashKind;
use crate::templating::pages::filing::{AtOnce, CheckAnswers, Confirmation};
use crate::templating::pages::parts::{Answer, AnswerGroup, FormError, Hidden};
use crate::web::exemptions;
use crate::web::form::{Fields, Posted};
use crate::web::pay::begin::can_pay;
use crate::web::{Error, Result, Visit};

/// `GET /ho-so/{id}/kiem-tra`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open(&visit, &name).await?;
    if opened.dossier.state() != Some(State::Draft) {
        return visit.see_other(&address(&opened));
    }
    let errors = faults(&visit, &opened).await?;
    visit.page(&page(&visit, &opened, errors).await?)
}

/// `POST /ho-so/{id}/nop`. A double click, and the same draft in two browsers, make one dossier.
pub async fn submit(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let opened = open(&visit, &name).await?;
    if opened.dossier.state() != Some(State::Draft) {
        return visit.see_other(&format!("{}/da-nop", address(&opened)));
    }
    let seen = version(fields.get("version"));
    if seen != Some(opened.dossier.version) {
        // What was read through is not what would be filed.
        let text = visit.text("check-changed", &[]);
        return visit.page_again(&page(&visit, &opened, vec![FormError { href: None, text }]).await?);
    }
    if opened.rules.revision_id != opened.dossier.revision_id {
        visit.say(FlashKind::Warning, "flash-revision", &[]);
        return visit.see_other(&address(&opened));
    }
    let id = opened.dossier.id.to_string();
    match visit.app.submit_dossier(&visit.actor, &id, None).await {
        Ok(filed) => visit.see_other(&format!("{}/da-nop", address(&filed))),
        Err(ActError::Invalid(found)) => {
            let mut errors = faults(&visit, &opened).await?;
            if errors.is_empty() {
                errors =
                    found.into_iter().map(|f| FormError { href: None, text: f.says(visit.lang).to_owned() }).collect();
            }
            visit.page_again(&page(&visit, &opened, errors).await?)
        }
        Err(e @ ActError::Closed(_)) => {
            let error = Error::from(e);
            let text = error.told(&visit.app.templates, visit.lang);
            visit.page_again(&page(&visit, &opened, vec![FormError { href: None, text }]).await?)
        }
        // Somebody else was quicker with the same draft.
        Err(ActError::NotAllowed { .. } | ActError::Stale { .. }) => {
            let now = open(&visit, &id).await?;
            let then = if now.dossier.state() == Some(State::Draft) { "kiem-tra" } else { "da-nop" };
            visit.see_other(&format!("{}/{then}", address(&now)))
        }
        Err(e) => Err(e.into()),
    }
}

/// Everything that stands against filing, each leading to where it can be mended.
async fn faults(visit: &Visit, opened: &Opened) -> Result<Vec<FormError>> {
    let lists = lists(visit).await?;
    let ctx = opened.ctx(today(visit), &lists);
    let base = address(opened);
    let mut errors = Vec::new();
    for key in opened.form.visible_sections(&opened.data) {
        let Err(found) = opened.form.check_section(key, &opened.data, CheckMode::Complete, &ctx) else { continue };
        let text = |e: &FieldError| match e.label(visit.lang) {
            "" => e.message(visit.lang),
            label => format!("{label}: {}", e.message(visit.lang)),
        };
        errors.extend(found.iter().map(|e| FormError {
            href: Some(format!("{base}/to-khai/{key}?kiem-tra=1#{}", e.anchor())),
            text: text(e),
        }));
    }
    let there = super::papers::attached(visit, opened).await?;
    let needs = crate::web::papers::needs(visit, opened);
    for need in needs.iter().filter(|n| n.need == Need::Required && !there.contains(&n.paper.code)) {
        errors.push(FormError {
            href: Some(format!("{base}/giay-to#f-{}", need.paper.code)),
            text: visit.text("documents-missing", &[("name", need.paper.name.get(visit.lang).into())]),
        });
    }
    let delivery = &opened.dossier.delivery;
    if delivery.method == DeliveryMethod::Post && delivery.address.as_deref().is_none_or(|a| a.trim().is_empty()) {
        errors.push(FormError { href: Some(format!("{base}/nhan-ket-qua")), text: visit.text("delivery-detail", &[]) });
    }
    Ok(errors)
}

/// The answers of a form for reading; `base`: where each can be changed, if it can.
pub(in crate::web) fn groups(sections: Vec<SummarySection>, base: Option<&str>) -> Vec<AnswerGroup> {
    let edit = |section: &str, pointer: &str| {
        base.map(|base| format!("{base}/to-khai/{section}#f{}", pointer.replace('/', "-")))
    };
    let row = |section: &str, label: String, item: &SummaryItem| Answer {
        label,
        value: Some(item.value.clone()).filter(|v| !v.is_empty()),
        edit: edit(section, &item.pointer),
        ..Answer::default()
    };
    sections
        .into_iter()
        .map(|section| {
            let mut rows = Vec::new();
            for item in &section.items {
                if item.rows.is_empty() {
                    rows.push(row(&section.key, item.label.clone(), item));
                }
                for (number, cells) in item.rows.iter().enumerate() {
                    rows.extend(cells.iter().map(|cell| {
                        row(&section.key, format!("{} {}: {}", row_name(&item.label), number + 1, cell.label), cell)
                    }));
                }
            }
            AnswerGroup { title: section.label, edit: None, rows }
        })
        .collect()
}

/// The answers of a dossier by section.
pub(in crate::web) fn answers(visit: &Visit, opened: &Opened, lists: &UnitLists) -> Vec<SummarySection> {
    opened.form.summary(&opened.data, visit.lang, &Ctx::new(today(visit), lists))
}

async fn page(visit: &Visit, opened: &Opened, errors: Vec<FormError>) -> Result<CheckAnswers> {
    let lists = lists(visit).await?;
    let base = address(opened);
    let files = super::papers::files(visit, opened).await?;
    let needs = crate::web::papers::needs(visit, opened);
    let papers = needs
        .iter()
        .map(|need| {
            let names: Vec<&str> = files
                .here
                .iter()
                .filter(|(d, _)| d.paper_code.as_ref() == Some(&need.paper.code))
                .map(|(d, _)| d.file_name.as_str())
                .collect();
            Answer {
                label: need.paper.name.get(visit.lang).to_owned(),
                value: (!names.is_empty()).then(|| names.join("\n")),
                edit: Some(format!("{base}/giay-to#f-{}", need.paper.code)),
                ..Answer::default()
            }
        })
        .collect();
    let chosen = &opened.dossier.delivery;
    let how = |label: &str, value: Option<String>| Answer {
        label: visit.text(label, &[]),
        value,
        edit: Some(format!("{base}/nhan-ket-qua")),
        ..Answer::default()
    };
    let method = visit.text(&format!("delivery-{}", chosen.method.as_str()), &[]);
    let mut delivery_rows = vec![how("check-method", Some(method))];
    if chosen.method == DeliveryMethod::Post {
        delivery_rows.push(how("delivery-address", chosen.address.clone()));
    }
    let (fees, total) = fees::assessed(visit, opened);
    Ok(CheckAnswers {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        agency: opened.rules.agency.name.clone(),
        back: base.clone(),
        action: format!("{base}/nop"),
        errors,
        sections: owner_group(visit, opened)
            .into_iter()
            .chain(groups(answers(visit, opened, &lists), Some(&base)))
            .collect(),
        papers: AnswerGroup { title: visit.text("documents-title", &[]), edit: None, rows: papers },
        delivery: AnswerGroup { title: visit.text("delivery-title", &[]), edit: None, rows: delivery_rows },
        fees,
        total,
        preview: Some(format!("{base}/giay/to-khai.pdf")),
        hidden: vec![Hidden { name: "version".into(), value: opened.dossier.version.to_string() }],
    })
}

/// For whom the person files, where that is another one.
fn owner_group(visit: &Visit, opened: &Opened) -> Option<AnswerGroup> {
    opened.dossier.on_behalf.as_ref()?;
    let owner = opened.dossier.owner_party();
    let row = |key: &str, value: Option<String>| Answer { label: visit.text(key, &[]), value, ..Answer::default() };
    let rows = vec![row("party-owner-name", Some(owner.name)), row("party-owner-number", owner.contact.number_masked)];
    Some(AnswerGroup { title: visit.text("party-owner", &[]), edit: None, rows })
}

/// `GET /ho-so/{code}/da-nop`
pub async fn confirmation(visit: Visit, name: Path<String>) -> Result {
    let opened = open(&visit, &name).await?;
    let dossier = &opened.dossier;
    let (Some(reference), Some(submitted_at)) = (dossier.reference.clone(), dossier.submitted_at) else {
        return visit.see_other(&address(&opened));
    };
    let id = dossier.id;
    let (fees, results, claims) = visit
        .app
        .db
        .read(move |conn| {
            let (fees, results) = (payments::lines_of(conn, id)?, documents::results_of(conn, id)?);
            Ok::<_, crate::db::Error>((fees, results, payments::claims_of(conn, id)?))
        })
        .await?;
    let owed = payments::owed(&fees);
    let base = address(&opened);
    let answer = at_once(&opened, &base, &results);
    let told =
        [dossier.applicant.email.as_deref().map(hidden_email), dossier.applicant.phone.as_deref().map(hidden_phone)];
    visit.page(&Confirmation {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        agency: opened.rules.agency.name.clone(),
        submitted_at,
        acceptance_due: dossier.acceptance_due_at.filter(|_| dossier.accepted_at.is_none()),
        next: if answer.is_some() { Vec::new() } else { words::upcoming(&visit, dossier, &opened.rules) },
        track_url: format!("{}/tra-cuu?ma={reference}", visit.app.settings.public_url),
        receipt: Some(format!("{base}/giay/xac-nhan-nop.pdf")),
        calendar: None,
        pay: can_pay(&visit, dossier, owed).then(|| format!("{base}/thanh-toan")),
        dossier: base,
        told: told.into_iter().flatten().collect(),
        fees_due: Some(owed).filter(|owed| owed.0 > 0 && !payments::is_being_paid(&fees)),
        claimed: claims.iter().map(|claim| exemptions::said(&visit, &opened.rules, claim)).collect(),
        answer,
        reference,
    })
}

/// The answer of an automatic procedure, which came with the filing.
fn at_once(opened: &Opened, base: &str, results: &[ResultRow]) -> Option<AtOnce> {
    let dossier = &opened.dossier;
    let given = results.iter().find(|r| r.handed_over_at.is_some() && r.revoked_at.is_none())?;
    if !opened.rules.revision.automatic {
        return None;
    }
    let words = given.data.get("reason").and_then(serde_json::Value::as_str).unwrap_or_default();
    Some(AtOnce {
        granted: given.outcome != "refused",
        code: dossier.name(),
        words: words.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        results: super::dossier::results(base, results),
    })
}

/// `an•••@demo.invalid`
fn hidden_email(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    let start: String = name.chars().take(2).collect();
    format!("{start}•••@{host}")
}

/// `•••••••011`
fn hidden_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let end: String = digits.iter().skip(digits.len().saturating_sub(3)).collect();
    format!("•••••••{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_mostly_hidden() {
        assert_eq!(hidden_email("an@demo.invalid"), "an•••@demo.invalid");
        assert_eq!(hidden_phone("+84912000011"), "•••••••011");
        assert_eq!(hidden_phone("1"), "•••••••1");
    }
}

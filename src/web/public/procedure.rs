//! `/thu-tuc/{code}`: one procedure in full, and its sheet for printing.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use jiff::SignedDuration;

use super::cache::PageCache;
use super::catalogue::known_code;
use super::words;
use crate::catalog::fees::FeeRule;
use crate::catalog::revision::{Case, How};
use crate::catalog::sheet::Giver;
use crate::catalog::{Channel, Level, Published, RequiredPaper, Revision, Snapshot, sheet};
use crate::kernel::local_date;
use crate::templating::Arg;
use crate::templating::pages::catalogue as pages;
use crate::templating::pages::catalogue::{Procedure, ProcedureSheet};
use crate::templating::pages::parts::Link;
use crate::web::{Error, Result, Visit, lookup};

/// Sheets that one address may have set in a minute; those that are kept don't count.
const NEW_SHEETS: u32 = 20;

/// Which case is looked at.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(rename = "truong-hop")]
    case: String,
}

/// `GET /thu-tuc/{code}`
pub async fn show(visit: Visit, code: Path<String>, asked: Query<Asked>, cache: Data<PageCache>) -> Result {
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let make = async || page(&visit, &snapshot, &code, &asked.case).await;
    cache.page(&visit, snapshot.version(), make).await
}

/// `GET /thu-tuc/{code}/in`
pub async fn sheet(visit: Visit, code: Path<String>, asked: Query<Asked>, cache: Data<PageCache>) -> Result {
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let make = async || sheet_page(&visit, &snapshot, &code, &asked.case).await;
    cache.page(&visit, snapshot.version(), make).await
}

/// The sheet without steps that fill pages of their own.
async fn sheet_page(visit: &Visit, snapshot: &Snapshot, code: &str, wanted: &str) -> Result<ProcedureSheet> {
    let published = published(visit, code).await?;
    let revision = &published.content;
    let mut procedure = page(visit, snapshot, code, wanted).await?;
    let case = revision.case(Some(wanted)).or_else(|| revision.cases.first()).ok_or_else(Error::not_found)?;
    let long_steps = !procedure.steps.is_empty() && sheet::steps_on_a_page(revision, case).is_empty();
    if long_steps {
        procedure.steps.clear();
    }
    Ok(ProcedureSheet::new(procedure, long_steps))
}

/// `GET /thu-tuc/{code}/in.pdf`: the sheet to hand out, in Vietnamese.
pub async fn sheet_pdf(visit: Visit, code: Path<String>, asked: Query<Asked>) -> Result {
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let published = published(&visit, &code).await?;
    // Where one agency settles it, that one hands the sheet out; else whoever runs the portal.
    let agency = match snapshot.agencies_for(&code) {
        [only] => only.name.clone(),
        _ => visit.app.site().place,
    };
    let giver = Giver { agency, province: snapshot.province_of(&code).map(str::to_owned) };
    let case = Some(asked.case.as_str()).filter(|case| !case.is_empty());
    let pdf = match visit.app.kept_sheet(&published, case, &giver) {
        Some(kept) => kept,
        None => {
            // Setting one costs a second of the machine: nobody needs many new ones a minute.
            if let Some(wait) = lookup::count(&visit, "sheet", (SignedDuration::from_mins(1), NEW_SHEETS)).await? {
                return Err(Error::too_many(wait));
            }
            visit.app.procedure_sheet(&published, case, &giver).await?.ok_or_else(Error::not_found)?
        }
    };
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_DISPOSITION, format!("inline; filename=\"thu-tuc-{code}.pdf\"")))
        .body(pdf.to_vec()))
}

/// The published revision of a code.
pub(in crate::web) async fn published(visit: &Visit, code: &str) -> Result<Arc<Published>> {
    let found = visit.app.catalogue.published(&visit.app.db, known_code(code)?).await?;
    found.ok_or_else(Error::not_found)
}

async fn page(visit: &Visit, snapshot: &Snapshot, code: &str, wanted: &str) -> Result<Procedure> {
    let published = published(visit, code).await?;
    let revision = &published.content;
    let (lang, province) = (visit.lang, snapshot.province_of(code));
    let case = revision.case(Some(wanted)).or_else(|| revision.cases.first()).ok_or_else(Error::not_found)?;
    let texts = |all: &[crate::catalog::Text]| all.iter().map(|t| t.get(lang).to_owned()).collect::<Vec<_>>();
    let audience = if revision.audience_text.is_empty() {
        revision.audience.iter().map(|a| visit.text(&format!("audience-{}", a.as_str()), &[])).collect()
    } else {
        texts(&revision.audience_text)
    };
    let fileable = case.form.is_some() && revision.level != Level::Info && !snapshot.agencies_for(code).is_empty();
    let closed = revision.window_at(visit.now()).err();
    let address = format!("/thu-tuc/{code}");
    let of_case = if revision.cases.len() > 1 { format!("?truong-hop={}", case.code) } else { String::new() };
    Ok(Procedure {
        code: code.to_owned(),
        name: revision.name.get(lang).to_owned(),
        field: Link::new(revision.field.name.get(lang), format!("/thu-tuc?linh-vuc={}", revision.field.code)),
        level: revision.level.as_str().to_owned(),
        partial_reason: revision.partial_reason.as_ref().map(|t| t.get(lang).to_owned()),
        audience,
        fee: words::case_fee(visit, case, province),
        time: words::case_time(visit, case).unwrap_or_else(|| visit.text("time-unstated", &[])),
        place: revision.agency_text.get(lang).to_owned(),
        usual: None,
        cases: if revision.cases.len() > 1 { cases(visit, &revision.cases, case, &address) } else { Vec::new() },
        questions: Vec::new(),
        papers: case.documents.iter().map(|document| paper(visit, document, case.form.is_some())).collect(),
        fees: words::rules(visit, case).map(|rule| fee(visit, rule, province)).collect(),
        limits: limits(visit, case),
        steps: steps(visit, revision, case),
        conditions: texts(&revision.requirements),
        results: case.results.iter().map(|result| result.name.get(lang).to_owned()).collect(),
        legal: revision
            .legal_basis
            .iter()
            .map(|law| format!("{} {}", law.number, law.name).trim().to_owned())
            .collect(),
        related: related(revision, snapshot),
        begin: (fileable && closed.is_none()).then(|| begin(code, revision.cases.len(), case)),
        begin_note: closed.map(|closed| closed_text(visit, closed.opens_at())),
        sheet: format!("{address}/in{of_case}"),
        sheet_pdf: format!("{address}/in.pdf{of_case}"),
        url: format!("{}{address}", visit.app.settings.public_url),
        updated: published.published_at.map(|at| date_text(local_date(at))).unwrap_or_default(),
    })
}

/// The related procedures that this catalogue has; the others have no page to lead to.
fn related(revision: &Revision, snapshot: &Snapshot) -> Vec<Link> {
    let here = revision.related.iter().filter(|r| snapshot.index().get(&r.code).is_some());
    here.map(|r| Link::new(r.name.clone(), format!("/thu-tuc/{}", r.code))).collect()
}

fn begin(code: &str, cases: usize, case: &Case) -> String {
    if cases > 1 { format!("/nop-ho-so/{code}?truong-hop={}", case.code) } else { format!("/nop-ho-so/{code}") }
}

fn closed_text(visit: &Visit, opens_at: Option<crate::kernel::Timestamp>) -> String {
    match opens_at {
        Some(at) => visit.text("window-opens", &[("date", Arg::from(date_text(local_date(at))))]),
        None => visit.text("window-closed", &[]),
    }
}

/// `dd/MM/yyyy`
fn date_text(date: jiff::civil::Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

fn cases(visit: &Visit, all: &[Case], current: &Case, address: &str) -> Vec<pages::Case> {
    let case = |case: &Case| pages::Case {
        label: case.name.get(visit.lang).to_owned(),
        href: format!("{address}?truong-hop={}", case.code),
        current: case.code == current.code,
    };
    all.iter().map(case).collect()
}

/// `bare`: whether a condition without «khi» is one; of national records it is the heading of a group.
fn paper(visit: &Visit, paper: &RequiredPaper, bare: bool) -> pages::Paper {
    pages::Paper {
        name: paper.name.get(visit.lang).to_owned(),
        how: if paper.how == How::Attach { "attach" } else { "show" }.into(),
        required: paper.required,
        condition: paper.condition_text.as_ref().map(|t| words::needed_when(visit, t.get(visit.lang), bare)),
        originals: paper.originals,
        copies: paper.copies,
        instead: paper.replaced_by_data.as_ref().map(|t| t.get(visit.lang).to_owned()),
        sample: None,
    }
}

fn fee(visit: &Visit, rule: &FeeRule, province: Option<&str>) -> pages::Fee {
    let price = words::unit_price(visit, rule, province);
    let at = |channel| price.filter(|_| rule.is_for(channel));
    let note = [rule.unit.as_ref(), rule.condition_text.as_ref(), rule.note.as_ref()];
    let mut note: Vec<String> = note.into_iter().flatten().map(|t| t.get(visit.lang).to_owned()).collect();
    if price.is_none() {
        note.push(visit.text("fee-by-province", &[]));
    }
    note.extend(rule.council_basis(province, local_date(visit.now())).map(str::to_owned));
    note.extend(rule.legal_basis.clone());
    let exempt = rule.exemptions.iter().map(|exemption| {
        let name = exemption.name.get(visit.lang);
        match &exemption.proof {
            Some(proof) => format!("{name} ({})", proof.get(visit.lang)),
            None => name.to_owned(),
        }
    });
    let exempt: Vec<String> = exempt.collect();
    if !exempt.is_empty() {
        note.push(visit.text("fee-exempt-groups", &[("groups", exempt.join(", ").into())]));
    }
    pages::Fee {
        name: rule.name.get(visit.lang).to_owned(),
        online: at(Channel::Online),
        counter: at(Channel::Counter),
        note: Some(note.join("; ")).filter(|n| !n.is_empty()),
    }
}

fn limits(visit: &Visit, case: &Case) -> Vec<pages::Limit> {
    let channel_name = |channel: &Channel| visit.text(&format!("channel-filing-{}", channel.as_str()), &[]);
    let whole = case.processing_time.iter().map(|time| pages::Limit {
        what: match time.channels.as_slice() {
            [] => visit.text("limit-all-channels", &[]),
            some => some.iter().map(channel_name).collect::<Vec<_>>().join(", "),
        },
        text: match &time.note {
            Some(note) => format!("{} ({})", words::time(visit, time), note.get(visit.lang)),
            None => words::time(visit, time),
        },
    });
    let parts = case.part_limits.iter().map(|part| pages::Limit {
        what: part.what.get(visit.lang).to_owned(),
        text: words::limit(visit, part.amount, part.unit),
    });
    whole.chain(parts).collect()
}

fn steps(visit: &Visit, revision: &crate::catalog::Revision, case: &Case) -> Vec<pages::Step> {
    sheet::steps(revision, case)
        .map(|step| pages::Step {
            who: step.who.as_ref().map(|t| t.get(visit.lang).to_owned()).unwrap_or_default(),
            text: step.text.get(visit.lang).to_owned(),
        })
        .collect()
}

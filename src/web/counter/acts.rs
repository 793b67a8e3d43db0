//! The acts of a dossier as forms, and `POST /can-bo/ho-so/{code}/{action}`.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::fields::{self, Options};
use super::perform::{perform, step_of};
use super::workspace::{self, Around, plain_error};
use super::{address, open_logged, papers};
use crate::app::SigningError;
use crate::app::filing::Opened;
use crate::dossiers::Step;
use crate::kernel::Role;
use crate::office::{ActError, Fault, MissingField, Words, desk_allows, draft_result, offered, permission};
use crate::payments;
use crate::templating::FlashKind;
use crate::templating::pages::parts::{Choice, FormError};
use crate::templating::pages::workspace::Act;
use crate::web::exemptions;
use crate::web::form::{Fields, Posted};
use crate::web::obligations;
use crate::web::papers::needs;
use crate::web::portal::words;
use crate::web::{Error, Result, Visit};

/// Opens the page for scans.
const SCAN: &str = "scan";
/// Opens the page for the scan of a notice.
const SCAN_NOTICE: &str = "scan_notice";

/// An act that was refused, with what was typed.
pub(super) struct Wrong {
    pub step: Step,
    pub typed: Fields,
    pub faults: Vec<Fault>,
    /// The summary at the top of the page.
    pub errors: Vec<FormError>,
}

/// The acts that an officer may do now, the usual ones first.
pub(super) fn of(visit: &Visit, opened: &Opened, (may, around): (&[Step], &Around), wrong: Option<&Wrong>) -> Vec<Act> {
    let options = options(visit, opened, around);
    let base = address(opened);
    let mut steps: Vec<Step> =
        may.iter().copied().filter(|s| step_of(s.as_str()).is_some() && *s != Step::Message).collect();
    steps.sort_by_key(|step| rank(*step));
    let first = steps.first().copied();
    let pays_twice = around.whole.is_being_paid();
    let act = |step: Step| {
        let (key, wrong) = (step.as_str(), wrong.filter(|w| w.step == step));
        let text = format!("do-{key}-text");
        let of_step = fields::of(visit, step, &options);
        let folds = fields::folds_of(visit, step);
        Act {
            key: key.to_owned(),
            label: visit.text(&format!("do-{}", name_of(step, around.seals)), &[]),
            shortcut: shortcut(step).map(str::to_owned),
            action: format!("{base}/{key}"),
            kind: kind(step, first).to_owned(),
            text: visit.app.templates.has_text(visit.lang, &text).then(|| visit.text(&text, &[])),
            warning: (pays_twice && step == Step::RecordPayment).then(|| visit.text("cash-while-paying", &[])),
            fields: match wrong {
                Some(wrong) => fields::again(of_step, step, &wrong.typed, &wrong.faults),
                None => of_step,
            },
            folds: match wrong {
                Some(wrong) => fields::folds_again(folds, step, &wrong.typed, &wrong.faults),
                None => folds,
            },
            open: wrong.is_some(),
        }
    };
    let mut acts: Vec<Act> = steps.iter().copied().map(act).collect();
    if steps.contains(&Step::RecordSupplement) {
        acts.insert(0, scan(visit, (&base, SCAN)));
    }
    let waits = obligations::awaited(&opened.dossier, &around.whole).is_some();
    if waits && permission::may(&visit.actor, Step::RequestPayment, &opened.dossier, &opened.rules.revision.field.code)
    {
        acts.push(scan(visit, (&base, SCAN_NOTICE)));
    }
    acts
}

/// Scanning has pages of its own.
fn scan(visit: &Visit, (base, key): (&str, &str)) -> Act {
    Act {
        key: key.to_owned(),
        label: visit.text(&format!("do-{key}"), &[]),
        shortcut: None,
        action: format!("{base}/{key}"),
        kind: "secondary".to_owned(),
        text: None,
        warning: None,
        fields: Vec::new(),
        folds: Vec::new(),
        open: false,
    }
}

/// What an act is called to who would do it: who puts the agency's seal signs nothing.
fn name_of(step: Step, seals: bool) -> &'static str {
    if step == Step::Sign && seals { "seal" } else { step.as_str() }
}

/// Acts that carry the dossier on come in this order, before all others.
const ONWARD: [Step; 10] = [
    Step::Receive,
    Step::Accept,
    Step::ConfirmExemption,
    Step::Approve,
    Step::Sign,
    Step::RecordPayment,
    Step::HandOver,
    Step::RecordSupplement,
    Step::Forward,
    Step::DraftResult,
];

fn is_grave(step: Step) -> bool {
    matches!(step, Step::RefuseAcceptance | Step::Reject | Step::Stop | Step::Close | Step::RevokeResult)
}

/// Where an act stands among the others; the first is the one to do.
fn rank(step: Step) -> usize {
    let others = if is_grave(step) { 1 } else { 0 };
    // Yes and no to an exemption stand beside each other.
    let step = if step == Step::RefuseExemption { Step::ConfirmExemption } else { step };
    ONWARD.iter().position(|onward| *onward == step).unwrap_or(ONWARD.len() + others)
}

/// How the button of an act looks. One act alone is primary: the first that carries the dossier on.
fn kind(step: Step, first: Option<Step>) -> &'static str {
    match step {
        step if is_grave(step) => "danger",
        step if first == Some(step) && ONWARD.contains(&step) => "primary",
        _ => "secondary",
    }
}

fn shortcut(step: Step) -> Option<&'static str> {
    match step {
        Step::Accept => Some("a"),
        Step::Forward => Some("f"),
        Step::RequestSupplement => Some("s"),
        _ => None,
    }
}

fn options(visit: &Visit, opened: &Opened, around: &Around) -> Options {
    let case = opened.rules.case(&opened.dossier);
    // What cannot apply to these answers is not asked for.
    let mut items: Vec<Choice> = needs(visit, opened)
        .iter()
        .map(|need| Choice::new(format!("document:{}", need.paper.code), need.paper.name.get(visit.lang)))
        .collect();
    items.extend(opened.form.sections().map(|(key, title)| {
        let label = visit.text("item-section", &[("section", title.get(visit.lang).into())]);
        Choice::new(format!("pointer:/{key}"), label)
    }));
    items.push(Choice::new("other", visit.text("item-other", &[])));
    let here = opened.dossier.step.as_deref().unwrap_or_default();
    let next = case.map(|case| {
        case.workflow
            .leads(here, &opened.dossier.data)
            .map(|s| Choice::new(s.code.clone(), s.name.get(visit.lang)))
            .collect()
    });
    Options {
        colleagues: around.colleagues.iter().map(|(id, name)| Choice::new(id.clone(), name.clone())).collect(),
        agencies: around.agencies.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect(),
        items,
        next_steps: next.unwrap_or_default(),
        delivery: opened.dossier.delivery.method.as_str(),
        applicant: opened.dossier.applicant_name.clone(),
        lacking: around.papers.clone(),
        exemptions: exemptions::waiting(&around.whole.exemptions, visit.lang)
            .into_iter()
            .map(|(code, name)| Choice::new(code, name))
            .collect(),
        owed_here: payments::owed_here(&around.whole.fees).0 > 0,
        owed_elsewhere: payments::owed_elsewhere(&around.whole.fees).0 > 0,
        elsewhere: around
            .whole
            .fees
            .iter()
            .filter(|line| line.is_owed_elsewhere())
            .map(|line| {
                Choice::new(line.id.to_string(), format!("{}: {}", line.name, words::money(line.amount(), visit.lang)))
            })
            .collect(),
    }
}

/// `POST /can-bo/ho-so/{code}/{action}`
pub async fn submit(visit: Visit, at: Path<(String, String)>, Posted(typed): Posted<Fields>) -> Result {
    let (name, action) = at.into_inner();
    if action == SCAN {
        return visit.see_other(&format!("/can-bo/ho-so/{name}/quet"));
    }
    if action == SCAN_NOTICE {
        return visit.see_other(&format!("/can-bo/ho-so/{name}/thong-bao"));
    }
    let step = step_of(&action).ok_or_else(Error::not_found)?;
    if step == Step::DraftResult {
        // Drafting has a page of its own.
        return visit.see_other(&format!("/can-bo/ho-so/{name}/du-thao"));
    }
    if step == Step::Accept && !typed.has("incomplete") {
        let opened = visit.app.open_dossier(&visit.actor, &name).await?;
        let may = desk_allows(&visit.actor, &opened.dossier, &opened.rules, step).is_ok();
        if may && !papers::lacking(&visit, &opened).await?.names.is_empty() {
            let fault = Fault::required("/incomplete", Words::said(visit.text("counter-incomplete-choose", &[])));
            return refused(&visit, &name, (step, typed), ActError::Invalid(vec![fault]).into()).await;
        }
    }
    let missing = lacking(&visit, &name, step).await?;
    if !missing.is_empty() {
        return refused(&visit, &name, (step, typed), ActError::DraftIncomplete(missing).into()).await;
    }
    let version = typed.get("version").parse().ok();
    match perform(&visit, &name, (version, step, fields::body(step, &typed))).await {
        Ok(opened) => {
            let done = name_of(step, step == Step::Sign && sealed(&visit, &opened).await?);
            visit.say(FlashKind::Success, &format!("did-{done}"), &[]);
            // Who gave an opinion for another agency sees no more of the dossier.
            let to = if step == Step::GiveOpinion { "/can-bo".to_owned() } else { address(&opened) };
            visit.see_other(&to)
        }
        Err(e) => refused(&visit, &name, (step, typed), e).await,
    }
}

/// What the draft result lacks that this act should have; nothing where the act goes by no draft.
async fn lacking(visit: &Visit, name: &str, step: Step) -> Result<Vec<MissingField>> {
    if !matches!(step, Step::Forward | Step::Approve) {
        return Ok(Vec::new());
    }
    let (opened, who, now) = (visit.app.open_dossier(&visit.actor, name).await?, visit.actor.clone(), visit.now());
    let read = move |conn: &mut crate::db::Conn| {
        let of = (&opened.dossier, &opened.rules);
        // Whoever may not do it at all is told that, by the act itself.
        match offered(conn, &who, of, now)?.contains(&step) {
            true => draft_result::holding_up(conn, of, step, now),
            false => Ok(Vec::new()),
        }
    };
    Ok(visit.app.db.read(read).await?)
}

/// Whether the last thing put under the result was the agency's seal.
async fn sealed(visit: &Visit, opened: &Opened) -> Result<bool> {
    let id = opened.dossier.id;
    let events = visit.app.db.read(move |conn| crate::dossiers::events_of(conn, id)).await?;
    Ok(events.last().is_some_and(words::is_seal))
}

/// The page again, saying why not, with the status that the API would answer.
async fn refused(visit: &Visit, name: &str, (step, typed): (Step, Fields), e: SigningError) -> Result {
    let faults = match &e {
        SigningError::Act(ActError::Invalid(faults)) => {
            faults.iter().cloned().map(|fault| fault.told(visit.lang)).collect()
        }
        _ => Vec::new(),
    };
    let told =
        matches!(&e, SigningError::Act(ActError::Rule { .. } | ActError::HeldBy(_) | ActError::DraftIncomplete(_)));
    let error = Error::from(e);
    let status = error.status();
    if status == StatusCode::NOT_FOUND || status.is_server_error() {
        return Err(error);
    }
    // Who may not see the dossier learns nothing more here.
    let opened = open_logged(visit, name).await?;
    let errors = if faults.is_empty() {
        let (who, of, now) = (visit.actor.clone(), opened.clone(), visit.now());
        let read = move |conn: &mut crate::db::Conn| offered(conn, &who, (&of.dossier, &of.rules), now);
        let may = visit.app.db.read(read).await?;
        let says = match told {
            true => error.told(&visit.app.templates, visit.lang),
            false => explained(visit, (step, &may), &error),
        };
        vec![plain_error(says)]
    } else {
        let id = |fault: &Fault| format!("f-{}-{}", step.as_str(), fields::name_of(step, &fault.pointer));
        faults
            .iter()
            .map(|fault| match has_no_field(fault) {
                true => plain_error(named(visit, &opened, fault)),
                false => FormError::at(&id(fault), fault.message.clone()),
            })
            .collect()
    };
    // A wrong code is mended in the form, not by signing in again.
    let status = if status == StatusCode::UNAUTHORIZED { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let wrong = Wrong { step, typed, faults, errors };
    visit.page_with(status, &workspace::page(visit, &opened, Some(wrong)).await?)
}

/// A fault of an answer, with the question.
fn named(visit: &Visit, opened: &Opened, fault: &Fault) -> String {
    match fault.pointer.strip_prefix("/data").and_then(|pointer| opened.form.field(pointer)) {
        Some(field) => format!("{}: {}", field.label.get(visit.lang), fault.message),
        None => fault.message.clone(),
    }
}

/// Faults of the dossier itself, not of what was typed here.
fn has_no_field(fault: &Fault) -> bool {
    let pointer = fault.pointer.as_str();
    pointer.is_empty() || pointer.starts_with("/data") || pointer.starts_with("/documents")
}

/// Whose act it is, to an officer who sees the dossier and has none of the roles: the roles, and the same in a sentence.
pub(in crate::web) fn whose(visit: &Visit, step: Step) -> Option<(&'static [Role], String)> {
    let roles = permission::roles_of(step);
    if roles.iter().any(|role| visit.actor.officer().is_some_and(|officer| officer.has_anywhere(*role))) {
        return None;
    }
    let names: Vec<String> = roles.iter().map(|role| visit.text(&format!("role-{}", role.as_str()), &[])).collect();
    let act = visit.text(&format!("do-{}", step.as_str()), &[]);
    Some((roles, visit.text("act-not-yours", &[("act", act.into()), ("roles", names.join(", ").into())])))
}

/// Why not, and what may be done instead; to who has not the role, whose act it is.
fn explained(visit: &Visit, (step, may): (Step, &[Step]), error: &Error) -> String {
    if error.status() == StatusCode::FORBIDDEN
        && let Some((_, told)) = whose(visit, step)
    {
        return told;
    }
    let known = format!("error-{}", error.code());
    let why = if visit.app.templates.has_text(visit.lang, &known) {
        visit.text(&known, &[])
    } else {
        visit.text("act-refused", &[])
    };
    if error.status() != StatusCode::CONFLICT {
        return why;
    }
    let may: Vec<String> = may
        .iter()
        .filter(|step| step_of(step.as_str()).is_some())
        .map(|step| visit.text(&format!("do-{}", step.as_str()), &[]))
        .collect();
    if may.is_empty() {
        why
    } else {
        format!("{why} {}", visit.text("act-instead", &[("acts", may.join(", ").into())]))
    }
}

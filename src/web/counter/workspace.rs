//! `/can-bo/ho-so/{code}`: one dossier on an officer's desk.

use std::sync::Arc;

use actix_web::web::Path;

use super::acts::{self, Wrong};
use super::claims::{claims, work_file};
use super::finish::owed_words;
use super::groups::{handed_over, opinions};
use super::{address, open_logged};
use crate::accounts::{agencies, people, rights};
use crate::app::RECEIPT;
use crate::app::UnitLists;
use crate::app::filing::Opened;
use crate::catalog::papers::Need;
use crate::catalog::revision::Signature;
use crate::catalog::{Outcome, Snapshot};
use crate::db;
use crate::documents::{self, ResultRow};
use crate::dossiers::list::{DossierLine, OfficeQuery, Queue, Standing};
use crate::dossiers::{self, Dossier, DraftResult, HandOverRow, Status, Step};
use crate::forms::Ctx;
use crate::kernel::national::Phone;
use crate::kernel::{Actor, AgencyId, Officer, Timestamp, local_date};
use crate::office::{
    MissingField, Rules, answers as sealed, asked_for, draft_result, offered, permission, sight, sign,
};
use crate::payments::{self, FeeState};
use crate::templating::pages::dossier::ResultItem;
use crate::templating::pages::parts::{Answer, AnswerGroup, FileLink, FormError, Message, StepState, TimelineItem};
use crate::templating::pages::workspace::{Clock, OtherDossier, WorkFile, WorkPaper, Workspace};
use crate::web::exemptions;
use crate::web::obligations;
use crate::web::papers::needs;
use crate::web::pay::receipt::links;
use crate::web::portal::check::{answers, groups};
use crate::web::portal::words;
use crate::web::whole::{Whole, clock_of};
use crate::web::{Result, Visit};

/// Everything around a dossier that its desk shows.
pub(super) struct Around {
    pub whole: Whole,
    pub lists: UnitLists,
    others: Vec<(DossierLine, Standing)>,
    draft: Option<DraftResult>,
    /// The acts that are offered.
    pub may: Vec<Step>,
    /// Whether the officer's next signature is the agency's seal.
    pub seals: bool,
    /// What the draft result lacks.
    lacking: Vec<MissingField>,
    /// The result that waits to be handed over, with the number of its signatures.
    result: Option<(ResultRow, usize)>,
    /// Names of procedures.
    catalogue: Arc<Snapshot>,
    assignee: Option<String>,
    pub colleagues: Vec<(String, String)>,
    pub agencies: Vec<(AgencyId, String)>,
    /// Papers that were not taken in, while that counts.
    pub papers: Vec<String>,
    /// The hand-over, for officers of the agency.
    handover: Option<HandOverRow>,
    /// Questions to other agencies, with the agency's name.
    opinions: Vec<(dossiers::Opinion, String)>,
}

/// `GET /can-bo/ho-so/{code}`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open_logged(&visit, &name).await?;
    visit.page(&page(&visit, &opened, None).await?)
}

/// The acts that this page offers: not those that a gap in the draft result holds up.
fn unhindered(
    conn: &mut db::Conn,
    who: &Actor,
    of: (&Dossier, &Rules),
    now: Timestamp,
) -> std::result::Result<Vec<Step>, db::Error> {
    let mut may = Vec::new();
    for step in offered(conn, who, of, now)? {
        if draft_result::holding_up(conn, of, step, now)?.is_empty() {
            may.push(step);
        }
    }
    Ok(may)
}

/// A question to the list for everything that an officer may see.
fn all_in_sight(officer: &Officer, now: Timestamp) -> OfficeQuery {
    OfficeQuery {
        sight: sight::of(officer),
        queue: Queue::All,
        status: None,
        due_before: None,
        assignee: None,
        words: None,
        number_index: None,
        procedure: None,
        kept_away: Vec::new(),
        me: officer.account,
        my_roles: Vec::new(),
        now,
        soon: now,
    }
}

async fn around(visit: &Visit, opened: &Opened) -> Result<Around> {
    let officer = visit.officer()?;
    let (app, dossier, now) = (visit.app.clone(), opened.dossier.clone(), visit.now());
    let (who, rules) = (visit.actor.clone(), opened.rules.clone());
    let serves = permission::serves(officer, &dossier, &rules.revision.field.code);
    let query = all_in_sight(officer, now);
    let catalogue = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let papers = match opened.dossier.status() {
        Status::Submitted => super::papers::lacking(visit, opened).await?.names,
        _ => Vec::new(),
    };
    let read = move |conn: &mut db::Conn| {
        let query = OfficeQuery { kept_away: rights::conflicting(conn, query.me)?, ..query.clone() };
        let others = match &dossier.owner_index {
            Some(index) => dossiers::of_person(conn, &query, (index, Some(dossier.id)))?,
            None => Vec::new(),
        };
        let officers = people::officers_of(conn, &[dossier.acting_agency_id], None, now)?;
        let mut colleagues: Vec<(String, String)> =
            officers.into_iter().map(|c| (c.account.to_string(), c.name)).collect();
        colleagues.dedup_by(|a, b| a.0 == b.0);
        let assignee = match dossier.assignee_id {
            Some(id) => people::by_ids(conn, &[id])?.into_iter().next().map(|account| account.full_name),
            None => None,
        };
        let agencies = agencies::all(conn)?;
        let name = |id: AgencyId| agencies.iter().find(|a| a.id == id).map(|a| a.name.clone()).unwrap_or_default();
        let opinions = dossiers::opinions_of(conn, dossier.id)?;
        let opinions = opinions.into_iter().map(|o| (name(o.agency_id), o)).map(|(name, o)| (o, name)).collect();
        let decides = matches!(dossier.status(), Status::Accepted | Status::Processing);
        let lacking = match decides {
            true => draft_result::missing(conn, &dossier, &rules, now)?,
            false => Vec::new(),
        };
        let result = match documents::current_result(conn, dossier.id)?.filter(|_| dossier.status() == Status::Decided)
        {
            Some(result) => {
                let made = documents::signatures_of(conn, result.id)?.len();
                Some((result, made))
            }
            None => None,
        };
        let awaited = sign::awaited(conn, &who, (&dossier, &rules))?;
        Ok::<_, db::Error>(Around {
            seals: !awaited.is_empty() && awaited.iter().all(|kind| *kind == Signature::Agency),
            lacking,
            result,
            catalogue,
            papers: papers.clone(),
            whole: Whole::read(conn, &dossier)?,
            lists: app.units(conn)?,
            others,
            draft: dossiers::draft_result_of(conn, dossier.id)?,
            handover: match serves {
                true => dossiers::handover_of(conn, dossier.id)?,
                false => None,
            },
            opinions,
            may: unhindered(conn, &who, (&dossier, &rules), now)?,
            assignee,
            colleagues,
            agencies: agencies
                .into_iter()
                .filter(|a| a.id != dossier.acting_agency_id)
                .map(|a| (a.id, a.name))
                .collect(),
        })
    };
    Ok(visit.app.db.read(read).await?)
}

/// The page. `wrong`: the act that was refused, with what was typed.
pub(super) async fn page(visit: &Visit, opened: &Opened, wrong: Option<Wrong>) -> Result<Workspace> {
    let around = around(visit, opened).await?;
    let (dossier, rules) = (&opened.dossier, &opened.rules);
    let base = address(opened);
    let may = around.may.clone();
    let case = rules.case(dossier);
    let step = dossier.step.as_deref().and_then(|code| case?.workflow.step(code));
    let errors = wrong.as_ref().map(|wrong| wrong.errors.clone()).unwrap_or_default();
    let refused = wrong.as_ref().is_some_and(|wrong| wrong.faults.is_empty());
    let several = rules.revision.cases.len() > 1;
    let mut shown: Vec<AnswerGroup> = around.handover.iter().map(|row| handed_over(visit, row)).collect();
    shown.extend(requests(visit, opened, &around.whole));
    shown.extend(opinions(visit, &around.opinions));
    shown.extend(obligations::groups(visit, (dossier, rules), &around.whole));
    shown.extend(groups(answers(visit, opened, &around.lists), None));
    Ok(Workspace {
        code: dossier.name(),
        reference: dossier.reference.clone().filter(|r| *r != dossier.name()),
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        case: case.filter(|_| several).map(|c| c.name.get(visit.lang).to_owned()),
        agency: rules.agency.name.clone(),
        status: dossier.status().key().to_owned(),
        step: step.map(|s| s.name.get(visit.lang).to_owned()),
        assignee: around.assignee.clone(),
        intake: visit.text(&format!("intake-{}", dossier.intake().as_str()), &[]),
        flags: flags(visit, dossier, &around),
        clocks: clocks(visit, opened),
        errors,
        refused,
        applicant: parties(visit, opened),
        answers: shown,
        papers: papers(visit, opened, &around.whole),
        acts: acts::of(visit, opened, (&may, &around), wrong.as_ref()),
        no_acts: None,
        hints: hints(visit, opened, &around),
        checklist: Vec::new(),
        draft_result: draft(visit, opened, &around),
        results: results(&base, &around.whole),
        timeline: timeline(visit, dossier, &around.whole),
        exemptions: claims(visit, opened, &around.whole),
        fees: exemptions::fee_lines(visit, (dossier, rules), (&around.whole.fees, &around.whole.exemptions)),
        fees_due: payments::owed_here(&around.whole.fees),
        besides: words::besides(&around.whole),
        too_much: around.whole.back.too_much,
        refund: can_go_back(visit, opened, &around.whole).then(|| format!("{base}/hoan-phi")),
        forms: forms(visit, opened, &around.whole),
        messages: messages(&around.whole),
        message_action: may.contains(&Step::Message).then(|| format!("{base}/message")),
        others: around.others.iter().map(|found| other(visit, &around.catalogue, found)).collect(),
        owner: dossier.owner_name.clone(),
        duplicates: Vec::new(),
        version: i64::from(dossier.version),
    })
}

/// The words beside the status.
fn flags(visit: &Visit, dossier: &Dossier, around: &Around) -> Vec<String> {
    let late = obligations::is_overdue(visit, dossier, &around.whole).then_some(obligations::OVERDUE);
    let names = late.into_iter().chain(dossier.flags.names());
    names.map(|flag| visit.text(&format!("flag-{flag}"), &[])).collect()
}

/// Whether the officer may ask that money of this dossier go back, and there is some.
fn can_go_back(visit: &Visit, opened: &Opened, whole: &Whole) -> bool {
    let field = &opened.rules.revision.field.code;
    let is_paid = whole.fees.iter().any(|line| line.state() == FeeState::Paid && !line.collected_elsewhere);
    is_paid && permission::may(&visit.actor, Step::AskRefund, &opened.dossier, field)
}

fn clocks(visit: &Visit, opened: &Opened) -> Vec<Clock> {
    let Some(clock) = clock_of(&opened.dossier, &opened.rules, visit.now()) else { return Vec::new() };
    let key = if opened.dossier.accepted_at.is_none() { "clock-acceptance" } else { "clock-dossier" };
    vec![Clock { label: visit.text(key, &[]), due: clock.due() }]
}

fn parties(visit: &Visit, opened: &Opened) -> Vec<Answer> {
    let dossier = &opened.dossier;
    let row = |key: &str, value: Option<String>| Answer {
        label: visit.text(key, &[]),
        value: value.filter(|v| !v.is_empty()),
        ..Answer::default()
    };
    let of = |name: &str, contact: &dossiers::Contact| {
        let parts = [Some(name.to_owned()), contact.number_masked.clone()];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    };
    let mut rows = vec![row("party-applicant", of(&dossier.applicant_name, &dossier.applicant))];
    if dossier.owner_index != dossier.applicant_index || dossier.owner_name != dossier.applicant_name {
        rows.push(row("party-owner", of(&dossier.owner_name, &dossier.owner)));
    }
    rows.push(row("party-phone", dossier.applicant.phone.as_deref().map(Phone::for_people)));
    rows.push(row("party-email", dossier.applicant.email.clone()));
    rows.push(row("party-address", dossier.applicant.address.clone()));
    let method = visit.text(&format!("method-{}", dossier.delivery.method.as_str()), &[]);
    let delivery = [Some(method), dossier.delivery.address.clone()].into_iter().flatten().collect::<Vec<_>>();
    rows.push(row("handover-method", Some(delivery.join("\n"))));
    rows.retain(|row| row.value.is_some());
    rows
}

/// What was asked for so far, one group a request.
fn requests(visit: &Visit, opened: &Opened, whole: &Whole) -> Vec<AnswerGroup> {
    let group = |request: &dossiers::SupplementRequest| {
        let mut rows = vec![Answer {
            label: visit.text("do-field-reason", &[]),
            value: Some(request.reason.clone()),
            ..Answer::default()
        }];
        rows.extend(request.items().into_iter().map(|item| {
            let label = asked_for::name(&item, &opened.rules, &opened.dossier);
            Answer {
                label: label.map_or_else(|| visit.text("item-other", &[]), |label| label.get(visit.lang).to_owned()),
                value: Some(item.note),
                ..Answer::default()
            }
        }));
        let day = words::day(local_date(request.created_at));
        AnswerGroup { title: visit.text("requests-title", &[("day", day.into())]), edit: None, rows }
    };
    whole.supplements.iter().map(group).collect()
}

fn papers(visit: &Visit, opened: &Opened, whole: &Whole) -> Vec<WorkPaper> {
    let base = address(opened);
    let file = |found: &(documents::Document, String)| work_file(visit, &base, found);
    let needs = needs(visit, opened);
    let mut papers: Vec<WorkPaper> = needs
        .iter()
        .map(|need| WorkPaper {
            name: need.paper.name.get(visit.lang).to_owned(),
            required: need.need == Need::Required,
            files: whole
                .documents
                .iter()
                .filter(|(d, _)| d.paper_code.as_ref() == Some(&need.paper.code))
                .map(file)
                .collect(),
            note: words::taken_in(visit, &whole.received, &need.paper.code)
                .or_else(|| (need.need == Need::Show).then(|| visit.text("paper-to-show", &[]))),
        })
        .collect();
    let known = |code: &Option<String>| code.as_ref().is_some_and(|c| needs.iter().any(|n| n.paper.code == *c));
    let rest: Vec<WorkFile> = whole.documents.iter().filter(|(d, _)| !known(&d.paper_code)).map(file).collect();
    if !rest.is_empty() {
        papers.push(WorkPaper { name: visit.text("paper-other", &[]), required: false, files: rest, note: None });
    }
    papers
}

fn draft(visit: &Visit, opened: &Opened, around: &Around) -> Vec<Answer> {
    let Some(draft) = &around.draft else { return Vec::new() };
    let outcome = visit.text(&format!("outcome-{}", draft.outcome), &[]);
    let mut rows = vec![Answer { label: visit.text("outcome", &[]), value: Some(outcome), ..Answer::default() }];
    if let Some(note) = draft.note.clone() {
        rows.push(Answer { label: visit.text("do-field-note", &[]), value: Some(note), ..Answer::default() });
    }
    let def = opened.rules.case(&opened.dossier).and_then(|case| case.result_for(Outcome::Granted));
    let form = def.and_then(|d| opened.published.result_form(&opened.dossier.case_code, &d.code));
    if let Some(form) = form.filter(|_| draft.outcome == "granted") {
        let data = sealed::open(&visit.app.keys, &draft.data);
        let ctx = Ctx::new(local_date(visit.now()), &around.lists);
        rows.extend(groups(form.summary(&data, visit.lang, &ctx), None).into_iter().flat_map(|group| group.rows));
    }
    rows.retain(|row| row.value.is_some());
    rows
}

fn results(base: &str, whole: &Whole) -> Vec<ResultItem> {
    let item = |result: &crate::documents::ResultRow| ResultItem {
        name: result.name.clone(),
        href: format!("{base}/ket-qua/{}", result.id),
        verify: format!("/xac-thuc/{}", result.token),
        revoked: result.revoked_at.is_some(),
    };
    whole.results.iter().map(item).collect()
}

/// Every event with who did it, the newest last.
fn timeline(visit: &Visit, dossier: &Dossier, whole: &Whole) -> Vec<TimelineItem> {
    let last = whole.events.len().saturating_sub(1);
    let item = |(i, event): (usize, &dossiers::Event)| TimelineItem {
        title: words::event_title(visit, dossier, event),
        at: Some(event.occurred_at),
        state: if i == last { StepState::Now } else { StepState::Done },
        who: Some(event.actor_name.clone()),
        note: words::event_note(visit, event).or_else(|| amended(visit, event)),
    };
    whole.events.iter().enumerate().map(item).collect()
}

/// Which answers a change of the declaration touched, each as it was and is; numbers of people are masked in events.
fn amended(visit: &Visit, event: &dossiers::Event) -> Option<String> {
    let none = visit.text("not-given", &[]);
    let side = |change: &serde_json::Value, key: &str| match change[key].as_str() {
        Some("") | None => none.clone(),
        Some(words) => words.to_owned(),
    };
    let line = |change: &serde_json::Value| {
        let label = change["label"].as_str()?;
        Some(format!("{label}: {} → {}", side(change, "before"), side(change, "after")))
    };
    let changes = event.changes.as_object().filter(|_| event.act == Step::Amend.as_str())?;
    let lines: Vec<String> = changes.values().filter_map(line).collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}

/// The papers made so far, and those that are set from the record at any time.
fn forms(visit: &Visit, opened: &Opened, whole: &Whole) -> Vec<FileLink> {
    let mut kinds: Vec<&str> = Vec::new();
    for paper in whole.papers.iter().filter(|paper| paper.kind != RECEIPT) {
        if !kinds.contains(&paper.kind.as_str()) {
            kinds.push(&paper.kind);
        }
    }
    if opened.dossier.accepted_at.is_some() {
        let moved =
            whole.events.iter().any(|e| matches!(e.act.as_str(), "forward" | "return_back" | "receive" | "hand_over"));
        kinds.extend(moved.then_some("mau-06"));
        kinds.push("mau-07");
    }
    kinds.push("to-khai");
    let base = address(opened);
    let link = |kind: &str| FileLink { name: paper_name(visit, kind), href: format!("{base}/giay/{kind}") };
    kinds.into_iter().map(link).chain(links(visit, &base, &whole.receipts)).collect()
}

fn messages(whole: &Whole) -> Vec<Message> {
    let message = |m: &dossiers::Message| Message {
        who: m.author_name.clone(),
        at: m.created_at,
        text: m.text.clone(),
        mine: !m.from_citizen,
        files: Vec::new(),
    };
    whole.messages.iter().map(message).collect()
}

/// What an officer calls a paper: the declaration is the applicant's, not the reader's.
fn paper_name(visit: &Visit, kind: &str) -> String {
    match kind {
        "to-khai" => visit.text("office-paper-to-khai", &[]),
        kind => words::paper_name(visit, kind),
    }
}

/// What must happen first, where the next act is not there yet: said before anybody looks for the button.
fn hints(visit: &Visit, opened: &Opened, around: &Around) -> Vec<String> {
    let mut hints = Vec::new();
    let at_work = [Step::DraftResult, Step::ReturnBack].iter().any(|step| around.may.contains(step));
    if at_work && !around.lacking.is_empty() {
        let fields: Vec<&str> = around.lacking.iter().map(|field| field.label.get(visit.lang)).collect();
        hints.push(visit.text("hint-draft", &[("fields", fields.join(", ").into())]));
    }
    if around.may.contains(&Step::ConfirmExemption) {
        hints.push(visit.text("hint-exemption", &[]));
    }
    let is_first = opened.dossier.status() == Status::Submitted && payments::owed_at_filing(&around.whole.fees).0 > 0;
    if is_first && around.may.contains(&Step::RecordPayment) {
        let first = around.whole.fees.iter().filter(|line| line.is_due_at_filing());
        hints.extend(owed_words(visit, "counter-fee-due", first));
    }
    if at_work && opened.dossier.flags.awaiting_confirmation.is_some() {
        hints.push(visit.text("hint-awaiting", &[]));
    }
    let Some((result, made)) = &around.result else { return hints };
    let signs = around.may.contains(&Step::Sign);
    if result.signed_at.is_none() && !signs {
        let all = sign::positions(&opened.dossier, &opened.rules, result);
        let sealed_next = all.get(*made) == Some(&Signature::Agency);
        hints.push(visit.text(if sealed_next { "hint-to-seal" } else { "hint-to-sign" }, &[]));
    }
    if result.outcome == draft_result::word(Outcome::Granted) {
        hints.extend(owed_words(visit, "hint-owed", around.whole.fees.iter()));
    }
    hints
}

/// Another dossier of somebody, with as what they stand in it.
pub(super) fn other(visit: &Visit, catalogue: &Snapshot, (line, standing): &(DossierLine, Standing)) -> OtherDossier {
    OtherDossier {
        code: line.name(),
        href: format!("/can-bo/ho-so/{}", line.name()),
        procedure: line.procedure(catalogue, visit.lang),
        status: line.status.key().to_owned(),
        standing: Some(visit.text(&format!("standing-{}", standing.as_str()), &[])),
    }
}

/// An error that belongs to no field.
pub(super) fn plain_error(text: String) -> FormError {
    FormError { href: None, text }
}

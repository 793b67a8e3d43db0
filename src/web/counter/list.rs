//! `/can-bo`: the work list with its queues.

use actix_web::web::Query;

use super::asked::{self, Asked, Lines};
use crate::dossiers::Status;
use crate::dossiers::list::{DossierLine, Queue};
use crate::kernel::Role;
use crate::office::sight;
use crate::templating::pages::office::{ListFilter, Queue as QueueLink, WorkList, WorkRow};
use crate::templating::pages::parts::{Choice, Due, Paging};
use crate::web::obligations::OVERDUE;
use crate::web::{Result, Visit};

/// `GET /can-bo`
pub async fn show(visit: Visit, asked: Query<Asked>) -> Result {
    // A search looks everywhere unless a queue is named.
    let fallback = if asked.q.trim().is_empty() && asked.status.is_empty() { Queue::Mine } else { Queue::All };
    let query = asked.query(&visit, fallback)?;
    let current = query.queue;
    let lines = asked::read(&visit, &asked, query, true).await?;
    let roles = sight::roles(visit.officer()?);
    let queues = lines.counts.iter().map(|(queue, count)| QueueLink {
        label: visit.text(&named(*queue, &roles), &[]),
        href: format!("/can-bo?queue={}", queue.as_str()),
        count: *count,
        current: *queue == current,
        tone: tone(*queue, *count).to_owned(),
    });
    let queues = queues.collect();
    let rows = lines.page.items.iter().zip(&lines.minutes).map(|(line, left)| row(&visit, &lines, line, *left));
    let rows = rows.collect();
    let name = named(current, &roles);
    let note = format!("{name}-text");
    // Who only looks on has nothing of it among their own work.
    let works = roles.iter().any(|role| matches!(role, Role::Approver | Role::Records));
    visit.page(&WorkList {
        title: visit.text(&name, &[]),
        note: (works && visit.app.templates.has_text(visit.lang, &note)).then(|| visit.text(&note, &[])),
        queues,
        views: Vec::new(),
        query: asked.q.clone(),
        filters: filters(&visit, &asked),
        // Who has a paper in hand does not know in which queue it is: a search looks everywhere.
        keep: Vec::new(),
        rows,
        paging: paging(&asked, current, &lines),
        batch: Vec::new(),
        batch_action: String::new(),
        errors: Vec::new(),
    })
}

/// The key of a queue's name: who puts nothing but the agency's seal signs nothing, and hands over what is sealed.
fn named(queue: Queue, roles: &[Role]) -> String {
    let seals = roles.contains(&Role::Records);
    match queue {
        Queue::ToSign if seals && !roles.contains(&Role::Approver) => "queue-to_seal".to_owned(),
        Queue::ToHandOver if seals => "queue-to_return".to_owned(),
        queue => format!("queue-{}", queue.as_str()),
    }
}

/// `GET /can-bo/ky`: the queue of what waits for a signature.
pub async fn signing(visit: Visit) -> Result {
    visit.see_other("/can-bo?queue=to_sign")
}

/// `GET /can-bo/tra-ket-qua`: the queue of what waits to be handed over.
pub async fn handing_over(visit: Visit) -> Result {
    visit.see_other("/can-bo?queue=to_hand_over")
}

fn tone(queue: Queue, count: i64) -> &'static str {
    match queue {
        Queue::Overdue if count > 0 => "bad",
        Queue::DueSoon if count > 0 => "warn",
        _ => "",
    }
}

fn filters(visit: &Visit, asked: &Asked) -> Vec<ListFilter> {
    let statuses = Status::ALL.into_iter().filter(|s| *s != Status::Draft);
    let some = |value: &str| Some(value.to_owned()).filter(|v| !v.is_empty());
    vec![
        ListFilter {
            name: "status".into(),
            label: visit.text("office-col-status", &[]),
            options: statuses.map(|s| Choice::new(s.key(), s.label(visit.lang))).collect(),
            value: some(&asked.status),
        },
        ListFilter {
            name: "assignee".into(),
            label: visit.text("office-col-assignee", &[]),
            options: vec![Choice::new("me", visit.text("assignee-me", &[]))],
            value: some(&asked.assignee),
        },
    ]
}

fn row(visit: &Visit, lines: &Lines, line: &DossierLine, left: Option<i64>) -> WorkRow {
    WorkRow {
        id: line.id.to_string(),
        version: i64::from(line.version),
        code: line.name(),
        href: format!("/can-bo/ho-so/{}", line.name()),
        procedure: lines.procedure(line, visit.lang),
        applicant: line.applicant_name.clone(),
        status: line.status.key().to_owned(),
        step: lines.agencies.get(&line.agency_id).map(|(_, name)| name.clone()).unwrap_or_default(),
        assignee: line.assignee_id.and_then(|id| lines.people.get(&id).cloned()),
        received_at: line.submitted_at.unwrap_or(line.updated_at),
        due: left.zip(line.current_due()).map(|(minutes, at)| Due {
            paused: line.paused_since.is_some(),
            answer: line.status == Status::Submitted,
            ..Due::at(at, minutes, line.paused_since.unwrap_or(visit.now()))
        }),
        flags: flags(visit, lines, line),
        selected: false,
    }
}

/// The words beside the code: flags, and that the agency's seal is still to be put, or that a last day to pay has passed.
fn flags(visit: &Visit, lines: &Lines, line: &DossierLine) -> Vec<String> {
    let unsealed = lines.unsealed.contains(&line.id).then_some("unsealed");
    let late = lines.overdue_obligations.contains(&line.id).then_some(OVERDUE);
    let names = unsealed.into_iter().chain(late).chain(line.flags.names());
    names.map(|flag| visit.text(&format!("flag-{flag}"), &[])).collect()
}

fn paging(asked: &Asked, queue: Queue, lines: &Lines) -> Paging {
    let mut here = format!("/can-bo?queue={}", queue.as_str());
    for (name, value) in
        [("q", &asked.q), ("status", &asked.status), ("assignee", &asked.assignee), ("due", &asked.due)]
    {
        if !value.is_empty() {
            here.push_str(&format!("&{name}={}", crate::web::account::register::encoded(value)));
        }
    }
    Paging {
        prev: (!asked.cursor.is_empty()).then(|| here.clone()),
        next: lines.page.next_cursor.as_ref().map(|cursor| format!("{here}&cursor={}", cursor.0)),
        shown: i64::try_from(lines.page.items.len()).unwrap_or(0),
        total: lines.page.total,
    }
}

//! `/ho-so/{id}` of a draft: what is done and what is left; throwing a draft away.

use actix_web::web::Path;

use super::{address, lists, open, today, words};
use crate::app::UnitLists;
use crate::app::filing::{DELIVERY, Opened};
use crate::catalog::papers::Need;
use crate::dossiers::DeliveryMethod;
use crate::forms::{CheckMode, Code};
use crate::kernel::local_date;
use crate::office::begin;
use crate::templating::FlashKind;
use crate::templating::pages::filing::{Task, TaskPart, Tasks};
use crate::templating::pages::parts::Link;
use crate::web::form::{Fields, Posted};
use crate::web::{Result, Visit};

/// How far the parts of a draft are.
pub(super) struct Progress {
    /// Key, title and state of each section.
    pub sections: Vec<(String, String, &'static str)>,
    pub papers: (&'static str, usize),
    pub delivery: &'static str,
}

impl Progress {
    /// Whether everything that must be done is done.
    pub fn is_ready(&self) -> bool {
        let fine = |state: &str| matches!(state, "done" | "optional" | "check");
        self.sections.iter().all(|(_, _, state)| fine(state)) && fine(self.papers.0) && fine(self.delivery)
    }
}

/// Looks through a draft.
pub(super) async fn progress(visit: &Visit, opened: &Opened, lists: &UnitLists) -> Result<Progress> {
    let ctx = opened.ctx(today(visit), lists);
    let been = |part: &str| opened.dossier.flags.been_through.iter().any(|p| p == part);
    let titles: Vec<(String, String)> =
        opened.form.sections().map(|(key, text)| (key.to_owned(), text.get(visit.lang).to_owned())).collect();
    let state =
        |key: &str| match opened.form.check_section(key, &opened.data, CheckMode::Complete, &ctx) {
            // What stands there by itself is not what the person has done.
            Ok(()) if !been(key) && opened.form.is_untouched(key, &opened.data) => {
                if opened.form.asks_for_something(key) { "check" } else { "optional" }
            }
            Ok(()) => "done",
            Err(errors) if errors.iter().all(|e| matches!(e.code, Code::Required | Code::Const)) => "todo",
            Err(_) => "error",
        };
    let sections = opened
        .form
        .visible_sections(&opened.data)
        .into_iter()
        .map(|key| {
            let title = titles.iter().find(|(k, _)| k == key).map(|(_, t)| t.clone()).unwrap_or_default();
            (key.to_owned(), title, state(key))
        })
        .collect();
    let needs = crate::web::papers::needs(visit, opened);
    let attached = super::papers::attached(visit, opened).await?;
    let missing = needs.iter().filter(|n| n.need == Need::Required && !attached.contains(&n.paper.code)).count();
    let papers = match (missing, needs.iter().any(|n| n.need == Need::Required)) {
        (0, true) => "done",
        (0, false) => "optional",
        _ => "todo",
    };
    let delivery = &opened.dossier.delivery;
    let posted_nowhere =
        delivery.method == DeliveryMethod::Post && delivery.address.as_deref().is_none_or(|a| a.trim().is_empty());
    let delivery = match posted_nowhere {
        true => "todo",
        false if !been(DELIVERY) => "check",
        false => "done",
    };
    Ok(Progress { sections, papers: (papers, missing), delivery })
}

/// The task list of a draft.
pub(super) async fn page(visit: &Visit, opened: &Opened) -> Result {
    let progress = progress(visit, opened, &lists(visit).await?).await?;
    let base = address(opened);
    let text = |key: &str| visit.text(key, &[]);
    let task = |name: String, path: &str, state: &str, hint: Option<String>| Task {
        name,
        href: format!("{base}/{path}"),
        state: state.to_owned(),
        hint,
    };
    let form: Vec<Task> = progress
        .sections
        .iter()
        .map(|(key, title, state)| task(title.clone(), &format!("to-khai/{key}"), state, None))
        .collect();
    let (papers, missing) = progress.papers;
    let hint = (missing > 0)
        .then(|| visit.text("tasks-papers-missing", &[("count", i64::try_from(missing).unwrap_or(0).into())]));
    let (_, cost) = super::fees::assessed(visit, opened);
    let costs = (cost.0 > 0).then(|| words::money(cost, visit.lang));
    let ready = progress.is_ready();
    let blocked = (!ready).then(|| text("tasks-blocked"));
    let state = if ready { "todo" } else { "blocked" };
    let parts = vec![
        TaskPart { title: text("tasks-form"), items: form },
        TaskPart { title: text("tasks-papers"), items: vec![task(text("documents-title"), "giay-to", papers, hint)] },
        TaskPart {
            title: text("tasks-receive"),
            items: vec![
                task(text("delivery-title"), "nhan-ket-qua", progress.delivery, None),
                task(text("fees-title"), "phi", if cost.0 > 0 { "see" } else { "optional" }, costs),
            ],
        },
        TaskPart { title: text("tasks-submit"), items: vec![task(text("check-title"), "kiem-tra", state, blocked)] },
    ];
    let counted: Vec<&Task> =
        parts.iter().flat_map(|p| &p.items).filter(|t| !matches!(t.state.as_str(), "optional" | "see")).collect();
    let done = counted.iter().filter(|t| t.state == "done").count();
    let revision = &opened.rules.revision;
    let case = opened.rules.case(&opened.dossier).filter(|_| revision.cases.len() > 1);
    visit.page(&Tasks {
        procedure: Link::new(revision.name.get(visit.lang), format!("/thu-tuc/{}", revision.code)),
        case: case.map(|c| c.name.get(visit.lang).to_owned()),
        agency: opened.rules.agency.name.clone(),
        done: i64::try_from(done).unwrap_or(0),
        of: i64::try_from(counted.len()).unwrap_or(0),
        expires: opened.dossier.draft_expires_at.map(|t| words::day(local_date(t))).unwrap_or_default(),
        changed: changed(visit, opened),
        discard: format!("{base}/xoa"),
        version: i64::from(opened.dossier.version),
        parts,
    })
}

/// The titles of the sections that a new revision changed.
fn changed(visit: &Visit, opened: &Opened) -> Vec<String> {
    opened
        .form
        .sections()
        .filter(|(key, _)| opened.changed_sections.iter().any(|changed| changed == key))
        .map(|(_, title)| title.get(visit.lang).to_owned())
        .collect()
}

/// `POST /ho-so/{id}/xoa`
pub async fn discard(visit: Visit, name: Path<String>, _: Posted<Fields>) -> Result {
    let id = open(&visit, &name).await?.dossier.id;
    let who = visit.actor.clone();
    let now = visit.now();
    visit.app.db.write(move |tx| begin::discard(tx, &who, id, now)).await?;
    visit.say(FlashKind::Success, "flash-discarded", &[]);
    visit.see_other("/ho-so")
}

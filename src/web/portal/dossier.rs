//! `/ho-so/{code}`: one dossier, where it stands, and everything about it.

use actix_web::web::Path;

use super::check::{answers, groups};
use super::{address, lists, open, tasks, today, words};
use crate::app::RECEIPT;
use crate::app::filing::Opened;
use crate::catalog::Outcome;
use crate::documents::ResultRow;
use crate::dossiers::{self, State, Step};
use crate::forms::{Ctx, Form};
use crate::office::{allowed_to, amend, answers as sealed};
use crate::templating::pages::dossier::{
    Amend, Attachment, DossierPage, DraftResult, Rating, Refused, ResultItem, SupplementTask, Withdraw,
};
use crate::templating::pages::parts::{Answer, FileLink, Input, Link, Message};
use crate::web::exemptions;
use crate::web::obligations;
use crate::web::pay::begin::can_pay;
use crate::web::pay::receipt::links;
use crate::web::whole::Whole;
use crate::web::{Result, Visit};

/// What was wrong in one of the small forms of the page, and what was typed there.
#[derive(Default)]
pub(super) struct Wrong {
    pub withdraw: Option<Input>,
    pub rating: Option<String>,
    /// Why an act was refused, and what can be done instead.
    pub refused: Option<Refused>,
}

/// `GET /ho-so/{code or id}`: the task list of a draft, or the dossier's page.
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open(&visit, &name).await?;
    if opened.dossier.state() == Some(State::Draft) {
        return tasks::page(&visit, &opened).await;
    }
    visit.page(&page(&visit, &opened, Wrong::default()).await?)
}

/// Reads what is around a dossier.
pub(super) async fn whole(visit: &Visit, opened: &Opened) -> Result<Whole> {
    let dossier = opened.dossier.clone();
    Ok(visit.app.db.read(move |conn| Whole::read(conn, &dossier)).await?)
}

/// The page of a filed dossier.
pub(super) async fn page(visit: &Visit, opened: &Opened, wrong: Wrong) -> Result<DossierPage> {
    let whole = whole(visit, opened).await?;
    let lists = lists(visit).await?;
    let (dossier, rules) = (&opened.dossier, &opened.rules);
    let base = address(opened);
    let may = allowed_to(&visit.actor, dossier, rules);
    let code = dossier.name();
    Ok(DossierPage {
        refused: wrong.refused,
        reference: dossier.reference.clone().filter(|r| *r != code),
        procedure: Link::new(rules.revision.name.get(visit.lang), format!("/thu-tuc/{}", rules.revision.code)),
        agency: rules.agency.name.clone(),
        parties: dossier.on_behalf.is_some().then(|| (dossier.applicant_name.clone(), dossier.owner_name.clone())),
        handling: handling(visit, opened),
        status: dossier.status().key().to_owned(),
        sentence: words::sentence(visit, (dossier, rules), &whole),
        due: words::due(visit, dossier, rules),
        notes: notes(visit, opened, &whole),
        supplement: supplement(visit, opened, &whole),
        amend: amend_parts(visit, opened),
        draft_result: draft_result(visit, opened, &lists).await?,
        timeline: words::timeline(visit, (dossier, rules), &whole.events, true),
        results: results(&base, &whole.results),
        fees_due: obligations::owed_here(&whole),
        besides: words::besides(&whole),
        pay: pay(visit, opened, &whole),
        obligations: obligations::panels(visit, (dossier, rules), &whole, &base),
        fees: exemptions::fee_lines(visit, (dossier, rules), (&whole.fees, &whole.exemptions)),
        papers: papers(visit, &base, &whole),
        attachments: attachments(visit, opened, &whole),
        answers: groups(answers(visit, opened, &lists), None),
        messages: messages(visit, &whole),
        message_action: may.contains(&Step::Message).then(|| format!("{base}/tin-nhan")),
        withdraw: (may.contains(&Step::Withdraw) || may.contains(&Step::RequestWithdrawal)).then(|| Withdraw {
            action: format!("{base}/rut"),
            immediate: may.contains(&Step::Withdraw),
            reason: wrong.withdraw.unwrap_or_default(),
        }),
        rating: rating(&base, &whole, may.contains(&Step::Rate), wrong.rating),
        version: i64::from(dossier.version),
        code,
    })
}

/// Where what is owed can be paid online, or where it is seen how a payment under way stands.
fn pay(visit: &Visit, opened: &Opened, whole: &Whole) -> Option<Link> {
    let key = if whole.is_being_paid() || !whole.doubted.is_empty() { "pay-see" } else { "pay-go" };
    can_pay(visit, &opened.dossier, obligations::owed_here(whole))
        .then(|| Link::new(visit.text(key, &[]), format!("{}/thanh-toan", address(opened))))
}

/// The step that has the dossier now, by its name in the workflow.
fn handling(visit: &Visit, opened: &Opened) -> Option<String> {
    let step = opened.dossier.step.as_deref()?;
    let case = opened.rules.case(&opened.dossier)?;
    Some(case.workflow.step(step)?.name.get(visit.lang).to_owned()).filter(|name| !name.is_empty())
}

fn notes(visit: &Visit, opened: &Opened, whole: &Whole) -> Vec<String> {
    let flags = &opened.dossier.flags;
    let mut notes = Vec::new();
    if flags.withdrawal_requested.is_some() {
        notes.push(visit.text("note-withdrawal", &[]));
    }
    if flags.waiting_opinion {
        notes.push(visit.text("note-opinion", &[]));
    }
    if flags.reappointed {
        notes.push(visit.text("note-reappointed", &[]));
    }
    if let Some(seen) = whole.doubted.first() {
        let amount = seen.amount().unwrap_or_default();
        notes.push(visit.text("pay-doubted", &[("amount", words::money(amount, visit.lang).into())]));
    }
    if whole.documents.iter().any(|(_, scan)| scan == "infected") {
        notes.push(visit.text("note-infected", &[]));
    }
    notes
}

fn supplement(visit: &Visit, opened: &Opened, whole: &Whole) -> Option<SupplementTask> {
    let waiting = matches!(opened.dossier.state(), Some(State::SupplementRequested { .. }));
    let request = whole.open_supplement().filter(|_| waiting)?;
    Some(SupplementTask {
        reason: request.reason.clone(),
        due_on: words::day(request.due_on()),
        items: request.items().iter().map(|item| super::supplement::item_words(visit, opened, item)).collect(),
        href: format!("{}/bo-sung", address(opened)),
    })
}

/// The parts of a dossier of a session that may still be changed.
fn amend_parts(visit: &Visit, opened: &Opened) -> Option<Amend> {
    let may = amend::is_open(&opened.dossier, &opened.rules, visit.now()).unwrap_or(false);
    let window = opened.rules.window.as_ref().filter(|_| may)?;
    let base = address(opened);
    let keys = opened.form.visible_sections(&opened.data);
    let shown = opened.form.sections().filter(|(key, _)| keys.contains(key));
    let mut parts: Vec<Link> =
        shown.map(|(key, title)| Link::new(title.get(visit.lang), format!("{base}/to-khai/{key}"))).collect();
    parts.push(Link::new(visit.text("amend-papers", &[]), format!("{base}/giay-to")));
    Some(Amend { until: window.changes_end(), parts })
}

/// The draft certificate that waits for the citizen's yes.
async fn draft_result(visit: &Visit, opened: &Opened, lists: &crate::app::UnitLists) -> Result<Option<DraftResult>> {
    let Some(until) = opened.dossier.flags.awaiting_confirmation else { return Ok(None) };
    let id = opened.dossier.id;
    let draft = visit.app.db.read(move |conn| dossiers::draft_result_of(conn, id)).await?;
    let Some(draft) = draft else { return Ok(None) };
    let def = opened.rules.case(&opened.dossier).and_then(|case| case.result_for(Outcome::Granted));
    let form = def.and_then(|d| d.form.as_ref()).and_then(|f| serde_json::to_value(f).ok());
    let form = form.and_then(|f| Form::load(&f).ok());
    let data = sealed::open(&visit.app.keys, &draft.data);
    let sections = form.map(|f| f.summary(&data, visit.lang, &Ctx::new(today(visit), lists))).unwrap_or_default();
    let rows: Vec<Answer> = groups(sections, None).into_iter().flat_map(|group| group.rows).collect();
    Ok(Some(DraftResult {
        rows: rows.into_iter().filter(|row| row.value.is_some()).collect(),
        until: Some(until),
        action: format!("{}/xac-nhan-du-thao", address(opened)),
    }))
}

/// The results that were handed over.
pub(super) fn results(base: &str, results: &[ResultRow]) -> Vec<ResultItem> {
    results
        .iter()
        .filter(|result| result.handed_over_at.is_some())
        .map(|result| ResultItem {
            name: result.name.clone(),
            href: format!("{base}/ket-qua/{}", result.id),
            verify: format!("/xac-thuc/{}", result.token),
            revoked: result.revoked_at.is_some(),
        })
        .collect()
}

/// The papers made so far, the newest of each kind, and the declaration.
fn papers(visit: &Visit, base: &str, whole: &Whole) -> Vec<FileLink> {
    let mut kinds: Vec<&str> = Vec::new();
    for paper in whole.papers.iter().filter(|paper| paper.kind != RECEIPT) {
        if !kinds.contains(&paper.kind.as_str()) {
            kinds.push(&paper.kind);
        }
    }
    kinds.push("to-khai");
    kinds
        .into_iter()
        .map(|kind| FileLink { name: words::paper_name(visit, kind), href: format!("{base}/giay/{kind}.pdf") })
        .chain(links(visit, base, &whole.receipts))
        .collect()
}

/// The files that were sent, then the papers that were only taken in at the counter.
fn attachments(visit: &Visit, opened: &Opened, whole: &Whole) -> Vec<Attachment> {
    let base = address(opened);
    let sent = whole.documents.iter().map(|(d, _)| Attachment {
        name: d.file_name.clone(),
        href: Some(format!("{base}/giay-to/{}", d.id)),
        note: words::sent_again(visit, d),
    });
    let case = opened.rules.case(&opened.dossier);
    let taken = whole.received.iter().map(|paper| Attachment {
        name: case
            .and_then(|case| case.document(&paper.paper_code))
            .map_or_else(|| paper.paper_code.clone(), |known| known.name.get(visit.lang).to_owned()),
        href: None,
        note: words::taken_in(visit, &whole.received, &paper.paper_code),
    });
    sent.chain(taken).collect()
}

fn messages(visit: &Visit, whole: &Whole) -> Vec<Message> {
    whole
        .messages
        .iter()
        .map(|message| Message {
            who: match message.from_citizen {
                true => visit.text("timeline-you", &[]),
                false => message.author_name.clone(),
            },
            at: message.created_at,
            text: message.text.clone(),
            mine: message.from_citizen,
            files: Vec::new(),
        })
        .collect()
}

fn rating(base: &str, whole: &Whole, may: bool, error: Option<String>) -> Option<Rating> {
    let given = whole.rating.as_ref().map(|given| u8::try_from(given.score).unwrap_or(0));
    (may || given.is_some()).then(|| Rating { action: format!("{base}/danh-gia"), given, error })
}

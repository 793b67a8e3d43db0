//! `/can-bo/tai-chinh/sao-ke`: statements of gateways, and where they and the books differ.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::{Part, Refusal, SHOWN, agencies, tabs};
use crate::accounts::people;
use crate::app::{ImportError, OTHER_GATEWAY, Settle, StatementFile, UNCONFIRMED};
use crate::db::{self, Conn};
use crate::dossiers::{self, Step};
use crate::kernel::{AccountId, Actor, AgencyId, PaymentId, StatementId, Timestamp, clock};
use crate::office::held_words::{self, Money};
use crate::office::{ActError, permission, word_owners};
use crate::payments::statement::StatementError;
use crate::payments::transfer::{self, transaction_at};
use crate::payments::verdict::Verdict;
use crate::payments::{self, Explained, NoticeRow, Payment, StatementLine, StatementRow, banks};
use crate::templating::FlashKind;
use crate::templating::pages::parts::{Choice, FormError, Input};
use crate::templating::pages::statements::{
    Explanation, Fix, Listed, Missing, StatementItem, StatementList, StatementPage,
};
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::day;
use crate::web::upload;
use crate::web::{Error, Result, Visit};

/// `GET /can-bo/tai-chinh/sao-ke`
pub async fn list(visit: Visit) -> Result {
    let page = page(&visit, Sent::default()).await?;
    visit.page(&page)
}

/// What was sent, with what is wrong in it.
#[derive(Default)]
struct Sent {
    gateway: Input,
    /// The file's name: a browser does not send a file twice.
    name: Option<String>,
    error: Option<String>,
}

async fn page(visit: &Visit, sent: Sent) -> Result<StatementList> {
    let seen = agencies(visit)?;
    let rows = visit.app.db.read(move |c| payments::statements(c, seen.as_deref(), SHOWN)).await?;
    let gateways = visit.app.gateways.iter();
    let bins = visit.app.banks.bins();
    let choices = |name: &'static str| match name {
        transfer::NAME => {
            bins.iter().map(|bin| Choice::new(format!("{name}:{bin}"), whose(visit, name, Some(bin)))).collect()
        }
        name => vec![Choice::new(name, whose(visit, name, None))],
    };
    let at = |field: &str, error: &Option<String>| error.as_ref().map(|text| FormError::at(field, text.clone()));
    let errors = [at("gateway", &sent.gateway.error), at("file", &sent.error)];
    Ok(StatementList {
        tabs: tabs(visit, Part::Statements).await?,
        rows: rows.iter().map(|row| item(visit, row)).collect(),
        gateways: gateways.flat_map(|g| choices(g.name())).collect(),
        can_import: permission::may_move_money(&visit.actor, Step::Paid, None),
        errors: errors.into_iter().flatten().collect(),
        gateway: sent.gateway,
        sent: sent.name,
        error: sent.error,
    })
}

/// What a gateway is called; of transfers with the bank.
fn whose(visit: &Visit, gateway: &str, bank: Option<&str>) -> String {
    let name = visit.text(&format!("money-way-{gateway}"), &[]);
    match bank {
        Some(bin) => format!("{name} – {}", banks::name(bin).unwrap_or(bin)),
        None => name,
    }
}

fn item(visit: &Visit, row: &StatementRow) -> StatementItem {
    let span = match (row.from_day, row.to_day) {
        (Some(from), Some(to)) if from == to => day(from.0),
        (Some(from), Some(to)) => format!("{} – {}", day(from.0), day(to.0)),
        _ => "–".to_owned(),
    };
    StatementItem {
        href: format!("/can-bo/tai-chinh/sao-ke/{}", row.id),
        name: row.file_name.clone(),
        gateway: whose(visit, &row.gateway, row.bank.as_deref()),
        span,
        at: row.imported_at,
    }
}

/// `POST /can-bo/tai-chinh/sao-ke`
pub async fn import(visit: Visit, body: Multipart) -> Result {
    let mut sent = upload::read_form(&visit, body).await?;
    let chosen = sent.get("gateway").to_owned();
    let (gateway, bank) = match sent.get("gateway").split_once(':') {
        Some((gateway, bank)) => (gateway.to_owned(), Some(bank.to_owned())),
        None => (sent.get("gateway").to_owned(), None),
    };
    let is_too_large = sent.files.iter().any(|file| file.too_large);
    let file = sent.files.pop().filter(|file| is_too_large || !file.content.is_empty());
    let name = file.as_ref().map(|file| file.name.clone());
    let unchosen = chosen.is_empty().then(|| visit.text("statement-no-gateway", &[]));
    let unsent = match (&file, is_too_large) {
        (_, true) => Some(visit.text("statement-too-long", &[])),
        (None, false) => Some(visit.text("statement-no-file", &[])),
        (Some(_), false) => None,
    };
    let Some(file) = file.filter(|_| unchosen.is_none() && unsent.is_none()) else {
        let gateway = Input { value: chosen, error: unchosen };
        return visit.page_again(&page(&visit, Sent { gateway, name, error: unsent }).await?);
    };
    let file = StatementFile { gateway, bank, name: file.name, content: file.content };
    match visit.app.import_statement(&visit.actor, file).await {
        Ok((row, is_new)) => {
            let said = if is_new { "statement-imported" } else { "statement-known" };
            visit.say(if is_new { FlashKind::Success } else { FlashKind::Info }, said, &[]);
            visit.see_other(&format!("/can-bo/tai-chinh/sao-ke/{}", row.id))
        }
        Err(ImportError::Act(e)) => Err(e.into()),
        Err(e) => {
            let text = Some(why(&visit, &e));
            let is_gateway = matches!(e, ImportError::NoGateway | ImportError::OtherGateway { .. });
            let (of_gateway, of_file) = if is_gateway { (text, None) } else { (None, text) };
            let gateway = Input { value: chosen, error: of_gateway };
            let page = page(&visit, Sent { gateway, name, error: of_file }).await?;
            visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn why(visit: &Visit, e: &ImportError) -> String {
    let at = |key: &str, line: usize, text: &str| {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        visit.text(key, &[("line", line.into()), ("text", text.into())])
    };
    match e {
        ImportError::Read(StatementError::Amount { line, text }) => at("statement-bad-amount", *line, text),
        ImportError::Read(StatementError::Day { line, text }) => at("statement-bad-day", *line, text),
        ImportError::Read(StatementError::Csv { line, .. }) => at("statement-bad-line", *line, ""),
        ImportError::Read(StatementError::Transaction { line }) => at("statement-bad-transaction", *line, ""),
        ImportError::Read(StatementError::NotText) => visit.text("statement-not-text", &[]),
        ImportError::Read(StatementError::NoHeader) => visit.text("statement-no-header", &[]),
        ImportError::Read(StatementError::Empty) => visit.text("statement-empty", &[]),
        ImportError::OtherGateway { gateway, other, lines } => {
            let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let values = [
                ("gateway", whose(visit, gateway, None).into()),
                ("other", count(*other).into()),
                ("lines", count(*lines).into()),
            ];
            visit.text("statement-other-gateway", &values)
        }
        ImportError::TooLong => visit.text("statement-too-long", &[]),
        ImportError::NoGateway | ImportError::Act(_) => visit.text("statement-no-gateway", &[]),
    }
}

/// `GET /can-bo/tai-chinh/sao-ke/{id}`
pub async fn show(visit: Visit, id: Path<String>) -> Result {
    let known = known(&visit, &id).await?;
    visit.page(&shown(&visit, &known))
}

/// A line that differs, with the held word that tells of the same money.
struct Differing {
    line: StatementLine,
    word: Option<NoticeRow>,
    fix: Option<Fix>,
    /// By which other gateway its money came, and whether that is in the books.
    through: Option<(String, bool)>,
}

/// A statement beside the books.
struct Known {
    row: StatementRow,
    lines: Vec<StatementLine>,
    differing: Vec<Differing>,
    /// Ours that no line names.
    missing: Vec<Unnamed>,
}

/// A payment of ours that no line names.
struct Unnamed {
    payment: Payment,
    dossier: String,
    /// Why it was closed, with who did.
    explained: Option<(Explained, String)>,
}

async fn known(visit: &Visit, id: &str) -> Result<Known> {
    let id: StatementId = id.parse().map_err(|_| Error::not_found())?;
    let agencies = agencies(visit)?;
    let who = visit.actor.clone();
    let read = move |c: &mut Conn| {
        let row = payments::statement(c, id, agencies.as_deref())?;
        let mut lines = payments::lines_of_statement(c, id)?;
        let mut differing = Vec::new();
        for line in &mut lines {
            let payment = line.payment_id.map(|id| payments::by_id(c, id)).transpose()?;
            if line.verdict == UNCONFIRMED && payment.as_ref().is_some_and(Payment::has_come) {
                // The gateway has said it since.
                line.verdict = Verdict::Credited.as_str().to_owned();
            }
            let is_seen =
                payment.as_ref().is_none_or(|p| agencies.as_ref().is_none_or(|mine| mine.contains(&p.agency_id)));
            if fits(&line.verdict) || !(is_seen || line.verdict == OTHER_GATEWAY) {
                continue;
            }
            let line = &*line;
            let through = payment.and_then(|p| Some((p.gateway.clone()?, p.has_come())));
            let through = through.filter(|_| line.verdict == OTHER_GATEWAY);
            differing.push(Differing { through, ..differs(c, (&row, line), (&who, agencies.as_deref()))? });
        }
        let mut missing = Vec::new();
        let is_whole = i64::try_from(lines.len()).is_ok_and(|count| count >= row.lines);
        if let (Some(from), Some(to), true) = (row.from_day, row.to_day, is_whole) {
            let span = (start(from.0), to.0.tomorrow().map_or(Timestamp::MAX, start));
            let of = (row.gateway.as_str(), row.bank.as_deref());
            let found = payments::not_in_statements(c, of, span, agencies.as_deref())?;
            missing = unnamed(c, found)?;
        }
        Ok::<_, db::Error>(Known { row, lines, differing, missing })
    };
    visit.app.db.read(read).await.map_err(super::missing)
}

/// Payments that no line names: those that nobody has looked into first.
fn unnamed(conn: &mut Conn, found: Vec<Payment>) -> std::result::Result<Vec<Unnamed>, db::Error> {
    let ids: Vec<PaymentId> = found.iter().map(|payment| payment.id).collect();
    let explained = payments::explained(conn, &ids)?;
    let by: Vec<AccountId> = explained.iter().map(|e| e.settled_by).collect();
    let names: BTreeMap<AccountId, String> =
        people::by_ids(conn, &by)?.into_iter().map(|a| (a.id, a.full_name)).collect();
    let mut all = Vec::new();
    for payment in found {
        let dossier = dossiers::by_id(conn, payment.dossier_id)?.name();
        let found = explained.iter().find(|e| e.payment_id == payment.id);
        let explained = found.map(|e| (e.clone(), names.get(&e.settled_by).cloned().unwrap_or_default()));
        all.push(Unnamed { payment, dossier, explained });
    }
    all.sort_by_key(|of| of.explained.is_some());
    Ok(all)
}

/// The word of a line, for who may see it, and what settles it at once: its money is credited to the dossier that it was
/// meant for while that owes anything, else it goes back.
fn differs(
    conn: &mut Conn,
    (row, line): (&StatementRow, &StatementLine),
    (who, agencies): (&Actor, Option<&[AgencyId]>),
) -> std::result::Result<Differing, db::Error> {
    let transaction = line.gateway_txn.as_deref().map(|number| match row.bank.as_deref() {
        Some(bin) => transaction_at(bin, number),
        None => number.to_owned(),
    });
    let number = line.reference.as_deref().unwrap_or(&line.content);
    let word = payments::held_word_about(conn, &row.gateway, (transaction.as_deref(), number), line.amount())?;
    let whose = word.as_ref().map(|word| word_owners::of(conn, word)).transpose()?;
    let word = word.filter(|_| whose.as_ref().is_some_and(|whose| whose.is_seen(agencies)));
    let mut fix = None;
    if let Some(word) = word.as_ref().filter(|w| w.settled_at.is_none() && line.verdict != OTHER_GATEWAY)
        && whose.is_some_and(|whose| whose.settled_for(who).is_some())
        && let Money::Loose(_) = held_words::money(conn, word)?
    {
        let dossier = word.payment_id.map(|id| payments::by_id(conn, id)).transpose()?.map(|p| p.dossier_id);
        let owes = match dossier {
            Some(id) => payments::owed_here(&payments::lines_of(conn, id)?).0 > 0,
            None => false,
        };
        let dossier = dossier.filter(|_| owes).map(|id| dossiers::by_id(conn, id)).transpose()?.map(|d| d.name());
        let how = if dossier.is_some() { "credit" } else { "refund" };
        fix = Some(Fix { word: word.id.to_string(), how: how.to_owned(), dossier });
    }
    Ok(Differing { line: line.clone(), word, fix, through: None })
}

fn shown(visit: &Visit, known: &Known) -> StatementPage {
    let Known { row, lines, differing, missing } = known;
    StatementPage {
        item: item(visit, row),
        lines: lines.len(),
        lacking: usize::try_from(row.lines).unwrap_or(0).saturating_sub(lines.len()),
        fitting: lines.iter().filter(|line| fits(&line.verdict)).count(),
        total: lines.iter().map(StatementLine::amount).sum(),
        differing: differing.iter().map(|of| listed(visit, of)).collect(),
        settled: differing.is_empty() && missing.iter().all(|of| of.explained.is_some()),
        missing: missing.iter().map(|of| ours(visit, of)).collect(),
        action: format!("/can-bo/tai-chinh/sao-ke/{}", row.id),
        errors: Vec::new(),
        refused: false,
    }
}

/// `POST /can-bo/tai-chinh/sao-ke/{id}`
pub async fn settle(visit: Visit, id: Path<String>, Posted(typed): Posted<Fields>) -> Result {
    let known = known(&visit, &id).await?;
    let here = format!("/can-bo/tai-chinh/sao-ke/{}", known.row.id);
    let how = typed.get("how").to_owned();
    let done = match how.as_str() {
        "credit" | "refund" => settle_line(&visit, &known, &typed).await,
        "confirm" => {
            let Ok(payment) = typed.get("payment").parse() else { return Err(Error::not_found()) };
            match visit.app.confirm_unlisted(&visit.actor, payment).await {
                Ok(true) => visit.say(FlashKind::Success, "statement-confirmed", &[]),
                Ok(false) => visit.say(FlashKind::Error, "statement-not-confirmed", &[]),
                Err(e) => return refused(&visit, &known, &typed, e),
            }
            return visit.see_other(&here);
        }
        "explain" => {
            let Ok(payment) = typed.get("payment").parse() else { return Err(Error::not_found()) };
            visit.app.explain_unlisted(&visit.actor, payment, typed.get("reason").to_owned()).await
        }
        _ => {
            let errors = vec![FormError { href: None, text: visit.text("money-choose", &[]) }];
            return visit.page_again(&StatementPage { errors, ..shown(&visit, &known) });
        }
    };
    match done {
        Ok(()) => {
            visit.say(FlashKind::Success, &format!("statement-did-{how}"), &[]);
            visit.see_other(&here)
        }
        Err(e) => refused(&visit, &known, &typed, e),
    }
}

/// Settles a line's word by one button; the statement is the reason.
async fn settle_line(visit: &Visit, known: &Known, typed: &Fields) -> std::result::Result<(), ActError> {
    let Ok(word) = typed.get("word").parse() else { return Err(ActError::NotFound) };
    let settle = match typed.get("how") {
        "credit" => Settle::Credit { dossier: typed.get("dossier").to_owned() },
        _ => Settle::SendBack,
    };
    let values = [("file", known.row.file_name.as_str().into()), ("line", typed.get("line").into())];
    visit.app.settle_word(&visit.actor, (word, settle), visit.text("statement-fix-reason", &values)).await
}

fn refused(visit: &Visit, known: &Known, typed: &Fields, e: ActError) -> Result {
    let refusal = Refusal::of(visit, e)?;
    let payment = typed.get("payment");
    let mut page = shown(visit, known);
    for row in page.missing.iter_mut().filter(|row| row.payment.as_deref() == Some(payment)) {
        row.reason = refusal.input("reason", typed.get("reason"));
    }
    page.refused = refusal.refused;
    page.errors = refusal
        .errors
        .into_iter()
        .map(|e| FormError { href: e.href.map(|href| format!("{href}-{payment}")), text: e.text })
        .collect();
    visit.page_with(refusal.status, &page)
}

/// Whether a line and the books agree.
fn fits(verdict: &str) -> bool {
    [Verdict::Repeated.as_str(), Verdict::Credited.as_str(), "back"].contains(&verdict)
}

fn start(day: jiff::civil::Date) -> Timestamp {
    clock::from_local(day.to_datetime(jiff::civil::Time::midnight()))
}

fn listed(visit: &Visit, Differing { line, word, fix, through }: &Differing) -> Listed {
    let through = through.as_ref().map(|(gateway, has_come)| {
        let key = if *has_come { "verdict-other_gateway-credited" } else { "verdict-other_gateway-of" };
        visit.text(key, &[("gateway", whose(visit, gateway, None).into())])
    });
    Listed {
        through,
        number: line.number,
        day: line.day.map(|d| day(d.0)),
        amount: line.amount(),
        transaction: line.gateway_txn.clone(),
        reference: line.reference.clone(),
        verdict: line.verdict.clone(),
        href: word.as_ref().map(|word| format!("/can-bo/tai-chinh/cho-xu-ly/{}", word.id)),
        settled: word.as_ref().is_some_and(|word| word.settled_at.is_some()),
        fix: fix.clone(),
    }
}

fn ours(visit: &Visit, Unnamed { payment, dossier: name, explained }: &Unnamed) -> Missing {
    let closed = explained.as_ref().map(|(found, by)| Explanation {
        reason: found.note.clone(),
        by: by.clone(),
        at: found.settled_at,
    });
    let may = permission::may_move_money(&visit.actor, Step::Paid, Some(payment.agency_id));
    let gateway = payment.gateway.as_deref().and_then(|name| visit.app.gateway(name));
    Missing {
        dossier: name.clone(),
        href: format!("/can-bo/ho-so/{name}"),
        amount: payment.amount(),
        transaction: payment.gateway_txn.clone(),
        at: payment.occurred_at,
        payment: (may && closed.is_none()).then(|| payment.id.to_string()),
        closed,
        can_ask: payment.reference.is_some() && gateway.is_some_and(|gateway| gateway.can_be_asked()),
        reason: Input::default(),
    }
}

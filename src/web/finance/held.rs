//! `/can-bo/tai-chinh`: words of gateways that wait for a person.

use actix_web::web::{Path, Query};

use super::{Part, Place, Refusal, agencies, fact, looked_at, missing, tabs};
use crate::accounts::agencies as places;
use crate::app::Settle;
use crate::db::{self, Conn};
use crate::dossiers::{self, Dossier};
use crate::kernel::{AgencyId, NoticeId, Vnd};
use crate::office::ActError;
use crate::office::held_words::{self, Money};
use crate::office::word_owners::{self, Whose};
use crate::payments::verdict::Said;
use crate::payments::{self, NoticeRow, Payment, RefundWay, Way};
use crate::templating::FlashKind;
use crate::templating::pages::finance::{HeldList, HeldPage, HeldRow, TakenRow};
use crate::templating::pages::parts::{Answer, FormError, Input};
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::moment;
use crate::web::{Error, Result, Visit};

const HERE: &str = "/can-bo/tai-chinh";
/// How many of those that were taken on are shown.
const TAKEN: i64 = 20;

/// `GET /can-bo/tai-chinh`
pub async fn list(visit: Visit, place: Query<Place>) -> Result {
    let (agencies, request) = (agencies(&visit)?, place.request());
    let read = move |c: &mut Conn| {
        let words = payments::held_words(c, agencies.as_deref(), &request)?;
        let mut rows = Vec::new();
        for (word, dossier) in &words.items {
            let name = dossier.map(|id| dossiers::by_id(c, id)).transpose()?.map(|d| d.name());
            let is_theirs = word_owners::of(c, word)?.is_theirs(agencies.as_deref());
            rows.push(row(word, name, is_theirs));
        }
        Ok::<_, db::Error>((rows, words, taken(c)?))
    };
    let (rows, words, taken) = visit.app.db.read(read).await?;
    if place.is_past(&words) {
        return visit.see_other(HERE);
    }
    let tabs = tabs(&visit, Part::Held).await?;
    visit.page(&HeldList { tabs, rows, taken, paging: place.paging(HERE, &words) })
}

/// What belonged to nobody, with who took it on: everybody who saw it waiting sees what became of it.
fn taken(conn: &mut Conn) -> std::result::Result<Vec<TakenRow>, db::Error> {
    let words = payments::taken_words(conn, TAKEN)?;
    let ids: Vec<AgencyId> = words.iter().filter_map(|word| word.taken_agency_id).collect();
    let names = places::by_ids(conn, &ids)?;
    let name =
        |id: Option<AgencyId>| names.iter().find(|agency| Some(agency.id) == id).map(|agency| agency.name.clone());
    let row = |word: &NoticeRow| TakenRow {
        href: format!("/can-bo/tai-chinh/cho-xu-ly/{}", word.id),
        at: word.settled_at.unwrap_or(word.last_at),
        gateway: word.gateway.clone(),
        amount: word.amount(),
        how: word.settlement.clone().unwrap_or_default(),
        agency: name(word.taken_agency_id).unwrap_or_default(),
    };
    Ok(words.iter().map(row).collect())
}

/// `is_theirs`: whether who looks may read what the payer wrote, which may stand in the place of a number of ours.
fn row(word: &NoticeRow, dossier: Option<String>, is_theirs: bool) -> HeldRow {
    HeldRow {
        href: format!("/can-bo/tai-chinh/cho-xu-ly/{}", word.id),
        at: word.first_at,
        gateway: word.gateway.clone(),
        way: word.kind.clone(),
        verdict: word.verdict.clone(),
        amount: word.amount(),
        reference: reference(word, is_theirs),
        dossier,
        times: word.times,
    }
}

fn reference(word: &NoticeRow, is_theirs: bool) -> Option<String> {
    let is_number = [Way::Ipn, Way::Query].iter().any(|way| way.as_str() == word.kind);
    word.reference.clone().filter(|_| is_theirs || is_number)
}

/// Everything that the page shows of a word.
struct Known {
    word: NoticeRow,
    whose: Whose,
    /// Whether who looks may read what the payer wrote.
    is_theirs: bool,
    /// What its agency, or who took it on, is called.
    agency_name: Option<String>,
    /// How its money would go back.
    way_back: RefundWay,
    payment: Option<Payment>,
    dossier: Option<Dossier>,
    owed: Vnd,
    others: Vec<NoticeRow>,
    money: Money,
}

async fn known(visit: &Visit, id: &str) -> Result<Known> {
    let id: NoticeId = id.parse().map_err(|_| Error::not_found())?;
    let (app, seen) = (visit.app.clone(), agencies(visit)?);
    let read = move |c: &mut Conn| {
        let word = payments::held_word(c, id)?;
        let whose = word_owners::of(c, &word)?;
        // What is of another agency is not even there.
        if !whose.is_seen(seen.as_deref()) {
            return Err(db::Error::NotFound);
        }
        let is_theirs = whose.is_theirs(seen.as_deref());
        let agency_name = match whose.agency() {
            Some(id) => places::by_id(c, id)?.map(|agency| agency.name),
            None => None,
        };
        let way_back = app.way_back_of(c, &word)?;
        let payment = word.payment_id.map(|id| payments::by_id(c, id)).transpose()?;
        let dossier = payment.as_ref().map(|p| dossiers::by_id(c, p.dossier_id)).transpose()?;
        let lines = dossier.as_ref().map(|d| payments::lines_of(c, d.id)).transpose()?.unwrap_or_default();
        let others = payment.as_ref().map(|p| payments::heard_of(c, p.id)).transpose()?.unwrap_or_default();
        let money = held_words::money(c, &word)?;
        let others = others.into_iter().filter(|other| other.id != word.id).collect();
        // What a person credited has a dossier by now, whatever the word says.
        let credited = word.settled_payment_id.filter(|_| payment.is_none());
        let credited = credited.map(|id| payments::by_id(c, id)).transpose()?;
        let credited = credited.map(|p| dossiers::by_id(c, p.dossier_id)).transpose()?;
        let owed = payments::owed_here(&lines);
        let known = Known { owed, word, whose, is_theirs, agency_name, way_back, payment, dossier, others, money };
        Ok::<_, db::Error>((known, credited))
    };
    let (known, credited) = visit.app.db.read(read).await.map_err(missing)?;
    let amount = known.word.amount().map_or_else(|| "–".to_owned(), |amount| amount.to_string());
    let of = (known.whose.agency(), known.word.reference.as_deref());
    let what = format!("Xem khoản chờ xử lý: {amount}");
    looked_at(visit, known.dossier.as_ref().or(credited.as_ref()), (of, what)).await?;
    Ok(known)
}

/// `GET /can-bo/tai-chinh/cho-xu-ly/{id}`
pub async fn show(visit: Visit, id: Path<String>) -> Result {
    let known = known(&visit, &id).await?;
    visit.page(&page(&visit, &known))
}

fn page(visit: &Visit, known: &Known) -> HeldPage {
    let word = &known.word;
    let name = known.dossier.as_ref().map(Dossier::name);
    let is_open = word.settled_at.is_none();
    let may = is_open && known.whose.settled_for(&visit.actor).is_some();
    let is_nobodys = known.whose == (Whose::Nobodys { taken: None });
    let is_by_gateway = known.way_back == RefundWay::Gateway;
    let can_credit = match &known.money {
        Money::Loose(_) => may,
        Money::Surplus(payment) => may && payment.applied().0 == 0 && payment.refunded().0 == 0 && known.owed.0 > 0,
        Money::None => false,
    };
    let settled = word.settlement.as_ref().map(|how| {
        // A reason may name the payer.
        let note = word.settlement_note.clone().filter(|_| known.is_theirs).unwrap_or_default();
        visit.text(&format!("money-settled-{how}"), &[("note", note.into())]).trim_end().to_owned()
    });
    HeldPage {
        word: row(word, name.clone(), known.is_theirs),
        told: told(visit, known),
        known: books(visit, known),
        message: if known.is_theirs { message(&word.body) } else { Vec::new() },
        others: known.others.iter().map(|other| row(other, name.clone(), known.is_theirs)).collect(),
        can_ask: may && known.payment.as_ref().is_some_and(|p| p.reference.is_some()),
        can_credit,
        can_send_back: may
            && !matches!(known.money, Money::None)
            && word.reference.is_some()
            && (is_by_gateway || !is_nobodys),
        by_gateway: is_by_gateway,
        can_lay_aside: may,
        is_nobodys,
        settled,
        settled_for: known.agency_name.clone(),
        action: format!("/can-bo/tai-chinh/cho-xu-ly/{}", word.id),
        dossier: Input::of(name.unwrap_or_default()),
        reason: Input::default(),
        errors: Vec::new(),
        refused: false,
    }
}

/// What the gateway says.
fn told(visit: &Visit, known: &Known) -> Vec<Answer> {
    let word = &known.word;
    let none = || "–".to_owned();
    let said = word.said().map_or("unknown", Said::as_str);
    vec![
        fact(visit, "money-fact-amount", word.amount().map_or_else(none, |a| a.to_string())),
        fact(visit, "money-fact-said", visit.text(&format!("said-{said}"), &[])),
        fact(visit, "money-fact-transaction", word.gateway_txn.clone().unwrap_or_else(none)),
        fact(visit, "money-fact-reference", reference(word, known.is_theirs).unwrap_or_else(none)),
        fact(visit, "money-fact-first", moment(word.first_at, visit.lang)),
        fact(visit, "money-fact-last", moment(word.last_at, visit.lang)),
    ]
}

/// What stands in the books.
fn books(visit: &Visit, known: &Known) -> Vec<Answer> {
    let (Some(payment), Some(dossier)) = (&known.payment, &known.dossier) else {
        return vec![fact(visit, "money-fact-reference", visit.text("money-fact-none", &[]))];
    };
    let state = visit.text(&format!("payment-{}", payment.state().as_str()), &[]);
    vec![
        fact(visit, "money-fact-dossier", format!("{} – {}", dossier.name(), dossier.status().label(visit.lang))),
        fact(visit, "money-fact-ordered", payment.amount().to_string()),
        fact(visit, "money-fact-state", state),
        fact(visit, "money-fact-transaction", payment.gateway_txn.clone().unwrap_or_else(|| "–".to_owned())),
        fact(visit, "money-fact-applied", payment.applied().to_string()),
        fact(visit, "money-fact-refunded", payment.refunded().to_string()),
        fact(visit, "money-fact-surplus", payment.surplus().to_string()),
        fact(visit, "money-fact-owed", known.owed.to_string()),
    ]
}

/// A message field by field: an address's query, or an object. Its signature says nothing to people.
fn message(body: &str) -> Vec<Answer> {
    let pairs: Vec<(String, String)> = match serde_json::from_str::<serde_json::Value>(body) {
        Ok(serde_json::Value::Object(map)) => map
            .into_iter()
            .map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            .collect(),
        _ => actix_web::web::Query::<Vec<(String, String)>>::from_query(body)
            .map(actix_web::web::Query::into_inner)
            .unwrap_or_else(|_| vec![("…".to_owned(), body.to_owned())]),
    };
    let shown = pairs.into_iter().filter(|(name, _)| !name.contains("Hash"));
    shown.map(|(label, value)| Answer { label, value: Some(value), ..Answer::default() }).collect()
}

/// `POST /can-bo/tai-chinh/cho-xu-ly/{id}`
pub async fn settle(visit: Visit, id: Path<String>, Posted(typed): Posted<Fields>) -> Result {
    let known = known(&visit, &id).await?;
    let here = format!("/can-bo/tai-chinh/cho-xu-ly/{}", known.word.id);
    let how = typed.get("how").to_owned();
    let settle = match how.as_str() {
        "ask" => return ask(&visit, &known, &here).await,
        "credit" => Settle::Credit { dossier: typed.get("dossier").to_owned() },
        "refund" => Settle::SendBack,
        "nothing" => Settle::Nothing,
        _ => {
            let choose = visit.text("money-choose", &[]);
            let errors = vec![FormError { href: None, text: choose }];
            return visit.page_again(&HeldPage { errors, ..typed_page(&visit, &known, &typed) });
        }
    };
    let reason = typed.get("reason").to_owned();
    let done = visit.app.settle_word(&visit.actor, (known.word.id, settle), reason).await;
    match done {
        Ok(()) => {
            visit.say(FlashKind::Success, &format!("money-did-{how}"), &[]);
            visit.see_other(HERE)
        }
        Err(ActError::NotFound) => {
            let text = visit.text("money-dossier-unknown", &[]);
            let mut page = typed_page(&visit, &known, &typed);
            page.dossier.error = Some(text.clone());
            page.errors = vec![FormError::at("dossier", text)];
            if typed.get("reason").trim().is_empty() {
                let text = visit.text("money-reason-missing", &[]);
                page.reason.error = Some(text.clone());
                page.errors.push(FormError::at("reason", text));
            }
            visit.page_again(&page)
        }
        Err(e) => {
            let refusal = Refusal::of(&visit, e)?;
            let page = HeldPage {
                reason: refusal.input("reason", typed.get("reason")),
                dossier: refusal.input("dossier", typed.get("dossier")),
                refused: refusal.refused,
                errors: refusal.errors,
                ..page(&visit, &known)
            };
            visit.page_with(refusal.status, &page)
        }
    }
}

fn typed_page(visit: &Visit, known: &Known, typed: &Fields) -> HeldPage {
    let dossier = Input::of(typed.get("dossier"));
    HeldPage { reason: Input::of(typed.get("reason")), dossier, ..page(visit, known) }
}

/// Asks the gateway; what it says is on the page then.
async fn ask(visit: &Visit, known: &Known, here: &str) -> Result {
    if known.whose.settled_for(&visit.actor).is_none() {
        return Err(Error::forbidden());
    }
    let asked = match &known.payment {
        Some(payment) => visit.app.ask_gateway_now(payment).await,
        None => Ok(false),
    };
    match asked {
        Ok(true) => visit.say(FlashKind::Info, "money-asked", &[]),
        Ok(false) | Err(_) => visit.say(FlashKind::Error, "money-ask-failed", &[]),
    }
    visit.see_other(here)
}

//! `/can-bo/tai-chinh`: words of gateways that wait for a person.

use actix_web::web::{Path, Query};

use super::{Part, Place, Refusal, agencies, fact, looked_at, missing, tabs};
use crate::app::Settle;
use crate::db::{self, Conn};
use crate::dossiers::{self, Dossier, Step};
use crate::kernel::{AgencyId, NoticeId, Vnd};
use crate::office::held_words::{self, Money};
use crate::office::{ActError, permission};
use crate::payments::verdict::Said;
use crate::payments::{self, NoticeRow, Payment};
use crate::templating::FlashKind;
use crate::templating::pages::finance::{HeldList, HeldPage, HeldRow};
use crate::templating::pages::parts::{Answer, FormError, Input};
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::moment;
use crate::web::{Error, Result, Visit};

const HERE: &str = "/can-bo/tai-chinh";

/// `GET /can-bo/tai-chinh`
pub async fn list(visit: Visit, place: Query<Place>) -> Result {
    let (agencies, request) = (agencies(&visit)?, place.request());
    let read = move |c: &mut Conn| {
        let words = payments::held_words(c, agencies.as_deref(), &request)?;
        let mut rows = Vec::new();
        for (word, dossier) in &words.items {
            let name = dossier.map(|id| dossiers::by_id(c, id)).transpose()?.map(|d| d.name());
            rows.push(row(word, name));
        }
        Ok::<_, db::Error>((rows, words))
    };
    let (rows, words) = visit.app.db.read(read).await?;
    if place.is_past(&words) {
        return visit.see_other(HERE);
    }
    visit.page(&HeldList { tabs: tabs(&visit, Part::Held).await?, rows, paging: place.paging(HERE, &words) })
}

fn row(word: &NoticeRow, dossier: Option<String>) -> HeldRow {
    HeldRow {
        href: format!("/can-bo/tai-chinh/cho-xu-ly/{}", word.id),
        at: word.first_at,
        gateway: word.gateway.clone(),
        way: word.kind.clone(),
        verdict: word.verdict.clone(),
        amount: word.amount(),
        reference: word.reference.clone(),
        dossier,
        times: word.times,
    }
}

/// Everything that the page shows of a word.
struct Known {
    word: NoticeRow,
    /// Whose money it is; none where nobody knows.
    agency: Option<AgencyId>,
    payment: Option<Payment>,
    dossier: Option<Dossier>,
    owed: Vnd,
    others: Vec<NoticeRow>,
    money: Money,
}

async fn known(visit: &Visit, id: &str) -> Result<Known> {
    let id: NoticeId = id.parse().map_err(|_| Error::not_found())?;
    let read = move |c: &mut Conn| {
        let word = payments::held_word(c, id)?;
        let payment = word.payment_id.map(|id| payments::by_id(c, id)).transpose()?;
        let dossier = payment.as_ref().map(|p| dossiers::by_id(c, p.dossier_id)).transpose()?;
        let lines = dossier.as_ref().map(|d| payments::lines_of(c, d.id)).transpose()?.unwrap_or_default();
        let others = payment.as_ref().map(|p| payments::heard_of(c, p.id)).transpose()?.unwrap_or_default();
        let money = held_words::money(c, &word)?;
        let agency = held_words::agency(c, &word)?;
        let others = others.into_iter().filter(|other| other.id != word.id).collect();
        // What a person credited has a dossier by now, whatever the word says.
        let credited = word.settled_payment_id.filter(|_| payment.is_none());
        let credited = credited.map(|id| payments::by_id(c, id)).transpose()?;
        let credited = credited.map(|p| dossiers::by_id(c, p.dossier_id)).transpose()?;
        let owed = payments::owed_here(&lines);
        Ok::<_, db::Error>((Known { owed, word, agency, payment, dossier, others, money }, credited))
    };
    let (known, credited) = visit.app.db.read(read).await.map_err(missing)?;
    // What is of another agency is not even there.
    let is_seen = match (agencies(visit)?, known.agency) {
        (Some(agencies), Some(agency)) => agencies.contains(&agency),
        (None, _) | (_, None) => true,
    };
    if !is_seen {
        return Err(Error::not_found());
    }
    let amount = known.word.amount().map_or_else(|| "–".to_owned(), |amount| amount.to_string());
    let of = (known.agency, known.word.reference.as_deref());
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
    let may = is_open && permission::may_move_money(&visit.actor, Step::Paid, known.agency);
    let can_credit = match &known.money {
        Money::Loose(_) => may,
        Money::Surplus(payment) => may && payment.applied().0 == 0 && payment.refunded().0 == 0 && known.owed.0 > 0,
        Money::None => false,
    };
    let settled = word.settlement.as_ref().map(|how| {
        let note = word.settlement_note.clone().unwrap_or_default();
        visit.text(&format!("money-settled-{how}"), &[("note", note.into())])
    });
    HeldPage {
        word: row(word, name.clone()),
        told: told(visit, word),
        known: books(visit, known),
        message: message(&word.body),
        others: known.others.iter().map(|other| row(other, name.clone())).collect(),
        can_ask: may && known.payment.as_ref().is_some_and(|p| p.reference.is_some()),
        can_credit,
        can_send_back: may && !matches!(known.money, Money::None) && word.reference.is_some(),
        can_lay_aside: may,
        settled,
        action: format!("/can-bo/tai-chinh/cho-xu-ly/{}", word.id),
        dossier: Input::of(name.unwrap_or_default()),
        reason: Input::default(),
        errors: Vec::new(),
        refused: false,
    }
}

/// What the gateway says.
fn told(visit: &Visit, word: &NoticeRow) -> Vec<Answer> {
    let none = || "–".to_owned();
    let said = word.said().map_or("unknown", Said::as_str);
    vec![
        fact(visit, "money-fact-amount", word.amount().map_or_else(none, |a| a.to_string())),
        fact(visit, "money-fact-said", visit.text(&format!("said-{said}"), &[])),
        fact(visit, "money-fact-transaction", word.gateway_txn.clone().unwrap_or_else(none)),
        fact(visit, "money-fact-reference", word.reference.clone().unwrap_or_else(none)),
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
    if !permission::may_move_money(&visit.actor, Step::Paid, known.agency) {
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

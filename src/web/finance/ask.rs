//! `/can-bo/ho-so/{name}/hoan-phi`: asking that money of a dossier go back.

use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::{Refusal, typed_amount};
use crate::app::filing::Opened;
use crate::db::{self, Conn};
use crate::dossiers::Step;
use crate::kernel::{FeeId, PaymentId, Vnd};
use crate::office::refunds::{Ask, returnable};
use crate::office::{fees, money_back, permission};
use crate::payments::{self, FeeLineRow, Payment, PaymentState, RefundWay};
use crate::templating::FlashKind;
use crate::templating::pages::finance::{AskRefund, RefundItem, Returnable};
use crate::templating::pages::parts::{Choice, FormError, Input};
use crate::web::counter::{address, open_logged};
use crate::web::form::{Fields, Posted};
use crate::web::portal::words::{moment, money};
use crate::web::{Error, Result, Visit};

/// The value of the tick for what is left over of a payment.
const SURPLUS: &str = "surplus";

/// A payment with what of it can go back.
struct Paid {
    payment: Payment,
    lines: Vec<(FeeLineRow, Vnd)>,
    /// What of them is too much since the answers changed.
    too_much: Vec<(FeeLineRow, Vnd)>,
}

/// `GET /can-bo/ho-so/{name}/hoan-phi`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open(&visit, &name).await?;
    let page = page(&visit, &opened, None).await?;
    visit.page(&page)
}

async fn open(visit: &Visit, name: &str) -> Result<Opened> {
    let opened = open_logged(visit, name).await?;
    let field = &opened.rules.revision.field.code;
    if permission::may(&visit.actor, Step::AskRefund, &opened.dossier, field) {
        Ok(opened)
    } else {
        Err(Error::forbidden())
    }
}

async fn paid(visit: &Visit, opened: &Opened) -> Result<(Vec<Paid>, Vec<RefundItem>)> {
    let id = opened.dossier.id;
    let read = move |c: &mut Conn| {
        let mut all = Vec::new();
        for payment in payments::of_dossier(c, id)? {
            if payment.state() == PaymentState::Paid {
                let lines = returnable(c, &payment)?;
                let mine: Vec<FeeLineRow> = lines.iter().map(|(line, _)| line.clone()).collect();
                all.push(Paid { too_much: money_back::too_much(c, &mine)?, lines, payment });
            }
        }
        let refunds = payments::refunds_of(c, id)?;
        Ok::<_, db::Error>((all, super::refunds::items(c, &refunds)?))
    };
    Ok(visit.app.db.read(read).await?)
}

/// The page; `typed`: what was sent, with what is wrong in it.
async fn page(visit: &Visit, opened: &Opened, typed: Option<(&Fields, &Refusal)>) -> Result<AskRefund> {
    let (payments, refunds) = paid(visit, opened).await?;
    let shown = payments.iter().filter(|p| !p.lines.is_empty() || p.payment.surplus().0 > 0);
    let one = payments.len() == 1;
    let payments: Vec<Returnable> =
        (1..).zip(shown).map(|(i, paid)| form((visit, opened), (i, paid, one), typed)).collect();
    // The fields of each payment's form have its number in their ids.
    let key =
        payments.iter().find(|p| Some(p.id.as_str()) == typed.map(|(f, _)| f.get("payment"))).map(|p| p.key.clone());
    let place = |e: &FormError| {
        let field = e.href.as_deref().map(|h| h.trim_start_matches('#'));
        let field = field.map(|f| match f {
            "lines" => "part",
            "amount_vnd" => "amount",
            other => other,
        });
        FormError { href: field.zip(key.as_ref()).map(|(f, key)| format!("#{f}-{key}")), text: e.text.clone() }
    };
    let base = address(opened);
    Ok(AskRefund {
        code: opened.dossier.name(),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        action: format!("{base}/hoan-phi"),
        back: base,
        payments,
        refunds,
        errors: typed.map(|(_, refusal)| refusal.errors.iter().map(place).collect()).unwrap_or_default(),
        refused: typed.is_some_and(|(_, refusal)| refusal.refused),
    })
}

fn form(
    (visit, opened): (&Visit, &Opened),
    (i, paid, one): (usize, &Paid, bool),
    typed: Option<(&Fields, &Refusal)>,
) -> Returnable {
    let Paid { payment, lines, too_much } = paid;
    let id = payment.id.to_string();
    let typed = typed.filter(|(fields, _)| fields.get("payment") == id);
    let amount = |a: Vnd| money(a, visit.lang);
    let part = |(line, rest): &(FeeLineRow, Vnd)| {
        let name = fees::name_of((&opened.dossier, &opened.rules), line, visit.lang);
        let words = visit.text("refund-part", &[("name", name.into()), ("amount", amount(*rest).into())]);
        Choice::new(line.id.to_string(), words)
    };
    let mut parts: Vec<Choice> = lines.iter().map(part).collect();
    if payment.surplus().0 > 0 {
        let words = visit.text("refund-surplus", &[("amount", amount(payment.surplus()).into())]);
        parts.push(Choice::new(SURPLUS, words));
    }
    let way = |way: RefundWay| Choice::new(way.as_str(), visit.text(&format!("refund-way-{}", way.as_str()), &[]));
    let possible: &[RefundWay] = match payment.gateway.as_deref() {
        Some(gateway) if visit.app.gives_back(gateway) => &[RefundWay::Gateway, RefundWay::Transfer, RefundWay::Cash],
        Some(_) => &[RefundWay::Transfer, RefundWay::Cash],
        None => &[RefundWay::Cash, RefundWay::Transfer],
    };
    let ways: Vec<Choice> = possible.iter().map(|w| way(*w)).collect();
    let usual = possible.first().copied().unwrap_or(RefundWay::Cash);
    let method = visit.text(&format!("money-way-{}", payment.method), &[]);
    let (sum, when) = (amount(payment.amount()), moment(payment.occurred_at, visit.lang));
    let title =
        visit.text("refund-payment", &[("method", method.into()), ("amount", sum.into()), ("when", when.into())]);
    // What is too much by the rules is filled in.
    let known: Vnd = too_much.iter().map(|(_, amount)| *amount).sum();
    let proposed = |text: String| if known.0 > 0 { text } else { String::new() };
    let input = |name: &str, id: &str, proposed: String| match typed {
        Some((fields, refusal)) => refusal.input(id, fields.get(name)),
        None => Input { value: proposed, error: None },
    };
    let ticked = || too_much.iter().map(|(line, _)| line.id.to_string()).collect();
    Returnable {
        key: i.to_string(),
        title,
        parts,
        ticked: typed.map_or_else(ticked, |(f, _)| f.all("part").map(str::to_owned).collect()),
        ways,
        way: typed.map_or_else(|| usual.as_str().to_owned(), |(f, _)| f.get("way").to_owned()),
        amount: input("amount", "amount_vnd", proposed(known.to_string().trim_end_matches(['đ', ' ']).to_owned())),
        reason: input("reason", "reason", proposed(visit.text("refund-too-much", &[]))),
        parts_error: typed.and_then(|(_, refusal)| refusal.at("lines")),
        open: one || typed.is_some() || known.0 > 0,
        id,
    }
}

/// `POST /can-bo/ho-so/{name}/hoan-phi`
pub async fn submit(visit: Visit, name: Path<String>, Posted(typed): Posted<Fields>) -> Result {
    let opened = open(&visit, &name).await?;
    let (ask, mut errors) = read(&visit, &typed);
    let done = match ask.filter(|_| errors.is_empty()) {
        Some(ask) => visit.app.ask_refund(&visit.actor, &opened, ask).await.map(|row| row.id),
        None => {
            if errors.is_empty() {
                errors.push(FormError { href: None, text: visit.text("money-choose", &[]) });
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let refusal = Refusal { errors, refused: false, status };
            let page = page(&visit, &opened, Some((&typed, &refusal))).await?;
            return visit.page_again(&page);
        }
    };
    match done {
        Ok(id) => {
            visit.say(FlashKind::Success, "refund-did-ask", &[]);
            visit.see_other(&format!("/can-bo/tai-chinh/hoan-tien/{id}"))
        }
        Err(e) => {
            let refusal = Refusal::of(&visit, e)?;
            let page = page(&visit, &opened, Some((&typed, &refusal))).await?;
            visit.page_with(refusal.status, &page)
        }
    }
}

/// What was asked for; none where it names no payment or no way, with what is wrong otherwise.
fn read(visit: &Visit, typed: &Fields) -> (Option<Ask>, Vec<FormError>) {
    let mut errors = Vec::new();
    let ticked: Vec<&str> = typed.all("part").collect();
    if ticked.is_empty() {
        errors.push(FormError::at("lines", visit.text("refund-parts-none", &[])));
    }
    let amount = typed.get("amount");
    let sum = typed_amount(amount);
    if !amount.is_empty() && sum.is_none() {
        errors.push(FormError::at("amount_vnd", visit.text("refund-amount-wrong", &[])));
    }
    let payment: Option<PaymentId> = typed.get("payment").parse().ok();
    let lines: Vec<FeeId> = ticked.iter().filter_map(|text| text.parse().ok()).collect();
    let ask = payment.zip(RefundWay::parse(typed.get("way"))).map(|(payment, way)| Ask {
        payment,
        lines,
        with_surplus: ticked.contains(&SURPLUS),
        amount: sum,
        way,
        notice: None,
        reason: typed.get("reason").to_owned(),
    });
    (ask, errors)
}

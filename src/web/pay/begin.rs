//! `/ho-so/{name}/thanh-toan`: what is owed, how it can be paid, and what became of it.

use actix_web::web::Path;

use crate::app::{PayError, Wish};
use crate::dossiers::{self, Dossier, Step, status};
use crate::kernel::Vnd;
use crate::office::Rules;
use crate::office::online_payment::Payer;
use crate::payments::verdict::Said;
use crate::payments::{self, FeeLineRow, Payment, PaymentState};
use crate::templating::FlashKind;
use crate::templating::pages::pay::{Pay, PayReturn, PayWord, UnderWay};
use crate::web::form::{Fields, Posted};
use crate::web::portal::{address, open, words};
use crate::web::whole::Whole;
use crate::web::{Error, Result, Visit};

/// `GET /ho-so/{name}/thanh-toan`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open(&visit, &name).await?;
    let base = address(&opened);
    let page = page(&visit, (&opened.dossier, &opened.rules), format!("{base}/thanh-toan")).await?;
    if page.total.0 == 0 && page.under_way.is_none() {
        return visit.see_other(&base);
    }
    let link = Some(super::link::address(&visit, &opened.dossier)).filter(|_| !page.gateways.is_empty());
    visit.page(&Pay { back: Some(base), link, ..page })
}

/// What is owed for a dossier and how it can be paid, for whoever may pay it.
pub(super) async fn page(visit: &Visit, (dossier, rules): (&Dossier, &Rules), action: String) -> Result<Pay> {
    let of = dossier.clone();
    let (whole, payments) = visit
        .app
        .db
        .read(move |c| {
            let payments = payments::of_dossier(c, of.id)?;
            Ok::<_, crate::db::Error>((Whole::read(c, &of)?, payments))
        })
        .await?;
    let under_way = under_way(visit, &payments);
    // What is paid elsewhere is neither offered nor shown here: nobody shall pay it to us.
    let ours: Vec<FeeLineRow> = whole.fees.iter().filter(|line| !line.collected_elsewhere).cloned().collect();
    let takes_money = takes_money(dossier);
    let doubted = whole.doubted.first().map(|seen| seen.amount().unwrap_or_default());
    let can_pay = takes_money && doubted.is_none() && under_way.as_ref().is_none_or(|open| open.can_go_on);
    let last = payments.last().filter(|p| p.state() == PaymentState::Expired && under_way.is_none());
    Ok(Pay {
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: rules.agency.name.clone(),
        code: dossier.name(),
        back: None,
        lines: words::fee_lines(visit, (dossier, rules), &ours),
        total: payments::owed_here(&ours),
        action,
        takes_money,
        gateways: if can_pay { visit.app.gateways_for(rules) } else { Vec::new() },
        ran_out: last.map(|p| p.begun_at.unwrap_or(p.recorded_at)),
        under_way,
        doubted,
        link: None,
    })
}

/// Whether what is owed for a dossier can be paid online, as it stands.
pub(in crate::web) fn can_pay(visit: &Visit, dossier: &Dossier, owed: Vnd) -> bool {
    owed.0 > 0 && takes_money(dossier) && !visit.app.gateways.is_empty()
}

fn takes_money(dossier: &Dossier) -> bool {
    dossier.state().is_some_and(|state| status::next(state, Step::RecordPayment).is_ok())
}

/// A payment that nobody knows the end of: whoever came back from the gateway is told that it is being looked into.
fn under_way(visit: &Visit, payments: &[Payment]) -> Option<UnderWay> {
    let open = payments.iter().rev().find(|p| p.state() == PaymentState::Pending)?;
    Some(UnderWay {
        amount: open.amount(),
        began_at: open.begun_at.unwrap_or(open.recorded_at),
        can_go_on: open.returned_at.is_none() && open.expires_at.is_some_and(|end| visit.now() < end),
        code: super::transfer::address(open),
    })
}

/// `POST /ho-so/{name}/thanh-toan`
pub async fn submit(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let opened = open(&visit, &name).await?;
    let payer = Payer::Known(visit.actor.clone());
    let back = address(&opened);
    send_off(&visit, (payer, opened.dossier), (fields.get("method"), &back)).await
}

/// The payer's address on the network, as gateways want it.
pub(in crate::web) fn payer_address(visit: &Visit) -> String {
    visit.address.map_or_else(|| "127.0.0.1".to_owned(), |a| a.to_string())
}

/// Begins the payment and sends the browser to the gateway; what hinders it is said on the page `back`.
pub(super) async fn send_off(
    visit: &Visit,
    (payer, dossier): (Payer, Dossier),
    (gateway, back): (&str, &str),
) -> Result {
    let ip = payer_address(visit);
    let wish = Wish { gateway: gateway.to_owned(), lang: visit.lang, ip };
    match visit.app.begin_payment(payer, dossier, wish).await {
        Ok((_, url)) => visit.see_other(&url),
        Err(error) => {
            let is_down = matches!(error, PayError::Gateway(_));
            let error = Error::from(error);
            let said = match error.code() {
                "nothing-owed" => "pay-nothing-owed",
                "collected-elsewhere" => "pay-elsewhere",
                "payment-checking" => "pay-checking-title",
                _ if is_down => "pay-gateway-down",
                _ => return Err(error),
            };
            visit.say(if is_down { FlashKind::Error } else { FlashKind::Info }, said, &[]);
            visit.see_other(back)
        }
    }
}

/// What to tell whoever comes back from the gateway. `said`: by the browser, believed in nothing but tone.
pub(super) async fn outcome(visit: &Visit, payment: &Payment, said: Option<Said>) -> Result<PayReturn> {
    let id = payment.dossier_id;
    let read = move |c: &mut crate::db::Conn| {
        let doubted = payments::doubted_of(c, id)?;
        Ok::<_, crate::db::Error>((dossiers::by_id(c, id)?, payments::receipts_of(c, id)?, doubted))
    };
    let (dossier, mut receipts, doubted) = visit.app.db.read(read).await?;
    let is_doubted = doubted.iter().any(|word| word.payment_id == Some(payment.id));
    receipts.retain(|receipt| receipt.payment_id == payment.id);
    let is_mine = visit.actor.account().is_some_and(|account| dossier.belongs_to(account));
    let word = match payment.state() {
        PaymentState::Paid if payment.applied().0 == 0 => PayWord::Surplus,
        PaymentState::Paid | PaymentState::Refunding => PayWord::Paid,
        PaymentState::Refunded => PayWord::Refunded,
        PaymentState::Pending | PaymentState::Expired | PaymentState::Failed if is_doubted => PayWord::Doubted,
        // The gateway signed that money was moved: its server's word is on its way.
        PaymentState::Expired if said == Some(Said::Moved) => PayWord::Checking,
        PaymentState::Failed => PayWord::Failed,
        PaymentState::Expired => PayWord::Expired,
        // Never a wrong «unpaid»: until the gateway's server has spoken it is being looked into.
        PaymentState::Pending if said == Some(Said::NotMoved) => PayWord::LikelyFailed,
        PaymentState::Pending => PayWord::Checking,
    };
    let base = format!("/ho-so/{}", dossier.name());
    let is_over = matches!(word, PayWord::Failed | PayWord::Expired);
    let is_open = matches!(word, PayWord::Checking | PayWord::LikelyFailed | PayWord::Doubted);
    Ok(PayReturn {
        word,
        amount: Some(payment.amount()),
        code: Some(dossier.name()),
        reference: payment.reference.clone(),
        again: (is_mine && is_over).then(|| format!("{base}/thanh-toan")),
        look_again: is_open.then(|| format!("{}?{}", visit.path, visit.query)),
        receipts: if is_mine { super::receipt::links(visit, &base, &receipts) } else { Vec::new() },
        dossier: is_mine.then_some(base),
        other: !is_mine,
    })
}

//! Paying by bank transfer: the code, the same to type or copy, and waiting for the bank's word.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;

use super::begin::outcome;
use crate::db::{self, Conn};
use crate::documents::qr;
use crate::dossiers;
use crate::payments::transfer::{NAME, Transfer};
use crate::payments::{self, Payment, PaymentState, banks};
use crate::templating::pages::transfer::{TransferPage, TransferStep};
use crate::web::form::{Fields, Posted};
use crate::web::portal::files::file;
use crate::web::{Error, Result, Visit};

/// Of the address, once the payer says that the money is on its way.
const SENT: &str = "da-chuyen=1";
/// How often a waiting page asks again by itself, in seconds; only after the payer said that nothing is left to read.
const ASKS_AGAIN: &str = "30";
/// Pixels of a module in the picture: 4 cm on paper, sharp on every screen.
const PIXELS: usize = 8;

/// Where a payment's code is shown.
pub(super) fn address(payment: &Payment) -> Option<String> {
    let reference = payment.reference.as_ref().filter(|_| payment.gateway.as_deref() == Some(NAME))?;
    Some(format!("/thanh-toan/{NAME}/{reference}"))
}

/// The payment with this number. Whoever knows the number was given it: it can't be guessed, and says nothing of a
/// person.
async fn find(visit: &Visit, reference: &str) -> Result<(Payment, Transfer)> {
    let wanted = reference.to_owned();
    let found = visit.app.db.read(move |c| payments::by_reference(c, NAME, &wanted)).await?;
    let payment = found.ok_or_else(Error::not_found)?;
    let transfer = Transfer::of(&payment).ok_or_else(Error::not_found)?;
    Ok((payment, transfer))
}

/// `GET /thanh-toan/vietqr/{reference}`
pub async fn show(visit: Visit, reference: Path<String>) -> Result {
    let (payment, transfer) = find(&visit, &reference).await?;
    let is_over = payment.expires_at.is_none_or(|end| end <= visit.now());
    let of = payment.dossier_id;
    let read = move |c: &mut Conn| Ok::<_, db::Error>((payments::lines_of(c, of)?, payments::doubted_of(c, of)?));
    let (lines, doubted) = visit.app.db.read(read).await?;
    let step = match payment.state() {
        PaymentState::Pending | PaymentState::Expired if doubted.iter().any(|w| w.payment_id == Some(payment.id)) => {
            return visit.page(&outcome(&visit, &payment, None).await?);
        }
        PaymentState::Pending | PaymentState::Expired if payments::owed_here(&lines).0 == 0 => TransferStep::Settled,
        PaymentState::Pending if is_over => TransferStep::Over,
        PaymentState::Pending if visit.query.contains(SENT) => TransferStep::Sent,
        PaymentState::Pending => TransferStep::Code,
        PaymentState::Expired => TransferStep::Over,
        PaymentState::Paid | PaymentState::Failed | PaymentState::Refunding | PaymentState::Refunded => {
            return visit.page(&outcome(&visit, &payment, None).await?);
        }
    };
    let mut answer = visit.page(&page(&visit, (&payment, transfer), step).await?)?;
    if step == TransferStep::Sent {
        answer.headers_mut().insert(header::REFRESH, header::HeaderValue::from_static(ASKS_AGAIN));
    }
    Ok(answer)
}

async fn page(visit: &Visit, (payment, transfer): (&Payment, Transfer), step: TransferStep) -> Result<TransferPage> {
    let of = payment.dossier_id;
    let app = visit.app.clone();
    let (dossier, rules) = visit
        .app
        .db
        .read(move |c| {
            let dossier = dossiers::by_id(c, of)?;
            let (rules, _) = app.rules_of(c, &dossier)?;
            Ok::<_, crate::db::Error>((dossier, rules))
        })
        .await?;
    let is_mine = visit.actor.account().is_some_and(|account| dossier.belongs_to(account));
    let action = address(payment).unwrap_or_default();
    let bank = match banks::name(&transfer.account.bin) {
        Some(name) => name.to_owned(),
        None => visit.text("transfer-bank-number", &[("bin", transfer.account.bin.as_str().into())]),
    };
    let stand_in = visit.app.development_bank().filter(|_| matches!(step, TransferStep::Code | TransferStep::Sent));
    Ok(TransferPage {
        step,
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: rules.agency.name.clone(),
        code: dossier.name(),
        bank,
        account: transfer.account.number,
        holder: transfer.account.holder,
        amount: transfer.amount,
        content: transfer.content,
        picture: format!("{action}/ma-qr.png"),
        look_again: format!("{action}?{SENT}"),
        again: is_mine.then(|| format!("/ho-so/{}/thanh-toan", dossier.name())),
        stand_in: stand_in.map(|base| format!("{base}?{}", query(&transfer.qr, &action))),
        qr: transfer.qr,
        expires_at: payment.expires_at,
        action,
    })
}

/// What the stand-in bank is given: what a phone would read, and the way back.
fn query(qr: &str, back: &str) -> String {
    format!("qr={qr}&back={back}")
}

/// `POST /thanh-toan/vietqr/{reference}`: the payer says that the money is on its way. That moves none, and is kept so
/// that nobody pays a second time meanwhile.
pub async fn sent(visit: Visit, reference: Path<String>, Posted(_): Posted<Fields>) -> Result {
    let (payment, _) = find(&visit, &reference).await?;
    visit.app.payer_returned(NAME, reference.into_inner()).await?;
    visit.see_other(&format!("{}?{SENT}", address(&payment).unwrap_or_default()))
}

/// `GET /thanh-toan/vietqr/{reference}/ma-qr.png`: the code as a picture, which a banking app reads from the phone's
/// pictures.
pub async fn picture(visit: Visit, reference: Path<String>) -> Result<HttpResponse> {
    let (payment, transfer) = find(&visit, &reference).await?;
    let is_open = payment.state() == PaymentState::Pending && payment.expires_at.is_some_and(|end| visit.now() < end);
    let of = payment.dossier_id;
    let lines = visit.app.db.read(move |c| payments::lines_of(c, of)).await?;
    if !is_open || payments::owed_here(&lines).0 == 0 {
        return Err(Error::not_found());
    }
    let png = qr::png(&transfer.qr, PIXELS).map_err(Error::internal)?;
    Ok(file(png, "image/png", &format!("{}.png", transfer.content), true))
}

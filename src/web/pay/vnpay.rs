//! What VNPAY tells: the IPN to the server, which counts, and the return of the browser, which only shows.

use actix_web::HttpResponse;
use serde_json::json;

use super::begin::outcome;
use crate::office::online_payment::GatewayWord;
use crate::payments::Way;
use crate::payments::gateway::{Message, MessageError};
use crate::payments::vnpay::Reply;
use crate::templating::pages::pay::PayReturn;
use crate::web::{Error, Result, Visit};

/// The gateway's name in payments.
const NAME: &str = "vnpay";

/// `GET /thanh-toan/vnpay/ipn`: authoritative, repeated by the gateway until it is confirmed.
pub async fn ipn(visit: Visit) -> Result {
    let Some(gateway) = visit.app.gateway(NAME) else { return Err(Error::not_found()) };
    let reply = match gateway.read(&visit.query) {
        Ok(message) => heard(&visit, message).await,
        Err(MessageError::Forged(reason)) => {
            tracing::warn!(gateway = NAME, address = ?visit.address, reason, "a forged notice was refused");
            visit.app.metrics.payment_notices.with_label_values(&[NAME, "forged"]).inc();
            Reply::FailChecksum
        }
        Err(MessageError::Senseless(reason)) => {
            tracing::warn!(gateway = NAME, reason, "a notice that makes no sense was refused, and held");
            visit.app.metrics.payment_notices.with_label_values(&[NAME, "senseless"]).inc();
            match visit.app.hold_notice(NAME, visit.query.clone()).await {
                Ok(()) => Reply::OrderNotFound,
                Err(error) => {
                    tracing::error!(gateway = NAME, %error, "a notice could not be kept");
                    Reply::UnknownError
                }
            }
        }
    };
    let (code, words) = reply.words();
    Ok(HttpResponse::Ok().json(json!({"RspCode": code, "Message": words})))
}

async fn heard(visit: &Visit, message: Message) -> Reply {
    let ask_at = visit.now().plus_minutes(1);
    let word = GatewayWord::of(NAME, (Way::Ipn, message.reference), message.word, ask_at);
    match visit.app.hear_gateway(word).await {
        Ok(verdict) => {
            visit.app.metrics.payment_notices.with_label_values(&[NAME, verdict.as_str()]).inc();
            Reply::of(verdict)
        }
        Err(error) => {
            // Nothing was kept: the gateway tells it again, and we ask by ourselves.
            tracing::error!(gateway = NAME, %error, "a notice could not be taken");
            Reply::UnknownError
        }
    }
}

/// `GET /thanh-toan/vnpay/return`: shows what is known here. The browser's word moves no money.
pub async fn back(visit: Visit) -> Result {
    let Some(gateway) = visit.app.gateway(NAME) else { return Err(Error::not_found()) };
    let Ok(message) = gateway.read(&visit.query) else { return visit.page_again(&PayReturn::unreadable()) };
    let Some(payment) = visit.app.payer_returned(NAME, message.reference).await? else {
        return visit.page_again(&PayReturn::unreadable());
    };
    visit.page(&outcome(&visit, &payment, Some(message.word.said)).await?)
}

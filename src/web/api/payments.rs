//! Paying over the JSON API.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;
use serde_json::json;

use crate::app::{PayError, Wish};
use crate::office::online_payment::Payer;
use crate::payments::transfer::Transfer;
use crate::web::json::Json;
use crate::web::pay::begin::payer_address;
use crate::web::pay::receipt;
use crate::web::{Error, Result, Visit};

/// Body of `…/payments`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// `vnpay`, `platform` (the national payment platform), or `vietqr` for a bank transfer.
    method: String,
}

/// Begin to pay everything that is owed, or go on with the payment under way. The payer is sent to `redirect_url`; for a
/// bank transfer shown `qr`, the text of a VietQR code, or told account, amount and content to the letter.
#[utoipa::path(post, path = "/api/v1/dossiers/{name}/payments", tag = "dossiers", security(("bearer" = [])),
    request_body = Pay, responses((status = 201, description = "`{payment_id, amount, redirect_url}`, or for `vietqr` `{payment_id, amount, qr, account: {bin, number, holder}, content, expires_at, page_url}`"),
        (status = 409, description = "Nothing is owed, the status takes no money, or the payment before is being checked with the bank", content_type = "application/problem+json"),
        (status = 422, description = "No such way to pay", content_type = "application/problem+json"),
        (status = 503, description = "The gateway was not reached; no money was taken", content_type = "application/problem+json")))]
pub async fn begin(visit: Visit, name: Path<String>, Json(body): Json<Pay>) -> Result {
    let opened = visit.app.open_dossier(&visit.actor, &name).await?;
    let ip = payer_address(&visit);
    let wish = Wish { gateway: body.method, lang: visit.lang, ip };
    let payer = Payer::Known(visit.actor.clone());
    let (payment, url) = visit.app.begin_payment(payer, opened.dossier, wish).await?;
    if let Some(transfer) = Transfer::of(&payment) {
        return Ok(HttpResponse::Created().json(json!({
            "payment_id": payment.id, "amount": transfer.amount, "qr": transfer.qr, "account": transfer.account,
            "content": transfer.content, "expires_at": payment.expires_at, "page_url": url,
        })));
    }
    Ok(HttpResponse::Created().json(json!({
        "payment_id": payment.id, "amount": payment.amount(), "redirect_url": url,
    })))
}

/// A receipt of a dossier of mine, signed by the agency: `{series}-{number}.pdf` or `.xml`.
#[utoipa::path(get, path = "/api/v1/dossiers/{name}/receipts/{file}", tag = "dossiers", security(("bearer" = [])),
    responses((status = 200, description = "The file"), (status = 404, description = "None of yours")))]
pub async fn receipt(visit: Visit, at: Path<(String, String)>) -> Result {
    receipt::citizens(visit, at).await
}

/// A receipt of a dossier, for officers; the look is logged.
#[utoipa::path(get, path = "/api/v1/office/dossiers/{name}/receipts/{file}", tag = "office", security(("bearer" = [])),
    responses((status = 200, description = "The file"), (status = 403, description = "Not for this officer"),
        (status = 404, description = "No such receipt")))]
pub async fn office_receipt(visit: Visit, at: Path<(String, String)>) -> Result {
    receipt::officers(visit, at).await
}

impl From<PayError> for Error {
    fn from(e: PayError) -> Self {
        match e {
            PayError::Act(e) => e.into(),
            PayError::NoGateway => crate::office::ActError::invalid(
                "/method",
                "unknown",
                ("Không có cách thanh toán này.", "There is no such way to pay."),
            )
            .into(),
            PayError::Gateway(error) => {
                tracing::error!(%error, "a payment could not be begun at the gateway");
                Self::unavailable("gateway-unreached")
            }
        }
    }
}

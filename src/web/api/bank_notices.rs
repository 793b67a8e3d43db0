//! What banks tell of money that came into an agency's account.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;

use crate::kernel::{Timestamp, Vnd};
use crate::payments::bank_notice::{Credit, SIGNATURE};
use crate::payments::transfer::NAME;
use crate::payments::verdict::Verdict;
use crate::web::{self, Error, Fault, Result, Visit};

/// Money that came into an account.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct BankCredit {
    /// The bank's own number of the transaction; the same again is the same money.
    transaction: String,
    /// The number of the account that the money came into.
    account: String,
    /// Whole đồng.
    amount: i64,
    /// Only `VND`.
    #[serde(default = "dong")]
    currency: String,
    /// What the payer wrote, with whatever banks put around it.
    content: String,
    /// Not before 2020, and not more than one day ahead of now.
    #[schema(value_type = String)]
    credited_at: Timestamp,
}

fn dong() -> String {
    "VND".to_owned()
}

impl From<BankCredit> for Credit {
    fn from(told: BankCredit) -> Self {
        Self {
            transaction: told.transaction,
            account: told.account,
            amount: Vnd(told.amount),
            currency: told.currency,
            content: told.content,
            credited_at: told.credited_at,
        }
    }
}

/// For banks: money came into an account. `bank` is the bank's number at NAPAS; the header `X-Signature` holds the
/// HMAC-SHA256 of the body, hexadecimal, under the secret that the bank shares with this portal. Send it again until it
/// is answered with 200: the same transaction is credited once.
#[utoipa::path(post, path = "/api/v1/payments/bank_notices/{bank}", tag = "payments",
    params(("X-Signature" = String, Header, description = "HMAC-SHA256 of the body, hexadecimal")),
    request_body = BankCredit, responses(
        (status = 200, description = "Taken: `{status}` is `credited`, `repeated`, or `held` for a person"),
        (status = 401, description = "The signature is not this bank's; nothing was changed", content_type = "application/problem+json"),
        (status = 422, description = "Signed, but not to be understood; kept for a person", content_type = "application/problem+json")))]
pub async fn hear(visit: Visit, bank: Path<String>, request: HttpRequest, body: Bytes) -> Result {
    if !visit.app.banks.knows(&bank) {
        return Err(Error::not_found());
    }
    let signature = request.headers().get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !visit.app.banks.is_genuine(&bank, &body, signature) {
        tracing::warn!(bank = %bank, address = ?visit.address, "a forged notice of credit was refused");
        count(&visit, "forged");
        return Err(Error::new(StatusCode::UNAUTHORIZED, "bad-signature"));
    }
    let text = String::from_utf8_lossy(&body).replace('\0', "");
    let credit = match read(&visit, &body) {
        Ok(credit) => credit,
        Err(error) => {
            tracing::error!(bank = %bank, %error, "a bank's notice makes no sense; it is held");
            count(&visit, "senseless");
            visit.app.hold_bank_notice(&bank, text).await?;
            return Err(error);
        }
    };
    let verdict = visit.app.hear_bank(&bank, credit, text).await?;
    count(&visit, verdict.as_str());
    let status = match verdict {
        Verdict::Credited => "credited",
        Verdict::Repeated => "repeated",
        _ => "held",
    };
    Ok(HttpResponse::Ok().json(json!({"status": status})))
}

fn read(visit: &Visit, body: &[u8]) -> Result<Credit> {
    let credit = Credit::from(web::json::read::<BankCredit>(visit, body)?);
    let fault = |name: &&str| Fault {
        pointer: format!("/{name}"),
        code: "invalid".to_owned(),
        message: visit.text(if *name == "credited_at" { "fault-bank-notice-time" } else { "fault-bank-notice" }, &[]),
    };
    let faults: Vec<Fault> = credit.faults(visit.now()).iter().map(fault).collect();
    if faults.is_empty() { Ok(credit) } else { Err(Error::invalid(faults)) }
}

fn count(visit: &Visit, what: &str) {
    visit.app.metrics.payment_notices.with_label_values(&[NAME, what]).inc();
}

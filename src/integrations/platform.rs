//! The national payment platform over HTTP (vietnam.md §7.3): `INIT` begins a payment and gives the address that the
//! payer is sent to, a question tells how it stands, `GET_BILL` gives the platform's receipt.
//!
//! What the paper does not say is a setting and not verified against the real platform: the name of the question
//! (`platform.status_message`) and of the member that answers it (`platform.status_field`). Whatever is not understood
//! leaves the payment as it is: nothing is credited or refused by a guess.

use data_encoding::BASE64;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::setup::{self, LONGEST_MESSAGE, SetupError, origin_of};
use crate::accounts::agencies::BankAccount;
use crate::config;
use crate::kernel::Vnd;
use crate::payments::gateway::{About, Bill, Gateway, GatewayError, Message, MessageError, Order, Word};
use crate::payments::platform::{self, NAME, Partner};
use crate::payments::verdict::Said;

/// The longest receipt that is read, as PDF.
const LONGEST_BILL: usize = 8 * 1024 * 1024;
/// The longest answer that is kept with a notice.
const LONGEST_KEPT: usize = 4_000;

/// The platform's client.
pub struct Platform {
    client: reqwest::Client,
    settings: config::Platform,
    origin: String,
}

impl Platform {
    /// A client with these settings. `plain`: addresses may be unencrypted.
    ///
    /// # Errors
    /// [`SetupError`] names the setting at fault.
    pub fn new(settings: config::Platform, plain: bool) -> Result<Self, SetupError> {
        let words = [
            ("partner_code", settings.partner_code.as_str()),
            ("secret", settings.secret.expose()),
            ("status_message", settings.status_message.as_str()),
            ("status_field", settings.status_field.as_str()),
        ];
        setup::filled(NAME, &words)?;
        setup::origin(NAME, ("url", &settings.url), plain)?;
        let origin = setup::origin(NAME, ("pay_url", &settings.pay_url), plain)?;
        let client = setup::client()?;
        Ok(Self { client, settings, origin })
    }

    fn partner(&self) -> Partner<'_> {
        Partner { code: &self.settings.partner_code, secret: self.settings.secret.expose() }
    }

    async fn call(&self, body: &Value, most: usize) -> Result<Vec<u8>, GatewayError> {
        let mut request = self.client.post(&self.settings.url).json(body);
        let token = self.settings.token.expose().trim();
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        setup::answer_to(request, most).await
    }

    async fn begun(&self, order: &Order) -> Result<String, GatewayError> {
        let bill = order.bill.as_ref().ok_or_else(|| GatewayError::Refused("no bill".into()))?;
        let account = order.words.account.as_ref().ok_or_else(|| GatewayError::Refused("no account".into()))?;
        let lines: Vec<platform::Line> = bill.lines.iter().map(platform::Line::from).collect();
        let body = platform::Order {
            reference: &order.reference,
            amount: order.amount,
            info: &order.words.info,
            at: order.words.at,
            ip: &order.words.ip,
            bill: bill_of(bill, account, &lines, &order.words.info),
        }
        .body(self.partner());
        let answer = platform::answer(&self.call(&body, LONGEST_MESSAGE).await?).map_err(refused)?;
        let url = answer.get("UrlThanhToan").and_then(Value::as_str).unwrap_or_default();
        // Payers go where the operator said that the platform is, and nowhere else.
        if origin_of(url, true).as_deref() == Some(self.origin.as_str()) {
            Ok(url.to_owned())
        } else {
            Err(GatewayError::Disbelieved("the address to pay at is none of the platform's".into()))
        }
    }

    async fn asked(&self, about: &About) -> Result<Word, GatewayError> {
        let body = platform::question(&self.settings.status_message, &about.reference, about.now, self.partner());
        let bytes = self.call(&body, LONGEST_MESSAGE).await?;
        let answer = platform::answer(&bytes).map_err(refused)?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str);
        if text("MaThamChieu").is_some_and(|reference| reference != about.reference) {
            return Err(GatewayError::Disbelieved("the answer is about another payment".into()));
        }
        let code = text(&self.settings.status_field).unwrap_or_default().to_owned();
        Ok(Word {
            said: if code == platform::PAID { Said::Moved } else { Said::Open },
            amount: text("SoTien").and_then(|digits| digits.parse().ok()).map(Vnd),
            transaction: text("MaGiaoDich").map(str::to_owned),
            moved_at: None,
            code,
            body: String::from_utf8_lossy(&bytes).chars().take(LONGEST_KEPT).collect(),
        })
    }

    /// The platform's own receipt of a payment, as PDF.
    ///
    /// # Errors
    /// [`GatewayError`]; also where the answer holds no PDF.
    pub async fn bill(&self, about: &About) -> Result<Vec<u8>, GatewayError> {
        let body = platform::question("GET_BILL", &about.reference, about.now, self.partner());
        let bytes = self.call(&body, LONGEST_BILL).await?;
        if bytes.starts_with(b"%PDF-") {
            return Ok(bytes);
        }
        let text = platform::message(&bytes).map_err(refused)?;
        let pdf = BASE64.decode(text.trim().as_bytes()).unwrap_or_default();
        if pdf.starts_with(b"%PDF-") { Ok(pdf) } else { Err(GatewayError::Disbelieved("no PDF".into())) }
    }
}

fn refused(error: platform::AnswerError) -> GatewayError {
    match error {
        platform::AnswerError::Refused(code) => GatewayError::Refused(code),
        platform::AnswerError::Unreadable => GatewayError::Disbelieved(error.to_string()),
    }
}

fn bill_of<'a>(
    bill: &'a Bill,
    account: &'a BankAccount,
    lines: &'a [platform::Line],
    content: &'a str,
) -> platform::Bill<'a> {
    platform::Bill {
        procedure: (&bill.procedure.0, &bill.procedure.1),
        agency: (&bill.agency.0, &bill.agency.1),
        dossier: &bill.dossier,
        account: (&account.number, &account.bin, &account.holder),
        payer: &bill.payer,
        // Not needed for a receipt: the number stays here.
        payer_number: "",
        payer_address: "",
        payer_province: &bill.province,
        content,
        lines,
    }
}

impl Gateway for Platform {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origin(&self) -> &str {
        &self.origin
    }

    fn collects_for(&self, account: Option<&BankAccount>) -> bool {
        account.is_some()
    }

    fn wants_bill(&self) -> bool {
        true
    }

    fn order<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<String, GatewayError>> {
        self.begun(order).boxed()
    }

    /// The paper says nothing of messages through the payer's browser: none is believed, the platform is asked.
    fn read(&self, _query: &str) -> Result<Message, MessageError> {
        Err(MessageError::Forged("the platform tells nothing through the payer's browser".into()))
    }

    fn ask<'a>(&'a self, about: &'a About) -> BoxFuture<'a, Result<Word, GatewayError>> {
        self.asked(about).boxed()
    }
}

//! The VNPAY gateway over HTTP (vietnam.md §7.1): the pay address, questions (`querydr`) and refunds.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::setup::{self, LONGEST_MESSAGE, SetupError};
use crate::config;
use crate::payments::gateway::{About, Gateway, GatewayError, GiveBack, GivenBack, Message, MessageError, Order, Word};
use crate::payments::verdict::Said;
use crate::payments::vnpay::{self, Answer, Key, Notice, NoticeError, Params, Query, Refund, RefundKind, Request};

/// Below the base address of the server-to-server interface.
const PATH: &str = "/merchant_webapi/api/transaction";
/// The name under which payments keep it.
pub const NAME: &str = "vnpay";
/// The gateway wants the caller's address; calls from servers name themselves so.
const OWN_IP: &str = "127.0.0.1";

/// The gateway's client.
pub struct Vnpay {
    client: reqwest::Client,
    settings: config::Vnpay,
    key: Key,
    origin: String,
}

impl Vnpay {
    /// A client with these settings. `plain`: addresses may be unencrypted.
    ///
    /// # Errors
    /// [`SetupError`] names the setting at fault.
    pub fn new(settings: config::Vnpay, plain: bool) -> Result<Self, SetupError> {
        setup::filled(NAME, &[("tmn_code", &settings.tmn_code), ("hash_secret", settings.hash_secret.expose())])?;
        let origin = setup::origin(NAME, ("pay_url", &settings.pay_url), plain)?;
        setup::origin(NAME, ("api_url", &settings.api_url), plain)?;
        let client = setup::client()?;
        let key = Key::new(settings.hash_secret.expose());
        Ok(Self { client, settings, key, origin })
    }

    /// One call; the answer is believed only with its signature.
    async fn call(&self, body: &Value) -> Result<(Answer, String), GatewayError> {
        let url = format!("{}{PATH}", self.settings.api_url.trim_end_matches('/'));
        let bytes = setup::answer_to(self.client.post(url).json(body), LONGEST_MESSAGE).await?;
        let disbelieved = |e: String| GatewayError::Disbelieved(e);
        let value: Value = serde_json::from_slice(&bytes).map_err(|e| disbelieved(e.to_string()))?;
        let answer =
            Answer::read(&value, (&self.settings.tmn_code, &self.key)).map_err(|e| disbelieved(e.to_string()))?;
        Ok((answer, value.to_string()))
    }

    fn request<'a>(&'a self, about: &'a About, (id, info): (&'a str, &'a str)) -> Request<'a> {
        Request {
            id,
            terminal: &self.settings.tmn_code,
            reference: &about.reference,
            ordered_at: about.ordered_at,
            created_at: about.now,
            ip: OWN_IP,
            info,
        }
    }

    async fn asked(&self, about: &About) -> Result<Word, GatewayError> {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let body = Query(self.request(about, (&id, "Truy van giao dich"))).body(&self.key);
        let (answer, body) = self.call(&body).await?;
        if answer.reference.as_deref().is_some_and(|r| r != about.reference) {
            return Err(GatewayError::Disbelieved("the answer is about another payment".into()));
        }
        let said = said(&answer).ok_or_else(|| GatewayError::Refused(answer.response.clone()))?;
        Ok(Word {
            said,
            amount: answer.amount,
            transaction: answer.transaction,
            moved_at: answer.paid_at,
            code: answer.status.unwrap_or(answer.response),
            body,
        })
    }

    async fn asked_back(&self, what: &GiveBack) -> GivenBack {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let body = Query(self.request(&what.about, (&id, "Truy van hoan tien"))).body(&self.key);
        let answer = match self.call(&body).await {
            Ok((answer, _)) => answer,
            Err(e) => return GivenBack::Unsure { reason: e.to_string() },
        };
        match (answer.response.as_str(), answer.status.as_deref()) {
            // Reversed, or being given back: the request is known there.
            ("00", Some(code @ ("04" | "05" | "06"))) => GivenBack::Done { code: code.to_owned() },
            ("00", Some(code @ "09")) => GivenBack::Refused { code: code.to_owned() },
            (response, status) => GivenBack::Unsure { reason: status.unwrap_or(response).to_owned() },
        }
    }

    async fn given_back(&self, what: &GiveBack) -> GivenBack {
        let refund = Refund {
            request: self.request(&what.about, (&what.request, "Hoan tien")),
            kind: if what.amount == what.paid { RefundKind::Full } else { RefundKind::Part },
            amount: what.amount,
            transaction: what.about.transaction.as_deref(),
            by: &what.by,
        };
        match self.call(&refund.body(&self.key)).await {
            Ok((answer, _)) if answer.response == "00" => GivenBack::Done { code: answer.response },
            Ok((answer, _)) if answer.response == "94" => GivenBack::TakenBefore { code: answer.response },
            Ok((answer, _)) if answer.response == "99" => GivenBack::Unsure { reason: "99".into() },
            Ok((answer, _)) => GivenBack::Refused { code: answer.response },
            Err(e) => GivenBack::Unsure { reason: e.to_string() },
        }
    }
}

/// What an answer says of the money; none where the question itself was refused.
fn said(answer: &Answer) -> Option<Said> {
    match (answer.response.as_str(), answer.status.as_deref()) {
        // Money that went back was moved once; whether it went back is the refund's business.
        ("00", Some("00" | "04" | "05" | "06" | "09")) => Some(Said::Moved),
        ("00", Some("07")) => Some(Said::Suspected),
        ("00", Some("01") | None) => Some(Said::Open),
        ("00", Some(_)) => Some(Said::NotMoved),
        // No such transaction: the payer never got so far.
        ("91", _) => Some(Said::Open),
        _ => None,
    }
}

impl Gateway for Vnpay {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origin(&self) -> &str {
        &self.origin
    }

    fn order<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<String, GatewayError>> {
        let words = &order.words;
        let url = vnpay::Order {
            terminal: &self.settings.tmn_code,
            reference: &order.reference,
            amount: order.amount,
            info: &words.info,
            lang: words.lang,
            return_url: &order.return_url,
            ip: &words.ip,
            created_at: words.at,
            expires_at: words.until,
        }
        .url(&self.settings.pay_url, &self.key);
        std::future::ready(Ok(url)).boxed()
    }

    fn read(&self, query: &str) -> Result<Message, MessageError> {
        let params = Params::read(query).map_err(|e| MessageError::Forged(e.to_string()))?;
        let notice = Notice::read(&params, (&self.settings.tmn_code, &self.key)).map_err(|e| match e {
            NoticeError::Forged => MessageError::Forged(e.to_string()),
            NoticeError::OtherTerminal | NoticeError::Lacks(_) => MessageError::Senseless(e.to_string()),
        })?;
        let said = notice.said();
        let Notice { reference, amount, response, transaction, paid_at: moved_at, .. } = notice;
        Ok(Message {
            reference,
            word: Word { said, amount, transaction, moved_at, code: response, body: query.to_owned() },
        })
    }

    fn ask<'a>(&'a self, about: &'a About) -> BoxFuture<'a, Result<Word, GatewayError>> {
        self.asked(about).boxed()
    }

    fn gives_back(&self) -> bool {
        true
    }

    fn give_back<'a>(&'a self, what: &'a GiveBack) -> BoxFuture<'a, GivenBack> {
        self.given_back(what).boxed()
    }

    fn ask_back<'a>(&'a self, what: &'a GiveBack) -> BoxFuture<'a, GivenBack> {
        self.asked_back(what).boxed()
    }
}

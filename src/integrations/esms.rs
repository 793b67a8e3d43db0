//! SMS by the eSMS gateway (developers.esms.vn; vietnam.md §8).
//!
//! `RequestId` is the job's id: the gateway refuses a second request with the same one for 24 hours (code 124), which
//! is how a request that was repeated after a crash is not paid and delivered twice.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::config;
use crate::notifications::{Outcome, Sms, SmsGateway};

/// Below the base address.
const PATH: &str = "/MainService.svc/json/SendMultipleMessage_V4_post_json/";
/// Messages to customers under a registered brand name.
const CUSTOMER_CARE: &str = "2";
/// How long to wait for the connection itself.
const CONNECT: Duration = Duration::from_secs(5);

/// What an operator must mend before SMS can be sent.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("nothing stands in sms.esms.{}", .0.join(", sms.esms."))]
    Missing(Vec<&'static str>),
    #[error("sms.esms.url: `{0}` is no address, as in `https://rest.esms.vn`")]
    Url(String),
    #[error("the SMS gateway's client can't be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// The gateway's client.
pub struct EsmsGateway {
    client: reqwest::Client,
    settings: config::Esms,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    api_key: &'a str,
    secret_key: &'a str,
    brandname: &'a str,
    sms_type: &'static str,
    is_unicode: &'static str,
    sandbox: &'static str,
    phone: String,
    content: &'a str,
    request_id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Answer {
    code_result: Option<String>,
    #[serde(rename = "SMSID")]
    sms_id: Option<String>,
    error_message: Option<String>,
}

impl EsmsGateway {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`SetupError`] names the setting at fault.
    pub fn new(settings: config::Esms) -> Result<Self, SetupError> {
        let needed = [
            ("url", settings.url.as_str()),
            ("api_key", settings.api_key.expose()),
            ("secret_key", settings.secret_key.expose()),
            ("brandname", settings.brandname.as_str()),
        ];
        let missing: Vec<_> =
            needed.iter().filter(|(_, value)| value.trim().is_empty()).map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            return Err(SetupError::Missing(missing));
        }
        let url = reqwest::Url::parse(&settings.url).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return Err(SetupError::Url(settings.url));
        }
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(settings.timeout_seconds.clamp(1, 60)))
            .connect_timeout(CONNECT)
            // A kept connection may be gone without our knowing: then nobody could tell whether the SMS was taken.
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { client, settings })
    }

    async fn try_send(&self, sms: &Sms) -> Outcome {
        let Some(phone) = national(&sms.phone) else {
            return Outcome::Refused { reason: "the phone number is not usable".into() };
        };
        let request = Request {
            api_key: self.settings.api_key.expose(),
            secret_key: self.settings.secret_key.expose(),
            brandname: &self.settings.brandname,
            sms_type: CUSTOMER_CARE,
            is_unicode: "0",
            sandbox: if self.settings.sandbox { "1" } else { "0" },
            phone,
            content: &sms.text,
            request_id: sms.key.to_string(),
        };
        let url = format!("{}{PATH}", self.settings.url.trim_end_matches('/'));
        let answer = match self.client.post(url).json(&request).send().await {
            Ok(answer) => answer,
            Err(e) => return unanswered(&e),
        };
        let status = answer.status();
        match answer.bytes().await {
            Ok(body) => outcome(status.as_u16(), &body),
            Err(e) => Outcome::Unsure { reason: format!("the answer broke off: {}", without_url(&e)) },
        }
    }
}

impl SmsGateway for EsmsGateway {
    fn name(&self) -> &'static str {
        "esms"
    }

    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Outcome> {
        self.try_send(sms).boxed()
    }
}

/// No answer came. Only a connection that was never made is certain to have sent nothing.
fn unanswered(e: &reqwest::Error) -> Outcome {
    let reason = without_url(e);
    if e.is_connect() || e.is_builder() {
        return Outcome::TryLater { reason: format!("no connection: {reason}") };
    }
    Outcome::Unsure { reason: format!("no answer: {reason}") }
}

/// The cause in words.
fn without_url(e: &reqwest::Error) -> String {
    let mut text = if e.is_timeout() { "time ran out".to_owned() } else { "the connection broke".to_owned() };
    let mut cause = std::error::Error::source(e);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// What the gateway's answer means. Codes: developers.esms.vn, «Bảng mã lỗi».
fn outcome(status: u16, body: &[u8]) -> Outcome {
    let reason = |code: &str, message: &Option<String>| {
        let message = message.as_deref().unwrap_or_default();
        format!("eSMS {code} {}", message.chars().take(200).collect::<String>()).trim_end().to_owned()
    };
    match status {
        200 => {}
        429 => return Outcome::TryLater { reason: "eSMS: HTTP 429".into() },
        400..=499 => return Outcome::Refused { reason: format!("eSMS: HTTP {status}") },
        _ => return Outcome::Unsure { reason: format!("eSMS: HTTP {status}") },
    }
    let answer: Answer = serde_json::from_slice(body).unwrap_or_default();
    let Some(code) = answer.code_result.as_deref() else {
        return Outcome::Unsure { reason: "eSMS: the answer makes no sense".into() };
    };
    let why = reason(code, &answer.error_message);
    match code {
        "100" => Outcome::Accepted { provider_id: answer.sms_id },
        // This RequestId was taken before: our first try got through.
        "124" => Outcome::Accepted { provider_id: None },
        // Wrong keys, no price list, no money, unknown brand name, address not on their list, network not registered:
        // the operator's account must be mended, then the same message goes out.
        "101" | "102" | "103" | "104" | "140" | "177" => Outcome::TryLater { reason: why },
        // Blocked or malformed number, too many numbers, text not registered, type missing.
        "99" | "108" | "110" | "120" | "146" | "300" => Outcome::Refused { reason: why },
        _ => Outcome::Unsure { reason: why },
    }
}

/// `84…` as the gateway wants it, from `0…`, `+84…` or `84…`.
fn national(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(|c| !" .-()".contains(*c)).collect();
    let rest = digits.strip_prefix("+84").or_else(|| digits.strip_prefix("84")).or_else(|| digits.strip_prefix('0'))?;
    let right = rest.len() == 9 && rest.bytes().all(|b| b.is_ascii_digit());
    right.then(|| format!("84{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Outcome {
        outcome(200, body.as_bytes())
    }

    #[test]
    fn answers_are_told_apart_by_what_can_be_done() {
        let taken = of(r#"{"CodeResult":"100","CountRegenerate":0,"SMSID":"abc"}"#);
        assert_eq!(taken, Outcome::Accepted { provider_id: Some("abc".into()) });
        let again = of(r#"{"CodeResult":"124","ErrorMessage":"Request exist 1","SendStatus":"5"}"#);
        assert_eq!(again, Outcome::Accepted { provider_id: None });
        assert!(matches!(of(r#"{"CodeResult":"103"}"#), Outcome::TryLater { .. }));
        assert!(matches!(of(r#"{"CodeResult":"108"}"#), Outcome::Refused { .. }));
        assert!(matches!(of(r#"{"CodeResult":"777"}"#), Outcome::Unsure { .. }));
        assert!(matches!(of(r#"{"error":"Invalid request"}"#), Outcome::Unsure { .. }));
        assert!(matches!(of("<html>"), Outcome::Unsure { .. }));
        assert!(matches!(outcome(502, b""), Outcome::Unsure { .. }));
        assert!(matches!(outcome(429, b""), Outcome::TryLater { .. }));
        assert!(matches!(outcome(404, b""), Outcome::Refused { .. }));
    }

    #[test]
    fn phones_are_written_for_the_gateway() {
        assert_eq!(national("0912 000 011").as_deref(), Some("84912000011"));
        assert_eq!(national("+84912000011").as_deref(), Some("84912000011"));
        assert_eq!(national("84912000011").as_deref(), Some("84912000011"));
        assert_eq!(national("115"), None);
        assert_eq!(national("091200001x"), None);
    }
}

//! What gateways over HTTP have in common: settings that must be right before the first payment, a client, and answers
//! that are read no further than they may be long.

use std::time::Duration;

use crate::payments::gateway::GatewayError;

const CONNECT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest message of a gateway that is read.
pub(super) const LONGEST_MESSAGE: usize = 64 * 1024;

/// What an operator must mend before citizens can pay.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("{0}.{1} is empty")]
    Missing(&'static str, &'static str),
    #[error("{0}.{1} is no address that begins with https:// (or, outside production, http://)")]
    Address(&'static str, &'static str),
    #[error("vnpay.hash_secret or vietqr.secrets holds the development gateway's secret, which everybody knows")]
    DevelopmentSecret,
    #[error("vietqr.secrets: each is a bank's number, =, and a secret of 16 letters or more: 970436=…")]
    Bank,
    #[error("the client of a gateway: {0}")]
    Client(#[from] reqwest::Error),
}

/// Settings of a section, by name and value, none of which may be empty.
pub(super) fn filled(section: &'static str, settings: &[(&'static str, &str)]) -> Result<(), SetupError> {
    match settings.iter().find(|(_, value)| value.trim().is_empty()) {
        Some((name, _)) => Err(SetupError::Missing(section, name)),
        None => Ok(()),
    }
}

/// The origin of an address that a section names. `plain`: it may be unencrypted.
pub(super) fn origin(
    section: &'static str,
    (name, address): (&'static str, &str),
    plain: bool,
) -> Result<String, SetupError> {
    filled(section, &[(name, address)])?;
    origin_of(address, plain).ok_or(SetupError::Address(section, name))
}

/// Scheme, host and port of an address, as browsers write them.
pub(super) fn origin_of(address: &str, plain: bool) -> Option<String> {
    let url = reqwest::Url::parse(address).ok()?;
    let is_fit = url.scheme() == "https" || (plain && url.scheme() == "http");
    (is_fit && url.has_host()).then(|| url.origin().ascii_serialization())
}

/// A client that waits for a while, and follows nobody elsewhere.
pub(super) fn client() -> Result<reqwest::Client, SetupError> {
    let client = reqwest::Client::builder().timeout(PATIENCE).connect_timeout(CONNECT);
    Ok(client.redirect(reqwest::redirect::Policy::none()).build()?)
}

/// Sends a request and reads its answer.
///
/// # Errors
/// Nobody answered, or with no success; the answer is longer than `most`: then the rest of it is not even read.
pub(super) async fn answer_to(request: reqwest::RequestBuilder, most: usize) -> Result<Vec<u8>, GatewayError> {
    let unreached = |e: reqwest::Error| GatewayError::Unreached(e.without_url().to_string());
    let mut answer = request.send().await.map_err(unreached)?;
    let status = answer.status();
    if !status.is_success() {
        return Err(GatewayError::Unreached(format!("HTTP {}", status.as_u16())));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreached)? {
        if bytes.len() + chunk.len() > most {
            return Err(GatewayError::Disbelieved("the answer is too long".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_know_where_their_forms_may_lead() {
        for (address, origin) in [
            ("https://pay.vnpay.vn/vpcpay.html", Some("https://pay.vnpay.vn")),
            ("https://PAY.vnpay.vn:443/a?b=c", Some("https://pay.vnpay.vn")),
            ("https://pay.example:8443/a", Some("https://pay.example:8443")),
            ("http://127.0.0.1:8080/a", None),
            ("ftp://pay.example/a", None),
            ("javascript:alert(1)", None),
            ("pay.vnpay.vn/vpcpay.html", None),
        ] {
            assert_eq!(origin_of(address, false).as_deref(), origin, "{address}");
        }
        assert_eq!(origin_of("http://127.0.0.1:8080/a", true).as_deref(), Some("http://127.0.0.1:8080"));
    }

    #[test]
    fn what_is_wrong_in_the_settings_is_named() {
        let said = |e: SetupError| e.to_string();
        let empty = filled("vnpay", &[("tmn_code", "A"), ("hash_secret", " ")]);
        assert_eq!(said(empty.unwrap_err()), "vnpay.hash_secret is empty");
        assert_eq!(said(origin("platform", ("url", ""), true).unwrap_err()), "platform.url is empty");
        let plain = said(origin("platform", ("url", "http://pay.example"), false).unwrap_err());
        assert!(plain.starts_with("platform.url is no address"), "{plain}");
    }
}

//! The VNPAY 2.1.0 protocol: what is signed, how, and what each message says (vietnam.md §7.1).
//!
//! Only texts and signatures; who calls whom over HTTP is written in `integrations`, `web` and `devservices`.

mod notice;
mod order;
mod server;

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

pub use notice::{Notice, NoticeError, Reply};
pub use order::Order;
pub use server::{Answer, AnswerError, Query, Refund, RefundKind, Request};

use crate::kernel::{Timestamp, Vnd, clock};

/// The version of the protocol.
pub const VERSION: &str = "2.1.0";
/// The only currency.
const CURRENCY: &str = "VND";
const HASH: &str = "vnp_SecureHash";
/// Sent along by older merchants; no part of what is signed.
const HASH_TYPE: &str = "vnp_SecureHashType";
/// Every parameter of the protocol begins so; others are no part of what is signed.
const PREFIX: &str = "vnp_";

/// The secret that a merchant shares with the gateway.
pub struct Key(hmac::Key);

impl Key {
    /// The key of `vnp_HashSecret`.
    pub fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA512, secret.as_bytes()))
    }

    /// HMAC-SHA512 in lower-case hexadecimal.
    fn sign(&self, text: &str) -> String {
        HEXLOWER.encode(hmac::sign(&self.0, text.as_bytes()).as_ref())
    }

    /// Whether `hash` (hexadecimal in either case) is the signature of the text; takes the same time either way.
    fn verifies(&self, text: &str, hash: &str) -> bool {
        HEXLOWER_PERMISSIVE
            .decode(hash.as_bytes())
            .is_ok_and(|tag| hmac::verify(&self.0, text.as_bytes(), &tag).is_ok())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The parameters of a message, in the order in which they are signed; an empty value counts as not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

/// Why a query cannot be a message of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// The same name twice: which of the two was signed cannot be told.
    #[error("a parameter stands there twice")]
    Repeated,
    /// Much longer than any message of the protocol.
    #[error("the message is too long")]
    TooLong,
}

impl Params {
    /// The most bytes that a message may have.
    const LONGEST: usize = 8 * 1024;

    /// Reads the parameters of a query string, signature and all. Names outside the protocol are left out.
    ///
    /// # Errors
    /// [`ParamsError`] for a message that nobody could have signed in one meaning.
    pub fn read(query: &str) -> Result<Self, ParamsError> {
        if query.len() > Self::LONGEST {
            return Err(ParamsError::TooLong);
        }
        let mut params = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if name.starts_with(PREFIX) && params.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(ParamsError::Repeated);
            }
        }
        Ok(Self(params))
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A parameter that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    /// The text that the signature stands over: names in order, values as forms write them, empty ones left out.
    fn text(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if !value.is_empty() && name != HASH && name != HASH_TYPE {
                text.append_pair(name, value);
            }
        }
        text.finish()
    }

    /// The query string with its signature last.
    pub fn signed(&self, key: &Key) -> String {
        let text = self.text();
        let hash = key.sign(&text);
        format!("{text}&{HASH}={hash}")
    }

    /// Whether the parameters bear the right signature.
    pub fn is_genuine(&self, key: &Key) -> bool {
        self.get(HASH).is_some_and(|hash| key.verifies(&self.text(), hash))
    }
}

/// An instant as the protocol writes it: `yyyyMMddHHmmss` in Vietnam's time.
fn moment(at: Timestamp) -> String {
    clock::local(at).strftime("%Y%m%d%H%M%S").to_string()
}

/// Reads such an instant.
fn read_moment(text: &str) -> Option<Timestamp> {
    let at = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    (text.len() == 14).then(|| clock::from_local(at))
}

/// An amount as the protocol writes it: hundredths of a đồng.
fn hundredths(amount: Vnd) -> String {
    amount.0.saturating_mul(100).to_string()
}

/// Reads such an amount; none where it is no whole, positive number of đồng.
fn read_hundredths(text: &str) -> Option<Vnd> {
    let hundredths: i64 = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()?;
    (hundredths > 0 && hundredths % 100 == 0).then_some(Vnd(hundredths / 100))
}

#[cfg(test)]
mod tests;

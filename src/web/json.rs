//! JSON that comes in: wrong bodies are the sender's fault and are told where.

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::visit::Visit;
use super::{Error, Fault, Result};
use crate::kernel::shape;

/// A JSON body as `T`. An empty body counts as `{}`.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(req, payload);
        let req = req.clone();
        async move {
            let body = body.await.map_err(|e| unread(&e))?;
            if !body.is_empty() && !is_json(&req) {
                return Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-type"));
            }
            let visit = Visit::extract(&req).await?;
            read(&visit, if body.is_empty() { b"{}" } else { &body }).map(Self)
        }
        .boxed_local()
    }
}

/// A body as `T`, where its bytes were needed before.
///
/// # Errors
/// 400 where it is no JSON, 422 with the member at fault.
pub(super) fn read<T: DeserializeOwned>(visit: &Visit, body: &[u8]) -> Result<T> {
    parse(body).map_err(|refusal| refusal.told(visit))
}

/// A body that could not be read to its end.
pub(super) fn unread(e: &actix_web::Error) -> Error {
    match e.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        _ => Error::bad_request("bad-request"),
    }
}

fn is_json(req: &HttpRequest) -> bool {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Why a body can't be taken.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    NoJson,
    /// Pointer and kind of the fault.
    Field(String, &'static str),
}

impl Refusal {
    fn told(self, visit: &Visit) -> Error {
        match self {
            Self::NoJson => Error::bad_request("bad-json"),
            Self::Field(pointer, code) => {
                let message = visit.app.templates.text(visit.lang, &format!("fault-{code}"), &[]);
                Error::invalid(vec![Fault { pointer, code: code.to_owned(), message }])
            }
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> std::result::Result<T, Refusal> {
    // NUL is JSON but no column of PostgreSQL takes it, and no name or address holds it.
    if body.windows(6).any(|w| w == b"\\u0000") {
        return Err(Refusal::NoJson);
    }
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::NoJson)?;
    shape::read(&value).map_err(|misfit| Refusal::Field(misfit.pointer, misfit.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        age: Option<u8>,
    }

    fn refused(body: &str) -> Refusal {
        parse::<Body>(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_field_at_fault_is_named() {
        let field = |pointer: &str, code| Refusal::Field(pointer.into(), code);
        assert_eq!(refused("{}"), field("/name", "required"));
        assert_eq!(refused(r#"{"name":"a","x":1}"#), field("/x", "unknown"));
        assert_eq!(refused(r#"{"name":1}"#), field("/name", "type"));
        assert_eq!(refused(r#"{"name":"a","age":"old"}"#), field("/age", "type"));
        assert_eq!(refused(r#"{"name":"a","age":300}"#), field("/age", "type"));
        assert_eq!(refused("[1]"), field("", "type"));
        assert_eq!(parse::<Body>(br#"{"name":"a"}"#).unwrap(), Body { name: "a".into(), age: None });
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for body in ["", "{", "{\"name\":\"\\u0000\"}", "\u{feff}{}", "{\"name\":\"\\ud800\"}"] {
            assert_eq!(refused(body), Refusal::NoJson, "{body}");
        }
        assert_eq!(parse::<Body>(b"{\"name\":\"\xff\"}").unwrap_err(), Refusal::NoJson);
        let deep = "[".repeat(100_000);
        assert_eq!(refused(&deep), Refusal::NoJson);
    }
}

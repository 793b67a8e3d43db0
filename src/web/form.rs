//! Forms that pages send: checked for their token, then read into a struct or as plain fields.

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Query};
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::{FutureExt as _, LocalBoxFuture};
use serde::de::DeserializeOwned;

use super::visit::Visit;
use super::{Error, Result, json};

/// Name of the field that carries the token.
pub const TOKEN_FIELD: &str = "_csrf";

/// A form whose token was right. `T` is a struct of strings (with `#[serde(default)]`), or [`Fields`].
pub struct Posted<T>(pub T);

/// A form's fields as they were sent, in order.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(transparent)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a field without blanks around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// Whether the field was sent at all (check boxes, buttons).
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// All fields but the token.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter(|(n, _)| n != TOKEN_FIELD).map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Posted<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Bytes::from_request(req, payload);
        let req = req.clone();
        async move {
            let visit = Visit::extract(&req).await?;
            let body = body.await.map_err(|e| json::unread(&e))?;
            if !is_form(&req) && !body.is_empty() {
                return Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-type"));
            }
            let text = std::str::from_utf8(&body).map_err(|_| Error::bad_request("bad-request"))?;
            let fields: Fields = read(text)?;
            if fields.0.iter().any(|(n, v)| n.contains('\0') || v.contains('\0')) {
                return Err(Error::bad_request("bad-request"));
            }
            visit.check_token(fields.get(TOKEN_FIELD))?;
            read(text).map(Self)
        }
        .boxed_local()
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    Query::<T>::from_query(text).map(Query::into_inner).map_err(|_| Error::bad_request("bad-request"))
}

fn is_form(req: &HttpRequest) -> bool {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

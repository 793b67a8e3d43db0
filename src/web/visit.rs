//! What a handler knows about its request besides the body, and how it answers.

use std::cell::RefCell;
use std::net::IpAddr;
use std::ops::Deref;
use std::rc::Rc;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};

use super::{Error, Result};
use crate::app::App;
use crate::kernel::{Actor, Lang, Timestamp};

/// A request on its way through a handler. Cheap to clone; lives on one thread.
#[derive(Clone)]
pub struct Visit(Rc<Inner>);

/// What [`Visit`] gives access to.
pub struct Inner {
    pub app: App,
    pub lang: Lang,
    /// Path without query.
    pub path: String,
    /// Number of this request, as in `X-Request-Id`.
    pub request_id: String,
    /// Who asks; [`Actor::Anonymous`] when nobody is signed in.
    pub actor: Actor,
    /// The visitor's address, past trusted proxies.
    pub address: Option<IpAddr>,
    pub(super) cookies: RefCell<Vec<Cookie<'static>>>,
}

impl Visit {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Rc::new(inner))
    }

    /// The present moment on the product's clock.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// The answer after a change: look there (303). `to` is a path of this portal.
    ///
    /// # Errors
    /// None; a result so that a handler can end with it.
    pub fn see_other(&self, to: &str) -> Result {
        Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish())
    }

    /// Sets a cookie with the answer: HttpOnly, Lax, for the whole portal, `Secure` behind https.
    /// `seconds`: how long the browser keeps it; `None` until it closes, 0 to forget it.
    pub fn set_cookie(&self, name: &'static str, value: String, seconds: Option<i64>) {
        let mut cookie = Cookie::build(cookie_name(&self.app, name), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.app.is_https())
            .finish();
        if let Some(seconds) = seconds {
            cookie.set_max_age(actix_web::cookie::time::Duration::seconds(seconds));
        }
        self.cookies.borrow_mut().push(cookie);
    }
}

impl Deref for Visit {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = req.extensions().get::<Self>().cloned();
        std::future::ready(visit.ok_or_else(|| Error::internal("a handler was reached past the gate")))
    }
}

/// A cookie's full name. Behind https it is bound to this host (`__Host-`).
pub(super) fn cookie_name(app: &App, name: &str) -> String {
    if app.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// Reads a cookie set by [`Visit::set_cookie`].
pub(super) fn cookie(app: &App, req: &HttpRequest, name: &str) -> Option<String> {
    req.cookie(&cookie_name(app, name)).map(|c| c.value().to_owned())
}

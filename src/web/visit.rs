//! What a handler knows about its request besides the body, and how it answers.

use std::cell::RefCell;
use std::net::IpAddr;
use std::ops::Deref;
use std::rc::Rc;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};

use super::{Error, Result, flash, shell};
use crate::accounts::SignedIn;
use crate::accounts::csrf::{self, Holder};
use crate::accounts::sign_in::Means;
use crate::app::App;
use crate::kernel::{Actor, Lang, Officer, Role, Timestamp, clock, crypto};
use crate::templating::{Arg, Flash, FlashKind, Page, Shell};

/// A request on its way through a handler. Cheap to clone; lives on one thread.
#[derive(Clone)]
pub struct Visit(Rc<Inner>);

/// What [`Visit`] gives access to.
pub struct Inner {
    pub app: App,
    pub lang: Lang,
    /// Path without query.
    pub path: String,
    /// Query without question mark.
    pub query: String,
    /// Number of this request, as in `X-Request-Id`.
    pub request_id: String,
    /// Who asks; [`Actor::Anonymous`] when nobody is signed in.
    pub actor: Actor,
    /// The visitor's address, past trusted proxies.
    pub address: Option<IpAddr>,
    /// What the browser or program calls itself.
    pub user_agent: Option<String>,
    /// Whether the browser takes answers compressed with gzip.
    pub(super) takes_gzip: bool,
    /// The session, when somebody is signed in.
    pub session: Option<SignedIn>,
    /// Notices that the signed-in person has not read.
    pub(super) unread: u32,
    /// An officer's first right: the role and the agency's name.
    pub(super) position: Option<(Role, String)>,
    /// What the last page left to be said.
    pub(super) flash: Option<Flash>,
    /// Random id of an anonymous visitor, for form tokens.
    pub(super) visitor: RefCell<Option<String>>,
    pub(super) cookies: RefCell<Vec<Cookie<'static>>>,
}

/// Cookie with the language of the pages, kept for a year.
pub(super) const LANG_COOKIE: &str = "motcua_lang";
pub(super) const LANG_SECONDS: i64 = 365 * 24 * 3600;
/// Cookie with the random id of an anonymous visitor.
pub(super) const VISITOR_COOKIE: &str = "motcua_visitor";

impl Visit {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Rc::new(inner))
    }

    /// The visit that the gate made for a request.
    pub(super) fn of(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }

    /// The present moment on the product's clock.
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Whether this visit sees exactly what every other anonymous visitor sees at this address.
    pub(super) fn is_plain(&self) -> bool {
        let only_language = self.query.is_empty() || (self.query.starts_with("lang=") && !self.query.contains('&'));
        only_language && self.session.is_none() && self.flash.is_none()
    }

    /// A sentence in the visitor's language.
    pub fn text(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.app.templates.text(self.lang, key, args)
    }

    /// Answers with a page.
    ///
    /// # Errors
    /// A template that fails.
    pub fn page<P: Page>(&self, page: &P) -> Result {
        self.page_with(StatusCode::OK, page)
    }

    /// Answers with the form again because something in it was wrong (422).
    ///
    /// # Errors
    /// A template that fails.
    pub fn page_again<P: Page>(&self, page: &P) -> Result {
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// Answers with a page and a status.
    ///
    /// # Errors
    /// A template that fails.
    pub fn page_with<P: Page>(&self, status: StatusCode, page: &P) -> Result {
        let html = self.app.templates.render(page, &self.shell()?).map_err(Error::internal)?;
        if self.flash.is_some() {
            self.set_cookie(flash::COOKIE, String::new(), Some(0));
        }
        Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
    }

    /// The answer after a change: look there (303). `to` is a path of this portal.
    ///
    /// # Errors
    /// None; a result so that a handler can end with it.
    pub fn see_other(&self, to: &str) -> Result {
        Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish())
    }

    /// Says on the next page what was just done. `key` is a translation.
    pub fn say(&self, kind: FlashKind, key: &str, args: &[(&str, Arg<'_>)]) {
        let said = Flash { kind, text: self.text(key, args) };
        self.set_cookie(flash::COOKIE, flash::sealed(&self.app, &said), None);
    }

    /// What surrounds a page, with the form token.
    ///
    /// # Errors
    /// When the machine has no randomness for a token.
    pub fn shell(&self) -> Result<Shell> {
        let csrf = self.token()?;
        Ok(Shell { csrf, flash: self.flash.clone(), request_id: self.request_id.clone(), ..self.plain_shell() })
    }

    /// What surrounds a page that is the same for every anonymous visitor: no token, no number, nothing to say.
    pub fn plain_shell(&self) -> Shell {
        shell::of(self)
    }

    /// What surrounds a page that tells of an error. A refused anonymous request may have no token to give.
    pub(super) fn refusal_shell(&self) -> Shell {
        let csrf = self.session.as_ref().map(|who| csrf::token(&self.app.keys, Holder::Session(who.session)));
        Shell { csrf: csrf.unwrap_or_default(), request_id: self.request_id.clone(), ..self.plain_shell() }
    }

    /// The token that a form of this visitor must carry.
    fn token(&self) -> Result<String> {
        let keys = &self.app.keys;
        if let Some(who) = &self.session {
            return Ok(csrf::token(keys, Holder::Session(who.session)));
        }
        let known = self.visitor.borrow().clone();
        let id = match known {
            Some(id) => id,
            None => {
                let id = crypto::random_token().map_err(Error::internal)?;
                self.set_cookie(VISITOR_COOKIE, id.clone(), None);
                *self.visitor.borrow_mut() = Some(id.clone());
                id
            }
        };
        Ok(csrf::token(keys, Holder::Anonymous(&id)))
    }

    /// Whether a form's token is this visitor's. [`super::form::Posted`] asks; an upload's handler asks itself.
    ///
    /// # Errors
    /// 403 when it is not.
    pub fn check_token(&self, given: &str) -> Result<()> {
        let visitor = self.visitor.borrow();
        let holder = match (&self.session, visitor.as_deref()) {
            (Some(who), _) => Holder::Session(who.session),
            (None, Some(id)) => Holder::Anonymous(id),
            (None, None) => return Err(Error::cross_site()),
        };
        if csrf::verify(&self.app.keys, holder, given) { Ok(()) } else { Err(Error::cross_site()) }
    }

    /// The session of whoever is signed in.
    ///
    /// # Errors
    /// Sign in first.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        self.session.as_ref().ok_or_else(Error::sign_in_first)
    }

    /// The officer who is signed in.
    ///
    /// # Errors
    /// Sign in first, or 403 for a citizen.
    pub fn officer(&self) -> Result<&Officer> {
        self.signed_in()?;
        self.actor.officer().ok_or_else(Error::forbidden)
    }

    /// What signing in and changing passwords need.
    pub fn means(&self) -> Means<'_> {
        let app = &self.app;
        let machine_now = clock::machine_now();
        Means { db: &app.db, keys: &app.keys, hasher: &app.hasher, now: app.now(), machine_now }
    }

    /// Shows pages in this language from now on.
    pub fn keep_language(&self, lang: Lang) {
        self.set_cookie(LANG_COOKIE, lang.as_str().to_owned(), Some(LANG_SECONDS));
    }

    /// Sets a cookie with the answer: HttpOnly, Lax, for the whole portal, `Secure` behind https.
    /// `seconds`: how long the browser keeps it; `None` until it closes, 0 to forget it.
    pub fn set_cookie(&self, name: &'static str, value: String, seconds: Option<i64>) {
        self.cookies.borrow_mut().push(cookie_for(&self.app, name, value, seconds));
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
        std::future::ready(Self::of(req).ok_or_else(|| Error::internal("a handler was reached past the gate")))
    }
}

/// A cookie as this portal sets them all.
pub(super) fn cookie_for(app: &App, name: &str, value: String, seconds: Option<i64>) -> Cookie<'static> {
    let mut cookie = Cookie::build(cookie_name(app, name), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_https())
        .finish();
    if let Some(seconds) = seconds {
        cookie.set_max_age(actix_web::cookie::time::Duration::seconds(seconds));
    }
    cookie
}

/// A cookie's full name. Behind https it is bound to this host (`__Host-`).
fn cookie_name(app: &App, name: &str) -> String {
    if app.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// Reads a cookie set by [`Visit::set_cookie`]. An empty one counts as none.
pub(super) fn cookie(app: &App, req: &HttpRequest, name: &str) -> Option<String> {
    req.cookie(&cookie_name(app, name)).map(|c| c.value().to_owned()).filter(|v| !v.is_empty())
}

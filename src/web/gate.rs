//! Before each handler: is there such an address, is the visitor within limits, who is it, may they.

use std::cell::RefCell;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};

use super::around::Around;
use super::limit::Limiter;
use super::routes::{Rule, Who, is_api};
use super::session::{self, Credentials};
use super::visit::{Inner, Visit};
use super::{Error, Result, flash, visit};
use crate::accounts::sessions::FirstSteps;
use crate::app::App;
use crate::kernel::Actor;

/// The pattern that a request was matched to, for metrics and logs.
#[derive(Clone, Copy)]
pub(super) struct Matched(pub &'static str);

type Body<B> = EitherBody<B, BoxBody>;

/// Lets a request through to its handler, or answers in its place. `rules`: those of the matched address.
pub(super) async fn gate<B: MessageBody + 'static>(
    rules: &'static [Rule],
    req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<Body<B>>, actix_web::Error> {
    let visit = match admit(rules, req.request()).await {
        Ok(visit) => visit,
        Err(error) => {
            // Not `into_response`: that would drop the error, which `around` gives its face.
            let (req, _) = req.into_parts();
            return Ok(ServiceResponse::new(req, HttpResponse::from_error(error)).map_into_right_body());
        }
    };
    let mut res = next.call(req).await?;
    for cookie in visit.cookies.take() {
        if let Ok(value) = header::HeaderValue::from_str(&cookie.to_string()) {
            res.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(res.map_into_left_body())
}

/// Answers addresses that the table doesn't hold.
pub(super) async fn nowhere() -> Result {
    Err(Error::not_found())
}

async fn admit(rules: &'static [Rule], req: &HttpRequest) -> Result<Visit> {
    let (Some(app), Some(limiter)) = (req.app_data::<web::Data<App>>(), req.app_data::<web::Data<Limiter>>()) else {
        return Err(Error::internal("the server was built without its application"));
    };
    let app = App::clone(app);
    if let Some(first) = rules.first() {
        req.extensions_mut().insert(Matched(first.pattern));
    }
    let address = limiter.address(req);
    if !is_operations(req.path()) && !is_machines(rules) {
        limiter.check(address).map_err(Error::too_many)?;
    }
    well_formed(req)?;
    let has_cookies = req.headers().contains_key(header::COOKIE);
    let around = req.extensions().get::<Around>().cloned().unwrap_or_default();
    let found = match is_operations(req.path()) {
        true => Credentials::None,
        false => session::find(&app, req, is_api(req.path())).await?,
    };
    let dead = matches!(found, Credentials::Dead);
    let (session, unread, position) = match found {
        Credentials::Live(found) => (Some(found.who), found.unread, found.position),
        Credentials::None | Credentials::Dead => (None, 0, None),
    };
    let visit = Visit::new(Inner {
        lang: around.lang,
        request_id: around.id,
        path: req.path().to_owned(),
        query: req.query_string().to_owned(),
        actor: session.as_ref().map_or(Actor::Anonymous, |who| who.actor.clone()),
        session,
        unread,
        position,
        takes_gzip: header_text(req, "accept-encoding").is_some_and(|text| text.contains("gzip")),
        user_agent: header_text(req, "user-agent").map(str::to_owned),
        address,
        flash: has_cookies.then(|| flash::read(&app, req)).flatten(),
        visitor: RefCell::new(has_cookies.then(|| visit::cookie(&app, req, visit::VISITOR_COOKIE)).flatten()),
        cookies: RefCell::default(),
        app,
    });
    // Known from here on: a refusal too is shown to somebody.
    req.extensions_mut().insert(visit.clone());
    if !rules.is_empty() {
        let rule = rule_for(rules, req.method()).ok_or_else(|| Error::method_not_allowed(rules))?;
        may(rule, &visit, req)?;
        from_here(rule, &visit, req)?;
        first_steps(rule, &visit)?;
    }
    if dead && !is_api(req.path()) {
        session::forget(&visit);
    }
    Ok(visit)
}

/// An officer with a one-time password or without a second factor does that first.
fn first_steps(rule: &Rule, visit: &Visit) -> Result<()> {
    let Some(step) = visit.session.as_ref().and_then(|who| who.first_steps) else { return Ok(()) };
    let (page, open) = match step {
        FirstSteps::ChangePassword => ("/tai-khoan/mat-khau", "/tai-khoan/mat-khau"),
        FirstSteps::EnrolTotp => ("/tai-khoan/xac-thuc-hai-lop", "/tai-khoan/xac-thuc-hai-lop"),
    };
    let reachable = rule.pattern == open || rule.pattern == "/dang-xuat" || rule.pattern.starts_with("/static/");
    let asks_rights = matches!(rule.who, Who::Officer(_) | Who::SignedIn | Who::Citizen);
    if reachable || !asks_rights { Ok(()) } else { Err(Error::first_steps(page)) }
}

fn header_text<'a>(req: &'a HttpRequest, name: &str) -> Option<&'a str> {
    req.headers().get(name).and_then(|v| v.to_str().ok())
}

fn rule_for<'a>(rules: &'a [Rule], method: &Method) -> Option<&'a Rule> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    rules.iter().find(|rule| rule.method == *method)
}

/// Whether only other systems use an address: a gateway that repeats its notices must not be held back, or money that
/// was paid stays unpaid here. What such an address costs without a right signature is one hash.
fn is_machines(rules: &[Rule]) -> bool {
    !rules.is_empty() && rules.iter().all(|rule| rule.who == Who::Machine)
}

fn is_operations(path: &str) -> bool {
    path.starts_with("/health/") || path.starts_with("/static/") || path == "/metrics"
}

/// Refuses addresses that are no text: bad UTF-8, and the NUL that no database column takes.
fn well_formed(req: &HttpRequest) -> Result<()> {
    let whole = req.uri().path_and_query().map_or("", |p| p.as_str());
    if !whole.contains('%') {
        return Ok(());
    }
    match decoded(whole) {
        Some(text) if !text.contains('\0') => Ok(()),
        _ => Err(Error::bad_request("address-not-text")),
    }
}

/// Undoes percent-encoding; `None` when the result is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push(hex(*high)? * 16 + hex(*low)?);
                rest = after;
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether the visitor may use the address at all.
fn may(rule: &Rule, visit: &Visit, req: &HttpRequest) -> Result<()> {
    let allowed = match rule.who {
        Who::Anyone | Who::Machine => return Ok(()),
        Who::Development => {
            return if visit.app.settings.is_development() { Ok(()) } else { Err(Error::not_found()) };
        }
        Who::Operator => return if is_operator(visit, req) { Ok(()) } else { Err(Error::forbidden()) },
        Who::SignedIn => visit.actor.account().is_some(),
        Who::Citizen => matches!(visit.actor, Actor::Citizen { .. }),
        Who::Officer(roles) => visit
            .actor
            .officer()
            .is_some_and(|officer| roles.is_empty() || roles.iter().any(|role| officer.has_anywhere(*role))),
    };
    match (allowed, &visit.actor) {
        (true, _) => Ok(()),
        (false, Actor::Anonymous) => Err(Error::sign_in_first()),
        (false, _) => Err(Error::forbidden()),
    }
}

/// Loopback (not through a proxy), or the bearer of the metrics token.
fn is_operator(visit: &Visit, req: &HttpRequest) -> bool {
    let local = visit.address.is_some_and(|a| a.is_loopback()) && !req.headers().contains_key("x-forwarded-for");
    local
        || visit.app.settings.metrics.token.as_ref().is_some_and(|token| {
            use subtle::ConstantTimeEq as _;
            bearer(req).is_some_and(|given| bool::from(given.as_bytes().ct_eq(token.expose().as_bytes())))
        })
}

/// The bearer token of a request.
pub(super) fn bearer(req: &HttpRequest) -> Option<&str> {
    let value = req.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A change must come from one of our own pages: the browser says from where (`Sec-Fetch-Site`, else `Origin`).
/// Forms prove it once more with their token; the API has no cookies and needs neither.
fn from_here(rule: &Rule, visit: &Visit, req: &HttpRequest) -> Result<()> {
    if rule.method.is_safe() || is_api(rule.pattern) || rule.who == Who::Machine {
        return Ok(());
    }
    let text = |name: &str| header_text(req, name);
    let own = match text("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => match text("origin") {
            Some(origin) => {
                origin == visit.app.settings.public_url
                    || origin.split_once("://").map(|(_, host)| host) == text("host").filter(|h| !h.is_empty())
            }
            None => true,
        },
    };
    if own { Ok(()) } else { Err(Error::cross_site()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_must_be_text() {
        assert_eq!(decoded("/thu-tuc?q=%C4%91%20a%").as_deref(), Some("/thu-tuc?q=đ a%"));
        assert_eq!(decoded("/%ff"), None);
        assert_eq!(decoded("/a%00b").as_deref(), Some("/a\0b"));
    }
}

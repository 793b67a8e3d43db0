//! Around each request: its number, its language, its span; afterwards errors get their face, answers their headers.

use std::time::Instant;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, web};
use tracing::Instrument as _;

use super::gate::Matched;
use super::routes::is_api;
use super::{error, visit};
use crate::app::App;
use crate::kernel::Lang;

/// What is known before the address is looked at.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub id: String,
    pub lang: Lang,
}

/// The outermost layer but compression.
pub(super) async fn around<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let started = Instant::now();
    let Some(app) = req.app_data::<web::Data<App>>().map(|app| App::clone(app)) else {
        return Ok(next.call(req).await?.map_into_left_body());
    };
    let policy = req.app_data::<web::Data<Policy>>().cloned();
    let asked = asked_lang(req.query_string());
    let id = uuid::Uuid::now_v7().simple().to_string();
    let lang = asked.or_else(|| kept_lang(&app, &req)).or_else(|| accepted_lang(&req)).unwrap_or_default();
    req.extensions_mut().insert(Around { id: id.clone(), lang });
    let method = req.method().clone();
    let span = tracing::info_span!("request", id = %id);
    let mut res = error::render(next.call(req).instrument(span.clone()).await?, &app, &id, lang);
    let _entered = span.enter();
    headers(&app, (res.headers_mut(), policy.as_ref().map(|p| p.get_ref())), &id, asked);
    let status = res.status();
    let pattern = res.request().extensions().get::<Matched>().map_or("unknown", |m| m.0);
    let seconds = started.elapsed().as_secs_f64();
    app.metrics.requests.with_label_values(&[method_label(&method), pattern, status.as_str()]).inc();
    app.metrics.seconds.with_label_values(&[pattern]).observe(seconds);
    tracing::debug!(%method, pattern, status = status.as_u16(), ms = seconds * 1000.0, "answered");
    Ok(res)
}

/// Methods that have a label of their own; anything may be sent as a method.
fn method_label(method: &actix_web::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The language that the address asks for.
fn asked_lang(query: &str) -> Option<Lang> {
    query.split('&').filter_map(|pair| pair.strip_prefix("lang=")).find_map(Lang::parse)
}

/// The language that a program asks for in `Accept-Language`: the one it puts first. Pages are Vietnamese until somebody
/// chooses otherwise, whatever a browser was installed with.
fn accepted_lang(req: &ServiceRequest) -> Option<Lang> {
    if !is_api(req.path()) {
        return None;
    }
    first_lang(req.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?)
}

fn first_lang(accepted: &str) -> Option<Lang> {
    let first = accepted.split([',', ';', '-']).next()?;
    Lang::parse(&first.trim().to_ascii_lowercase())
}

fn kept_lang(app: &App, req: &ServiceRequest) -> Option<Lang> {
    if !req.headers().contains_key(header::COOKIE) {
        return None;
    }
    visit::cookie(app, req.request(), visit::LANG_COOKIE).and_then(|text| Lang::parse(&text))
}

/// What a page may load and where its forms may go, made once for a server. Pages have no inline script or style. Forms
/// may lead on to the payment gateways (browsers hold redirects of a form to this list too).
pub(super) struct Policy(HeaderValue);

impl Policy {
    /// The policy of a portal with its gateways.
    pub fn of(app: &App) -> Self {
        let gateways: String = app.gateways.iter().map(|gateway| format!(" {}", gateway.origin())).collect();
        let text = format!(
            "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
             form-action 'self'{gateways}; frame-ancestors 'none'"
        );
        // Origins are ASCII; were one not, forms would stay here.
        Self(HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'self'; form-action 'self'")))
    }
}

fn headers(app: &App, (headers, policy): (&mut HeaderMap, Option<&Policy>), id: &str, asked: Option<Lang>) {
    const FIXED: [(&str, &str); 5] = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=()"),
    ];
    for (name, value) in FIXED {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Some(Policy(value)) = policy
        && !headers.contains_key(header::CONTENT_SECURITY_POLICY)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value.clone());
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    // Pages may hold personal data: only who says so explicitly lets a copy be kept.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if app.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Some(lang) = asked {
        let cookie = visit::cookie_for(app, visit::LANG_COOKIE, lang.as_str().to_owned(), Some(visit::LANG_SECONDS));
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_may_ask_for_a_language() {
        assert_eq!(asked_lang("q=a&lang=en"), Some(Lang::En));
        assert_eq!(asked_lang("lang=fr"), None);
        assert_eq!(asked_lang("xlang=en"), None);
        for (accepted, lang) in [
            ("en", Some(Lang::En)),
            ("en-GB,en;q=0.9", Some(Lang::En)),
            ("vi-VN, en", Some(Lang::Vi)),
            ("EN;q=1", Some(Lang::En)),
            ("fr, en", None),
            ("*", None),
        ] {
            assert_eq!(first_lang(accepted), lang, "{accepted}");
        }
    }
}

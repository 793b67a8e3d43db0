//! What a visitor is told when something can't be done: a page with a reference and a way back, or problem+json.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use serde_json::{Map, Value, json};

use super::Visit;
use super::portal::words::moment;
use super::routes::{Rule, is_api};
use crate::app::App;
use crate::catalog::Text;
use crate::db;
use crate::kernel::{Lang, Timestamp};
use crate::office;
use crate::templating::pages::parts::Link;
use crate::templating::pages::tracking::ErrorPage;
use crate::templating::{Arg, Shell, Templates};

/// A refusal or a failure, with its HTTP status. The only type that knows statuses.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: StatusCode,
    /// Tail of the problem's `type`, and key of its words: `error-<code>-title`, `error-<code>`.
    code: &'static str,
    /// Said instead of the general words.
    detail: Option<String>,
    /// A key of the translations, with what stands in it: said where there is no `detail`.
    says: Option<(&'static str, Vec<(&'static str, Word)>)>,
    /// Said in the visitor's language, where there is no `detail`.
    text: Option<Text>,
    faults: Vec<Fault>,
    /// What the faults say in English, where it is known: as many as `faults`, or none.
    in_english: Vec<Option<String>>,
    /// Further members of the problem document.
    extra: Map<String, Value>,
    retry_after: Option<u64>,
    allow: Option<String>,
    /// Where pages lead instead of showing the error.
    go: Option<&'static str>,
    /// For the log only.
    cause: Option<String>,
}

/// What stands in a sentence, before the language is known.
#[derive(Clone, Debug)]
pub enum Word {
    Text(Text),
    At(Timestamp),
    /// Several texts, with commas.
    List(Vec<Text>),
    /// A name, the same in every language.
    Name(String),
    /// A key of the translations.
    Key(String),
}

/// One value that can't be accepted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// JSON pointer into the body, such as `/data/child/full_name`.
    pub pointer: String,
    /// A fixed word, such as `required`.
    pub code: String,
    /// What to do, in the visitor's language.
    pub message: String,
}

impl Error {
    /// Any status with a code of its own. The code's words are `error-<code>-title` and `error-<code>`.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            detail: None,
            says: None,
            text: None,
            faults: Vec::new(),
            in_english: Vec::new(),
            extra: Map::new(),
            retry_after: None,
            allow: None,
            go: None,
            cause: None,
        }))
    }

    /// 400: the request can't be understood.
    pub fn bad_request(code: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401 in the API; a page leads to the sign-in and back.
    pub fn sign_in_first() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign-in-first")
    }

    /// 403: not yours.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden")
    }

    /// An officer who must first replace the one-time password or set up the second factor: the page where.
    pub fn first_steps(page: &'static str) -> Self {
        let mut error = Self::new(StatusCode::FORBIDDEN, "first-steps");
        error.0.go = Some(page);
        error
    }

    /// 403: the form came from another site, or its token ran out.
    pub fn cross_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, "form-expired")
    }

    /// 404: no such thing, or not even its existence is yours to know.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found")
    }

    /// 405 with the methods that would be taken.
    pub fn method_not_allowed(rules: &[Rule]) -> Self {
        let mut allow: Vec<&str> = rules.iter().map(|rule| rule.method.as_str()).collect();
        if allow.contains(&"GET") {
            allow.push("HEAD");
        }
        let mut error = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed");
        error.0.allow = Some(allow.join(", "));
        error
    }

    /// 409: the state doesn't allow it, or it is there already.
    pub fn conflict(code: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code)
    }

    /// 412: changed by someone else since it was read; `current` is the version now.
    pub fn stale(current: i64) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "stale").with("current_version", current.into())
    }

    /// 422: these values can't be accepted.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
        error.0.faults = faults;
        error
    }

    /// The same error with what is at fault, in both languages.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<office::Fault>) -> Self {
        self.0.in_english = faults.iter().map(|fault| fault.en.clone()).collect();
        self.0.faults = faults.into_iter().map(Fault::from).collect();
        self
    }

    /// 429 with the seconds to wait.
    pub fn too_many(seconds: u64) -> Self {
        Self::wait(seconds, "too-many")
    }

    /// 429 with the seconds to wait and a code of its own.
    pub fn wait(seconds: u64, code: &'static str) -> Self {
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, code);
        error.0.retry_after = Some(seconds.max(1));
        error
    }

    /// 503: try again soon.
    pub fn unavailable(code: &'static str) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, code);
        error.0.retry_after = Some(5);
        error
    }

    /// 500: our fault. `cause` goes to the log, never to the visitor.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal");
        error.0.cause = Some(cause.to_string());
        error
    }

    /// Says this instead of the code's general words. In the visitor's language.
    #[must_use]
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.0.detail = Some(text.into());
        self
    }

    /// Says the sentence of a key of the translations instead of the code's general words.
    #[must_use]
    pub fn says(mut self, key: &'static str, words: Vec<(&'static str, Word)>) -> Self {
        self.0.says = Some((key, words));
        self
    }

    /// Says this text in the visitor's language instead of the code's general words.
    #[must_use]
    pub fn text(mut self, text: Text) -> Self {
        self.0.text = Some(text);
        self
    }

    /// What the visitor is told, in a language.
    pub fn told(&self, templates: &Templates, lang: Lang) -> String {
        words(self, templates, lang).1
    }

    /// Adds a member to the problem document, such as `allowed_actions`.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.extra.insert(name.to_owned(), value);
        self
    }

    /// The faults in a language.
    pub(super) fn faults(&self, lang: Lang) -> Vec<Fault> {
        let in_english = self.0.in_english.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        let told = |(fault, english): (&Fault, Option<&String>)| match (lang, english) {
            (Lang::En, Some(english)) => Fault { message: english.clone(), ..fault.clone() },
            _ => fault.clone(),
        };
        self.0.faults.iter().zip(in_english).map(told).collect()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The fixed word for the kind of error.
    pub fn code(&self) -> &'static str {
        self.0.code
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.0.code)?;
        self.0.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    /// An empty answer: [`render`] gives it a face, knowing language and address.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.0.status)
    }
}

/// A failing database is our fault, a busy one passes. "Not found" has a status only where a handler says so.
impl From<db::Error> for Error {
    fn from(e: db::Error) -> Self {
        match e {
            db::Error::Busy(_) | db::Error::Closed => Self::unavailable("busy"),
            db::Error::NotFound | db::Error::Unique(_) | db::Error::Other(_) | db::Error::Panicked => Self::internal(e),
        }
    }
}

/// Gives an error its face. Every other answer passes unchanged.
pub(super) fn render<B: MessageBody + 'static>(
    res: ServiceResponse<B>,
    app: &App,
    id: &str,
    lang: Lang,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let Some(cause) = res.response().error() else { return res.map_into_left_body() };
    let own;
    let error = match cause.as_error::<Error>() {
        Some(error) => error,
        None => {
            own = of_framework(res.status(), cause);
            &own
        }
    };
    log(error, id);
    let path = res.request().path();
    let answer = if is_api(path) {
        problem(error, app, id, lang)
    } else if let Some(page) = error.0.go {
        HttpResponse::SeeOther().insert_header((header::LOCATION, page)).finish()
    } else if error.0.code == "sign-in-first" {
        to_sign_in(res.request())
    } else {
        page(error, app, id, lang, res.request())
    };
    res.into_response(answer).map_into_right_body()
}

fn log(error: &Error, id: &str) {
    if error.0.status.is_server_error() {
        tracing::error!(id, %error, "failed");
    } else {
        tracing::debug!(id, %error, "refused");
    }
}

/// The framework's own refusals: bodies that are too large, no text, of the wrong type.
fn of_framework(status: StatusCode, cause: &actix_web::Error) -> Error {
    match status.as_u16() {
        404 => Error::not_found(),
        408 => Error::new(status, "too-slow"),
        413 => Error::new(status, "too-large"),
        415 => Error::new(status, "wrong-type"),
        400..=499 => Error::new(status, "bad-request"),
        _ => Error::internal(cause),
    }
}

fn start(error: &Error) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(error.0.status);
    if let Some(seconds) = error.0.retry_after {
        builder.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if let Some(allow) = &error.0.allow {
        builder.insert_header((header::ALLOW, allow.clone()));
    }
    builder
}

/// RFC 9457.
fn problem(error: &Error, app: &App, id: &str, lang: Lang) -> HttpResponse {
    let (title, detail) = words(error, &app.templates, lang);
    let mut document = error.0.extra.clone();
    document.insert("type".into(), format!("{}/loi/{}", app.settings.public_url, error.0.code).into());
    document.insert("title".into(), title.into());
    document.insert("status".into(), error.0.status.as_u16().into());
    document.insert("detail".into(), detail.into());
    document.insert("request_id".into(), id.into());
    if !error.0.faults.is_empty() {
        document.insert("errors".into(), json!(error.faults(lang)));
    }
    let mut builder = start(error);
    if error.0.status == StatusCode::UNAUTHORIZED {
        builder.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    builder.content_type("application/problem+json").body(Value::Object(document).to_string())
}

fn page(error: &Error, app: &App, id: &str, lang: Lang, req: &HttpRequest) -> HttpResponse {
    let (title, detail) = words(error, &app.templates, lang);
    let mut page = ErrorPage::new(error.0.status.as_u16(), id);
    page.title = Some(title.clone());
    page.detail = Some(detail.clone());
    page.instead = error.faults(lang).into_iter().map(|fault| fault.message).collect();
    let label = |key: &str| app.templates.text(lang, key, &[]);
    page.back = match dossier_of(error.0.status, req.path()) {
        Some(href) => Some(Link::new(label("problem-to-dossier"), href)),
        None => page_before(req).map(|href| Link::new(label("problem-back"), href)),
    };
    let shell = match Visit::of(req) {
        Some(visit) => visit.refusal_shell(),
        None => Shell::new(lang, req.path(), app.site()),
    };
    let html = app.templates.render(&page, &shell).unwrap_or_else(|failure| {
        tracing::error!(id, %failure, "the error page failed");
        format!("{title}\n{detail}\n{id}\n")
    });
    start(error).content_type("text/html; charset=utf-8").body(html)
}

/// The citizen's page of the dossier that something was refused upon because of where it stands.
fn dossier_of(status: StatusCode, path: &str) -> Option<String> {
    if !matches!(status, StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED) {
        return None;
    }
    let (name, _) = path.strip_prefix("/ho-so/")?.split_once('/')?;
    (!name.is_empty()).then(|| format!("/ho-so/{name}"))
}

/// The path of the page that led here, if it is one of ours and not this one.
fn page_before(req: &HttpRequest) -> Option<String> {
    let referer = req.headers().get(header::REFERER)?.to_str().ok()?;
    let host = req.headers().get(header::HOST)?.to_str().ok()?;
    let (_, rest) = referer.split_once("://")?;
    let path = rest.strip_prefix(host)?;
    (path.starts_with('/') && path.split('?').next() != Some(req.path())).then(|| path.to_owned())
}

/// Sign in, then come back to the page that was asked for (not to a form that was sent).
fn to_sign_in(req: &HttpRequest) -> HttpResponse {
    let back = if req.method().is_safe() { req.uri().path_and_query().map_or("/", |p| p.as_str()) } else { req.path() };
    let back = back.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23");
    HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/dang-nhap?tiep={back}"))).finish()
}

/// Title and detail in the visitor's language. A code without words of its own takes those of its status.
fn words(error: &Error, templates: &Templates, lang: Lang) -> (String, String) {
    let own = |key: String| templates.has_text(lang, &key).then(|| templates.text(lang, &key, &[]));
    let (code, general) = (error.0.code, general(error.0.status));
    let of_status = |part: &str| templates.text(lang, &format!("error-{general}-{part}"), &[]);
    let title = own(format!("error-{code}-title")).unwrap_or_else(|| of_status("title"));
    let said = error.0.says.as_ref().map(|(key, words)| {
        let word = |word: &Word| match word {
            Word::Text(text) => text.get(lang).to_owned(),
            Word::At(at) => moment(*at, lang),
            Word::List(texts) => texts.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join(", "),
            Word::Name(name) => name.clone(),
            Word::Key(key) => templates.text(lang, key, &[]),
        };
        let args: Vec<(&str, Arg)> = words.iter().map(|(name, w)| (*name, Arg::from(word(w)))).collect();
        templates.text(lang, key, &args)
    });
    let text = error.0.text.as_ref().map(|text| text.get(lang).to_owned());
    let detail = error.0.detail.clone().or(text).or(said).or_else(|| own(format!("error-{code}")));
    (title, detail.unwrap_or_else(|| of_status("text")))
}

/// The status whose words are used.
fn general(status: StatusCode) -> u16 {
    match status.as_u16() {
        known @ (400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 500 | 503) => known,
        400..=499 => 400,
        _ => 500,
    }
}

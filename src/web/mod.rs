//! HTTP in: pages for citizens and officers, the JSON API, health and metrics.
//!
//! # How a request passes
//! [`around`] gives it a number, a language and a span, and afterwards turns errors into pages or problem+json,
//! sets the security headers and counts it. [`gate`] then knows its rule in the route table, holds back floods,
//! finds out who asks, refuses whoever may not, and hands a [`Visit`] to the handler.
//!
//! # How to add a page
//! 1. Write the page as a struct with `templating::Page` in `templating/pages/` and its template.
//! 2. Write the handler in the module of its audience (`public`, `account`, `portal`, `counter`, `admin`, `api`):
//!    `pub async fn show(visit: Visit, …) -> web::Result`. It decodes, makes one `visit.app.db.read/write(…)` and
//!    answers with `visit.page(&page)` or, after a change, `visit.see_other("/…")` (303). At most 30 lines.
//! 3. Put one line into the table in `routes.rs`: method, address, who may, handler. Who may is enforced before the
//!    handler runs; whether *this* dossier is theirs is the use case's question.
//! 4. Put its expectation into `tests/it/access.rs`, which fails until you do.
//!
//! Forms come in through [`form::Posted`] (checks the CSRF token), JSON through [`json::Json`]. A use case's error
//! becomes an HTTP status only in the handler's own module, by a `From<…> for web::Error` or a `map_err`; there is no
//! blanket conversion. Wrong input in a form is no error: answer the form again with `visit.page_again(&page)` (422).

mod account;
mod address;
pub mod api;
mod around;
mod assets;
mod attempt;
mod counter;
mod dev;
pub mod error;
mod finance;
mod exemptions;
mod flash;
pub mod form;
mod gate;
mod health;
pub mod json;
mod limit;
mod lookup;
mod next;
mod obligations;
mod papers;
mod pay;
mod portal;
mod public;
mod refusal;
pub mod routes;
mod server;
mod session;
mod shell;
mod upload;
pub mod visit;
mod whole;

pub use error::{Error, Fault};
pub use server::{Extra, serve, server, shutdown_signal};
pub use visit::Visit;

/// What a handler answers.
pub type Result<T = actix_web::HttpResponse> = std::result::Result<T, Error>;

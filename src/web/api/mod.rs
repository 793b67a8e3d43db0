//! The JSON API (contract.md §6). Bearer tokens, problem+json, `snake_case`. Each handler carries its `utoipa::path`
//! and stands in the list of [`openapi`].

pub mod auth;
pub mod bank_notices;
pub mod dossier_acts;
pub mod dossier_files;
pub mod dossier_json;
pub mod dossiers;
pub mod exemption_json;
pub mod me;
pub mod obligations;
pub mod office;
pub mod office_acts;
pub mod office_filing;
pub mod openapi;
pub mod payments;
pub mod procedures;
pub mod stats;
pub mod tracking;

use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::accounts::register::FieldError;
use crate::kernel::Page;
use crate::web::refusal::action_names;
use crate::web::{Error, Fault, Visit};
use crate::{db, feedback};

/// A list as the API answers it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// What `cursor` takes to go on; `null` at the end.
    pub next_cursor: Option<String>,
    /// The number of all items where it is cheap to know.
    pub total: Option<i64>,
}

impl<T> From<Page<T>> for Listed<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, next_cursor: page.next_cursor.map(|cursor| cursor.0), total: page.total }
    }
}

/// A refusal by the dossier's state, with the acts that are possible instead; every other one unchanged. Whoever may not
/// see the dossier learns nothing by it.
async fn with_acts(visit: &Visit, name: &str, error: Error) -> Error {
    if error.status() != StatusCode::CONFLICT {
        return error;
    }
    let Ok(opened) = visit.app.open_dossier(&visit.actor, name).await else { return error };
    let (who, now) = (visit.actor.clone(), visit.now());
    let read = move |conn: &mut db::Conn| feedback::offered(conn, &who, (&opened.dossier, &opened.rules), now);
    match visit.app.db.read(read).await {
        Ok(allowed) => error.with("allowed_actions", json!(action_names(&allowed))),
        Err(_) => error,
    }
}

/// A code with its name.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Named {
    code: String,
    name: String,
}

impl Named {
    /// Both in one.
    pub fn new(code: &str, name: &str) -> Self {
        Self { code: code.to_owned(), name: name.to_owned() }
    }
}

/// Faults of named fields as a 422, told in the visitor's language.
fn invalid(visit: &Visit, faults: &[FieldError]) -> Error {
    let fault = |fault: &FieldError| Fault {
        pointer: format!("/{}", fault.field),
        code: fault.code.to_owned(),
        message: super::account::field_text(visit, fault.field, fault.code),
    };
    Error::invalid(faults.iter().map(fault).collect())
}

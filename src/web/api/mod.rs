//! The JSON API (contract.md §6). Bearer tokens, problem+json, `snake_case`. Each handler carries its `utoipa::path`
//! and stands in the list of [`openapi`].

pub mod auth;
pub mod dossier_acts;
pub mod dossier_files;
pub mod dossier_json;
pub mod dossiers;
pub mod me;
pub mod office;
pub mod office_acts;
pub mod office_filing;
pub mod openapi;
pub mod payments;
pub mod procedures;
pub mod stats;
pub mod tracking;

use serde::Serialize;

use crate::accounts::register::FieldError;
use crate::kernel::Page;
use crate::web::{Error, Fault, Visit};

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

//! Signing in, opening an account, and the pages about one's own account.

mod demo;
pub mod forgot;
pub mod notices;
mod pending;
pub mod register;
pub mod security;
pub mod sign_in;

use crate::templating::pages::parts::FormError;
use crate::web::Visit;

/// Form errors in the visitor's language: `field-<field>-<code>` if there are such words, else `field-<code>`.
pub(in crate::web) fn field_text(visit: &Visit, field: &str, code: &str) -> String {
    let own = format!("wrong-{field}-{code}");
    if visit.app.templates.has_text(visit.lang, &own) {
        return visit.text(&own, &[]);
    }
    visit.text(&format!("wrong-{code}"), &[])
}

/// An error at the top of a form that belongs to one field.
fn at(field: &str, text: &str) -> FormError {
    FormError::at(field, text)
}

//! The e-form engine: a form's data is a JSON Schema 2020-12, its pages a JSON Forms UI schema (dialect: `docs/forms.md`).
//!
//! Pure: no I/O, no clock, no database. [`Form`] is compiled once per procedure revision and cheap to clone; everything
//! that depends on the outside (today's date, administrative units) comes in with [`Ctx`].
//! One source of truth: pages, posted forms, the JSON API and the declaration PDF all go through the same compiled form.

mod browser;
mod characters;
mod check;
mod compute;
mod cross;
mod display;
mod door;
mod error;
mod field;
mod form;
mod formats;
mod keywords;
mod layout;
mod lists;
mod load;
mod load_error;
mod messages;
mod migrate;
mod omitted;
mod parse;
pub mod merge;
mod pointer;
mod post;
mod prefill;
mod rules;
mod suggest;
mod summary;
mod view;
mod viewer;

#[cfg(test)]
mod tests;

pub use check::{Answers, CheckMode};
pub use error::{Code, FieldError};
pub use field::{Format, Text, Widget};
pub use form::{Ctx, Form, FormField};
pub use lists::{AnyUnits, COMMUNES, Choice, Lists, PROVINCES, builtin};
pub use load_error::{Fault, LoadError};
pub use pointer::apply_merge_patch;
pub use post::Posted;
pub use prefill::{Address, Fact, Person, Prefill, Source};
pub use summary::{Change, SummaryItem, SummarySection};
pub use view::{CardView, FieldView, FormView, GroupView, OptionView, SectionView, ViewInput, row_name};

/// Limits on what comes in. They hold before anything is checked, so that no input can cost much.
pub mod limits {
    /// The deepest nesting of answers.
    pub const DEPTH: usize = 12;
    /// Bytes of all keys and texts of one set of answers.
    pub const BYTES: usize = 1024 * 1024;
    /// Values (objects, lists, scalars) in one set of answers.
    pub const VALUES: usize = 50_000;
    /// Letters of a text whose schema names no `maxLength`.
    pub const TEXT: usize = 1_000;
    /// Letters of a text of several lines whose schema names no `maxLength`.
    pub const TEXTAREA: usize = 10_000;
    /// Rows of a list whose schema names no `maxItems`.
    pub const ROWS: usize = 100;
    /// The most errors that are reported at once.
    pub const ERRORS: usize = 200;
    /// The greatest number, so that it survives JavaScript and sums do not overflow.
    pub const NUMBER: i64 = 9_000_000_000_000_000;
}

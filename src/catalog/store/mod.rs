//! The catalogue's tables: `fields`, `procedures`, `procedure_revisions`, `procedure_agencies`, `filing_windows`,
//! `versions`, and the working calendar's `calendar_days` and `shifts`.

pub mod calendar;
mod import;
mod read;
mod windows;

pub use import::{Report, add_agency, bump, import, publish, set_agencies};
pub use read::{Stored, agencies_for, current, entries, export, revision, version};
pub use windows::{Window, window, windows};

/// Name of the catalogue's counter in `versions`.
const CATALOGUE: &str = "catalogue";

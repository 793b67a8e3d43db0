//! Procedures in the database: importing, publishing, reading revisions.

pub use super::store::{
    Report, Stored, Window, add_agency, agencies_for, bump, current, entries, export, import, publish, revision,
    set_agencies, version, window, windows,
};

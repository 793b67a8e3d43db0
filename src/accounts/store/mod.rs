//! The tables of this module: accounts, assignments, officer_relatives, sessions, one_time_codes, agencies, units,
//! admin_units, rate_counters. Nobody else writes them.

pub mod agencies;
pub mod codes;
pub mod counters;
pub mod officers;
pub mod people;
pub mod sessions;
pub mod units;

use crate::db::Error;

/// A stored word that this version does not know.
fn unknown(column: &str, word: &str) -> Error {
    Error::Other(format!("{column} holds the unknown word {word:?}"))
}

/// A stored document of the wrong shape.
fn misshapen(column: &str, cause: &serde_json::Error) -> Error {
    Error::Other(format!("{column}: {cause}"))
}

//! The record that can't be changed unseen: hash chains of acts and of accesses to personal data.
//!
//! Acts form one chain a dossier (kept by `dossiers::events`), accesses one chain an agency and day (here).
//! Each closed day's heads are sealed in a daily digest that holds the digest of the day before, so a cut tail is seen.

pub mod access;
pub mod chain;
mod store;
pub mod verify;

pub use access::{Access, AccessEntry};
pub use chain::link;

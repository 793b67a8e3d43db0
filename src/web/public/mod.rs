//! What anybody may see: the home page, the catalogue, one procedure.

pub mod cache;
pub mod catalogue;
pub mod home;
pub mod procedure;
pub mod stats;
pub(super) mod words;

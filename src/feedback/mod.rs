//! What people say about the service: ratings of settled dossiers.

mod rate;
mod store;

pub use rate::{RateError, Rating, offered, rate};
pub use store::{Given, of_dossier};

//! The tables of the dossier.

mod children;
mod events;
mod lists;
mod record;

pub use children::*;
pub use events::*;
pub use lists::*;
pub use record::*;

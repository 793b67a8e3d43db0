//! The tables of the dossier.

mod children;
mod events;
mod indexes;
mod lists;
mod received;
mod record;

pub use children::*;
pub use events::*;
pub use indexes::*;
pub use lists::*;
pub use received::*;
pub use record::*;

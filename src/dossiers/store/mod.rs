//! The tables of the dossier.

mod children;
mod drafts;
mod events;
mod flags;
mod indexes;
mod lists;
mod received;
mod record;
mod save;

pub use children::*;
pub use drafts::*;
pub use events::*;
pub use flags::*;
pub use indexes::*;
pub use lists::*;
pub use received::*;
pub use record::*;
pub use save::*;

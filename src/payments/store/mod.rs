//! The tables of this module, one file each.

mod lines;
mod notices;
mod payments;
mod receipts;

pub use lines::*;
pub use notices::*;
pub use payments::*;
pub use receipts::*;

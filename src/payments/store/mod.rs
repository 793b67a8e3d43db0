//! The tables of this module, one file each.

mod closings;
mod elsewhere;
mod held;
mod exemptions;
mod lines;
mod notices;
mod obligations;
mod payments;
mod receipts;
mod refunds;
mod statements;

pub use closings::*;
pub use elsewhere::*;
pub use exemptions::*;
pub use held::*;
pub use lines::*;
pub use notices::*;
pub use obligations::*;
pub use payments::*;
pub use receipts::*;
pub use refunds::*;
pub use statements::*;

//! The dossier: its record, status, events, deadlines, lists. The acts that move it live in `office`.

pub mod events;
pub mod intake;
pub mod list;
pub mod party;
pub mod status;
pub mod step;
mod store;

pub use events::{Event, NewEvent};
pub use intake::{Delivery, DeliveryMethod, Intake};
pub use party::{Contact, Party};
pub use status::{Before, NotAllowed, State, Status};
pub use step::Step;
pub use store::*;

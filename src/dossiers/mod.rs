//! The dossier: its record, status, events, deadlines, lists. The acts that move it live in `office`.

pub mod status;
pub mod step;

pub use status::{Before, NotAllowed, State, Status};
pub use step::Step;

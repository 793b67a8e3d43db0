//! The catalogue: procedures as immutable published revisions, what they ask for and cost, and finding them.

mod cache;
pub mod calendar;
pub mod calendars;
pub mod check;
pub mod decision;
pub mod exemptions;
pub mod fees;
pub mod import;
mod kinds;
pub mod life_events;
pub mod papers;
mod predicate;
pub mod procedures;
pub mod revision;
pub mod search;
pub mod sheet;
mod store;
pub mod workflow;

pub use cache::{Catalogue, Published, Snapshot, shipped};
pub use predicate::Predicate;
pub use revision::{
    AgencyLevel, Audience, Case, Channel, FormDef, Level, Outcome, RequiredPaper, ResultDef, Revision, Text,
};

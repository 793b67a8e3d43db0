//! The catalogue: procedures as immutable published revisions, what they ask for and cost, and finding them.

pub mod fees;
mod kinds;
pub mod papers;
pub mod revision;
pub mod workflow;

pub use revision::{
    AgencyLevel, Audience, Case, Channel, FormDef, Level, Outcome, RequiredPaper, ResultDef, Revision, Text,
};

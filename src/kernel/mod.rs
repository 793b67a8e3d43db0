//! Plain types and rules that everything else stands on: ids, money, time, names, national numbers.
//!
//! Nothing here does I/O, knows a database or reads settings.

pub mod actor;
pub mod clock;
pub mod crypto;
pub mod deadline;
pub mod edits;
pub mod ids;
pub mod lang;
pub mod money;
pub mod names;
pub mod national;
pub mod page;
pub mod partial_date;
pub mod shape;
pub mod text;
pub mod trouble;
pub mod words;
pub mod working_time;

pub use actor::{Actor, Assignment, Officer, Role};
pub use clock::{Clock, Timestamp, local_date};
pub use ids::*;
pub use lang::Lang;
pub use money::Vnd;
pub use page::{Cursor, Page, PageRequest};
pub use partial_date::PartialDate;

//! Plain types and rules that everything else stands on: ids, money, time, names, national numbers.
//!
//! Nothing here does I/O, knows a database or reads settings.

pub mod actor;
pub mod clock;
pub mod ids;
pub mod lang;
pub mod money;
pub mod page;

pub use actor::{Actor, Assignment, Officer, Role};
pub use clock::{Clock, Timestamp, local_date};
pub use ids::*;
pub use lang::Lang;
pub use money::Vnd;
pub use page::{Cursor, Page, PageRequest};

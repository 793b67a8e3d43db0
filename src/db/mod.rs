//! The database: one schema over SQLite (embedded default) and PostgreSQL.
//!
//! Two ways in: [`Db::read`] and [`Db::write`]. A write is one transaction; its closure may be run again
//! (serialization failure, lost group), so it must change nothing outside its [`Tx`].

pub mod backup;
mod both;
mod engine;
mod error;
pub mod migrate;
mod opening;
mod pool;
pub mod schema;
mod serving;
pub mod settings;
mod tx;
pub mod types;
mod writer;

pub use both::Both;
pub use engine::{Conn, Engine, MultiBackend};
pub use error::Error;
pub use opening::OpenError;
pub use pool::{Db, Options, Url, UrlError};
pub use serving::{Serving, ServingError};
pub use tx::Tx;

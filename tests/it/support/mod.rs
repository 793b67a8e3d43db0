//! What the tests stand on.

#[allow(dead_code, reason = "what other test modules will use")]
pub mod app;
pub mod db;
pub mod need;
pub mod smtp;

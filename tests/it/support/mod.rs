//! What the tests stand on.

#[allow(dead_code, reason = "what other test modules will use")]
pub mod api;
#[allow(dead_code, reason = "what other test modules will use")]
pub mod app;
#[allow(dead_code, reason = "what other test modules will use")]
pub mod citizen;
pub mod db;
#[allow(dead_code, reason = "what other test modules will use")]
pub mod demo;
#[allow(dead_code, reason = "what other test modules will use")]
pub mod html;
pub mod need;
pub mod smtp;

//! What the tests stand on.

pub mod api;
pub mod app;
pub mod citizen;
pub mod command;
pub mod db;
pub mod demo;
pub mod html;
pub mod killing;
pub mod money;
pub mod need;
pub mod orders;
pub mod process;
pub mod shop;
pub mod smtp;
pub mod template;
pub mod till;

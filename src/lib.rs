//! Một Cửa: the public-service portal and one-stop office of a Vietnamese province, ministry or commune.
//!
//! The modules stand in import order: a module uses only modules above it (kept by `tests/it/architecture.rs`).

pub mod kernel;
pub mod config;
pub mod telemetry;
pub mod templating;
pub mod db;
pub mod outbox;
pub mod audit;
pub mod notifications;
pub mod accounts;
pub mod forms;
pub mod documents;
pub mod catalog;
pub mod payments;
pub mod dossiers;
pub mod office;
pub mod feedback;
pub mod reports;
pub mod integrations;
pub mod app;
pub mod devservices;
pub mod commands;
pub mod worker;
pub mod web;

//! All integration tests, one binary. `support` boots what they need; each module reads as who does what.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can go no further says so")]

mod access;
mod accounts;
mod acts;
mod acts_table;
mod api_auth;
mod api_dossiers;
mod architecture;
mod browser;
mod catalog;
mod counter;
mod commands;
mod clocks;
mod conflicts;
mod auth_pages;
mod automatic;
mod db;
mod deciding;
mod documents;
mod drafts;
mod demo;
mod errors;
mod files;
mod given_numbers;
mod health;
mod killed;
mod lapses;
mod licences;
mod migrations;
mod notices;
mod office_api;
mod on_behalf;
mod opinions;
mod outbox;
mod pages;
mod papers;
mod portal;
mod public_pages;
mod sending;
mod sessions;
mod signatures;
mod source;
mod supplements;
mod support;
mod worker;

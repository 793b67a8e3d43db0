//! All integration tests, one binary. `support` boots what they need; each module reads as who does what.

mod db;
mod migrations;
mod support;

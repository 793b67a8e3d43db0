//! Logs and metrics.
//!
//! Logs are readable text in development and one JSON object a line in production. They never hold a password,
//! a token, a one-time code or a full identity number: nobody passes such a value to `tracing`.

pub mod metrics;

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
}

/// Starts logging for the process. A second call changes nothing (tests start many servers).
pub fn init(filter: &str, format: Format) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        Format::Text => base.with_target(false).with_ansi(std::io::stderr().is_terminal()).compact().try_init(),
        Format::Json => base.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

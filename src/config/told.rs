//! What is wrong with a setting, in an operator's words: which one, where it stands, what is needed.

use config::ConfigError;

use super::names;

/// The whole of it in one sentence.
pub(super) fn plain(e: &ConfigError) -> String {
    match e {
        ConfigError::FileParse { uri, cause } => {
            let file = uri.as_deref().unwrap_or("a settings file");
            format!("{file} can't be understood: {}", one_line(&cause.to_string()))
        }
        ConfigError::Type { origin, unexpected, expected, key } => {
            let needed = needed(expected);
            of(key.as_deref(), origin.as_deref(), &format!("{unexpected} stands where {needed} is needed"))
        }
        ConfigError::At { error, origin, key } => of(key.as_deref(), origin.as_deref(), &plain(error)),
        ConfigError::NotFound(key) => format!("{key} is missing"),
        other => one_line(&other.to_string()),
    }
}

/// The setting as it is written where it stands, and what is wrong with it.
fn of(key: Option<&str>, origin: Option<&str>, what: &str) -> String {
    match (key, origin) {
        (Some(key), Some(origin)) if origin != names::THE_ENVIRONMENT => format!("{key} in {origin}: {what}"),
        (Some(key), _) => format!("{}: {what}", names::env_name(key)),
        (None, _) => what.to_owned(),
    }
}

/// What the library expects, in plain words.
fn needed(expected: &str) -> &str {
    match expected {
        kind if kind.contains("integer") => "a whole number",
        kind if kind.contains("float") => "a number",
        kind if kind.contains("bool") => "true or false",
        kind if kind.contains("map") => "a section",
        kind => kind,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! A sign-in on its way through several pages (which account, second factor): identifier and password travel sealed
//! in the form, unreadable to anybody who sees the page's source, and only for a few minutes.

use super::{Error, Result, Visit};

/// What was typed on the first page.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Attempt {
    pub identifier: String,
    pub password: String,
    /// Seconds since 1970 after which it is worthless.
    until: i64,
}

const PLACE: &str = "web.sign-in-attempt";
const SECONDS: i64 = 5 * 60;

impl Attempt {
    /// Of what was just typed.
    pub fn new(visit: &Visit, identifier: String, password: String) -> Self {
        Self { identifier, password, until: visit.now().as_second() + SECONDS }
    }

    /// The hidden field's text.
    pub fn sealed(&self, visit: &Visit) -> Result<String> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        visit.app.keys.seal_text(PLACE, &text).map_err(Error::internal)
    }

    /// Reads the hidden field. A foreign or old one: begin again.
    pub fn open(visit: &Visit, sealed: &str) -> Option<Self> {
        let text = visit.app.keys.open_text(PLACE, sealed).ok()?;
        let attempt: Self = serde_json::from_str(&text).ok()?;
        (attempt.until > visit.now().as_second()).then_some(attempt)
    }
}

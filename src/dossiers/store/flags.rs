//! What stands beside the status of a dossier.

use serde::{Deserialize, Serialize};

use crate::kernel::Timestamp;

/// What stands beside the status and never replaces it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flags {
    /// Since when a withdrawal waits for an officer's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal_requested: Option<Timestamp>,
    /// Another agency's opinion is awaited.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub waiting_opinion: bool,
    /// Until when the citizen may object to the draft certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaiting_confirmation: Option<Timestamp>,
    /// The citizen has said that the draft certificate is wrong; saving another draft takes it down.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub draft_objected: bool,
    /// A new date was given.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reappointed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub duplicate_suspected: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sync_failed: bool,
    /// Stopped for good.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// Parts of a draft that its person has been through: keys of the form's pages, and `delivery`. None once filed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub been_through: Vec<String>,
    /// Codes of the exemptions from fees that the applicant claims by choosing them; what an answer of the form claims is
    /// in the answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<String>,
    /// Codes of those whose proof an officer has yet to look at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exemptions_open: Vec<String>,
    /// Codes of those that an officer has refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exemptions_refused: Vec<String>,
}

impl Flags {
    /// The names of the flags that are up, for the JSON API.
    pub fn names(&self) -> Vec<&'static str> {
        [
            (self.withdrawal_requested.is_some(), "withdrawal_requested"),
            (self.waiting_opinion, "waiting_opinion"),
            (self.awaiting_confirmation.is_some(), "awaiting_confirmation"),
            (self.draft_objected, "draft_objected"),
            (self.reappointed, "reappointed"),
            (self.urgent, "urgent"),
            (self.duplicate_suspected, "duplicate_suspected"),
            (self.sync_failed, "sync_failed"),
            (self.closed, "closed"),
            (!self.exemptions_open.is_empty(), "exemption_open"),
        ]
        .into_iter()
        .filter_map(|(up, name)| up.then_some(name))
        .collect()
    }
}

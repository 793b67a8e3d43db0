//! The event log of a dossier: the truth for people. Every act appends one event that holds the hash of the one before.

use serde::Serialize;
use serde_json::Value;

use super::{Status, Step};
use crate::audit::link;
use crate::kernel::{AccountId, Actor, AgencyId, DossierId, EventId, Timestamp};

/// What an act leaves behind.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub step: Step,
    pub from: Status,
    pub to: Status,
    /// Words for the applicant (or for colleagues when not public).
    pub note: Option<String>,
    /// What changed: before and after, or what the act carried.
    pub changes: Value,
    /// Whether the applicant sees it.
    pub is_public: bool,
    /// When it happened, where that differs from when it was recorded (days without power).
    pub occurred_at: Option<Timestamp>,
}

/// An event as recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    pub id: EventId,
    pub dossier: DossierId,
    pub seq: i32,
    pub act: String,
    pub actor_kind: String,
    pub actor: Option<AccountId>,
    pub actor_name: String,
    pub agency: Option<AgencyId>,
    pub from: Option<i32>,
    pub to: Option<i32>,
    pub note: Option<String>,
    pub changes: Value,
    pub is_public: bool,
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
    #[serde(skip)]
    pub prev_hash: String,
    #[serde(skip)]
    pub hash: String,
}

impl Event {
    /// The hash that this event must have.
    pub fn expected_hash(&self) -> String {
        link(&self.prev_hash, self)
    }
}

/// The kind and the name of an actor as the log keeps them.
pub fn actor_words(who: &Actor) -> (&'static str, String) {
    match who {
        Actor::Anonymous => ("anonymous", "—".to_owned()),
        Actor::Citizen { name, .. } => ("citizen", name.clone()),
        Actor::Officer(officer) => ("officer", officer.name.clone()),
        Actor::System => ("system", "Hệ thống".to_owned()),
    }
}

//! What a notice to one person over one channel is.

use crate::kernel::{AccountId, DossierId, Lang, NoticeId, Timestamp};

/// How a notice reaches a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On the portal's page of notices; delivered by being written.
    Portal,
    Sms,
    Email,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Portal, Self::Sms, Self::Email];

    /// The name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// Reads the name in the table.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == text)
    }
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// Waits for the worker.
    Queued,
    /// A try has begun. Found at the beginning of a try: the one before was cut off and may have sent it.
    Sending,
    /// The gateway or mail server took it; on the portal: it is there.
    Sent,
    /// Refused, too late, or given up.
    Failed,
    /// It may have been sent or not, and trying again would cost money or send it twice: a person decides.
    Unsure,
}

impl NoticeState {
    const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Unsure];

    /// The name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unsure => "unsure",
        }
    }

    /// Reads the name in the table.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// The state as contract.md §3 tells it: queued, sent or failed. A notice of unknown fate counts as failed.
    pub fn in_contract(self) -> &'static str {
        match self {
            Self::Queued | Self::Sending => "queued",
            Self::Sent => "sent",
            Self::Failed | Self::Unsure => "failed",
        }
    }
}

/// What a person lets us use beside the portal. Codes and notices about the account's safety go out all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Channels {
    pub sms: bool,
    pub email: bool,
}

impl Channels {
    /// Everything: what applies until someone chooses.
    pub const ALL: Self = Self { sms: true, email: true };
}

impl Default for Channels {
    fn default() -> Self {
        Self::ALL
    }
}

/// Who is told. Plain data: a person helped at a counter may have no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub account: Option<AccountId>,
    pub name: String,
    /// As `09…` or `+84…`.
    pub phone: Option<String>,
    pub email: Option<String>,
    pub lang: Lang,
    pub channels: Channels,
    /// A demonstration account: nothing to it ever leaves the house.
    pub is_demo: bool,
}

/// A notice on the portal, as its owner reads it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PortalNotice {
    pub id: NoticeId,
    pub event: String,
    pub dossier: Option<DossierId>,
    pub title: String,
    pub text: String,
    pub created_at: Timestamp,
    pub read_at: Option<Timestamp>,
}

/// A message that leaves the house, as the development mailbox and the administration show it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OutgoingMessage {
    pub id: NoticeId,
    pub event: String,
    pub channel: Channel,
    pub to: String,
    pub subject: Option<String>,
    pub text: String,
    pub state: NoticeState,
    pub dossier: Option<DossierId>,
    /// Who took it: `mailbox`, `smtp`, `esms`.
    pub provider: Option<String>,
    /// What went wrong, or that it may have been sent before.
    pub remark: Option<String>,
    /// When it was sent; before that, when it was written.
    pub at: Timestamp,
}

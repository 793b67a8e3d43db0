//! How a dossier came in and how its result goes out.

use serde::{Deserialize, Serialize};

/// How a dossier came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intake {
    /// The applicant, over the portal.
    SelfRemote,
    /// A helper of the community, at the applicant's home.
    HelperHome,
    /// A helper at the counter.
    HelperCounter,
    /// A clerk at the counter.
    Counter,
    /// By the public post.
    Post,
}

impl Intake {
    /// Every way in.
    pub const ALL: [Self; 5] = [Self::SelfRemote, Self::HelperHome, Self::HelperCounter, Self::Counter, Self::Post];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SelfRemote => "self_remote",
            Self::HelperHome => "helper_home",
            Self::HelperCounter => "helper_counter",
            Self::Counter => "counter",
            Self::Post => "post",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|i| i.as_str() == text)
    }

    /// The channel that limits and fees go by.
    pub fn channel(self) -> crate::catalog::Channel {
        match self {
            Self::SelfRemote | Self::HelperHome => crate::catalog::Channel::Online,
            Self::HelperCounter | Self::Counter => crate::catalog::Channel::Counter,
            Self::Post => crate::catalog::Channel::Post,
        }
    }

    /// Whether it came over the portal and so has its own clock for acceptance.
    pub fn is_online(self) -> bool {
        self.channel() == crate::catalog::Channel::Online
    }
}

/// How the result goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryMethod {
    /// The signed file, to the applicant's data store.
    #[default]
    Online,
    /// On paper at the counter.
    Counter,
    /// By the public post.
    Post,
}

impl DeliveryMethod {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Counter => "counter",
            Self::Post => "post",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Online, Self::Counter, Self::Post].into_iter().find(|m| m.as_str() == text)
    }
}

/// The applicant's wish for the result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    #[serde(default)]
    pub method: DeliveryMethod,
    /// Needed for the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

//! Small words of the catalogue: texts in two languages, levels, channels, audiences.

use serde::{Deserialize, Serialize};

use crate::kernel::Lang;

/// A text for people: Vietnamese is official, English may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    pub vi: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// A text that exists in Vietnamese only.
    pub fn vi(text: impl Into<String>) -> Self {
        Self { vi: text.into(), en: None }
    }

    /// A text in both languages.
    pub fn both(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: Some(en.into()) }
    }

    /// The text in `lang`; Vietnamese where there is no English.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => self.en.as_deref().unwrap_or(&self.vi),
        }
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.vi.trim().is_empty()
    }
}

/// How far a procedure can be settled online (NĐ 224/2026, Điều 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Toàn trình: nobody has to come.
    Full,
    /// Một phần: some step needs presence; the reason is published.
    Partial,
    /// Cung cấp thông tin: the portal only informs.
    Info,
}

impl Level {
    /// Every level, most online first.
    pub const ALL: [Self; 3] = [Self::Full, Self::Partial, Self::Info];

    /// The fixed name (`full`, `partial`, `info`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::Info => "info",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }

    /// The code of the national reports: 4 toàn trình, 3 một phần, 2 cung cấp thông tin.
    pub fn national(self) -> u8 {
        match self {
            Self::Full => 4,
            Self::Partial => 3,
            Self::Info => 2,
        }
    }
}

/// How a dossier comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Over this portal.
    Online,
    /// At a one-stop counter.
    Counter,
    /// By the public post.
    Post,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Online, Self::Counter, Self::Post];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Counter => "counter",
            Self::Post => "post",
        }
    }

    /// The number in national records (`KenhThucHien`): 1 direct, 2 online, 3 post.
    pub fn national(self) -> u8 {
        match self {
            Self::Counter => 1,
            Self::Online => 2,
            Self::Post => 3,
        }
    }
}

/// On which level of the administration a procedure is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgencyLevel {
    Commune,
    /// Only in records older than 1/7/2025; there is no district any more.
    District,
    Province,
    Ministry,
    /// Schools and other institutions that receive for a department.
    Institution,
}

impl AgencyLevel {
    /// Every level, nearest to people first.
    pub const ALL: [Self; 5] = [Self::Commune, Self::District, Self::Province, Self::Ministry, Self::Institution];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::District => "district",
            Self::Province => "province",
            Self::Ministry => "ministry",
            Self::Institution => "institution",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// Whom a procedure is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Citizen,
    OverseasVietnamese,
    Foreigner,
    Business,
    Organisation,
    Agency,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 6] =
        [Self::Citizen, Self::OverseasVietnamese, Self::Foreigner, Self::Business, Self::Organisation, Self::Agency];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::OverseasVietnamese => "overseas_vietnamese",
            Self::Foreigner => "foreigner",
            Self::Business => "business",
            Self::Organisation => "organisation",
            Self::Agency => "agency",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == text)
    }
}

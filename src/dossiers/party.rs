//! The applicant and the owner of a dossier, kept apart.

use serde::{Deserialize, Serialize};

/// By what number a person or an organisation is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// 12-digit personal number.
    PersonalNumber,
    Passport,
    /// 9-digit identity card of before 2016.
    OldId,
    /// Tax code of an organisation.
    OrgTax,
    /// No number yet: a newborn, a stateless person.
    NoneYet,
}

impl PartyKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::PersonalNumber, Self::Passport, Self::OldId, Self::OrgTax, Self::NoneYet];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PersonalNumber => "personal_number",
            Self::Passport => "passport",
            Self::OldId => "old_id",
            Self::OrgTax => "org_tax",
            Self::NoneYet => "none_yet",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// A party as it stands on a dossier. The number is sealed; the index finds it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub account: Option<crate::kernel::AccountId>,
    pub kind: PartyKind,
    /// The number, encrypted.
    pub number_enc: Option<String>,
    /// The keyed blind index of the number.
    pub number_index: Option<String>,
    pub name: String,
    pub contact: Contact,
}

/// How to reach a party, and what official papers print about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<jiff::civil::Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// The number with all but its ends hidden, for lists and papers that need no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_masked: Option<String>,
}

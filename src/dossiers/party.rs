//! The applicant and the owner of a dossier, kept apart.

use serde::{Deserialize, Serialize};

/// A party as it stands on a dossier. The number is sealed; the index finds it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub account: Option<crate::kernel::AccountId>,
    pub kind: crate::kernel::national::PartyKind,
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
    pub date_of_birth: Option<crate::kernel::PartialDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// The number with all but its ends hidden, for lists and papers that need no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_masked: Option<String>,
}

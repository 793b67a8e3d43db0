//! An account as the rest of the product sees it: no secrets, the number sealed.

use super::party::SealedParty;
use crate::kernel::national::Sex;
use crate::kernel::{AccountId, Lang, Timestamp};
use crate::notifications::Channels;

/// Declares an enum that is stored and sent as a fixed lower-case word.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The fixed word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            /// Reads the fixed word.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(in crate::accounts) use words;

words! {
    /// What an account is for. One person may have a citizen's account and an officer's.
    AccountKind {
        Citizen = "citizen",
        Business = "business",
        Officer = "officer",
    }
}

words! {
    /// Whether an account may be used.
    State {
        Active = "active",
        /// Closed by an administrator; signing in is refused, history stays.
        Disabled = "disabled",
    }
}

/// An account.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: AccountId,
    pub kind: AccountKind,
    pub party: SealedParty,
    /// A person's full name, or a business's registered name.
    pub full_name: String,
    /// Who acts for a business.
    pub representative: Option<String>,
    pub date_of_birth: Option<jiff::civil::Date>,
    pub sex: Option<Sex>,
    /// In the form `+84912000011`.
    pub phone: Option<String>,
    pub email: Option<String>,
    /// `{province, commune, detail}`, codes of administrative units.
    pub address: Option<serde_json::Value>,
    /// 1 self-declared with a one-time code, 2 proved by VNeID.
    pub identity_level: u8,
    pub state: State,
    pub has_password: bool,
    pub has_totp: bool,
    pub must_change_password: bool,
    /// Invented person of the demonstration data: nothing is ever really sent.
    pub is_demo: bool,
    pub language: Lang,
    pub channels: Channels,
    /// The clerk who opened it at a counter.
    pub opened_by: Option<AccountId>,
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Grows with each change of the profile; a stale form is told so.
    pub version: i32,
}

impl Account {
    /// The name to greet with: the person, not the business.
    pub fn person_name(&self) -> &str {
        self.representative.as_deref().unwrap_or(&self.full_name)
    }
}

/// A name that its owner recognises and a stranger can't read: `Nguyễn Văn An` is `N. V. An`.
pub fn masked_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let Some((last, others)) = words.split_last() else { return String::new() };
    let mut masked = String::new();
    for word in others {
        masked.extend(word.chars().take(1));
        masked.push_str(". ");
    }
    masked.push_str(last);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_all_but_the_given_name() {
        assert_eq!(masked_name("Nguyễn Văn An"), "N. V. An");
        assert_eq!(masked_name("Đặng  Ước"), "Đ. Ước");
        assert_eq!(masked_name(""), "");
    }

    #[test]
    fn words_read_back() {
        for kind in AccountKind::ALL {
            assert_eq!(AccountKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(State::parse("pending"), None);
    }
}

//! Numbers and codes that the state gives out: how they look, what they say, how they are shown to others.
//!
//! Sources: vietnam.md §1 (codes) and §6 (identity numbers, tax codes, telephones).

mod codes;
mod identity;
mod party;
mod phone;
mod reference;
mod tax;

pub use codes::{AgencyCode, CodeError, DossierCode, ProcedureCode, ResultCode, ResultToken};
pub use identity::{
    Contradiction, IdentityError, PersonalNumber, Sex, UNKNOWN_PLACE, has_unknown_place, is_old_identity, passport,
};
pub use party::{Party, PartyError, PartyKind};
pub use phone::{Phone, PhoneError};
pub use reference::{DossierKey, ReferenceError, SubmissionReference};
pub use tax::{TaxCode, TaxCodeError};

/// Declares a code type: a checked text with `parse`, `as_str`, `Display` and JSON as text.
macro_rules! text_type {
    ($name:ident, $error:ty) => {
        impl $name {
            /// The text in its normal form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}
pub(crate) use text_type;

/// Shows a code type as its text.
macro_rules! shown_as_text {
    ($($name:ident),*) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
pub(crate) use shown_as_text;

/// Shows a personal number only masked in debugging output, so that logs never hold one.
macro_rules! debug_masked {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.masked())
            }
        }
    )*};
}
pub(crate) use debug_masked;

/// A number for lists and logs: the first three characters, the rest stars. The last ones stay hidden because they
/// open the public tracking page.
pub fn mask(number: &str) -> String {
    number.chars().enumerate().map(|(i, c)| if i < 3 { c } else { '*' }).collect()
}

/// Takes out what people put between digits for reading.
fn without_separators(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '‐' | '‑' | '–' | '(' | ')')).collect()
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

//! Who stands behind a dossier: a kind of number and the number.

use super::{PersonalNumber, TaxCode, is_old_identity, mask, passport};

/// What a party is identified by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// The 12-digit personal number.
    PersonalNumber,
    Passport,
    /// The 9-digit card of before 2016.
    OldId,
    /// An organisation's tax code.
    OrgTax,
    /// None: a new-born child, a person without papers.
    #[default]
    NoneYet,
}

impl PartyKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::PersonalNumber, Self::Passport, Self::OldId, Self::OrgTax, Self::NoneYet];

    /// The kind's fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PersonalNumber => "personal_number",
            Self::Passport => "passport",
            Self::OldId => "old_id",
            Self::OrgTax => "org_tax",
            Self::NoneYet => "none_yet",
        }
    }

    /// Reads a kind's fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A text is no number of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid number of kind {}", .0.as_str())]
pub struct PartyError(pub PartyKind);

/// A party with its number in normal form.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Party {
    kind: PartyKind,
    /// None exactly where the kind is [`PartyKind::NoneYet`].
    number: Option<String>,
}

impl Party {
    /// A party without a number.
    pub fn none_yet() -> Self {
        Self { kind: PartyKind::NoneYet, number: None }
    }

    /// A person with a personal number.
    pub fn person(number: &PersonalNumber) -> Self {
        Self { kind: PartyKind::PersonalNumber, number: Some(number.as_str().to_owned()) }
    }

    /// Reads a number of a known kind.
    ///
    /// # Errors
    /// [`PartyError`] where the number is not of that kind, or where one is given with [`PartyKind::NoneYet`].
    pub fn parse(kind: PartyKind, number: &str) -> Result<Self, PartyError> {
        let compact: String = number.chars().filter(|c| !c.is_whitespace()).collect();
        let number = match kind {
            PartyKind::PersonalNumber => PersonalNumber::parse(&compact).ok().map(String::from),
            PartyKind::Passport => passport(&compact),
            PartyKind::OldId => is_old_identity(&compact).then_some(compact),
            PartyKind::OrgTax => TaxCode::parse(&compact).ok().map(String::from),
            PartyKind::NoneYet => return if compact.is_empty() { Ok(Self::none_yet()) } else { Err(PartyError(kind)) },
        };
        number.map(|number| Self { kind, number: Some(number) }).ok_or(PartyError(kind))
    }

    /// Reads a person's number of any kind by its looks: 12 digits, 9 digits, else a passport.
    pub fn guess_person(number: &str) -> Option<Self> {
        [PartyKind::PersonalNumber, PartyKind::OldId, PartyKind::Passport]
            .into_iter()
            .find_map(|kind| Self::parse(kind, number).ok())
    }

    /// Reads the number of a person or an organisation by its looks: as [`Self::guess_person`], else a tax code.
    pub fn guess(number: &str) -> Option<Self> {
        Self::guess_person(number).or_else(|| Self::parse(PartyKind::OrgTax, number).ok())
    }

    /// What the party is identified by.
    pub fn kind(&self) -> PartyKind {
        self.kind
    }

    /// The number in normal form, if there is one.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// The number for lists and logs.
    pub fn masked(&self) -> String {
        self.number.as_deref().map(mask).unwrap_or_default()
    }
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Party({} {})", self.kind.as_str(), self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_their_kind() {
        for (kind, typed, number) in [
            (PartyKind::PersonalNumber, "046 090 000 011", "046090000011"),
            (PartyKind::OldId, "191 234 567", "191234567"),
            (PartyKind::Passport, "c1234567", "C1234567"),
            (PartyKind::OrgTax, "0314409058002", "0314409058-002"),
        ] {
            let party = Party::parse(kind, typed).unwrap();
            assert_eq!((party.kind(), party.number()), (kind, Some(number)));
            assert_eq!(PartyKind::parse(kind.as_str()), Some(kind));
            assert!(Party::parse(kind, "").is_err());
        }
        assert_eq!(Party::parse(PartyKind::NoneYet, " "), Ok(Party::none_yet()));
        assert!(Party::parse(PartyKind::NoneYet, "1").is_err());
        assert!(Party::parse(PartyKind::OrgTax, "0100233480").is_err());
    }

    #[test]
    fn a_person_is_guessed() {
        let kind = |text| Party::guess_person(text).map(|p| p.kind());
        assert_eq!(kind("046090000011"), Some(PartyKind::PersonalNumber));
        assert_eq!(kind("191234567"), Some(PartyKind::OldId));
        assert_eq!(kind("B7654321"), Some(PartyKind::Passport));
        assert_eq!(kind("abc"), None);
        assert_eq!(kind("3309999939"), None, "a tax code is no person's");
        assert_eq!(Party::guess("3309999939").map(|p| p.kind()), Some(PartyKind::OrgTax));
        assert_eq!(Party::guess("046090000011").map(|p| p.kind()), Some(PartyKind::PersonalNumber));
        let party = Party::guess_person("046090000011").unwrap();
        assert_eq!(format!("{party:?}"), "Party(personal_number 046*********)");
    }
}

//! Identity numbers of persons: the 12-digit personal number, the old 9-digit one, passports.

use jiff::civil::Date;

use super::{all_digits, debug_masked, mask, text_type, without_separators};
use crate::kernel::partial_date::PartialDate;

/// Sex as civil status records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    /// `Nam` or `Nữ`.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Male => "Nam",
            Self::Female => "Nữ",
        }
    }

    /// `male` or `female`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }

    /// Reads `male`, `female`, `Nam` or `Nữ` in any case, with or without mark.
    pub fn parse(text: &str) -> Option<Self> {
        match crate::kernel::text::fold(text).as_str() {
            "male" | "nam" => Some(Self::Male),
            "female" | "nu" => Some(Self::Female),
            _ => None,
        }
    }
}

/// Why a text is no personal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("a personal number has 12 digits")]
    Shape,
    /// The first three digits are a place of birth registration, 001 to 096. Provinces that were merged keep theirs.
    #[error("the first three digits of a personal number are between 001 and 096")]
    Province,
}

/// What is wrong with twelve digits that no place gave out, in Vietnamese and English.
pub const UNKNOWN_PLACE: (&str, &str) = (
    "Số định danh bắt đầu bằng mã nơi đăng ký khai sinh, từ 001 đến 096. Hãy xem lại ba chữ số đầu trên thẻ căn cước.",
    "A personal identity number begins with the code of the place where the birth was registered, 001 to 096. Check its \
     first three digits on the identity card.",
);

/// Whether a text has the twelve digits of a personal number, but begins with a code that no place has.
pub fn has_unknown_place(text: &str) -> bool {
    PersonalNumber::parse(text) == Err(IdentityError::Province)
}

/// How a personal number contradicts what is declared with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Contradiction {
    /// The fourth digit says the other sex.
    Sex,
    /// The fourth to sixth digits say another birth year.
    BirthYear,
}

/// A 12-digit personal number (số định danh cá nhân): place of birth registration (3), sex and century (1), year of
/// birth (2), serial (6). It has no check digit.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonalNumber(String);

text_type!(PersonalNumber, IdentityError);
debug_masked!(PersonalNumber);

impl PersonalNumber {
    /// Reads a personal number; spaces, dots and hyphens between digits are let pass.
    ///
    /// # Errors
    /// [`IdentityError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let digits = without_separators(text);
        if digits.len() != 12 || !all_digits(&digits) {
            return Err(IdentityError::Shape);
        }
        let place: u16 = digits[..3].parse().map_err(|_| IdentityError::Province)?;
        if !(1..=96).contains(&place) {
            return Err(IdentityError::Province);
        }
        Ok(Self(digits))
    }

    fn digit(&self, at: usize) -> u8 {
        self.0.as_bytes().get(at).map_or(0, |b| b - b'0')
    }

    /// The sex that the number says: even is male, odd female.
    pub fn sex(&self) -> Sex {
        if self.digit(3).is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }

    /// The birth year that the number says: 0 and 1 are born from 1900, 2 and 3 from 2000 and so on.
    pub fn birth_year(&self) -> i16 {
        1900 + i16::from(self.digit(3) / 2) * 100 + i16::from(self.digit(4)) * 10 + i16::from(self.digit(5))
    }

    /// What in the declaration the number contradicts.
    pub fn contradictions(&self, sex: Option<Sex>, birth: Option<PartialDate>) -> Vec<Contradiction> {
        let mut found = Vec::new();
        if sex.is_some_and(|sex| sex != self.sex()) {
            found.push(Contradiction::Sex);
        }
        if birth.is_some_and(|birth| birth.year() != self.birth_year()) {
            found.push(Contradiction::BirthYear);
        }
        found
    }

    /// Whether a person with this number can be born by `today`.
    pub fn is_born_by(&self, today: Date) -> bool {
        self.birth_year() <= today.year()
    }

    /// The last four digits, which open the public tracking page.
    pub fn last_four(&self) -> &str {
        &self.0[8..]
    }

    /// The number for lists and logs.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Whether the text is an old 9-digit identity card number (CMND).
pub fn is_old_identity(text: &str) -> bool {
    text.len() == 9 && all_digits(text)
}

/// Reads a passport number: 6 to 9 letters and digits with at least 5 digits, upper case. Vietnamese ones are a
/// letter and seven digits.
pub fn passport(text: &str) -> Option<String> {
    let number = without_separators(text).to_ascii_uppercase();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let shape = (6..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric()) && digits >= 5;
    (shape && number.bytes().any(|b| b.is_ascii_alphabetic())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demonstration_people() {
        let an = PersonalNumber::parse("046090000011").unwrap();
        assert_eq!((an.sex(), an.birth_year(), an.last_four()), (Sex::Male, 1990, "0011"));
        let binh = PersonalNumber::parse("046 192 000 022").unwrap();
        assert_eq!((binh.sex(), binh.birth_year(), binh.as_str()), (Sex::Female, 1992, "046192000022"));
        let child = PersonalNumber::parse("001326000001").unwrap();
        assert_eq!((child.sex(), child.birth_year()), (Sex::Female, 2026));
        assert!(child.is_born_by(jiff::civil::date(2026, 1, 1)));
        assert!(!child.is_born_by(jiff::civil::date(2025, 12, 31)));
    }

    #[test]
    fn contradictions_are_named() {
        let an = PersonalNumber::parse("046090000011").unwrap();
        let born = |text: &str| PartialDate::parse(text);
        assert_eq!(an.contradictions(Some(Sex::Male), born("1990-05-12")), []);
        assert_eq!(an.contradictions(Some(Sex::Female), born("1990")), [Contradiction::Sex]);
        assert_eq!(an.contradictions(None, born("1991-01")), [Contradiction::BirthYear]);
        assert_eq!(an.contradictions(Some(Sex::Female), born("2090")).len(), 2);
        assert_eq!(an.contradictions(None, None), []);
    }

    #[test]
    fn bad_numbers() {
        for text in ["", "04609000001", "0460900000111", "04609000001a", "०४६०९०००००११"] {
            assert_eq!(PersonalNumber::parse(text), Err(IdentityError::Shape), "{text}");
        }
        assert_eq!(PersonalNumber::parse("000090000011"), Err(IdentityError::Province));
        assert_eq!(PersonalNumber::parse("097090000011"), Err(IdentityError::Province));
        assert!(has_unknown_place("097 090 000 011"));
        assert!(!has_unknown_place("04609000001") && !has_unknown_place("046090000011"));
    }

    #[test]
    fn nothing_shows_the_whole_number() {
        let an = PersonalNumber::parse("046090000011").unwrap();
        assert_eq!(format!("{an:?}"), "PersonalNumber(046*********)");
        assert!(serde_json::from_str::<PersonalNumber>("\"1\"").is_err());
    }

    #[test]
    fn other_papers() {
        assert!(is_old_identity("191234567"));
        assert!(!is_old_identity("19123456"));
        assert_eq!(passport("c1234567").as_deref(), Some("C1234567"));
        assert_eq!(passport("123456789"), None);
        assert_eq!(passport("ABCDEFGH"), None);
        assert_eq!(Sex::parse("nữ"), Some(Sex::Female));
        assert_eq!(Sex::parse("NAM"), Some(Sex::Male));
        assert_eq!(Sex::parse("x"), None);
    }
}

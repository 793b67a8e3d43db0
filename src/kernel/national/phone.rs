//! Vietnamese telephone numbers, kept in E.164 (`+84…`).

use super::{all_digits, debug_masked, text_type, without_separators};

/// Why a text is no telephone number that the product can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("this is not a Vietnamese telephone number")]
    Shape,
    /// The number belongs to no range given out to subscribers.
    #[error("no Vietnamese subscriber has a number of this range")]
    Range,
}

/// A subscriber's number, mobile or fixed, in E.164.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

text_type!(Phone, PhoneError);
debug_masked!(Phone);

impl Phone {
    /// Reads a number as people write it: `0912 000 011`, `+84 912…`, `(+84) 912…`, `84912…`, `0084912…`.
    ///
    /// # Errors
    /// [`PhoneError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let compact = without_separators(text);
        let national = if let Some(rest) = compact.strip_prefix("+84").or_else(|| compact.strip_prefix("0084")) {
            rest.strip_prefix('0').unwrap_or(rest)
        } else if let Some(rest) = compact.strip_prefix('0') {
            rest
        } else {
            compact.strip_prefix("84").filter(|rest| rest.len() >= 9).ok_or(PhoneError::Shape)?
        };
        if !all_digits(national) {
            return Err(PhoneError::Shape);
        }
        match national.len() {
            9 if is_mobile_range(national) => {}
            10 if national.starts_with('2') => {}
            9 | 10 => return Err(PhoneError::Range),
            _ => return Err(PhoneError::Shape),
        }
        Ok(Self(format!("+84{national}")))
    }

    /// Whether it can get an SMS.
    pub fn is_mobile(&self) -> bool {
        !self.0.starts_with("+842")
    }

    /// As people in the country write it, without spaces: `0912000011`.
    pub fn national(&self) -> String {
        format!("0{}", &self.0[3..])
    }

    /// A stored number as people in the country read it: `0912 000 011`. What is no number stays as it is.
    pub fn for_people(stored: &str) -> String {
        let Ok(phone) = Self::parse(stored) else { return stored.to_owned() };
        let national = phone.national();
        match (phone.is_mobile(), national.get(..4), national.get(4..7), national.get(7..)) {
            (true, Some(head), Some(middle), Some(tail)) => format!("{head} {middle} {tail}"),
            _ => national,
        }
    }

    /// The last four digits, which open the public tracking page.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// For «we have sent a code to …» and for logs: `0912****11`.
    pub fn masked(&self) -> String {
        let national = self.national();
        let last = national.len() - 2;
        national.chars().enumerate().map(|(i, c)| if (4..last).contains(&i) { '*' } else { c }).collect()
    }
}

/// Whether nine digits after the 0 lie in a mobile range (2026): 03[2-9], 05[25689], 07[06-9], 08[1-9], 09x.
fn is_mobile_range(national: &str) -> bool {
    match national.as_bytes() {
        [b'3', second, ..] => (b'2'..=b'9').contains(second),
        [b'5', second, ..] => b"25689".contains(second),
        [b'7', second, ..] => b"06789".contains(second),
        [b'8', second, ..] => (b'1'..=b'9').contains(second),
        [b'9', ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_one_number() {
        for text in [
            "0912000011",
            "0912 000 011",
            "0912.000.011",
            "+84912000011",
            "(+84) 912-000-011",
            "84912000011",
            "0084912000011",
            "+84 0912 000 011",
        ] {
            assert_eq!(Phone::parse(text).unwrap().as_str(), "+84912000011", "{text}");
        }
        let phone = Phone::parse("0912000011").unwrap();
        assert_eq!((phone.national(), phone.last_four(), phone.is_mobile()), ("0912000011".to_owned(), "0011", true));
        assert_eq!(format!("{phone:?}"), "Phone(0912****11)");
        assert_eq!(Phone::for_people("+84912000011"), "0912 000 011");
        assert_eq!(Phone::for_people("+842343822222"), "02343822222");
        assert_eq!(Phone::for_people("1022"), "1022");
    }

    #[test]
    fn ranges() {
        for good in [
            "0321111111",
            "0391111111",
            "0521111111",
            "0551111111",
            "0701111111",
            "0761111111",
            "0871111111",
            "0991111111",
        ] {
            assert!(Phone::parse(good).is_ok(), "{good}");
        }
        let fixed = Phone::parse("0234 382 2222").unwrap();
        assert_eq!((fixed.as_str(), fixed.is_mobile()), ("+842343822222", false));
        for bad in ["0311111111", "0511111111", "0711111111", "0801111111", "0111111111", "01234567890"] {
            assert_eq!(Phone::parse(bad), Err(PhoneError::Range), "{bad}");
        }
        for bad in ["", "0", "091200001", "091200001111", "+1 650 253 0000", "18001234", "09120000l1", "٠٩١٢٠٠٠٠١١"]
        {
            assert_eq!(Phone::parse(bad), Err(PhoneError::Shape), "{bad}");
        }
    }
}

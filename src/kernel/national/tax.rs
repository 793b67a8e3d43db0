//! Tax codes (mã số thuế, MST).

use super::{PersonalNumber, all_digits, shown_as_text, text_type};

/// Why a text is no tax code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaxCodeError {
    #[error("a tax code has 10 digits, 10 and 3 digits, or is a 12-digit personal number")]
    Shape,
    #[error("the check digit of the tax code is wrong")]
    CheckDigit,
}

/// A tax code: 10 digits with a check digit, those and a branch of 3 digits after a hyphen, or (from 1/7/2025, for
/// persons and household businesses) the personal number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaxCode(String);

text_type!(TaxCode, TaxCodeError);
shown_as_text!(TaxCode);

/// What the first nine digits are multiplied with.
const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// The tenth digit for the first nine; none where the rule gives ten, so that no such number exists.
fn check_digit(first_nine: &[u8]) -> Option<u32> {
    let sum: u32 = first_nine.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let digit = 10 - sum % 11;
    (digit < 10).then_some(digit)
}

impl TaxCode {
    /// Reads a tax code; spaces and dots are let pass, 13 digits without hyphen too.
    ///
    /// # Errors
    /// [`TaxCodeError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, TaxCodeError> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
        let (main, branch) = match compact.split_once('-') {
            Some((main, branch)) => (main, Some(branch)),
            None if compact.len() == 13 && all_digits(&compact) => (&compact[..10], Some(&compact[10..])),
            None => (compact.as_str(), None),
        };
        if !all_digits(main) {
            return Err(TaxCodeError::Shape);
        }
        match (main.len(), branch) {
            (12, None) => {
                let person = PersonalNumber::parse(main).map_err(|_| TaxCodeError::Shape)?;
                Ok(Self(person.as_str().to_owned()))
            }
            (10, branch) => {
                if branch.is_some_and(|b| b.len() != 3 || !all_digits(b) || b == "000") || &main[2..9] == "0000000" {
                    return Err(TaxCodeError::Shape);
                }
                let tenth = main.bytes().last().map(|b| u32::from(b - b'0'));
                if check_digit(&main.as_bytes()[..9]) != tenth {
                    return Err(TaxCodeError::CheckDigit);
                }
                Ok(Self(branch.map_or_else(|| main.to_owned(), |b| format!("{main}-{b}"))))
            }
            _ => Err(TaxCodeError::Shape),
        }
    }

    /// Whether it is a personal number.
    pub fn is_personal(&self) -> bool {
        self.0.len() == 12
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes() {
        for good in ["0100109106", "0100233488", "0314409058-002", "046090000011"] {
            assert_eq!(TaxCode::parse(good).as_ref().map(TaxCode::as_str), Ok(good));
        }
        assert_eq!(TaxCode::parse(" 0314409058002 ").unwrap().as_str(), "0314409058-002");
        assert!(TaxCode::parse("046090000011").unwrap().is_personal());
        for bad in ["0100233480", "0123456789", "0301464457"] {
            assert_eq!(TaxCode::parse(bad), Err(TaxCodeError::CheckDigit), "{bad}");
        }
        for bad in ["", "010010910", "01001091061", "0314409058-000", "0314409058-02", "0100000000", "a100109106", "ế"]
        {
            assert_eq!(TaxCode::parse(bad), Err(TaxCodeError::Shape), "{bad}");
        }
    }

    #[test]
    fn every_wrong_digit_is_noticed() {
        let good = "0100109106";
        for at in 0..10 {
            for digit in '0'..='9' {
                let mut text: Vec<char> = good.chars().collect();
                text[at] = digit;
                let text: String = text.into_iter().collect();
                assert_eq!(TaxCode::parse(&text).is_ok(), text == good, "{text}");
            }
        }
    }
}

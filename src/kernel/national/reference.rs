//! The submission reference: what a citizen gets at filing, before there is a dossier code.
//!
//! Nine random letters and a check letter, shown as `K7M2Q-9T4XB`. The alphabet is Crockford's 32 (no I, L, O, U), so
//! that what is read aloud or from a bad print can be typed back. The check letter is the last coordinate of a
//! one-symbol code over GF(32): it notices every single wrong letter and every exchange of two letters.

use super::{CodeError, DossierCode, shown_as_text, text_type};

/// Why a text is no submission reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    #[error("a submission reference has 10 letters and digits")]
    Shape,
    #[error("one of the letters is wrong")]
    Check,
}

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM: usize = 9;
const HALF: usize = 5;

/// A submission reference in its normal form with the hyphen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubmissionReference(String);

text_type!(SubmissionReference, ReferenceError);
shown_as_text!(SubmissionReference);

/// Multiplies by x in GF(32) = GF(2)[x] / (x⁵ + x² + 1).
fn times_x(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// The check value for the random values: the sum of `value · x^place`, each place with a factor of its own.
fn check_value(values: &[u8]) -> u8 {
    // Horner's rule; the check letter itself stands at place 0, where the factor is 1.
    times_x(values.iter().fold(0, |sum, value| times_x(sum) ^ value))
}

fn write(values: &[u8]) -> String {
    let mut text = String::with_capacity(values.len() + 1);
    for (i, value) in values.iter().enumerate() {
        if i == HALF {
            text.push('-');
        }
        text.push(LETTERS.get(usize::from(*value)).map_or('0', |b| char::from(*b)));
    }
    text
}

impl SubmissionReference {
    /// A fresh reference from a cryptographic generator (45 random bits; uniqueness is the database's to keep).
    pub fn generate(rng: &mut impl rand::CryptoRng) -> Self {
        let mut bytes = [0; RANDOM];
        rng.fill_bytes(&mut bytes);
        let mut values = bytes.map(|b| b % 32).to_vec();
        values.push(check_value(&values));
        Self(write(&values))
    }

    /// Reads a reference in any case, with spaces and hyphens anywhere; O is taken for 0, I and L for 1, U for V.
    ///
    /// # Errors
    /// [`ReferenceError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let mut values = Vec::with_capacity(RANDOM + 1);
        for c in text.chars() {
            if c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '—' | '.') {
                continue;
            }
            let letter = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                'U' => 'V',
                other => other,
            };
            let value = LETTERS.iter().position(|b| char::from(*b) == letter).ok_or(ReferenceError::Shape)?;
            values.push(u8::try_from(value).map_err(|_| ReferenceError::Shape)?);
            if values.len() > RANDOM + 1 {
                return Err(ReferenceError::Shape);
            }
        }
        match values.split_last() {
            Some((check, rest)) if rest.len() == RANDOM => {
                if check_value(rest) == *check {
                    Ok(Self(write(&values)))
                } else {
                    Err(ReferenceError::Check)
                }
            }
            _ => Err(ReferenceError::Shape),
        }
    }
}

/// What a dossier is asked for by, wherever a code can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DossierKey {
    Code(DossierCode),
    Reference(SubmissionReference),
}

impl DossierKey {
    /// Reads a dossier code or a submission reference.
    ///
    /// # Errors
    /// [`CodeError`] where the text is neither.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if let Ok(code) = DossierCode::parse(text) {
            return Ok(Self::Code(code));
        }
        SubmissionReference::parse(text).map(Self::Reference).map_err(|_| CodeError)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;

    use super::*;

    fn any_reference() -> impl Strategy<Value = SubmissionReference> {
        any::<u64>().prop_map(|seed| SubmissionReference::generate(&mut rand::rngs::StdRng::seed_from_u64(seed)))
    }

    #[test]
    fn the_powers_of_x_are_all_different() {
        let mut seen = std::collections::BTreeSet::new();
        let mut power = 1;
        for _ in 0..31 {
            assert!(seen.insert(power));
            power = times_x(power);
        }
        assert_eq!(power, 1);
    }

    #[test]
    fn keys_are_told_apart() {
        let reference = SubmissionReference::generate(&mut rand::rngs::StdRng::seed_from_u64(7));
        assert_eq!(DossierKey::parse(reference.as_str()), Ok(DossierKey::Reference(reference)));
        assert!(matches!(DossierKey::parse("h29.12-261121-0001"), Ok(DossierKey::Code(_))));
        for bad in ["", "abc", "00000-00001", "'; DROP", "K7M2Q-9T4XB-K7M2Q"] {
            assert_eq!(DossierKey::parse(bad), Err(CodeError), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn typed_back_in_any_way(reference in any_reference()) {
            let text = reference.to_string();
            prop_assert_eq!(text.len(), 11);
            let sloppy = format!(" {} ", text.to_lowercase().replace('-', "").replace('0', "o").replace('1', "l"));
            prop_assert_eq!(SubmissionReference::parse(&text), Ok(reference.clone()));
            prop_assert_eq!(SubmissionReference::parse(&sloppy), Ok(reference));
        }

        #[test]
        fn a_wrong_letter_is_noticed(reference in any_reference(), at in 0_usize..10, letter in 0_usize..32) {
            let mut text: Vec<char> = reference.as_str().replace('-', "").chars().collect();
            let wrong = char::from(LETTERS[letter]);
            prop_assume!(text[at] != wrong);
            text[at] = wrong;
            let text: String = text.into_iter().collect();
            prop_assert_eq!(SubmissionReference::parse(&text), Err(ReferenceError::Check));
        }

        #[test]
        fn two_exchanged_letters_are_noticed(reference in any_reference(), a in 0_usize..10, b in 0_usize..10) {
            let mut text: Vec<char> = reference.as_str().replace('-', "").chars().collect();
            prop_assume!(text[a] != text[b]);
            text.swap(a, b);
            let text: String = text.into_iter().collect();
            prop_assert_eq!(SubmissionReference::parse(&text), Err(ReferenceError::Check));
        }
    }
}

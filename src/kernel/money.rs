//! Money in whole đồng.

use super::Lang;

/// An amount in whole đồng. Never a float.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Vnd(pub i64);

impl Vnd {
    /// As letters write it: `8.000 đ`, in English `8,000 VND`.
    pub fn written(self, lang: Lang) -> String {
        match lang {
            Lang::Vi => self.to_string(),
            Lang::En => format!("{} VND", self.digits(',')),
        }
    }

    fn digits(self, separator: char) -> String {
        let digits = self.0.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if self.0 < 0 {
            text.push('-');
        }
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(c);
        }
        text
    }
}

impl std::fmt::Display for Vnd {
    /// `8.000 đ`, with dots between thousands.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} đ", self.digits('.'))
    }
}

impl std::iter::Sum for Vnd {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.fold(0, |sum, amount| sum.saturating_add(amount.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_of_the_language_do() {
        assert_eq!((Vnd(1_500_000).to_string().as_str(), Vnd(-500).to_string().as_str()), ("1.500.000 đ", "-500 đ"));
        assert_eq!(Vnd(1_500_000).written(Lang::Vi), "1.500.000 đ");
        assert_eq!(Vnd(1_500_000).written(Lang::En), "1,500,000 VND");
    }
}

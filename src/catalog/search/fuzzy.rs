//! How alike two folded words are: typing errors, and spellings that sound the same.

use crate::kernel::edits::edits;

/// The word with spellings that Vietnamese writes both ways made one: `y` as `i` (kỹ/kĩ, ký/kí, quý/quí).
pub(super) fn sound(word: &str) -> String {
    word.replace('y', "i")
}

/// A word ready to be compared.
pub(super) struct Letters {
    letters: Vec<u8>,
    /// A bit for each letter that occurs, to tell unlike words apart at once.
    mask: u32,
}

impl Letters {
    /// A folded word; what has no ASCII letter keeps its bytes.
    pub fn of(word: &str) -> Self {
        let letters = word.as_bytes().to_vec();
        let mask = letters.iter().fold(0, |mask, b| mask | 1_u32 << (b & 31));
        Self { letters, mask }
    }

    /// Number of letters.
    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// Whether it begins with another.
    pub fn begins_with(&self, other: &Self) -> bool {
        self.letters.starts_with(&other.letters)
    }
}

/// How well a typed word fits a word of the vocabulary: 1 is the same, 0 is nothing.
/// Vietnamese syllables are short, so one error is allowed from three letters on, two from seven on.
pub(super) fn likeness(typed: &Letters, word: &Letters) -> f32 {
    let (a, b) = (typed.letters.as_slice(), word.letters.as_slice());
    let allowed: u8 = match a.len() {
        0..=2 => 0,
        3..=6 => 1,
        _ => 2,
    };
    if a.len().abs_diff(b.len()) > usize::from(allowed) {
        return 0.0;
    }
    // One error changes at most two letters of the set.
    if (typed.mask ^ word.mask).count_ones() > 2 * u32::from(allowed) {
        return 0.0;
    }
    if a == b {
        return 1.0;
    }
    match edits(a, b, allowed) {
        // A syllable with another beginning is rarely the same word mistyped.
        Some(1) if a.len() <= 4 && a.first() != b.first() => 0.35,
        Some(1) => 0.6,
        Some(2) => 0.45,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> f32 {
        likeness(&Letters::of(a), &Letters::of(b))
    }

    #[test]
    fn typing_errors_are_forgiven_by_length() {
        assert!(alike("hon", "hon") > 0.99);
        assert!(alike("hom", "hon") > 0.5);
        assert!(alike("hno", "hon") > 0.5, "two letters swapped");
        assert!(alike("ky", "ty") < 0.01, "two letters leave no room");
        assert!(alike("thuogn", "thuong") > 0.5);
        assert!(alike("passprt", "passport") > 0.4);
        assert!(alike("con", "cuong") < 0.01);
        assert!(alike("ton", "hon") < alike("hom", "hon"));
        assert_eq!(sound("ky"), sound("ki"));
    }
}

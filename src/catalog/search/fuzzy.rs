//! How alike two folded words are: typing errors, and spellings that sound the same.

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
    match distance(a, b, allowed) {
        // A syllable with another beginning is rarely the same word mistyped.
        Some(1) if a.len() <= 4 && a.first() != b.first() => 0.35,
        Some(1) => 0.6,
        Some(2) => 0.45,
        _ => 0.0,
    }
}

/// Edit distance with transpositions (optimal string alignment), none above `most`.
fn distance(a: &[u8], b: &[u8], most: u8) -> Option<u8> {
    const WIDEST: usize = 48;
    if b.len() >= WIDEST {
        return None;
    }
    let mut before = [0_u8; WIDEST];
    let mut last = [0_u8; WIDEST];
    for (cell, j) in last.iter_mut().zip(0_u8..) {
        *cell = j;
    }
    for (i, x) in a.iter().enumerate() {
        let mut row = [u8::MAX / 2; WIDEST];
        row[0] = u8::try_from(i + 1).unwrap_or(u8::MAX / 2);
        let mut least = row[0];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (last[j] + u8::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
        before = last;
        last = row;
    }
    Some(last[b.len()]).filter(|cost| *cost <= most)
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

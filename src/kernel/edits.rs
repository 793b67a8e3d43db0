//! How many typing errors lie between two words.

/// Edit distance with transpositions (optimal string alignment), none above `most`.
pub fn edits(a: &[u8], b: &[u8], most: u8) -> Option<u8> {
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
    use super::edits;

    #[test]
    fn letters_changed_missing_too_many_or_swapped_count_one() {
        let between = |a: &str, b: &str, most| edits(a.as_bytes(), b.as_bytes(), most);
        assert_eq!(between("MOTCUA", "MOTCUA", 3), Some(0));
        for other in ["MOTCUB", "MOTCA", "MOTTCUA", "MOTUCA"] {
            assert_eq!(between("MOTCUA", other, 3), Some(1), "{other}");
        }
        assert_eq!(between("MOTCUA", "HAICUA", 2), None);
        assert_eq!(between("a", &"a".repeat(60), 200), None, "longer than anything that is looked up");
    }
}

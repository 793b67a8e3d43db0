//! How receipts are numbered: template, series, number (Circular 91/2026, annex I; vietnam.md §7.4).

use jiff::civil::Date;

/// Ký hiệu mẫu of an electronic receipt without face value.
pub const TEMPLATE: &str = "EBL01";

/// The twenty letters that a series may have.
const LETTERS: &str = "ABCDEGHKLMNPQRSTUVXY";

/// The letters of a book that nobody gave others.
pub const FIRST: &str = "AA";

/// The series of a day: two digits of its year, `T`, two letters. A new year begins a new series, and its numbers at 1.
/// None where the letters are none of the twenty.
pub fn series(day: Date, letters: &str) -> Option<String> {
    let known = letters.len() == 2 && letters.chars().all(|c| LETTERS.contains(c));
    known.then(|| format!("{:02}T{letters}", day.year().rem_euclid(100)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_series_names_its_year() {
        assert_eq!(series(date(2026, 12, 31), "AB").as_deref(), Some("26TAB"));
        assert_eq!(series(date(2027, 1, 1), "AB").as_deref(), Some("27TAB"));
        assert_eq!(series(date(2026, 1, 1), FIRST).as_deref(), Some("26TAA"));
    }

    #[test]
    fn only_the_twenty_letters_are_taken() {
        for wrong in ["F", "AF", "AO", "ab", "ABC", "", "Ă"] {
            assert_eq!(series(date(2026, 1, 1), wrong), None, "{wrong}");
        }
        assert_eq!(LETTERS.chars().count(), 20);
    }
}

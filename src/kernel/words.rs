//! Numbers, amounts and dates in Vietnamese words, as receipts and certificates write them.
//!
//! Rules: 1 is «mốt», 4 «tư», 5 «lăm» after «mươi» (5 also after «mười»); a zero in the tens is «linh»; a group of
//! thousands below one hundred after a higher one says its «không trăm»; groups of zeros are left out.

use jiff::civil::Date;

use super::{money::Vnd, partial_date::PartialDate};

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const BILLION: u64 = 1_000_000_000;

fn digit(value: u64) -> &'static str {
    usize::try_from(value).ok().and_then(|i| DIGITS.get(i)).copied().unwrap_or_default()
}

/// The number in words, lower case: 21 is «hai mươi mốt», 105 «một trăm linh năm».
pub fn number(value: u64) -> String {
    if value == 0 {
        return digit(0).to_owned();
    }
    let mut words = Vec::new();
    say(value, false, &mut words);
    words.join(" ")
}

/// Says a number above 0. `full` says the hundreds even where they are zero.
fn say(value: u64, full: bool, words: &mut Vec<&'static str>) {
    let (billions, rest) = (value / BILLION, value % BILLION);
    let mut full = full;
    if billions > 0 {
        say(billions, full, words);
        words.push("tỷ");
        full = true;
    }
    for (unit, name) in [(1_000_000, "triệu"), (1000, "nghìn"), (1, "")] {
        let group = rest / unit % 1000;
        if group > 0 {
            group_words(group, full, words);
            if !name.is_empty() {
                words.push(name);
            }
            full = true;
        }
    }
}

/// Says a group of up to three digits, above 0.
fn group_words(group: u64, full: bool, words: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (group / 100, group / 10 % 10, group % 10);
    let with_hundreds = full || hundreds > 0;
    if with_hundreds {
        words.extend([digit(hundreds), "trăm"]);
    }
    match tens {
        0 if ones > 0 && with_hundreds => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([digit(tens), "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(digit(ones)),
    }
}

/// The amount in words, with a capital: 8.000 đ is «Tám nghìn đồng».
pub fn amount(value: Vnd) -> String {
    let sign = if value.0 < 0 { "âm " } else { "" };
    capital(&format!("{sign}{} đồng", number(value.0.unsigned_abs())))
}

/// The date in words, with a capital: «Ngày mười hai tháng năm năm một nghìn chín trăm chín mươi».
pub fn date(value: Date) -> String {
    partial_date(PartialDate::Day(value))
}

/// A date in words as far as it is known: «Tháng năm năm một nghìn chín trăm chín mươi», «Năm …».
pub fn partial_date(value: PartialDate) -> String {
    let year = format!("năm {}", number(u64::from(value.year().unsigned_abs())));
    let month = |month: i8| match month {
        4 => "tháng tư".to_owned(),
        other => format!("tháng {}", number(u64::from(other.unsigned_abs()))),
    };
    capital(&match value {
        PartialDate::Year(_) => year,
        PartialDate::Month(_, m) => format!("{} {year}", month(m)),
        PartialDate::Day(date) => {
            let day = number(u64::from(date.day().unsigned_abs()));
            format!("ngày {day} {} {year}", month(date.month()))
        }
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    const KNOWN: [(u64, &str); 64] = [
        (0, "không"),
        (1, "một"),
        (4, "bốn"),
        (5, "năm"),
        (9, "chín"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (19, "mười chín"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (22, "hai mươi hai"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (31, "ba mươi mốt"),
        (44, "bốn mươi tư"),
        (50, "năm mươi"),
        (55, "năm mươi lăm"),
        (91, "chín mươi mốt"),
        (99, "chín mươi chín"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (111, "một trăm mười một"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (200, "hai trăm"),
        (505, "năm trăm linh năm"),
        (555, "năm trăm năm mươi lăm"),
        (999, "chín trăm chín mươi chín"),
        (1000, "một nghìn"),
        (1001, "một nghìn không trăm linh một"),
        (1005, "một nghìn không trăm linh năm"),
        (1010, "một nghìn không trăm mười"),
        (1021, "một nghìn không trăm hai mươi mốt"),
        (1100, "một nghìn một trăm"),
        (1990, "một nghìn chín trăm chín mươi"),
        (2000, "hai nghìn"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (8000, "tám nghìn"),
        (10_000, "mười nghìn"),
        (15_000, "mười lăm nghìn"),
        (21_000, "hai mươi mốt nghìn"),
        (100_000, "một trăm nghìn"),
        (150_000, "một trăm năm mươi nghìn"),
        (200_000, "hai trăm nghìn"),
        (540_000, "năm trăm bốn mươi nghìn"),
        (999_999, "chín trăm chín mươi chín nghìn chín trăm chín mươi chín"),
        (1_000_000, "một triệu"),
        (1_000_001, "một triệu không trăm linh một"),
        (1_001_000, "một triệu không trăm linh một nghìn"),
        (1_001_011, "một triệu không trăm linh một nghìn không trăm mười một"),
        (1_234_567, "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy"),
        (20_000_000, "hai mươi triệu"),
        (105_000_024, "một trăm linh năm triệu không trăm hai mươi tư"),
        (1_000_000_000, "một tỷ"),
        (1_000_000_005, "một tỷ không trăm linh năm"),
        (2_050_000_000, "hai tỷ không trăm năm mươi triệu"),
        (15_000_000_000, "mười lăm tỷ"),
        (1_000_000_000_000, "một nghìn tỷ"),
        (1_000_000_000_000_000_000, "một tỷ tỷ"),
    ];

    #[test]
    fn known_answers() {
        for (value, wanted) in KNOWN {
            assert_eq!(number(value), wanted, "{value}");
        }
    }

    #[test]
    fn amounts() {
        assert_eq!(amount(Vnd(8000)), "Tám nghìn đồng");
        assert_eq!(amount(Vnd(0)), "Không đồng");
        assert_eq!(amount(Vnd(150_000)), "Một trăm năm mươi nghìn đồng");
        assert_eq!(amount(Vnd(-5000)), "Âm năm nghìn đồng");
        assert!(amount(Vnd(i64::MIN)).starts_with("Âm chín tỷ"));
    }

    #[test]
    fn dates() {
        let day = jiff::civil::date;
        assert_eq!(date(day(1990, 5, 12)), "Ngày mười hai tháng năm năm một nghìn chín trăm chín mươi");
        assert_eq!(date(day(2026, 4, 24)), "Ngày hai mươi tư tháng tư năm hai nghìn không trăm hai mươi sáu");
        assert_eq!(date(day(2025, 1, 21)), "Ngày hai mươi mốt tháng một năm hai nghìn không trăm hai mươi lăm");
        assert_eq!(partial_date(PartialDate::Month(1945, 9)), "Tháng chín năm một nghìn chín trăm bốn mươi lăm");
        assert_eq!(partial_date(PartialDate::Year(1954)), "Năm một nghìn chín trăm năm mươi tư");
    }

    #[test]
    fn no_two_numbers_sound_the_same() {
        let mut seen: HashMap<String, u64> = HashMap::new();
        let rounds = (0..2000).map(|n| n * 1_000_000 + n % 7);
        for value in (0..120_000).chain((120_000..2_000_000).step_by(1009)).chain(rounds) {
            if let Some(other) = seen.insert(number(value), value) {
                assert_eq!(other, value, "{}", number(value));
            }
        }
    }

    proptest! {
        #[test]
        fn different_numbers_differ_in_words(a in any::<u64>(), b in any::<u64>()) {
            prop_assert_eq!(number(a) == number(b), a == b);
        }

        #[test]
        fn words_are_clean(value in any::<u64>()) {
            let words = number(value);
            prop_assert!(!words.is_empty() && !words.contains("  ") && words.trim() == words);
        }
    }
}

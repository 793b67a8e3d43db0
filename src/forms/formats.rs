//! Checks of the dialect's formats on clean texts, as data holds them (ISO dates, digits without spaces).

use jiff::civil::Date;

use super::field::Format;
use crate::kernel::national::{self, PersonalNumber, Phone, TaxCode};
use crate::kernel::{names, text as texts};

/// Whether a text has a format. Integers (`vn-money`) never come here.
pub(super) fn is_valid(format: Format, text: &str) -> bool {
    match format {
        Format::Date => date(text).is_some(),
        Format::PartialDate => partial_date(text).is_some(),
        Format::Time => time(text),
        Format::DateTime => date_time(text).is_some(),
        Format::Email => texts::is_email(text),
        Format::PersonName => names::check(text).is_ok(),
        Format::VnIdentity => digits(text, 12) && PersonalNumber::parse(text).is_ok(),
        Format::VnIdentityAny => {
            is_valid(Format::VnIdentity, text)
                || national::is_old_identity(text)
                || national::passport(text).is_some_and(|number| number == text)
        }
        Format::VnTaxCode => TaxCode::parse(text).is_ok_and(|code| code.as_str() == text),
        Format::VnPhone => Phone::parse(text).is_ok_and(|phone| phone.national() == text),
        Format::VnCommune => digits(text, 5),
        Format::VnProvince => digits(text, 2),
        Format::VnMoney => false,
        Format::Cas => cas(text),
        Format::Attachment => uuid::Uuid::try_parse(text).is_ok(),
    }
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// Years that a person's papers can speak of.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;

/// `2026-11-21`.
pub(super) fn date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let year: i16 = part(text, 0, 4)?;
    let date = Date::new(year, part(text, 5, 7)?, part(text, 8, 10)?).ok()?;
    YEARS.contains(&year).then_some(date)
}

fn part<T: std::str::FromStr>(text: &str, from: usize, to: usize) -> Option<T> {
    let text = text.get(from..to)?;
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A date of which day, or day and month, may be unknown: the first and last day it can be.
pub(super) fn partial_date(text: &str) -> Option<(Date, Date)> {
    match text.len() {
        10 => date(text).map(|d| (d, d)),
        7 => {
            let first = date(&format!("{text}-01"))?;
            Some((first, first.last_of_month()))
        }
        4 => Some((date(&format!("{text}-01-01"))?, date(&format!("{text}-12-31"))?)),
        _ => None,
    }
}

/// `08:30` or `08:30:00`.
fn time(text: &str) -> bool {
    let mut parts = text.split(':');
    let mut within = |max: u8| parts.next().is_some_and(|p| digits(p, 2) && p.parse::<u8>().is_ok_and(|n| n <= max));
    within(23) && within(59) && (text.len() == 5 || (within(59) && text.len() == 8))
}

/// RFC 3339 with offset.
pub(super) fn date_time(text: &str) -> Option<jiff::Timestamp> {
    if text.len() < 20 || text.as_bytes().get(10) != Some(&b'T') || text.contains('[') {
        return None;
    }
    date(text.get(..10)?)?;
    text.parse().ok()
}

/// CAS number `7732-18-5`: the last digit is the sum of the others, each times its place from the right, mod 10.
fn cas(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if !(2..=7).contains(&a.len()) || !digits(a, a.len()) || !digits(b, 2) || !digits(c, 1) {
        return false;
    }
    let sum: u32 = format!("{a}{b}").bytes().rev().zip(1u32..).map(|(d, place)| u32::from(d - b'0') * place).sum();
    c.parse::<u32>().is_ok_and(|check| check == sum % 10)
}

/// Brings a typed text to the form that data holds: spaces, dots and dashes of numbers go, `+84` becomes `0`.
/// What is no such number stays as it was typed.
pub(super) fn canonical(format: Format, text: String) -> String {
    let known = match format {
        Format::VnIdentity => PersonalNumber::parse(&text).ok().map(|n| n.as_str().to_owned()),
        Format::VnIdentityAny => {
            let bare: String =
                text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect::<String>().to_uppercase();
            is_valid(Format::VnIdentityAny, &bare).then_some(bare)
        }
        Format::VnPhone => Phone::parse(&text).ok().map(|n| n.national()),
        Format::VnTaxCode => TaxCode::parse(&text).ok().map(|n| n.as_str().to_owned()),
        Format::Email => {
            text.rsplit_once('@').map(|(local, domain)| format!("{local}@{}", domain.to_ascii_lowercase()))
        }
        _ => None,
    };
    known.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn national_numbers() {
        let valid = |format: Format, typed: &str| is_valid(format, &canonical(format, typed.to_owned()));
        assert!(valid(Format::VnIdentity, "079203001234") && valid(Format::VnIdentity, "079 203 001 234"));
        for bad in ["07920300123", "0792030012345", "000203001234", "097203001234", "07920300123a"] {
            assert!(!valid(Format::VnIdentity, bad), "{bad}");
        }
        for good in ["079203001234", "191234567", "C1234567", "c1234567"] {
            assert!(valid(Format::VnIdentityAny, good), "{good}");
        }
        assert!(valid(Format::VnTaxCode, "0100109106") && !valid(Format::VnTaxCode, "0100233480"));
        for good in ["+84 912 000 011", "0912.000.011", "84912000011", "(0234) 382 2345"] {
            assert!(valid(Format::VnPhone, good), "{good}");
        }
        assert_eq!(canonical(Format::VnPhone, "+84 912 000 011".into()), "0912000011");
        assert!(!valid(Format::VnPhone, "0112345678") && !valid(Format::VnPhone, "một hai ba"));
        assert!(cas("7732-18-5") && cas("64-17-5") && !cas("7732-18-4") && !cas("7732-185"));
    }

    #[test]
    fn names_of_every_people_pass() {
        for name in
            ["Y Ƀlŏ Niê", "Ksor H'Bơ", "H’Hen Niê", "HʼLinh Êban", "H`Wê", "H´Ni", "H′Bích", "Siu Ƀluê", "O", "Anh"]
        {
            assert!(is_valid(Format::PersonName, name), "{name}");
        }
        for name in ["", "-", "An 2", "a@b", "An;", "{{7*7}}"] {
            assert!(!is_valid(Format::PersonName, name), "{name}");
        }
    }

    #[test]
    fn dates_times_addresses() {
        assert!(date("2024-02-29").is_some() && date("2023-02-29").is_none() && date("0001-01-01").is_none());
        assert!(date("2024-2-29").is_none() && date("+024-02-29").is_none());
        let (first, last) = partial_date("1960-02").unwrap();
        assert_eq!((first.to_string(), last.to_string()), ("1960-02-01".into(), "1960-02-29".into()));
        assert!(time("08:30") && time("23:59:59") && !time("24:00") && !time("8:30") && !time("08:30:"));
        assert!(date_time("2026-11-21T08:30:00+07:00").is_some() && date_time("2026-11-21T08:30").is_none());
        assert!(is_valid(Format::Email, "an@demo.invalid") && !is_valid(Format::Email, "an@demo"));
    }
}

//! What people type, read into what data holds. A text that cannot be read is a fault with its own message.

use jiff::civil::Date;
use serde_json::Value;

use super::error::Code;
use super::field::{Field, Format, Kind, Widget};
use super::formats;

/// Reads one typed text for a field. `Ok(None)` when nothing was typed.
pub(super) fn typed(field: &Field, text: &str) -> Result<Option<Value>, Code> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    let value = match field.kind {
        Kind::Boolean => return boolean(trimmed).map(|b| Some(Value::Bool(b))).ok_or(Code::Type),
        Kind::Integer => {
            let fault = if field.widget == Widget::Money { Code::VnMoney } else { Code::Integer };
            integer(trimmed).ok_or(fault)?.into()
        }
        Kind::Number => {
            decimal(trimmed).and_then(serde_json::Number::from_f64).map(Value::Number).ok_or(Code::Decimal)?
        }
        _ => match field.format {
            Some(Format::Date) => date(trimmed).ok_or(Code::Date)?.to_string().into(),
            Some(Format::PartialDate) => partial_date(trimmed).ok_or(Code::PartialDate)?.into(),
            Some(Format::Time) => time(trimmed).ok_or(Code::Time)?.into(),
            Some(Format::DateTime) => date_time(trimmed).ok_or(Code::DateTime)?.into(),
            _ => text.into(),
        },
    };
    Ok(Some(value))
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "on" | "1" | "yes" | "có" | "co" => Some(true),
        "false" | "off" | "0" | "no" | "không" | "khong" => Some(false),
        _ => None,
    }
}

/// `1500000`, `1.500.000`, `1,500,000`, `1 500 000`, perhaps with `đ`, `đồng` or `VND` behind.
fn integer(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let bare = ["đồng", "vnđ", "vnd", "đ"].iter().find_map(|unit| lower.strip_suffix(unit)).unwrap_or(&lower).trim();
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, bare),
    };
    let plain: String = match digits.find(['.', ',', ' ', '\u{a0}', '\u{202f}']) {
        None => digits.to_owned(),
        Some(_) => ungroup(digits)?,
    };
    if plain.is_empty() || plain.len() > 18 || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    plain.parse::<i64>().ok().map(|n| sign * n)
}

/// Takes thousands separators away, if they are where they belong and all the same.
fn ungroup(text: &str) -> Option<String> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let well = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()));
    well.then(|| text.chars().filter(char::is_ascii_digit).collect())
}

/// `12,5`, `1.234,5`; a dot alone is a decimal point unless it groups thousands.
fn decimal(text: &str) -> Option<f64> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if bare.len() > 24 || !bare.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-')) {
        return None;
    }
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, bare.as_str()),
    };
    let plain = match digits.split_once(',') {
        Some((whole, fraction)) => {
            let whole = if whole.contains('.') { ungroup(whole)? } else { whole.to_owned() };
            format!("{whole}.{fraction}")
        }
        None => ungroup(digits).unwrap_or_else(|| digits.to_owned()),
    };
    let well = plain.starts_with(|c: char| c.is_ascii_digit()) && plain.ends_with(|c: char| c.is_ascii_digit());
    plain.parse::<f64>().ok().filter(|n| well && n.is_finite()).map(|n| sign * n)
}

/// `21/11/2026`, `1/2/2026`, `21-11-2026`, `21.11.2026`, `21112026`, `2026-11-21`.
fn date(text: &str) -> Option<Date> {
    if let Some(date) = formats::date(text) {
        return Some(date);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return civil(text.get(4..)?, text.get(2..4)?, text.get(..2)?);
    }
    match pieces(text)?.as_slice() {
        [day, month, year] => civil(year, month, day),
        _ => None,
    }
}

/// Numbers between slashes, dashes, dots or spaces.
fn pieces(text: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).filter(|p| !p.is_empty()).collect();
    let numbers = parts.iter().all(|p| p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()));
    (numbers && parts.len() <= 3).then_some(parts)
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    formats::date(&format!("{year}-{month:0>2}-{day:0>2}"))
}

/// A date, or `03/1960`, or `1960`.
fn partial_date(text: &str) -> Option<String> {
    if formats::partial_date(text).is_some() {
        return Some(text.to_owned());
    }
    if let Some(date) = date(text) {
        return Some(date.to_string());
    }
    match pieces(text)?.as_slice() {
        [month, year] if month.len() <= 2 => {
            let iso = format!("{year}-{month:0>2}");
            formats::partial_date(&iso).map(|_| iso)
        }
        _ => None,
    }
}

/// `8:30`, `08:30`, `8h30`, `8 giờ 30`, `8h`.
fn time(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace("giờ", ":").replace("phút", "").replace('h', ":");
    let mut parts = lower.split(':').map(str::trim);
    let (hour, minute) = (parts.next()?, parts.next()?);
    let minute = if minute.is_empty() { "00" } else { minute };
    if hour.len() > 2 || minute.len() > 2 || parts.next().is_some_and(|seconds| seconds.parse::<u8>().is_err()) {
        return None;
    }
    let iso = format!("{hour:0>2}:{minute:0>2}");
    formats::is_valid(Format::Time, &iso).then_some(iso)
}

/// `21/11/2026 08:30` in Vietnam's time, or RFC 3339.
fn date_time(text: &str) -> Option<String> {
    if formats::date_time(text).is_some() {
        return Some(text.to_owned());
    }
    let (day, clock) = text.split_once([' ', 'T', ','])?;
    let (day, clock) = (date(day)?, time(clock.trim())?);
    Some(format!("{day}T{clock}:00+07:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_and_money() {
        for (text, n) in
            [("8000", 8000), ("8.000 đ", 8000), ("1 500 000", 1_500_000), ("1,500,000đồng", 1_500_000), ("-5", -5)]
        {
            assert_eq!(integer(text), Some(n), "{text}");
        }
        for text in ["", "8.00", "1.5000", "12a", "1.000,5", "99999999999999999999", "."] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn decimals() {
        for (text, n) in
            [("12,5", 12.5), ("12.5", 12.5), ("1.234,5", 1234.5), ("1.234", 1234.0), ("0,001", 0.001), ("-2", -2.0)]
        {
            assert_eq!(decimal(text), Some(n), "{text}");
        }
        for text in ["", ",", "1,", "1,2,3", "e5", "1.2.3,4", "NaN", "-", "."] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn dates_as_people_type_them() {
        for text in ["05/03/2026", "5/3/2026", "5-3-2026", "5.3.2026", "05032026", "2026-03-05"] {
            assert_eq!(date(text).map(|d| d.to_string()).as_deref(), Some("2026-03-05"), "{text}");
        }
        for text in ["31/02/2026", "5/3/26", "3/2026", "x", "5/3/2026/1", "00/01/2026", "5/3/99999"] {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!(partial_date("03/1960").as_deref(), Some("1960-03"));
        assert_eq!(partial_date("3/1960").as_deref(), Some("1960-03"));
        assert_eq!(partial_date("1960").as_deref(), Some("1960"));
        assert_eq!(partial_date("15/3/1960").as_deref(), Some("1960-03-15"));
        assert_eq!(partial_date("13/1960"), None);
        assert_eq!(time("8h30").as_deref(), Some("08:30"));
        assert_eq!(time("8 giờ 30 phút").as_deref(), Some("08:30"));
        assert_eq!(time("25:00"), None);
        assert_eq!(date_time("21/11/2026 8:30").as_deref(), Some("2026-11-21T08:30:00+07:00"));
        assert_eq!(date_time("2026-11-21T08:30").as_deref(), Some("2026-11-21T08:30:00+07:00"));
    }
}

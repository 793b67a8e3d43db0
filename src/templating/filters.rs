//! Filters: how dates, money, time and numbers are written for people.

use jiff::civil;
use tera::{Kwargs, State, Tera, Value};

use crate::kernel::{Lang, Timestamp, Vnd, clock};

/// Working minutes of a day, for display only (domain.md, Time).
const DAY: i64 = 8 * 60;

pub(super) fn register(tera: &mut Tera, lang: Lang) {
    text_filter(tera, "date", date);
    text_filter(tera, "datetime", |v| moment(v, "%H:%M %d/%m/%Y"));
    text_filter(tera, "time", |v| moment(v, "%H:%M"));
    text_filter(tera, "iso_date", |v| moment(v, "%Y-%m-%d"));
    text_filter(tera, "when", move |v| when(v, lang));
    text_filter(tera, "phone", |v| Some(phone(v)));
    text_filter(tera, "identity", |v| Some(identity(v)));
    text_filter(tera, "masked", |v| Some(masked(v)));
    tera.register_filter("money", |amount: i64, _: Kwargs, _: &State| Vnd(amount).to_string());
    tera.register_filter("paid", |lines: Value, _: Kwargs, _: &State| sum_of(&lines, "paid"));
    tera.register_filter("paying", |lines: Value, _: Kwargs, _: &State| sum_of(&lines, "pending"));
    tera.register_filter("filed", |lines: Value, _: Kwargs, _: &State| {
        fees_of(&lines).iter().any(|fee| fee.0.is_some())
    });
    tera.register_filter("number", move |n: i64, _: Kwargs, _: &State| grouped(n, lang_separator(lang)));
    tera.register_filter("working_time", move |minutes: i64, _: Kwargs, _: &State| working_time(minutes, lang));
    tera.register_filter("working_time_brief", move |minutes: i64, _: Kwargs, _: &State| span(minutes, lang));
    tera.register_filter("file_size", move |bytes: i64, _: Kwargs, _: &State| file_size(bytes, lang));
    tera.register_filter("percent", move |share: f64, _: Kwargs, _: &State| percent(share, lang));
    tera.register_filter("ordinal", move |n: i64, _: Kwargs, _: &State| ordinal(n, lang));
}

/// The state and amount of each line of a list of fees.
fn fees_of(lines: &Value) -> Vec<(Option<String>, i64)> {
    let fee = |line: &Value| {
        let state = line.get_from_path("state").and_then(|state| state.as_str()).map(str::to_owned);
        (state, line.get_from_path("amount").and_then(Value::as_i64).unwrap_or(0))
    };
    lines.as_array().unwrap_or_default().iter().map(fee).collect()
}

/// The sum of the fees of a list that stand so.
fn sum_of(lines: &Value, wanted: &str) -> i64 {
    fees_of(lines).into_iter().filter(|(state, _)| state.as_deref() == Some(wanted)).map(|(_, amount)| amount).sum()
}

/// A filter on text; nothing stays nothing, and text that it does not understand stays as it is.
fn text_filter(tera: &mut Tera, name: &'static str, f: impl Fn(&str) -> Option<String> + Send + Sync + 'static) {
    tera.register_filter(name, move |value: Value, _: Kwargs, _: &State| -> tera::TeraResult<String> {
        if value.is_none() {
            return Ok(String::new());
        }
        if value.is_undefined() {
            return Err(tera::Error::message(format!("`{name}` of something undefined")));
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(f(&text).unwrap_or(text))
    });
}

/// The local date and time that a text means: an RFC 3339 instant, a local date and time, or a date.
fn local(text: &str) -> Option<civil::DateTime> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(clock::local(instant));
    }
    text.parse::<civil::DateTime>().ok()
}

/// `21/11/2026`; of a partial date `11/2026` or `2026`.
fn date(text: &str) -> Option<String> {
    match (text.len(), text.split_once('-')) {
        (4, None) => Some(text.to_owned()),
        (7, Some((year, month))) => Some(format!("{month}/{year}")),
        _ => moment(text, "%d/%m/%Y"),
    }
}

fn moment(text: &str, format: &str) -> Option<String> {
    local(text).map(|at| at.strftime(format).to_string())
}

/// `17:00 thứ Tư 25/11/2026`.
fn when(text: &str, lang: Lang) -> Option<String> {
    let at = local(text)?;
    let day = match (lang, at.date().weekday()) {
        (Lang::Vi, civil::Weekday::Monday) => "thứ Hai",
        (Lang::Vi, civil::Weekday::Tuesday) => "thứ Ba",
        (Lang::Vi, civil::Weekday::Wednesday) => "thứ Tư",
        (Lang::Vi, civil::Weekday::Thursday) => "thứ Năm",
        (Lang::Vi, civil::Weekday::Friday) => "thứ Sáu",
        (Lang::Vi, civil::Weekday::Saturday) => "thứ Bảy",
        (Lang::Vi, civil::Weekday::Sunday) => "Chủ nhật",
        (Lang::En, civil::Weekday::Monday) => "Monday",
        (Lang::En, civil::Weekday::Tuesday) => "Tuesday",
        (Lang::En, civil::Weekday::Wednesday) => "Wednesday",
        (Lang::En, civil::Weekday::Thursday) => "Thursday",
        (Lang::En, civil::Weekday::Friday) => "Friday",
        (Lang::En, civil::Weekday::Saturday) => "Saturday",
        (Lang::En, civil::Weekday::Sunday) => "Sunday",
    };
    Some(format!("{} {day} {}", at.strftime("%H:%M"), at.strftime("%d/%m/%Y")))
}

/// `2 ngày 3 giờ làm việc` from working minutes. The sign is left to the sentence.
fn working_time(minutes: i64, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{} làm việc", span(minutes, lang)),
        Lang::En => format!("{} of working time", span(minutes, lang)),
    }
}

/// `2 ngày 3 giờ` from working minutes; minutes only under a day.
fn span(minutes: i64, lang: Lang) -> String {
    let minutes = minutes.saturating_abs();
    let (days, hours, rest) = (minutes / DAY, minutes % DAY / 60, minutes % 60);
    let part = |n: i64, vi: &str, one: &str, many: &str| match (lang, n) {
        (Lang::Vi, n) => format!("{n} {vi}"),
        (Lang::En, 1) => format!("1 {one}"),
        (Lang::En, n) => format!("{n} {many}"),
    };
    let mut parts = Vec::new();
    if days > 0 {
        parts.push(part(days, "ngày", "day", "days"));
    }
    if hours > 0 {
        parts.push(part(hours, "giờ", "hour", "hours"));
    }
    if days == 0 && (hours == 0 || rest > 0) {
        parts.push(part(rest, "phút", "minute", "minutes"));
    }
    parts.join(" ")
}

/// `0912 000 011`; `+84 912 000 011` keeps its prefix.
fn phone(text: &str) -> String {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let (head, rest) = match digits.strip_prefix("+84") {
        Some(rest) => ("+84 ", rest),
        None => ("", digits.as_str()),
    };
    let split = if head.is_empty() { 4 } else { 3 };
    match (rest.get(..split), rest.get(split..split + 3), rest.get(split + 3..)) {
        (Some(a), Some(b), Some(c)) if !c.is_empty() && c.len() <= 4 => format!("{head}{a} {b} {c}"),
        _ => text.to_owned(),
    }
}

/// `046 090 000 011`: twelve digits in threes, read aloud more easily. Other numbers stay as they are.
fn identity(text: &str) -> String {
    if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    [0, 3, 6, 9].map(|i| text.get(i..i + 3).unwrap_or_default()).join(" ")
}

/// All but the last three signs hidden: `•••••••••011`.
fn masked(text: &str) -> String {
    let length = text.chars().count();
    text.chars().enumerate().map(|(i, c)| if i + 3 < length { '•' } else { c }).collect()
}

fn lang_separator(lang: Lang) -> char {
    match lang {
        Lang::Vi => '.',
        Lang::En => ',',
    }
}

/// `1.312` in Vietnamese, `1,312` in English.
fn grouped(n: i64, separator: char) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::from(if n < 0 { "-" } else { "" });
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(c);
    }
    text
}

/// `1,2 MB`: decimal units, as phones show them.
fn file_size(bytes: i64, lang: Lang) -> String {
    let point = if lang == Lang::Vi { ',' } else { '.' };
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            format!("{}{point}{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// `98,4 %` from a share of 0.984.
fn percent(share: f64, lang: Lang) -> String {
    let text = format!("{:.1} %", share * 100.0);
    if lang == Lang::Vi { text.replace('.', ",") } else { text }
}

/// `thứ nhất`, `thứ hai`, …; `1st`, `2nd`, ….
fn ordinal(n: i64, lang: Lang) -> String {
    match (lang, n) {
        (Lang::Vi, 1) => "thứ nhất".into(),
        (Lang::Vi, 2) => "thứ hai".into(),
        (Lang::Vi, 3) => "thứ ba".into(),
        (Lang::Vi, 4) => "thứ tư".into(),
        (Lang::Vi, 5) => "thứ năm".into(),
        (Lang::Vi, n) => format!("thứ {n}"),
        (Lang::En, n) => {
            let ending = match (n % 10, n % 100) {
                (_, 11..=13) => "th",
                (1, _) => "st",
                (2, _) => "nd",
                (3, _) => "rd",
                _ => "th",
            };
            format!("{n}{ending}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_read_them() {
        assert_eq!(date("2026-11-21").as_deref(), Some("21/11/2026"));
        assert_eq!(date("2026-11").as_deref(), Some("11/2026"));
        assert_eq!(date("1954").as_deref(), Some("1954"));
        assert_eq!(date("2026-11-21T17:30:00Z").as_deref(), Some("22/11/2026"), "half past midnight in Vietnam");
        assert_eq!(date("hôm qua"), None);
        assert_eq!(moment("2026-11-25T10:00:00Z", "%H:%M %d/%m/%Y").as_deref(), Some("17:00 25/11/2026"));
        assert_eq!(when("2026-11-25T10:00:00Z", Lang::Vi).as_deref(), Some("17:00 thứ Tư 25/11/2026"));
        assert_eq!(when("2026-11-25T10:00:00Z", Lang::En).as_deref(), Some("17:00 Wednesday 25/11/2026"));
    }

    #[test]
    fn working_time_counts_eight_hours_a_day() {
        assert_eq!(working_time(2 * 480 + 3 * 60, Lang::Vi), "2 ngày 3 giờ làm việc");
        assert_eq!(working_time(-480, Lang::Vi), "1 ngày làm việc");
        assert_eq!(working_time(95, Lang::Vi), "1 giờ 35 phút làm việc");
        assert_eq!(working_time(480 + 25, Lang::Vi), "1 ngày làm việc");
        assert_eq!(working_time(0, Lang::Vi), "0 phút làm việc");
        assert_eq!(working_time(480 + 120, Lang::En), "1 day 2 hours of working time");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(phone("0912000011"), "0912 000 011");
        assert_eq!(phone("+84912000011"), "+84 912 000 011");
        assert_eq!(phone("115"), "115");
        assert_eq!(identity("046090000011"), "046 090 000 011");
        assert_eq!(identity("B1234567"), "B1234567");
        assert_eq!(masked("046090000011"), "•••••••••011");
        assert_eq!(grouped(1_312, '.'), "1.312");
        assert_eq!(file_size(1_234_567, Lang::Vi), "1,2 MB");
        assert_eq!(file_size(20_000_000, Lang::En), "20.0 MB");
        assert_eq!(file_size(812, Lang::Vi), "812 B");
        assert_eq!(percent(0.984, Lang::Vi), "98,4 %");
        assert_eq!(ordinal(4, Lang::Vi), "thứ tư");
        assert_eq!(ordinal(22, Lang::En), "22nd");
        assert_eq!(ordinal(112, Lang::En), "112th");
    }
}

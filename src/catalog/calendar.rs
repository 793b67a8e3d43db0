//! The working calendar as notices announce it: days off and make-up working days, read from CSV.
//!
//! `config/catalogue/holidays.csv` ships what is known (vietnam.md §9); administrators import what is announced later.

use jiff::civil::Date;

/// The calendar that all agencies have in common.
pub const NATIONAL: &str = "vn";

/// The shipped days, 2025 to 2027.
pub const SHIPPED: &str = include_str!("../../config/catalogue/holidays.csv");

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A holiday or other day off.
    Off,
    /// A make-up working day.
    Work,
}

impl DayKind {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Work => "work",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "off" => Some(Self::Off),
            "work" => Some(Self::Work),
            _ => None,
        }
    }
}

/// One line of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    pub day: Date,
    pub kind: DayKind,
    pub name: String,
    /// The notice that says so.
    pub source: Option<String>,
    /// Not announced yet: the source begins with «ước tính».
    pub is_estimate: bool,
}

/// Reads `date,kind,name,source`. All or nothing: every bad line is told.
///
/// # Errors
/// Every bad line with its number.
pub fn parse(text: &str) -> Result<Vec<CalendarDay>, Vec<super::import::BadRow>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let bad = |line: u64, problem: String| super::import::BadRow { place: format!("line {line}"), problem };
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_owned).collect(),
        Err(error) => return Err(vec![bad(1, error.to_string())]),
    };
    if header != ["date", "kind", "name", "source"] {
        return Err(vec![bad(1, "cần các cột date,kind,name,source".to_owned())]);
    }
    let mut good: Vec<CalendarDay> = Vec::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let (line, read) = match record {
            Ok(record) => (record.position().map_or(0, csv::Position::line), day(&record)),
            Err(error) => (error.position().map_or(0, csv::Position::line), Err(error.to_string())),
        };
        match read {
            Ok(day) if good.iter().any(|d| d.day == day.day) => {
                faults.push(bad(line, format!("ngày {} bị lặp", day.day)))
            }
            Ok(day) => good.push(day),
            Err(problem) => faults.push(bad(line, problem)),
        }
    }
    if good.is_empty() && faults.is_empty() {
        faults.push(bad(1, "tệp không có ngày nào".to_owned()));
    }
    if faults.is_empty() { Ok(good) } else { Err(faults) }
}

fn day(record: &csv::StringRecord) -> Result<CalendarDay, String> {
    let part = |i: usize| record.get(i).unwrap_or("");
    let day: Date = part(0).parse().map_err(|_| format!("«{}» không phải ngày dạng YYYY-MM-DD", part(0)))?;
    let kind = DayKind::parse(part(1)).ok_or_else(|| format!("«{}» phải là off hoặc work", part(1)))?;
    if part(2).is_empty() {
        return Err("thiếu tên ngày".to_owned());
    }
    let source = Some(part(3).to_owned()).filter(|s| !s.is_empty());
    let is_estimate = source.as_deref().is_some_and(|s| s.to_lowercase().starts_with("ước tính"));
    Ok(CalendarDay { day, kind, name: part(2).to_owned(), source, is_estimate })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date};

    #[test]
    fn the_shipped_days_are_those_of_the_notices() {
        let days = parse(SHIPPED).unwrap();
        let of = |y, m, d| days.iter().find(|x| x.day == date(y, m, d)).map(|x| x.kind);
        assert_eq!(of(2026, 1, 2), Some(DayKind::Off));
        assert_eq!(of(2026, 1, 10), Some(DayKind::Work), "the swap that libraries miss");
        assert_eq!(of(2026, 8, 22), Some(DayKind::Work));
        assert_eq!(of(2026, 11, 24), Some(DayKind::Off));
        assert_eq!(of(2026, 11, 23), None, "the swap of 23/11/2026 is not decided");
        assert_eq!(of(2025, 4, 26), Some(DayKind::Work));
        for day in &days {
            let weekend = matches!(day.day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert_eq!(weekend, day.kind == DayKind::Work, "{}", day.day);
            assert_eq!(day.is_estimate, day.day.year() == 2027, "{}", day.day);
        }
    }

    #[test]
    fn bad_lines_are_told() {
        let faults = parse("date,kind,name,source\n2026-01-01,off,Tết Dương lịch,\n2026-13-01,off,x,\n2026-01-02,maybe,x,\n2026-01-01,off,lại,\n")
            .unwrap_err();
        let places: Vec<&str> = faults.iter().map(|f| f.place.as_str()).collect();
        assert_eq!(places, ["line 3", "line 4", "line 5"]);
        assert_eq!(parse("a,b\n1,2\n3,4\n").unwrap_err().len(), 1, "a wrong header is told once");
        assert_eq!(parse("").unwrap_err().len(), 1);
    }
}

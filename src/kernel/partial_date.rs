//! Dates of which only the year, or year and month, may be known: birth dates in old papers.

use jiff::civil::Date;

/// A date known to the day, the month or the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PartialDate {
    Year(i16),
    /// Year and month (1 to 12).
    Month(i16, i8),
    Day(Date),
}

/// A text is no partial date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct PartialDateError;

/// Years that a paper of a living archive can name.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;

fn number(text: &str, digits: usize) -> Option<i16> {
    let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

impl PartialDate {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; the day must exist, the year lie between 1800 and 2200.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next().and_then(|t| number(t, 4)).filter(|year| YEARS.contains(year))?;
        let month = match parts.next() {
            None => return Some(Self::Year(year)),
            Some(text) => i8::try_from(number(text, 2)?).ok().filter(|month| (1..=12).contains(month))?,
        };
        let day = match parts.next() {
            None => return Some(Self::Month(year, month)),
            Some(text) => i8::try_from(number(text, 2)?).ok()?,
        };
        if parts.next().is_some() {
            return None;
        }
        Date::new(year, month, day).ok().map(Self::Day)
    }

    /// Reads what people write: `dd/MM/yyyy`, `MM/yyyy`, `yyyy`, with `/`, `.` or `-` and without leading zeros.
    pub fn parse_written(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.trim().split(['/', '.', '-']).map(str::trim).collect();
        let pad = |part: &str| format!("{part:0>2}");
        match parts.as_slice() {
            [year] => Self::parse(year),
            [month, year] if month.len() <= 2 => Self::parse(&format!("{year}-{}", pad(month))),
            [day, month, year] if day.len() <= 2 && month.len() <= 2 => {
                Self::parse(&format!("{year}-{}-{}", pad(month), pad(day)))
            }
            _ => Self::parse(text.trim()),
        }
    }

    /// The year.
    pub fn year(self) -> i16 {
        match self {
            Self::Year(year) | Self::Month(year, _) => year,
            Self::Day(date) => date.year(),
        }
    }

    /// The first day that it can mean.
    pub fn earliest(self) -> Date {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::ZERO),
            Self::Month(year, month) => Date::new(year, month, 1).unwrap_or(Date::ZERO),
            Self::Day(date) => date,
        }
    }

    /// The last day that it can mean.
    pub fn latest(self) -> Date {
        match self {
            Self::Year(_) => self.earliest().last_of_year(),
            Self::Month(..) => self.earliest().last_of_month(),
            Self::Day(date) => date,
        }
    }

    /// The day, where it is known.
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Day(date) => Some(date),
            Self::Year(_) | Self::Month(..) => None,
        }
    }

    /// As Vietnamese papers write it: `12/05/1990`, `05/1990` or `1990`.
    pub fn written(self) -> String {
        match self {
            Self::Year(year) => format!("{year:04}"),
            Self::Month(year, month) => format!("{month:02}/{year:04}"),
            Self::Day(date) => format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year()),
        }
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        }
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for PartialDate {
    type Error = PartialDateError;
    fn try_from(text: String) -> Result<Self, PartialDateError> {
        Self::parse(&text).ok_or(PartialDateError)
    }
}

impl std::str::FromStr for PartialDate {
    type Err = PartialDateError;
    fn from_str(text: &str) -> Result<Self, PartialDateError> {
        Self::parse(text).ok_or(PartialDateError)
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self::Day(date)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn three_precisions() {
        for (text, written, earliest, latest) in [
            ("1990", "1990", date(1990, 1, 1), date(1990, 12, 31)),
            ("2024-02", "02/2024", date(2024, 2, 1), date(2024, 2, 29)),
            ("1990-05-12", "12/05/1990", date(1990, 5, 12), date(1990, 5, 12)),
        ] {
            let parsed = PartialDate::parse(text).unwrap();
            assert_eq!((parsed.to_string(), parsed.written()), (text.to_owned(), written.to_owned()));
            assert_eq!((parsed.earliest(), parsed.latest()), (earliest, latest));
            assert_eq!(PartialDate::parse_written(written), Some(parsed));
            assert_eq!(PartialDate::parse_written(text), Some(parsed));
            assert_eq!(serde_json::to_string(&parsed).unwrap(), format!("\"{text}\""));
        }
        assert_eq!(PartialDate::parse_written("2/9/1945"), Some(PartialDate::Day(date(1945, 9, 2))));
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "90",
            "1799",
            "2201",
            "1990-13",
            "1990-00",
            "1990-2",
            "1990-02-30",
            "2023-02-29",
            "1990-05-12-1",
            "+990",
            "1990-05-12T00",
        ] {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
        for text in ["31/02/1990", "1/2/3/1990", "12/1990/05", "x", "/1990"] {
            assert_eq!(PartialDate::parse_written(text), None, "{text}");
        }
    }
}

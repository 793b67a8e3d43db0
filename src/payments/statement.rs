//! A gateway's or bank's statement as CSV: read with whatever columns and spellings the settings name. Pure.

use jiff::civil::{Date, DateTime};

use crate::kernel::Vnd;
use crate::kernel::text::fold;

/// How a statement names its columns: any of these, compared without tone marks and capitals.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    pub transaction: Vec<String>,
    pub reference: Vec<String>,
    pub amount: Vec<String>,
    pub day: Vec<String>,
    pub content: Vec<String>,
}

/// A line of a statement: money that came, or (less than nothing) went back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the file; the first line is 1.
    pub number: usize,
    pub day: Option<Date>,
    pub amount: Vnd,
    pub transaction: Option<String>,
    pub reference: Option<String>,
    pub content: String,
}

/// Why a file can't be taken. Nothing of it is, then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    #[error("the file is not UTF-8")]
    NotText,
    #[error("no line names the columns of amount and of transaction")]
    NoHeader,
    #[error("there are no lines below the heading")]
    Empty,
    #[error("line {line}: «{text}» is no amount in whole đồng")]
    Amount { line: usize, text: String },
    #[error("line {line}: «{text}» is no day")]
    Day { line: usize, text: String },
    /// Without its number the same money could be counted twice.
    #[error("line {line}: our payment is named, the transaction is not")]
    Transaction { line: usize },
    #[error("line {line}: {cause}")]
    Csv { line: usize, cause: String },
}

/// The most lines of a heading above the table: banks put their name and the account there.
const LONGEST_HEAD: usize = 30;
/// The most of a text that is kept.
const LONGEST: usize = 500;

/// Where each column stands.
struct Places {
    transaction: usize,
    reference: Option<usize>,
    amount: usize,
    day: Option<usize>,
    content: Option<usize>,
}

impl Columns {
    /// Reads names with `|` between them: transaction, reference, amount, day, content.
    pub fn named([transaction, reference, amount, day, content]: [&str; 5]) -> Self {
        let names = |text: &str| text.split('|').map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()).collect();
        Self {
            transaction: names(transaction),
            reference: names(reference),
            amount: names(amount),
            day: names(day),
            content: names(content),
        }
    }

    fn places(&self, heading: &csv::StringRecord) -> Option<Places> {
        let cells: Vec<String> = heading.iter().map(|cell| fold(cell.trim())).collect();
        let place = |names: &[String]| {
            let named = |cell: &String| names.iter().any(|name| fold(name) == *cell);
            cells.iter().position(named)
        };
        let (transaction, amount) = (place(&self.transaction)?, place(&self.amount)?);
        let (reference, content) = (place(&self.reference), place(&self.content));
        Some(Places { transaction, reference, amount, day: place(&self.day), content })
    }
}

/// Reads a statement as a whole.
///
/// # Errors
/// [`StatementError`] names the first line at fault.
pub fn read(bytes: &[u8], columns: &Columns) -> Result<Vec<Line>, StatementError> {
    let text = std::str::from_utf8(bytes).map_err(|_| StatementError::NotText)?;
    if text.contains('\0') {
        return Err(StatementError::NotText);
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut places, mut lines) = (None, Vec::new());
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| StatementError::Csv { line: i + 1, cause: e.to_string() })?;
        let number = record.position().map_or(i + 1, |p| usize::try_from(p.line()).unwrap_or(i + 1));
        let Some(at) = &places else {
            places = columns.places(&record);
            if places.is_none() && i >= LONGEST_HEAD {
                return Err(StatementError::NoHeader);
            }
            continue;
        };
        if let Some(line) = line(number, at, &record)? {
            lines.push(line);
        }
    }
    match (places, lines.is_empty()) {
        (None, _) => Err(StatementError::NoHeader),
        (Some(_), true) => Err(StatementError::Empty),
        (Some(_), false) => Ok(lines),
    }
}

/// A line; none where it is a sum below the table, or empty.
fn line(number: usize, at: &Places, record: &csv::StringRecord) -> Result<Option<Line>, StatementError> {
    let cell = |place: Option<usize>| {
        let text: String = place.and_then(|p| record.get(p)).unwrap_or_default().trim().chars().take(LONGEST).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    let (transaction, reference) = (cell(Some(at.transaction)), cell(at.reference));
    let content = cell(at.content).unwrap_or_default();
    let Some(text) = cell(Some(at.amount)) else { return Ok(None) };
    let reference = reference.or_else(|| reference_in(&content));
    let Some(transaction) = transaction else {
        // A sum below the table has no number, and names no payment.
        return if reference.is_none() { Ok(None) } else { Err(StatementError::Transaction { line: number }) };
    };
    let amount = amount(&text).ok_or(StatementError::Amount { line: number, text })?;
    let day = match cell(at.day) {
        Some(text) => Some(day(&text).ok_or(StatementError::Day { line: number, text })?),
        None => None,
    };
    let transaction = Some(transaction);
    Ok((amount.0 != 0).then_some(Line { number, day, amount, transaction, reference, content }))
}

/// What separates the cells: what the first lines have most of.
fn delimiter(text: &str) -> u8 {
    let head: Vec<&str> = text.lines().take(LONGEST_HEAD + 1).collect();
    let count = |mark: char| head.iter().map(|line| line.matches(mark).count()).max().unwrap_or(0);
    // A comma may stand inside amounts and names: the others are believed first.
    [(';', b';'), ('\t', b'\t')].into_iter().find(|(mark, _)| count(*mark) >= 2).map_or(b',', |(_, byte)| byte)
}

/// An amount in whole đồng: `1.234.567`, `1,234,567`, `1234567`, `1.234.567,00`, `-8.000 đ`, `8,000 VND`.
pub fn amount(text: &str) -> Option<Vnd> {
    let folded = fold(text);
    let bare = folded.trim_end_matches("vnd").trim_end().trim_end_matches('d').trim();
    let (negative, digits) = match bare.strip_prefix('-').or_else(|| bare.strip_prefix('(')) {
        Some(rest) => (true, rest.trim_end_matches(')')),
        None => (false, bare.strip_prefix('+').unwrap_or(bare)),
    };
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = without_decimals(&digits)?;
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let first = groups.first()?;
    let is_grouped =
        groups.len() == 1 || ((1..=3).contains(&first.len()) && groups.iter().skip(1).all(|g| g.len() == 3));
    let one_mark = !(whole.contains('.') && whole.contains(','));
    let joined = groups.concat();
    let is_number =
        is_grouped && one_mark && (1..=15).contains(&joined.len()) && joined.bytes().all(|b| b.is_ascii_digit());
    let value: i64 = if is_number { joined.parse().ok()? } else { return None };
    Some(Vnd(if negative { -value } else { value }))
}

/// Takes off decimals, which must be zeros: there is nothing smaller than a đồng.
fn without_decimals(digits: &str) -> Option<&str> {
    let Some(at) = digits.rfind(['.', ',']) else { return Some(digits) };
    let (whole, decimals) = (digits.get(..at)?, digits.get(at + 1..)?);
    match decimals.len() {
        3 => Some(digits),
        1 | 2 if decimals.bytes().all(|b| b == b'0') => Some(whole),
        _ => None,
    }
}

/// A day, with or without the time: `21/11/2026 10:32`, `2026-11-21T10:32:00`, `20261121103200`.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let first = text.split([' ', 'T']).next().unwrap_or_default();
    for format in ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%Y/%m/%d"] {
        if let Ok(day) = Date::strptime(format, first) {
            return Some(day);
        }
    }
    match first.len() {
        14 => DateTime::strptime("%Y%m%d%H%M%S", first).ok().map(|t| t.date()),
        8 => Date::strptime("%Y%m%d", first).ok(),
        _ => None,
    }
}

/// One of our payment numbers inside a text: `MC`, the day, ten letters and digits.
fn reference_in(content: &str) -> Option<String> {
    const LENGTH: usize = 18;
    let is_ours = |word: &&str| {
        let bytes = word.as_bytes();
        bytes.len() == LENGTH
            && bytes.starts_with(b"MC")
            && bytes.iter().skip(2).take(6).all(u8::is_ascii_digit)
            && bytes.iter().skip(8).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    content.split(|c: char| !c.is_ascii_alphanumeric()).find(is_ours).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn columns() -> Columns {
        let names = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
        Columns {
            transaction: names(&["Mã giao dịch", "transaction"]),
            reference: names(&["Mã tham chiếu", "reference"]),
            amount: names(&["Số tiền", "amount"]),
            day: names(&["Ngày", "date"]),
            content: names(&["Nội dung"]),
        }
    }

    #[test]
    fn a_vietnamese_statement_is_read() {
        let text = "\u{feff}NGÂN HÀNG;;;\nTài khoản;0011;;\nNGÀY;Mã giao dịch;SỐ TIỀN;Nội dung\n\
            21/11/2026 10:32;14226112;1.234.567;Nop phi MC261121ABCDEFGHJK\n22/11/2026;14226113;-8.000 đ;hoan\n\
            Cộng;;1.226.567;\n";
        let lines = read(text.as_bytes(), &columns()).unwrap();
        assert_eq!(lines.len(), 2, "the sum is no line: {lines:?}");
        assert_eq!(
            lines[0],
            Line {
                number: 4,
                day: Some(date(2026, 11, 21)),
                amount: Vnd(1_234_567),
                transaction: Some("14226112".into()),
                reference: Some("MC261121ABCDEFGHJK".into()),
                content: "Nop phi MC261121ABCDEFGHJK".into(),
            }
        );
        assert_eq!(lines[1].amount, Vnd(-8_000));
    }

    #[test]
    fn commas_and_quotes_are_read_too() {
        let text = "date,transaction,reference,amount\n2026-11-21,7,MC1,\"1,234,567\"\n20261122101112,8,MC2,8000\n";
        let lines = read(text.as_bytes(), &columns()).unwrap();
        let seen: Vec<_> = lines.iter().map(|l| (l.amount.0, l.day.unwrap().day())).collect();
        assert_eq!(seen, [(1_234_567, 21), (8_000, 22)]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let read = |text: &str| read(text.as_bytes(), &columns()).unwrap_err();
        assert_eq!(super::read(&[0xff, 0xfe], &columns()), Err(StatementError::NotText));
        assert_eq!(read("a,b\n1,2\n"), StatementError::NoHeader);
        assert_eq!(read("transaction,amount\n"), StatementError::Empty);
        assert_eq!(read("transaction,amount\n7,8.5\n"), StatementError::Amount { line: 2, text: "8.5".into() });
        assert_eq!(
            read("transaction,date,amount\n7,31/02/2026,8\n"),
            StatementError::Day { line: 2, text: "31/02/2026".into() }
        );
    }

    #[test]
    fn amounts_of_every_spelling() {
        let good =
            ["1.234.567", "1,234,567", "1234567", "1.234.567,00", "1,234,567.00", "1 234 567 đ", "1.234.567 VND"];
        for text in good {
            assert_eq!(amount(text), Some(Vnd(1_234_567)), "{text}");
        }
        for text in ["", "-", "1.23", "12.34.567", "1.234,567", "8,5", "x", "9999999999999999"] {
            assert_eq!(amount(text), None, "{text}");
        }
        assert_eq!((amount("(8.000)"), amount("+8.000")), (Some(Vnd(-8_000)), Some(Vnd(8_000))));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in 0..999_999_999_999_i64) {
            prop_assert_eq!(amount(&Vnd(value).to_string()), Some(Vnd(value)));
            prop_assert_eq!(amount(&value.to_string()), Some(Vnd(value)));
        }

        #[test]
        fn nothing_makes_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
            let _ = read(&bytes, &columns());
            let _ = read(text.as_bytes(), &columns());
            let _ = (amount(&text), day(&text));
        }
    }
}

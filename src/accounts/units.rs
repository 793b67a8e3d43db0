//! Administrative units of the two-level order: provinces and communes, imported with their dates.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use jiff::civil::Date;

use super::account::words;
use super::store::units as store;
use crate::db::types::D;
use crate::db::{self, Conn, Tx};
use crate::kernel::text;

words! {
    /// The two levels since 1 July 2025.
    Level {
        Province = "province",
        Commune = "commune",
    }
}

/// An administrative unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Two digits for a province, five for a commune.
    pub code: String,
    pub level: Level,
    /// `Phú Bài`.
    pub name: String,
    /// `Phường Phú Bài`.
    pub full_name: String,
    /// The province of a commune.
    pub parent_code: Option<String>,
    pub valid_from: Date,
    /// First day on which it no longer stands.
    pub valid_to: Option<Date>,
}

impl Unit {
    /// Whether it stands on `day`.
    pub fn stands_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }
}

/// The day the two-level order began: units whose row names no date stand since then.
pub const TWO_LEVELS_SINCE: Date = jiff::civil::date(2025, 7, 1);

/// The units of the whole country that the product ships with, for [`parse_csv`].
pub const SHIPPED: &str = include_str!("../../config/catalogue/units.csv");

/// A row that can't be taken, with its place in the file (the header is line 1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadRow {
    pub line: u64,
    pub what: String,
}

#[derive(serde::Deserialize)]
struct Line {
    level: String,
    code: String,
    name: String,
    full_name: String,
    parent_code: String,
    #[serde(default)]
    valid_from: Option<String>,
    #[serde(default)]
    valid_to: Option<String>,
}

/// Reads a file of columns `level,code,name,full_name,parent_code` and, where units changed, `valid_from,valid_to`
/// (`YYYY-MM-DD`). Outside any transaction.
///
/// # Errors
/// Every row that can't be taken; then nothing is.
pub fn parse_csv(file: impl Read) -> Result<Vec<Unit>, Vec<BadRow>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    columns(&mut reader, &["level", "code", "name", "full_name", "parent_code"]).map_err(|bad| vec![bad])?;
    let mut units: Vec<(u64, Unit)> = Vec::new();
    let mut bad = Vec::new();
    let mut codes = BTreeSet::new();
    for (at, read) in reader.deserialize::<Line>().enumerate() {
        let line = at as u64 + 2;
        match read.map_err(|e| e.to_string()).and_then(Line::into_unit) {
            Ok(unit) if !codes.insert(unit.code.clone()) => {
                bad.push(BadRow { line, what: format!("the code {} stands in the file twice", unit.code) });
            }
            Ok(unit) => units.push((line, unit)),
            Err(what) => bad.push(BadRow { line, what }),
        }
    }
    let provinces: BTreeSet<&str> =
        units.iter().filter(|(_, u)| u.level == Level::Province).map(|(_, u)| u.code.as_str()).collect();
    // A file of communes alone may name provinces that are in the database; `import` checks those.
    if !provinces.is_empty() {
        for (line, unit) in &units {
            if let Some(parent) = unit.parent_code.as_deref().filter(|parent| !provinces.contains(parent)) {
                bad.push(BadRow { line: *line, what: format!("the province {parent} is not in the file") });
            }
        }
    }
    if units.is_empty() && bad.is_empty() {
        bad.push(BadRow { line: 1, what: "the file has no rows".to_owned() });
    }
    bad.sort_by_key(|row| row.line);
    if bad.is_empty() { Ok(units.into_iter().map(|(_, unit)| unit).collect()) } else { Err(bad) }
}

/// Looks at the header before any row: a wrong one is told once, not again for every row.
///
/// # Errors
/// The columns that are missing or stand there twice, or a header that can't be read.
pub fn columns(reader: &mut csv::Reader<impl Read>, needed: &[&str]) -> Result<(), BadRow> {
    let bad = |what| BadRow { line: 1, what };
    let header = reader.headers().map_err(|e| bad(e.to_string()))?;
    let times = |name: &str| header.iter().filter(|column| *column == name).count();
    let missing: Vec<&str> = needed.iter().copied().filter(|name| times(name) == 0).collect();
    if !missing.is_empty() {
        return Err(bad(format!("the header lacks {}; it needs {}", missing.join(", "), needed.join(","))));
    }
    match header.iter().find(|name| times(name) > 1) {
        Some(twice) => Err(bad(format!("the header names {twice:?} twice"))),
        None => Ok(()),
    }
}

impl Line {
    fn into_unit(self) -> Result<Unit, String> {
        let level = Level::parse(&self.level).ok_or_else(|| format!("unknown level {:?}", self.level))?;
        let (digits, needs_parent) = match level {
            Level::Province => (2, false),
            Level::Commune => (5, true),
        };
        if self.code.len() != digits || !self.code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("the code {:?} of a {} needs {digits} digits", self.code, level.as_str()));
        }
        let parent_code = Some(self.parent_code).filter(|code| !code.is_empty());
        if parent_code.is_some() != needs_parent {
            return Err(format!("{}: a commune has a parent_code, a province has none", self.code));
        }
        let (name, full_name) = (text::line(&self.name), text::line(&self.full_name));
        if name.is_empty() || full_name.is_empty() {
            return Err(format!("{}: name and full_name are needed", self.code));
        }
        let valid_from = day(self.valid_from)?.unwrap_or(TWO_LEVELS_SINCE);
        let valid_to = day(self.valid_to)?;
        if valid_to.is_some_and(|to| to <= valid_from) {
            return Err(format!("{}: valid_to is not after valid_from", self.code));
        }
        Ok(Unit { code: self.code, level, name, full_name, parent_code, valid_from, valid_to })
    }
}

fn day(typed: Option<String>) -> Result<Option<Date>, String> {
    let typed = typed.filter(|typed| !typed.is_empty());
    typed.map(|typed| typed.parse().map_err(|_| format!("{typed:?} is not a date"))).transpose()
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A commune of a province that is neither in the file nor in the database.
    #[error("{unit}: there is no province {parent}")]
    NoParent { unit: String, parent: String },
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Loads or updates units; those that the file does not name stay as they are. All or nothing.
///
/// # Errors
/// [`ImportError`].
pub fn import(tx: &mut Tx<'_>, units: &[Unit]) -> Result<Imported, ImportError> {
    let conn = tx.conn();
    let there: BTreeMap<String, store::Row> =
        store::rows(conn)?.into_iter().map(|row| (row.code.clone(), row)).collect();
    let known = |code: &str| there.contains_key(code) || units.iter().any(|u| u.code == code);
    let mut checked = BTreeSet::new();
    let mut done = Imported::default();
    let (provinces, communes): (Vec<&Unit>, Vec<&Unit>) = units.iter().partition(|u| u.level == Level::Province);
    for unit in provinces.into_iter().chain(communes) {
        if let Some(parent) = &unit.parent_code
            && checked.insert(parent)
            && !known(parent)
        {
            return Err(ImportError::NoParent { unit: unit.code.clone(), parent: parent.clone() });
        }
        let row = store::Row {
            code: unit.code.clone(),
            level: unit.level.as_str().to_owned(),
            fold: text::fold(&unit.full_name),
            name: unit.name.clone(),
            full_name: unit.full_name.clone(),
            parent_code: unit.parent_code.clone(),
            valid_from: D(unit.valid_from),
            valid_to: unit.valid_to.map(D),
        };
        match there.get(&unit.code) {
            Some(same) if *same == row => done.unchanged += 1,
            Some(_) => {
                store::update(conn, row)?;
                done.changed += 1;
            }
            None => {
                store::insert(conn, row)?;
                done.added += 1;
            }
        }
    }
    Ok(done)
}

/// The provinces that stand on `day`, in Vietnamese order.
///
/// # Errors
/// A failure of the database.
pub fn provinces(conn: &mut Conn, day: Date) -> Result<Vec<Unit>, db::Error> {
    Ok(in_order(store::standing(conn, Level::Province, None, day)?))
}

/// The communes of a province that stand on `day`, in Vietnamese order.
///
/// # Errors
/// A failure of the database.
pub fn communes(conn: &mut Conn, province: &str, day: Date) -> Result<Vec<Unit>, db::Error> {
    Ok(in_order(store::standing(conn, Level::Commune, Some(province), day)?))
}

/// By name, letter by letter from the left: place names are not personal names.
fn in_order(mut units: Vec<Unit>) -> Vec<Unit> {
    units.sort_by_cached_key(|unit| {
        let words: Vec<String> = unit.name.split_whitespace().map(text::sort_key).collect();
        (words, unit.code.clone())
    });
    units
}

/// One unit by code.
///
/// # Errors
/// A failure of the database.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>, db::Error> {
    Ok(store::by_codes(conn, &[code.to_owned()])?.pop())
}

/// Names for codes, a commune always with its province: `Phường Phú Bài, Thành phố Huế`. Unknown codes are left out.
///
/// # Errors
/// A failure of the database.
pub fn labels(conn: &mut Conn, codes: &[String]) -> Result<BTreeMap<String, String>, db::Error> {
    let units = store::by_codes(conn, codes)?;
    let parents: BTreeSet<String> = units.iter().filter_map(|unit| unit.parent_code.clone()).collect();
    let parents: Vec<String> = parents.into_iter().collect();
    let above: BTreeMap<String, String> =
        store::by_codes(conn, &parents)?.into_iter().map(|unit| (unit.code, unit.full_name)).collect();
    let label = |unit: Unit| {
        let province = unit.parent_code.as_ref().and_then(|code| above.get(code));
        let label = province.map_or_else(|| unit.full_name.clone(), |above| format!("{}, {above}", unit.full_name));
        (unit.code, label)
    };
    Ok(units.into_iter().map(label).collect())
}

/// The name for one code, see [`labels`].
///
/// # Errors
/// A failure of the database.
pub fn label(conn: &mut Conn, code: &str) -> Result<Option<String>, db::Error> {
    Ok(labels(conn, &[code.to_owned()])?.remove(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "level,code,name,full_name,parent_code\n";

    #[test]
    fn reads_a_good_file() {
        let file = format!("{HEAD}province,46,Huế,Thành phố Huế,\ncommune,19960,Phú Bài,Phường Phú Bài,46\n");
        let units = parse_csv(file.as_bytes()).unwrap();
        assert_eq!(units.len(), 2);
        assert_eq!(units[1].parent_code.as_deref(), Some("46"));
        assert_eq!(units[1].valid_from, TWO_LEVELS_SINCE);
        let dated = "level,code,name,full_name,parent_code,valid_from,valid_to\n\
                     province,46,Huế,Thành phố Huế,,2025-07-01,2030-01-01\n";
        assert_eq!(parse_csv(dated.as_bytes()).unwrap()[0].valid_to, Some(jiff::civil::date(2030, 1, 1)));
    }

    #[test]
    fn every_bad_row_is_named_with_its_line() {
        let file = format!(
            "{HEAD}province,4,Huế,Thành phố Huế,\ncommune,19960,Phú Bài,Phường Phú Bài,99\nhuyện,1,a,b,\n\
             province,01,Hà Nội,Thành phố Hà Nội,\nprovince,01,Hà Nội,Thành phố Hà Nội,\ncommune,00004,,x,01\n"
        );
        let bad = parse_csv(file.as_bytes()).unwrap_err();
        assert_eq!(bad.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4, 6, 7]);
        assert!(bad[1].to_string().contains("line 3: the province 99"), "{}", bad[1]);
        assert_eq!(parse_csv(HEAD.as_bytes()).unwrap_err()[0].line, 1);
        let header = parse_csv("level,code\nprovince,01\nprovince,02\n".as_bytes()).unwrap_err();
        assert_eq!(header.len(), 1, "a wrong header is told once: {header:?}");
        assert!(header[0].to_string().starts_with("line 1: the header lacks name, full_name"), "{}", header[0]);
    }

    #[test]
    fn place_names_sort_in_vietnamese_order() {
        let unit = |name: &str| Unit {
            code: name.to_owned(),
            level: Level::Province,
            name: name.to_owned(),
            full_name: name.to_owned(),
            parent_code: None,
            valid_from: TWO_LEVELS_SINCE,
            valid_to: None,
        };
        let names = ["Đồng Nai", "Huế", "An Giang", "Đà Nẵng", "Cà Mau", "Cao Bằng", "Điện Biên", "Cần Thơ"];
        let sorted = in_order(names.map(unit).to_vec());
        let sorted: Vec<&str> = sorted.iter().map(|u| u.name.as_str()).collect();
        assert_eq!(sorted, ["An Giang", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Điện Biên", "Đồng Nai", "Huế"]);
    }
}

//! `import agencies FILE`: agencies with their places and the procedures that they settle. Without it a production
//! installation has none, and no officer can be made.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts::agencies::{self, Agency, BankAccount, Kind, Level, SaveError};
use crate::accounts::units::{self, BadRow, Imported, Unit};
use crate::catalog::procedures;
use crate::db::{self, Tx};
use crate::kernel::national::{AgencyCode, TaxCode};
use crate::kernel::{Actor, AgencyId, Timestamp, text};
use crate::payments::transfer;

const COLUMNS: [&str; 11] = [
    "code",
    "name",
    "kind",
    "level",
    "parent_code",
    "province_code",
    "commune_code",
    "place",
    "address",
    "phone",
    "procedures",
];

#[derive(serde::Deserialize)]
struct Line {
    code: String,
    name: String,
    kind: String,
    level: String,
    parent_code: String,
    province_code: String,
    commune_code: String,
    place: String,
    address: String,
    phone: String,
    procedures: String,
    /// Not in every file.
    #[serde(default)]
    tax_code: String,
    #[serde(default)]
    bank_bin: String,
    #[serde(default)]
    bank_account: String,
    #[serde(default)]
    bank_holder: String,
}

/// A row of the file that is right as far as the file alone can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    line: u64,
    code: String,
    name: String,
    kind: Kind,
    level: Level,
    parent_code: Option<String>,
    province_code: Option<String>,
    commune_code: Option<String>,
    place: String,
    address: Option<String>,
    phone: Option<String>,
    procedures: Vec<String>,
    /// As receipts name the agency.
    tax_code: Option<String>,
    /// Into which it collects fees.
    account: Option<BankAccount>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    #[error("{} rows can't be taken", .0.len())]
    Rows(Vec<BadRow>),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Reads the file. Outside any transaction.
///
/// # Errors
/// Every row that can't be taken, or the header alone.
pub(super) fn parse(file: &str) -> Result<Vec<Row>, Vec<BadRow>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.as_bytes());
    units::columns(&mut reader, &COLUMNS).map_err(|bad| vec![bad])?;
    let header = reader.headers().cloned().unwrap_or_default();
    let (mut rows, mut bad, mut codes) = (Vec::new(), Vec::new(), BTreeSet::new());
    for record in reader.records() {
        let (line, read) = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                (line, record.deserialize::<Line>(Some(&header)).map_err(|e| e.to_string()))
            }
            Err(e) => (e.position().map_or(0, csv::Position::line), Err(e.to_string())),
        };
        match read.and_then(|typed| typed.into_row(line)) {
            Ok(row) if !codes.insert(row.code.clone()) => {
                bad.push(BadRow { line, what: format!("the code {} stands in the file twice", row.code) });
            }
            Ok(row) => rows.push(row),
            Err(what) => bad.push(BadRow { line, what }),
        }
    }
    if rows.is_empty() && bad.is_empty() {
        bad.push(BadRow { line: 1, what: "the file has no rows".to_owned() });
    }
    if bad.is_empty() { Ok(rows) } else { Err(bad) }
}

impl Line {
    fn into_row(self, line: u64) -> Result<Row, String> {
        let code_of = |typed: &str| {
            let code = AgencyCode::parse(typed).map_err(|_| SaveError::BadCode(typed.to_owned()).to_string())?;
            Ok::<String, String>(code.as_str().to_owned())
        };
        let code = code_of(&self.code)?;
        let some = |typed: &str| Some(text::line(typed)).filter(|text| !text.is_empty());
        let (Some(name), Some(place)) = (some(&self.name), some(&self.place)) else {
            return Err(format!("{code}: name and place are needed"));
        };
        let kind = Kind::parse(&self.kind).ok_or_else(|| format!("{code}: unknown kind {:?}", self.kind))?;
        let level = Level::parse(&self.level).ok_or_else(|| format!("{code}: unknown level {:?}", self.level))?;
        let (province_code, commune_code) = (some(&self.province_code), some(&self.commune_code));
        let needs_province = commune_code.is_some() || matches!(level, Level::Commune | Level::Province);
        if needs_province && province_code.is_none() {
            return Err(format!("{code}: province_code is needed"));
        }
        if level == Level::Commune && commune_code.is_none() {
            return Err(format!("{code}: commune_code is needed at the level commune"));
        }
        let parent_code = some(&self.parent_code).map(|typed| code_of(&typed)).transpose()?;
        if parent_code.as_ref() == Some(&code) {
            return Err(format!("{code}: {}", SaveError::Circle));
        }
        let tax_code = some(&self.tax_code)
            .map(|typed| TaxCode::parse(&typed).map_err(|_| format!("{code}: {typed:?} is no tax code")))
            .transpose()?;
        let account = self.account().map_err(|what| format!("{code}: {what}"))?;
        let procedures: BTreeSet<String> = self.procedures.split_whitespace().map(str::to_owned).collect();
        Ok(Row {
            line,
            name,
            kind,
            level,
            parent_code,
            province_code,
            commune_code,
            place,
            address: some(&self.address),
            phone: some(&self.phone),
            procedures: procedures.into_iter().collect(),
            tax_code: tax_code.map(|tax| tax.as_str().to_owned()),
            account,
            code,
        })
    }

    /// The bank account, where one stands in the row: all of it, and such that codes can be made for it.
    fn account(&self) -> Result<Option<BankAccount>, &'static str> {
        let [bin, number, holder] =
            [&self.bank_bin, &self.bank_account, &self.bank_holder].map(|typed| text::line(typed));
        if [&bin, &number, &holder].iter().all(|part| part.is_empty()) {
            return Ok(None);
        }
        let account = BankAccount { bin, number, holder };
        if account.holder.is_empty() || !transfer::takes(&account) {
            return Err("bank_bin (six digits), bank_account (letters and digits) and bank_holder belong together");
        }
        Ok(Some(account))
    }
}

/// Adds new agencies, changes those whose code is there, and adds each to the procedures of its row; agencies and
/// competences that the file does not name stay as they are. All or nothing.
///
/// # Errors
/// Every row whose parent, unit or procedure is unknown or that would stand below itself; the database's failures.
pub(super) fn write(tx: &mut Tx<'_>, rows: &[Row], now: Timestamp) -> Result<Imported, WriteError> {
    let there: BTreeMap<String, Agency> =
        agencies::all(tx.conn())?.into_iter().map(|agency| (agency.code.clone(), agency)).collect();
    let mut ids: BTreeMap<&str, AgencyId> = there.iter().map(|(code, agency)| (code.as_str(), agency.id)).collect();
    for row in rows {
        ids.entry(&row.code).or_insert_with(AgencyId::new);
    }
    let places = places(tx, rows)?;
    let mut bad: Vec<BadRow> = Vec::new();
    let mut wanted: Vec<(u64, Agency)> = Vec::new();
    for row in rows {
        match row.agency(there.get(&row.code), &ids, &places) {
            Ok(agency) => wanted.push((row.line, agency)),
            Err(what) => bad.push(row.bad(&what)),
        }
    }
    if !bad.is_empty() {
        return Err(WriteError::Rows(bad));
    }
    let mut done = Imported::default();
    let changed: Vec<&(u64, Agency)> =
        wanted.iter().filter(|(_, agency)| there.get(&agency.code) != Some(agency)).collect();
    done.unchanged = wanted.len() - changed.len();
    // First without their parents: a parent may stand further down, and two agencies may change places.
    for (line, agency) in &changed {
        if there.contains_key(&agency.code) {
            done.changed += 1
        } else {
            done.added += 1
        }
        save(tx, *line, &Agency { parent: None, ..agency.clone() }, now, &mut bad)?;
    }
    for (line, agency) in changed.iter().filter(|(_, agency)| agency.parent.is_some()) {
        save(tx, *line, agency, now, &mut bad)?;
    }
    for (row, (_, agency)) in rows.iter().zip(&wanted) {
        for procedure in &row.procedures {
            match procedures::add_agency(tx, procedure, agency.id) {
                Ok(_) => {}
                Err(db::Error::NotFound) => bad.push(row.bad(&format!("there is no procedure {procedure}"))),
                Err(e) => return Err(e.into()),
            }
        }
    }
    if !bad.is_empty() {
        bad.sort_by_key(|row| row.line);
        return Err(WriteError::Rows(bad));
    }
    if done.changed > 0 {
        // The cached catalogue holds the names of agencies.
        procedures::bump(tx)?;
    }
    Ok(done)
}

/// Saves one; what the row is at fault for is noted.
fn save(tx: &mut Tx<'_>, line: u64, agency: &Agency, now: Timestamp, bad: &mut Vec<BadRow>) -> Result<(), WriteError> {
    match agencies::save(tx, &Actor::System, agency, now) {
        Ok(()) => {}
        Err(SaveError::Db(e)) => return Err(e.into()),
        Err(e) => bad.push(BadRow { line, what: format!("{}: {e}", agency.code) }),
    }
    Ok(())
}

/// The units that the rows name and that are known.
fn places(tx: &mut Tx<'_>, rows: &[Row]) -> Result<BTreeMap<String, Unit>, db::Error> {
    let named: BTreeSet<&String> =
        rows.iter().flat_map(|row| row.province_code.iter().chain(&row.commune_code)).collect();
    let mut known = BTreeMap::new();
    for code in named {
        if let Some(unit) = units::by_code(tx.conn(), code)? {
            known.insert(code.clone(), unit);
        }
    }
    Ok(known)
}

impl Row {
    fn bad(&self, what: &str) -> BadRow {
        BadRow { line: self.line, what: format!("{}: {what}", self.code) }
    }

    /// The agency as this row wants it. What the file has no column for stays as it is.
    fn agency(
        &self,
        there: Option<&Agency>,
        ids: &BTreeMap<&str, AgencyId>,
        places: &BTreeMap<String, Unit>,
    ) -> Result<Agency, String> {
        let province = self.province_code.as_deref();
        if let Some(code) = province
            && places.get(code).is_none_or(|unit| unit.level != units::Level::Province)
        {
            return Err(format!("there is no province {code}: import units first"));
        }
        if let Some(code) = &self.commune_code
            && places.get(code).is_none_or(|unit| unit.parent_code.as_deref() != province)
        {
            return Err(format!("there is no commune {code} in the province {}", province.unwrap_or_default()));
        }
        let mut collecting = there.map(|agency| agency.collecting.clone()).unwrap_or_default();
        if self.tax_code.is_some() {
            collecting.tax_code.clone_from(&self.tax_code);
        }
        if self.account.is_some() {
            collecting.account.clone_from(&self.account);
        }
        let id_of = |code: &str| ids.get(code).copied().ok_or_else(|| format!("there is no agency {code} above it"));
        let parent = self.parent_code.as_deref().map(id_of).transpose()?;
        Ok(Agency {
            id: id_of(&self.code)?,
            code: self.code.clone(),
            name: self.name.clone(),
            centre_name: there.and_then(|agency| agency.centre_name.clone()),
            kind: self.kind,
            level: self.level,
            parent,
            province_code: self.province_code.clone(),
            commune_code: self.commune_code.clone(),
            place_name: self.place.clone(),
            address: self.address.clone(),
            phone: self.phone.clone(),
            email: there.and_then(|agency| agency.email.clone()),
            // A new one is real; the demonstration's keep the mark that their papers carry.
            is_demo: there.is_some_and(|agency| agency.is_demo),
            valid_from: there.and_then(|agency| agency.valid_from),
            valid_to: there.and_then(|agency| agency.valid_to),
            collecting,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_every_bad_one_is_named_with_its_line() {
        let head = format!("\u{feff}{}\n", COLUMNS.join(","));
        let committee = "H57.31,UBND phường Minh Họa,peoples_committee,commune,H57,46,19960,Huế,,,1.001193  1.004222\n";
        let city = "H57,UBND thành phố Minh Họa,peoples_committee,province,,46,,Huế,Số 1,02343000000,\n";
        let rows = parse(&format!("{head}{committee}{city}")).unwrap();
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(rows[0].procedures, ["1.001193", "1.004222"]);
        assert_eq!((rows[0].parent_code.as_deref(), &rows[0].phone), (Some("H57"), &None));
        assert!(rows[1].procedures.is_empty() && rows[1].commune_code.is_none());

        let taxed = |tax: &str| parse(&format!("{},tax_code\n{},{tax}\n", head.trim_end(), city.trim_end()));
        assert_eq!(taxed("0000000017").unwrap()[0].tax_code.as_deref(), Some("0000000017"));
        assert_eq!(taxed("").unwrap()[0].tax_code, None);
        assert_eq!(taxed("0000000018").unwrap_err()[0].line, 2, "a wrong check digit");

        let banked = |account: &str| {
            parse(&format!("{},bank_bin,bank_account,bank_holder\n{},{account}\n", head.trim_end(), city.trim_end()))
        };
        let account = BankAccount { bin: "970436".into(), number: "0011001234567".into(), holder: "UBND".into() };
        assert_eq!(banked("970436,0011001234567,UBND").unwrap()[0].account, Some(account));
        assert_eq!(banked(",,").unwrap()[0].account, None);
        for half in ["970436,,UBND", "970436,0011001234567,", "97043,0011001234567,UBND", "970436,00-11,UBND"] {
            assert_eq!(banked(half).unwrap_err()[0].line, 2, "{half}");
        }

        let bad = parse(&format!(
            "{head}{city}{city}x y,a,other,ministry,,,,Huế,,,\nH01,a,shop,ministry,,,,Huế,,,\nH02,a,other,town,,,,Huế,,,\n\
             H03,,other,ministry,,,,Huế,,,\nH04,a,other,commune,,46,,Huế,,,\nH05,a,other,province,,,,Huế,,,\n\
             H06,a,other,ministry,H06,,,Huế,,,\nH07,a\n"
        ))
        .unwrap_err();
        assert_eq!(bad.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8, 9, 10, 11], "{bad:?}");
        assert_eq!(parse("code,name\nH01,a\nH2,b\n").unwrap_err().len(), 1, "a wrong header is told once");
        assert_eq!(parse(&head).unwrap_err()[0].line, 1);
    }
}

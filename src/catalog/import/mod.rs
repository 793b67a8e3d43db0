//! Reading procedures from files: the own format, the facts format, and national `LayThuTuc` records.
//!
//! Pure: text in, checked revisions or every bad row out. Writing is `catalog::store`'s, in one short transaction.

mod condition;
mod enrichment;
mod facts;
mod field;
mod form;
mod national;
mod residue;
mod sample;
mod translate;

#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check;
use super::revision::Revision;

pub use enrichment::Enrichment;
pub use form::finished;

/// The shipped facts, which the demonstration data are made from.
pub const SHIPPED_FACTS: &str = include_str!("../../../config/catalogue/procedures.json");
const ENRICHMENT: &str = include_str!("../../../config/catalogue/enrichment.json");
const ENGLISH: &str = include_str!("../../../config/catalogue/english.json");

/// Marks the product's own format.
pub const OWN_FORMAT: &str = "motcua/procedures/1";

/// Which of the three inputs a file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Own,
    Facts,
    National,
}

/// One procedure that may be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Where it stood in the file, such as `thu_tuc[3]`.
    pub place: String,
    pub origin: Origin,
    pub revision: Revision,
}

/// One thing wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct BadRow {
    /// Position in the file (`[12] 1.000253`, `line 3 column 7`).
    pub place: String,
    pub problem: String,
}

/// The own format.
#[derive(Serialize, Deserialize)]
struct Own {
    format: String,
    procedures: Vec<Value>,
}

/// Reads and checks a whole file. All or nothing: one bad row and every bad row is told.
pub fn parse(text: &str) -> Result<Vec<Import>, Vec<BadRow>> {
    parse_with(text, Enrichment::shipped())
}

/// As [`parse`], with another enrichment.
pub fn parse_with(text: &str, words: &Enrichment) -> Result<Vec<Import>, Vec<BadRow>> {
    let text = text.trim_start_matches('\u{feff}');
    let file: Value = serde_json::from_str(text).map_err(|e| {
        vec![BadRow { place: format!("line {} column {}", e.line(), e.column()), problem: e.to_string() }]
    })?;
    let rows = rows(&file)?;
    let mut good = Vec::new();
    let mut bad = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    for (place, origin, row) in rows {
        let read = match origin {
            Origin::Own => serde_json::from_value(row.clone()).map_err(|e| vec![e.to_string()]),
            Origin::Facts => translate::read(row, words),
            Origin::National => national::read(row, words),
        };
        let checked = read.and_then(|revision: Revision| match check::faults(&revision) {
            faults if faults.is_empty() => Ok(revision),
            faults => Err(faults),
        });
        match checked {
            Ok(revision) => {
                if let Some(first) = seen.insert(revision.code.clone(), place.clone()) {
                    bad.push(BadRow { place, problem: format!("mã {} đã có ở {first}", revision.code) });
                } else {
                    good.push(Import { place, origin, revision });
                }
            }
            Err(problems) => bad.extend(problems.into_iter().map(|problem| BadRow { place: place.clone(), problem })),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// The rows of a file with their places; the formats tell themselves apart.
fn rows(file: &Value) -> Result<Vec<(String, Origin, &Value)>, Vec<BadRow>> {
    let named = |key: &str, origin: Origin, list: &'_ [Value]| -> Vec<(String, Origin, usize)> {
        list.iter()
            .enumerate()
            .map(|(i, row)| {
                let code = ["code", "ma", "MATTHC"].iter().find_map(|k| row.get(*k)).and_then(Value::as_str);
                let place = format!("{key}[{i}]{}", code.map(|c| format!(" {c}")).unwrap_or_default());
                (place, origin, i)
            })
            .collect()
    };
    let wrong = |problem: &str| vec![BadRow { place: "file".to_owned(), problem: problem.to_owned() }];
    let (key, origin, list) = match file {
        Value::Array(list) => ("", Origin::National, list),
        Value::Object(map) if map.contains_key("format") => {
            if map.get("format").and_then(Value::as_str) != Some(OWN_FORMAT) {
                return Err(wrong(&format!("định dạng lạ, cần \"{OWN_FORMAT}\"")));
            }
            let list = map.get("procedures").and_then(Value::as_array);
            ("procedures", Origin::Own, list.ok_or_else(|| wrong("thiếu danh sách \"procedures\""))?)
        }
        Value::Object(map) if map.contains_key("thu_tuc") => {
            let list = map.get("thu_tuc").and_then(Value::as_array);
            ("thu_tuc", Origin::Facts, list.ok_or_else(|| wrong("\"thu_tuc\" phải là danh sách"))?)
        }
        _ => {
            return Err(wrong(
                "không nhận ra định dạng: cần danh sách bản ghi LayThuTuc, hoặc đối tượng có \"format\" hay \"thu_tuc\"",
            ));
        }
    };
    if list.is_empty() {
        return Err(wrong("tệp không có thủ tục nào"));
    }
    let places = named(key, origin, list);
    Ok(places.into_iter().filter_map(|(place, origin, i)| Some((place, origin, list.get(i)?))).collect())
}

/// Revisions as a file of the own format.
pub fn export(revisions: &[&Revision]) -> Result<String, serde_json::Error> {
    let procedures = revisions.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    serde_json::to_string_pretty(&Own { format: OWN_FORMAT.to_owned(), procedures })
}

/// A code made from a name: letters without marks, words joined with underscores, at most 40 letters.
fn slug(name: &str) -> String {
    let folded = crate::kernel::text::fold(name);
    let mut out = String::new();
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if out.len() + word.len() >= 40 {
            break;
        }
        if !out.is_empty() {
            out.push('_');
        }
        out.push_str(word);
    }
    out
}

//! An agency's money: what waits for a person, what goes back.

pub mod ask;
pub mod closing;
pub mod held;
pub mod refunds;
pub mod report;
pub mod statements;

use actix_web::http::StatusCode;

use crate::audit::access::{self, Access};
use crate::db::{self, Conn, Tx};
use crate::dossiers::Dossier;
use crate::kernel::{AgencyId, Cursor, Page, PageRequest, Role, Vnd};
use crate::office::{ActError, conflict, permission};
use crate::payments;
use crate::templating::pages::finance::Tab;
use crate::templating::pages::parts::{Answer, FormError, Input, Paging};
use crate::web::counter::{agency_of, is_auditor, record_look};
use crate::web::{Error, Result, Visit};

/// The most lines of a list.
const SHOWN: i64 = 200;
/// The lines of one page of a list that has several.
const ON_A_PAGE: u32 = 50;

/// Where a list goes on.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Place {
    cursor: String,
}

impl Place {
    fn request(&self) -> PageRequest {
        PageRequest::new(Some(ON_A_PAGE), self.rest())
    }

    /// Where, unless it is the beginning.
    fn rest(&self) -> Option<Cursor> {
        Some(Cursor(self.cursor.clone())).filter(|cursor| !cursor.0.is_empty())
    }

    /// Whether the page that was asked for is not there any more: what stood on it has been settled meanwhile.
    fn is_past<T>(&self, page: &Page<T>) -> bool {
        page.items.is_empty() && self.rest().is_some()
    }

    fn paging<T>(&self, here: &str, page: &Page<T>) -> Paging {
        Paging {
            prev: self.rest().map(|_| here.to_owned()),
            next: page.next_cursor.as_ref().map(|cursor| format!("{here}?cursor={}", cursor.0)),
            shown: i64::try_from(page.items.len()).unwrap_or(0),
            total: page.total,
        }
    }
}

/// The agencies whose money the officer looks at; none: all.
fn agencies(visit: &Visit) -> Result<Option<Vec<AgencyId>>> {
    Ok(permission::sees_money_of(visit.officer()?))
}

/// Which of the pages is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Held,
    Refunds,
    Statements,
    Report,
    Closing,
}

async fn tabs(visit: &Visit, current: Part) -> Result<Vec<Tab>> {
    let agencies = agencies(visit)?;
    let count = move |c: &mut Conn| {
        let held = payments::count_held(c, agencies.as_deref())?;
        Ok::<_, db::Error>((held, payments::count_open_refunds(c, agencies.as_deref())?))
    };
    let (held, open) = visit.app.db.read(count).await?;
    let tab = |part: Part, key: &str, href: &str, count: i64| Tab {
        label: visit.text(key, &[]),
        href: href.to_owned(),
        current: part == current,
        count: (count > 0).then_some(count),
    };
    Ok(vec![
        tab(Part::Held, "money-held-title", "/can-bo/tai-chinh", held),
        tab(Part::Refunds, "refund-title", "/can-bo/tai-chinh/hoan-tien", open),
        tab(Part::Statements, "statement-title", "/can-bo/tai-chinh/sao-ke", 0),
        tab(Part::Report, "report-title", "/can-bo/tai-chinh/da-thu", 0),
        tab(Part::Closing, "closing-title", "/can-bo/tai-chinh/chot-quy", 0),
    ])
}

/// What an address names and is not there is no failure of ours.
fn missing(e: db::Error) -> Error {
    match e {
        db::Error::NotFound => Error::not_found(),
        e => e.into(),
    }
}

/// Writes down, before anything of it is sent, that an officer looks at money which has to do with people: its detail
/// names who paid, or whose dossier it is. Officers whom the dossier concerns are kept away. `of`: the agency and the
/// number of the money.
async fn looked_at(
    visit: &Visit,
    dossier: Option<&Dossier>,
    (of, what): ((Option<AgencyId>, Option<&str>), String),
) -> Result<()> {
    let officer = visit.officer()?;
    let rights = || officer.assignments.iter().map(|right| right.agency);
    let agency = rights().find(|agency| Some(*agency) == of.0).or_else(|| rights().next());
    let oversees = match dossier {
        Some(dossier) => is_auditor(officer, dossier),
        None => officer.assignments.iter().all(|right| right.role == Role::Auditor),
    };
    let entry = Access {
        agency: dossier.map(|dossier| agency_of(officer, dossier)).or(agency),
        subject: None,
        dossier: dossier.map(|dossier| dossier.id),
        dossier_ref: dossier.map(Dossier::name).or_else(|| of.1.map(str::to_owned)),
        purpose: if oversees { "audit" } else { "open_money" },
        what,
    };
    let (who, dossier, now) = (visit.actor.clone(), dossier.cloned(), visit.now());
    let write = move |tx: &mut Tx<'_>| match &dossier {
        Some(dossier) => {
            conflict::keep_away(tx.conn(), &who, dossier)?;
            Ok(record_look(tx, &who, (dossier, &entry), now)?)
        }
        None => Ok::<_, ActError>(access::record(tx, &who, entry.clone(), now)?),
    };
    Ok(visit.app.db.write(write).await?)
}

/// A line of a summary.
fn fact(visit: &Visit, key: &str, value: impl Into<String>) -> Answer {
    Answer { label: visit.text(key, &[]), value: Some(value.into()), ..Answer::default() }
}

/// What a refused act says on its page: errors with their places, whether nothing typed is wrong, and the status.
struct Refusal {
    errors: Vec<FormError>,
    refused: bool,
    status: StatusCode,
}

impl Refusal {
    /// What people can mend, or must know; everything else is an error of its own.
    fn of(visit: &Visit, e: ActError) -> Result<Self> {
        match e {
            ActError::Invalid(faults) => Ok(Self {
                errors: faults
                    .iter()
                    .map(|f| FormError::at(f.pointer.trim_start_matches('/'), f.says(visit.lang)))
                    .collect(),
                refused: false,
                status: StatusCode::UNPROCESSABLE_ENTITY,
            }),
            ActError::Rule { message, .. } => Ok(Self {
                errors: vec![FormError { href: None, text: message.get(visit.lang).to_owned() }],
                refused: true,
                status: StatusCode::CONFLICT,
            }),
            e => Err(Error::from(e)),
        }
    }

    /// The error at a field, by its id.
    fn at(&self, id: &str) -> Option<String> {
        let href = format!("#{id}");
        self.errors.iter().find(|e| e.href.as_deref() == Some(&href)).map(|e| e.text.clone())
    }

    /// A field as typed, with what is wrong in it.
    fn input(&self, id: &str, value: &str) -> Input {
        Input { value: value.to_owned(), error: self.at(id) }
    }
}

/// Reads an amount as people type it: `8000`, `8.000`, `8 000 đ`. None where it is none: with a fraction, a sign, words, or
/// with dots that part no thousands (`8.5` is no 85).
pub(in crate::web) fn typed_amount(text: &str) -> Option<Vnd> {
    let text = text.trim().trim_end_matches(['đ', 'Đ']).trim_end();
    let parts: Vec<&str> = text.split(['.', ' ']).collect();
    let (first, rest) = parts.split_first()?;
    let parted = rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|part| part.len() == 3);
    let digits = parts.concat();
    let is_number = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|b| b.is_ascii_digit());
    if parted && is_number { digits.parse().ok().map(Vnd) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for text in ["8000", " 8.000 ", "8 000 đ", "8.000đ"] {
            assert_eq!(typed_amount(text), Some(Vnd(8_000)), "{text}");
        }
        assert_eq!(typed_amount("1.500.000 đ"), Some(Vnd(1_500_000)));
        let fractions = ["8,5", "8.5", "1.500.000,00", "1.500.00", "1500.000", ".500", "12,5 triệu"];
        for text in fractions.into_iter().chain(["", "đ", "-1", "-50.000", "tám nghìn", "9999999999999999"]) {
            assert_eq!(typed_amount(text), None, "{text}");
        }
    }
}

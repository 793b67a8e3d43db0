//! Xung đột lợi ích: an officer never handles own or declared relatives' dossiers (domain.md, People and rights): neither
//! as applicant or owner nor anywhere among the answers, such as parents or spouses.

use super::ActError;
use crate::accounts::rights;
use crate::db::{self, Conn};
use crate::dossiers::{self, Dossier};
use crate::kernel::{AccountId, Actor};

/// Whether the dossier is of the officer or of somebody whom the officer has declared as a relative.
///
/// # Errors
/// A failure of the database.
pub fn concerns(conn: &mut Conn, officer: AccountId, dossier: &Dossier) -> Result<bool, db::Error> {
    if dossier.belongs_to(officer) {
        return Ok(true);
    }
    let mut indexes: Vec<String> =
        [&dossier.applicant_index, &dossier.owner_index].into_iter().flatten().cloned().collect();
    indexes.extend(dossiers::identities_of(conn, dossier.id)?);
    touches(conn, officer, &indexes)
}

/// Whether any of these number indexes is the officer's own or a declared relative's.
///
/// # Errors
/// A failure of the database.
pub fn touches(conn: &mut Conn, officer: AccountId, indexes: &[String]) -> Result<bool, db::Error> {
    if indexes.is_empty() {
        return Ok(false);
    }
    let indexes: Vec<&str> = indexes.iter().map(String::as_str).collect();
    rights::has_conflict(conn, officer, &indexes)
}

/// Keeps officers away from dossiers that concern them; others pass.
///
/// # Errors
/// [`ActError::Forbidden`], or a failure of the database.
pub fn keep_away(conn: &mut Conn, who: &Actor, dossier: &Dossier) -> Result<(), ActError> {
    match who.officer() {
        Some(officer) if concerns(conn, officer.account, dossier)? => Err(ActError::Forbidden),
        _ => Ok(()),
    }
}

/// As [`keep_away`], for numbers that are not stored yet.
///
/// # Errors
/// [`ActError::Forbidden`], or a failure of the database.
pub fn keep_away_from(conn: &mut Conn, who: &Actor, indexes: &[String]) -> Result<(), ActError> {
    match who.officer() {
        Some(officer) if touches(conn, officer.account, indexes)? => Err(ActError::Forbidden),
        _ => Ok(()),
    }
}

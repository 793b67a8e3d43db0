//! Số định danh cá nhân that a birth certificate gives: one person's for life, so it stands in one result in force and is
//! nobody else's.

use serde_json::Value;

use super::ActError;
use crate::accounts::{AccountKind, people};
use crate::db::Conn;
use crate::documents;
use crate::dossiers::{self, Dossier};
use crate::kernel::ResultId;
use crate::kernel::text::fold;

/// Refuses a draft whose number is known as somebody else's: of another dossier's result, of an account by another name,
/// or of those who are named in the dossier itself. `index`: the number's blind index, made outside.
///
/// # Errors
/// A fault at the number's field, or a failure of the database.
pub(super) fn check(conn: &mut Conn, dossier: &Dossier, data: &Value, index: &str) -> Result<(), ActError> {
    if documents::number_given_in(conn, index)?.is_some_and(|other| other != dossier.id) {
        return Err(fault((
            "Số định danh này đã ghi trên một kết quả khác đang có hiệu lực; hãy kiểm tra lại.",
            "Another result in force gives this number already: check it.",
        )));
    }
    if is_anothers(conn, dossier, data, index)? {
        return Err(fault((
            "Số định danh này là của người khác; hãy kiểm tra lại.",
            "This is another person's number: check it.",
        )));
    }
    Ok(())
}

/// Whether somebody by another name is known by the number. Who registers their own birth may have it already.
fn is_anothers(conn: &mut Conn, dossier: &Dossier, data: &Value, index: &str) -> Result<bool, ActError> {
    let subject = data.pointer("/noi_dung/ho_ten").and_then(Value::as_str).map(fold).unwrap_or_default();
    let is_other = |name: &str| fold(name) != subject;
    let parties = [
        (dossier.applicant_index.as_deref(), dossier.applicant_name.as_str()),
        (dossier.owner_index.as_deref(), dossier.owner_name.as_str()),
    ];
    if parties.iter().any(|(number, name)| *number == Some(index) && is_other(name)) {
        return Ok(true);
    }
    // Father, mother and whoever else the answers name.
    let all_others = parties.iter().all(|(_, name)| is_other(name));
    if all_others && dossiers::identities_of(conn, dossier.id)?.iter().any(|number| number == index) {
        return Ok(true);
    }
    for kind in [AccountKind::Citizen, AccountKind::Officer] {
        if people::by_number(conn, kind, index)?.is_some_and(|account| is_other(&account.full_name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives the number with the result of a decision. Of two decisions at the same moment the second finds it taken.
///
/// # Errors
/// The rule `identity-taken`, or a failure of the database.
pub(super) fn give(conn: &mut Conn, result: ResultId, index: &str) -> Result<(), ActError> {
    if documents::give_number(conn, index, result)? {
        return Ok(());
    }
    Err(ActError::rule(
        "identity-taken",
        (
            "Số định danh trong dự thảo đã ghi trên một kết quả khác; hãy sửa số trong dự thảo.",
            "The personal number of the draft is another result's already: mend it in the draft.",
        ),
    ))
}

fn fault(message: (&str, &str)) -> ActError {
    ActError::invalid(&format!("/data{}", documents::GIVEN_NUMBER), "taken", message)
}

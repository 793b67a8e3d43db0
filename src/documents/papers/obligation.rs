//! Thông báo thực hiện nghĩa vụ tài chính. No form of the one-stop circular is named for it (vietnam.md has Mẫu 01–07
//! only): the layout is our own, by Decree 30/2020.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::common::{Letterhead, Party, ProcedureName};
use crate::kernel::Vnd;

/// That something is to be paid before the dossier goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObligationNotice {
    pub head: Letterhead,
    /// Dossier code, or the submission reference before acceptance.
    pub code: String,
    pub applicant: Party,
    /// The owner, where it is not the applicant.
    pub owner: Option<Party>,
    pub procedure: ProcedureName,
    pub reason: String,
    /// The other agency's notice that it rests on.
    pub rests_on: Option<RestsOn>,
    pub lines: Vec<ObligationLine>,
    pub total: Vnd,
    /// The total in words.
    pub in_words: String,
    /// The last day to pay.
    pub due_on: Option<Date>,
    /// Where and how it is paid.
    pub place: String,
    /// What the applicant does then, and what happens.
    pub then: String,
    pub officer: String,
    /// How to reach the officer.
    pub contact: Option<String>,
}

/// A notice of another agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestsOn {
    pub number: String,
    pub issued_on: Date,
    pub issuer: String,
}

/// An amount to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationLine {
    /// `land_use_fee`, `registration_charge`, `personal_income_tax` …
    pub kind: String,
    pub name: String,
    pub amount: Vnd,
}

//! Parts that several papers share.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::Vnd;

/// Top of an official paper: who issues it, under which number, where and when (Decree 30/2020/NĐ-CP, annex I).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The agency above (cơ quan chủ quản), where the form shows it.
    pub parent: Option<String>,
    /// The agency that issues the paper, as its name is written in running text; capitals are made by the template.
    pub agency: String,
    /// Số và ký hiệu, without the word «Số».
    pub number: Option<String>,
    /// Địa danh.
    pub place: String,
    /// The date beside the place.
    pub day: Date,
}

/// A person or organisation named on a paper. What is shown of the identity number is the caller's decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    pub identity: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// A procedure by code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureName {
    pub code: String,
    pub name: String,
}

/// Who signs: «TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH / name».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    /// The line above the office: «TM. Ủy ban nhân dân», «KT. Chủ tịch».
    pub authority: Option<String>,
    /// The office: «Chủ tịch», «Phó Chủ tịch».
    pub title: String,
    pub name: String,
}

/// A fee as a paper shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    pub name: String,
    pub amount: Vnd,
    /// In words: «đã nộp», «chưa nộp», «được miễn».
    pub state: String,
}

/// Place of a dossier in the register of paper books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    pub number: String,
    pub volume: String,
}

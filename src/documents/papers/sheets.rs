//! Papers outside the forms of the one-stop circular: acknowledgement, the filled-in declaration, the procedure sheet.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::common::{Fee, Letterhead, Party, ProcedureName};
use super::slips::AcceptedPaper;

/// How a dossier came in, as its acknowledgement says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FiledHow {
    /// Over the portal; also what papers say that were made before there was another way.
    #[default]
    Online,
    /// At the counter.
    Counter,
    /// By the public post.
    Post,
}

/// What a citizen gets right after filing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledgement {
    #[serde(default)]
    pub how: FiledHow,
    /// `agency` is the one that receives the dossier.
    pub head: Letterhead,
    /// Mã nộp hồ sơ.
    pub reference: String,
    pub applicant: Party,
    pub owner: Option<Party>,
    pub procedure: ProcedureName,
    /// Trường hợp giải quyết, where the procedure has several.
    pub case: Option<String>,
    pub submitted_at: DateTime,
    /// When the agency has to accept, send back or refuse at the latest.
    pub answer_due_at: Option<DateTime>,
    /// Papers that were handed over on paper.
    #[serde(default)]
    pub received: Vec<AcceptedPaper>,
    pub files: Vec<FiledPaper>,
    pub fees: Vec<Fee>,
    /// What happens next, a step each.
    pub next: Vec<String>,
}

/// A file that came with the dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledPaper {
    /// Name of the required paper it proves.
    pub document: String,
    /// Name of the file as shown to people.
    pub name: String,
    /// Size in words: «1,2 MB».
    pub size: String,
}

/// The declaration as it was filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    /// «Tờ khai đăng ký khai sinh».
    pub title: String,
    /// Submission reference or dossier code.
    pub reference: String,
    /// Kính gửi.
    pub to: Option<String>,
    pub sections: Vec<Section>,
    /// Lời cam đoan.
    pub oath: Option<String>,
    pub place: String,
    pub day: Date,
    pub declarant: String,
    /// How it was confirmed: «Đã xác nhận điện tử bằng tài khoản»; `None` leaves room for a hand signature.
    pub signed_how: Option<String>,
}

/// A section of a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    pub entries: Vec<Entry>,
}

/// A question with its answer, or a list with its rows. Values are as people read them (dates dd/MM/yyyy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// An empty value is shown as not declared.
    Answer { label: String, value: String },
    /// Each row has as many cells as there are columns.
    Table { label: String, columns: Vec<String>, rows: Vec<Vec<String>> },
}

/// One procedure on one A4 in big type, to hand out at the counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcedureSheet {
    pub agency: String,
    pub code: String,
    pub name: String,
    /// «Dịch vụ công trực tuyến toàn trình».
    pub level: String,
    /// Who may ask for it.
    pub who: Option<String>,
    pub papers: Vec<SheetPaper>,
    /// What happens, in order; none where it is too long for a page, or not known.
    pub steps: Vec<SheetStep>,
    /// The steps are too long for a page: they are read elsewhere.
    pub long_steps: bool,
    /// Time limit in words.
    pub time: String,
    /// Fees in words, a line each; none means free of charge.
    pub fees: Vec<String>,
    /// Where to file, a line each.
    pub places: Vec<String>,
    pub result: Option<String>,
    /// Numbers of the laws it rests on, in one line.
    pub legal: Option<String>,
    /// From when this revision of the procedure holds.
    pub effective_on: Date,
}

/// A step of a procedure on its sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetStep {
    pub who: Option<String>,
    pub text: String,
}

/// A required paper on a procedure sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPaper {
    pub name: String,
    pub note: Option<String>,
}

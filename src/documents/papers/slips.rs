//! The one-stop papers, Mẫu 01 to 07 of annex I to Circular 03/2025/TT-VPCP. All times are Vietnam's own.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::common::{Book, Fee, Letterhead, Party, ProcedureName, Signatory};

/// Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    pub head: Letterhead,
    pub code: String,
    /// The unit that took the dossier in.
    pub received_by: String,
    pub applicant: Party,
    /// The owner, where it is not the applicant.
    pub owner: Option<Party>,
    pub procedure: ProcedureName,
    /// Trích yếu: what is asked for in the applicant's words.
    pub summary: Option<String>,
    pub papers: Vec<AcceptedPaper>,
    /// Number of sets (bộ) handed in.
    pub sets: u32,
    /// In words: «03 ngày làm việc».
    pub time_limit: String,
    pub received_at: DateTime,
    /// `None` for a procedure that is settled on the spot.
    pub due_at: Option<DateTime>,
    /// Where and how the result is handed over.
    pub returned_at: String,
    pub fees: Vec<Fee>,
    pub book: Option<Book>,
    /// The officer who took it in.
    pub clerk: String,
}

/// A line of the papers handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedPaper {
    pub name: String,
    /// Bản chính.
    pub originals: u32,
    /// Bản sao chứng thực.
    pub certified: u32,
    /// Bản sao.
    pub copies: u32,
    pub note: Option<String>,
}

/// Mẫu 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplementRequest {
    pub head: Letterhead,
    /// Dossier code, or the submission reference before acceptance.
    pub code: String,
    pub applicant: Party,
    pub procedure: ProcedureName,
    pub submitted_at: DateTime,
    /// «Tiếp nhận» or «Giải quyết».
    pub stage: String,
    pub items: Vec<SupplementItem>,
    pub reason: String,
    pub guide: Option<String>,
    pub due_on: Option<Date>,
    pub officer: String,
    /// How to reach the officer.
    pub contact: Option<String>,
}

/// One thing that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementItem {
    /// The paper or field it is about.
    pub name: Option<String>,
    pub note: String,
}

/// Mẫu 03: Phiếu từ chối tiếp nhận giải quyết hồ sơ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AcceptanceRefused {
    pub head: Letterhead,
    /// The submission reference: no dossier code is minted for a dossier that is not accepted.
    pub code: String,
    pub applicant: Party,
    pub procedure: ProcedureName,
    pub submitted_at: DateTime,
    /// A reason in law or fact, never a technical error.
    pub reason: String,
    pub legal_basis: Option<String>,
    /// Where to go and what to do instead.
    pub guide: Option<String>,
    pub clerk: String,
}

/// Mẫu 04: Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết (at most once a dossier).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Apology {
    pub head: Letterhead,
    pub code: String,
    pub applicant: Party,
    pub procedure: ProcedureName,
    pub received_at: DateTime,
    pub old_due_at: DateTime,
    pub new_due_at: DateTime,
    pub reason: String,
    pub signer: Signatory,
}

/// Mẫu 05: Thông báo dừng giải quyết hồ sơ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stopped {
    pub head: Letterhead,
    pub code: String,
    pub applicant: Party,
    pub procedure: ProcedureName,
    pub received_at: DateTime,
    pub stopped_at: DateTime,
    pub stage: String,
    /// Who asked: «người nộp hồ sơ», «cơ quan giải quyết».
    pub requested_by: String,
    pub reason: String,
    /// What becomes of fees already paid.
    pub money: Option<String>,
    pub guide: Option<String>,
    pub signer: Signatory,
}

/// Mẫu 06: Phiếu kiểm soát quá trình giải quyết hồ sơ. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlSheet {
    pub head: Letterhead,
    pub code: String,
    /// The agency that decides.
    pub decided_by: String,
    pub applicant: Party,
    pub procedure: ProcedureName,
    pub received_at: DateTime,
    pub due_at: Option<DateTime>,
    pub rows: Vec<HandOver>,
}

/// One hand-over between units or agencies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    pub from: String,
    pub giver: Option<String>,
    pub to: String,
    pub receiver: Option<String>,
    pub at: DateTime,
    /// «Trước hạn», «Đúng hạn», «Quá hạn».
    pub result: Option<String>,
    pub note: Option<String>,
}

/// Mẫu 07: Sổ theo dõi hồ sơ, one page or several of the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Register {
    pub head: Letterhead,
    pub volume: Option<String>,
    /// Number of the first row shown.
    pub first_number: u32,
    pub from: Date,
    pub to: Date,
    pub rows: Vec<RegisterRow>,
}

/// A dossier in the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterRow {
    pub code: String,
    pub procedure: String,
    pub sets: u32,
    pub applicant: String,
    /// Address and phone, on lines of their own.
    pub contact: Option<String>,
    pub decided_by: String,
    pub received_at: DateTime,
    pub due_at: Option<DateTime>,
    pub returned_at: Option<DateTime>,
    pub return_method: Option<String>,
    /// Who took the result and how they signed for it, on lines of their own.
    pub receiver: Option<String>,
    pub status: String,
    pub note: Option<String>,
}

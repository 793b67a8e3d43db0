//! What each made paper says: plain data that the templates in `templates/pdf/` set.
//!
//! A paper's data are taken at the act that makes it and kept as JSON beside the act, so a paper rendered later, or
//! again, says what was true then.

mod common;
mod obligation;
mod receipt;
mod results;
mod sheets;
mod slips;

pub use common::{Book, Fee, Letterhead, Party, ProcedureName, Signatory};
pub use obligation::{ObligationLine, ObligationNotice, RestsOn};
pub use receipt::{Collector, Receipt, ReceiptLine};
pub use results::{
    Applicant, BirthCertificate, Child, DeathExtract, Deceased, Declarant, Fact, Letter, MaritalStatus,
    MarriageCertificate, Parent, Refusal, Registration, Spouse, StatusSubject,
};
pub use sheets::{
    Acknowledgement, Declaration, Entry, FiledHow, FiledPaper, ProcedureSheet, Section, SheetPaper, SheetStep,
};
pub use slips::{
    AcceptanceRefused, AcceptedPaper, Apology, Appointment, ControlSheet, HandOver, Register, RegisterRow, Stopped,
    SupplementItem, SupplementRequest,
};

use serde_json::Value;

/// Declares [`Paper`]: each variant with the code it is stored and asked for under and the template that sets it.
macro_rules! papers {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $code:literal, $template:literal;)*) => {
        /// A paper that the product makes, with its data.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Paper {
            $($(#[$doc])* $variant(Box<$data>),)*
        }

        impl Paper {
            /// The codes of all papers, in the order of declaration.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The code it is stored under (`papers.kind`, `results.template`) and asked for at
            /// `/office/dossiers/{code}/papers/{form}`.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant(_) => $code,)* }
            }

            /// File name of the template in `templates/pdf/`.
            pub fn template(&self) -> &'static str {
                match self { $(Self::$variant(_) => $template,)* }
            }

            /// The data as JSON, the form in which a paper waits to be rendered.
            pub fn to_data(&self) -> Result<Value, serde_json::Error> {
                match self { $(Self::$variant(data) => serde_json::to_value(data),)* }
            }

            /// The paper that a code and its stored data stand for.
            pub fn from_data(code: &str, data: Value) -> Result<Self, PaperError> {
                match code {
                    $($code => Ok(Self::$variant(Box::new(serde_json::from_value(data)?))),)*
                    _ => Err(PaperError::UnknownCode(code.to_owned())),
                }
            }
        }

        $(impl From<$data> for Paper {
            fn from(data: $data) -> Self {
                Self::$variant(Box::new(data))
            }
        })*
    };
}

papers! {
    /// Giấy xác nhận nộp hồ sơ.
    Acknowledgement(Acknowledgement) = "xac-nhan-nop", "acknowledgement.typ";
    /// Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả.
    Appointment(Appointment) = "mau-01", "mau_01.typ";
    /// Mẫu 02: Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ.
    SupplementRequest(SupplementRequest) = "mau-02", "mau_02.typ";
    /// Mẫu 03: Phiếu từ chối tiếp nhận giải quyết hồ sơ.
    AcceptanceRefused(AcceptanceRefused) = "mau-03", "mau_03.typ";
    /// Mẫu 04: Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết.
    Apology(Apology) = "mau-04", "mau_04.typ";
    /// Mẫu 05: Thông báo dừng giải quyết hồ sơ.
    Stopped(Stopped) = "mau-05", "mau_05.typ";
    /// Mẫu 06: Phiếu kiểm soát quá trình giải quyết hồ sơ.
    ControlSheet(ControlSheet) = "mau-06", "mau_06.typ";
    /// Mẫu 07: Sổ theo dõi hồ sơ.
    Register(Register) = "mau-07", "mau_07.typ";
    /// Tờ khai as it was filled in.
    Declaration(Declaration) = "to-khai", "declaration.typ";
    /// One procedure on one A4 in big type.
    ProcedureSheet(ProcedureSheet) = "to-thu-tuc", "procedure_sheet.typ";
    /// Thông báo thực hiện nghĩa vụ tài chính.
    ObligationNotice(ObligationNotice) = "thong-bao-nghia-vu", "obligation.typ";
    /// Biên lai thu tiền phí, lệ phí.
    Receipt(Receipt) = "bien-lai", "receipt.typ";
    /// Giấy khai sinh.
    BirthCertificate(BirthCertificate) = "giay-khai-sinh", "birth.typ";
    /// Trích lục khai tử.
    DeathExtract(DeathExtract) = "trich-luc-khai-tu", "death.typ";
    /// Giấy chứng nhận kết hôn.
    MarriageCertificate(MarriageCertificate) = "giay-chung-nhan-ket-hon", "marriage.typ";
    /// Giấy xác nhận tình trạng hôn nhân.
    MaritalStatus(MaritalStatus) = "xac-nhan-tinh-trang-hon-nhan", "marital_status.typ";
    /// Any other result: decision, certificate, letter of reply.
    Letter(Letter) = "van-ban-ket-qua", "result.typ";
    /// Văn bản từ chối giải quyết.
    Refusal(Refusal) = "van-ban-tu-choi", "refusal.typ";
}

impl Paper {
    /// Sizes of type to try, largest first: a paper that should stay on one page is set smaller until it fits; when
    /// even the last one doesn't fit it runs over in its natural size, 1. Papers of any length have one size.
    pub fn scales(&self) -> &'static [f64] {
        match self {
            Self::ProcedureSheet(_) => &[1.25, 1.1, 1.0, 0.93, 0.87, 0.81, 0.76, 0.72, 0.68, 0.64, 0.6, 0.56],
            Self::BirthCertificate(_) | Self::MarriageCertificate(_) => &[1.0, 0.96, 0.9, 0.82, 0.74],
            Self::Appointment(_)
            | Self::SupplementRequest(_)
            | Self::AcceptanceRefused(_)
            | Self::Apology(_)
            | Self::Stopped(_)
            | Self::ObligationNotice(_)
            | Self::Receipt(_) => &[1.0, 0.94, 0.88],
            _ => &[1.0],
        }
    }
}

/// Why stored data can't be read as a paper.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// No paper has this code.
    #[error("there is no paper with the code {0:?}")]
    UnknownCode(String),
    /// The data don't have the shape of the paper.
    #[error("stored data of a paper: {0}")]
    Data(#[from] serde_json::Error),
}

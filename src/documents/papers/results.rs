//! Results: civil-status papers with a form of their own, and the two forms that serve every other procedure.
//!
//! Dates of birth are ISO texts and may be partial (`1990`, `1990-05`, `1990-05-12`), as the e-forms allow.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::common::{Letterhead, Party, ProcedureName, Signatory};

/// An entry of the civil-status register (`truong_ket_qua` of procedure 1.001193).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Số đăng ký.
    pub number: String,
    /// Quyển số.
    pub volume: Option<String>,
    /// Trang số.
    pub page: Option<String>,
    pub day: Date,
    /// Nơi đăng ký.
    pub place: String,
}

/// Giấy khai sinh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BirthCertificate {
    pub head: Letterhead,
    pub registration: Registration,
    pub child: Child,
    /// `None` where the mother is not known.
    pub mother: Option<Parent>,
    /// `None` where the father is not known.
    pub father: Option<Parent>,
    pub declarant: Declarant,
    pub signer: Signatory,
}

/// The child of a birth certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    pub name: String,
    pub born: String,
    /// The date of birth in words.
    pub born_in_words: String,
    pub sex: String,
    pub ethnicity: String,
    pub nationality: String,
    pub birth_place: String,
    pub home_town: String,
    /// Số định danh cá nhân, given by the population register.
    pub identity: Option<String>,
}

/// Mother or father on a birth certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    pub name: String,
    pub born: Option<String>,
    pub ethnicity: Option<String>,
    pub nationality: Option<String>,
    pub residence: Option<String>,
}

/// Who came to declare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declarant {
    pub name: String,
    /// Identity paper in words: kind, number, issuer, date.
    pub identity: Option<String>,
}

/// Trích lục khai tử.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeathExtract {
    pub head: Letterhead,
    pub registration: Registration,
    pub deceased: Deceased,
    /// Death notice or what stands for it, in words.
    pub notice: Option<String>,
    pub declarant: Declarant,
    pub signer: Signatory,
}

/// The person of a death extract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deceased {
    pub name: String,
    pub born: Option<String>,
    pub sex: String,
    pub ethnicity: Option<String>,
    pub nationality: Option<String>,
    pub identity: Option<String>,
    pub last_residence: Option<String>,
    /// Hour of death in words, where known: «05 giờ 20 phút».
    pub died_at: Option<String>,
    /// May be partial.
    pub died_on: String,
    /// The date of death in words.
    pub died_in_words: Option<String>,
    pub died_place: Option<String>,
    pub cause: Option<String>,
}

/// Giấy chứng nhận kết hôn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarriageCertificate {
    pub head: Letterhead,
    pub registration: Registration,
    pub wife: Spouse,
    pub husband: Spouse,
    pub signer: Signatory,
}

/// Wife or husband on a marriage certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spouse {
    pub name: String,
    pub born: String,
    pub ethnicity: Option<String>,
    pub nationality: Option<String>,
    pub residence: Option<String>,
    pub identity: Option<String>,
}

/// Giấy xác nhận tình trạng hôn nhân.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaritalStatus {
    pub head: Letterhead,
    pub requester: Applicant,
    pub person: StatusSubject,
    /// Place and time of residence that the confirmation covers, where it is not the present one.
    pub period: Option<String>,
    /// «Chưa đăng ký kết hôn với ai», …
    pub status: String,
    pub purpose: String,
    pub valid_until: Date,
    pub signer: Signatory,
}

/// Who asks, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub name: String,
    pub relation: Option<String>,
}

/// The person whose marital status is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusSubject {
    pub name: String,
    pub born: String,
    pub sex: String,
    pub ethnicity: Option<String>,
    pub nationality: Option<String>,
    pub identity: Option<String>,
    pub residence: Option<String>,
}

/// A result without a form of its own: a decision, a certificate, a letter of reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub head: Letterhead,
    /// Name of the kind of document: «Quyết định», «Giấy phép», «Công văn trả lời».
    pub title: String,
    /// Trích yếu.
    pub subject: Option<String>,
    /// Kính gửi.
    pub to: Option<String>,
    /// Legal grounds, a line each.
    pub grounds: Vec<String>,
    pub paragraphs: Vec<String>,
    /// Facts of the result as a table.
    pub facts: Vec<Fact>,
    pub closing: Option<String>,
    /// Nơi nhận.
    pub recipients: Vec<String>,
    pub signer: Signatory,
}

/// A labelled value of a [`Letter`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// Văn bản từ chối giải quyết.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub head: Letterhead,
    pub code: String,
    pub applicant: Party,
    pub procedure: ProcedureName,
    pub submitted_at: DateTime,
    pub reasons: Vec<String>,
    pub legal_basis: Option<String>,
    /// What the person can do next.
    pub guide: Option<String>,
    pub signer: Signatory,
}

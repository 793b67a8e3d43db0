//! What anyone can look up: a dossier's state, a result's authenticity. And errors.

use super::parts::{Answer, Due, FormError, Input, Link, StepState, TimelineItem, sample_due, sample_time};
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// `/tra-cuu`
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Tracking {
    pub errors: Vec<FormError>,
    pub code: Input,
    /// Last four digits of the identity number or phone.
    pub verifier: Input,
    /// A person's number was typed instead of a code.
    pub by_number: bool,
    pub result: Option<TrackedDossier>,
}

/// A dossier without personal data.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TrackedDossier {
    /// The dossier code, before acceptance the submission reference.
    pub code: String,
    pub procedure: String,
    pub agency: String,
    /// Key of the status.
    pub status: String,
    /// What it means in one sentence.
    pub sentence: String,
    pub submitted_at: Option<Timestamp>,
    pub due: Option<Due>,
    pub fees_due: Option<Vnd>,
    /// What of it is asked for by another agency's notice, until when and where it is paid.
    pub obligation: Option<(String, String, String)>,
    pub timeline: Vec<TimelineItem>,
    /// Only after a right verifier.
    pub details: Vec<Answer>,
    /// Where the owner goes on.
    pub sign_in: String,
}

impl Page for Tracking {
    const TEMPLATE: &'static str = "public/tracking.html";

    fn samples() -> Vec<Self> {
        let step = |title: &str, hours: Option<i64>, state| TimelineItem {
            title: title.into(),
            at: hours.map(sample_time),
            state,
            who: None,
            note: None,
        };
        let found = TrackedDossier {
            code: "H46.01-261121-0007".into(),
            procedure: "Đăng ký khai sinh".into(),
            agency: "UBND phường Thuận Hóa".into(),
            status: "processing".into(),
            sentence: "Hồ sơ đang được chuyên viên thụ lý xem xét.".into(),
            submitted_at: Some(sample_time(0)),
            due: Some(sample_due(1140, false)),
            fees_due: Some(Vnd(16_000)),
            obligation: Some((
                "12.500.000 đồng".into(),
                "hết ngày 16/12/2026".into(),
                "Ngân hàng hoặc Kho bạc Nhà nước".into(),
            )),
            timeline: vec![
                step("Đã nộp hồ sơ", Some(0), StepState::Done),
                step("Đang xử lý", Some(3), StepState::Now),
                step("Trả kết quả", None, StepState::Next),
            ],
            details: vec![Answer {
                label: "Người nộp".into(),
                value: Some("Nguyễn Văn An".into()),
                ..Answer::default()
            }],
            sign_in: "/dang-nhap?next=/ho-so".into(),
        };
        let bare = TrackedDossier { due: None, fees_due: None, obligation: None, details: Vec::new(), ..found.clone() };
        vec![
            Self::default(),
            Self { code: Input::of("H46.01-261121-0007"), result: Some(found), ..Self::default() },
            Self { code: Input::of("K7M2Q-9T4XW"), result: Some(bare), ..Self::default() },
            Self {
                errors: vec![FormError::at("code", "Không có hồ sơ nào mang mã này.")],
                code: Input::wrong("H46", "Không có hồ sơ nào mang mã này."),
                by_number: true,
                ..Self::default()
            },
        ]
    }
}

/// `/xac-thuc/{token}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Verify {
    /// None: nothing was ever issued with this token.
    pub result: Option<VerifiedResult>,
}

/// An issued paper, with no more of its people than the paper itself shows.
#[derive(Clone, Debug, serde::Serialize)]
pub struct VerifiedResult {
    /// A result, which is in force or revoked; else a paper of the one-stop office, which says what was true when it was
    /// made.
    pub is_result: bool,
    pub name: String,
    /// Number and sign of the document.
    pub number: Option<String>,
    pub procedure: String,
    pub agency: String,
    /// The submission reference, where that is what the paper bears.
    pub reference: Option<String>,
    /// The dossier code, once there is one.
    pub dossier_code: Option<String>,
    /// What the dossier is looked up by.
    pub dossier: String,
    /// As what a name stands on the paper, and the name with letters hidden.
    pub holder: Option<Answer>,
    pub issued_at: Timestamp,
    /// Who signed and when; empty while it is unsigned.
    pub signatures: Vec<Signature>,
    pub revoked: Option<Revoked>,
    /// The receipt for money that the paper is.
    pub receipt: Option<VerifiedReceipt>,
}

/// A receipt, as it was issued, and what of its money went back since.
#[derive(Clone, Debug, serde::Serialize)]
pub struct VerifiedReceipt {
    /// Ký hiệu mẫu.
    pub template: String,
    /// Ký hiệu.
    pub series: String,
    pub number: i64,
    pub total: Vnd,
    pub returned: Vnd,
    /// When all of it had gone back: it stands for no money any more.
    pub cancelled_at: Option<Timestamp>,
}

/// A digital signature on a result.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Signature {
    pub signer: String,
    pub at: Timestamp,
    /// The agency's seal, which the signer put; else the signer's own signature.
    pub seal: bool,
}

/// That a result no longer holds.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Revoked {
    pub at: Timestamp,
    pub reason: String,
}

impl Page for Verify {
    const TEMPLATE: &'static str = "public/verify.html";

    fn samples() -> Vec<Self> {
        let good = VerifiedResult {
            is_result: true,
            name: "Giấy khai sinh".into(),
            number: Some("123/2026".into()),
            procedure: "Đăng ký khai sinh".into(),
            agency: "UBND phường Thuận Hóa".into(),
            reference: None,
            dossier_code: Some("H46.01-261121-0007".into()),
            dossier: "H46.01-261121-0007".into(),
            holder: Some(Answer {
                label: "Người có tên trên giấy".into(),
                value: Some("N••••• V•• A•".into()),
                ..Answer::default()
            }),
            issued_at: sample_time(4),
            signatures: vec![
                Signature { signer: "Phạm Thị Ký".into(), at: sample_time(4), seal: false },
                Signature { signer: "Lê Văn Thư".into(), at: sample_time(5), seal: true },
            ],
            revoked: None,
            receipt: None,
        };
        let revoked = VerifiedResult {
            revoked: Some(Revoked { at: sample_time(9), reason: "Cấp nhầm số.".into() }),
            number: None,
            holder: None,
            signatures: Vec::new(),
            ..good.clone()
        };
        let acknowledgement = VerifiedResult {
            is_result: false,
            name: "Giấy xác nhận nộp hồ sơ".into(),
            number: None,
            reference: Some("K7M2Q-9T4XW".into()),
            dossier_code: None,
            dossier: "K7M2Q-9T4XW".into(),
            signatures: Vec::new(),
            ..good.clone()
        };
        let receipt = |returned: i64, cancelled_at| VerifiedResult {
            name: "Biên lai thu tiền phí, lệ phí".into(),
            receipt: Some(VerifiedReceipt {
                template: "EBL01".into(),
                series: "26TAA".into(),
                number: 7,
                total: Vnd(24_000),
                returned: Vnd(returned),
                cancelled_at,
            }),
            ..acknowledgement.clone()
        };
        let receipts = [receipt(0, None), receipt(16_000, None), receipt(24_000, Some(sample_time(9)))];
        let all = [good, revoked, acknowledgement].into_iter().chain(receipts);
        all.map(Some).chain([None]).map(|result| Self { result }).collect()
    }
}

/// An error as a page: what happened, what to do, a reference.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ErrorPage {
    pub status: u16,
    /// The status whose words are used.
    words: u16,
    /// Said instead of the status's title.
    pub title: Option<String>,
    /// More exactly what happened, in the reader's language.
    pub detail: Option<String>,
    /// What can be done instead, such as the acts that the state allows.
    pub instead: Vec<String>,
    pub back: Option<Link>,
    pub reference: String,
}

impl ErrorPage {
    /// Statuses that have their own words; others are told as 400 or 500.
    const WORDS: [u16; 14] = [400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 500, 503];

    /// The page of an HTTP status; `reference` is the request id.
    pub fn new(status: u16, reference: impl Into<String>) -> Self {
        let words = match status {
            known if Self::WORDS.contains(&known) => known,
            400..500 => 400,
            _ => 500,
        };
        Self { status, words, title: None, detail: None, instead: Vec::new(), back: None, reference: reference.into() }
    }
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "public/error.html";

    fn samples() -> Vec<Self> {
        let conflict = Self {
            title: Some("Đã được tiếp nhận".into()),
            detail: Some("Hồ sơ này đã được tiếp nhận.".into()),
            instead: vec!["Chuyển xử lý".into()],
            back: Some(Link::new("Hồ sơ H46.01-261121-0007", "/can-bo/ho-so/x")),
            ..Self::new(409, "req-0190")
        };
        let known = Self::WORDS.into_iter().chain([418, 507]).map(|status| Self::new(status, "req-0190"));
        known.chain([conflict]).collect()
    }
}

//! A citizen's dossiers after filing.

use super::filing::{DocumentItem, Task};
use super::parts::{
    Answer, AnswerGroup, Besides, Due, FeeLine, FileLink, FormError, Input, Link, Message, Paging, StepState,
    TimelineItem, sample_due, sample_time,
};
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// `/ho-so`
#[derive(Clone, Debug, serde::Serialize)]
pub struct MyDossiers {
    pub tabs: Vec<Tab>,
    pub rows: Vec<DossierRow>,
    pub paging: Paging,
}

/// A tab with the number of what is in it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<i64>,
}

/// A dossier in the list.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DossierRow {
    /// Dossier code, submission reference, or nothing for a draft.
    pub code: Option<String>,
    pub href: String,
    pub procedure: String,
    pub agency: String,
    /// Key of the status.
    pub status: String,
    pub updated_at: Timestamp,
    pub due: Option<Due>,
    /// What the citizen has to do.
    pub todo: Option<Link>,
}

impl Page for MyDossiers {
    const TEMPLATE: &'static str = "dossier/list.html";

    fn samples() -> Vec<Self> {
        let row = |status: &str, code: Option<&str>| DossierRow {
            code: code.map(str::to_owned),
            href: "/ho-so/x".into(),
            procedure: "Đăng ký khai sinh".into(),
            agency: "UBND phường Thuận Hóa".into(),
            status: status.into(),
            updated_at: sample_time(0),
            due: None,
            todo: None,
        };
        let page = Self {
            tabs: vec![
                Tab { label: "Đang làm".into(), href: "/ho-so".into(), current: true, count: Some(3) },
                Tab { label: "Đã xong".into(), href: "/ho-so?xong=1".into(), current: false, count: Some(12) },
            ],
            rows: vec![
                row("draft", None),
                DossierRow {
                    todo: Some(Link::new("Bổ sung giấy tờ", "/ho-so/x/bo-sung")),
                    ..row("supplement_requested", Some("K7M2Q-9T4XW"))
                },
                DossierRow { due: Some(sample_due(1140, false)), ..row("processing", Some("H46.01-261121-0007")) },
            ],
            paging: Paging { next: Some("?sau=x".into()), shown: 3, total: Some(15), prev: None },
        };
        vec![Self { rows: Vec::new(), paging: Paging::default(), ..page.clone() }, page]
    }
}

/// `/ho-so/{code}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct DossierPage {
    pub code: String,
    /// Why what was asked for is not done, and what can be done instead.
    pub refused: Option<Refused>,
    /// The submission reference, where the code is another.
    pub reference: Option<String>,
    pub procedure: Link,
    pub agency: String,
    /// Applicant and owner, where one files for another.
    pub parties: Option<(String, String)>,
    /// The unit or role that has it now; never a private telephone.
    pub handling: Option<String>,
    pub status: String,
    /// State and due time in one sentence.
    pub sentence: String,
    pub due: Option<Due>,
    /// Notes from flags: withdrawal asked, waiting for an opinion, re-appointed.
    pub notes: Vec<String>,
    pub supplement: Option<SupplementTask>,
    /// What may still be changed of a dossier of a session.
    pub amend: Option<Amend>,
    pub draft_result: Option<DraftResult>,
    pub timeline: Vec<TimelineItem>,
    pub results: Vec<ResultItem>,
    pub fees: Vec<FeeLine>,
    pub fees_due: Vnd,
    pub besides: Besides,
    /// Where they are paid online, or the payment under way is seen.
    pub pay: Option<Link>,
    /// Notices of other agencies that something is to be paid by, the newest first.
    pub obligations: Vec<ObligationPanel>,
    /// Papers of the one-stop office: acknowledgement, appointment.
    pub papers: Vec<FileLink>,
    /// What was attached, or taken in at the counter.
    pub attachments: Vec<Attachment>,
    pub answers: Vec<AnswerGroup>,
    pub messages: Vec<Message>,
    /// Where a message is sent; none where none may be sent now.
    pub message_action: Option<String>,
    pub withdraw: Option<Withdraw>,
    pub rating: Option<Rating>,
    pub version: i64,
}

/// What is to be paid by a notice of another agency.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ObligationPanel {
    pub rows: Vec<Answer>,
    /// Something of it is still owed, and the dossier waits for it.
    pub is_open: bool,
    /// Its last day has passed.
    pub is_late: bool,
    /// It is not paid to us.
    pub is_elsewhere: bool,
    /// The office's paper about it, and the scan of the notice.
    pub papers: Vec<Link>,
}

impl ObligationPanel {
    fn samples() -> Vec<Self> {
        let row =
            |label: &str, value: &str| Answer { label: label.into(), value: Some(value.into()), ..Answer::default() };
        let open = Self {
            rows: vec![row("Còn phải nộp", "12.500.000 đồng"), row("Nơi nộp", "Ngân hàng hoặc Kho bạc Nhà nước")],
            is_open: true,
            is_late: true,
            is_elsewhere: true,
            papers: vec![Link::new("Bản quét thông báo", "/ho-so/x/giay-to/1")],
        };
        let here = Self { is_late: false, is_elsewhere: false, ..open.clone() };
        vec![Self { is_open: false, is_late: false, papers: Vec::new(), ..open.clone() }, open, here]
    }
}

/// An act that was refused.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Refused {
    /// Why, and what can be done instead.
    pub why: String,
    /// What was written, to be used elsewhere.
    pub typed: Option<String>,
}

impl Refused {
    fn sample() -> Self {
        Self {
            why: "Mỗi hồ sơ được đánh giá một lần.".into(), typed: Some("Nhanh, lịch sự.".into())
        }
    }
}

/// A paper of the dossier: a file that was sent, or one that lies in the folder at the counter.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Attachment {
    pub name: String,
    /// None for what was not scanned.
    pub href: Option<String>,
    /// That it came for a supplement, or how many were taken in.
    pub note: Option<String>,
}

impl Attachment {
    fn samples() -> Vec<Self> {
        let file = |name: &str, href: Option<&str>, note: &str| Self {
            name: name.into(),
            href: href.map(str::to_owned),
            note: Some(note.into()),
        };
        vec![
            file("giay-chung-sinh.pdf", Some("/x.pdf"), "Bổ sung 19/11/2026"),
            file("Giấy chứng sinh", None, "Đã nhận bản giấy tại quầy: 1 bản chính, 0 bản sao"),
        ]
    }
}

/// A dossier of a session that may still be changed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Amend {
    pub until: Timestamp,
    /// Sections of the declaration, then the papers.
    pub parts: Vec<Link>,
}

impl Amend {
    fn sample() -> Self {
        let parts = vec![Link::new("Thông tin cá nhân", "/ho-so/K7M2Q-9T4XW/to-khai/ca_nhan")];
        Self { until: sample_time(100), parts }
    }
}

/// What the agency asks for.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SupplementTask {
    pub reason: String,
    /// Last day, `dd/MM/yyyy`.
    pub due_on: String,
    pub items: Vec<String>,
    pub href: String,
}

/// A draft of the result that waits for the citizen's yes.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DraftResult {
    pub rows: Vec<Answer>,
    pub until: Option<Timestamp>,
    pub action: String,
}

/// A result.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ResultItem {
    pub name: String,
    pub href: String,
    pub verify: String,
    pub revoked: bool,
}

/// Taking the dossier back.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Withdraw {
    pub action: String,
    /// Whether it takes effect at once or an officer confirms it.
    pub immediate: bool,
    /// Whether it was tried and the reason is missing.
    pub reason: Input,
}

/// How satisfied the citizen is.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Rating {
    pub action: String,
    /// What was given, 1 to 5.
    pub given: Option<u8>,
    pub error: Option<String>,
}

impl SupplementTask {
    fn sample() -> Self {
        Self {
            reason: "Ảnh giấy chứng sinh bị mờ.".into(),
            due_on: "20/12/2026".into(),
            items: vec!["Giấy chứng sinh: chụp lại trang 2".into()],
            href: "/ho-so/x/bo-sung".into(),
        }
    }
}

impl Page for DossierPage {
    const TEMPLATE: &'static str = "dossier/page.html";

    fn samples() -> Vec<Self> {
        let row = Answer { label: "Họ tên".into(), value: Some("Ksor H'Bơ".into()), ..Answer::default() };
        let file = FileLink { name: "Giấy tiếp nhận hồ sơ".into(), href: "/x.pdf".into() };
        let full = Self {
            code: "H46.01-261121-0007".into(),
            refused: None,
            reference: Some("K7M2Q-9T4XW".into()),
            procedure: Link::new("Đăng ký khai sinh", "/thu-tuc/1.001193"),
            agency: "UBND phường Thuận Hóa".into(),
            parties: None,
            handling: Some("Bộ phận Tư pháp - Hộ tịch".into()),
            status: "supplement_requested".into(),
            sentence: "UBND phường Thuận Hóa cần bạn bổ sung giấy tờ trước ngày 20/12/2026.".into(),
            due: Some(sample_due(1140, true)),
            notes: vec!["Bạn đã xin rút hồ sơ, đang chờ cán bộ xác nhận.".into()],
            amend: Some(Amend::sample()),
            supplement: Some(SupplementTask::sample()),
            draft_result: Some(DraftResult {
                rows: vec![row.clone()],
                until: Some(sample_time(8)),
                action: "/ho-so/x/xac-nhan-du-thao".into(),
            }),
            timeline: vec![
                sample_step("Đã nộp", 0, StepState::Done),
                sample_step("Yêu cầu bổ sung", 2, StepState::Now),
            ],
            results: Vec::new(),
            fees: vec![FeeLine::sample("due")],
            fees_due: Vnd(16_000),
            besides: Besides::sample(),
            pay: Some(Link::new("Thanh toán", "/ho-so/H46.01-261121-0007/thanh-toan")),
            obligations: ObligationPanel::samples(),
            papers: vec![file.clone()],
            attachments: Attachment::samples(),
            answers: vec![AnswerGroup { title: "Người yêu cầu".into(), edit: None, rows: vec![row] }],
            messages: vec![Message {
                who: "Cán bộ một cửa".into(),
                at: sample_time(1),
                text: "Anh vui lòng chụp lại trang 2.".into(),
                mine: false,
                files: Vec::new(),
            }],
            message_action: Some("/ho-so/x/tin-nhan".into()),
            withdraw: Some(Withdraw { action: "/ho-so/x/rut".into(), immediate: false, reason: Input::default() }),
            rating: None,
            version: 4,
        };
        let result = |revoked| ResultItem {
            name: "Giấy khai sinh".into(),
            href: "/ho-so/x/ket-qua/1".into(),
            verify: "/xac-thuc/abc".into(),
            revoked,
        };
        let rating = |given| Rating { action: "/ho-so/x/danh-gia".into(), given, error: None };
        let done = Self {
            reference: None,
            parties: Some(("Trần Thị Bình".into(), "Nguyễn Văn An".into())),
            handling: None,
            status: "handed_over".into(),
            due: None,
            notes: Vec::new(),
            amend: None,
            supplement: None,
            draft_result: None,
            results: vec![result(false), result(true)],
            fees: Vec::new(),
            fees_due: Vnd(0),
            besides: Besides::default(),
            pay: None,
            obligations: Vec::new(),
            papers: Vec::new(),
            attachments: Vec::new(),
            messages: Vec::new(),
            message_action: None,
            withdraw: None,
            rating: Some(rating(None)),
            ..full.clone()
        };
        let rated = Self { rating: Some(rating(Some(5))), refused: Some(Refused::sample()), ..done.clone() };
        vec![full, done, rated]
    }
}

/// `/ho-so/{code}/bo-sung`: mending what the agency asked for.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Supplement {
    pub code: String,
    pub procedure: String,
    pub back: String,
    pub action: String,
    pub errors: Vec<FormError>,
    pub reason: String,
    /// What is asked in words that name no paper and no part of the declaration.
    pub words: Vec<String>,
    pub due_on: String,
    /// Papers to send again.
    pub papers: Vec<DocumentItem>,
    /// Answers to correct: what, the officer's note and what is still wrong, and the page to do it on.
    pub answers: Vec<Task>,
    /// Sections that may be changed besides, where the officer asks in words of their own.
    pub others: Vec<Task>,
    pub note: Input,
    pub version: i64,
}

impl Page for Supplement {
    const TEMPLATE: &'static str = "dossier/supplement.html";

    fn samples() -> Vec<Self> {
        let answer = |state: &str| Task {
            name: "Nơi sinh".into(),
            href: "/ho-so/x/to-khai/y#f".into(),
            state: state.into(),
            hint: Some("Ghi rõ tên bệnh viện".into()),
        };
        let page = Self {
            code: "H46.01-261121-0007".into(),
            procedure: "Đăng ký khai sinh".into(),
            back: "/ho-so/x".into(),
            action: "/ho-so/x/bo-sung".into(),
            errors: vec![FormError::at("f-giay_chung_sinh", "Hãy gửi lại Giấy chứng sinh.")],
            reason: "Ảnh giấy chứng sinh bị mờ.".into(),
            words: vec!["Ghi rõ thôn, tổ.".into()],
            due_on: "20/12/2026".into(),
            papers: vec![DocumentItem::sample(Some("Hãy gửi lại Giấy chứng sinh."))],
            answers: vec![answer("todo"), answer("error"), answer("done")],
            others: vec![answer("optional")],
            note: Input::of("Tôi đã chụp lại."),
            version: 4,
        };
        let bare =
            Self { errors: Vec::new(), papers: Vec::new(), answers: Vec::new(), others: Vec::new(), ..page.clone() };
        vec![page, bare]
    }
}

fn sample_step(title: &str, hours: i64, state: StepState) -> TimelineItem {
    TimelineItem {
        title: title.into(),
        at: Some(sample_time(hours)),
        state,
        who: Some("UBND phường Thuận Hóa".into()),
        note: None,
    }
}

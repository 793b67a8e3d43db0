//! Filing a dossier: from the first question to the confirmation.

use super::parts::{
    AddressPart, Answer, AnswerGroup, Choice, FeeLine, FileItem, FormError, Hidden, Input, Link, StepState,
    TimelineItem, address_parts, sample_time,
};
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// `/nop-ho-so/{code}`: which case, which agency, for whom.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Begin {
    pub procedure: Link,
    pub action: String,
    pub errors: Vec<FormError>,
    /// Only where there are several.
    pub cases: Vec<Choice>,
    pub case: Input,
    pub agencies: Vec<Choice>,
    pub agency: Input,
    /// `self` or `other`.
    pub behalf: Input,
    pub owner_name: Input,
    pub owner_identity: Input,
    /// Drafts of this procedure that are already there.
    pub drafts: Vec<Link>,
    /// Why it cannot be filed by this person now (identity level, audience, filing window).
    pub notes: Vec<String>,
}

impl Page for Begin {
    const TEMPLATE: &'static str = "filing/begin.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            procedure: Link::new("Đăng ký khai sinh", "/thu-tuc/1.001193"),
            action: "/nop-ho-so/1.001193".into(),
            errors: Vec::new(),
            cases: vec![Choice::new("trong_nuoc", "Khai sinh trong nước"), Choice::new("bo_roi", "Trẻ bị bỏ rơi")],
            case: Input::of("trong_nuoc"),
            agencies: vec![Choice::new("H46.01", "UBND phường Thuận Hóa")],
            agency: Input::default(),
            behalf: Input::of("self"),
            owner_name: Input::default(),
            owner_identity: Input::default(),
            drafts: vec![Link::new("Bản nháp ngày 20/11/2026", "/ho-so/0190")],
            notes: Vec::new(),
        };
        let wrong = Self {
            errors: vec![FormError::at("agency", "Hãy chọn nơi nộp.")],
            cases: Vec::new(),
            agency: Input::wrong("", "Hãy chọn nơi nộp."),
            behalf: Input::of("other"),
            drafts: Vec::new(),
            notes: vec!["Thủ tục này cần tài khoản định danh mức 2.".into()],
            ..page.clone()
        };
        vec![page, wrong]
    }
}

/// The task list of a draft: `/ho-so/{id}`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Tasks {
    pub procedure: Link,
    pub case: Option<String>,
    pub agency: String,
    pub parts: Vec<TaskPart>,
    /// How many tasks are done and how many there are.
    pub done: i64,
    pub of: i64,
    /// Last day of the draft, `dd/MM/yyyy`.
    pub expires: String,
    /// Sections that changed because the procedure has a new revision.
    pub changed: Vec<String>,
    pub discard: String,
    pub version: i64,
}

/// Tasks under one heading.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TaskPart {
    pub title: String,
    pub items: Vec<Task>,
}

/// One task.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Task {
    pub name: String,
    pub href: String,
    /// `done`, `todo`, `optional`, `error` or `blocked`.
    pub state: String,
    pub hint: Option<String>,
}

impl Page for Tasks {
    const TEMPLATE: &'static str = "filing/tasks.html";

    fn samples() -> Vec<Self> {
        let task = |name: &str, state: &str, hint: Option<&str>| Task {
            name: name.into(),
            href: "/ho-so/0190/to-khai/x".into(),
            state: state.into(),
            hint: hint.map(str::to_owned),
        };
        let part = |title: &str, items| TaskPart { title: title.into(), items };
        let page = Self {
            procedure: Link::new("Đăng ký khai sinh", "/thu-tuc/1.001193"),
            case: Some("Khai sinh trong nước".into()),
            agency: "UBND phường Thuận Hóa".into(),
            parts: vec![
                part("Tờ khai", vec![task("Người yêu cầu", "done", None), task("Người mẹ", "error", None)]),
                part("Giấy tờ", vec![task("Giấy tờ kèm theo", "todo", Some("2 giấy tờ cần gửi kèm"))]),
                part("Nộp", vec![task("Kiểm tra và nộp", "blocked", Some("Làm xong các phần trên trước"))]),
            ],
            done: 1,
            of: 4,
            expires: "19/02/2027".into(),
            changed: Vec::new(),
            discard: "/ho-so/0190/xoa".into(),
            version: 3,
        };
        vec![Self { changed: vec!["Người mẹ".into()], case: None, ..page.clone() }, page]
    }
}

/// The papers of a draft.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Documents {
    pub procedure: String,
    pub back: String,
    pub action: String,
    pub errors: Vec<FormError>,
    pub items: Vec<DocumentItem>,
    /// Papers that are only shown at the counter.
    pub to_show: Vec<String>,
    pub version: i64,
}

/// A required paper with what has been attached.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DocumentItem {
    /// Code of the required paper; the field's name.
    pub code: String,
    pub name: String,
    pub help: Option<String>,
    pub required: bool,
    pub error: Option<String>,
    pub files: Vec<FileItem>,
    pub store: Vec<StoreChoice>,
    /// Where JavaScript sends one file at once (multipart `_csrf`, `document`, `file`; any 2xx, or problem+json with
    /// the message); empty for none.
    pub url: String,
}

/// Something of the data store that can be taken instead of a file.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StoreChoice {
    pub id: String,
    pub label: String,
    pub from: String,
}

impl DocumentItem {
    pub(super) fn sample(error: Option<&str>) -> Self {
        Self {
            code: "giay_chung_sinh".into(),
            name: "Giấy chứng sinh".into(),
            help: Some("Bản chính, còn rõ chữ và dấu.".into()),
            required: true,
            error: error.map(str::to_owned),
            files: vec![FileItem {
                id: "1".into(),
                name: "giay-chung-sinh.jpg".into(),
                size: 1_234_567,
                state: "ready".into(),
                view: Some("/ho-so/0190/tep/1".into()),
                remove: Some("1".into()),
            }],
            store: vec![StoreChoice {
                id: "9".into(), label: "Căn cước".into(), from: "Từ hồ sơ H46.01".into()
            }],
            url: "/api/v1/dossiers/0190/attachments".into(),
        }
    }
}

impl Page for Documents {
    const TEMPLATE: &'static str = "filing/documents.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            procedure: "Đăng ký khai sinh".into(),
            back: "/ho-so/0190".into(),
            action: "/ho-so/0190/giay-to".into(),
            errors: Vec::new(),
            items: vec![DocumentItem::sample(None)],
            to_show: vec!["Giấy tờ tùy thân".into()],
            version: 3,
        };
        let wrong = Self {
            errors: vec![FormError::at("f-giay_chung_sinh", "Hãy gửi kèm Giấy chứng sinh.")],
            items: vec![DocumentItem::sample(Some("Hãy gửi kèm Giấy chứng sinh."))],
            to_show: Vec::new(),
            ..page.clone()
        };
        let none = Self { items: Vec::new(), to_show: Vec::new(), ..page.clone() };
        vec![page, wrong, none]
    }
}

/// How the result is to come.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Delivery {
    pub procedure: String,
    pub back: String,
    pub action: String,
    pub errors: Vec<FormError>,
    /// `online`, `counter`, `post` as far as the procedure offers them.
    pub methods: Vec<Choice>,
    pub method: Input,
    /// See [`address_parts`].
    pub address: Vec<AddressPart>,
    pub version: i64,
}

impl Page for Delivery {
    const TEMPLATE: &'static str = "filing/delivery.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            procedure: "Đăng ký khai sinh".into(),
            back: "/ho-so/0190".into(),
            action: "/ho-so/0190/nhan-ket-qua".into(),
            errors: Vec::new(),
            methods: vec![
                Choice::new("online", "Bản điện tử trong Kho dữ liệu"),
                Choice::new("counter", "Nhận tại quầy"),
                Choice::new("post", "Gửi về nhà qua bưu điện"),
            ],
            method: Input::of("post"),
            address: address_parts(
                "address",
                (Input::of("46"), vec![Choice::new("46", "Thành phố Huế")]),
                (Input::wrong("", "Hãy chọn xã, phường."), vec![Choice::new("19774", "Phường Thuận Hóa")]),
                Input::of("12 Lê Lợi"),
            ),
            version: 3,
        };
        let wrong = Self {
            errors: vec![FormError::at("method", "Hãy chọn cách nhận kết quả.")],
            method: Input::wrong("", "Hãy chọn cách nhận kết quả."),
            ..page.clone()
        };
        vec![page, wrong]
    }
}

/// A fee as announced.
pub(super) fn sample_fees() -> Vec<FeeLine> {
    vec![FeeLine {
        name: "Bản sao Giấy khai sinh".into(),
        amount: Vnd(16_000),
        note: Some("2 bản × 8.000 đ".into()),
        state: None,
    }]
}

/// Everything once more before it is submitted.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CheckAnswers {
    pub procedure: String,
    pub agency: String,
    pub back: String,
    pub action: String,
    pub errors: Vec<FormError>,
    pub sections: Vec<AnswerGroup>,
    /// Papers: the required paper and the names of its files.
    pub papers: AnswerGroup,
    pub delivery: AnswerGroup,
    pub fees: Vec<FeeLine>,
    pub total: Vnd,
    /// The official declaration as it will be printed.
    pub preview: Option<String>,
    /// `version` and the submission key, so that a double click files once.
    pub hidden: Vec<Hidden>,
}

impl Page for CheckAnswers {
    const TEMPLATE: &'static str = "filing/check.html";

    fn samples() -> Vec<Self> {
        let row = |label: &str, value: Option<&str>| Answer {
            label: label.into(),
            value: value.map(str::to_owned),
            edit: Some("/ho-so/0190/to-khai/x#f".into()),
            ..Answer::default()
        };
        let group = |title: &str, rows| AnswerGroup { title: title.into(), edit: None, rows };
        let page = Self {
            procedure: "Đăng ký khai sinh".into(),
            agency: "UBND phường Thuận Hóa".into(),
            back: "/ho-so/0190".into(),
            action: "/ho-so/0190/nop".into(),
            errors: Vec::new(),
            sections: vec![group("Người yêu cầu", vec![row("Họ tên", Some("Ksor H'Bơ")), row("Thư điện tử", None)])],
            papers: group("Giấy tờ", vec![row("Giấy chứng sinh", Some("giay-chung-sinh.jpg"))]),
            delivery: group("Nhận kết quả", vec![row("Cách nhận", Some("Nhận tại quầy"))]),
            fees: sample_fees(),
            total: Vnd(16_000),
            preview: Some("/ho-so/0190/to-khai.pdf".into()),
            hidden: vec![Hidden { name: "version".into(), value: "3".into() }],
        };
        let wrong = Self {
            errors: vec![FormError { href: None, text: "Chưa khai Người mẹ.".into() }],
            fees: Vec::new(),
            total: Vnd(0),
            preview: None,
            ..page.clone()
        };
        vec![page, wrong]
    }
}

/// It is filed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Confirmation {
    /// The submission reference, or at once the dossier code where the procedure decides by itself.
    pub reference: String,
    pub procedure: String,
    pub agency: String,
    pub submitted_at: Timestamp,
    /// Until when the agency answers.
    pub acceptance_due: Option<Timestamp>,
    pub next: Vec<TimelineItem>,
    /// Address for the QR code.
    pub track_url: String,
    pub receipt: Option<String>,
    pub calendar: Option<String>,
    pub dossier: String,
    /// Where a confirmation went, mostly hidden.
    pub told: Vec<String>,
    pub fees_due: Option<Vnd>,
    /// The exemptions from fees that are claimed, and where they stand.
    pub claimed: Vec<String>,
    /// Where that can be paid online.
    pub pay: Option<String>,
    /// The answer that came at once, where the procedure is settled automatically.
    pub answer: Option<AtOnce>,
}

/// A decision that the receipt can tell already.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AtOnce {
    pub granted: bool,
    /// Dossier code.
    pub code: String,
    /// What the result says, a line each: the reasons of a refusal.
    pub words: Vec<String>,
    pub results: Vec<super::dossier::ResultItem>,
}

impl Page for Confirmation {
    const TEMPLATE: &'static str = "filing/confirmation.html";

    fn samples() -> Vec<Self> {
        let step = |title: &str, hours| TimelineItem {
            title: title.into(),
            at: Some(sample_time(hours)),
            state: StepState::Next,
            who: Some("UBND phường Thuận Hóa".into()),
            note: None,
        };
        let page = Self {
            reference: "K7M2Q-9T4XW".into(),
            procedure: "Đăng ký khai sinh".into(),
            agency: "UBND phường Thuận Hóa".into(),
            submitted_at: sample_time(0),
            acceptance_due: Some(sample_time(8)),
            next: vec![step("Kiểm tra và tiếp nhận", 8), step("Trả kết quả", 30)],
            track_url: "https://motcua.invalid/tra-cuu?ma=K7M2Q-9T4XW".into(),
            receipt: Some("/ho-so/K7M2Q-9T4XW/giay-nhan.pdf".into()),
            calendar: Some("/ho-so/K7M2Q-9T4XW/lich.ics".into()),
            dossier: "/ho-so/K7M2Q-9T4XW".into(),
            told: vec!["an•••@demo.invalid".into(), "•••••••011".into()],
            fees_due: Some(Vnd(16_000)),
            claimed: vec!["Đề nghị miễn (Hộ nghèo), chờ cán bộ kiểm tra giấy tờ.".into()],
            pay: Some("/ho-so/K7QM-2RXD-9/thanh-toan".into()),
            answer: None,
        };
        let answer = |granted: bool, words: &str| AtOnce {
            granted,
            code: "G02.10-261118-0001".into(),
            words: vec![words.into()],
            results: vec![super::dossier::ResultItem {
                name: "Thông tin phản hồi khai báo hóa chất nhập khẩu".into(),
                href: "/ho-so/G02.10-261118-0001/ket-qua/1".into(),
                verify: "/xac-thuc/abc".into(),
                revoked: false,
            }],
        };
        let bare = Self {
            acceptance_due: None,
            next: Vec::new(),
            receipt: None,
            calendar: None,
            told: Vec::new(),
            fees_due: None,
            claimed: Vec::new(),
            pay: None,
            ..page.clone()
        };
        let granted = Self { answer: Some(answer(true, "Khai báo hợp lệ.")), ..bare.clone() };
        let refused = Self { answer: Some(answer(false, "Dưới 10 kg được miễn khai báo.")), ..bare.clone() };
        vec![page, bare, granted, refused]
    }
}

/// One section of the declaration: `/ho-so/{id}/to-khai/{section}`.
///
/// `form` is the `forms::SectionView` of that page as JSON; `components/form.html` says which parts it reads.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SectionPage {
    pub procedure: String,
    /// The task list.
    pub back: String,
    pub action: String,
    /// Where the section is saved while typing: the same form is posted with `_go=autosave`, the answer is JSON
    /// `{"saved_at": "10:32", "version": 4, "seen": "…"}`. Empty for none.
    pub autosave: String,
    /// Version of the draft, so that two devices do not overwrite each other.
    pub version: i64,
    /// A mark of the answers shown, sent back so that it is known whether they were changed elsewhere.
    pub seen: String,
    pub number: usize,
    pub of: usize,
    pub title: String,
    pub form: serde_json::Value,
    pub errors: Vec<FormError>,
    /// `HH:mm` of the last saving.
    pub saved_at: Option<String>,
    pub prev: Option<Link>,
}

impl Page for SectionPage {
    const TEMPLATE: &'static str = "filing/section.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            procedure: "Đăng ký khai sinh".into(),
            back: "/ho-so/0190".into(),
            action: "/ho-so/0190/to-khai/nguoi_yeu_cau".into(),
            autosave: "/ho-so/0190/to-khai/nguoi_yeu_cau".into(),
            version: 3,
            seen: "5f0c".into(),
            number: 1,
            of: 8,
            title: "Người yêu cầu".into(),
            form: super::sample_form::section(false),
            errors: Vec::new(),
            saved_at: Some("10:32".into()),
            prev: None,
        };
        let wrong = Self {
            errors: vec![FormError::at(
                "f-nguoi_yeu_cau-so_giay_to",
                "Số định danh cá nhân gồm 12 chữ số, ví dụ 079203001234.",
            )],
            form: super::sample_form::section(true),
            saved_at: None,
            prev: Some(Link::new("Người nộp", "/ho-so/0190/nguoi-nop")),
            ..page.clone()
        };
        vec![page, wrong]
    }
}

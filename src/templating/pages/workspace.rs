//! One dossier on an officer's desk.

use super::dossier::ResultItem;
use super::parts::{
    Answer, AnswerGroup, Besides, Choice, Due, FeeLine, FileLink, FormError, Message, StepState, TimelineItem,
    sample_due, sample_time,
};
use crate::kernel::Vnd;
use crate::templating::Page;

/// `/can-bo/ho-so/{code}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Workspace {
    pub code: String,
    pub reference: Option<String>,
    pub procedure: String,
    pub case: Option<String>,
    pub agency: String,
    pub status: String,
    /// Name of the step of the workflow.
    pub step: Option<String>,
    pub assignee: Option<String>,
    /// How it came in, in words.
    pub intake: String,
    pub flags: Vec<String>,
    /// Due times: of the acceptance, the step, the dossier.
    pub clocks: Vec<Clock>,
    pub errors: Vec<FormError>,
    /// The act was refused as a whole: nothing that was typed is wrong.
    pub refused: bool,
    pub applicant: Vec<Answer>,
    pub answers: Vec<AnswerGroup>,
    pub papers: Vec<WorkPaper>,
    /// Only what this officer may do now.
    pub acts: Vec<Act>,
    /// Why nothing can be done, if `acts` is empty.
    pub no_acts: Option<String>,
    /// What must happen first, where the next act is not there yet.
    pub hints: Vec<String>,
    pub checklist: Vec<Check>,
    pub draft_result: Vec<Answer>,
    pub results: Vec<ResultItem>,
    pub timeline: Vec<TimelineItem>,
    /// The exemptions from fees that are claimed.
    pub exemptions: Vec<WorkExemption>,
    pub fees: Vec<FeeLine>,
    pub fees_due: Vnd,
    pub besides: Besides,
    /// What of it nobody has asked back yet, though the fee came to less when the answers changed.
    pub too_much: Vnd,
    /// Where money can be asked back.
    pub refund: Option<String>,
    /// Mẫu 01–07 and what else was made.
    pub forms: Vec<FileLink>,
    pub messages: Vec<Message>,
    pub message_action: Option<String>,
    /// Other dossiers of the person whose this one is.
    pub others: Vec<OtherDossier>,
    /// That person's name.
    pub owner: String,
    pub duplicates: Vec<OtherDossier>,
    pub version: i64,
}

/// A due time with what it is of.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Clock {
    pub label: String,
    pub due: Due,
}

/// A required paper with its files.
#[derive(Clone, Debug, serde::Serialize)]
pub struct WorkPaper {
    pub name: String,
    pub required: bool,
    pub files: Vec<WorkFile>,
    /// What was found in place of a file: a register, shown at the counter.
    pub note: Option<String>,
}

/// An exemption from fees that is claimed, with what proves it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct WorkExemption {
    /// Which one and where it stands, in words.
    pub says: String,
    /// An officer has yet to decide.
    pub open: bool,
    /// The paper that proves it, where one is asked for.
    pub proof: Option<String>,
    pub files: Vec<WorkFile>,
    /// That the paper was taken in at the counter.
    pub note: Option<String>,
}

/// A file to look at.
#[derive(Clone, Debug, serde::Serialize)]
pub struct WorkFile {
    pub name: String,
    pub href: String,
    /// `image`, `pdf` or `other` (only to download).
    pub kind: String,
    /// `ready`, `scanning` or `infected`.
    pub state: String,
    /// That it came for a supplement, and when.
    pub fresh: Option<String>,
}

/// Something the officer may do. Its form posts `version` and the fields to `action`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Act {
    /// Key of contract.md §6, such as `accept`.
    pub key: String,
    pub label: String,
    /// The letter that opens it.
    pub shortcut: Option<String>,
    pub action: String,
    /// `primary`, `secondary` or `danger`.
    pub kind: String,
    /// What will happen, in a sentence.
    pub text: Option<String>,
    /// What to think of first: it may do harm now.
    pub warning: Option<String>,
    pub fields: Vec<ActField>,
    /// What is asked only sometimes.
    pub folds: Vec<ActFold>,
    /// Shown open: it has just failed.
    pub open: bool,
}

/// Fields of an act that are folded away.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ActFold {
    pub label: String,
    pub fields: Vec<ActField>,
    pub open: bool,
}

/// A field of an act. `widget` as in `components/form.html`, or `items`: options to tick, each with a note
/// (posted as `{name}` and `{name}.note.{value}`).
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ActField {
    pub widget: String,
    pub name: String,
    /// Unique on the page: act and name.
    pub id: String,
    pub label: String,
    pub help: Option<String>,
    pub required: bool,
    pub value: Option<String>,
    pub values: Vec<String>,
    pub options: Vec<Choice>,
    pub error: Option<String>,
    pub readonly: bool,
    pub maxlength: Option<u32>,
}

impl ActField {
    /// A field of an act: `act` is the act's key.
    pub fn new(act: &str, widget: &str, name: &str, label: impl Into<String>) -> Self {
        Self {
            widget: widget.into(),
            name: name.into(),
            id: format!("f-{act}-{name}"),
            label: label.into(),
            required: true,
            ..Self::default()
        }
    }

    /// The same with what can be chosen.
    #[must_use]
    pub fn options(self, options: Vec<Choice>) -> Self {
        Self { options, ..self }
    }

    /// The same, but it may stay empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }
}

/// A line of the step's checklist.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Check {
    pub label: String,
    pub done: bool,
    pub hint: Option<String>,
}

/// Another dossier of the same person, or one that looks alike.
#[derive(Clone, Debug, serde::Serialize)]
pub struct OtherDossier {
    pub code: String,
    pub href: String,
    pub procedure: String,
    pub status: String,
    /// As what the person stands in it, in words.
    pub standing: Option<String>,
}

fn sample_acts() -> Vec<Act> {
    let act = |key: &str, label: &str, shortcut: Option<&str>, kind: &str, fields| Act {
        key: key.into(),
        label: label.into(),
        shortcut: shortcut.map(str::to_owned),
        action: format!("/can-bo/ho-so/x/{key}"),
        kind: kind.into(),
        text: (kind == "danger").then(|| "Người nộp sẽ nhận được lý do qua tin nhắn và thư điện tử.".into()),
        warning: (key == "request_supplement").then(|| "Đang có một lần thanh toán trực tuyến.".into()),
        fields,
        folds: match key {
            "request_supplement" => vec![ActFold {
                label: "Thông báo".into(),
                fields: vec![ActField::new(key, "text", "notice_number", "Số thông báo").optional()],
                open: false,
            }],
            _ => Vec::new(),
        },
        open: key == "request_supplement",
    };
    let items = vec![
        Choice::new("document:giay_chung_sinh", "Giấy chứng sinh"),
        Choice::new("pointer:/nguoi_yeu_cau/nyc_ho_ten", "Tờ khai: Họ tên người yêu cầu"),
    ];
    let reason = |act| ActField { maxlength: Some(2000), ..ActField::new(act, "textarea", "reason", "Lý do") };
    let methods = vec![Choice::new("counter", "Tại quầy"), Choice::new("post", "Qua bưu điện")];
    vec![
        act("accept", "Tiếp nhận", Some("a"), "primary", Vec::new()),
        act(
            "request_supplement",
            "Yêu cầu bổ sung",
            Some("s"),
            "secondary",
            vec![
                ActField { error: Some("Hãy ghi lý do.".into()), ..reason("request_supplement") },
                ActField::new("request_supplement", "items", "items", "Cần bổ sung").options(items),
                ActField::new("request_supplement", "date", "due_on", "Hạn bổ sung").optional(),
            ],
        ),
        act("refuse_acceptance", "Từ chối tiếp nhận", None, "danger", vec![reason("refuse_acceptance")]),
        act(
            "hand_over",
            "Trả kết quả",
            None,
            "secondary",
            vec![
                ActField::new("hand_over", "radio", "method", "Cách trả").options(methods),
                ActField::new("hand_over", "text", "receiver.name", "Người nhận").optional(),
                ActField::new("hand_over", "identity", "receiver.identity", "Số định danh").optional(),
                ActField::new("hand_over", "money", "amount", "Số tiền").optional(),
                ActField::new("hand_over", "checkboxes", "lines", "Khoản").options(vec![Choice::new("1", "Bản sao")]),
                ActField::new("hand_over", "checkbox", "refund", "Hoàn tiền"),
            ],
        ),
    ]
}

impl Check {
    fn samples() -> Vec<Self> {
        let hint = Some("So với nơi cư trú".to_owned());
        vec![
            Self { label: "Đủ giấy tờ".into(), done: true, hint: None },
            Self { label: "Đúng thẩm quyền".into(), done: false, hint },
        ]
    }
}

fn sample_other() -> OtherDossier {
    OtherDossier {
        code: "H46.01-261101-0002".into(),
        href: "/can-bo/ho-so/y".into(),
        procedure: "Đăng ký kết hôn".into(),
        status: "handed_over".into(),
        standing: Some("Người nộp".into()),
    }
}

fn sample_exemptions() -> Vec<WorkExemption> {
    vec![
        WorkExemption {
            says: "Đề nghị miễn (Hộ nghèo), chờ cán bộ kiểm tra giấy tờ".into(),
            open: true,
            proof: Some("Giấy chứng nhận hộ nghèo".into()),
            files: vec![WorkFile {
                name: "ho-ngheo.jpg".into(),
                href: "/can-bo/ho-so/1/tep/2".into(),
                kind: "image".into(),
                state: "ready".into(),
                fresh: None,
            }],
            note: None,
        },
        WorkExemption {
            says: "Được miễn (Trẻ em)".into(),
            open: false,
            proof: None,
            files: Vec::new(),
            note: Some("Đã nhận bản giấy".into()),
        },
    ]
}

impl Page for Workspace {
    const TEMPLATE: &'static str = "office/dossier.html";

    fn samples() -> Vec<Self> {
        let other = sample_other();
        let clock = |label: &str, minutes, paused| Clock { label: label.into(), due: sample_due(minutes, paused) };
        let full = Self {
            code: "H46.01-261121-0007".into(),
            reference: Some("K7M2Q-9T4XW".into()),
            procedure: "Đăng ký khai sinh".into(),
            case: Some("Khai sinh trong nước".into()),
            agency: "UBND phường Thuận Hóa".into(),
            status: "submitted".into(),
            step: Some("Tiếp nhận".into()),
            assignee: Some("Trần Thị Một Cửa".into()),
            intake: "Tự nộp trên mạng".into(),
            flags: vec!["Nghi trùng".into()],
            clocks: vec![clock("Tiếp nhận", 300, false), clock("Cả hồ sơ", 1140, true)],
            errors: vec![FormError::at("f-request_supplement-reason", "Hãy ghi lý do.")],
            refused: false,
            applicant: vec![row("Người nộp", "Y Ƀlŏ Niê"), row("Số định danh", "046095000033")],
            answers: sample_answers(),
            papers: sample_papers(),
            acts: sample_acts(),
            no_acts: None,
            hints: vec!["Dự thảo kết quả phải có đủ: Số định danh cá nhân.".into()],
            checklist: Check::samples(),
            draft_result: vec![row("Số", "123/2026")],
            results: vec![ResultItem {
                name: "Giấy khai sinh".into(),
                href: "/can-bo/ho-so/x/ket-qua/1".into(),
                verify: "/xac-thuc/abc".into(),
                revoked: true,
            }],
            timeline: sample_timeline(),
            exemptions: sample_exemptions(),
            fees: vec![FeeLine::sample("due")],
            fees_due: Vnd(16_000),
            besides: Besides::sample(),
            too_much: Vnd(8_000),
            refund: Some("/can-bo/ho-so/H46.01-261121-0007/hoan-phi".into()),
            forms: vec![FileLink {
                name: "Mẫu 01: Giấy tiếp nhận và hẹn trả".into(), href: "/x/mau-01".into()
            }],
            messages: sample_messages(),
            message_action: Some("/can-bo/ho-so/x/tin-nhan".into()),
            others: vec![other.clone()],
            owner: "Y Ƀlŏ Niê".into(),
            duplicates: vec![OtherDossier { standing: None, ..other }],
            version: 4,
        };
        let read_only = Self {
            reference: None,
            case: None,
            step: None,
            assignee: None,
            flags: Vec::new(),
            clocks: Vec::new(),
            errors: Vec::new(),
            acts: Vec::new(),
            no_acts: Some("Hồ sơ đang ở cơ quan khác.".into()),
            hints: Vec::new(),
            checklist: Vec::new(),
            draft_result: Vec::new(),
            results: Vec::new(),
            exemptions: Vec::new(),
            fees: Vec::new(),
            fees_due: Vnd(0),
            besides: Besides::default(),
            too_much: Vnd(0),
            refund: None,
            forms: Vec::new(),
            messages: Vec::new(),
            message_action: None,
            others: Vec::new(),
            duplicates: Vec::new(),
            ..full.clone()
        };
        vec![full, read_only]
    }
}

/// Drafting the result: its fields, prefilled from the form, and the outcome.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DraftResultPage {
    pub code: String,
    pub procedure: String,
    pub back: String,
    pub action: String,
    pub errors: Vec<FormError>,
    /// `granted` or `refused`, as radios.
    pub outcome: ActField,
    /// Fields of the result's form (`forms::FieldView`) and of this page, as JSON.
    pub fields: Vec<serde_json::Value>,
    /// The result as it would be printed now.
    pub preview: Option<String>,
    pub version: i64,
}

impl Page for DraftResultPage {
    const TEMPLATE: &'static str = "office/draft.html";

    fn samples() -> Vec<Self> {
        let outcome = ActField::new("draft", "radio", "outcome", "Kết quả")
            .options(vec![Choice::new("granted", "Cấp"), Choice::new("refused", "Từ chối")]);
        let page = Self {
            code: "H46.01-261121-0007".into(),
            procedure: "Đăng ký khai sinh".into(),
            back: "/can-bo/ho-so/x".into(),
            action: "/can-bo/ho-so/x/draft_result".into(),
            errors: Vec::new(),
            outcome: ActField { value: Some("granted".into()), ..outcome },
            fields: [
                ActField::new("draft", "text", "data.so", "Số"),
                ActField::new("draft", "date", "data.ngay", "Ngày đăng ký").optional(),
            ]
            .iter()
            .map(|field| serde_json::json!(field))
            .collect(),
            preview: Some("/can-bo/ho-so/x/du-thao.pdf".into()),
            version: 4,
        };
        vec![
            Self { errors: vec![FormError::at("f-draft-data.so", "Hãy ghi số.")], preview: None, ..page.clone() },
            page,
        ]
    }
}

fn row(label: &str, value: &str) -> Answer {
    Answer { label: label.into(), value: Some(value.into()), ..Answer::default() }
}

fn sample_answers() -> Vec<AnswerGroup> {
    vec![AnswerGroup {
        title: "Người yêu cầu".into(),
        edit: None,
        rows: vec![
            row("Họ tên", "Y Ƀlŏ Niê"),
            Answer {
                changed: true, was: Some("Bệnh viện".into()), ..row("Nơi sinh", "Bệnh viện Trung ương Huế")
            },
        ],
    }]
}

fn sample_papers() -> Vec<WorkPaper> {
    let file = |name: &str, kind: &str, state: &str| WorkFile {
        name: name.into(),
        href: "/can-bo/tep/1".into(),
        kind: kind.into(),
        state: state.into(),
        fresh: (kind == "pdf").then(|| "Bổ sung 19/11/2026".into()),
    };
    vec![
        WorkPaper {
            name: "Giấy chứng sinh".into(),
            required: true,
            files: vec![
                file("giay-chung-sinh.jpg", "image", "ready"),
                file("giay-chung-sinh-2.pdf", "pdf", "scanning"),
                file("ghi-chu.docx", "other", "infected"),
            ],
            note: None,
        },
        WorkPaper { name: "Văn bản ủy quyền".into(), required: true, files: Vec::new(), note: None },
        WorkPaper {
            name: "Giấy tờ tùy thân".into(),
            required: false,
            files: Vec::new(),
            note: Some("Xuất trình tại quầy".into()),
        },
    ]
}

fn sample_timeline() -> Vec<TimelineItem> {
    vec![TimelineItem {
        title: "Đã nộp".into(),
        at: Some(sample_time(0)),
        state: StepState::Done,
        who: Some("Người nộp".into()),
        note: Some("Nộp trên điện thoại".into()),
    }]
}

fn sample_messages() -> Vec<Message> {
    vec![Message {
        who: "Y Ƀlŏ Niê".into(),
        at: sample_time(1),
        text: "Tôi cần gấp.".into(),
        mine: false,
        files: Vec::new(),
    }]
}

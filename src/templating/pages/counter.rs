//! Filing at the counter: person, procedure, form, papers, fee, print.

use super::filing::DocumentItem;
use super::parts::{Choice, FeeLine, FileLink, FormError, Hidden, Input, Link};
use super::workspace::OtherDossier;
use crate::kernel::Vnd;
use crate::templating::Page;

/// Where the counter's walk stands; the same on each of its pages.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterStep {
    pub label: String,
    /// Where it can be gone back to.
    pub href: Option<String>,
    pub current: bool,
}

/// The six steps with their words from `words`; `at` is the one being done, earlier ones can be gone back to.
pub fn steps(words: [String; 6], links: &[String], at: usize) -> Vec<CounterStep> {
    words
        .into_iter()
        .enumerate()
        .map(|(i, label)| CounterStep { label, href: links.get(i).filter(|_| i < at).cloned(), current: i == at })
        .collect()
}

fn sample_steps(at: usize) -> Vec<CounterStep> {
    let words = ["Người nộp", "Thủ tục", "Tờ khai", "Giấy tờ", "Lệ phí", "In giấy hẹn"].map(str::to_owned);
    steps(words, &["/can-bo/tiep-nhan".to_owned()], at)
}

/// `/can-bo/tiep-nhan`: who stands at the counter.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterPerson {
    pub steps: Vec<CounterStep>,
    pub errors: Vec<FormError>,
    /// Identity number, phone, or the text of the card's QR code.
    pub query: String,
    /// Whether something was looked up.
    pub searched: bool,
    pub found: Vec<FoundPerson>,
    /// The newest dossiers of the number in the clerk's sight.
    pub before: Vec<OtherDossier>,
    /// For a person without account; filled from the card's QR code where it was scanned, else from what they filed
    /// before.
    pub full_name: Input,
    pub identity_number: Input,
    pub date_of_birth: Input,
    pub sex: Input,
    pub phone: Input,
    /// In words.
    pub address: Input,
    /// The person agreed to have an account.
    pub open_account: bool,
    pub action: String,
}

/// An account that was found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FoundPerson {
    pub id: String,
    pub name: String,
    pub identity_number: String,
    /// ISO date.
    pub date_of_birth: Option<String>,
    pub phone: Option<String>,
}

impl Page for CounterPerson {
    const TEMPLATE: &'static str = "counter/person.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            steps: sample_steps(0),
            errors: Vec::new(),
            query: String::new(),
            searched: false,
            found: Vec::new(),
            before: Vec::new(),
            full_name: Input::default(),
            identity_number: Input::default(),
            date_of_birth: Input::default(),
            sex: Input::default(),
            phone: Input::default(),
            address: Input::default(),
            open_account: false,
            action: "/can-bo/tiep-nhan".into(),
        };
        let found = FoundPerson {
            id: "a".into(),
            name: "Y Ƀlŏ Niê".into(),
            identity_number: "046095000033".into(),
            date_of_birth: Some("1995-02-03".into()),
            phone: None,
        };
        let wrong = Self {
            errors: vec![FormError::at("full_name", "Hãy ghi họ tên.")],
            full_name: Input::wrong("", "Hãy ghi họ tên."),
            query: "046095000099".into(),
            searched: true,
            before: vec![OtherDossier {
                code: "H46.01-261121-0007".into(),
                href: "/can-bo/ho-so/H46.01-261121-0007".into(),
                procedure: "Đăng ký khai sinh".into(),
                status: "accepted".into(),
                standing: Some("Người nộp và chủ hồ sơ".into()),
            }],
            ..page.clone()
        };
        vec![Self { query: "046095000033".into(), searched: true, found: vec![found], ..page.clone() }, wrong, page]
    }
}

/// Which procedure.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterProcedure {
    pub steps: Vec<CounterStep>,
    pub person: String,
    pub query: String,
    pub action: String,
    pub hidden: Vec<Hidden>,
    /// value: procedure code, with `/` and the case's code where there are several; hint: field, fee, time.
    pub choices: Vec<Choice>,
    pub choice: Input,
    /// `self`, or `other` where the person files for somebody else.
    pub behalf: Input,
    pub owner_name: Input,
    pub owner_identity: Input,
    pub errors: Vec<FormError>,
}

impl Page for CounterProcedure {
    const TEMPLATE: &'static str = "counter/procedure.html";

    fn samples() -> Vec<Self> {
        let choice = Choice {
            value: "1.001193".into(),
            label: "Đăng ký khai sinh".into(),
            hint: Some("Hộ tịch · miễn phí · trong ngày".into()),
        };
        let page = Self {
            steps: sample_steps(1),
            person: "Y Ƀlŏ Niê · 046 095 000 033".into(),
            query: "khai sinh".into(),
            action: "/can-bo/tiep-nhan/thu-tuc".into(),
            hidden: vec![Hidden { name: "person".into(), value: "a".into() }],
            choices: vec![choice],
            choice: Input::default(),
            behalf: Input::of("self"),
            owner_name: Input::default(),
            owner_identity: Input::default(),
            errors: Vec::new(),
        };
        let none =
            Self {
                choices: Vec::new(), errors: vec![FormError::at("procedure", "Hãy chọn thủ tục.")], ..page.clone()
            };
        vec![page, none]
    }
}

/// The whole declaration on one page.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterForm {
    pub steps: Vec<CounterStep>,
    pub person: String,
    pub procedure: String,
    pub action: String,
    /// Every page of the form: `forms::SectionView`s as JSON.
    pub sections: Vec<serde_json::Value>,
    pub errors: Vec<FormError>,
    pub version: i64,
}

impl Page for CounterForm {
    const TEMPLATE: &'static str = "counter/form.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            steps: sample_steps(2),
            person: "Y Ƀlŏ Niê".into(),
            procedure: "Đăng ký khai sinh".into(),
            action: "/can-bo/tiep-nhan/x/to-khai".into(),
            sections: vec![super::sample_form::section(true)],
            errors: vec![FormError::at("f-nguoi_yeu_cau-so_giay_to", "Số định danh gồm 12 chữ số.")],
            version: 1,
        }]
    }
}

/// Which papers were handed in.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterPapers {
    pub steps: Vec<CounterStep>,
    pub person: String,
    pub procedure: String,
    pub action: String,
    /// The declaration, to be mended before it is filed with these papers; `None`: it is filed, the papers answer a
    /// request.
    pub back: Option<String>,
    pub errors: Vec<FormError>,
    pub items: Vec<CounterPaper>,
    /// The exemptions from fees that the person may claim beside the form, and those that are claimed.
    pub exemptions: Vec<Choice>,
    pub claimed: Vec<String>,
    pub version: i64,
}

/// A required paper at the counter, with its scans.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterPaper {
    pub item: DocumentItem,
    /// The clerk has it in hand.
    pub received: bool,
    /// Numbers as they stand in the boxes.
    pub originals: String,
    pub copies: String,
}

impl Page for CounterPapers {
    const TEMPLATE: &'static str = "counter/papers.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            steps: sample_steps(3),
            person: "Y Ƀlŏ Niê".into(),
            procedure: "Đăng ký khai sinh".into(),
            action: "/can-bo/tiep-nhan/x/giay-to".into(),
            back: Some("/can-bo/tiep-nhan/x/to-khai".into()),
            errors: vec![FormError::at("f-giay_chung_sinh", "Thiếu Giấy chứng sinh.")],
            items: vec![CounterPaper {
                item: DocumentItem::sample(Some("Thiếu Giấy chứng sinh.")),
                received: true,
                originals: "1".into(),
                copies: "0".into(),
            }],
            exemptions: vec![Choice::new("poor", "Người nộp thuộc diện được miễn: Hộ nghèo")],
            claimed: vec!["poor".into()],
            version: 1,
        };
        vec![Self { steps: Vec::new(), back: None, ..page.clone() }, page]
    }
}

/// Cash, acceptance and the papers to print.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterFinish {
    pub steps: Vec<CounterStep>,
    pub person: String,
    pub procedure: String,
    pub errors: Vec<FormError>,
    /// It was refused as a whole: nothing that was chosen here is wrong.
    pub refused: bool,
    pub fees: Vec<FeeLine>,
    pub total: Vnd,
    /// Somebody is paying online, and nobody knows yet how that ended.
    pub being_paid: bool,
    /// What was said about the payment.
    pub payment: String,
    /// Nobody said whether it was paid.
    pub payment_error: Option<String>,
    pub action: String,
    pub version: i64,
    /// Papers that are needed and neither taken in nor scanned, by name.
    pub missing: Vec<String>,
    /// None at all was taken in.
    pub nothing: bool,
    /// The clerk takes it in though papers are missing.
    pub incomplete: bool,
    /// The clerk did not say so.
    pub incomplete_error: Option<String>,
    /// Where papers are asked for.
    pub ask: String,
    /// The exemptions that wait for the clerk's word: acceptance follows it.
    pub claims: Vec<CounterClaim>,
    /// Once accepted: its code, when it is due in words, and what to print.
    pub done: Option<CounterDone>,
}

/// An exemption from fees to be decided at the counter.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterClaim {
    pub code: String,
    pub item: super::workspace::WorkExemption,
    /// `yes` or `no`, once it was said.
    pub said: String,
    pub error: Option<String>,
    pub reason: Input,
}

/// What to hand to the person.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CounterDone {
    pub code: String,
    pub due: String,
    pub prints: Vec<FileLink>,
    pub dossier: Link,
    /// The next person.
    pub again: String,
}

impl Page for CounterFinish {
    const TEMPLATE: &'static str = "counter/finish.html";

    fn samples() -> Vec<Self> {
        let fee = FeeLine {
            name: "Bản sao Giấy khai sinh".into(),
            amount: Vnd(16_000),
            note: Some("2 bản × 8.000 đ".into()),
            state: Some("due".into()),
        };
        let page = Self {
            steps: sample_steps(4),
            person: "Y Ƀlŏ Niê".into(),
            procedure: "Đăng ký khai sinh".into(),
            errors: Vec::new(),
            refused: false,
            fees: vec![fee],
            total: Vnd(16_000),
            being_paid: true,
            payment: String::new(),
            payment_error: Some("Hãy chọn đã thu hay chưa thu.".into()),
            action: "/can-bo/tiep-nhan/x/tiep-nhan".into(),
            version: 1,
            missing: vec!["Giấy chứng sinh".into()],
            nothing: false,
            incomplete: false,
            incomplete_error: Some("Hãy xác nhận tiếp nhận dù thiếu giấy tờ.".into()),
            ask: "/can-bo/ho-so/x#act-request_supplement".into(),
            claims: vec![CounterClaim {
                code: "poor".into(),
                item: super::workspace::WorkExemption {
                    says: "Đề nghị miễn (Hộ nghèo), chờ cán bộ kiểm tra giấy tờ".into(),
                    open: true,
                    proof: Some("Giấy chứng nhận hộ nghèo".into()),
                    files: Vec::new(),
                    note: None,
                },
                said: "no".into(),
                error: None,
                reason: Input { value: String::new(), error: Some("Hãy ghi lý do.".into()) },
            }],
            done: None,
        };
        let done = CounterDone {
            code: "H46.01-261121-0007".into(),
            due: "17:00 thứ Tư 25/11/2026".into(),
            prints: vec![
                FileLink {
                    name: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".into(), href: "/x/mau-01".into()
                },
                FileLink { name: "Biên lai 26TAA số 7".into(), href: "/x/bien-lai/26TAA-7.pdf".into() },
            ],
            dossier: Link::new("H46.01-261121-0007", "/can-bo/ho-so/x"),
            again: "/can-bo/tiep-nhan".into(),
        };
        let free = Self {
            fees: Vec::new(),
            total: Vnd(0),
            being_paid: false,
            nothing: true,
            incomplete: true,
            incomplete_error: None,
            ..page.clone()
        };
        vec![Self { steps: sample_steps(5), done: Some(done), ..page.clone() }, page, free]
    }
}

//! Officers' lists: work, signing, handing over.

use super::parts::{Choice, Due, FileLink, FormError, Hidden, Link, Paging, sample_due, sample_time};
use crate::kernel::Timestamp;
use crate::templating::Page;

/// `/can-bo`
#[derive(Clone, Debug, serde::Serialize)]
pub struct WorkList {
    pub title: String,
    /// What stands in the queue that is shown.
    pub note: Option<String>,
    pub queues: Vec<Queue>,
    /// Saved views of the person and the unit.
    pub views: Vec<Link>,
    pub query: String,
    /// Selects beside the search.
    pub filters: Vec<ListFilter>,
    pub keep: Vec<Hidden>,
    pub rows: Vec<WorkRow>,
    pub paging: Paging,
    /// Acts that can be done to many at once; empty for none. The form posts `id` several times, `act` and `note`.
    pub batch: Vec<Choice>,
    pub batch_action: String,
    pub errors: Vec<FormError>,
}

/// A queue with its live count.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Queue {
    pub label: String,
    pub href: String,
    pub count: i64,
    pub current: bool,
    /// Empty, `warn` or `bad`.
    pub tone: String,
}

/// A select that narrows the list.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ListFilter {
    pub name: String,
    pub label: String,
    pub options: Vec<Choice>,
    pub value: Option<String>,
}

/// A dossier in an officer's list.
#[derive(Clone, Debug, serde::Serialize)]
pub struct WorkRow {
    pub id: String,
    pub version: i64,
    pub code: String,
    pub href: String,
    pub procedure: String,
    pub applicant: String,
    pub status: String,
    pub step: String,
    pub assignee: Option<String>,
    pub received_at: Timestamp,
    pub due: Option<Due>,
    /// Words of its flags: urgent, duplicate suspected, sync failed.
    pub flags: Vec<String>,
    pub selected: bool,
}

impl WorkRow {
    pub(super) fn sample(code: &str, status: &str, minutes: i64) -> Self {
        Self {
            id: code.into(),
            version: 3,
            code: code.into(),
            href: format!("/can-bo/ho-so/{code}"),
            procedure: "Đăng ký khai sinh".into(),
            applicant: "Y Ƀlŏ Niê".into(),
            status: status.into(),
            step: "Tiếp nhận".into(),
            assignee: (minutes > 0).then(|| "Trần Thị Một Cửa".into()),
            received_at: sample_time(0),
            due: Some(sample_due(minutes, status == "supplement_requested")),
            flags: if minutes < 0 { vec!["Khẩn".into()] } else { Vec::new() },
            selected: false,
        }
    }
}

impl Page for WorkList {
    const TEMPLATE: &'static str = "office/worklist.html";

    fn samples() -> Vec<Self> {
        let queue = |label: &str, count, current, tone: &str| Queue {
            label: label.into(),
            href: "/can-bo?hang-doi=x".into(),
            count,
            current,
            tone: tone.into(),
        };
        let page = Self {
            title: "Mới nộp".into(),
            note: Some("Đã nộp, chờ tiếp nhận.".into()),
            queues: vec![
                queue("Mới nộp", 12, true, ""),
                queue("Chờ tôi", 4, false, ""),
                queue("Sắp đến hạn", 3, false, "warn"),
                queue("Quá hạn", 1, false, "bad"),
                queue("Chờ bổ sung", 7, false, ""),
                queue("Chờ nộp phí", 2, false, ""),
                queue("Chờ ký", 5, false, ""),
                queue("Chờ trả", 9, false, ""),
            ],
            views: vec![Link::new("Hộ tịch tuần này", "/can-bo?xem=1")],
            query: "khai sinh".into(),
            filters: vec![ListFilter {
                name: "thu-tuc".into(),
                label: "Thủ tục".into(),
                options: vec![Choice::new("1.001193", "Đăng ký khai sinh")],
                value: Some("1.001193".into()),
            }],
            keep: vec![Hidden { name: "hang-doi".into(), value: "moi".into() }],
            rows: vec![
                WorkRow::sample("K7M2Q-9T4XW", "submitted", 300),
                WorkRow::sample("H46.01-261120-0003", "processing", -700),
                WorkRow::sample("H46.01-261119-0012", "supplement_requested", 1140),
                WorkRow::sample("H46.01-261118-0001", "decided", 900),
            ],
            paging: Paging { prev: None, next: Some("?sau=x".into()), shown: 4, total: Some(12) },
            batch: vec![Choice::new("forward", "Chuyển xử lý"), Choice::new("assign", "Phân công")],
            batch_action: "/can-bo/hang-loat".into(),
            errors: Vec::new(),
        };
        let empty = Self {
            rows: Vec::new(),
            views: Vec::new(),
            batch: Vec::new(),
            errors: vec![FormError { href: None, text: "Hãy chọn ít nhất một hồ sơ.".into() }],
            paging: Paging::default(),
            ..page.clone()
        };
        vec![page, empty]
    }
}

/// What became of a batch, one line a dossier.
#[derive(Clone, Debug, serde::Serialize)]
pub struct BatchResult {
    pub act: String,
    pub back: String,
    pub lines: Vec<BatchLine>,
}

/// One dossier of a batch.
#[derive(Clone, Debug, serde::Serialize)]
pub struct BatchLine {
    pub dossier: Link,
    pub ok: bool,
    /// What happened or why not.
    pub text: String,
}

impl Page for BatchResult {
    const TEMPLATE: &'static str = "office/batch.html";

    fn samples() -> Vec<Self> {
        let line = |ok, text: &str| BatchLine {
            dossier: Link::new("H46.01-261120-0003", "/can-bo/ho-so/x"),
            ok,
            text: text.into(),
        };
        vec![Self {
            act: "Chuyển xử lý".into(),
            back: "/can-bo".into(),
            lines: vec![line(true, "Đã chuyển"), line(false, "Hồ sơ đang chờ bổ sung")],
        }]
    }
}

/// `/can-bo/ky`: what waits for my signature. Posts `id` several times and `otp`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SignList {
    pub errors: Vec<FormError>,
    pub rows: Vec<SignRow>,
    pub action: String,
    /// Whether a code of the authenticator is asked for.
    pub needs_otp: bool,
    pub otp_error: Option<String>,
}

/// A draft that waits for a signature.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SignRow {
    pub id: String,
    pub code: String,
    pub href: String,
    pub procedure: String,
    pub applicant: String,
    /// The draft result as it will be printed.
    pub draft: FileLink,
    pub handler: String,
    pub due: Option<Due>,
}

impl Page for SignList {
    const TEMPLATE: &'static str = "office/sign.html";

    fn samples() -> Vec<Self> {
        let row = SignRow {
            id: "1".into(),
            code: "H46.01-261120-0003".into(),
            href: "/can-bo/ho-so/x".into(),
            procedure: "Đăng ký khai sinh".into(),
            applicant: "Ksor H'Bơ".into(),
            draft: FileLink { name: "Giấy khai sinh".into(), href: "/can-bo/ho-so/x/du-thao.pdf".into() },
            handler: "Nguyễn Thụ Lý".into(),
            due: Some(sample_due(300, false)),
        };
        let page = Self {
            errors: vec![FormError::at("otp", "Mã chưa đúng.")],
            rows: vec![row.clone(), SignRow { id: "2".into(), due: None, ..row }],
            action: "/can-bo/ky".into(),
            needs_otp: true,
            otp_error: Some("Mã chưa đúng.".into()),
        };
        let empty = Self { errors: Vec::new(), rows: Vec::new(), otp_error: None, ..page.clone() };
        vec![page, empty]
    }
}

/// `/can-bo/tra-ket-qua`: results that wait for their owner.
#[derive(Clone, Debug, serde::Serialize)]
pub struct HandOverList {
    pub query: String,
    pub rows: Vec<HandOverRow>,
    pub paging: Paging,
}

/// A dossier whose result can be handed over.
#[derive(Clone, Debug, serde::Serialize)]
pub struct HandOverRow {
    pub code: String,
    /// The dossier with its hand-over act open.
    pub href: String,
    pub procedure: String,
    pub applicant: String,
    /// How the owner wants it: `online`, `counter` or `post`.
    pub method: String,
    pub decided_at: Timestamp,
    /// What still hinders it, such as a missing signature or a fee.
    pub hindered: Option<String>,
}

impl Page for HandOverList {
    const TEMPLATE: &'static str = "office/handover.html";

    fn samples() -> Vec<Self> {
        let row = |method: &str, hindered: Option<&str>| HandOverRow {
            code: "H46.01-261120-0003".into(),
            href: "/can-bo/ho-so/x#act-hand_over".into(),
            procedure: "Đăng ký khai sinh".into(),
            applicant: "Ksor H'Bơ".into(),
            method: method.into(),
            decided_at: sample_time(0),
            hindered: hindered.map(str::to_owned),
        };
        vec![
            Self {
                query: String::new(),
                rows: vec![row("counter", None), row("post", Some("Chưa ký")), row("online", None)],
                paging: Paging::default(),
            },
            Self { query: "xyz".into(), rows: Vec::new(), paging: Paging::default() },
        ]
    }
}

/// `/can-bo/ho-so/{code}/thong-bao`: the scan of a notice.
#[derive(Clone, Debug, serde::Serialize)]
pub struct NoticeScan {
    pub code: String,
    pub procedure: String,
    pub back: String,
    pub action: String,
    pub errors: Vec<FormError>,
    /// What is wrong with the file.
    pub error: Option<String>,
}

impl Page for NoticeScan {
    const TEMPLATE: &'static str = "office/notice.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            code: "H46.01-261120-0003".into(),
            procedure: "Đăng ký đất đai".into(),
            back: "/can-bo/ho-so/x".into(),
            action: "/can-bo/ho-so/x/thong-bao".into(),
            errors: Vec::new(),
            error: None,
        };
        let text = "Hãy chọn tệp.";
        vec![Self { errors: vec![FormError::at("f-scan", text)], error: Some(text.into()), ..page.clone() }, page]
    }
}

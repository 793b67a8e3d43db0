//! Pages of development installations only.

use super::parts::{FileItem, StepState, TimelineItem, sample_time};
use crate::templating::Page;

/// `/phat-trien/thanh-phan`: every component in every state.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Components {
    pub statuses: Vec<&'static str>,
    pub fee_states: Vec<&'static str>,
    pub icons: Vec<&'static str>,
    pub files: Vec<FileItem>,
    pub timeline: Vec<TimelineItem>,
    pub form: serde_json::Value,
}

impl Components {
    /// The page; it always shows the same.
    pub fn new() -> Self {
        let file = |state: &str| FileItem {
            id: state.into(),
            name: "giay-chung-sinh.jpg".into(),
            size: 1_234_567,
            state: state.into(),
            view: Some("#".into()),
            remove: Some("1".into()),
        };
        let step = |title: &str, hours: Option<i64>, state| TimelineItem {
            title: title.into(),
            at: hours.map(sample_time),
            state,
            who: Some("UBND phường Thuận Hóa".into()),
            note: None,
        };
        Self {
            statuses: vec![
                "draft",
                "submitted",
                "accepted",
                "acceptance_refused",
                "processing",
                "supplement_requested",
                "payment_requested",
                "withdrawn",
                "stopped",
                "decided",
                "handed_over",
            ],
            fee_states: vec!["due", "pending", "paid", "failed", "expired", "refunding", "refunded", "waived"],
            icons: ICONS.to_vec(),
            files: vec![file("ready"), file("scanning"), file("infected")],
            timeline: vec![
                step("Đã nộp hồ sơ", Some(0), StepState::Done),
                step("Đã tiếp nhận", Some(2), StepState::Done),
                step("Đang xử lý", Some(3), StepState::Now),
                step("Trả kết quả", None, StepState::Next),
            ],
            form: super::sample_form::section(true),
        }
    }
}

impl Default for Components {
    fn default() -> Self {
        Self::new()
    }
}

/// Every icon of `components/icon.html`.
const ICONS: &[&str] = &[
    "search",
    "check",
    "check-circle",
    "checks",
    "cross",
    "cross-circle",
    "arrow-right",
    "arrow-left",
    "arrow-in",
    "undo",
    "info",
    "alert",
    "clock",
    "half",
    "pause",
    "coin",
    "file",
    "pencil",
    "upload",
    "download",
    "print",
    "copy",
    "plus",
    "trash",
    "user",
    "users",
    "bell",
    "phone",
    "lock",
    "home",
    "calendar",
    "share",
    "eye",
    "exit",
    "list",
    "desk",
    "sign",
    "gift",
    "baby",
    "rings",
    "briefcase",
    "book",
    "car",
    "candle",
    "card",
    "health",
    "land",
    "star",
    "shield",
    "rotate",
    "message",
];

impl Page for Components {
    const TEMPLATE: &'static str = "dev/components.html";

    fn samples() -> Vec<Self> {
        vec![Self::new()]
    }
}

/// `/phat-trien/hop-thu`: every message that would have left.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Mailbox {
    pub items: Vec<Mail>,
}

/// A message of any channel.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Mail {
    /// `email`, `sms` or `zalo`.
    pub channel: String,
    pub to: String,
    pub subject: Option<String>,
    pub text: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    pub at: crate::kernel::Timestamp,
}

impl Page for Mailbox {
    const TEMPLATE: &'static str = "dev/mailbox.html";

    fn samples() -> Vec<Self> {
        let mail = |channel: &str, state: &str| Mail {
            channel: channel.into(),
            to: "0912000011".into(),
            subject: (channel == "email").then(|| "Mã xác nhận".into()),
            text: "Ma xac nhan cua ban la 123456".into(),
            state: state.into(),
            at: sample_time(0),
        };
        vec![
            Self { items: vec![mail("sms", "sent"), mail("email", "queued"), mail("zalo", "failed")] },
            Self { items: Vec::new() },
        ]
    }
}

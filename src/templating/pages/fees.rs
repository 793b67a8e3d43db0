//! What a draft costs, and the exemptions that may be claimed.

use super::filing::sample_fees;
use super::parts::{Choice, FeeLine, FormError};
use crate::kernel::Vnd;
use crate::templating::Page;

/// The fees of a draft.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Fees {
    pub procedure: String,
    pub back: String,
    pub lines: Vec<FeeLine>,
    pub total: Vnd,
    /// When and how they are paid, in one or two sentences.
    pub how: String,
    /// What is wrong with what was chosen.
    pub errors: Vec<FormError>,
    /// The exemptions that may be claimed here, and those that are.
    pub choices: Vec<Choice>,
    pub chosen: Vec<String>,
    pub action: String,
    pub version: i64,
    pub next: String,
}

impl Page for Fees {
    const TEMPLATE: &'static str = "filing/fees.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            procedure: "Đăng ký khai sinh".into(),
            back: "/ho-so/0190".into(),
            lines: sample_fees(),
            total: Vnd(16_000),
            how: "Bạn nộp tại quầy khi nhận kết quả.".into(),
            errors: Vec::new(),
            choices: Vec::new(),
            chosen: Vec::new(),
            action: "/ho-so/0190/phi".into(),
            version: 3,
            next: "/ho-so/0190/kiem-tra".into(),
        };
        let poor = Choice {
            hint: Some("Cần giấy tờ: Giấy chứng nhận hộ nghèo.".into()),
            ..Choice::new("poor", "Tôi thuộc diện được miễn: Hộ nghèo")
        };
        let claimed = Self { choices: vec![poor], chosen: vec!["poor".into()], ..page.clone() };
        vec![Self { lines: Vec::new(), total: Vnd(0), ..page.clone() }, claimed, page]
    }
}

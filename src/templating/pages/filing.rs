//! Filing a dossier: from the first question to the confirmation.

use super::parts::{FormError, Link};
use crate::templating::Page;

/// One section of the declaration: `/ho-so/{id}/to-khai/{section}`.
///
/// `form` is the `forms::SectionView` of that page as JSON; `components/form.html` says which parts it reads.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SectionPage {
    pub procedure: String,
    /// The task list.
    pub back: String,
    pub action: String,
    /// Where the section is saved while typing (JSON merge patch of the API); empty for none.
    pub autosave: String,
    /// Version of the draft, so that two devices do not overwrite each other.
    pub version: i64,
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
            autosave: "/api/v1/dossiers/0190".into(),
            version: 3,
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

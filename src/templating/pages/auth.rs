//! Signing in and what belongs to it.

use super::parts::{FormError, Input};
use crate::templating::Page;

/// `/dang-nhap`
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Login {
    pub errors: Vec<FormError>,
    /// Identity number, phone or e-mail as typed.
    pub identifier: Input,
    pub password_error: Option<String>,
    /// Where to go afterwards; a path of this site.
    pub next: String,
    /// Demonstration sign-ins that this installation shows, never in production.
    pub demo_accounts: Vec<DemoAccount>,
}

/// A demonstration sign-in.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DemoAccount {
    pub identifier: String,
    pub who: String,
}

impl Page for Login {
    const TEMPLATE: &'static str = "auth/login.html";

    fn samples() -> Vec<Self> {
        let demo = DemoAccount { identifier: "046090000011".into(), who: "Nguyễn Văn An, công dân".into() };
        vec![
            Self { next: "/ho-so".into(), demo_accounts: vec![demo], ..Self::default() },
            Self {
                errors: vec![FormError::at("identifier", "Số định danh, số điện thoại hoặc mật khẩu chưa đúng.")],
                identifier: Input::wrong("046090000011", "Số định danh, số điện thoại hoặc mật khẩu chưa đúng."),
                password_error: Some("Hãy nhập mật khẩu.".into()),
                next: "/".into(),
                ..Self::default()
            },
        ]
    }
}

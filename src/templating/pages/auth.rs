//! Signing in and what belongs to it.

use super::parts::{Choice, FormError, Hidden, Input};
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
    pub demo: Option<Demo>,
    /// A registration of this browser waits for its code.
    pub waiting: bool,
}

/// How to get in where the demonstration data is.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Demo {
    /// Of every account.
    pub password: String,
    /// Of everybody who needs a second factor.
    pub totp_secret: String,
    pub accounts: Vec<DemoAccount>,
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
        let demo =
            Demo { password: "MotCua@2026".into(), totp_secret: "JBSWY3DPEHPK3PXP".into(), accounts: vec![demo] };
        vec![
            Self { next: "/ho-so".into(), demo: Some(demo), waiting: true, ..Self::default() },
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

/// `/dang-ky`
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Register {
    pub errors: Vec<FormError>,
    pub full_name: Input,
    pub identity_number: Input,
    pub date_of_birth: Input,
    pub phone: Input,
    pub email: Input,
    pub password_error: Option<String>,
    pub agree: bool,
    pub agree_error: Option<String>,
    pub next: String,
    /// A registration of this browser waits for its code.
    pub waiting: bool,
}

impl Page for Register {
    const TEMPLATE: &'static str = "auth/register.html";

    fn samples() -> Vec<Self> {
        let wrong = Self {
            errors: vec![FormError::at("identity_number", "Số định danh cá nhân gồm 12 chữ số.")],
            full_name: Input::of("Y Ƀlŏ Niê"),
            identity_number: Input::wrong("0460", "Số định danh cá nhân gồm 12 chữ số."),
            agree_error: Some("Bạn cần đồng ý để tạo tài khoản.".into()),
            waiting: true,
            ..Self::default()
        };
        vec![Self::default(), wrong]
    }
}

/// The one-time code after registering, signing in on a new device, changing the phone.
#[derive(Clone, Debug, serde::Serialize)]
pub struct VerifyCode {
    pub errors: Vec<FormError>,
    pub code: Input,
    /// Where the form goes.
    pub action: String,
    /// Where a new code is asked for.
    pub resend: String,
    /// The phone or e-mail, mostly hidden.
    pub sent_to: String,
    /// Minutes the code holds.
    pub minutes: i64,
    /// Carried along: which account or attempt this is about.
    pub hidden: Vec<Hidden>,
}

impl Page for VerifyCode {
    const TEMPLATE: &'static str = "auth/code.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            errors: Vec::new(),
            code: Input::default(),
            action: "/dang-ky/xac-nhan".into(),
            resend: "/dang-ky/gui-lai".into(),
            sent_to: "•••••••011".into(),
            minutes: 5,
            hidden: vec![Hidden { name: "phone".into(), value: "0912000011".into() }],
        };
        let wrong = Self {
            errors: vec![FormError::at("code", "Mã chưa đúng.")],
            code: Input::wrong("123456", "Mã chưa đúng."),
            ..page.clone()
        };
        vec![page, wrong]
    }
}

/// `/quen-mat-khau`: first the identifier, then code and new password.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ForgotPassword {
    pub errors: Vec<FormError>,
    pub identifier: Input,
    /// Set once a code was sent: where it went, mostly hidden.
    pub sent_to: Option<String>,
    pub code_error: Option<String>,
    pub password_error: Option<String>,
}

impl Page for ForgotPassword {
    const TEMPLATE: &'static str = "auth/forgot.html";

    fn samples() -> Vec<Self> {
        let sent = Self {
            identifier: Input::of("0912000011"),
            sent_to: Some("•••••••011".into()),
            errors: vec![FormError::at("code", "Mã chưa đúng.")],
            code_error: Some("Mã chưa đúng.".into()),
            ..Self::default()
        };
        vec![Self::default(), sent]
    }
}

/// One phone, several accounts: whose is meant?
#[derive(Clone, Debug, serde::Serialize)]
pub struct ChooseAccount {
    pub errors: Vec<FormError>,
    /// value: the account's id; label: name; hint: identity number, mostly hidden.
    pub accounts: Vec<Choice>,
    pub error: Option<String>,
    pub action: String,
    pub hidden: Vec<Hidden>,
}

impl Page for ChooseAccount {
    const TEMPLATE: &'static str = "auth/choose.html";

    fn samples() -> Vec<Self> {
        let choice = |value: &str, label: &str| Choice {
            value: value.into(),
            label: label.into(),
            hint: Some("Số định danh •••••••••011".into()),
        };
        vec![Self {
            errors: vec![FormError::at("account", "Hãy chọn tài khoản.")],
            accounts: vec![choice("a", "Nguyễn Văn An"), choice("b", "Trần Thị Bình")],
            error: Some("Hãy chọn tài khoản.".into()),
            action: "/dang-nhap/chon".into(),
            hidden: vec![Hidden { name: "next".into(), value: "/".into() }],
        }]
    }
}

/// The second factor of officers, and its setting up.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Totp {
    pub errors: Vec<FormError>,
    pub code: Input,
    pub action: String,
    pub hidden: Vec<Hidden>,
    /// While setting up: the `otpauth://` address for the QR code and the secret to type.
    pub enrol: Option<TotpEnrol>,
}

/// What an authenticator application needs.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TotpEnrol {
    pub url: String,
    pub secret: String,
}

impl Page for Totp {
    const TEMPLATE: &'static str = "auth/totp.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            errors: Vec::new(),
            code: Input::default(),
            action: "/dang-nhap/ma-xac-thuc".into(),
            hidden: vec![Hidden { name: "next".into(), value: "/can-bo".into() }],
            enrol: None,
        };
        let enrol = TotpEnrol { url: "otpauth://totp/x?secret=ABC".into(), secret: "JBSWY3DPEHPK3PXP".into() };
        let wrong = Self {
            errors: vec![FormError::at("code", "Mã chưa đúng hoặc đã hết hạn.")],
            code: Input::wrong("000000", "Mã chưa đúng hoặc đã hết hạn."),
            enrol: Some(enrol),
            ..page.clone()
        };
        vec![page, wrong]
    }
}

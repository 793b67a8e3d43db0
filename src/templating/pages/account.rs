//! What a person sees about themselves: account, notices, store, who looked.

use super::parts::{FileLink, FormError, Input, Paging, sample_time};
use crate::kernel::Timestamp;
use crate::templating::Page;

/// `/tai-khoan`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Account {
    pub errors: Vec<FormError>,
    pub name: String,
    pub identity_number: Option<String>,
    /// ISO date.
    pub date_of_birth: Option<String>,
    /// 1 self-declared, 2 by VNeID; none for officers.
    pub level: Option<u8>,
    /// Role and agency of an officer.
    pub positions: Vec<String>,
    pub phone: Input,
    pub email: Input,
    pub current_password_error: Option<String>,
    pub new_password_error: Option<String>,
    pub sessions: Vec<Session>,
    pub channels: Vec<ChannelChoice>,
    /// `vi` or `en`
    pub language: String,
    /// What the form was made from: a change elsewhere is noticed.
    pub version: i32,
}

/// A way to be told things besides the portal.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ChannelChoice {
    /// `sms`, `email` or `zalo`
    pub name: String,
    pub chosen: bool,
}

/// Where the person is signed in.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Session {
    pub id: String,
    /// Browser and system in words.
    pub device: String,
    pub last_seen: Timestamp,
    pub current: bool,
}

impl Page for Account {
    const TEMPLATE: &'static str = "account/account.html";

    fn samples() -> Vec<Self> {
        let session = |current| Session {
            id: "s1".into(),
            device: "Chrome trên Android".into(),
            last_seen: sample_time(0),
            current,
        };
        let page = Self {
            errors: Vec::new(),
            name: "Y Ƀlŏ Niê".into(),
            identity_number: Some("046095000033".into()),
            date_of_birth: Some("1995-02-03".into()),
            level: Some(1),
            positions: Vec::new(),
            phone: Input::of("0912000011"),
            email: Input::of("an@demo.invalid"),
            current_password_error: None,
            new_password_error: None,
            sessions: vec![session(true), session(false)],
            channels: vec![
                ChannelChoice { name: "sms".into(), chosen: true },
                ChannelChoice { name: "email".into(), chosen: false },
            ],
            language: "vi".into(),
            version: 1,
        };
        let officer = Self {
            errors: vec![FormError::at("current", "Mật khẩu hiện tại chưa đúng.")],
            identity_number: None,
            date_of_birth: None,
            level: None,
            positions: vec!["Cán bộ một cửa, UBND phường Thuận Hóa".into()],
            current_password_error: Some("Mật khẩu hiện tại chưa đúng.".into()),
            sessions: vec![session(true)],
            ..page.clone()
        };
        vec![Self { level: Some(2), ..page.clone() }, page, officer]
    }
}

/// `/thong-bao`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Notifications {
    pub items: Vec<Notice>,
    pub paging: Paging,
    /// Where all are marked as read; none when all are.
    pub read_all: Option<String>,
}

/// A notice.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Notice {
    pub title: String,
    pub text: String,
    pub at: Timestamp,
    pub href: Option<String>,
    pub unread: bool,
}

impl Page for Notifications {
    const TEMPLATE: &'static str = "account/notices.html";

    fn samples() -> Vec<Self> {
        let notice = |unread: bool| Notice {
            title: "Hồ sơ đã được tiếp nhận".into(),
            text: "Hẹn trả 17:00 thứ Tư 25/11/2026.".into(),
            at: sample_time(0),
            href: unread.then(|| "/ho-so/x".into()),
            unread,
        };
        let page = Self {
            items: vec![notice(true), notice(false)],
            paging: Paging::default(),
            read_all: Some("/thong-bao/da-doc".into()),
        };
        vec![page, Self { items: Vec::new(), paging: Paging::default(), read_all: None }]
    }
}

/// `/nhat-ky-truy-cap`
#[derive(Clone, Debug, serde::Serialize)]
pub struct AccessLog {
    pub items: Vec<Access>,
    pub paging: Paging,
}

/// That somebody looked at the person's data.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Access {
    pub at: Timestamp,
    /// The first look, where several shortly after one another are one line.
    pub since: Option<Timestamp>,
    pub times: i64,
    pub who: String,
    pub agency: String,
    /// What was opened, such as the dossier code.
    pub what: String,
    pub why: String,
}

impl Page for AccessLog {
    const TEMPLATE: &'static str = "account/access.html";

    fn samples() -> Vec<Self> {
        let access = Access {
            at: sample_time(2),
            since: Some(sample_time(0)),
            times: 3,
            who: "Trần Thị Một Cửa".into(),
            agency: "UBND phường Thuận Hóa".into(),
            what: "Hồ sơ H46.01-261121-0007".into(),
            why: "Giải quyết hồ sơ".into(),
        };
        vec![
            Self { items: vec![access], paging: Paging::default() },
            Self { items: Vec::new(), paging: Paging::default() },
        ]
    }
}

/// `/kho-du-lieu`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Store {
    pub results: Vec<StoredPaper>,
    pub papers: Vec<StoredPaper>,
}

/// A paper that belongs to the person.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StoredPaper {
    pub name: String,
    pub file: FileLink,
    /// Where it came from.
    pub from: String,
    pub at: Timestamp,
    /// Address of its authenticity check, for results.
    pub verify: Option<String>,
    pub revoked: bool,
    /// Dossiers that used it.
    pub used: Vec<String>,
}

impl Page for Store {
    const TEMPLATE: &'static str = "account/store.html";

    fn samples() -> Vec<Self> {
        let paper = |revoked| StoredPaper {
            name: "Giấy khai sinh".into(),
            file: FileLink { name: "giay-khai-sinh.pdf".into(), href: "/kho-du-lieu/1".into() },
            from: "Kết quả hồ sơ H46.01-261121-0007".into(),
            at: sample_time(0),
            verify: Some("/xac-thuc/abc".into()),
            revoked,
            used: vec!["H46.01-261122-0001".into()],
        };
        let plain = StoredPaper { verify: None, used: Vec::new(), ..paper(false) };
        vec![
            Self { results: vec![paper(false), paper(true)], papers: vec![plain] },
            Self { results: Vec::new(), papers: Vec::new() },
        ]
    }
}

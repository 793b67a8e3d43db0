//! What surrounds every page: language, who is signed in, where we are, what was just done.

use crate::kernel::Lang;

/// What every layout needs beside the page itself.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Shell {
    pub lang: Lang,
    /// Path of this page without its query, such as `/thu-tuc`.
    pub path: String,
    /// This page in the other language.
    pub other_lang_url: String,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Token that every form sends back.
    pub csrf: String,
    /// What was just done, said once.
    pub flash: Option<Flash>,
    /// Reference of this request, for the help desk.
    pub request_id: String,
    /// Whether this installation shows invented people.
    pub demo: bool,
    /// Whether this is a development installation, with its mailbox and component pages.
    pub development: bool,
    /// The part of the site that is marked in the navigation.
    pub section: Section,
    pub site: Site,
}

/// Who runs this portal.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Site {
    /// The place or ministry, such as `Thành phố Huế`.
    pub place: String,
    /// Telephone number for help.
    pub hotline: String,
    /// E-mail for help.
    pub email: String,
}

/// The signed-in person as the header shows them.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Person {
    pub name: String,
    pub kind: PersonKind,
    /// What stands under an officer's name: role and agency. Empty for citizens.
    pub position: String,
    /// Notices not read yet.
    pub unread: u32,
    /// Whether an officer takes dossiers in at the counter.
    pub counter: bool,
    /// Whether an officer looks after the agency's money.
    pub money: bool,
    /// Whether an officer may open the administration.
    pub admin: bool,
}

/// Which side of the counter the person is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    Citizen,
    Officer,
}

/// A sentence about what was just done.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
}

/// How a flash looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FlashKind {
    Info,
    Success,
    Warning,
    Error,
}

/// A part of the site in the navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    #[default]
    None,
    Home,
    Catalogue,
    Tracking,
    Dossiers,
    Store,
    Account,
    Notices,
    Worklist,
    Counter,
    Signing,
    HandOver,
    Money,
    Admin,
}

impl Shell {
    /// A shell for a page at `path` that nobody is signed in to. Set the other fields as needed.
    pub fn new(lang: Lang, path: impl Into<String>, site: Site) -> Self {
        let path = path.into();
        let other = if lang == Lang::Vi { Lang::En } else { Lang::Vi };
        Self {
            lang,
            other_lang_url: format!("{path}?lang={}", other.as_str()),
            path,
            person: None,
            csrf: String::new(),
            flash: None,
            request_id: String::new(),
            demo: false,
            development: false,
            section: Section::None,
            site,
        }
    }

    /// Nobody, a citizen with a flash, and an officer: the three looks of every layout.
    pub fn samples(lang: Lang) -> Vec<Self> {
        let site =
            Site {
                place: "Thành phố Huế".into(), hotline: "0234 3000 000".into(), email: "hotro@demo.invalid".into()
            };
        let base =
            Self { csrf: "csrf-token".into(), request_id: "req-0190".into(), ..Self::new(lang, "/thu-tuc", site) };
        let citizen = Person {
            name: "Y Ƀlŏ Niê".into(),
            kind: PersonKind::Citizen,
            position: String::new(),
            unread: 3,
            counter: false,
            money: false,
            admin: false,
        };
        let officer = Person {
            name: "Trần Thị Một Cửa".into(),
            kind: PersonKind::Officer,
            position: "Cán bộ một cửa, UBND phường Thuận Hóa".into(),
            unread: 0,
            counter: true,
            money: true,
            admin: true,
        };
        vec![
            Self { section: Section::Catalogue, ..base.clone() },
            Self {
                person: Some(citizen),
                flash: Some(Flash { kind: FlashKind::Success, text: "Đã lưu thông tin của bạn.".into() }),
                demo: true,
                development: true,
                section: Section::Dossiers,
                ..base.clone()
            },
            Self { person: Some(officer), demo: true, section: Section::Worklist, ..base },
        ]
    }
}

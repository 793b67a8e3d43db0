//! Why an act was not done.

use crate::catalog::Text;
use crate::catalog::revision::FilingWindow;
use crate::db;
use crate::dossiers::{SaveError, State, Step};
use crate::kernel::{Lang, Role, Vnd};

/// Words for people, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(Text);

impl Words {
    /// Words that are in the reader's language already, as pages make them.
    pub fn said(text: impl Into<String>) -> Self {
        Self(Text::vi(text))
    }
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Self(text.clone())
    }
}

impl From<(&str, &str)> for Words {
    fn from((vi, en): (&str, &str)) -> Self {
        Self(Text::both(vi, en))
    }
}

impl From<(String, String)> for Words {
    fn from((vi, en): (String, String)) -> Self {
        Self(Text::both(vi, en))
    }
}

/// A field of a command that can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// JSON pointer into the command or into the dossier (`/data/…`).
    pub pointer: String,
    /// A fixed word such as `required`.
    pub code: String,
    /// For people, in Vietnamese.
    pub message: String,
    /// The same in English; none where the message is in the reader's language already.
    #[serde(skip)]
    pub en: Option<String>,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, message: impl Into<Words>) -> Self {
        let Words(message) = message.into();
        Self { pointer: pointer.into(), code: code.into(), message: message.vi, en: message.en }
    }

    /// A value that must be given and is not.
    pub fn required(pointer: &str, message: impl Into<Words>) -> Self {
        Self::new(pointer, "required", message)
    }

    /// The same with its message in a language.
    #[must_use]
    pub fn told(self, lang: Lang) -> Self {
        Self { message: self.says(lang).to_owned(), ..self }
    }

    /// What to do, in a language.
    pub fn says(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.message,
        }
    }
}

/// A field that the result's form asks for and the draft lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingField {
    /// `/section/field` of the result's form.
    pub pointer: String,
    pub label: Text,
}

/// Who has a dossier now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The step of the workflow, in words.
    pub step: Option<Text>,
    pub role: Option<Role>,
    /// The officer whom it is assigned to.
    pub officer: Option<String>,
}

/// Why filing is not possible now, though the draft is fine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// No session (đợt) is open; with the next one, where it is known.
    Window(Option<Box<FilingWindow>>),
    /// The procedure can't be filed over this channel.
    Channel,
    /// The account's identity level is too low.
    IdentityLevel(u8),
    /// The procedure is for other people (a business procedure and a person, or the other way round).
    Audience,
    /// The procedure is not in force any more.
    NotInForce,
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("no such dossier")]
    NotFound,
    #[error("not for this person")]
    Forbidden,
    /// Only who has the current step may send the dossier on or back.
    #[error("the dossier is in the hands of {0:?}")]
    HeldBy(Box<Holder>),
    #[error("{step:?} is not possible in {state:?}")]
    NotAllowed { state: State, step: Step, allowed: Vec<Step> },
    /// Accepting waits for the fee that is due at filing, handing over for all that is owed.
    #[error("a fee of {0} is due first")]
    FeeDue(Vnd),
    /// Handing over waits for signatures.
    #[error("the result is not signed")]
    Unsigned,
    /// Somebody else changed the dossier in between; the number is the version now.
    #[error("the dossier has changed")]
    Stale { version: i32 },
    /// The draft result lacks fields that its form asks for: pages send it on and decide by it only when it has them.
    #[error("the draft result lacks {}", .0.iter().map(|field| field.pointer.as_str()).collect::<Vec<_>>().join(", "))]
    DraftIncomplete(Vec<MissingField>),
    /// A rule beside the statuses stands against it; the word names the rule, the text explains it.
    #[error("{rule}: {}", .message.vi)]
    Rule { rule: &'static str, message: Text },
    #[error("filing is closed: {0:?}")]
    Closed(Closed),
    #[error("faults at {}", .0.iter().map(|f| format!("{} ({})", f.pointer, f.code)).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<Fault>),
    /// The rules that the caller brought are not the dossier's: the caller reads them again.
    #[error("other rules than the dossier's")]
    OtherRules,
    #[error("calendar: {0}")]
    Calendar(String),
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl ActError {
    /// One fault.
    pub fn invalid(pointer: &str, code: &str, message: impl Into<Words>) -> Self {
        Self::Invalid(vec![Fault::new(pointer, code, message)])
    }

    /// A rule that stands against the act.
    pub fn rule(rule: &'static str, message: impl Into<Words>) -> Self {
        let Words(message) = message.into();
        Self::Rule { rule, message }
    }
}

impl From<SaveError> for ActError {
    fn from(e: SaveError) -> Self {
        match e {
            SaveError::Stale => Self::Stale { version: 0 },
            SaveError::Db(e) => Self::Db(e),
        }
    }
}

impl From<crate::kernel::working_time::CalendarError> for ActError {
    fn from(e: crate::kernel::working_time::CalendarError) -> Self {
        Self::Calendar(e.to_string())
    }
}

//! Pieces that several pages share.

use crate::kernel::{Timestamp, Vnd};

/// A link with its words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Link {
    pub label: String,
    pub href: String,
}

impl Link {
    /// A link.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// One possible answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A line under it, where it needs explaining.
    pub hint: Option<String>,
}

impl Choice {
    /// A possible answer without explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None }
    }
}

/// An error in the summary at the top of a form.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FormError {
    /// `#` and the id of the field; none where no field is at fault.
    pub href: Option<String>,
    pub text: String,
}

impl FormError {
    /// An error of one field, by the field's id.
    pub fn at(id: &str, text: impl Into<String>) -> Self {
        Self { href: Some(format!("#{id}")), text: text.into() }
    }
}

/// What was typed into one field of a small form, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Input {
    pub value: String,
    pub error: Option<String>,
}

impl Input {
    /// A field as typed, without an error.
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// A field as typed with what is wrong.
    pub fn wrong(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }
}

/// A value that a form carries along.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Hidden {
    pub name: String,
    pub value: String,
}

/// A filter of a list with the number of items behind it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FilterItem {
    pub label: String,
    pub href: String,
    pub count: i64,
    pub current: bool,
}

/// Filters of one kind.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FilterGroup {
    pub title: String,
    pub open: bool,
    pub items: Vec<FilterItem>,
}

/// Where a list goes on.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Paging {
    pub prev: Option<String>,
    pub next: Option<String>,
    /// Items on this page.
    pub shown: i64,
    /// All of them, where known.
    pub total: Option<i64>,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    Done,
    Now,
    Next,
}

/// A line of a timeline.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TimelineItem {
    pub title: String,
    pub at: Option<Timestamp>,
    pub state: StepState,
    /// A person's role or an agency.
    pub who: Option<String>,
    pub note: Option<String>,
}

/// Working time left until something is due.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Due {
    /// Working minutes; negative when late.
    pub minutes: i64,
    pub at: Option<Timestamp>,
    /// The clock stands still.
    pub paused: bool,
    /// The moment has passed, even where no working minute has since.
    pub late: bool,
    /// Of the agency's answer to a filing, not of the result.
    pub answer: bool,
}

impl Due {
    /// What is left at `seen` (the moment the clock stopped, where it stands still) until `at`.
    pub fn at(at: Timestamp, minutes: i64, seen: Timestamp) -> Self {
        Self { minutes, at: Some(at), paused: false, late: seen > at, answer: false }
    }
}

/// A fee or charge.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FeeLine {
    pub name: String,
    pub amount: Vnd,
    /// How it comes about: number of copies, exemption, legal basis.
    pub note: Option<String>,
    /// Key of its state: `due`, `pending`, `paid`, … (contract.md §6); none where only announced.
    pub state: Option<String>,
}

impl FeeLine {
    /// Of two copies, in a state.
    pub fn sample(state: &str) -> Self {
        Self { name: "Bản sao".into(), amount: Vnd(16_000), note: None, state: Some(state.to_owned()) }
    }
}

/// Money of a filed dossier besides what is paid here.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Besides {
    /// Still to be paid at a bank or the State Treasury.
    pub elsewhere: Vnd,
    /// Still to come, too much or asked for.
    pub to_come: Vnd,
    pub came: Vnd,
}

impl Besides {
    /// Some of each.
    pub fn sample() -> Self {
        Self { elsewhere: Vnd(500_000), to_come: Vnd(8_000), came: Vnd(4_000) }
    }
}

/// A file that is there.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FileItem {
    pub id: String,
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// `ready`, `scanning` or `infected`.
    pub state: String,
    /// Where it can be looked at.
    pub view: Option<String>,
    /// Value of the button that removes it; none where it may not be removed.
    pub remove: Option<String>,
}

/// A message between citizen and officer.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Message {
    pub who: String,
    pub at: Timestamp,
    pub text: String,
    /// Whether the reader wrote it.
    pub mine: bool,
    pub files: Vec<FileLink>,
}

/// A file to download.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FileLink {
    pub name: String,
    pub href: String,
}

/// An answer in a summary.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Answer {
    pub label: String,
    /// As people read it; several lines are kept.
    pub value: Option<String>,
    /// Where it can be changed.
    pub edit: Option<String>,
    pub changed: bool,
    pub was: Option<String>,
}

/// Answers of one section.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct AnswerGroup {
    pub title: String,
    pub edit: Option<String>,
    pub rows: Vec<Answer>,
}

/// A part of an address as `components/choice.html` reads it; made by [`address_parts`].
#[derive(Clone, Debug, serde::Serialize)]
pub struct AddressPart {
    widget: &'static str,
    name: String,
    id: String,
    value: String,
    error: Option<String>,
    options: Vec<Choice>,
    required: bool,
    maxlength: Option<u32>,
}

/// The parts of an address whose inputs are called `{name}.province`, `{name}.commune`, `{name}.detail`: what was
/// chosen with what can be chosen (communes: those of the chosen province), and the rest of the address.
pub fn address_parts(
    name: &str,
    province: (Input, Vec<Choice>),
    commune: (Input, Vec<Choice>),
    detail: Input,
) -> Vec<AddressPart> {
    let part = |widget, key: &str, input: Input, options, maxlength| AddressPart {
        widget,
        name: format!("{name}.{key}"),
        id: format!("f-{name}-{key}"),
        value: input.value,
        error: input.error,
        options,
        required: true,
        maxlength,
    };
    vec![
        part("province", "province", province.0, province.1, None),
        part("commune", "commune", commune.0, commune.1, None),
        part("text", "detail", detail, Vec::new(), Some(200)),
    ]
}

/// A moment for samples: 21/11/2026 10:32 in Vietnam and `hours` later.
pub fn sample_time(hours: i64) -> Timestamp {
    const SAMPLE: i64 = 1_795_231_920;
    Timestamp::from_second(SAMPLE + hours * 3600).unwrap_or(Timestamp::MIN)
}

/// A due time for samples: so many working minutes before (or, negative, after) it.
pub fn sample_due(minutes: i64, paused: bool) -> Due {
    Due { minutes, at: Some(sample_time(72)), paused, late: minutes < 0, answer: minutes == 300 }
}

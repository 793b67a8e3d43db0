//! The view model of pages: everything a template needs to render a form, as plain data.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::FieldError;
use super::field::Widget;
use super::form::Ctx;
use super::prefill::Source;
use crate::kernel::Lang;

/// What a page is made from.
#[derive(Clone, Copy)]
pub struct ViewInput<'a> {
    pub data: &'a Value,
    pub errors: &'a [FieldError],
    pub lang: Lang,
    pub ctx: Ctx<'a>,
    /// Where prefilled values come from, by pointer.
    pub sources: Option<&'a BTreeMap<String, Source>>,
    /// Only this page; all pages if `None`.
    pub section: Option<&'a str>,
}

/// A form as pages show it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FormView {
    pub version: String,
    pub sections: Vec<SectionView>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SectionView {
    pub key: String,
    pub title: String,
    pub description: Option<String>,
    pub visible: bool,
    /// Rule for the browser where the whole form is on one page.
    pub show_when: Option<String>,
    pub groups: Vec<GroupView>,
    pub error_count: usize,
}

/// Fields under one heading; without a label, fields that stand free.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct GroupView {
    pub title: Option<String>,
    pub description: Option<String>,
    pub visible: bool,
    /// Rule for the browser, as JSON text for `data-show-when`; only where this page decides it.
    pub show_when: Option<String>,
    pub fields: Vec<FieldView>,
}

/// One question.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldView {
    /// Name of the input: `section.field`, `section.list.0.field`.
    pub name: String,
    /// Id of the input; `{id}-error` and `{id}-help` are free for what belongs to it.
    pub id: String,
    /// `/section/field`.
    pub pointer: String,
    pub label: String,
    pub help: Option<String>,
    pub widget: Widget,
    /// What stands in the input (choices: the code; yes and no: `true`, `false`); null if nothing does.
    /// Of an address or confirmation an object with the same of its parts.
    pub value: Value,
    /// The chosen values of several.
    pub values: Vec<String>,
    /// The value in words (choices: the name).
    pub text: String,
    /// Choices of selects, radios, checkboxes; candidates of an ambiguous commune.
    pub options: Vec<OptionView>,
    /// Name of the code list, for search in the browser.
    pub list: Option<String>,
    pub checked: bool,
    pub required: bool,
    /// Required whenever it is shown, or by a condition; for fields that are hidden now.
    pub may_be_required: bool,
    pub error: Option<String>,
    /// Messages of the parts of an address or confirmation, by key.
    pub errors: BTreeMap<String, String>,
    pub visible: bool,
    pub readonly: bool,
    pub show_when: Option<String>,
    pub enable_when: Option<String>,
    /// What the browser copies here while nobody has answered this part (`x-suggest`), as JSON text for `data-suggest`;
    /// only where the whole form is on one page.
    pub suggest: Option<String>,
    /// Whether a rule of this page looks at this field: without JavaScript the page offers to refresh.
    pub decides: bool,
    pub autocomplete: Option<&'static str>,
    pub inputmode: Option<&'static str>,
    pub placeholder: Option<&'static str>,
    /// Bounds of a number.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Letters; not given for what is typed with separators.
    pub maxlength: Option<usize>,
    /// Where a prefilled value comes from, in words.
    pub source: Option<&'static str>,
    /// Communes of the chosen province, for an address.
    pub communes: Vec<OptionView>,
    /// Parts of an address or confirmation.
    pub parts: Vec<FieldView>,
    /// Rows of a repeating group.
    pub cards: Vec<CardView>,
    /// Value of the button `_add`; `None` when no row can be added.
    pub add: Option<String>,
    pub min_items: usize,
    pub max_items: usize,
}

/// What one row of a list is called: «Danh sách giấy tờ» has a «Giấy tờ 1».
pub fn row_name(list: &str) -> String {
    let of = ["Danh sách các ", "Danh sách ", "List of "].iter().find_map(|word| list.strip_prefix(word));
    let mut letters = of.unwrap_or(list).chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A row of a repeating group.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CardView {
    /// Place, from 0, as in the names of the row's inputs.
    pub index: usize,
    /// The list's label and the place from 1.
    pub title: String,
    /// Name of a hidden input (any value) that keeps an empty row.
    pub marker: String,
    /// Values of the buttons `_remove` and `_move`.
    pub remove: Option<String>,
    pub move_up: Option<String>,
    pub move_down: Option<String>,
    pub groups: Vec<GroupView>,
    /// The fields of all groups.
    pub fields: Vec<FieldView>,
}

/// A choice.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OptionView {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

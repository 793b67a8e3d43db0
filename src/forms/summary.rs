//! Answers as label and value: for check-answers, the declaration PDF and officers; and what a supplement changed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::display;
use super::field::{Field, Kind, Text, Widget};
use super::form::{Ctx, Form};
use super::layout::Element;
use super::rules::{Visibility, concrete};
use crate::kernel::Lang;

/// A page of answers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SummarySection {
    pub key: String,
    pub label: String,
    pub items: Vec<SummaryItem>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SummaryItem {
    pub pointer: String,
    pub label: String,
    /// Heading that the question stands under, where it has one.
    pub group: Option<String>,
    /// In words; empty if not answered.
    pub value: String,
    pub widget: Widget,
    /// Rows of a repeating group, each with its answers.
    pub rows: Vec<Vec<SummaryItem>>,
}

/// A field that differs between two sets of answers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Change {
    pub pointer: String,
    pub section: String,
    pub label: String,
    /// In words; empty if it was not, or is no longer, answered.
    pub old: String,
    pub new: String,
}

impl Form {
    /// All visible questions with their answers, in the order of the pages. Unanswered ones have an empty value.
    pub fn summary(&self, data: &Value, lang: Lang, ctx: &Ctx<'_>) -> Vec<SummarySection> {
        let data = &*self.without_omitted(data);
        let teller = Teller { form: self, data, lang, ctx, visibility: self.visibility(data) };
        let sections = self.inner().sections.iter();
        sections
            .filter(|s| s.rule.as_ref().is_none_or(|rule| rule.shows(data, "")))
            .map(|section| SummarySection {
                key: section.key.clone(),
                label: section.label.get(lang).to_owned(),
                items: teller.items(&section.elements, "", None),
            })
            .filter(|section| !section.items.is_empty())
            .collect()
    }

    /// Fields that differ between two sets of answers, in the order of the pages.
    pub fn changes(&self, old: &Value, new: &Value, lang: Lang, ctx: &Ctx<'_>) -> Vec<Change> {
        let (before, after) = (self.flat(old, lang, ctx), self.flat(new, lang, ctx));
        let pointers: std::collections::BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
        let none = (String::new(), String::new(), String::new());
        pointers
            .into_iter()
            .filter_map(|key| {
                let was = before.get(key);
                let is = after.get(key);
                let (section, label, _) = is.or(was).unwrap_or(&none);
                let value = |side: Option<&(String, String, String)>| side.map(|s| s.2.clone()).unwrap_or_default();
                let (old, new) = (value(was), value(is));
                (old != new).then(|| Change {
                    pointer: key.1.clone(),
                    section: section.clone(),
                    label: label.clone(),
                    old,
                    new,
                })
            })
            .collect()
    }

    /// Section, label and value by place and pointer.
    fn flat(&self, data: &Value, lang: Lang, ctx: &Ctx<'_>) -> BTreeMap<Key, (String, String, String)> {
        let mut out = BTreeMap::new();
        for section in self.summary(data, lang, ctx) {
            for item in section.items {
                for (r, row) in item.rows.iter().enumerate() {
                    for cell in row {
                        let order = self.fields().locate(&item.pointer).map_or(usize::MAX, |f| f.order);
                        let cell_order = self.fields().locate(&cell.pointer).map_or(usize::MAX, |f| f.order);
                        let label = format!("{} {}: {}", item.label, r + 1, cell.label);
                        let key = ((order, r + 1, cell_order), cell.pointer.clone());
                        out.insert(key, (section.key.clone(), label, cell.value.clone()));
                    }
                }
                let order = self.fields().locate(&item.pointer).map_or(usize::MAX, |f| f.order);
                out.insert(((order, 0, 0), item.pointer), (section.key.clone(), item.label, item.value));
            }
        }
        out
    }
}

/// Place on the pages (field, row, field in row) and pointer.
type Key = ((usize, usize, usize), String);

struct Teller<'a> {
    form: &'a Form,
    data: &'a Value,
    lang: Lang,
    ctx: &'a Ctx<'a>,
    visibility: Visibility,
}

impl Teller<'_> {
    fn items(&self, elements: &[Element], row: &str, group: Option<&Text>) -> Vec<SummaryItem> {
        let mut out = Vec::new();
        for element in elements {
            match element {
                Element::Group { label, elements, .. } => {
                    let group = if label.vi.is_empty() { group } else { Some(label) };
                    out.extend(self.items(elements, row, group));
                }
                Element::Control { field, detail, .. } => {
                    let Some(field) = self.form.fields().get(*field) else { continue };
                    let at = concrete(&field.template, row);
                    if self.visibility.is_hidden(&at) {
                        continue;
                    }
                    if field.kind == Kind::Object && !field.is_composite() {
                        out.extend(self.items(detail, row, Some(&field.label)));
                    } else {
                        out.push(self.item(field, detail, at, group));
                    }
                }
            }
        }
        out
    }

    fn item(&self, field: &Field, detail: &[Element], at: String, group: Option<&Text>) -> SummaryItem {
        let value = self.data.pointer(&at);
        let rows = match (field.kind, value) {
            (Kind::List, Some(Value::Array(rows))) => {
                (0..rows.len()).map(|i| self.items(detail, &format!("{at}/{i}"), None)).collect()
            }
            _ => Vec::new(),
        };
        SummaryItem {
            label: field.label.get(self.lang).to_owned(),
            group: group.map(|g| g.get(self.lang).to_owned()),
            value: value.map_or_else(String::new, |v| display::text(self.form, field, v, self.lang, self.ctx)),
            widget: field.widget,
            rows,
            pointer: at,
        }
    }
}

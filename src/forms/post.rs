//! Posted HTML forms: dotted names with row numbers in, a merge patch out. Works without JavaScript.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::{FieldError, tidy};
use super::field::{Field, Kind, Widget};
use super::form::Form;
use super::layout::Element;
use super::{limits, parse, pointer};

/// What a posted page says.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// RFC 7396 patch of the answers; what could not be read stands in it as it was typed, to be shown again.
    pub patch: Value,
    /// What could not be read.
    pub errors: Vec<FieldError>,
    /// A button was pressed that changes the page (rows; communes of a chosen province): show the same page again.
    pub stay: bool,
}

impl Posted {
    /// The patch without what a draft could not hold (letters where a number belongs).
    pub fn storable(&self, form: &Form) -> Value {
        let mut patch = self.patch.clone();
        for error in &self.errors {
            if form.fields().locate(&error.pointer).is_some_and(|f| f.kind != Kind::Text) {
                pointer::remove(&mut patch, &error.pointer);
            }
        }
        patch
    }
}

/// Posted values as a tree of names.
#[derive(Default)]
struct Raw<'a> {
    values: Vec<&'a str>,
    below: BTreeMap<Step<'a>, Raw<'a>>,
}

/// Row numbers sort as numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Step<'a> {
    Row(usize),
    Key(&'a str),
}

/// What a row button asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Add,
    Remove(usize),
    Up(usize),
    Down(usize),
}

/// The name of the hidden input that marks a row's presence.
pub(super) const ROW_MARK: &str = "_row";

impl Form {
    /// Reads the fields of one page from what a browser posted. Names that begin with `_` are not fields
    /// (`_add`, `_remove`, `_move` are row buttons, `_choose` asks for the communes of a province); names of other pages are faults.
    pub fn parse_post(&self, section: &str, pairs: &[(String, String)]) -> Posted {
        let mut post = Post { form: self, acts: BTreeMap::new(), errors: Vec::new(), stay: false };
        let Some(index) = self.section_index(section) else {
            return Posted { patch: Value::Object(Map::new()), errors: Vec::new(), stay: false };
        };
        let mut root = Raw::default();
        for (name, value) in pairs.iter().take(limits::VALUES) {
            if let Some(button) = name.strip_prefix('_') {
                post.button(button, value);
            } else if name.contains('.') {
                post.collect(index, &mut root, name, value);
            }
        }
        let mut patch = Value::Object(Map::new());
        if let Some(section) = self.inner().sections.get(index) {
            post.elements(&section.elements, &root, &mut patch);
        }
        Posted { patch, errors: tidy(post.errors), stay: post.stay }
    }
}

struct Post<'f> {
    form: &'f Form,
    /// Row buttons by the name of their list.
    acts: BTreeMap<String, Act>,
    errors: Vec<FieldError>,
    stay: bool,
}

impl<'f> Post<'f> {
    fn button(&mut self, button: &str, value: &str) {
        let with_row = |value: &str| {
            let (list, row) = value.rsplit_once('.')?;
            Some((list.to_owned(), row.parse::<usize>().ok()?))
        };
        self.stay |= button == "choose";
        let act = match button.trim_end_matches("_row") {
            "add" => Some((value.to_owned(), Act::Add)),
            "remove" => with_row(value).map(|(list, row)| (list, Act::Remove(row))),
            "move" => value.rsplit_once('.').and_then(|(rest, way)| {
                let (list, row) = with_row(rest)?;
                match way {
                    "up" => Some((list, Act::Up(row))),
                    "down" => Some((list, Act::Down(row))),
                    _ => None,
                }
            }),
            _ => None,
        };
        if let Some((list, act)) = act {
            self.stay = true;
            self.acts.insert(list, act);
        }
    }

    fn collect<'a>(&mut self, section: usize, root: &mut Raw<'a>, name: &'a str, value: &'a str) {
        let (path, marker) = match name.strip_suffix(ROW_MARK).and_then(|p| p.strip_suffix('.')) {
            Some(path) => (path, true),
            None => (name, false),
        };
        let pointer = format!("/{}", path.replace('.', "/"));
        let fields = self.form.fields();
        // A commune alone is asked for as a province and a commune.
        let pair = || {
            let is_part = matches!(pointer::last(&pointer), "province" | "commune");
            fields.locate(pointer::parent(&pointer)).filter(|f| is_part && f.widget == Widget::Commune)
        };
        let field = fields.locate(&pointer).or_else(pair).filter(|f| f.section == Some(section) || marker);
        if field.is_none() || path.split('.').any(|step| step.len() > 64) {
            let short: String = pointer.chars().take(200).collect();
            self.errors.push(FieldError::nowhere(short, super::Code::Unknown));
            return;
        }
        let mut at = root;
        for step in path.split('.') {
            let step = match step.parse::<usize>() {
                Ok(row) => Step::Row(row),
                Err(_) => Step::Key(step),
            };
            at = at.below.entry(step).or_default();
        }
        if !marker {
            at.values.push(value);
        }
    }

    fn elements(&mut self, elements: &[Element], root: &Raw<'_>, patch: &mut Value) {
        for element in elements {
            match element {
                Element::Group { elements, .. } => self.elements(elements, root, patch),
                Element::Control { field, detail, .. } => {
                    let Some(field) = self.form.fields().get(*field) else { continue };
                    if field.kind == Kind::Object && !field.is_composite() {
                        self.elements(detail, root, patch);
                        continue;
                    }
                    let raw = find(root, &field.template);
                    if let Some(value) = self.value(field, raw, &field.template) {
                        pointer::put(patch, &field.template, value);
                    }
                }
            }
        }
    }

    /// The value of a field for the patch: `None` leaves it as it was, null clears it.
    fn value(&mut self, field: &'f Field, raw: Option<&Raw<'_>>, at: &str) -> Option<Value> {
        if field.compute.is_some() || field.read_only || field.widget == Widget::Hidden {
            return None;
        }
        match field.kind {
            Kind::Object => raw.map(|raw| self.object(field, raw, at)),
            Kind::List => self.rows(field, raw, at),
            Kind::Choices => {
                let values = raw.map(|r| r.values.as_slice()).unwrap_or_default();
                let items: Vec<Value> = values.iter().filter(|v| !v.is_empty()).map(|v| Value::from(*v)).collect();
                Some(if items.is_empty() { Value::Null } else { Value::Array(items) })
            }
            Kind::Text if field.widget == Widget::Commune && raw.is_some_and(|r| !r.below.is_empty()) => {
                let part = |key: &'static str| raw?.below.get(&Step::Key(key))?.values.last().copied();
                let (province, commune) = (part("province").unwrap_or(""), part("commune").unwrap_or(""));
                Some(match (province.trim(), commune.trim()) {
                    ("", "") => Value::Null,
                    (one, "") | ("", one) => one.into(),
                    (province, commune) => format!("{province}:{commune}").into(),
                })
            }
            _ => match raw.and_then(|r| r.values.last()) {
                Some(text) => Some(self.scalar(field, text, at)),
                // A box that is not ticked is not posted.
                None => match field.widget {
                    Widget::Checkbox => Some(Value::Bool(false)),
                    Widget::Agree => Some(Value::Null),
                    _ => None,
                },
            },
        }
    }

    fn scalar(&mut self, field: &Field, text: &str, at: &str) -> Value {
        match parse::typed(field, text) {
            Ok(value) => value.unwrap_or(Value::Null),
            Err(code) => {
                self.errors.push(FieldError::of(field, at, code));
                text.into()
            }
        }
    }

    fn object(&mut self, field: &'f Field, raw: &Raw<'_>, at: &str) -> Value {
        let mut map = Map::new();
        for child in self.form.fields().children(field) {
            let below = raw.below.get(&Step::Key(&child.key));
            if let Some(value) = self.value(child, below, &pointer::join(at, &child.key)) {
                map.insert(child.key.clone(), value);
            }
        }
        let cleared = field.is_composite() && map.values().all(Value::is_null);
        if cleared { Value::Null } else { Value::Object(map) }
    }

    fn rows(&mut self, field: &'f Field, raw: Option<&Raw<'_>>, at: &str) -> Option<Value> {
        let name = pointer::name(at);
        let act = self.acts.get(&name).or_else(|| self.acts.get(&field.key)).copied();
        if raw.is_none() && act.is_none() {
            return None;
        }
        let mut order: Vec<(usize, Option<&Raw<'_>>)> = raw
            .into_iter()
            .flat_map(|raw| raw.below.iter())
            .filter_map(|(step, raw)| match step {
                Step::Row(row) => Some((*row, Some(raw))),
                Step::Key(_) => None,
            })
            .collect();
        rearrange(&mut order, act, field.max_items);
        let row_field = self.form.fields().row(field)?;
        let mut rows = Vec::with_capacity(order.len());
        for (i, (_, raw)) in order.into_iter().enumerate() {
            let mut row = match raw {
                Some(raw) => self.object(row_field, raw, &format!("{at}/{i}")),
                None => Value::Object(Map::new()),
            };
            if let Value::Object(map) = &mut row {
                map.retain(|_, value| !value.is_null());
            }
            rows.push(row);
        }
        Some(if rows.is_empty() { Value::Null } else { Value::Array(rows) })
    }
}

fn rearrange(order: &mut Vec<(usize, Option<&Raw<'_>>)>, act: Option<Act>, max: usize) {
    let place = |order: &[(usize, Option<&Raw<'_>>)], row: usize| order.iter().position(|(r, _)| *r == row);
    match act {
        Some(Act::Add) if order.len() < max => order.push((usize::MAX, None)),
        Some(Act::Remove(row)) => order.retain(|(r, _)| *r != row),
        Some(Act::Up(row)) => {
            if let Some(i) = place(order, row).filter(|i| *i > 0) {
                order.swap(i, i - 1);
            }
        }
        Some(Act::Down(row)) => {
            if let Some(i) = place(order, row).filter(|i| i + 1 < order.len()) {
                order.swap(i, i + 1);
            }
        }
        _ => {}
    }
}

fn find<'r, 'a>(root: &'r Raw<'a>, template: &'a str) -> Option<&'r Raw<'a>> {
    template.split('/').skip(1).try_fold(root, |at, key| at.below.get(&Step::Key(key)))
}

//! The door: everything that comes in is measured and put into its one form here, before anything else looks at it.
//!
//! Texts become NFC, trimmed, without what cannot be printed; numbers of the national formats lose their spaces; names of
//! code lists become codes; nulls and empty texts mean "not answered" and go. Unknown keys, wrong types and over-long texts
//! are faults in drafts too.

use serde_json::{Map, Value};

use super::characters::{self, Refused};
use super::error::{Code, FieldError};
use super::field::{Field, Fields, Kind, Widget};
use super::form::{Ctx, Form};
use super::lists::{self, Resolved};
use super::{formats, limits, pointer};

/// What passed, and what did not.
pub(super) struct Received {
    pub data: Value,
    pub errors: Vec<FieldError>,
}

/// Measures and cleans answers. `Err` where they are too large or too deep to look at.
pub(super) fn receive(form: &Form, value: &Value, ctx: &Ctx<'_>) -> Result<Received, Code> {
    let mut door = Door { fields: form.fields(), ctx, errors: Vec::new() };
    let mut budget = Budget { bytes: limits::BYTES, values: limits::VALUES };
    budget.spend(value, 0)?;
    let Some(root) = form.fields().get(0) else { return Err(Code::Unknown) };
    let data = match value {
        Value::Null => Some(Value::Object(Map::new())),
        value => door.value(root, value, ""),
    };
    Ok(Received { data: data.unwrap_or_else(|| Value::Object(Map::new())), errors: door.errors })
}

/// Cleans one value for a field; `None` if it does not pass.
pub(super) fn receive_one(form: &Form, field: &Field, value: &Value, ctx: &Ctx<'_>) -> Option<Value> {
    let mut door = Door { fields: form.fields(), ctx, errors: Vec::new() };
    let value = door.value(field, value, &field.template)?;
    door.errors.is_empty().then_some(value)
}

struct Budget {
    bytes: usize,
    values: usize,
}

impl Budget {
    fn spend(&mut self, value: &Value, depth: usize) -> Result<(), Code> {
        if depth > limits::DEPTH {
            return Err(Code::TooDeep);
        }
        self.values = self.values.checked_sub(1).ok_or(Code::TooLarge)?;
        match value {
            Value::String(text) => self.bytes(text.len()),
            Value::Array(items) => items.iter().try_for_each(|item| self.spend(item, depth + 1)),
            Value::Object(map) => map.iter().try_for_each(|(key, item)| {
                self.bytes(key.len())?;
                self.spend(item, depth + 1)
            }),
            _ => Ok(()),
        }
    }

    fn bytes(&mut self, count: usize) -> Result<(), Code> {
        self.bytes = self.bytes.checked_sub(count).ok_or(Code::TooLarge)?;
        Ok(())
    }
}

struct Door<'a> {
    fields: &'a Fields,
    ctx: &'a Ctx<'a>,
    errors: Vec<FieldError>,
}

impl Door<'_> {
    fn fail(&mut self, field: &Field, at: &str, code: Code) {
        self.push(FieldError::of(field, at, code));
    }

    fn push(&mut self, error: FieldError) {
        if self.errors.len() < limits::ERRORS {
            self.errors.push(error);
        }
    }

    /// The clean value; `None` if there is none (then either nothing was answered or a fault was noted).
    fn value(&mut self, field: &Field, value: &Value, at: &str) -> Option<Value> {
        match (field.kind, value) {
            (_, Value::Null) => None,
            (Kind::Object, Value::Object(map)) => self.object(field, map, at),
            (Kind::List, Value::Array(rows)) => self.rows(field, rows, at),
            (Kind::Choices, Value::Array(items)) => self.choices(field, items, at),
            (Kind::Text, Value::String(text)) => self.text(field, text, at, None),
            (Kind::Boolean, Value::Bool(_)) => Some(value.clone()),
            (Kind::Integer | Kind::Number, Value::Number(number)) => self.number(field, number, at),
            // An emptied input of any type means that it is not answered.
            (_, Value::String(text)) if text.trim().is_empty() => None,
            _ => {
                self.push(FieldError::of(field, at, Code::Type).with("expected", field.kind.json_type()));
                None
            }
        }
    }

    fn object(&mut self, field: &Field, map: &Map<String, Value>, at: &str) -> Option<Value> {
        let mut out = Map::new();
        for (key, value) in map {
            let Some(child) = self.fields.child(field, key) else {
                let short: String = key.chars().take(64).collect();
                self.push(FieldError::nowhere(pointer::join(at, &short), Code::Unknown));
                continue;
            };
            let place = pointer::join(at, key);
            let clean = match (child.list.as_deref(), value) {
                (Some(lists::COMMUNES), Value::String(text)) => {
                    let province = map.get("province").and_then(Value::as_str).and_then(|p| self.province(p));
                    self.text(child, text, &place, province.as_deref())
                }
                _ => self.value(child, value, &place),
            };
            if let Some(clean) = clean {
                out.insert(key.clone(), clean);
            }
        }
        let is_answer = !out.is_empty() || !field.is_composite();
        is_answer.then_some(Value::Object(out))
    }

    fn province(&self, text: &str) -> Option<String> {
        match lists::resolve(self.ctx.lists, lists::PROVINCES, text, None) {
            Resolved::Code(code) => Some(code),
            _ => None,
        }
    }

    fn rows(&mut self, field: &Field, rows: &[Value], at: &str) -> Option<Value> {
        if rows.len() > field.max_items {
            self.push(FieldError::of(field, at, Code::TooMany).with("limit", field.max_items));
            return None;
        }
        let row_field = self.fields.row(field)?;
        let mut out = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            // An empty row keeps its place: it is a card that is not filled in yet.
            let empty = Value::Object(Map::new());
            out.push(if row.is_null() {
                empty
            } else {
                self.value(row_field, row, &format!("{at}/{i}")).unwrap_or(empty)
            });
        }
        (!out.is_empty()).then_some(Value::Array(out))
    }

    fn choices(&mut self, field: &Field, items: &[Value], at: &str) -> Option<Value> {
        if items.len() > field.max_items {
            self.push(FieldError::of(field, at, Code::TooMany).with("limit", field.max_items));
            return None;
        }
        let mut out: Vec<Value> = Vec::with_capacity(items.len());
        for item in items {
            let Value::String(text) = item else {
                self.push(FieldError::of(field, at, Code::Type).with("expected", "array"));
                return None;
            };
            if let Some(value) = self.text(field, text, at, None)
                && !out.contains(&value)
            {
                out.push(value);
            }
        }
        (!out.is_empty()).then_some(Value::Array(out))
    }

    fn text(&mut self, field: &Field, text: &str, at: &str, parent: Option<&str>) -> Option<Value> {
        // Four bytes a letter, and room for marks that composition removes.
        if text.len() > field.max_length.saturating_mul(16).saturating_add(4096) {
            let error = FieldError::of(field, at, Code::TooLong);
            self.push(error.with("limit", field.max_length).with("length", text.chars().count()));
            return None;
        }
        let clean = match characters::clean(text, field.is_multiline()) {
            Ok(clean) => clean,
            Err(why) => {
                self.fail(field, at, code_of(why));
                return None;
            }
        };
        if clean.is_empty() {
            return None;
        }
        let clean = match field.format {
            Some(format) => formats::canonical(format, clean),
            None => clean,
        };
        let length = clean.chars().count();
        if length > field.max_length {
            let error = FieldError::of(field, at, Code::TooLong);
            self.push(error.with("limit", field.max_length).with("length", length));
            return None;
        }
        let pair = (field.list.as_deref() == Some(lists::COMMUNES))
            .then(|| lists::commune_of_pair(self.ctx.lists, &clean))
            .flatten();
        let clean = pair.unwrap_or(clean);
        let known = field.list.as_deref().map(|list| lists::resolve(self.ctx.lists, list, &clean, parent));
        Some(Value::String(match known {
            Some(Resolved::Code(code)) => code,
            _ => option_of(field, clean),
        }))
    }

    fn number(&mut self, field: &Field, number: &serde_json::Number, at: &str) -> Option<Value> {
        let size = number.as_f64().unwrap_or(f64::INFINITY);
        let limit = limits::NUMBER;
        #[allow(clippy::cast_precision_loss, reason = "the limit is exact in a double")]
        if !size.is_finite() || size.abs() > limit as f64 {
            self.push(
                FieldError::of(field, at, if size < 0.0 { Code::Minimum } else { Code::Maximum }).with("limit", limit),
            );
            return None;
        }
        if field.kind == Kind::Number || number.is_i64() || number.is_u64() {
            return Some(Value::Number(number.clone()));
        }
        if size.fract() == 0.0 {
            #[allow(clippy::cast_possible_truncation, reason = "whole and within the limit")]
            return Some((size as i64).into());
        }
        self.fail(field, at, if field.widget == Widget::Money { Code::VnMoney } else { Code::Integer });
        None
    }
}

/// The option's value where its value or label was given.
fn option_of(field: &Field, text: String) -> String {
    let found =
        field.options.iter().find(|o| o.value == text).or_else(|| {
            field.options.iter().find(|o| o.label.vi == text || o.label.en.as_deref() == Some(text.as_str()))
        });
    found.map_or(text, |o| o.value.clone())
}

fn code_of(why: Refused) -> Code {
    match why {
        Refused::Control => Code::Characters,
        Refused::Encoding => Code::Encoding,
        Refused::Emoji => Code::Emoji,
        Refused::Markup => Code::Markup,
    }
}

//! A compiled form.

use std::sync::Arc;

use serde_json::Value;

use super::field::{Field, Fields, Format, Kind, Text, Widget};
use super::layout::{Layout, Section};
use super::lists::{AnyUnits, Lists};
use super::load::{Conditional, Loader, validator};
use super::load_error::{Fault, LoadError};
use super::prefill::Fact;
use super::rules::Visibility;
use super::{CheckMode, FieldError, pointer};
use crate::kernel::{Lang, PartialDate};

/// What the engine needs from outside at each call.
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    /// The date in Vietnam.
    pub today: jiff::civil::Date,
    /// Administrative units.
    pub lists: &'a dyn Lists,
    /// Whether the applicant may have neither phone nor e-mail: at the counter they are told face to face
    /// ([`Ctx::contact_optional`]).
    pub contact_optional: bool,
    /// The applicant's birth as far as it is known ([`Ctx::born`]).
    pub born: Option<PartialDate>,
}

impl<'a> Ctx<'a> {
    /// A context of a day and units.
    pub fn new(today: jiff::civil::Date, lists: &'a dyn Lists) -> Self {
        Self { today, lists, contact_optional: false, born: None }
    }

    /// The same context, with the applicant's own contact (fields filled from `account.phone` or `account.email`) not
    /// asked for, or asked for as the form says.
    #[must_use]
    pub fn contact_optional(self, optional: bool) -> Self {
        Self { contact_optional: optional, ..self }
    }

    /// The same context, with the applicant's birth: where no more than the year or month is known, it is offered to
    /// questions that take it, though those that want the day stay empty.
    #[must_use]
    pub fn born(self, born: Option<PartialDate>) -> Self {
        Self { born, ..self }
    }

    /// A context that takes every well-formed unit code.
    pub fn any_units(today: jiff::civil::Date) -> Ctx<'static> {
        Ctx::new(today, &AnyUnits)
    }
}

/// A form: parsed and compiled once, cheap to clone.
#[derive(Clone, Debug)]
pub struct Form(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    version: String,
    schema: Value,
    uischema: Value,
    fields: Fields,
    pub sections: Vec<Section>,
    pub validator: jsonschema::Validator,
    pub conditionals: Vec<Conditional>,
    /// Computed fields in order of evaluation, fields with `x-check`, fields with a list.
    pub computed: Vec<usize>,
    pub crossed: Vec<usize>,
    pub listed: Vec<usize>,
}

/// What a field is, for those who list fields of a form (filters, fee formulas, the form builder).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FormField {
    /// Stable id.
    pub id: String,
    /// `/section/field`; `*` stands for the rows of a list.
    pub pointer: String,
    /// Key of the page.
    pub section: String,
    pub label: Text,
    pub widget: Widget,
    pub format: Option<Format>,
    pub json_type: &'static str,
    pub required: bool,
    pub identity: bool,
    pub searchable: bool,
}

impl Form {
    /// Compiles `{version, schema, uischema}`; every fault is named.
    pub fn load(form: &Value) -> Result<Self, LoadError> {
        let part = |key: &str| form.get(key).cloned().unwrap_or(Value::Null);
        let version = match part("version") {
            Value::String(text) => text,
            Value::Number(n) => n.to_string(),
            _ => String::new(),
        };
        Self::compile(version, part("schema"), part("uischema"))
    }

    fn compile(version: String, schema: Value, uischema: Value) -> Result<Self, LoadError> {
        if nested(&schema, 0) || nested(&uischema, 0) {
            let at = "form".to_owned();
            return Err(LoadError { faults: vec![Fault::Shape { at, what: "is nested too deeply".to_owned() }] });
        }
        let mut loader = Loader::new(&schema);
        loader.load();
        let computed = loader.computed();
        let Loader { mut fields, conditionals, mut faults, .. } = loader;
        if fields.get(0).is_none_or(|root| root.kind != Kind::Object) {
            faults.push(Fault::Shape { at: "schema".to_owned(), what: "must be of type object".to_owned() });
        }
        let sections = Layout::new(&mut fields, &mut faults, schema.get("$defs")).sections(&uischema);
        let compiled = validator(&schema, None).map_err(|e| faults.push(Fault::Schema(e)));
        let (Ok(validator), true) = (compiled, faults.is_empty()) else { return Err(LoadError { faults }) };
        let pick = |wanted: fn(&Field) -> bool| -> Vec<usize> {
            fields.all.iter().enumerate().filter(|(_, f)| wanted(f)).map(|(i, _)| i).collect()
        };
        let (crossed, listed) = (pick(|f| !f.cross.is_empty()), pick(|f| f.list.is_some()));
        let inner =
            Inner { version, schema, uischema, fields, sections, validator, conditionals, computed, crossed, listed };
        Ok(Self(Arc::new(inner)))
    }

    /// Checks what a form must have before it is published: at least one example, every one of them complete and valid.
    pub fn self_test(&self, ctx: &Ctx<'_>) -> Result<(), LoadError> {
        let examples = self.examples();
        let mut faults = Vec::new();
        if examples.is_empty() {
            faults.push(Fault::NoExamples);
        }
        for (index, example) in examples.iter().enumerate() {
            if let Err(errors) = self.check(example, CheckMode::Complete, ctx) {
                let list: Vec<String> = errors
                    .iter()
                    .map(|e| format!("{}: {} ({})", e.pointer, e.code.as_str(), e.message(Lang::En)))
                    .collect();
                faults.push(Fault::BadExample { index, errors: list.join("; ") });
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(LoadError { faults }) }
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    pub(super) fn visibility(&self, data: &Value) -> Visibility {
        Visibility::of(&self.0.sections, &self.0.fields, data)
    }

    /// The version that a dossier remembers.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The JSON Schema as it was given.
    pub fn schema(&self) -> &Value {
        &self.0.schema
    }

    /// The UI schema as it was given.
    pub fn uischema(&self) -> &Value {
        &self.0.uischema
    }

    /// The form as the API gives it.
    pub fn to_value(&self) -> Value {
        serde_json::json!({"version": self.0.version, "schema": self.0.schema, "uischema": self.0.uischema})
    }

    /// Complete valid answers that the schema brings.
    pub fn examples(&self) -> &[Value] {
        self.0.schema.get("examples").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The pages: fixed key and label, in order.
    pub fn sections(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.0.sections.iter().map(|s| (s.key.as_str(), &s.label))
    }

    pub(super) fn section_index(&self, key: &str) -> Option<usize> {
        self.0.sections.iter().position(|s| s.key == key)
    }

    /// The keys of the pages that are shown with these answers, in order.
    pub fn visible_sections(&self, data: &Value) -> Vec<&str> {
        let shown = self.0.sections.iter().filter(|s| s.rule.as_ref().is_none_or(|rule| rule.shows(data, "")));
        shown.map(|s| s.key.as_str()).collect()
    }

    /// Every field that a person answers or sees, in the order of the pages.
    pub fn field_ids(&self) -> Vec<FormField> {
        let mut fields: Vec<&Field> = self.0.fields.all.iter().filter(|f| f.parent.is_some() && f.key != "*").collect();
        fields.retain(|f| f.kind != Kind::Object || f.is_composite());
        fields.sort_by_key(|f| f.order);
        fields.into_iter().map(|f| self.describe(f)).collect()
    }

    /// The field at a concrete pointer.
    pub fn field(&self, pointer: &str) -> Option<FormField> {
        self.0.fields.locate(pointer).map(|f| self.describe(f))
    }

    fn describe(&self, field: &Field) -> FormField {
        FormField {
            id: field.id.clone(),
            pointer: field.template.clone(),
            section: field.section.and_then(|i| self.0.sections.get(i)).map(|s| s.key.clone()).unwrap_or_default(),
            label: field.label.clone(),
            widget: field.widget,
            format: field.format,
            json_type: field.kind.json_type(),
            required: field.required,
            identity: field.identity,
            searchable: field.searchable,
        }
    }

    /// Pointers and values of fields that hold identity numbers: stored encrypted, found by blind index.
    pub fn identity_pointers(&self, data: &Value) -> Vec<(String, String)> {
        self.marked(data, |f| f.identity)
    }

    /// The numbers and phones that the answers give of the one who files: of the fields that an account would fill.
    pub fn applicant_numbers(&self, data: &Value) -> Vec<String> {
        let asked = [Fact::IdentityNumber, Fact::TaxCode, Fact::Phone];
        let found = self.marked(data, |f| f.prefill.is_some_and(|fact| asked.contains(&fact)));
        found.into_iter().map(|(_, text)| text).collect()
    }

    /// Pointers and values of searchable fields, as text; lists give one pair a row.
    pub fn searchable(&self, data: &Value) -> Vec<(String, String)> {
        self.marked(data, |f| f.searchable)
    }

    fn marked(&self, data: &Value, wanted: impl Fn(&Field) -> bool) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut fields: Vec<&Field> = self.0.fields.all.iter().filter(|f| wanted(f)).collect();
        fields.sort_by_key(|f| f.order);
        for field in fields {
            for at in pointer::expand(&field.template, data) {
                match data.pointer(&at) {
                    Some(Value::String(text)) => out.push((at, text.clone())),
                    Some(Value::Number(n)) => out.push((at, n.to_string())),
                    Some(Value::Bool(b)) => out.push((at, b.to_string())),
                    _ => {}
                }
            }
        }
        out
    }

    /// Fields that are required with these answers by a condition of the schema, as concrete pointers.
    pub(super) fn conditionally_required(&self, data: &Value) -> std::collections::HashSet<String> {
        let mut out = std::collections::HashSet::new();
        for conditional in &self.0.conditionals {
            for base in pointer::expand(&conditional.base, data) {
                let Some(value) = data.pointer(&base) else { continue };
                let holds = conditional.validator.is_valid(value);
                for template in if holds { &conditional.then } else { &conditional.otherwise } {
                    let below = template.strip_prefix(&conditional.base).unwrap_or(template);
                    out.insert(format!("{base}{below}"));
                }
            }
        }
        out
    }

    /// Faults about fields of one page.
    pub(super) fn only_section(&self, section: usize, errors: &mut Vec<FieldError>) {
        let first = self.0.sections.get(section).map(|s| format!("/{}", s.key)).unwrap_or_default();
        errors.retain(|e| match self.0.fields.locate(&e.pointer) {
            Some(field) => field.section == Some(section) || (field.parent.is_none() && section == 0),
            None => pointer::within(&e.pointer, &first),
        });
    }
}

/// Whether a value is nested deeper than any form needs.
fn nested(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth > 60 || items.iter().any(|item| nested(item, depth + 1)),
        Value::Object(map) => depth > 60 || map.values().any(|item| nested(item, depth + 1)),
        _ => false,
    }
}

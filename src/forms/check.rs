//! Checking answers: drafts (an incomplete document is fine, an ill-typed one is not) and complete declarations.

use jsonschema::error::ValidationErrorKind as Fault;
use serde_json::{Map, Value};

use super::error::{Code, FieldError, tidy};
use super::field::{Field, Format, Kind};
use super::form::{Ctx, Form};
use super::rules::Visibility;
use super::{cross, door, pointer};

/// How much is asked of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckMode {
    /// A draft: what is there has the right type, length, letters and options; nothing need be there.
    Draft,
    /// A declaration to be filed: everything.
    Complete,
}

/// Answers that passed: in their one form, computed fields filled, and (complete ones) without hidden fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    data: Value,
    mode: CheckMode,
}

impl Answers {
    /// The answers.
    pub fn data(&self) -> &Value {
        &self.data
    }

    /// The answers, to be stored.
    pub fn into_data(self) -> Value {
        self.data
    }

    /// Whether everything was asked for.
    pub fn is_complete(&self) -> bool {
        self.mode == CheckMode::Complete
    }
}

impl Form {
    /// Checks answers. Never panics, whatever comes.
    ///
    /// # Errors
    /// Every fault, one a field, in the order of the pages (at most [`super::limits::ERRORS`]).
    pub fn check(&self, data: &Value, mode: CheckMode, ctx: &Ctx<'_>) -> Result<Answers, Vec<FieldError>> {
        let (data, errors) = self.run(data, mode, ctx);
        if errors.is_empty() { Ok(Answers { data, mode }) } else { Err(tidy(errors)) }
    }

    /// Checks one page of the answers; the other pages may be as they are.
    ///
    /// # Errors
    /// Faults of fields of that page. An unknown page has none.
    pub fn check_section(
        &self,
        section: &str,
        data: &Value,
        mode: CheckMode,
        ctx: &Ctx<'_>,
    ) -> Result<(), Vec<FieldError>> {
        let Some(index) = self.section_index(section) else { return Ok(()) };
        let (_, mut errors) = self.run(data, mode, ctx);
        self.only_section(index, &mut errors);
        if errors.is_empty() { Ok(()) } else { Err(tidy(errors)) }
    }

    fn run(&self, data: &Value, mode: CheckMode, ctx: &Ctx<'_>) -> (Value, Vec<FieldError>) {
        let received = match door::receive(self, data, ctx) {
            Ok(received) => received,
            Err(code) => return (Value::Null, vec![FieldError::nowhere("", code)]),
        };
        let (received, mut errors) = (received.data, received.errors);
        let mut data = self.without_omitted(&received).into_owned();
        match mode {
            CheckMode::Draft => {
                self.compute(&mut data, ctx);
                self.draft_errors(&data, &mut errors);
                cross::check_lists(self, &data, mode, ctx, &mut errors);
            }
            CheckMode::Complete => {
                self.settle(&mut data, ctx);
                let visibility = self.visibility(&data);
                self.materialise(&mut data, &visibility);
                cross::check_lists(self, &data, mode, ctx, &mut errors);
                errors.retain(|e| !visibility.is_hidden(&e.pointer));
                self.schema_errors(&data, &visibility, ctx, &mut errors);
                cross::check(self, &data, ctx, &mut errors);
                self.dematerialise(&mut data);
            }
        }
        (data, errors)
    }

    /// Drops hidden fields: a rule may hide what another rule looks at, so until nothing more is hidden.
    pub fn prune(&self, data: &Value) -> Value {
        let mut data = data.clone();
        self.prune_in_place(&mut data);
        data
    }

    fn prune_in_place(&self, data: &mut Value) {
        // Each round takes at least one field away, so the rounds are no more than there are fields.
        for _ in 0..=self.fields().all.len() {
            let visibility = self.visibility(data);
            let mut removed = false;
            for at in visibility.hidden() {
                removed |= pointer::remove(data, at);
            }
            if !removed {
                return;
            }
        }
    }

    /// Computed fields and hidden fields, each of which may decide about the other.
    fn settle(&self, data: &mut Value, ctx: &Ctx<'_>) {
        self.drop_blank_rows(data);
        self.compute(data, ctx);
        self.prune_in_place(data);
        if !self.inner().computed.is_empty() {
            self.compute(data, ctx);
            self.prune_in_place(data);
        }
    }

    /// Cards at the end of a list that were added and never filled in.
    fn drop_blank_rows(&self, data: &mut Value) {
        for field in self.fields().all.iter().filter(|f| f.kind == Kind::List) {
            for at in pointer::expand(&field.template, data) {
                if let Some(Value::Array(rows)) = data.pointer_mut(&at) {
                    while rows.len() > field.min_items && rows.last().is_some_and(is_blank) {
                        rows.pop();
                    }
                    if rows.is_empty() {
                        pointer::remove(data, &at);
                    }
                }
            }
        }
    }

    /// Makes the groups that were not answered at all, so that what they lack is named field by field.
    fn materialise(&self, data: &mut Value, visibility: &Visibility) {
        for field in self.fields().all.iter().skip(1).filter(|f| f.kind == Kind::Object && !f.is_composite()) {
            if field.key == "*" {
                continue;
            }
            for at in pointer::expand(&field.template, data) {
                if data.pointer(&at).is_none() && !visibility.is_hidden(&at) {
                    pointer::put(data, &at, Value::Object(Map::new()));
                }
            }
        }
    }

    fn dematerialise(&self, data: &mut Value) {
        for field in self.fields().all.iter().skip(1).rev().filter(|f| f.kind == Kind::Object && !f.is_composite()) {
            if field.key == "*" || field.required || field.sometimes_required {
                continue;
            }
            for at in pointer::expand(&field.template, data) {
                if data.pointer(&at).and_then(Value::as_object).is_some_and(Map::is_empty) {
                    pointer::remove(data, &at);
                }
            }
        }
    }

    /// Options that do not exist are faults in drafts too.
    fn draft_errors(&self, data: &Value, errors: &mut Vec<FieldError>) {
        for field in self.fields().all.iter().filter(|f| !f.options.is_empty()) {
            for at in pointer::expand(&field.template, data) {
                let known = |v: &Value| v.as_str().is_some_and(|text| field.options.iter().any(|o| o.value == text));
                let good = match data.pointer(&at) {
                    None => true,
                    Some(Value::Array(items)) => items.iter().all(known),
                    Some(value) => known(value),
                };
                if !good {
                    errors.push(FieldError::of(field, at, Code::Enum));
                }
            }
        }
    }

    fn schema_errors(&self, data: &Value, visibility: &Visibility, ctx: &Ctx<'_>, errors: &mut Vec<FieldError>) {
        let validator = &self.inner().validator;
        if validator.is_valid(data) {
            return;
        }
        for fault in validator.iter_errors(data) {
            let at = fault.instance_path().as_str();
            match fault.kind() {
                Fault::Required { property } => {
                    let at = pointer::join(at, property.as_str().unwrap_or_default());
                    let Some(field) = self.fields().locate(&at) else { continue };
                    // What people cannot fill in is not asked of them.
                    let excused = ctx.contact_optional && field.is_contact();
                    if field.compute.is_none() && !visibility.is_disabled(&at) && !excused {
                        push(errors, visibility, FieldError::of(field, at, Code::Required));
                    }
                }
                Fault::AdditionalProperties { unexpected } => {
                    for key in unexpected {
                        push(errors, visibility, FieldError::nowhere(pointer::join(at, key), Code::Unknown));
                    }
                }
                kind => {
                    let field = self.fields().locate(at);
                    let error = match field {
                        Some(field) => translate(kind, field, (at, data)),
                        None => FieldError::nowhere(at, Code::Condition),
                    };
                    if field.is_none_or(|f| f.compute.is_none()) {
                        push(errors, visibility, error);
                    }
                }
            }
        }
    }
}

fn push(errors: &mut Vec<FieldError>, visibility: &Visibility, error: FieldError) {
    if !visibility.is_hidden(&error.pointer) {
        errors.push(error);
    }
}

/// Whether a row holds nothing that a person entered (an unticked box counts as nothing).
fn is_blank(row: &Value) -> bool {
    match row {
        Value::Null | Value::Bool(false) => true,
        Value::Object(map) => map.values().all(is_blank),
        _ => false,
    }
}

/// A fault of the JSON Schema in our words.
fn translate(kind: &Fault, field: &Field, (at, data): (&str, &Value)) -> FieldError {
    let of = |code: Code| FieldError::of(field, at, code);
    match kind {
        Fault::Type { .. } => of(Code::Type).with("expected", field.kind.json_type()),
        Fault::MaxLength { limit } => of(Code::TooLong).with("limit", *limit),
        Fault::MinLength { limit } => of(Code::TooShort).with("limit", *limit),
        Fault::Pattern { .. } => of(Code::Pattern),
        Fault::Format { format } => {
            let typed = data.pointer(at).and_then(Value::as_str).unwrap_or_default();
            of(Format::parse(format).map_or(Code::Condition, |format| Code::of_format(format, typed)))
        }
        Fault::Enum { .. } => of(Code::Enum),
        Fault::Constant { .. } if field.kind == Kind::Boolean => of(Code::Const),
        Fault::OneOfNotValid { .. } | Fault::Constant { .. } if !field.options.is_empty() => of(Code::Enum),
        Fault::Minimum { limit } => of(Code::Minimum).with("limit", limit.clone()),
        Fault::Maximum { limit } => of(Code::Maximum).with("limit", limit.clone()),
        Fault::ExclusiveMinimum { limit } => of(Code::Above).with("limit", limit.clone()),
        Fault::ExclusiveMaximum { limit } => of(Code::Below).with("limit", limit.clone()),
        Fault::MultipleOf { multiple_of } => of(Code::MultipleOf).with("limit", *multiple_of),
        Fault::MinItems { limit } => of(Code::TooFew).with("limit", *limit),
        Fault::MaxItems { limit } => of(Code::TooMany).with("limit", *limit),
        Fault::UniqueItems => of(Code::Duplicate),
        _ => of(Code::Condition),
    }
}

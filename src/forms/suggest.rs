//! What a person has said on an earlier page is offered on a later one: `x-suggest` fills what nobody has answered on a
//! page yet. The person sees it, may change it, and only what they save is kept, for as long as its reason holds.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::field::{Field, Format, Kind};
use super::form::{Ctx, Form};
use super::prefill::{Fact, Prefill, Source};
use super::{door, pointer};
use crate::kernel::PartialDate;

/// `x-suggest`: where the value comes from, and which answer makes it fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suggest {
    /// The field whose answer is offered.
    pub from: String,
    /// The field that decides; where it is `is`, the answer is offered.
    pub on: String,
    pub is: Value,
}

impl Suggest {
    /// Reads `{"from": "/section/field", "on": "/section/field", "is": …}`.
    pub fn parse(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let is = value.get("is").filter(|v| v.is_string() || v.is_boolean())?.clone();
        Some(Self { from: text("from")?, on: text("on")?, is })
    }

    /// Whether the answer that decides is given.
    fn fits(&self, field: &Field, data: &Value) -> bool {
        data.pointer(&pointer::refer(&field.template, &self.on)) == Some(&self.is)
    }

    /// The same for the browser, by the names of inputs: `{"from", "on", "is", "known"}`. `at`: the field's own pointer;
    /// `known`: what is offered while the answer to copy is empty, as people write it.
    pub fn for_browser(&self, at: &str, known: Option<PartialDate>) -> String {
        let name = |to: &str| pointer::name(&pointer::refer(at, to));
        let is = self.is.as_str().map_or_else(|| self.is.to_string(), str::to_owned);
        let known = known.map(PartialDate::written).unwrap_or_default();
        json!({"from": name(&self.from), "on": name(&self.on), "is": is, "known": known}).to_string()
    }

    /// The fields that it looks at.
    pub fn references(&self) -> [&str; 2] {
        [&self.from, &self.on]
    }
}

/// Whether nothing is said: no value, or an address or a list with nothing in it.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(parts) => parts.values().all(is_blank),
        Value::Array(rows) => rows.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Form {
    /// Whether nobody has answered a page: there is nothing on it but what the form or the account brings by itself.
    pub fn is_untouched(&self, section: &str, data: &Value) -> bool {
        let own = |field: &&Field| field.compute.is_none() && field.prefill.is_none();
        self.questions(section).filter(own).all(|field| match data.pointer(&field.template) {
            None => true,
            Some(value) => is_blank(value) || Some(value) == field.default.as_ref(),
        })
    }

    /// Whether a page asks for anything that must be answered, whatever the other answers.
    pub fn asks_for_something(&self, section: &str) -> bool {
        self.questions(section).any(|field| field.required && field.compute.is_none())
    }

    /// As [`Form::suggest`] for every part that is shown, where all of them stand on one page.
    pub fn suggest_all(&self, data: &Value, ctx: &Ctx<'_>) -> Option<Prefill> {
        let mut out = Prefill { data: data.clone(), sources: BTreeMap::new() };
        for section in self.visible_sections(data) {
            if let Some(found) = self.suggest(section, &out.data, ctx) {
                out.data = found.data;
                out.sources.extend(found.sources);
            }
        }
        (!out.sources.is_empty()).then_some(out)
    }

    /// The answers with what earlier pages suggest for a page, and where that comes from. `None`: nothing, or somebody
    /// has answered what would be suggested.
    pub fn suggest(&self, section: &str, data: &Value, ctx: &Ctx<'_>) -> Option<Prefill> {
        let mut out = Prefill { data: data.clone(), sources: BTreeMap::new() };
        for field in self.questions(section) {
            let Some(suggest) = field.suggest.as_ref().filter(|suggest| suggest.fits(field, data)) else { continue };
            if data.pointer(&field.template).is_some_and(|answer| !is_blank(answer)) {
                return None;
            }
            let known = self.offered(field, suggest, data, ctx.born);
            if let Some(value) = known.and_then(|value| door::receive_one(self, field, &value, ctx)) {
                pointer::put(&mut out.data, &field.template, value);
                out.sources.insert(field.template.clone(), Source::Earlier);
            }
        }
        (!out.sources.is_empty()).then_some(out)
    }

    /// What a field is offered: the answer that it copies, or of the applicant's birth what that one can't hold.
    fn offered(&self, field: &Field, suggest: &Suggest, data: &Value, born: Option<PartialDate>) -> Option<Value> {
        let copied = data.pointer(&pointer::refer(&field.template, &suggest.from));
        match copied.filter(|value| !is_blank(value)) {
            Some(value) => Some(value.clone()),
            None => self.known_birth(field, born).map(|born| born.to_string().into()),
        }
    }

    /// The applicant's birth where the day is not known, for a question that takes it so and copies one that does not.
    pub(super) fn known_birth(&self, field: &Field, born: Option<PartialDate>) -> Option<PartialDate> {
        let suggest = field.suggest.as_ref()?;
        let copied = self.fields().locate(&pointer::refer(&field.template, &suggest.from))?;
        let lost = copied.prefill == Some(Fact::DateOfBirth) && copied.format != Some(Format::PartialDate);
        born.filter(|born| born.day().is_none() && lost && field.format == Some(Format::PartialDate))
    }

    /// Takes copies away that a patch took the reason from: the applicant was the mother, and is now the father. Only what
    /// still is as it was copied goes, and nothing that the patch itself says.
    pub(super) fn forget_copies(&self, before: &Value, patch: &Value, data: &mut Value) {
        for field in self.fields().all.iter().filter(|f| !f.template.contains('*')) {
            let Some(suggest) = field.suggest.as_ref().filter(|s| s.fits(field, before) && !s.fits(field, data)) else {
                continue;
            };
            let copied = before.pointer(&pointer::refer(&field.template, &suggest.from));
            let is_copy = copied.is_some() && before.pointer(&field.template) == copied;
            if is_copy && patch.pointer(&field.template).is_none() {
                pointer::remove(data, &field.template);
            }
        }
    }

    /// The same for a page that sends every part back each time, copies too: what a post still says as it was copied, and
    /// whose reason the post itself took away, it does not say. `posted`: the answers with the whole post in them; `born`:
    /// as [`Ctx::born`].
    pub fn unsay_copies(&self, (before, posted): (&Value, &Value), born: Option<PartialDate>, patch: &mut Value) {
        for field in self.fields().all.iter().filter(|f| !f.template.contains('*')) {
            let Some(suggest) = field.suggest.as_ref().filter(|s| s.fits(field, before) && !s.fits(field, posted))
            else {
                continue;
            };
            let copied = self.offered(field, suggest, before, born);
            if copied.is_some() && posted.pointer(&field.template) == copied.as_ref() {
                pointer::put(patch, &field.template, Value::Null);
            }
        }
    }

    /// The questions of a page, each once: of an address the whole.
    fn questions(&self, section: &str) -> impl Iterator<Item = &Field> {
        let index = self.section_index(section);
        self.fields().all.iter().filter(move |field| {
            // Of an address the whole is the question.
            let part = field.parent.and_then(|i| self.fields().get(i)).is_some_and(Field::is_composite);
            let whole = field.kind != Kind::Object || field.is_composite();
            whole && !part && index.is_some() && field.section == index && !field.template.contains('*')
        })
    }
}

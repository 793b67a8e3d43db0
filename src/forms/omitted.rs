//! Sections that may be left out as a whole (`x-omittable`): a father who is not declared has no nationality either. Their
//! defaults are offered on the page and count only beside an answer; and what follows from a patch of answers by itself.

use std::borrow::Cow;

use serde_json::Value;

use super::field::{Field, Widget};
use super::form::Form;
use super::pointer;

impl Form {
    /// The answers with a merge patch over them (RFC 7396), and what follows from it: a section that is begun by it gets
    /// its defaults, and copies of earlier answers go with the answer that brought them (`x-suggest`). What the patch
    /// itself says of a field stands.
    pub fn patched(&self, before: &Value, patch: &Value) -> Value {
        let mut data = before.clone();
        pointer::apply_merge_patch(&mut data, patch);
        for section in self.omittable() {
            if !self.is_omitted(section, before) || self.is_omitted(section, &data) {
                continue;
            }
            for (at, default) in self.defaults(section) {
                if patch.pointer(at).is_none() && data.pointer(at).is_none() {
                    pointer::put(&mut data, at, default.clone());
                }
            }
        }
        self.forget_copies(before, patch, &mut data);
        data
    }

    /// The answers without the sections in which nothing but defaults stands.
    pub(super) fn without_omitted<'d>(&self, data: &'d Value) -> Cow<'d, Value> {
        let mut data = Cow::Borrowed(data);
        for section in self.omittable() {
            if data.pointer(&section.template).is_some() && self.is_omitted(section, &data) {
                pointer::remove(data.to_mut(), &section.template);
            }
        }
        data
    }

    /// The answers as a page shows them: with the defaults of sections that are left out so far.
    pub(super) fn with_offers<'d>(&self, data: &'d Value) -> Cow<'d, Value> {
        let mut data = Cow::Borrowed(data);
        for section in self.omittable() {
            if self.is_omitted(section, &data) {
                for (at, default) in self.defaults(section) {
                    pointer::put(data.to_mut(), at, default.clone());
                }
            }
        }
        data
    }

    fn omittable(&self) -> impl Iterator<Item = &Field> {
        self.fields().all.iter().filter(|field| field.omittable)
    }

    /// Whether nothing stands in a section but its defaults, boxes without a tick, and what is computed.
    fn is_omitted(&self, section: &Field, data: &Value) -> bool {
        let says_nothing = |(key, value): (&String, &Value)| {
            let unticked = |f: &Field| f.widget == Widget::Checkbox && value == &Value::Bool(false);
            let own = |f: &Field| f.compute.is_some() || f.default.as_ref() == Some(value) || unticked(f);
            value.is_null() || self.fields().child(section, key).is_some_and(own)
        };
        match data.pointer(&section.template) {
            None | Some(Value::Null) => true,
            Some(Value::Object(map)) => map.iter().all(says_nothing),
            Some(_) => false,
        }
    }

    fn defaults<'f>(&'f self, section: &'f Field) -> impl Iterator<Item = (&'f str, &'f Value)> {
        self.fields().children(section).filter_map(|field| Some((field.template.as_str(), field.default.as_ref()?)))
    }
}

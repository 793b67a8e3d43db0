//! Moving a draft to another revision of its form by the stable ids of fields.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::field::{Field, Kind};
use super::form::Form;
use super::pointer;

impl Form {
    /// Moves answers given on `old` to this form: values follow their field's stable id wherever it now stands.
    /// Values whose field is gone or has another type are dropped; the new check judges the rest.
    ///
    /// Returns the answers and the keys of the pages of this form that changed: fields added, removed or altered.
    pub fn migrate_from(&self, old: &Self, data: &Value) -> (Value, Vec<String>) {
        let mut out = Value::Object(Map::new());
        let before: HashMap<&str, &Field> = old.fields().all.iter().map(|f| (f.id.as_str(), f)).collect();
        for field in &self.fields().all {
            if field.template.contains('*') || (field.kind == Kind::Object && !field.is_composite()) {
                continue;
            }
            let Some(source) = before.get(field.id.as_str()) else { continue };
            let Some(value) = data.pointer(&source.template) else { continue };
            if let Some(value) = self.moved(old, source, field, value) {
                pointer::put(&mut out, &field.template, value);
            }
        }
        (out, self.changed_sections(old))
    }

    /// A value of an old field as the new field holds it.
    fn moved(&self, old: &Self, source: &Field, target: &Field, value: &Value) -> Option<Value> {
        if source.kind != target.kind {
            return match (source.kind, target.kind, value) {
                (Kind::Integer, Kind::Number, value) => Some(value.clone()),
                (Kind::Integer | Kind::Number, Kind::Text, Value::Number(n)) => Some(n.to_string().into()),
                (Kind::Text, Kind::Choices, Value::String(_)) => Some(Value::Array(vec![value.clone()])),
                _ => None,
            };
        }
        match (target.kind, value) {
            (Kind::List, Value::Array(rows)) => {
                let (old_row, new_row) = (old.fields().row(source)?, self.fields().row(target)?);
                Some(rows.iter().map(|row| self.moved_object(old, old_row, new_row, row)).collect())
            }
            (Kind::Object, value) => Some(self.moved_object(old, source, target, value)),
            // An option that is gone would keep the draft from being saved.
            (Kind::Text, value) => is_option(target, value).then(|| value.clone()),
            (Kind::Choices, Value::Array(items)) => {
                Some(items.iter().filter(|item| is_option(target, item)).cloned().collect())
            }
            _ => Some(value.clone()),
        }
    }

    fn moved_object(&self, old: &Self, source: &Field, target: &Field, value: &Value) -> Value {
        let mut map = Map::new();
        for child in self.fields().children(target) {
            let from = old.fields().children(source).find(|f| f.id == child.id || f.key == child.key);
            if let Some(from) = from
                && let Some(value) = value.get(&from.key)
                && let Some(value) = self.moved(old, from, child, value)
            {
                map.insert(child.key.clone(), value);
            }
        }
        Value::Object(map)
    }

    fn changed_sections(&self, old: &Self) -> Vec<String> {
        let print = |form: &Self| -> HashMap<String, (String, Option<String>)> {
            let key = |f: &Field| f.section.and_then(|i| form.inner().sections.get(i)).map(|s| s.key.clone());
            form.fields().all.iter().skip(1).map(|f| (f.id.clone(), (f.fingerprint.clone(), key(f)))).collect()
        };
        let (before, after) = (print(old), print(self));
        let mut changed: BTreeSet<&str> = BTreeSet::new();
        for (id, (fingerprint, section)) in &after {
            let same = before
                .get(id)
                .is_some_and(|(old_print, old_section)| old_print == fingerprint && old_section == section);
            if let (false, Some(section)) = (same, section) {
                changed.insert(section);
            }
        }
        for (id, (_, section)) in &before {
            if let (false, Some(section)) = (after.contains_key(id), section) {
                changed.insert(section);
            }
        }
        self.sections().map(|(key, _)| key).filter(|key| changed.contains(key)).map(str::to_owned).collect()
    }
}

fn is_option(field: &Field, value: &Value) -> bool {
    field.options.is_empty() || value.as_str().is_some_and(|text| field.options.iter().any(|o| o.value == text))
}

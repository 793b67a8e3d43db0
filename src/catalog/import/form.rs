//! A declaration of the facts as a real e-form: JSON Schema 2020-12 of the data and JSON Forms pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::Digest;

use super::condition::{Condition, scope};
use super::enrichment::{Enrichment, Extra, Insert};
use super::facts::{Field, Section};
use super::field;
use crate::catalog::revision::FormDef;

/// What makes a form out of sections.
pub struct Builder<'a> {
    pub title: &'a str,
    pub extra: &'a Extra,
    pub words: &'a Enrichment,
}

/// Conditions that require fields, in the order they were met.
type Requirements = Vec<(Condition, Vec<String>)>;

impl Builder<'_> {
    /// The form. Errors are told with section and field.
    pub fn build(&self, sections: &[Section]) -> Result<FormDef, String> {
        let sections = self.arranged(sections)?;
        let rules = self.rules(&sections)?;
        let mut requirements = self.requirements();
        let mut properties = Map::new();
        let mut required_sections = Vec::new();
        let mut pages = Vec::new();
        for section in &sections {
            let (schema, needed) = self.section(section, &rules, &mut requirements)?;
            if needed && !rules.contains_key(&section.ma) {
                required_sections.push(section.ma.clone());
            }
            properties.insert(section.ma.clone(), schema);
            pages.push(self.page(section, &rules));
        }
        let mut schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
            "required": required_sections,
        });
        if let Some(en) = self.words.english.get(self.title) {
            schema["x-en"] = json!({ "title": en });
        }
        let conditions = self.conditions(&requirements);
        if !conditions.is_empty() {
            schema["allOf"] = Value::Array(conditions);
        }
        self.adorn(&mut schema)?;
        schema["examples"] = match self.extra.examples.as_slice() {
            [] => json!([super::sample::document(&sections)]),
            given => json!(given),
        };
        Ok(finished(schema, json!({ "type": "Categorization", "elements": pages })))
    }

    /// The sections with what the enrichment puts in, and moved where it says.
    fn arranged(&self, sections: &[Section]) -> Result<Vec<Section>, String> {
        let mut out = sections.to_vec();
        for insert in &self.extra.insert {
            match insert {
                Insert::Field { section, after, field } => {
                    let into = out.iter_mut().find(|s| &s.ma == section).ok_or(format!("không có phần «{section}»"))?;
                    let at = match after {
                        Some(key) => {
                            let found = into.truong.iter().position(|f| &f.ma == key);
                            found.ok_or(format!("không có trường «{section}.{key}»"))? + 1
                        }
                        None => 0,
                    };
                    into.truong.insert(at, (**field).clone());
                }
                Insert::Section { after_section, section } => {
                    let found = out.iter().position(|s| &s.ma == after_section);
                    out.insert(found.ok_or(format!("không có phần «{after_section}»"))? + 1, section.clone());
                }
                Insert::Last { move_section } => {
                    let found = out.iter().position(|s| &s.ma == move_section);
                    let moved = out.remove(found.ok_or(format!("không có phần «{move_section}»"))?);
                    out.push(moved);
                }
            }
        }
        Ok(out)
    }

    /// JSON Forms rules by `section` and `section.field`: the facts' `hien_khi`, then the enrichment's.
    fn rules(&self, sections: &[Section]) -> Result<BTreeMap<String, (&'static str, Condition)>, String> {
        let mut rules = BTreeMap::new();
        for section in sections {
            if let Some(when) = &section.hien_khi
                && let Some(condition) = self.read_when(when, sections, &section.ma)
            {
                rules.insert(section.ma.clone(), ("SHOW", condition));
            }
            for field in &section.truong {
                let name = format!("{}.{}", section.ma, field.ma);
                if let Some(when) = &field.hien_khi
                    && let Some(condition) = self.read_when(when, sections, &section.ma)
                {
                    // A section of a single table is shown or hidden as a whole.
                    let place = if section.truong.len() == 1 { section.ma.clone() } else { name };
                    rules.insert(place, ("SHOW", condition));
                }
            }
        }
        for (place, condition) in &self.extra.show {
            rules.insert(place.clone(), ("SHOW", condition.clone()));
        }
        for (place, condition) in &self.extra.hide {
            rules.insert(place.clone(), ("HIDE", condition.clone()));
        }
        for (place, (_, condition)) in &rules {
            for at in condition.fields() {
                if !exists(sections, at) {
                    return Err(format!("điều kiện của «{place}» nhắc đến trường «{at}» không có"));
                }
            }
        }
        Ok(rules)
    }

    /// `field` or `field=value`, the field in the same section or in the only one that has it.
    /// Free words are left to the enrichment.
    fn read_when(&self, when: &str, sections: &[Section], here: &str) -> Option<Condition> {
        let (key, value) = match when.split_once('=') {
            Some((key, value)) => (key.trim(), Value::String(value.trim().to_owned())),
            None => (when.trim(), Value::Bool(true)),
        };
        let holds = |s: &&Section| s.truong.iter().any(|f| f.ma == key);
        let own = sections.iter().filter(|s| s.ma == here).find(holds);
        let section = own.or_else(|| sections.iter().find(holds))?;
        Some(Condition::equals(format!("{}.{key}", section.ma), value))
    }

    fn requirements(&self) -> Requirements {
        let asked = self.extra.require.iter().map(|r| (r.when.clone(), r.fields.clone()));
        let unless = self.extra.optional.iter().map(|(field, when)| (when.negated(), vec![field.clone()]));
        asked.chain(unless).collect()
    }

    /// A section's schema, and whether it must be there.
    fn section(
        &self,
        section: &Section,
        rules: &BTreeMap<String, (&'static str, Condition)>,
        requirements: &mut Requirements,
    ) -> Result<(Value, bool), String> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in &section.truong {
            let name = format!("{}.{}", section.ma, field.ma);
            let kind = self.extra.kinds.get(&name).unwrap_or(&field.kieu);
            let mut schema = field::property(field, kind, self.words).map_err(|e| format!("{name}: {e}"))?;
            self.compute(section, field, &mut schema);
            properties.insert(field.ma.clone(), Value::Object(schema));
            let shown = rules.get(&name).or_else(|| rules.get(&section.ma));
            match shown {
                _ if !field.bat_buoc || self.extra.optional.contains_key(&name) => {}
                Some((effect, condition)) => {
                    let when = if *effect == "SHOW" { condition.clone() } else { condition.negated() };
                    requirements.push((when, vec![name]));
                }
                None => required.push(field.ma.clone()),
            }
        }
        let needed = !required.is_empty();
        let mut schema = json!({
            "type": "object", "additionalProperties": false, "title": section.ten,
            "properties": properties, "required": required,
        });
        if let Some(en) = self.english(section) {
            schema["x-en"] = json!({ "title": en });
        }
        if let Some(note) = &section.ghi_chu {
            let text = self.words.help(note);
            schema["description"] = Value::String(text.vi);
            if let Some(en) = text.en {
                schema["x-en"]["description"] = Value::String(en);
            }
        }
        Ok((schema, needed))
    }

    fn english(&self, section: &Section) -> Option<String> {
        section.en.clone().or_else(|| self.words.english.get(&section.ten).cloned())
    }

    /// `tinh_tu` and `tu_dien`.
    fn compute(&self, section: &Section, field: &Field, schema: &mut Map<String, Value>) {
        if let Some(from) = &field.tinh_tu {
            let source = section.truong.iter().find(|f| &f.ma == from);
            let function = if source.is_some_and(|f| f.kieu == "tien") { "amount_in_words" } else { "date_in_words" };
            schema.insert("x-compute".into(), json!({ "fn": function, "from": format!("/{}/{from}", section.ma) }));
            schema.insert("readOnly".into(), Value::Bool(true));
        }
        let fact = match field.tu_dien.as_deref() {
            Some("tai_khoan.ho_ten") => Some("account.full_name"),
            Some("tai_khoan.ngay_sinh") => Some("account.date_of_birth"),
            Some("tai_khoan.so_dinh_danh") => Some("account.identity_number"),
            _ => None,
        };
        let name = format!("{}.{}", section.ma, field.ma);
        if let Some(fact) = self.extra.prefill.get(&name).map(String::as_str).or(fact) {
            schema.insert("x-prefill".into(), Value::String(fact.to_owned()));
        }
    }

    /// One page: a category with a control for each field.
    fn page(&self, section: &Section, rules: &BTreeMap<String, (&'static str, Condition)>) -> Value {
        let control = |field: &Field| {
            let name = format!("{}.{}", section.ma, field.ma);
            let mut control = json!({ "type": "Control", "scope": scope(&name) });
            put_rule(&mut control, rules.get(&name));
            control
        };
        let mut page = json!({
            "type": "Category", "label": section.ten, "options": { "key": section.ma },
            "elements": section.truong.iter().map(control).collect::<Vec<_>>(),
        });
        if let Some(en) = self.english(section) {
            page["x-en"] = json!({ "label": en });
        }
        put_rule(&mut page, rules.get(&section.ma));
        page
    }

    /// `if`/`then` for what is required or limited under a condition.
    fn conditions(&self, requirements: &Requirements) -> Vec<Value> {
        let needs = requirements.iter().map(|(when, fields)| {
            let then: Vec<Value> = fields.iter().map(|name| needs(name)).collect();
            json!({ "if": when.schema(), "then": { "allOf": then } })
        });
        let limits = self.extra.limits.iter().map(|limit| {
            let inner = limit.field.rsplit('.').fold(limit.is.clone(), |is, key| json!({ "properties": { key: is } }));
            json!({ "if": limit.when.schema(), "then": inner })
        });
        needs.chain(limits).collect()
    }

    /// Constraints, checks and search marks, put on the fields they name.
    fn adorn(&self, schema: &mut Value) -> Result<(), String> {
        let missing = |name: &str| format!("không có trường «{name}»");
        for (name, keywords) in &self.extra.constraints {
            let at = locate(schema, name).ok_or_else(|| missing(name))?;
            for (keyword, value) in keywords.as_object().into_iter().flatten() {
                at[keyword] = value.clone();
            }
        }
        for check in &self.extra.checks {
            let at = locate(schema, &check.at).ok_or_else(|| missing(&check.at))?;
            match at.get_mut("x-check").and_then(Value::as_array_mut) {
                Some(list) => list.push(check.x.clone()),
                None => at["x-check"] = json!([check.x]),
            }
        }
        for name in &self.extra.searchable {
            locate(schema, name).ok_or_else(|| missing(name))?["x-searchable"] = Value::Bool(true);
        }
        Ok(())
    }
}

/// Whether the sections have `section.field`.
fn exists(sections: &[Section], at: &str) -> bool {
    at.split_once('.').is_some_and(|(section, field)| {
        sections.iter().any(|s| s.ma == section && s.truong.iter().any(|f| f.ma == field))
    })
}

fn put_rule(element: &mut Value, rule: Option<&(&'static str, Condition)>) {
    if let Some((effect, condition)) = rule {
        element["rule"] = json!({ "effect": effect, "condition": condition.rule() });
    }
}

/// The schema that `section.field` is there.
fn needs(name: &str) -> Value {
    match name.split_once('.') {
        Some((section, field)) => {
            json!({ "required": [section], "properties": { section: { "required": [field] } } })
        }
        None => json!({ "required": [name] }),
    }
}

/// The property `section.field`, or the column `section.table.column`.
fn locate<'a>(schema: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    let mut at = schema;
    for (depth, key) in name.split('.').enumerate() {
        let node = if depth == 2 { at.get_mut("items")? } else { at };
        at = node.get_mut("properties")?.get_mut(key)?;
    }
    Some(at)
}

/// The form with its version: the beginning of the hash of schema and pages.
pub fn finished(schema: Value, uischema: Value) -> FormDef {
    let text = format!("{schema}\n{uischema}");
    let digest = data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(text.as_bytes()));
    let version = digest.chars().take(12).collect();
    FormDef { version, schema, uischema }
}

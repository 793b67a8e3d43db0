//! The pages of a form: the JSON Forms UI schema, compiled. Every property has exactly one control.

use std::collections::HashSet;

use serde_json::Value;

use super::field::{Fields, Kind, Text, Widget};
use super::keywords::{self, suits};
use super::load_error::Fault;
use super::pointer;
use super::rules::{Condition, Effect, Rule};

/// A page.
#[derive(Debug)]
pub(super) struct Section {
    /// Fixed name in addresses of pages; the key of the data's section as a rule.
    pub key: String,
    pub label: Text,
    pub help: Text,
    pub rule: Option<Rule>,
    pub elements: Vec<Element>,
    /// Whether it or anything in it has a rule.
    pub has_rules: bool,
}

/// What stands on a page.
#[derive(Debug)]
pub(super) enum Element {
    /// Elements under a heading; without label and help a mere bracket.
    Group { label: Text, help: Text, rule: Option<Rule>, elements: Vec<Element> },
    /// A field; `detail` holds the elements of a row (list) or of its fields (plain object).
    Control { field: usize, rule: Option<Rule>, detail: Vec<Element> },
}

impl Element {
    fn has_rules(&self) -> bool {
        match self {
            Self::Group { rule, elements, .. } => rule.is_some() || elements.iter().any(Self::has_rules),
            Self::Control { rule, detail, .. } => rule.is_some() || detail.iter().any(Self::has_rules),
        }
    }
}

/// Compiles a UI schema.
pub(super) struct Layout<'a> {
    pub fields: &'a mut Fields,
    pub faults: &'a mut Vec<Fault>,
    /// `$defs` of the schema, so that conditions may refer to them.
    pub defs: Option<&'a Value>,
    order: usize,
    section: usize,
    covered: HashSet<usize>,
}

impl<'a> Layout<'a> {
    pub fn new(fields: &'a mut Fields, faults: &'a mut Vec<Fault>, defs: Option<&'a Value>) -> Self {
        Self { fields, faults, defs, order: 0, section: 0, covered: HashSet::new() }
    }

    /// The pages of a UI schema; then checks that every property has its control.
    pub fn sections(mut self, ui: &Value) -> Vec<Section> {
        let mut categories = Vec::new();
        collect_categories(ui, &mut categories, 0);
        if categories.is_empty() {
            categories.push(ui);
        }
        let mut sections: Vec<Section> = Vec::new();
        for category in categories {
            self.section = sections.len();
            let place = format!("uischema section {}", self.section + 1);
            let elements = self.elements(category, "", &place, 0);
            let key = category
                .pointer("/options/key")
                .and_then(Value::as_str)
                .map(str::to_owned)
                .or_else(|| self.first_key(&elements))
                .unwrap_or_else(|| format!("section{}", self.section + 1));
            if sections.iter().any(|s| s.key == key) {
                self.faults.push(Fault::DuplicateSection { key: key.clone() });
            }
            let of_schema = self.fields.at(&format!("/{key}"));
            let mut label = label(category, "label");
            if label.vi.is_empty() {
                label = of_schema.map(|f| f.label.clone()).unwrap_or_default();
            } else if label.en.is_none() {
                label.en = of_schema.filter(|f| f.label.vi == label.vi).and_then(|f| f.label.en.clone());
            }
            let help = of_schema.map(|f| f.help.clone()).unwrap_or_default();
            let rule = self.rule(category, "", &place);
            let has_rules = rule.is_some() || elements.iter().any(Element::has_rules);
            sections.push(Section { key, label, help, rule, elements, has_rules });
        }
        self.check_coverage();
        self.place_groups();
        sections
    }

    /// A plain object stands where its first field stands, so that faults of the whole have a place.
    fn place_groups(&mut self) {
        for i in (1..self.fields.all.len()).rev() {
            let Some((parent, order, section)) = self.fields.get(i).and_then(|f| Some((f.parent?, f.order, f.section)))
            else {
                continue;
            };
            if let Some(parent) = self.fields.all.get_mut(parent).filter(|p| p.parent.is_some() && order < p.order) {
                parent.order = order;
                parent.section = parent.section.or(section);
            }
        }
    }

    fn first_key(&self, elements: &[Element]) -> Option<String> {
        elements.iter().find_map(|element| match element {
            Element::Group { elements, .. } => self.first_key(elements),
            Element::Control { field, .. } => self.fields.get(*field).and_then(|f| pointer::steps(&f.template).next()),
        })
    }

    fn elements(&mut self, parent: &Value, row: &str, place: &str, depth: usize) -> Vec<Element> {
        if depth > 12 {
            self.faults.push(Fault::Shape { at: place.to_owned(), what: "is nested too deeply".to_owned() });
            return Vec::new();
        }
        let Some(children) = parent.get("elements").and_then(Value::as_array) else { return Vec::new() };
        let mut out = Vec::with_capacity(children.len());
        for (i, child) in children.iter().enumerate() {
            let here = format!("{place} / {}", i + 1);
            match child.get("type").and_then(Value::as_str) {
                Some("Control") => out.extend(self.control(child, row, &here, depth)),
                Some("Group" | "VerticalLayout" | "HorizontalLayout") => out.push(Element::Group {
                    label: label(child, "label"),
                    help: label(child, "description"),
                    rule: self.rule(child, row, &here),
                    elements: self.elements(child, row, &here, depth + 1),
                }),
                Some("Label") => out.push(Element::Group {
                    label: Text::default(),
                    help: label(child, "text"),
                    rule: self.rule(child, row, &here),
                    elements: Vec::new(),
                }),
                other => self.faults.push(Fault::Shape {
                    at: here,
                    what: format!("unknown element type {:?}", other.unwrap_or("(none)")),
                }),
            }
        }
        out
    }

    fn control(&mut self, ui: &Value, row: &str, place: &str, depth: usize) -> Option<Element> {
        let scope = ui.get("scope").and_then(Value::as_str).unwrap_or("");
        let index = resolve_scope(scope, row).and_then(|t| self.fields.by_template.get(&t).copied()).filter(|&i| i > 0);
        let Some(index) = index else {
            self.faults.push(Fault::BadScope { element: place.to_owned(), scope: scope.to_owned() });
            return None;
        };
        if !self.covered.insert(index) {
            let pointer = self.fields.get(index).map(|f| f.template.clone()).unwrap_or_default();
            self.faults.push(Fault::ControlTwice { pointer });
            return None;
        }
        let rule = self.rule(ui, row, place);
        self.place_field(index);
        self.control_options(index, ui, place);
        let detail = self.detail(index, ui, place, depth);
        Some(Element::Control { field: index, rule, detail })
    }

    fn place_field(&mut self, index: usize) {
        let (order, section) = (self.order, self.section);
        self.order += 1;
        if let Some(field) = self.fields.all.get_mut(index) {
            field.order = order;
            field.section = Some(section);
        }
    }

    /// `options` and `label` of a control change how its field is shown.
    fn control_options(&mut self, index: usize, ui: &Value, place: &str) {
        let own_label = label(ui, "label");
        let options = ui.get("options");
        let get = |key: &str| options.and_then(|o| o.get(key));
        let Some(field) = self.fields.all.get_mut(index) else { return };
        if !own_label.vi.is_empty() {
            field.label = own_label;
        }
        if get("readonly").and_then(Value::as_bool) == Some(true) {
            field.read_only = true;
        }
        let asked = if get("multi").and_then(Value::as_bool) == Some(true) {
            Some(Widget::Textarea)
        } else if get("format").and_then(Value::as_str) == Some("radio") {
            Some(Widget::Radio)
        } else {
            None
        };
        match asked {
            Some(widget) if suits(widget, field) => {
                if widget == Widget::Textarea && field.max_length == super::limits::TEXT {
                    field.max_length = super::limits::TEXTAREA;
                }
                field.widget = widget;
            }
            Some(widget) => self.faults.push(Fault::UnknownWidget {
                pointer: format!("{place}: {}", field.template),
                widget: widget.as_str().to_owned(),
            }),
            None => {}
        }
    }

    fn detail(&mut self, index: usize, ui: &Value, place: &str, depth: usize) -> Vec<Element> {
        let Some(field) = self.fields.get(index) else { return Vec::new() };
        let (kind, composite, template) = (field.kind, field.is_composite(), field.template.clone());
        let base = match kind {
            Kind::List => format!("{template}/*"),
            Kind::Object => template,
            _ => return Vec::new(),
        };
        let asked = ui.pointer("/options/detail").filter(|d| d.get("elements").is_some());
        if let (Some(detail), Kind::List) = (asked, kind) {
            return self.elements(detail, &base, &format!("{place} detail"), depth + 1);
        }
        let children = self.fields.at(&base).map(|f| f.children.clone()).unwrap_or_default();
        let mut out = Vec::with_capacity(children.len());
        for child in children {
            if self.fields.get(child).is_some_and(|f| f.widget == Widget::Hidden) || !self.covered.insert(child) {
                continue;
            }
            self.place_field(child);
            if !composite {
                let detail = self.detail(child, &Value::Null, place, depth + 1);
                out.push(Element::Control { field: child, rule: None, detail });
            }
        }
        out
    }

    fn check_coverage(&mut self) {
        for (i, field) in self.fields.all.iter().enumerate().skip(1) {
            let plain_object = field.kind == Kind::Object && !field.is_composite();
            if !plain_object && field.widget != Widget::Hidden && !self.covered.contains(&i) {
                self.faults.push(Fault::NoControl { pointer: field.template.clone() });
            }
        }
    }

    fn rule(&mut self, ui: &Value, row: &str, place: &str) -> Option<Rule> {
        let rule = ui.get("rule")?;
        let bad = |what: &str| Fault::BadRule { element: place.to_owned(), what: what.to_owned() };
        let effect = match rule.get("effect").and_then(Value::as_str) {
            Some("SHOW") => Effect::Show,
            Some("HIDE") => Effect::Hide,
            Some("ENABLE") => Effect::Enable,
            Some("DISABLE") => Effect::Disable,
            _ => {
                self.faults.push(bad("effect must be SHOW, HIDE, ENABLE or DISABLE"));
                return None;
            }
        };
        match self.condition(rule.get("condition").unwrap_or(&Value::Null), row, 0) {
            Ok(condition) => Some(Rule { effect, condition }),
            Err(what) => {
                self.faults.push(bad(&what));
                None
            }
        }
    }

    fn condition(&self, value: &Value, row: &str, depth: usize) -> Result<Condition, String> {
        if depth > 8 {
            return Err("conditions are nested too deeply".to_owned());
        }
        let list = || -> Result<Vec<Condition>, String> {
            let all = value.get("conditions").and_then(Value::as_array).ok_or("AND and OR need \"conditions\"")?;
            all.iter().map(|c| self.condition(c, row, depth + 1)).collect()
        };
        match value.get("type").and_then(Value::as_str) {
            Some("AND") => return Ok(Condition::All(list()?)),
            Some("OR") => return Ok(Condition::Any(list()?)),
            Some("LEAF") | None => {}
            Some(other) => return Err(format!("unknown condition type {other:?}")),
        }
        let scope = value.get("scope").and_then(Value::as_str).ok_or("condition without scope")?;
        // Inside a row a scope means the row first, then all answers.
        let exists = |t: &String| self.fields.by_template.contains_key(t);
        let beside = resolve_scope(scope, row).filter(exists);
        let template = beside
            .or_else(|| resolve_scope(scope, "").filter(exists))
            .ok_or(format!("scope {scope:?} leads to no property"))?;
        let schema = match (value.get("schema"), value.get("expectedValue")) {
            (Some(schema), _) => schema.clone(),
            (None, Some(expected)) => serde_json::json!({ "const": expected }),
            (None, None) => return Err("condition without schema".to_owned()),
        };
        let validator =
            super::load::validator(&schema, self.defs).map_err(|e| format!("schema of the condition: {e}"))?;
        Ok(Condition::Schema {
            template,
            validator: Box::new(validator),
            fail_when_undefined: value.get("failWhenUndefined").and_then(Value::as_bool).unwrap_or(false),
            schema,
        })
    }
}

fn collect_categories<'v>(ui: &'v Value, out: &mut Vec<&'v Value>, depth: usize) {
    match ui.get("type").and_then(Value::as_str) {
        Some("Category") => out.push(ui),
        Some("Categorization") if depth < 4 => {
            for child in ui.get("elements").and_then(Value::as_array).into_iter().flatten() {
                collect_categories(child, out, depth + 1);
            }
        }
        _ => {}
    }
}

/// A text of the UI schema, English in its `x-en`. `false` (no label) reads as empty.
fn label(ui: &Value, key: &str) -> Text {
    keywords::text(ui.get(key).and_then(Value::as_str).map(str::to_owned), ui.get("x-en"), key)
}

/// `#/properties/a/properties/b` as a template, relative to `base`.
fn resolve_scope(scope: &str, base: &str) -> Option<String> {
    let mut template = base.to_owned();
    let mut steps = scope.strip_prefix('#')?.split('/').skip(1);
    while let Some(word) = steps.next() {
        match word {
            "properties" => template = pointer::join(&template, steps.next()?),
            "items" => template.push_str("/*"),
            _ => return None,
        }
    }
    Some(template)
}

//! Rules of the UI schema: when an element is hidden or disabled. A condition is a JSON Schema against a scope.

use std::collections::HashSet;

use serde_json::Value;

use super::field::{Fields, Kind};
use super::layout::{Element, Section};
use super::pointer;

/// What a rule does while its condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Show,
    Hide,
    Enable,
    Disable,
}

/// A compiled rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub effect: Effect,
    pub condition: Condition,
}

/// A compiled condition.
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Schema {
        /// Template of the field that is looked at, or "" for all answers.
        template: String,
        validator: Box<jsonschema::Validator>,
        fail_when_undefined: bool,
        schema: Value,
    },
}

impl Condition {
    /// Whether the condition holds. `row` is the concrete pointer of the row that the rule stands in.
    /// An absent value is taken as null, which decides as JSON Forms decides on `undefined`.
    pub fn holds(&self, data: &Value, row: &str) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|c| c.holds(data, row)),
            Self::Any(conditions) => conditions.iter().any(|c| c.holds(data, row)),
            Self::Schema { template, validator, fail_when_undefined, .. } => {
                match data.pointer(&concrete(template, row)) {
                    Some(value) => validator.is_valid(value),
                    None => !fail_when_undefined && validator.is_valid(&Value::Null),
                }
            }
        }
    }
}

/// A template with the row numbers of `row` put in for its stars.
pub(super) fn concrete(template: &str, row: &str) -> String {
    if !template.contains('*') {
        return template.to_owned();
    }
    let mut rows = row.split('/').filter(|step| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit()));
    let steps: Vec<&str> = template.split('/').map(|s| if s == "*" { rows.next().unwrap_or("*") } else { s }).collect();
    steps.join("/")
}

impl Rule {
    /// Whether the element is shown.
    pub fn shows(&self, data: &Value, row: &str) -> bool {
        match self.effect {
            Effect::Show => self.condition.holds(data, row),
            Effect::Hide => !self.condition.holds(data, row),
            Effect::Enable | Effect::Disable => true,
        }
    }

    /// Whether the element can be filled in.
    pub fn enables(&self, data: &Value, row: &str) -> bool {
        match self.effect {
            Effect::Enable => self.condition.holds(data, row),
            Effect::Disable => !self.condition.holds(data, row),
            Effect::Show | Effect::Hide => true,
        }
    }
}

/// Which fields are hidden or disabled with given answers, by concrete pointers.
#[derive(Debug, Default)]
pub(super) struct Visibility {
    hidden: HashSet<String>,
    disabled: HashSet<String>,
}

impl Visibility {
    /// Evaluates all rules.
    pub fn of(sections: &[Section], fields: &Fields, data: &Value) -> Self {
        let mut walk = Walk { fields, data, out: Self::default() };
        for section in sections.iter().filter(|s| s.has_rules) {
            let state = State { shown: true, enabled: true }.under(section.rule.as_ref(), data, "");
            walk.elements(&section.elements, state, "");
        }
        walk.out
    }

    /// Whether the field at a pointer, or what holds it, is hidden.
    pub fn is_hidden(&self, pointer: &str) -> bool {
        covers(&self.hidden, pointer)
    }

    /// Whether the field at a pointer, or what holds it, is disabled.
    pub fn is_disabled(&self, pointer: &str) -> bool {
        covers(&self.disabled, pointer)
    }

    /// The pointers of hidden fields.
    pub fn hidden(&self) -> &HashSet<String> {
        &self.hidden
    }
}

fn covers(set: &HashSet<String>, pointer: &str) -> bool {
    if set.is_empty() {
        return false;
    }
    let mut at = pointer;
    loop {
        if set.contains(at) {
            return true;
        }
        if at.is_empty() {
            return false;
        }
        at = pointer::parent(at);
    }
}

#[derive(Clone, Copy)]
struct State {
    shown: bool,
    enabled: bool,
}

impl State {
    fn under(self, rule: Option<&Rule>, data: &Value, row: &str) -> Self {
        let Some(rule) = rule else { return self };
        Self { shown: self.shown && rule.shows(data, row), enabled: self.enabled && rule.enables(data, row) }
    }
}

struct Walk<'a> {
    fields: &'a Fields,
    data: &'a Value,
    out: Visibility,
}

impl Walk<'_> {
    fn elements(&mut self, elements: &[Element], state: State, row: &str) {
        for element in elements {
            match element {
                Element::Group { elements, rule, .. } => {
                    self.elements(elements, state.under(rule.as_ref(), self.data, row), row);
                }
                Element::Control { field, rule, detail } => {
                    self.control(*field, detail, state.under(rule.as_ref(), self.data, row), row);
                }
            }
        }
    }

    fn control(&mut self, field: usize, detail: &[Element], state: State, row: &str) {
        let Some(field) = self.fields.get(field) else { return };
        let pointer = concrete(&field.template, row);
        if !state.enabled {
            self.out.disabled.insert(pointer.clone());
        }
        if !state.shown {
            self.out.hidden.insert(pointer);
            return;
        }
        if field.kind == Kind::List && !detail.is_empty() {
            let rows = self.data.pointer(&pointer).and_then(Value::as_array).map_or(0, Vec::len);
            for i in 0..rows {
                self.elements(detail, state, &format!("{pointer}/{i}"));
            }
        } else if !detail.is_empty() {
            self.elements(detail, state, row);
        }
    }
}

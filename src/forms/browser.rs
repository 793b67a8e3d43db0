//! Rules as data for the browser, which shows and hides at once what the server will decide again.
//!
//! A page knows its own answers only (`section`; a page that shows the whole form, `None`, knows all): what a rule asks about other pages, or about computed fields, is decided here and
//! put in as a constant.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::compute::Compute;
use super::field::{Field, Kind, Widget};
use super::form::Form;
use super::layout::Element;
use super::pointer;
use super::rules::{Condition, Effect, Rule, concrete};

/// A rule as JSON text: `{"effect", "condition"}` with the condition `{"all": [..]}`, `{"any": [..]}` or
/// `{"name": "section.field", "schema": {..}, "failWhenUndefined"}`. `show` picks showing rules, else enabling ones.
/// Nothing where the page's own answers cannot change it. `at`: all answers, and the row that the rule stands in.
pub(super) fn when(form: &Form, section: Option<usize>, rule: &Rule, at: (&Value, &str), show: bool) -> Option<String> {
    let effect = match (rule.effect, show) {
        (Effect::Show, true) => "SHOW",
        (Effect::Hide, true) => "HIDE",
        (Effect::Enable, false) => "ENABLE",
        (Effect::Disable, false) => "DISABLE",
        _ => return None,
    };
    if !templates(&rule.condition).iter().any(|t| is_on_page(form, section, t)) {
        return None;
    }
    let condition = for_browser(form, section, &rule.condition, at);
    Some(json!({"effect": effect, "condition": condition}).to_string())
}

fn for_browser(form: &Form, section: Option<usize>, condition: &Condition, at: (&Value, &str)) -> Value {
    let list = |all: &[Condition]| all.iter().map(|c| for_browser(form, section, c, at)).collect::<Vec<_>>();
    match condition {
        Condition::All(conditions) => json!({"all": list(conditions)}),
        Condition::Any(conditions) => json!({"any": list(conditions)}),
        Condition::Schema { template, schema, fail_when_undefined, .. } if is_on_page(form, section, template) => {
            json!({
                "name": pointer::name(&concrete(template, at.1)),
                "schema": schema,
                "failWhenUndefined": fail_when_undefined,
            })
        }
        // Nothing of nothing holds, and everything of nothing.
        decided if decided.holds(at.0, at.1) => json!({"all": []}),
        _ => json!({"any": []}),
    }
}

/// Whether a field is an input of the drawn page.
fn is_on_page(form: &Form, section: Option<usize>, template: &str) -> bool {
    form.fields().at(template).is_some_and(|f| {
        let is_input =
            !matches!(f.kind, Kind::Object | Kind::List) && f.widget != Widget::Hidden && f.compute.is_none();
        (section.is_none() || f.section == section) && is_input
    })
}

/// Templates of the fields of a page that rules of the same page look at, themselves or through computed fields.
pub(super) fn deciding(form: &Form, section: Option<usize>) -> HashSet<String> {
    let mut seen = Vec::new();
    let drawn = |i: usize| section.is_none_or(|s| s == i);
    for (_, page) in form.inner().sections.iter().enumerate().filter(|(i, _)| drawn(*i)) {
        collect(&page.elements, &mut seen);
        if section.is_none() {
            seen.extend(page.rule.iter().flat_map(|rule| templates(&rule.condition)));
        }
    }
    if section.is_none() {
        // What is suggested for one part by the answer in another is drawn by the same button.
        let of = |field: &Field| field.suggest.as_ref().map(|s| pointer::refer(&field.template, &s.on));
        seen.extend(form.fields().all.iter().filter_map(of));
    }
    let mut out = HashSet::new();
    for template in seen {
        let computed = form.fields().at(&template).filter(|f| f.compute.is_some());
        match computed {
            Some(field) => out.extend(sources(field)),
            None => {
                out.insert(template);
            }
        }
    }
    out.retain(|template| is_on_page(form, section, template));
    out
}

fn sources(field: &Field) -> Vec<String> {
    let references = field.compute.iter().flat_map(Compute::references);
    references.map(|to| pointer::refer(&field.template, to)).collect()
}

fn collect(elements: &[Element], out: &mut Vec<String>) {
    for element in elements {
        let (rule, below) = match element {
            Element::Group { rule, elements, .. } => (rule, elements),
            Element::Control { rule, detail, .. } => (rule, detail),
        };
        out.extend(rule.iter().flat_map(|rule| templates(&rule.condition)));
        collect(below, out);
    }
}

/// Templates that a condition looks at.
fn templates(condition: &Condition) -> Vec<String> {
    match condition {
        Condition::All(list) | Condition::Any(list) => list.iter().flat_map(templates).collect(),
        Condition::Schema { template, .. } => vec![template.clone()],
    }
}

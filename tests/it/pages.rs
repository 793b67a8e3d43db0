//! The shipped e-forms go through the page of a section: empty, filled, and with every fault.

use jiff::civil::date;
use motcua::catalog;
use motcua::forms::{CheckMode, Ctx, FieldError, Form, ViewInput};
use motcua::kernel::Lang;
use motcua::templating::pages::filing::SectionPage;
use motcua::templating::pages::parts::{FormError, Link};
use motcua::templating::{Shell, Templates};
use serde_json::{Value, json};

fn templates() -> &'static Templates {
    static TEMPLATES: std::sync::OnceLock<Templates> = std::sync::OnceLock::new();
    TEMPLATES.get_or_init(|| Templates::embedded(true).unwrap())
}

/// Every page of a form as HTML, with the faults that belong to it: (page's key, html, faults).
fn pages(form: &Form, data: &Value, errors: &[FieldError], lang: Lang) -> Vec<(String, String, Vec<FieldError>)> {
    let templates = templates();
    let ctx = Ctx::any_units(date(2026, 11, 21));
    let view = form.view(&ViewInput { data, errors, lang, ctx, sources: None, section: None });
    let shell = Shell::samples(lang).remove(1);
    let sections = view.sections.iter().enumerate();
    sections
        .map(|(i, section)| {
            let prefix = format!("/{}/", section.key);
            let mine: Vec<FieldError> = errors.iter().filter(|e| e.pointer.starts_with(&prefix)).cloned().collect();
            let page = SectionPage {
                procedure: "Thủ tục".into(),
                back: "/ho-so/1".into(),
                action: "/ho-so/1/to-khai".into(),
                autosave: "/ho-so/1/to-khai".into(),
                version: 1,
                seen: String::new(),
                number: i + 1,
                of: view.sections.len(),
                title: section.title.clone(),
                form: serde_json::to_value(section).unwrap(),
                errors: mine.iter().map(|e| FormError::at(&id_of(&e.pointer), e.message(lang))).collect(),
                saved_at: None,
                prev: Some(Link::new("Phần trước", "/ho-so/1")),
            };
            let html = templates.render(&page, &shell).unwrap_or_else(|e| panic!("{}: {e}", section.key));
            (section.key.clone(), html, mine)
        })
        .collect()
}

fn id_of(pointer: &str) -> String {
    format!("f{}", pointer.replace('/', "-"))
}

fn forms() -> Vec<(String, Form)> {
    let mut forms = Vec::new();
    for import in catalog::shipped().unwrap() {
        for case in &import.revision.cases {
            if let Some(form) = &case.form {
                forms.push((import.revision.code.clone(), catalog::check::compile(form).unwrap()));
            }
        }
    }
    assert!(forms.len() >= 15, "{} forms", forms.len());
    forms
}

#[test]
fn every_shipped_form_renders_empty_and_filled_in_both_languages() {
    for (code, form) in forms() {
        for lang in [Lang::Vi, Lang::En] {
            for data in form.examples().iter().chain([&json!({})]) {
                for (key, html, _) in pages(&form, data, &[], lang) {
                    assert!(html.contains("<h1"), "{code} {key}");
                    let inputs = ["<input", "<select", "<textarea", "<output"];
                    assert!(inputs.iter().any(|tag| html.contains(tag)), "{code} {key} asks nothing");
                }
            }
        }
    }
}

#[test]
fn the_summary_of_errors_leads_to_the_fields() {
    let ctx = Ctx::any_units(date(2026, 11, 21));
    let mut faults = 0;
    for (code, form) in forms() {
        let Err(errors) = form.check(&json!({}), CheckMode::Complete, &ctx) else { continue };
        for (key, html, mine) in pages(&form, &json!({}), &errors, Lang::Vi) {
            for error in mine {
                let id = id_of(&error.pointer);
                assert!(html.contains(&format!(" id=\"{id}\"")), "{code} {key}: nothing has the id {id}");
                assert!(html.contains(&format!("href=\"#{id}\"")), "{code} {key}: the summary does not name {id}");
                faults += 1;
            }
        }
    }
    assert!(faults > 100, "only {faults} faults in all empty forms");
}

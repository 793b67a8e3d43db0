//! Makes the view model of pages from a form, answers and faults.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::cross::province_beside;
use super::error::FieldError;
use super::field::{Field, Format, Kind, Text, Widget};
use super::form::Form;
use super::layout::Element;
use super::prefill::Fact;
use super::rules::{Rule, Visibility, concrete};
use super::view::{CardView, FieldView, FormView, GroupView, OptionView, SectionView, ViewInput, row_name};
use super::{browser, display, lists, pointer, post};
use crate::kernel::Lang;

/// The id of the input at a pointer.
pub(super) fn id_of(pointer: &str) -> String {
    format!("f{}", pointer.replace('/', "-"))
}

impl Form {
    /// The view model of the form, or of one page, with values and faults.
    pub fn view(&self, input: &ViewInput<'_>) -> FormView {
        let offered = self.with_offers(input.data);
        let input = &ViewInput { data: &offered, ..*input };
        let mut errors: HashMap<&str, &FieldError> = HashMap::new();
        for error in input.errors {
            errors.entry(error.pointer.as_str()).or_insert(error);
        }
        let mut view = Viewer {
            form: self,
            section: input.section.and_then(|key| self.section_index(key)),
            input,
            errors,
            visibility: self.visibility(input.data),
            required: self.conditionally_required(input.data),
            deciding: HashSet::new(),
        };
        view.deciding = browser::deciding(self, view.section);
        let wanted = |key: &str| input.section.is_none_or(|section| section == key);
        let sections = self.inner().sections.iter().enumerate().filter(|(_, s)| wanted(&s.key));
        FormView {
            version: self.version().to_owned(),
            sections: sections
                .map(|(i, section)| SectionView {
                    key: section.key.clone(),
                    title: section.label.get(input.lang).to_owned(),
                    description: some(section.help.get(input.lang)),
                    visible: section.rule.as_ref().is_none_or(|rule| rule.shows(input.data, "")),
                    show_when: view.when(section.rule.as_ref(), "", true),
                    groups: view.groups(&section.elements, ""),
                    error_count: input
                        .errors
                        .iter()
                        .filter(|e| self.fields().locate(&e.pointer).is_some_and(|f| f.section == Some(i)))
                        .count(),
                })
                .collect(),
        }
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

struct Viewer<'a> {
    form: &'a Form,
    /// Index of the page that is drawn; `None` where all are drawn together.
    section: Option<usize>,
    input: &'a ViewInput<'a>,
    errors: HashMap<&'a str, &'a FieldError>,
    visibility: Visibility,
    required: HashSet<String>,
    deciding: HashSet<String>,
}

impl Viewer<'_> {
    fn when(&self, rule: Option<&Rule>, row: &str, show: bool) -> Option<String> {
        browser::when(self.form, self.section, rule?, (self.input.data, row), show)
    }

    fn lang(&self) -> Lang {
        self.input.lang
    }

    /// Elements as groups: free fields gather in groups without a heading.
    fn groups(&self, elements: &[Element], row: &str) -> Vec<GroupView> {
        let mut out: Vec<GroupView> = Vec::new();
        let mut free = false;
        for element in elements {
            match element {
                Element::Control { field, rule, detail } => {
                    let Some(field) = self.form.fields().get(*field) else { continue };
                    if field.kind == Kind::Object && !field.is_composite() {
                        out.extend(self.heading(&field.label, &field.help, rule.as_ref(), detail, row));
                        free = false;
                        continue;
                    }
                    if !free {
                        out.push(GroupView {
                            title: None,
                            description: None,
                            visible: true,
                            show_when: None,
                            fields: Vec::new(),
                        });
                        free = true;
                    }
                    let view = self.control(field, rule.as_ref(), detail, row);
                    if let Some(group) = out.last_mut() {
                        group.fields.push(view);
                    }
                }
                Element::Group { label, help, rule, elements } => {
                    out.extend(self.heading(label, help, rule.as_ref(), elements, row));
                    free = false;
                }
            }
        }
        out
    }

    fn heading(
        &self,
        label: &Text,
        help: &Text,
        rule: Option<&Rule>,
        elements: &[Element],
        row: &str,
    ) -> Vec<GroupView> {
        let mut inner = self.groups(elements, row);
        let visible = rule.is_none_or(|rule| rule.shows(self.input.data, row));
        let show_when = self.when(rule, row, true);
        for group in &mut inner {
            group.visible = group.visible && visible;
            group.show_when = group.show_when.take().or_else(|| show_when.clone());
        }
        match inner.first_mut().filter(|first| first.title.is_none() && first.description.is_none()) {
            Some(first) => {
                first.title = some(label.get(self.lang()));
                first.description = some(help.get(self.lang()));
            }
            None if !label.vi.is_empty() || !help.vi.is_empty() => {
                let (title, description) = (some(label.get(self.lang())), some(help.get(self.lang())));
                inner.insert(0, GroupView { title, description, visible, show_when, fields: Vec::new() });
            }
            None => {}
        }
        inner
    }

    fn control(&self, field: &Field, rule: Option<&Rule>, detail: &[Element], row: &str) -> FieldView {
        let at = concrete(&field.template, row);
        let mut view = self.field(field, &at);
        view.show_when = self.when(rule, row, true);
        view.enable_when = self.when(rule, row, false);
        if field.kind == Kind::List {
            self.cards(field, detail, &at, &mut view);
        }
        view
    }

    fn cards(&self, field: &Field, detail: &[Element], at: &str, view: &mut FieldView) {
        let rows = self.input.data.pointer(at).and_then(Value::as_array).map_or(0, Vec::len);
        let shown = rows.max(field.min_items.min(1));
        let name = pointer::name(at);
        view.cards = (0..shown)
            .map(|i| {
                let groups = self.groups(detail, &format!("{at}/{i}"));
                CardView {
                    index: i,
                    title: format!("{} {}", row_name(field.label.get(self.lang())), i + 1),
                    marker: format!("{name}.{i}.{}", post::ROW_MARK),
                    remove: (rows > field.min_items).then(|| format!("{name}.{i}")),
                    move_up: (i > 0).then(|| format!("{name}.{i}.up")),
                    move_down: (i + 1 < rows).then(|| format!("{name}.{i}.down")),
                    fields: groups.iter().flat_map(|g| g.fields.iter().cloned()).collect(),
                    groups,
                }
            })
            .collect();
        view.add = (rows < field.max_items && !view.readonly).then_some(name);
    }

    fn field(&self, field: &Field, at: &str) -> FieldView {
        let value = self.input.data.pointer(at);
        let lang = self.lang();
        let hidden = self.visibility.is_hidden(at);
        let parts = self.parts(field, at);
        // What is required inside an address is required once the address is begun or is required itself.
        let parent = field.parent.and_then(|i| self.form.fields().get(i));
        let parent_optional = parent.is_some_and(|p| {
            p.is_composite()
                && !p.required
                && !self.required.contains(pointer::parent(at))
                && self.input.data.pointer(pointer::parent(at)).is_none()
        });
        let untouched = |section: &str| self.form.is_untouched(section, self.input.data);
        let suggest = field.suggest.as_ref().filter(|_| self.input.section.is_none());
        let excused = self.input.ctx.contact_optional && field.is_contact();
        let view = FieldView {
            name: pointer::name(at),
            id: id_of(at),
            pointer: at.to_owned(),
            label: field.label.get(lang).to_owned(),
            help: some(field.help.get(lang)),
            widget: if field.compute.is_some() { Widget::Computed } else { field.widget },
            value: input_value(field, value, &parts),
            values: value.and_then(Value::as_array).map(|v| strings(v)).unwrap_or_default(),
            text: value.map_or_else(String::new, |v| display::text(self.form, field, v, lang, &self.input.ctx)),
            options: self.options(field, value, at),
            list: field.list.clone(),
            checked: value == Some(&Value::Bool(true)),
            required: !hidden && !parent_optional && !excused && (field.required || self.required.contains(at)),
            may_be_required: !excused && (field.required || field.sometimes_required),
            error: self.errors.get(at).map(|e| e.message(lang)),
            errors: parts.iter().filter_map(|p| Some((key_of(p).to_owned(), p.error.clone()?))).collect(),
            visible: !hidden,
            readonly: field.read_only || field.compute.is_some() || self.visibility.is_disabled(at),
            show_when: None,
            enable_when: None,
            suggest: suggest
                .filter(|_| untouched(section_of(at)))
                .map(|suggest| suggest.for_browser(at, self.form.known_birth(field, self.input.ctx.born))),
            decides: self.deciding.contains(&field.template),
            autocomplete: autocomplete(field),
            inputmode: inputmode(field),
            placeholder: placeholder(field),
            min: field.minimum,
            max: field.maximum,
            maxlength: maxlength(field),
            source: self.input.sources.and_then(|s| s.get(at)).and_then(|source| source.text(lang)),
            communes: parts.iter().find(|p| key_of(p) == "commune").map(|p| p.options.clone()).unwrap_or_default(),
            parts,
            cards: Vec::new(),
            add: None,
            min_items: field.min_items,
            max_items: field.max_items,
        };
        let stands_alone = field.widget == Widget::Commune && !parent.is_some_and(Field::is_composite);
        if stands_alone && field.compute.is_none() { self.as_pair(view) } else { view }
    }

    fn parts(&self, field: &Field, at: &str) -> Vec<FieldView> {
        if !field.is_composite() {
            return Vec::new();
        }
        self.form.fields().children(field).map(|c| self.field(c, &pointer::join(at, &c.key))).collect()
    }

    /// A commune alone is asked for like an address: a province first, then its communes.
    fn as_pair(&self, mut view: FieldView) -> FieldView {
        let (lang, ctx) = (self.lang(), &self.input.ctx);
        let text = view.value.as_str().unwrap_or_default().to_owned();
        let province = lists::province_of(ctx.lists, &text);
        let commune = text.rsplit(':').next().filter(|c| lists::contains(ctx.lists, lists::COMMUNES, c));
        let part = |key: &str, widget: Widget, list: &str, chosen: Option<&str>, from: Vec<lists::Choice>| FieldView {
            name: format!("{}.{key}", view.name),
            id: format!("{}-{key}", view.id),
            pointer: format!("{}/{key}", view.pointer),
            widget,
            list: Some(list.to_owned()),
            value: chosen.map_or(Value::Null, Value::from),
            options: options_of(from, chosen),
            help: None,
            error: None,
            source: None,
            ..view.clone()
        };
        let provinces = lists::options(ctx.lists, lists::PROVINCES, None, lang);
        let communes = match &province {
            Some(province) => lists::options(ctx.lists, lists::COMMUNES, Some(province), lang),
            None => self.candidates(lists::COMMUNES, Some(&view.value)),
        };
        let parts = vec![
            part("province", Widget::Province, lists::PROVINCES, province.as_deref(), provinces),
            part("commune", Widget::Commune, lists::COMMUNES, commune, communes),
        ];
        view.value =
            parts.iter().map(|p| (key_of(p).to_owned(), p.value.clone())).collect::<serde_json::Map<_, _>>().into();
        view.communes = parts.last().map(|p| p.options.clone()).unwrap_or_default();
        view.options = Vec::new();
        view.widget = Widget::Address;
        view.parts = parts;
        view
    }

    fn options(&self, field: &Field, value: Option<&Value>, at: &str) -> Vec<OptionView> {
        let lang = self.lang();
        let selected = |code: &str| match value {
            Some(Value::String(text)) => text == code,
            Some(Value::Array(items)) => items.iter().any(|item| item.as_str() == Some(code)),
            _ => false,
        };
        let option =
            |value: &str, label: String| OptionView { selected: selected(value), value: value.to_owned(), label };
        if field.widget == Widget::YesNo {
            let words = if lang == Lang::Vi { ["Có", "Không"] } else { ["Yes", "No"] };
            return [true, false]
                .into_iter()
                .zip(words)
                .map(|(b, label)| OptionView {
                    value: b.to_string(),
                    label: label.to_owned(),
                    selected: value == Some(&Value::Bool(b)),
                })
                .collect();
        }
        let Some(list) = field.list.as_deref() else {
            return field.options.iter().map(|o| option(&o.value, o.label.get(lang).to_owned())).collect();
        };
        let ctx = &self.input.ctx;
        let choices = if list == lists::COMMUNES {
            match province_beside(self.input.data, at) {
                Some(province) => lists::options(ctx.lists, list, Some(&province), lang),
                None => self.candidates(list, value),
            }
        } else {
            lists::options(ctx.lists, list, None, lang)
        };
        choices.into_iter().map(|c| option(&c.code, c.label)).collect()
    }

    /// Communes that a typed name may mean, or the chosen one alone: the whole list is too long for a page.
    fn candidates(&self, list: &str, value: Option<&Value>) -> Vec<lists::Choice> {
        let Some(text) = value.and_then(Value::as_str) else { return Vec::new() };
        let ctx = &self.input.ctx;
        match lists::label(ctx.lists, list, text, self.lang()) {
            Some(label) => vec![lists::Choice { code: text.to_owned().into(), label }],
            None => match lists::resolve(ctx.lists, list, text, None) {
                lists::Resolved::Several(found) => found.into_iter().take(20).collect(),
                _ => Vec::new(),
            },
        }
    }
}

/// The key of the page that a pointer lies on.
fn section_of(at: &str) -> &str {
    at.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn options_of(choices: Vec<lists::Choice>, chosen: Option<&str>) -> Vec<OptionView> {
    let option = |c: lists::Choice| OptionView {
        selected: chosen == Some(c.code.as_ref()),
        value: c.code.into_owned(),
        label: c.label,
    };
    choices.into_iter().map(option).collect()
}

fn key_of(part: &FieldView) -> &str {
    pointer::last(&part.pointer)
}

fn strings(items: &[Value]) -> Vec<String> {
    items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn input_value(field: &Field, value: Option<&Value>, parts: &[FieldView]) -> Value {
    if field.is_composite() {
        return parts.iter().map(|p| (key_of(p).to_owned(), p.value.clone())).collect::<serde_json::Map<_, _>>().into();
    }
    match value.map(|v| display::input(field, v)) {
        Some(text) if !text.is_empty() => Value::String(text),
        _ => Value::Null,
    }
}

fn autocomplete(field: &Field) -> Option<&'static str> {
    match field.prefill? {
        Fact::FullName => Some("name"),
        Fact::DateOfBirth => Some("bday"),
        Fact::Sex => Some("sex"),
        Fact::Phone => Some("tel"),
        Fact::Email => Some("email"),
        Fact::OrganisationName => Some("organization"),
        _ => None,
    }
}

fn inputmode(field: &Field) -> Option<&'static str> {
    match field.widget {
        Widget::Integer | Widget::Money | Widget::Date | Widget::PartialDate => Some("numeric"),
        Widget::Decimal => Some("decimal"),
        Widget::Tel => Some("tel"),
        Widget::Email => Some("email"),
        Widget::Identity if field.format == Some(Format::VnIdentity) => Some("numeric"),
        _ => None,
    }
}

fn placeholder(field: &Field) -> Option<&'static str> {
    match field.widget {
        Widget::Date => Some("dd/mm/yyyy"),
        Widget::DateTime => Some("dd/mm/yyyy hh:mm"),
        Widget::Time => Some("hh:mm"),
        _ => None,
    }
}

fn maxlength(field: &Field) -> Option<usize> {
    let typed_freely = matches!(field.widget, Widget::Text | Widget::Textarea | Widget::Email);
    (typed_freely && field.kind == Kind::Text).then_some(field.max_length)
}

//! Reads one node of a schema into a [`Field`]: standard keywords and the `x-` extensions.

use serde_json::{Map, Value};

use super::compute::Compute;
use super::cross::Cross;
use super::field::{Field, Format, Kind, OptionDef, Text, Widget};
use super::load_error::Fault;
use super::prefill::Fact;
use super::suggest::Suggest;
use super::{limits, lists};

/// Where a node stands.
pub(super) struct Place {
    pub template: String,
    pub key: String,
    pub parent: Option<usize>,
    pub required: bool,
}

/// Reads a node; faults are noted and the node is kept, so that all faults of a form come out at once.
pub(super) fn read(schema: &Map<String, Value>, place: Place, faults: &mut Vec<Fault>) -> Field {
    let at = place.template.clone();
    let shape = |what: &str| Fault::Shape { at: at.clone(), what: what.to_owned() };
    let kind = kind_of(schema).unwrap_or_else(|| {
        faults.push(shape("needs a \"type\" of object, array, string, integer, number or boolean"));
        Kind::Text
    });
    // Of a list of choices the items say what can be chosen.
    let scalar = match (kind, schema.get("items").and_then(Value::as_object)) {
        (Kind::Choices, Some(items)) => items,
        _ => schema,
    };
    let english = schema.get("x-en");
    let mut field = Field {
        id: string(schema, "x-id").unwrap_or_else(|| place.template.trim_start_matches('/').replace('/', ".")),
        template: place.template,
        key: place.key,
        parent: place.parent,
        children: Vec::new(),
        label: text(string(schema, "title"), english, "title"),
        help: text(string(schema, "description"), english, "description"),
        pattern_hint: text(string(schema, "x-pattern-hint"), english, "pattern_hint"),
        kind,
        widget: Widget::Text,
        format: None,
        options: options(scalar, english, &at, faults),
        list: string(schema, "x-list").or_else(|| string(scalar, "x-list")),
        max_length: usize::MAX,
        max_items: count(schema, "maxItems").unwrap_or(limits::ROWS),
        min_items: count(schema, "minItems").unwrap_or(0),
        minimum: schema.get("minimum").and_then(Value::as_f64),
        maximum: schema.get("maximum").and_then(Value::as_f64),
        required: place.required,
        sometimes_required: false,
        identity: flag(schema, "x-identity"),
        searchable: flag(schema, "x-searchable"),
        omittable: flag(schema, "x-omittable"),
        read_only: flag(schema, "readOnly"),
        prefill: None,
        suggest: None,
        compute: None,
        cross: Vec::new(),
        default: schema.get("default").cloned(),
        order: usize::MAX,
        section: None,
        fingerprint: fingerprint(schema, kind, place.required),
    };
    extensions(schema, &at, &mut field, faults);
    field.format = format(scalar, &at, faults);
    if field.list.is_none() {
        field.list = match field.format {
            Some(Format::VnCommune) => Some(lists::COMMUNES.to_owned()),
            Some(Format::VnProvince) => Some(lists::PROVINCES.to_owned()),
            _ => None,
        };
    }
    if let Some(list) = field.list.as_deref().filter(|list| !lists::is_known(list)) {
        faults.push(Fault::UnknownList { pointer: at.clone(), list: list.to_owned() });
    }
    field.widget = widget(schema, &field, faults);
    field.max_length = count(scalar, "maxLength").unwrap_or(match field.widget {
        Widget::Textarea => limits::TEXTAREA,
        _ => limits::TEXT,
    });
    field
}

fn extensions(schema: &Map<String, Value>, at: &str, field: &mut Field, faults: &mut Vec<Fault>) {
    if let Some(name) = schema.get("x-prefill") {
        field.prefill = name.as_str().and_then(Fact::parse);
        if field.prefill.is_none() {
            faults.push(Fault::UnknownPrefill { pointer: at.to_owned(), fact: name.to_string() });
        }
    }
    if let Some(value) = schema.get("x-suggest") {
        field.suggest = Suggest::parse(value);
        if field.suggest.is_none() {
            let what = "x-suggest needs \"from\", \"on\" and \"is\"".to_owned();
            faults.push(Fault::Shape { at: at.to_owned(), what });
        }
    }
    if let Some(value) = schema.get("x-compute") {
        match Compute::parse(at, value) {
            Ok(compute) => field.compute = Some(compute),
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(value) = schema.get("x-check") {
        match Cross::parse_all(at, value) {
            Ok(cross) => field.cross = cross,
            Err(fault) => faults.push(fault),
        }
    }
}

fn kind_of(schema: &Map<String, Value>) -> Option<Kind> {
    let named = match schema.get("type") {
        Some(Value::String(name)) => name.as_str(),
        None if schema.contains_key("enum") || schema.contains_key("oneOf") => "string",
        None if schema.get("const").is_some_and(Value::is_boolean) => "boolean",
        None if schema.contains_key("properties") => "object",
        _ => return None,
    };
    Some(match named {
        "object" => Kind::Object,
        "array" => match schema.get("items").and_then(Value::as_object).and_then(kind_of) {
            Some(Kind::Object) | None => Kind::List,
            Some(_) => Kind::Choices,
        },
        "string" => Kind::Text,
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "boolean" => Kind::Boolean,
        _ => return None,
    })
}

fn string(schema: &Map<String, Value>, key: &str) -> Option<String> {
    schema.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn flag(schema: &Map<String, Value>, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn count(schema: &Map<String, Value>, key: &str) -> Option<usize> {
    schema.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
}

/// A Vietnamese text with its English one from `x-en`.
pub(super) fn text(vi: Option<String>, english: Option<&Value>, key: &str) -> Text {
    Text {
        vi: vi.unwrap_or_default(),
        en: english.and_then(|en| en.get(key)).and_then(Value::as_str).map(str::to_owned),
    }
}

/// The choices of `enum` (English in `x-en.enum`) or of `oneOf` with `const` and `title`.
fn options(schema: &Map<String, Value>, english: Option<&Value>, at: &str, faults: &mut Vec<Fault>) -> Vec<OptionDef> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let own = schema.get("x-en").and_then(|en| en.get("enum"));
        let translations = own.or_else(|| english.and_then(|en| en.get("enum"))).and_then(Value::as_array);
        if translations.is_some_and(|list| list.len() != values.len()) {
            faults.push(Fault::EnumTranslation { pointer: at.to_owned() });
        }
        return values
            .iter()
            .enumerate()
            .filter_map(|(i, value)| {
                let value = value.as_str()?.to_owned();
                let en = translations.and_then(|list| list.get(i)).and_then(Value::as_str).map(str::to_owned);
                Some(OptionDef { label: Text { vi: value.clone(), en }, value })
            })
            .collect();
    }
    let choices = schema.get("oneOf").and_then(Value::as_array);
    choices
        .into_iter()
        .flatten()
        .filter_map(|choice| {
            let value = choice.get("const")?.as_str()?.to_owned();
            let title = choice.get("title").and_then(Value::as_str).unwrap_or(&value).to_owned();
            Some(OptionDef { label: text(Some(title), choice.get("x-en"), "title"), value })
        })
        .collect()
}

fn format(schema: &Map<String, Value>, at: &str, faults: &mut Vec<Fault>) -> Option<Format> {
    let name = schema.get("format")?.as_str()?;
    let known = Format::parse(name);
    if known.is_none() {
        faults.push(Fault::UnknownFormat { pointer: at.to_owned(), format: name.to_owned() });
    }
    known
}

/// The widget that is asked for, or the one that suits the field.
fn widget(schema: &Map<String, Value>, field: &Field, faults: &mut Vec<Fault>) -> Widget {
    let Some(name) = schema.get("x-widget").and_then(Value::as_str) else { return natural_widget(schema, field) };
    match Widget::parse(name).filter(|w| suits(*w, field)) {
        Some(widget) => widget,
        None => {
            faults.push(Fault::UnknownWidget { pointer: field.template.clone(), widget: name.to_owned() });
            natural_widget(schema, field)
        }
    }
}

/// Whether a widget can show a kind of field.
pub(super) fn suits(widget: Widget, field: &Field) -> bool {
    match widget {
        Widget::Hidden => true,
        Widget::Computed => false,
        Widget::Address | Widget::Confirmation | Widget::Group => field.kind == Kind::Object,
        Widget::List => field.kind == Kind::List,
        Widget::Checkboxes => field.kind == Kind::Choices,
        Widget::Checkbox | Widget::YesNo | Widget::Agree => field.kind == Kind::Boolean,
        Widget::Integer | Widget::Money => field.kind == Kind::Integer,
        Widget::Decimal => field.kind == Kind::Number,
        Widget::Select | Widget::Radio | Widget::Combobox => {
            field.kind == Kind::Text && (!field.options.is_empty() || field.list.is_some())
        }
        _ => field.kind == Kind::Text,
    }
}

fn natural_widget(schema: &Map<String, Value>, field: &Field) -> Widget {
    match field.kind {
        Kind::Object => Widget::Group,
        Kind::List => Widget::List,
        Kind::Choices => Widget::Checkboxes,
        Kind::Number => Widget::Decimal,
        Kind::Integer if field.format == Some(Format::VnMoney) => Widget::Money,
        Kind::Integer => Widget::Integer,
        Kind::Boolean if schema.get("const") == Some(&Value::Bool(true)) => Widget::Agree,
        Kind::Boolean => Widget::YesNo,
        Kind::Text => match (field.list.as_deref(), field.format) {
            (Some(lists::COMMUNES), _) => Widget::Commune,
            (Some(lists::PROVINCES), _) => Widget::Province,
            (Some(_), _) => Widget::Combobox,
            (None, _) if (1..=5).contains(&field.options.len()) => Widget::Radio,
            (None, _) if !field.options.is_empty() => Widget::Select,
            (None, Some(Format::Date)) => Widget::Date,
            (None, Some(Format::PartialDate)) => Widget::PartialDate,
            (None, Some(Format::Time)) => Widget::Time,
            (None, Some(Format::DateTime)) => Widget::DateTime,
            (None, Some(Format::Email)) => Widget::Email,
            (None, Some(Format::VnPhone)) => Widget::Tel,
            (None, Some(Format::VnIdentity | Format::VnIdentityAny)) => Widget::Identity,
            (None, Some(Format::Attachment)) => Widget::Photo,
            _ => Widget::Text,
        },
    }
}

/// What a field asks: equal fingerprints mean that a person need not look at it again. Of objects only the parts count.
fn fingerprint(schema: &Map<String, Value>, kind: Kind, required: bool) -> String {
    let skipped =
        |key: &str| matches!(key, "properties" | "items" | "examples" | "$defs" | "required" | "allOf" | "x-id");
    let own: std::collections::BTreeMap<&String, &Value> = schema.iter().filter(|(key, _)| !skipped(key)).collect();
    let items = schema.get("items").filter(|_| kind == Kind::Choices);
    serde_json::to_string(&(own, items, required)).unwrap_or_default()
}

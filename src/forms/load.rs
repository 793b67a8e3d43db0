//! Compiles a schema: resolves references, reads every node, and refuses what the engine would not keep to.

use serde_json::{Map, Value};

use super::compute::{self, Compute};
use super::field::{Field, Fields, Format, Kind, Widget};
use super::formats;
use super::keywords::{self, Place};
use super::load_error::Fault;
use super::pointer;

/// A condition of the schema that makes fields required (`if`, `then`, `else` with `required`).
#[derive(Debug)]
pub(super) struct Conditional {
    /// Template of the object that the condition stands in.
    pub base: String,
    pub validator: jsonschema::Validator,
    /// Templates of fields that are required when it holds, and when it does not.
    pub then: Vec<String>,
    pub otherwise: Vec<String>,
}

/// Compiles a JSON Schema 2020-12 with the dialect's formats. Patterns run in linear time.
pub(super) fn validator(schema: &Value, defs: Option<&Value>) -> Result<jsonschema::Validator, String> {
    let mut options = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false);
    for format in Format::ALL.iter().copied().filter(|f| *f != Format::VnMoney) {
        options = options.with_format(format.as_str(), move |text: &str| formats::is_valid(format, text));
    }
    options = options.with_format(Format::VnMoney.as_str(), |_: &str| true);
    let with_defs = match (defs, schema) {
        (Some(defs), Value::Object(map)) if !map.contains_key("$defs") => {
            let mut map = map.clone();
            map.insert("$defs".to_owned(), defs.clone());
            Some(Value::Object(map))
        }
        _ => None,
    };
    options.build(with_defs.as_ref().unwrap_or(schema)).map_err(|e| e.to_string())
}

/// Reads a schema into fields.
pub(super) struct Loader<'a> {
    root: &'a Value,
    pub fields: Fields,
    pub conditionals: Vec<Conditional>,
    pub faults: Vec<Fault>,
}

impl<'a> Loader<'a> {
    pub fn new(root: &'a Value) -> Self {
        Self { root, fields: Fields::default(), conditionals: Vec::new(), faults: Vec::new() }
    }

    /// Reads the whole schema, then what refers from field to field.
    pub fn load(&mut self) {
        let place = Place { template: String::new(), key: String::new(), parent: None, required: true };
        self.node(self.root, place, 0);
        self.check_references();
        self.check_ids();
    }

    fn shape(&mut self, at: &str, what: impl Into<String>) {
        self.faults.push(Fault::Shape { at: at.to_owned(), what: what.into() });
    }

    /// A node with its `$ref` followed; keywords beside `$ref` win.
    fn resolved(&mut self, schema: &Value, at: &str) -> Option<Map<String, Value>> {
        let mut map = schema.as_object()?.clone();
        for _ in 0..8 {
            let Some(reference) = map.remove("$ref") else { return Some(map) };
            let target = reference.as_str().and_then(|r| r.strip_prefix('#')).and_then(|p| self.root.pointer(p));
            let Some(target) = target.and_then(Value::as_object) else {
                self.shape(
                    at,
                    format!("$ref {reference} leads nowhere; only references inside the schema are followed"),
                );
                return None;
            };
            for (key, value) in target {
                map.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        self.shape(at, "$ref goes round in a circle");
        None
    }

    fn node(&mut self, schema: &Value, place: Place, depth: usize) -> Option<usize> {
        let at = place.template.clone();
        if depth > 10 {
            self.shape(&at, "is nested too deeply");
            return None;
        }
        if !schema.is_object() {
            self.shape(&at, "must be an object");
            return None;
        }
        let map = self.resolved(schema, &at)?;
        let field = keywords::read(&map, place, &mut self.faults);
        let (kind, widget) = (field.kind, field.widget);
        let index = self.fields.all.len();
        self.fields.by_template.insert(field.template.clone(), index);
        self.fields.all.push(field);
        if depth > 1 && kind != Kind::Object && widget != Widget::Hidden {
            self.check_title(index);
        }
        match kind {
            Kind::Object => self.object(&map, index, depth),
            Kind::List => {
                let place =
                    Place { template: format!("{at}/*"), key: "*".to_owned(), parent: Some(index), required: false };
                match map.get("items") {
                    Some(items) => {
                        let row = self.node(items, place, depth + 1);
                        self.adopt(index, row);
                        if row.and_then(|r| self.fields.get(r)).is_some_and(|f| f.kind != Kind::Object) {
                            self.shape(&at, "rows of a list must be objects");
                        }
                    }
                    None => self.shape(&at, "array without items"),
                }
            }
            _ => {}
        }
        Some(index)
    }

    /// Every question has a title; the parts of addresses and confirmations bring their own.
    fn check_title(&mut self, index: usize) {
        let Some(field) = self.fields.all.get_mut(index).filter(|f| f.label.vi.is_empty() && f.key != "*") else {
            return;
        };
        let (vi, en) = match field.key.as_str() {
            "province" => ("Tỉnh, thành phố", "Province or city"),
            "commune" => ("Xã, phường, đặc khu", "Commune, ward or special zone"),
            "detail" => ("Số nhà, đường, thôn, tổ dân phố", "House number, street, village"),
            "ho_ten" => ("Họ, chữ đệm, tên", "Full name"),
            "so_dinh_danh" => ("Số định danh cá nhân", "Personal identity number"),
            "thoi_diem" => ("Thời điểm xác nhận", "Time of confirmation"),
            _ => {
                let at = field.template.clone();
                return self.shape(&at, "has no title");
            }
        };
        field.label = super::field::Text { vi: vi.to_owned(), en: Some(en.to_owned()) };
    }

    fn adopt(&mut self, parent: usize, child: Option<usize>) {
        if let (Some(parent), Some(child)) = (self.fields.all.get_mut(parent), child) {
            parent.children.push(child);
        }
    }

    fn object(&mut self, map: &Map<String, Value>, index: usize, depth: usize) {
        let at = self.fields.get(index).map(|f| f.template.clone()).unwrap_or_default();
        if map.get("additionalProperties") != Some(&Value::Bool(false)) {
            self.faults.push(Fault::OpenObject { pointer: at.clone() });
        }
        let properties = map.get("properties").and_then(Value::as_object);
        let required = names(map.get("required"));
        for name in &required {
            if !properties.is_some_and(|p| p.contains_key(name)) {
                self.shape(&at, format!("required names {name:?}, which is no property"));
            }
        }
        for (key, schema) in in_order(properties, map, &required) {
            let template = pointer::join(&at, key);
            if !is_key(key) {
                self.faults.push(Fault::BadKey { pointer: template });
                continue;
            }
            let place = Place { template, key: key.clone(), parent: Some(index), required: required.contains(key) };
            let child = self.node(schema, place, depth + 1);
            self.adopt(index, child);
            if depth == 0 && child.and_then(|c| self.fields.get(c)).is_some_and(|f| f.kind != Kind::Object) {
                self.shape(&pointer::join(&at, key), "answers are nested by section: must be an object");
            }
        }
        self.conditions(map, &at);
    }

    /// Notes `if`/`then`/`else` of an object, its own and those in `allOf`.
    fn conditions(&mut self, map: &Map<String, Value>, base: &str) {
        let own = map.contains_key("if").then_some(map);
        let parts = map.get("allOf").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
        for part in own.into_iter().chain(parts) {
            let Some(condition) = part.get("if") else { continue };
            let mut conditional = match validator(condition, self.root.get("$defs")) {
                Ok(validator) => {
                    Conditional { base: base.to_owned(), validator, then: Vec::new(), otherwise: Vec::new() }
                }
                Err(e) => {
                    self.shape(base, format!("if: {e}"));
                    continue;
                }
            };
            required_in(part.get("then"), base, &mut conditional.then, 0);
            required_in(part.get("else"), base, &mut conditional.otherwise, 0);
            for template in conditional.then.iter().chain(&conditional.otherwise) {
                match self.fields.by_template.get(template).and_then(|&i| self.fields.all.get_mut(i)) {
                    Some(field) => field.sometimes_required = true,
                    None => self.faults.push(Fault::UnknownReference {
                        pointer: base.to_owned(),
                        keyword: "required",
                        to: template.clone(),
                    }),
                }
            }
            self.conditionals.push(conditional);
        }
    }

    fn check_references(&mut self) {
        let mut faults = Vec::new();
        for field in &self.fields.all {
            if let Some(compute) = &field.compute {
                self.check_compute(field, compute, &mut faults);
            }
            for to in field.cross.iter().flat_map(super::cross::Cross::references) {
                let template = pointer::refer(&field.template, to);
                if self.fields.at(&template).is_none_or(|other| other.kind != Kind::Text) {
                    faults.push(unknown(field, "x-check", to));
                }
            }
            for to in field.suggest.iter().flat_map(super::suggest::Suggest::references) {
                if self.fields.at(&pointer::refer(&field.template, to)).is_none() {
                    faults.push(unknown(field, "x-suggest", to));
                }
            }
            if let Some(default) = &field.default
                && !default_fits(field, default)
            {
                faults.push(Fault::Shape { at: field.template.clone(), what: "default has the wrong type".to_owned() });
            }
            if field.omittable && (field.parent != Some(0) || field.required) {
                let what = "x-omittable belongs to a section that is not always required".to_owned();
                faults.push(Fault::Shape { at: field.template.clone(), what });
            }
            if field.widget == Widget::Address {
                let of = |key: &str| self.fields.child(field, key).and_then(|f| f.format);
                if of("province") != Some(Format::VnProvince) || of("commune") != Some(Format::VnCommune) {
                    let what = "an address needs province (format vn-province) and commune (format vn-commune)";
                    faults.push(Fault::Shape { at: field.template.clone(), what: what.to_owned() });
                }
            }
        }
        self.faults.append(&mut faults);
    }

    fn check_compute(&self, field: &Field, compute: &Compute, faults: &mut Vec<Fault>) {
        for to in compute.references() {
            let template = pointer::refer(&field.template, to);
            let source = self.fields.at(&template);
            if source.is_none_or(|source| !compute.accepts(source, field)) {
                faults.push(unknown(field, "x-compute", to));
            }
            if let (Compute::Sum { field: key, .. }, Some(list)) = (compute, source) {
                let column = self.fields.row(list).and_then(|row| self.fields.child(row, key));
                if column.is_none_or(|c| !matches!(c.kind, Kind::Integer | Kind::Number)) {
                    faults.push(unknown(field, "x-compute", key));
                }
            }
        }
        let fits = match compute {
            Compute::DateInWords { .. } | Compute::AmountInWords { .. } | Compute::Concat { .. } => {
                field.kind == Kind::Text
            }
            Compute::Count { .. } | Compute::Age { .. } => field.kind == Kind::Integer,
            Compute::Sum { .. } => matches!(field.kind, Kind::Integer | Kind::Number),
            Compute::Copy { .. } => true,
        };
        if !fits {
            faults.push(Fault::Shape {
                at: field.template.clone(),
                what: "x-compute does not give this type".to_owned(),
            });
        }
    }

    fn check_ids(&mut self) {
        let mut seen = std::collections::HashSet::new();
        for field in &self.fields.all {
            if !seen.insert(field.id.as_str()) {
                self.faults.push(Fault::DuplicateId { pointer: field.template.clone(), id: field.id.clone() });
            }
        }
    }

    /// Computed fields in their order.
    pub fn computed(&mut self) -> Vec<usize> {
        compute::order(&self.fields).unwrap_or_else(|fault| {
            self.faults.push(fault);
            Vec::new()
        })
    }
}

fn unknown(field: &Field, keyword: &'static str, to: &str) -> Fault {
    Fault::UnknownReference { pointer: field.template.clone(), keyword, to: to.to_owned() }
}

fn default_fits(field: &Field, default: &Value) -> bool {
    match field.kind {
        Kind::Object => default.is_object(),
        Kind::List | Kind::Choices => default.is_array(),
        Kind::Text => default.is_string(),
        Kind::Integer => default.is_i64(),
        Kind::Number => default.is_number(),
        Kind::Boolean => default.is_boolean(),
    }
}

/// Keys are names of HTML fields too: letters, digits and underscores, beginning with a letter.
fn is_key(key: &str) -> bool {
    key.len() <= 64
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Properties in the order of `x-order`, then of `required`, then by key. JSON objects have no order of their own; it
/// counts where the UI schema names no controls: in addresses, rows without detail, objects with one control.
fn in_order<'m>(
    properties: Option<&'m Map<String, Value>>,
    map: &Map<String, Value>,
    required: &[String],
) -> Vec<(&'m String, &'m Value)> {
    const OWN: [&str; 6] = ["province", "commune", "detail", "ho_ten", "so_dinh_danh", "thoi_diem"];
    let asked = names(map.get("x-order"));
    let is_composite = matches!(map.get("x-widget").and_then(Value::as_str), Some("address" | "confirmation"));
    let place = |key: &str| {
        let of = |list: &[String]| list.iter().position(|k| k == key).unwrap_or(usize::MAX);
        let own = if is_composite { OWN.iter().position(|k| *k == key).unwrap_or(OWN.len()) } else { 0 };
        (of(&asked), own, of(required))
    };
    let mut out: Vec<_> = properties.into_iter().flatten().collect();
    out.sort_by_key(|(key, _)| place(key));
    out
}

fn names(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Templates that a `then` or `else` requires, below `base`.
fn required_in(schema: Option<&Value>, base: &str, out: &mut Vec<String>, depth: usize) {
    let Some(schema) = schema.filter(|_| depth < 8) else { return };
    out.extend(names(schema.get("required")).iter().map(|name| pointer::join(base, name)));
    for (key, child) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        required_in(Some(child), &pointer::join(base, key), out, depth + 1);
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        required_in(Some(part), base, out, depth + 1);
    }
}

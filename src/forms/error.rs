//! What is wrong with an answer: where, which rule, and the numbers that a message needs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::field::{Field, Format, Text, Widget, named};
use crate::kernel::national::has_unknown_place;

named! {
    /// Which rule an answer breaks. The names are part of the API (`errors[].code`).
    Code {
        Required = "required",
        Type = "type",
        Unknown = "unknown",
        TooLong = "too_long",
        TooShort = "too_short",
        Pattern = "pattern",
        Date = "format.date",
        PartialDate = "format.partial_date",
        Time = "format.time",
        DateTime = "format.date_time",
        Email = "format.email",
        PersonName = "format.person_name",
        VnIdentity = "format.vn_identity",
        VnIdentityAny = "format.vn_identity_any",
        VnTaxCode = "format.vn_tax_code",
        VnPhone = "format.vn_phone",
        VnCommune = "format.vn_commune",
        VnProvince = "format.vn_province",
        VnMoney = "format.vn_money",
        Cas = "format.cas",
        Attachment = "format.attachment",
        Integer = "format.integer",
        Decimal = "format.decimal",
        Enum = "enum",
        Const = "const",
        Minimum = "minimum",
        Maximum = "maximum",
        Above = "exclusive_minimum",
        Below = "exclusive_maximum",
        MultipleOf = "multiple_of",
        TooFew = "too_few",
        TooMany = "too_many",
        Duplicate = "duplicate",
        /// Not a code or name of its list.
        List = "list",
        /// A typed name that several units have.
        Ambiguous = "ambiguous",
        /// A commune of another province.
        CommuneElsewhere = "address.commune_elsewhere",
        /// A personal number that begins with a code that no place has.
        IdentityPlace = "identity.place",
        IdentitySex = "identity.sex",
        IdentityBirth = "identity.birth",
        Future = "future",
        Before = "before",
        After = "after",
        TooYoung = "too_young",
        TooFar = "too_far",
        Same = "same",
        /// Control or invisible characters.
        Characters = "characters",
        /// Wrongly encoded text.
        Encoding = "encoding",
        Emoji = "emoji",
        Markup = "markup",
        TooDeep = "too_deep",
        TooLarge = "too_large",
        /// Some other condition of the schema.
        Condition = "condition",
    }
}

impl Code {
    /// The code of a format's fault in what was typed.
    pub(super) fn of_format(format: Format, typed: &str) -> Self {
        match format {
            Format::VnIdentity | Format::VnIdentityAny if has_unknown_place(typed) => Self::IdentityPlace,
            Format::Date => Self::Date,
            Format::PartialDate => Self::PartialDate,
            Format::Time => Self::Time,
            Format::DateTime => Self::DateTime,
            Format::Email => Self::Email,
            Format::PersonName => Self::PersonName,
            Format::VnIdentity => Self::VnIdentity,
            Format::VnIdentityAny => Self::VnIdentityAny,
            Format::VnTaxCode => Self::VnTaxCode,
            Format::VnPhone => Self::VnPhone,
            Format::VnCommune => Self::VnCommune,
            Format::VnProvince => Self::VnProvince,
            Format::VnMoney => Self::VnMoney,
            Format::Cas => Self::Cas,
            Format::Attachment => Self::Attachment,
        }
    }
}

/// One fault of the answers.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FieldError {
    /// `/section/field`; the API puts `/data` before it.
    pub pointer: String,
    pub code: Code,
    /// Numbers and names of the rule: `limit`, `length`, `expected`, `other`, `years`, `typed`.
    pub params: BTreeMap<&'static str, Value>,
    /// What the field is called; empty for keys that the form does not have.
    #[serde(skip)]
    pub(super) label: Text,
    #[serde(skip)]
    pub(super) widget: Option<Widget>,
    #[serde(skip)]
    pub(super) hint: Text,
    /// The label of the other field of a rule over two fields.
    #[serde(skip)]
    pub(super) other: Text,
    /// Where the pages show the field; later faults come later in summaries.
    #[serde(skip)]
    pub(super) order: usize,
}

impl FieldError {
    /// A fault at a place that is no field of the form.
    pub(super) fn nowhere(pointer: impl Into<String>, code: Code) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            params: BTreeMap::new(),
            label: Text::default(),
            widget: None,
            hint: Text::default(),
            other: Text::default(),
            order: usize::MAX,
        }
    }

    /// A fault of a field.
    pub(super) fn of(field: &Field, pointer: impl Into<String>, code: Code) -> Self {
        Self {
            label: field.label.clone(),
            widget: Some(field.widget),
            hint: field.pattern_hint.clone(),
            order: field.order,
            ..Self::nowhere(pointer, code)
        }
    }

    /// The same fault with one more parameter.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.params.insert(name, value.into());
        self
    }

    /// The same fault with the label of the other field it speaks of.
    pub(super) fn against(mut self, other: &Field) -> Self {
        self.other = other.label.clone();
        self
    }

    /// A parameter as text, for messages.
    pub(super) fn param(&self, name: &str) -> String {
        match self.params.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(n)) => super::display::number(n),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// What the field is called, for the summary at the top of a page.
    pub fn label(&self, lang: crate::kernel::Lang) -> &str {
        self.label.get(lang)
    }

    /// The id of the input on the page that the summary links to.
    pub fn anchor(&self) -> String {
        super::viewer::id_of(&self.pointer)
    }
}

/// Puts faults in the order of the pages, one a place, and not more than a person can use.
pub(super) fn tidy(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    let mut seen = std::collections::HashSet::new();
    errors.retain(|e| seen.insert(e.pointer.clone()));
    errors.sort_by(|a, b| (a.order, natural(&a.pointer)).cmp(&(b.order, natural(&b.pointer))));
    errors.truncate(super::limits::ERRORS);
    errors
}

/// A pointer's steps with row numbers as numbers, so that row 10 comes after row 9.
fn natural(pointer: &str) -> Vec<(usize, &str)> {
    pointer.split('/').map(|step| step.parse().map_or((0, step), |n: usize| (n.saturating_add(1), ""))).collect()
}

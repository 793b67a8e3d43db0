//! What a form consists of once compiled: fields in a tree, each with everything that pages and checks need.

use std::collections::HashMap;

use serde_json::Value;

use super::compute::Compute;
use super::cross::Cross;
use super::prefill::Fact;
use super::suggest::Suggest;
use crate::kernel::Lang;

/// A text in Vietnamese, and in English where there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Text {
    pub vi: String,
    pub en: Option<String>,
}

impl Text {
    /// The text for a reader; Vietnamese where English is missing.
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.vi,
        }
    }
}

/// Declares an enum whose variants have a fixed name in forms and pages.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The fixed name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads a fixed name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(super) use named;

named! {
    /// The meaning of a text (`format` in the schema).
    Format {
        /// `2026-11-21`; typed and shown as `21/11/2026`.
        Date = "date",
        /// `1960`, `1960-03` or `1960-03-15`.
        PartialDate = "partial-date",
        /// `08:30`.
        Time = "time",
        /// RFC 3339 with offset; typed and shown in Vietnam's time.
        DateTime = "date-time",
        Email = "email",
        /// A person's name: letters of any people, apostrophes, hyphens, dots.
        PersonName = "person-name",
        /// 12-digit personal identity number.
        VnIdentity = "vn-identity",
        /// Identity number, old 9-digit number, or passport number.
        VnIdentityAny = "vn-identity-any",
        VnTaxCode = "vn-tax-code",
        VnPhone = "vn-phone",
        /// Code of a commune (5 digits).
        VnCommune = "vn-commune",
        /// Code of a province (2 digits).
        VnProvince = "vn-province",
        /// Whole đồng; stands on integers.
        VnMoney = "vn-money",
        /// Registry number of a chemical, with its check digit.
        Cas = "cas",
        /// Id of an uploaded paper.
        Attachment = "attachment",
    }
}

named! {
    /// How a field is shown.
    Widget {
        Text = "text",
        Textarea = "textarea",
        Integer = "integer",
        Decimal = "decimal",
        Money = "money",
        Date = "date",
        PartialDate = "partial-date",
        Time = "time",
        DateTime = "date-time",
        Email = "email",
        Tel = "tel",
        Identity = "identity",
        Select = "select",
        Radio = "radio",
        /// A long list with search.
        Combobox = "combobox",
        /// Several of a list.
        Checkboxes = "checkboxes",
        /// One box to tick.
        Checkbox = "checkbox",
        /// Yes or no.
        YesNo = "yes-no",
        /// Consent that must be given.
        Agree = "agree",
        Province = "province",
        Commune = "commune",
        /// Province, commune and the rest.
        Address = "address",
        /// Another person's confirmation.
        Confirmation = "confirmation",
        /// A repeating group.
        List = "list",
        /// Plain object: its fields are shown as a group.
        Group = "group",
        /// An uploaded picture or paper.
        Photo = "photo",
        /// Shown as text, filled by the engine; given by `x-compute`, never asked for.
        Computed = "computed",
        /// Never shown (computed for rules).
        Hidden = "hidden",
    }
}

/// What kind of JSON value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    /// List of objects; its only child is the row.
    List,
    /// List of texts out of options.
    Choices,
    Text,
    Integer,
    Number,
    Boolean,
}

impl Kind {
    /// Name of the JSON type.
    pub fn json_type(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::List | Self::Choices => "array",
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
        }
    }
}

/// One possible value of a choice.
#[derive(Clone, Debug)]
pub(super) struct OptionDef {
    pub value: String,
    pub label: Text,
}

/// A node of the schema.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// `/section/list/*/field`.
    pub template: String,
    pub key: String,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    /// Stable id (`x-id`, else the template).
    pub id: String,
    pub label: Text,
    pub help: Text,
    pub pattern_hint: Text,
    pub kind: Kind,
    pub widget: Widget,
    pub format: Option<Format>,
    pub options: Vec<OptionDef>,
    pub list: Option<String>,
    pub max_length: usize,
    pub max_items: usize,
    pub min_items: usize,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    /// In its object's `required`, whatever the answers.
    pub required: bool,
    /// In the `required` of some condition.
    pub sometimes_required: bool,
    pub identity: bool,
    pub searchable: bool,
    /// A section that may be left out as a whole (`x-omittable`).
    pub omittable: bool,
    pub read_only: bool,
    pub prefill: Option<Fact>,
    pub suggest: Option<Suggest>,
    pub compute: Option<Compute>,
    pub cross: Vec<Cross>,
    pub default: Option<Value>,
    /// Place among all fields as the pages show them.
    pub order: usize,
    /// Index of the page that shows it.
    pub section: Option<usize>,
    /// The schema node without children's parts, to see whether the field changed between revisions.
    pub fingerprint: String,
}

impl Field {
    /// Whether the field is an object that is one question (an address), not a group of questions.
    pub fn is_composite(&self) -> bool {
        matches!(self.widget, Widget::Address | Widget::Confirmation)
    }

    /// Whether it is how the applicant is reached: then whoever files on paper may have none.
    pub fn is_contact(&self) -> bool {
        matches!(self.prefill, Some(Fact::Phone | Fact::Email))
    }

    /// Whether several lines may be typed.
    pub fn is_multiline(&self) -> bool {
        self.widget == Widget::Textarea
    }
}

/// All fields of a form; number 0 is the root.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub all: Vec<Field>,
    pub by_template: HashMap<String, usize>,
}

impl Fields {
    /// The field at a template pointer.
    pub fn at(&self, template: &str) -> Option<&Field> {
        self.by_template.get(template).and_then(|&i| self.all.get(i))
    }

    /// A field by number.
    pub fn get(&self, index: usize) -> Option<&Field> {
        self.all.get(index)
    }

    /// The children of a field.
    pub fn children<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = &'a Field> + 'a {
        field.children.iter().filter_map(|&i| self.all.get(i))
    }

    /// The child with a key.
    pub fn child<'a>(&'a self, field: &'a Field, key: &str) -> Option<&'a Field> {
        if field.children.len() <= 16 {
            return self.children(field).find(|child| child.key == key);
        }
        self.at(&super::pointer::join(&field.template, key))
    }

    /// The row of a repeating group.
    pub fn row<'a>(&'a self, list: &Field) -> Option<&'a Field> {
        list.children.first().and_then(|&i| self.all.get(i))
    }

    /// The field that a concrete pointer such as `/section/list/0/field` leads to.
    pub fn locate(&self, pointer: &str) -> Option<&Field> {
        let mut at = self.all.first()?;
        for step in super::pointer::steps(pointer) {
            at = match at.kind {
                Kind::Object => self.child(at, &step)?,
                Kind::List if step.parse::<usize>().is_ok() => self.row(at)?,
                Kind::Choices if step.parse::<usize>().is_ok() => at,
                _ => return None,
            };
        }
        Some(at)
    }
}

//! What the state already knows is not asked again: `x-prefill` fills fields from the account, `default` from the form.

use std::collections::BTreeMap;

use serde_json::Value;

use super::field::{Field, Kind, Widget, named};
use super::form::{Ctx, Form};
use super::{door, formats, lists, pointer};
use crate::kernel::{Lang, PartialDate};

named! {
    /// A fact about the account (`x-prefill`).
    Fact {
        FullName = "account.full_name",
        DateOfBirth = "account.date_of_birth",
        Sex = "account.sex",
        IdentityNumber = "account.identity_number",
        Phone = "account.phone",
        Email = "account.email",
        Nationality = "account.nationality",
        Ethnicity = "account.ethnicity",
        Address = "account.address",
        OrganisationName = "account.organisation_name",
        TaxCode = "account.tax_code",
    }
}

/// A two-level address as answers hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Address {
    /// 2-digit code.
    pub province: Option<String>,
    /// 5-digit code.
    pub commune: Option<String>,
    pub detail: Option<String>,
}

/// What is known about the applicant; plain data, so that the engine knows no accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub full_name: Option<String>,
    /// As far as it is known; only a field that takes a year alone is filled with one.
    pub date_of_birth: Option<PartialDate>,
    /// `true` for male.
    pub male: Option<bool>,
    pub identity_number: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// Code of the list `quoc_tich`.
    pub nationality: Option<String>,
    /// Code of the list `dan_toc`.
    pub ethnicity: Option<String>,
    pub address: Option<Address>,
    pub organisation_name: Option<String>,
    pub tax_code: Option<String>,
}

/// Where a prefilled value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Account,
    Default,
    /// An earlier page of the same form.
    Earlier,
}

impl Source {
    /// What a page says beside the value; nothing for defaults of the form.
    pub fn text(self, lang: Lang) -> Option<&'static str> {
        match (self, lang) {
            (Self::Account, Lang::Vi) => Some("Lấy từ tài khoản"),
            (Self::Account, Lang::En) => Some("Taken from the account"),
            (Self::Earlier, Lang::Vi) => Some("Lấy từ phần đã khai; sửa được"),
            (Self::Earlier, Lang::En) => Some("Taken from an answer given before; it may be changed"),
            (Self::Default, _) => None,
        }
    }
}

/// Answers to begin with, and where each comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prefill {
    pub data: Value,
    /// By pointer.
    pub sources: BTreeMap<String, Source>,
}

impl Form {
    /// The answers that a new draft begins with: defaults of the form, then what the account knows.
    /// A value that the field would not accept is left out.
    pub fn prefill(&self, person: &Person, ctx: &Ctx<'_>) -> Prefill {
        let mut out = Prefill { data: Value::Object(serde_json::Map::new()), sources: BTreeMap::new() };
        for field in &self.fields().all {
            if field.template.contains('*') || field.parent.is_none() {
                continue;
            }
            let known = field.prefill.and_then(|fact| value_of(self, field, fact, person));
            let (value, source) = match (known, &field.default) {
                (Some(value), _) => (value, Source::Account),
                (None, Some(default)) => (default.clone(), Source::Default),
                (None, None) => continue,
            };
            if let Some(value) = self.acceptable(field, value, ctx) {
                pointer::put(&mut out.data, &field.template, value);
                out.sources.insert(field.template.clone(), source);
            }
        }
        out.data = self.without_omitted(&out.data).into_owned();
        let told = |at: &str| out.data.pointer(at).is_some();
        out.sources.retain(|at, _| told(at));
        self.compute(&mut out.data, ctx);
        out
    }

    /// The value as data holds it, if the field takes it.
    fn acceptable(&self, field: &Field, value: Value, ctx: &Ctx<'_>) -> Option<Value> {
        let value = door::receive_one(self, field, &value, ctx)?;
        let Some(text) = value.as_str() else { return Some(value) };
        let format_ok = field.format.is_none_or(|format| formats::is_valid(format, text));
        let option_ok = field.options.is_empty() || field.options.iter().any(|o| o.value == text);
        let list_ok = field.list.as_deref().is_none_or(|list| lists::contains(ctx.lists, list, text));
        (format_ok && option_ok && list_ok).then_some(value)
    }
}

fn value_of(form: &Form, field: &Field, fact: Fact, person: &Person) -> Option<Value> {
    let text = |value: &Option<String>| value.clone().filter(|v| !v.is_empty()).map(Value::String);
    match fact {
        Fact::FullName => text(&person.full_name),
        Fact::DateOfBirth => person.date_of_birth.map(|d| d.to_string().into()),
        Fact::Sex => {
            let male = person.male?;
            let wanted: &[&str] =
                if male { &["Nam", "nam", "male", "M"] } else { &["Nữ", "nữ", "nu", "female", "F"] };
            let option = field.options.iter().find(|o| wanted.contains(&o.value.as_str()));
            option.map(|o| o.value.clone().into())
        }
        Fact::IdentityNumber => text(&person.identity_number),
        Fact::Phone => text(&person.phone),
        Fact::Email => text(&person.email),
        Fact::Nationality => text(&person.nationality),
        Fact::Ethnicity => text(&person.ethnicity),
        Fact::OrganisationName => text(&person.organisation_name),
        Fact::TaxCode => text(&person.tax_code),
        Fact::Address => {
            let address = person.address.as_ref()?;
            if field.kind != Kind::Object || field.widget != Widget::Address {
                return None;
            }
            let mut map = serde_json::Map::new();
            for child in form.fields().children(field) {
                let part = match child.key.as_str() {
                    "province" => &address.province,
                    "commune" => &address.commune,
                    "detail" => &address.detail,
                    _ => continue,
                };
                if let Some(value) = text(part) {
                    map.insert(child.key.clone(), value);
                }
            }
            (!map.is_empty()).then_some(Value::Object(map))
        }
    }
}

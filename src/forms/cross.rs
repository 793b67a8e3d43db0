//! `x-check`: rules over dates and over two fields that JSON Schema cannot say.

use serde_json::Value;

use super::check::CheckMode;
use super::error::{Code, FieldError};
use super::field::{Field, Format, Kind};
use super::form::{Ctx, Form};
use super::load_error::Fault;
use super::{compute, formats, lists, pointer};
use crate::kernel::national::{PersonalNumber, Sex};

/// A function of `x-check` with its references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cross {
    /// The identity number's sex digit and birth year agree with what was declared; `is`: whoever stands here can only
    /// be of this sex (a mother, a father).
    IdentityMatches { sex: Option<String>, birth: Option<String>, is: Option<Sex> },
    /// Not after today.
    NotFuture,
    /// On or after another date.
    NotBefore { other: String },
    /// On or before another date.
    NotAfter { other: String },
    /// The person born on this date has reached an age, on another date or today.
    MinAge { years: i16, at: Option<String> },
    /// At most so many years after another date.
    Within { other: String, years: i16 },
    /// Differs from another field.
    Differs { other: String },
}

impl Cross {
    /// Reads `x-check`: one function, by name or as an object, or a list of them.
    pub fn parse_all(place: &str, value: &Value) -> Result<Vec<Self>, Fault> {
        match value {
            Value::Array(list) => list.iter().map(|one| Self::parse(place, one)).collect(),
            one => Ok(vec![Self::parse(place, one)?]),
        }
    }

    fn parse(place: &str, value: &Value) -> Result<Self, Fault> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let need = |key: &str| {
            text(key).ok_or_else(|| Fault::Shape { at: place.to_owned(), what: format!("x-check needs {key:?}") })
        };
        let years = || {
            value
                .get("years")
                .and_then(Value::as_i64)
                .and_then(|n| i16::try_from(n).ok())
                .filter(|n| (1..=150).contains(n))
                .ok_or_else(|| Fault::Shape {
                    at: place.to_owned(),
                    what: "x-check needs \"years\" (1 to 150)".to_owned(),
                })
        };
        let function = value.as_str().map(str::to_owned).or_else(|| text("fn")).unwrap_or_default();
        Ok(match function.as_str() {
            "identity_matches" => Self::IdentityMatches {
                sex: text("sex"),
                birth: text("birth"),
                is: text("is").as_deref().and_then(Sex::parse),
            },
            "not_future" => Self::NotFuture,
            "not_before" => Self::NotBefore { other: need("other")? },
            "not_after" => Self::NotAfter { other: need("other")? },
            "min_age" => Self::MinAge { years: years()?, at: text("at") },
            "within" => Self::Within { other: need("other")?, years: years()? },
            "differs" => Self::Differs { other: need("other")? },
            _ => return Err(Fault::UnknownFunction { pointer: place.to_owned(), keyword: "x-check", function }),
        })
    }

    /// The fields that it reads, as references.
    pub fn references(&self) -> Vec<&str> {
        match self {
            Self::IdentityMatches { sex, birth, .. } => sex.iter().chain(birth).map(String::as_str).collect(),
            Self::NotFuture => vec![],
            Self::NotBefore { other }
            | Self::NotAfter { other }
            | Self::Within { other, .. }
            | Self::Differs { other } => {
                vec![other]
            }
            Self::MinAge { at, .. } => at.iter().map(String::as_str).collect(),
        }
    }
}

/// Checks lists, units and `x-check` rules of everything that is filled in and well-formed.
pub(super) fn check(form: &Form, data: &Value, ctx: &Ctx<'_>, errors: &mut Vec<FieldError>) {
    let fields = form.fields();
    for field in form.inner().crossed.iter().filter_map(|&i| fields.get(i)) {
        for at in pointer::expand(&field.template, data) {
            let Some(value) = data.pointer(&at) else { continue };
            for cross in &field.cross {
                if let Some(error) = run(form, data, ctx, &Spot { field, at: &at, value, cross }) {
                    errors.push(error);
                    break;
                }
            }
        }
    }
}

struct Spot<'a> {
    field: &'a Field,
    at: &'a str,
    value: &'a Value,
    cross: &'a Cross,
}

fn run(form: &Form, data: &Value, ctx: &Ctx<'_>, spot: &Spot<'_>) -> Option<FieldError> {
    let Spot { field, at, value, cross } = *spot;
    let text = value.as_str().unwrap_or("");
    let read = |to: &str| data.pointer(&pointer::refer(at, to));
    let range = |to: &str| read(to).and_then(Value::as_str).and_then(span);
    let fail = |code: Code, to: Option<&str>| {
        let error = FieldError::of(field, at, code);
        match to.and_then(|to| form.fields().locate(&pointer::refer(at, to))) {
            Some(other) => error.against(other),
            None => error,
        }
    };
    match cross {
        Cross::IdentityMatches { sex, birth, is } => {
            let identity = PersonalNumber::parse(text).ok()?;
            if is.is_some_and(|sex| sex != identity.sex()) {
                return Some(fail(Code::IdentitySex, None).with("sex", identity.sex().as_str()));
            }
            if let Some(to) = sex
                && let Some(declared) = read(to).and_then(Value::as_str).and_then(Sex::parse)
                && declared != identity.sex()
            {
                return Some(fail(Code::IdentitySex, Some(to)).with("sex", identity.sex().as_str()));
            }
            let to = birth.as_deref()?;
            let (first, _) = range(to)?;
            let year = identity.birth_year();
            (first.year() != year).then(|| fail(Code::IdentityBirth, Some(to)).with("year", year))
        }
        Cross::NotFuture => (span(text)?.0 > ctx.today).then(|| fail(Code::Future, None)),
        Cross::NotBefore { other } => (span(text)?.1 < range(other)?.0).then(|| fail(Code::Before, Some(other))),
        Cross::NotAfter { other } => (span(text)?.0 > range(other)?.1).then(|| fail(Code::After, Some(other))),
        Cross::MinAge { years, at: on } => {
            let on = match on {
                Some(to) => range(to)?.1,
                None => ctx.today,
            };
            let birth = span(text)?.0;
            (compute::age(birth, on) < *years).then(|| fail(Code::TooYoung, None).with("years", *years))
        }
        Cross::Within { other, years } => {
            let last = jiff::ToSpan::years(i32::from(*years));
            let until = range(other)?.1.checked_add(last).ok()?;
            (span(text)?.0 > until).then(|| fail(Code::TooFar, Some(other)).with("years", *years))
        }
        Cross::Differs { other } => (read(other)? == value).then(|| fail(Code::Same, Some(other))),
    }
}

/// First and last day that a date, partial date or instant can be, in Vietnam.
fn span(text: &str) -> Option<(jiff::civil::Date, jiff::civil::Date)> {
    formats::partial_date(text).or_else(|| {
        let day = crate::kernel::local_date(formats::date_time(text)?.into());
        Some((day, day))
    })
}

/// Checks that codes are in their lists and communes in their provinces. A draft may know the province only.
pub(super) fn check_lists(form: &Form, data: &Value, mode: CheckMode, ctx: &Ctx<'_>, errors: &mut Vec<FieldError>) {
    let fields = form.fields();
    for field in form.inner().listed.iter().filter_map(|&i| fields.get(i)) {
        let Some(list) = field.list.as_deref() else { continue };
        for at in pointer::expand(&field.template, data) {
            let Some(value) = data.pointer(&at) else { continue };
            let codes: Vec<&str> = match (field.kind, value) {
                (Kind::Choices, Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
                (_, value) => value.as_str().into_iter().collect(),
            };
            let bad = codes.iter().find(|code| !lists::contains(ctx.lists, list, code));
            let province = (list == lists::COMMUNES).then(|| province_beside(data, &at)).flatten();
            let code = match bad {
                Some(code) if list == lists::COMMUNES && is_province(ctx, code) => {
                    (mode == CheckMode::Complete).then_some(Code::Required)
                }
                Some(code) => Some(bad_code(field, ctx, list, code, province.as_deref())),
                None if mode == CheckMode::Complete => codes.first().zip(province).and_then(|(code, province)| {
                    let elsewhere = ctx.lists.parent(list, code).is_some_and(|parent| parent != province);
                    elsewhere.then_some(Code::CommuneElsewhere)
                }),
                None => None,
            };
            if let Some(code) = code {
                errors.push(FieldError::of(field, &at, code).with("typed", bad.copied().unwrap_or_default()));
            }
        }
    }
}

fn is_province(ctx: &Ctx<'_>, code: &str) -> bool {
    code.len() == 2 && lists::contains(ctx.lists, lists::PROVINCES, code)
}

fn bad_code(field: &Field, ctx: &Ctx<'_>, list: &str, typed: &str, parent: Option<&str>) -> Code {
    let looks_like_code = field.format.is_some_and(|f| formats::is_valid(f, typed));
    let several = || matches!(lists::resolve(ctx.lists, list, typed, parent), lists::Resolved::Several(_));
    if !looks_like_code && several() { Code::Ambiguous } else { list_code(field) }
}

fn list_code(field: &Field) -> Code {
    match field.format {
        Some(Format::VnCommune) => Code::VnCommune,
        Some(Format::VnProvince) => Code::VnProvince,
        _ => Code::List,
    }
}

/// The province of the address that a commune stands in.
pub(super) fn province_beside(data: &Value, at: &str) -> Option<String> {
    let province = format!("{}/province", pointer::parent(at));
    data.pointer(&province).and_then(Value::as_str).map(str::to_owned)
}

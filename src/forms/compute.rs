//! Fields that are filled from others: a fixed set of functions, evaluated in an order without circles.

use serde_json::Value;

use super::field::{Field, Kind};
use super::form::{Ctx, Form};
use super::load_error::Fault;
use super::rules::Visibility;
use super::{display, formats, pointer};
use crate::kernel::{Lang, Vnd, words};

/// A function of `x-compute` with its references (`/section/field`, or `field` beside the computed one).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compute {
    /// `date_in_words`: a full date in Vietnamese words.
    DateInWords { from: String },
    /// `amount_in_words`: whole đồng in Vietnamese words.
    AmountInWords { from: String },
    /// `sum`: of a number field over the rows of a list.
    Sum { list: String, field: String },
    /// `count`: rows of a list.
    Count { list: String },
    /// `age`: whole years from a date of birth to another date, or to today.
    Age { from: String, at: Option<String> },
    /// `copy`: of another field's value.
    Copy { from: String },
    /// `concat`: of other fields as displayed, those that are filled in.
    Concat { from: Vec<String>, separator: String },
}

impl Compute {
    /// Reads `x-compute`.
    pub fn parse(place: &str, value: &Value) -> Result<Self, Fault> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let need = |key: &str| {
            text(key).ok_or_else(|| Fault::Shape { at: place.to_owned(), what: format!("x-compute needs {key:?}") })
        };
        let function = text("fn").unwrap_or_default();
        Ok(match function.as_str() {
            "date_in_words" => Self::DateInWords { from: need("from")? },
            "amount_in_words" => Self::AmountInWords { from: need("from")? },
            "sum" => Self::Sum { list: need("list")?, field: need("field")? },
            "count" => Self::Count { list: need("list")? },
            "age" => Self::Age { from: need("from")?, at: text("at") },
            "copy" => Self::Copy { from: need("from")? },
            "concat" => Self::Concat {
                from: value
                    .get("from")
                    .and_then(Value::as_array)
                    .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                    .unwrap_or_default(),
                separator: text("separator").unwrap_or_else(|| " ".to_owned()),
            },
            _ => {
                return Err(Fault::UnknownFunction { pointer: place.to_owned(), keyword: "x-compute", function });
            }
        })
    }

    /// The fields that it reads, as references.
    pub fn references(&self) -> Vec<&str> {
        match self {
            Self::DateInWords { from } | Self::AmountInWords { from } | Self::Copy { from } => vec![from],
            Self::Sum { list, .. } | Self::Count { list } => vec![list],
            Self::Age { from, at } => std::iter::once(from.as_str()).chain(at.as_deref()).collect(),
            Self::Concat { from, .. } => from.iter().map(String::as_str).collect(),
        }
    }

    /// Whether a field that is referred to has a type that the function can read.
    pub fn accepts(&self, source: &Field, target: &Field) -> bool {
        match self {
            Self::DateInWords { .. } | Self::Age { .. } => source.kind == Kind::Text,
            Self::AmountInWords { .. } => source.kind == Kind::Integer,
            Self::Sum { .. } | Self::Count { .. } => matches!(source.kind, Kind::List | Kind::Choices),
            Self::Copy { .. } => source.kind == target.kind,
            Self::Concat { .. } => true,
        }
    }
}

impl Form {
    /// Fills the computed fields. What cannot be computed yet is taken away, whatever was there.
    /// Fields hidden by a rule are not filled.
    pub fn compute(&self, data: &mut Value, ctx: &Ctx<'_>) {
        if self.inner().computed.is_empty() {
            return;
        }
        let visibility = self.visibility(data);
        self.compute_visible(data, ctx, &visibility);
    }

    pub(super) fn compute_visible(&self, data: &mut Value, ctx: &Ctx<'_>, visibility: &Visibility) {
        for &index in &self.inner().computed {
            let Some(field) = self.fields().get(index) else { continue };
            let Some(compute) = &field.compute else { continue };
            for at in pointer::expand(&field.template, data) {
                if visibility.is_hidden(&at) {
                    continue;
                }
                match self.evaluate(compute, field, &at, data, ctx) {
                    Some(value) => pointer::put(data, &at, value),
                    None => {
                        pointer::remove(data, &at);
                    }
                }
            }
        }
    }

    fn evaluate(&self, compute: &Compute, field: &Field, at: &str, data: &Value, ctx: &Ctx<'_>) -> Option<Value> {
        let read = |to: &str| data.pointer(&pointer::refer(at, to));
        let date = |to: &str| read(to).and_then(Value::as_str).and_then(formats::date);
        match compute {
            Compute::DateInWords { from } => date(from).map(|d| words::date(d).into()),
            Compute::AmountInWords { from } => read(from).and_then(Value::as_i64).map(|n| words::amount(Vnd(n)).into()),
            Compute::Sum { list, field: key } => {
                let rows = read(list).and_then(Value::as_array)?;
                let numbers = rows.iter().filter_map(|row| row.get(key));
                if field.kind == Kind::Integer {
                    Some(numbers.filter_map(Value::as_i64).fold(0i64, i64::saturating_add).into())
                } else {
                    let sum: f64 = numbers.filter_map(Value::as_f64).sum();
                    serde_json::Number::from_f64((sum * 1e6).round() / 1e6).map(Value::Number)
                }
            }
            Compute::Count { list } => Some(read(list).and_then(Value::as_array).map_or(0, Vec::len).into()),
            Compute::Age { from, at: on } => {
                // A birth date of which day or month is unknown counts from its last possible day.
                let birth = read(from).and_then(Value::as_str).and_then(formats::partial_date)?.1;
                let on = match on {
                    Some(on) => date(on)?,
                    None => ctx.today,
                };
                (birth <= on).then(|| age(birth, on).into())
            }
            Compute::Copy { from } => read(from).filter(|v| !v.is_null()).cloned(),
            Compute::Concat { from, separator } => {
                let parts: Vec<String> = from
                    .iter()
                    .map(|to| pointer::refer(at, to))
                    .filter_map(|p| {
                        Some(display::text(self, self.fields().locate(&p)?, data.pointer(&p)?, Lang::Vi, ctx))
                    })
                    .filter(|part| !part.is_empty())
                    .collect();
                (!parts.is_empty()).then(|| parts.join(separator).into())
            }
        }
    }
}

/// Whole years between two dates, as the Civil Code counts age.
pub(super) fn age(birth: jiff::civil::Date, on: jiff::civil::Date) -> i16 {
    let before_birthday = (on.month(), on.day()) < (birth.month(), birth.day());
    on.year() - birth.year() - i16::from(before_birthday)
}

/// Puts computed fields in an order in which each comes after those it reads.
pub(super) fn order(fields: &super::field::Fields) -> Result<Vec<usize>, Fault> {
    let mut done: Vec<usize> = Vec::new();
    let mut open: Vec<usize> =
        fields.all.iter().enumerate().filter(|(_, f)| f.compute.is_some()).map(|(i, _)| i).collect();
    while !open.is_empty() {
        let blocked = |index: &usize| {
            let Some(field) = fields.get(*index) else { return false };
            let reads: Vec<String> = field
                .compute
                .iter()
                .flat_map(Compute::references)
                .map(|to| pointer::refer(&field.template, to))
                .collect();
            open.iter()
                .filter_map(|i| fields.get(*i))
                .any(|other| reads.iter().any(|r| pointer::within(&other.template, r)))
        };
        let (later, ready): (Vec<usize>, Vec<usize>) = open.iter().partition(|i| blocked(i));
        if ready.is_empty() {
            let pointer = open.first().and_then(|i| fields.get(*i)).map(|f| f.template.clone()).unwrap_or_default();
            return Err(Fault::ComputeCircle { pointer });
        }
        done.extend(ready);
        open = later;
    }
    Ok(done)
}

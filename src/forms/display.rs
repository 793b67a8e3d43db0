//! Values as people read and type them: dates `dd/MM/yyyy`, money with dots, codes by their names.

use serde_json::{Number, Value};

use super::field::{Field, Format, Kind, Widget};
use super::form::{Ctx, Form};
use super::{formats, lists};
use crate::kernel::{Lang, clock};

/// A number in the Vietnamese way: decimal comma, dots between thousands from 10.000 on.
pub(super) fn number(n: &Number) -> String {
    match n.as_i64() {
        Some(whole) if whole.unsigned_abs() >= 10_000 => money(whole),
        _ => n.to_string().replace('.', ","),
    }
}

/// Whole đồng with dots between thousands, without the sign of the currency.
pub(super) fn money(dong: i64) -> String {
    crate::kernel::Vnd(dong).to_string().trim_end_matches(" đ").to_owned()
}

fn day(date: jiff::civil::Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// A text of some format as it stands in an input; anything malformed as it is.
fn formatted(format: Format, text: &str) -> String {
    match format {
        Format::Date => formats::date(text).map(day),
        Format::PartialDate => match text.len() {
            10 => formats::date(text).map(day),
            7 if formats::partial_date(text).is_some() => text.split_once('-').map(|(y, m)| format!("{m}/{y}")),
            _ => None,
        },
        Format::DateTime => formats::date_time(text).map(|at| {
            let local = clock::local(at.into());
            format!("{} {:02}:{:02}", day(local.date()), local.hour(), local.minute())
        }),
        Format::VnPhone if text.len() == 10 && text.is_ascii() => {
            Some(format!("{} {} {}", &text[..4], &text[4..7], &text[7..]))
        }
        _ => None,
    }
    .unwrap_or_else(|| text.to_owned())
}

/// What stands in a field's input; the codes of choices stay codes.
pub(super) fn input(field: &Field, value: &Value) -> String {
    match value {
        Value::String(text) => field.format.map_or_else(|| text.clone(), |format| formatted(format, text)),
        Value::Number(n) if field.widget == Widget::Money => n.as_i64().map_or_else(|| n.to_string(), money),
        Value::Number(n) => n.to_string().replace('.', ","),
        Value::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}

/// A value in words for check-answers, the declaration and officers; empty for nothing.
pub(super) fn text(form: &Form, field: &Field, value: &Value, lang: Lang, ctx: &Ctx<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => boolean(field, *yes, lang).to_owned(),
        Value::Number(n) if field.widget == Widget::Money => {
            n.as_i64().map_or_else(|| n.to_string(), |n| money(n) + " đ")
        }
        Value::Number(n) => n.to_string().replace('.', ","),
        Value::String(text) => coded(field, text, lang, ctx).unwrap_or_else(|| input(field, value)),
        Value::Array(items) if field.kind == Kind::Choices => {
            let names: Vec<String> = items.iter().map(|item| self::text(form, field, item, lang, ctx)).collect();
            names.join(", ")
        }
        Value::Array(_) => String::new(),
        Value::Object(map) => {
            // Addresses are read from the house to the province; confirmations as they are declared.
            let mut parts: Vec<String> = form
                .fields()
                .children(field)
                .map(|child| map.get(&child.key).map_or_else(String::new, |v| self::text(form, child, v, lang, ctx)))
                .filter(|part| !part.is_empty())
                .collect();
            if field.widget == Widget::Address {
                let part = |key: &str| {
                    let child = form.fields().child(field, key)?;
                    map.get(key).map(|v| self::text(form, child, v, lang, ctx)).filter(|t| !t.is_empty())
                };
                parts = ["detail", "commune", "province"].into_iter().filter_map(part).collect();
            }
            parts.join(", ")
        }
    }
}

/// The name of a code of a list or an option; `None` if the field has neither.
pub(super) fn coded(field: &Field, code: &str, lang: Lang, ctx: &Ctx<'_>) -> Option<String> {
    if let Some(option) = field.options.iter().find(|o| o.value == code) {
        return Some(option.label.get(lang).to_owned());
    }
    let list = field.list.as_deref()?;
    let name = lists::label(ctx.lists, list, code, lang);
    // A commune that is not chosen yet is told by its province.
    name.or_else(|| lists::label(ctx.lists, lists::PROVINCES, code, lang).filter(|_| list == lists::COMMUNES))
}

fn boolean(field: &Field, yes: bool, lang: Lang) -> &'static str {
    match (field.widget, yes, lang) {
        (Widget::Agree, true, Lang::Vi) => "Đồng ý",
        (Widget::Agree, true, Lang::En) => "Agreed",
        (_, true, Lang::Vi) => "Có",
        (_, true, Lang::En) => "Yes",
        (_, false, Lang::Vi) => "Không",
        (_, false, Lang::En) => "No",
    }
}

impl Form {
    /// The displayed text of the value at a pointer, for papers and result fields; `None` if nothing is there.
    pub fn display(&self, data: &Value, pointer: &str, lang: Lang, ctx: &Ctx<'_>) -> Option<String> {
        let field = self.fields().locate(pointer)?;
        Some(text(self, field, data.pointer(pointer)?, lang, ctx)).filter(|t| !t.is_empty())
    }
}

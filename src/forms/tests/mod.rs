//! Tests of the engine as a whole, on a birth declaration with rules, a list, computed fields and addresses.

mod answers;
mod bad_input;
mod loading;
mod omitted;
mod pages;
mod properties;

use serde_json::Value;

use super::*;
use crate::kernel::Lang;

/// The form of the tests.
pub(super) fn birth() -> Form {
    static FORM: std::sync::OnceLock<Form> = std::sync::OnceLock::new();
    FORM.get_or_init(|| Form::load(&definition()).unwrap_or_else(|e| panic!("{e}"))).clone()
}

/// Its definition, to be spoilt.
pub(super) fn definition() -> Value {
    serde_json::from_str(include_str!("birth.json")).unwrap()
}

/// Complete valid answers.
pub(super) fn example() -> Value {
    birth().examples()[0].clone()
}

/// 21 November 2026, with two provinces and three communes.
pub(super) fn ctx() -> Ctx<'static> {
    Ctx::new(jiff::civil::Date::constant(2026, 11, 21), &Units)
}

/// Faults as `pointer code`.
pub(super) fn faults(result: Result<Answers, Vec<FieldError>>) -> Vec<String> {
    let errors = result.map_or_else(|errors| errors, |_| Vec::new());
    errors.iter().map(|e| format!("{} {}", e.pointer, e.code.as_str())).collect()
}

/// Complete check of the example with one value put in.
pub(super) fn with(pointer: &str, value: Value) -> Vec<String> {
    let mut data = example();
    super::pointer::put(&mut data, pointer, value);
    faults(birth().check(&data, CheckMode::Complete, &ctx()))
}

/// Complete check of the example with one value taken away.
pub(super) fn without(pointer: &str) -> Vec<String> {
    let mut data = example();
    assert!(super::pointer::remove(&mut data, pointer), "{pointer}");
    faults(birth().check(&data, CheckMode::Complete, &ctx()))
}

/// A few administrative units.
pub(super) struct Units;

const UNITS: [(&str, &str, &str, &str); 6] = [
    (PROVINCES, "46", "Thành phố Huế", ""),
    (PROVINCES, "79", "Thành phố Hồ Chí Minh", ""),
    (COMMUNES, "19753", "Phường Phú Xuân", "46"),
    (COMMUNES, "19774", "Phường Thuận Hóa", "46"),
    (COMMUNES, "20000", "Xã Bình Điền", "46"),
    (COMMUNES, "26734", "Xã Bình Điền", "79"),
];

impl Lists for Units {
    fn contains(&self, list: &str, code: &str) -> bool {
        UNITS.iter().any(|u| u.0 == list && u.1 == code)
    }
    fn label(&self, list: &str, code: &str, _: Lang) -> Option<String> {
        UNITS.iter().find(|u| u.0 == list && u.1 == code).map(|u| u.2.to_owned())
    }
    fn options(&self, list: &str, parent: Option<&str>, _: Lang) -> Vec<Choice> {
        let of = |u: &&(&'static str, &'static str, &'static str, &'static str)| {
            u.0 == list && parent.is_none_or(|p| p == u.3)
        };
        UNITS.iter().filter(of).map(|u| Choice { code: u.1.into(), label: u.2.to_owned() }).collect()
    }
    fn parent(&self, list: &str, code: &str) -> Option<String> {
        UNITS.iter().find(|u| u.0 == list && u.1 == code).map(|u| u.3.to_owned())
    }
    fn find(&self, list: &str, text: &str, parent: Option<&str>) -> Vec<Choice> {
        let wanted = crate::kernel::text::fold(text);
        let mut found = self.options(list, parent, Lang::Vi);
        found.retain(|c| crate::kernel::text::fold(&c.label).ends_with(&wanted));
        found
    }
}

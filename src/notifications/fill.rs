//! Fills a message template: `{{ name }}` and `{% if name %}…{% else %}…{% endif %}`, not nested.

use std::collections::BTreeMap;

/// What a template is filled with. An unknown name is an error; an empty value is false in `if`.
pub(super) type Values = BTreeMap<&'static str, String>;

/// Why a template could not be filled.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum FillError {
    #[error("nothing is called `{0}`")]
    Unknown(String),
    #[error("`{0}` does not close")]
    Open(&'static str),
}

/// Fills `template`.
pub(super) fn fill(template: &str, values: &Values) -> Result<String, FillError> {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(at) = rest.find("{% if ") {
        put(&mut out, &rest[..at], values)?;
        let (name, after) = rest[at + 6..].split_once(" %}").ok_or(FillError::Open("if"))?;
        let (body, after) = after.split_once("{% endif %}").ok_or(FillError::Open("if"))?;
        let (yes, no) = body.split_once("{% else %}").unwrap_or((body, ""));
        let holds = !value(values, name)?.is_empty();
        put(&mut out, if holds { yes } else { no }, values)?;
        rest = after;
    }
    put(&mut out, rest, values)?;
    Ok(out)
}

fn put(out: &mut String, mut rest: &str, values: &Values) -> Result<(), FillError> {
    while let Some((before, after)) = rest.split_once("{{ ") {
        let (name, after) = after.split_once(" }}").ok_or(FillError::Open("{{"))?;
        out.push_str(before);
        out.push_str(value(values, name)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(())
}

fn value<'v>(values: &'v Values, name: &str) -> Result<&'v str, FillError> {
    values.get(name).map(String::as_str).ok_or_else(|| FillError::Unknown(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::from([("a", "một".to_owned()), ("b", String::new())])
    }

    #[test]
    fn names_and_conditions_are_filled() {
        assert_eq!(fill("x {{ a }} y", &values()).as_deref(), Ok("x một y"));
        assert_eq!(fill("{% if a %}có {{ a }}{% else %}không{% endif %}.", &values()).as_deref(), Ok("có một."));
        assert_eq!(fill("{% if b %}có{% else %}không {{ a }}{% endif %}", &values()).as_deref(), Ok("không một"));
        assert_eq!(fill("{% if b %}có{% endif %}{portal}", &values()).as_deref(), Ok("{portal}"));
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(fill("{{ c }}", &values()), Err(FillError::Unknown("c".into())));
        assert_eq!(fill("{% if c %}{% endif %}", &values()), Err(FillError::Unknown("c".into())));
        assert_eq!(fill("{% if a %}", &values()), Err(FillError::Open("if")));
        assert_eq!(fill("{{ a", &values()), Err(FillError::Open("{{")));
    }

    #[test]
    fn a_value_is_never_taken_for_a_template() {
        let values = Values::from([("a", "{{ b }}{% if b %}".to_owned()), ("b", "bí mật".to_owned())]);
        assert_eq!(fill("{{ a }}", &values).as_deref(), Ok("{{ b }}{% if b %}"));
    }
}

//! Texts of messages: mails, SMS, notices.
//!
//! They are written inside a transaction by use cases that hold no [`super::Templates`], so they have an engine of
//! their own over the embedded files below `templates/messages/` and the words of `letters.ftl`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::engine::Engines;
use super::{LOCALES, RenderError, TEMPLATES};
use crate::kernel::Lang;

const FOLDER: &str = "messages/";

static LETTERS: LazyLock<Result<Engines, RenderError>> = LazyLock::new(|| {
    let templates = TEMPLATES.iter().copied().filter(|(name, _)| name.starts_with(FOLDER));
    let words = LOCALES.iter().copied().filter(|(_, file, _)| *file == "letters.ftl");
    Engines::build(templates, words, true)
});

fn letters() -> Result<&'static Engines, RenderError> {
    LETTERS.as_ref().map_err(|error| RenderError::Load(error.to_string()))
}

/// Fills the text `templates/messages/<lang>/<name>.txt`, without escaping; `None` when there is no such text.
/// An empty value is false in `if`; an unknown name is an error.
///
/// # Errors
/// A template that can't be parsed or asks for something that is not among the values.
pub fn letter(name: &str, lang: Lang, values: &BTreeMap<&'static str, String>) -> Result<Option<String>, RenderError> {
    let path = format!("{FOLDER}{}/{name}.txt", lang.as_str());
    let Some((template, _)) = TEMPLATES.iter().find(|(known, _)| *known == path) else { return Ok(None) };
    let mut context = tera::Context::new();
    for (key, value) in values {
        context.insert(*key, value);
    }
    letters()?.render(template, lang, &context).map(Some)
}

/// A word that stands in message texts, from `letters.ftl`; the key itself where it is missing.
pub fn letter_word(lang: Lang, key: &str) -> String {
    letters().ok().and_then(|letters| letters.messages.text(lang, key, &[])).unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_filled_without_escaping_and_a_gap_is_an_error() {
        let mut values = BTreeMap::new();
        assert!(letter("password_changed.sms", Lang::Vi, &values).is_err(), "nothing was given");
        values.insert("name", "<Ksor H'Bơ>".to_owned());
        values.insert("at", "08:05".to_owned());
        let text = letter("password_changed.sms", Lang::Vi, &values).expect("filled").expect("a text");
        assert!(text.contains("<Ksor H'Bơ>") && text.contains("{portal}"), "{text}");
        assert!(letter("one_time_code.portal", Lang::Vi, &values).expect("no error").is_none());
    }
}

//! Translations: Fluent files below `templates/locales/{vi,en}/`, one file an area.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::kernel::Lang;

/// A value put into a sentence.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// Text, as it is.
    Text(std::borrow::Cow<'a, str>),
    /// A number; it also chooses between singular and plural.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// All sentences in both languages.
pub(super) struct Messages {
    vi: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Messages {
    /// Parses files `(language, file, text)`.
    ///
    /// # Errors
    /// A syntax error, an unknown language, or an id that two files of one language both define; with its place.
    pub fn parse<'a>(files: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Result<Self, String> {
        let (mut vi, mut en) = (bundle(Lang::Vi)?, bundle(Lang::En)?);
        for (lang, file, text) in files {
            let resource = FluentResource::try_new(text.to_owned())
                .map_err(|(_, errors)| format!("locales/{lang}/{file}: {errors:?}"))?;
            let bundle = match Lang::parse(lang) {
                Some(Lang::Vi) => &mut vi,
                Some(Lang::En) => &mut en,
                None => return Err(format!("locales/{lang}: no such language")),
            };
            bundle.add_resource(resource).map_err(|errors| format!("locales/{lang}/{file}: {errors:?}"))?;
        }
        Ok(Self { vi, en })
    }

    /// A sentence with its values filled in; `None` if it is missing or asks for a value that was not given.
    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            match arg {
                Arg::Text(text) => values.set(*name, text.as_ref()),
                Arg::Number(number) => values.set(*name, *number),
            }
        }
        self.format(lang, key, &values)
    }

    /// The same from a template's `t(k="…", name=value)`.
    pub fn text_for_template(&self, lang: Lang, key: &str, kwargs: &tera::Kwargs) -> Option<String> {
        let mut values = FluentArgs::new();
        for (name, value) in kwargs.iter() {
            let Some(name) = name.as_str().filter(|name| *name != "k") else { continue };
            let value = match (value.as_i64(), value.as_str()) {
                (Some(number), _) => FluentValue::from(number),
                (None, Some(text)) => FluentValue::from(text.to_owned()),
                (None, None) => FluentValue::from(value.to_string()),
            };
            values.set(name.to_owned(), value);
        }
        self.format(lang, key, &values)
    }

    /// Whether a sentence exists.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.bundle(lang).has_message(key)
    }

    fn format(&self, lang: Lang, key: &str, values: &FluentArgs<'_>) -> Option<String> {
        let bundle = self.bundle(lang);
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(values), &mut errors);
        if errors.is_empty() {
            return Some(text.into_owned());
        }
        tracing::error!(key, lang = lang.as_str(), ?errors, "translation with a wrong value");
        None
    }

    fn bundle(&self, lang: Lang) -> &FluentBundle<FluentResource> {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

fn bundle(lang: Lang) -> Result<FluentBundle<FluentResource>, String> {
    let tag = lang.as_str().parse().map_err(|error| format!("{}: {error:?}", lang.as_str()))?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks around inserted values that Fluent adds by default would show up in copied codes and in SMS.
    bundle.set_use_isolating(false);
    Ok(bundle)
}

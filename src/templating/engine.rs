//! One Tera for each language, with the product's functions and filters.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use tera::{Kwargs, State, Tera};

use super::messages::Messages;
use super::{RenderError, assets, filters};
use crate::kernel::Lang;

/// What tells that a folder of templates has changed: number of files and the newest change.
pub(super) type Stamp = (usize, Option<SystemTime>);

/// Everything needed to render in either language.
pub(super) struct Engines {
    vi: Tera,
    en: Tera,
    pub messages: Arc<Messages>,
}

impl Engines {
    /// Parses templates `(name, text)` and translations `(language, file, text)`.
    pub fn build<'a>(
        templates: impl Iterator<Item = (&'a str, &'a str)> + Clone,
        locales: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
        strict: bool,
    ) -> Result<Self, RenderError> {
        let messages = Arc::new(Messages::parse(locales).map_err(RenderError::Load)?);
        Ok(Self {
            vi: tera_of(Lang::Vi, templates.clone(), &messages, strict)?,
            en: tera_of(Lang::En, templates, &messages, strict)?,
            messages,
        })
    }

    /// Reads and parses everything below a folder.
    pub fn read(folder: &Path) -> Result<(Stamp, Self), RenderError> {
        let stamp = stamp(folder)?;
        let (mut templates, mut locales) = (Vec::new(), Vec::new());
        for path in files(folder)? {
            // Beside them lie the papers' Typst sources, which are not ours.
            if !path.extension().is_some_and(|ending| ["html", "txt", "ftl"].iter().any(|known| ending == *known)) {
                continue;
            }
            let text = std::fs::read_to_string(&path)
                .map_err(|error| RenderError::Load(format!("{}: {error}", path.display())))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            match name.strip_prefix("locales/").and_then(|rest| rest.split_once('/')) {
                Some((lang, file)) => locales.push((lang.to_owned(), file.to_owned(), text)),
                None => templates.push((name, text)),
            }
        }
        let engines = Self::build(
            templates.iter().map(|(name, text)| (name.as_str(), text.as_str())),
            locales.iter().map(|(lang, file, text)| (lang.as_str(), file.as_str(), text.as_str())),
            true,
        )?;
        Ok((stamp, engines))
    }

    /// Renders a template.
    pub fn render(&self, template: &'static str, lang: Lang, context: &tera::Context) -> Result<String, RenderError> {
        let tera = match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        };
        tera.render(template, context).map_err(|error| RenderError::Template { template, message: chain(&error) })
    }
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn tera_of<'a>(
    lang: Lang,
    templates: impl Iterator<Item = (&'a str, &'a str)>,
    messages: &Arc<Messages>,
    strict: bool,
) -> Result<Tera, RenderError> {
    let mut tera = Tera::new();
    filters::register(&mut tera, lang);
    let translations = Arc::clone(messages);
    tera.register_function("t", move |kwargs: Kwargs, _: &State| -> tera::TeraResult<String> {
        let key: &str = kwargs.must_get("k")?;
        match translations.text_for_template(lang, key, &kwargs) {
            Some(text) => Ok(text),
            None if strict => Err(tera::Error::message(format!("no translation `{key}` in {}", lang.as_str()))),
            None => {
                tracing::error!(key, lang = lang.as_str(), "missing translation");
                Ok(key.to_owned())
            }
        }
    });
    tera.register_function("asset", |kwargs: Kwargs, _: &State| -> tera::TeraResult<&'static str> {
        let name: &str = kwargs.must_get("name")?;
        assets::asset_url(name).ok_or_else(|| tera::Error::message(format!("no asset `{name}`")))
    });
    tera.register_function("qr", |kwargs: Kwargs, _: &State| -> tera::TeraResult<tera::Value> {
        let text: &str = kwargs.must_get("text")?;
        qr(text).map(|svg| tera::Value::safe_string(&svg))
    });
    tera.add_raw_templates(templates).map_err(|error| RenderError::Load(chain(&error)))?;
    Ok(tera)
}

/// A QR code as one SVG path, drawn in the colour of the text on white.
fn qr(text: &str) -> tera::TeraResult<String> {
    use std::fmt::Write as _;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)
        .map_err(|error| tera::Error::message(format!("QR code: {error}")))?;
    let width = code.width();
    let mut path = String::new();
    for (i, dark) in code.to_colors().into_iter().enumerate() {
        if dark == qrcode::Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", i % width + 4, i / width + 4);
        }
    }
    let side = width + 8;
    Ok(format!(
        "<svg class=\"qr__code\" viewBox=\"0 0 {side} {side}\" aria-hidden=\"true\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// Number of files below a folder and the newest change among them.
pub(super) fn stamp(folder: &Path) -> Result<Stamp, RenderError> {
    let files = files(folder)?;
    let newest = files.iter().filter_map(|path| path.metadata().and_then(|m| m.modified()).ok()).max();
    Ok((files.len(), newest))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, RenderError> {
    let failed = |error: std::io::Error| RenderError::Load(format!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match (hidden, path.is_dir()) {
            (true, _) => {}
            (false, true) => found.extend(files(&path)?),
            (false, false) => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}

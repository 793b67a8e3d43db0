//! Pages and texts: typed pages rendered by Tera, translations by Fluent, and the files below `/static/`.
//!
//! A page is a plain struct that implements [`Page`]; its template sees it as `page` and what surrounds it as `shell`.
//! There is one Tera per language, so that `t(k="…")` and the filters know the language everywhere, also inside
//! components. An undefined variable is an error; so is a missing translation, except in production, where the key
//! is shown and logged.

pub mod assets;
mod engine;
mod filters;
mod letters;
pub mod messages;
pub mod pages;
mod shell;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use engine::{Engines, Stamp};
pub use letters::{letter, letter_word};
pub use messages::Arg;
pub use shell::{Flash, FlashKind, Person, PersonKind, Section, Shell, Site};

use crate::kernel::Lang;

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// A page with everything its template needs.
pub trait Page: serde::Serialize + Sized {
    /// Name of the template below `templates/`, such as `public/home.html` or `notices/submitted.txt`.
    const TEMPLATE: &'static str;

    /// Examples that between them reach every branch of the template. A test renders them all, in both languages.
    fn samples() -> Vec<Self>;
}

/// Why a page could not be made. Never the visitor's fault.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The template is wrong, or the page lacks what the template asks for.
    #[error("template {template}: {message}")]
    Template { template: &'static str, message: String },
    /// The templates or translations could not be read or parsed.
    #[error("templates: {0}")]
    Load(String),
}

/// The templates, ready to render. Cheap to share behind an `Arc`.
pub struct Templates {
    engines: RwLock<(Stamp, Arc<Engines>)>,
    /// Folder to read from again when something in it changes; `None` when the embedded ones are used.
    folder: Option<PathBuf>,
    strict: bool,
}

impl Templates {
    /// The templates that are embedded in the binary. `strict`: a missing translation is an error.
    ///
    /// # Errors
    /// A template or a translation that cannot be parsed.
    pub fn embedded(strict: bool) -> Result<Self, RenderError> {
        let engines = Engines::build(TEMPLATES.iter().copied(), LOCALES.iter().copied(), strict)?;
        Ok(Self { engines: RwLock::new((Stamp::default(), Arc::new(engines))), folder: None, strict })
    }

    /// The templates of a folder, read again whenever a file in it changes. For development; always strict.
    ///
    /// # Errors
    /// A folder that cannot be read, a template or a translation that cannot be parsed.
    pub fn from_folder(folder: impl Into<PathBuf>) -> Result<Self, RenderError> {
        let folder = folder.into();
        let (stamp, engines) = Engines::read(&folder)?;
        Ok(Self { engines: RwLock::new((stamp, Arc::new(engines))), folder: Some(folder), strict: true })
    }

    /// Renders a page inside its layout.
    ///
    /// # Errors
    /// A template that asks for something the page does not have.
    pub fn render<P: Page>(&self, page: &P, shell: &Shell) -> Result<String, RenderError> {
        let mut context = tera::Context::new();
        context.insert("page", page);
        context.insert("shell", shell);
        self.engines()?.render(P::TEMPLATE, shell.lang, &context)
    }

    /// Renders a text without layout and without escaping: the body of a mail or of an SMS.
    ///
    /// # Errors
    /// A template that asks for something the page does not have.
    pub fn render_text<P: Page>(&self, page: &P, lang: Lang) -> Result<String, RenderError> {
        let mut context = tera::Context::new();
        context.insert("page", page);
        self.engines()?.render(P::TEMPLATE, lang, &context)
    }

    /// One translated sentence, for messages that do not come from a template (field errors, flashes, API errors).
    /// A missing one is its own key, and a line in the log.
    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        match self.engines() {
            Ok(engines) => engines.messages.text(lang, key, args).unwrap_or_else(|| {
                tracing::error!(key, lang = lang.as_str(), "missing translation");
                key.to_owned()
            }),
            Err(error) => {
                tracing::error!(%error, "translations");
                key.to_owned()
            }
        }
    }

    /// Whether a translation exists.
    pub fn has_text(&self, lang: Lang, key: &str) -> bool {
        self.engines().is_ok_and(|engines| engines.messages.has(lang, key))
    }

    /// Renders every sample of a page in both languages: what the page's test calls.
    ///
    /// # Errors
    /// The first sample that does not render.
    pub fn check<P: Page>(&self) -> Result<Vec<String>, RenderError> {
        let mut all = Vec::new();
        for lang in [Lang::Vi, Lang::En] {
            for shell in Shell::samples(lang) {
                for page in P::samples() {
                    all.push(self.render(&page, &shell)?);
                }
            }
        }
        Ok(all)
    }

    fn engines(&self) -> Result<Arc<Engines>, RenderError> {
        if let Some(folder) = &self.folder {
            let stamp = engine::stamp(folder)?;
            if self.engines.read().unwrap_or_else(PoisonError::into_inner).0 != stamp {
                let (stamp, engines) = Engines::read(folder)?;
                *self.engines.write().unwrap_or_else(PoisonError::into_inner) = (stamp, Arc::new(engines));
            }
        }
        Ok(self.engines.read().unwrap_or_else(PoisonError::into_inner).1.clone())
    }
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("folder", &self.folder).field("strict", &self.strict).finish_non_exhaustive()
    }
}

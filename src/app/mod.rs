//! The running product in one cheap handle: database, clock, settings, ports. Only this module (and `main`) knows
//! which integration stands behind a port.

mod acting;
mod amending;
mod attaching;
mod automatic;
mod completeness;
pub mod filing;
mod jobs;
mod rendering;
mod rules;
mod schedules;
mod sheets;
mod units;

pub use acting::SigningError;
pub use attaching::AttachError;
pub use rendering::PaperError;
pub use units::UnitLists;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use crate::accounts::{self, Hasher};
use crate::catalog::Catalogue;
use crate::config::{Profile, Settings};
use crate::db::{self, Db};
use crate::documents::Archive;
use crate::documents::agency_keys::KeyRing;
use crate::documents::archive;
use crate::documents::pdf::Renderer;
use crate::integrations::files::FileStore;
use crate::kernel::crypto::{CryptoError, Keys, RootSecret};
use crate::kernel::{Clock, Timestamp};
use crate::telemetry::metrics::Metrics;
use crate::templating::{RenderError, Site, Templates};

/// How many sign-ins may wait for a free password hasher before further ones are asked to come back.
const PASSWORD_QUEUE: usize = 64;

/// Everything a handler or a job may need. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] gives access to.
#[derive(Clone)]
pub struct Parts {
    pub settings: Settings,
    pub db: Db,
    pub clock: Clock,
    pub metrics: Metrics,
    /// All keys, derived from the root secret.
    pub keys: Arc<Keys>,
    pub templates: Arc<Templates>,
    pub catalogue: Catalogue,
    /// Files, made papers, signatures.
    pub archive: Archive,
    /// Agencies' keys, opened.
    key_ring: Arc<KeyRing>,
    /// Small snapshots that acts go by.
    shelf: Arc<rules::Shelf>,
    /// Sheets of procedures, set.
    sheets: Arc<sheets::Sheets>,
    pub hasher: Arc<Hasher>,
}

/// Why the product can't be put together. Each names what an operator can mend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    DatabaseUrl(#[from] db::UrlError),
    #[error("the database can't be opened: {0}")]
    Database(#[from] db::Error),
    #[error("{path}: {source}")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("metrics: {0}")]
    Metrics(String),
    #[error("MOTCUA_SECRET_KEY: {0}")]
    Secret(#[from] CryptoError),
    #[error("passwords: {0}")]
    Hasher(#[from] accounts::password::HashError),
    #[error("{0}")]
    Templates(#[from] RenderError),
    #[error("MOTCUA_SECRET_KEY is missing: make one with `openssl rand -base64 48` and keep it")]
    NoSecret,
    #[error("MOTCUA_STORAGE_URL: {0}")]
    Storage(String),
    #[error("mail or SMS: {0}")]
    Messages(String),
}

impl App {
    /// Opens the database and wires the ports. Does not migrate.
    ///
    /// # Errors
    /// [`Error`] names the part that failed.
    pub fn build(settings: Settings) -> Result<Self, Error> {
        let root = RootSecret::from_base64(settings.secret_key.as_ref().ok_or(Error::NoSecret)?.expose())?;
        let keys = Arc::new(Keys::derive(&root, &[])?);
        let templates = Arc::new(templates(settings.profile)?);
        let hasher = Arc::new(Hasher::new(settings.security.password_hashers, PASSWORD_QUEUE)?);
        let db = open_database(&settings)?;
        let archive = open_archive(&settings, &db)?;
        let clock = settings.now.map_or_else(Clock::machine, Clock::starting_at);
        let metrics = Metrics::new().map_err(|e| Error::Metrics(e.to_string()))?;
        Ok(Self(Arc::new(Parts {
            archive,
            key_ring: Arc::default(),
            catalogue: Catalogue::new(),
            shelf: Arc::default(),
            sheets: Arc::default(),
            settings,
            db,
            clock,
            metrics,
            keys,
            templates,
            hasher,
        })))
    }

    /// The same product with its clock at another moment: for telling the demonstration's past.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Self {
        let mut parts = (*self.0).clone();
        parts.clock = Clock::starting_at(moment);
        Self(Arc::new(parts))
    }

    /// The present moment on the product's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Who runs this portal, for the pages.
    pub fn site(&self) -> Site {
        let site = &self.settings.site;
        Site { place: site.place.clone(), hotline: site.hotline.clone(), email: site.email.clone() }
    }

    /// Whether citizens reach the portal over TLS (cookies are then `Secure`).
    pub fn is_https(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Development reads the templates from disk, so that a change shows at once; elsewhere the embedded ones serve.
fn templates(profile: Profile) -> Result<Templates, RenderError> {
    let folder = std::path::Path::new("templates");
    match profile {
        Profile::Development if folder.join("layouts").is_dir() => Templates::from_folder(folder),
        Profile::Development | Profile::Test => Templates::embedded(true),
        Profile::Production => Templates::embedded(false),
    }
}

/// Opens the database that the settings name; on SQLite its folder is made first.
///
/// # Errors
/// A wrong address, a folder that can't be made, a database that can't be reached.
pub fn open_database(settings: &Settings) -> Result<Db, Error> {
    let url = db::Url::parse(&settings.database_url)?;
    if let db::Url::Sqlite(path) = &url
        && let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|source| Error::Folder { path: folder.to_owned(), source })?;
    }
    Ok(Db::open(&db::Options { url, connections: settings.database.connections })?)
}

/// Opens the archive over the storage that `MOTCUA_STORAGE_URL` names. Files on disk are what there is so far.
fn open_archive(settings: &Settings, db: &Db) -> Result<Archive, Error> {
    match settings.storage_url.strip_prefix("file:") {
        Some(folder) if !folder.is_empty() => {
            let store = FileStore::open(folder).map_err(|e| Error::Storage(format!("{folder}: {e}")))?;
            Ok(Archive::new(archive::Parts {
                db: db.clone(),
                blobs: Box::new(store),
                renderer: Renderer::new(2),
                scanner: None,
                public_url: settings.public_url.clone(),
            }))
        }
        _ => Err(Error::Storage("only file:DIR is supported".to_owned())),
    }
}

//! The running product in one cheap handle: database, clock, settings, ports. Only this module (and `main`) knows
//! which integration stands behind a port.

mod acting;
mod amending;
mod attaching;
mod automatic;
mod completeness;
pub mod filing;
mod jobs;
mod known;
mod paying;
mod receipts;
mod refunding;
mod rendering;
pub mod root_secret;
mod rules;
mod schedules;
mod statements;
mod sheets;
mod transfers;
mod units;

pub use acting::SigningError;
pub use attaching::AttachError;
pub use jobs::message_faults;
pub use paying::{PayError, Wish};
pub use refunding::{Decide, Settle};
pub use rendering::{PaperError, RECEIPT};
pub use statements::{ImportError, OTHER_GATEWAY, StatementFile, UNCONFIRMED};
pub use units::UnitLists;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use crate::accounts::password::Cost;
use crate::accounts::{self, Hasher};
use crate::catalog::Catalogue;
use crate::config::{self, Profile, Settings};
use crate::db::{self, Db};
use crate::documents::Archive;
use crate::documents::agency_keys::KeyRing;
use crate::documents::archive;
use crate::documents::pdf::Renderer;
use crate::integrations::files::FileStore;
use crate::integrations::{payment, setup};
use crate::kernel::crypto::{CryptoError, Keys};
use crate::kernel::{Clock, Timestamp, trouble};
use crate::payments::bank_notice::Banks;
use crate::payments::gateway::Gateway;
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
    /// Gateways that citizens may pay through.
    pub gateways: Arc<[Arc<dyn Gateway>]>,
    /// Banks that may tell of credits.
    pub banks: Arc<Banks>,
}

/// Why the product can't be put together. Each names what an operator can mend.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    DatabaseUrl(#[from] db::UrlError),
    #[error("{0}")]
    Open(#[from] db::OpenError),
    #[error("the database can't be used: {0}")]
    Database(#[from] db::Error),
    #[error("the folder {} can't be made: {why}; --data-dir, MOTCUA_DATA_DIR or DATABASE_URL names it", .path.display())]
    Folder { path: PathBuf, why: String },
    #[error("metrics: {0}")]
    Metrics(String),
    #[error("MOTCUA_SECRET_KEY: {0}")]
    Secret(#[from] CryptoError),
    #[error("passwords: {0}")]
    Hasher(#[from] accounts::password::HashError),
    #[error("{0}")]
    Templates(#[from] RenderError),
    #[error("{0}")]
    Settings(#[from] config::Error),
    #[error(
        "there is no database at {0}: DATABASE_URL or MOTCUA_DATA_DIR names another place, or `motcua migrate` was \
         never run"
    )]
    NoDatabase(PathBuf),
    #[error(
        "this database was begun under another root secret: set MOTCUA_SECRET_KEY to that one (in development: the \
         file secret.key of its data folder). Under this one its numbers stay sealed and nobody could sign in"
    )]
    OtherSecret,
    #[error("MOTCUA_SECRET_KEY is missing: make one with `openssl rand -base64 48` and keep it")]
    NoSecret,
    #[error("MOTCUA_STORAGE_URL: {0}")]
    Storage(String),
    #[error("mail or SMS: {0}")]
    Messages(String),
    #[error("online payment: {0}")]
    Payment(#[from] setup::SetupError),
}

impl App {
    /// Opens the database and wires the ports. Does not migrate.
    ///
    /// # Errors
    /// [`Error`] names the part that failed.
    pub fn build(settings: Settings) -> Result<Self, Error> {
        Self::wired(settings, |_, _| Ok(()))
    }

    /// `before_keys` looks at the database before a root secret is made: where it refuses, none is left behind.
    fn wired(settings: Settings, before_keys: impl FnOnce(&Settings, &Db) -> Result<(), Error>) -> Result<Self, Error> {
        root_secret::is_there_or_can_be_made(&settings)?;
        let templates = Arc::new(templates(settings.profile)?);
        let security = &settings.security;
        let cost = Cost { memory_kib: security.argon2_memory_kib, passes: security.argon2_passes };
        let hasher = Arc::new(Hasher::new(security.password_hashers, PASSWORD_QUEUE, cost)?);
        let db = open_database(&settings)?;
        before_keys(&settings, &db)?;
        let archive = open_archive(&settings, &db, Renderer::new(2))?;
        let clock = settings.now.map_or_else(Clock::machine, Clock::starting_at);
        let gateways = payment::gateways(&settings)?.into();
        let banks = Arc::new(payment::banks(&settings)?);
        let metrics = Metrics::new().map_err(|e| Error::Metrics(e.to_string()))?;
        let keys = Arc::new(root_secret::keys(&settings)?);
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
            gateways,
            banks,
        })))
    }

    /// [`App::build`], then the newest schema, and the proof that root secret and database belong together. Names the
    /// migrations that were run.
    ///
    /// # Errors
    /// [`Error::OtherSecret`], and as [`App::build`].
    pub fn open(settings: Settings) -> Result<(Self, Vec<String>), Error> {
        let mut ran = Vec::new();
        let app = Self::wired(settings, |settings, db| {
            ran = db::migrate::run(db)?;
            root_secret::may_be_made(settings, db)
        })?;
        root_secret::hold(&app.db, &app.keys, app.now())?;
        Ok((app, ran))
    }

    /// The same product with its clock at another moment: for telling the demonstration's past.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Self {
        let mut parts = (*self.0).clone();
        parts.clock = Clock::starting_at(moment);
        Self(Arc::new(parts))
    }

    /// The same product as a build without the feature `pdf` has it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    #[cfg(test)]
    pub(crate) fn without_papers(&self) -> Result<Self, Error> {
        let mut parts = (*self.0).clone();
        parts.archive = open_archive(&self.settings, &self.db, Renderer::new(0))?;
        Ok(Self(Arc::new(parts)))
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
        let failed = |e: std::io::Error| Error::Folder { path: folder.to_owned(), why: trouble::of_file(&e) };
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    Ok(Db::open(&db::Options { url, connections: settings.database.connections })?)
}

/// [`open_database`] for commands that only look: an embedded database that is not there is not made.
///
/// # Errors
/// [`Error::NoDatabase`], and as [`open_database`].
pub fn open_existing_database(settings: &Settings) -> Result<Db, Error> {
    match db::Url::parse(&settings.database_url)? {
        db::Url::Sqlite(path) if !path.exists() => Err(Error::NoDatabase(path)),
        db::Url::Sqlite(_) | db::Url::Postgres(_) => open_database(settings),
    }
}

/// Opens the archive over the storage that `MOTCUA_STORAGE_URL` names. Files on disk are what there is so far.
fn open_archive(settings: &Settings, db: &Db, renderer: Renderer) -> Result<Archive, Error> {
    match settings.storage_url.strip_prefix("file:") {
        Some(folder) if !folder.is_empty() => {
            let store =
                FileStore::open(folder).map_err(|e| Error::Storage(format!("{folder}: {}", trouble::of_file(&e))))?;
            Ok(Archive::new(archive::Parts {
                db: db.clone(),
                blobs: Box::new(store),
                renderer,
                scanner: None,
                public_url: settings.public_url.clone(),
            }))
        }
        _ => Err(Error::Storage(format!("`{}` names no folder, as in file:/srv/motcua/files", settings.storage_url))),
    }
}

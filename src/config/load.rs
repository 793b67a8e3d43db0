//! Reading the settings.

use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;

use super::names::{self, UnknownName};
use super::told;
use super::{
    Database, Limits, Log, Mail, Metrics, Obligations, Platform, Profile, Secret, Security, Server, Settings, Site,
    Sms, Statement, Vietqr, Vnpay, Worker,
};
use crate::kernel::crypto::RootSecret;
use crate::kernel::trouble;

/// What the command line says over the settings.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub listen: Option<String>,
    pub data_dir: Option<PathBuf>,
    /// Everything the environment would say, for tests: then the real environment is not read.
    pub environment: Option<Vec<(String, String)>>,
}

/// A setting that can't be used, named so that an operator can mend it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("settings: {0}")]
    Read(String),
    #[error("{name}: {reason}")]
    Bad { name: &'static str, reason: String },
    #[error("{}: {why}", .path.display())]
    File { path: PathBuf, why: String },
    #[error("settings: {0}")]
    Unknown(UnknownName),
}

impl From<config::ConfigError> for Error {
    fn from(e: config::ConfigError) -> Self {
        Self::Read(told::plain(&e))
    }
}

/// The sections that files and `MOTCUA__SECTION__KEY` fill.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    server: Server,
    site: Site,
    database: Database,
    #[serde(default)]
    storage: Storage,
    security: Security,
    limits: Limits,
    mail: Mail,
    sms: Sms,
    vnpay: Vnpay,
    vietqr: Vietqr,
    statement: Statement,
    platform: Platform,
    obligations: Obligations,
    worker: Worker,
    #[serde(default)]
    metrics: Metrics,
    log: Log,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Storage {
    url: Option<String>,
}

/// The data folder where nothing names one.
pub const DATA_DIR: &str = "data";

/// Where development keeps the root secret that it made, below the data folder.
const SECRET_FILE: &str = "secret.key";

/// OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes.
const LEAST_MEMORY_KIB: u32 = 19 * 1024;
const LEAST_PASSES: u32 = 2;

const DEFAULTS: &str = include_str!("../../config/default.toml");

fn of_profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Development => include_str!("../../config/development.toml"),
        Profile::Test => include_str!("../../config/test.toml"),
        Profile::Production => include_str!("../../config/production.toml"),
    }
}

/// Reads the settings. A `config/` folder beside the process overrides the embedded files key by key.
///
/// # Errors
/// [`Error`] names the setting at fault.
pub fn load(over: Overrides) -> Result<Settings, Error> {
    let env = environment(&over);
    let get = |name: &str| env.iter().find(|(k, v)| k == name && !v.is_empty()).map(|(_, v)| v.clone());
    let profile = parse_profile(get("MOTCUA_PROFILE").as_deref())?;
    let listen = parse_listen(over.listen, get("MOTCUA_LISTEN"))?;
    let file = format!("config/{}", profile.as_str());
    let defaults = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml)).build()?;
    let mut unknown_names = names::unknown(env.iter().map(|(name, _)| name.as_str()), &defaults);
    let mut settings = Config::builder()
        .add_source(defaults.clone())
        .add_source(File::from_str(of_profile(profile), FileFormat::Toml))
        .add_source(File::with_name("config/local").required(false))
        .add_source(File::with_name(&format!("{file}.local")).required(false))
        .add_source(
            Environment::with_prefix("MOTCUA")
                .prefix_separator("__")
                .separator("__")
                .try_parsing(true)
                .list_separator(",")
                .with_list_parse_key("server.trusted_proxies")
                .with_list_parse_key("vietqr.secrets")
                .source(Some(env.iter().cloned().collect())),
        )
        .set_override_option("server.listen", listen)?
        .build()?;
    unknown_names.extend(names::take_strays(&mut settings, &defaults));
    if let Some(wrong) = unknown_names.iter().find(|name| name.refused) {
        return Err(Error::Unknown(wrong.clone()));
    }
    let sections: Sections = settings.try_deserialize()?;
    enough_for(profile, &sections.security)?;
    let data_dir = over.data_dir.or_else(|| get("MOTCUA_DATA_DIR").map(PathBuf::from)).unwrap_or(DATA_DIR.into());
    let public_url = get("MOTCUA_PUBLIC_URL").unwrap_or_else(|| format!("http://{}", sections.server.listen));
    Ok(Settings {
        profile,
        database_url: get("DATABASE_URL")
            .unwrap_or_else(|| format!("sqlite:{}", data_dir.join("motcua.sqlite3").display())),
        storage_url: get("MOTCUA_STORAGE_URL")
            .or(sections.storage.url)
            .unwrap_or_else(|| format!("file:{}", data_dir.join("files").display())),
        secret_key: secret_key(get("MOTCUA_SECRET_KEY"), profile, &data_dir)?,
        public_url: public_url.trim_end_matches('/').to_owned(),
        now: parse_now(get("MOTCUA_NOW"), profile)?,
        smtp_url: get("MOTCUA_SMTP_URL").map(Secret::new),
        unknown_names,
        data_dir,
        server: sections.server,
        site: sections.site,
        database: sections.database,
        security: sections.security,
        limits: sections.limits,
        mail: sections.mail,
        sms: sections.sms,
        vnpay: sections.vnpay,
        vietqr: sections.vietqr,
        statement: sections.statement,
        platform: sections.platform,
        obligations: sections.obligations,
        worker: sections.worker,
        metrics: sections.metrics,
        log: sections.log,
    })
}

#[allow(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
fn environment(over: &Overrides) -> Vec<(String, String)> {
    match &over.environment {
        Some(given) => given.clone(),
        None => std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .filter(|(k, _)| k.starts_with("MOTCUA_") || k == "DATABASE_URL")
            .collect(),
    }
}

fn parse_profile(text: Option<&str>) -> Result<Profile, Error> {
    match text.unwrap_or("development") {
        "development" => Ok(Profile::Development),
        "test" => Ok(Profile::Test),
        "production" => Ok(Profile::Production),
        other => Err(Error::Bad {
            name: "MOTCUA_PROFILE",
            reason: format!("`{other}` is none of development, test, production"),
        }),
    }
}

/// Where the command line, else the environment says to listen.
fn parse_listen(over: Option<String>, given: Option<String>) -> Result<Option<String>, Error> {
    let name = if over.is_some() { "--listen" } else { "MOTCUA_LISTEN" };
    let Some(text) = over.or(given) else { return Ok(None) };
    match text.parse::<std::net::SocketAddr>() {
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(Error::Bad {
            name,
            reason: format!("`{text}` is no address and port in digits, as in 127.0.0.1:8080 or 0.0.0.0:80"),
        }),
    }
}

fn parse_now(text: Option<String>, profile: Profile) -> Result<Option<crate::kernel::Timestamp>, Error> {
    let Some(text) = text else { return Ok(None) };
    let bad = |reason: String| Error::Bad { name: "MOTCUA_NOW", reason };
    if profile == Profile::Production {
        return Err(bad("the clock can't be moved in production".into()));
    }
    text.parse().map(Some).map_err(|e| bad(format!("`{text}` is no RFC 3339 instant ({e})")))
}

/// Password hashes cheaper than OWASP's first choice are for tests only.
fn enough_for(profile: Profile, security: &Security) -> Result<(), Error> {
    let cheap = security.argon2_memory_kib < LEAST_MEMORY_KIB || security.argon2_passes < LEAST_PASSES;
    if cheap && profile != Profile::Test {
        let reason = format!("at least {LEAST_MEMORY_KIB} KiB and {LEAST_PASSES} passes outside of tests");
        return Err(Error::Bad { name: "security.argon2_memory_kib, security.argon2_passes", reason });
    }
    Ok(())
}

/// The root secret as the environment gives it, else as the data folder keeps it (never in production).
fn secret_key(given: Option<String>, profile: Profile, data_dir: &Path) -> Result<Option<Secret>, Error> {
    if let Some(text) = given {
        let root = RootSecret::from_base64(&text);
        return match root {
            Ok(_) => Ok(Some(Secret::new(text.trim()))),
            Err(e) => Err(Error::Bad { name: "MOTCUA_SECRET_KEY", reason: e.to_string() }),
        };
    }
    if profile == Profile::Production { Ok(None) } else { kept(&data_dir.join(SECRET_FILE)) }
}

fn kept(path: &Path) -> Result<Option<Secret>, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(Secret::new(text.trim()))),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::File { path: path.to_owned(), why: trouble::of_file(&e) }),
    }
}

/// Whether a root secret is set, or was made by another process since the settings were read.
pub fn has_root_secret(settings: &Settings) -> bool {
    let kept = || settings.profile != Profile::Production && settings.data_dir.join(SECRET_FILE).exists();
    settings.secret_key.is_some() || kept()
}

/// The root secret; outside production one that is missing is made and kept in the data folder.
///
/// # Errors
/// A file that can't be written. `Ok(None)` where production has none.
pub fn root_secret(settings: &Settings) -> Result<Option<Secret>, Error> {
    if settings.secret_key.is_some() || settings.profile == Profile::Production {
        return Ok(settings.secret_key.clone());
    }
    let path = settings.data_dir.join(SECRET_FILE);
    let io = |e: std::io::Error| Error::File { path: path.clone(), why: trouble::of_file(&e) };
    let made = RootSecret::generate().map_err(|e| io(std::io::Error::other(e)))?.to_base64();
    std::fs::create_dir_all(&settings.data_dir).map_err(io)?;
    match write_private(&path, &made) {
        Ok(()) => Ok(Some(Secret::new(made))),
        // Another process was quicker.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => kept(&path),
        Err(e) => Err(io(e)),
    }
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(env: &[(&str, &str)]) -> Result<Settings, Error> {
        let dir = tempfile::tempdir().unwrap();
        load(Overrides {
            data_dir: Some(dir.path().to_owned()),
            environment: Some(env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
            ..Overrides::default()
        })
    }

    #[test]
    fn the_environment_wins() {
        let settings = with(&[("MOTCUA_LISTEN", "127.0.0.1:9"), ("MOTCUA__DATABASE__CONNECTIONS", "3")]).unwrap();
        assert_eq!(settings.server.listen.port(), 9);
        assert_eq!(settings.database.connections, 3);
        assert_eq!(settings.public_url, "http://127.0.0.1:9");
    }

    #[test]
    fn production_makes_no_secret_and_moves_no_clock() {
        assert!(with(&[("MOTCUA_PROFILE", "production")]).unwrap().secret_key.is_none());
        let moved = with(&[("MOTCUA_PROFILE", "production"), ("MOTCUA_NOW", "2026-11-21T08:00:00+07:00")]);
        assert!(moved.unwrap_err().to_string().contains("MOTCUA_NOW"));
    }

    #[test]
    fn a_short_secret_is_refused_and_never_printed() {
        assert!(with(&[("MOTCUA_SECRET_KEY", "c2hvcnQ=")]).is_err());
        let key = RootSecret::new(vec![7; 32]).unwrap().to_base64();
        let settings = with(&[("MOTCUA_SECRET_KEY", &key)]).unwrap();
        assert!(!format!("{settings:?}").contains(&key));
    }

    #[test]
    fn reading_makes_no_secret_and_using_makes_one_that_stays() {
        let dir = tempfile::tempdir().unwrap();
        let data_dir = dir.path().join("data");
        let read = || {
            let over =
                Overrides { data_dir: Some(data_dir.clone()), environment: Some(vec![]), ..Overrides::default() };
            load(over).unwrap()
        };
        let settings = read();
        assert!(settings.secret_key.is_none() && !data_dir.exists());
        let made = root_secret(&settings).unwrap();
        assert!(made.is_some());
        assert_eq!(root_secret(&settings).unwrap(), made, "another process was quicker");
        assert_eq!(read().secret_key, made);
    }

    #[test]
    fn cheap_password_hashes_are_for_tests_only() {
        let cheap = [("MOTCUA__SECURITY__ARGON2_MEMORY_KIB", "64"), ("MOTCUA__SECURITY__ARGON2_PASSES", "1")];
        for profile in ["development", "production"] {
            let refused = with(&[cheap[0], ("MOTCUA_PROFILE", profile)]).unwrap_err().to_string();
            assert!(refused.contains("argon2_memory_kib"), "{refused}");
            assert!(with(&[cheap[1], ("MOTCUA_PROFILE", profile)]).is_err());
        }
        assert!(with(&[cheap[0], cheap[1], ("MOTCUA_PROFILE", "test")]).is_ok());
    }

    #[test]
    fn misspelt_names_are_told_and_in_sections_refused() {
        let settings = with(&[("MOTCUA_PUBLIC_ULR", "https://a.example"), ("MOTCUA_TEST_REQUIRE", "x")]).unwrap();
        assert_eq!(settings.unknown_names.len(), 1);
        assert!(settings.unknown_names[0].to_string().contains("MOTCUA_PUBLIC_URL"));
        let refused = with(&[("MOTCUA__SITE__PLAEC", "Huế")]).unwrap_err().to_string();
        assert!(refused.contains("MOTCUA__SITE__PLAEC") && refused.contains("MOTCUA__SITE__PLACE"), "{refused}");
        for (name, told) in [
            ("MOTCUA__STIE__PLACE", "is MOTCUA__SITE__PLACE meant?"),
            ("MOTCUA__LIMITS__UPLOAD_MIB", "is no setting any more: a file has at most 20 MiB"),
        ] {
            let settings = with(&[(name, "7")]).unwrap();
            assert_eq!(settings.unknown_names.len(), 1, "{name}");
            assert!(settings.unknown_names[0].to_string().ends_with(told), "{}", settings.unknown_names[0]);
        }
    }
}

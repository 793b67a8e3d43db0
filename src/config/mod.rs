//! Settings: `config/default.toml` < `config/<profile>.toml` < environment (docs/operations.md).
//!
//! The only reader of settings files and of the environment.

mod load;
mod names;
mod told;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

pub use load::{DATA_DIR, Error, Overrides, has_root_secret, load, root_secret};
pub use names::UnknownName;

/// Under what care the product runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    Development,
    Test,
    Production,
}

impl Profile {
    /// The profile's name, as in `MOTCUA_PROFILE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Production => "production",
        }
    }
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Settings {
    pub profile: Profile,
    /// Where the embedded default keeps its database and files.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// `file:DIR`, later `s3://…`.
    pub storage_url: String,
    /// The root secret, 32 bytes or more; `None` until it is made ([`root_secret`]) or where it is missing.
    pub secret_key: Option<Secret>,
    /// The portal's address as citizens see it, without a slash at the end.
    pub public_url: String,
    /// Where the product's clock starts; `None`: the machine's time.
    pub now: Option<crate::kernel::Timestamp>,
    /// `smtp://…` or `smtps://…`; `None`: mail goes to the development mailbox.
    pub smtp_url: Option<Secret>,
    /// Names in the environment that look like settings and are none.
    pub unknown_names: Vec<UnknownName>,
    pub server: Server,
    pub site: Site,
    pub database: Database,
    pub security: Security,
    pub limits: Limits,
    pub mail: Mail,
    pub sms: Sms,
    pub vnpay: Vnpay,
    pub vietqr: Vietqr,
    pub statement: Statement,
    pub platform: Platform,
    pub obligations: Obligations,
    pub worker: Worker,
    pub metrics: Metrics,
    pub log: Log,
}

impl Settings {
    /// Whether the pages and data for development exist (never in production).
    pub fn is_development(&self) -> bool {
        self.profile != Profile::Production
    }
}

/// A setting that must not be printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself: for the one who uses it, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Settings {
    /// Takes note of where the server really listens: port 0 was any free one. The public address follows, where it was
    /// not set.
    pub fn listens_on(&mut self, address: SocketAddr) {
        if self.public_url == format!("http://{}", self.server.listen) {
            self.public_url = format!("http://{address}");
        }
        self.server.listen = address;
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    pub trusted_proxies: Vec<std::net::IpAddr>,
    pub workers: usize,
}

/// Who runs this portal.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The place or ministry, such as `Thành phố Huế`.
    pub place: String,
    pub hotline: String,
    pub email: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub connections: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    pub argon2_memory_kib: u32,
    pub argon2_passes: u32,
    pub password_hashers: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub requests_per_second: u32,
    pub burst: u32,
    pub body_kib: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub from: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    pub gateway: SmsGateway,
    pub esms: Esms,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsGateway {
    Mailbox,
    Esms,
}

/// The eSMS gateway (vietnam.md §8).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Esms {
    pub url: String,
    pub api_key: Secret,
    pub secret_key: Secret,
    pub brandname: String,
    pub sandbox: bool,
    pub timeout_seconds: u64,
}

/// What VNPAY gave this portal (vietnam.md §7.1). All empty: the development gateway in development, none elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vnpay {
    /// The terminal.
    pub tmn_code: String,
    pub hash_secret: Secret,
    /// Where payers are sent.
    pub pay_url: String,
    /// Base address of the server-to-server interface.
    pub api_url: String,
}

impl Vnpay {
    /// Whether nothing is set at all.
    pub fn is_empty(&self) -> bool {
        [self.tmn_code.as_str(), self.hash_secret.expose(), &self.pay_url, &self.api_url]
            .iter()
            .all(|v| v.trim().is_empty())
    }
}

/// Banks that tell of credits, for payment by VietQR. None: the development bank in development, none elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vietqr {
    /// `BIN=secret` each: the bank's number at NAPAS, and what it signs its notices with.
    pub secrets: Vec<Secret>,
}

impl Vietqr {
    /// What is set, without blanks.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(|secret| secret.expose().trim()).filter(|text| !text.is_empty())
    }
}

/// How statements of gateways and banks name their columns: several names with `|` between them, compared without tone
/// marks and capitals.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    pub transaction: String,
    pub reference: String,
    pub amount: String,
    pub day: String,
    pub content: String,
}

/// What the national payment platform gave this portal (vietnam.md §7.3). No partner code: it is not used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Where messages are sent.
    pub url: String,
    /// Any address of the pages that payers are sent to.
    pub pay_url: String,
    pub partner_code: String,
    pub secret: Secret,
    /// Bearer token, where one was given.
    pub token: Secret,
    /// How the question about a payment is called. Not verified against the real platform.
    pub status_message: String,
    /// The member of its answer that is `00` when the payment is made. Not verified against the real platform.
    pub status_field: String,
}

impl Platform {
    /// Whether nothing is set at all.
    pub fn is_empty(&self) -> bool {
        [self.url.as_str(), &self.pay_url, &self.partner_code, self.secret.expose(), self.token.expose()]
            .iter()
            .all(|v| v.trim().is_empty())
    }
}

/// Financial obligations by notices of other agencies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligations {
    /// Days before the last day to pay that the applicant is reminded, once; 0: on the day itself.
    pub remind_days: u8,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    pub concurrency: usize,
    pub poll_ms: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub token: Option<Secret>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
}

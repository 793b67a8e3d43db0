//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Một Cửa: the public-service portal and one-stop office.
#[derive(Debug, Parser)]
#[command(name = "motcua", version, propagate_version = true)]
pub struct Cli {
    /// Say more when something fails: the chain of causes.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Where the embedded database and the files are kept
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Web server and background worker in one process (the default)
    Serve(Serve),
    /// Background worker alone, for deployments with several nodes
    Worker,
    /// Bring the database to the newest schema
    Migrate,
    /// Invented people and dossiers to try the product with
    #[command(subcommand)]
    Seed(Seed),
    /// Plausible volume data for load tests: invented people and dossiers, no papers set, nothing sent
    Generate(Generate),
    /// Load or update the catalogue, administrative units, agencies, the calendar: all or nothing
    #[command(subcommand)]
    Import(Import),
    /// Accounts of officers and administrators
    #[command(subcommand)]
    User(User),
    /// Statistics
    #[command(subcommand)]
    Report(Report),
    /// The hash chains of dossier events and of the access log
    #[command(subcommand)]
    Audit(Audit),
    /// A consistent copy of database and files, while the server runs
    Backup {
        /// The archive to write (.tar.gz)
        file: PathBuf,
    },
    /// Fill an empty installation from a backup
    Restore {
        /// The archive to read
        file: PathBuf,
    },
    /// Print what would stop a production start
    Check,
}

impl Default for Command {
    fn default() -> Self {
        Self::Serve(Serve::default())
    }
}

/// Options of `serve`.
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Address and port to listen on, such as 127.0.0.1:8080
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
}

/// What can be loaded.
#[derive(Debug, Subcommand)]
pub enum Seed {
    /// The demonstration data set; refused in production and on a database with accounts or dossiers
    Demo,
}

/// Options of `generate`.
#[derive(Debug, Args)]
pub struct Generate {
    /// How many dossiers
    #[arg(long)]
    pub dossiers: usize,
    /// How many citizens; one for three dossiers when missing
    #[arg(long)]
    pub citizens: Option<usize>,
    /// How many months back the first dossier was filed
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=240))]
    pub months: u32,
    /// The same seed gives the same people, days, procedures and outcomes
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Procedures: this product's own format, or records of the national portal
    Procedures { file: PathBuf },
    /// Administrative units: columns level,code,name,full_name,parent_code
    Units { file: PathBuf },
    /// Agencies: columns code,name,kind,level,parent_code,province_code,commune_code,place,address,phone,procedures
    Agencies { file: PathBuf },
    /// Days off and make-up working days: columns date,kind,name,source
    Holidays { file: PathBuf },
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Create an officer or administrator; prints a one-time password
    Create(UserCreate),
}

/// Options of `user create`.
#[derive(Debug, Args)]
pub struct UserCreate {
    /// clerk, handler, approver, records, head, auditor, catalog_admin, accounts_admin, system_admin
    #[arg(long)]
    pub role: String,
    /// Full name
    #[arg(long)]
    pub name: String,
    /// Personal identity number, 12 digits
    #[arg(long)]
    pub identity: String,
    /// Code of the agency
    #[arg(long)]
    pub agency: String,
    /// E-mail address, which the officer may sign in with
    #[arg(long)]
    pub email: Option<String>,
    /// Phone number
    #[arg(long)]
    pub phone: Option<String>,
}

/// What can be done with the chains.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Recompute every chain; names the first broken link
    Verify,
}

/// What can be reported.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// The indicators of the statistics pages
    Kpi(ReportKpi),
}

/// Options of `report kpi`.
#[derive(Debug, Args)]
pub struct ReportKpi {
    /// First day, YYYY-MM-DD
    #[arg(long)]
    pub from: String,
    /// Last day, YYYY-MM-DD
    #[arg(long)]
    pub to: String,
    /// table, json or csv
    #[arg(long, default_value = "table")]
    pub format: String,
}

//! The command line (contract.md §2), one file a command. `serve` and `worker` run from `main`, which alone knows
//! the web server; a command that doesn't exist yet isn't listed.

mod acting;
mod audit;
mod backup;
mod check;
pub mod cli;
pub mod generate;
mod import;
mod migrate;
mod report;
pub mod seed;
mod user;

pub use cli::{Cli, Command};

use crate::accounts::people;
use crate::app::App;
use crate::config::{self, Overrides, Profile, Settings};
use crate::db;

/// Reads the settings a command works with.
///
/// # Errors
/// The setting at fault.
pub fn settings(command: &Command) -> anyhow::Result<Settings> {
    let mut over = Overrides::default();
    if let Command::Serve(serve) = command {
        over.listen.clone_from(&serve.listen);
        over.data_dir.clone_from(&serve.data_dir);
    }
    Ok(config::load(over)?)
}

/// Runs a command that ends by itself.
///
/// # Errors
/// What the command could not do, in one readable line with its causes behind it.
pub fn run(command: Command, settings: &Settings) -> anyhow::Result<()> {
    match command {
        Command::Migrate => migrate::run(settings),
        Command::Import(what) => import::run(&what, settings),
        Command::Seed(cli::Seed::Demo) => seed_demo(settings),
        Command::Generate(args) => generate::run(&args, settings),
        Command::User(cli::User::Create(args)) => user::create(&args, settings),
        Command::Report(cli::Report::Kpi(args)) => report::kpi(&args, settings),
        Command::Audit(cli::Audit::Verify) => audit::run(settings),
        Command::Backup { file } => backup::backup(&file, settings),
        Command::Restore { file } => backup::restore(&file, settings),
        Command::Check => check::run(settings),
        Command::Serve(_) | Command::Worker => anyhow::bail!("runs from main"),
    }
}

/// `seed demo`
fn seed_demo(settings: &Settings) -> anyhow::Result<()> {
    let app = App::build(settings.clone())?;
    db::migrate::run(&app.db)?;
    tokio::runtime::Runtime::new()?.block_on(seed::demo(&app))?;
    println!("demonstration data loaded; password of all: {}", seed::PASSWORD);
    Ok(())
}

/// Refuses to start in production what must not run there: no secret, or invented people with known passwords.
///
/// # Errors
/// The first reason.
pub fn may_start(app: &App) -> anyhow::Result<()> {
    if app.settings.profile == Profile::Production && app.db.read_blocking(people::any_demo)? {
        anyhow::bail!("there are demonstration accounts in this database: production begins with an empty one");
    }
    Ok(())
}

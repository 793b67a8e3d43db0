//! The command line (contract.md §2), one file a command. `serve` and `worker` run from `main`, which alone knows
//! the web server; a command that doesn't exist yet isn't listed.

mod acting;
mod audit;
mod backup;
mod check;
pub mod cli;
pub mod generate;
mod import;
mod import_agencies;
mod migrate;
mod report;
pub mod seed;
mod user;

pub use cli::{Cli, Command};

use std::path::{Path, PathBuf};

use crate::app::App;
use crate::config::{self, Overrides, Profile, Settings};
use crate::db::Url;

/// Reads the settings a command works with; `data_dir` is where the command line says that the data are.
///
/// # Errors
/// The setting at fault.
pub fn settings(command: &Command, data_dir: Option<PathBuf>) -> anyhow::Result<Settings> {
    let mut over = Overrides { data_dir, ..Overrides::default() };
    if let Command::Serve(serve) = command {
        over.listen.clone_from(&serve.listen);
    }
    Ok(config::load(over)?)
}

/// Runs a command that ends by itself.
///
/// # Errors
/// What the command could not do, in one readable line with its causes behind it.
pub fn run(command: Command, settings: &Settings) -> anyhow::Result<()> {
    if matches!(command, Command::Migrate | Command::Import(_) | Command::Generate(_) | Command::User(_)) {
        is_there(settings)?;
    }
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

/// Refuses a folder that somebody named and that is not there: a typing error would make a new, empty installation of
/// it, and what was meant would go on as before. `serve`, `seed` and `restore` begin installations and make their folder;
/// the default one is made by every command.
fn is_there(settings: &Settings) -> anyhow::Result<()> {
    let Ok(Url::Sqlite(database)) = Url::parse(&settings.database_url) else { return Ok(()) };
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.exists() && folder != Path::new(config::DATA_DIR) => anyhow::bail!(
            "there is no folder {}: --data-dir, MOTCUA_DATA_DIR or DATABASE_URL names it. Correct the name, or make the \
             folder first if it is meant",
            folder.display()
        ),
        _ => Ok(()),
    }
}

/// What went wrong in one line: the error, then the causes that it does not tell itself.
pub fn one_line(error: &anyhow::Error) -> String {
    let mut line = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !line.contains(&cause) {
            line = format!("{line}: {cause}");
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The product with the newest schema, for commands that change what is sealed.
fn ready(settings: &Settings) -> anyhow::Result<App> {
    Ok(App::open(settings.clone())?.0)
}

/// `seed demo`
fn seed_demo(settings: &Settings) -> anyhow::Result<()> {
    let app = ready(settings)?;
    tokio::runtime::Runtime::new()?.block_on(seed::demo(&app))?;
    println!("demonstration data loaded; password of all: {}", seed::PASSWORD);
    seed::left_out(&app).into_iter().for_each(|what| println!("{what}"));
    Ok(())
}

/// Refuses a production start while `check` finds anything, and tells all of it; other profiles start.
///
/// # Errors
/// That something stands in the way.
pub fn may_start(settings: &Settings) -> anyhow::Result<()> {
    if settings.profile != Profile::Production {
        return Ok(());
    }
    check::none(settings, |hindrance| eprintln!("{hindrance}"))
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    #[test]
    fn one_line_tells_every_cause_once() {
        let taken = std::io::Error::other("the address is in use\nby somebody");
        let told = Err::<(), _>(taken).context("127.0.0.1:1 can't be listened on").unwrap_err();
        let expected = "127.0.0.1:1 can't be listened on: the address is in use by somebody";
        assert_eq!(super::one_line(&told), expected);
        let twice = told.context("it did not start: 127.0.0.1:1 can't be listened on");
        assert!(super::one_line(&twice).ends_with("on: the address is in use by somebody"), "{twice:#}");
        assert_eq!(super::one_line(&twice).matches("can't be listened on").count(), 1);
    }
}

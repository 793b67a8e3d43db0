//! The command line (contract.md §2), one file a command. `serve` and `worker` run from `main`, which alone knows
//! the web server; a command that doesn't exist yet isn't listed.

pub mod cli;
mod migrate;
pub mod seed;

pub use cli::{Cli, Command};

use crate::config::{self, Overrides, Settings};

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
        Command::Serve(_) => anyhow::bail!("`serve` runs from main"),
    }
}

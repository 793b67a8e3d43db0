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
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Web server and background worker in one process (the default)
    Serve(Serve),
    /// Bring the database to the newest schema
    Migrate,
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
    /// Where the embedded database and the files are kept
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

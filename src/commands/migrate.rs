//! `migrate`: bring the database to the newest schema.

use crate::app;
use crate::config::Settings;
use crate::db;

/// Runs what is pending and names it.
pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let db = app::open_database(settings)?;
    let ran = db::migrate::run(&db)?;
    for name in &ran {
        println!("{name}");
    }
    println!("{}", if ran.is_empty() { "the schema is current" } else { "done" });
    Ok(())
}

//! `import procedures|units|agencies|holidays FILE`: all or nothing. Reading and checking happen outside; the write is one
//! short transaction, so a running server goes on serving.

use std::fmt::Display;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::cli::Import;
use super::import_agencies::{self, WriteError};
use crate::accounts::units;
use crate::app;
use crate::catalog::{calendar, calendars, import, procedures};
use crate::config::Settings;
use crate::db::{self, Db, migrate};
use crate::kernel::{Actor, Clock, Timestamp};

/// Runs one import and says what it did.
pub(super) fn run(what: &Import, settings: &Settings) -> anyhow::Result<()> {
    let text = |file: &Path| std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()));
    match what {
        Import::Procedures { file } => {
            let rows = all_or_nothing(file, import::parse(&text(file)?))?;
            let (db, now) = ready(settings)?;
            let done = db.write_blocking(move |tx| procedures::import(tx, &rows, &Actor::System, now))?;
            println!(
                "{} created, {} revised, {} in their texts only, {} unchanged",
                done.created, done.revised, done.texts_only, done.unchanged
            );
        }
        Import::Units { file } => {
            let rows = all_or_nothing(file, units::parse_csv(text(file)?.as_bytes()))?;
            let (db, _) = ready(settings)?;
            let done = db.write_blocking(move |tx| units::import(tx, &rows))?;
            println!("{} added, {} changed, {} unchanged", done.added, done.changed, done.unchanged);
        }
        Import::Agencies { file } => {
            let rows = all_or_nothing(file, import_agencies::parse(&text(file)?))?;
            let (db, now) = ready(settings)?;
            let done = match db.write_blocking(move |tx| import_agencies::write(tx, &rows, now)) {
                Ok(done) => done,
                Err(WriteError::Rows(bad)) => all_or_nothing(file, Err(bad))?,
                Err(WriteError::Db(e)) => return Err(e.into()),
            };
            println!("{} added, {} changed, {} unchanged", done.added, done.changed, done.unchanged);
        }
        Import::Holidays { file } => {
            let days = all_or_nothing(file, calendar::parse(&text(file)?))?;
            let (db, _) = ready(settings)?;
            let write = move |tx: &mut db::Tx<'_>| calendars::write_days(tx, calendar::NATIONAL, &days);
            let done = db.write_blocking(write)?;
            println!("{} created, {} changed, {} unchanged", done.created, done.changed, done.unchanged);
        }
    }
    Ok(())
}

/// The database with the newest schema, and the product's present moment.
fn ready(settings: &Settings) -> anyhow::Result<(Db, Timestamp)> {
    let db = app::open_database(settings)?;
    migrate::run(&db)?;
    let clock = settings.now.map_or_else(Clock::machine, Clock::starting_at);
    Ok((db, clock.now()))
}

/// The rows, or every bad one told with its place.
fn all_or_nothing<T, E: Display>(file: &Path, parsed: Result<T, Vec<E>>) -> anyhow::Result<T> {
    match parsed {
        Ok(rows) => Ok(rows),
        Err(bad) => {
            if let [one] = bad.as_slice() {
                bail!("nothing was imported: {}: {one}", file.display());
            }
            for row in &bad {
                eprintln!("{}: {row}", file.display());
            }
            bail!("nothing was imported: {} of the file's rows can't be taken", bad.len())
        }
    }
}

//! Migrations, one tree an engine, embedded in the binary.

use diesel::backend::Backend;
use diesel::migration::{Migration as _, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Db, Engine, Error};

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

fn postgres() -> EmbeddedMigrations {
    const ALL: EmbeddedMigrations = embed_migrations!("migrations/postgres");
    ALL
}

fn sqlite() -> EmbeddedMigrations {
    const ALL: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
    ALL
}

/// Any number: it only has to be the same on every node.
const LOCK: i64 = 7_270_046;

/// Brings the database to the newest schema and names what was run. Safe to run twice and from two nodes at once.
///
/// # Errors
/// When a migration fails; nothing of that migration stays.
pub fn run(db: &Db) -> Result<Vec<String>, Error> {
    db.with_private_connection(|conn| match conn {
        Conn::Pg(c) => {
            diesel::sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(c)?;
            let ran = pending(c, postgres());
            diesel::sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(c)?;
            ran
        }
        Conn::Sqlite(c) => pending(c, sqlite()),
    })
}

/// Takes back the newest `count` migrations (all with `None`). For tests and for an operator's way back.
///
/// # Errors
/// When a migration can't be taken back.
pub fn revert(db: &Db, count: Option<usize>) -> Result<usize, Error> {
    db.with_private_connection(|conn| match conn {
        Conn::Pg(c) => back(c, postgres, count),
        Conn::Sqlite(c) => back(c, sqlite, count),
    })
}

/// Whether every migration has been run. Only looks: an empty database stays empty.
///
/// # Errors
/// When the database can't say.
pub fn is_current(db: &Db) -> Result<bool, Error> {
    let ran = versions(db)?;
    let known = match db.engine() {
        Engine::Postgres => names::<Pg>(&postgres()),
        Engine::Sqlite => names::<Sqlite>(&sqlite()),
    }?;
    Ok(known.iter().all(|version| ran.contains(version)))
}

/// Versions of the migrations that were run, sorted. Empty for a database without any.
///
/// # Errors
/// When the database can't say.
pub fn versions(db: &Db) -> Result<Vec<String>, Error> {
    let query = "SELECT version AS name FROM __diesel_schema_migrations ORDER BY version";
    let query = match db.engine() {
        Engine::Sqlite => query.to_owned(),
        Engine::Postgres => query.replace("version AS", "version::text AS"),
    };
    db.with_private_connection(|conn| {
        let found: Result<Vec<Name>, _> = crate::each!(conn, |c| diesel::sql_query(&query).load(c));
        Ok(found.map(|rows| rows.into_iter().map(|row| row.name).collect()).unwrap_or_default())
    })
}

fn names<DB: Backend>(all: &EmbeddedMigrations) -> Result<Vec<String>, Error> {
    let all = MigrationSource::<DB>::migrations(all).map_err(|e| Error::Other(e.to_string()))?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn pending<DB, C>(conn: &mut C, all: EmbeddedMigrations) -> Result<Vec<String>, Error>
where
    DB: Backend,
    C: MigrationHarness<DB>,
{
    let ran = conn.run_pending_migrations(all).map_err(|e| Error::Other(e.to_string()))?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

fn back<DB, C>(conn: &mut C, all: fn() -> EmbeddedMigrations, count: Option<usize>) -> Result<usize, Error>
where
    DB: Backend,
    C: MigrationHarness<DB>,
{
    let mut done = 0;
    while count.is_none_or(|n| done < n) {
        let applied = conn.applied_migrations().map_err(|e| Error::Other(e.to_string()))?;
        if applied.is_empty() {
            break;
        }
        conn.revert_last_migration(all()).map_err(|e| Error::Other(e.to_string()))?;
        done += 1;
    }
    Ok(done)
}

//! Migrations, one tree an engine, embedded in the binary.

use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Db, Error};

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

/// Whether every migration has been run.
///
/// # Errors
/// When the database can't say.
pub fn is_current(db: &Db) -> Result<bool, Error> {
    db.with_private_connection(|conn| {
        let pending = match conn {
            Conn::Pg(c) => c.has_pending_migration(postgres()),
            Conn::Sqlite(c) => c.has_pending_migration(sqlite()),
        };
        pending.map(|p| !p).map_err(|e| Error::Other(e.to_string()))
    })
}

fn pending<DB, C>(conn: &mut C, all: EmbeddedMigrations) -> Result<Vec<String>, Error>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let ran = conn.run_pending_migrations(all).map_err(|e| Error::Other(e.to_string()))?;
    Ok(ran.iter().map(ToString::to_string).collect())
}

fn back<DB, C>(conn: &mut C, all: fn() -> EmbeddedMigrations, count: Option<usize>) -> Result<usize, Error>
where
    DB: diesel::backend::Backend,
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

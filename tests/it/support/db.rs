//! A fresh database for one test: a temporary SQLite file, or a new PostgreSQL database
//! when `MOTCUA_TEST_DATABASE_URL` names a server.

use std::path::Path;

use diesel::prelude::*;
use motcua::db::{Db, Options, Url};

use super::template;

/// The server that the suite runs on, if it is not the embedded engine.
#[allow(clippy::disallowed_methods)]
pub fn server_url() -> Option<String> {
    std::env::var("MOTCUA_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// An address of a database that goes away with this value.
pub struct FreshDatabase {
    url: String,
    _dir: Option<tempfile::TempDir>,
    drop_on: Option<(String, String)>,
}

impl FreshDatabase {
    /// Makes an empty one on the engine that the suite runs on.
    pub fn create() -> Self {
        server_url().map_or_else(Self::embedded, |server| Self::on_postgres(&server))
    }

    fn embedded() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("t.sqlite3").display());
        Self { url, _dir: Some(dir), drop_on: None }
    }

    /// A copy of an embedded database that nobody has open.
    pub fn of_file(file: &Path) -> Self {
        let this = Self::embedded();
        std::fs::copy(file, this.url.strip_prefix("sqlite:").unwrap()).unwrap();
        this
    }

    /// Makes an empty one on a PostgreSQL server.
    pub fn on_postgres(server: &str) -> Self {
        Self::of_template(server, "template1")
    }

    /// A copy of a database on a PostgreSQL server that nobody has open.
    pub fn of_template(server: &str, template: &str) -> Self {
        let name = format!("motcua_t_{}", uuid::Uuid::new_v4().simple());
        let mut conn = PgConnection::establish(server).unwrap();
        // A test's database need not survive the machine.
        for statement in [
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
            format!("ALTER DATABASE {name} SET synchronous_commit = off"),
        ] {
            diesel::sql_query(statement).execute(&mut conn).unwrap();
        }
        Self { url: with_database(server, &name), _dir: None, drop_on: Some((server.to_owned(), name)) }
    }

    /// Gives a PostgreSQL database another name, under which others copy it. It stays.
    pub fn become_template(mut self, template: &str) {
        let Some((server, name)) = self.drop_on.take() else { panic!("an embedded database is no template") };
        let mut conn = PgConnection::establish(&server).unwrap();
        for statement in [
            // A pool may still be closing its connections.
            format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
            format!("ALTER DATABASE {name} RENAME TO {template}"),
        ] {
            diesel::sql_query(statement).execute(&mut conn).unwrap();
        }
    }

    /// As `DATABASE_URL` has it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it.
    pub fn open(&self) -> Db {
        Db::open(&Options { url: Url::parse(&self.url).unwrap(), connections: 4 }).unwrap()
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = self.drop_on.take()
            && let Ok(mut conn) = PgConnection::establish(&server)
        {
            let _ = diesel::sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).execute(&mut conn);
        }
    }
}

/// A database that goes away with the test.
pub struct TestDb {
    pub db: Db,
    _database: FreshDatabase,
}

impl TestDb {
    /// A database with the newest schema.
    pub fn migrated() -> Self {
        Self::of(template::migrated())
    }

    /// One that is there.
    pub fn of(database: FreshDatabase) -> Self {
        Self { db: database.open(), _database: database }
    }
}

/// The server's address with another database name.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let slash = base.rfind('/').filter(|at| *at > base.find("//").map_or(0, |p| p + 1));
    let host = slash.map_or(base, |at| &base[..at]);
    query.map_or_else(|| format!("{host}/{name}"), |q| format!("{host}/{name}?{q}"))
}

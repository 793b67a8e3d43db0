//! A fresh database for one test: a temporary SQLite file, or a new PostgreSQL database
//! when `MOTCUA_TEST_DATABASE_URL` names a server.

use diesel::prelude::*;
use motcua::db::{Db, Options, Url, migrate};

/// The server that the suite runs on, if it is not the embedded engine.
#[allow(clippy::disallowed_methods)]
pub fn server_url() -> Option<String> {
    std::env::var("MOTCUA_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// An address of an empty database that goes away with this value.
pub struct FreshDatabase {
    url: String,
    _dir: Option<tempfile::TempDir>,
    drop_on: Option<(String, String)>,
}

impl FreshDatabase {
    /// Makes one on the engine that the suite runs on.
    pub fn create() -> Self {
        match server_url() {
            None => {
                let dir = tempfile::tempdir().unwrap();
                Self {
                    url: format!("sqlite:{}", dir.path().join("t.sqlite3").display()),
                    _dir: Some(dir),
                    drop_on: None,
                }
            }
            Some(server) => Self::on_postgres(&server),
        }
    }

    /// Makes one on a PostgreSQL server.
    pub fn on_postgres(server: &str) -> Self {
        let name = format!("motcua_t_{}", uuid::Uuid::new_v4().simple());
        let mut conn = PgConnection::establish(server).unwrap();
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut conn).unwrap();
        Self { url: with_database(server, &name), _dir: None, drop_on: Some((server.to_owned(), name)) }
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
    /// An empty database, not migrated.
    pub fn empty() -> Self {
        let database = FreshDatabase::create();
        Self { db: database.open(), _database: database }
    }

    /// A database with the newest schema.
    pub fn migrated() -> Self {
        let this = Self::empty();
        migrate::run(&this.db).unwrap();
        this
    }
}

/// The server's address with another database name.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(b, q)| (b, Some(q)));
    let slash = base.rfind('/').filter(|at| *at > base.find("//").map_or(0, |p| p + 1));
    let host = slash.map_or(base, |at| &base[..at]);
    query.map_or_else(|| format!("{host}/{name}"), |q| format!("{host}/{name}?{q}"))
}

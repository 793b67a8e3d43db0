//! Databases that were migrated, or filled with the demonstration data, once: each test gets a copy of its own.
//!
//! A template is kept below `target/tmp` (on PostgreSQL as a database beside the tests' own) under a name that changes
//! with every build, so that every process of one run shares it and no other run finds it.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use diesel::prelude::*;
use motcua::app::App;
use motcua::commands::seed;
use motcua::config::{Overrides, load};
use motcua::db::{backup, migrate};

use super::db::{FreshDatabase, server_url};

/// The root secret of every portal in tests, so that copies of one template open each other's numbers.
pub const SECRET: &str = "bW90Y3VhIHRlc3RzOiB0aGlzIGlzIG5vIHNlY3JldCBhdCBhbGw=";

/// The demonstration is told a minute before the portals of the tests begin: nothing in it is still to come.
const TOLD: &str = "2026-11-18T08:59:00+07:00";

/// How long templates of other builds are left alone: somebody may be running them.
const LEFT_ALONE: Duration = Duration::from_secs(6 * 3600);

static MIGRATED: LazyLock<Template> = LazyLock::new(|| Template::ready("migrated", |_, _| {}));
static DEMONSTRATION: LazyLock<Template> = LazyLock::new(|| Template::ready("demonstration", demonstration));

/// A database with the newest schema and no data.
pub fn migrated() -> FreshDatabase {
    MIGRATED.copy()
}

/// A database with the demonstration data; its files are put into `files`.
pub fn with_demonstration(files: &Path) -> FreshDatabase {
    let template = &*DEMONSTRATION;
    copy_tree(&template.dir.join("files"), files);
    template.copy()
}

fn demonstration(database: &str, files: &Path) {
    let files = format!("file:{}", files.display());
    let environment = [
        ("MOTCUA_PROFILE", "test"),
        ("MOTCUA_NOW", TOLD),
        ("DATABASE_URL", database),
        ("MOTCUA_STORAGE_URL", files.as_str()),
        ("MOTCUA_SECRET_KEY", SECRET),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let settings = load(Overrides { environment: Some(environment), ..Overrides::default() }).unwrap();
    // Tests ask for a portal from within their own runtime.
    let tell = move || {
        let app = App::open(settings).unwrap().0;
        tokio::runtime::Runtime::new().unwrap().block_on(seed::demo(&app)).unwrap();
    };
    std::thread::spawn(tell).join().unwrap();
}

/// Where a template is.
struct Template {
    /// Holds `t.sqlite3` on the embedded engine, `files/`, and `ready` once it is whole.
    dir: PathBuf,
    /// The server and the template's name on it.
    on_server: Option<(String, String)>,
}

impl Template {
    /// The template of this build, made by whoever comes first.
    fn ready(kind: &str, fill: impl Fn(&str, &Path)) -> Self {
        let server = server_url();
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let name = format!("motcua_tpl_{:016x}_{kind}", this_build(server.as_deref()));
        let this = Self { dir: tmp.join(&name), on_server: server.map(|server| (server, name)) };
        fs::create_dir_all(tmp).unwrap();
        let turn = File::create(tmp.join("templates.lock")).unwrap();
        turn.lock().unwrap();
        if !this.is_whole() {
            forget_old(tmp, this.on_server.as_ref().map(|(server, _)| server.as_str()));
            this.make(&fill);
        }
        this
    }

    fn is_whole(&self) -> bool {
        let there = self.on_server.as_ref().is_none_or(|(server, name)| exists(server, name));
        there && self.dir.join("ready").exists()
    }

    fn make(&self, fill: &impl Fn(&str, &Path)) {
        let _ = fs::remove_dir_all(&self.dir);
        let files = self.dir.join("files");
        fs::create_dir_all(&files).unwrap();
        let first = FreshDatabase::create();
        migrate::run(&first.open()).unwrap();
        fill(first.url(), &files);
        match &self.on_server {
            None => backup::copy_embedded(&first.open(), &self.dir.join("t.sqlite3")).unwrap(),
            Some((server, name)) => {
                on(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
                first.become_template(name);
                let made = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
                on(server, &format!("COMMENT ON DATABASE {name} IS '{made}'"));
            }
        }
        File::create(self.dir.join("ready")).unwrap();
    }

    fn copy(&self) -> FreshDatabase {
        match &self.on_server {
            None => FreshDatabase::of_file(&self.dir.join("t.sqlite3")),
            Some((server, name)) => FreshDatabase::of_template(server, name),
        }
    }
}

/// Tells this build of the tests from every other, and the servers it runs on.
fn this_build(server: Option<&str>) -> u64 {
    let program = std::env::current_exe().unwrap();
    let about = program.metadata().unwrap();
    let mut hasher = DefaultHasher::new();
    (program, about.len(), about.modified().unwrap(), server).hash(&mut hasher);
    hasher.finish()
}

/// Removes templates of earlier builds.
fn forget_old(tmp: &Path, server: Option<&str>) {
    let old = |path: &Path| {
        let made = path.metadata().and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        made.elapsed().is_ok_and(|age| age > LEFT_ALONE)
    };
    for entry in fs::read_dir(tmp).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("motcua_tpl_") && old(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let Some(server) = server else { return };
    let mut conn = PgConnection::establish(server).unwrap();
    let query = format!(
        "SELECT datname::text AS name FROM pg_database d WHERE datname LIKE 'motcua_tpl_%' AND \
         coalesce(shobj_description(d.oid, 'pg_database')::bigint, 0) < extract(epoch FROM now()) - {}",
        LEFT_ALONE.as_secs()
    );
    for row in diesel::sql_query(query).load::<Name>(&mut conn).unwrap() {
        on(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", row.name));
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

fn exists(server: &str, name: &str) -> bool {
    let mut conn = PgConnection::establish(server).unwrap();
    let query = format!("SELECT datname::text AS name FROM pg_database WHERE datname = '{name}'");
    !diesel::sql_query(query).load::<Name>(&mut conn).unwrap().is_empty()
}

fn on(server: &str, statement: &str) {
    let mut conn = PgConnection::establish(server).unwrap();
    diesel::sql_query(statement).execute(&mut conn).unwrap_or_else(|e| panic!("{statement}: {e}"));
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

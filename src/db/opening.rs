//! Whether a database can be used at all, told to who runs it: looked at before the pools are filled, whose own words are
//! about connections and timeouts.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::ConnectionError;

use super::Url;
use super::engine::{Access, Manager};
use crate::kernel::trouble;

/// How long a database server that is just being started is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a server says that is not up yet, or full for a moment.
const PASSES: [&str; 4] = ["Connection refused", "starting up", "recovery", "too many clients"];

/// Why a database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "PostgreSQL at {place} can't be used: {why}. See whether it runs there, and whether host, port, user, password \
         and database in DATABASE_URL are right"
    )]
    Server { place: String, why: String },
    #[error(
        "the folder {} can't be written: {why}. The user who runs motcua must be able to write there; --data-dir, \
         MOTCUA_DATA_DIR or DATABASE_URL names another place", .folder.display()
    )]
    Folder { folder: PathBuf, why: String },
    #[error("the database file {} can't be opened: {why}", .file.display())]
    File { file: PathBuf, why: String },
    #[error("the database can't be opened: {0}")]
    Pool(String),
}

/// Looks at the place of an embedded database, or speaks to the server once.
///
/// # Errors
/// [`OpenError`] says what is wrong and where.
pub(super) fn look(url: &Url) -> Result<(), OpenError> {
    match url {
        Url::Sqlite(path) => {
            writable(path)?;
            let manager = Manager { url: url.clone(), access: Access::ReadWrite };
            let opened = manager.open().map(drop);
            opened.map_err(|e| OpenError::File { file: path.clone(), why: reason(&e) })
        }
        Url::Postgres(address) => answers(url).map_err(|why| OpenError::Server { place: place(address), why }),
    }
}

/// SQLite keeps its log beside the file: file and folder must both take writing.
fn writable(path: &Path) -> Result<(), OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let probe = folder.join(format!(".write-{}", uuid::Uuid::new_v4().simple()));
    let written = File::create_new(&probe);
    if written.is_ok() {
        let _ = fs::remove_file(&probe);
    }
    written.map_err(|e| OpenError::Folder { folder: folder.to_owned(), why: trouble::of_file(&e) })?;
    if path.exists() {
        let opened = OpenOptions::new().append(true).open(path);
        opened.map_err(|e| OpenError::File { file: path.to_owned(), why: trouble::of_file(&e) })?;
    }
    Ok(())
}

/// Waits for a server that is being started; any other refusal is final.
fn answers(url: &Url) -> Result<(), String> {
    let manager = Manager { url: url.clone(), access: Access::ReadWrite };
    let begun = Instant::now();
    loop {
        let Err(e) = manager.open() else { return Ok(()) };
        let why = reason(&e);
        if !PASSES.iter().any(|sign| why.contains(sign)) || begun.elapsed() > PATIENCE {
            return Err(why);
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// What the engine said, without the library's words before it and in one line.
fn reason(e: &ConnectionError) -> String {
    let text = match e {
        ConnectionError::BadConnection(text) => text.clone(),
        other => other.to_string(),
    };
    let said = text.rsplit_once("failed: ").map_or(text.as_str(), |(_, said)| said);
    said.lines().next().unwrap_or_default().trim_start_matches("FATAL:").trim().to_owned()
}

/// The address without user and password.
fn place(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    // A password may hold any of these signs, so it goes first.
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    place.split('?').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_without_its_password() {
        assert_eq!(
            place("postgres://motcua:p@ss/w@db.hue.example:5432/motcua?sslmode=require"),
            "db.hue.example:5432/motcua"
        );
        assert_eq!(place("postgres://motcua:pa?ss@db/motcua?sslmode=require"), "db/motcua");
        assert_eq!(place("postgresql://localhost/x"), "localhost/x");
    }

    #[test]
    fn the_engines_words_are_one_line() {
        let told = |text: &str| reason(&ConnectionError::BadConnection(text.to_owned()));
        let refused =
            "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running?";
        assert_eq!(told(refused), "Connection refused");
        let wrong = "connection to server at \"::1\", port 5432 failed: FATAL:  database \"x\" does not exist\n";
        assert_eq!(told(wrong), "database \"x\" does not exist");
    }
}

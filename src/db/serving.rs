//! One server on one embedded database: a second one would do the background work twice and write past the first one's
//! caches. The lock is the system's own upon a file beside the database: it ends with the process, however that ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::Url;
use crate::kernel::trouble;

/// What the file is called: the database's name and this.
const ENDING: &str = ".serving";

/// That this process serves the database, for as long as it is kept.
#[derive(Debug)]
pub struct Serving {
    /// The open file is the lock; none where many may serve.
    _lock: Option<File>,
}

/// Why a database can't be served.
#[derive(Debug, thiserror::Error)]
pub enum ServingError {
    #[error(
        "{} is being served already by {holder}: stop that one first, or give this one a data folder of its own \
         (--data-dir or MOTCUA_DATA_DIR)", .database.display()
    )]
    Held { database: PathBuf, holder: String },
    #[error(
        "{} can't be written: {why}. The user who runs motcua must be able to write there; --data-dir, MOTCUA_DATA_DIR \
         or DATABASE_URL names another place", .file.display()
    )]
    File { file: PathBuf, why: String },
}

impl Serving {
    /// Says that this process serves a database; `who` is told to others who want to. On PostgreSQL many may.
    ///
    /// # Errors
    /// [`ServingError::Held`] where another process serves it; a file that can't be written.
    pub fn begin(url: &Url, who: &str) -> Result<Self, ServingError> {
        let Url::Sqlite(path) = url else { return Ok(Self { _lock: None }) };
        // By whatever links it is reached.
        let database = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let place = beside(&database);
        let failed = |e: std::io::Error| ServingError::File { file: place.clone(), why: trouble::of_file(&e) };
        if let Some(folder) = place.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&place).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ServingError::Held { database, holder: holder(&mut file) }),
            // Some network disks know no locks: nothing is worse there than before.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "no lock can be taken there: make sure that only one server uses this database");
            }
        }
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(who.as_bytes())).map_err(failed)?;
        Ok(Self { _lock: Some(file) })
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(ENDING);
    database.with_file_name(name)
}

/// Whom the file names.
fn holder(file: &mut File) -> String {
    let mut who = String::new();
    match file.read_to_string(&mut who) {
        Ok(_) if !who.trim().is_empty() => who.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_second_learns_who() {
        let dir = tempfile::tempdir().unwrap();
        let url = Url::Sqlite(dir.path().join("new/t.sqlite3"));
        let first = Serving::begin(&url, "process 7 at http://127.0.0.1:8080").unwrap();
        let told = Serving::begin(&url, "process 8").unwrap_err().to_string();
        assert!(told.contains("by process 7 at http://127.0.0.1:8080: stop that one"), "{told}");
        drop(first);
        let next = Serving::begin(&url, "9").unwrap();
        let told = Serving::begin(&url, "process 10").unwrap_err().to_string();
        assert!(told.contains("by 9:"), "nothing of the one before stays: {told}");
        drop(next);
        let many = Url::Postgres("postgres://127.0.0.1/x".into());
        let (_one, _two) = (Serving::begin(&many, "a").unwrap(), Serving::begin(&many, "b").unwrap());
    }
}

//! Files on disk: the blob store of one machine.
//!
//! A file's place is its hash, in folders of two levels (`ab/cd/abcd…`), so that no folder grows beyond some
//! thousands. It is written beside its place, forced to the disk, then renamed: a reader sees all of it or nothing,
//! and a crash leaves at most a temporary file that [`FileStore::open`] clears away.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::documents::blobs::{BlobError, BlobHash, BlobStore};

/// Folder for files that are being written.
const UNFINISHED: &str = "unfinished";

/// After this time an unfinished file belongs to nobody any more.
const ABANDONED: Duration = Duration::from_secs(3600);

/// A blob store in a folder.
#[derive(Debug)]
pub struct FileStore {
    root: PathBuf,
}

impl FileStore {
    /// Opens the store in `root`, making the folder when there is none, and clears away what a crash left unfinished.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        let unfinished = root.join(UNFINISHED);
        fs::create_dir_all(&unfinished)?;
        for entry in fs::read_dir(&unfinished)? {
            let path = entry?.path();
            // Younger ones may belong to another process that is writing right now.
            if age(&path).is_some_and(|age| age > ABANDONED) {
                // Another process may be clearing away the same file: gone is gone.
                let _ = fs::remove_file(&path);
            }
        }
        Ok(Self { root })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a file has its place, relative to the folder.
    pub fn place(hash: &BlobHash) -> PathBuf {
        let name = hash.to_string();
        let (first, rest) = name.split_at(2);
        let (second, _) = rest.split_at(2);
        Path::new(first).join(second).join(&name)
    }

    fn path(&self, hash: &BlobHash) -> PathBuf {
        self.root.join(Self::place(hash))
    }

    /// Writes `content` into a fresh file and forces it to the disk.
    fn write_aside(&self, content: &[u8]) -> io::Result<PathBuf> {
        let aside = self.root.join(UNFINISHED).join(uuid::Uuid::now_v7().to_string());
        let written = OpenOptions::new().write(true).create_new(true).open(&aside).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        });
        match written {
            Ok(()) => Ok(aside),
            Err(error) => {
                // The disk may be full: give back what was taken; the first error is the one to tell.
                let _ = fs::remove_file(&aside);
                Err(error)
            }
        }
    }

    /// Makes the folders of a place; each new entry is forced to the disk in its parent.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        if let Some(parent) = folder.parent() {
            sync_folder(parent)?;
        }
        sync_folder(&self.root)
    }
}

/// How long ago a file was written last; `None` when the disk can't say.
fn age(path: &Path) -> Option<Duration> {
    fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()
}

/// Forces the entries of a folder to the disk.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

impl BlobStore for FileStore {
    fn put(&self, content: &[u8]) -> Result<BlobHash, BlobError> {
        let hash = BlobHash::of(content);
        let place = self.path(&hash);
        if place.exists() {
            return Ok(hash);
        }
        let folder = place.parent().unwrap_or(&self.root);
        self.make_folder(folder)?;
        let aside = self.write_aside(content)?;
        // Renaming onto a file that came meanwhile would only put the same content in its place.
        if let Err(error) = fs::rename(&aside, &place) {
            let _ = fs::remove_file(&aside);
            return Err(error.into());
        }
        sync_folder(folder)?;
        Ok(hash)
    }

    fn get(&self, hash: &BlobHash) -> Result<Vec<u8>, BlobError> {
        let content = fs::read(self.path(hash)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => BlobError::NotFound(*hash),
            _ => BlobError::Io(error),
        })?;
        if BlobHash::of(&content) == *hash { Ok(content) } else { Err(BlobError::Damaged(*hash)) }
    }

    fn exists(&self, hash: &BlobHash) -> Result<bool, BlobError> {
        Ok(self.path(hash).try_exists()?)
    }

    fn remove(&self, hash: &BlobHash) -> Result<(), BlobError> {
        match fs::remove_file(self.path(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, FileStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path().join("files")).unwrap();
        (folder, store)
    }

    #[test]
    fn what_is_put_is_got_once_and_again_until_it_is_removed() {
        let (_folder, store) = store();
        let hash = store.put(b"abc").unwrap();
        assert_eq!(store.put(b"abc").unwrap(), hash);
        assert_eq!(store.get(&hash).unwrap(), b"abc");
        assert!(store.exists(&hash).unwrap());
        assert!(store.root().join("ba/78").join(hash.to_string()).is_file());
        assert_eq!(fs::read_dir(store.root().join(UNFINISHED)).unwrap().count(), 0);
        store.remove(&hash).unwrap();
        store.remove(&hash).unwrap();
        assert!(!store.exists(&hash).unwrap());
        assert!(matches!(store.get(&hash), Err(BlobError::NotFound(_))));
    }

    #[test]
    fn a_file_changed_on_the_disk_is_not_handed_out() {
        let (_folder, store) = store();
        let hash = store.put(b"abc").unwrap();
        fs::write(store.path(&hash), b"abd").unwrap();
        assert!(matches!(store.get(&hash), Err(BlobError::Damaged(_))));
    }

    #[test]
    fn what_a_crash_left_unfinished_is_cleared_away_and_nothing_else() {
        let (folder, store) = store();
        let hash = store.put(b"abc").unwrap();
        let (old, fresh) = (store.root().join(UNFINISHED).join("old"), store.root().join(UNFINISHED).join("fresh"));
        fs::write(&old, b"ha").unwrap();
        fs::write(&fresh, b"ha").unwrap();
        let hours_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        File::options().write(true).open(&old).unwrap().set_modified(hours_ago).unwrap();
        let store = FileStore::open(folder.path().join("files")).unwrap();
        assert!(!old.exists());
        assert!(fresh.exists(), "somebody may be writing it");
        assert_eq!(store.get(&hash).unwrap(), b"abc");
    }

    #[test]
    fn many_threads_put_the_same_and_different_files() {
        let (_folder, store) = store();
        std::thread::scope(|scope| {
            for i in 0..8u8 {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..20u8 {
                        store.put(&[n]).unwrap();
                        store.put(&[i, n]).unwrap();
                    }
                });
            }
        });
        for n in 0..20u8 {
            assert_eq!(store.get(&BlobHash::of(&[n])).unwrap(), [n]);
            assert_eq!(store.get(&BlobHash::of(&[7, n])).unwrap(), [7, n]);
        }
    }
}

//! Where the bytes of files are kept: by the SHA-256 of their content, never altered, never overwritten.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// SHA-256 of a file's content: its name in the store, 64 lower-case hexadecimal digits as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash([u8; 32]);

impl BlobHash {
    /// The hash of `content`.
    pub fn of(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobHash({self})")
    }
}

/// A text is not 64 lower-case hexadecimal digits.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a content hash")]
pub struct NotAHash;

impl FromStr for BlobHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| NotAHash)?;
        bytes.try_into().map(Self).map_err(|_| NotAHash)
    }
}

impl serde::Serialize for BlobHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for BlobHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// Nothing is stored under this hash.
    #[error("no file is stored under {0}")]
    NotFound(BlobHash),
    /// What is stored under this hash has another content: the disk is damaged or somebody changed the file.
    #[error("the file stored under {0} has been changed")]
    Damaged(BlobHash),
    /// The storage failed.
    #[error("file storage: {0}")]
    Io(#[from] std::io::Error),
}

/// A store of files by content hash. Calls block (disk or network): use it off the async threads.
pub trait BlobStore: Send + Sync {
    /// Keeps `content`; it is safe on the medium when this returns. Storing the same content again changes nothing.
    fn put(&self, content: &[u8]) -> Result<BlobHash, BlobError>;

    /// The content stored under `hash`, checked against it.
    fn get(&self, hash: &BlobHash) -> Result<Vec<u8>, BlobError>;

    /// Whether something is stored under `hash`.
    fn exists(&self, hash: &BlobHash) -> Result<bool, BlobError>;

    /// Forgets what is stored under `hash`; fine when there is nothing.
    fn remove(&self, hash: &BlobHash) -> Result<(), BlobError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_from_its_text_and_nothing_else_does() {
        let hash = BlobHash::of(b"abc");
        let text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.to_string(), text);
        assert_eq!(text.parse(), Ok(hash));
        for bad in ["", "ba78", &text.to_uppercase(), &format!("{text}00"), "../../etc/passwd"] {
            assert_eq!(bad.parse::<BlobHash>(), Err(NotAHash), "{bad}");
        }
    }
}

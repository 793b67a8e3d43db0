//! What the machine refuses, in the words of who runs it rather than of who wrote it.

use std::io::{Error, ErrorKind};

/// Why a file or folder can't be used.
pub fn of_file(e: &Error) -> String {
    match e.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "the user who runs motcua may not do that there".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk can only be read there".to_owned(),
        ErrorKind::NotADirectory => "a part of this path is a file, no folder".to_owned(),
        ErrorKind::AlreadyExists => "there is a file of this name already, no folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, no file".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "there is no room left on the disk".to_owned(),
        _ => e.to_string(),
    }
}

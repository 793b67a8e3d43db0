//! What can go wrong at the database.

/// A failure of the database, told apart by what the caller can do about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The row is not there.
    #[error("not found")]
    NotFound,
    /// A unique key exists already. On SQLite the name of the key is not known.
    #[error("already there: {0}")]
    Unique(String),
    /// Another transaction was in the way; the kernel has retried already.
    #[error("busy: {0}")]
    Busy(String),
    /// Anything else: the cause goes to the log, never to a visitor.
    #[error("database: {0}")]
    Other(String),
    /// The closure panicked; its transaction was rolled back.
    #[error("a write failed unexpectedly")]
    Panicked,
    /// The database is shutting down or the writer is gone.
    #[error("database closed")]
    Closed,
}

impl Error {
    /// Whether running the same transaction again may succeed (40001, 40P01, SQLITE_BUSY).
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

thread_local! {
    /// Set when a statement on this thread failed only because another transaction was in the way.
    static RETRY: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether a statement on this thread met another transaction since the last call. A use case wraps the
/// database's error in its own, so the kernel can't see it there.
pub(super) fn take_retry_mark() -> bool {
    RETRY.with(|mark| mark.replace(false))
}

impl From<diesel::result::Error> for Error {
    fn from(e: diesel::result::Error) -> Self {
        let error = classify(e);
        if error.is_retryable() {
            RETRY.with(|mark| mark.set(true));
        }
        error
    }
}

fn classify(e: diesel::result::Error) -> Error {
    use Error as Own;
    use diesel::result::{DatabaseErrorKind as Kind, Error as E};
    match e {
        E::NotFound => Own::NotFound,
        E::DatabaseError(Kind::UniqueViolation, info) => {
            Own::Unique(info.constraint_name().unwrap_or_else(|| info.message()).to_owned())
        }
        E::DatabaseError(Kind::SerializationFailure, info) => Own::Busy(info.message().to_owned()),
        E::DatabaseError(_, info)
            if info.message().contains("database is locked") || info.message().contains("deadlock detected") =>
        {
            Own::Busy(info.message().to_owned())
        }
        other => Own::Other(other.to_string()),
    }
}

//! A write transaction in progress.

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::{Conn, Error};

/// A write transaction. Only the kernel makes one; use cases pass it on to stores.
pub struct Tx<'a> {
    conn: &'a mut Conn,
}

impl<'a> Tx<'a> {
    pub(super) fn over(conn: &'a mut Conn) -> Self {
        Self { conn }
    }

    /// The connection, for stores.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// Runs `f` in a savepoint: its changes stay only if it succeeds, and the transaction goes on either way.
    ///
    /// # Errors
    /// What `f` answers, or a failure of the savepoint itself.
    pub fn attempt<T, E: From<Error>>(&mut self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        begin(self.conn)?;
        match f(&mut Tx::over(self.conn)) {
            Ok(value) => {
                commit(self.conn)?;
                Ok(value)
            }
            Err(e) => {
                rollback(self.conn)?;
                Err(e)
            }
        }
    }
}

/// How many transactions are open on `conn`, one inside the other.
pub(super) fn depth(conn: &mut Conn) -> Result<u32, Error> {
    let status = match conn {
        Conn::Pg(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
        Conn::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
    };
    Ok(status.transaction_depth()?.map_or(0, std::num::NonZeroU32::get))
}

/// Begins a transaction, or a savepoint inside one. On SQLite the outer one takes the write lock at once
/// (`BEGIN IMMEDIATE`): a deferred one that reads first fails with "database is locked" under load.
pub(super) fn begin(conn: &mut Conn) -> Result<(), Error> {
    let outermost = depth(conn)? == 0;
    match conn {
        Conn::Sqlite(c) if outermost => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        conn => <Conn as diesel::Connection>::TransactionManager::begin_transaction(conn)?,
    }
    Ok(())
}

/// Commits the innermost transaction or releases the savepoint.
pub(super) fn commit(conn: &mut Conn) -> Result<(), Error> {
    <Conn as diesel::Connection>::TransactionManager::commit_transaction(conn).map_err(Error::from)
}

/// Rolls back the innermost transaction or savepoint.
pub(super) fn rollback(conn: &mut Conn) -> Result<(), Error> {
    <Conn as diesel::Connection>::TransactionManager::rollback_transaction(conn).map_err(Error::from)
}

/// Whether the outer transaction still stands (SQLite may end it by itself: disk full, I/O error).
pub(super) fn stands(conn: &mut Conn) -> bool {
    depth(conn).is_ok_and(|d| d > 0)
}

/// Rolls back until `depth` transactions are open: a panic may leave savepoints of its own behind.
pub(super) fn unwind_to(conn: &mut Conn, target: u32) -> Result<(), Error> {
    while depth(conn)? > target {
        rollback(conn)?;
    }
    Ok(())
}

//! The handle everything else uses: pools, `read`, `write`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::Pool;
use tokio::sync::oneshot;

use super::engine::{Access, Manager};
use super::tx::{self, Tx};
use super::writer::{Job, Writer};
use super::{Conn, Engine, Error, OpenError, opening};

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Url {
    Sqlite(PathBuf),
    Postgres(String),
}

/// The address names no engine this product speaks.
#[derive(Debug, thiserror::Error)]
#[error("DATABASE_URL must begin with sqlite: or postgres://")]
pub struct UrlError;

impl Url {
    /// Reads `sqlite:PATH` or `postgres://…`. A mistyped address is refused: SQLite would take it for a file name.
    ///
    /// # Errors
    /// [`UrlError`] for any other form.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))),
            _ => Err(UrlError),
        }
    }

    /// The engine behind the address.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

/// How to open the database.
#[derive(Clone, Debug)]
pub struct Options {
    pub url: Url,
    /// Reading connections (on PostgreSQL: all connections).
    pub connections: u32,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    readers: Pool<Manager>,
    /// Bounds the threads that wait for a connection, so that slow queries can't fill the thread pool.
    permits: tokio::sync::Semaphore,
    writer: Option<Writer>,
    url: Url,
}

/// How often a PostgreSQL transaction is run when others are in its way.
const ATTEMPTS: u32 = 8;

impl Db {
    /// Opens pools and, on SQLite, starts the writer. Does not migrate.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        opening::look(&options.url)?;
        let access = match options.url {
            Url::Sqlite(_) => Access::ReadOnly,
            Url::Postgres(_) => Access::ReadWrite,
        };
        let writer = match options.url {
            Url::Sqlite(_) => {
                let manager = Manager { url: options.url.clone(), access: Access::ReadWrite };
                Some(Writer::start(manager).map_err(|e| OpenError::Pool(e.to_string()))?)
            }
            Url::Postgres(_) => None,
        };
        let readers = Pool::builder()
            .max_size(options.connections.max(1))
            .min_idle(Some(1))
            .test_on_check_out(matches!(options.url, Url::Postgres(_)))
            .connection_timeout(Duration::from_secs(10))
            .build(Manager { url: options.url.clone(), access })
            .map_err(|e| OpenError::Pool(e.to_string()))?;
        let permits = tokio::sync::Semaphore::new(options.connections.max(1) as usize);
        Ok(Self { inner: Arc::new(Inner { readers, permits, writer, url: options.url.clone() }) })
    }

    /// The engine that answers.
    pub fn engine(&self) -> Engine {
        self.inner.url.engine()
    }

    /// Where the database is.
    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// Runs `f` on a reading connection, off the async threads.
    ///
    /// # Errors
    /// What `f` answers, or that no connection could be had.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let _permit = self.inner.permits.acquire().await.map_err(|_| Error::Closed)?;
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.read_blocking(f)).await.map_err(|_| E::from(Error::Panicked))?
    }

    /// [`Db::read`] for commands and threads of their own.
    ///
    /// # Errors
    /// What `f` answers, or that no connection could be had.
    pub fn read_blocking<T, E: From<Error>>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.inner.readers.get().map_err(|e| Error::Busy(e.to_string()))?;
        f(&mut conn)
    }

    /// Runs `f` in one write transaction and answers after its commit.
    ///
    /// # Errors
    /// What `f` answers (then nothing of it is kept), or a failure of the database.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &self.inner.writer {
            Some(writer) => {
                let (job, answer) = Member::pair(f);
                writer.send(job)?;
                answer.await.map_err(|_| E::from(Error::Closed))?
            }
            None => {
                let _permit = self.inner.permits.acquire().await.map_err(|_| Error::Closed)?;
                let db = self.clone();
                tokio::task::spawn_blocking(move || db.write_pooled(f)).await.map_err(|_| E::from(Error::Panicked))?
            }
        }
    }

    /// [`Db::write`] for commands and threads of their own. Must not be called on an async thread.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match &self.inner.writer {
            Some(writer) => {
                let (job, answer) = Member::pair(f);
                writer.send(job)?;
                answer.blocking_recv().map_err(|_| E::from(Error::Closed))?
            }
            None => self.write_pooled(f),
        }
    }

    /// Runs `f` on a connection of its own, outside any pool or transaction: for migrations and backups.
    pub(super) fn with_private_connection<T>(&self, f: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
        let manager = Manager { url: self.inner.url.clone(), access: Access::ReadWrite };
        let mut conn = manager.open().map_err(|e| Error::Other(e.to_string()))?;
        f(&mut conn)
    }

    /// A transaction on a pooled connection, run again while others are in its way.
    fn write_pooled<T, E: From<Error>>(&self, mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.inner.readers.get().map_err(|e| Error::Busy(e.to_string()))?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let _ = super::error::take_retry_mark();
            tx::begin(&mut conn)?;
            match f(&mut Tx::over(&mut conn)) {
                Ok(value) => match tx::commit(&mut conn) {
                    Ok(()) => return Ok(value),
                    Err(e) if e.is_retryable() && attempt < ATTEMPTS => {
                        let _ = tx::rollback(&mut conn);
                    }
                    Err(e) => return Err(e.into()),
                },
                Err(e) => {
                    // The closure's own error hides what the engine said; the mark tells.
                    let retry = attempt < ATTEMPTS && super::error::take_retry_mark();
                    let _ = tx::rollback(&mut conn);
                    if !retry {
                        return Err(e);
                    }
                }
            }
            std::thread::sleep(Duration::from_millis(5 * u64::from(attempt)));
        }
    }
}

type Answer<T, E> = Result<T, E>;

/// One caller's closure on its way through the writer.
struct Member<T, E, F> {
    f: F,
    result: Option<Answer<T, E>>,
    answer: oneshot::Sender<Answer<T, E>>,
}

impl<T, E, F> Member<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn pair(f: F) -> (Box<dyn Job>, oneshot::Receiver<Answer<T, E>>) {
        let (answer, receiver) = oneshot::channel();
        (Box::new(Self { f, result: None, answer }), receiver)
    }
}

impl<T, E, F> Job for Member<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        let result = (self.f)(tx);
        let keep = result.is_ok();
        self.result = Some(result);
        Ok(keep)
    }

    fn finish(self: Box<Self>, committed: Result<(), Error>) {
        let answer = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(E::from(Error::Closed)),
            (Err(e), _) => Err(E::from(e)),
        };
        // The caller may have gone away (a closed connection); its rows stay all the same.
        let _ = self.answer.send(answer);
    }
}

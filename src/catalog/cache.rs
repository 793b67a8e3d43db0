//! The catalogue in memory: the search index of one catalogue version, and revisions with their compiled forms.
//!
//! Keyed by version and revision, never by time: a node reads the version number at most every [`Catalogue::STALENESS`],
//! so that is how old an answer can be. A revision never changes, so it is read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::check;
use super::revision::{FormDef, Revision};
use super::search::{AgencyRef, Index};
use super::store::{self, Stored};
use crate::db::{self, Db};
use crate::forms::Form;
use crate::kernel::{ProcedureId, RevisionId, Timestamp};

/// Revisions kept in memory; the least recently asked for go first.
const KEPT: usize = 128;

/// One version of the catalogue.
pub struct Snapshot {
    version: i64,
    index: Index,
}

impl Snapshot {
    /// The catalogue's version number.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// What is published, to be searched.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The agencies that settle a procedure.
    pub fn agencies_for(&self, code: &str) -> &[AgencyRef] {
        self.index.get(code).map_or(&[], |entry| entry.agencies.as_slice())
    }

    /// The province whose agencies alone settle a procedure here: its council's fees are the ones to pay.
    pub fn province_of(&self, code: &str) -> Option<&str> {
        let (first, rest) = self.agencies_for(code).split_first()?;
        let province = first.province.as_deref()?;
        rest.iter().all(|agency| agency.province.as_deref() == Some(province)).then_some(province)
    }
}

/// A revision with its forms, compiled when first asked for.
pub struct Published {
    pub id: RevisionId,
    pub procedure: ProcedureId,
    pub number: i32,
    pub published_at: Option<Timestamp>,
    pub content: Arc<Revision>,
    /// By form version: cases with the same form share one.
    forms: Mutex<HashMap<String, Option<Form>>>,
}

impl Published {
    fn of(stored: Stored) -> Self {
        let Stored { id, procedure, number, published_at, content, .. } = stored;
        Self { id, procedure, number, published_at, content: Arc::new(content), forms: Mutex::new(HashMap::new()) }
    }

    /// The form of a case; none for information pages.
    pub fn form(&self, case: &str) -> Option<Form> {
        let case = self.content.case(Some(case))?;
        self.compiled(case.form.as_ref()?)
    }

    /// The form of a result's draft; none where the result is a mere entry.
    pub fn result_form(&self, case: &str, result: &str) -> Option<Form> {
        let case = self.content.case(Some(case))?;
        let result = case.results.iter().find(|r| r.code == result)?;
        self.compiled(result.form.as_ref()?)
    }

    /// Compiles once. A published form loads (it was checked before); if not, the log says why.
    fn compiled(&self, form: &FormDef) -> Option<Form> {
        let mut forms = self.forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = forms.get(&form.version) {
            return known.clone();
        }
        let compiled = check::compile(form)
            .inspect_err(|error| tracing::error!(revision = %self.id, %error, "a published form does not load"))
            .ok();
        forms.insert(form.version.clone(), compiled.clone());
        compiled
    }
}

/// The process's view of the catalogue. Cheap to clone.
#[derive(Clone, Default)]
pub struct Catalogue {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    current: RwLock<Option<(Instant, Arc<Snapshot>)>>,
    /// Held while the version is asked for, so that one caller asks and the others wait for its answer.
    asking: tokio::sync::Mutex<()>,
    revisions: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_id: HashMap<RevisionId, (u64, Arc<Published>)>,
    clock: u64,
}

impl Kept {
    fn get(&mut self, id: RevisionId) -> Option<Arc<Published>> {
        self.clock += 1;
        let (used, published) = self.by_id.get_mut(&id)?;
        *used = self.clock;
        Some(Arc::clone(published))
    }

    fn put(&mut self, published: Arc<Published>) -> Arc<Published> {
        self.clock += 1;
        if self.by_id.len() >= KEPT
            && let Some(oldest) = self.by_id.iter().min_by_key(|(_, (used, _))| *used).map(|(id, _)| *id)
        {
            self.by_id.remove(&oldest);
        }
        let clock = self.clock;
        let (_, kept) = self.by_id.entry(published.id).or_insert((clock, published));
        Arc::clone(kept)
    }
}

impl Catalogue {
    /// How old an answer can be.
    pub const STALENESS: Duration = Duration::from_millis(200);

    /// An empty view; it reads the database on first use.
    pub fn new() -> Self {
        Self::default()
    }

    /// The newest version, as far as known within [`Self::STALENESS`].
    ///
    /// # Errors
    /// Only the database's.
    pub async fn snapshot(&self, db: &Db) -> Result<Arc<Snapshot>, db::Error> {
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let _asking = self.inner.asking.lock().await;
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let asked = Instant::now();
        let known = self.known();
        let version = known.as_ref().map(|snapshot| snapshot.version);
        let newer = db
            .read(move |conn| {
                let now = store::version(conn)?;
                if version == Some(now) {
                    return Ok(None);
                }
                let index = Index::build(store::entries(conn)?);
                Ok::<_, db::Error>(Some(Snapshot { version: now, index }))
            })
            .await?;
        let snapshot = match (newer, known) {
            (Some(newer), _) => Arc::new(newer),
            (None, Some(known)) => known,
            // Not reached: without a known version the read always builds one.
            (None, None) => Arc::new(Snapshot { version: 0, index: Index::build(Vec::new()) }),
        };
        *self.inner.current.write().unwrap_or_else(PoisonError::into_inner) = Some((asked, Arc::clone(&snapshot)));
        Ok(snapshot)
    }

    fn known(&self) -> Option<Arc<Snapshot>> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|(_, snapshot)| Arc::clone(snapshot))
    }

    fn fresh(&self) -> Option<Arc<Snapshot>> {
        let current = self.inner.current.read().unwrap_or_else(PoisonError::into_inner);
        let (asked, snapshot) = current.as_ref()?;
        (asked.elapsed() < Self::STALENESS).then(|| Arc::clone(snapshot))
    }

    /// The published revision of a procedure code.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn published(&self, db: &Db, code: &str) -> Result<Option<Arc<Published>>, db::Error> {
        let snapshot = self.snapshot(db).await?;
        match snapshot.index().get(code) {
            Some(entry) => self.revision(db, entry.revision).await,
            None => Ok(None),
        }
    }

    /// A revision by its id, published or superseded.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn revision(&self, db: &Db, id: RevisionId) -> Result<Option<Arc<Published>>, db::Error> {
        if let Some(known) = self.kept(id) {
            return Ok(Some(known));
        }
        let stored = db.read(move |conn| store::revision(conn, id)).await?;
        Ok(stored.map(|stored| self.keep(stored)))
    }

    /// As [`Self::revision`], for code that already holds a connection (commands, the worker).
    ///
    /// # Errors
    /// Only the database's.
    pub fn revision_on(&self, conn: &mut db::Conn, id: RevisionId) -> Result<Option<Arc<Published>>, db::Error> {
        if let Some(known) = self.kept(id) {
            return Ok(Some(known));
        }
        Ok(store::revision(conn, id)?.map(|stored| self.keep(stored)))
    }

    fn kept(&self, id: RevisionId) -> Option<Arc<Published>> {
        self.inner.revisions.lock().unwrap_or_else(PoisonError::into_inner).get(id)
    }

    fn keep(&self, stored: Stored) -> Arc<Published> {
        self.inner.revisions.lock().unwrap_or_else(PoisonError::into_inner).put(Arc::new(Published::of(stored)))
    }
}

/// The shipped procedures, read once: what the demonstration data are made from.
///
/// # Errors
/// Never in a released build; a test excludes it.
pub fn shipped() -> Result<&'static [super::import::Import], &'static [super::import::BadRow]> {
    static SHIPPED: OnceLock<Result<Vec<super::import::Import>, Vec<super::import::BadRow>>> = OnceLock::new();
    match SHIPPED.get_or_init(|| super::import::parse(super::import::SHIPPED_FACTS)) {
        Ok(rows) => Ok(rows),
        Err(bad) => Err(bad),
    }
}

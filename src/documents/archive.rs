//! Files, made papers and signatures put together: what needs the disk, the typesetter or a key, outside transactions.
//!
//! Made papers and results are set on first need, stored once by content hash and read from then on. Two requests may
//! set the same paper at the same time: they get the same bytes, so it doesn't matter whose row wins.

use std::sync::Arc;

use jiff::SignedDuration;

use super::blobs::{BlobError, BlobHash, BlobStore, NotAHash};
use super::papers::{Paper, PaperError};
use super::pdf::{Marks, PdfError, Renderer};
use super::scan::{ScanError, ScanState, Scanner, initial_state};
use super::sign::{SignError, SignatureFacts, Signed, Signer, sign_pdf};
use super::sniff::{self, FileKind, Refusal};
use super::store::{self, NewBlob, PaperRow, ResultRow};
use crate::db::{self, Db};
use crate::kernel::{Timestamp, local_date};

/// How many files the sweep looks at in one go, and removes at most in one run.
const SWEEP_AT_ONCE: i64 = 500;

/// Where files go and papers come from. Cheap to clone.
#[derive(Clone)]
pub struct Archive(Arc<Parts>);

/// What an [`Archive`] is built from.
pub struct Parts {
    pub db: Db,
    pub blobs: Box<dyn BlobStore>,
    pub renderer: Renderer,
    /// `None`: no scanner is configured, files stay «unscanned».
    pub scanner: Option<Box<dyn Scanner>>,
    /// The portal's address as citizens see it, without a slash at the end.
    pub public_url: String,
}

/// Why a file could not be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is not of a kind that is taken.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Pdf(#[from] PdfError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Db(#[from] db::Error),
    /// A row names a file by something that is no hash.
    #[error("a stored hash: {0}")]
    Hash(#[from] NotAHash),
    /// The thread that did the work broke off.
    #[error("the work broke off")]
    Broken,
}

/// An uploaded file that was looked at and kept; attach it with [`super::attach_upload`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub hash: BlobHash,
    pub kind: FileKind,
    /// The name to show.
    pub name: String,
    pub size: i64,
    pub scan: ScanState,
}

impl Upload {
    /// The row of its file.
    pub fn blob(&self) -> NewBlob {
        NewBlob {
            hash: self.hash.to_string(),
            size: self.size,
            mime: self.kind.mime().to_owned(),
            scan_state: self.scan.as_str().to_owned(),
        }
    }
}

/// A result that bears one more signature: to be recorded by the act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedFile {
    /// Hash of the signed file, stored already.
    pub blob: String,
    /// Subject and serial number of the certificate.
    pub certificate: String,
}

impl Archive {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether papers can be set (the program may be built without).
    pub fn sets_papers(&self) -> bool {
        self.0.renderer.available()
    }

    /// The address that a token's QR code opens.
    pub fn proof_url(&self, token: &str) -> String {
        format!("{}/xac-thuc/{token}", self.0.public_url)
    }

    /// Looks at an uploaded file and keeps it. Nothing refers to it yet.
    ///
    /// # Errors
    /// [`ArchiveError::Refused`] with what is wrong with the file, or a failure of the storage.
    pub async fn take_in(&self, sent_name: String, content: Vec<u8>, now: Timestamp) -> Result<Upload, ArchiveError> {
        let (upload, content) = self
            .off_async(move |parts| {
                let kind = sniff::inspect(&content)?;
                let upload = Upload {
                    hash: BlobHash::of(&content),
                    kind,
                    name: sniff::display_name(&sent_name, kind),
                    size: i64::try_from(content.len()).unwrap_or(i64::MAX),
                    scan: initial_state(parts.scanner.as_deref()),
                };
                Ok((upload, content))
            })
            .await?;
        self.store(upload.blob(), content, now).await?;
        Ok(upload)
    }

    /// Stores a file: its row first, so that the sweep knows of every file and never takes one that is just coming in.
    async fn store(&self, blob: NewBlob, content: Vec<u8>, now: Timestamp) -> Result<(), ArchiveError> {
        self.0.db.write(move |tx| store::remember_blob(tx.conn(), &blob, now)).await?;
        self.off_async(move |parts| Ok(parts.blobs.put(&content).map(drop)?)).await
    }

    /// Removes the files that nothing has referred to for at least `grace`: uploads that were never attached or were
    /// taken off a draft, files of drafts thrown away, versions of a result before its last signature. Whatever a
    /// dossier, a result, a data store or an open draft refers to stays.
    ///
    /// # Errors
    /// A failure of storage or database; what was done until then stays done.
    pub async fn sweep(&self, grace: SignedDuration, now: Timestamp) -> Result<usize, ArchiveError> {
        let db = &self.0.db;
        let again = db.read(|c| store::referred_again(c, SWEEP_AT_ONCE)).await?;
        db.write(move |tx| store::keep_blobs(tx.conn(), &again)).await?;
        loop {
            let found = db.read(|c| store::unreferenced(c, SWEEP_AT_ONCE)).await?;
            let all = i64::try_from(found.len()).unwrap_or(0) < SWEEP_AT_ONCE;
            db.write(move |tx| store::mark_unreferenced(tx.conn(), &found, now)).await?;
            if all {
                break;
            }
        }
        let before = now.plus_seconds(-grace.as_secs());
        let mut removed = 0;
        for hash in db.read(move |c| store::sweepable(c, before, SWEEP_AT_ONCE)).await? {
            let (name, parts): (BlobHash, _) = (hash.parse()?, Arc::clone(&self.0));
            // The file goes inside the transaction that holds its row: whoever stores the same content again waits for
            // the row, and then finds no file and writes one. Gone twice is gone; after a rollback the row without a
            // file is swept again, or filled by the next one who stores that content.
            let gone = db
                .write(move |tx| {
                    let gone = store::forget_blob(tx.conn(), &hash, before)?;
                    if gone {
                        parts.blobs.remove(&name).map_err(|e| db::Error::Other(e.to_string()))?;
                    }
                    Ok::<_, db::Error>(gone)
                })
                .await;
            match gone {
                Ok(gone) => removed += usize::from(gone),
                // One file that can't be removed must not keep the others.
                Err(error) => tracing::error!(%error, "a file that nothing refers to could not be removed"),
            }
        }
        Ok(removed)
    }

    /// The content of a stored file.
    ///
    /// # Errors
    /// [`BlobError::NotFound`], [`BlobError::Damaged`], or a failure of the storage.
    pub async fn content(&self, hash: &str) -> Result<Vec<u8>, ArchiveError> {
        let hash: BlobHash = hash.parse()?;
        self.off_async(move |parts| Ok(parts.blobs.get(&hash)?)).await
    }

    /// Scans a stored file and records what was found. `None` when no scanner is configured.
    ///
    /// # Errors
    /// [`ArchiveError::Scan`] when the scanner could not say: the file stays pending.
    pub async fn scan(&self, hash: &str, now: Timestamp) -> Result<Option<ScanState>, ArchiveError> {
        let name: BlobHash = hash.parse()?;
        let found = self
            .off_async(move |parts| {
                let Some(scanner) = &parts.scanner else { return Ok(None) };
                let clean = scanner.is_clean(&parts.blobs.get(&name)?)?;
                Ok(Some(if clean { ScanState::Clean } else { ScanState::Infected }))
            })
            .await?;
        if let Some(state) = found {
            let hash = hash.to_owned();
            self.0.db.write(move |tx| store::set_scan_state(tx.conn(), &hash, state.as_str(), now)).await?;
        }
        Ok(found)
    }

    /// A paper that is made for one look and not kept (Mẫu 06 and 07, declarations, procedure sheets).
    ///
    /// # Errors
    /// [`ArchiveError::Pdf`].
    pub async fn set(&self, paper: Paper, marks: Marks) -> Result<Vec<u8>, ArchiveError> {
        self.off_async(move |parts| Ok(parts.renderer.render(&paper, &marks)?)).await
    }

    /// The PDF of a made paper: set and stored on the first call. `demo` marks it as demonstration data.
    ///
    /// # Errors
    /// [`ArchiveError::Pdf`], [`ArchiveError::Paper`], or a failure of storage or database.
    pub async fn paper_pdf(&self, row: PaperRow, demo: bool, now: Timestamp) -> Result<Vec<u8>, ArchiveError> {
        if let Some(hash) = &row.blob_hash {
            return self.content(hash).await;
        }
        let pdf = self.set_paper(&row, demo).await?;
        let blob = self.keep(pdf.clone(), now).await?;
        let id = row.id;
        self.0.db.write(move |tx| store::set_paper_blob(tx.conn(), id, &blob.hash, now)).await?;
        Ok(pdf)
    }

    /// A made paper set anew, and not kept: for whoever signs it first.
    ///
    /// # Errors
    /// [`ArchiveError::Pdf`] or [`ArchiveError::Paper`].
    pub async fn set_paper(&self, row: &PaperRow, demo: bool) -> Result<Vec<u8>, ArchiveError> {
        let paper = Paper::from_data(&row.kind, row.data.clone())?;
        let marks = Marks { url: self.proof_url(&row.token), demo, day: local_date(row.created_at) };
        self.set(paper, marks).await
    }

    /// The PDF of a result with the signatures made so far. `paper` is asked for only when it was never set before.
    ///
    /// # Errors
    /// As [`Self::paper_pdf`].
    pub async fn result_pdf(
        &self,
        row: &ResultRow,
        paper: impl FnOnce() -> Paper,
        demo: bool,
        now: Timestamp,
    ) -> Result<Vec<u8>, ArchiveError> {
        if let Some(hash) = &row.blob_hash {
            return self.content(hash).await;
        }
        let marks = Marks { url: self.proof_url(&row.token), demo, day: local_date(row.issued_at) };
        let pdf = self.set(paper(), marks).await?;
        let blob = self.keep(pdf.clone(), now).await?;
        let id = row.id;
        self.0.db.write(move |tx| store::set_result_blob(tx.conn(), id, &blob.hash)).await?;
        Ok(pdf)
    }

    /// Puts one more signature under a result's PDF and stores the signed file. The act that signs records it.
    ///
    /// # Errors
    /// [`ArchiveError::Sign`], or a failure of storage or database.
    pub async fn sign(
        &self,
        pdf: Vec<u8>,
        signer: Arc<dyn Signer>,
        facts: SignatureFacts,
    ) -> Result<SignedFile, ArchiveError> {
        let now = facts.at;
        let Signed { pdf, certificate } = self.off_async(move |_| Ok(sign_pdf(&pdf, signer.as_ref(), &facts)?)).await?;
        let blob = self.keep(pdf, now).await?;
        Ok(SignedFile { blob: blob.hash, certificate })
    }

    /// Stores a PDF of our own making.
    async fn keep(&self, pdf: Vec<u8>, now: Timestamp) -> Result<NewBlob, ArchiveError> {
        let (blob, pdf) = self
            .off_async(move |_| {
                let blob = NewBlob {
                    hash: BlobHash::of(&pdf).to_string(),
                    size: i64::try_from(pdf.len()).unwrap_or(i64::MAX),
                    mime: FileKind::Pdf.mime().to_owned(),
                    scan_state: ScanState::Clean.as_str().to_owned(),
                };
                Ok((blob, pdf))
            })
            .await?;
        self.store(blob.clone(), pdf, now).await?;
        Ok(blob)
    }

    /// Runs work that blocks on a thread that may.
    async fn off_async<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Parts) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let parts = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&parts)).await.map_err(|_| ArchiveError::Broken)?
    }
}

//! Files on their way in: inspected, hashed and stored before the transaction that attaches them.

use super::App;
use super::filing::Upload;
use crate::documents::blobs::BlobHash;
use crate::documents::sniff::{self, Refusal};
use crate::documents::{self, Document, NewBlob, scan};
use crate::kernel::{Actor, DocumentId, Timestamp};
use crate::office::{ActError, Rules, Target, fill};

/// Why a file was not attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    #[error("the file is not taken: {}", .0.code())]
    Refused(Refusal),
    #[error("the file could not be stored: {0}")]
    Storage(String),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<crate::db::Error> for AttachError {
    fn from(e: crate::db::Error) -> Self {
        Self::Act(ActError::Db(e))
    }
}

impl App {
    /// Attaches an uploaded file to a draft, or to a dossier that waits for a supplement.
    ///
    /// # Errors
    /// [`AttachError`].
    pub async fn attach(&self, who: &Actor, name: &str, upload: Upload) -> Result<Document, AttachError> {
        let opened = self.open_dossier(who, name).await?;
        let now = self.now();
        let kind = sniff::inspect(&upload.content).map_err(AttachError::Refused)?;
        let size = upload.content.len();
        let paper = known_paper(&opened.rules, &opened.dossier, upload.paper)?;
        let file_name = sniff::display_name(&upload.file_name, kind);
        let hash = self.store_blob(upload.content).await.map_err(AttachError::Storage)?;
        let source = if opened.dossier.intake().is_online() { "upload" } else { "counter" };
        let document = Document {
            id: DocumentId::new(),
            owner_account: opened.dossier.owner_account,
            dossier_id: Some(opened.dossier.id),
            paper_code: paper,
            blob_hash: hash.to_string(),
            file_name,
            mime: kind.mime().to_owned(),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            source: source.to_owned(),
            supplement_id: None,
            result_id: None,
            added_by: who.account(),
            note: None,
            occurred_at: now,
            recorded_at: now,
            removed_at: None,
        };
        self.write_document(who, opened.rules, document, now).await
    }

    /// Attaches a paper of the person's own data store again.
    ///
    /// # Errors
    /// [`AttachError`]; a paper of somebody else is not found.
    pub async fn attach_from_store(
        &self,
        who: &Actor,
        name: &str,
        (paper, from): (Option<String>, DocumentId),
    ) -> Result<Document, AttachError> {
        let opened = self.open_dossier(who, name).await?;
        let now = self.now();
        let kept = self.db.read(move |c| documents::document(c, from)).await.map_err(|_| ActError::NotFound)?;
        let own = who.account().is_some() && kept.owner_account == who.account() && kept.removed_at.is_none();
        if !own {
            return Err(ActError::NotFound.into());
        }
        let document = Document {
            id: DocumentId::new(),
            dossier_id: Some(opened.dossier.id),
            paper_code: known_paper(&opened.rules, &opened.dossier, paper)?,
            source: "store".to_owned(),
            supplement_id: None,
            added_by: who.account(),
            occurred_at: now,
            recorded_at: now,
            ..kept
        };
        self.write_document(who, opened.rules, document, now).await
    }

    async fn write_document(
        &self,
        who: &Actor,
        rules: Rules,
        document: Document,
        now: Timestamp,
    ) -> Result<Document, AttachError> {
        let who = who.clone();
        let scan_state = scan::initial_state(self.scanner.as_deref()).as_str().to_owned();
        self.db
            .write(move |tx| {
                let id = document.dossier_id.ok_or(ActError::NotFound)?;
                let dossier = fill::open_to_fill(tx, &who, Target::from(id), &rules, false)?;
                let held = documents::total_size(tx.conn(), dossier.id)?;
                sniff::fits_dossier(unsigned(held), unsigned(document.size)).map_err(AttachError::Refused)?;
                let blob = NewBlob {
                    hash: document.blob_hash.clone(),
                    size: document.size,
                    mime: document.mime.clone(),
                    scan_state: scan_state.clone(),
                };
                documents::remember_blob(tx.conn(), &blob, now)?;
                documents::attach(tx.conn(), &document)?;
                Ok(document.clone())
            })
            .await
    }

    /// Takes a file off a draft again.
    ///
    /// # Errors
    /// [`AttachError`].
    pub async fn detach(&self, who: &Actor, name: &str, id: DocumentId) -> Result<(), AttachError> {
        let opened = self.open_dossier(who, name).await?;
        let (who, rules, now) = (who.clone(), opened.rules, self.now());
        let dossier = opened.dossier.id;
        self.db
            .write(move |tx| {
                fill::open_to_fill(tx, &who, Target::from(dossier), &rules, false)?;
                let document = documents::document(tx.conn(), id).map_err(|_| ActError::NotFound)?;
                if document.dossier_id != Some(dossier) || !documents::remove(tx.conn(), id, now)? {
                    return Err(ActError::NotFound.into());
                }
                Ok(())
            })
            .await
    }

    /// Stores a file by its content, off the async threads.
    ///
    /// # Errors
    /// What the store says.
    pub async fn store_blob(&self, content: Vec<u8>) -> Result<BlobHash, String> {
        let blobs = self.blobs.clone();
        tokio::task::spawn_blocking(move || blobs.put(&content).map_err(|e| e.to_string()))
            .await
            .map_err(|e| e.to_string())?
    }

    /// Reads a stored file, off the async threads.
    ///
    /// # Errors
    /// What the store says.
    pub async fn read_blob(&self, hash: &str) -> Result<Vec<u8>, String> {
        let hash: BlobHash = hash.parse().map_err(|_| "no hash of a file".to_owned())?;
        let blobs = self.blobs.clone();
        tokio::task::spawn_blocking(move || blobs.get(&hash).map_err(|e| e.to_string()))
            .await
            .map_err(|e| e.to_string())?
    }
}

fn unsigned(size: i64) -> u64 {
    u64::try_from(size).unwrap_or(0)
}

/// A code must be one of the case's papers.
fn known_paper(
    rules: &Rules,
    dossier: &crate::dossiers::Dossier,
    code: Option<String>,
) -> Result<Option<String>, ActError> {
    let Some(code) = code.filter(|c| !c.is_empty()) else { return Ok(None) };
    if rules.case(dossier).is_some_and(|case| case.document(&code).is_some()) {
        Ok(Some(code))
    } else {
        Err(ActError::invalid("/document", "unknown", "Giấy tờ này không có trong thành phần hồ sơ."))
    }
}

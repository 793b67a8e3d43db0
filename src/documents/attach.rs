//! Papers of a dossier: attaching an upload or a paper from the data store, taking one off. Whether the person may
//! change the dossier at all is decided by the act that calls these.

use serde_json::json;

use super::archive::Upload;
use super::scan::ScanState;
use super::sniff::{self, Refusal};
use super::store::{self, Document};
use crate::db::{self, Tx};
use crate::kernel::{AccountId, DocumentId, DossierId, ResultId, SupplementId, Timestamp};
use crate::outbox::{self, Job};

/// Kind of the job that scans a file; its payload is `{"hash": …}`, its work [`super::archive::Archive::scan`].
pub const SCAN_JOB: &str = "documents.scan";

/// Where a paper of a dossier came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Uploaded by the citizen.
    Upload,
    /// Reused from the owner's data store.
    Store,
    /// Scanned or received at the counter.
    Counter,
}

impl Origin {
    /// The fixed name, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Store => "store",
            Self::Counter => "counter",
        }
    }
}

/// Where a paper goes.
#[derive(Clone, Debug)]
pub struct Place {
    pub dossier: DossierId,
    /// The dossier's owner, in whose data store the paper will be found later.
    pub owner: Option<AccountId>,
    /// Code of the required paper that it proves; `None`: another paper.
    pub paper_code: Option<String>,
    /// The supplement request that it answers.
    pub supplement: Option<SupplementId>,
    /// Who attaches it.
    pub by: Option<AccountId>,
    pub note: Option<String>,
    /// When it was really received (at a counter perhaps earlier than it is typed in).
    pub occurred_at: Timestamp,
}

/// Why a paper could not be attached or taken off.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The dossier would hold too much.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No such paper, or not this person's.
    #[error("no such paper")]
    NotFound,
    /// The file is infected or still waits for its scan, so it can't be reused.
    #[error("the paper can't be used: its scan says {0:?}")]
    NotUsable(ScanState),
    #[error(transparent)]
    Db(db::Error),
}

impl From<db::Error> for AttachError {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NotFound => Self::NotFound,
            other => Self::Db(other),
        }
    }
}

/// Attaches an upload to a dossier.
///
/// # Errors
/// [`AttachError::Refused`] when the dossier would hold too much, or a failure of the database.
pub fn attach_upload(
    tx: &mut Tx<'_>,
    upload: &Upload,
    origin: Origin,
    place: &Place,
    now: Timestamp,
) -> Result<Document, AttachError> {
    check_room(tx, place.dossier, upload.size)?;
    store::remember_blob(tx.conn(), &upload.blob(), now)?;
    let hash = upload.hash.to_string();
    if upload.scan == ScanState::Pending {
        let job = Job::new(SCAN_JOB, json!({"hash": hash}), now).once(format!("scan:{hash}"));
        outbox::enqueue(tx, job, now)?;
    }
    let document = Document {
        id: DocumentId::new(),
        owner_account: place.owner,
        dossier_id: Some(place.dossier),
        paper_code: place.paper_code.clone(),
        blob_hash: hash,
        file_name: upload.name.clone(),
        mime: upload.kind.mime().to_owned(),
        size: upload.size,
        source: origin.as_str().to_owned(),
        supplement_id: place.supplement,
        result_id: None,
        added_by: place.by,
        note: place.note.clone(),
        occurred_at: place.occurred_at,
        recorded_at: now,
        removed_at: None,
    };
    store::attach(tx.conn(), &document)?;
    Ok(document)
}

/// A paper of the data store: an earlier upload or a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Document(DocumentId),
    Result(ResultId),
}

/// Attaches a paper that `place.owner` has in the data store.
///
/// # Errors
/// [`AttachError::NotFound`] also for somebody else's; [`AttachError::NotUsable`] for one that may not be opened; else
/// as [`attach_upload`].
pub fn attach_kept(tx: &mut Tx<'_>, kept: Kept, place: &Place, now: Timestamp) -> Result<Document, AttachError> {
    let owner = place.owner.ok_or(AttachError::NotFound)?;
    let mut document = match kept {
        Kept::Document(id) => {
            let found = store::document(tx.conn(), id)?;
            if found.owner_account != Some(owner) || found.removed_at.is_some() {
                return Err(AttachError::NotFound);
            }
            found
        }
        Kept::Result(id) => of_result(tx, id, owner)?,
    };
    let scan = ScanState::parse(&store::scan_state(tx.conn(), &document.blob_hash)?).unwrap_or(ScanState::Pending);
    if !scan.may_be_opened() {
        return Err(AttachError::NotUsable(scan));
    }
    check_room(tx, place.dossier, document.size)?;
    document.id = DocumentId::new();
    document.owner_account = Some(owner);
    document.dossier_id = Some(place.dossier);
    document.paper_code = place.paper_code.clone();
    document.source = Origin::Store.as_str().to_owned();
    document.supplement_id = place.supplement;
    document.added_by = place.by;
    document.note = place.note.clone();
    document.occurred_at = place.occurred_at;
    document.recorded_at = now;
    store::attach(tx.conn(), &document)?;
    Ok(document)
}

/// A result that was handed over to `owner` and still holds, as a file.
fn of_result(tx: &mut Tx<'_>, id: ResultId, owner: AccountId) -> Result<Document, AttachError> {
    let result = store::result(tx.conn(), id)?;
    let usable = result.owner_account == Some(owner) && result.revoked_at.is_none() && result.handed_over_at.is_some();
    let hash = result.blob_hash.filter(|_| usable).ok_or(AttachError::NotFound)?;
    let size = store::blob_size(tx.conn(), &hash)?;
    Ok(Document {
        id: DocumentId::new(),
        owner_account: Some(owner),
        dossier_id: None,
        paper_code: None,
        blob_hash: hash,
        file_name: sniff::display_name(&result.name, sniff::FileKind::Pdf),
        mime: sniff::FileKind::Pdf.mime().to_owned(),
        size,
        source: Origin::Store.as_str().to_owned(),
        supplement_id: None,
        result_id: Some(id),
        added_by: None,
        note: None,
        occurred_at: result.issued_at,
        recorded_at: result.issued_at,
        removed_at: None,
    })
}

/// Takes a paper off the dossier that holds it; its row stays for the record.
///
/// # Errors
/// [`AttachError::NotFound`] when the dossier doesn't hold it (any more).
pub fn detach(tx: &mut Tx<'_>, dossier: DossierId, id: DocumentId, now: Timestamp) -> Result<(), AttachError> {
    let found = store::document(tx.conn(), id)?;
    if found.dossier_id == Some(dossier) && store::remove(tx.conn(), id, now)? {
        Ok(())
    } else {
        Err(AttachError::NotFound)
    }
}

/// Takes a paper off a draft: no trace stays, and the sweep removes the file unless something else refers to it.
///
/// # Errors
/// [`AttachError::NotFound`] when the draft doesn't hold it (any more).
pub fn discard(tx: &mut Tx<'_>, draft: DossierId, id: DocumentId) -> Result<(), AttachError> {
    if store::forget(tx.conn(), draft, id)? { Ok(()) } else { Err(AttachError::NotFound) }
}

fn check_room(tx: &mut Tx<'_>, dossier: DossierId, size: i64) -> Result<(), AttachError> {
    let held = u64::try_from(store::total_size(tx.conn(), dossier)?).unwrap_or(0);
    Ok(sniff::fits_dossier(held, u64::try_from(size).unwrap_or(u64::MAX))?)
}

//! Files on their way in: looked at and stored before the transaction that attaches them.

use jiff::SignedDuration;

use super::App;
use super::filing::{Opened, Upload};
use crate::accounts::limits::{self, LimitError};
use crate::db::Tx;
use crate::documents::{self, ArchiveError, Document, Kept, Origin, Place};
use crate::dossiers::{self, State};
use crate::kernel::{Actor, DocumentId, DossierId, Timestamp};
use crate::office::receive_papers::{Received, receive_papers};
use crate::office::{ActError, Rules, Target, amend, fill, obligations};

/// Why a file was not attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The file itself, or where it is kept.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Paper(#[from] documents::AttachError),
    /// The account has sent as many files as it may in this hour.
    #[error("too many files, try again in {} s", .0.as_secs())]
    TooMany(SignedDuration),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<LimitError> for AttachError {
    fn from(e: LimitError) -> Self {
        match e {
            LimitError::RetryAfter(wait) => Self::TooMany(wait),
            LimitError::Db(e) => e.into(),
        }
    }
}

/// Files that one person may send in an hour: several of the largest dossiers, and too few to fill a disk with.
const UPLOADS_PER_HOUR: u32 = 200;
/// The same for an officer, who scans for everybody that comes to the counter.
const SCANS_PER_HOUR: u32 = 2_000;

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
        let place = self.place(&opened, who, upload.paper)?;
        // Nothing is stored for a dossier that takes no files now; the transaction checks again.
        let now = self.now();
        let (held_who, held_rules, id) = (who.clone(), opened.rules.clone(), opened.dossier.id);
        self.db
            .write(move |tx| amend::open_to_attach(tx, &held_who, Target::from(id), &held_rules, now).map(drop))
            .await?;
        self.count_upload(who, now).await?;
        let kept = self.archive.take_in(upload.file_name, upload.content, now).await?;
        let origin = if opened.dossier.intake().is_online() { Origin::Upload } else { Origin::Counter };
        let who = who.clone();
        self.db
            .write(move |tx| {
                let target = Target::from(place.dossier);
                let (dossier, filed) = amend::open_to_attach(tx, &who, target, &opened.rules, now)?;
                let place = Place { supplement: dossiers::open_supplement(tx.conn(), dossier.id)?, ..place.clone() };
                let document = documents::attach_upload(tx, &kept, origin, &place, now)?;
                if filed {
                    amend::paper_added(tx, &who, (target, place.paper_code.as_deref()), &opened.rules, now)?;
                }
                Ok(document)
            })
            .await
    }

    /// Attaches the scan of the notice that a dossier waits for the payment of.
    ///
    /// # Errors
    /// [`AttachError`].
    pub async fn attach_notice(&self, who: &Actor, name: &str, upload: Upload) -> Result<Document, AttachError> {
        let opened = self.open_dossier(who, name).await?;
        let now = self.now();
        let (who_too, of) = (who.clone(), opened.clone());
        self.db.read(move |c| obligations::awaits_scan(c, &who_too, (&of.dossier, &of.rules)).map(drop)).await?;
        self.count_upload(who, now).await?;
        let kept = self.archive.take_in(upload.file_name, upload.content, now).await?;
        let (who, dossier) = (who.clone(), opened.dossier.id);
        let place = Place {
            dossier,
            owner: None,
            paper_code: None,
            supplement: None,
            by: who.account(),
            note: None,
            occurred_at: now,
        };
        self.db
            .write(move |tx| {
                let (desk, notice) = obligations::open_to_scan(tx, &who, Target::from(dossier), &opened.rules, now)?;
                // The scan that it takes the place of makes room for it.
                match notice.document_id.map(|before| documents::detach(desk.tx, dossier, before, now)) {
                    None | Some(Ok(()) | Err(documents::AttachError::NotFound)) => {}
                    Some(Err(e)) => return Err(AttachError::from(e)),
                }
                let document = documents::attach_upload(desk.tx, &kept, Origin::Counter, &place, now)?;
                obligations::scan_attached(desk, &notice, document.id)?;
                Ok(document)
            })
            .await
    }

    /// Counts a file in a write of its own: one that is refused afterwards counts too.
    async fn count_upload(&self, who: &Actor, now: Timestamp) -> Result<(), AttachError> {
        let (Some(account), max) = (who.account(), who.officer().map_or(UPLOADS_PER_HOUR, |_| SCANS_PER_HOUR)) else {
            return Ok(());
        };
        let key = format!("uploads:{account}");
        Ok(self.db.write(move |tx| limits::hit(tx, &key, SignedDuration::from_hours(1), max, now)).await?)
    }

    /// Attaches a paper of the owner's data store again.
    ///
    /// # Errors
    /// [`AttachError`]; a paper of somebody else is not found.
    pub async fn attach_from_store(
        &self,
        who: &Actor,
        name: &str,
        (paper, from): (Option<String>, Kept),
    ) -> Result<Document, AttachError> {
        let opened = self.open_dossier(who, name).await?;
        let place = self.place(&opened, who, paper)?;
        let (who, now) = (who.clone(), self.now());
        self.db
            .write(move |tx| {
                let target = Target::from(place.dossier);
                let (dossier, filed) = amend::open_to_attach(tx, &who, target, &opened.rules, now)?;
                let place = Place {
                    // Only what is one's own: an officer reaches no data store this way.
                    owner: who.account().filter(|a| dossier.belongs_to(*a)),
                    supplement: dossiers::open_supplement(tx.conn(), dossier.id)?,
                    ..place.clone()
                };
                let document = documents::attach_kept(tx, from, &place, now)?;
                if filed {
                    amend::paper_added(tx, &who, (target, place.paper_code.as_deref()), &opened.rules, now)?;
                }
                Ok(document)
            })
            .await
    }

    /// Takes a file off a draft again. What was filed stays filed: while a supplement is asked for, only what was sent
    /// for it may be taken off.
    ///
    /// # Errors
    /// [`AttachError`].
    pub async fn detach(&self, who: &Actor, name: &str, id: DocumentId) -> Result<(), AttachError> {
        let opened = self.open_dossier(who, name).await?;
        let (who, rules, now) = (who.clone(), opened.rules, self.now());
        let dossier = opened.dossier.id;
        self.db
            .write(move |tx| {
                let open = fill::open_to_fill(tx, &who, Target::from(dossier), &rules, false)?;
                match open.state() {
                    Some(State::Draft) => Ok(documents::discard(tx, dossier, id)?),
                    _ => {
                        may_take_off(tx, dossier, id)?;
                        Ok(documents::detach(tx, dossier, id, now)?)
                    }
                }
            })
            .await
    }

    /// Notes the papers that a clerk takes in, scanned or not.
    ///
    /// # Errors
    /// As [`receive_papers`].
    pub async fn receive_papers(&self, who: &Actor, name: &str, papers: Vec<Received>) -> Result<(), ActError> {
        let opened = self.open_dossier(who, name).await?;
        let (who, now, target) = (who.clone(), self.now(), Target::from(opened.dossier.id));
        self.db.write(move |tx| receive_papers(tx, &who, (target, &papers), &opened.rules, now).map(drop)).await
    }

    fn place(&self, opened: &Opened, who: &Actor, paper: Option<String>) -> Result<Place, ActError> {
        Ok(Place {
            dossier: opened.dossier.id,
            owner: opened.dossier.owner_account,
            paper_code: known_paper(&opened.rules, opened, paper)?,
            supplement: None,
            by: who.account(),
            note: None,
            occurred_at: self.now(),
        })
    }
}

/// Of a filed dossier, only what was sent for the supplement that is asked for now.
fn may_take_off(tx: &mut Tx<'_>, dossier: DossierId, id: DocumentId) -> Result<(), AttachError> {
    let asked = dossiers::open_supplement(tx.conn(), dossier)?;
    let document = documents::document(tx.conn(), id).map_err(documents::AttachError::from)?;
    if document.dossier_id != Some(dossier) {
        return Err(documents::AttachError::NotFound.into());
    }
    if asked.is_some() && document.supplement_id == asked {
        return Ok(());
    }
    let message = (
        "Giấy tờ đã nộp được giữ nguyên; chỉ gỡ được tệp vừa gửi cho lần bổ sung này.",
        "What was filed stays; only a file sent for this request may be taken off.",
    );
    Err(ActError::rule("not-allowed", message).into())
}

/// A code must be one of the case's papers.
fn known_paper(rules: &Rules, opened: &Opened, code: Option<String>) -> Result<Option<String>, ActError> {
    let Some(code) = code.filter(|c| !c.is_empty()) else { return Ok(None) };
    if rules.case(&opened.dossier).is_some_and(|case| case.document(&code).is_some()) {
        Ok(Some(code))
    } else {
        Err(ActError::invalid(
            "/document",
            "unknown",
            ("Giấy tờ này không có trong thành phần hồ sơ.", "This paper is not among those of the dossier."),
        ))
    }
}

//! Files on their way in: looked at and stored before the transaction that attaches them.

use super::App;
use super::filing::{Opened, Upload};
use crate::documents::{self, ArchiveError, Document, Kept, Origin, Place};
use crate::dossiers;
use crate::kernel::{Actor, DocumentId};
use crate::office::receive_papers::{Received, receive_papers};
use crate::office::{ActError, Rules, Target, fill};

/// Why a file was not attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The file itself, or where it is kept.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error(transparent)]
    Paper(#[from] documents::AttachError),
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
        let place = self.place(&opened, who, upload.paper)?;
        // Nothing is stored for a dossier that takes no files now; the transaction checks again.
        let (held_who, held_rules, id) = (who.clone(), opened.rules.clone(), opened.dossier.id);
        self.db
            .write(move |tx| fill::open_to_fill(tx, &held_who, Target::from(id), &held_rules, false).map(drop))
            .await?;
        let kept = self.archive.take_in(upload.file_name, upload.content).await?;
        let origin = if opened.dossier.intake().is_online() { Origin::Upload } else { Origin::Counter };
        let (who, now) = (who.clone(), self.now());
        self.db
            .write(move |tx| {
                let dossier = fill::open_to_fill(tx, &who, Target::from(place.dossier), &opened.rules, false)?;
                let place = Place { supplement: dossiers::open_supplement(tx.conn(), dossier.id)?, ..place.clone() };
                Ok(documents::attach_upload(tx, &kept, origin, &place, now)?)
            })
            .await
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
                let dossier = fill::open_to_fill(tx, &who, Target::from(place.dossier), &opened.rules, false)?;
                let place = Place {
                    // Only what is one's own: an officer reaches no data store this way.
                    owner: who.account().filter(|a| dossier.belongs_to(*a)),
                    supplement: dossiers::open_supplement(tx.conn(), dossier.id)?,
                    ..place.clone()
                };
                Ok(documents::attach_kept(tx, from, &place, now)?)
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
                Ok(documents::detach(tx, dossier, id, now)?)
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

/// A code must be one of the case's papers.
fn known_paper(rules: &Rules, opened: &Opened, code: Option<String>) -> Result<Option<String>, ActError> {
    let Some(code) = code.filter(|c| !c.is_empty()) else { return Ok(None) };
    if rules.case(&opened.dossier).is_some_and(|case| case.document(&code).is_some()) {
        Ok(Some(code))
    } else {
        Err(ActError::invalid("/document", "unknown", "Giấy tờ này không có trong thành phần hồ sơ."))
    }
}

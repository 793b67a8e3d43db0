//! The files of a receipt: PDF and XML, signed by the collecting agency. Set and signed on first need, kept from then on.

use jiff::civil::Date;

use crate::accounts::agencies;
use crate::db::{self, Conn};
use crate::documents::papers::{Collector, Paper, Receipt};
use crate::documents::sign::xml;
use crate::documents::{self, PaperRow};
use crate::kernel::{Actor, AgencyId};
use crate::payments::summary_xml::{self, Summary};
use crate::payments::{self, ReceiptRow, receipt_xml};
use crate::reports::money;

use super::App;
use super::acting::SigningError;
use crate::catalog::revision::Signature;
use crate::office::{ActError, permission};

impl App {
    /// The PDF of a receipt with the agency's signature.
    ///
    /// # Errors
    /// [`SigningError`]: papers can't be set, or the agency has no key.
    pub async fn receipt_pdf(&self, row: &ReceiptRow) -> Result<Vec<u8>, SigningError> {
        let paper = self.receipt_paper(row).await?;
        if let Some(hash) = &paper.blob_hash {
            return Ok(self.archive.content(hash).await?);
        }
        let (agency_id, now) = (row.agency_id, self.now());
        let is_demo = self.db.read(move |c| agencies::by_id(c, agency_id)).await?.is_some_and(|a| a.is_demo);
        let set = self.archive.set_paper(&paper, is_demo).await?;
        let (blob, certificates) =
            self.put_signatures(&Actor::System, (set, &[Signature::Agency]), row.agency_id, now).await?;
        let (payment, id, hash) = (row.payment_id, paper.id, blob.clone());
        self.db
            .write(move |tx| {
                let certificate = certificates.first().map(String::as_str);
                documents::set_paper_blob(tx.conn(), id, &hash, now)?;
                payments::keep_receipt_files(tx.conn(), payment, (None, certificate))
            })
            .await?;
        // Somebody else may have signed at the same moment: what was kept counts.
        let kept = self.receipt_paper(row).await?.blob_hash.unwrap_or(blob);
        Ok(self.archive.content(&kept).await?)
    }

    /// The same as XML, with the agency's signature in it.
    ///
    /// # Errors
    /// As [`App::receipt_pdf`].
    pub async fn receipt_xml(&self, row: &ReceiptRow) -> Result<String, SigningError> {
        if let Some(xml) = &row.xml {
            return Ok(xml.clone());
        }
        let paper = self.receipt_paper(row).await?;
        let Ok(Paper::Receipt(receipt)) = Paper::from_data(&paper.kind, paper.data) else {
            return Err(ActError::NotFound.into());
        };
        let xml = self.signed_xml(&receipt, row).await?;
        let (payment, made) = (row.payment_id, xml.clone());
        self.db.write(move |tx| payments::keep_receipt_files(tx.conn(), payment, (Some(&made), None))).await?;
        let (paper_id, kept) = (row.paper_id, self.db.clone());
        let kept = kept.read(move |c| payments::receipt_of_paper(c, paper_id)).await?;
        Ok(kept.and_then(|row| row.xml).unwrap_or(xml))
    }

    async fn signed_xml(&self, receipt: &Receipt, row: &ReceiptRow) -> Result<String, SigningError> {
        let data = receipt_xml::data(receipt);
        let (signer, _) = self.agency_signer(row.agency_id, self.now()).await?;
        let made = tokio::task::spawn_blocking(move || {
            let signature = xml::signature(&data, receipt_xml::SIGNED_ID, signer.as_ref())?;
            Ok::<_, documents::sign::SignError>(receipt_xml::document(&data, &signature))
        });
        let made = made.await.map_err(|_| documents::ArchiveError::Broken)?;
        Ok(made.map_err(documents::ArchiveError::from)?)
    }

    /// What an agency's receipts of a day come to, as XML with the agency's signature, for the tax authority; none where
    /// there is no such agency, or its money is not for this officer. Made anew each time: what went back since is in it.
    ///
    /// # Errors
    /// As [`App::receipt_pdf`].
    pub async fn receipts_summary(
        &self,
        who: &Actor,
        (agency, day): (AgencyId, Date),
    ) -> Result<Option<String>, SigningError> {
        let seen = who.officer().map(permission::sees_money_of).ok_or(ActError::Forbidden)?;
        if seen.is_some_and(|mine| !mine.contains(&agency)) {
            return Ok(None);
        }
        let read = move |c: &mut Conn| {
            let Some(of) = agencies::by_id(c, agency)? else { return Ok(None) };
            let collector = Collector { name: of.name, tax_code: of.collecting.tax_code.clone(), address: of.address };
            Ok::<_, db::Error>(Some(Summary { collector, day, lines: money::receipts_of_day(c, agency, day)? }))
        };
        let Some(summary) = self.db.read(read).await? else { return Ok(None) };
        let (signer, _) = self.agency_signer(agency, self.now()).await?;
        let made = tokio::task::spawn_blocking(move || {
            let data = summary_xml::data(&summary);
            let signature = xml::signature(&data, summary_xml::SIGNED_ID, signer.as_ref())?;
            Ok::<_, documents::sign::SignError>(summary_xml::document(&data, &signature))
        });
        let made = made.await.map_err(|_| documents::ArchiveError::Broken)?;
        Ok(Some(made.map_err(documents::ArchiveError::from)?))
    }

    async fn receipt_paper(&self, row: &ReceiptRow) -> Result<PaperRow, SigningError> {
        let id = row.paper_id;
        Ok(self.db.read(move |c| documents::paper(c, id)).await?)
    }
}

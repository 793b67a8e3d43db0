//! The one-page sheet of a procedure as PDF: the same for everybody, so set once a day and revision and kept in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::App;
use crate::catalog::{Published, sheet};
use crate::documents::ArchiveError;
use crate::documents::pdf::Marks;
use crate::kernel::{RevisionId, local_date};

/// Sheets kept at most; when there are more, all are set anew.
const MOST: usize = 64;

/// Revision, case, who hands it out, day (fees change with it).
type Key = (RevisionId, Option<String>, String, Date);

/// The sheets of one node.
#[derive(Default)]
pub struct Sheets(Mutex<HashMap<Key, Arc<[u8]>>>);

impl App {
    /// The sheet of a procedure's case (the first where it has none of that code), as `agency` hands it out today.
    /// `None` for a procedure without cases.
    ///
    /// # Errors
    /// [`ArchiveError::Pdf`].
    pub async fn procedure_sheet(
        &self,
        published: &Published,
        case: Option<&str>,
        agency: &str,
    ) -> Result<Option<Arc<[u8]>>, ArchiveError> {
        let day = local_date(self.now());
        let case = case.filter(|code| published.content.case(Some(code)).is_some());
        let key = (published.id, case.map(str::to_owned), agency.to_owned(), day);
        if let Some(known) = self.sheets.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(paper) = sheet::sheet(&published.content, case, agency, day) else { return Ok(None) };
        let url = format!("{}/thu-tuc/{}", self.settings.public_url, published.content.code);
        let pdf: Arc<[u8]> = self.archive.set(paper, Marks { url, demo: false, day }).await?.into();
        let mut kept = self.sheets.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&pdf));
        Ok(Some(pdf))
    }
}

//! The one-page sheet of a procedure as PDF: the same for everybody, so set once a day and revision and kept in memory.
//!
//! One sheet is set at a time: whoever asks meanwhile waits, and finds it kept when it was the same one. So nobody makes
//! the machine set pages with all its cores, and a sheet that many ask for at once is set once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;

use super::App;
use crate::catalog::Published;
use crate::catalog::sheet::{self, Giver};
use crate::documents::ArchiveError;
use crate::documents::pdf::Marks;
use crate::kernel::{RevisionId, local_date};

/// Sheets kept at most; the one that was asked for longest ago makes room.
const MOST: usize = 128;

/// Revision, case, who hands it out, day (fees change with it). Sheets are in Vietnamese only.
type Key = (RevisionId, Option<String>, Giver, Date);

/// The sheets of one node.
#[derive(Default)]
pub struct Sheets {
    kept: Mutex<Kept>,
    /// Held while a sheet is set.
    setting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    /// With the number of the last asking.
    sheets: HashMap<Key, (Arc<[u8]>, u64)>,
    asked: u64,
}

impl Kept {
    fn get(&mut self, key: &Key) -> Option<Arc<[u8]>> {
        self.asked += 1;
        let (pdf, last) = self.sheets.get_mut(key)?;
        *last = self.asked;
        Some(Arc::clone(pdf))
    }

    fn put(&mut self, key: Key, pdf: Arc<[u8]>, most: usize) {
        self.asked += 1;
        let oldest = self.sheets.iter().min_by_key(|(_, (_, last))| *last).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest.filter(|_| self.sheets.len() >= most && !self.sheets.contains_key(&key)) {
            self.sheets.remove(&oldest);
        }
        self.sheets.insert(key, (pdf, self.asked));
    }
}

impl Sheets {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// The sheet if it was set already: then it costs nothing to give it out.
    pub fn kept_sheet(&self, published: &Published, case: Option<&str>, giver: &Giver) -> Option<Arc<[u8]>> {
        self.sheets.kept().get(&self.key(published, case, giver))
    }

    /// The sheet of a procedure's case (the first where it has none of that code), as `giver` hands it out today.
    /// `None` for a procedure without cases.
    ///
    /// # Errors
    /// [`ArchiveError::Pdf`].
    pub async fn procedure_sheet(
        &self,
        published: &Published,
        case: Option<&str>,
        giver: &Giver,
    ) -> Result<Option<Arc<[u8]>>, ArchiveError> {
        let key = self.key(published, case, giver);
        if let Some(known) = self.sheets.kept().get(&key) {
            return Ok(Some(known));
        }
        let _turn = self.sheets.setting.lock().await;
        // Set while this one waited for its turn.
        if let Some(known) = self.sheets.kept().get(&key) {
            return Ok(Some(known));
        }
        let (_, case, _, day) = &key;
        let Some(paper) = sheet::sheet(&published.content, case.as_deref(), giver, *day) else { return Ok(None) };
        let url = format!("{}/thu-tuc/{}", self.settings.public_url, published.content.code);
        let pdf: Arc<[u8]> = self.archive.set(paper, Marks { url, demo: false, day: *day }).await?.into();
        self.sheets.kept().put(key, Arc::clone(&pdf), MOST);
        Ok(Some(pdf))
    }

    fn key(&self, published: &Published, case: Option<&str>, giver: &Giver) -> Key {
        let case = case.filter(|code| published.content.case(Some(code)).is_some());
        (published.id, case.map(str::to_owned), giver.clone(), local_date(self.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_asked_for_longest_ago_makes_room() {
        let day = jiff::civil::date(2026, 11, 18);
        let revision = RevisionId::new();
        let giver = Giver { agency: String::new(), province: None };
        let key = |n: usize| (revision, Some(n.to_string()), giver.clone(), day);
        let pdf: Arc<[u8]> = Arc::from(&b"%PDF-"[..]);
        let mut kept = Kept::default();
        for n in 0..3 {
            kept.put(key(n), Arc::clone(&pdf), 3);
        }
        assert!(kept.get(&key(0)).is_some());
        kept.put(key(3), Arc::clone(&pdf), 3);
        assert!(kept.get(&key(1)).is_none(), "nobody asked for it since");
        assert!([0, 2, 3].iter().all(|n| kept.get(&key(*n)).is_some()), "the others stay");
        kept.put(key(3), pdf, 3);
        assert_eq!(kept.sheets.len(), 3);
    }
}

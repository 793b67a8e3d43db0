//! `/kho-du-lieu`: my results and the papers I have sent, to be used again.

use std::collections::{BTreeSet, HashMap};

use super::account;
use crate::db;
use crate::documents::{self, Document, ResultRow};
use crate::dossiers;
use crate::kernel::DossierId;
use crate::templating::pages::account::{Store, StoredPaper};
use crate::templating::pages::parts::FileLink;
use crate::web::{Result, Visit};

/// `GET /kho-du-lieu`
pub async fn show(visit: Visit) -> Result {
    let account = account(&visit)?;
    let read = move |conn: &mut db::Conn| {
        let results = documents::results_of_owner(conn, account)?;
        let papers = documents::data_store(conn, account)?;
        let mut ids: BTreeSet<DossierId> = results.iter().map(|r| r.dossier_id).collect();
        ids.extend(papers.iter().filter_map(|d| d.dossier_id));
        let mut names = HashMap::new();
        for id in ids {
            let dossier = dossiers::by_id(conn, id)?;
            // A draft has no name to show; its papers are the person's all the same.
            if dossier.submitted_at.is_some() {
                names.insert(id, dossier.name());
            }
        }
        Ok::<_, db::Error>((results, papers, names))
    };
    let (results, papers, names) = visit.app.db.read(read).await?;
    let results = results.iter().map(|r| result(&visit, r, &names)).collect();
    visit.page(&Store { results, papers: grouped(&visit, &papers, &names) })
}

fn result(visit: &Visit, r: &ResultRow, names: &HashMap<DossierId, String>) -> StoredPaper {
    let code = names.get(&r.dossier_id).cloned().unwrap_or_default();
    StoredPaper {
        name: r.name.clone(),
        file: FileLink { name: format!("{}.pdf", r.name), href: format!("/ho-so/{}/ket-qua/{}", r.dossier_id, r.id) },
        from: visit.text("store-result-of", &[("code", code.into())]),
        at: r.handed_over_at.unwrap_or(r.issued_at),
        verify: Some(format!("/xac-thuc/{}", r.token)),
        revoked: r.revoked_at.is_some(),
        used: Vec::new(),
    }
}

/// The same file used in several dossiers is one paper with several uses.
fn grouped(visit: &Visit, papers: &[Document], names: &HashMap<DossierId, String>) -> Vec<StoredPaper> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_hash: HashMap<&str, Vec<&Document>> = HashMap::new();
    for paper in papers {
        let same = by_hash.entry(&paper.blob_hash).or_default();
        if same.is_empty() {
            order.push(&paper.blob_hash);
        }
        same.push(paper);
    }
    order
        .into_iter()
        .filter_map(|hash| by_hash.get(hash))
        .filter_map(|same| {
            let newest = same.first()?;
            let used: BTreeSet<String> = same.iter().filter_map(|d| names.get(&d.dossier_id?).cloned()).collect();
            Some(StoredPaper {
                name: newest.file_name.clone(),
                file: FileLink { name: newest.file_name.clone(), href: format!("/kho-du-lieu/{}", newest.id) },
                from: visit.text("store-sent", &[]),
                at: newest.recorded_at,
                verify: None,
                revoked: false,
                used: used.into_iter().collect(),
            })
        })
        .collect()
}

//! `/thong-bao` and `/nhat-ky-truy-cap`: what I was told, and who looked at my data.

use std::collections::BTreeMap;

use actix_web::web::Query;

use crate::accounts::agencies;
use crate::audit;
use crate::audit::access::AccessEntry;
use crate::db;
use crate::kernel::{Cursor, PageRequest, Timestamp};
use crate::notifications::{self, PortalNotice};
use crate::templating::pages::account::{Access, AccessLog, Notice, Notifications};
use crate::templating::pages::parts::Paging;
use crate::web::form::{Fields, Posted};
use crate::web::{Result, Visit};

/// Where a list goes on.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct From {
    sau: Option<String>,
}

/// `GET /thong-bao`
pub async fn show(visit: Visit, query: Query<From>) -> Result {
    let account = visit.signed_in()?.account;
    let request = PageRequest::new(None, query.sau.clone().map(Cursor));
    let page = visit.app.db.read(move |conn| notifications::portal_notices(conn, account, &request)).await?;
    let notice = |notice: &PortalNotice| Notice {
        title: notice.title.clone(),
        text: notice.text.clone(),
        at: notice.created_at,
        href: notice.dossier.map(|id| format!("/ho-so/{id}")),
        unread: notice.read_at.is_none(),
    };
    let paging = Paging {
        prev: query.sau.is_some().then(|| "/thong-bao".to_owned()),
        next: page.next_cursor.as_ref().map(|cursor| format!("/thong-bao?sau={}", cursor.0)),
        shown: i64::try_from(page.items.len()).unwrap_or(0),
        total: None,
    };
    let read_all = (visit.unread > 0).then(|| "/thong-bao/da-doc".to_owned());
    visit.page(&Notifications { items: page.items.iter().map(notice).collect(), paging, read_all })
}

/// `POST /thong-bao/da-doc`
pub async fn read_all(visit: Visit, _: Posted<Fields>) -> Result {
    let (account, now) = (visit.signed_in()?.account, visit.now());
    visit.app.db.write(move |tx| notifications::mark_all_read(tx, account, now)).await?;
    visit.see_other("/thong-bao")
}

/// The most entries that are read.
const READ: i64 = 1000;
/// The most lines that are shown.
const SHOWN: usize = 200;
/// Looks of one officer at the same thing that are no further apart are one line.
const TOGETHER: i64 = 30 * 60;

/// `GET /nhat-ky-truy-cap`
pub async fn access_log(visit: Visit) -> Result {
    let account = visit.signed_in()?.account;
    let read = move |conn: &mut db::Conn| {
        let entries = audit::access::about(conn, account, READ)?;
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.agency).collect();
        let names: BTreeMap<_, _> = agencies::by_ids(conn, &ids)?.into_iter().map(|a| (a.id, a.name)).collect();
        Ok::<_, db::Error>((entries, names))
    };
    let (entries, names) = visit.app.db.read(read).await?;
    let items: Vec<Access> = looks(entries)
        .into_iter()
        .take(SHOWN)
        .map(|Look { entry, first, times }| Access {
            at: entry.at,
            since: (times > 1).then_some(first),
            times,
            who: entry.actor_name,
            agency: entry.agency.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
            what: entry.dossier_ref.unwrap_or(entry.what),
            why: purpose(&visit, &entry.purpose),
        })
        .collect();
    let shown = i64::try_from(items.len()).unwrap_or(0);
    visit.page(&AccessLog { items, paging: Paging { shown, ..Paging::default() } })
}

/// Looks of one officer at the same thing shortly after one another. The log itself keeps every one.
struct Look {
    /// The newest.
    entry: AccessEntry,
    /// When the first of them was.
    first: Timestamp,
    times: i64,
}

/// Entries, the newest first, those of one sitting put together.
fn looks(entries: Vec<AccessEntry>) -> Vec<Look> {
    let mut found: Vec<Look> = Vec::new();
    for entry in entries {
        let same = |look: &&mut Look| {
            let known = &look.entry;
            known.account == entry.account
                && known.actor_name == entry.actor_name
                && (known.agency, known.dossier, &known.dossier_ref)
                    == (entry.agency, entry.dossier, &entry.dossier_ref)
                && (&known.purpose, &known.what) == (&entry.purpose, &entry.what)
                && look.first.as_second() - entry.at.as_second() <= TOGETHER
        };
        match found.iter_mut().rev().find(same) {
            Some(look) => {
                look.first = entry.at;
                look.times += 1;
            }
            None => found.push(Look { first: entry.at, times: 1, entry }),
        }
    }
    found
}

/// Why somebody looked, in words; a new purpose without words is shown as it is.
fn purpose(visit: &Visit, purpose: &str) -> String {
    let key = format!("purpose-{}", purpose.replace('_', "-"));
    if visit.app.templates.has_text(visit.lang, &key) { visit.text(&key, &[]) } else { purpose.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::AccountId;

    #[test]
    fn a_sitting_is_one_line() {
        let (one, other) = (AccountId::new(), AccountId::new());
        let at = |minute: i64| "2026-11-18T09:00:00+07:00".parse::<Timestamp>().unwrap().plus_minutes(minute);
        let entry = |account: AccountId, minute: i64, what: &str| AccessEntry {
            chain: String::new(),
            seq: minute,
            account: Some(account),
            actor_name: "Lê Thị Một Cửa".into(),
            agency: None,
            subject: None,
            dossier: None,
            dossier_ref: None,
            purpose: "open_dossier".into(),
            what: what.into(),
            at: at(minute),
            prev_hash: String::new(),
            hash: String::new(),
        };
        // The newest first: four loads of a page with a colleague's between them, and one of the same morning.
        let found = looks(vec![
            entry(one, 120, "Khai sinh"),
            entry(one, 95, "Khai sinh"),
            entry(other, 94, "Khai sinh"),
            entry(one, 70, "Khai sinh"),
            entry(one, 69, "Khai tử"),
            entry(one, 5, "Khai sinh"),
        ]);
        let lines: Vec<(i64, i64)> = found.iter().map(|look| (look.entry.seq, look.times)).collect();
        assert_eq!(lines, [(120, 3), (94, 1), (69, 1), (5, 1)]);
        assert_eq!(found[0].first, at(70));
    }
}

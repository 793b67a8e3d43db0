//! `/thong-bao` and `/nhat-ky-truy-cap`: what I was told, and who looked at my data.

use std::collections::BTreeMap;

use actix_web::web::Query;

use crate::accounts::agencies;
use crate::audit;
use crate::db;
use crate::kernel::{Cursor, PageRequest};
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

/// The most entries that are shown.
const SHOWN: i64 = 200;

/// `GET /nhat-ky-truy-cap`
pub async fn access_log(visit: Visit) -> Result {
    let account = visit.signed_in()?.account;
    let read = move |conn: &mut db::Conn| {
        let entries = audit::access::about(conn, account, SHOWN)?;
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.agency).collect();
        let names: BTreeMap<_, _> = agencies::by_ids(conn, &ids)?.into_iter().map(|a| (a.id, a.name)).collect();
        Ok::<_, db::Error>((entries, names))
    };
    let (entries, names) = visit.app.db.read(read).await?;
    let items: Vec<Access> = entries
        .into_iter()
        .map(|entry| Access {
            at: entry.at,
            who: entry.actor_name,
            agency: entry.agency.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
            what: entry.dossier_ref.unwrap_or(entry.what),
            why: purpose(&visit, &entry.purpose),
        })
        .collect();
    let shown = i64::try_from(items.len()).unwrap_or(0);
    visit.page(&AccessLog { items, paging: Paging { shown, ..Paging::default() } })
}

/// Why somebody looked, in words; a new purpose without words is shown as it is.
fn purpose(visit: &Visit, purpose: &str) -> String {
    let key = format!("purpose-{}", purpose.replace('_', "-"));
    if visit.app.templates.has_text(visit.lang, &key) { visit.text(&key, &[]) } else { purpose.to_owned() }
}

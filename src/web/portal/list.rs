//! `/ho-so`: my dossiers, drafts too.

use std::collections::HashMap;

use actix_web::web::Query;

use super::account;
use crate::accounts::agencies;
use crate::db;
use crate::dossiers::list::DossierLine;
use crate::dossiers::{self, Status};
use crate::kernel::{Cursor, PageRequest};
use crate::templating::pages::dossier::{DossierRow, MyDossiers, Tab};
use crate::templating::pages::parts::{Due, Link, Paging};
use crate::web::{Result, Visit};

/// Where the list goes on, and which half of it is shown.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    sau: Option<String>,
    xong: Option<String>,
}

/// `GET /ho-so`
pub async fn show(visit: Visit, asked: Query<Asked>) -> Result {
    let account = account(&visit)?;
    let done = asked.xong.is_some();
    let request = PageRequest::new(None, asked.sau.clone().map(Cursor));
    let (app, now) = (visit.app.clone(), visit.now());
    let read = move |conn: &mut db::Conn| {
        let counts = dossiers::count_of_account(conn, account)?;
        let page = dossiers::of_account_half(conn, (account, done), &request)?;
        let ids: Vec<_> = page.items.iter().map(|line| line.agency_id).collect();
        let names: HashMap<_, _> = agencies::by_ids(conn, &ids)?.into_iter().map(|a| (a.id, a.name)).collect();
        let mut dues = Vec::new();
        for line in &page.items {
            let running = line.current_due().filter(|_| runs(line.status));
            dues.push(match running {
                Some(at) => {
                    let calendar = app.calendar_of(conn, line.agency_id)?;
                    let from = line.paused_since.unwrap_or(now);
                    let minutes = calendar.minutes_between(from, at);
                    let answer = line.status == Status::Submitted;
                    Some(Due { paused: line.paused_since.is_some(), answer, ..Due::at(at, minutes, from) })
                }
                None => None,
            });
        }
        Ok::<_, db::Error>((counts, page, names, dues))
    };
    let ((open, finished), page, names, dues) = visit.app.db.read(read).await?;
    let catalogue = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let here = if done { "/ho-so?xong=1" } else { "/ho-so" };
    let separator = if done { '&' } else { '?' };
    let tab = |key: &str, href: &str, current, count| Tab {
        label: visit.text(key, &[]),
        href: href.to_owned(),
        current,
        count: Some(count),
    };
    let paging = Paging {
        prev: asked.sau.is_some().then(|| here.to_owned()),
        next: page.next_cursor.as_ref().map(|cursor| format!("{here}{separator}sau={}", cursor.0)),
        shown: i64::try_from(page.items.len()).unwrap_or(0),
        total: page.total,
    };
    let rows = page.items.iter().zip(dues).map(|(line, due)| {
        let agency = names.get(&line.agency_id).cloned().unwrap_or_default();
        row(&visit, (line, line.procedure(&catalogue, visit.lang)), agency, due)
    });
    let rows = rows.collect();
    let tabs = vec![tab("dossiers-open", "/ho-so", !done, open), tab("dossiers-done", "/ho-so?xong=1", done, finished)];
    visit.page(&MyDossiers { tabs, rows, paging })
}

/// Statuses in which somebody waits for a due time.
fn runs(status: Status) -> bool {
    matches!(
        status,
        Status::Submitted
            | Status::Accepted
            | Status::Processing
            | Status::SupplementRequested
            | Status::PaymentRequested
            | Status::Stopped
    )
}

fn row(visit: &Visit, (line, procedure): (&DossierLine, String), agency: String, due: Option<Due>) -> DossierRow {
    let href = format!("/ho-so/{}", line.name());
    let todo = match line.status {
        Status::Draft => Some(("todo-continue", href.clone())),
        Status::SupplementRequested => Some(("todo-supplement", format!("{href}/bo-sung"))),
        _ if line.flags.awaiting_confirmation.is_some() => Some(("todo-confirm", format!("{href}#du-thao"))),
        _ => None,
    };
    DossierRow {
        code: line.code.clone().or_else(|| line.reference.clone()),
        procedure,
        agency,
        status: line.status.key().to_owned(),
        updated_at: line.updated_at,
        due,
        todo: todo.map(|(key, to)| Link::new(visit.text(key, &[]), to)),
        href,
    }
}

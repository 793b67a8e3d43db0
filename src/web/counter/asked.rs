//! What an officer asks a list for, in the words of the address; pages and the JSON API alike.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::accounts::{AccountKind, agencies, number_index, people, rights};
use crate::app::App;
use crate::audit::access::{self, Access};
use crate::catalog::Snapshot;
use crate::db;
use crate::documents;
use crate::dossiers::list::{DossierLine, OfficeQuery, Queue};
use crate::dossiers::{self, Status};
use crate::kernel::national::Party;
use crate::kernel::{AccountId, AgencyId, Cursor, DossierId, Lang, Page, PageRequest, Timestamp, clock};
use crate::office::{ActError, sight};
use crate::payments;
use crate::web::{Result, Visit};

/// Working minutes before the due time from which on a dossier counts as due soon (domain.md, Time limits).
const SOON_MINUTES: u32 = 8 * 60;

/// Where a list of dossiers goes on; none when nothing is given.
///
/// # Errors
/// A fault at `/cursor` for what no list of ours gave out: whoever follows it would read the first page for ever.
pub fn cursor(text: &str) -> std::result::Result<Option<Cursor>, ActError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse::<u32>().map_err(|_| {
        ActError::invalid("/cursor", "unknown", ("Không có trang nào như vậy.", "There is no such page."))
    })?;
    Ok(Some(Cursor(text.to_owned())))
}

/// The query of a list.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Key of [`Queue`].
    pub queue: String,
    /// Number or key of a status.
    pub status: String,
    /// `overdue`, `soon`, `today`, a day (due on it or before) or an instant (due before it).
    pub due: String,
    /// Id or e-mail address of an officer, or `me`.
    pub assignee: String,
    /// Code, reference, name, or identity number.
    pub q: String,
    pub limit: String,
    pub cursor: String,
}

impl Asked {
    /// Where the list goes on and how long a page is.
    ///
    /// # Errors
    /// A fault at `/limit` or `/cursor`.
    pub fn page(&self) -> std::result::Result<PageRequest, ActError> {
        let limit = match self.limit.as_str() {
            "" => None,
            text => Some(text.parse::<u32>().ok().filter(|n| (1..=PageRequest::MAX_LIMIT).contains(n)).ok_or_else(
                || ActError::invalid("/limit", "range", ("limit phải từ 1 đến 100.", "limit must be from 1 to 100.")),
            )?),
        };
        Ok(PageRequest::new(limit, cursor(&self.cursor)?))
    }

    /// The question to the list. `fallback`: the queue when none is named.
    ///
    /// # Errors
    /// Faults at the parameter that nobody can read; 403 for who is no officer.
    pub fn query(&self, visit: &Visit, fallback: Queue) -> Result<OfficeQuery> {
        let officer = visit.officer()?;
        let unknown = |name: &str| {
            ActError::invalid(&format!("/{name}"), "unknown", ("Không có giá trị này.", "There is no such value."))
        };
        let mut queue = match self.queue.as_str() {
            "" => fallback,
            text => Queue::parse(text).ok_or_else(|| unknown("queue"))?,
        };
        let status = match self.status.as_str() {
            "" => None,
            text => Some(Status::parse(text).filter(|s| *s != Status::Draft).ok_or_else(|| unknown("status"))?),
        };
        let now = visit.now();
        let mut due_before = None;
        match self.due.as_str() {
            "" => {}
            "overdue" if queue == Queue::All => queue = Queue::Overdue,
            "soon" | "due_soon" if queue == Queue::All => queue = Queue::DueSoon,
            "overdue" => due_before = Some(now),
            "today" => due_before = Some(end_of(clock::local_date(now))),
            text => due_before = Some(due_time(text).ok_or_else(|| unknown("due"))?),
        }
        let number = Party::guess_person(self.q.trim()).and_then(|p| p.number().map(str::to_owned));
        Ok(OfficeQuery {
            sight: sight::of(officer),
            queue,
            status,
            due_before,
            assignee: None,
            words: Some(self.q.trim().to_owned()).filter(|q| !q.is_empty() && number.is_none()),
            number_index: number.map(|n| number_index(&visit.app.keys, &n)),
            procedure: None,
            kept_away: Vec::new(),
            me: officer.account,
            my_roles: sight::roles(officer),
            now,
            soon: now,
        })
    }
}

/// The end of a day in Vietnam.
fn end_of(day: Date) -> Timestamp {
    clock::from_local(day.tomorrow().unwrap_or(day).at(0, 0, 0, 0))
}

fn due_time(text: &str) -> Option<Timestamp> {
    // The instant first: a date is also read off the front of one.
    match text.parse::<Timestamp>() {
        Ok(at) => Some(at),
        Err(_) => text.parse::<Date>().ok().map(end_of),
    }
}

/// A page of a list with what its lines need to be shown.
pub struct Lines {
    pub page: Page<DossierLine>,
    pub agencies: HashMap<AgencyId, (String, String)>,
    pub people: HashMap<AccountId, String>,
    /// Working minutes left of each line, negative when late; `None` where no clock runs.
    pub minutes: Vec<Option<i64>>,
    /// The queues with their counts, where they were asked for.
    pub counts: Vec<(Queue, i64)>,
    /// What waits for the agency's seal: decided, signed by the approver.
    pub unsealed: HashSet<DossierId>,
    /// What waits for money whose last day has passed.
    pub overdue_obligations: HashSet<DossierId>,
    /// When the list was asked for.
    pub now: Timestamp,
    /// Names of procedures.
    catalogue: Arc<Snapshot>,
}

impl Lines {
    /// What the procedure of a line is called.
    pub fn procedure(&self, line: &DossierLine, lang: Lang) -> String {
        line.procedure(&self.catalogue, lang)
    }
}

/// Reads a page of the list.
///
/// # Errors
/// A fault at `/assignee`, or a failure of the database.
pub async fn read(visit: &Visit, asked: &Asked, mut query: OfficeQuery, with_counts: bool) -> Result<Lines> {
    log_search(visit, &query).await?;
    let catalogue = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let (app, request, assignee) = (visit.app.clone(), asked.page()?, asked.assignee.clone());
    let read = move |conn: &mut db::Conn| {
        query.assignee = officer_named(conn, &assignee, query.me)?;
        query.kept_away = rights::conflicting(conn, query.me)?;
        query.soon = soon(&app, conn, &query)?;
        let page = dossiers::office_list(conn, &query, &request)?;
        let counts = if with_counts { dossiers::queue_counts(conn, &query)? } else { Vec::new() };
        let ids: Vec<AgencyId> = page.items.iter().map(|line| line.agency_id).collect();
        let agencies = agencies::by_ids(conn, &ids)?.into_iter().map(|a| (a.id, (a.code, a.name))).collect();
        let ids: Vec<AccountId> = page.items.iter().filter_map(|line| line.assignee_id).collect();
        let people = people::by_ids(conn, &ids)?.into_iter().map(|p| (p.id, p.full_name)).collect();
        let mut minutes = Vec::with_capacity(page.items.len());
        for line in &page.items {
            minutes.push(match line.current_due().filter(|_| runs(line.status)) {
                Some(at) => {
                    let calendar = app.calendar_of(conn, line.agency_id)?;
                    Some(calendar.minutes_between(line.paused_since.unwrap_or(query.now), at))
                }
                None => None,
            });
        }
        let decided = page.items.iter().filter(|line| line.status == Status::Decided).map(|line| line.id);
        let unsealed = documents::partly_signed(conn, &decided.collect::<Vec<_>>())?.into_iter().collect();
        let waiting = page.items.iter().filter(|line| line.status == Status::PaymentRequested).map(|line| line.id);
        let today = clock::local_date(query.now);
        let overdue_obligations =
            payments::overdue_obligations(conn, &waiting.collect::<Vec<_>>(), today)?.into_iter().collect();
        Ok::<_, ActError>(Lines {
            page,
            agencies,
            people,
            minutes,
            counts,
            unsealed,
            overdue_obligations,
            now: query.now,
            catalogue,
        })
    };
    Ok(visit.app.db.read(read).await?)
}

/// Statuses in which somebody waits for a due time.
pub fn runs(status: Status) -> bool {
    match status {
        Status::Submitted
        | Status::Accepted
        | Status::Processing
        | Status::SupplementRequested
        | Status::PaymentRequested
        | Status::Stopped => true,
        Status::Draft | Status::AcceptanceRefused | Status::Withdrawn | Status::Decided | Status::HandedOver => false,
    }
}

/// The officer that an address names: by id, by e-mail address, or `me`. Empty: nobody in particular.
///
/// # Errors
/// A fault at `/assignee` for somebody unknown.
pub fn officer_named(
    conn: &mut db::Conn,
    text: &str,
    me: AccountId,
) -> std::result::Result<Option<AccountId>, ActError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text == "me" {
        return Ok(Some(me));
    }
    if let Ok(id) = text.parse::<AccountId>() {
        return Ok(Some(id));
    }
    let officer = people::by_email(conn, text)?.into_iter().find(|a| a.kind == AccountKind::Officer);
    match officer {
        Some(account) => Ok(Some(account.id)),
        None => Err(ActError::invalid("/assignee", "unknown", ("Không có cán bộ này.", "There is no such officer."))),
    }
}

/// From when on a due time counts as soon, by the calendar of the officer's agency.
fn soon(app: &App, conn: &mut db::Conn, query: &OfficeQuery) -> std::result::Result<Timestamp, db::Error> {
    let Some((agency, _)) = query.sight.agencies.first() else { return Ok(query.now.plus_days(1)) };
    let calendar = app.calendar_of(conn, *agency)?;
    Ok(calendar.add_minutes(query.now, SOON_MINUTES).unwrap_or_else(|_| query.now.plus_days(1)))
}

/// Looking for a person by number is a look at personal data: it is in the log before the answer goes out.
async fn log_search(visit: &Visit, query: &OfficeQuery) -> Result<()> {
    let Some(index) = query.number_index.clone() else { return Ok(()) };
    let agency = query.sight.agencies.first().map(|(agency, _)| *agency);
    let (who, now) = (visit.actor.clone(), visit.now());
    let write = move |tx: &mut db::Tx<'_>| {
        let subject = people::by_number(tx.conn(), AccountKind::Citizen, &index)?.map(|account| account.id);
        let what = "Tìm hồ sơ theo số định danh".to_owned();
        let entry = Access { agency, subject, dossier: None, dossier_ref: None, purpose: "search", what };
        access::record(tx, &who, entry, now)
    };
    Ok(visit.app.db.write(write).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_due_until_its_end() {
        let end: Timestamp = "2026-11-19T00:00:00+07:00".parse().unwrap();
        assert_eq!(due_time("2026-11-18"), Some(end));
        assert_eq!(due_time("2026-11-19T00:00:00+07:00"), Some(end));
        assert_eq!(due_time("hôm nay"), None);
    }

    #[test]
    fn a_page_is_bounded() {
        let of = |limit: &str| Asked { limit: limit.into(), ..Asked::default() }.page();
        assert_eq!(of("").unwrap().limit, PageRequest::DEFAULT_LIMIT);
        assert_eq!(of("100").unwrap().limit, 100);
        assert!(of("0").is_err() && of("101").is_err() && of("x").is_err());
        assert!(cursor("").unwrap().is_none() && cursor("20").unwrap().is_some());
        assert!(cursor("zzz").is_err() && cursor("-1").is_err());
    }
}

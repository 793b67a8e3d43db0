//! The `notices` table.

use diesel::prelude::*;

use super::notice::{Channel, NoticeState, OutgoingMessage, PortalNotice};
use crate::db::schema::notices;
use crate::db::{Conn, Error, Tx};
use crate::kernel::{AccountId, Cursor, DossierId, JobId, NoticeId, Page, PageRequest, Timestamp};

/// A notice to be written.
pub(super) struct NewNotice {
    pub id: NoticeId,
    pub event: &'static str,
    pub channel: Channel,
    pub account: Option<AccountId>,
    pub dossier: Option<DossierId>,
    pub recipient: Option<String>,
    pub subject: Option<String>,
    pub body: String,
    pub state: NoticeState,
    pub job: Option<JobId>,
    pub is_demo: bool,
}

pub(super) fn insert(conn: &mut Conn, new: NewNotice, now: Timestamp) -> Result<(), Error> {
    let sent_at = (new.state == NoticeState::Sent).then_some(now);
    diesel::insert_into(notices::table)
        .values((
            notices::id.eq(new.id),
            notices::event.eq(new.event),
            notices::channel.eq(new.channel.as_str()),
            notices::account_id.eq(new.account),
            notices::dossier_id.eq(new.dossier),
            notices::recipient.eq(new.recipient),
            notices::subject.eq(new.subject),
            notices::body.eq(new.body),
            notices::state.eq(new.state.as_str()),
            notices::job_id.eq(new.job),
            notices::is_demo.eq(new.is_demo),
            notices::created_at.eq(now),
            notices::sent_at.eq(sent_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// A notice on its way out.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub id: NoticeId,
    pub event: String,
    pub channel: Channel,
    pub recipient: String,
    pub subject: Option<String>,
    pub body: String,
    pub state: NoticeState,
    pub is_demo: bool,
    pub remark: Option<String>,
}

/// The notice to send; `None` when it is gone or is none that leaves the house.
pub(super) fn outgoing_by_id(conn: &mut Conn, id: NoticeId) -> Result<Option<Outgoing>, Error> {
    type Row = (String, String, Option<String>, Option<String>, String, String, bool, Option<String>);
    let row: Option<Row> = notices::table
        .find(id)
        .select((
            notices::event,
            notices::channel,
            notices::recipient,
            notices::subject,
            notices::body,
            notices::state,
            notices::is_demo,
            notices::error,
        ))
        .first(conn)
        .optional()?;
    let Some((event, channel, recipient, subject, body, state, is_demo, remark)) = row else { return Ok(None) };
    let known = Channel::parse(&channel).zip(NoticeState::parse(&state)).zip(recipient);
    Ok(known.map(|((channel, state), recipient)| Outgoing {
        id,
        event,
        channel,
        recipient,
        subject,
        body,
        state,
        is_demo,
        remark,
    }))
}

/// Records that a try begins, with a remark if the one before may have sent it.
pub(super) fn begin(conn: &mut Conn, id: NoticeId, remark: Option<&str>) -> Result<(), Error> {
    diesel::update(notices::table.find(id))
        .set((notices::state.eq(NoticeState::Sending.as_str()), notices::error.eq(remark)))
        .execute(conn)?;
    Ok(())
}

/// How a try ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub state: NoticeState,
    pub provider: &'static str,
    pub provider_id: Option<String>,
    pub remark: Option<String>,
    /// Subject and text without what must not be kept once they are sent.
    pub masked: Option<(Option<String>, String)>,
}

pub(super) fn ended(conn: &mut Conn, id: NoticeId, how: &Ended, now: Timestamp) -> Result<(), Error> {
    let sent_at = (how.state == NoticeState::Sent).then_some(now);
    diesel::update(notices::table.find(id))
        .set((
            notices::state.eq(how.state.as_str()),
            notices::provider.eq(Some(how.provider)),
            notices::provider_id.eq(how.provider_id.as_deref()),
            notices::error.eq(how.remark.as_deref()),
            notices::sent_at.eq(sent_at),
        ))
        .execute(conn)?;
    if let Some((subject, body)) = &how.masked {
        diesel::update(notices::table.find(id))
            .set((notices::subject.eq(subject.as_deref()), notices::body.eq(body)))
            .execute(conn)?;
    }
    Ok(())
}

type PortalRow = (NoticeId, String, Option<DossierId>, Option<String>, String, Timestamp, Option<Timestamp>);
#[allow(clippy::type_complexity, reason = "a list of columns")]
const PORTAL: (
    notices::id,
    notices::event,
    notices::dossier_id,
    notices::subject,
    notices::body,
    notices::created_at,
    notices::read_at,
) = (
    notices::id,
    notices::event,
    notices::dossier_id,
    notices::subject,
    notices::body,
    notices::created_at,
    notices::read_at,
);

fn portal_notice(row: PortalRow) -> PortalNotice {
    let (id, event, dossier, title, text, created_at, read_at) = row;
    PortalNotice { id, event, dossier, title: title.unwrap_or_default(), text, created_at, read_at }
}

/// The portal notices of an account, newest first.
///
/// # Errors
/// Only the database's. A cursor that makes no sense begins at the newest.
pub fn portal_notices(conn: &mut Conn, account: AccountId, page: &PageRequest) -> Result<Page<PortalNotice>, Error> {
    let mine = notices::account_id.eq(Some(account)).and(notices::channel.eq(Channel::Portal.as_str()));
    let mut query = notices::table.filter(mine).order(notices::id.desc()).select(PORTAL).into_boxed();
    if let Some(after) = page.cursor.as_ref().and_then(|cursor| cursor.0.parse::<NoticeId>().ok()) {
        query = query.filter(notices::id.lt(after));
    }
    let mut rows: Vec<PortalRow> = query.limit(i64::from(page.limit) + 1).load(conn)?;
    let more = rows.len() > page.limit as usize;
    rows.truncate(page.limit as usize);
    let items: Vec<PortalNotice> = rows.into_iter().map(portal_notice).collect();
    let next_cursor = items.last().filter(|_| more).map(|last| Cursor(last.id.to_string()));
    Ok(Page { items, next_cursor, total: None })
}

/// The portal notices of an account about one dossier, oldest first.
///
/// # Errors
/// Only the database's.
pub fn of_dossier(conn: &mut Conn, account: AccountId, dossier: DossierId) -> Result<Vec<PortalNotice>, Error> {
    let rows: Vec<PortalRow> = notices::table
        .filter(notices::dossier_id.eq(Some(dossier)))
        .filter(notices::account_id.eq(Some(account)))
        .filter(notices::channel.eq(Channel::Portal.as_str()))
        .order(notices::id)
        .select(PORTAL)
        .load(conn)?;
    Ok(rows.into_iter().map(portal_notice).collect())
}

/// How many portal notices an account has not read.
///
/// # Errors
/// Only the database's.
pub fn unread(conn: &mut Conn, account: AccountId) -> Result<i64, Error> {
    Ok(notices::table
        .filter(notices::account_id.eq(Some(account)))
        .filter(notices::channel.eq(Channel::Portal.as_str()))
        .filter(notices::read_at.is_null())
        .count()
        .get_result(conn)?)
}

/// Marks one portal notice of the account as read. `false`: it is not there, not theirs, or read already.
///
/// # Errors
/// Only the database's.
pub fn mark_read(tx: &mut Tx<'_>, account: AccountId, id: NoticeId, now: Timestamp) -> Result<bool, Error> {
    let mine = notices::table
        .filter(notices::id.eq(id))
        .filter(notices::account_id.eq(Some(account)))
        .filter(notices::channel.eq(Channel::Portal.as_str()))
        .filter(notices::read_at.is_null());
    Ok(diesel::update(mine).set(notices::read_at.eq(Some(now))).execute(tx.conn())? == 1)
}

/// Marks every portal notice of the account as read; tells how many.
///
/// # Errors
/// Only the database's.
pub fn mark_all_read(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<usize, Error> {
    let mine = notices::table
        .filter(notices::account_id.eq(Some(account)))
        .filter(notices::channel.eq(Channel::Portal.as_str()))
        .filter(notices::read_at.is_null());
    Ok(diesel::update(mine).set(notices::read_at.eq(Some(now))).execute(tx.conn())?)
}

/// The messages that leave the house, newest first, at most `limit`: the development mailbox (contract.md §3).
///
/// # Errors
/// Only the database's.
pub fn outgoing(conn: &mut Conn, portal: &super::Portal, limit: i64) -> Result<Vec<OutgoingMessage>, Error> {
    type Row = (
        (NoticeId, String, String, Option<String>, Option<String>, String),
        (String, Option<DossierId>, Option<String>, Option<String>, Timestamp, Option<Timestamp>),
    );
    let leaving = [Channel::Sms, Channel::Email].map(Channel::as_str);
    let rows: Vec<Row> = notices::table
        .filter(notices::channel.eq_any(leaving))
        .order(notices::id.desc())
        .limit(limit.max(0))
        .select((
            (notices::id, notices::event, notices::channel, notices::recipient, notices::subject, notices::body),
            (
                notices::state,
                notices::dossier_id,
                notices::provider,
                notices::error,
                notices::created_at,
                notices::sent_at,
            ),
        ))
        .load(conn)?;
    let message = |((id, event, channel, to, subject, body), rest): Row| {
        let (state, dossier, provider, remark, created_at, sent_at) = rest;
        Some(OutgoingMessage {
            id,
            event,
            channel: Channel::parse(&channel)?,
            to: to?,
            subject,
            text: portal.fill(&body),
            state: NoticeState::parse(&state)?,
            dossier,
            provider,
            remark,
            at: sent_at.unwrap_or(created_at),
        })
    };
    Ok(rows.into_iter().filter_map(message).collect())
}

/// Lets go of a draft that is thrown away; what was told stays with its recipient.
///
/// # Errors
/// A failure of the database.
pub fn forget_dossier(conn: &mut Conn, dossier: DossierId) -> Result<(), Error> {
    let none: Option<DossierId> = None;
    diesel::update(notices::table.filter(notices::dossier_id.eq(dossier)))
        .set(notices::dossier_id.eq(none))
        .execute(conn)?;
    Ok(())
}

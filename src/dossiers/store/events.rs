//! Table `dossier_events`.

use diesel::prelude::*;
use serde_json::Value;

use super::Dossier;
use crate::db::schema::dossier_events as t;
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::dossiers::Step;
use crate::dossiers::events::{Event, NewEvent, actor_words};
use crate::kernel::{AccountId, Actor, AgencyId, DossierId, EventId, Timestamp};

/// Appends an event to the dossier's chain. The dossier must be saved afterwards in the same transaction:
/// its version check also guards the chain.
///
/// # Errors
/// A failure of the database.
pub fn append_event(
    conn: &mut Conn,
    dossier: &mut Dossier,
    who: &Actor,
    new: NewEvent,
    now: Timestamp,
) -> Result<Event, Error> {
    let (actor_kind, actor_name) = actor_words(who);
    let mut event = Event {
        id: EventId::new(),
        dossier: dossier.id,
        seq: dossier.event_seq + 1,
        act: new.step.as_str().to_owned(),
        actor_kind: actor_kind.to_owned(),
        actor: who.account(),
        actor_name,
        agency: who.officer().map(|_| dossier.acting_agency_id),
        from: new.from.number(),
        to: new.to.number(),
        note: new.note,
        changes: new.changes,
        is_public: new.is_public,
        occurred_at: new.occurred_at.unwrap_or(now),
        recorded_at: now,
        prev_hash: dossier.event_hash.clone(),
        hash: String::new(),
    };
    event.hash = event.expected_hash();
    diesel::insert_into(t::table)
        .values((
            t::id.eq(event.id),
            t::dossier_id.eq(event.dossier),
            t::seq.eq(event.seq),
            t::act.eq(&event.act),
            t::actor_kind.eq(&event.actor_kind),
            t::actor_account.eq(event.actor),
            t::actor_name.eq(&event.actor_name),
            t::agency_id.eq(event.agency),
            t::from_status.eq(event.from),
            t::to_status.eq(event.to),
            t::note.eq(event.note.as_deref()),
            t::changes.eq(J(event.changes.clone())),
            t::is_public.eq(event.is_public),
            t::occurred_at.eq(event.occurred_at),
            t::recorded_at.eq(event.recorded_at),
            t::prev_hash.eq(&event.prev_hash),
            t::hash.eq(&event.hash),
        ))
        .execute(conn)?;
    dossier.event_seq = event.seq;
    dossier.event_hash.clone_from(&event.hash);
    Ok(event)
}

#[derive(Queryable)]
struct Row {
    id: EventId,
    dossier_id: DossierId,
    seq: i32,
    act: String,
    actor_kind: String,
    actor_account: Option<AccountId>,
    actor_name: String,
    agency_id: Option<AgencyId>,
    from_status: Option<i32>,
    to_status: Option<i32>,
    note: Option<String>,
    #[diesel(deserialize_as = J)]
    changes: Value,
    is_public: bool,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    prev_hash: String,
    hash: String,
}

impl From<Row> for Event {
    fn from(r: Row) -> Self {
        Self {
            id: r.id,
            dossier: r.dossier_id,
            seq: r.seq,
            act: r.act,
            actor_kind: r.actor_kind,
            actor: r.actor_account,
            actor_name: r.actor_name,
            agency: r.agency_id,
            from: r.from_status,
            to: r.to_status,
            note: r.note,
            changes: r.changes,
            is_public: r.is_public,
            occurred_at: r.occurred_at,
            recorded_at: r.recorded_at,
            prev_hash: r.prev_hash,
            hash: r.hash,
        }
    }
}

/// All events of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn events_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<Event>, Error> {
    let rows: Vec<Row> = t::table.filter(t::dossier_id.eq(dossier)).order(t::seq).load(conn)?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The name of the officer who acted last upon a dossier. Who gave an opinion for another agency does not handle it.
///
/// # Errors
/// A failure of the database.
pub fn last_officer(conn: &mut Conn, dossier: DossierId) -> Result<Option<String>, Error> {
    let acts = t::table.filter(t::dossier_id.eq(dossier)).filter(t::actor_kind.eq("officer"));
    let handling = acts.filter(t::act.ne(Step::GiveOpinion.as_str()));
    Ok(handling.order(t::seq.desc()).select(t::actor_name).first(conn).optional()?)
}

/// A dossier whose chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("dossier {dossier}, event {seq}: changed, removed, or the end was cut off")]
pub struct BrokenChain {
    pub dossier: DossierId,
    pub seq: i32,
}

/// Recomputes the chain of every dossier, `batch` dossiers at a time. Answers the number of events and the first break.
///
/// # Errors
/// A failure of the database; a broken link is an answer, not an error.
pub fn verify_events(conn: &mut Conn, batch: i64) -> Result<(u64, Option<BrokenChain>), Error> {
    use crate::db::schema::dossiers as d;
    let mut after: Option<DossierId> = None;
    let mut walked = 0;
    loop {
        let mut query = d::table.select((d::id, d::event_seq, d::event_hash)).order(d::id).limit(batch).into_boxed();
        if let Some(after) = after {
            query = query.filter(d::id.gt(after));
        }
        let heads: Vec<(DossierId, i32, String)> = query.load(conn)?;
        let Some(last) = heads.last() else { return Ok((walked, None)) };
        after = Some(last.0);
        for (dossier, seq, hash) in heads {
            let events = events_of(conn, dossier)?;
            walked += events.len() as u64;
            let mut before = String::new();
            for (place, event) in (1i32..).zip(&events) {
                if event.seq != place || event.prev_hash != before || event.expected_hash() != event.hash {
                    return Ok((walked, Some(BrokenChain { dossier, seq: place })));
                }
                before.clone_from(&event.hash);
            }
            if before != hash || events.last().map_or(0, |e| e.seq) != seq {
                return Ok((walked, Some(BrokenChain { dossier, seq })));
            }
        }
    }
}

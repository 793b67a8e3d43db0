//! The `jobs` table.

use std::time::Duration;

use diesel::prelude::*;

use super::job::{Claimed, Enqueued, Health, Job, JobState, Summary};
use crate::db::schema::jobs;
use crate::db::types::J;
use crate::db::{Both, Conn, Error, Tx};
use crate::kernel::{JobId, Timestamp};

/// Longest error text that is kept.
const ERROR_CHARS: usize = 500;

/// Writes a job in the caller's transaction.
///
/// # Errors
/// Only the database's.
pub fn enqueue(tx: &mut Tx<'_>, job: Job, now: Timestamp) -> Result<Enqueued, Error> {
    let id = JobId::new();
    let values = (
        jobs::id.eq(id),
        jobs::kind.eq(job.kind),
        jobs::payload.eq(J(job.payload)),
        jobs::state.eq(JobState::Ready.as_str()),
        jobs::run_at.eq(job.run_at),
        jobs::attempts.eq(0),
        jobs::max_attempts.eq(job.max_attempts.max(1)),
        jobs::unique_key.eq(job.unique_key.clone()),
        jobs::created_at.eq(now),
    );
    let Some(key) = job.unique_key else {
        diesel::insert_into(jobs::table).values(values).execute(tx.conn())?;
        return Ok(Enqueued::New(id));
    };
    let written = Both(diesel::insert_into(jobs::table).values(values).on_conflict(jobs::unique_key).do_nothing())
        .execute(tx.conn())?;
    if written == 1 {
        return Ok(Enqueued::New(id));
    }
    Ok(Enqueued::Known(jobs::table.filter(jobs::unique_key.eq(Some(key))).select(jobs::id).first(tx.conn())?))
}

type ClaimRow = (JobId, String, J, i32, i32, Timestamp);
const CLAIM: (jobs::id, jobs::kind, jobs::payload, jobs::attempts, jobs::max_attempts, jobs::created_at) =
    (jobs::id, jobs::kind, jobs::payload, jobs::attempts, jobs::max_attempts, jobs::created_at);

/// What a worker asks for when it claims.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who claims: one name a process, unlike any other.
    pub worker: String,
    /// Kinds it has handlers for.
    pub kinds: Vec<String>,
    /// The most jobs to take.
    pub limit: i64,
    /// How long they are held.
    pub lease: Duration,
}

/// Takes due jobs and jobs whose lease ran out, oldest first, and holds them until `now` + lease.
///
/// A job whose lease ran out on its last try becomes a dead letter instead: it may be what kills the workers.
/// Two workers never get the same job: on PostgreSQL rows under another claim are skipped (`FOR UPDATE SKIP LOCKED`),
/// on SQLite the write transaction is the only one.
///
/// # Errors
/// Only the database's.
pub fn claim(tx: &mut Tx<'_>, wanted: &Claim, now: Timestamp) -> Result<Vec<Claimed>, Error> {
    let conn = tx.conn();
    let mut claimed = Vec::new();
    for row in expired(conn, wanted, now)? {
        let (id, kind, J(payload), attempts, max_attempts, created_at) = row;
        if attempts >= max_attempts {
            end(conn, id, JobState::Dead, Some("the lease ran out on the last try"), now)?;
            continue;
        }
        let (worker, attempt) = (wanted.worker.clone(), attempts + 1);
        claimed.push(Claimed { id, kind, payload, attempt, max_attempts, worker, interrupted: true, created_at });
    }
    let room = wanted.limit - i64::try_from(claimed.len()).unwrap_or(i64::MAX);
    for row in ready(conn, wanted, room, now)? {
        let (id, kind, J(payload), attempts, max_attempts, created_at) = row;
        let (worker, attempt) = (wanted.worker.clone(), attempts + 1);
        claimed.push(Claimed { id, kind, payload, attempt, max_attempts, worker, interrupted: false, created_at });
    }
    let ids: Vec<JobId> = claimed.iter().map(|job| job.id).collect();
    if !ids.is_empty() {
        let until = later(now, wanted.lease);
        diesel::update(jobs::table.filter(jobs::id.eq_any(ids)))
            .set((
                jobs::state.eq(JobState::Running.as_str()),
                jobs::locked_until.eq(Some(until)),
                jobs::locked_by.eq(Some(&wanted.worker)),
                jobs::attempts.eq(jobs::attempts + 1),
            ))
            .execute(conn)?;
    }
    Ok(claimed)
}

/// Running jobs whose lease has run out, locked where the engine locks rows.
fn expired(conn: &mut Conn, wanted: &Claim, now: Timestamp) -> Result<Vec<ClaimRow>, Error> {
    let due = jobs::table
        .filter(jobs::state.eq(JobState::Running.as_str()))
        .filter(jobs::locked_until.le(Some(now)))
        .filter(jobs::kind.eq_any(&wanted.kinds))
        .order((jobs::run_at, jobs::id))
        .limit(wanted.limit.max(0))
        .select(CLAIM);
    let rows = match conn {
        Conn::Pg(c) => due.for_update().skip_locked().load(c),
        Conn::Sqlite(c) => due.load(c),
    };
    Ok(rows?)
}

/// Ready jobs whose time has come, locked where the engine locks rows.
fn ready(conn: &mut Conn, wanted: &Claim, limit: i64, now: Timestamp) -> Result<Vec<ClaimRow>, Error> {
    let due = jobs::table
        .filter(jobs::state.eq(JobState::Ready.as_str()))
        .filter(jobs::run_at.le(now))
        .filter(jobs::kind.eq_any(&wanted.kinds))
        .order((jobs::run_at, jobs::id))
        .limit(limit.max(0))
        .select(CLAIM);
    let rows = match conn {
        Conn::Pg(c) => due.for_update().skip_locked().load(c),
        Conn::Sqlite(c) => due.load(c),
    };
    Ok(rows?)
}

/// Whether a claim for these kinds would find anything: a look without a write, so that an idle worker writes nothing.
///
/// # Errors
/// Only the database's.
pub fn is_due(conn: &mut Conn, kinds: &[String], now: Timestamp) -> Result<bool, Error> {
    let ready = jobs::state.eq(JobState::Ready.as_str()).and(jobs::run_at.le(now));
    let found: Option<JobId> =
        jobs::table.filter(ready).filter(jobs::kind.eq_any(kinds)).select(jobs::id).first(conn).optional()?;
    if found.is_some() {
        return Ok(true);
    }
    let expired = jobs::state.eq(JobState::Running.as_str()).and(jobs::locked_until.le(Some(now)));
    let found: Option<JobId> =
        jobs::table.filter(expired).filter(jobs::kind.eq_any(kinds)).select(jobs::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// Whether the try still holds its lease: running, by this worker, and no later try has begun.
/// Called first in the transaction that records an end, so that a late answer changes nothing.
///
/// # Errors
/// Only the database's.
pub fn live(tx: &mut Tx<'_>, job: &Claimed) -> Result<bool, Error> {
    let row: Option<(String, Option<String>, i32)> =
        jobs::table.find(job.id).select((jobs::state, jobs::locked_by, jobs::attempts)).first(tx.conn()).optional()?;
    Ok(row.is_some_and(|(state, by, attempt)| {
        state == JobState::Running.as_str() && by.as_deref() == Some(&job.worker) && attempt == job.attempt
    }))
}

/// Records that the job is done. `false`: the lease was lost and nothing was recorded.
///
/// # Errors
/// Only the database's.
pub fn complete(tx: &mut Tx<'_>, job: &Claimed, now: Timestamp) -> Result<bool, Error> {
    if !live(tx, job)? {
        return Ok(false);
    }
    end(tx.conn(), job.id, JobState::Done, None, now)?;
    Ok(true)
}

/// Records a failed try: again after the usual wait, or a dead letter when it was the last. `random` in 0 to 1.
/// `false`: the lease was lost and nothing was recorded.
///
/// # Errors
/// Only the database's.
pub fn fail(tx: &mut Tx<'_>, job: &Claimed, reason: &str, random: f64, now: Timestamp) -> Result<bool, Error> {
    let wait = super::delay(job.attempt, random);
    retry_at(tx, job, reason, later(now, wait), now)
}

/// Records a failed try, to be run again at `run_at`, or a dead letter when it was the last.
/// `false`: the lease was lost and nothing was recorded.
///
/// # Errors
/// Only the database's.
pub fn retry_at(
    tx: &mut Tx<'_>,
    job: &Claimed,
    reason: &str,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Error> {
    if !live(tx, job)? {
        return Ok(false);
    }
    if job.is_last() {
        end(tx.conn(), job.id, JobState::Dead, Some(reason), now)?;
        return Ok(true);
    }
    diesel::update(jobs::table.find(job.id))
        .set((
            jobs::state.eq(JobState::Ready.as_str()),
            jobs::run_at.eq(run_at),
            jobs::locked_until.eq(None::<Timestamp>),
            jobs::locked_by.eq(None::<String>),
            jobs::last_error.eq(Some(shortened(reason))),
        ))
        .execute(tx.conn())?;
    Ok(true)
}

/// Records that the job is given up. `false`: the lease was lost and nothing was recorded.
///
/// # Errors
/// Only the database's.
pub fn bury(tx: &mut Tx<'_>, job: &Claimed, reason: &str, now: Timestamp) -> Result<bool, Error> {
    if !live(tx, job)? {
        return Ok(false);
    }
    end(tx.conn(), job.id, JobState::Dead, Some(reason), now)?;
    Ok(true)
}

/// Gives one job back untried: the worker is stopping before it began. `false`: the lease was lost.
///
/// # Errors
/// Only the database's.
pub fn give_back(tx: &mut Tx<'_>, job: &Claimed) -> Result<bool, Error> {
    if !live(tx, job)? {
        return Ok(false);
    }
    diesel::update(jobs::table.find(job.id))
        .set((
            jobs::state.eq(JobState::Ready.as_str()),
            jobs::locked_until.eq(None::<Timestamp>),
            jobs::locked_by.eq(None::<String>),
            jobs::attempts.eq(jobs::attempts - 1),
        ))
        .execute(tx.conn())?;
    Ok(true)
}

/// Ends the leases of a worker that stops with jobs unfinished, so that others need not wait. The jobs keep the state
/// `running` with a lease that has run out: whoever claims them next knows that they were interrupted.
///
/// # Errors
/// Only the database's.
pub fn release(tx: &mut Tx<'_>, worker: &str, now: Timestamp) -> Result<usize, Error> {
    let held = jobs::table.filter(jobs::state.eq(JobState::Running.as_str())).filter(jobs::locked_by.eq(Some(worker)));
    Ok(diesel::update(held).set(jobs::locked_until.eq(Some(now))).execute(tx.conn())?)
}

fn end(conn: &mut Conn, id: JobId, state: JobState, reason: Option<&str>, now: Timestamp) -> Result<(), Error> {
    diesel::update(jobs::table.find(id))
        .set((
            jobs::state.eq(state.as_str()),
            jobs::locked_until.eq(None::<Timestamp>),
            jobs::locked_by.eq(None::<String>),
            jobs::last_error.eq(reason.map(shortened)),
            jobs::finished_at.eq(Some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// `wait` after `now`; at the end of time when that is past it.
fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).map_or(Timestamp::MAX, Timestamp::from)
}

fn shortened(reason: &str) -> String {
    reason.chars().take(ERROR_CHARS).collect()
}

/// The newest dead letters, at most `limit`.
///
/// # Errors
/// Only the database's.
pub fn dead_letters(conn: &mut Conn, limit: i64) -> Result<Vec<Summary>, Error> {
    type Row = (JobId, String, J, i32, Option<String>, Timestamp, Option<Timestamp>);
    let rows: Vec<Row> = jobs::table
        .filter(jobs::state.eq(JobState::Dead.as_str()))
        .order((jobs::finished_at.desc(), jobs::id.desc()))
        .limit(limit.max(0))
        .select((
            jobs::id,
            jobs::kind,
            jobs::payload,
            jobs::attempts,
            jobs::last_error,
            jobs::created_at,
            jobs::finished_at,
        ))
        .load(conn)?;
    let summary = |(id, kind, J(payload), attempts, last_error, created_at, finished_at): Row| Summary {
        id,
        kind,
        payload,
        attempts,
        last_error,
        created_at,
        finished_at,
    };
    Ok(rows.into_iter().map(summary).collect())
}

/// Puts a dead letter back to be run now, with all its tries again. `false`: it is not dead.
///
/// # Errors
/// Only the database's.
pub fn replay(tx: &mut Tx<'_>, id: JobId, now: Timestamp) -> Result<bool, Error> {
    let dead = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(JobState::Dead.as_str()));
    let changed = diesel::update(dead)
        .set((
            jobs::state.eq(JobState::Ready.as_str()),
            jobs::run_at.eq(now),
            jobs::attempts.eq(0),
            jobs::finished_at.eq(None::<Timestamp>),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Removes a dead letter that nobody wants any more. `false`: it is not dead.
///
/// # Errors
/// Only the database's.
pub fn drop_dead(tx: &mut Tx<'_>, id: JobId) -> Result<bool, Error> {
    let dead = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(JobState::Dead.as_str()));
    Ok(diesel::delete(dead).execute(tx.conn())? == 1)
}

/// Removes jobs done before `before`; dead letters stay. Their unique keys become free again, so `before` must lie
/// further back than any key is reused.
///
/// # Errors
/// Only the database's.
pub fn purge(tx: &mut Tx<'_>, before: Timestamp) -> Result<usize, Error> {
    let old = jobs::table.filter(jobs::state.eq(JobState::Done.as_str())).filter(jobs::finished_at.lt(Some(before)));
    Ok(diesel::delete(old).execute(tx.conn())?)
}

/// Whether a job with this unique key is there, in whatever state.
///
/// # Errors
/// Only the database's.
pub fn period_is_planned(conn: &mut Conn, key: &str) -> Result<bool, Error> {
    let found: Option<JobId> =
        jobs::table.filter(jobs::unique_key.eq(Some(key))).select(jobs::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// How the outbox stands at `now`.
///
/// # Errors
/// Only the database's.
pub fn health(conn: &mut Conn, now: Timestamp) -> Result<Health, Error> {
    let open = [JobState::Ready, JobState::Running, JobState::Dead].map(JobState::as_str);
    let counts: Vec<(String, String, i64)> = jobs::table
        .filter(jobs::state.eq_any(open))
        .group_by((jobs::kind, jobs::state))
        .select((jobs::kind, jobs::state, diesel::dsl::count_star()))
        .order((jobs::kind, jobs::state))
        .load(conn)?;
    let oldest_due: Option<Timestamp> = jobs::table
        .filter(jobs::state.eq(JobState::Ready.as_str()))
        .filter(jobs::run_at.le(now))
        .order((jobs::run_at, jobs::id))
        .select(jobs::run_at)
        .first(conn)
        .optional()?;
    let dead = counts.iter().filter(|(_, state, _)| state == JobState::Dead.as_str()).map(|(_, _, n)| n).sum();
    let waiting =
        counts.into_iter().filter_map(|(kind, state, n)| JobState::parse(&state).map(|state| (kind, state, n)));
    Ok(Health { waiting: waiting.collect(), oldest_due, dead })
}

//! Runs what waits in the outbox: claim, work outside any transaction, record.
//!
//! What each kind of job does and which jobs come by themselves stands in the [`Registry`] that `app` fills.
//! A worker that is told to stop finishes what runs and gives back what it has not begun.

mod planner;

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::task::JoinSet;

use crate::db::{Db, Error};
use crate::kernel::{Clock, Timestamp};
use crate::outbox::{self, Answer, Claim, Claimed, End, Every, Record, Registry};
use crate::telemetry::metrics::Metrics;
use planner::Planner;

/// How a worker works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who holds the leases: unlike any other process's name.
    pub name: String,
    /// Jobs that run at once.
    pub concurrency: usize,
    /// How often to look for work when there was none.
    pub poll: Duration,
    /// How long a job is held. A dead worker's jobs return after this time.
    pub lease: Duration,
    /// How long running jobs may take to finish when the worker is told to stop.
    pub grace: Duration,
}

impl Options {
    /// A worker with a name of its own.
    pub fn new(concurrency: usize, poll: Duration) -> Self {
        Self {
            name: format!("{}-{}", std::process::id(), uuid::Uuid::now_v7().simple()),
            concurrency: concurrency.max(1),
            poll: poll.max(Duration::from_millis(10)),
            lease: Duration::from_secs(120),
            grace: Duration::from_secs(25),
        }
    }

    /// A try that takes longer is given up, well before its lease runs out.
    fn patience(&self) -> Duration {
        self.lease.mul_f64(0.75)
    }
}

/// Runs jobs. Cheap to clone.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    clock: Clock,
    registry: Arc<Registry>,
    options: Arc<Options>,
    metrics: Metrics,
}

/// Claimed jobs that wait for a free place, with the moment their lease began.
type Waiting = VecDeque<(Claimed, Instant)>;

impl Worker {
    /// A worker for the kinds in `registry`. Adds the outbox's own housekeeping.
    pub fn new(db: Db, clock: Clock, mut registry: Registry, options: Options, metrics: Metrics) -> Self {
        housekeeping(&mut registry, db.clone());
        Self { db, clock, registry: Arc::new(registry), options: Arc::new(options), metrics }
    }

    /// Works until `stop` comes, then finishes what runs (at most `grace`) and gives the rest back.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut running = JoinSet::new();
        let mut waiting = Waiting::new();
        let mut planner = Planner::new();
        loop {
            planner.plan(&self.db, &self.registry, self.clock.now()).await;
            planner.measure(&self.db, &self.metrics, self.clock.now()).await;
            if waiting.is_empty() {
                waiting = self.claim(self.options.concurrency * 2).await;
            }
            while running.len() < self.options.concurrency
                && let Some((job, since)) = waiting.pop_front()
            {
                if since.elapsed() > self.options.lease / 5 {
                    // Waited long for its place; begun now, its lease could run out under it.
                    self.give_back(job).await;
                    continue;
                }
                let worker = self.clone();
                running.spawn(async move { worker.handle(job).await });
            }
            let idle = waiting.is_empty() && running.len() < self.options.concurrency;
            tokio::select! {
                () = &mut stop => break,
                Some(_) = running.join_next() => {}
                () = tokio::time::sleep(self.options.poll), if idle => {}
            }
        }
        self.wind_down(running, waiting).await;
    }

    async fn wind_down(&self, mut running: JoinSet<()>, waiting: Waiting) {
        for (job, _) in waiting {
            self.give_back(job).await;
        }
        let finish = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(self.options.grace, finish).await.is_err() {
            tracing::warn!(jobs = running.len(), "jobs were cut off by the end of the worker");
            running.shutdown().await;
        }
        let (name, now) = (self.options.name.clone(), self.clock.now());
        if let Err(error) = self.db.write(move |tx| outbox::release(tx, &name, now)).await {
            tracing::warn!(%error, "leases could not be given back; they run out by themselves");
        }
    }

    /// Runs every due job, also those that the jobs themselves write, one after the other; tells how many. For
    /// commands and tests.
    pub async fn run_due(&self) -> usize {
        let mut planner = Planner::new();
        planner.plan(&self.db, &self.registry, self.clock.now()).await;
        let mut count = 0;
        loop {
            let batch = self.claim(self.options.concurrency).await;
            if batch.is_empty() {
                return count;
            }
            for (job, _) in batch {
                self.handle(job).await;
                count += 1;
            }
        }
    }

    async fn claim(&self, limit: usize) -> Waiting {
        let (kinds, now) = (self.registry.kinds(), self.clock.now());
        let look = kinds.clone();
        match self.db.read(move |c| outbox::is_due(c, &look, now)).await {
            Ok(true) => {}
            Ok(false) => return Waiting::new(),
            Err(error) => {
                tracing::warn!(%error, "the outbox could not be read");
                return Waiting::new();
            }
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let wanted = Claim { worker: self.options.name.clone(), kinds, limit, lease: self.options.lease };
        let since = Instant::now();
        match self.db.write(move |tx| outbox::claim(tx, &wanted, now)).await {
            Ok(jobs) => jobs.into_iter().map(|job| (job, since)).collect(),
            Err(error) => {
                tracing::warn!(%error, "jobs could not be claimed");
                Waiting::new()
            }
        }
    }

    async fn give_back(&self, job: Claimed) {
        if let Err(error) = self.db.write(move |tx| outbox::give_back(tx, &job)).await {
            tracing::warn!(%error, "a job could not be given back; its lease runs out by itself");
        }
    }

    /// Runs one try and records how it ended.
    async fn handle(&self, job: Claimed) {
        let Some(handler) = self.registry.handler(&job.kind).cloned() else {
            return self.give_back(job).await;
        };
        let (task, now) = (job.clone(), self.clock.now());
        let work = AssertUnwindSafe(async move { handler(task, now).await }).catch_unwind();
        let answer = match tokio::time::timeout(self.options.patience(), work).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Answer::retry("the handler failed unexpectedly"),
            Err(_) => Answer::retry("the handler took too long"),
        };
        self.record(job, answer).await;
    }

    async fn record(&self, job: Claimed, answer: Answer) {
        let Answer { end, record } = answer;
        let dies = matches!(end, End::GiveUp { .. }) || (matches!(end, End::Retry { .. }) && job.is_last());
        let word = match &end {
            End::Done => "done",
            _ if dies => "dead",
            _ => "retry",
        };
        match &end {
            End::Done => {}
            End::Retry { reason, .. } | End::GiveUp { reason } if dies => {
                tracing::error!(job = %job.id, kind = job.kind, attempt = job.attempt, reason, "job given up");
            }
            End::Retry { reason, .. } | End::GiveUp { reason } => {
                tracing::info!(job = %job.id, kind = job.kind, attempt = job.attempt, reason, "job will be tried again");
            }
        }
        let (kind, id) = (job.kind.clone(), job.id);
        let mut ending = Ending { job, end, record, random: rand::random(), now: self.clock.now() };
        let word = match self.db.write(move |tx| ending.write(tx)).await {
            Ok(true) => word,
            Ok(false) => {
                tracing::warn!(job = %id, kind, "the lease was lost before the end could be recorded");
                "lost"
            }
            Err(error) => {
                tracing::error!(job = %id, kind, %error, "the end could not be recorded; the job runs again");
                "lost"
            }
        };
        self.metrics.jobs.with_label_values(&[kind.as_str(), word]).inc();
    }
}

/// What is written when a try ends.
struct Ending {
    job: Claimed,
    end: End,
    record: Option<Record>,
    random: f64,
    now: Timestamp,
}

impl Ending {
    /// Writes it if the lease still holds.
    fn write(&mut self, tx: &mut crate::db::Tx<'_>) -> Result<bool, Error> {
        if !outbox::live(tx, &self.job)? {
            return Ok(false);
        }
        if let Some(record) = self.record.as_mut() {
            record(tx)?;
        }
        let (job, now) = (&self.job, self.now);
        match &self.end {
            End::Done => outbox::complete(tx, job, now),
            End::Retry { reason, after: None } => outbox::fail(tx, job, reason, self.random, now),
            End::Retry { reason, after: Some(wait) } => {
                let run_at = now.checked_add(*wait).map_or(Timestamp::MAX, Timestamp::from);
                outbox::retry_at(tx, job, reason, run_at, now)
            }
            End::GiveUp { reason } => outbox::bury(tx, job, reason, now),
        }
    }
}

/// How long done jobs stay to be looked at.
const KEEP_DONE_DAYS: i64 = 30;

/// The outbox's own daily job: done jobs go after a month.
fn housekeeping(registry: &mut Registry, db: Db) {
    registry.every("outbox.purge", Every::DayAt(jiff::civil::time(3, 10, 0, 0))).on("outbox.purge", move |_, now| {
        let db = db.clone();
        async move {
            match db.write(move |tx| outbox::purge(tx, now.plus_days(-KEEP_DONE_DAYS))).await {
                Ok(gone) => {
                    tracing::info!(gone, "done jobs removed");
                    Answer::done()
                }
                Err(error) => Answer::retry(error.to_string()),
            }
        }
    });
}

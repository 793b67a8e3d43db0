//! What a job is.

use serde_json::Value;

use crate::kernel::{JobId, Timestamp};

/// Work to be done after the transaction that asks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Names the handler, as `module.act` (`notice.send`). Owned by the module that writes the job.
    pub kind: String,
    /// What the handler needs. Ids rather than contents: what is written here stays readable in the table.
    pub payload: Value,
    /// Not before this moment.
    pub run_at: Timestamp,
    /// There is never a second job with this key, not even after the first one ended (until it is purged).
    pub unique_key: Option<String>,
    /// How often it is tried before it becomes a dead letter; 1 or more.
    pub max_attempts: i32,
}

impl Job {
    /// How often a job is tried when it says nothing else: about 32 hours with [`super::delay`].
    pub const DEFAULT_ATTEMPTS: i32 = 40;

    /// A job to run as soon as may be.
    pub fn new(kind: impl Into<String>, payload: Value, run_at: Timestamp) -> Self {
        Self { kind: kind.into(), payload, run_at, unique_key: None, max_attempts: Self::DEFAULT_ATTEMPTS }
    }

    /// The same job, at most once under this key.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.unique_key = Some(key.into());
        self
    }

    /// The same job, given up after this many tries.
    #[must_use]
    pub fn attempts(mut self, max: i32) -> Self {
        self.max_attempts = max.max(1);
        self
    }
}

/// What became of a request to enqueue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// The job was written.
    New(JobId),
    /// A job with this unique key is already there; nothing was written.
    Known(JobId),
}

impl Enqueued {
    /// The job's id either way.
    pub fn id(self) -> JobId {
        match self {
            Self::New(id) | Self::Known(id) => id,
        }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its time and a worker.
    Ready,
    /// Held by a worker until its lease runs out.
    Running,
    /// Ended well.
    Done,
    /// Given up; an operator may replay it.
    Dead,
}

impl JobState {
    /// The name in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// Reads the name in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Ready, Self::Running, Self::Done, Self::Dead].into_iter().find(|state| state.as_str() == text)
    }
}

/// A job in a worker's hands.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    /// Which try this is, from 1. With `worker` it fences the lease: a late answer of an earlier try is not recorded.
    pub attempt: i32,
    pub max_attempts: i32,
    /// Who holds the lease.
    pub worker: String,
    /// Whether the lease of an earlier try ran out, so that its work may have been done all the same.
    pub interrupted: bool,
    pub created_at: Timestamp,
}

impl Claimed {
    /// Whether a failure of this try is the last one.
    pub fn is_last(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// A job as an operator sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// How the outbox stands, for health and metrics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// Number of jobs by kind and state, without the done ones.
    pub waiting: Vec<(String, JobState, i64)>,
    /// When the job that has been due longest became due; `None` when nothing is late.
    pub oldest_due: Option<Timestamp>,
    /// Number of dead letters.
    pub dead: i64,
}

impl Health {
    /// Seconds that the oldest due job has been waiting.
    pub fn lag_seconds(&self, now: Timestamp) -> i64 {
        self.oldest_due.map_or(0, |due| now.as_second().saturating_sub(due.as_second()).max(0))
    }
}

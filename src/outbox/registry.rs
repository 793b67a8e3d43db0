//! Which handler runs which kind of job, and which jobs come by themselves.
//!
//! The table is filled where everything is known (`app`) and used by `worker`; the types stand here so that both see
//! them without seeing each other.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil;

use super::{Claimed, Job};
use crate::db::{Error, Tx};
use crate::kernel::{Timestamp, clock};

/// Rows to write in the same transaction that records how the job ended. It may be run again.
pub type Record = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), Error> + Send + 'static>;

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The work is done.
    Done,
    /// Not this time. Tried again after `after`, or after the usual growing wait.
    Retry { reason: String, after: Option<Duration> },
    /// Never this way: a person must look at it.
    GiveUp { reason: String },
}

/// What a handler answers.
pub struct Answer {
    pub end: End,
    /// Written together with the end, if the lease still holds.
    pub record: Option<Record>,
}

impl Answer {
    /// Done, with nothing more to write.
    pub fn done() -> Self {
        Self { end: End::Done, record: None }
    }

    /// To be tried again after the usual wait.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self { end: End::Retry { reason: reason.into(), after: None }, record: None }
    }

    /// To be given up.
    pub fn give_up(reason: impl Into<String>) -> Self {
        Self { end: End::GiveUp { reason: reason.into() }, record: None }
    }

    /// The same answer with rows to write.
    #[must_use]
    pub fn recording(mut self, f: impl FnMut(&mut Tx<'_>) -> Result<(), Error> + Send + 'static) -> Self {
        self.record = Some(Box::new(f));
        self
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("end", &self.end).field("records", &self.record.is_some()).finish()
    }
}

/// The future a handler runs as.
pub type Handler = Pin<Box<dyn Future<Output = Answer> + Send>>;
/// Begins to handle a job. The present moment is the product's clock when the job was claimed.
pub type HandlerFn = Arc<dyn Fn(Claimed, Timestamp) -> Handler + Send + Sync>;

/// How often a job comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Each whole number of minutes since the Unix epoch.
    Minutes(u32),
    /// Each day at this time of day in Vietnam.
    DayAt(civil::Time),
}

impl Every {
    /// When the period that holds `now` began.
    pub fn period_start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Minutes(minutes) => {
                let length = i64::from(minutes.max(1)) * 60;
                let begun = now.as_second().div_euclid(length) * length;
                Timestamp::from_second(begun).unwrap_or(now)
            }
            Self::DayAt(time) => {
                let local = clock::local(now);
                let today = local.date();
                let date = if local.time() >= time { today } else { today.yesterday().unwrap_or(today) };
                clock::from_local(date.to_datetime(time))
            }
        }
    }
}

/// A job that comes by itself, once a period whatever the number of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub kind: &'static str,
    pub every: Every,
}

impl Schedule {
    /// The unique key of the job of the period that holds `now`.
    pub fn key(&self, now: Timestamp) -> String {
        format!("schedule:{}:{}", self.kind, self.every.period_start(now))
    }

    /// The job of the period that holds `now`. The next period brings the next one, so a few tries are enough.
    pub fn job(&self, now: Timestamp) -> Job {
        let from = self.every.period_start(now);
        Job::new(self.kind, serde_json::json!({ "period": from }), now).once(self.key(now)).attempts(5)
    }
}

/// Handlers by kind, and schedules.
#[derive(Clone, Default)]
pub struct Registry {
    handlers: BTreeMap<String, HandlerFn>,
    schedules: Vec<Schedule>,
}

impl Registry {
    /// A table with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the handler of a kind; a later one takes the place of an earlier one.
    pub fn on<F, Fut>(&mut self, kind: impl Into<String>, handler: F) -> &mut Self
    where
        F: Fn(Claimed, Timestamp) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Answer> + Send + 'static,
    {
        self.handlers.insert(kind.into(), Arc::new(move |job, now| Box::pin(handler(job, now))));
        self
    }

    /// Adds a job that comes by itself.
    pub fn every(&mut self, kind: &'static str, every: Every) -> &mut Self {
        self.schedules.push(Schedule { kind, every });
        self
    }

    /// The handler of a kind.
    pub fn handler(&self, kind: &str) -> Option<&HandlerFn> {
        self.handlers.get(kind)
    }

    /// The kinds that have a handler: only these are claimed, so that a node of an older release leaves newer kinds
    /// to the newer nodes.
    pub fn kinds(&self) -> Vec<String> {
        self.handlers.keys().cloned().collect()
    }

    /// The jobs that come by themselves.
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("kinds", &self.kinds()).field("schedules", &self.schedules).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_period_of_minutes_begins_on_the_grid() {
        let every = Every::Minutes(15);
        assert_eq!(every.period_start(at("2026-11-21T03:29:59Z")), at("2026-11-21T03:15:00Z"));
        assert_eq!(every.period_start(at("2026-11-21T03:30:00Z")), at("2026-11-21T03:30:00Z"));
        assert_eq!(Every::Minutes(0).period_start(at("2026-11-21T03:30:59Z")), at("2026-11-21T03:30:00Z"));
    }

    #[test]
    fn a_daily_period_begins_at_its_hour_in_vietnam() {
        let every = Every::DayAt(civil::time(1, 30, 0, 0));
        assert_eq!(every.period_start(at("2026-11-21T18:29:59Z")), at("2026-11-20T18:30:00Z"), "01:29:59 local");
        assert_eq!(every.period_start(at("2026-11-21T18:30:00Z")), at("2026-11-21T18:30:00Z"), "01:30 local");
    }

    #[test]
    fn one_period_has_one_key() {
        let schedule = Schedule { kind: "draft.expire", every: Every::Minutes(60) };
        assert_eq!(schedule.key(at("2026-11-21T03:01:00Z")), schedule.key(at("2026-11-21T03:59:59Z")));
        assert_ne!(schedule.key(at("2026-11-21T03:59:59Z")), schedule.key(at("2026-11-21T04:00:00Z")));
        assert_eq!(schedule.job(at("2026-11-21T03:01:00Z")).unique_key, Some(schedule.key(at("2026-11-21T03:01:00Z"))));
    }

    #[test]
    fn only_kinds_with_a_handler_are_claimed() {
        let mut registry = Registry::new();
        registry.on("a.b", |_, _| async { Answer::done() }).every("c.d", Every::Minutes(1));
        assert_eq!(registry.kinds(), ["a.b"]);
        assert!(registry.handler("c.d").is_none());
    }
}

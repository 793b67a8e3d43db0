//! What the worker does by the clock: jobs that come by themselves, and figures about the outbox.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::db::{Db, Error};
use crate::kernel::Timestamp;
use crate::outbox::{self, Registry};
use crate::telemetry::metrics::Metrics;

/// How often the outbox is counted.
const MEASURE_EVERY: Duration = Duration::from_secs(15);

/// Remembers what has been planned, so that most rounds ask the database nothing.
pub(super) struct Planner {
    planned: BTreeMap<&'static str, String>,
    measured: Option<Instant>,
}

impl Planner {
    pub fn new() -> Self {
        Self { planned: BTreeMap::new(), measured: None }
    }

    /// Writes the job of the present period of every schedule that has a handler here. The unique key keeps it to one
    /// job a period, whatever the number of nodes.
    pub async fn plan(&mut self, db: &Db, registry: &Registry, now: Timestamp) {
        for schedule in registry.schedules() {
            let key = schedule.key(now);
            if self.planned.get(schedule.kind) == Some(&key) || registry.handler(schedule.kind).is_none() {
                continue;
            }
            let (look, job) = (key.clone(), schedule.job(now));
            let known = match db.read(move |c| outbox::period_is_planned(c, &look)).await {
                Ok(true) => Ok(()),
                Ok(false) => db.write(move |tx| outbox::enqueue(tx, job.clone(), now).map(|_| ())).await,
                Err(e) => Err::<(), Error>(e),
            };
            match known {
                Ok(()) => {
                    self.planned.insert(schedule.kind, key);
                }
                Err(error) => tracing::warn!(%error, kind = schedule.kind, "a periodic job could not be planned"),
            }
        }
    }

    /// Brings the gauges of waiting jobs up to date now and then.
    pub async fn measure(&mut self, db: &Db, metrics: &Metrics, now: Timestamp) {
        if self.measured.is_some_and(|at| at.elapsed() < MEASURE_EVERY) {
            return;
        }
        self.measured = Some(Instant::now());
        let Ok(health) = db.read(move |c| outbox::health(c, now)).await else { return };
        let mut by_state = BTreeMap::from([("ready", 0), ("running", 0), ("dead", 0)]);
        for (_, state, n) in health.waiting {
            *by_state.entry(state.as_str()).or_default() += n;
        }
        for (state, n) in by_state {
            metrics.jobs_waiting.with_label_values(&[state]).set(n);
        }
    }
}

//! Everything that leaves the house waits here first: a job is a row written in the transaction of the act that
//! caused it, so nothing is sent for a change that was rolled back and nothing that was promised is lost.
//!
//! A worker claims jobs by lease, runs them outside any transaction, and records how they ended. A worker that dies
//! holds its leases only until they run out; then the job is claimed again, so a handler must bear being run twice
//! (the job's id is the idempotency key it hands to the outside world).
//!
//! States of a job: `ready` → `running` → `done`, back to `ready` for another try, or `dead` when given up.
//! Dead jobs stay until an operator replays or drops them.

mod backoff;
mod job;
mod registry;
mod store;

pub use backoff::{BASE, LONGEST, delay};
pub use job::{Claimed, Enqueued, Health, Job, JobState, Summary};
pub use registry::{Answer, End, Every, Handler, HandlerFn, Record, Registry, Schedule};
pub use store::{
    Claim, bury, claim, complete, dead_letters, drop_dead, enqueue, fail, give_back, health, is_due, live,
    period_is_planned, purge, release, replay, retry_at,
};

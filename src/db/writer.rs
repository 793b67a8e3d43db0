//! The one writer of the embedded engine: closures that wait together commit together.
//!
//! One `fsync` then carries many dossiers. Each member runs in its own savepoint, and each caller is answered
//! only after the commit that holds its rows.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::engine::{Access, Manager};
use super::tx::{self, Tx};
use super::{Conn, Error};

/// A group is closed at this many members …
const GROUP_MEMBERS: usize = 64;
/// … or when its members have run this long.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// How long BUSY from another process is borne before the callers are told.
const BUSY_PATIENCE: Duration = Duration::from_secs(30);

/// A member of a group: runs in the transaction, then is told how its commit went.
pub(super) trait Job: Send {
    /// Runs the closure. `Ok(true)`: keep its changes; `Ok(false)`: it refused, roll it back.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<bool, Error>;
    /// Answers the caller: the commit went through, or did not.
    fn finish(self: Box<Self>, committed: Result<(), Error>);
}

/// Hands jobs to the writer thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the writer thread on its own connection. It ends when the last handle is dropped.
    pub fn start(manager: Manager) -> Result<Self, Error> {
        debug_assert!(manager.access == Access::ReadWrite);
        let mut conn = manager.open().map_err(|e| Error::Other(e.to_string()))?;
        let (queue, jobs) = channel::<Box<dyn Job>>();
        std::thread::Builder::new()
            .name("db-writer".into())
            .spawn(move || {
                while let Some(group) = next_group(&jobs) {
                    if let Some(fresh) = run_group(&mut conn, group, &manager) {
                        conn = fresh;
                    }
                }
            })
            .map_err(|e| Error::Other(e.to_string()))?;
        Ok(Self { queue })
    }

    pub fn send(&self, job: Box<dyn Job>) -> Result<(), Error> {
        self.queue.send(job).map_err(|_| Error::Closed)
    }
}

/// Waits for a job; the rest of its group is drawn while the group runs.
fn next_group(jobs: &Receiver<Box<dyn Job>>) -> Option<Group<'_>> {
    let first = jobs.recv().ok()?;
    Some(Group { first: Some(first), jobs })
}

struct Group<'a> {
    first: Option<Box<dyn Job>>,
    jobs: &'a Receiver<Box<dyn Job>>,
}

impl Group<'_> {
    fn draw(&mut self) -> Option<Box<dyn Job>> {
        self.first.take().or_else(|| self.jobs.try_recv().ok())
    }
}

/// How one member left its savepoint.
enum Outcome {
    Kept,
    Refused,
    Failed(Error),
}

/// Runs one group. Answers a fresh connection when the old one can't be trusted any more.
fn run_group(conn: &mut Conn, mut group: Group<'_>, manager: &Manager) -> Option<Conn> {
    if let Err(e) = begin_patiently(conn) {
        while let Some(job) = group.draw() {
            job.finish(Err(e.clone()));
        }
        return manager.open().ok();
    }
    let started = Instant::now();
    let mut kept: Vec<Box<dyn Job>> = Vec::new();
    let mut lost: Vec<Box<dyn Job>> = Vec::new();
    let mut members = 0;
    while members < GROUP_MEMBERS && (members == 0 || started.elapsed() < GROUP_TIME) {
        let Some(mut job) = group.draw() else { break };
        members += 1;
        let outcome = run_member(conn, job.as_mut());
        if !tx::stands(conn) {
            // The engine gave the whole transaction up: nobody's rows are there, so each runs again alone.
            lost.append(&mut kept);
            lost.push(job);
            break;
        }
        match outcome {
            // A refusal may rest on what another member wrote, so it is answered after the commit too.
            Outcome::Kept | Outcome::Refused => kept.push(job),
            Outcome::Failed(e) => job.finish(Err(e)),
        }
    }
    if lost.is_empty() {
        let committed = tx::commit(conn);
        if committed.is_err() {
            let _ = tx::rollback(conn);
        }
        for job in kept {
            job.finish(committed.clone());
        }
        return committed.is_err().then(|| manager.open().ok()).flatten();
    }
    let mut fresh = manager.open().ok()?;
    for job in lost {
        run_alone(&mut fresh, job);
    }
    Some(fresh)
}

fn run_member(conn: &mut Conn, job: &mut dyn Job) -> Outcome {
    if let Err(e) = tx::begin(conn) {
        return Outcome::Failed(e);
    }
    let ran = catch_unwind(AssertUnwindSafe(|| job.run(&mut Tx::over(conn))));
    match ran {
        Ok(Ok(true)) => match tx::commit(conn) {
            Ok(()) => Outcome::Kept,
            Err(e) => Outcome::Failed(e),
        },
        Ok(Ok(false)) => match tx::rollback(conn) {
            Ok(()) => Outcome::Refused,
            Err(e) => Outcome::Failed(e),
        },
        Ok(Err(e)) => {
            let _ = tx::rollback(conn);
            Outcome::Failed(e)
        }
        Err(_) => {
            let _ = tx::unwind_to(conn, 1);
            Outcome::Failed(Error::Panicked)
        }
    }
}

fn run_alone(conn: &mut Conn, mut job: Box<dyn Job>) {
    if let Err(e) = begin_patiently(conn) {
        return job.finish(Err(e));
    }
    let outcome = run_member(conn, job.as_mut());
    if !tx::stands(conn) {
        return job.finish(Err(Error::Other("the transaction was given up by the engine".into())));
    }
    let committed = tx::commit(conn);
    if committed.is_err() {
        let _ = tx::rollback(conn);
    }
    match outcome {
        Outcome::Failed(e) => job.finish(Err(e)),
        Outcome::Kept | Outcome::Refused => job.finish(committed),
    }
}

fn begin_patiently(conn: &mut Conn) -> Result<(), Error> {
    let started = Instant::now();
    loop {
        match tx::begin(conn) {
            Err(e) if e.is_retryable() && started.elapsed() < BUSY_PATIENCE => {}
            done => return done,
        }
    }
}

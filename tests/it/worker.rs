//! The worker: each job once, periodic jobs once a period, mistakes survived, a clean end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use motcua::kernel::{Clock, Timestamp};
use motcua::outbox::{self, Answer, Every, Job, JobState, Registry};
use motcua::telemetry::metrics::Metrics;
use motcua::worker::{Options, Worker};
use serde_json::json;
use tokio::sync::{Notify, oneshot};

use crate::support::db::TestDb;

fn noon() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn worker(t: &TestDb, clock: &Clock, registry: Registry, concurrency: usize) -> Worker {
    let options = Options::new(concurrency, Duration::from_millis(10));
    Worker::new(t.db.clone(), clock.clone(), registry, options, Metrics::new().unwrap())
}

async fn put(t: &TestDb, jobs: Vec<Job>) {
    t.db.write(move |tx| {
        for job in &jobs {
            outbox::enqueue(tx, job.clone(), noon())?;
        }
        Ok::<(), motcua::db::Error>(())
    })
    .await
    .unwrap();
}

async fn states(t: &TestDb) -> Vec<(String, JobState, i64)> {
    let health = t.db.read(|c| outbox::health(c, noon())).await.unwrap();
    health.waiting.into_iter().filter(|(kind, ..)| kind != "outbox.purge").collect()
}

/// A registry whose `test.act` counts its runs and answers as `answer` says.
fn counting(count: &Arc<AtomicUsize>, answer: fn(i32) -> Answer) -> Registry {
    let count = count.clone();
    let mut registry = Registry::new();
    registry.on("test.act", move |job, _| {
        count.fetch_add(1, Ordering::SeqCst);
        async move { answer(job.attempt) }
    });
    registry
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_writes_is_kept_with_its_end_and_its_own_jobs_run_too() {
    let t = TestDb::migrated();
    let clock = Clock::starting_at(noon());
    let count = Arc::new(AtomicUsize::new(0));
    let mut registry = counting(&count, |_| Answer::done());
    registry.on("test.first", |_, now| async move {
        Answer::done().recording(move |tx| outbox::enqueue(tx, Job::new("test.act", json!(1), now), now).map(|_| ()))
    });
    put(&t, vec![Job::new("test.first", json!(null), noon())]).await;
    let ran = worker(&t, &clock, registry, 2).run_due().await;
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(ran >= 2);
    assert!(states(&t).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_is_tried_again_and_then_given_up() {
    let t = TestDb::migrated();
    let clock = Clock::starting_at(noon());
    let count = Arc::new(AtomicUsize::new(0));
    let registry = counting(&count, |attempt| {
        assert!(attempt > 9, "a mistake in a handler");
        Answer::done()
    });
    put(&t, vec![Job::new("test.act", json!(null), noon()).attempts(2)]).await;
    let worker = worker(&t, &clock, registry, 1);
    worker.run_due().await;
    assert_eq!(states(&t).await, [("test.act".into(), JobState::Ready, 1)]);
    clock.set(noon().plus_minutes(10));
    worker.run_due().await;
    assert_eq!(count.load(Ordering::SeqCst), 2);
    let dead = t.db.read(|c| outbox::dead_letters(c, 9)).await.unwrap();
    assert_eq!(dead[0].last_error.as_deref(), Some("the handler failed unexpectedly"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_run_a_periodic_job_once_a_period() {
    let t = TestDb::migrated();
    let clock = Clock::starting_at(noon());
    let count = Arc::new(AtomicUsize::new(0));
    let both: Vec<Worker> = (0..2)
        .map(|_| {
            let mut registry = counting(&count, |_| Answer::done());
            registry.every("test.act", Every::Minutes(60)).every("test.nobody", Every::Minutes(60));
            worker(&t, &clock, registry, 2)
        })
        .collect();
    for round in 1..=3 {
        for worker in &both {
            worker.run_due().await;
            worker.run_due().await;
        }
        assert_eq!(count.load(Ordering::SeqCst), round, "one a period");
        clock.set(clock.now().plus_minutes(60));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_jobs_run_at_once_than_allowed() {
    let t = TestDb::migrated();
    let clock = Clock::starting_at(noon());
    let (now, most, done) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut registry = Registry::new();
    let (running, peak, ended) = (now.clone(), most.clone(), done.clone());
    registry.on("test.act", move |_, _| {
        let (running, peak, ended) = (running.clone(), peak.clone(), ended.clone());
        async move {
            peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            ended.fetch_add(1, Ordering::SeqCst);
            Answer::done()
        }
    });
    put(&t, (0..20).map(|n| Job::new("test.act", json!(n), noon())).collect()).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(worker(&t, &clock, registry, 3).run(async move {
        let _ = stopped.await;
    }));
    while done.load(Ordering::SeqCst) < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    task.await.unwrap();
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert!(states(&t).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_told_to_stop_finishes_what_runs_and_gives_the_rest_back() {
    let t = TestDb::migrated();
    let clock = Clock::starting_at(noon());
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut registry = Registry::new();
    let (tell, wait) = (begun.clone(), go_on.clone());
    registry.on("test.act", move |_, _| {
        let (tell, wait) = (tell.clone(), wait.clone());
        async move {
            tell.notify_one();
            wait.notified().await;
            Answer::done()
        }
    });
    put(&t, (0..2).map(|n| Job::new("test.act", json!(n), noon())).collect()).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(worker(&t, &clock, registry, 1).run(async move {
        let _ = stopped.await;
    }));
    begun.notified().await;
    assert_eq!(states(&t).await, [("test.act".into(), JobState::Running, 2)], "one runs, one waits for its place");
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(30)).await;
    go_on.notify_one();
    task.await.unwrap();
    assert_eq!(states(&t).await, [("test.act".into(), JobState::Ready, 1)], "the first is done, the second untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_end_is_not_recorded_over_a_newer_try() {
    let t = TestDb::migrated();
    let clock = Clock::starting_at(noon());
    let mut registry = Registry::new();
    let (db, moved) = (t.db.clone(), clock.clone());
    registry.on("test.act", move |job, _| {
        let (db, moved) = (db.clone(), moved.clone());
        async move {
            if job.attempt == 1 {
                // Hangs until its lease has run out and another worker has taken over.
                moved.set(noon().plus_minutes(5));
                let claim = outbox::Claim {
                    worker: "other".into(),
                    kinds: vec!["test.act".into()],
                    limit: 1,
                    lease: Duration::from_secs(60),
                };
                let taken = db.write(move |tx| outbox::claim(tx, &claim, noon().plus_minutes(5))).await.unwrap();
                assert_eq!(taken.len(), 1);
            }
            Answer::done().recording(|_| panic!("nothing may be recorded"))
        }
    });
    put(&t, vec![Job::new("test.act", json!(null), noon())]).await;
    worker(&t, &clock, registry, 1).run_due().await;
    assert_eq!(states(&t).await, [("test.act".into(), JobState::Running, 1)], "the other worker's try goes on");
}

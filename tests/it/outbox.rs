//! The outbox: jobs are written with the act, claimed by lease, and end exactly once.

use std::collections::BTreeSet;
use std::time::Duration;

use motcua::db::Error;
use motcua::kernel::{JobId, Timestamp};
use motcua::outbox::{self, Claim, Claimed, Enqueued, Job, JobState};
use serde_json::json;

use crate::support::db::TestDb;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-21T05:00:00Z")
}

fn wanted(worker: &str, limit: i64) -> Claim {
    Claim { worker: worker.into(), kinds: vec!["test.act".into()], limit, lease: Duration::from_secs(60) }
}

async fn put(t: &TestDb, job: Job) -> Enqueued {
    t.db.write(move |tx| outbox::enqueue(tx, job.clone(), noon())).await.unwrap()
}

async fn take(t: &TestDb, worker: &str, limit: i64, now: Timestamp) -> Vec<Claimed> {
    let wanted = wanted(worker, limit);
    t.db.write(move |tx| outbox::claim(tx, &wanted, now)).await.unwrap()
}

fn job(n: i32) -> Job {
    Job::new("test.act", json!({ "n": n, "tên": "Ksor H'Bơ" }), noon())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_refused_act_is_never_there() {
    let t = TestDb::migrated();
    let refused: Result<(), Error> =
        t.db.write(|tx| {
            outbox::enqueue(tx, job(1), noon())?;
            Err(Error::NotFound)
        })
        .await;
    assert!(refused.is_err());
    assert!(take(&t, "w", 10, noon()).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claimed_job_is_held_until_its_lease_runs_out_and_then_returns() {
    let t = TestDb::migrated();
    let id = put(&t, job(1)).await.id();
    let first = take(&t, "one", 10, noon()).await;
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].id, first[0].attempt, first[0].interrupted), (id, 1, false));
    assert_eq!(first[0].payload, json!({ "n": 1, "tên": "Ksor H'Bơ" }));
    assert!(take(&t, "two", 10, noon().plus_seconds(59)).await.is_empty(), "held by the first worker");

    let again = take(&t, "two", 10, noon().plus_seconds(60)).await;
    assert_eq!((again[0].id, again[0].attempt, again[0].interrupted), (id, 2, true));

    let late = first[0].clone();
    let recorded = t.db.write(move |tx| outbox::complete(tx, &late, noon().plus_seconds(61))).await.unwrap();
    assert!(!recorded, "the first worker's answer comes too late");
    let held = again[0].clone();
    assert!(t.db.write(move |tx| outbox::complete(tx, &held, noon().plus_seconds(62))).await.unwrap());
    assert!(take(&t, "two", 10, noon().plus_days(1)).await.is_empty(), "done is done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_claims_again_does_not_take_its_own_late_answer_for_the_new_one() {
    let t = TestDb::migrated();
    put(&t, job(1)).await;
    let first = take(&t, "one", 1, noon()).await.remove(0);
    let second = take(&t, "one", 1, noon().plus_seconds(90)).await.remove(0);
    assert_eq!(second.attempt, 2);
    assert!(!t.db.write(move |tx| outbox::bury(tx, &first, "late", noon())).await.unwrap());
    assert!(t.db.write(move |tx| outbox::live(tx, &second)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn failing_waits_longer_each_time_and_ends_as_a_dead_letter_that_can_be_replayed() {
    let t = TestDb::migrated();
    let id = put(&t, job(1).attempts(2)).await.id();
    let first = take(&t, "w", 1, noon()).await.remove(0);
    assert!(t.db.write(move |tx| outbox::fail(tx, &first, "đường truyền bận", 0.5, noon())).await.unwrap());
    assert!(take(&t, "w", 1, noon().plus_seconds(14)).await.is_empty());
    let second = take(&t, "w", 1, noon().plus_seconds(15)).await.remove(0);
    assert!(second.is_last() && !second.interrupted);
    assert!(t.db.write(move |tx| outbox::fail(tx, &second, "vẫn bận", 0.5, noon())).await.unwrap());

    let dead = t.db.read(|c| outbox::dead_letters(c, 10)).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].id, dead[0].attempts, dead[0].last_error.as_deref()), (id, 2, Some("vẫn bận")));
    assert_eq!(t.db.read(|c| outbox::health(c, noon())).await.unwrap().dead, 1);
    assert!(take(&t, "w", 1, noon().plus_days(9)).await.is_empty());

    assert!(t.db.write(move |tx| outbox::replay(tx, id, noon())).await.unwrap());
    assert!(!t.db.write(move |tx| outbox::replay(tx, id, noon())).await.unwrap(), "it is not dead any more");
    let replayed = take(&t, "w", 1, noon()).await.remove(0);
    assert_eq!((replayed.id, replayed.attempt), (id, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_worker_on_the_last_try_is_not_tried_for_ever() {
    let t = TestDb::migrated();
    let id = put(&t, job(1).attempts(1)).await.id();
    assert_eq!(take(&t, "one", 1, noon()).await.len(), 1);
    assert!(take(&t, "two", 1, noon().plus_minutes(2)).await.is_empty());
    let dead = t.db.read(|c| outbox::dead_letters(c, 10)).await.unwrap();
    assert_eq!(dead[0].id, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unique_key_is_one_job() {
    let t = TestDb::migrated();
    let first = put(&t, job(1).once("k")).await;
    let second = put(&t, job(2).once("k")).await;
    assert!(matches!(first, Enqueued::New(_)));
    assert_eq!(second, Enqueued::Known(first.id()));
    assert_eq!(take(&t, "w", 10, noon()).await.len(), 1);
    assert!(t.db.read(|c| outbox::period_is_planned(c, "k")).await.unwrap());
    assert!(!t.db.read(|c| outbox::period_is_planned(c, "other")).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_due_jobs_of_known_kinds_are_claimed_oldest_first() {
    let t = TestDb::migrated();
    put(&t, Job::new("other.act", json!(null), noon())).await;
    put(&t, Job::new("test.act", json!(3), noon().plus_seconds(3))).await;
    put(&t, Job::new("test.act", json!(1), noon().plus_seconds(1))).await;
    put(&t, Job::new("test.act", json!(2), noon().plus_seconds(2))).await;
    let kinds = vec!["test.act".to_owned()];
    let look = kinds.clone();
    assert!(!t.db.read(move |c| outbox::is_due(c, &look, noon())).await.unwrap());
    assert!(take(&t, "w", 10, noon()).await.is_empty());
    assert!(t.db.read(move |c| outbox::is_due(c, &kinds, noon().plus_seconds(1))).await.unwrap());
    let two = take(&t, "w", 2, noon().plus_seconds(9)).await;
    assert_eq!(two.iter().map(|j| j.payload.clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);

    let health = t.db.read(|c| outbox::health(c, noon().plus_seconds(13))).await.unwrap();
    let expected = [
        ("other.act".to_owned(), JobState::Ready, 1),
        ("test.act".to_owned(), JobState::Ready, 1),
        ("test.act".to_owned(), JobState::Running, 2),
    ];
    assert_eq!(health.waiting, expected);
    assert_eq!(health.oldest_due, Some(noon()));
    assert_eq!(health.lag_seconds(noon().plus_seconds(13)), 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_never_share_a_job() {
    let t = TestDb::migrated();
    t.db.write(|tx| {
        for n in 0..120 {
            outbox::enqueue(tx, job(n), noon())?;
        }
        Ok::<(), Error>(())
    })
    .await
    .unwrap();
    let workers: Vec<_> = (0..6)
        .map(|w| {
            let db = t.db.clone();
            tokio::spawn(async move {
                let mut got = Vec::new();
                loop {
                    let wanted = wanted(&format!("w{w}"), 7);
                    let batch = db.write(move |tx| outbox::claim(tx, &wanted, noon())).await.unwrap();
                    if batch.is_empty() {
                        return got;
                    }
                    got.extend(batch.into_iter().map(|job| job.id));
                }
            })
        })
        .collect();
    let mut all: Vec<JobId> = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 120);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_worker_gives_back_what_it_holds() {
    let t = TestDb::migrated();
    put(&t, job(1).attempts(1)).await;
    put(&t, job(2).attempts(2)).await;
    let mut held = take(&t, "one", 2, noon()).await;
    let untouched = held.remove(0);
    assert!(t.db.write(move |tx| outbox::give_back(tx, &untouched)).await.unwrap());
    assert_eq!(t.db.write(|tx| outbox::release(tx, "one", noon())).await.unwrap(), 1);
    let next = take(&t, "two", 2, noon()).await;
    let seen: Vec<_> = next.iter().map(|j| (j.payload["n"].clone(), j.attempt, j.interrupted)).collect();
    assert_eq!(seen, [(json!(2), 2, true), (json!(1), 1, false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn purging_removes_old_done_jobs_and_keeps_dead_letters() {
    let t = TestDb::migrated();
    put(&t, job(1)).await;
    put(&t, job(2)).await;
    let mut two = take(&t, "w", 2, noon()).await;
    let (done, dead) = (two.remove(0), two.remove(0));
    assert!(t.db.write(move |tx| outbox::complete(tx, &done, noon())).await.unwrap());
    let dead_id = dead.id;
    assert!(t.db.write(move |tx| outbox::bury(tx, &dead, "sai số điện thoại", noon())).await.unwrap());
    assert_eq!(t.db.write(|tx| outbox::purge(tx, noon())).await.unwrap(), 0);
    assert_eq!(t.db.write(|tx| outbox::purge(tx, noon().plus_seconds(1))).await.unwrap(), 1);
    assert_eq!(t.db.read(|c| outbox::dead_letters(c, 9)).await.unwrap()[0].id, dead_id);
    assert!(t.db.write(move |tx| outbox::drop_dead(tx, dead_id)).await.unwrap());
    assert!(t.db.read(|c| outbox::dead_letters(c, 9)).await.unwrap().is_empty());
}

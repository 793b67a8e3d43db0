//! The transaction kernel: group commit, savepoints, panics, conflicts.

use diesel::prelude::*;
use motcua::db::schema::{rate_counters, versions};
use motcua::db::{Error, Tx};
use motcua::kernel::Timestamp;

use crate::support::db::TestDb;

fn put(tx: &mut Tx<'_>, name: &str, version: i64) -> Result<(), Error> {
    diesel::insert_into(versions::table)
        .values((versions::name.eq(name), versions::version.eq(version)))
        .execute(tx.conn())?;
    Ok(())
}

fn count(db: &TestDb) -> i64 {
    db.db.read_blocking(|c| versions::table.count().get_result(c).map_err(Error::from)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_keeps_nothing_and_harms_nobody_beside_it() {
    let t = TestDb::migrated();
    let mut tasks = Vec::new();
    for i in 0..200i64 {
        let db = t.db.clone();
        tasks.push(tokio::spawn(async move {
            db.write(move |tx| {
                put(tx, &format!("v{i}"), i)?;
                if i % 3 == 0 { Err(Error::NotFound) } else { Ok(i) }
            })
            .await
        }));
    }
    let mut kept = 0;
    for task in tasks {
        kept += i64::from(task.await.unwrap().is_ok());
    }
    assert_eq!(kept, 133);
    assert_eq!(count(&t), 133);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_rolls_back_its_own_rows_even_from_a_savepoint() {
    let t = TestDb::migrated();
    let bad = t.db.write(|tx| {
        put(tx, "outer", 1)?;
        tx.attempt(|tx| {
            put(tx, "inner", 1)?;
            assert_eq!(1 + 1, 3, "a mistake in a use case");
            Ok::<(), Error>(())
        })
    });
    assert!(matches!(bad.await, Err(Error::Panicked)));
    t.db.write(|tx| put(tx, "after", 1)).await.unwrap();
    assert_eq!(count(&t), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_fails_leaves_the_rest_of_the_transaction() {
    let t = TestDb::migrated();
    t.db.write(|tx| {
        put(tx, "kept", 1)?;
        let tried = tx.attempt(|tx| {
            put(tx, "tried", 1)?;
            Err::<(), _>(Error::NotFound)
        });
        assert!(tried.is_err());
        put(tx, "kept too", 1)
    })
    .await
    .unwrap();
    assert_eq!(count(&t), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_key_is_told_as_unique() {
    let t = TestDb::migrated();
    t.db.write(|tx| put(tx, "one", 1)).await.unwrap();
    assert!(matches!(t.db.write(|tx| put(tx, "one", 2)).await, Err(Error::Unique(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_from_many_tasks_loses_nothing() {
    let t = TestDb::migrated();
    let at: Timestamp = "2026-11-21T01:02:03.000004Z".parse().unwrap();
    t.db.write(move |tx| {
        diesel::insert_into(rate_counters::table)
            .values((rate_counters::key.eq("k"), rate_counters::window_start.eq(at), rate_counters::hits.eq(0)))
            .execute(tx.conn())
            .map_err(Error::from)
    })
    .await
    .unwrap();
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let db = t.db.clone();
            tokio::spawn(async move {
                db.write(|tx| {
                    diesel::update(rate_counters::table.find("k"))
                        .set(rate_counters::hits.eq(rate_counters::hits + 1))
                        .execute(tx.conn())
                        .map_err(Error::from)
                })
                .await
                .unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let (hits, read_at): (i32, Timestamp) =
        t.db.read(|c| {
            rate_counters::table
                .select((rate_counters::hits, rate_counters::window_start))
                .first(c)
                .map_err(Error::from)
        })
        .await
        .unwrap();
    assert_eq!((hits, read_at), (100, at));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write_on_the_embedded_engine() {
    let t = TestDb::migrated();
    if t.db.engine() == motcua::db::Engine::Postgres {
        return;
    }
    let wrote = t.db.read(|c| diesel::delete(versions::table).execute(c).map_err(Error::from)).await;
    assert!(wrote.is_err());
}

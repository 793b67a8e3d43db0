//! Files that nothing refers to, floods of uploads, guesses of the digits.

use jiff::SignedDuration;
use motcua::accounts::limits;
use motcua::documents::{ArchiveError, blobs::BlobError};
use motcua::kernel::DossierId;
use serde_json::Value;

use crate::support::app::TestApp;
use crate::support::citizen::{Citizen, is_problem};
use crate::support::demo::{self, AN, BINH, PAPER};

const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// A paper of its own.
fn paper(mark: &str) -> Vec<u8> {
    [PAPER, format!("\n% {mark}\n").as_bytes()].concat()
}

async fn sweep(t: &TestApp, at: &str) -> usize {
    t.set_clock(at);
    t.app.archive.sweep(GRACE, t.app.now()).await.unwrap()
}

async fn is_kept(t: &TestApp, content: &[u8]) -> bool {
    let hash = motcua::documents::blobs::BlobHash::of(content).to_string();
    match t.app.archive.content(&hash).await {
        Ok(_) => true,
        Err(ArchiveError::Blob(BlobError::NotFound(_))) => false,
        Err(e) => panic!("{e}"),
    }
}

/// Every file that the dossiers, results and papers of the database refer to can be read.
async fn nothing_is_missing(t: &TestApp) {
    let read = |c: &mut motcua::db::Conn| motcua::documents::referred_to(c);
    for hash in t.app.db.read(read).await.unwrap() {
        assert!(t.app.archive.content(&hash).await.is_ok(), "{hash}");
    }
}

#[tokio::test]
async fn only_files_that_nothing_refers_to_are_swept_and_only_after_a_day() {
    let t = demo::portal().await;
    let binh = Citizen::of(&t, BINH).await;
    let draft = binh.draft(&t).await;
    let id = draft["id"].as_str().unwrap();
    let send = async |mark: &str| {
        let sent = binh.upload(id, "giay_chung_sinh", ("a.pdf", &paper(mark))).await;
        assert_eq!(sent.status, 201, "{}", sent.body);
        sent.json()["id"].as_str().unwrap().to_owned()
    };
    let take_off = async |document: &str| {
        let path = format!("/dossiers/{id}/attachments/{document}");
        assert_eq!(binh.json("DELETE", &path, Value::Null).await.status, 204);
    };
    let (gone, back) = (send("gone").await, send("back").await);
    send("stays").await;
    take_off(&gone).await;
    take_off(&back).await;
    let never = t.app.archive.take_in("x.pdf".into(), paper("never attached"), t.app.now()).await.unwrap();
    let other = binh.draft(&t).await["id"].as_str().unwrap().to_owned();
    assert_eq!(binh.upload(&other, "giay_chung_sinh", ("b.pdf", &paper("draft"))).await.status, 201);

    assert_eq!(sweep(&t, "2026-11-18T10:00:00+07:00").await, 0, "now they are known to be unreferenced");
    send("back").await;
    assert_eq!(sweep(&t, "2026-11-19T09:59:00+07:00").await, 0, "a day is not over");
    assert!(sweep(&t, "2026-11-19T10:01:00+07:00").await >= 2, "taken off, and never attached");
    assert!(!is_kept(&t, &paper("gone")).await && !is_kept(&t, &paper("never attached")).await);
    for kept in ["back", "stays", "draft"] {
        assert!(is_kept(&t, &paper(kept)).await, "{kept}");
    }
    nothing_is_missing(&t).await;
    assert!(!never.hash.to_string().is_empty());

    // The same content again is a new file; a draft that is thrown away leaves its files to the next day.
    let binh = Citizen::of(&t, BINH).await;
    assert_eq!(binh.upload(id, "giay_chung_sinh", ("a.pdf", &paper("gone"))).await.status, 201);
    assert!(is_kept(&t, &paper("gone")).await);
    assert_eq!(binh.json("DELETE", &format!("/dossiers/{other}"), Value::Null).await.status, 204);
    assert_eq!(sweep(&t, "2026-11-20T11:00:00+07:00").await, 0);
    assert_eq!(sweep(&t, "2026-11-21T11:01:00+07:00").await, 1);
    assert!(!is_kept(&t, &paper("draft")).await);
    nothing_is_missing(&t).await;
}

#[tokio::test]
async fn one_account_sends_only_so_many_files_in_an_hour() {
    let t = demo::portal().await;
    let (an, binh) = (Citizen::of(&t, AN).await, Citizen::of(&t, BINH).await);
    let id = binh.draft(&t).await["id"].as_str().unwrap().to_owned();
    assert_eq!(binh.upload(&id, "giay_chung_sinh", ("a.pdf", PAPER)).await.status, 201);
    let dossier: DossierId = id.parse().unwrap();
    let account = t.app.db.read(move |c| motcua::dossiers::by_id(c, dossier)).await.unwrap().applicant_account.unwrap();
    let now = t.app.now();
    let fill = move |tx: &mut motcua::db::Tx<'_>| {
        (0..199).try_for_each(|_| {
            limits::hit(tx, &format!("uploads:{account}"), SignedDuration::from_hours(1), u32::MAX, now)
        })
    };
    t.app.db.write(fill).await.unwrap();
    let tired = binh.upload(&id, "giay_chung_sinh", ("a.pdf", PAPER)).await;
    is_problem(&tired, 429, "too-many-uploads");
    assert!(tired.header("retry-after").parse::<u32>().unwrap() <= 3600);
    let own = an.draft(&t).await["id"].as_str().unwrap().to_owned();
    assert_eq!(an.upload(&own, "giay_chung_sinh", ("a.pdf", PAPER)).await.status, 201, "another person goes on");
    t.set_clock("2026-11-18T10:00:01+07:00");
    assert_eq!(binh.upload(&id, "giay_chung_sinh", ("a.pdf", PAPER)).await.status, 201, "the next hour");
}

#[tokio::test]
async fn one_address_cannot_shut_the_person_of_a_dossier_out() {
    let t = TestApp::with_demonstration(&[("MOTCUA__SERVER__TRUSTED_PROXIES", "127.0.0.1")]);
    let binh = Citizen::of(&t, BINH).await;
    let id = binh.complete_draft(&t).await;
    let reference = binh.submit(&id, "x").await.json()["reference"].as_str().unwrap().to_owned();
    let ask = async |address: &str, digits: &str| {
        let path = format!("/api/v1/tracking/{reference}?verifier={digits}");
        let visitor = t.visitor();
        visitor.send(visitor.request("GET", &path).header("x-forwarded-for", address)).await
    };
    for n in 0..20 {
        let status = ask("203.0.113.7", &format!("{n:04}")).await.status;
        assert_eq!(status, if n < 4 { 200 } else { 429 }, "guess {n}");
    }
    assert_eq!(ask("203.0.113.7", "0022").await.status, 429, "not even right digits are looked at");
    for n in 0..10 {
        let owner = ask("198.51.100.1", "0022").await;
        assert_eq!(owner.json()["verified"], true, "look {n}: {}", owner.body);
    }
    for n in 0..8 {
        ask(&format!("203.0.113.{}", 10 + n), "9999").await;
    }
    is_problem(&ask("203.0.113.99", "9999").await, 429, "too-many-guesses");
    t.set_clock("2026-11-18T15:00:00+07:00");
    assert_eq!(ask("198.51.100.1", "0022").await.json()["verified"], true, "six hours later at the latest");
}

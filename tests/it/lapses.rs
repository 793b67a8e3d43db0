//! What the product does when time runs out: unanswered supplements, silence about drafts, drafts nobody files.

use motcua::app::filing::Start;
use motcua::dossiers::{self, Dossier, Intake, Status, Step};
use motcua::kernel::Timestamp;
use serde_json::{Value, json};

use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, BINH, COMMITTEE};

async fn dossier(t: &TestApp, name: &str) -> Dossier {
    let name = name.to_owned();
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &name)?;
        dossiers::by_id(c, id)
    };
    t.app.db.read(read).await.unwrap()
}

async fn last_event(t: &TestApp, name: &str) -> dossiers::Event {
    let id = dossier(t, name).await.id;
    t.app.db.read(move |c| dossiers::events_of(c, id)).await.unwrap().pop().unwrap()
}

async fn does(t: &TestApp, who: &str, name: &str, (step, body): (Step, Value)) {
    let who = demo::officer(&t.app, who).await;
    demo::act(&t.app, &who, name, (step, body)).await;
}

fn asking() -> (Step, Value) {
    let items = json!([{"document": "giay_chung_sinh", "note": "Chụp lại."}]);
    (Step::RequestSupplement, json!({"reason": "Mờ.", "items": items, "due_on": "2026-11-20"}))
}

#[tokio::test]
async fn an_unanswered_supplement_ends_the_dossier_after_its_last_day() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let (new, taken) = (an.files(&t).await, an.files(&t).await);
    does(&t, "clerk", &taken, (Step::Accept, json!({}))).await;
    for name in [&new, &taken] {
        does(&t, "clerk", name, asking()).await;
    }
    t.set_clock("2026-11-20T16:00:00+07:00");
    t.run_jobs().await;
    assert_eq!(dossier(&t, &new).await.status(), Status::SupplementRequested, "the last day counts");
    t.set_clock("2026-11-21T00:30:00+07:00");
    t.run_jobs().await;
    for (name, status, paper) in [(&new, Status::AcceptanceRefused, "mau-03"), (&taken, Status::Stopped, "mau-05")] {
        let ended = dossier(&t, name).await;
        assert_eq!((ended.status(), ended.step.as_deref()), (status, None));
        let event = last_event(&t, name).await;
        assert_eq!((event.act.as_str(), event.actor_kind.as_str()), ("lapse", "system"));
        let made = t.app.db.read(move |c| motcua::documents::paper_of(c, ended.id, paper)).await.unwrap();
        assert!(made.is_some(), "{paper}");
        let requests = t.app.db.read(move |c| dossiers::supplements_of(c, ended.id)).await.unwrap();
        assert!(requests.iter().all(|r| !r.is_open()));
        let fees = t.app.db.read(move |c| motcua::payments::lines_of(c, ended.id)).await.unwrap();
        let owes = motcua::payments::owed(&fees).0 > 0;
        assert_eq!(owes, name == &taken, "what was never taken in owes nothing");
    }
}

#[tokio::test]
async fn silence_about_a_draft_is_consent_after_a_working_day() {
    let t = demo::portal().await;
    let name = Person::citizen(&t, AN).await.files(&t).await;
    does(&t, "clerk", &name, (Step::Accept, json!({}))).await;
    does(&t, "clerk", &name, (Step::Forward, json!({}))).await;
    let body = json!({"data": {}, "outcome": "granted", "ask_citizen": true});
    does(&t, "handler", &name, (Step::DraftResult, body)).await;
    let asked = dossier(&t, &name).await;
    assert!(asked.paused_since.is_some());
    t.set_clock("2026-11-19T16:50:00+07:00");
    t.run_jobs().await;
    assert!(dossier(&t, &name).await.flags.awaiting_confirmation.is_some(), "the day is not over");
    t.set_clock("2026-11-19T17:10:00+07:00");
    t.run_jobs().await;
    let agreed = dossier(&t, &name).await;
    assert!(agreed.flags.awaiting_confirmation.is_none() && !agreed.flags.draft_objected);
    assert!(agreed.paused_since.is_none() && agreed.due_at > asked.due_at, "the clock goes on, and later");
    let event = last_event(&t, &name).await;
    assert_eq!((event.act.as_str(), event.actor_kind.as_str()), ("confirm_draft", "system"));
    assert_eq!(event.changes["ok"], true);
}

/// Begins a draft at a moment; its id.
async fn begins(t: &TestApp, number: &str, when: &str) -> String {
    let app = t.app.at(when.parse::<Timestamp>().unwrap());
    let index = motcua::accounts::number_index(&app.keys, number);
    let now = app.now();
    let citizen = app.db.read(move |c| {
        let kind = motcua::accounts::AccountKind::Citizen;
        let account = motcua::accounts::people::by_number(c, kind, &index)?.unwrap();
        motcua::accounts::people::actor(c, account.id, now)
    });
    let start = Start {
        procedure_code: "1.001193".into(),
        agency_code: COMMITTEE.into(),
        case: None,
        data: None,
        on_behalf_of: None,
        intake: Intake::SelfRemote,
        applicant: None,
    };
    app.begin_dossier(&citizen.await.unwrap(), start).await.unwrap().dossier.id.to_string()
}

async fn warnings(t: &TestApp, draft: &str) -> usize {
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let items = outbox["items"].as_array().unwrap();
    items.iter().filter(|m| m["channel"] == "email" && m["text"].as_str().unwrap().contains(draft)).count()
}

#[tokio::test]
async fn drafts_are_kept_ninety_days_and_their_owners_told_two_weeks_before() {
    let t = demo::portal().await;
    let old = begins(&t, BINH, "2026-11-18T09:00:00+07:00").await;
    let renewed = begins(&t, BINH, "2026-11-18T09:05:00+07:00").await;
    // 90 days end on 2027-02-16; two weeks before is 2027-02-02.
    t.set_clock("2027-02-02T04:00:00+07:00");
    t.run_jobs().await;
    assert_eq!(warnings(&t, &old).await, 0, "not before two weeks");
    t.set_clock("2027-02-03T04:00:00+07:00");
    t.run_jobs().await;
    t.set_clock("2027-02-04T04:00:00+07:00");
    t.run_jobs().await;
    assert_eq!((warnings(&t, &old).await, warnings(&t, &renewed).await), (1, 1), "once");
    // Who saves a draft keeps it for another ninety days.
    let app = &t.app;
    let binh = Person::citizen(&t, BINH).await;
    let path = format!("/api/v1/dossiers/{renewed}");
    let patch = json!({"data": {"quan_he": {"nyc_quan_he": "Mẹ"}}});
    let saved = binh.program.send(binh.program.request("PATCH", &path).bearer_auth(&binh.token).json(&patch)).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    t.set_clock("2027-02-17T04:00:00+07:00");
    t.run_jobs().await;
    let id = old.clone();
    let gone = app.db.read(move |c| dossiers::find_id(c, &id)).await;
    assert!(matches!(gone, Err(motcua::db::Error::NotFound)), "{gone:?}");
    assert_eq!(dossier(&t, &renewed).await.warned, 0, "told again before its new end");
}

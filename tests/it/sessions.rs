//! Procedures that take dossiers in sessions (đợt): filed while one is open, changed until it closes.

use motcua::catalog::procedures;
use motcua::kernel::Actor;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::citizen::{Citizen, is_problem, pointers};
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::{Form, plain};

const EXAM: &str = "1.005142";

async fn school(t: &TestApp) -> String {
    let snapshot = t.app.catalogue.snapshot(&t.app.db).await.unwrap();
    snapshot.agencies_for(EXAM)[0].code.clone()
}

/// A complete draft of the exam's registration.
async fn draft(t: &TestApp, who: &Citizen) -> String {
    let example = demo::form_of(&t.app, EXAM).await.examples()[0].clone();
    let body = json!({"procedure_code": EXAM, "agency_code": school(t).await, "data": example});
    who.begin(body).await["id"].as_str().unwrap().to_owned()
}

/// Attaches what is missing and files.
async fn file(t: &TestApp, who: &Citizen) -> Value {
    let id = draft(t, who).await;
    let first = who.submit(&id, "k").await;
    if first.status == 422 {
        who.attach(&id, pointers(&first)).await;
        return who.submit(&id, "k").await.json();
    }
    first.json()
}

/// A free text of the answers that may be changed: section, key.
fn a_name(data: &Value) -> (String, String) {
    let sections = data.as_object().unwrap();
    let found = sections.iter().find_map(|(section, fields)| {
        let key = fields.as_object()?.keys().find(|key| key.contains("ho_ten"))?;
        Some((section.clone(), key.clone()))
    });
    found.unwrap()
}

#[tokio::test]
async fn outside_a_session_filing_is_refused_with_the_next_one() {
    let t = demo::portal().await;
    let an = Citizen::of(&t, AN).await;
    let id = draft(&t, &an).await;
    t.set_clock("2027-04-05T09:00:00+07:00");
    let an = Citizen::of(&t, AN).await;
    let refused = an.submit(&id, "k").await;
    is_problem(&refused, 409, "filing-closed");
    let told = refused.json();
    assert!(told["detail"].as_str().unwrap().contains("Kỳ thi tốt nghiệp THPT 2027"), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("08:00 ngày 21/04/2027"), "{told}");
    assert_eq!(told["next_session"]["code"], "thpt-2027");
    let request = an.program.request("POST", &format!("/api/v1/dossiers/{id}/submit")).bearer_auth(&an.token);
    let english = an.program.send(request.header("accept-language", "en")).await.json();
    assert!(english["detail"].as_str().unwrap().starts_with("No filing session is open now"), "{english}");
    t.set_clock("2027-04-28T17:00:00+07:00");
    let an = Citizen::of(&t, AN).await;
    let over = an.submit(&id, "k").await;
    is_problem(&over, 409, "filing-closed");
    assert_eq!(over.json().get("next_session"), None, "the last session is over to the second");
}

#[tokio::test]
async fn a_filed_dossier_may_be_changed_until_its_session_ends() {
    let t = demo::portal().await;
    let an = Citizen::of(&t, AN).await;
    let filed = file(&t, &an).await;
    assert_eq!((&filed["status"]["number"], &filed["session"]["code"]), (&json!(1), &json!("thu-2026")), "{filed}");
    assert!(filed["session"]["editable_until"].is_string());
    let path = format!("/dossiers/{}", filed["reference"].as_str().unwrap());
    let (section, key) = a_name(&filed["data"]);
    let with = |value: Value| json!({"data": {&section: {&key: value}}});

    let changed = an.json("PATCH", &path, with(json!("Nguyễn Văn Ân"))).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["data"][&section][&key], "Nguyễn Văn Ân");
    assert_eq!(an.get(&path).await.json()["data"][&section][&key], "Nguyễn Văn Ân");
    let same = an.json("PATCH", &path, with(json!("Nguyễn Văn Ân"))).await.json();
    assert_eq!(same["version"], changed.json()["version"], "no change, no event");
    let incomplete = an.json("PATCH", &path, with(Value::Null)).await;
    assert_eq!(pointers(&incomplete), [format!("/data/{section}/{key}")], "what is filed stays complete");
    let events = an.get(&format!("{path}/events")).await.json();
    let acts: Vec<&str> = events["items"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["submit", "amend"]);
    let document = filed["documents"][0]["id"].as_str().unwrap_or("none");
    assert_ne!(an.json("DELETE", &format!("{path}/attachments/{document}"), json!({})).await.status, 204);

    // On the pages.
    let browser = t.signed_in(AN, PASSWORD).await;
    let page = browser.get(&format!("/ho-so/{}", filed["reference"].as_str().unwrap())).await;
    assert!(plain(&page.body).contains("Bạn còn sửa được hồ sơ này đến"), "{}", plain(&page.body));
    let address = format!("/ho-so/{}/to-khai/{section}", filed["reference"].as_str().unwrap());
    let form = Form::with_action(&browser.get(&address).await.body, &address);
    let mut sent = form.clone();
    sent.set(&format!("{section}.{key}"), "Nguyễn Văn An");
    let saved = browser.submit(&sent).await;
    assert_eq!(saved.status, 303, "{}", plain(&saved.body));
    assert_eq!(an.get(&path).await.json()["data"][&section][&key], "Nguyễn Văn An");
    let mut emptied = form;
    emptied.set(&format!("{section}.{key}"), "");
    assert_eq!(browser.submit(&emptied).await.status, 422);

    // An accepted dossier too; after the end nobody.
    let clerk = demo::officer(&t.app, "clerk.truong").await;
    let name = filed["reference"].as_str().unwrap();
    demo::act(&t.app, &clerk, name, (motcua::dossiers::Step::Accept, json!({}))).await;
    assert_eq!(an.json("PATCH", &path, with(json!("Nguyễn Văn Ân"))).await.status, 200);
    t.set_clock("2027-03-31T17:00:00+07:00");
    let an = Citizen::of(&t, AN).await;
    let late = an.json("PATCH", &path, with(json!("Nguyễn Văn An"))).await;
    is_problem(&late, 409, "session-over");
    assert!(late.json()["detail"].as_str().unwrap().contains("17:00 ngày 31/03/2027"), "{}", late.body);
    assert_eq!(an.get(&path).await.json()["session"]["editable_until"], Value::Null);
    let page = t.signed_in(AN, PASSWORD).await.get(&format!("/ho-so/{name}")).await;
    assert_eq!(page.status, 200);
    assert!(!plain(&page.body).contains("Bạn còn sửa được"));

    // The session is prolonged: the dates that hold now count, also for dossiers of an older revision.
    let current = t.app.catalogue.published(&t.app.db, EXAM).await.unwrap().unwrap();
    let mut revision = (*current.content).clone();
    revision.filing_windows[0].closes_at = "2027-04-10T17:00:00+07:00".parse().unwrap();
    revision.filing_windows[0].editable_until = None;
    let now = t.app.now();
    t.app.db.write(move |tx| procedures::publish(tx, &revision, &Actor::System, now)).await.unwrap();
    assert_eq!(an.json("PATCH", &path, with(json!("Nguyễn Văn An"))).await.status, 200);
}

/// The exam costs something for who has a certain name.
async fn with_a_fee_for(t: &TestApp, (section, key): (&str, &str), name: &str) {
    let current = t.app.catalogue.published(&t.app.db, EXAM).await.unwrap().unwrap();
    let mut revision = (*current.content).clone();
    let condition = json!({"properties": {section: {"properties": {key: {"const": name}}, "required": [key]}}});
    let fee = json!({
        "code": "du_thi", "kind": "fee", "name": {"vi": "Phí dự thi", "en": "Exam fee"}, "due": "filing",
        "amount": {"by": "fixed", "amount": 30_000}, "condition": condition,
    });
    for case in &mut revision.cases {
        case.fees.push(serde_json::from_value(fee.clone()).unwrap());
    }
    let now = t.app.now();
    t.app.db.write(move |tx| procedures::publish(tx, &revision, &Actor::System, now)).await.unwrap();
    // As stale as a node's catalogue may be.
    tokio::time::sleep(motcua::catalog::Catalogue::STALENESS).await;
}

#[tokio::test]
async fn changed_answers_that_cost_something_stop_the_acceptance_clock_until_they_do_not() {
    let t = demo::portal().await;
    let example = demo::form_of(&t.app, EXAM).await.examples()[0].clone();
    let (section, key) = a_name(&example);
    with_a_fee_for(&t, (&section, &key), "Nguyễn Văn Ân").await;
    let an = Citizen::of(&t, AN).await;
    let filed = file(&t, &an).await;
    assert!(filed["acceptance_due_at"].is_string() && filed["fees_due"] == 0, "{filed}");
    let path = format!("/dossiers/{}", filed["reference"].as_str().unwrap());
    for (name, owed) in [("Nguyễn Văn Ân", 30_000), ("Nguyễn Văn An", 0)] {
        let changed = an.json("PATCH", &path, json!({"data": {&section: {&key: name}}})).await.json();
        assert_eq!(changed["fees_due"], owed, "{changed}");
        assert_eq!(changed["acceptance_due_at"].is_string(), owed == 0, "{changed}");
    }
}

#[tokio::test]
async fn dossiers_without_a_session_stay_as_filed() {
    let t = demo::portal().await;
    let an = Citizen::of(&t, AN).await;
    let id = an.complete_draft(&t).await;
    assert_eq!(an.submit(&id, "k").await.status, 200);
    let path = format!("/dossiers/{id}");
    is_problem(&an.json("PATCH", &path, json!({"data": {}})).await, 409, "not-allowed");
    is_problem(&an.upload(&id, "giay_chung_sinh", ("a.pdf", demo::PAPER)).await, 409, "not-allowed");
    assert_eq!(an.get(&path).await.json()["session"], Value::Null);
}

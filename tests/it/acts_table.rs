//! Every act over the JSON API × who may not: wrong role, other agency, other field, relative, wrong state, nobody.

use motcua::accounts::assign::{self, Assign};
use motcua::accounts::{self, agencies, relatives};
use motcua::dossiers::Step;
use motcua::kernel::national::{Party, PersonalNumber};
use motcua::kernel::{Actor, Role};
use motcua::office::action::{Action, OFFICER_ACTS, perform};
use motcua::office::sign::{Signed, sign};
use motcua::office::{ActError, Target};
use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, BINH};

/// An act, who of the first commune does it, and who does not.
const ACTS: [(&str, &str, &[&str]); 28] = [
    ("accept", "clerk", &["handler", "approver", "records", "head"]),
    ("refuse_acceptance", "clerk", &["handler", "approver", "records", "head"]),
    ("confirm_exemption", "clerk", &["handler", "approver", "records", "head"]),
    ("refuse_exemption", "clerk", &["handler", "approver", "records", "head"]),
    ("request_supplement", "clerk", &["approver", "records", "head"]),
    ("request_payment", "handler", &["approver", "records", "head"]),
    ("forward", "clerk", &["head"]),
    ("return_back", "handler", &["clerk", "head"]),
    ("ask_opinion", "handler", &["clerk", "approver", "records", "head"]),
    ("give_opinion", "approver", &["clerk", "records"]),
    ("extend", "handler", &["records", "head"]),
    ("stop", "handler", &["clerk", "records", "head"]),
    ("approve", "approver", &["clerk", "handler", "records", "head"]),
    ("reject", "approver", &["clerk", "handler", "records", "head"]),
    ("sign", "approver", &["handler", "head"]),
    ("hand_over", "clerk", &["handler", "approver", "head"]),
    ("assign", "clerk", &["records"]),
    ("receive", "clerk", &["head"]),
    ("draft_result", "handler", &["clerk", "approver", "records", "head"]),
    ("resume", "handler", &["clerk", "records", "head"]),
    ("close", "approver", &["clerk", "records", "head"]),
    ("correct", "approver", &["clerk", "handler", "records", "head"]),
    ("confirm_withdrawal", "clerk", &["records", "head"]),
    ("decline_withdrawal", "clerk", &["records", "head"]),
    ("record_payment", "clerk", &["handler", "approver", "head"]),
    ("waive_fee", "approver", &["clerk", "handler", "records"]),
    ("record_supplement", "clerk", &["handler", "approver", "records", "head"]),
    ("revoke_result", "approver", &["clerk", "handler", "records", "head"]),
];

/// Acts that a dossier just filed does not take; the others are refused by one that was withdrawn.
const NOT_WHEN_NEW: [&str; 4] = ["hand_over", "revoke_result", "resume", "correct"];

/// Signs in whom the table names, and their colleagues of the second commune.
async fn everybody(t: &TestApp) -> Vec<(&'static str, Person)> {
    let mut all = Vec::new();
    for name in ["clerk", "handler", "approver", "records", "head", "clerk2", "handler2", "approver2", "auditor"] {
        all.push((name, Person::officer(t, name).await));
    }
    all.push(("accounts", Person::officer(t, "accounts").await));
    all
}

fn find<'a>(all: &'a [(&'static str, Person)], name: &str) -> &'a Person {
    &all.iter().find(|(known, _)| *known == name).unwrap().1
}

async fn declares(t: &TestApp, officer: &str, number: &str) {
    let who = demo::officer(&t.app, officer).await;
    let party = Party::person(&PersonalNumber::parse(number).unwrap());
    let (sealed, now) = (accounts::seal(&t.app.keys, &party).unwrap(), t.app.now());
    t.app.db.write(move |tx| relatives::declare(tx, &who, &sealed, "anh", now)).await.unwrap();
}

#[test]
fn the_table_names_every_act() {
    let mut named: Vec<&str> = ACTS.iter().map(|(act, _, _)| *act).collect();
    let mut all: Vec<&str> = OFFICER_ACTS.iter().map(|step| step.as_str()).collect();
    named.sort_unstable();
    all.sort_unstable();
    assert_eq!(named, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_refuses_whoever_may_not_and_whatever_can_not_be() {
    let t = demo::portal().await;
    let all = everybody(&t).await;
    let an = Person::citizen(&t, AN).await;
    let (new, gone) = (an.files(&t).await, an.files(&t).await);
    assert_eq!(an.post(&format!("/dossiers/{gone}/withdraw"), json!({"reason": "Nhầm."})).await.status, 200);
    let nothing = || json!({});
    for (act, right, wrong) in ACTS {
        let place = format!("/office/dossiers/{new}/actions/{act}");
        assert_eq!(t.visitor().post_json(&format!("/api/v1{place}"), &nothing()).await.status, 401, "{act}: nobody");
        assert_eq!(an.act(&new, act, nothing()).await.status, 403, "{act}: the citizen");
        for name in wrong.iter().chain(["auditor", "accounts"].iter()) {
            is_forbidden(find(&all, name), &new, act, name).await;
        }
        is_forbidden(find(&all, &format!("{right}2")), &new, act, "of another agency").await;
        let right = find(&all, right);
        let unknown = right.act("H57.31-261118-9999", act, nothing()).await;
        assert_eq!(unknown.status, 404, "{act} upon nothing");
        let late = if NOT_WHEN_NEW.contains(&act) { &new } else { &gone };
        let refused = is_problem(&right.act(late, act, nothing()).await, 409);
        assert!(refused["type"].as_str().unwrap().ends_with("not-allowed"), "{act}: {refused}");
        assert!(!refused["allowed_actions"].as_array().unwrap().contains(&json!(act)), "{act}: {refused}");
    }
    for (name, role) in [("clerk2", Role::Clerk), ("handler2", Role::Handler), ("approver2", Role::Approver)] {
        demo::assign_in_field(&t.app, name, role, "1.013225").await;
    }
    for (officer, number) in [("clerk", AN), ("handler", BINH), ("approver", AN)] {
        declares(&t, officer, number).await;
    }
    for (act, right, _) in ACTS {
        is_forbidden(find(&all, &format!("{right}2")), &new, act, "of another field").await;
        is_forbidden(find(&all, right), &new, act, "a relative").await;
    }
}

/// A body that each act would take: what is refused is refused for the person.
fn body_of(act: &str) -> Value {
    match act {
        "request_supplement" => json!({"reason": "Mờ.", "items": [{"note": "Chụp lại."}]}),
        "request_payment" => {
            json!({"reason": "Phí.", "lines": [{"kind": "phi", "name": "Phí", "amount_vnd": 1000}]})
        }
        "record_payment" => json!({"method": "cash"}),
        "ask_opinion" => {
            json!({"agency": motcua::kernel::AgencyId::new(), "question": "Có không?", "due_on": "2026-11-20"})
        }
        "give_opinion" => json!({"text": "Có."}),
        "extend" => json!({"reason": "Chờ.", "new_due_at": "2026-12-30T17:00:00+07:00"}),
        "assign" => json!({"assignee": null}),
        "draft_result" => demo::birth_draft(),
        "hand_over" => json!({"method": "online"}),
        _ => json!({"reason": "Lý do."}),
    }
}

/// Does an act by the use case alone: no page, no API, no opening of the dossier before it.
async fn performs(t: &TestApp, who: &Actor, (name, act): (&str, &str)) -> Result<(), ActError> {
    let opened = t.app.open_dossier(&Actor::System, name).await.unwrap();
    let (who, rules, target, now) = (who.clone(), opened.rules, Target::from(opened.dossier.id), t.app.now());
    if act == "sign" {
        let cmd = Signed {
            target,
            result: motcua::kernel::ResultId::new(),
            position: 1,
            certificates: vec!["CN=x".into()],
            blob: "0".repeat(64),
        };
        return t.app.db.write(move |tx| undone(sign(tx, &who, &cmd, &rules, now).map(drop))).await;
    }
    let action = Action::parse(Step::parse(act).unwrap(), &body_of(act)).unwrap();
    t.app.db.write(move |tx| undone(perform(tx, &who, (target, &action), &rules, now).map(drop))).await
}

/// What was done is taken back with its transaction.
fn undone(done: Result<(), ActError>) -> Result<(), ActError> {
    done.and(Err(ActError::rule("done", ("done", "done"))))
}

/// An answer at the counter comes with its form checked, and is taken by nobody without: no case for the act alone.
const UNCHECKED: &str = "record_supplement";

#[tokio::test(flavor = "multi_thread")]
async fn every_act_itself_refuses_whoever_may_not() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let (new, mut people) = (an.files(&t).await, Vec::new());
    for name in ["clerk", "handler", "approver", "records", "head", "clerk2", "handler2", "approver2", "auditor"] {
        people.push((name, demo::officer(&t.app, name).await));
    }
    let who = |name: &str| people.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    for (act, right, wrong) in ACTS.into_iter().filter(|(act, ..)| *act != UNCHECKED) {
        let elsewhere = format!("{right}2");
        for name in wrong.iter().copied().chain(["auditor", elsewhere.as_str()]) {
            let refused = performs(&t, &who(name), (&new, act)).await;
            // Any agency may be asked for an opinion: who was asked is looked at after the status.
            let told = matches!(refused, Err(ActError::NotAllowed { .. })) && act == "give_opinion";
            assert!(told || matches!(refused, Err(ActError::Forbidden)), "{act} by {name}: {refused:?}");
        }
        let nobody = performs(&t, &Actor::Anonymous, (&new, act)).await;
        assert!(matches!(nobody, Err(ActError::Forbidden)), "{act} by nobody: {nobody:?}");
        let account = motcua::kernel::AccountId::new();
        let citizen = Actor::Citizen { account, name: "Người lạ".into(), identity_level: 2 };
        let stranger = performs(&t, &citizen, (&new, act)).await;
        assert!(matches!(stranger, Err(ActError::NotFound)), "{act} by a stranger: {stranger:?}");
        // The table would prove nothing if everybody were refused.
        let may = performs(&t, &who(right), (&new, act)).await;
        let refused = matches!(may, Err(ActError::Forbidden | ActError::NotFound));
        assert!(!refused || act == "give_opinion", "{act} by {right}: {may:?}");
    }
    for (officer, number) in [("clerk", AN), ("handler", BINH), ("approver", AN)] {
        declares(&t, officer, number).await;
    }
    for (act, right, _) in ACTS.into_iter().filter(|(act, ..)| *act != UNCHECKED) {
        let refused = performs(&t, &who(right), (&new, act)).await;
        assert!(matches!(refused, Err(ActError::Forbidden)), "{act} upon a relative: {refused:?}");
    }
}

async fn is_forbidden(who: &Person, dossier: &str, act: &str, why: &str) {
    let answer = who.act(dossier, act, json!({})).await;
    let told: Value = is_problem(&answer, 403);
    assert!(told.get("allowed_actions").is_none() && !answer.body.contains("Nguyễn"), "{act} by {why}: {told}");
}

/// The citizen's own acts: not for others, not when there is nothing to do.
#[tokio::test]
async fn the_citizens_acts_are_the_citizens() {
    let t = demo::portal().await;
    let (an, binh) = (Person::citizen(&t, AN).await, Person::citizen(&t, BINH).await);
    let clerk = Person::officer(&t, "clerk").await;
    let (new, gone) = (an.files(&t).await, an.files(&t).await);
    assert_eq!(an.post(&format!("/dossiers/{gone}/withdraw"), json!({"reason": "Nhầm."})).await.status, 200);
    for (act, body) in [
        ("supplement", json!({"note": "Đây."})),
        ("withdraw", json!({"reason": "Thôi."})),
        ("confirm_draft", json!({"ok": true})),
        ("messages", json!({"text": "Xin hỏi."})),
        ("rating", json!({"score": 5})),
    ] {
        let path = format!("/dossiers/{new}/{act}");
        assert_eq!(t.visitor().post_json(&format!("/api/v1{path}"), &body).await.status, 401, "{act}");
        assert_eq!(binh.post(&path, body.clone()).await.status, 404, "{act}: even that it exists is private");
        assert_eq!(clerk.post(&path, body.clone()).await.status, 403, "{act}: no officer's");
        let refused = is_problem(&an.post(&format!("/dossiers/{gone}/{act}"), body).await, 409);
        assert!(refused["allowed_actions"].is_array(), "{act}: {refused}");
    }
}

/// The head of the city's committee reads what the communes' committees do, and does nothing of it.
#[tokio::test]
async fn leaders_see_below_them_and_only_see() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let name = an.files(&t).await;
    let path = format!("/office/dossiers/{name}");
    let Actor::Officer(officer) = demo::officer(&t.app, "records").await else { panic!("an officer") };
    let (now, own) = (t.app.now(), officer.assignments[0].id);
    let city = t.app.db.read(|c| agencies::by_code(c, "H57")).await.unwrap().unwrap().id;
    let right = Assign {
        officer: officer.account,
        role: Role::Head,
        agency: city,
        unit: None,
        field: None,
        valid_from: None,
        valid_to: None,
    };
    t.app.db.write(move |tx| assign::add(tx, &Actor::System, &right, now)).await.unwrap();
    t.app.db.write(move |tx| assign::remove(tx, &Actor::System, own, now)).await.unwrap();
    let leader = Person::officer(&t, "records").await;
    let seen = leader.get(&path).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert_eq!(seen.json()["allowed_actions"], json!([]), "{}", seen.body);
    let listed = leader.get(&format!("/office/dossiers?q={name}")).await.json();
    assert_eq!(listed["total"], 1);
    let work = leader.get(&format!("/office/dossiers?q={name}&queue=new")).await.json();
    assert_eq!(work["total"], 0, "what waits below waits for others: {work}");
    for act in ["assign", "waive_fee", "accept"] {
        assert_eq!(leader.act(&name, act, body_of(act)).await.status, 403, "{act}");
    }
    // The other way round nobody sees: a commune's head nothing of the city's or of another commune's.
    let sideways = Person::officer(&t, "clerk2").await;
    assert_eq!(sideways.get(&path).await.status, 403);
}

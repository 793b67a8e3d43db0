//! The draft certificate: the citizen is told, has a whole working day, and an objection stands until it is answered.

use motcua::dossiers::{Dossier, Step};
use motcua::kernel::Timestamp;
use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};

/// The handler does an act at a moment.
async fn handles(t: &TestApp, when: &str, name: &str, (step, body): (Step, Value)) -> Dossier {
    let app = t.app.at(when.parse::<Timestamp>().unwrap());
    let who = demo::officer(&app, "handler").await;
    demo::act(&app, &who, name, (step, body)).await.dossier
}

/// A birth registration in the handler's hands; its code.
async fn in_hand(t: &TestApp, an: &Person, clerk: &Person) -> String {
    let name = an.files(t).await;
    let code = clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
    clerk.does(&code, "forward", json!({})).await;
    code
}

fn asking() -> (Step, Value) {
    let mut body = demo::birth_draft();
    body["ask_citizen"] = json!(true);
    (Step::DraftResult, body)
}

async fn told(t: &TestApp, code: &str) -> usize {
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let items = outbox["items"].as_array().unwrap();
    let about = |item: &&Value| {
        let text = item["text"].as_str().unwrap();
        item["channel"] == "sms" && text.contains(code) && text.contains("du thao")
    };
    items.iter().filter(about).count()
}

#[tokio::test]
async fn another_draft_is_told_again_and_gives_another_day() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let code = in_hand(&t, &an, &clerk).await;
    assert_eq!(told(&t, &code).await, 0);
    let first = handles(&t, "2026-11-18T10:00:00+07:00", &code, asking()).await;
    assert_eq!(first.flags.awaiting_confirmation, Some("2026-11-19T17:00:00+07:00".parse().unwrap()));
    assert_eq!(told(&t, &code).await, 1, "by SMS");
    let list = an.get(&format!("/dossiers/{code}")).await.json();
    assert_eq!(list["flags"], json!(["awaiting_confirmation"]));
    let plain = (Step::DraftResult, json!({"data": {}, "outcome": "granted"}));
    let second = handles(&t, "2026-11-19T16:00:00+07:00", &code, plain).await;
    assert_eq!(second.flags.awaiting_confirmation, Some("2026-11-20T17:00:00+07:00".parse().unwrap()));
    assert_eq!(told(&t, &code).await, 2, "the new one too");
    let refusal = (Step::DraftResult, json!({"data": {}, "outcome": "refused", "note": "Không đủ điều kiện."}));
    let third = handles(&t, "2026-11-19T16:30:00+07:00", &code, refusal).await;
    assert!(third.flags.awaiting_confirmation.is_none() && third.paused_since.is_none(), "nothing to look at");
}

/// A draft may lack something; what it says is what the certificate will say.
#[tokio::test]
async fn a_draft_with_a_number_that_is_none_is_refused() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let code = in_hand(&t, &an, &clerk).await;
    let handler = Person::officer(&t, "handler").await;
    let mut draft = demo::birth_draft();
    draft["data"]["noi_dung"]["soDinhDanh"] = json!("12");
    let refused = is_problem(&handler.act(&code, "draft_result", draft.clone()).await, 422);
    assert_eq!(refused["errors"][0]["pointer"], "/data/noi_dung/soDinhDanh", "{refused}");
    draft["data"]["noi_dung"]["soDinhDanh"] = Value::Null;
    handler.does(&code, "draft_result", draft).await;
}

#[tokio::test]
async fn an_objection_stands_until_another_draft_is_saved() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let code = in_hand(&t, &an, &clerk).await;
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    handler.does(&code, "draft_result", asking().1).await;
    let path = format!("/dossiers/{code}/confirm_draft");
    let silent = is_problem(&an.post(&path, json!({"ok": false})).await, 422);
    assert_eq!(silent["errors"][0]["pointer"], "/note");
    let objected = an.post(&path, json!({"ok": false, "note": "Sai nơi sinh."})).await;
    assert_eq!(objected.json()["flags"], json!(["draft_objected"]), "{}", objected.body);
    handler.does(&code, "forward", json!({})).await;
    let refused = is_problem(&approver.act(&code, "approve", json!({})).await, 409);
    assert!(refused["type"].as_str().unwrap().ends_with("draft-objected"), "{refused}");
    approver.does(&code, "return_back", json!({"reason": "Sửa theo ý kiến người dân."})).await;
    let mended = handler.does(&code, "draft_result", demo::birth_draft()).await;
    assert_eq!(mended["flags"], json!([]));
    handler.does(&code, "forward", json!({})).await;
    approver.does(&code, "approve", json!({})).await;
}

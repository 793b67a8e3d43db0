//! An officer never handles own or declared relatives' dossiers: not to act, not to read, not in lists.

use motcua::accounts::{self, relatives};
use motcua::kernel::national::{Party, PersonalNumber};
use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, BINH, PAPER};

/// An officer of the demonstration declares somebody as a relative.
pub async fn declares(t: &TestApp, officer: &str, number: &str) {
    let who = demo::officer(&t.app, officer).await;
    let party = Party::person(&PersonalNumber::parse(number).unwrap());
    let (sealed, now) = (accounts::seal(&t.app.keys, &party).unwrap(), t.app.now());
    t.app.db.write(move |tx| relatives::declare(tx, &who, &sealed, "em ruột", now)).await.unwrap();
}

async fn lists(officer: &Person, name: &str) -> bool {
    let found = officer.get(&format!("/office/dossiers?q={name}")).await;
    assert_eq!(found.status, 200, "{}", found.body);
    !found.json()["items"].as_array().unwrap().is_empty()
}

#[tokio::test]
async fn a_relative_among_the_answers_keeps_the_officer_away() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let (clerk, handler) = (Person::officer(&t, "clerk").await, Person::officer(&t, "handler").await);
    let name = an.files(&t).await;
    assert!(lists(&clerk, &name).await && lists(&handler, &name).await);
    let before = clerk.get("/office/dossiers").await.json()["total"].as_i64().unwrap();
    // Bình is the mother in the declaration, neither applicant nor owner.
    declares(&t, "handler", BINH).await;
    let path = format!("/office/dossiers/{name}");
    for place in ["", "/events", "/papers/to-khai", "/papers/xac-nhan-nop"] {
        let kept = is_problem(&handler.get(&format!("{path}{place}")).await, 403);
        let told = kept.to_string();
        assert!(!told.contains("Bình") && !told.contains("Nguyễn"), "{place}: {told}");
    }
    assert!(!lists(&handler, &name).await, "not in lists");
    assert!(lists(&clerk, &name).await, "colleagues see it");
    assert_eq!(clerk.get("/office/dossiers").await.json()["total"].as_i64().unwrap(), before);
    let fewer = handler.get(&format!("/office/dossiers?q={BINH}&limit=100")).await.json();
    assert_eq!(fewer["total"], 0, "none of the relative's at all");
    let code = clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
    let refused = is_problem(&clerk.act(&code, "forward", json!({"assignee": "handler@demo.invalid"})).await, 422);
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
        (&json!("/assignee"), &json!("conflict"))
    );
    clerk.does(&code, "forward", json!({})).await;
    for (action, body) in [("draft_result", json!({"data": {}, "outcome": "granted"})), ("forward", json!({}))] {
        assert_eq!(handler.act(&code, action, body).await.status, 403, "{action}");
    }
}

#[tokio::test]
async fn nor_does_a_clerk_type_or_mend_for_a_relative() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = an.files(&t).await;
    let ask = json!({"reason": "Mờ.", "items": [{"document": "giay_chung_sinh", "note": "Chụp lại."}]});
    clerk.does(&name, "request_supplement", ask).await;
    declares(&t, "clerk", AN).await;
    let patch = json!({"data": {"nguoi_duoc_khai_sinh": {"nks_noi_sinh": "Nơi khác"}}});
    let request = |method: &str, place: &str| {
        clerk.program.request(method, &format!("/api/v1/office/dossiers/{name}{place}")).bearer_auth(&clerk.token)
    };
    let mended = clerk.program.send(request("PATCH", "").json(&patch)).await;
    assert_eq!(mended.status, 403, "{}", mended.body);
    let part = Multipart::new()
        .text("document", "giay_chung_sinh")
        .part("file", Part::bytes(PAPER.to_vec()).file_name("a.pdf"));
    let attached = clerk.program.send(request("POST", "/attachments").multipart(part)).await;
    assert_eq!(attached.status, 403, "{}", attached.body);
    assert_eq!(clerk.act(&name, "record_supplement", json!({})).await.status, 403);

    let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    let counter = |number: &str, name: &str, data: &Value| json!({"procedure_code": "1.001193", "data": data, "applicant": {"full_name": name, "identity_number": number}});
    let own = clerk.post("/office/dossiers", counter(AN, "Nguyễn Văn An", &json!({}))).await;
    assert_eq!(own.status, 403, "{}", own.body);
    let father = clerk.post("/office/dossiers", counter("046095000033", "Y Ƀlŏ Niê", &example)).await;
    assert_eq!(father.status, 403, "An is the father: {}", father.body);
}

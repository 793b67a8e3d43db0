//! What other agencies and officers of other fields see: the dossiers they are asked about, and no register of others.

use motcua::kernel::{AgencyId, Role};
use motcua::office::ActError;
use motcua::office::action::Action;
use serde_json::json;

use crate::support::api::{Person, allowed, is_problem};
use crate::support::demo::{self, AN, BINH};

#[tokio::test]
async fn who_is_asked_finds_the_question_and_reads_what_it_is_about() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let (clerk, handler) = (Person::officer(&t, "clerk").await, Person::officer(&t, "handler").await);
    let name = an.files(&t).await;
    let code = clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
    clerk.does(&code, "forward", json!({})).await;
    for agency in ["0190a1b2-0000-7000-8000-000000000000", "H99.99"] {
        let body = json!({"agency": agency, "question": "Có cư trú?", "due_on": "2026-11-20"});
        let unknown = is_problem(&handler.act(&code, "ask_opinion", body).await, 422);
        assert_eq!(unknown["errors"][0]["pointer"], "/agency");
    }
    // The act itself says so too, not only the page's reading of names.
    let ask = Action::AskOpinion {
        agency: AgencyId::new(),
        question: "Có cư trú?".into(),
        due_on: jiff::civil::date(2026, 11, 20),
    };
    let refused = t.app.act(&demo::officer(&t.app, "handler").await, &code, (None, ask)).await.map(drop);
    assert!(matches!(&refused, Err(ActError::Invalid(faults)) if faults[0].pointer == "/agency"), "{refused:?}");

    let other = Person::officer(&t, "approver2").await;
    let asked = async || other.get("/office/dossiers?queue=opinion").await.json()["items"].as_array().unwrap().clone();
    assert!(asked().await.is_empty());
    assert_eq!(other.get(&format!("/office/dossiers/{code}")).await.status, 403);
    let body = json!({"agency": "H57.32", "question": "Có cư trú không?", "due_on": "2026-11-20"});
    let asking = handler.does(&code, "ask_opinion", body).await;
    assert!(!allowed(&asking).contains(&"give_opinion"), "who asks does not answer");
    assert_eq!(asked().await[0]["code"], json!(code));
    let all = other.get("/office/dossiers?queue=all&limit=100").await.body;
    assert!(!all.contains(&code), "only where it was asked");
    let seen = other.get(&format!("/office/dossiers/{code}")).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert!(seen.json()["data"]["nguoi_duoc_khai_sinh"].is_object());
    assert_eq!(allowed(&seen.json()), ["give_opinion"]);
    assert_eq!(other.get(&format!("/office/dossiers/{code}/papers/to-khai")).await.status, 200);
    // A clerk of the asked agency does not answer for it.
    let clerk2 = Person::officer(&t, "clerk2").await;
    assert_eq!(clerk2.get(&format!("/office/dossiers/{code}")).await.status, 403);
    assert_eq!(clerk2.act(&code, "give_opinion", json!({"text": "Có."})).await.status, 403);
    other.does(&code, "give_opinion", json!({"text": "Có cư trú."})).await;
    assert!(asked().await.is_empty());
    assert_eq!(other.get(&format!("/office/dossiers/{code}")).await.status, 403, "no longer");
}

#[tokio::test]
async fn the_register_shows_an_officer_of_one_field_that_field_only() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let mut codes = Vec::new();
    for (who, procedure) in [(AN, "1.001193"), (BINH, "1.013225")] {
        let name = Person::citizen(&t, who).await.files_for(&t, procedure).await;
        codes.push(clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned());
    }
    demo::assign_in_field(&t.app, "clerk2", Role::Clerk, "1.001193").await;
    let listed = async |officer: &str| -> Vec<String> {
        let who = demo::officer(&t.app, officer).await;
        let opened = t.app.open_dossier(&who, &codes[0]).await.unwrap();
        let register = t.app.register(&who, &opened).await.unwrap();
        register.rows.into_iter().map(|row| row.code).collect()
    };
    let (all, one) = (listed("clerk").await, listed("clerk2").await);
    assert!(all.contains(&codes[0]) && all.contains(&codes[1]), "{all:?}");
    assert!(one.contains(&codes[0]) && !one.contains(&codes[1]), "{one:?}");
}

//! Clocks and fees beside the acts: a new date moves with later pauses, unpaid filing fees hold the acceptance clock.

use motcua::dossiers::Step;
use motcua::kernel::Timestamp;
use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Does an act at a moment.
async fn does(
    t: &TestApp,
    when: &str,
    who: &str,
    name: &str,
    (step, body): (Step, Value),
) -> motcua::dossiers::Dossier {
    let app = t.app.at(at(when));
    let who = demo::officer(&app, who).await;
    demo::act(&app, &who, name, (step, body)).await.dossier
}

/// Due at a moment, give or take what the acts themselves took.
fn about(dossier: &motcua::dossiers::Dossier, when: &str) {
    let (due, from, to) = (dossier.due_at.unwrap(), at(when).plus_seconds(-60), at(when).plus_seconds(60));
    assert!(from <= due && due <= to, "{due} is not about {when}");
}

#[tokio::test]
async fn a_new_date_moves_with_the_pauses_after_it() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let name = an.files_for(&t, "1.004873").await;
    does(&t, "2026-11-18T09:30:00+07:00", "clerk", &name, (Step::Accept, json!({}))).await;
    does(&t, "2026-11-18T10:00:00+07:00", "clerk", &name, (Step::Forward, json!({}))).await;
    let new_due = "2026-11-27T16:00:00+07:00";
    let body = json!({"reason": "Chờ xác minh.", "new_due_at": new_due});
    let extended = does(&t, "2026-11-18T11:00:00+07:00", "handler", &name, (Step::Extend, body)).await;
    assert_eq!(extended.due_at, Some(at(new_due)));
    does(&t, "2026-11-19T09:00:00+07:00", "handler", &name, (Step::Stop, json!({"reason": "Chờ tòa."}))).await;
    let resumed =
        does(&t, "2026-11-20T09:00:00+07:00", "handler", &name, (Step::Resume, json!({"reason": "Đã xong."}))).await;
    // One working day stood still; the 28th and 29th are a weekend.
    about(&resumed, "2026-11-30T16:00:00+07:00");
    // A second pause moves it from the date that was given, not twice.
    does(&t, "2026-11-23T08:00:00+07:00", "handler", &name, (Step::Stop, json!({"reason": "Chờ."}))).await;
    let again =
        does(&t, "2026-11-23T10:00:00+07:00", "handler", &name, (Step::Resume, json!({"reason": "Xong."}))).await;
    about(&again, "2026-12-01T08:30:00+07:00");
    let refused = t.app.at(at("2026-11-23T14:00:00+07:00"));
    let handler = demo::officer(&refused, "handler").await;
    let body = json!({"reason": "Nữa.", "new_due_at": "2026-12-30T17:00:00+07:00"});
    let action = motcua::office::action::Action::parse(Step::Extend, &body).unwrap();
    let twice = refused.act(&handler, &name, (None, action)).await.map(drop);
    assert!(twice.is_err_and(|e| e.to_string().starts_with("reappointed")), "once only");
}

#[tokio::test]
async fn an_unpaid_filing_fee_holds_the_acceptance_clock_through_a_supplement() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = an.files_for(&t, "1.001612").await;
    let seen = async || an.get(&format!("/dossiers/{name}")).await.json();
    let filed = seen().await;
    assert!(filed["fees_due"].as_i64().unwrap() > 0 && filed["acceptance_due_at"].is_null(), "{filed}");
    let ask = json!({"reason": "Chưa rõ.", "items": [{"note": "Ghi rõ ngành nghề."}]});
    clerk.does(&name, "request_supplement", ask).await;
    assert_eq!(an.post(&format!("/dossiers/{name}/supplement"), json!({"note": "Bán tạp hóa."})).await.status, 200);
    let back = seen().await;
    assert_eq!(back["status"]["number"], 1);
    assert!(back["acceptance_due_at"].is_null(), "the fee is still owed: {back}");
    is_problem(&clerk.act(&name, "accept", json!({})).await, 409);
    clerk.does(&name, "record_payment", json!({"method": "cash"})).await;
    assert!(seen().await["acceptance_due_at"].is_string());
}

#[tokio::test]
async fn a_new_date_lies_in_office_hours() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let given = [
        ("2026-12-03T02:00:00+07:00", "2026-12-03T17:00:00+07:00"),
        ("2026-12-03T12:10:00+07:00", "2026-12-03T17:00:00+07:00"),
        ("2026-12-05T09:00:00+07:00", "2026-12-07T17:00:00+07:00"),
        ("2026-12-03T08:15:00+07:00", "2026-12-03T08:15:00+07:00"),
    ];
    for (typed, due) in given {
        let name = an.files_for(&t, "1.004873").await;
        does(&t, "2026-11-18T09:30:00+07:00", "clerk", &name, (Step::Accept, json!({}))).await;
        let body = json!({"reason": "Chờ xác minh.", "new_due_at": typed});
        let extended = does(&t, "2026-11-18T11:00:00+07:00", "clerk", &name, (Step::Extend, body)).await;
        assert_eq!(extended.due_at, Some(at(due)), "{typed}");
    }
}

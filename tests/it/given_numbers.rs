//! The personal number of a birth certificate: one child's, in one certificate in force.

use serde_json::{Value, json};

use crate::acts::Office;
use crate::support::api::is_problem;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, BINH, birth_draft_of};

/// Invented.
const NUMBER: &str = "046326000027";
const BIRTH: &str = "1.001193";
const FIELD: &str = "/data/noi_dung/soDinhDanh";

impl Office {
    /// A birth registration, drafted with a number and sent to the approver.
    async fn drafted(&self, t: &TestApp, number: &str) -> String {
        let code = self.in_hand(t, BIRTH).await;
        self.handler.does(&code, "draft_result", birth_draft_of(number)).await;
        self.handler.does(&code, "forward", json!({})).await;
        code
    }

    /// That a draft with this number is refused at its field.
    async fn is_refused(&self, code: &str, number: &str) {
        let faults = is_problem(&self.handler.act(code, "draft_result", birth_draft_of(number)).await, 422);
        let fault = &faults["errors"][0];
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(FIELD), &json!("taken")), "{faults}");
    }
}

#[tokio::test]
async fn a_number_stands_in_one_certificate_in_force() {
    let t = demo::portal().await;
    let office = Office::of(&t).await;
    let first = office.drafted(&t, NUMBER).await;
    office.approver.does(&first, "approve", json!({})).await;
    let second = office.in_hand(&t, BIRTH).await;
    office.is_refused(&second, NUMBER).await;
    office.handler.does(&second, "draft_result", birth_draft_of("046326000035")).await;

    // The decision is taken back: its number is free, for the same dossier and for any other.
    office.approver.does(&first, "correct", json!({"reason": "Ghi nhầm số."})).await;
    office.handler.does(&first, "draft_result", birth_draft_of(NUMBER)).await;
    office.handler.does(&second, "draft_result", birth_draft_of(NUMBER)).await;
}

#[tokio::test]
async fn a_number_of_somebody_known_is_not_the_childs() {
    let t = demo::portal().await;
    let office = Office::of(&t).await;
    let code = office.in_hand(&t, BIRTH).await;
    let father = demo::form_of(&t.app, "1.001193").await.examples()[0]["cha"]["cha_so_giay_to"].clone();
    for number in [AN, BINH, "046095000033", father.as_str().unwrap()] {
        office.is_refused(&code, number).await;
    }
}

#[tokio::test]
async fn of_two_decisions_at_once_one_gives_the_number() {
    let t = demo::portal().await;
    let office = Office::of(&t).await;
    let (one, two) = (office.drafted(&t, NUMBER).await, office.drafted(&t, NUMBER).await);
    let approve = async |code: String| office.approver.act(&code, "approve", json!({})).await;
    let (one, two) = tokio::join!(approve(one), approve(two));
    let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
    assert_eq!(won.status, 200, "{}", won.body);
    let refused: Value = is_problem(&lost, 409);
    assert!(refused["type"].as_str().unwrap().ends_with("identity-taken"), "{refused}");
}

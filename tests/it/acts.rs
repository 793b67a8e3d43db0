//! Acts one by one over the JSON API: what each does, and what it refuses.

use serde_json::{Value, json};

use crate::support::api::{Person, allowed, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};

fn rule(problem: &Value) -> &str {
    problem["type"].as_str().unwrap().rsplit(['/', ':']).next().unwrap()
}

/// The one-stop office and a citizen.
pub struct Office {
    pub an: Person,
    pub clerk: Person,
    pub handler: Person,
    pub approver: Person,
}

impl Office {
    pub async fn of(t: &TestApp) -> Self {
        Self {
            an: Person::citizen(t, AN).await,
            clerk: Person::officer(t, "clerk").await,
            handler: Person::officer(t, "handler").await,
            approver: Person::officer(t, "approver").await,
        }
    }

    async fn accepted(&self, t: &TestApp, procedure: &str) -> String {
        let name = self.an.files_for(t, procedure).await;
        self.clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned()
    }

    /// A dossier in the handler's hands; its code.
    pub async fn in_hand(&self, t: &TestApp, procedure: &str) -> String {
        let code = self.accepted(t, procedure).await;
        self.clerk.does(&code, "forward", json!({})).await;
        code
    }
}

#[tokio::test]
async fn a_fee_is_waived_by_who_may() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let name = o.an.files_for(&t, "1.001612").await;
    assert_eq!(o.clerk.act(&name, "waive_fee", json!({"reason": "Hộ nghèo."})).await.status, 403);
    let why = is_problem(&o.approver.act(&name, "waive_fee", json!({"reason": " "})).await, 422);
    assert_eq!(why["errors"][0]["pointer"], "/reason");
    let body = json!({"reason": "Hộ nghèo.", "proof": "Giấy chứng nhận hộ nghèo số 12"});
    let waived = o.approver.does(&name, "waive_fee", body.clone()).await;
    assert_eq!((&waived["fees_due"], &waived["status"]["number"]), (&json!(0), &json!(1)));
    assert!(waived["fees"].as_array().unwrap().iter().all(|f| f["state"] == "waived"), "{waived}");
    assert!(waived["acceptance_due_at"].is_string(), "the acceptance clock starts");
    assert!(!allowed(&waived).contains(&"waive_fee"));
    assert_eq!(rule(&is_problem(&o.approver.act(&name, "waive_fee", body).await, 409)), "nothing-owed");
    o.clerk.does(&name, "accept", json!({})).await;

    let code = o.in_hand(&t, "1.004873").await;
    let lines = json!([{"kind": "phi", "name": "Phí thẩm định", "amount_vnd": 50_000}]);
    let owes = o.handler.does(&code, "request_payment", json!({"reason": "Theo quy định.", "lines": lines})).await;
    assert_eq!(owes["status"]["number"], 6);
    let back = o.approver.does(&code, "waive_fee", json!({"reason": "Được miễn."})).await;
    assert_eq!((&back["status"]["number"], &back["fees_due"]), (&json!(4), &json!(0)));
}

#[tokio::test]
async fn a_new_date_needs_a_reason_and_lies_ahead() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, "1.004873").await;
    let path = format!("/office/dossiers/{code}");
    assert_eq!(o.clerk.get(&format!("{path}/papers/mau-04")).await.status, 404);
    let old = o.clerk.get(&path).await.json()["due_at"].as_str().unwrap().to_owned();
    for (body, pointer) in [
        (json!({"reason": "Chờ.", "new_due_at": old}), "/new_due_at"),
        (json!({"reason": "Chờ.", "new_due_at": "2026-11-01T17:00:00+07:00"}), "/new_due_at"),
        (json!({"reason": "", "new_due_at": "2026-12-30T17:00:00+07:00"}), "/reason"),
        (json!({"reason": "Chờ."}), "/new_due_at"),
    ] {
        let faults = is_problem(&o.handler.act(&code, "extend", body).await, 422);
        assert_eq!(faults["errors"][0]["pointer"], pointer, "{faults}");
    }
    let body = json!({"reason": "Chờ xác minh.", "new_due_at": "2026-12-30T17:00:00+07:00"});
    let extended = o.handler.does(&code, "extend", body.clone()).await;
    assert_eq!(
        (&extended["due_at"], &extended["flags"]),
        (&json!("2026-12-30T17:00:00+07:00"), &json!(["reappointed"]))
    );
    assert!(!allowed(&extended).contains(&"extend"));
    assert_eq!(o.clerk.get(&format!("{path}/papers/mau-04")).await.status, 200);
    assert_eq!(rule(&is_problem(&o.handler.act(&code, "extend", body).await, 409)), "reappointed");
    let events = o.clerk.get(&format!("{path}/events")).await.json();
    let event = events["items"].as_array().unwrap().iter().find(|e| e["act"] == "extend").unwrap().clone();
    assert_eq!((&event["changes"]["due_at"]["before"], &event["changes"]["late"]), (&json!(old), &json!(false)));
}

#[tokio::test]
async fn a_dossier_goes_back_to_who_had_it() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, "1.001193").await;
    o.handler.does(&code, "draft_result", demo::birth_draft()).await;
    o.handler.does(&code, "forward", json!({})).await;
    assert_eq!(o.handler.act(&code, "return_back", json!({"reason": "x"})).await.status, 403, "not the handler's step");
    let why = is_problem(&o.approver.act(&code, "return_back", json!({"reason": ""})).await, 422);
    assert_eq!(why["errors"][0]["pointer"], "/reason");
    let back = o.approver.does(&code, "return_back", json!({"reason": "Thiếu căn cứ."})).await;
    assert_eq!((&back["step"], &back["status"]["number"]), (&json!("handle"), &json!(4)));
    let mine = o.handler.get(&format!("/office/dossiers?assignee=me&q={code}")).await.json();
    assert_eq!(mine["total"], 1, "on the table of who handled it");
    let first = o.handler.does(&code, "return_back", json!({"reason": "Tiếp nhận nhầm."})).await;
    assert_eq!(first["step"], "receive");
    assert_eq!(o.approver.act(&code, "return_back", json!({"reason": "x"})).await.status, 403);
}

#[tokio::test]
async fn a_withdrawal_is_answered_before_anything_is_decided() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, "1.001193").await;
    o.handler.does(&code, "draft_result", demo::birth_draft()).await;
    o.handler.does(&code, "forward", json!({})).await;
    assert_eq!(rule(&is_problem(&o.clerk.act(&code, "confirm_withdrawal", json!({})).await, 409)), "not-asked");
    let path = format!("/dossiers/{code}/withdraw");
    let asked = o.an.post(&path, json!({"reason": "Khai nhầm."})).await.json();
    assert_eq!((&asked["flags"], &asked["status"]["number"]), (&json!(["withdrawal_requested"]), &json!(4)));
    assert_eq!(rule(&is_problem(&o.approver.act(&code, "approve", json!({})).await, 409)), "withdrawal-asked");
    let why = is_problem(&o.clerk.act(&code, "decline_withdrawal", json!({})).await, 422);
    assert_eq!(why["errors"][0]["pointer"], "/reason");
    let on = o.clerk.does(&code, "decline_withdrawal", json!({"reason": "Đã có kết quả xác minh."})).await;
    assert_eq!(on["flags"], json!([]));
    assert!(!allowed(&on).contains(&"confirm_withdrawal"));
    o.an.post(&path, json!({"reason": "Vẫn xin rút."})).await;
    let gone = o.clerk.does(&code, "confirm_withdrawal", json!({"refund": true})).await;
    assert_eq!((&gone["status"]["number"], &gone["step"], &gone["flags"]), (&json!(7), &Value::Null, &json!([])));
    assert_eq!(o.clerk.get(&format!("/office/dossiers/{code}/papers/mau-05")).await.status, 200);
    is_problem(&o.an.post(&path, json!({"reason": "Nữa."})).await, 409);
}

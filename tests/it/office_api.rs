//! An office's work over the JSON API: the whole life of a dossier, who may not, when not, and what is logged.

use motcua::accounts::totp;
use motcua::audit::access;
use motcua::kernel::clock::machine_now;
use serde_json::{Value, json};

use crate::support::api::{Person, SECRET, allowed, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, BINH, COMMITTEE};

#[tokio::test]
async fn a_dossier_lives_from_filing_to_hand_over() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let name = an.files(&t).await;
    let clerk = Person::officer(&t, "clerk").await;
    let seen = clerk.get(&format!("/office/dossiers/{name}")).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    let seen = seen.json();
    assert!(seen["data"]["nguoi_yeu_cau"].is_object());
    assert!(allowed(&seen).contains(&"accept") && !allowed(&seen).contains(&"approve"));

    let asked = json!({"reason": "Bản chụp bị mờ.", "items": [{"note": "Chụp lại Giấy chứng sinh."}]});
    let waiting = clerk.does(&name, "request_supplement", asked).await;
    assert_eq!(waiting["status"]["number"], 5);
    let again = is_problem(&clerk.act(&name, "accept", json!({})).await, 409);
    assert!(again["allowed_actions"].as_array().unwrap().contains(&json!("record_supplement")), "{again}");
    let given = an.post(&format!("/dossiers/{name}/supplement"), json!({"note": "Đã chụp lại"})).await;
    assert_eq!(given.status, 200, "{}", given.body);

    let accepted = clerk.does(&name, "accept", json!({})).await;
    let code = accepted["code"].as_str().unwrap().to_owned();
    assert!(code.starts_with(COMMITTEE), "{code}");
    assert!(accepted["due_at"].is_string() && accepted["remaining_working_minutes"].as_i64().unwrap() > 0);
    let forwarded = clerk.does(&code, "forward", json!({"assignee": "handler@demo.invalid"})).await;
    assert_eq!(forwarded["status"]["key"], "processing");

    let handler = Person::officer(&t, "handler").await;
    let mine = handler.get("/office/dossiers?queue=mine&assignee=me").await.json();
    assert!(mine["items"].as_array().unwrap().iter().any(|d| d["code"] == json!(code)), "{mine}");
    let question = json!({"agency": "H57.32", "question": "Có cư trú trước đây không?", "due_on": "2026-11-20"});
    let other = Person::officer(&t, "approver2").await;
    assert_eq!(other.get(&format!("/office/dossiers/{code}")).await.status, 403);
    handler.does(&code, "ask_opinion", question).await;
    let opinion = other.does(&code, "give_opinion", json!({"text": "Có cư trú."})).await;
    assert_eq!(opinion["flags"], json!([]));
    assert_eq!(other.get(&format!("/office/dossiers/{code}")).await.status, 403, "asked no longer");
    handler.does(&code, "draft_result", demo::birth_draft()).await;
    handler.does(&code, "forward", json!({})).await;
    assert_eq!(handler.act(&code, "approve", json!({})).await.status, 403);

    let approver = Person::officer(&t, "approver").await;
    let decided = approver.does(&code, "approve", json!({"note": "Đồng ý"})).await;
    assert_eq!(decided["status"]["number"], 9);
    let unsigned = is_problem(&clerk.act(&code, "hand_over", json!({"method": "online"})).await, 409);
    assert!(unsigned["allowed_actions"].is_array(), "{unsigned}");
    let wrong = approver.act(&code, "sign", json!({"otp": "000000"})).await;
    assert_eq!(wrong.status, 401, "{}", wrong.body);
    let signed = seals(&t, (&handler, &approver), &code).await;
    let url = signed["results"][0]["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    let pdf = approver.get(&url).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));

    let nobody = is_problem(&clerk.act(&code, "hand_over", json!({"method": "counter"})).await, 422);
    assert!(nobody["errors"].as_array().unwrap().iter().any(|e| e["pointer"] == "/receiver"), "{nobody}");
    let receiver = json!({"name": "Nguyễn Văn An", "relation": "chính chủ"});
    let body = json!({"method": "counter", "receiver": receiver, "signed": "hand"});
    let unpaid = is_problem(&clerk.act(&code, "hand_over", body.clone()).await, 409);
    assert!(unpaid["type"].as_str().unwrap().ends_with("fee-due") && unpaid["fees_due"] == 16_000, "{unpaid}");
    assert!(unpaid["allowed_actions"].as_array().unwrap().contains(&json!("record_payment")), "{unpaid}");
    let paid = clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    assert_eq!((&paid["status"]["number"], &paid["fees_due"]), (&json!(9), &json!(0)));
    assert!(!allowed(&paid).contains(&"record_payment"), "nothing is owed any more");
    let done = clerk.does(&code, "hand_over", body).await;
    assert_eq!((&done["status"]["number"], &done["handed_over_at"].is_string()), (&json!(10), &true));
    let events = clerk.get(&format!("/office/dossiers/{code}/events")).await.json();
    let acts: Vec<&str> = events["items"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap()).collect();
    assert_eq!(
        acts,
        [
            "submit",
            "request_supplement",
            "supplement",
            "accept",
            "forward",
            "ask_opinion",
            "give_opinion",
            "draft_result",
            "forward",
            "approve",
            "sign",
            "sign",
            "record_payment",
            "hand_over"
        ]
    );
}

/// The approver signs, the records clerk seals; nobody does both, and in this order only.
async fn seals(t: &TestApp, (handler, approver): (&Person, &Person), code: &str) -> Value {
    let records = Person::officer(t, "records").await;
    assert_eq!(handler.act(code, "sign", json!({})).await.status, 403);
    let early = is_problem(&records.act(code, "sign", json!({})).await, 409);
    assert!(early["type"].as_str().unwrap().ends_with("signature-order"), "{early}");
    assert!(!early["allowed_actions"].as_array().unwrap().contains(&json!("sign")), "{early}");
    let otp = totp::code_at(SECRET, machine_now()).unwrap();
    let signed = approver.does(code, "sign", json!({"otp": otp})).await;
    assert_eq!(signed["results"][0]["signed"], false);
    assert!(!allowed(&signed).contains(&"sign"), "the seal is not the approver's");
    let again = is_problem(&approver.act(code, "sign", json!({})).await, 409);
    assert!(again["type"].as_str().unwrap().ends_with("signature-order"), "{again}");
    let unsealed = is_problem(&records.act(code, "hand_over", json!({"method": "online"})).await, 409);
    assert!(unsealed["type"].as_str().unwrap().ends_with("unsigned"), "{unsealed}");
    let sealed = records.does(code, "sign", json!({})).await;
    assert_eq!(sealed["results"][0]["signed"], true);
    let full = is_problem(&records.act(code, "sign", json!({})).await, 409);
    assert!(full["type"].as_str().unwrap().ends_with("signed-already"), "{full}");
    sealed
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let name = an.files(&t).await;
    let path = format!("/office/dossiers/{name}");
    assert_eq!(t.visitor().get(&format!("/api/v1{path}")).await.status, 401);
    assert_eq!(an.get(&path).await.status, 403, "a citizen is no officer");
    let clerk = Person::officer(&t, "clerk").await;
    assert_eq!(clerk.get("/office/dossiers/H57.31-261118-9999").await.status, 404);
    let not_yours = is_problem(&clerk.act(&name, "approve", json!({})).await, 403);
    assert_eq!(not_yours["roles"], json!(["approver"]), "{not_yours}");
    let told = not_yours["detail"].as_str().unwrap();
    assert!(told.starts_with("Việc «Phê duyệt» thuộc vai trò: Lãnh đạo ký duyệt."), "{told}");
    let told = is_problem(&clerk.act_in_english(&name, "approve", json!({})).await, 403);
    assert!(told["detail"].as_str().unwrap().starts_with("“Approve” belongs to the role: Approver."), "{told}");
    assert_eq!(clerk.act(&name, "submit", json!({})).await.status, 404, "no act of an officer");
    let late = is_problem(&clerk.act(&name, "hand_over", json!({"method": "online"})).await, 409);
    assert!(late["allowed_actions"].as_array().unwrap().contains(&json!("accept")), "{late}");
    let faults = is_problem(&clerk.act(&name, "refuse_acceptance", json!({})).await, 422);
    assert_eq!(faults["errors"][0]["pointer"], "/reason");
    let stale = clerk.program.request("POST", &format!("/api/v1{path}/actions/accept")).bearer_auth(&clerk.token);
    let stale = clerk.program.send(stale.header("if-match", "\"1\"").json(&json!({}))).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    let other = Person::officer(&t, "clerk2").await;
    assert_eq!(other.get(&path).await.status, 403, "of another agency");
    let kept = is_problem(&other.act(&name, "approve", json!({})).await, 403);
    assert!(kept["roles"].is_null() && kept["holder"].is_null(), "nothing is told of another agency's work: {kept}");
    let auditor = Person::officer(&t, "auditor").await;
    assert_eq!(auditor.get(&path).await.status, 200, "an auditor reads");
    assert_eq!(auditor.act(&name, "accept", json!({})).await.status, 403, "and changes nothing");
}

#[tokio::test]
async fn lists_are_narrowed_and_looks_are_logged() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let all = clerk.get("/office/dossiers?limit=3").await.json();
    let total = all["total"].as_i64().unwrap();
    assert!(total > 10 && all["items"].as_array().unwrap().len() == 3, "{all}");
    let cursor = all["next_cursor"].as_str().unwrap();
    let next = clerk.get(&format!("/office/dossiers?limit=3&cursor={cursor}")).await.json();
    assert_ne!(next["items"][0]["id"], all["items"][0]["id"]);
    for status in ["5", "supplement_requested"] {
        let some = clerk.get(&format!("/office/dossiers?status={status}")).await.json();
        let items = some["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.iter().all(|d| d["status"]["number"] == 5), "{some}");
    }
    for wrong in ["status=11", "queue=nothing", "due=soonish", "limit=0", "assignee=nobody@demo.invalid"] {
        assert_eq!(clerk.get(&format!("/office/dossiers?{wrong}")).await.status, 422, "{wrong}");
    }
    let of_an = clerk.get(&format!("/office/dossiers?q={AN}&limit=100")).await.json();
    let of_binh = clerk.get(&format!("/office/dossiers?q={BINH}&limit=100")).await.json();
    let (an, binh) = (of_an["total"].as_i64().unwrap(), of_binh["total"].as_i64().unwrap());
    assert!(an > 0 && binh > 0 && binh < total, "{of_binh}");
    let queues = clerk.get("/office/queues").await.json();
    assert_eq!(queues["items"].as_array().unwrap().len(), 10);
    let signed = clerk.get("/office/dossiers?status=10").await.json();
    let code = signed["items"][0]["code"].as_str().unwrap().to_owned();
    let account = {
        let now = t.app.now();
        let found = t.app.db.read(move |c| {
            let found = motcua::accounts::people::by_email(c, "an@demo.invalid")?;
            motcua::accounts::people::actor(c, found[0].id, now)
        });
        found.await.unwrap().account().unwrap()
    };
    let looks = async || t.app.db.read(move |c| access::about(c, account, 1000)).await.unwrap();
    let before = looks().await.len();
    assert_eq!(clerk.get(&format!("/office/dossiers/{code}")).await.status, 200);
    let after = looks().await;
    assert_eq!(after.len(), before + 1);
    assert!(after.iter().any(|e| e.purpose == "open_dossier" && e.dossier_ref.as_deref() == Some(code.as_str())));
    assert!(after.iter().any(|e| e.purpose == "search"), "looking for a number is a look too");
}

#[tokio::test]
async fn papers_are_pdf_and_only_those_that_were_made() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let done = clerk.get("/office/dossiers?status=10").await.json();
    let code = done["items"][0]["code"].as_str().unwrap().to_owned();
    for form in ["mau-01", "mau-06", "mau-07", "to-khai", "xac-nhan-nop"] {
        let pdf = clerk.get(&format!("/office/dossiers/{code}/papers/{form}")).await;
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"), "{form}");
        assert!(pdf.body.starts_with("%PDF-"), "{form}");
    }
    for form in ["mau-02", "mau-03", "mau-08", "nothing"] {
        assert_eq!(clerk.get(&format!("/office/dossiers/{code}/papers/{form}")).await.status, 404, "{form}");
    }
}

#[tokio::test]
async fn a_clerk_files_for_who_stands_at_the_counter() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    let body = |data: &Value| {
        json!({
            "procedure_code": "1.001193", "data": data,
            "applicant": {"full_name": "Y Ƀlŏ Niê", "identity_number": "046095000033", "phone": "0912000099"},
        })
    };
    let send = async |body: Value, key: &str| {
        let request = clerk.program.request("POST", "/api/v1/office/dossiers").bearer_auth(&clerk.token);
        clerk.program.send(request.header("idempotency-key", key).json(&body)).await
    };
    let count = async || clerk.get("/office/dossiers").await.json()["total"].as_i64().unwrap();
    let before = count().await;
    let broken = send(body(&json!({})), "a").await;
    assert_eq!(broken.status, 422, "{}", broken.body);
    let filed = send(body(&example), "b").await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let dossier = filed.json();
    assert_eq!((&dossier["intake"], &dossier["status"]["number"]), (&json!("counter"), &json!(1)));
    let again = send(body(&example), "b").await;
    assert_eq!(again.json()["reference"], dossier["reference"], "the same key, the same dossier");
    assert_eq!(count().await, before + 1);
    let name = dossier["reference"].as_str().unwrap();
    if dossier["fees_due"].as_i64().unwrap() > 0 {
        let due: Vec<&Value> = dossier["fees"].as_array().unwrap().iter().map(|f| &f["code"]).collect();
        clerk.does(name, "record_payment", json!({"method": "cash", "lines": due})).await;
    }
    let accepted = clerk.does(name, "accept", json!({})).await;
    let code = accepted["code"].as_str().unwrap();
    assert_eq!(clerk.get(&format!("/office/dossiers/{code}/papers/mau-01")).await.status, 200);
    let other = json!({
        "procedure_code": "1.001193", "data": example,
        "applicant": {"full_name": "Người Khác", "identity_number": "046095000033"},
    });
    assert_eq!(send(other, "c").await.status, 422, "the number is somebody else's");
    let handler = Person::officer(&t, "handler").await;
    assert_eq!(handler.post("/office/dossiers", json!({})).await.status, 403);
}

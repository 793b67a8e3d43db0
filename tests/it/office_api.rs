//! An office's work over the JSON API: the whole life of a dossier, who may not, when not, and what is logged.

use motcua::accounts::totp;
use motcua::audit::access;
use motcua::kernel::clock::machine_now;
use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use crate::support::app::{Answer, TestApp, Visitor};
use crate::support::demo::{self, AN, BINH, COMMITTEE, PAPER, PASSWORD};

const SECRET: &str = "JBSWY3DPEHPK3PXP";

/// Somebody with a bearer token.
struct Person {
    program: Visitor,
    token: String,
}

impl Person {
    async fn citizen(t: &TestApp, identifier: &str) -> Self {
        Self { program: t.visitor(), token: t.token(identifier, PASSWORD).await }
    }

    async fn officer(t: &TestApp, name: &str) -> Self {
        let program = t.visitor();
        let body = json!({
            "identifier": format!("{name}@demo.invalid"), "password": PASSWORD,
            "otp": totp::code_at(SECRET, machine_now()).unwrap(),
        });
        let answer = program.post_json("/api/v1/auth/login", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { program, token }
    }

    async fn get(&self, path: &str) -> Answer {
        self.program.get_as(&self.token, &format!("/api/v1{path}")).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.program.request("POST", &format!("/api/v1{path}")).bearer_auth(&self.token);
        self.program.send(request.json(&body)).await
    }

    async fn act(&self, dossier: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/office/dossiers/{dossier}/actions/{action}"), body).await
    }

    /// Does an act that must succeed.
    async fn does(&self, dossier: &str, action: &str, body: Value) -> Value {
        let answer = self.act(dossier, action, body).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        answer.json()
    }

    async fn attach(&self, dossier: &str, document: &str) {
        let part = Part::bytes(PAPER.to_vec()).file_name("giấy tờ.pdf");
        let form = Multipart::new().text("document", document.to_owned()).part("file", part);
        let path = format!("/api/v1/dossiers/{dossier}/attachments");
        let sent =
            self.program.send(self.program.request("POST", &path).bearer_auth(&self.token).multipart(form)).await;
        assert_eq!(sent.status, 201, "{}", sent.body);
    }

    /// Files a birth registration with every paper; its reference.
    async fn files(&self, t: &TestApp) -> String {
        let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
        let body = json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "data": example});
        let draft = self.post("/dossiers", body).await;
        assert_eq!(draft.status, 201, "{}", draft.body);
        let id = draft.json()["id"].as_str().unwrap().to_owned();
        let missing = self.post(&format!("/dossiers/{id}/submit"), json!({})).await.json();
        for error in missing["errors"].as_array().cloned().unwrap_or_default() {
            let pointer = error["pointer"].as_str().unwrap();
            self.attach(&id, pointer.strip_prefix("/documents/").unwrap_or_else(|| panic!("{pointer}"))).await;
        }
        let filed = self.post(&format!("/dossiers/{id}/submit"), json!({})).await;
        assert_eq!(filed.status, 200, "{}", filed.body);
        filed.json()["reference"].as_str().unwrap().to_owned()
    }
}

fn is_problem(answer: &Answer, status: u16) -> Value {
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{}", answer.body);
    answer.json()
}

fn allowed(dossier: &Value) -> Vec<&str> {
    dossier["allowed_actions"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect()
}

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
    handler.does(&code, "draft_result", json!({"data": {}, "outcome": "granted"})).await;
    handler.does(&code, "forward", json!({})).await;
    assert_eq!(handler.act(&code, "approve", json!({})).await.status, 403);

    let approver = Person::officer(&t, "approver").await;
    let decided = approver.does(&code, "approve", json!({"note": "Đồng ý"})).await;
    assert_eq!(decided["status"]["number"], 9);
    let unsigned = is_problem(&clerk.act(&code, "hand_over", json!({"method": "online"})).await, 409);
    assert!(unsigned["allowed_actions"].is_array(), "{unsigned}");
    let wrong = approver.act(&code, "sign", json!({"otp": "000000"})).await;
    assert_eq!(wrong.status, 401, "{}", wrong.body);
    let otp = totp::code_at(SECRET, machine_now()).unwrap();
    let signed = approver.does(&code, "sign", json!({"otp": otp})).await;
    assert_eq!(signed["results"][0]["signed"], true);
    let url = signed["results"][0]["url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    let pdf = approver.get(&url).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));

    let nobody = is_problem(&clerk.act(&code, "hand_over", json!({"method": "counter"})).await, 422);
    assert!(nobody["errors"].as_array().unwrap().iter().any(|e| e["pointer"] == "/receiver"), "{nobody}");
    let receiver = json!({"name": "Nguyễn Văn An", "relation": "chính chủ"});
    let body = json!({"method": "counter", "receiver": receiver, "signed": "hand"});
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
            "hand_over"
        ]
    );
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
    assert_eq!(clerk.act(&name, "approve", json!({})).await.status, 403, "a clerk decides nothing");
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
    assert_eq!(other.act(&name, "accept", json!({})).await.status, 403);
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
    assert_eq!(queues["items"].as_array().unwrap().len(), 9);
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

//! A citizen's dossiers over the JSON API: the whole way, bad input of every kind, other people.

use motcua::dossiers::Step;
use reqwest::multipart::Form as Multipart;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::citizen::{Citizen, is_problem, pointers};
use crate::support::demo::{self, AN, BINH, COMMITTEE, PAPER, PROGRAM};

#[tokio::test]
async fn a_citizen_goes_the_whole_way_over_the_api() {
    let t = demo::portal().await;
    let binh = Citizen::of(&t, BINH).await;
    let draft = binh.draft(&t).await;
    assert_eq!(draft["status"], json!({"number": null, "key": "draft", "label": "Bản nháp"}));
    assert_eq!(draft["code"], Value::Null);
    assert!(draft["data"].is_object() && draft["form_version"].is_string());
    let id = draft["id"].as_str().unwrap();

    let missing = pointers(&binh.submit(id, "k-1").await);
    assert!(!missing.is_empty() && missing.iter().all(|p| p.starts_with("/documents/")), "{missing:?}");
    let code = missing[0].strip_prefix("/documents/").unwrap();
    is_problem(&binh.upload(id, code, ("giay.pdf", PROGRAM)).await, 415, "file-refused");
    assert_eq!(pointers(&binh.upload(id, "khong_co", ("giay.pdf", PAPER)).await), ["/document"]);
    let mut sent = Value::Null;
    for pointer in &missing {
        let paper = binh.upload(id, pointer.strip_prefix("/documents/").unwrap(), ("giấy.pdf", PAPER)).await;
        assert_eq!(paper.status, 201, "{}", paper.body);
        sent = paper.json();
    }
    let file = binh.program.get_as(&binh.token, sent["url"].as_str().unwrap()).await;
    assert_eq!((file.status, file.header("x-content-type-options")), (200, "nosniff"));
    assert_eq!(file.header("cache-control"), "private, no-store");

    let filed = binh.submit(id, "k-1").await;
    assert_eq!(filed.status, 200, "{}", filed.body);
    let filed = filed.json();
    let reference = filed["reference"].as_str().unwrap().to_owned();
    assert_eq!((&filed["code"], &filed["status"]["number"]), (&Value::Null, &json!(1)));
    assert!(filed["acceptance_due_at"].is_string() && filed["fees_due"].is_i64());
    assert!(filed["remaining_working_minutes"].as_i64().unwrap() > 0);
    assert!(filed["allowed_actions"].as_array().unwrap().contains(&json!("withdraw")));
    let again = binh.submit(id, "k-1").await.json();
    assert_eq!(
        (&again["id"], &again["reference"]),
        (&filed["id"], &filed["reference"]),
        "the same key, the same dossier"
    );
    is_problem(&binh.submit(id, "k-2").await, 409, "not-allowed");

    // The agency asks for more, gets it, accepts and settles.
    let clerk = demo::officer(&t.app, "clerk").await;
    is_problem(&binh.post(&format!("/dossiers/{id}/supplement"), json!({})).await, 409, "not-allowed");
    let ask = json!({"reason": "Bản chụp mờ.", "items": [{"document": code, "note": "Chụp lại rõ bốn góc."}]});
    demo::act(&t.app, &clerk, &reference, (Step::RequestSupplement, ask)).await;
    let waiting = binh.get(&format!("/dossiers/{reference}")).await.json();
    assert_eq!(waiting["status"]["key"], "supplement_requested");
    assert_eq!(waiting["supplement"]["items"][0]["document"], code);
    let filed_paper = waiting["documents"][0]["id"].as_str().unwrap();
    let take_off =
        async |id: &str| binh.json("DELETE", &format!("/dossiers/{reference}/attachments/{id}"), json!({})).await;
    is_problem(&take_off(filed_paper).await, 409, "not-allowed");
    let extra = binh.upload(&reference, code, ("nhầm.pdf", PAPER)).await.json();
    assert_eq!(take_off(extra["id"].as_str().unwrap()).await.status, 204, "sent since the request");
    assert_eq!(binh.upload(&reference, code, ("rõ hơn.pdf", PAPER)).await.status, 201);
    let back = binh.post(&format!("/dossiers/{reference}/supplement"), json!({"note": "Đã chụp lại."})).await;
    assert_eq!(back.json()["status"]["number"], 1, "{}", back.body);
    let said = binh.post(&format!("/dossiers/{reference}/messages"), json!({"text": "Xin cảm ơn."})).await;
    assert_eq!(said.status, 200, "{}", said.body);
    let messages = binh.get(&format!("/dossiers/{reference}/messages")).await.json();
    assert_eq!(messages["items"][0]["text"], "Xin cảm ơn.");
    let accepted = demo::act(&t.app, &clerk, &reference, (Step::Accept, json!({}))).await;
    let code = accepted.dossier.code.unwrap();
    assert_eq!(binh.get(&format!("/dossiers/{code}")).await.json()["reference"], json!(reference));
    let paper = binh.get(&format!("/dossiers/{code}/papers/mau-01")).await;
    assert_eq!((paper.status, paper.header("content-type")), (200, "application/pdf"));
    assert_eq!(binh.get(&format!("/dossiers/{code}/papers/mau-03")).await.status, 404, "never made");
    settle(&t, &binh, &code).await;
}

/// From acceptance to the rating.
async fn settle(t: &TestApp, binh: &Citizen, code: &str) {
    let (clerk, handler) = (demo::officer(&t.app, "clerk").await, demo::officer(&t.app, "handler").await);
    let approver = demo::officer(&t.app, "approver").await;
    demo::act(&t.app, &clerk, code, (Step::Forward, json!({}))).await;
    demo::act(&t.app, &handler, code, (Step::Forward, json!({}))).await;
    demo::act(&t.app, &approver, code, (Step::Approve, json!({}))).await;
    assert_eq!(
        binh.get(&format!("/dossiers/{code}")).await.json()["results"],
        json!([]),
        "not before it is handed over"
    );
    t.app.sign_result(&approver, code, (None, None)).await.unwrap();
    t.app.sign_result(&demo::officer(&t.app, "records").await, code, (None, None)).await.unwrap();
    is_problem(&binh.post(&format!("/dossiers/{code}/rating"), json!({"score": 5})).await, 409, "not-allowed");
    demo::act(&t.app, &clerk, code, (Step::RecordPayment, json!({"method": "cash"}))).await;
    demo::act(&t.app, &clerk, code, (Step::HandOver, json!({"method": "online"}))).await;
    let done = binh.get(&format!("/dossiers/{code}")).await.json();
    assert_eq!(done["status"]["number"], 10);
    let result = &done["results"][0];
    let pdf = binh.program.get_as(&binh.token, result["url"].as_str().unwrap()).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    let genuine = t.visitor().get(&format!("/api/v1/results/{}", result["token"].as_str().unwrap())).await;
    assert_eq!(genuine.json()["valid"], true, "{}", genuine.body);
    assert!(!genuine.body.contains("Trần Thị Bình"), "no name to whoever finds the paper");
    assert_eq!(t.visitor().get("/api/v1/results/khong-co").await.status, 404);
    assert_eq!(pointers(&binh.post(&format!("/dossiers/{code}/rating"), json!({"score": 6})).await), ["/score"]);
    let rated = binh.post(&format!("/dossiers/{code}/rating"), json!({"score": 4, "comment": "Nhanh."})).await;
    assert_eq!(rated.json()["rating"], 4, "{}", rated.body);
    assert!(!rated.json()["allowed_actions"].as_array().unwrap().contains(&json!("rate")), "{}", rated.body);
    let again = binh.post(&format!("/dossiers/{code}/rating"), json!({"score": 1})).await;
    is_problem(&again, 409, "rated-already");
    assert!(again.json()["allowed_actions"].is_array(), "{}", again.body);
    let refused = binh.post(&format!("/dossiers/{code}/withdraw"), json!({"reason": "Thôi."})).await;
    is_problem(&refused, 409, "not-allowed");
    assert_eq!(refused.json()["allowed_actions"], json!([]), "rated is rated: {}", refused.body);
    let events = binh.get(&format!("/dossiers/{code}/events")).await.json();
    let acts: Vec<&str> = events["items"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap()).collect();
    assert_eq!((acts.first(), acts.last()), (Some(&"submit"), Some(&"hand_over")));
}

#[tokio::test]
async fn nobody_else_learns_that_a_dossier_exists() {
    let t = demo::portal().await;
    let (an, binh) = (Citizen::of(&t, AN).await, Citizen::of(&t, BINH).await);
    let id = binh.complete_draft(&t).await;
    let reference = binh.submit(&id, "x").await.json()["reference"].as_str().unwrap().to_owned();
    for name in [&id, &reference] {
        for path in ["", "/events", "/messages", "/papers/xac-nhan-nop"] {
            assert_eq!(an.get(&format!("/dossiers/{name}{path}")).await.status, 404, "{path}");
        }
        assert_eq!(an.json("PATCH", &format!("/dossiers/{name}"), json!({"data": {}})).await.status, 404);
        assert_eq!(an.post(&format!("/dossiers/{name}/withdraw"), json!({"reason": "x"})).await.status, 404);
        assert_eq!(an.submit(name, "x").await.status, 404);
        assert_eq!(an.upload(name, "giay_chung_sinh", ("a.pdf", PROGRAM)).await.status, 404);
    }
    assert_eq!(t.visitor().get(&format!("/api/v1/dossiers/{id}")).await.status, 401);
    let mine = binh.get("/dossiers?limit=1").await.json();
    assert_eq!(mine["items"][0]["id"], json!(id));
    assert!(mine["next_cursor"].is_string() && mine["total"].as_i64().unwrap() > 1);
    assert_eq!(binh.get("/dossiers?limit=0").await.status, 422);

    let track = |query: &str| format!("/api/v1/tracking/{reference}{query}");
    let public = t.visitor().get(&track("")).await;
    assert_eq!(public.json()["status"]["number"], 1);
    assert!(!public.body.contains("Bình"), "{}", public.body);
    let wrong = t.visitor().get(&track("?verifier=9999")).await.json();
    assert_eq!((&wrong["verified"], wrong.get("details")), (&json!(false), None));
    let right = t.visitor().get(&track("?verifier=0022")).await.json();
    assert_eq!(right["details"]["applicant"], "Trần Thị Bình");
    for _ in 0..10 {
        t.visitor().get(&track("?verifier=1234")).await;
    }
    let tired = t.visitor().get(&track("?verifier=0022")).await;
    is_problem(&tired, 429, "too-many-guesses");
    assert!(tired.header("retry-after").parse::<u32>().unwrap() > 0);
    let page = t.visitor().get(&format!("/tra-cuu?ma={reference}&xac-nhan=0022")).await;
    assert_eq!(page.status, 429);
    assert!(page.body.contains("đăng nhập để xem ngay") && !page.body.contains("Bình"), "kind, and no data");
    assert_eq!(t.visitor().get(&track("")).await.status, 200, "what everybody may know stays open");
    for unknown in ["00000-00000", "H57.31-261118-9999", "x", &id] {
        assert_eq!(t.visitor().get(&format!("/api/v1/tracking/{unknown}")).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn bad_input_is_told_and_changes_nothing() {
    let t = demo::portal().await;
    let binh = Citizen::of(&t, BINH).await;
    let draft = binh.draft(&t).await;
    let path = format!("/dossiers/{}", draft["id"].as_str().unwrap());
    let (section, field) = text_field(&draft["data"]);
    let with = |value: Value| json!({"data": {&section: {&field: value}}});
    let pointer = format!("/data/{section}/{field}");
    for value in [json!("<script>alert(1)</script>"), json!("Nguyễn 😀"), json!(5), json!({"a": 1}), json!([1])] {
        let told = pointers(&binh.json("PATCH", &path, with(value.clone())).await);
        assert!(told.iter().any(|p| p.starts_with(&pointer)), "{value}: {told:?}");
    }
    assert_eq!(pointers(&binh.json("PATCH", &path, json!({"data": {"khong_co": 1}})).await), ["/data/khong_co"]);
    assert_eq!(pointers(&binh.json("PATCH", &path, json!({"data": "x"})).await), ["/data"]);
    assert_eq!(pointers(&binh.json("PATCH", &path, json!({"khac": 1})).await), ["/khac"]);
    assert_eq!(pointers(&binh.json("PATCH", &path, json!({"delivery": {"method": "x"}})).await), ["/delivery/method"]);
    assert_eq!(pointers(&binh.json("PATCH", &path, json!({"delivery": {"to": "x"}})).await), ["/delivery/to"]);
    for (body, wanted) in [
        (b"{".to_vec(), 400),
        (b"{\"data\": \"\xff\"}".to_vec(), 400),
        (format!("{{\"data\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000)).into_bytes(), 400),
        (serde_json::to_vec(&with(json!("a".repeat(10_000_000)))).unwrap(), 413),
    ] {
        assert_eq!(binh.raw("PATCH", &path, body).await.status, wanted);
    }
    let long = binh.json("PATCH", &path, with(json!("a".repeat(20_000)))).await;
    assert_eq!(pointers(&long), std::slice::from_ref(&pointer));
    let now = binh.get(&path).await.json();
    assert_eq!((&now["version"], &now["data"]), (&draft["version"], &draft["data"]), "nothing was half saved");

    let decomposed = binh.json("PATCH", &path, with(json!("Nguye\u{302}\u{303}n Va\u{306}n"))).await;
    assert_eq!(decomposed.json()["data"][&section][&field], "Nguyễn Văn", "{}", decomposed.body);
    let version = draft["version"].as_i64().unwrap();
    let late = binh.program.request("PATCH", &format!("/api/v1{path}")).bearer_auth(&binh.token);
    let late = binh.program.send(late.header("if-match", format!("\"{version}\"")).json(&json!({"data": {}}))).await;
    is_problem(&late, 412, "stale");
    assert_eq!(late.json()["current_version"], version + 1);

    for (body, wanted) in [
        (json!({}), "/procedure_code"),
        (json!({"procedure_code": "9.999999", "agency_code": COMMITTEE}), "/procedure_code"),
        (json!({"procedure_code": "1.001193", "agency_code": "X"}), "/agency_code"),
        (json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "case": "khong_co"}), "/case"),
        (json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "data": []}), "/data"),
    ] {
        assert_eq!(pointers(&binh.post("/dossiers", body).await), [wanted]);
    }
    let no_file = binh.program.request("POST", &format!("/api/v1{path}/attachments")).bearer_auth(&binh.token);
    assert_eq!(
        pointers(&binh.program.send(no_file.multipart(Multipart::new().text("document", "x"))).await),
        ["/file"]
    );
    let store = binh.post(&format!("{path}/attachments"), json!({"from_store": "x"})).await;
    assert_eq!(pointers(&store), ["/from_store"]);
}

/// Section and key of a name among the example's answers.
fn text_field(data: &Value) -> (String, String) {
    let sections = data.as_object().unwrap();
    let found = sections.iter().find_map(|(section, fields)| {
        let key = fields.as_object()?.keys().find(|key| key.contains("ho_ten"))?;
        Some((section.clone(), key.clone()))
    });
    found.expect("a declaration asks for a name")
}

#[tokio::test]
async fn two_at_once_make_one_dossier() {
    let t = demo::portal().await;
    let binh = Citizen::of(&t, BINH).await;
    let id = binh.complete_draft(&t).await;
    let other = Citizen::of(&t, BINH).await;
    let (one, two) = tokio::join!(binh.submit(&id, "k"), other.submit(&id, "k"));
    assert_eq!((one.status, two.status), (200, 200), "{} {}", one.body, two.body);
    assert_eq!(one.json()["reference"], two.json()["reference"]);
    let again = binh.complete_draft(&t).await;
    let (one, two) = tokio::join!(binh.submit(&again, "k-1"), other.submit(&again, "k-2"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 409 | 412]), "{statuses:?}");
    let reused = binh.complete_draft(&t).await;
    is_problem(&binh.submit(&reused, "k").await, 409, "submission-key");
}

//! Opening an account and bearer tokens through the API.

use serde_json::json;

use crate::support::app::{AN, PASSWORD, TestApp};

#[tokio::test]
async fn a_citizen_registers_verifies_signs_in_and_out() {
    let t = TestApp::start();
    t.register(&AN).await;
    for identifier in [AN.number, AN.phone, "+84912000019"] {
        let token = t.token(identifier, PASSWORD).await;
        let me = t.visitor().get_as(&token, "/api/v1/me").await;
        assert_eq!(me.status, 200);
        let me = me.json();
        assert_eq!(me["full_name"], AN.name);
        assert_eq!(me["identity_number"], AN.number);
        assert_eq!((&me["identity_level"], &me["kind"]), (&json!(1), &json!("citizen")));
        let visitor = t.visitor();
        let out = visitor.send(visitor.request("POST", "/api/v1/auth/logout").bearer_auth(&token)).await;
        assert_eq!(out.status, 204);
        assert_eq!(t.visitor().get_as(&token, "/api/v1/me").await.status, 401, "the token is dead at once");
    }
}

#[tokio::test]
async fn tokens_run_out_by_the_portals_clock() {
    let t = TestApp::start();
    t.register(&AN).await;
    let token = t.token(AN.phone, PASSWORD).await;
    t.set_clock("2026-11-18T16:59:00+07:00");
    assert_eq!(t.visitor().get_as(&token, "/api/v1/me").await.status, 200);
    t.set_clock("2026-11-18T17:01:00+07:00");
    assert_eq!(t.visitor().get_as(&token, "/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn wrong_credentials_are_told_alike_and_lock_in_the_end() {
    let t = TestApp::start();
    t.register(&AN).await;
    let visitor = t.visitor();
    let login = |who: &str| json!({"identifier": who, "password": "không phải đâu"});
    let known = visitor.post_json("/api/v1/auth/login", &login(AN.phone)).await;
    let unknown = visitor.post_json("/api/v1/auth/login", &login("0987654321")).await;
    assert_eq!((known.status, unknown.status), (401, 401));
    assert_eq!(known.json()["type"], unknown.json()["type"]);
    assert!(known.json()["type"].as_str().unwrap().ends_with("wrong-credentials"));
    for _ in 0..4 {
        visitor.post_json("/api/v1/auth/login", &login(AN.phone)).await;
    }
    let right = json!({"identifier": AN.phone, "password": PASSWORD});
    let locked = visitor.post_json("/api/v1/auth/login", &right).await;
    assert_eq!(locked.status, 429);
    assert!(locked.header("retry-after").parse::<i64>().unwrap() >= 1);
    t.set_clock("2026-11-18T09:10:00+07:00");
    assert_eq!(visitor.post_json("/api/v1/auth/login", &right).await.status, 200);
}

#[tokio::test]
async fn faulty_fields_are_named() {
    let t = TestApp::start();
    let visitor = t.visitor();
    let body = json!({
        "identity_number": "0460", "full_name": "Ai 123", "date_of_birth": "30/02/1990",
        "phone": "0234 3000 000", "password": "ngắn",
    });
    let answer = visitor.post_json("/api/v1/auth/register", &body).await;
    assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"));
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let pointers: Vec<&str> = errors.iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    for pointer in ["/identity_number", "/full_name", "/date_of_birth", "/phone", "/password"] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    assert!(errors.iter().all(|e| !e["message"].as_str().unwrap().is_empty()));
    for (lang, told) in [("vi", "từ 001 đến 096"), ("en", "001 to 096")] {
        let mut elsewhere = body.clone();
        elsewhere["identity_number"] = json!("097090000011");
        let request = visitor.request("POST", "/api/v1/auth/register").header("accept-language", lang);
        let errors = visitor.send(request.json(&elsewhere)).await.json()["errors"].as_array().unwrap().clone();
        let place = errors.iter().find(|e| e["pointer"] == "/identity_number").unwrap();
        let said = place["message"].as_str().unwrap();
        assert!(said.contains(told) && !said.contains("12"), "{said}");
    }
    let missing = visitor.post_json("/api/v1/auth/register", &json!({"full_name": "An"})).await;
    assert_eq!((missing.status, missing.json()["errors"][0]["code"].clone()), (422, json!("required")));
}

#[tokio::test]
async fn bodies_that_are_no_json_are_the_senders_fault() {
    let t = TestApp::start();
    let visitor = t.visitor();
    let send = |kind: &'static str, body: Vec<u8>| {
        visitor.send(visitor.request("POST", "/api/v1/auth/login").header("content-type", kind).body(body))
    };
    let json = "application/json";
    assert_eq!(send(json, b"{".to_vec()).await.status, 400);
    assert_eq!(send(json, b"{\"identifier\":\"\xff\"}".to_vec()).await.status, 400);
    assert_eq!(send(json, b"{\"identifier\":\"a\\u0000\",\"password\":\"b\"}".to_vec()).await.status, 400);
    assert_eq!(send(json, "[".repeat(200_000).into_bytes()).await.status, 400);
    assert_eq!(send(json, vec![b' '; 2 << 20]).await.status, 413);
    assert_eq!(send("text/plain", b"{}".to_vec()).await.status, 415);
    assert_eq!(send("application/x-www-form-urlencoded", b"identifier=a".to_vec()).await.status, 415);
    assert_eq!(send(json, b"{\"identifier\":1,\"password\":\"b\"}".to_vec()).await.status, 422);
    assert_eq!(send(json, Vec::new()).await.status, 422);
    assert_eq!(send(json, b"null".to_vec()).await.status, 422);
}

#[tokio::test]
async fn a_pages_cookie_is_no_bearer_token_and_the_other_way_round() {
    let t = TestApp::start();
    t.register(&AN).await;
    let browser = t.signed_in(AN.phone, PASSWORD).await;
    assert_eq!(browser.get("/tai-khoan").await.status, 200);
    assert_eq!(browser.get("/api/v1/me").await.status, 401, "the API takes no cookies");
    let token = t.token(AN.phone, PASSWORD).await;
    let visitor = t.visitor();
    let forged = visitor.request("GET", "/tai-khoan").header("cookie", format!("motcua_session={token}"));
    assert_eq!(visitor.send(forged).await.status, 303);
}

//! Wrong requests get a kind page or a problem document, never a 500 and never nothing.

use crate::support::app::TestApp;

#[tokio::test]
async fn every_answer_has_a_number_and_the_safety_headers() {
    let t = TestApp::start();
    for path in ["/health/live", "/khong-co", "/api/v1/khong-co"] {
        let answer = t.visitor().get(path).await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'self'"), "{path}");
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "http has no HSTS");
    }
    let https = TestApp::start_with(&[("MOTCUA_PUBLIC_URL", "https://motcua.invalid")]);
    assert!(https.visitor().get("/health/live").await.header("strict-transport-security").contains("max-age="));
}

#[tokio::test]
async fn an_unknown_address_is_a_page_or_a_problem() {
    let t = TestApp::start();
    let page = t.visitor().get("/khong-co").await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.body.contains(page.header("x-request-id")), "the page names its reference");
    assert!(page.body.contains("<html lang=\"vi\">") && page.body.contains("Không tìm thấy trang"), "{}", page.body);
    let english = t.visitor().get("/khong-co?lang=en").await;
    assert!(english.body.contains("<html lang=\"en\">") && english.body.contains("Page not found"));
    let problem = t.visitor().get("/api/v1/khong-co").await;
    assert_eq!((problem.status, problem.header("content-type")), (404, "application/problem+json"));
    let document = problem.json();
    assert_eq!(document["status"], 404);
    assert_eq!(document["title"], "Không tìm thấy trang");
    assert!(document["type"].as_str().unwrap().ends_with("not-found"), "{document}");
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let t = TestApp::start();
    let visitor = t.visitor();
    let answer = visitor.send(visitor.request("POST", "/health/live")).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"));
    let head = visitor.send(visitor.request("HEAD", "/health/live")).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn addresses_that_are_no_text_are_refused() {
    let t = TestApp::start();
    for path in ["/health/live?a=%ff", "/%c3%28", "/a%00b", "/health/live?q=%00"] {
        assert_eq!(t.visitor().get(path).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn a_flood_from_one_address_is_held_back() {
    let t = TestApp::start_with(&[("MOTCUA__LIMITS__REQUESTS_PER_SECOND", "1"), ("MOTCUA__LIMITS__BURST", "3")]);
    let visitor = t.visitor();
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(visitor.get("/khong-co").await.status);
    }
    assert_eq!(statuses.iter().filter(|s| **s == 404).count(), 3, "{statuses:?}");
    let held = visitor.get("/khong-co").await;
    assert_eq!(held.status, 429);
    assert!(held.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(visitor.get("/health/live").await.status, 200, "a supervisor is never held back");
}

#[tokio::test]
async fn the_language_is_kept_in_a_cookie() {
    let t = TestApp::start();
    let visitor = t.visitor();
    assert!(visitor.get("/khong-co").await.body.contains("<html lang=\"vi\">"));
    visitor.get("/khong-co?lang=en").await;
    assert!(visitor.get("/khong-co").await.body.contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn style_sheets_may_be_kept_for_ever_and_come_compressed() {
    let t = TestApp::start();
    let page = t.visitor().get("/khong-co").await;
    let start = page.body.find("/static/css/app.").unwrap();
    let path = page.body[start..].split('"').next().unwrap();
    let plain = t.visitor().get(path).await;
    assert_eq!((plain.status, plain.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(plain.header("cache-control").contains("immutable"));
    let visitor = t.visitor();
    let packed = visitor.request("GET", path).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    assert!(packed.bytes().await.unwrap().len() < plain.body.len());
    assert_eq!(t.visitor().get("/static/css/app.css").await.status, 404);
}

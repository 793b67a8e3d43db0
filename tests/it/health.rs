//! What supervisors, load balancers and Prometheus see.

use crate::support::app::TestApp;

#[tokio::test]
async fn a_healthy_portal_says_so() {
    let t = TestApp::start();
    let visitor = t.visitor();
    assert_eq!(visitor.get("/health/live").await.status, 200);
    let ready = visitor.get("/health/ready").await;
    assert_eq!((ready.status, ready.json()["status"].as_str()), (200, Some("ok")));
}

#[tokio::test]
async fn a_portal_whose_schema_is_behind_is_not_ready() {
    let t = TestApp::start();
    motcua::db::migrate::revert(&t.app.db, Some(1)).unwrap();
    let ready = t.visitor().get("/health/ready").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["failing"], serde_json::json!(["migrations"]));
    assert!(!ready.header("retry-after").is_empty());
    assert_eq!(t.visitor().get("/health/live").await.status, 200);
}

#[tokio::test]
async fn metrics_count_by_pattern_and_are_for_this_machine_only() {
    let t = TestApp::start_with(&[("MOTCUA__METRICS__TOKEN", "a-token")]);
    let visitor = t.visitor();
    visitor.get("/health/live").await;
    visitor.get("/nowhere-at-all").await;
    let metrics = visitor.get("/metrics").await;
    assert_eq!(metrics.status, 200);
    let line = r#"motcua_http_requests_total{method="GET",route="/health/live",status="200"} 1"#;
    assert!(metrics.body.contains(line), "{}", metrics.body);
    assert!(!metrics.body.contains("nowhere-at-all"), "an address of a visitor became a label");
    let through_a_proxy = visitor.request("GET", "/metrics").header("x-forwarded-for", "198.51.100.1");
    assert_eq!(visitor.send(through_a_proxy).await.status, 403);
    let with_token =
        visitor.request("GET", "/metrics").header("x-forwarded-for", "198.51.100.1").bearer_auth("a-token");
    assert_eq!(visitor.send(with_token).await.status, 200);
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_its_visitor() {
    let t = TestApp::start_with(&[("MOTCUA__SERVER__TRUSTED_PROXIES", "127.0.0.1,10.0.0.1")]);
    let visitor = t.visitor();
    let proxied = |from: &str| visitor.request("GET", "/metrics").header("x-forwarded-for", from.to_owned());
    assert_eq!(visitor.send(proxied("198.51.100.1")).await.status, 403);
    assert_eq!(visitor.send(proxied("127.0.0.1, 198.51.100.1")).await.status, 403, "a forged beginning");
}

#[tokio::test]
async fn a_portal_that_can_keep_no_files_is_not_ready() {
    let t = TestApp::start();
    let folder = t.app.settings.storage_url.strip_prefix("file:").unwrap().to_owned();
    std::fs::remove_dir_all(folder).unwrap();
    let ready = t.visitor().get("/health/ready").await;
    assert_eq!((ready.status, ready.json()["failing"].clone()), (503, serde_json::json!(["storage"])));
}

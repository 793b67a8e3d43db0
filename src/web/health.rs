//! Health for supervisors and load balancers, figures for Prometheus.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::Visit;
use crate::db;

/// The process is up.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Every part that a request needs is up; otherwise 503 names those that are not.
pub async fn ready(visit: Visit) -> HttpResponse {
    let database = visit.app.db.clone();
    let checked = visit.app.db.read(move |_| Ok::<_, db::Error>(db::migrate::is_current(&database))).await;
    let mut failing = Vec::new();
    match checked {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => failing.push("migrations"),
        Ok(Err(_)) | Err(_) => failing.push("database"),
    }
    let storage = visit.app.settings.storage_url.clone();
    if !matches!(tokio::task::spawn_blocking(move || writable(&storage)).await, Ok(true)) {
        failing.push("storage");
    }
    if failing.is_empty() {
        return HttpResponse::Ok().json(serde_json::json!({"status": "ok"}));
    }
    tracing::warn!(?failing, "not ready");
    HttpResponse::ServiceUnavailable()
        .insert_header((header::RETRY_AFTER, "5"))
        .json(serde_json::json!({"status": "unavailable", "failing": failing}))
}

/// Whether files can be kept: the folder is there and takes one.
fn writable(storage_url: &str) -> bool {
    let Some(folder) = storage_url.strip_prefix("file:") else { return true };
    let probe = std::path::Path::new(folder).join(format!(".ready-{}", std::process::id()));
    let written = std::fs::write(&probe, b"ok").is_ok();
    written && std::fs::remove_file(&probe).is_ok()
}

/// All figures in Prometheus text format.
pub async fn metrics(visit: Visit) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(visit.app.metrics.render())
}

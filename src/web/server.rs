//! The server itself: sockets, time-outs, graceful end.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{HttpServer, web};

use super::public::cache::PageCache;
use super::{around, gate, limit::Limiter, routes};
use crate::app::App;

/// Seconds that requests in progress have when the server ends.
const DRAIN_SECONDS: u64 = 30;

/// Addresses that are none of the portal's own: the development gateway's. They stand outside of the route table, as a
/// stranger's would.
pub type Extra = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// A server over `listener`, not yet polled. It ends when `stop` does, after draining.
///
/// # Errors
/// When the socket can't be used.
pub fn server(
    app: App,
    (listener, extra): (TcpListener, Option<Extra>),
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<Server> {
    let limiter = web::Data::new(Limiter::new(&app.settings.limits, app.settings.server.trusted_proxies.clone()));
    let pages = web::Data::new(PageCache::default());
    let policy = web::Data::new(around::Policy::of(&app));
    let workers = app.settings.server.workers;
    let body_bytes = app.settings.limits.body_kib * 1024;
    let sweeper = limiter.clone();
    actix_web::rt::spawn(async move { sweeper.into_inner().sweep().await });
    let mut server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(web::Data::new(app.clone()))
            .app_data(limiter.clone())
            .app_data(pages.clone())
            .app_data(policy.clone())
            .app_data(web::PayloadConfig::new(body_bytes))
            .wrap(from_fn(around::around))
            .wrap(Compress::default())
            .configure(routes::configure)
            .configure(|config| extra.iter().for_each(|extra| extra(config)))
            .default_service(web::to(gate::nowhere).wrap(from_fn(|req, next| gate::gate(&[], req, next))))
    })
    .shutdown_timeout(DRAIN_SECONDS)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75))
    .shutdown_signal(stop);
    if workers > 0 {
        server = server.workers(workers);
    }
    Ok(server.listen(listener)?.run())
}

/// Serves until `stop`.
///
/// # Errors
/// When the socket can't be used.
pub async fn serve(
    app: App,
    listener: (TcpListener, Option<Extra>),
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    server(app, listener, stop)?.await
}

/// Ends when an operator asks the process to end: SIGTERM or SIGINT.
pub async fn shutdown_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM can't be heard");
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

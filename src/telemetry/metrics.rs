//! Figures for Prometheus.

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The product's metrics. Labels are route patterns and fixed words, never values of a request.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Requests answered, by method, route and status.
    pub requests: IntCounterVec,
    /// Seconds to answer, by route.
    pub seconds: HistogramVec,
    /// Outbox jobs finished, by kind and outcome.
    pub jobs: IntCounterVec,
    /// Outbox jobs waiting, by state.
    pub jobs_waiting: IntGaugeVec,
    /// Notices of payment gateways, by gateway and what came of them.
    pub payment_notices: IntCounterVec,
    /// Notices of payment gateways that a person has to look at.
    pub payment_notices_held: IntGauge,
}

impl Metrics {
    /// Registers every metric.
    ///
    /// # Errors
    /// Only for two metrics of one name, that is, a mistake in this file.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("motcua_http_requests_total", "Requests answered"),
            &["method", "route", "status"],
        )?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("motcua_http_request_seconds", "Time to answer")
                .buckets(vec![0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
            &["route"],
        )?;
        let jobs = IntCounterVec::new(Opts::new("motcua_jobs_total", "Outbox jobs finished"), &["kind", "outcome"])?;
        let jobs_waiting = IntGaugeVec::new(Opts::new("motcua_jobs_waiting", "Outbox jobs by state"), &["state"])?;
        let payment_notices = IntCounterVec::new(
            Opts::new("motcua_payment_notices_total", "Notices of payment gateways"),
            &["gateway", "verdict"],
        )?;
        let payment_notices_held =
            IntGauge::new("motcua_payment_notices_held", "Notices of payment gateways that a person has to look at")?;
        registry.register(Box::new(payment_notices.clone()))?;
        registry.register(Box::new(payment_notices_held.clone()))?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(jobs.clone()))?;
        registry.register(Box::new(jobs_waiting.clone()))?;
        Ok(Self { registry, requests, seconds, jobs, jobs_waiting, payment_notices, payment_notices_held })
    }

    /// All figures in Prometheus text format.
    pub fn render(&self) -> String {
        let mut out = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut out) {
            Ok(()) => String::from_utf8(out).unwrap_or_default(),
            Err(_) => String::new(),
        }
    }
}

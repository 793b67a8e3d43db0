//! Public statistics and open data.

use crate::templating::Page;

/// `/thong-ke`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Stats {
    /// ISO dates, both ends included.
    pub from: String,
    pub to: String,
    pub error: Option<String>,
    pub received: i64,
    pub received_online: i64,
    pub decided: i64,
    pub decided_on_time: i64,
    pub decided_late: i64,
    /// 0 to 1
    pub on_time_rate: Option<f64>,
    pub overdue: i64,
    pub ratings: i64,
    /// 0 to 1
    pub satisfied_rate: Option<f64>,
    pub agencies: Vec<AgencyLine>,
    /// The same as a file.
    pub csv: String,
    pub json: String,
}

/// One agency's line.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AgencyLine {
    pub name: String,
    pub received: i64,
    pub decided: i64,
    pub on_time_rate: Option<f64>,
}

impl Page for Stats {
    const TEMPLATE: &'static str = "public/stats.html";

    fn samples() -> Vec<Self> {
        let line =
            |rate| AgencyLine {
                name: "UBND phường Thuận Hóa".into(), received: 20, decided: 18, on_time_rate: rate
            };
        let full = Self {
            from: "2026-11-01".into(),
            to: "2026-11-21".into(),
            error: None,
            received: 1234,
            received_online: 1000,
            decided: 1100,
            decided_on_time: 1090,
            decided_late: 10,
            on_time_rate: Some(0.991),
            overdue: 2,
            ratings: 50,
            satisfied_rate: Some(0.96),
            agencies: vec![line(Some(0.9)), line(None)],
            csv: "/du-lieu-mo/thong-ke.csv?tu=2026-11-01&den=2026-11-21".into(),
            json: "/api/v1/stats/kpi?from=2026-11-01&to=2026-11-21".into(),
        };
        let empty = Self {
            error: Some("Ngày chưa đúng.".into()),
            on_time_rate: None,
            satisfied_rate: None,
            agencies: Vec::new(),
            ..full.clone()
        };
        vec![full, empty]
    }
}

/// `/du-lieu-mo`
#[derive(Clone, Debug, serde::Serialize)]
pub struct OpenData {
    pub sets: Vec<DataSet>,
}

/// A set of data to download.
#[derive(Clone, Debug, serde::Serialize)]
pub struct DataSet {
    /// Key of its title and description.
    pub key: String,
    pub href: String,
    /// `CSV` or `JSON`
    pub format: String,
}

impl Page for OpenData {
    const TEMPLATE: &'static str = "public/open_data.html";

    fn samples() -> Vec<Self> {
        let set = |key: &str, format: &str| DataSet { key: key.into(), href: "/x".into(), format: format.into() };
        vec![Self { sets: vec![set("procedures", "JSON"), set("kpi", "CSV"), set("kpi-json", "JSON")] }]
    }
}

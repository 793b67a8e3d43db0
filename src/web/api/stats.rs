//! `/api/v1/stats/kpi`: public indicators.

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::{Deserialize, Serialize};

use crate::accounts::agencies;
use crate::db::{self, Conn};
use crate::kernel::local_date;
use crate::reports::{self, AgencyKpi, Kpi, Span};
use crate::web::public::stats::span;
use crate::web::{Error, Fault, Result, Visit};

/// What is asked.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// First day, `YYYY-MM-DD`; the first of the last day's month by default.
    from: String,
    /// Last day; today by default.
    to: String,
    /// Code of an agency; all by default.
    agency: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    from: String,
    to: String,
    agency: Option<String>,
    #[serde(flatten)]
    kpi: Kpi,
    agencies: Vec<AgencyKpi>,
}

/// Indicators of a span of days: received, decided, in time, late, overdue, satisfied; and by agency.
#[utoipa::path(get, path = "/api/v1/stats/kpi", tag = "stats", params(Asked), responses(
    (status = 200, description = "The indicators"),
    (status = 404, description = "No such agency", content_type = "application/problem+json"),
    (status = 422, description = "Dates that are none, or not in order", content_type = "application/problem+json"),
))]
pub async fn kpi(visit: Visit, asked: Query<Asked>) -> Result {
    let now = visit.now();
    let span = span(&asked.from, &asked.to, local_date(now)).ok_or_else(|| {
        let message = visit.text("stats-bad-dates", &[]);
        Error::invalid(vec![Fault { pointer: "/from".into(), code: "type".into(), message }])
    })?;
    let code = asked.agency.clone().filter(|code| !code.is_empty());
    let wanted = code.clone();
    let read = move |conn: &mut Conn| {
        let agency = match &wanted {
            Some(code) => Some(agencies::by_code(conn, code)?.ok_or(db::Error::NotFound)?.id),
            None => None,
        };
        let span = Span { agency, ..span };
        Ok::<_, db::Error>((reports::kpi(conn, &span, now)?, reports::by_agency(conn, &span)?))
    };
    let (kpi, agencies) = visit.app.db.read(read).await.map_err(|e| match e {
        db::Error::NotFound => Error::not_found(),
        other => other.into(),
    })?;
    Ok(HttpResponse::Ok().json(Answer {
        from: span.from.to_string(),
        to: span.to.to_string(),
        agency: code,
        kpi,
        agencies,
    }))
}

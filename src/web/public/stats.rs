//! `/thong-ke`, `/du-lieu-mo`: public statistics and open data.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use jiff::civil::Date;

use crate::db::{self, Conn};
use crate::kernel::local_date;
use crate::reports::{self, AgencyKpi, Kpi, Span};
use crate::templating::pages::stats::{AgencyLine, DataSet, OpenData, Stats};
use crate::web::{Error, Result, Visit};

/// The longest span, in days: three years.
const LONGEST: i32 = 3 * 366;

/// What the address asks.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    tu: String,
    den: String,
}

/// From the first of this month until today.
pub(in crate::web) fn this_month(today: Date) -> Span {
    Span { from: today.first_of_month(), to: today, agency: None }
}

/// A span of dates that are in order and not too far apart.
pub(in crate::web) fn span(from: &str, to: &str, today: Date) -> Option<Span> {
    let usual = this_month(today);
    let date = |text: &str, or: Date| if text.is_empty() { Some(or) } else { text.parse::<Date>().ok() };
    let to = date(to, usual.to)?;
    let from = date(from, to.first_of_month())?;
    let days = (to - from).get_days();
    (from <= to && days <= LONGEST).then_some(Span { from, to, agency: None })
}

async fn counted(visit: &Visit, span: Span) -> Result<(Kpi, Vec<AgencyKpi>)> {
    let now = visit.now();
    let read =
        move |conn: &mut Conn| Ok::<_, db::Error>((reports::kpi(conn, &span, now)?, reports::by_agency(conn, &span)?));
    Ok(visit.app.db.read(read).await?)
}

/// `GET /thong-ke`
pub async fn show(visit: Visit, asked: Query<Asked>) -> Result {
    let today = local_date(visit.now());
    let wanted = span(asked.tu.trim(), asked.den.trim(), today);
    let error = wanted.is_none().then(|| visit.text("stats-bad-dates", &[]));
    let span = wanted.unwrap_or_else(|| this_month(today));
    let (kpi, agencies) = counted(&visit, span).await?;
    let line = |a: AgencyKpi| AgencyLine {
        name: a.name,
        received: a.received,
        decided: a.decided,
        on_time_rate: a.on_time_rate,
    };
    let page = Stats {
        from: span.from.to_string(),
        to: span.to.to_string(),
        received: kpi.received,
        received_online: kpi.received_online,
        decided: kpi.decided,
        decided_on_time: kpi.decided_on_time,
        decided_late: kpi.decided_late,
        on_time_rate: kpi.on_time_rate,
        overdue: kpi.overdue,
        ratings: kpi.ratings,
        satisfied_rate: kpi.satisfied_rate,
        agencies: agencies.into_iter().map(line).collect(),
        csv: format!("/du-lieu-mo/thong-ke.csv?tu={}&den={}", span.from, span.to),
        json: format!("/api/v1/stats/kpi?from={}&to={}", span.from, span.to),
        error,
    };
    if page.error.is_some() { visit.page_again(&page) } else { visit.page(&page) }
}

/// `GET /du-lieu-mo`
pub async fn open_data(visit: Visit) -> Result {
    let set =
        |key: &str, href: &str, format: &str| DataSet { key: key.into(), href: href.into(), format: format.into() };
    let sets = vec![
        set("procedures", "/api/v1/procedures?limit=100", "JSON"),
        set("kpi", "/du-lieu-mo/thong-ke.csv", "CSV"),
        set("kpi-json", "/api/v1/stats/kpi", "JSON"),
    ];
    visit.page(&OpenData { sets })
}

/// `GET /du-lieu-mo/thong-ke.csv`
pub async fn csv(visit: Visit, asked: Query<Asked>) -> Result {
    let span = span(asked.tu.trim(), asked.den.trim(), local_date(visit.now()));
    let span = span.ok_or_else(|| Error::bad_request("bad-request"))?;
    let (_, agencies) = counted(&visit, span).await?;
    let text = reports::csv_of(&agencies).map_err(Error::internal)?;
    let name = format!("attachment; filename=\"thong-ke-{}-{}.csv\"", span.from, span.to);
    // The mark tells spreadsheets that it is UTF-8.
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(format!("\u{feff}{text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_in_order_and_bounded() {
        let today = jiff::civil::date(2026, 11, 21);
        let read = |from, to| span(from, to, today).map(|s| (s.from.to_string(), s.to.to_string()));
        assert_eq!(read("", ""), Some(("2026-11-01".into(), "2026-11-21".into())));
        assert_eq!(read("2026-10-05", "2026-10-31"), Some(("2026-10-05".into(), "2026-10-31".into())));
        for (from, to) in [("2026-11-22", "2026-11-21"), ("x", ""), ("1990-01-01", "2026-01-01")] {
            assert_eq!(read(from, to), None, "{from} {to}");
        }
    }
}

//! `/can-bo/tai-chinh/da-thu`: what came and was given back; files for the treasury and the tax authority.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;
use jiff::civil::Date;

use super::{Part, agencies, tabs};
use crate::accounts;
use crate::db::{self, Conn};
use crate::kernel::{Vnd, local_date};
use crate::reports::Span;
use crate::reports::money::{self, MoneyLine, MoneyReport, ReceiptDay, csv_lines};
use crate::templating::pages::money::{MoneyReportPage, MoneyRow, MoneySums, SummaryRow};
use crate::web::portal::words::day;
use crate::web::public::stats::{span, this_month};
use crate::web::{Error, Result, Visit};

/// What the address asks.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    tu: String,
    den: String,
}

impl Asked {
    fn span(&self, visit: &Visit) -> Option<Span> {
        span(self.tu.trim(), self.den.trim(), local_date(visit.now()))
    }
}

async fn report(visit: &Visit, span: Span) -> Result<MoneyReport> {
    let agencies = agencies(visit)?;
    let read = move |c: &mut Conn| money::money(c, agencies.as_deref(), &span);
    visit.app.db.read(read).await.map_err(|e: db::Error| Error::from(e))
}

async fn receipt_days(visit: &Visit, span: Span) -> Result<Vec<ReceiptDay>> {
    let agencies = agencies(visit)?;
    let read = move |c: &mut Conn| money::receipt_days(c, agencies.as_deref(), &span);
    visit.app.db.read(read).await.map_err(|e: db::Error| Error::from(e))
}

/// `GET /can-bo/tai-chinh/da-thu`
pub async fn show(visit: Visit, asked: Query<Asked>) -> Result {
    let wanted = asked.span(&visit);
    let error = wanted.is_none().then(|| visit.text("stats-bad-dates", &[]));
    let span = wanted.unwrap_or_else(|| this_month(local_date(visit.now())));
    let found = report(&visit, span).await?;
    let days = receipt_days(&visit, span).await?;
    let summary = |of: &ReceiptDay| SummaryRow {
        href: format!("/can-bo/tai-chinh/tong-hop-bien-lai.xml?ngay={}&co_quan={}", of.day, of.agency),
        day: day(of.day),
        agency: of.agency.clone(),
        book: format!("{} {}", of.template, of.series),
        numbers: format!("{}–{}", of.first_number, of.last_number),
        count: of.count,
        total: Vnd(of.total_vnd),
        cancelled: of.cancelled,
    };
    let words = |line: &MoneyLine| MoneyRow {
        day: day(line.day),
        kind: visit.text(&format!("money-kind-{}", line.kind), &[]),
        channel: channel(&visit, &line.channel),
        procedure: line.procedure.clone(),
        count: line.count,
        collected: Vnd(line.collected_vnd),
        returned: Vnd(line.returned_vnd),
    };
    let asked = format!("tu={}&den={}", span.from, span.to);
    let page = MoneyReportPage {
        tabs: tabs(&visit, Part::Report).await?,
        from: span.from.to_string(),
        to: span.to.to_string(),
        rows: found.lines.iter().map(words).collect(),
        sums: MoneySums {
            arrived: found.arrived,
            collected: found.collected,
            surplus: found.surplus,
            loose: found.loose,
            returned: found.returned,
            receipted: found.receipted,
            nobodys: found.nobodys,
        },
        balances: found.collected == found.receipted,
        receipts: days.iter().map(summary).collect(),
        csv: format!("/can-bo/tai-chinh/da-thu.csv?{asked}"),
        receipts_csv: format!("/can-bo/tai-chinh/bien-lai.csv?{asked}"),
        error,
    };
    if page.error.is_some() { visit.page_again(&page) } else { visit.page(&page) }
}

fn channel(visit: &Visit, channel: &str) -> String {
    let key = if channel == "gateway" { "refund-way-gateway".to_owned() } else { format!("money-way-{channel}") };
    visit.text(&key, &[])
}

/// `GET /can-bo/tai-chinh/da-thu.csv`
pub async fn csv(visit: Visit, asked: Query<Asked>) -> Result {
    let span = asked.span(&visit).ok_or_else(|| Error::bad_request("bad-request"))?;
    let found = report(&visit, span).await?;
    let headings = ["ngay", "loai", "kenh_thu", "ma_thu_tuc", "so_khoan", "da_thu_vnd", "da_hoan_vnd"];
    let text = csv_lines(&found.lines, &headings).map_err(Error::internal)?;
    Ok(file(&text, &format!("da-thu-{}-{}.csv", span.from, span.to)))
}

/// `GET /can-bo/tai-chinh/bien-lai.csv`
pub async fn receipts(visit: Visit, asked: Query<Asked>) -> Result {
    let span = asked.span(&visit).ok_or_else(|| Error::bad_request("bad-request"))?;
    let days = receipt_days(&visit, span).await?;
    let headings = [
        "ngay",
        "co_quan",
        "ky_hieu_mau",
        "ky_hieu",
        "tu_so",
        "den_so",
        "so_luong",
        "tong_tien_vnd",
        "so_huy",
        "tien_huy_vnd",
        "da_hoan_mot_phan_vnd",
    ];
    let text = csv_lines(&days, &headings).map_err(Error::internal)?;
    Ok(file(&text, &format!("bien-lai-{}-{}.csv", span.from, span.to)))
}

/// What the address of a day's summary asks.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct DayAsked {
    ngay: String,
    co_quan: String,
}

/// `GET /can-bo/tai-chinh/tong-hop-bien-lai.xml`: a day of an agency's receipts, signed, for the tax authority.
pub async fn summary(visit: Visit, asked: Query<DayAsked>) -> Result {
    let day: Date = asked.ngay.trim().parse().map_err(|_| Error::bad_request("bad-request"))?;
    let code = asked.co_quan.trim().to_owned();
    let found = visit.app.db.read(move |c| accounts::agencies::by_code(c, &code)).await?;
    let agency = found.map(|agency| agency.id).ok_or_else(Error::not_found)?;
    let xml = visit.app.receipts_summary(&visit.actor, (agency, day)).await?.ok_or_else(Error::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type("application/xml")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"tong-hop-bien-lai-{}-{day}.xml\"", asked.co_quan.trim()),
        ))
        .body(xml))
}

/// A file for spreadsheets: the mark tells them that it is UTF-8.
fn file(text: &str, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(format!("\u{feff}{text}"))
}

//! `/can-bo/tai-chinh/da-thu`: what came and was given back; files for the treasury and the tax authority.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Query;

use super::{Part, agencies, tabs};
use crate::accounts;
use crate::db::{self, Conn};
use crate::kernel::{Vnd, local_date};
use crate::reports::Span;
use crate::reports::money::{self, MoneyLine, MoneyReport, ReceiptDay, csv_lines};
use crate::templating::pages::money::{MoneyReportPage, MoneyRow, MoneySums, SummaryRow};
use crate::templating::pages::parts::{FormError, Input};
use crate::web::account::register::read_date;
use crate::web::portal::words::day;
use crate::web::public::stats::span;
use crate::web::{Error, Result, Visit};

/// What the address asks.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    tu: String,
    den: String,
}

impl Asked {
    /// The days asked for, or what is wrong in each of the fields.
    fn span(&self, visit: &Visit) -> std::result::Result<Span, [Option<String>; 2]> {
        let read = |text: &str| match text.trim() {
            "" => Some(String::new()),
            text => read_date(text).map(|date| date.to_string()),
        };
        let wrong = |key: &str| Some(visit.text(key, &[]));
        match (read(&self.tu), read(&self.den)) {
            (Some(from), Some(to)) => {
                span(&from, &to, local_date(visit.now())).ok_or_else(|| [wrong("report-bad-span"), None])
            }
            (from, to) => Err([from, to].map(|read| wrong("report-bad-date").filter(|_| read.is_none()))),
        }
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
    let span = match asked.span(&visit) {
        Ok(span) => span,
        Err(errors) => return again(&visit, &asked, errors).await,
    };
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
        from: Input::of(day(span.from)),
        to: Input::of(day(span.to)),
        is_read: true,
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
        errors: Vec::new(),
    };
    visit.page(&page)
}

/// The page with what was typed and what is wrong in it; other days than those asked for would be taken for the answer.
async fn again(visit: &Visit, asked: &Asked, [from, to]: [Option<String>; 2]) -> Result {
    let at = |field: &str, error: &Option<String>| error.as_ref().map(|text| FormError::at(field, text.clone()));
    let errors = [at("tu", &from), at("den", &to)].into_iter().flatten().collect();
    visit.page_again(&MoneyReportPage {
        tabs: tabs(visit, Part::Report).await?,
        from: Input { value: asked.tu.clone(), error: from },
        to: Input { value: asked.den.clone(), error: to },
        errors,
        ..MoneyReportPage::default()
    })
}

fn channel(visit: &Visit, channel: &str) -> String {
    let key = if channel == "gateway" { "refund-way-gateway".to_owned() } else { format!("money-way-{channel}") };
    visit.text(&key, &[])
}

/// `GET /can-bo/tai-chinh/da-thu.csv`
pub async fn csv(visit: Visit, asked: Query<Asked>) -> Result {
    let span = asked.span(&visit).map_err(|_| Error::bad_request("bad-request"))?;
    let found = report(&visit, span).await?;
    let headings = ["ngay", "loai", "kenh_thu", "ma_thu_tuc", "so_khoan", "da_thu_vnd", "da_hoan_vnd"];
    let text = csv_lines(&found.lines, &headings).map_err(Error::internal)?;
    Ok(file(&text, &format!("da-thu-{}-{}.csv", span.from, span.to)))
}

/// `GET /can-bo/tai-chinh/bien-lai.csv`
pub async fn receipts(visit: Visit, asked: Query<Asked>) -> Result {
    let span = asked.span(&visit).map_err(|_| Error::bad_request("bad-request"))?;
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
    let day = read_date(&asked.ngay).ok_or_else(|| Error::bad_request("bad-request"))?;
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

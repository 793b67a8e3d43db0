//! What an agency collected and gave back, by day, kind, channel and procedure; its receipts of a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{Span, queries};
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, Timestamp, Vnd, clock, local_date};
use crate::payments::summary_xml::Line;

/// The legal kind of money, whatever word it was recorded by.
fn kind(word: &str) -> &'static str {
    match word {
        "fee" | "phi" => "fee",
        "charge" | "le_phi" => "charge",
        _ => "other",
    }
}

/// Money of one day, kind, channel and procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyLine {
    pub day: Date,
    /// `fee` (phí), `charge` (lệ phí) or `other`.
    pub kind: &'static str,
    /// `cash`, `pos` or a gateway; of money that went back: `gateway` or `cash`.
    pub channel: String,
    pub procedure: String,
    /// How many fees.
    pub count: i64,
    pub collected_vnd: i64,
    pub returned_vnd: i64,
}

/// What was collected and given back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyReport {
    pub lines: Vec<MoneyLine>,
    pub collected: Vnd,
    pub returned: Vnd,
    /// The sum of the receipts that were issued; the same as what was collected, or something is wrong.
    pub receipted: Vnd,
}

/// What some agencies (none named: all) collected and gave back.
///
/// # Errors
/// A failure of the database.
pub fn money(conn: &mut Conn, agencies: Option<&[AgencyId]>, span: &Span) -> Result<MoneyReport, Error> {
    let instants = span.instants();
    let mut lines: BTreeMap<(Date, &str, String, String), MoneyLine> = BTreeMap::new();
    let mut add = |row: queries::money::Row, is_back: bool| {
        let day = local_date(row.at.unwrap_or(Timestamp::MIN));
        let kind = kind(&row.kind);
        let key = (day, kind, row.channel.clone(), row.procedure.clone());
        let empty = MoneyLine {
            day,
            kind,
            channel: row.channel,
            procedure: row.procedure,
            count: 0,
            collected_vnd: 0,
            returned_vnd: 0,
        };
        let line = lines.entry(key).or_insert(empty);
        match is_back {
            true => line.returned_vnd += row.amount,
            false => {
                line.count += 1;
                line.collected_vnd += row.amount;
            }
        }
    };
    queries::money::collected(conn, agencies, instants)?.into_iter().for_each(|row| add(row, false));
    queries::money::returned(conn, agencies, instants)?.into_iter().for_each(|row| add(row, true));
    let receipts = queries::money::receipts_in(conn, agencies, instants)?;
    let lines: Vec<MoneyLine> = lines.into_values().collect();
    Ok(MoneyReport {
        collected: lines.iter().map(|l| Vnd(l.collected_vnd)).sum(),
        returned: lines.iter().map(|l| Vnd(l.returned_vnd)).sum(),
        receipted: receipts.iter().map(|r| Vnd(r.total)).sum(),
        lines,
    })
}

/// A book's receipts of a day, for the tax authority (vietnam.md §7.4: sent the same day).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiptDay {
    pub day: Date,
    /// Code of the collecting agency: each has books of its own.
    pub agency: String,
    pub template: String,
    pub series: String,
    pub first_number: i64,
    pub last_number: i64,
    pub count: i64,
    pub total_vnd: i64,
    /// How many of them are cancelled by now, and their sum.
    pub cancelled: i64,
    pub cancelled_vnd: i64,
    /// What went back of the others.
    pub returned_vnd: i64,
}

/// The receipts of an agency on a day, as the tax authority is told of them.
///
/// # Errors
/// A failure of the database.
pub fn receipts_of_day(conn: &mut Conn, agency: AgencyId, day: Date) -> Result<Vec<Line>, Error> {
    let span = Span { from: day, to: day, agency: Some(agency) };
    let rows = queries::money::receipts_in(conn, Some(&[agency]), span.instants())?;
    let line = |row: queries::money::ReceiptRow| Line {
        template: row.template,
        series: row.series,
        number: row.number,
        issued_at: clock::local(row.issued_at),
        total: Vnd(row.total),
        returned: Vnd(row.returned),
        is_cancelled: row.cancelled_at.is_some(),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// The receipts of a span, by day and book. Numbers follow one another without gap, so that first and last say all.
///
/// # Errors
/// A failure of the database.
pub fn receipt_days(conn: &mut Conn, agencies: Option<&[AgencyId]>, span: &Span) -> Result<Vec<ReceiptDay>, Error> {
    let rows = queries::money::receipts_in(conn, agencies, span.instants())?;
    let mut days: BTreeMap<(Date, String, String, String), ReceiptDay> = BTreeMap::new();
    for row in rows {
        let day = local_date(row.issued_at);
        let empty = ReceiptDay {
            day,
            agency: row.agency.clone(),
            template: row.template.clone(),
            series: row.series.clone(),
            first_number: row.number,
            last_number: row.number,
            count: 0,
            total_vnd: 0,
            cancelled: 0,
            cancelled_vnd: 0,
            returned_vnd: 0,
        };
        let line = days.entry((day, row.agency, row.template, row.series)).or_insert(empty);
        line.first_number = line.first_number.min(row.number);
        line.last_number = line.last_number.max(row.number);
        line.count += 1;
        line.total_vnd += row.total;
        match row.cancelled_at {
            Some(_) => {
                line.cancelled += 1;
                line.cancelled_vnd += row.total;
            }
            None => line.returned_vnd += row.returned,
        }
    }
    Ok(days.into_values().collect())
}

/// Lines as CSV, with a line of headings.
///
/// # Errors
/// None that data can cause.
pub fn csv_lines<T: Serialize>(lines: &[T], headings: &[&str]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(headings)?;
    for line in lines {
        writer.serialize(line)?;
    }
    let bytes = writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_their_headings_also_when_there_are_none() {
        let line = MoneyLine {
            day: jiff::civil::date(2026, 11, 21),
            kind: kind("le_phi"),
            channel: "vnpay".into(),
            procedure: "2.000635".into(),
            count: 3,
            collected_vnd: 24_000,
            returned_vnd: 0,
        };
        assert_eq!(
            csv_lines(&[line], &["a", "b", "c", "d", "e", "f", "g"]).unwrap(),
            "a,b,c,d,e,f,g\n2026-11-21,charge,vnpay,2.000635,3,24000,0\n"
        );
        assert_eq!(csv_lines::<MoneyLine>(&[], &["a", "b"]).unwrap(), "a,b\n");
    }
}

//! What came to an agency and was given back, by day, kind, channel and procedure; its receipts of a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::queries::unapplied::Arrival;
use super::{Span, queries};
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, PaymentId, Timestamp, Vnd, clock, local_date};
use crate::payments::summary_xml::Line;

/// The legal kind of money, whatever word it was recorded by.
fn kind(word: &str) -> &'static str {
    match word {
        "fee" | "phi" => "fee",
        "charge" | "le_phi" => "charge",
        _ => "other",
    }
}

/// Money that is left over of payments: no fee took it.
const SURPLUS: &str = "surplus";
/// Money that held words tell of: nobody has found out whose it is, or it goes back.
const LOOSE: &str = "loose";

/// Money of one day, kind, channel and procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyLine {
    pub day: Date,
    /// `fee` (phí), `charge` (lệ phí) or `other`; of no fee: `surplus` or `loose`.
    pub kind: &'static str,
    /// `cash`, `pos` or a gateway; of money that went back: `gateway`, `transfer` or `cash`.
    pub channel: String,
    /// Empty where nobody knows the dossier.
    pub procedure: String,
    /// How many fees, or payments.
    pub count: i64,
    /// What came; less than nothing where money of no fee was given to one on a later day.
    pub collected_vnd: i64,
    pub returned_vnd: i64,
}

/// What came and was given back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyReport {
    pub lines: Vec<MoneyLine>,
    /// Everything that came: for fees, left over, and what nobody knows the owner of.
    pub arrived: Vnd,
    /// What fees took.
    pub collected: Vnd,
    pub surplus: Vnd,
    pub loose: Vnd,
    /// Everything that went back, of fees or not.
    pub returned: Vnd,
    /// The sum of the receipts that were issued; the same as what fees took, or something is wrong.
    pub receipted: Vnd,
    /// Money that nobody knows the agency of; in none of the sums, unless the report is about all agencies.
    pub nobodys: Vnd,
}

/// The lines of a report, as they are put together.
#[derive(Default)]
struct Lines(BTreeMap<(Date, &'static str, String, String), MoneyLine>);

impl Lines {
    fn of(&mut self, day: Date, kind: &'static str, (channel, procedure): (String, String)) -> &mut MoneyLine {
        let empty = MoneyLine {
            day,
            kind,
            channel: channel.clone(),
            procedure: procedure.clone(),
            count: 0,
            collected_vnd: 0,
            returned_vnd: 0,
        };
        self.0.entry((day, kind, channel, procedure)).or_insert(empty)
    }

    fn came(&mut self, day: Date, kind: &'static str, of: (String, String), amount: i64) {
        let line = self.of(day, kind, of);
        line.count += i64::from(amount > 0);
        line.collected_vnd += amount;
    }

    fn sum(&self, is_meant: impl Fn(&str) -> bool) -> Vnd {
        self.0.values().filter(|line| is_meant(line.kind)).map(|line| Vnd(line.collected_vnd)).sum()
    }
}

fn day_of(at: Option<Timestamp>) -> Date {
    local_date(at.unwrap_or(Timestamp::MIN))
}

/// What came to some agencies (none named: to all), and what they gave back.
///
/// # Errors
/// A failure of the database.
pub fn money(conn: &mut Conn, agencies: Option<&[AgencyId]>, span: &Span) -> Result<MoneyReport, Error> {
    let instants = span.instants();
    let mut lines = Lines::default();
    let fees = queries::money::collected(conn, agencies, instants)?;
    add_surplus(&mut lines, &queries::unapplied::arrived(conn, agencies, instants)?, &fees);
    for fee in fees {
        lines.came(day_of(fee.at), kind(&fee.kind), (fee.channel, fee.procedure), fee.amount);
    }
    let nobodys = add_loose(conn, &mut lines, agencies, instants)?;
    for back in queries::money::returned(conn, agencies, instants)? {
        lines.of(day_of(back.at), kind(&back.kind), (back.channel, back.procedure)).returned_vnd += back.amount;
    }
    for back in queries::unapplied::returned(conn, agencies, instants)? {
        let kind = if back.payment.is_some() { SURPLUS } else { LOOSE };
        let of = (back.way, back.procedure.unwrap_or_default());
        lines.of(day_of(back.at), kind, of).returned_vnd += back.amount;
    }
    let receipts = queries::money::receipts_in(conn, agencies, instants)?;
    Ok(MoneyReport {
        arrived: lines.sum(|_| true),
        collected: lines.sum(|kind| kind != SURPLUS && kind != LOOSE),
        surplus: lines.sum(|kind| kind == SURPLUS),
        loose: lines.sum(|kind| kind == LOOSE),
        returned: lines.0.values().map(|l| Vnd(l.returned_vnd)).sum(),
        receipted: receipts.iter().map(|r| Vnd(r.total)).sum(),
        nobodys,
        lines: lines.0.into_values().collect(),
    })
}

/// What came by each payment, less what its fees took, day by day. What stays over on the day that it came may be given
/// to a fee later: then it is less than nothing on that day, so that no đồng counts twice and no past day changes.
fn add_surplus(lines: &mut Lines, arrived: &[Arrival], fees: &[queries::money::Row]) {
    let mut over: BTreeMap<(Date, PaymentId), (&str, &str, i64)> = BTreeMap::new();
    for came in arrived {
        let of = over.entry((local_date(came.at), came.payment)).or_insert((&came.channel, &came.procedure, 0));
        of.2 += came.amount;
    }
    for fee in fees {
        let Some(payment) = fee.payment else { continue };
        let of = over.entry((day_of(fee.at), payment)).or_insert((&fee.channel, &fee.procedure, 0));
        of.2 -= fee.amount;
    }
    for ((day, _), (channel, procedure, amount)) in over.into_iter().filter(|(_, (_, _, amount))| *amount != 0) {
        lines.came(day, SURPLUS, (channel.to_owned(), procedure.to_owned()), amount);
    }
}

/// What held words tell of; answers the sum of what belongs to no agency, where the report is about some.
fn add_loose(
    conn: &mut Conn,
    lines: &mut Lines,
    agencies: Option<&[AgencyId]>,
    instants: (Timestamp, Timestamp),
) -> Result<Vnd, Error> {
    let mut nobodys = Vnd(0);
    for word in queries::unapplied::loose(conn, agencies, instants)? {
        let amount = word.amount.unwrap_or_default();
        let is_theirs = match (agencies, word.agency()) {
            // The question named them, or all.
            (_, Some(_)) | (None, None) => true,
            // Whoever sends it back has it.
            (Some(agencies), None) => match queries::unapplied::sent_back_by(conn, &word)? {
                Some(agency) => agencies.contains(&agency),
                None => {
                    nobodys = Vnd(nobodys.0 + amount);
                    false
                }
            },
        };
        if is_theirs {
            let of = (word.gateway, word.procedure.unwrap_or_default());
            lines.came(local_date(word.at), LOOSE, of, amount);
        }
    }
    Ok(nobodys)
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

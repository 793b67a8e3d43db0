//! Tables `receipt_books` and `receipts`: electronic receipts, numbered without gaps.

use diesel::prelude::*;

use crate::db::schema::{receipt_books as b, receipts as r};
use crate::db::{Both, Conn, Error};
use crate::kernel::{AgencyId, DossierId, PaperId, PaymentId, Timestamp, Vnd};

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = r)]
pub struct ReceiptRow {
    pub payment_id: PaymentId,
    pub agency_id: AgencyId,
    /// Ký hiệu mẫu.
    pub template: String,
    /// Ký hiệu.
    pub series: String,
    pub number: i64,
    pub dossier_id: DossierId,
    /// What it says, among the dossier's papers.
    pub paper_id: PaperId,
    total_vnd: i64,
    pub issued_at: Timestamp,
    /// The same as XML with the agency's signature, once it was made.
    pub xml: Option<String>,
    /// The certificate that signed the PDF.
    pub certificate: Option<String>,
    returned_vnd: i64,
    /// When all of its money had gone back.
    pub cancelled_at: Option<Timestamp>,
}

/// A number in a book of receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptNumber {
    pub agency: AgencyId,
    pub template: String,
    pub series: String,
    pub number: i64,
}

/// What a receipt is for.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptOf {
    pub payment: PaymentId,
    pub dossier: DossierId,
    pub paper: PaperId,
    pub total: Vnd,
}

impl ReceiptRow {
    /// The sum.
    pub fn total(&self) -> Vnd {
        Vnd(self.total_vnd)
    }

    /// How much of it went back.
    pub fn returned(&self) -> Vnd {
        Vnd(self.returned_vnd)
    }
}

/// Takes the next number of a book, which begins where there is none. Rolled back with its transaction, so that no
/// number is missing.
///
/// # Errors
/// A failure of the database.
pub fn next_receipt_number(
    conn: &mut Conn,
    agency: AgencyId,
    (template, series): (&str, &str),
) -> Result<ReceiptNumber, Error> {
    let taken = diesel::insert_into(b::table)
        .values((b::agency_id.eq(agency), b::template.eq(template), b::series.eq(series), b::last_number.eq(1_i64)))
        .on_conflict((b::agency_id, b::template, b::series))
        .do_update()
        .set(b::last_number.eq(b::last_number + 1))
        .returning(b::last_number);
    let number = Both(taken).get_result(conn)?;
    Ok(ReceiptNumber { agency, template: template.to_owned(), series: series.to_owned(), number })
}

/// Records a receipt under its number.
///
/// # Errors
/// [`Error::Unique`] where the payment has one already; a failure of the database.
pub fn insert_receipt(conn: &mut Conn, number: ReceiptNumber, of: ReceiptOf, now: Timestamp) -> Result<(), Error> {
    let row = ReceiptRow {
        payment_id: of.payment,
        agency_id: number.agency,
        template: number.template,
        series: number.series,
        number: number.number,
        dossier_id: of.dossier,
        paper_id: of.paper,
        total_vnd: of.total.0,
        issued_at: now,
        xml: None,
        certificate: None,
        returned_vnd: 0,
        cancelled_at: None,
    };
    diesel::insert_into(r::table).values(row).execute(conn)?;
    Ok(())
}

/// The receipts of a dossier, in the order they were issued.
///
/// # Errors
/// A failure of the database.
pub fn receipts_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<ReceiptRow>, Error> {
    Ok(r::table.filter(r::dossier_id.eq(dossier)).order((r::issued_at, r::number)).load(conn)?)
}

/// The receipt that a paper says.
///
/// # Errors
/// A failure of the database.
pub fn receipt_of_paper(conn: &mut Conn, paper: PaperId) -> Result<Option<ReceiptRow>, Error> {
    Ok(r::table.filter(r::paper_id.eq(paper)).first(conn).optional()?)
}

/// Keeps what the signature made of a receipt.
///
/// # Errors
/// A failure of the database.
pub fn keep_receipt_files(
    conn: &mut Conn,
    payment: PaymentId,
    (xml, certificate): (Option<&str>, Option<&str>),
) -> Result<(), Error> {
    let row = r::table.find(payment);
    if let Some(xml) = xml {
        diesel::update(row.filter(r::xml.is_null())).set(r::xml.eq(Some(xml))).execute(conn)?;
    }
    if let Some(certificate) = certificate {
        diesel::update(row.filter(r::certificate.is_null())).set(r::certificate.eq(Some(certificate))).execute(conn)?;
    }
    Ok(())
}

/// Notes on a payment's receipt that money of it went back; when all of it has, the receipt is cancelled. Its number
/// stays taken.
///
/// # Errors
/// A failure of the database.
pub fn note_return(conn: &mut Conn, payment: PaymentId, amount: Vnd, now: Timestamp) -> Result<(), Error> {
    let Some(receipt) = r::table.find(payment).first::<ReceiptRow>(conn).optional()? else { return Ok(()) };
    let returned = receipt.returned_vnd + amount.0;
    let cancelled_at = (returned >= receipt.total_vnd).then_some(now).or(receipt.cancelled_at);
    diesel::update(r::table.find(payment))
        .set((r::returned_vnd.eq(returned), r::cancelled_at.eq(cancelled_at)))
        .execute(conn)?;
    Ok(())
}

/// The receipts that an agency issued from one instant up to another, by series and number.
///
/// # Errors
/// A failure of the database.
pub fn receipts_between(
    conn: &mut Conn,
    agency: AgencyId,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<ReceiptRow>, Error> {
    let between = r::table.filter(r::agency_id.eq(agency)).filter(r::issued_at.ge(from)).filter(r::issued_at.lt(to));
    Ok(between.order((r::template, r::series, r::number)).load(conn)?)
}

//! Receipts as PDF and XML, for the citizen and for officers.

use actix_web::HttpResponse;
use actix_web::web::Path;

use crate::dossiers::Dossier;
use crate::kernel::local_date;
use crate::payments::{self, ReceiptRow};
use crate::templating::pages::parts::FileLink;
use crate::web::counter::open_logged;
use crate::web::portal::files::file;
use crate::web::portal::{open, words};
use crate::web::{Error, Result, Visit};

/// The PDF and XML of a receipt, in words, and how their addresses end.
const KINDS: [(&str, &str); 2] = [("receipt-name", "pdf"), ("receipt-name-xml", "xml")];

/// Where a dossier's receipts are; `base` is the dossier's own address.
pub(in crate::web) fn links(visit: &Visit, base: &str, receipts: &[ReceiptRow]) -> Vec<FileLink> {
    receipts.iter().flat_map(|receipt| KINDS.map(|kind| link(visit, base, (receipt, kind)))).collect()
}

/// Those to print and hand over: what still stands for money, as PDF.
pub(in crate::web) fn prints(visit: &Visit, base: &str, receipts: &[ReceiptRow]) -> Vec<FileLink> {
    let valid = receipts.iter().filter(|receipt| receipt.cancelled_at.is_none());
    valid.map(|receipt| link(visit, base, (receipt, KINDS[0]))).collect()
}

/// Whose money went back since, or some of it, says so: the file itself stays as it was signed.
fn link(visit: &Visit, base: &str, (receipt, (key, kind)): (&ReceiptRow, (&str, &str))) -> FileLink {
    let (series, number) = (receipt.series.as_str(), receipt.number);
    let name = visit.text(key, &[("series", series.into()), ("number", number.to_string().into())]);
    let name = match receipt.cancelled_at {
        Some(at) => {
            let day = words::day(local_date(at));
            visit.text("receipt-cancelled", &[("name", name.into()), ("day", day.into())])
        }
        None if receipt.returned().0 > 0 => {
            let amount = words::money(receipt.returned(), visit.lang);
            visit.text("receipt-returned", &[("name", name.into()), ("amount", amount.into())])
        }
        None => name,
    };
    FileLink { name, href: format!("{base}/bien-lai/{series}-{number}.{kind}") }
}

/// `GET /ho-so/{name}/bien-lai/{file}`
pub async fn citizens(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, wanted) = at.into_inner();
    let opened = open(&visit, &name).await?;
    send(&visit, &opened.dossier, &wanted).await
}

/// `GET /can-bo/ho-so/{name}/bien-lai/{file}`: the look is logged.
pub async fn officers(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, wanted) = at.into_inner();
    let opened = open_logged(&visit, &name).await?;
    send(&visit, &opened.dossier, &wanted).await
}

/// Sends a receipt by its series and number: `26TAA-7.pdf`, `26TAA-7.xml`.
async fn send(visit: &Visit, dossier: &Dossier, wanted: &str) -> Result<HttpResponse> {
    let (which, kind) = wanted.rsplit_once('.').ok_or_else(Error::not_found)?;
    let id = dossier.id;
    let receipts = visit.app.db.read(move |c| payments::receipts_of(c, id)).await?;
    let is_meant = |r: &ReceiptRow| format!("{}-{}", r.series, r.number) == which;
    let receipt = receipts.into_iter().find(is_meant).ok_or_else(Error::not_found)?;
    let name = format!("bien-lai-{which}.{kind}");
    match kind {
        "pdf" => Ok(file(visit.app.receipt_pdf(&receipt).await?, "application/pdf", &name, true)),
        "xml" => Ok(file(visit.app.receipt_xml(&receipt).await?.into_bytes(), "application/xml", &name, false)),
        _ => Err(Error::not_found()),
    }
}

//! Biên lai: every payment that settles a fee has one, numbered in the transaction that takes the money (Decree
//! 254/2026, article 24), so that no number is missing and none is given twice.

use super::papers::party;
use super::{ActError, Done, Rules};
use crate::db::Tx;
use crate::documents::papers::{Collector, Paper, ProcedureName, Receipt, ReceiptLine};
use crate::documents::{self, NewPaper};
use crate::kernel::{PaymentId, Timestamp, Vnd, clock, words};
use crate::payments::{self, FeeLineRow, ReceiptOf, series};

/// What was paid, for the receipt.
#[derive(Clone, Debug)]
pub(super) struct PaidFor<'a> {
    pub payment: PaymentId,
    /// The fees that it settled.
    pub lines: &'a [FeeLineRow],
    /// In words: «Tiền mặt».
    pub method: &'a str,
    pub reference: Option<&'a str>,
}

/// Issues the receipt of a payment.
///
/// # Errors
/// A failure of the database.
pub(super) fn issue(
    tx: &mut Tx<'_>,
    done: &Done,
    paid: &PaidFor<'_>,
    rules: &Rules,
    now: Timestamp,
) -> Result<(), ActError> {
    let total: Vnd = paid.lines.iter().map(FeeLineRow::amount).sum();
    if total.0 == 0 {
        // Money that settles nothing goes back: there is nothing to receipt.
        return Ok(());
    }
    let local = clock::local(now);
    let series = series::series(local.date(), series::FIRST)
        .ok_or_else(|| ActError::Db(crate::db::Error::Other("the letters of the receipts' series".to_owned())))?;
    let number = payments::next_receipt_number(tx.conn(), rules.agency.id, (series::TEMPLATE, &series))?;
    let applicant = party(&done.dossier.applicant_party());
    let agency = &rules.agency;
    let receipt = Receipt {
        template: number.template.clone(),
        series: number.series.clone(),
        number: number.number,
        collector: Collector {
            name: agency.name.clone(),
            tax_code: agency.collecting.tax_code.clone(),
            address: agency.address.clone(),
        },
        payer: applicant.name,
        payer_number: applicant.identity,
        payer_address: applicant.address,
        procedure: ProcedureName { code: rules.revision.code.clone(), name: rules.revision.name.vi.clone() },
        dossier: done.dossier.name(),
        lines: paid
            .lines
            .iter()
            .map(|l| ReceiptLine { kind: l.kind.clone(), name: l.name.clone(), amount: l.amount() })
            .collect(),
        total,
        in_words: words::amount(total),
        method: paid.method.to_owned(),
        reference: paid.reference.map(str::to_owned),
        issued_at: local,
        place: agency.place.clone(),
    };
    let new = NewPaper::of(done.dossier.id, Some(done.event.id), &Paper::from(receipt))
        .map_err(|e| ActError::Db(crate::db::Error::Other(format!("data of a receipt: {e}"))))?;
    let paper = documents::insert_paper(tx.conn(), &new, now)?;
    let of = ReceiptOf { payment: paid.payment, dossier: done.dossier.id, paper, total };
    payments::insert_receipt(tx.conn(), number, of, now)?;
    Ok(())
}

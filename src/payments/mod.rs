//! Money: what is due for a dossier, what was paid, by cash, card or a gateway, and what gateways say of it.
//!
//! Messages of the protocols are made and read here ([`vnpay`], [`vietqr`], [`platform`]); who is called over HTTP is
//! written in `integrations`. Acts upon a dossier are in `office`.

pub mod gateway;
pub mod machine;
pub mod platform;
pub mod receipt_xml;
pub mod series;
mod store;
pub mod verdict;
pub mod vietqr;
pub mod vnpay;

pub use machine::PaymentState;
pub use store::{
    Begun, FeeLineRow, FeeState, Heard, NoticeRow, Payment, ReceiptNumber, ReceiptOf, ReceiptRow, Way, Word, by_id,
    by_reference, by_transaction, change, fees_of, hear, heard_of, held, insert_begun, insert_lines, insert_payment,
    insert_receipt, is_being_paid, keep_receipt_files, lines_of, mark_owed, mark_paid, mark_returned, mark_waived,
    next_receipt_number, of_dossier, owed, owed_at_filing, put_off, receipt_of_paper, receipts_between, receipts_of,
    remove_due, remove_unpaid, to_ask,
};

use crate::catalog::fees::{Due, FeeLine};
use crate::kernel::{DossierId, Timestamp, Vnd};

/// How an officer takes money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Tiền mặt.
    Cash,
    /// Thẻ, qua máy POS.
    Pos,
}

impl Method {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Pos => "pos",
        }
    }

    /// As receipts say it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Cash => "Tiền mặt",
            Self::Pos => "Thẻ",
        }
    }
}

/// Money that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub dossier: DossierId,
    pub method: Method,
    pub amount: Vnd,
    pub agency: crate::kernel::AgencyId,
    pub by: Option<crate::kernel::AccountId>,
    pub occurred_at: Timestamp,
}

/// The lines that an assessment leaves as owed: those with a known amount above nothing.
pub fn due_lines(dossier: DossierId, assessed: &[FeeLine], now: Timestamp) -> Vec<FeeLineRow> {
    assessed
        .iter()
        .filter_map(|line| {
            let amount = line.amount.filter(|a| a.0 > 0)?;
            let stage = match line.due {
                Due::Filing => "filing",
                Due::Acceptance => "acceptance",
                Due::Later => "later",
            };
            let rule = serde_json::json!({"quantity": line.quantity, "exempt": line.exempt});
            Some(FeeLineRow::due(dossier, (&line.code, line.kind.as_str(), &line.name.vi), amount, (stage, rule), now))
        })
        .collect()
}

//! Fees of a dossier: what is due, what was paid. An officer may take cash or a card.
//!
//! Of online payment the pure part is here and not yet used: messages of the protocols ([`vnpay`], [`vietqr`],
//! [`platform`]), the moves of a payment ([`machine`]), what a gateway's word does to it ([`verdict`]), the port
//! ([`gateway`]) and the numbering of receipts ([`series`]).

pub mod gateway;
pub mod machine;
pub mod platform;
pub mod series;
mod store;
pub mod verdict;
pub mod vietqr;
pub mod vnpay;

pub use store::{
    FeeLineRow, FeeState, insert_lines, insert_payment, lines_of, mark_paid, mark_waived, owed, owed_at_filing,
    remove_due, remove_unpaid,
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

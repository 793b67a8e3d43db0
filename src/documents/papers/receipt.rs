//! Biên lai thu tiền phí, lệ phí, as Decree 254/2026, article 23.2 wants it (vietnam.md §7.4).

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::common::ProcedureName;
use crate::kernel::Vnd;

/// An electronic receipt. All times are Vietnam's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Ký hiệu mẫu: `EBL01` (without face value).
    pub template: String,
    /// Ký hiệu: `26TAA`.
    pub series: String,
    /// Số: counts from 1 within a series, without gaps.
    pub number: i64,
    pub collector: Collector,
    /// The payer's name; whoever pays by a link is not known, then the applicant's.
    pub payer: String,
    /// The payer's number with all but its ends hidden.
    pub payer_number: Option<String>,
    pub payer_address: Option<String>,
    pub procedure: ProcedureName,
    /// Dossier code, or the submission reference before acceptance.
    pub dossier: String,
    pub lines: Vec<ReceiptLine>,
    pub total: Vnd,
    /// The total in words.
    pub in_words: String,
    /// In words: «Tiền mặt», «Chuyển khoản».
    pub method: String,
    /// The payment's own number, where it has one.
    pub reference: Option<String>,
    pub issued_at: DateTime,
    /// Where the paper is issued.
    pub place: String,
}

/// Tổ chức thu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collector {
    pub name: String,
    pub tax_code: Option<String>,
    pub address: Option<String>,
}

/// A fee on a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// `fee` or `charge`; another word for other obligations.
    pub kind: String,
    pub name: String,
    pub amount: Vnd,
}

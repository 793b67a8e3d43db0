//! Money: what is due for a dossier, what was paid, by cash, card or a gateway, and what gateways say of it.
//!
//! Messages of the protocols are made and read here ([`vnpay`], [`vietqr`], [`platform`]); who is called over HTTP is
//! written in `integrations`. Acts upon a dossier are in `office`.

pub mod bank_notice;
pub mod banks;
pub mod difference;
pub mod gateway;
pub mod machine;
pub mod platform;
pub mod receipt_xml;
pub mod reference;
pub mod refund;
pub mod series;
pub mod statement;
pub mod summary_xml;
mod store;
pub mod transfer;
pub mod verdict;
pub mod vietqr;
pub mod vnpay;

pub use machine::PaymentState;
pub use refund::{RefundState, RefundWay};
pub use store::{
    Asked, Books, CreditedWord, Elsewhere, Moved, RefundChange, RefundRow, Settlement, bank_numbers, booked_elsewhere,
    change_refund, claim_word, count_held, count_open_refunds, doubted_of, going_back_of, has_open_refund, held_word,
    held_word_about, held_words, insert_credited, insert_refund, mark_back, name_transaction, note_return,
    numbered_elsewhere, others_sent_under, refund, refund_lines, refund_of_transaction, refunds_in, refunds_of,
    refunds_to_send, reopen_words, returned_of, set_books, set_credit, share_word, sharers_of, take_refund,
    taken_words, told_elsewhere, was_refused, word_credited_to,
};
pub use store::{
    Begun, FeeLineRow, FeeState, Heard, NoticeRow, Payment, REQUESTED_BY, ReceiptNumber, ReceiptOf, ReceiptRow, Way,
    Word, by_id, by_reference, by_trace, by_transaction, change, fees_of, hear, heard_of, held, insert_begun,
    insert_lines, insert_payment, insert_receipt, is_being_paid, keep_receipt_files, left_over, lines_of, mark_owed,
    mark_paid, mark_paid_elsewhere, mark_returned, mark_waived, next_receipt_number, of_dossier, owed, owed_at_filing,
    owed_elsewhere, owed_here, paid_over, put_off, receipt_of_paper, receipts_between, receipts_of, release_unknown,
    remove_due, remove_unpaid, set_due_amount, set_over, to_ask,
};
pub use store::{
    ClaimDecision, ClaimState, ExemptionClaim, claims_of, decide_claim, insert_claim, remove_claim, set_claim_fees,
};
pub use store::{
    Closing, Explained, Judged, StatementLine, StatementRow, Till, begin_statement, carried_out, closing, closings,
    explain_unlisted, explained, insert_closing, is_begun, keep_line, last_counted, lines_of_statement, lock_till,
    not_in_statements, span_of, statement, statements, till,
};
pub use store::{
    CollectedBy, Obligation, TreasuryPayment, add_to_treasury_payment, insert_obligation, insert_treasury_payment,
    mark_reminded, obligations_of, overdue_obligations, same_paper, set_obligation_scan, to_remind,
    treasury_payments_of,
};

use crate::catalog::fees::{Due, FeeLine};
use crate::kernel::{DossierId, FeeId, Timestamp, Vnd};

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

/// What amounts told by fee come to for one of them.
pub fn sum_of(amounts: &[(FeeId, Vnd)], fee: FeeId) -> Vnd {
    amounts.iter().filter(|(id, _)| *id == fee).map(|(_, amount)| *amount).sum()
}

//! What the gateway tells of a payment: the IPN (server to server) and the return of the browser have the same fields.

use serde::{Deserialize, Serialize};

use super::{CURRENCY, Key, Params, read_hundredths, read_moment};
use crate::kernel::{Timestamp, Vnd};
use crate::payments::verdict::{Said, Verdict};

/// A notice that bears the gateway's signature and concerns our terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Our own number of the payment.
    pub reference: String,
    /// None: what stands there is no amount of whole đồng, or not in VND.
    pub amount: Option<Vnd>,
    /// `00`: the payer's part went well.
    pub response: String,
    /// `00`: the money was moved.
    pub status: String,
    /// The gateway's own number of the transaction; none for an attempt that never reached a bank.
    pub transaction: Option<String>,
    pub bank: Option<String>,
    pub paid_at: Option<Timestamp>,
}

/// Why a message is no notice to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// Not signed with our key, or changed on the way.
    #[error("the signature is wrong")]
    Forged,
    /// Rightly signed, but for another terminal.
    #[error("the notice is for another merchant")]
    OtherTerminal,
    /// Rightly signed, but without a number of a payment or a result.
    #[error("the notice lacks {0}")]
    Lacks(&'static str),
}

impl Notice {
    /// Reads a signed message.
    ///
    /// # Errors
    /// [`NoticeError`]; the signature is looked at before anything else.
    pub fn read(params: &Params, (terminal, key): (&str, &Key)) -> Result<Self, NoticeError> {
        if !params.is_genuine(key) {
            return Err(NoticeError::Forged);
        }
        if params.get("vnp_TmnCode") != Some(terminal) {
            return Err(NoticeError::OtherTerminal);
        }
        let need = |name: &'static str| params.get(name).map(str::to_owned).ok_or(NoticeError::Lacks(name));
        let in_dong = params.get("vnp_CurrCode").is_none_or(|c| c == CURRENCY);
        Ok(Self {
            reference: need("vnp_TxnRef")?,
            amount: params.get("vnp_Amount").and_then(read_hundredths).filter(|_| in_dong),
            response: need("vnp_ResponseCode")?,
            // An attempt that was broken off has no status of its own.
            status: params.get("vnp_TransactionStatus").unwrap_or("02").to_owned(),
            transaction: params.get("vnp_TransactionNo").filter(|n| *n != "0").map(str::to_owned),
            bank: params.get("vnp_BankCode").map(str::to_owned),
            paid_at: params.get("vnp_PayDate").and_then(read_moment),
        })
    }

    /// What it says of the money. It was moved only where both codes say so; 07 is held back by the gateway under
    /// suspicion, 01 is not finished.
    pub fn said(&self) -> Said {
        match (self.response.as_str(), self.status.as_str()) {
            ("00", "00") => Said::Moved,
            ("07", _) | (_, "07") => Said::Suspected,
            ("00", "01") => Said::Open,
            _ => Said::NotMoved,
        }
    }
}

/// What an IPN is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Confirmed,
    OrderNotFound,
    AlreadyConfirmed,
    InvalidAmount,
    /// Wrong signature.
    FailChecksum,
    /// Also: come back later. The gateway repeats the notice.
    UnknownError,
}

impl Reply {
    /// The answer that belongs to what came of a notice.
    pub fn of(verdict: Verdict) -> Self {
        match verdict {
            // What is held under suspicion is written down: to repeat it would say nothing new.
            Verdict::Credited | Verdict::Declined | Verdict::Suspected => Self::Confirmed,
            Verdict::Repeated | Verdict::SecondTransaction => Self::AlreadyConfirmed,
            Verdict::Unknown => Self::OrderNotFound,
            Verdict::WrongAmount => Self::InvalidAmount,
            Verdict::Open | Verdict::OthersTransaction => Self::UnknownError,
        }
    }

    /// `RspCode` and `Message`.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Confirmed => ("00", "Confirm Success"),
            Self::OrderNotFound => ("01", "Order not found"),
            Self::AlreadyConfirmed => ("02", "Order already confirmed"),
            Self::InvalidAmount => ("04", "Invalid amount"),
            Self::FailChecksum => ("97", "Fail checksum"),
            Self::UnknownError => ("99", "Unknown error"),
        }
    }
}

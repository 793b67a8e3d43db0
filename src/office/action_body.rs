//! The bodies of acts, as contract.md §6 names their members.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::hand_over::Receiver;
use super::obligations::Notice;
use super::treasury::TakenBack;
use crate::catalog::Outcome;
use crate::dossiers::{DeliveryMethod, SupplementItem};
use crate::kernel::{AccountId, AgencyId, FeeId, Timestamp, Vnd};

#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) reason: String,
}

#[derive(Deserialize)]
pub(super) struct Note {
    #[serde(default)]
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Text {
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct SupplementBody {
    pub(super) reason: String,
    pub(super) items: Vec<SupplementItem>,
    #[serde(default)]
    pub(super) due_on: Option<Date>,
}

#[derive(Deserialize)]
pub(super) struct ConfirmExemptionBody {
    /// Its code; needed only where several wait.
    #[serde(default)]
    pub(super) exemption: Option<String>,
    #[serde(default)]
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RefuseExemptionBody {
    #[serde(default)]
    pub(super) exemption: Option<String>,
    pub(super) reason: String,
}

#[derive(Deserialize)]
pub(super) struct FeeBody {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) amount_vnd: Vnd,
}

#[derive(Deserialize)]
pub(super) struct PaymentBody {
    pub(super) lines: Vec<FeeBody>,
    pub(super) reason: String,
    #[serde(default)]
    pub(super) notice: Option<Notice>,
}

/// Where what is recorded went.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PaidTo {
    Cash,
    Pos,
    Treasury,
}

/// The payer's paper.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PaperBody {
    pub(super) number: String,
    pub(super) paid_on: Option<Date>,
    pub(super) amount_vnd: Option<Vnd>,
}

#[derive(Deserialize)]
pub(super) struct CashBody {
    pub(super) method: PaidTo,
    /// Of what was paid to the State Treasury.
    #[serde(default)]
    pub(super) paper: PaperBody,
    /// Ids or codes of fees; all that are owed when missing.
    #[serde(default)]
    pub(super) lines: Vec<FeeId>,
}

#[derive(Deserialize)]
pub(super) struct WaiveBody {
    pub(super) reason: String,
    #[serde(default)]
    pub(super) proof: Option<String>,
    /// By which another agency lets go what it collects.
    #[serde(default)]
    pub(super) paper: Option<TakenBack>,
}

#[derive(Deserialize)]
pub(super) struct ForwardBody {
    #[serde(default)]
    pub(super) step: Option<String>,
    #[serde(default)]
    pub(super) assignee: Option<AccountId>,
    #[serde(default)]
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AssignBody {
    pub(super) assignee: Option<AccountId>,
}

#[derive(Deserialize)]
pub(super) struct OpinionBody {
    pub(super) agency: AgencyId,
    pub(super) question: String,
    pub(super) due_on: Date,
}

#[derive(Deserialize)]
pub(super) struct ExtendBody {
    pub(super) reason: String,
    pub(super) new_due_at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct DraftBody {
    #[serde(default)]
    pub(super) data: Value,
    pub(super) outcome: Outcome,
    #[serde(default)]
    pub(super) note: Option<String>,
    #[serde(default)]
    pub(super) ask_citizen: bool,
}

#[derive(Deserialize)]
pub(super) struct ConfirmBody {
    pub(super) ok: bool,
    #[serde(default)]
    pub(super) note: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RefundBody {
    #[serde(default)]
    pub(super) refund: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct HandOverBody {
    pub(super) method: DeliveryMethod,
    #[serde(default)]
    pub(super) receiver: Option<Receiver>,
    #[serde(default)]
    pub(super) signed: Option<String>,
}

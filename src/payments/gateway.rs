//! What a gateway must be able to do. Implemented in `integrations`, chosen by settings, held by `app`.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::Payment;
use super::verdict::Said;
use crate::accounts::agencies::BankAccount;
use crate::kernel::{Lang, Timestamp, Vnd};

/// What a gateway is told of a payment, kept with it so that it can be told again in the same words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderWords {
    /// What is paid for, without tone marks.
    pub info: String,
    pub lang: Lang,
    /// The payer's address on the network.
    pub ip: String,
    /// When it was ordered, by the machine's clock: gateways know no other.
    pub at: Timestamp,
    /// Until when the gateway takes money for it, by the same clock.
    pub until: Timestamp,
    /// Into which account the money goes, where the agency that collects has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<BankAccount>,
}

impl OrderWords {
    /// What the gateway was told of a payment.
    pub fn of(payment: &Payment) -> Option<Self> {
        serde_json::from_value(payment.ordered.clone()?.0).ok()
    }
}

/// An order to pay.
#[derive(Clone, Debug)]
pub struct Order {
    pub reference: String,
    pub amount: Vnd,
    pub words: OrderWords,
    /// Where the payer's browser comes back to.
    pub return_url: String,
    /// For gateways that write bills.
    pub bill: Option<Bill>,
}

/// For what, by whom and to whom is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Code and name.
    pub procedure: (String, String),
    /// Code and name.
    pub agency: (String, String),
    pub dossier: String,
    /// The applicant's name.
    pub payer: String,
    /// Code of the agency's province.
    pub province: String,
    pub lines: Vec<BillLine>,
}

/// A fee on a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillLine {
    /// `phi` or `le_phi`.
    pub kind: String,
    pub code: String,
    pub name: String,
    pub amount: Vnd,
}

/// Which payment is asked about.
#[derive(Clone, Debug)]
pub struct About {
    pub reference: String,
    /// When it was ordered, as the order said.
    pub ordered_at: Timestamp,
    /// The gateway's own number of it, where it is known.
    pub transaction: Option<String>,
    /// The machine's present moment.
    pub now: Timestamp,
}

/// Money to give back.
#[derive(Clone, Debug)]
pub struct GiveBack {
    pub about: About,
    /// Never used for another request: the same again is not carried out twice.
    pub request: String,
    pub paid: Vnd,
    pub amount: Vnd,
    /// Who asks for it, as the gateway keeps it.
    pub by: String,
}

/// What a gateway says when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub said: Said,
    /// The amount that it knows; none where it knows of no such payment.
    pub amount: Option<Vnd>,
    pub transaction: Option<String>,
    pub moved_at: Option<Timestamp>,
    pub code: String,
    /// The answer as it came.
    pub body: String,
}

/// How giving money back went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenBack {
    /// It is on its way, or there.
    Done { code: String },
    /// The same request was taken before.
    TakenBefore { code: String },
    /// It will not be carried out; a person must see to it.
    Refused { code: String },
    /// Nobody can tell: ask before doing it again.
    Unsure { reason: String },
}

/// A message of the gateway that came to us: by its server, or through the payer's browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub reference: String,
    pub word: Word,
}

/// Why a message is none of the gateway's to us.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not signed with our secret, or changed on the way.
    #[error("forged: {0}")]
    Forged(String),
    /// Rightly signed, but without sense for us.
    #[error("no message to us: {0}")]
    Senseless(String),
}

/// Why a gateway could not be asked, or not be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    #[error("the gateway was not reached: {0}")]
    Unreached(String),
    #[error("the gateway's answer can't be believed: {0}")]
    Disbelieved(String),
    #[error("the gateway refused: {0}")]
    Refused(String),
}

/// A gateway.
pub trait Gateway: Send + Sync {
    /// The fixed name, as payments keep it.
    fn name(&self) -> &'static str;

    /// Scheme, host and port of the page that payers are sent to: pages must let their forms lead there.
    fn origin(&self) -> &str;

    /// Whether it can collect for an agency with this account.
    fn collects_for(&self, _account: Option<&BankAccount>) -> bool {
        true
    }

    /// Whether it writes a bill for what is paid.
    fn wants_bill(&self) -> bool {
        false
    }

    /// How many minutes a payer has. Nobody is asked about a payment before they are over, unless the payer came back.
    fn minutes_to_pay(&self) -> i64 {
        15
    }

    /// Where the payer's browser is sent.
    fn order<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<String, GatewayError>>;

    /// Reads a message in the query string of an address of ours.
    ///
    /// # Errors
    /// [`MessageError`]; the signature is looked at first.
    fn read(&self, query: &str) -> Result<Message, MessageError>;

    /// What became of a payment.
    fn ask<'a>(&'a self, about: &'a About) -> BoxFuture<'a, Result<Word, GatewayError>>;

    /// Whether it knows what became of a payment. A bank is not asked, it tells.
    fn can_be_asked(&self) -> bool {
        true
    }

    /// Whether it can give money back; where not, a person does it at the agency's bank or at the counter.
    fn gives_back(&self) -> bool {
        false
    }

    /// Gives money back.
    fn give_back<'a>(&'a self, _what: &'a GiveBack) -> BoxFuture<'a, GivenBack> {
        std::future::ready(GivenBack::Refused { code: "by-hand".into() }).boxed()
    }

    /// What became of a payment's only refund; [`GivenBack::Unsure`] where that can't be told.
    fn ask_back<'a>(&'a self, _what: &'a GiveBack) -> BoxFuture<'a, GivenBack> {
        std::future::ready(GivenBack::Unsure { reason: "by-hand".into() }).boxed()
    }
}

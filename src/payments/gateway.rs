//! What a gateway must be able to do. Implemented in `integrations`, chosen by settings, held by `app`.

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::verdict::Said;
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
}

/// An order to pay.
#[derive(Clone, Debug)]
pub struct Order {
    pub reference: String,
    pub amount: Vnd,
    pub words: OrderWords,
    /// Where the payer's browser comes back to.
    pub return_url: String,
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

    /// Where the payer's browser is sent.
    fn order<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<String, GatewayError>>;

    /// Reads a message in the query string of an address of ours.
    ///
    /// # Errors
    /// [`MessageError`]; the signature is looked at first.
    fn read(&self, query: &str) -> Result<Message, MessageError>;

    /// What became of a payment.
    fn ask<'a>(&'a self, about: &'a About) -> BoxFuture<'a, Result<Word, GatewayError>>;

    /// Gives money back.
    fn give_back<'a>(&'a self, what: &'a GiveBack) -> BoxFuture<'a, GivenBack>;
}

//! Calls from server to server: asking about a payment (`querydr`) and giving money back (`refund`).
//!
//! Here the signature stands over values joined by `|` in a fixed order, not over a query string.

use serde_json::{Map, Value};

use super::order::plain;
use super::{Key, VERSION, hundredths, moment, read_hundredths, read_moment};
use crate::kernel::{Timestamp, Vnd};

/// The fields that a reply's signature stands over, in order.
const REPLY: [&str; 15] = [
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount",
];

/// Of them, those of a reply to a refund: all but the last two, which say what a promotion took off.
const REFUND_REPLY: usize = 13;

/// The fields that the signature of this reply stands over.
fn reply_fields(command: &str) -> &'static [&'static str] {
    if command == "refund" { REPLY.split_at(REFUND_REPLY).0 } else { &REPLY }
}

/// The fields that the signature of a question stands over, in order.
const QUERY: [&str; 9] = [
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
];

/// The fields that the signature of a refund stands over, in order.
const REFUND: [&str; 13] = [
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TransactionType",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_TransactionNo",
    "vnp_TransactionDate",
    "vnp_CreateBy",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
];

/// Signs a body over these of its fields.
fn signed(mut body: Map<String, Value>, fields: &[&str], key: &Key) -> Value {
    let parts: Vec<String> = fields.iter().map(|name| text(&body, name)).collect();
    body.insert("vnp_SecureHash".to_owned(), Value::String(key.sign(&parts.join("|"))));
    Value::Object(body)
}

impl Key {
    /// Whether a call bears its signature: for the stand-in.
    pub fn is_call(&self, body: &Value) -> bool {
        let Some(body) = body.as_object() else { return false };
        let fields: &[&str] = if text(body, "vnp_Command") == "refund" { &REFUND } else { &QUERY };
        let parts: Vec<String> = fields.iter().map(|name| text(body, name)).collect();
        self.verifies(&parts.join("|"), &text(body, "vnp_SecureHash"))
    }
}

/// What every call has.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Never used twice on one day.
    pub id: &'a str,
    pub terminal: &'a str,
    /// Our own number of the payment.
    pub reference: &'a str,
    /// When the payment was begun, as its pay address said.
    pub ordered_at: Timestamp,
    pub created_at: Timestamp,
    /// The caller's address on the network.
    pub ip: &'a str,
    pub info: &'a str,
}

/// Asks what became of a payment.
#[derive(Clone, Debug)]
pub struct Query<'a>(pub Request<'a>);

/// How much goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundKind {
    /// All of it.
    Full,
    /// A part.
    Part,
}

impl RefundKind {
    fn code(self) -> &'static str {
        match self {
            Self::Full => "02",
            Self::Part => "03",
        }
    }
}

/// Gives money back.
#[derive(Clone, Debug)]
pub struct Refund<'a> {
    pub request: Request<'a>,
    pub kind: RefundKind,
    pub amount: Vnd,
    /// The gateway's own number of the transaction, where it is known.
    pub transaction: Option<&'a str>,
    /// Who asks for it.
    pub by: &'a str,
}

impl Request<'_> {
    /// The fields that both calls have.
    fn fields(&self, command: &str) -> Map<String, Value> {
        let fields = [
            ("vnp_RequestId", self.id.to_owned()),
            ("vnp_Version", VERSION.to_owned()),
            ("vnp_Command", command.to_owned()),
            ("vnp_TmnCode", self.terminal.to_owned()),
            ("vnp_TxnRef", self.reference.to_owned()),
            ("vnp_OrderInfo", plain(self.info)),
            ("vnp_TransactionDate", moment(self.ordered_at)),
            ("vnp_CreateDate", moment(self.created_at)),
            ("vnp_IpAddr", self.ip.to_owned()),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect()
    }
}

impl Query<'_> {
    /// The body of the call.
    pub fn body(&self, key: &Key) -> Value {
        signed(self.0.fields("querydr"), &QUERY, key)
    }
}

impl Refund<'_> {
    /// The body of the call.
    pub fn body(&self, key: &Key) -> Value {
        let mut body = self.request.fields("refund");
        let more = [
            ("vnp_TransactionType", self.kind.code().to_owned()),
            ("vnp_Amount", hundredths(self.amount)),
            ("vnp_TransactionNo", self.transaction.unwrap_or("0").to_owned()),
            ("vnp_CreateBy", plain(self.by)),
        ];
        body.extend(more.map(|(name, value)| (name.to_owned(), Value::String(value))));
        signed(body, &REFUND, key)
    }
}

/// What the gateway answers to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `00`: the call was carried out. `91`: no such transaction.
    pub response: String,
    /// Our own number of the payment, where the gateway names it.
    pub reference: Option<String>,
    pub amount: Option<Vnd>,
    /// Where the transaction stands; none where there is none.
    pub status: Option<String>,
    /// `01` payment, `02` and `03` refunds.
    pub kind: Option<String>,
    pub transaction: Option<String>,
    pub bank: Option<String>,
    pub paid_at: Option<Timestamp>,
}

/// Why an answer says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("the answer is no object")]
    Shape,
    #[error("the signature of the answer is wrong")]
    Forged,
    #[error("the answer is for another merchant")]
    OtherTerminal,
    #[error("the answer lacks its response code")]
    NoCode,
}

impl Answer {
    /// Reads an answer; the signature is looked at before anything else.
    ///
    /// # Errors
    /// [`AnswerError`].
    pub fn read(body: &Value, (terminal, key): (&str, &Key)) -> Result<Self, AnswerError> {
        let body = body.as_object().ok_or(AnswerError::Shape)?;
        let field = |name: &str| text(body, name);
        let over: Vec<String> = reply_fields(&field("vnp_Command")).iter().map(|name| field(name)).collect();
        if !key.verifies(&over.join("|"), &field("vnp_SecureHash")) {
            return Err(AnswerError::Forged);
        }
        // The gateway leaves the terminal out of some refusals; where it stands, it must be ours.
        if !["", terminal].contains(&field("vnp_TmnCode").as_str()) {
            return Err(AnswerError::OtherTerminal);
        }
        let some = |name: &str| Some(field(name)).filter(|v| !v.is_empty());
        Ok(Self {
            response: some("vnp_ResponseCode").ok_or(AnswerError::NoCode)?,
            reference: some("vnp_TxnRef"),
            amount: some("vnp_Amount").and_then(|a| read_hundredths(&a)),
            status: some("vnp_TransactionStatus"),
            kind: some("vnp_TransactionType"),
            transaction: some("vnp_TransactionNo").filter(|n| n != "0"),
            bank: some("vnp_BankCode"),
            paid_at: some("vnp_PayDate").and_then(|at| read_moment(&at)),
        })
    }

    /// The signed answer that a gateway would give: for the stand-in.
    pub fn sign(fields: &[(&str, String)], key: &Key) -> Value {
        let body: Map<String, Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), Value::String(value.clone()))).collect();
        let over = reply_fields(&text(&body, "vnp_Command"));
        signed(body, over, key)
    }
}

/// A field as text: gateways write numbers now as numbers, now as text.
fn text(body: &Map<String, Value>, name: &str) -> String {
    match body.get(name) {
        Some(Value::String(s)) => s.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

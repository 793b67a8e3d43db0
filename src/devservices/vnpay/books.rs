//! What the stand-in knows: orders that were settled, money given back, notices sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::DateTime;
use serde_json::Value;

use crate::kernel::{Timestamp, Vnd, clock};
use crate::payments::vnpay::{Answer, Key, Params};

/// What the payer, or the tester, lets happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Paid; notice and browser come in whatever order.
    Success,
    /// The payer gives up.
    Cancel,
    /// Paid, but the notice names another amount.
    WrongAmount,
    /// Paid; the notice comes long after the browser.
    LateIpn,
    /// Paid; told twice.
    IpnTwice,
    /// Paid; told before the browser goes back.
    IpnFirst,
    /// Paid; never told: only who asks finds out.
    NoIpn,
}

impl Behaviour {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::Success, Self::Cancel, Self::WrongAmount, Self::LateIpn, Self::IpnTwice, Self::IpnFirst, Self::NoIpn];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Cancel => "cancel",
            Self::WrongAmount => "wrong_amount",
            Self::LateIpn => "late_ipn",
            Self::IpnTwice => "ipn_twice",
            Self::IpnFirst => "ipn_first",
            Self::NoIpn => "no_ipn",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.as_str() == text)
    }

    /// On the button.
    pub fn words(self) -> &'static str {
        match self {
            Self::Success => "Thanh toán thành công",
            Self::Cancel => "Hủy thanh toán",
            Self::WrongAmount => "Thành công, IPN báo sai số tiền",
            Self::LateIpn => "Thành công, IPN đến muộn",
            Self::IpnTwice => "Thành công, IPN gửi hai lần",
            Self::IpnFirst => "Thành công, IPN đến trước khi quay lại",
            Self::NoIpn => "Thành công, không gửi IPN",
        }
    }
}

/// An order, as the merchant's address says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub terminal: String,
    pub reference: String,
    pub amount: Vnd,
    pub info: String,
    pub return_url: String,
    pub expires: Option<DateTime>,
}

impl Order {
    /// Reads it; none where something is missing.
    pub fn read(params: &Params) -> Option<Self> {
        let text = |name| params.get(name).map(str::to_owned);
        let hundredths: i64 = text("vnp_Amount")?.parse().ok()?;
        Some(Self {
            terminal: text("vnp_TmnCode")?,
            reference: text("vnp_TxnRef")?,
            amount: Vnd(hundredths / 100),
            info: text("vnp_OrderInfo")?,
            return_url: text("vnp_ReturnUrl")?,
            expires: params.get("vnp_ExpireDate").and_then(|t| DateTime::strptime("%Y%m%d%H%M%S", t).ok()),
        })
    }

    /// What the payer's browser tells the merchant when the time ran out.
    pub fn expired(&self, terminal: &str) -> Params {
        let mut p = Params::default();
        p.set("vnp_TmnCode", terminal)
            .set("vnp_TxnRef", self.reference.clone())
            .set("vnp_Amount", (self.amount.0 * 100).to_string())
            .set("vnp_OrderInfo", self.info.clone())
            .set("vnp_ResponseCode", "11")
            .set("vnp_TransactionStatus", "02");
        p
    }

    /// Whether no money is taken for it any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|end| clock::local(now) >= end)
    }
}

/// What became of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub transaction: u64,
    pub amount: Vnd,
    pub is_paid: bool,
    /// How much went back.
    pub returned: Vnd,
    paid_at: DateTime,
}

impl Outcome {
    /// What the merchant is told, by its server or the browser.
    pub fn params(&self, order: &Order, amount: Vnd) -> Params {
        let mut p = Params::default();
        let code = if self.is_paid { "00" } else { "24" };
        p.set("vnp_TmnCode", order.terminal.clone())
            .set("vnp_TxnRef", order.reference.clone())
            .set("vnp_Amount", (amount.0 * 100).to_string())
            .set("vnp_OrderInfo", order.info.clone())
            .set("vnp_ResponseCode", code)
            .set("vnp_TransactionStatus", if self.is_paid { "00" } else { "02" })
            .set("vnp_TransactionNo", self.transaction.to_string())
            .set("vnp_PayDate", self.paid_at.strftime("%Y%m%d%H%M%S").to_string())
            .set("vnp_BankCode", "NCB")
            .set("vnp_CardType", "ATM");
        p
    }
}

#[derive(Default)]
struct State {
    orders: HashMap<String, Outcome>,
    refunds: HashMap<String, Vnd>,
    /// Notices sent, with the answer.
    notices: Vec<(String, String)>,
    /// How many answers get lost on their way.
    lost: u32,
    /// Requests for refunds that came in, whatever became of them.
    asked_back: u32,
}

/// The books. Cheap to clone.
#[derive(Clone, Default)]
pub struct Books(Arc<Mutex<State>>);

impl Books {
    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What became of an order.
    pub fn outcome(&self, reference: &str) -> Option<Outcome> {
        self.with(|s| s.orders.get(reference).cloned())
    }

    /// Everything that was taken and not given back.
    pub fn balance(&self) -> Vnd {
        self.with(|s| s.orders.values().filter(|o| o.is_paid).map(|o| Vnd(o.amount.0 - o.returned.0)).sum())
    }

    /// Notices sent, each with the `RspCode` that came back.
    pub fn notices(&self) -> Vec<(String, String)> {
        self.with(|s| s.notices.clone())
    }

    /// The next answers to questions and refunds get lost after they were carried out.
    pub fn lose_answers(&self, times: u32) {
        self.with(|s| s.lost = times);
    }

    pub(super) fn loses_answer(&self) -> bool {
        self.with(|s| {
            let is_lost = s.lost > 0;
            s.lost = s.lost.saturating_sub(1);
            is_lost
        })
    }

    /// How often a refund was asked for, the same one again included.
    pub fn asked_back(&self) -> u32 {
        self.with(|s| s.asked_back)
    }

    pub(super) fn told(&self, query: &str, code: &str) {
        self.with(|s| s.notices.push((query.to_owned(), code.to_owned())));
    }

    /// Settles an order once, and tells the amount that its notice names.
    pub(super) fn settle(&self, order: &Order, behaviour: Behaviour, now: Timestamp) -> (Outcome, Vnd) {
        let told = if behaviour == Behaviour::WrongAmount { Vnd(order.amount.0 + 1_000) } else { order.amount };
        let outcome = self.with(|s| {
            // Never the same as before a restart, which the books don't survive.
            let transaction = u64::try_from(now.as_microsecond()).unwrap_or_default() + s.orders.len() as u64;
            let fresh = Outcome {
                transaction,
                amount: order.amount,
                is_paid: behaviour != Behaviour::Cancel,
                returned: Vnd(0),
                paid_at: clock::local(now),
            };
            s.orders.entry(order.reference.clone()).or_insert(fresh).clone()
        });
        (outcome, told)
    }

    /// Answers a question or a refund.
    pub(super) fn answer(&self, body: &Value, (terminal, key): (&str, &Key), now: Timestamp) -> Value {
        let field = |name: &str| match body.get(name) {
            // Merchants write amounts and days now as text, now as numbers.
            Some(Value::Number(n)) => n.to_string(),
            other => other.and_then(Value::as_str).unwrap_or_default().to_owned(),
        };
        let head = |code: &str, words: &str| {
            vec![
                ("vnp_ResponseId", format!("r{}", field("vnp_RequestId"))),
                ("vnp_Command", field("vnp_Command")),
                ("vnp_ResponseCode", code.to_owned()),
                ("vnp_Message", words.to_owned()),
                ("vnp_TmnCode", terminal.to_owned()),
                ("vnp_TxnRef", field("vnp_TxnRef")),
            ]
        };
        if !key.is_call(body) {
            return Answer::sign(&head("97", "Invalid signature"), key);
        }
        let Some(outcome) = self.outcome(&field("vnp_TxnRef")) else {
            return Answer::sign(&head("91", "Transaction not found"), key);
        };
        let mut fields = head("00", "Success");
        if field("vnp_Command") == "refund" {
            match self.give_back(&field("vnp_RequestId"), &field("vnp_TxnRef"), &field("vnp_Amount")) {
                Ok(()) => {}
                Err(code) => return Answer::sign(&head(code, "Refused"), key),
            }
        }
        let status = match (outcome.is_paid, outcome.amount.0 > outcome.returned.0) {
            (true, true) => "00",
            (true, false) => "04",
            (false, _) => "02",
        };
        fields.extend([
            ("vnp_Amount", (outcome.amount.0 * 100).to_string()),
            ("vnp_BankCode", "NCB".to_owned()),
            ("vnp_PayDate", outcome.paid_at.strftime("%Y%m%d%H%M%S").to_string()),
            ("vnp_TransactionNo", outcome.transaction.to_string()),
            ("vnp_TransactionType", "01".to_owned()),
            ("vnp_TransactionStatus", status.to_owned()),
            ("vnp_OrderInfo", format!("{}", clock::local(now).date())),
        ]);
        Answer::sign(&fields, key)
    }

    fn give_back(&self, request: &str, reference: &str, hundredths: &str) -> Result<(), &'static str> {
        let amount = Vnd(hundredths.parse::<i64>().map_err(|_| "99")? / 100);
        self.with(|s| {
            s.asked_back += 1;
            if s.refunds.contains_key(request) {
                return Err("94");
            }
            let order = s.orders.get_mut(reference).ok_or("91")?;
            if !order.is_paid || amount.0 <= 0 || order.returned.0 + amount.0 > order.amount.0 {
                return Err("95");
            }
            order.returned = Vnd(order.returned.0 + amount.0);
            s.refunds.insert(request.to_owned(), amount);
            Ok(())
        })
    }
}

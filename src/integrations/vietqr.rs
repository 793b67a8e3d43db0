//! Payment by bank transfer over a VietQR code. Nobody is called: the portal shows the code itself, and the bank tells
//! of the money when it comes.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::accounts::agencies::BankAccount;
use crate::payments::gateway::{About, Gateway, GatewayError, Message, MessageError, Order, Word};
use crate::payments::transfer::{self, NAME};
use crate::payments::verdict::Said;

/// How long a code is shown: long enough to find the banking app, or somebody who has one.
const MINUTES_TO_PAY: i64 = 60;

/// Transfers into accounts at banks that tell of them.
pub struct VietQr {
    /// The portal's own address, where the codes are shown.
    home: String,
    /// The banks that tell of credits: for an account at another one nobody would ever know of the money.
    banks: Vec<String>,
}

impl VietQr {
    /// Transfers to accounts at these banks.
    pub fn new(home: &str, banks: Vec<String>) -> Self {
        Self { home: home.to_owned(), banks }
    }
}

impl Gateway for VietQr {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origin(&self) -> &str {
        &self.home
    }

    fn collects_for(&self, account: Option<&BankAccount>) -> bool {
        account.is_some_and(|account| self.banks.contains(&account.bin) && transfer::takes(account))
    }

    fn can_be_asked(&self) -> bool {
        false
    }

    fn minutes_to_pay(&self) -> i64 {
        MINUTES_TO_PAY
    }

    fn order<'a>(&'a self, order: &'a Order) -> BoxFuture<'a, Result<String, GatewayError>> {
        std::future::ready(Ok(format!("{}/thanh-toan/{NAME}/{}", self.home, order.reference))).boxed()
    }

    fn read(&self, _query: &str) -> Result<Message, MessageError> {
        Err(MessageError::Forged("banks tell nothing through the payer's browser".into()))
    }

    /// A bank can't be asked. That it told nothing does not mean that no money was moved.
    fn ask<'a>(&'a self, _about: &'a About) -> BoxFuture<'a, Result<Word, GatewayError>> {
        let word = Word {
            said: Said::Open,
            amount: None,
            transaction: None,
            moved_at: None,
            code: String::new(),
            body: String::new(),
        };
        std::future::ready(Ok(word)).boxed()
    }
}

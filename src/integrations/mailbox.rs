//! The development mailbox: messages stay in the `notices` table, where `/phat-trien/hop-thu` shows them.

use futures_util::FutureExt as _;
use futures_util::future::{self, BoxFuture};

use crate::notifications::{Mail, Mailer, Outcome, Sms, SmsGateway};

/// Takes every e-mail and SMS and sends none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mailbox;

impl Mailer for Mailbox {
    fn name(&self) -> &'static str {
        "mailbox"
    }

    fn is_mailbox(&self) -> bool {
        true
    }

    fn send<'a>(&'a self, _: &'a Mail) -> BoxFuture<'a, Outcome> {
        future::ready(Outcome::Accepted { provider_id: None }).boxed()
    }
}

impl SmsGateway for Mailbox {
    fn name(&self) -> &'static str {
        "mailbox"
    }

    fn is_mailbox(&self) -> bool {
        true
    }

    fn send<'a>(&'a self, _: &'a Sms) -> BoxFuture<'a, Outcome> {
        future::ready(Outcome::Accepted { provider_id: None }).boxed()
    }
}

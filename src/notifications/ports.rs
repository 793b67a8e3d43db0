//! What carries messages out: implemented in `integrations`, wired in `app`.

use futures_util::future::BoxFuture;

use crate::kernel::JobId;

/// How a try to send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The other side took it over.
    Accepted { provider_id: Option<String> },
    /// The other side will never take this message.
    Refused { reason: String },
    /// It was certainly not taken, and may be later.
    TryLater { reason: String },
    /// Nobody knows whether it was taken: the connection broke after sending, or the answer made no sense.
    Unsure { reason: String },
}

/// An e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Becomes the Message-ID, so that the same mail sent twice is known to be the same.
    pub key: JobId,
    /// Host of the Message-ID.
    pub host: String,
    /// The address alone.
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// An SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// What the gateway knows a repeated request by.
    pub key: JobId,
    pub phone: String,
    /// Plain letters, one segment.
    pub text: String,
}

/// Sends e-mails.
pub trait Mailer: Send + Sync {
    /// The name kept with the notice.
    fn name(&self) -> &'static str;
    /// Whether it only keeps the message in the house, so that sending twice does no harm.
    fn is_mailbox(&self) -> bool {
        false
    }
    /// Tries once. Has a time limit of its own, well below a lease.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Outcome>;
}

/// Sends SMS. Each one costs money: an unsure outcome is never tried again by itself.
pub trait SmsGateway: Send + Sync {
    /// The name kept with the notice.
    fn name(&self) -> &'static str;
    /// Whether it only keeps the message in the house, so that sending twice does no harm.
    fn is_mailbox(&self) -> bool {
        false
    }
    /// Tries once. Has a time limit of its own, well below a lease.
    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Outcome>;
}

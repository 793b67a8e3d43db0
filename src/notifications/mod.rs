//! Telling people what happened, reliably.
//!
//! [`notify`] writes, in the transaction of the act, one row a channel and a job for each that leaves the house; the
//! text is made then, so what was said stays on record. The worker runs [`Sender`] for those jobs. What is promised
//! about crashes and unclear answers stands in docs/notices.md.

mod compose;
mod event;
mod notice;
mod notify;
mod ports;
mod send;
pub mod sms;
mod store;
#[cfg(test)]
mod tests;
mod values;

pub use compose::Portal;
pub use event::{CodePurpose, Delivery, DossierFacts, Event, NotExempt, OtherClaim, PayElsewhere, Returns};
pub use notice::{Channel, Channels, NoticeState, OutgoingMessage, PortalNotice, Recipient};
pub use notify::{SEND, notify};
pub use ports::{Mail, Mailer, Outcome, Sms, SmsGateway};
pub use send::{MAYBE_SENT, Sender};
pub use store::{forget_dossier, mark_all_read, mark_read, of_dossier, outgoing, portal_notices, unread};

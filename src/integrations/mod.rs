//! The outside world: each module here implements a port that a module above declares.

pub mod callback;
pub mod esms;
pub mod files;
pub mod mailbox;
pub mod messages;
pub mod payment;
pub mod platform;
pub mod setup;
pub mod smtp;
pub mod vietqr;
pub mod vnpay;

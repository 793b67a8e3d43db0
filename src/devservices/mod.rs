//! Stand-ins for other people's systems that speak their real protocols. For development and tests, never production.

pub mod bank;
pub mod esms;
pub mod platform;
pub mod vnpay;

//! Online payment: the way to a gateway, the way back, and what gateways tell the server.

pub mod begin;
pub mod link;
pub mod platform;
pub mod receipt;
pub mod transfer;
pub mod vnpay;

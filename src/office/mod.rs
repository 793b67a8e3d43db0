//! Every act that moves a dossier, one file an act.
//!
//! An act is a synchronous function inside one write transaction. Its frame is the [`desk::Desk`]: lock the dossier,
//! check the right first, then the status by `dossiers::status::next`, change, append the event, save with the version
//! checked. What the act needs to know beside the database (the dossier's own revision, the agency's calendar) is
//! brought by the caller as [`Rules`] and checked against the dossier inside.

pub mod accept;
pub mod action;
mod action_body;
pub mod amend;
pub mod answers;
pub mod asked_for;
pub mod assign;
pub mod automatic;
pub mod begin;
pub mod closings;
pub mod conflict;
pub mod correct;
pub mod decide;
mod desk;
pub mod draft_result;
mod error;
pub mod exemptions;
pub mod extend;
pub mod fees;
pub mod fill;
pub mod forward;
mod given_number;
pub mod hand_over;
pub mod held_words;
pub mod lapse;
pub mod message;
pub mod money_back;
pub mod obligations;
mod offer;
pub mod online_payment;
pub mod opinions;
pub mod papers;
pub mod payment;
pub mod permission;
mod receipts;
pub mod receive_papers;
mod refund_books;
pub mod refunds;
pub mod refuse_acceptance;
mod rules;
pub mod sight;
pub mod sign;
pub mod stop;
pub mod submit;
pub mod supplement;
pub mod supplement_answer;
pub mod telling;
pub mod timing;
pub mod treasury;
pub mod unlisted;
pub mod withdraw;
pub mod word_owners;

pub use desk::{Desk, Done, Target, allowed_to, desk_allows};
pub use error::{ActError, Closed, Fault, Holder, MissingField, Words};
pub use offer::offered;
pub use rules::{AgencyCard, Rules};

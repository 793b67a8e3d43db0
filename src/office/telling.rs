//! What acts tell people: minimum content by law is in [`DossierFacts`] (NĐ 224/2026, Điều 15.1g).

use jiff::civil::Date;

use super::{ActError, Rules, draft_result};
use crate::accounts;
use crate::catalog::{Outcome, Text};
use crate::db::Tx;
use crate::documents;
use crate::dossiers::{self, DeliveryMethod, Dossier, State};
use crate::kernel::{Lang, Timestamp, Vnd};
use crate::notifications::{
    self, Channels, Delivery, DossierFacts, Event, NotExempt, OtherClaim, PayElsewhere, Recipient, Returns,
};

/// An exemption that takes the place of one that was not granted.
#[derive(Clone, Debug)]
pub struct OtherExemption {
    pub name: Text,
    /// An officer has yet to look at it.
    pub waits: bool,
    /// Its proof, where that has not come yet.
    pub paper: Option<Text>,
}

/// What to tell.
#[derive(Clone, Debug)]
pub enum Tell {
    Submitted {
        fees: Vnd,
    },
    Accepted,
    AcceptanceRefused {
        reason: String,
    },
    SupplementRequested {
        reason: String,
        items: Vec<Text>,
        due_on: Date,
    },
    SupplementReceived,
    /// A draft certificate to look at until then.
    DraftToConfirm {
        until: Timestamp,
    },
    /// Its name in both languages.
    ExemptionRefused {
        name: (String, String),
        reason: String,
        /// Owed by that, and whether acceptance waits until it is paid.
        amount: Vnd,
        first: bool,
        other: Option<OtherExemption>,
        /// How much is owed is not known yet.
        later: bool,
    },
    PaymentDue {
        amount: Vnd,
        /// What it consists of, by name.
        lines: Vec<(String, Vnd)>,
        due_on: Option<Date>,
        elsewhere: Option<PayElsewhere>,
    },
    /// The last day to pay is near.
    PaymentReminder {
        amount: Vnd,
        due_on: Date,
        elsewhere: Option<PayElsewhere>,
    },
    /// Paid to the State Treasury, by the payer's paper of this number and day.
    TreasuryRecorded {
        amount: Vnd,
        number: String,
        paid_on: Date,
    },
    PaymentReceived {
        amount: Vnd,
    },
    PaymentRefunded {
        amount: Vnd,
        reason: String,
    },
    /// More was paid than is owed: it will go back. `changed`: because changed answers cost less.
    PaidTooMuch {
        amount: Vnd,
        changed: bool,
    },
    Apology {
        was_due: Timestamp,
        reason: String,
    },
    /// It can be had now, by that way.
    ResultReady {
        method: DeliveryMethod,
        refused_because: Option<String>,
    },
    HandedOver {
        method: DeliveryMethod,
        at: Timestamp,
    },
    Withdrawn,
    Stopped {
        reason: String,
    },
    OfficerMessage,
    Progress,
}

/// Tells the applicant, by the channels of their choice, in the act's own transaction.
///
/// # Errors
/// A failure of the database.
pub fn tell(tx: &mut Tx<'_>, rules: &Rules, dossier: &Dossier, what: Tell, now: Timestamp) -> Result<(), ActError> {
    let Some(recipient) = recipient(tx, rules, dossier)? else { return Ok(()) };
    let facts = facts(tx, (rules, recipient.lang), dossier)?;
    let event = event(what, facts, (dossier, recipient.lang), now);
    notifications::notify(tx, &event, &recipient, now)?;
    Ok(())
}

/// That the result can be had, with the reason where it is a refusal. `None`: there is no result.
///
/// # Errors
/// A failure of the database.
pub(super) fn result_ready(
    tx: &mut Tx<'_>,
    dossier: &Dossier,
    method: DeliveryMethod,
) -> Result<Option<Tell>, ActError> {
    let Some(result) = documents::current_result(tx.conn(), dossier.id)? else { return Ok(None) };
    let refused = result.outcome == draft_result::word(Outcome::Refused);
    let reason = result.data.get("reason").and_then(|reason| reason.as_str()).unwrap_or_default();
    Ok(Some(Tell::ResultReady { method, refused_because: refused.then(|| reason.to_owned()) }))
}

/// The applicant as a recipient: by account, or by the contact given at the counter. `None`: no way to reach them.
fn recipient(tx: &mut Tx<'_>, rules: &Rules, dossier: &Dossier) -> Result<Option<Recipient>, ActError> {
    if let Some(account) = dossier.applicant_account {
        let account = accounts::people::by_id(tx.conn(), account)?;
        return Ok(Some(accounts::recipient(&account)));
    }
    let (phone, email) = (dossier.applicant.phone.clone(), dossier.applicant.email.clone());
    if phone.is_none() && email.is_none() {
        return Ok(None);
    }
    Ok(Some(Recipient {
        account: None,
        name: dossier.applicant_name.clone(),
        phone,
        email,
        lang: Lang::Vi,
        channels: Channels::ALL,
        is_demo: rules.agency.is_demo,
    }))
}

fn facts(tx: &mut Tx<'_>, (rules, lang): (&Rules, Lang), dossier: &Dossier) -> Result<DossierFacts, ActError> {
    let officer = match dossier.assignee_id.or(dossier.handler_id) {
        Some(id) => Some(accounts::people::by_id(tx.conn(), id)?.full_name),
        None => dossiers::last_officer(tx.conn(), dossier.id)?,
    };
    Ok(DossierFacts {
        dossier: dossier.id,
        code: dossier.name(),
        is_coded: dossier.code.is_some(),
        procedure: rules.revision.name.get(lang).to_owned(),
        agency: rules.agency.name.clone(),
        by_system: officer.is_none() && dossier.decided_at.is_some(),
        officer,
        submitted_at: dossier.submitted_at,
        received_at: dossier.accepted_at,
        processing_at: dossier.clock_started_at,
        returns: returns(dossier),
        has_page: dossier.applicant_account.is_some(),
    })
}

/// When the result comes, as the dossier stands.
fn returns(dossier: &Dossier) -> Returns {
    if let Some(at) = dossier.handed_over_at {
        return Returns::Done(at);
    }
    match dossier.state() {
        Some(State::AcceptanceRefused | State::Withdrawn | State::Closed) => Returns::Never,
        _ if dossier.accepted_at.is_none() => Returns::OnAcceptance,
        _ if dossier.paused_since.is_some() => Returns::Paused,
        _ => dossier.due_at.map_or(Returns::Open, Returns::Due),
    }
}

fn delivery(method: DeliveryMethod) -> Delivery {
    match method {
        DeliveryMethod::Online => Delivery::Online,
        DeliveryMethod::Counter => Delivery::Counter,
        DeliveryMethod::Post => Delivery::Post,
    }
}

fn event(what: Tell, facts: DossierFacts, (dossier, lang): (&Dossier, Lang), now: Timestamp) -> Event {
    match what {
        Tell::Submitted { fees } => Event::Submitted { dossier: facts, answer_by: dossier.acceptance_due_at, fees },
        Tell::Accepted => Event::Accepted { dossier: facts },
        Tell::AcceptanceRefused { reason } => Event::AcceptanceRefused { dossier: facts, reason },
        Tell::SupplementRequested { reason, items, due_on } => {
            let items = items.iter().map(|item| item.get(lang).to_owned()).collect();
            Event::SupplementRequested { dossier: facts, reason, items, due_on }
        }
        Tell::SupplementReceived => Event::SupplementReceived { dossier: facts, at: now },
        Tell::DraftToConfirm { until } => Event::DraftToConfirm { dossier: facts, until },
        Tell::ExemptionRefused { name: (vi, en), reason, amount, first, other, later } => {
            let exemption = if lang == Lang::En { en } else { vi };
            let other = other.map(|other| OtherClaim {
                exemption: other.name.get(lang).to_owned(),
                waits: other.waits,
                paper: other.paper.map(|paper| paper.get(lang).to_owned()),
            });
            let then = NotExempt { amount, first, other, later };
            Event::ExemptionRefused { dossier: facts, exemption, reason, then }
        }
        Tell::PaymentDue { amount, lines, due_on, elsewhere } => {
            Event::PaymentDue { dossier: facts, amount, lines, due_on, elsewhere }
        }
        Tell::PaymentReminder { amount, due_on, elsewhere } => {
            Event::PaymentReminder { dossier: facts, amount, due_on, elsewhere }
        }
        Tell::TreasuryRecorded { amount, number, paid_on } => {
            Event::TreasuryRecorded { dossier: facts, amount, at: now, number, paid_on }
        }
        Tell::PaymentReceived { amount } => Event::PaymentReceived { dossier: facts, amount, at: now, receipt: None },
        Tell::PaymentRefunded { amount, reason } => Event::PaymentRefunded { dossier: facts, amount, at: now, reason },
        Tell::PaidTooMuch { amount, changed } => Event::PaidTooMuch { dossier: facts, amount, changed, at: now },
        Tell::Apology { was_due, reason } => {
            // The new date is what the letter is for, also while the clock stands still.
            let returns = dossier.due_at.map_or(facts.returns, Returns::Due);
            Event::Apology { dossier: DossierFacts { returns, ..facts }, was_due, reason }
        }
        Tell::ResultReady { method, refused_because } => {
            Event::ResultReady { dossier: facts, delivery: delivery(method), refused_because }
        }
        Tell::HandedOver { method, at } => Event::HandedOver { dossier: facts, delivery: delivery(method), at },
        Tell::Withdrawn => Event::Withdrawn { dossier: facts, at: now },
        Tell::Stopped { reason } => Event::Stopped { dossier: facts, reason, at: now },
        Tell::OfficerMessage => Event::OfficerMessage { dossier: facts, at: now },
        Tell::Progress => {
            let status = dossier.status().label(lang).to_owned();
            Event::Progress { dossier: facts, status, at: now }
        }
    }
}

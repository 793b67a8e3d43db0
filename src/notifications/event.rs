//! What people are told about, as plain data (domain.md, Notices).

use jiff::civil::Date;

use crate::kernel::{DossierId, Timestamp, Vnd};

/// What every notice about a dossier says at least: agency, person receiving or handling it, and the times of
/// receipt, processing and return (NĐ 224/2026, Đ15.1g). What is not known yet is said to be so.
#[derive(Clone, Debug, PartialEq)]
pub struct DossierFacts {
    pub dossier: DossierId,
    /// The dossier code, or the submission reference while there is none.
    pub code: String,
    /// Whether it is the dossier code.
    pub is_coded: bool,
    pub procedure: String,
    /// The agency in charge now.
    pub agency: String,
    /// Who handles it now, or received it.
    pub officer: Option<String>,
    /// No officer had it in hand: the product settled it by itself.
    pub by_system: bool,
    pub submitted_at: Option<Timestamp>,
    pub received_at: Option<Timestamp>,
    /// When processing began.
    pub processing_at: Option<Timestamp>,
    pub returns: Returns,
    /// Whether somebody follows it signed in; else it is only looked up by its code.
    pub has_page: bool,
}

/// When the result comes, as far as can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// Told on acceptance.
    OnAcceptance,
    /// Accepted, and the law or the session names no time.
    Open,
    /// The appointment.
    Due(Timestamp),
    /// The clock stands still: the appointment will be another one.
    Paused,
    /// It was handed over.
    Done(Timestamp),
    /// The dossier has ended without a result.
    Never,
}

/// What a one-time code is for. A code spent for one purpose says nothing about another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePurpose {
    Register,
    SignIn,
    ResetPassword,
    ChangeContact,
    Sign,
    Consent,
    Refund,
}

impl CodePurpose {
    /// Every purpose.
    pub const ALL: [Self; 7] = [
        Self::Register,
        Self::SignIn,
        Self::ResetPassword,
        Self::ChangeContact,
        Self::Sign,
        Self::Consent,
        Self::Refund,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Register => "letter-code-register",
            Self::SignIn => "letter-code-sign-in",
            Self::ResetPassword => "letter-code-reset-password",
            Self::ChangeContact => "letter-code-change-contact",
            Self::Sign => "letter-code-sign",
            Self::Consent => "letter-code-consent",
            Self::Refund => "letter-code-refund",
        }
    }
}

/// How a result reaches its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    Online,
    Counter,
    Post,
}

/// Where is paid what the portal does not collect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayElsewhere {
    /// Number of the notice.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// Account, bank or Treasury office.
    pub account: Option<String>,
}

/// What follows for the applicant when an exemption from fees was not granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotExempt {
    /// Owed by that, 0 for nothing.
    pub amount: Vnd,
    /// Acceptance waits until it is paid.
    pub first: bool,
    /// Another exemption that is claimed for the same.
    pub other: Option<OtherClaim>,
    /// How much is owed is not known yet.
    pub later: bool,
}

/// An exemption that takes the place of one that was not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherClaim {
    pub exemption: String,
    /// An officer has yet to look at it.
    pub waits: bool,
    /// Its proof, where that has not come yet.
    pub paper: Option<String>,
}

/// What happened. Texts in it are shown as they are: what an officer wrote in that language, what the catalogue says in the
/// recipient's.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A one-time code; goes to the phone, or by e-mail where there is no phone. Not sent any more after `expires_at`.
    OneTimeCode {
        code: String,
        purpose: CodePurpose,
        expires_at: Timestamp,
    },
    /// Filed. `answer_by`: when acceptance is answered at the latest, where a clock runs; `fees`: what must be paid first,
    /// 0 for nothing.
    Submitted {
        dossier: DossierFacts,
        answer_by: Option<Timestamp>,
        fees: Vnd,
    },
    /// Accepted, with the appointment in `returns`.
    Accepted {
        dossier: DossierFacts,
    },
    AcceptanceRefused {
        dossier: DossierFacts,
        reason: String,
    },
    /// `items`: what exactly is to be added or mended.
    SupplementRequested {
        dossier: DossierFacts,
        reason: String,
        items: Vec<String>,
        due_on: Date,
    },
    SupplementReceived {
        dossier: DossierFacts,
        at: Timestamp,
    },
    /// A draft certificate waits for the citizen's eyes: silence until `until` is consent.
    DraftToConfirm {
        dossier: DossierFacts,
        until: Timestamp,
    },
    /// An exemption from fees was not granted.
    ExemptionRefused {
        dossier: DossierFacts,
        exemption: String,
        reason: String,
        then: NotExempt,
    },
    /// `lines`: what the amount consists of, by name.
    PaymentDue {
        dossier: DossierFacts,
        amount: Vnd,
        lines: Vec<(String, Vnd)>,
        due_on: Option<Date>,
        /// Where it is paid, if not to us.
        elsewhere: Option<PayElsewhere>,
    },
    /// Something is still to be paid, and the last day is near.
    PaymentReminder {
        dossier: DossierFacts,
        amount: Vnd,
        due_on: Date,
        elsewhere: Option<PayElsewhere>,
    },
    /// An officer saw that it was paid to the State Treasury. `number`, `paid_on`: those of the payer's paper.
    TreasuryRecorded {
        dossier: DossierFacts,
        amount: Vnd,
        at: Timestamp,
        number: String,
        paid_on: Date,
    },
    /// `receipt`: number of the e-receipt, once there is one.
    PaymentReceived {
        dossier: DossierFacts,
        amount: Vnd,
        at: Timestamp,
        receipt: Option<String>,
    },
    PaymentRefunded {
        dossier: DossierFacts,
        amount: Vnd,
        at: Timestamp,
        reason: String,
    },
    /// More was paid than is owed, the rest will go back. `changed`: because changed answers cost less; else because it was
    /// paid twice.
    PaidTooMuch {
        dossier: DossierFacts,
        amount: Vnd,
        changed: bool,
        at: Timestamp,
    },
    /// Passed on to the competent agency; `dossier.agency` is where it came from.
    Moved {
        dossier: DossierFacts,
        to_agency: String,
        at: Timestamp,
    },
    /// Late: the new appointment is `dossier.returns`.
    Apology {
        dossier: DossierFacts,
        was_due: Timestamp,
        reason: String,
    },
    /// Decided. `refused_because`: set when the decision is no.
    ResultReady {
        dossier: DossierFacts,
        delivery: Delivery,
        refused_because: Option<String>,
    },
    HandedOver {
        dossier: DossierFacts,
        delivery: Delivery,
        at: Timestamp,
    },
    Withdrawn {
        dossier: DossierFacts,
        at: Timestamp,
    },
    Stopped {
        dossier: DossierFacts,
        reason: String,
        at: Timestamp,
    },
    /// Any other change of status, with the status's name for people.
    Progress {
        dossier: DossierFacts,
        status: String,
        at: Timestamp,
    },
    /// An officer wrote; the text itself stays on the dossier's page.
    OfficerMessage {
        dossier: DossierFacts,
        at: Timestamp,
    },
    /// A draft that nobody filed will be deleted on `expires_on`.
    DraftExpiring {
        dossier: DossierId,
        procedure: String,
        expires_on: Date,
    },
    /// Digest of who looked at the recipient's data: `agencies` and number of looks.
    DataViewed {
        from: Date,
        to: Date,
        times: u32,
        agencies: Vec<String>,
    },
    /// `device`: what the browser says it is; `address`: where from, as far as it is known.
    NewDevice {
        at: Timestamp,
        device: String,
        address: Option<String>,
    },
    /// Someone registered with the recipient's identity number; the recipient has an account already.
    AccountExists {
        at: Timestamp,
    },
    PasswordChanged {
        at: Timestamp,
    },
    /// The phone number or e-mail address changed; told at the old one.
    ContactChanged {
        at: Timestamp,
    },
}

/// How urgently an event interrupts, and whether the recipient may turn it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Someone waits for it now: SMS, or e-mail where there is no phone; no portal notice.
    Code,
    /// About the safety of the account: cannot be turned off.
    Security,
    /// About a dossier: by the channels of the recipient's choice.
    Act,
    /// Good to know: by SMS only where nothing else reaches the person.
    Quiet,
}

impl Event {
    /// The event's fixed name: in the table, and of its templates.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OneTimeCode { .. } => "one_time_code",
            Self::Submitted { .. } => "submitted",
            Self::Accepted { .. } => "accepted",
            Self::AcceptanceRefused { .. } => "acceptance_refused",
            Self::SupplementRequested { .. } => "supplement_requested",
            Self::SupplementReceived { .. } => "supplement_received",
            Self::DraftToConfirm { .. } => "draft_to_confirm",
            Self::ExemptionRefused { .. } => "exemption_refused",
            Self::PaymentDue { .. } => "payment_due",
            Self::PaymentReminder { .. } => "payment_reminder",
            Self::TreasuryRecorded { .. } => "treasury_recorded",
            Self::PaymentReceived { .. } => "payment_received",
            Self::PaymentRefunded { .. } => "payment_refunded",
            Self::PaidTooMuch { .. } => "paid_too_much",
            Self::Moved { .. } => "moved",
            Self::Apology { .. } => "apology",
            Self::ResultReady { .. } => "result_ready",
            Self::HandedOver { .. } => "handed_over",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Stopped { .. } => "stopped",
            Self::Progress { .. } => "progress",
            Self::OfficerMessage { .. } => "officer_message",
            Self::DraftExpiring { .. } => "draft_expiring",
            Self::DataViewed { .. } => "data_viewed",
            Self::NewDevice { .. } => "new_device",
            Self::AccountExists { .. } => "account_exists",
            Self::PasswordChanged { .. } => "password_changed",
            Self::ContactChanged { .. } => "contact_changed",
        }
    }

    /// What the notice must say about its dossier, where it is about one.
    pub fn facts(&self) -> Option<&DossierFacts> {
        match self {
            Self::Submitted { dossier, .. }
            | Self::Accepted { dossier }
            | Self::AcceptanceRefused { dossier, .. }
            | Self::SupplementRequested { dossier, .. }
            | Self::SupplementReceived { dossier, .. }
            | Self::DraftToConfirm { dossier, .. }
            | Self::ExemptionRefused { dossier, .. }
            | Self::PaymentDue { dossier, .. }
            | Self::PaymentReminder { dossier, .. }
            | Self::TreasuryRecorded { dossier, .. }
            | Self::PaymentReceived { dossier, .. }
            | Self::PaymentRefunded { dossier, .. }
            | Self::PaidTooMuch { dossier, .. }
            | Self::Moved { dossier, .. }
            | Self::Apology { dossier, .. }
            | Self::ResultReady { dossier, .. }
            | Self::HandedOver { dossier, .. }
            | Self::Withdrawn { dossier, .. }
            | Self::Stopped { dossier, .. }
            | Self::Progress { dossier, .. }
            | Self::OfficerMessage { dossier, .. } => Some(dossier),
            Self::OneTimeCode { .. }
            | Self::DraftExpiring { .. }
            | Self::DataViewed { .. }
            | Self::NewDevice { .. }
            | Self::AccountExists { .. }
            | Self::PasswordChanged { .. }
            | Self::ContactChanged { .. } => None,
        }
    }

    /// The dossier or draft the notice belongs to.
    pub fn dossier(&self) -> Option<DossierId> {
        match self {
            Self::DraftExpiring { dossier, .. } => Some(*dossier),
            other => other.facts().map(|facts| facts.dossier),
        }
    }

    pub(super) fn weight(&self) -> Weight {
        match self {
            Self::OneTimeCode { .. } => Weight::Code,
            Self::NewDevice { .. }
            | Self::AccountExists { .. }
            | Self::PasswordChanged { .. }
            | Self::ContactChanged { .. } => Weight::Security,
            Self::Progress { .. } | Self::DataViewed { .. } => Weight::Quiet,
            Self::Submitted { .. }
            | Self::Accepted { .. }
            | Self::AcceptanceRefused { .. }
            | Self::SupplementRequested { .. }
            | Self::SupplementReceived { .. }
            | Self::DraftToConfirm { .. }
            | Self::ExemptionRefused { .. }
            | Self::PaymentDue { .. }
            | Self::PaymentReminder { .. }
            | Self::TreasuryRecorded { .. }
            | Self::PaymentReceived { .. }
            | Self::PaymentRefunded { .. }
            | Self::PaidTooMuch { .. }
            | Self::Moved { .. }
            | Self::Apology { .. }
            | Self::ResultReady { .. }
            | Self::HandedOver { .. }
            | Self::Withdrawn { .. }
            | Self::Stopped { .. }
            | Self::OfficerMessage { .. }
            | Self::DraftExpiring { .. } => Weight::Act,
        }
    }

    /// After this moment sending is pointless.
    pub(super) fn not_after(&self) -> Option<Timestamp> {
        match self {
            Self::OneTimeCode { expires_at, .. } => Some(*expires_at),
            _ => None,
        }
    }
}

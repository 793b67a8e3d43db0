//! A dossier with everything around it, read once for a page or an answer of the JSON API.

use std::ops::Deref;

use crate::db::{Conn, Error};
use crate::documents::{self, Document, PaperRow, ResultRow};
use crate::dossiers::{self, Dossier, Event, Message, ReceivedPaper, Status, SupplementRequest};
use crate::feedback;
use crate::kernel::{Timestamp, Vnd};
use crate::office::Rules;
use crate::office::money_back::{self, MoneyBack};
use crate::payments::{self, ExemptionClaim, FeeLineRow, NoticeRow, Obligation, ReceiptRow, TreasuryPayment};
use crate::templating::pages::parts::Due;

/// What a dossier's JSON names besides the dossier itself.
pub(super) struct Around {
    pub fees: Vec<FeeLineRow>,
    /// With what the scanner said about each.
    pub documents: Vec<(Document, String)>,
    /// Papers taken in at the counter, scanned or not.
    pub received: Vec<ReceivedPaper>,
    /// Newest first, revoked ones too.
    pub results: Vec<ResultRow>,
    pub supplements: Vec<SupplementRequest>,
    pub rating: Option<feedback::Given>,
    pub receipts: Vec<ReceiptRow>,
    /// The exemptions from fees that it claims.
    pub exemptions: Vec<ExemptionClaim>,
    /// Notices that requests for payment rest on, oldest first.
    pub obligations: Vec<Obligation>,
    /// What was paid to the State Treasury.
    pub treasury: Vec<TreasuryPayment>,
    /// What of its money goes back.
    pub back: MoneyBack,
    /// Money that came and that a person looks at before it counts, newest first.
    pub doubted: Vec<NoticeRow>,
}

/// What hangs on a dossier.
pub(super) struct Whole {
    around: Around,
    pub papers: Vec<PaperRow>,
    pub events: Vec<Event>,
    pub messages: Vec<Message>,
}

impl Deref for Whole {
    type Target = Around;
    fn deref(&self) -> &Around {
        &self.around
    }
}

impl Around {
    /// Reads it.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn read(conn: &mut Conn, dossier: &Dossier) -> Result<Self, Error> {
        let id = dossier.id;
        let fees = payments::lines_of(conn, id)?;
        Ok(Self {
            back: money_back::of(conn, id, &fees)?,
            doubted: payments::doubted_of(conn, id)?,
            fees,
            documents: documents::scanned_of_dossier(conn, id)?,
            received: dossiers::received_of(conn, id)?,
            results: documents::results_of(conn, id)?,
            supplements: dossiers::supplements_of(conn, id)?,
            rating: feedback::of_dossier(conn, id)?,
            receipts: payments::receipts_of(conn, id)?,
            exemptions: payments::claims_of(conn, id)?,
            obligations: payments::obligations_of(conn, id)?,
            treasury: payments::treasury_payments_of(conn, id)?,
        })
    }

    /// Everything still owed.
    pub fn fees_due(&self) -> Vnd {
        payments::owed(&self.fees)
    }

    /// As [`payments::is_being_paid`].
    pub fn is_being_paid(&self) -> bool {
        payments::is_being_paid(&self.fees)
    }

    /// The supplement request that waits for its answer.
    pub fn open_supplement(&self) -> Option<&SupplementRequest> {
        self.supplements.iter().rev().find(|request| request.is_open())
    }
}

impl Whole {
    /// Reads it.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn read(conn: &mut Conn, dossier: &Dossier) -> Result<Self, Error> {
        Ok(Self {
            around: Around::read(conn, dossier)?,
            papers: documents::papers_of(conn, dossier.id)?,
            events: dossiers::events_of(conn, dossier.id)?,
            messages: dossiers::messages_of(conn, dossier.id)?,
        })
    }
}

/// The due time that runs now and the working minutes left until it, negative when late; `None` where none runs.
pub(super) struct Clock {
    pub at: Timestamp,
    pub minutes: i64,
    pub paused: bool,
    /// The moment has passed.
    pub late: bool,
    /// Of the answer to a filing, not of the result.
    pub answer: bool,
}

impl Clock {
    /// As pages show it.
    pub fn due(&self) -> Due {
        let Self { at, minutes, paused, late, answer } = *self;
        Due { minutes, at: Some(at), paused, late, answer }
    }
}

/// The clock of a dossier: of acceptance while it is new, of the whole afterwards.
pub(super) fn clock_of(dossier: &Dossier, rules: &Rules, now: Timestamp) -> Option<Clock> {
    let at = match dossier.status() {
        Status::Submitted => dossier.acceptance_due_at,
        Status::Accepted
        | Status::Processing
        | Status::SupplementRequested
        | Status::PaymentRequested
        | Status::Stopped => dossier.due_at,
        Status::Draft | Status::AcceptanceRefused | Status::Withdrawn | Status::Decided | Status::HandedOver => None,
    }?;
    let from = dossier.paused_since.unwrap_or(now);
    Some(Clock {
        at,
        minutes: rules.calendar.minutes_between(from, at),
        paused: dossier.paused_since.is_some(),
        late: from > at,
        answer: dossier.status() == Status::Submitted,
    })
}

//! The frame of every act: open the dossier, be allowed, change, record, save.

use serde_json::{Value, json};

use super::{ActError, Rules, conflict, decide, permission, timing};
use crate::db::Tx;
use crate::dossiers::{self, Dossier, Event, NewEvent, State, Step, status};
use crate::kernel::{Actor, DossierId, Timestamp};

/// Which dossier, and which version of it the person looked at.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub id: DossierId,
    /// `None`: whatever version there is.
    pub version: Option<i32>,
}

impl From<DossierId> for Target {
    fn from(id: DossierId) -> Self {
        Self { id, version: None }
    }
}

/// What an act leaves: the dossier as it is now and the event.
#[derive(Clone, Debug)]
pub struct Done {
    pub dossier: Dossier,
    pub event: Event,
}

/// A dossier in the hands of somebody who may act upon it.
pub struct Desk<'a, 'c> {
    pub tx: &'a mut Tx<'c>,
    pub who: &'a Actor,
    pub rules: &'a Rules,
    pub now: Timestamp,
    pub step: Step,
    pub dossier: Dossier,
    /// Where it stood before the act.
    pub from: State,
    /// Where the act leads.
    pub to: State,
}

impl<'a, 'c> Desk<'a, 'c> {
    /// Takes a dossier for an act: locked, right checked first, then the version, then the status.
    ///
    /// # Errors
    /// The reasons of [`ActError`] that hold for every act.
    pub fn open(
        tx: &'a mut Tx<'c>,
        who: &'a Actor,
        rules: &'a Rules,
        target: impl Into<Target>,
        step: Step,
        now: Timestamp,
    ) -> Result<Self, ActError> {
        let target = target.into();
        let dossier = dossiers::lock(tx.conn(), target.id).map_err(|e| match e {
            crate::db::Error::NotFound => ActError::NotFound,
            e => ActError::Db(e),
        })?;
        if let Actor::Citizen { account, .. } = who
            && !dossier.belongs_to(*account)
        {
            // Even that it exists is private.
            return Err(ActError::NotFound);
        }
        if !permission::may(who, step, &dossier, &rules.revision.field.code) {
            return Err(ActError::Forbidden);
        }
        conflict::keep_away(tx.conn(), who, &dossier)?;
        if !rules.fit(&dossier) {
            return Err(ActError::OtherRules);
        }
        if target.version.is_some_and(|v| v != dossier.version) {
            return Err(ActError::Stale { version: dossier.version });
        }
        let (from, to) = moves(who, &dossier, rules, step)?;
        Ok(Self { tx, who, rules, now, step, dossier, from, to })
    }

    /// Whether the dossier was accepted before this act.
    pub fn was_accepted(&self) -> bool {
        self.dossier.accepted_at.is_some()
    }

    /// Moves the dossier, keeps its clocks in step, appends the event and saves.
    ///
    /// # Errors
    /// [`ActError::Stale`] when somebody else was quicker, or a failure of the database.
    pub fn finish(mut self, note: Option<String>, changes: Value, is_public: bool) -> Result<Done, ActError> {
        self.dossier.set_state(self.to);
        timing::after_move(&mut self)?;
        let event = NewEvent {
            step: self.step,
            from: self.from.status(),
            to: self.to.status(),
            note,
            changes,
            is_public,
            occurred_at: None,
        };
        self.save(event)
    }

    /// As [`Desk::finish`] for an act that happened before it was recorded.
    ///
    /// # Errors
    /// As [`Desk::finish`].
    pub fn finish_at(
        mut self,
        occurred_at: Option<Timestamp>,
        note: Option<String>,
        changes: Value,
    ) -> Result<Done, ActError> {
        self.dossier.set_state(self.to);
        timing::after_move(&mut self)?;
        let (from, to) = (self.from.status(), self.to.status());
        let step = self.step;
        self.save(NewEvent { step, from, to, note, changes, is_public: true, occurred_at })
    }

    fn save(self, event: NewEvent) -> Result<Done, ActError> {
        let Self { tx, who, now, mut dossier, to, .. } = self;
        if to.has_ended() {
            // Nobody looks at a proof any more.
            dossier.flags.exemptions_open.clear();
        }
        let version = dossier.version;
        let event = dossiers::append_event(tx.conn(), &mut dossier, who, event, now)?;
        dossiers::save(tx.conn(), &mut dossier, now).map_err(|e| match e {
            dossiers::SaveError::Stale => ActError::Stale { version },
            dossiers::SaveError::Db(e) => ActError::Db(e),
        })?;
        Ok(Done { dossier, event })
    }
}

/// The acts that `who` may do with the dossier as it stands: what pages and the JSON API offer.
pub fn allowed_to(who: &Actor, dossier: &Dossier, rules: &Rules) -> Vec<Step> {
    let Some(state) = dossier.state() else { return Vec::new() };
    let field = &rules.revision.field.code;
    let withdrawing = dossier.flags.withdrawal_requested.is_some();
    status::allowed(state)
        .filter(|step| permission::may(who, *step, dossier, field))
        .filter(|step| match step {
            // Changing a filed dossier hangs on the session's time, which `amend::is_open` knows.
            Step::Paid | Step::Lapse | Step::Amend => false,
            // Asked for and agreed to on the pages about money.
            Step::AskRefund | Step::ApproveRefund | Step::Refunded => false,
            Step::ConfirmWithdrawal | Step::DeclineWithdrawal => withdrawing,
            Step::ConfirmExemption | Step::RefuseExemption => !dossier.flags.exemptions_open.is_empty(),
            Step::RequestWithdrawal => !withdrawing,
            Step::ConfirmDraft => dossier.flags.awaiting_confirmation.is_some(),
            Step::GiveOpinion => dossier.flags.waiting_opinion,
            Step::Correct => dossier.corrections == 0,
            Step::Extend => dossier.reappointments == 0,
            Step::Approve | Step::Reject => !too_early(state, *step, dossier, rules),
            Step::Receive => dossier.acting_agency_id != dossier.agency_id && dossier.clock_started_at.is_none(),
            _ => true,
        })
        .collect()
}

/// Whether an act would be allowed, before the slow work for it is done; the act itself checks again.
///
/// # Errors
/// [`ActError::Forbidden`] or [`ActError::NotAllowed`].
pub fn desk_allows(who: &Actor, dossier: &Dossier, rules: &Rules, step: Step) -> Result<(), ActError> {
    if !permission::may(who, step, dossier, &rules.revision.field.code) {
        return Err(ActError::Forbidden);
    }
    moves(who, dossier, rules, step).map(drop)
}

/// Where an act begins and where it leads.
pub(super) fn moves(who: &Actor, dossier: &Dossier, rules: &Rules, step: Step) -> Result<(State, State), ActError> {
    let from = dossier.state().ok_or_else(|| {
        let message = ("Trạng thái đã lưu của hồ sơ tự mâu thuẫn.", "The stored state contradicts itself.");
        ActError::rule("state", message)
    })?;
    match status::next(from, step) {
        Ok(to) if !too_early(from, step, dossier, rules) => Ok((from, to)),
        _ => Err(ActError::NotAllowed { state: from, step, allowed: allowed_to(who, dossier, rules) }),
    }
}

/// Only what is settled on the spot is decided without having been in processing.
fn too_early(from: State, step: Step, dossier: &Dossier, rules: &Rules) -> bool {
    from == State::Accepted && matches!(step, Step::Approve | Step::Reject) && !decide::on_the_spot(rules, dossier)
}

/// `{"field": {"before": …, "after": …}}`, for events.
pub fn change(field: &str, before: impl serde::Serialize, after: impl serde::Serialize) -> Value {
    json!({ field: { "before": before, "after": after } })
}

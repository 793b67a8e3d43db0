//! Sửa hồ sơ đã nộp theo đợt: until its session's end the citizen may still change what was filed (domain.md, sessions).

use serde_json::json;

use super::answers::Sealed;
use super::submit::{check_delivery, missing_papers};
use super::{ActError, Desk, Done, Rules, Target, fees, fill, payment};
use crate::db::Tx;
use crate::dossiers::{self, Delivery, Dossier, State, Step};
use crate::kernel::clock::local;
use crate::kernel::{Actor, Timestamp};

/// Changed answers of a filed dossier, checked as a whole outside: what is filed stays complete.
#[derive(Clone, Debug)]
pub struct Amend {
    pub target: Target,
    pub answers: Sealed,
    /// Codes of the papers that these answers make necessary.
    pub papers: Vec<String>,
    pub delivery: Option<Delivery>,
    /// Keys of the sections that changed, for the event.
    pub sections: Vec<String>,
}

/// Whether the person may change this filed dossier now: `false` for one that belongs to no session or is no longer new.
///
/// # Errors
/// The rule `session-over` where the session's time for changes has passed.
pub fn is_open(dossier: &Dossier, rules: &Rules, now: Timestamp) -> Result<bool, ActError> {
    let new = matches!(dossier.state(), Some(State::Submitted | State::Accepted));
    let Some(window) = rules.window.as_ref().filter(|_| new) else { return Ok(false) };
    let end = window.changes_end();
    if now < end {
        return Ok(true);
    }
    let t = local(end);
    let (time, day) = (t.strftime("%H:%M"), t.strftime("%d/%m/%Y"));
    let message = (
        format!("Đợt nhận hồ sơ đã hết hạn sửa lúc {time} ngày {day}."),
        format!("What was filed in this session could be changed until {time} on {day}."),
    );
    Err(ActError::rule("session-over", message))
}

/// Puts the changed answers in place of the filed ones.
///
/// # Errors
/// The rule `session-over`, faults at `/documents/…` for papers that the new answers need, or as every act.
pub fn amend(tx: &mut Tx<'_>, who: &Actor, cmd: &Amend, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let mut desk = open(tx, who, cmd.target, rules, now)?;
    let missing = missing_papers(&mut desk, &cmd.papers)?;
    if !missing.is_empty() {
        return Err(ActError::Invalid(missing));
    }
    let id = desk.dossier.id;
    let waited = payment::awaits_fee(desk.tx.conn(), &desk.dossier)?;
    dossiers::set_data(desk.tx.conn(), id, &cmd.answers.data)?;
    desk.dossier.data = cmd.answers.data.clone();
    dossiers::index_identities(desk.tx.conn(), id, &cmd.answers.identities)?;
    dossiers::index_fields(desk.tx.conn(), id, &cmd.answers.searchable)?;
    if let Some(delivery) = &cmd.delivery {
        dossiers::set_delivery(desk.tx.conn(), id, delivery)?;
        desk.dossier.delivery = delivery.clone();
        check_delivery(&desk.dossier)?;
    }
    let changed = fees::reassess(&mut desk)?;
    payment::keep_acceptance_clock(&mut desk, waited)?;
    let mut changes = json!({"sections": cmd.sections});
    changed.note(&mut changes);
    let done = desk.finish(None, changes, true)?;
    changed.tell(tx, rules, &done, now)?;
    Ok(done)
}

/// Records that a paper was added to a filed dossier.
///
/// # Errors
/// As [`amend`].
pub fn paper_added(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, paper): (Target, Option<&str>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    open(tx, who, target, rules, now)?.finish(None, json!({"document": paper}), true)
}

fn open<'a, 'c>(
    tx: &'a mut Tx<'c>,
    who: &'a Actor,
    target: Target,
    rules: &'a Rules,
    now: Timestamp,
) -> Result<Desk<'a, 'c>, ActError> {
    let desk = Desk::open(tx, who, rules, target, Step::Amend, now)?;
    if is_open(&desk.dossier, rules, now)? {
        return Ok(desk);
    }
    Err(ActError::NotAllowed {
        state: desk.from,
        step: Step::Amend,
        allowed: super::allowed_to(who, &desk.dossier, rules),
    })
}

/// The dossier, if `who` may add papers to it now: as [`fill::open_to_fill`], and a filed one of a session that is open
/// for changes. `true` with the latter: [`paper_added`] must follow.
///
/// # Errors
/// As [`fill::fill`], and the rule `session-over`.
pub fn open_to_attach(
    tx: &mut Tx<'_>,
    who: &Actor,
    target: Target,
    rules: &Rules,
    now: Timestamp,
) -> Result<(Dossier, bool), ActError> {
    match fill::open_to_fill(tx, who, target, rules, false) {
        Ok(dossier) => Ok((dossier, false)),
        Err(refused @ ActError::NotAllowed { .. }) if matches!(who, Actor::Citizen { .. }) => {
            let dossier = dossiers::by_id(tx.conn(), target.id)?;
            if is_open(&dossier, rules, now)? { Ok((dossier, true)) } else { Err(refused) }
        }
        Err(e) => Err(e),
    }
}

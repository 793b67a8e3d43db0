//! Giải quyết tự động: the system settles a dossier in the transaction that files it (domain.md, Automatic procedures).
//!
//! The rules of the revision were judged, and the result set and signed, before the transaction (`app::automatic`);
//! inside, the acts follow one another, each with its event: the citizen submits, the system accepts, approves or
//! rejects, signs and hands over online. What was signed for a transaction that then fails is never issued: its token proves
//! nothing, and the sweep of files takes it away.

use serde_json::{Value, json};

use super::accept::take_in;
use super::hand_over::{HandOver, give};
use super::sign::{Signed, record};
use super::submit::{Submit, file, filed_before};
use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, draft_result, exemptions, forward, papers};
use crate::catalog::Outcome;
use crate::catalog::decision::Judgement;
use crate::catalog::workflow::StepKind;
use crate::db::Tx;
use crate::documents::{self, NewResult, ResultRow};
use crate::dossiers::{self, DeliveryMethod, Dossier, State, Step};
use crate::kernel::{Actor, DossierId, Timestamp};
use crate::outbox::{self, Job};
use crate::payments::{self, FeeLineRow};

/// What the rules said, with the result ready.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Granted or refused.
    Decided(Box<Answer>),
    /// A machine can't tell, for these reasons: the dossier is accepted and an officer decides.
    Undecided(Vec<String>),
}

/// A decision whose result is signed already.
#[derive(Clone, Debug)]
pub struct Answer {
    pub outcome: Outcome,
    /// Codes of the rules that refused.
    pub rules: Vec<String>,
    /// The reasons of a refusal, a line each.
    pub reason: String,
    pub result: ResultRow,
    /// Hash of the signed file, stored before.
    pub blob: String,
    /// Certificates of its signatures, in their order.
    pub certificates: Vec<String>,
}

/// What the system decides by a judgement: outcome, rules that refused, and the words on the paper. `None` where it
/// can't tell.
pub fn decided(judgement: &Judgement<'_>, granted: Option<&str>) -> Option<(Outcome, Vec<String>, String)> {
    match judgement {
        Judgement::Granted => Some((Outcome::Granted, Vec::new(), granted.unwrap_or_default().to_owned())),
        Judgement::Refused(rules) => {
            let reasons: Vec<&str> = rules.iter().map(|rule| rule.reason.vi.as_str()).collect();
            Some((Outcome::Refused, rules.iter().map(|rule| rule.code.clone()).collect(), reasons.join("\n")))
        }
        Judgement::Undecided(_) => None,
    }
}

/// The result that the system makes of a dossier being filed. Its number is the submission reference: the agency's
/// book is numbered in the transaction, which comes after the paper is set (docs/decisions/0007-automatic-results.md).
pub fn planned(rules: &Rules, dossier: &Dossier, (outcome, data, words): (Outcome, &Value, &str)) -> NewResult {
    let fields = match (outcome, rules.case(dossier).and_then(|case| case.result_for(outcome))) {
        (Outcome::Granted, Some(def)) => draft_result::prefilled(def, data),
        _ => json!({}),
    };
    let made = papers::new_result(rules, dossier, &Actor::System, (outcome, &fields, words));
    NewResult { number: dossier.reference.clone(), ..made }
}

/// The job that settles a dossier when its fee due at filing has come in: `{"dossier": id}`.
pub const SETTLE: &str = "office.automatic";

/// Files a draft and settles it at once. While a fee is due at filing, or an officer has yet to look at the proof of an
/// exemption, it stays filed, and goes on when that is paid and decided
/// ([`settle_paid`]); where the rules can't tell, or another fee is owed, it stays accepted, for an officer.
///
/// # Errors
/// As every act of it; then nothing at all was done.
pub fn settle(
    tx: &mut Tx<'_>,
    who: &Actor,
    (cmd, verdict): (&Submit, &Verdict),
    rules: &Rules,
    now: Timestamp,
) -> Result<Dossier, ActError> {
    if let Some(again) = filed_before(tx, who, cmd)? {
        return Ok(again);
    }
    let (dossier, fees) = file(tx, who, cmd, rules, now)?;
    let at_filing = payments::owed_at_filing(&fees);
    if at_filing.0 > 0 || exemptions::all_decided(&dossier).is_err() {
        telling::tell(tx, rules, &dossier, Tell::Submitted { fees: at_filing }, now)?;
        return Ok(dossier);
    }
    go_on(tx, &dossier, (&fees, verdict), rules, now)
}

/// Whether the system has yet to settle a filed dossier, as far as its procedure and status tell.
pub fn is_awaited(dossier: &Dossier, rules: &Rules) -> bool {
    rules.revision.automatic && dossier.state() == Some(State::Submitted)
}

/// Asks for the dossier to be settled, in the transaction that has taken the fee due at filing: judging, setting and
/// signing take too long for it.
///
/// # Errors
/// A failure of the database.
pub(super) fn call(tx: &mut Tx<'_>, id: DossierId, now: Timestamp) -> Result<(), ActError> {
    outbox::enqueue(tx, Job::new(SETTLE, json!({ "dossier": id }), now), now)?;
    Ok(())
}

/// Settles a filed dossier whose fee due at filing has come in. `None`: it is settled or in an officer's hands already,
/// or the fee is still due.
///
/// # Errors
/// [`ActError::Stale`] when it is another `version` than the verdict was made of; else as every act of it.
pub fn settle_paid(
    tx: &mut Tx<'_>,
    (id, version): (DossierId, i32),
    verdict: &Verdict,
    rules: &Rules,
    now: Timestamp,
) -> Result<Option<Dossier>, ActError> {
    let dossier = dossiers::lock(tx.conn(), id)?;
    let fees = payments::lines_of(tx.conn(), id)?;
    let undecided = exemptions::all_decided(&dossier).is_err();
    if !is_awaited(&dossier, rules) || undecided || payments::owed_at_filing(&fees).0 > 0 {
        return Ok(None);
    }
    if dossier.version != version {
        return Err(ActError::Stale { version: dossier.version });
    }
    go_on(tx, &dossier, (&fees, verdict), rules, now).map(Some)
}

/// Accepts, decides, signs, and hands over to who gets the result online. What is collected or posted, and whatever is
/// for somebody without an account, a clerk hands over.
fn go_on(
    tx: &mut Tx<'_>,
    filed: &Dossier,
    (fees, verdict): (&[FeeLineRow], &Verdict),
    rules: &Rules,
    now: Timestamp,
) -> Result<Dossier, ActError> {
    let id = filed.id;
    let owed = payments::owed(fees).0 > 0;
    let (answer, doubts) = match verdict {
        Verdict::Decided(answer) if !owed => (Some(answer), None),
        Verdict::Decided(_) => (None, Some("Hồ sơ còn khoản phí, lệ phí phải nộp.".to_owned())),
        Verdict::Undecided(reasons) => (None, Some(reasons.join("\n"))),
    };
    let note =
        doubts.map(|why| format!("Hệ thống không tự kết luận được, chuyển cán bộ xem xét. {why}").trim().to_owned());
    let taken = take_in(tx, &Actor::System, (Target::from(id), note), rules, now)?;
    let Some(answer) = answer else {
        telling::tell(tx, rules, &taken.dossier, Tell::Accepted, now)?;
        return Ok(taken.dossier);
    };
    decide(tx, id, answer, rules, now)?;
    let signed = Signed {
        target: Target::from(id),
        result: answer.result.id,
        position: 1,
        certificates: answer.certificates.clone(),
        blob: answer.blob.clone(),
    };
    let mut done = record(tx, &Actor::System, &signed, rules, now)?;
    let method = done.dossier.way_out();
    if method == DeliveryMethod::Online {
        let cmd = HandOver { target: Target::from(id), method, receiver: None, signed: None, occurred_at: None };
        done = give(tx, &Actor::System, &cmd, rules, now)?;
    }
    let refused_because = (answer.outcome == Outcome::Refused).then(|| answer.reason.clone());
    telling::tell(tx, rules, &done.dossier, Tell::ResultReady { method, refused_because }, now)?;
    Ok(done.dossier)
}

/// The decision with the result that was set and signed for it.
fn decide(tx: &mut Tx<'_>, id: DossierId, answer: &Answer, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let step = if answer.outcome == Outcome::Granted { Step::Approve } else { Step::Reject };
    let mut desk = Desk::open(tx, &Actor::System, rules, id, step, now)?;
    desk.dossier.decided_at = Some(now);
    documents::insert_planned(desk.tx.conn(), &answer.result)?;
    forward::enter_kind(&mut desk, StepKind::HandOver, None);
    let note = (answer.outcome == Outcome::Refused).then(|| answer.reason.clone());
    let result = json!({"code": answer.result.code, "token": answer.result.token});
    desk.finish(note, json!({"outcome": answer.outcome, "rules": answer.rules, "result": result}), true)
}

//! Xin ý kiến of another agency: content and deadline are recorded, the clock goes on (NĐ 61/2018 Đ19.5).

use jiff::civil::Date;
use serde_json::json;

use super::{ActError, Desk, Done, Rules, Target, supplement};
use crate::accounts::agencies;
use crate::db::types::D;
use crate::db::{self, Conn, Tx};
use crate::dossiers::{self, Dossier, Opinion, Status, Step};
use crate::kernel::{Actor, AgencyId, Officer, OpinionId, Role, Timestamp, local_date};

/// A question to another agency.
#[derive(Clone, Debug)]
pub struct AskOpinion {
    pub target: Target,
    pub agency: AgencyId,
    pub question: String,
    pub due_on: Date,
}

/// Asks another agency.
///
/// # Errors
/// Faults in the question, or as every act.
pub fn ask_opinion(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &AskOpinion,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let question = supplement::words(
        "/question",
        &cmd.question,
        ("Hãy ghi nội dung cần xin ý kiến.", "Say what the opinion is wanted on."),
    )?;
    let mut desk = Desk::open(tx, who, rules, cmd.target, Step::AskOpinion, now)?;
    let asked = agencies::by_id(desk.tx.conn(), cmd.agency)?.filter(|agency| agency.stands_on(local_date(now)));
    if asked.is_none() {
        return Err(ActError::invalid("/agency", "unknown", ("Không có cơ quan này.", "There is no such agency.")));
    }
    if cmd.agency == desk.dossier.acting_agency_id {
        return Err(ActError::invalid(
            "/agency",
            "same",
            (
                "Cơ quan được hỏi phải khác cơ quan đang xử lý.",
                "The agency asked must be another than the one that handles the dossier.",
            ),
        ));
    }
    if cmd.due_on < local_date(now) {
        return Err(ActError::invalid(
            "/due_on",
            "past",
            ("Hạn trả lời không được ở quá khứ.", "The day to answer by must not lie in the past."),
        ));
    }
    let opinion = Opinion {
        id: OpinionId::new(),
        dossier_id: desk.dossier.id,
        agency_id: cmd.agency,
        asked_by: who.account(),
        question: question.clone(),
        due_on: D(cmd.due_on),
        answer: None,
        answered_by: None,
        answered_at: None,
        created_at: now,
    };
    dossiers::insert_opinion(desk.tx.conn(), &opinion)?;
    desk.dossier.flags.waiting_opinion = true;
    desk.finish(Some(question), json!({"agency": cmd.agency, "due_on": cmd.due_on}), false)
}

/// Answers the oldest open question to the officer's agency.
///
/// # Errors
/// [`ActError::Forbidden`] when nobody asked the officer's agency, a missing text, or as every act.
pub fn give_opinion(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, text): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let text = supplement::words("/text", text, ("Hãy ghi ý kiến.", "Write the opinion."))?;
    let mut desk = Desk::open(tx, who, rules, target, Step::GiveOpinion, now)?;
    let asked = dossiers::opinions_of(desk.tx.conn(), desk.dossier.id)?;
    let officer = who.officer().ok_or(ActError::Forbidden)?;
    let field = &rules.revision.field.code;
    let mine = asked.iter().find(|o| o.answered_at.is_none() && speaks_for(officer, o.agency_id, field));
    let Some(mine) = mine else { return Err(ActError::Forbidden) };
    dossiers::answer_opinion(desk.tx.conn(), mine.id, &text, who.account(), now)?;
    let still_open = asked.iter().filter(|o| o.answered_at.is_none() && o.id != mine.id).count();
    desk.dossier.flags.waiting_opinion = still_open > 0;
    desk.finish(Some(text), json!({"agency": mine.agency_id}), false)
}

/// The roles that answer for an agency.
pub(super) const ANSWERING: [Role; 3] = [Role::Handler, Role::Approver, Role::Head];

/// Whether an officer answers for an agency in matters of a procedure's field.
fn speaks_for(officer: &Officer, agency: AgencyId, field: &str) -> bool {
    ANSWERING.into_iter().any(|role| officer.has(role, agency, Some(field)))
}

/// Whether the opinion of the officer's agency is awaited: who is asked may read what about.
///
/// # Errors
/// A failure of the database.
pub fn is_asked(conn: &mut Conn, who: &Actor, dossier: &Dossier, rules: &Rules) -> Result<bool, db::Error> {
    // What has ended is nobody's question any more.
    let running = matches!(
        dossier.status(),
        Status::Accepted | Status::Processing | Status::SupplementRequested | Status::PaymentRequested
    );
    let Some(officer) = who.officer().filter(|_| running && dossier.flags.waiting_opinion) else { return Ok(false) };
    let asked = dossiers::opinions_of(conn, dossier.id)?;
    let field = &rules.revision.field.code;
    Ok(asked.iter().any(|o| o.answered_at.is_none() && speaks_for(officer, o.agency_id, field)))
}

//! What hangs on a dossier: supplement requests, pauses, messages, opinions, draft results, hand-overs, groups.

use diesel::prelude::*;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::schema::{dossier_groups, draft_results, handovers, messages, opinions, pauses, supplement_requests};
use crate::db::types::{D, J};
use crate::db::{Both, Conn, Error};
use crate::kernel::{AccountId, AgencyId, DossierId, GroupId, MessageId, OpinionId, PauseId, SupplementId, Timestamp};

/// One thing that must be brought or mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementItem {
    /// Code of the required paper, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// JSON pointer of the answer at fault, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What to do, in words.
    pub note: String,
}

/// A request for papers or corrections.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = supplement_requests)]
pub struct SupplementRequest {
    pub id: SupplementId,
    pub dossier_id: DossierId,
    pub requested_by: Option<AccountId>,
    pub before_acceptance: bool,
    pub reason: String,
    items: J,
    due_on: D,
    state: String,
    pub answered_at: Option<Timestamp>,
    pub answer_note: Option<String>,
    pub created_at: Timestamp,
}

impl SupplementRequest {
    /// A request that waits for an answer.
    pub fn open(
        dossier: DossierId,
        by: Option<AccountId>,
        before_acceptance: bool,
        what: (String, &[SupplementItem], Date),
        now: Timestamp,
    ) -> Self {
        let (reason, items, due_on) = what;
        Self {
            id: SupplementId::new(),
            dossier_id: dossier,
            requested_by: by,
            before_acceptance,
            reason,
            items: J(serde_json::to_value(items).unwrap_or_default()),
            due_on: D(due_on),
            state: "open".to_owned(),
            answered_at: None,
            answer_note: None,
            created_at: now,
        }
    }

    /// What is asked for.
    pub fn items(&self) -> Vec<SupplementItem> {
        serde_json::from_value(self.items.0.clone()).unwrap_or_default()
    }

    /// The last day for the answer.
    pub fn due_on(&self) -> Date {
        self.due_on.0
    }

    /// Whether it still waits.
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// Stores a supplement request.
///
/// # Errors
/// A failure of the database.
pub fn insert_supplement(conn: &mut Conn, request: &SupplementRequest) -> Result<(), Error> {
    diesel::insert_into(supplement_requests::table).values(request.clone()).execute(conn)?;
    Ok(())
}

/// All supplement requests of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn supplements_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<SupplementRequest>, Error> {
    use supplement_requests as t;
    Ok(t::table.filter(t::dossier_id.eq(dossier)).order(t::created_at).load(conn)?)
}

/// Closes the open request of a dossier as `answered`, `lapsed` or `cancelled`.
///
/// # Errors
/// A failure of the database.
pub fn close_supplement(
    conn: &mut Conn,
    dossier: DossierId,
    state: &str,
    note: Option<&str>,
    now: Timestamp,
) -> Result<usize, Error> {
    use supplement_requests as t;
    let open = t::table.filter(t::dossier_id.eq(dossier)).filter(t::state.eq("open"));
    Ok(diesel::update(open)
        .set((t::state.eq(state), t::answered_at.eq(Some(now)), t::answer_note.eq(note)))
        .execute(conn)?)
}

/// Dossiers whose open supplement request ran out before `today`.
///
/// # Errors
/// A failure of the database.
pub fn lapsed_supplements(conn: &mut Conn, today: Date, limit: i64) -> Result<Vec<DossierId>, Error> {
    use supplement_requests as t;
    Ok(t::table
        .filter(t::state.eq("open"))
        .filter(t::due_on.lt(D(today)))
        .select(t::dossier_id)
        .limit(limit)
        .load(conn)?)
}

/// A pause of the processing clock.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = pauses)]
pub struct PauseRow {
    pub id: PauseId,
    pub dossier_id: DossierId,
    /// A `kernel::deadline::PauseReason` in snake case, with `+restart` where the limit begins again.
    pub kind: String,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub reason: String,
}

/// Begins a pause.
///
/// # Errors
/// A failure of the database.
pub fn insert_pause(conn: &mut Conn, pause: &PauseRow) -> Result<(), Error> {
    diesel::insert_into(pauses::table).values(pause.clone()).execute(conn)?;
    Ok(())
}

/// Ends the running pauses of a kind (all kinds with `None`).
///
/// # Errors
/// A failure of the database.
pub fn end_pauses(conn: &mut Conn, dossier: DossierId, kind: Option<&str>, now: Timestamp) -> Result<(), Error> {
    use pauses as t;
    let open = t::table.filter(t::dossier_id.eq(dossier)).filter(t::ended_at.is_null());
    match kind {
        Some(kind) => diesel::update(open.filter(t::kind.like(format!("{kind}%"))))
            .set(t::ended_at.eq(Some(now)))
            .execute(conn)?,
        None => diesel::update(open).set(t::ended_at.eq(Some(now))).execute(conn)?,
    };
    Ok(())
}

/// The pauses of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn pauses_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<PauseRow>, Error> {
    Ok(pauses::table.filter(pauses::dossier_id.eq(dossier)).order(pauses::started_at).load(conn)?)
}

/// A message between the citizen and the agency.
#[derive(Clone, Debug, Queryable, Insertable, Serialize)]
#[diesel(table_name = messages)]
pub struct Message {
    pub id: MessageId,
    pub dossier_id: DossierId,
    pub from_citizen: bool,
    pub author_id: Option<AccountId>,
    pub author_name: String,
    pub text: String,
    pub created_at: Timestamp,
    pub read_at: Option<Timestamp>,
}

/// Stores a message.
///
/// # Errors
/// A failure of the database.
pub fn insert_message(conn: &mut Conn, message: &Message) -> Result<(), Error> {
    diesel::insert_into(messages::table).values(message.clone()).execute(conn)?;
    Ok(())
}

/// The messages of a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn messages_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<Message>, Error> {
    Ok(messages::table.filter(messages::dossier_id.eq(dossier)).order(messages::created_at).load(conn)?)
}

/// A request for another agency's opinion.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = opinions)]
pub struct Opinion {
    pub id: OpinionId,
    pub dossier_id: DossierId,
    pub agency_id: AgencyId,
    pub asked_by: Option<AccountId>,
    pub question: String,
    pub due_on: D,
    pub answer: Option<String>,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// Stores a request for an opinion.
///
/// # Errors
/// A failure of the database.
pub fn insert_opinion(conn: &mut Conn, opinion: &Opinion) -> Result<(), Error> {
    diesel::insert_into(opinions::table).values(opinion.clone()).execute(conn)?;
    Ok(())
}

/// The opinions asked for a dossier, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn opinions_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<Opinion>, Error> {
    Ok(opinions::table.filter(opinions::dossier_id.eq(dossier)).order(opinions::created_at).load(conn)?)
}

/// Records the answer to a request for an opinion.
///
/// # Errors
/// A failure of the database.
pub fn answer_opinion(
    conn: &mut Conn,
    id: OpinionId,
    text: &str,
    by: Option<AccountId>,
    now: Timestamp,
) -> Result<(), Error> {
    use opinions as t;
    diesel::update(t::table.find(id))
        .set((t::answer.eq(Some(text)), t::answered_by.eq(by), t::answered_at.eq(Some(now))))
        .execute(conn)?;
    Ok(())
}

/// The result as the handler drafted it.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = draft_results)]
pub struct DraftResult {
    pub dossier_id: DossierId,
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub data: Value,
    /// `granted` or `refused`.
    pub outcome: String,
    pub note: Option<String>,
    pub saved_by: Option<AccountId>,
    pub saved_at: Timestamp,
    /// The blind index of the personal number that it gives, if it gives one.
    pub number_index: Option<String>,
}

/// Saves the draft result over the one before.
///
/// # Errors
/// A failure of the database.
pub fn save_draft_result(conn: &mut Conn, draft: &DraftResult) -> Result<(), Error> {
    use draft_results as t;
    Both(
        diesel::insert_into(t::table)
            .values((
                t::dossier_id.eq(draft.dossier_id),
                t::data.eq(J(draft.data.clone())),
                t::outcome.eq(&draft.outcome),
                t::note.eq(draft.note.as_deref()),
                t::saved_by.eq(draft.saved_by),
                t::saved_at.eq(draft.saved_at),
                t::number_index.eq(draft.number_index.as_deref()),
            ))
            .on_conflict(t::dossier_id)
            .do_update()
            .set((
                t::data.eq(J(draft.data.clone())),
                t::outcome.eq(&draft.outcome),
                t::note.eq(draft.note.as_deref()),
                t::saved_by.eq(draft.saved_by),
                t::saved_at.eq(draft.saved_at),
                t::number_index.eq(draft.number_index.as_deref()),
            )),
    )
    .execute(conn)?;
    Ok(())
}

/// The draft result of a dossier.
///
/// # Errors
/// A failure of the database.
pub fn draft_result_of(conn: &mut Conn, dossier: DossierId) -> Result<Option<DraftResult>, Error> {
    Ok(draft_results::table.find(dossier).first(conn).optional()?)
}

/// How a result was handed over.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = handovers)]
pub struct HandOverRow {
    pub dossier_id: DossierId,
    pub method: String,
    pub receiver: Option<J>,
    pub signed: Option<String>,
    pub handed_by: Option<AccountId>,
    pub occurred_at: Timestamp,
    pub recorded_at: Timestamp,
}

/// Records a hand-over.
///
/// # Errors
/// A failure of the database.
pub fn insert_handover(conn: &mut Conn, row: &HandOverRow) -> Result<(), Error> {
    diesel::insert_into(handovers::table).values(row.clone()).execute(conn)?;
    Ok(())
}

/// The hand-over of a dossier.
///
/// # Errors
/// A failure of the database.
pub fn handover_of(conn: &mut Conn, dossier: DossierId) -> Result<Option<HandOverRow>, Error> {
    Ok(handovers::table.find(dossier).first(conn).optional()?)
}

/// The hand-overs of dossiers, in no order.
///
/// # Errors
/// A failure of the database.
pub fn handovers_of(conn: &mut Conn, dossiers: &[DossierId]) -> Result<Vec<HandOverRow>, Error> {
    Ok(handovers::table.filter(handovers::dossier_id.eq_any(dossiers)).load(conn)?)
}

/// Opens a group of dossiers (`linked`, `household`, `batch`).
///
/// # Errors
/// A failure of the database.
pub fn insert_group(conn: &mut Conn, kind: &str, by: Option<AccountId>, now: Timestamp) -> Result<GroupId, Error> {
    use dossier_groups as t;
    let id = GroupId::new();
    diesel::insert_into(t::table)
        .values((t::id.eq(id), t::kind.eq(kind), t::created_by.eq(by), t::created_at.eq(now)))
        .execute(conn)?;
    Ok(id)
}

/// The supplement request that waits for an answer, if there is one.
///
/// # Errors
/// A failure of the database.
pub fn open_supplement(conn: &mut Conn, dossier: DossierId) -> Result<Option<SupplementId>, Error> {
    use supplement_requests as t;
    let open = t::table.filter(t::dossier_id.eq(dossier)).filter(t::state.eq("open"));
    Ok(open.order(t::created_at.desc()).select(t::id).first(conn).optional()?)
}

//! Dự thảo kết quả: the handler's proposal, prefilled from the form; the citizen may be shown it first.

use serde_json::{Map, Value, json};

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, supplement, timing};
use crate::catalog::{Case, Outcome, ResultDef};
use crate::db::Tx;
use crate::dossiers::{self, DraftResult, Step};
use crate::kernel::deadline::PauseReason;
use crate::kernel::{Actor, Timestamp, local_date};

/// A draft whose data were checked against the result's form outside.
#[derive(Clone, Debug)]
pub struct SaveDraft {
    pub target: Target,
    pub data: Value,
    pub outcome: Outcome,
    pub note: Option<String>,
    /// Show it to the citizen, who may object for one working day; silence is consent.
    pub ask_citizen: bool,
}

/// Saves the draft result over the one before. While the citizen looks at it, another draft is another thing to look at:
/// they are told and have their working day anew.
///
/// # Errors
/// The rule `no-result` where the procedure has no result of this outcome, or as every act.
pub fn draft_result(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &SaveDraft,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", cmd.note.as_deref())?;
    let mut desk = Desk::open(tx, who, rules, cmd.target, Step::DraftResult, now)?;
    if cmd.outcome == Outcome::Granted && definition(&desk, cmd.outcome).is_none() {
        return Err(ActError::rule("no-result", "Thủ tục này không có kết quả loại đó."));
    }
    let before = dossiers::draft_result_of(desk.tx.conn(), desk.dossier.id)?.map(|draft| draft.outcome);
    save(&mut desk, cmd.data.clone(), cmd.outcome, note)?;
    let waits = desk.dossier.flags.awaiting_confirmation.is_some();
    let may_ask = cmd.ask_citizen && rules.case(&desk.dossier).is_some_and(|c| c.confirm_draft);
    let asks = cmd.outcome == Outcome::Granted && (waits || may_ask);
    let mut changes = super::desk::change("outcome", before, cmd.outcome);
    let Some(map) = changes.as_object_mut().filter(|_| asks) else {
        if waits {
            // There is no certificate to look at any more.
            desk.dossier.flags.awaiting_confirmation = None;
            timing::end_pause(&mut desk, PauseReason::DraftConfirmation)?;
        }
        return desk.finish(None, changes, false);
    };
    let until = rules.calendar.add_working_days(local_date(now), 1)?;
    map.insert("asks_citizen_until".to_owned(), json!(until));
    desk.dossier.flags.awaiting_confirmation = Some(until);
    if !waits {
        timing::begin_pause(&mut desk, PauseReason::DraftConfirmation)?;
    }
    let done = desk.finish(None, changes, true)?;
    telling::tell(tx, rules, &done.dossier, Tell::DraftToConfirm { until }, now)?;
    Ok(done)
}

/// The citizen agrees with the draft certificate, or objects with a note; the product itself agrees by silence. After an
/// objection nothing is approved until a draft is saved again.
///
/// # Errors
/// The rule `not-asked`, a missing note with an objection, or as every act.
pub fn confirm_draft(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, ok, note): (Target, bool, Option<&str>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", note)?;
    if !ok && note.is_none() {
        return Err(ActError::invalid("/note", "required", "Hãy ghi rõ nội dung cần sửa."));
    }
    let mut desk = Desk::open(tx, who, rules, target, Step::ConfirmDraft, now)?;
    if desk.dossier.flags.awaiting_confirmation.take().is_none() {
        return Err(ActError::rule("not-asked", "Không có dự thảo nào đang chờ xác nhận."));
    }
    desk.dossier.flags.draft_objected = !ok;
    timing::end_pause(&mut desk, PauseReason::DraftConfirmation)?;
    desk.finish(note, json!({"ok": ok}), true)
}

/// The draft of the dossier; filled from the form when none was saved.
pub(super) fn ensure(desk: &mut Desk<'_, '_>) -> Result<DraftResult, ActError> {
    if let Some(draft) = dossiers::draft_result_of(desk.tx.conn(), desk.dossier.id)? {
        return Ok(draft);
    }
    let data = definition(desk, Outcome::Granted).map_or_else(|| json!({}), |def| prefilled(def, &desk.dossier.data));
    save(desk, data, Outcome::Granted, None)
}

fn save(desk: &mut Desk<'_, '_>, data: Value, outcome: Outcome, note: Option<String>) -> Result<DraftResult, ActError> {
    let draft = DraftResult {
        dossier_id: desk.dossier.id,
        data,
        outcome: word(outcome).to_owned(),
        note,
        saved_by: desk.who.account(),
        saved_at: desk.now,
    };
    dossiers::save_draft_result(desk.tx.conn(), &draft)?;
    desk.dossier.flags.draft_objected = false;
    // Who drafted may not approve: nobody approves what they handled.
    desk.dossier.handler_id = desk.who.account().or(desk.dossier.handler_id);
    Ok(draft)
}

fn definition<'r>(desk: &'r Desk<'_, '_>, outcome: Outcome) -> Option<&'r ResultDef> {
    desk.rules.case(&desk.dossier).and_then(|case: &Case| case.result_for(outcome))
}

/// The values of a result that come from the form. Sealed numbers stay sealed.
pub fn prefilled(def: &ResultDef, data: &Value) -> Value {
    let mut out = Value::Object(Map::new());
    for (to, from) in &def.prefill {
        if let Some(value) = data.pointer(from).filter(|v| !v.is_null()) {
            put(&mut out, to, value.clone());
        }
    }
    out
}

/// Puts a value at a pointer, making the objects on the way.
fn put(root: &mut Value, pointer: &str, value: Value) {
    let mut at = root;
    let keys: Vec<&str> = pointer.split('/').skip(1).collect();
    let Some((last, way)) = keys.split_last() else { return };
    for key in way {
        let Value::Object(map) = at else { return };
        at = map.entry((*key).to_owned()).or_insert_with(|| json!({}));
    }
    if let Value::Object(map) = at {
        map.insert((*last).to_owned(), value);
    }
}

/// The fixed word of an outcome.
pub fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Granted => "granted",
        Outcome::Refused => "refused",
    }
}

//! Dự thảo kết quả: the handler's proposal, prefilled from the form; the citizen may be shown it first.

use serde_json::{Map, Value, json};

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, MissingField, Rules, Target, answers, forward, given_number, supplement, timing};
use crate::catalog::{Case, Outcome, ResultDef, Text};
use crate::db::{self, Conn, Tx};
use crate::documents::REGISTER_ENTRY;
use crate::dossiers::{self, Dossier, DraftResult, Step};
use crate::forms::{AnyUnits, CheckMode, Code, Ctx};
use crate::kernel::deadline::PauseReason;
use crate::kernel::{Actor, Lang, Timestamp, local_date};

/// A draft whose data were checked against the result's form outside.
#[derive(Clone, Debug)]
pub struct SaveDraft {
    pub target: Target,
    pub data: Value,
    /// The blind index of the personal number that the data give, if they give one.
    pub number_index: Option<String>,
    pub outcome: Outcome,
    pub note: Option<String>,
    /// Show it to the citizen, who may object for one working day; silence is consent.
    pub ask_citizen: bool,
}

/// Saves the draft result over the one before. While the citizen looks at it, another draft is another thing to look at:
/// they are told and have their working day anew.
///
/// # Errors
/// The rule `no-result` where the procedure has no result of this outcome, a fault at `/ask_citizen` where nobody could
/// answer or the dossier is with the approver already, or at the personal number where it is another person's, or as every
/// act.
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
        return Err(ActError::rule(
            "no-result",
            ("Thủ tục này không có kết quả loại đó.", "This service has no result of that kind."),
        ));
    }
    if cmd.ask_citizen && !desk.dossier.has_account() {
        let message = (
            "Người nộp không có tài khoản nên không xem và trả lời dự thảo trên Cổng được.",
            "The applicant has no account, so nobody could look at the draft and answer.",
        );
        return Err(ActError::invalid("/ask_citizen", "unreachable", message));
    }
    if cmd.ask_citizen && forward::is_past_handling(&desk.dossier, rules) {
        let message = (
            "Hồ sơ đã chuyển ký nên không gửi dự thảo cho người dân xem được nữa; hãy đề nghị lãnh đạo chuyển trả lại.",
            "The dossier is with the approver already, so the draft can't be shown to the applicant: have it returned first.",
        );
        return Err(ActError::invalid("/ask_citizen", "too_late", message));
    }
    if let Some(index) = &cmd.number_index {
        given_number::check(desk.tx.conn(), &desk.dossier, &cmd.data, index)?;
    }
    let before = dossiers::draft_result_of(desk.tx.conn(), desk.dossier.id)?.map(|draft| draft.outcome);
    save(&mut desk, (cmd.data.clone(), cmd.number_index.clone()), cmd.outcome, note)?;
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
        return Err(ActError::invalid(
            "/note",
            "required",
            ("Hãy ghi rõ nội dung cần sửa.", "Say what is to be mended."),
        ));
    }
    let mut desk = Desk::open(tx, who, rules, target, Step::ConfirmDraft, now)?;
    if desk.dossier.flags.awaiting_confirmation.take().is_none() {
        return Err(ActError::rule(
            "not-asked",
            ("Không có dự thảo nào đang chờ xác nhận.", "No draft waits to be confirmed."),
        ));
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
    let data = from_answers(desk.rules, &desk.dossier);
    save(desk, (data, None), Outcome::Granted, None)
}

/// What the draft of a granted result is before anybody has saved one.
fn from_answers(rules: &Rules, dossier: &Dossier) -> Value {
    let def = rules.case(dossier).and_then(|case| case.result_for(Outcome::Granted));
    def.map_or_else(|| json!({}), |def| prefilled(def, &dossier.data))
}

/// The fields that the result's form asks for and that stay empty if the dossier is granted by the draft as it stands.
/// What the decision itself gives (the register's entry) is asked of nobody.
///
/// # Errors
/// A failure of the database.
pub fn missing(
    conn: &mut Conn,
    dossier: &Dossier,
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<MissingField>, db::Error> {
    Ok(match dossiers::draft_result_of(conn, dossier.id)? {
        Some(draft) if draft.outcome == word(Outcome::Refused) => Vec::new(),
        Some(draft) => lacks(dossier, rules, &draft.data, now),
        None => lacks(dossier, rules, &from_answers(rules, dossier), now),
    })
}

/// As [`missing`], for the draft's own values.
fn lacks(dossier: &Dossier, rules: &Rules, data: &Value, now: Timestamp) -> Vec<MissingField> {
    let Some(form) = rules.result_form(dossier, Outcome::Granted) else { return Vec::new() };
    let ctx = Ctx::new(local_date(now), &AnyUnits);
    let Err(faults) = form.check(&answers::shown_as_given(data), CheckMode::Complete, &ctx) else { return Vec::new() };
    let given = format!("/{REGISTER_ENTRY}");
    let is_asked = |pointer: &str| pointer.strip_prefix(&given).is_none_or(|rest| !rest.starts_with('/'));
    faults
        .into_iter()
        .filter(|fault| fault.code == Code::Required && is_asked(&fault.pointer))
        .map(|fault| MissingField {
            label: Text::both(fault.label(Lang::Vi), fault.label(Lang::En)),
            pointer: fault.pointer,
        })
        .collect()
}

/// What must be filled in before an officer at the pages sends the draft to its decision or decides by it; nothing for
/// other acts. Programs are not held up: `forward` and `approve` take the draft as it stands (domain.md, Deciding), and
/// what a connected register supplies, such as a personal number, may come later
/// (docs/decisions/0009-incomplete-drafts.md).
///
/// # Errors
/// A failure of the database.
pub fn holding_up(
    conn: &mut Conn,
    (dossier, rules): (&Dossier, &Rules),
    step: Step,
    now: Timestamp,
) -> Result<Vec<MissingField>, db::Error> {
    match step {
        Step::Approve => missing(conn, dossier, rules, now),
        Step::Forward if forward::leads_to_decision(dossier, rules) => missing(conn, dossier, rules, now),
        _ => Ok(Vec::new()),
    }
}

fn save(
    desk: &mut Desk<'_, '_>,
    (data, number_index): (Value, Option<String>),
    outcome: Outcome,
    note: Option<String>,
) -> Result<DraftResult, ActError> {
    let draft = DraftResult {
        dossier_id: desk.dossier.id,
        data,
        outcome: word(outcome).to_owned(),
        note,
        saved_by: desk.who.account(),
        saved_at: desk.now,
        number_index,
    };
    dossiers::save_draft_result(desk.tx.conn(), &draft)?;
    desk.dossier.flags.draft_objected = false;
    // Who drafted may not approve: nobody approves what they handled.
    desk.dossier.handler_id = desk.who.account().or(desk.dossier.handler_id);
    Ok(draft)
}

/// Whether the citizen may be shown a draft now: the procedure provides for it, they have an account, and the dossier is
/// still being handled.
pub fn may_ask_citizen(dossier: &Dossier, rules: &Rules) -> bool {
    rules.case(dossier).is_some_and(|case| case.confirm_draft)
        && dossier.has_account()
        && !forward::is_past_handling(dossier, rules)
}

fn definition<'r>(desk: &'r Desk<'_, '_>, outcome: Outcome) -> Option<&'r ResultDef> {
    desk.rules.case(&desk.dossier).and_then(|case: &Case| case.result_for(outcome))
}

/// The values of a result that come from the form. Sealed numbers stay sealed. A `*` in the pointer means every row of a
/// list: texts are put one under the other, numbers are added up.
pub fn prefilled(def: &ResultDef, data: &Value) -> Value {
    let mut out = Value::Object(Map::new());
    for (to, from) in &def.prefill {
        let value = match from.split_once("/*/") {
            Some((list, cell)) => data.pointer(list).and_then(|rows| of_rows(rows, &format!("/{cell}"))),
            None => data.pointer(from).cloned(),
        };
        if let Some(value) = value.filter(|v| !v.is_null()) {
            put(&mut out, to, value);
        }
    }
    out
}

/// The cells of one column together.
fn of_rows(rows: &Value, cell: &str) -> Option<Value> {
    let cells: Vec<&Value> = rows.as_array()?.iter().filter_map(|row| row.pointer(cell)).collect();
    let numbers: Option<Vec<i64>> = cells.iter().map(|cell| cell.as_i64()).collect();
    match numbers {
        _ if cells.is_empty() => None,
        Some(numbers) => Some(json!(numbers.into_iter().fold(0, i64::saturating_add))),
        None => Some(json!(cells.iter().filter_map(|cell| cell.as_str()).collect::<Vec<_>>().join("\n"))),
    }
}

/// Puts a value at a pointer, making the objects on the way.
pub fn put(root: &mut Value, pointer: &str, value: Value) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_a_list_becomes_one_value() {
        let rows = json!([{"ten": "Bằng tốt nghiệp", "so_ban": 2}, {"ten": "Căn cước", "so_ban": 3}]);
        assert_eq!(of_rows(&rows, "/ten"), Some(json!("Bằng tốt nghiệp\nCăn cước")));
        assert_eq!(of_rows(&rows, "/so_ban"), Some(json!(5)));
        assert_eq!(of_rows(&json!([]), "/ten"), None);
        assert_eq!(of_rows(&json!("x"), "/ten"), None);
    }
}

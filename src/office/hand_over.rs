//! Trả kết quả: online, at the counter against a signature, or by post.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, draft_result, exemptions};
use crate::catalog::Outcome;
use crate::db::types::J;
use crate::db::{Conn, Tx};
use crate::documents::{self, ResultRow};
use crate::dossiers::{self, DeliveryMethod, Dossier, HandOverRow, Step};
use crate::kernel::national::{Party, UNKNOWN_PLACE, has_unknown_place, mask};
use crate::kernel::{Actor, Timestamp};
use crate::payments;

/// Who takes the result at the counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    pub name: String,
    /// Identity number or passport as it was typed, masked once it is sealed: whole it is kept only sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The number sealed outside; nobody can send it.
    #[serde(skip)]
    pub identity_sealed: Option<String>,
    /// Relation to the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// What authorises somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

impl Receiver {
    /// Who took a result, with the number masked: as a hand-over keeps them for people.
    pub fn of(row: &HandOverRow) -> Option<Self> {
        row.receiver.as_ref().and_then(|J(kept)| serde_json::from_value(kept.clone()).ok())
    }

    /// As events keep it.
    fn masked(&self) -> Value {
        let line = |text: &Option<String>| text.as_deref().map(crate::kernel::text::line).filter(|t| !t.is_empty());
        let mut kept = Map::from_iter([("name".to_owned(), json!(crate::kernel::text::line(&self.name)))]);
        let identity = line(&self.identity).map(|number| mask(&number));
        for (key, value) in
            [("identity", identity), ("relation", line(&self.relation)), ("authority", line(&self.authority))]
        {
            if let Some(value) = value {
                kept.insert(key.to_owned(), json!(value));
            }
        }
        Value::Object(kept)
    }

    /// As the hand-over keeps it: who took a result can be proven later.
    fn recorded(&self) -> Value {
        let mut kept = self.masked();
        if let (Some(map), Some(sealed)) = (kept.as_object_mut(), &self.identity_sealed) {
            map.insert("identity_enc".to_owned(), json!(sealed));
        }
        kept
    }

    fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let name = crate::kernel::text::line(&self.name);
        if name.is_empty() {
            faults.push(Fault::required("/receiver/name", ("Hãy ghi họ tên người nhận.", "Give the receiver's name.")));
        } else if name.chars().count() > MAX_NAME {
            faults.push(Fault::new(
                "/receiver/name",
                "too_long",
                ("Họ tên tối đa 200 ký tự.", "A name has at most 200 characters."),
            ));
        }
        let typed = self.identity.as_deref().map(str::trim).filter(|t| !t.is_empty());
        // A number that was sealed was read before, and is masked here.
        let identity = typed.filter(|_| self.identity_sealed.is_none());
        if let Some(wrong) = identity.filter(|text| Party::guess_person(text).is_none()) {
            let shape = (
                "Số giấy tờ không đúng: cần số định danh, số CMND hoặc số hộ chiếu.",
                "This is no identity number: give a personal number, an old identity card's number or a passport number.",
            );
            let message = if has_unknown_place(wrong) { UNKNOWN_PLACE } else { shape };
            faults.push(Fault::new("/receiver/identity", "pattern", message));
        }
        for (pointer, text) in [("/receiver/relation", &self.relation), ("/receiver/authority", &self.authority)] {
            if text.as_ref().is_some_and(|t| t.chars().count() > MAX_WORDS) {
                faults.push(Fault::new(pointer, "too_long", ("Tối đa 500 ký tự.", "At most 500 characters.")));
            }
        }
        faults
    }
}

/// The longest name of a receiver, in characters.
const MAX_NAME: usize = 200;
/// The longest relation or authority.
const MAX_WORDS: usize = 500;

/// A hand-over.
#[derive(Clone, Debug)]
pub struct HandOver {
    pub target: Target,
    pub method: DeliveryMethod,
    pub receiver: Option<Receiver>,
    /// `hand`, `fingerprint` or `otp`.
    pub signed: Option<String>,
    /// When it happened, if it is recorded later.
    pub occurred_at: Option<Timestamp>,
}

/// Hands the result over. It goes into the owner's data store in any case.
///
/// What was granted is handed over against its fees: the catalogue lets fees be due «later, at the latest when the
/// result is handed over» (`catalog::fees::Due::Later`: copies, provincial rates), so a decision does not wait for them
/// and hand-over does. A refusal is told to the applicant whatever is owed.
///
/// # Errors
/// [`ActError::Unsigned`] until the signatures that the revision requires are there, [`ActError::FeeDue`] while money
/// is owed for a result that was granted, faults about the receiver, or as every act.
pub fn hand_over(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &HandOver,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let done = give(tx, who, cmd, rules, now)?;
    let what = match cmd.method {
        // From now on it is in the owner's data store: only now «download it» is true.
        DeliveryMethod::Online => telling::result_ready(tx, &done.dossier, cmd.method)?,
        DeliveryMethod::Counter | DeliveryMethod::Post => {
            Some(Tell::HandedOver { method: cmd.method, at: cmd.occurred_at.unwrap_or(now) })
        }
    };
    if let Some(what) = what {
        telling::tell(tx, rules, &done.dossier, what, now)?;
    }
    Ok(done)
}

/// Hands over and tells nobody.
pub(super) fn give(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &HandOver,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    check(cmd, now)?;
    let mut desk = Desk::open(tx, who, rules, cmd.target, Step::HandOver, now)?;
    if cmd.method == DeliveryMethod::Online && !desk.dossier.has_account() {
        let message = (
            "Người nhận không có tài khoản; hãy trả tại quầy hoặc qua bưu chính.",
            "The receiver has no account: hand it over at the counter or by post.",
        );
        return Err(ActError::invalid("/method", "unreachable", message));
    }
    let result = ready(desk.tx.conn(), &desk.dossier)?;
    let at = cmd.occurred_at.unwrap_or(now);
    let row = HandOverRow {
        dossier_id: desk.dossier.id,
        method: cmd.method.as_str().to_owned(),
        receiver: cmd.receiver.as_ref().map(|r| J(r.recorded())),
        signed: cmd.signed.clone(),
        handed_by: who.account(),
        occurred_at: at,
        recorded_at: now,
    };
    dossiers::insert_handover(desk.tx.conn(), &row)?;
    documents::mark_handed_over(desk.tx.conn(), result.id, desk.dossier.owner_account, now)?;
    desk.dossier.handed_over_at = Some(at);
    desk.dossier.step = None;
    desk.dossier.step_role = None;
    desk.dossier.assignee_id = None;
    let receiver = cmd.receiver.as_ref().map(Receiver::masked);
    let changes = json!({"method": cmd.method, "receiver": receiver, "signed": cmd.signed});
    desk.finish_at(cmd.occurred_at, None, changes)
}

/// The result, if it can be handed over: signed, and of what was granted nothing owed and no exemption open.
///
/// # Errors
/// [`ActError::Unsigned`], [`ActError::FeeDue`], the rule `exemption-open`, or a failure of the database.
pub(super) fn ready(conn: &mut Conn, dossier: &Dossier) -> Result<ResultRow, ActError> {
    let result = documents::current_result(conn, dossier.id)?.ok_or(ActError::Unsigned)?;
    if result.signed_at.is_none() && result.signatures_needed > 0 {
        return Err(ActError::Unsigned);
    }
    if result.outcome == draft_result::word(Outcome::Granted) {
        let owed = payments::owed(&payments::lines_of(conn, dossier.id)?);
        if owed.0 > 0 {
            return Err(ActError::FeeDue(owed));
        }
        exemptions::all_decided(dossier)?;
    }
    Ok(result)
}

fn check(cmd: &HandOver, now: Timestamp) -> Result<(), ActError> {
    let mut faults = Vec::new();
    if cmd.method == DeliveryMethod::Counter {
        if cmd.receiver.is_none() {
            faults.push(Fault::required("/receiver", ("Hãy ghi người nhận kết quả.", "Say who receives the result.")));
        }
        if cmd.signed.is_none() {
            faults.push(Fault::required(
                "/signed",
                ("Hãy chọn cách người nhận ký nhận.", "Choose how the receiver signs for it."),
            ));
        }
    }
    faults.extend(cmd.receiver.iter().flat_map(Receiver::faults));
    if cmd.signed.as_deref().is_some_and(|way| !matches!(way, "hand" | "fingerprint" | "otp")) {
        faults.push(Fault::new(
            "/signed",
            "unknown",
            ("Không có cách ký nhận này.", "There is no such way of signing for it."),
        ));
    }
    if cmd.occurred_at.is_some_and(|at| at > now) {
        faults.push(Fault::new(
            "/occurred_at",
            "future",
            ("Thời điểm trả không được ở tương lai.", "The hand-over must not lie in the future."),
        ));
    }
    if faults.is_empty() { Ok(()) } else { Err(ActError::Invalid(faults)) }
}

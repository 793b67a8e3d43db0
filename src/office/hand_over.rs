//! Trả kết quả: online, at the counter against a signature, or by post.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target};
use crate::db::Tx;
use crate::db::types::J;
use crate::documents;
use crate::dossiers::{self, DeliveryMethod, HandOverRow, Step};
use crate::kernel::{Actor, Timestamp};

/// Who takes the result at the counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    pub name: String,
    /// Masked identity number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Relation to the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// What authorises somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
}

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
/// # Errors
/// [`ActError::Unsigned`] until the signatures that the revision requires are there, faults about the receiver, or as
/// every act.
pub fn hand_over(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &HandOver,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let done = give(tx, who, cmd, rules, now)?;
    let at = cmd.occurred_at.unwrap_or(now);
    telling::tell(tx, rules, &done.dossier, Tell::HandedOver { method: cmd.method, at }, now)?;
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
    let result = documents::current_result(desk.tx.conn(), desk.dossier.id)?.ok_or(ActError::Unsigned)?;
    if result.signed_at.is_none() && result.signatures_needed > 0 {
        return Err(ActError::Unsigned);
    }
    let at = cmd.occurred_at.unwrap_or(now);
    let row = HandOverRow {
        dossier_id: desk.dossier.id,
        method: cmd.method.as_str().to_owned(),
        receiver: cmd.receiver.as_ref().and_then(|r| serde_json::to_value(r).ok()).map(J),
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
    let changes = json!({"method": cmd.method, "receiver": cmd.receiver, "signed": cmd.signed});
    desk.finish_at(cmd.occurred_at, None, changes)
}

fn check(cmd: &HandOver, now: Timestamp) -> Result<(), ActError> {
    let mut faults = Vec::new();
    if cmd.method == DeliveryMethod::Counter {
        match &cmd.receiver {
            None => faults.push(Fault::required("/receiver", "Hãy ghi người nhận kết quả.")),
            Some(r) if r.name.trim().is_empty() || r.name.chars().count() > 200 => {
                faults.push(Fault::required("/receiver/name", "Hãy ghi họ tên người nhận."));
            }
            Some(_) => {}
        }
        if !matches!(cmd.signed.as_deref(), Some("hand" | "fingerprint" | "otp")) {
            faults.push(Fault::required("/signed", "Hãy chọn cách người nhận ký nhận."));
        }
    }
    if cmd.occurred_at.is_some_and(|at| at > now) {
        faults.push(Fault::new("/occurred_at", "future", "Thời điểm trả không được ở tương lai."));
    }
    if faults.is_empty() { Ok(()) } else { Err(ActError::Invalid(faults)) }
}

//! Sửa quyết định before hand-over, once; thu hồi kết quả after it.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, forward, supplement};
use crate::catalog::workflow::StepKind;
use crate::db::{Conn, Tx};
use crate::documents::{self, ResultRow};
use crate::dossiers::{Dossier, Step};
use crate::kernel::{Actor, Timestamp};

/// Takes a decision back for correction: once, with a reason. The result made so far is revoked.
///
/// # Errors
/// The rule `corrected`, a missing reason, or as every act.
pub fn correct(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::Correct, now)?;
    if desk.dossier.corrections > 0 {
        return Err(ActError::rule(
            "corrected",
            ("Quyết định chỉ được sửa một lần.", "A decision is corrected once only."),
        ));
    }
    if let Some(result) = documents::current_result(desk.tx.conn(), desk.dossier.id)? {
        documents::revoke(desk.tx.conn(), result.id, who.account(), &reason, now)?;
    }
    desk.dossier.corrections += 1;
    desk.dossier.decided_at = None;
    let before = desk.dossier.handler_id;
    let handler = super::assign::if_still_there(&mut desk, before)?;
    forward::enter_kind(&mut desk, StepKind::Handle, handler);
    let done = desk.finish(Some(reason), json!({}), true)?;
    telling::tell(tx, rules, &done.dossier, Tell::Progress, now)?;
    Ok(done)
}

/// Revokes a result that was handed over: `/xac-thuc` says so from now on.
///
/// # Errors
/// The rule `revoked`, a missing reason, or as every act.
pub fn revoke_result(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, reason): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let desk = Desk::open(tx, who, rules, target, Step::RevokeResult, now)?;
    let result = valid_result(desk.tx.conn(), &desk.dossier)?;
    documents::revoke(desk.tx.conn(), result.id, who.account(), &reason, now)?;
    let done = desk.finish(Some(reason), json!({"result": result.token}), true)?;
    telling::tell(tx, rules, &done.dossier, Tell::Progress, now)?;
    Ok(done)
}

/// The result that stands and may be revoked.
///
/// # Errors
/// The rule `revoked`, or a failure of the database.
pub(super) fn valid_result(conn: &mut Conn, dossier: &Dossier) -> Result<ResultRow, ActError> {
    let message = ("Không còn kết quả nào có hiệu lực để thu hồi.", "There is no valid result to revoke.");
    documents::current_result(conn, dossier.id)?.ok_or_else(|| ActError::rule("revoked", message))
}

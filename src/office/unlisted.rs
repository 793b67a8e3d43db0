//! Payments of ours that no line of a gateway's statement names: what a person, or the gateway when asked, said of each.

use super::held_words::log;
use super::{ActError, permission, supplement};
use crate::db::{self, Tx};
use crate::dossiers::Step;
use crate::kernel::{Actor, PaymentId, Timestamp};
use crate::payments;

/// Notes what was found out about a payment; from then on it is not listed as missing.
///
/// # Errors
/// A missing note, the rule `settled-already`, or [`ActError::Forbidden`] for who takes no money in its agency.
pub fn explain(tx: &mut Tx<'_>, who: &Actor, (id, note): (PaymentId, &str), now: Timestamp) -> Result<(), ActError> {
    let payment = payments::by_id(tx.conn(), id).map_err(|e| match e {
        db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    })?;
    if !permission::may_move_money(who, Step::Paid, Some(payment.agency_id)) {
        return Err(ActError::Forbidden);
    }
    let by = who.account().ok_or(ActError::Forbidden)?;
    let note = supplement::reason(note)?;
    if !payments::explain_unlisted(tx.conn(), (id, &note), (by, now))? {
        let words = ("Khoản này đã có người xử lý.", "Somebody has settled this payment already.");
        return Err(ActError::rule("settled-already", words));
    }
    let number = payment.reference.as_deref().unwrap_or("–");
    let what = format!("Khoản {number} ({}) không có trong sao kê: {note}", payment.amount());
    log(tx, who, (Some(payment.agency_id), what), now)
}

//! Ký số: the signed file was made outside; here its signatures are recorded.

use serde_json::json;

use super::{ActError, Desk, Done, Rules, Target};
use crate::db::Tx;
use crate::documents::{self, NewSignature};
use crate::dossiers::Step;
use crate::kernel::{Actor, ResultId, Timestamp};

/// A file that now bears more signatures.
#[derive(Clone, Debug)]
pub struct Signed {
    pub target: Target,
    pub result: ResultId,
    /// Which signature the first new one is, from 1: another one recorded meanwhile is refused.
    pub position: i32,
    /// Certificates of the new signatures, in their order: subject and serial number.
    pub certificates: Vec<String>,
    /// Hash of the signed file, stored before.
    pub blob: String,
}

/// Records signatures under the dossier's result.
///
/// # Errors
/// The rules `no-result` and `signed-already`, or as every act.
pub fn sign(tx: &mut Tx<'_>, who: &Actor, cmd: &Signed, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let desk = Desk::open(tx, who, rules, cmd.target, Step::Sign, now)?;
    let result = documents::current_result(desk.tx.conn(), desk.dossier.id)?
        .filter(|r| r.id == cmd.result)
        .ok_or_else(no_result)?;
    let made = documents::signatures_of(desk.tx.conn(), result.id)?;
    let next = i32::try_from(made.len()).unwrap_or(i32::MAX).saturating_add(1);
    if cmd.position != next || next > result.signatures_needed || cmd.certificates.is_empty() {
        return Err(ActError::rule("signed-already", "Kết quả vừa được ký; hãy tải lại trang."));
    }
    let name = crate::dossiers::events::actor_words(who).1;
    for (position, certificate) in (cmd.position..).zip(&cmd.certificates) {
        let signature = NewSignature {
            result: result.id,
            position,
            account: who.account(),
            signer_name: name.clone(),
            agency: desk.dossier.acting_agency_id,
            certificate: certificate.clone(),
            blob: cmd.blob.clone(),
            complete: position >= result.signatures_needed,
        };
        documents::add_signature(desk.tx.conn(), &signature, now)?;
    }
    let changes = json!({"result": result.token, "position": cmd.position, "certificates": cmd.certificates});
    desk.finish(None, changes, true)
}

/// There is nothing to sign.
pub fn no_result() -> ActError {
    ActError::rule("no-result", "Chưa có kết quả để ký.")
}

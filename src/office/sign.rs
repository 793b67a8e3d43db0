//! Ký số: the signed file was made outside; here its signature is recorded.

use serde_json::json;

use super::{ActError, Desk, Done, Rules, Target};
use crate::db::Tx;
use crate::documents;
use crate::dossiers::Step;
use crate::kernel::{Actor, ResultId, Timestamp};

/// A file that now bears one more signature.
#[derive(Clone, Debug)]
pub struct Signed {
    pub target: Target,
    pub result: ResultId,
    /// Which signature it is, from 1: another one recorded meanwhile is refused.
    pub position: i32,
    /// Hash of the signed file, stored before.
    pub blob: String,
    /// Whose certificate: subject and serial number.
    pub certificate: String,
}

/// Records a signature under the dossier's result.
///
/// # Errors
/// The rules `no-result` and `signed-already`, or as every act.
pub fn sign(tx: &mut Tx<'_>, who: &Actor, cmd: &Signed, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let desk = Desk::open(tx, who, rules, cmd.target, Step::Sign, now)?;
    let result = documents::current_result(desk.tx.conn(), desk.dossier.id)?
        .filter(|r| r.id == cmd.result)
        .ok_or_else(|| ActError::rule("no-result", "Chưa có kết quả để ký."))?;
    let made = documents::signatures_of(desk.tx.conn(), result.id)?;
    if cmd.position != made.len() as i32 + 1 || made.len() as i32 >= result.signatures_needed {
        return Err(ActError::rule("signed-already", "Kết quả vừa được ký; hãy tải lại trang."));
    }
    let name = crate::dossiers::events::actor_words(who).1;
    documents::add_signature(
        desk.tx.conn(),
        &documents::NewSignature {
            result: result.id,
            position: cmd.position,
            account: who.account(),
            signer_name: name,
            agency: desk.dossier.acting_agency_id,
            certificate: cmd.certificate.clone(),
            blob: cmd.blob.clone(),
            complete: cmd.position >= result.signatures_needed,
        },
        now,
    )?;
    let changes = json!({"result": result.token, "position": cmd.position, "certificate": cmd.certificate});
    desk.finish(None, changes, true)
}

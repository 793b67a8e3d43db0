//! Ký số: the signed file was made outside; here its signatures are recorded. Each position of a result belongs to a
//! role: the approver's own signature to an approver, the agency's seal to the records clerk, or to the one-stop clerk
//! where the workflow lets that clerk hand over (domain.md, Workflow).

use serde_json::json;

use super::{ActError, Desk, Done, Rules, Target, telling};
use crate::catalog::revision::Signature;
use crate::catalog::workflow::StepKind;
use crate::db::{Conn, Tx};
use crate::documents::{self, NewSignature, ResultRow};
use crate::dossiers::{DeliveryMethod, Dossier, Step};
use crate::kernel::{Actor, ResultId, Role, Timestamp};

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

/// Records signatures under the dossier's result: those at the next positions that are the signer's.
///
/// # Errors
/// [`ActError::Forbidden`] where none of the result's signatures is the signer's, the rules `no-result`,
/// `signed-already` and `signature-order`, or as every act.
pub fn sign(tx: &mut Tx<'_>, who: &Actor, cmd: &Signed, rules: &Rules, now: Timestamp) -> Result<Done, ActError> {
    let done = record(tx, who, cmd, rules, now)?;
    // Who takes it at the counter or by post hears of it when it bears its last signature; online it is had when it is
    // handed over, and that says so.
    let signed = documents::current_result(tx.conn(), done.dossier.id)?.is_some_and(|r| r.signed_at.is_some());
    let method = done.dossier.way_out();
    if signed
        && method != DeliveryMethod::Online
        && let Some(ready) = telling::result_ready(tx, &done.dossier, method)?
    {
        telling::tell(tx, rules, &done.dossier, ready, now)?;
    }
    Ok(done)
}

/// Records signatures and tells nobody.
pub(super) fn record(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &Signed,
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let desk = Desk::open(tx, who, rules, cmd.target, Step::Sign, now)?;
    let result = documents::current_result(desk.tx.conn(), desk.dossier.id)?
        .filter(|r| r.id == cmd.result)
        .ok_or_else(no_result)?;
    let made = documents::signatures_of(desk.tx.conn(), result.id)?.len();
    let mine = next_of(who, (&desk.dossier, rules), &result, made)?;
    let next = i32::try_from(made).unwrap_or(i32::MAX).saturating_add(1);
    if cmd.position != next || cmd.certificates.is_empty() || cmd.certificates.len() > mine.len() {
        return Err(ActError::rule(
            "signed-already",
            ("Kết quả vừa được ký; hãy tải lại trang.", "The result has just been signed: load the page again."),
        ));
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
    let put: Vec<Signature> = mine.into_iter().take(cmd.certificates.len()).collect();
    let changes = json!({
        "result": result.token, "position": cmd.position, "signatures": put, "certificates": cmd.certificates,
    });
    desk.finish(None, changes, true)
}

/// The signatures that a result needs, in their order.
pub fn positions(dossier: &Dossier, rules: &Rules, result: &ResultRow) -> Vec<Signature> {
    let def = rules.case(dossier).and_then(|case| case.results.iter().find(|def| def.code == result.code));
    let mut positions = def.map(|def| def.signatures.clone()).unwrap_or_default();
    // A decision that names no signature bears the approver's at least.
    positions.resize(usize::try_from(result.signatures_needed).unwrap_or(0), Signature::Approver);
    positions
}

/// What the signature at a place (from 0) of a result of that code is.
pub fn kind_at((dossier, rules): (&Dossier, &Rules), code: &str, place: usize) -> Signature {
    let def = rules.case(dossier).and_then(|case| case.results.iter().find(|def| def.code == code));
    def.and_then(|def| def.signatures.get(place).copied()).unwrap_or(Signature::Approver)
}

/// The signatures that `who` puts now: from the next position on, as long as they are theirs.
///
/// # Errors
/// As [`sign`].
pub fn next_of(
    who: &Actor,
    (dossier, rules): (&Dossier, &Rules),
    result: &ResultRow,
    made: usize,
) -> Result<Vec<Signature>, ActError> {
    let all = positions(dossier, rules, result);
    let rest = all.get(made..).unwrap_or_default();
    let mine: Vec<Signature> = rest.iter().copied().take_while(|kind| puts(who, *kind, dossier, rules)).collect();
    if !mine.is_empty() {
        return Ok(mine);
    }
    if !all.iter().any(|kind| puts(who, *kind, dossier, rules)) {
        return Err(ActError::Forbidden);
    }
    Err(match rest.first() {
        None => ActError::rule("signed-already", ("Kết quả đã có đủ chữ ký.", "The result bears all its signatures.")),
        Some(Signature::Approver) => ActError::rule(
            "signature-order",
            ("Lãnh đạo phải ký trước khi đóng dấu cơ quan.", "The approver signs before the agency's seal is put."),
        ),
        Some(Signature::Agency) => ActError::rule(
            "signature-order",
            ("Đã ký; kết quả còn chờ đóng dấu cơ quan.", "It is signed; the agency's seal is still to be put."),
        ),
    })
}

/// The signatures that `who` has to put under the dossier's result now; none where it waits for others, or for nothing.
///
/// # Errors
/// A failure of the database.
pub fn awaited(
    conn: &mut Conn,
    who: &Actor,
    (dossier, rules): (&Dossier, &Rules),
) -> Result<Vec<Signature>, crate::db::Error> {
    let Some(result) = documents::current_result(conn, dossier.id)? else { return Ok(Vec::new()) };
    let made = documents::signatures_of(conn, result.id)?.len();
    Ok(next_of(who, (dossier, rules), &result, made).unwrap_or_default())
}

/// Whether `who` has the role that a signature belongs to.
fn puts(who: &Actor, kind: Signature, dossier: &Dossier, rules: &Rules) -> bool {
    let roles: &[Role] = match kind {
        Signature::Approver => &[Role::Approver],
        Signature::Agency if clerk_hands_over(dossier, rules) => &[Role::Records, Role::Clerk],
        Signature::Agency => &[Role::Records],
    };
    match who {
        Actor::System => true,
        Actor::Officer(officer) => {
            let field = Some(rules.revision.field.code.as_str());
            roles.iter().any(|role| officer.has(*role, dossier.acting_agency_id, field))
        }
        Actor::Anonymous | Actor::Citizen { .. } => false,
    }
}

/// Whether the one-stop clerk seals: the workflow's step of sealing and handing over is that clerk's, or there is none.
fn clerk_hands_over(dossier: &Dossier, rules: &Rules) -> bool {
    let steps = rules.case(dossier).map(|case| case.workflow.steps.as_slice()).unwrap_or_default();
    steps.iter().find(|step| step.kind == StepKind::HandOver).is_none_or(|step| step.role == Role::Clerk)
}

/// There is nothing to sign.
pub fn no_result() -> ActError {
    ActError::rule("no-result", ("Chưa có kết quả để ký.", "There is no result to sign yet."))
}

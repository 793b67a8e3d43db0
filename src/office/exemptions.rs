//! Miễn phí, lệ phí theo diện: an exemption is claimed with the filing, and where it asks for a proof, an officer looks at
//! that paper and says yes or no, before the dossier is accepted. Waiving what is owed for another reason: `payment`.

use serde_json::{Value, json};

use super::telling::{self, OtherExemption, Tell};
use super::{ActError, Desk, Done, Fault, Rules, Target, automatic, fees, supplement};
use crate::catalog::exemptions::{choices, in_use, proofs, proofs_needed};
use crate::catalog::fees::{Exemption, FeeLine};
use crate::catalog::papers::PaperNeed;
use crate::db::Tx;
use crate::documents;
use crate::dossiers::{self, Dossier, State, Step};
use crate::kernel::{Actor, Lang, Timestamp, Vnd, local_date};
use crate::payments::{self, ClaimDecision, ClaimState, ExemptionClaim, FeeLineRow};

/// The proofs of the exemptions that a dossier with these answers claims, and of those refused.
pub fn papers<'r>(rules: &'r Rules, (dossier, answers): (&Dossier, &Value), now: Timestamp) -> Vec<PaperNeed<'r>> {
    let Some(case) = rules.case(dossier) else { return Vec::new() };
    proofs(case, answers, &fees::occasion(rules, dossier, day_of(dossier, now)))
}

/// Codes of the proofs without which a dossier with these answers is not filed online.
pub fn papers_needed(rules: &Rules, (dossier, answers): (&Dossier, &Value), now: Timestamp) -> Vec<String> {
    let Some(case) = rules.case(dossier) else { return Vec::new() };
    proofs_needed(case, answers, &fees::occasion(rules, dossier, day_of(dossier, now)))
}

/// The exemptions that the applicant may choose beside the form.
pub fn open_to_choose<'r>(
    rules: &'r Rules,
    (dossier, answers): (&Dossier, &Value),
    now: Timestamp,
) -> Vec<&'r Exemption> {
    let Some(case) = rules.case(dossier) else { return Vec::new() };
    choices(&case.fees, answers, &fees::occasion(rules, dossier, day_of(dossier, now)))
}

/// The day whose law holds: of filing, today for what is not filed.
fn day_of(dossier: &Dossier, now: Timestamp) -> jiff::civil::Date {
    local_date(dossier.submitted_at.unwrap_or(now))
}

/// Checks the codes that an applicant chooses: exemptions of the case that no answer of its form claims.
///
/// # Errors
/// Faults at `/exemptions/…`.
pub(super) fn check_chosen(codes: &[String], rules: &Rules, dossier: &Dossier) -> Result<(), ActError> {
    let mut faults = Vec::new();
    for (i, code) in codes.iter().enumerate() {
        let message = match rules.case(dossier).and_then(|case| case.exemption(code)) {
            Some(exemption) if exemption.is_chosen() => continue,
            Some(_) => (
                "Diện miễn này được khai trong tờ khai, không chọn ở đây.",
                "This exemption is claimed by an answer of the form, not here.",
            ),
            None => ("Thủ tục không có diện miễn này.", "The service has no such exemption."),
        };
        faults.push(Fault::new(format!("/exemptions/{i}"), "unknown", message));
    }
    if faults.is_empty() { Ok(()) } else { Err(ActError::Invalid(faults)) }
}

/// Writes down which exemptions make something not owed: what was decided stays, what is new begins, what is claimed no
/// longer goes.
pub(super) fn take(desk: &mut Desk<'_, '_>, lines: &[FeeLine]) -> Result<(), ActError> {
    let (id, now) = (desk.dossier.id, desk.now);
    let used = in_use(lines);
    let known = payments::claims_of(desk.tx.conn(), id)?;
    for claim in known.iter().filter(|claim| claim.holds() && !used.contains(&claim.exemption.as_str())) {
        payments::remove_claim(desk.tx.conn(), id, &claim.exemption)?;
    }
    let rules = desk.rules;
    for code in used {
        let about: Vec<&FeeLine> = lines.iter().filter(|line| line.exempt.as_deref() == Some(code)).collect();
        if known.iter().any(|claim| claim.exemption == code) {
            payments::set_claim_fees(desk.tx.conn(), (id, code), &about)?;
            continue;
        }
        let Some(exemption) = rules.case(&desk.dossier).and_then(|case| case.exemption(code)) else { continue };
        let claim = ExemptionClaim::begun(id, (code, &exemption.name, exemption.proof_code()), &about, now);
        payments::insert_claim(desk.tx.conn(), &claim)?;
    }
    look_again(desk)
}

/// Which of them wait for an officer, as the dossier itself says it.
fn look_again(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    let claims = payments::claims_of(desk.tx.conn(), desk.dossier.id)?;
    let open = claims.into_iter().filter(ExemptionClaim::is_open);
    desk.dossier.flags.exemptions_open = open.map(|claim| claim.exemption).collect();
    Ok(())
}

/// Names the exemptions that make something not owed in the event of an act.
pub(super) fn note(changes: &mut Value, lines: &[FeeLine]) {
    let used = in_use(lines);
    if let Some(map) = changes.as_object_mut().filter(|_| !used.is_empty()) {
        map.insert("exemptions".to_owned(), json!(used));
    }
}

/// Whether something that is assessed as not owed waits for an officer, once it is filed.
pub fn waits(rules: &Rules, dossier: &Dossier, lines: &[FeeLine]) -> bool {
    let case = rules.case(dossier);
    in_use(lines).into_iter().any(|code| case.and_then(|c| c.exemption(code)).is_some_and(|e| e.proof.is_some()))
}

/// Refuses what waits for exemptions to be decided.
///
/// # Errors
/// The rule `exemption-open`.
pub fn all_decided(dossier: &Dossier) -> Result<(), ActError> {
    if dossier.flags.exemptions_open.is_empty() {
        return Ok(());
    }
    Err(ActError::rule(
        "exemption-open",
        (
            "Người nộp đề nghị miễn phí, lệ phí: hãy xem giấy tờ chứng minh rồi xác nhận hoặc không chấp nhận đề nghị trước.",
            "The applicant asks to be exempt from a fee: look at the proof, and confirm or refuse the exemption first.",
        ),
    ))
}

/// The officer has seen the proof: nothing is owed by this exemption.
///
/// # Errors
/// The rule `exemption-decided` where a colleague was quicker or none waits, `proof-missing` where the proof was neither
/// sent nor taken in, a fault at `/exemption`, or as every act.
pub fn confirm(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, exemption, note): (Target, Option<&str>, Option<&str>),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let note = supplement::optional_words("/note", note)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::ConfirmExemption, now)?;
    let claim = decide(&mut desk, exemption, (ClaimState::Confirmed, note.clone()))?;
    proof_is_there(&mut desk, &claim)?;
    go_on(&mut desk)?;
    let changes = json!({"exemption": claim.exemption, "name": claim.name(Lang::Vi), "fees": fee_codes(&claim)});
    desk.finish(note, changes, true)
}

/// What nobody has seen proves nothing: a file of the paper was sent, or the paper was taken in at the counter.
fn proof_is_there(desk: &mut Desk<'_, '_>, claim: &ExemptionClaim) -> Result<(), ActError> {
    let Some(code) = &claim.paper_code else { return Ok(()) };
    let id = desk.dossier.id;
    let is_there = crate::documents::attached_codes(desk.tx.conn(), id)?.contains(code)
        || crate::dossiers::received_of(desk.tx.conn(), id)?.iter().any(|paper| paper.paper_code == *code);
    if is_there {
        return Ok(());
    }
    Err(ActError::rule(
        "proof-missing",
        (
            "Chưa có giấy tờ chứng minh nên chưa xác nhận miễn được: hãy lập phiếu yêu cầu bổ sung (Mẫu 02) rồi nhận \
             giấy tờ, hoặc không chấp nhận đề nghị.",
            "The proof has not come, so the exemption can't be confirmed: ask for the paper with a supplement request \
             (Mẫu 02) and take it in, or refuse the exemption.",
        ),
    ))
}

/// The proof does not prove it: the fee is owed in full, at its stage, and the applicant is told.
///
/// # Errors
/// A missing reason, or as [`confirm`].
pub fn refuse(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, exemption, reason): (Target, Option<&str>, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let reason = supplement::reason(reason)?;
    let mut desk = Desk::open(tx, who, rules, target, Step::RefuseExemption, now)?;
    let claim = decide(&mut desk, exemption, (ClaimState::Refused, Some(reason.clone())))?;
    desk.dossier.flags.exemptions_refused.push(claim.exemption.clone());
    fees::reassess(&mut desk)?;
    let codes = fee_codes(&claim);
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let owed = lines.iter().filter(|line| codes.contains(&line.code) && line.state().is_owed());
    let amount: Vnd = owed.map(FeeLineRow::amount).sum();
    let (other, later) = instead(&mut desk, &codes)?;
    let first = desk.from == State::Submitted && payments::owed_at_filing(&lines).0 > 0;
    if first {
        // Acceptance waits for the fee now, and its clock begins when that is paid.
        desk.dossier.acceptance_due_at = None;
    } else {
        go_on(&mut desk)?;
    }
    let changes = json!({
        "exemption": claim.exemption, "name": claim.name(Lang::Vi), "fees": codes, "amount_vnd": amount,
    });
    let done = desk.finish(Some(reason.clone()), changes, true)?;
    let name = (claim.name(Lang::Vi), claim.name(Lang::En));
    let told = Tell::ExemptionRefused { name, reason, amount, first, other, later };
    telling::tell(tx, rules, &done.dossier, told, now)?;
    Ok(done)
}

/// By which other exemption fees of these codes are not owed, now that one was refused; and whether of one nobody knows
/// yet how much is owed.
fn instead(desk: &mut Desk<'_, '_>, codes: &[String]) -> Result<(Option<OtherExemption>, bool), ActError> {
    let (id, day) = (desk.dossier.id, day_of(&desk.dossier, desk.now));
    let mut lines = fees::assessed(desk.rules, (&desk.dossier, &desk.dossier.data), day);
    lines.retain(|line| codes.contains(&line.code));
    let later = lines.iter().any(|line| line.amount.is_none());
    let rules = desk.rules;
    let other = in_use(&lines).into_iter().next();
    let Some(other) = other.and_then(|code| rules.case(&desk.dossier)?.exemption(code)) else {
        return Ok((None, later));
    };
    let claims = payments::claims_of(desk.tx.conn(), id)?;
    let waits = claims.iter().any(|claim| claim.exemption == other.code && claim.is_open());
    let has_come = match other.proof_code() {
        Some(code) => {
            documents::attached_codes(desk.tx.conn(), id)?.contains(&code)
                || dossiers::received_of(desk.tx.conn(), id)?.iter().any(|paper| paper.paper_code == code)
        }
        None => true,
    };
    let paper = other.proof.clone().filter(|_| waits && !has_come);
    Ok((Some(OtherExemption { name: other.name.clone(), waits, paper }), later))
}

fn fee_codes(claim: &ExemptionClaim) -> Vec<String> {
    claim.fees().into_iter().map(|line| line.code).collect()
}

/// Keeps what the officer says to the claim that is meant.
fn decide(
    desk: &mut Desk<'_, '_>,
    exemption: Option<&str>,
    (state, reason): (ClaimState, Option<String>),
) -> Result<ExemptionClaim, ActError> {
    let claim = meant(desk, exemption)?;
    let (_, name) = dossiers::events::actor_words(desk.who);
    let said = ClaimDecision { state, by: desk.who.account(), name, reason, at: desk.now };
    if !payments::decide_claim(desk.tx.conn(), (desk.dossier.id, &claim.exemption), &said)? {
        return Err(decided_already());
    }
    look_again(desk)?;
    Ok(claim)
}

/// The open claim of a code; without a code the only one.
fn meant(desk: &mut Desk<'_, '_>, exemption: Option<&str>) -> Result<ExemptionClaim, ActError> {
    let claims = payments::claims_of(desk.tx.conn(), desk.dossier.id)?;
    if let Some(code) = exemption.map(str::trim).filter(|code| !code.is_empty()) {
        let claim = claims.into_iter().find(|claim| claim.exemption == code).ok_or_else(|| {
            let message = ("Hồ sơ không có đề nghị miễn này.", "The dossier claims no such exemption.");
            ActError::invalid("/exemption", "unknown", message)
        })?;
        return if claim.is_open() { Ok(claim) } else { Err(decided_already()) };
    }
    let mut open = claims.into_iter().filter(ExemptionClaim::is_open);
    match (open.next(), open.next()) {
        (None, _) => Err(decided_already()),
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            let message = ("Hãy chọn đề nghị miễn.", "Choose which of the exemptions.");
            Err(ActError::Invalid(vec![Fault::required("/exemption", message)]))
        }
    }
}

fn decided_already() -> ActError {
    ActError::rule(
        "exemption-decided",
        (
            "Không còn đề nghị miễn phí, lệ phí nào chờ kiểm tra; có thể đồng nghiệp vừa quyết định.",
            "No exemption waits to be looked at any more; a colleague may just have decided.",
        ),
    )
}

/// What the system settles by itself goes on when nothing waits any more.
fn go_on(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    let lines = payments::lines_of(desk.tx.conn(), desk.dossier.id)?;
    let waits = all_decided(&desk.dossier).is_err() || payments::owed_at_filing(&lines).0 > 0;
    if !waits && automatic::is_awaited(&desk.dossier, desk.rules) {
        automatic::call(desk.tx, desk.dossier.id, desk.now)?;
    }
    Ok(())
}

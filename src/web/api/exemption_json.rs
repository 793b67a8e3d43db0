//! The exemptions from fees that a dossier claims, in JSON.

use serde::Serialize;

use crate::app::filing::Opened;
use crate::catalog::exemptions::in_use;
use crate::kernel::{Lang, Timestamp, local_date};
use crate::office::fees;
use crate::payments::ExemptionClaim;

/// An exemption from fees that a dossier claims.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ExemptionJson {
    #[schema(example = "poor")]
    code: String,
    name: String,
    /// Codes of the fees that are not owed by it.
    fees: Vec<String>,
    /// Code of its proof among the papers, for `attachments`; null where none is asked for.
    document: Option<String>,
    /// `claimed` (a draft), `open` (an officer has yet to look at the proof), `stated` (no proof is asked for), `confirmed`,
    /// `refused` or `undecided` (the dossier ended before anybody looked)
    state: &'static str,
    /// Why it was refused, or what was noted.
    reason: Option<String>,
    #[schema(value_type = Option<String>)]
    decided_at: Option<Timestamp>,
}

/// What a dossier claims: of a filed one as it was written down, of a draft by its answers and what was chosen.
pub(super) fn of(opened: &Opened, claims: &[ExemptionClaim], (lang, now): (Lang, Timestamp)) -> Vec<ExemptionJson> {
    if opened.dossier.submitted_at.is_some() {
        let over = opened.dossier.has_ended();
        return claims.iter().map(|claim| filed(claim, (lang, over))).collect();
    }
    let answers = opened.form.prune(&opened.data);
    let lines = fees::assessed(&opened.rules, (&opened.dossier, &answers), local_date(now));
    let case = opened.rules.case(&opened.dossier);
    let of = |code: &str| {
        let exemption = case?.exemption(code)?;
        Some(ExemptionJson {
            code: code.to_owned(),
            name: exemption.name.get(lang).to_owned(),
            fees: lines.iter().filter(|l| l.exempt.as_deref() == Some(code)).map(|l| l.code.clone()).collect(),
            document: exemption.proof_code(),
            state: "claimed",
            reason: None,
            decided_at: None,
        })
    };
    in_use(&lines).into_iter().filter_map(of).collect()
}

/// A claim as it was written down; `over`: of what has ended nobody looks at a proof any more.
fn filed(claim: &ExemptionClaim, (lang, over): (Lang, bool)) -> ExemptionJson {
    ExemptionJson {
        code: claim.exemption.clone(),
        name: claim.name(lang),
        fees: claim.fees().into_iter().map(|line| line.code).collect(),
        document: claim.paper_code.clone(),
        state: if over && claim.is_open() { "undecided" } else { claim.state().as_str() },
        reason: claim.reason.clone(),
        decided_at: claim.decided_at,
    }
}

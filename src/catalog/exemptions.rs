//! Exemptions from fees: who claims one, what paper proves it.

use std::borrow::Cow;

use serde_json::Value;

use super::fees::{Exemption, FeeLine, FeeRule, Occasion, assess};
use super::papers::{Need, PaperNeed};
use super::revision::{Case, How, RequiredPaper, Text};
use crate::kernel::Vnd;

/// What the code of a proof begins with, before the exemption's own; papers that are listed are called otherwise.
pub(super) const PROOF: &str = "exempt_";

impl Exemption {
    /// Whether it is claimed by choosing it, not by an answer of the form.
    pub fn is_chosen(&self) -> bool {
        self.condition.is_none()
    }

    /// The code that its proof has among the papers of a dossier.
    pub fn proof_code(&self) -> Option<String> {
        self.proof.as_ref().map(|_| format!("{PROOF}{}", self.code))
    }

    /// The paper that proves it, as the papers of a case are.
    pub fn proof_paper(&self) -> Option<RequiredPaper> {
        let proof = self.proof.as_ref()?;
        let en = self.name.en.as_deref().unwrap_or(&self.name.vi);
        Some(RequiredPaper {
            code: format!("{PROOF}{}", self.code),
            name: proof.clone(),
            how: How::Attach,
            required: true,
            condition: None,
            circumstance: None,
            condition_text: Some(Text::both(
                format!("Chứng minh thuộc diện được miễn phí, lệ phí: {}.", self.name.vi),
                format!("Proves the exemption from fees and charges: {en}."),
            )),
            originals: 0,
            copies: 1,
            replaced_by_data: None,
        })
    }
}

impl Case {
    /// The exemption of a code, of whatever fee.
    pub fn exemption(&self, code: &str) -> Option<&Exemption> {
        self.exemptions().find(|exemption| exemption.code == code)
    }

    /// The exemptions of all fees; one that several fees know comes several times.
    pub(super) fn exemptions(&self) -> impl Iterator<Item = &Exemption> {
        self.fees.iter().flat_map(|fee| &fee.exemptions)
    }

    /// The paper of a code, or the proof of one of the exemptions.
    pub fn document(&self, code: &str) -> Option<Cow<'_, RequiredPaper>> {
        let listed = self.documents.iter().find(|paper| paper.code == code).map(Cow::Borrowed);
        listed.or_else(|| {
            let exemption = code.strip_prefix(PROOF)?;
            self.exemptions().filter(|e| e.code == exemption).find_map(Exemption::proof_paper).map(Cow::Owned)
        })
    }

    /// Every paper that a dossier of this case may hold: those listed, and the proofs of exemptions.
    pub fn papers_and_proofs(&self) -> Vec<Cow<'_, RequiredPaper>> {
        let mut all: Vec<Cow<'_, RequiredPaper>> = self.documents.iter().map(Cow::Borrowed).collect();
        for proof in self.exemptions().filter_map(Exemption::proof_paper) {
            if all.iter().all(|known| known.code != proof.code) {
                all.push(Cow::Owned(proof));
            }
        }
        all
    }
}

/// Codes of the exemptions by which something is not owed, in the order of the fees.
pub fn in_use(lines: &[FeeLine]) -> Vec<&str> {
    let mut codes = Vec::new();
    for code in lines.iter().filter_map(|line| line.exempt.as_deref()) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The proofs that these answers and claims make necessary; of what an officer has refused the proof stays in sight.
pub fn proofs<'a>(case: &'a Case, data: &Value, occasion: &Occasion<'_>) -> Vec<PaperNeed<'a>> {
    let lines = assess(&case.fees, data, occasion);
    let wanted = in_use(&lines).into_iter().map(|code| (code, Need::Required));
    let refused = occasion.refused.iter().map(|code| (code.as_str(), Need::Optional));
    wanted
        .chain(refused)
        .filter_map(|(code, need)| Some(PaperNeed { paper: Cow::Owned(case.exemption(code)?.proof_paper()?), need }))
        .collect()
}

/// Codes of the proofs that must be attached to file online.
pub fn proofs_needed(case: &Case, data: &Value, occasion: &Occasion<'_>) -> Vec<String> {
    let needs = proofs(case, data, occasion).into_iter().filter(|need| need.need == Need::Required);
    needs.map(|need| need.paper.into_owned().code).collect()
}

/// The exemptions that may be chosen: of fees that would be owed, and claimed by no answer of the form.
pub fn choices<'a>(rules: &'a [FeeRule], data: &Value, occasion: &Occasion<'_>) -> Vec<&'a Exemption> {
    let bare = Occasion { exemptions: &[], ..*occasion };
    let mut found: Vec<&Exemption> = Vec::new();
    for rule in rules {
        let owed = assess(std::slice::from_ref(rule), data, &bare);
        if owed.iter().all(|line| line.amount == Some(Vnd(0))) {
            continue;
        }
        let open = rule.exemptions.iter().filter(|e| e.is_chosen() && !occasion.refused.contains(&e.code));
        for exemption in open {
            if found.iter().all(|known| known.code != exemption.code) {
                found.push(exemption);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;

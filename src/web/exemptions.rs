//! Exemptions from fees on pages: what is claimed, in which state, and the fees that are not owed by it.

use super::Visit;
use super::portal::words;
use crate::catalog::fees::FeeLine as Assessed;
use crate::dossiers::Dossier;
use crate::kernel::{Lang, local_date};
use crate::office::Rules;
use crate::payments::{ClaimState, ExemptionClaim, FeeLineRow};
use crate::templating::pages::parts::FeeLine;

/// The fees of a filed dossier for a page: what is owed or was paid, then what is not owed by an exemption.
pub(super) fn fee_lines(
    visit: &Visit,
    of: (&Dossier, &Rules),
    (fees, claims): (&[FeeLineRow], &[ExemptionClaim]),
) -> Vec<FeeLine> {
    let about = |code: &str| claims.iter().find(|c| !c.holds() && c.fees().iter().any(|fee| fee.code == code));
    let mut lines = words::fee_lines(visit, of, fees);
    for (line, row) in lines.iter_mut().zip(fees) {
        if let Some(refused) = about(&row.code) {
            line.note = line.note.take().or_else(|| Some(said(visit, of.1, refused)));
        }
    }
    // Of what has ended nobody looks at a proof any more.
    let over = of.0.has_ended();
    for claim in claims.iter().filter(|claim| claim.holds() && !(over && claim.is_open())) {
        let state = if claim.is_open() { "claimed" } else { "exempt" };
        lines.extend(claim.fees().into_iter().map(|fee| FeeLine {
            name: fee.name.get(visit.lang).to_owned(),
            amount: crate::kernel::Vnd(0),
            note: Some(said(visit, of.1, claim)),
            state: Some(state.to_owned()),
        }));
    }
    lines
}

/// A claim in words: which exemption, and where it stands; to officers with the name of who decided.
pub(super) fn said(visit: &Visit, rules: &Rules, claim: &ExemptionClaim) -> String {
    let by = match visit.actor.officer() {
        Some(_) => claim.decided_name.clone().unwrap_or_default(),
        None => rules.agency.name.clone(),
    };
    let day = claim.decided_at.map(|at| words::day(local_date(at))).unwrap_or_default();
    let key = match claim.state() {
        ClaimState::Open => "exemption-open",
        ClaimState::Stated => "exemption-stated",
        ClaimState::Confirmed => "exemption-confirmed",
        ClaimState::Refused => "exemption-refused",
    };
    let reason = claim.reason.clone().unwrap_or_default();
    let name = claim.name(visit.lang);
    visit.text(key, &[("name", name.into()), ("by", by.into()), ("day", day.into()), ("reason", reason.into())])
}

/// What an exemption makes of a line of a draft, in words.
pub(super) fn announced(visit: &Visit, (dossier, rules): (&Dossier, &Rules), line: &Assessed) -> Option<String> {
    let exemption = rules.case(dossier)?.exemption(line.exempt.as_deref()?)?;
    let key = if exemption.proof.is_some() { "exemption-open" } else { "exemption-stated" };
    Some(visit.text(key, &[("name", exemption.name.get(visit.lang).into())]))
}

/// The claims of a dossier that wait for an officer: code and name.
pub(super) fn waiting(claims: &[ExemptionClaim], lang: Lang) -> Vec<(String, String)> {
    let open = claims.iter().filter(|claim| claim.is_open());
    open.map(|claim| (claim.exemption.clone(), claim.name(lang))).collect()
}

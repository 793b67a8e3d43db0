//! `/ho-so/{id}/phi`: what a draft costs, and the exemptions that its person may claim beside the form.

use actix_web::web::Path;

use super::delivery::draft;
use super::refused::not_now;
use super::{address, papers, today, version};
use crate::app::filing::{Opened, Save};
use crate::catalog::fees::{Due, Exemption, FeeLine as Assessed};
use crate::catalog::papers::Need;
use crate::kernel::Vnd;
use crate::office::{ActError, exemptions, fees};
use crate::templating::FlashKind;
use crate::templating::pages::fees::Fees;
use crate::templating::pages::parts::{Choice, FeeLine, FormError};
use crate::web::exemptions::announced;
use crate::web::form::{Fields, Posted};
use crate::web::papers::needs;
use crate::web::{Result, Visit};

/// The lines of a draft's fees as they are today; those without an amount are told later.
fn known_lines(visit: &Visit, opened: &Opened) -> Vec<Assessed> {
    let answers = opened.form.prune(&opened.data);
    fees::assessed(&opened.rules, (&opened.dossier, &answers), today(visit))
}

/// What a draft would cost if it were filed today: the lines and the known sum.
pub(super) fn assessed(visit: &Visit, opened: &Opened) -> (Vec<FeeLine>, Vnd) {
    let lines = known_lines(visit, opened);
    let total = lines.iter().filter_map(|line| line.amount).sum();
    let of = (&opened.dossier, &opened.rules);
    let shown = lines
        .into_iter()
        .map(|line| FeeLine {
            name: line.name.get(visit.lang).to_owned(),
            amount: line.amount.unwrap_or(Vnd(0)),
            note: match (&line.amount, &line.exempt, line.quantity) {
                (None, _, _) => Some(visit.text("fees-later", &[])),
                (_, Some(_), _) => announced(visit, of, &line).or_else(|| Some(visit.text("fees-exempt", &[]))),
                (_, None, Some(n)) => {
                    Some(visit.text("fees-quantity", &[("count", i64::try_from(n).unwrap_or(0).into())]))
                }
                _ => None,
            },
            state: None,
        })
        .collect();
    (shown, total)
}

/// `GET /ho-so/{id}/phi`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let Some(opened) = draft(&visit, &name).await? else { return visit.see_other(&format!("/ho-so/{name}")) };
    let chosen = opened.dossier.flags.exemptions.clone();
    visit.page(&page(&visit, &opened, (&chosen, Vec::new())))
}

/// `POST /ho-so/{id}/phi`: what is ticked is claimed, what is not is claimed no longer. Where that needs a paper, the next
/// page is the one that takes it.
pub async fn claim(visit: Visit, name: Path<String>, Posted(typed): Posted<Fields>) -> Result {
    let Some(opened) = draft(&visit, &name).await? else { return not_now(&visit, &name).await };
    let chosen: Vec<String> = typed.all("exemption").map(str::to_owned).collect();
    let mut save = Save { exemptions: Some(chosen.clone()), version: version(typed.get("version")), ..Save::default() };
    let id = opened.dossier.id.to_string();
    let mut saved = visit.app.save_dossier(&visit.actor, &id, save.clone()).await;
    if matches!(saved, Err(ActError::Stale { .. })) {
        // Another part was saved on another device in between; this part is as the person wants it now.
        save.version = None;
        saved = visit.app.save_dossier(&visit.actor, &id, save).await;
    }
    let saved = match saved {
        Ok(saved) => saved,
        Err(ActError::Invalid(faults)) => {
            let errors =
                faults.iter().map(|fault| FormError::at("exemption", fault.says(visit.lang).to_owned())).collect();
            return visit.page_again(&page(&visit, &opened, (&chosen, errors)));
        }
        Err(e) => return Err(e.into()),
    };
    let there = papers::attached(&visit, &saved).await?;
    let case = saved.rules.case(&saved.dossier);
    let proofs: Vec<String> = chosen.iter().filter_map(|code| case?.exemption(code)?.proof_code()).collect();
    let lacks = needs(&visit, &saved)
        .into_iter()
        .find(|n| n.need == Need::Required && proofs.contains(&n.paper.code) && !there.contains(&n.paper.code));
    let base = address(&saved);
    if let Some(need) = lacks {
        let paper = need.paper.name.get(visit.lang).to_owned();
        visit.say(FlashKind::Info, "flash-exemption-proof", &[("paper", paper.into())]);
        return visit.see_other(&format!("{base}/giay-to#f-{}", need.paper.code));
    }
    visit.see_other(&format!("{base}/kiem-tra"))
}

fn page(visit: &Visit, opened: &Opened, (chosen, errors): (&[String], Vec<FormError>)) -> Fees {
    let (lines, total) = assessed(visit, opened);
    let answers = opened.form.prune(&opened.data);
    let of = (&opened.dossier, &answers);
    let choices = exemptions::open_to_choose(&opened.rules, of, visit.now());
    Fees {
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: address(opened),
        lines,
        total,
        how: how(visit, opened, total),
        action: format!("{}/phi", address(opened)),
        errors,
        choices: choices.into_iter().map(|exemption| choice(visit, exemption)).collect(),
        chosen: chosen.to_vec(),
        version: i64::from(opened.dossier.version),
        next: format!("{}/kiem-tra", address(opened)),
    }
}

/// «Tôi thuộc diện được miễn …», with the paper that it needs; at the counter it is said of the applicant.
pub(in crate::web) fn choice(visit: &Visit, exemption: &Exemption) -> Choice {
    let name = exemption.name.get(visit.lang).to_owned();
    let hint = exemption.proof.as_ref().map(|proof| {
        let paper = proof.get(visit.lang).to_owned();
        visit.text("exemption-needs", &[("paper", paper.into())])
    });
    let key = if visit.actor.officer().is_some() { "exemption-theirs" } else { "exemption-mine" };
    Choice { hint, ..Choice::new(exemption.code.clone(), visit.text(key, &[("name", name.into())])) }
}

/// When and how it is paid, in one or two sentences.
fn how(visit: &Visit, opened: &Opened, total: Vnd) -> String {
    let lines = known_lines(visit, opened);
    // What the agency tells later is to be paid too.
    let to_pay = total.0 > 0 || lines.iter().any(|line| line.amount.is_none());
    let at_filing = lines.iter().any(|l| l.due == Due::Filing && l.amount.is_some_and(|a| a.0 > 0));
    let waits = exemptions::waits(&opened.rules, &opened.dossier, &lines);
    let answers = opened.form.prune(&opened.data);
    let agency = [("agency", opened.rules.agency.name.as_str().into())];
    // Nobody takes a bus to pay what a phone can pay.
    let online = !visit.app.gateways_for(&opened.rules).is_empty();
    let pay = match (to_pay, at_filing) {
        (true, true) if online => visit.text("fees-how-filing-online", &agency),
        (true, true) => visit.text("fees-how-filing", &agency),
        (true, false) if online => visit.text("fees-how-online", &agency),
        (true, false) => visit.text("fees-how", &agency),
        (false, _) if waits => String::new(),
        (false, _) if fees::counts_later(&opened.rules, (&opened.dossier, &answers), today(visit)) => {
            visit.text("fees-by-answers", &[])
        }
        (false, _) => visit.text("fees-nothing", &[]),
    };
    let wait = if waits { visit.text("exemption-how", &[]) } else { String::new() };
    format!("{pay} {wait}").trim().to_owned()
}

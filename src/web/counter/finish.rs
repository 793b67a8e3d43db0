//! `/can-bo/tiep-nhan/{name}/tiep-nhan`: the fee, acceptance, and what to print.

use actix_web::web::Path;
use serde_json::json;

use super::claims::claims;
use super::filing::{applicant, base, walk};
use super::perform::perform;
use super::workspace::plain_error;
use super::{open_logged, papers};
use crate::app::SigningError;
use crate::app::filing::Opened;
use crate::dossiers::{State, Step};
use crate::kernel::Vnd;
use crate::office::{ActError, automatic, desk_allows};
use crate::payments::{self, FeeLineRow, FeeState, ReceiptRow};
use crate::templating::FlashKind;
use crate::templating::pages::counter::{CounterClaim, CounterDone, CounterFinish};
use crate::templating::pages::parts::{FileLink, FormError, Input, Link};
use crate::web::exemptions;
use crate::web::form::{Fields, Posted};
use crate::web::pay::receipt;
use crate::web::portal::words;
use crate::web::whole::Around;
use crate::web::{Error, Result, Visit};

/// `GET /can-bo/tiep-nhan/{name}/tiep-nhan`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = visit.app.open_dossier(&visit.actor, &name).await?;
    if opened.dossier.state() == Some(State::Draft) {
        return visit.see_other(&format!("{}/to-khai", base(&name)));
    }
    let opened = open_logged(&visit, &name).await?;
    visit.page(&page(&visit, (&opened, &name), None).await?)
}

/// `POST /can-bo/tiep-nhan/{name}/tiep-nhan`: takes the money, where it was paid, and accepts.
pub async fn accept(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let paid = fields.get("payment");
    if let Some(again) = unanswered(&visit, &name, &fields).await? {
        return visit.page_again(&again);
    }
    // What the clerk looked at, for the first act that is really done: a colleague may have decided meanwhile.
    let mut version = fields.get("version").parse().ok();
    let (mut refused, went_on) = match decide(&visit, &name, (&fields, &mut version)).await? {
        Ok(went_on) => (None, went_on),
        Err(e) => (Some(e), true),
    };
    if !went_on {
        // What is owed now was not before the clerk when the payment was chosen.
        visit.say(FlashKind::Warning, "flash-exemption-refused", &[]);
        return visit.see_other(&format!("{}/tiep-nhan", base(&name)));
    }
    if refused.is_none() && matches!(paid, "cash" | "pos") {
        refused = perform(&visit, &name, (version.take(), Step::RecordPayment, json!({"method": paid}))).await.err();
    }
    if refused.is_none() && !settles_itself(&visit, &name).await? {
        refused = perform(&visit, &name, (version, Step::Accept, json!({}))).await.err();
    }
    let Some(e) = refused else {
        return visit.see_other(&format!("{}/tiep-nhan", base(&name)));
    };
    let says = match &e {
        SigningError::Act(ActError::Rule { message, .. }) => Some(message.get(visit.lang).to_owned()),
        SigningError::Act(ActError::FeeDue(_)) => {
            let fees = fees_of(&visit, &name).await?;
            let due = fees.iter().filter(|line| line.is_due_at_filing());
            owed_words(&visit, "counter-fee-due", due).or_else(|| Some(visit.text("act-refused", &[])))
        }
        SigningError::Act(ActError::Stale { .. } | ActError::NotAllowed { .. }) => Some(visit.text("act-refused", &[])),
        _ => None,
    };
    let error = Error::from(e);
    let Some(says) = says else { return Err(error) };
    let opened = open_logged(&visit, &name).await?;
    visit.page_with(error.status(), &page(&visit, (&opened, &name), Some(says)).await?)
}

/// What the box of a claim is named, before its code.
const DECISION: &str = "exemption.";

/// Says yes or no to the exemptions that wait, as the clerk chose; the first of these acts takes the version that the
/// clerk looked at. `false`: one was refused, so that what is to be paid has changed. The inner error: an act was refused.
async fn decide(
    visit: &Visit,
    name: &str,
    (fields, version): (&Fields, &mut Option<i32>),
) -> Result<std::result::Result<bool, SigningError>> {
    let opened = visit.app.open_dossier(&visit.actor, name).await?;
    let mut went_on = true;
    for code in opened.dossier.flags.exemptions_open {
        let (step, body) = match fields.get(&format!("{DECISION}{code}")) {
            "yes" => (Step::ConfirmExemption, json!({"exemption": code})),
            "no" => {
                went_on = false;
                let reason = fields.get(&format!("reason.{code}"));
                (Step::RefuseExemption, json!({"exemption": code, "reason": reason}))
            }
            _ => continue,
        };
        if let Err(e) = perform(visit, name, (version.take(), step, body)).await {
            return Ok(Err(e));
        }
    }
    Ok(Ok(went_on))
}

/// Whether the system has accepted the dossier by itself, now that its fee is paid: whoever stands at the counter does not
/// wait for the worker.
async fn settles_itself(visit: &Visit, name: &str) -> Result<bool> {
    let opened = visit.app.open_dossier(&visit.actor, name).await?;
    if !automatic::is_awaited(&opened.dossier, &opened.rules) {
        // The worker may have been quicker.
        return Ok(opened.rules.revision.automatic && opened.dossier.state() != Some(State::Submitted));
    }
    desk_allows(&visit.actor, &opened.dossier, &opened.rules, Step::Accept)?;
    if let Err(error) = Box::pin(visit.app.settle_paid(opened.dossier.id, visit.now())).await {
        // As when the worker can't: then it is for the clerk.
        tracing::warn!(dossier = %opened.dossier.id, %error, "an automatic procedure was not settled at the counter");
    }
    let now = visit.app.open_dossier(&visit.actor, name).await?;
    Ok(now.dossier.state() != Some(State::Submitted))
}

/// The page again where the clerk has not said whether the fee was paid, or that the dossier is taken in though papers
/// are missing.
async fn unanswered(visit: &Visit, name: &str, fields: &Fields) -> Result<Option<CounterFinish>> {
    let opened = visit.app.open_dossier(&visit.actor, name).await?;
    let may = desk_allows(&visit.actor, &opened.dossier, &opened.rules, Step::Accept).is_ok();
    let silent = !matches!(fields.get("payment"), "cash" | "pos" | "later") && owes(visit, name).await?;
    let incomplete = may && !fields.has("incomplete") && !papers::lacking(visit, &opened).await?.names.is_empty();
    let open = if may { opened.dossier.flags.exemptions_open.clone() } else { Vec::new() };
    let says_of = |code: &str| (fields.get(&format!("{DECISION}{code}")), fields.get(&format!("reason.{code}")));
    let unsaid = |code: &String| match says_of(code) {
        ("yes", _) => false,
        ("no", reason) => reason.is_empty(),
        _ => true,
    };
    if !silent && !incomplete && !open.iter().any(unsaid) {
        return Ok(None);
    }
    let opened = open_logged(visit, name).await?;
    let mut again = page(visit, (&opened, name), None).await?;
    for claim in &mut again.claims {
        let (said, reason) = says_of(&claim.code);
        claim.said = said.to_owned();
        claim.reason.value = reason.to_owned();
        let (error, id) = match said {
            "yes" => continue,
            "no" if !reason.is_empty() => continue,
            "no" => (&mut claim.reason.error, "reason"),
            _ => (&mut claim.error, "exemption"),
        };
        let says = visit.text(&format!("counter-{id}-choose"), &[]);
        again.errors.push(FormError::at(&format!("{id}-{}", claim.code), says.clone()));
        *error = Some(says);
    }
    if silent {
        let says = visit.text("counter-payment-choose", &[]);
        again.errors.push(FormError::at("payment", says.clone()));
        again.payment_error = Some(says);
    }
    if incomplete {
        let says = visit.text("counter-incomplete-choose", &[]);
        again.errors.push(FormError::at("incomplete", says.clone()));
        again.incomplete_error = Some(says);
    }
    again.payment = fields.get("payment").to_owned();
    again.incomplete = fields.has("incomplete");
    Ok(Some(again))
}

/// Whether something is to be paid, so that the clerk has to say whether it was.
async fn owes(visit: &Visit, name: &str) -> Result<bool> {
    Ok(payments::owed(&fees_of(visit, name).await?).0 > 0)
}

async fn fees_of(visit: &Visit, name: &str) -> Result<Vec<FeeLineRow>> {
    let id = visit.app.open_dossier(&visit.actor, name).await?.dossier.id;
    Ok(visit.app.db.read(move |conn| payments::lines_of(conn, id)).await?)
}

/// What of these fees is owed, in the words of `key`. What somebody is paying right now is never called owed: where
/// there is nothing else, it says that this is being looked into.
pub(super) fn owed_words<'f>(visit: &Visit, key: &str, fees: impl Iterator<Item = &'f FeeLineRow>) -> Option<String> {
    let owed = fees.filter(|line| line.state().is_owed());
    let (paying, unpaid): (Vec<_>, Vec<_>) = owed.partition(|line| line.state() == FeeState::Pending);
    let (key, lines) = if unpaid.is_empty() { ("hint-paying", paying) } else { (key, unpaid) };
    let amount: Vnd = lines.into_iter().map(FeeLineRow::amount).sum();
    (amount.0 > 0).then(|| visit.text(key, &[("amount", words::money(amount, visit.lang).into())]))
}

async fn page(visit: &Visit, (opened, name): (&Opened, &str), wrong: Option<String>) -> Result<CounterFinish> {
    let read = opened.dossier.clone();
    let around = visit.app.db.read(move |conn| Around::read(conn, &read)).await?;
    let missing = papers::lacking(visit, opened).await?;
    let done = opened.dossier.accepted_at.is_some().then(|| done(visit, opened, &around.receipts));
    Ok(CounterFinish {
        steps: walk(visit, if done.is_some() { 5 } else { 4 }, None)?,
        person: applicant(visit, opened),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        refused: wrong.is_some(),
        errors: wrong.into_iter().map(plain_error).collect(),
        fees: exemptions::fee_lines(visit, (&opened.dossier, &opened.rules), (&around.fees, &around.exemptions)),
        total: around.fees_due(),
        being_paid: around.is_being_paid(),
        claims: open_claims(visit, opened, &around),
        payment_error: None,
        action: format!("{}/tiep-nhan", base(name)),
        version: i64::from(opened.dossier.version),
        missing: missing.names,
        nothing: missing.nothing,
        payment: String::new(),
        incomplete: false,
        incomplete_error: None,
        ask: format!("/can-bo/ho-so/{}#act-request_supplement", opened.dossier.name()),
        done,
    })
}

/// The exemptions that wait for the clerk's word.
fn open_claims(visit: &Visit, opened: &Opened, around: &Around) -> Vec<CounterClaim> {
    let all = claims(visit, opened, around).into_iter().zip(&around.exemptions);
    let open = all.filter(|(_, claim)| claim.is_open());
    open.map(|(item, claim)| CounterClaim {
        code: claim.exemption.clone(),
        item,
        said: String::new(),
        error: None,
        reason: Input::default(),
    })
    .collect()
}

/// What to print: the slip, the declaration, and a receipt for each sum that was taken.
fn done(visit: &Visit, opened: &Opened, receipts: &[ReceiptRow]) -> CounterDone {
    let dossier = &opened.dossier;
    let code = dossier.name();
    let at = format!("/can-bo/ho-so/{code}");
    let made = |kind| FileLink { name: words::paper_name(visit, kind), href: format!("{at}/giay/{kind}") };
    let mut prints = vec![made("mau-01")];
    prints.extend(receipt::prints(visit, &at, receipts));
    prints.push(made("to-khai"));
    CounterDone {
        due: dossier.due_at.map_or_else(|| visit.text("counter-no-due", &[]), |at| words::moment(at, visit.lang)),
        prints,
        dossier: Link::new(code.clone(), at),
        again: "/can-bo/tiep-nhan".to_owned(),
        code,
    }
}

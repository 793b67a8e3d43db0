//! Nộp hồ sơ: the draft becomes a dossier with a submission reference (walk 1 of docs/ARCHITECTURE.md).

use serde_json::json;

use super::answers::Sealed;
use super::telling::{self, Tell};
use super::{ActError, Closed, Desk, Fault, Rules, Target, forward, papers, timing};
use crate::catalog::fees::FeeLine;
use crate::catalog::{Audience, Channel, Level};
use crate::db::Tx;
use crate::dossiers::{self, DeliveryMethod, Dossier, Step};
use crate::kernel::national::{PartyKind, SubmissionReference};
use crate::kernel::{Actor, DossierId, Timestamp};
use crate::payments;

/// Filing a draft whose answers were checked outside.
#[derive(Clone, Debug)]
pub struct Submit {
    pub id: DossierId,
    /// The version of the draft whose answers were checked: another one in the table is refused.
    pub checked_version: i32,
    /// The same key again gives the same dossier, never a second one.
    pub key: Option<String>,
    /// Made outside, so that a second run of the transaction uses the same one.
    pub reference: SubmissionReference,
    /// The answers with their indexes, for search.
    pub answers: Sealed,
    /// Codes of the papers that these answers make necessary ([`crate::catalog::papers::missing`] with none attached).
    pub papers: Vec<String>,
    /// What these answers cost ([`super::fees::assessed`]).
    pub fees: Vec<FeeLine>,
}

/// Files a draft. The same submission key again answers the dossier as it was filed, without doing anything.
///
/// # Errors
/// [`ActError::Closed`] where audience, session, identity level or channel stand against it; faults at
/// `/documents/…` for papers that must be attached; else as every act.
pub fn submit(tx: &mut Tx<'_>, who: &Actor, cmd: &Submit, rules: &Rules, now: Timestamp) -> Result<Dossier, ActError> {
    if let Some(again) = filed_before(tx, who, cmd)? {
        return Ok(again);
    }
    let target = Target { id: cmd.id, version: Some(cmd.checked_version) };
    let mut desk = Desk::open(tx, who, rules, target, Step::Submit, now)?;
    may_be_filed(&desk, who)?;
    check_papers(&mut desk, &cmd.papers)?;
    check_delivery(&desk.dossier)?;
    let id = desk.dossier.id;
    dossiers::set_data(desk.tx.conn(), id, &cmd.answers.data)?;
    desk.dossier.data = cmd.answers.data.clone();
    dossiers::index_identities(desk.tx.conn(), id, &cmd.answers.identities)?;
    dossiers::index_fields(desk.tx.conn(), id, &cmd.answers.searchable)?;
    desk.dossier.reference = Some(cmd.reference.as_str().to_owned());
    desk.dossier.submission_key.clone_from(&cmd.key);
    desk.dossier.submitted_at = Some(now);
    desk.dossier.draft_expires_at = None;
    desk.dossier.warned = 0;
    let fees = payments::due_lines(id, &cmd.fees, now);
    payments::insert_lines(desk.tx.conn(), &fees)?;
    if payments::owed_at_filing(&fees).0 == 0 {
        timing::start_acceptance_clock(rules, &mut desk.dossier, now)?;
    }
    forward::enter_first_step(&mut desk);
    let owed = payments::owed(&fees);
    let changes = json!({"reference": cmd.reference.as_str(), "fees_due": owed});
    let done = desk.finish(None, changes, true)?;
    papers::acknowledgement(tx, rules, &done, &fees, now)?;
    telling::tell(tx, rules, &done.dossier, Tell::Submitted { fees: payments::owed_at_filing(&fees) }, now)?;
    Ok(done.dossier)
}

/// The dossier that the same key, or the same draft filed a moment ago, has made already.
fn filed_before(tx: &mut Tx<'_>, who: &Actor, cmd: &Submit) -> Result<Option<Dossier>, ActError> {
    let Some(key) = &cmd.key else { return Ok(None) };
    let Some(id) = dossiers::by_submission_key(tx.conn(), key)? else { return Ok(None) };
    if id != cmd.id {
        return Err(ActError::rule("submission-key", "Mã nộp này đã dùng cho một hồ sơ khác."));
    }
    let dossier = dossiers::by_id(tx.conn(), id)?;
    let own = match who {
        Actor::Citizen { account, .. } => dossier.belongs_to(*account),
        Actor::Officer(officer) => dossier.typed_by == Some(officer.account),
        Actor::System => true,
        Actor::Anonymous => false,
    };
    if own { Ok(Some(dossier)) } else { Err(ActError::NotFound) }
}

/// Audience, session, identity level, channel, force: checked at filing, never before.
fn may_be_filed(desk: &Desk<'_, '_>, who: &Actor) -> Result<(), ActError> {
    let revision = &desk.rules.revision;
    let today = crate::kernel::local_date(desk.now);
    if revision.effective_to.is_some_and(|end| today > end) || revision.effective_from.is_some_and(|from| today < from)
    {
        return Err(ActError::Closed(Closed::NotInForce));
    }
    let channel = desk.dossier.intake().channel();
    let offline_only = channel == Channel::Online && revision.level == Level::Info;
    if offline_only || !revision.channels.contains(&channel) {
        return Err(ActError::Closed(Closed::Channel));
    }
    if let Actor::Citizen { identity_level, .. } = who
        && *identity_level < revision.identity_level
    {
        return Err(ActError::Closed(Closed::IdentityLevel(revision.identity_level)));
    }
    if !suits(&revision.audience, desk.dossier.owner_party().kind) {
        return Err(ActError::Closed(Closed::Audience));
    }
    revision.window_at(desk.now).map_err(|closed| ActError::Closed(Closed::Window(closed.opens_at)))?;
    Ok(())
}

/// Whether a procedure for `audience` is for an owner of this kind.
fn suits(audience: &[Audience], owner: PartyKind) -> bool {
    let organisations = [Audience::Business, Audience::Organisation, Audience::Agency];
    match owner {
        PartyKind::OrgTax => audience.is_empty() || audience.iter().any(|a| organisations.contains(a)),
        PartyKind::PersonalNumber | PartyKind::Passport | PartyKind::OldId | PartyKind::NoneYet => {
            audience.is_empty() || audience.iter().any(|a| !organisations.contains(a))
        }
    }
}

/// Online, every paper that must be attached is there. At the counter the clerk sees the papers and accepts or not.
fn check_papers(desk: &mut Desk<'_, '_>, needed: &[String]) -> Result<(), ActError> {
    if desk.dossier.intake().channel() != Channel::Online {
        return Ok(());
    }
    let attached = crate::documents::attached_codes(desk.tx.conn(), desk.dossier.id)?;
    let case = desk.rules.case(&desk.dossier);
    let faults: Vec<Fault> = needed
        .iter()
        .filter(|code| !attached.contains(code))
        .map(|code| {
            let name = case.and_then(|c| c.document(code)).map_or(code.as_str(), |d| d.name.vi.as_str());
            Fault::required(&format!("/documents/{code}"), &format!("Thiếu giấy tờ: {name}."))
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(ActError::Invalid(faults)) }
}

fn check_delivery(dossier: &Dossier) -> Result<(), ActError> {
    let address = dossier.delivery.address.as_deref().map(str::trim).unwrap_or_default();
    if dossier.delivery.method == DeliveryMethod::Post && address.is_empty() {
        return Err(ActError::invalid("/delivery/address", "required", "Hãy ghi địa chỉ nhận kết quả qua bưu chính."));
    }
    Ok(())
}

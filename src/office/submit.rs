//! Nộp hồ sơ: the draft becomes a dossier with a submission reference (walk 1 of docs/ARCHITECTURE.md).

use serde_json::json;

use super::answers::Sealed;
use super::telling::{self, Tell};
use super::{ActError, Closed, Desk, Fault, Rules, Target, conflict, exemptions, forward, papers, supplement, timing};
use crate::accounts::{AccountKind, people};
use crate::catalog::fees::FeeLine;
use crate::catalog::{Audience, Channel, Level, procedures};
use crate::db::Tx;
use crate::dossiers::{self, DeliveryMethod, Dossier, Step};
use crate::kernel::national::{PartyKind, SubmissionReference};
use crate::kernel::{Actor, DossierId, Timestamp, WindowId};
use crate::payments::{self, FeeLineRow};

/// The identity level from which an account proves its number (VNeID).
const PROVEN: u8 = 2;

/// Filing a draft whose answers were checked outside.
#[derive(Clone, Debug)]
pub struct Submit {
    pub id: DossierId,
    /// The version of the draft whose answers were checked: another one in the table is refused.
    pub checked_version: i32,
    /// The same key again gives the same dossier, never a second one.
    pub key: String,
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
    let (dossier, fees) = file(tx, who, cmd, rules, now)?;
    telling::tell(tx, rules, &dossier, Tell::Submitted { fees: payments::owed_at_filing(&fees) }, now)?;
    Ok(dossier)
}

/// Files the draft and tells nobody yet.
pub(super) fn file(
    tx: &mut Tx<'_>,
    who: &Actor,
    cmd: &Submit,
    rules: &Rules,
    now: Timestamp,
) -> Result<(Dossier, Vec<FeeLineRow>), ActError> {
    let target = Target { id: cmd.id, version: Some(cmd.checked_version) };
    let mut desk = Desk::open(tx, who, rules, target, Step::Submit, now)?;
    // A draft's numbers are not indexed yet.
    conflict::keep_away_from(desk.tx.conn(), who, &cmd.answers.indexes())?;
    may_be_filed(who, &desk.dossier, rules, now)?;
    let missing = missing_papers(&mut desk, &cmd.papers)?;
    if !missing.is_empty() {
        return Err(ActError::Invalid(missing));
    }
    check_delivery(&desk.dossier)?;
    let id = desk.dossier.id;
    desk.dossier.window_id = open_window(&mut desk)?;
    link_owner(&mut desk)?;
    dossiers::set_data(desk.tx.conn(), id, &cmd.answers.data)?;
    desk.dossier.data = cmd.answers.data.clone();
    dossiers::index_identities(desk.tx.conn(), id, &cmd.answers.identities)?;
    dossiers::index_fields(desk.tx.conn(), id, &cmd.answers.searchable)?;
    desk.dossier.reference = Some(cmd.reference.as_str().to_owned());
    desk.dossier.submission_key = Some(cmd.key.clone());
    desk.dossier.submitted_at = Some(now);
    desk.dossier.draft_expires_at = None;
    desk.dossier.warned = 0;
    desk.dossier.flags.been_through.clear();
    let fees = payments::due_lines(id, &cmd.fees, now);
    payments::insert_lines(desk.tx.conn(), &fees)?;
    if payments::owed_at_filing(&fees).0 == 0 {
        timing::start_acceptance_clock(rules, &mut desk.dossier, now)?;
    }
    exemptions::take(&mut desk, &cmd.fees)?;
    forward::enter_first_step(&mut desk);
    let owed = payments::owed(&fees);
    let mut changes = json!({"reference": cmd.reference.as_str(), "fees_due": owed});
    exemptions::note(&mut changes, &cmd.fees);
    let done = desk.finish(None, changes, true)?;
    papers::acknowledgement(tx, rules, &done, &fees, now)?;
    Ok((done.dossier, fees))
}

/// The dossier that the same key, or the same draft filed a moment ago, has made already.
pub(super) fn filed_before(tx: &mut Tx<'_>, who: &Actor, cmd: &Submit) -> Result<Option<Dossier>, ActError> {
    let Some(id) = dossiers::by_submission_key(tx.conn(), &cmd.key)? else { return Ok(None) };
    if id != cmd.id {
        return Err(ActError::rule(
            "submission-key",
            ("Mã nộp này đã dùng cho một hồ sơ khác.", "This key was used for another dossier."),
        ));
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
///
/// # Errors
/// [`ActError::Closed`].
pub fn may_be_filed(who: &Actor, dossier: &Dossier, rules: &Rules, now: Timestamp) -> Result<(), ActError> {
    let revision = &rules.revision;
    let today = crate::kernel::local_date(now);
    if revision.effective_to.is_some_and(|end| today > end) || revision.effective_from.is_some_and(|from| today < from)
    {
        return Err(ActError::Closed(Closed::NotInForce));
    }
    let channel = dossier.intake().channel();
    let offline_only = channel == Channel::Online && revision.level == Level::Info;
    if offline_only || !revision.channels.contains(&channel) {
        return Err(ActError::Closed(Closed::Channel));
    }
    if let Actor::Citizen { identity_level, .. } = who
        && *identity_level < revision.identity_level
    {
        return Err(ActError::Closed(Closed::IdentityLevel(revision.identity_level)));
    }
    if !suits(&revision.audience, dossier.owner_party().kind) {
        return Err(ActError::Closed(Closed::Audience));
    }
    revision.window_at(now).map_err(|closed| ActError::Closed(Closed::Window(closed.next)))?;
    Ok(())
}

/// The represented owner sees the dossier from filing on, where an account of theirs proves the number: at level 1 it is
/// only self-declared, and whoever typed it would see another person's papers.
fn link_owner(desk: &mut Desk<'_, '_>) -> Result<(), ActError> {
    if desk.dossier.on_behalf.is_none() || desk.dossier.owner_account.is_some() {
        return Ok(());
    }
    let Some(index) = desk.dossier.owner_index.clone() else { return Ok(()) };
    let kind = match desk.dossier.owner_party().kind {
        PartyKind::OrgTax => AccountKind::Business,
        PartyKind::PersonalNumber | PartyKind::Passport | PartyKind::OldId | PartyKind::NoneYet => AccountKind::Citizen,
    };
    let account = people::by_number(desk.tx.conn(), kind, &index)?;
    desk.dossier.owner_account = account.filter(|a| a.identity_level >= PROVEN).map(|a| a.id);
    Ok(())
}

/// The row of the session that takes the dossier now.
fn open_window(desk: &mut Desk<'_, '_>) -> Result<Option<WindowId>, ActError> {
    let Ok(Some(open)) = desk.rules.revision.window_at(desk.now) else { return Ok(None) };
    let rows = procedures::windows(desk.tx.conn(), desk.dossier.procedure_id)?;
    Ok(rows.into_iter().find(|row| row.code == open.code).map(|row| row.id))
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
pub(super) fn missing_papers(desk: &mut Desk<'_, '_>, needed: &[String]) -> Result<Vec<Fault>, ActError> {
    if desk.dossier.intake().channel() != Channel::Online {
        return Ok(Vec::new());
    }
    let attached = crate::documents::attached_codes(desk.tx.conn(), desk.dossier.id)?;
    let missing = needed.iter().filter(|code| !attached.contains(code));
    Ok(missing.map(|code| supplement::missing_paper(code, desk.rules, &desk.dossier)).collect())
}

pub(super) fn check_delivery(dossier: &Dossier) -> Result<(), ActError> {
    let address = dossier.delivery.address.as_deref().map(str::trim).unwrap_or_default();
    if dossier.delivery.method == DeliveryMethod::Post && address.is_empty() {
        return Err(ActError::invalid(
            "/delivery/address",
            "required",
            ("Hãy ghi địa chỉ nhận kết quả qua bưu chính.", "Give the address that the result is to be posted to."),
        ));
    }
    Ok(())
}

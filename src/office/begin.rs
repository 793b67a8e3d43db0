//! Bắt đầu một hồ sơ: a draft may always be begun; whether it may be filed is checked when it is.

use super::answers::Sealed;
use super::{ActError, Rules};
use crate::db::Tx;
use crate::dossiers::{self, Delivery, Dossier, Intake, NewDossier, Party};
use crate::kernel::{Actor, AgencyId, ProcedureId, Role, Timestamp};

/// Days that a draft is kept without being filed (domain.md, Statuses).
pub const DRAFT_DAYS: i64 = 90;
/// Drafts that one account may have at a time: enough for a household, too few to fill a disk with.
const MAX_DRAFTS: i64 = 200;

/// What a draft begins with.
#[derive(Clone, Debug)]
pub struct Begin {
    pub procedure: ProcedureId,
    /// Agencies that can settle it.
    pub agencies: Vec<AgencyId>,
    pub case_code: String,
    pub intake: Intake,
    pub applicant: Party,
    pub owner: Party,
    /// For whom the applicant files, where that is another person: relation and proof in words.
    pub on_behalf: Option<serde_json::Value>,
    /// Prefilled answers.
    pub answers: Sealed,
    pub delivery: Delivery,
}

/// Begins a draft.
///
/// # Errors
/// [`ActError::Forbidden`] unless a citizen begins an own draft or a clerk one at an own counter for no relative; faults at
/// `/agency_code` and `/case`; the rule `too-many-drafts`.
pub fn begin(tx: &mut Tx<'_>, who: &Actor, cmd: Begin, rules: &Rules, now: Timestamp) -> Result<Dossier, ActError> {
    may_begin(who, &cmd, rules)?;
    let parties = [&cmd.applicant.number_index, &cmd.owner.number_index].into_iter().flatten().cloned();
    let numbers: Vec<String> = parties.chain(cmd.answers.indexes()).collect();
    super::conflict::keep_away_from(tx.conn(), who, &numbers)?;
    if !cmd.agencies.contains(&rules.agency.id) {
        return Err(ActError::invalid(
            "/agency_code",
            "unknown",
            ("Cơ quan này không giải quyết thủ tục đã chọn.", "This agency does not provide the chosen service."),
        ));
    }
    if rules.revision.case(Some(&cmd.case_code)).is_none_or(|case| case.form.is_none()) {
        return Err(ActError::invalid(
            "/case",
            "unknown",
            ("Hãy chọn một trường hợp giải quyết của thủ tục.", "Choose one of the cases of the service."),
        ));
    }
    if let Some(account) = cmd.applicant.account
        && dossiers::count_drafts(tx.conn(), account)? >= MAX_DRAFTS
    {
        return Err(ActError::rule(
            "too-many-drafts",
            (
                "Đang có quá nhiều bản nháp; hãy xóa bớt trước khi tạo thêm.",
                "You have too many drafts: delete some before you begin another.",
            ),
        ));
    }
    let typed_by = match (cmd.intake, who) {
        (Intake::SelfRemote, _) => None,
        (_, who) => who.account(),
    };
    let new = NewDossier {
        procedure: cmd.procedure,
        revision: rules.revision_id,
        case_code: cmd.case_code,
        window: None,
        agency: rules.agency.id,
        group: None,
        intake: cmd.intake,
        typed_by,
        helper: None,
        place: None,
        on_behalf: cmd.on_behalf,
        applicant: cmd.applicant,
        owner: cmd.owner,
        data: cmd.answers.data,
        delivery: cmd.delivery,
        summary: Some(rules.revision.name.vi.clone()),
        draft_expires_at: Some(now.plus_days(DRAFT_DAYS)),
    };
    let dossier = Dossier::draft(new, now);
    dossiers::insert(tx.conn(), &dossier)?;
    Ok(dossier)
}

fn may_begin(who: &Actor, cmd: &Begin, rules: &Rules) -> Result<(), ActError> {
    let allowed = match who {
        Actor::Citizen { account, .. } => cmd.intake == Intake::SelfRemote && cmd.applicant.account == Some(*account),
        Actor::Officer(officer) => {
            cmd.intake != Intake::SelfRemote
                && officer.has(Role::Clerk, rules.agency.id, Some(&rules.revision.field.code))
        }
        Actor::System => true,
        Actor::Anonymous => false,
    };
    if allowed { Ok(()) } else { Err(ActError::Forbidden) }
}

/// Throws a draft away.
///
/// # Errors
/// [`ActError::NotFound`] for somebody else's, the rule `filed` for a dossier that is no draft any more.
pub fn discard(tx: &mut Tx<'_>, who: &Actor, id: crate::kernel::DossierId, now: Timestamp) -> Result<(), ActError> {
    let dossier = dossiers::lock(tx.conn(), id).map_err(|e| match e {
        crate::db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    })?;
    let own = match who {
        Actor::Citizen { account, .. } => dossier.applicant_account == Some(*account),
        Actor::Officer(officer) => dossier.typed_by == Some(officer.account),
        Actor::System => true,
        Actor::Anonymous => false,
    };
    if !own {
        return Err(ActError::NotFound);
    }
    // What the product itself throws away must have run out by now: it may have been saved since it was listed.
    if *who == Actor::System && dossier.draft_expires_at.is_none_or(|end| end > now) {
        let message = ("Bản nháp vừa được lưu lại.", "The draft has been saved meanwhile.");
        return Err(ActError::rule("not-expired", message));
    }
    crate::documents::detach_all(tx.conn(), id)?;
    crate::notifications::forget_dossier(tx.conn(), id)?;
    if dossiers::delete_draft(tx.conn(), id)? {
        Ok(())
    } else {
        Err(ActError::rule(
            "filed",
            (
                "Hồ sơ đã nộp thì không xóa được; bạn có thể rút hồ sơ.",
                "A filed dossier can't be deleted; you may withdraw it.",
            ),
        ))
    }
}

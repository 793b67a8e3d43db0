//! Filling in: saving a draft, and mending answers while a supplement is asked for.

use serde_json::{Map, Value, json};

use super::answers::Sealed;
use super::{ActError, Rules, Target};
use crate::db::Tx;
use crate::dossiers::{self, Contact, Delivery, Dossier, NewEvent, Party, State, Step};
use crate::kernel::{Actor, Timestamp};

/// What filling in changed; `None` leaves a part as it is.
#[derive(Clone, Debug, Default)]
pub struct Fill {
    pub answers: Option<Sealed>,
    pub delivery: Option<Delivery>,
    pub owner: Option<Party>,
    pub contact: Option<Contact>,
    pub case_code: Option<String>,
    /// Codes of the exemptions from fees that the applicant claims beside the form; they replace those claimed before.
    pub exemptions: Option<Vec<String>>,
    /// The part of the draft that its person has just been through.
    pub been_through: Option<String>,
    /// What the answers were and are, by pointer (`/data/…`), identity numbers masked: for the event that filling in a
    /// filed dossier leaves.
    pub changes: Map<String, Value>,
    /// The draft was carried over to the procedure's current revision; `rules` are that revision's.
    pub rebased: bool,
}

/// Saves what was filled in. An incomplete draft is fine; ill-typed answers were refused before.
///
/// # Errors
/// [`ActError::Stale`] with the current version, [`ActError::NotFound`] for somebody else's, and
/// [`ActError::NotAllowed`] once it is filed (except while a supplement is asked for).
pub fn fill(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, cmd): (Target, Fill),
    rules: &Rules,
    now: Timestamp,
) -> Result<Dossier, ActError> {
    let mut dossier = open_to_fill(tx, who, target, rules, cmd.rebased)?;
    if let Some(answers) = &cmd.answers {
        super::conflict::keep_away_from(tx.conn(), who, &answers.indexes())?;
    }
    let mut changes = cmd.changes;
    if cmd.rebased {
        dossier.revision_id = rules.revision_id;
    }
    if let Some(case) = cmd.case_code {
        if rules.revision.case(Some(&case)).is_none_or(|c| c.form.is_none()) {
            return Err(ActError::invalid(
                "/case",
                "unknown",
                ("Hãy chọn một trường hợp giải quyết của thủ tục.", "Choose one of the cases of the service."),
            ));
        }
        dossier.case_code = case;
    }
    if let Some(answers) = cmd.answers {
        if dossier.state() != Some(State::Draft) {
            dossiers::index_identities(tx.conn(), dossier.id, &answers.identities)?;
            dossiers::index_fields(tx.conn(), dossier.id, &answers.searchable)?;
        }
        dossier.data = answers.data;
    }
    if let Some(delivery) = cmd.delivery {
        if delivery != dossier.delivery {
            changes.insert("delivery".to_owned(), json!({"before": dossier.delivery, "after": delivery}));
        }
        dossier.delivery = delivery;
        if dossier.state() != Some(State::Draft) {
            super::submit::check_delivery(&dossier)?;
        }
    }
    if let Some(owner) = cmd.owner {
        dossier.set_owner(owner);
    }
    if let Some(contact) = cmd.contact {
        dossier.applicant = contact;
    }
    if let Some(mut chosen) = cmd.exemptions {
        let mut seen = std::collections::BTreeSet::new();
        chosen.retain(|code| seen.insert(code.clone()));
        super::exemptions::check_chosen(&chosen, rules, &dossier)?;
        let before = std::mem::replace(&mut dossier.flags.exemptions, chosen);
        if before != dossier.flags.exemptions {
            changes.insert("exemptions".to_owned(), json!({"before": before, "after": dossier.flags.exemptions}));
        }
    }
    if dossier.state() == Some(State::Draft) {
        let known = |part: &String| dossier.flags.been_through.contains(part);
        if let Some(part) = cmd.been_through.filter(|part| !known(part)) {
            dossier.flags.been_through.push(part);
        }
        dossier.draft_expires_at = Some(now.plus_days(super::begin::DRAFT_DAYS));
        dossier.warned = 0;
    } else if !changes.is_empty() {
        amended(tx, who, &mut dossier, changes, now)?;
    }
    let version = dossier.version;
    dossiers::save_filled(tx.conn(), &mut dossier, now).map_err(|e| match e {
        dossiers::SaveError::Stale => ActError::Stale { version },
        dossiers::SaveError::Db(e) => ActError::Db(e),
    })?;
    Ok(dossier)
}

/// Who changed what in a filed dossier stands in its events, whoever sends the supplement afterwards.
fn amended(
    tx: &mut Tx<'_>,
    who: &Actor,
    dossier: &mut Dossier,
    changes: Map<String, Value>,
    now: Timestamp,
) -> Result<(), ActError> {
    let status = dossier.status();
    let event = NewEvent {
        step: Step::Amend,
        from: status,
        to: status,
        note: None,
        changes: Value::Object(changes),
        // The applicant knows what they typed themselves, page by page; what an officer changed they are shown.
        is_public: who.officer().is_some(),
        occurred_at: None,
    };
    dossiers::append_event(tx.conn(), dossier, who, event, now)?;
    Ok(())
}

/// The dossier, if `who` may change its answers and papers now: the applicant of a draft or of a dossier that waits for
/// a supplement, the clerk who typed it, or at a supplement any clerk of the agency.
///
/// # Errors
/// As [`fill`].
pub fn open_to_fill(
    tx: &mut Tx<'_>,
    who: &Actor,
    target: Target,
    rules: &Rules,
    rebasing: bool,
) -> Result<Dossier, ActError> {
    let dossier = dossiers::lock(tx.conn(), target.id).map_err(|e| match e {
        crate::db::Error::NotFound => ActError::NotFound,
        e => ActError::Db(e),
    })?;
    let state = dossier.state().ok_or(ActError::NotFound)?;
    let waiting = matches!(state, State::SupplementRequested { .. });
    let may = match who {
        Actor::Citizen { account, .. } => dossier.belongs_to(*account),
        Actor::Officer(officer) => {
            let clerk = officer.has(crate::kernel::Role::Clerk, dossier.agency_id, Some(&rules.revision.field.code));
            clerk && (waiting || dossier.typed_by == Some(officer.account))
        }
        Actor::System => true,
        Actor::Anonymous => false,
    };
    if !may {
        return Err(ActError::NotFound);
    }
    super::conflict::keep_away(tx.conn(), who, &dossier)?;
    if !rebasing && !rules.fit(&dossier) {
        return Err(ActError::OtherRules);
    }
    if target.version.is_some_and(|v| v != dossier.version) {
        return Err(ActError::Stale { version: dossier.version });
    }
    if state != State::Draft && !waiting {
        return Err(ActError::NotAllowed {
            state,
            step: dossiers::Step::Supplement,
            allowed: super::desk::allowed_to(who, &dossier, rules),
        });
    }
    Ok(dossier)
}

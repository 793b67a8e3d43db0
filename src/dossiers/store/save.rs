//! Table `dossiers`: saving, with the version checked.

use diesel::prelude::*;

use super::record::{Dossier, json};
use crate::db::schema::dossiers;
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, AgencyId, RevisionId, Timestamp, WindowId};

/// Why a dossier was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("somebody else changed the dossier in between")]
    Stale,
    #[error(transparent)]
    Db(#[from] Error),
}

/// What acts change.
#[derive(AsChangeset)]
#[diesel(table_name = dossiers, treat_none_as_null = true)]
struct Progress<'a> {
    reference: Option<&'a str>,
    code: Option<&'a str>,
    window_id: Option<WindowId>,
    owner_account: Option<AccountId>,
    acting_agency_id: AgencyId,
    status: i32,
    from_status: Option<i32>,
    flags: J,
    step: Option<&'a str>,
    step_role: Option<&'a str>,
    assignee_id: Option<AccountId>,
    handler_id: Option<AccountId>,
    submission_key: Option<&'a str>,
    due_at: Option<Timestamp>,
    due_inputs: Option<&'a J>,
    acceptance_due_at: Option<Timestamp>,
    clock_started_at: Option<Timestamp>,
    paused_since: Option<Timestamp>,
    submitted_at: Option<Timestamp>,
    accepted_at: Option<Timestamp>,
    decided_at: Option<Timestamp>,
    handed_over_at: Option<Timestamp>,
    draft_expires_at: Option<Timestamp>,
    warned: i32,
    corrections: i32,
    reappointments: i32,
    event_seq: i32,
    event_hash: &'a str,
    version: i32,
    updated_at: Timestamp,
}

/// What filling in the form changes.
#[derive(AsChangeset)]
#[diesel(table_name = dossiers, treat_none_as_null = true)]
struct Filled<'a> {
    revision_id: RevisionId,
    case_code: &'a str,
    agency_id: AgencyId,
    acting_agency_id: AgencyId,
    on_behalf: Option<&'a J>,
    applicant: J,
    owner_account: Option<AccountId>,
    owner_kind: &'a str,
    owner_number_enc: Option<&'a str>,
    owner_index: Option<&'a str>,
    owner_name: &'a str,
    owner_fold: &'a str,
    owner: J,
    data: J,
    delivery: J,
    flags: J,
    summary: Option<&'a str>,
    draft_expires_at: Option<Timestamp>,
    warned: i32,
    event_seq: i32,
    event_hash: &'a str,
    version: i32,
    updated_at: Timestamp,
}

/// Saves what an act changed and raises the version. Another version in the table means that somebody else was quicker.
///
/// # Errors
/// [`SaveError::Stale`] or a failure of the database.
pub fn save(conn: &mut Conn, d: &mut Dossier, now: Timestamp) -> Result<(), SaveError> {
    let expected = d.version;
    d.version += 1;
    d.updated_at = now;
    let row = Progress {
        reference: d.reference.as_deref(),
        code: d.code.as_deref(),
        window_id: d.window_id,
        owner_account: d.owner_account,
        acting_agency_id: d.acting_agency_id,
        status: d.status,
        from_status: d.from_status,
        flags: json(&d.flags),
        step: d.step.as_deref(),
        step_role: d.step_role.as_deref(),
        assignee_id: d.assignee_id,
        handler_id: d.handler_id,
        submission_key: d.submission_key.as_deref(),
        due_at: d.due_at,
        due_inputs: d.due_inputs.as_ref(),
        acceptance_due_at: d.acceptance_due_at,
        clock_started_at: d.clock_started_at,
        paused_since: d.paused_since,
        submitted_at: d.submitted_at,
        accepted_at: d.accepted_at,
        decided_at: d.decided_at,
        handed_over_at: d.handed_over_at,
        draft_expires_at: d.draft_expires_at,
        warned: d.warned,
        corrections: d.corrections,
        reappointments: d.reappointments,
        event_seq: d.event_seq,
        event_hash: &d.event_hash,
        version: d.version,
        updated_at: d.updated_at,
    };
    let target = dossiers::table.filter(dossiers::id.eq(d.id)).filter(dossiers::version.eq(expected));
    once(diesel::update(target).set(row).execute(conn).map_err(Error::from)?)
}

/// Saves what filling in changed and raises the version.
///
/// # Errors
/// [`SaveError::Stale`] when another version is in the table, or a failure of the database.
pub fn save_filled(conn: &mut Conn, d: &mut Dossier, now: Timestamp) -> Result<(), SaveError> {
    let expected = d.version;
    d.version += 1;
    d.updated_at = now;
    let row = Filled {
        revision_id: d.revision_id,
        case_code: &d.case_code,
        agency_id: d.agency_id,
        acting_agency_id: d.acting_agency_id,
        on_behalf: d.on_behalf.as_ref(),
        applicant: json(&d.applicant),
        owner_account: d.owner_account,
        owner_kind: &d.owner_kind,
        owner_number_enc: d.owner_number_enc.as_deref(),
        owner_index: d.owner_index.as_deref(),
        owner_name: &d.owner_name,
        owner_fold: &d.owner_fold,
        owner: json(&d.owner),
        data: J(d.data.clone()),
        delivery: json(&d.delivery),
        flags: json(&d.flags),
        summary: d.summary.as_deref(),
        draft_expires_at: d.draft_expires_at,
        warned: d.warned,
        event_seq: d.event_seq,
        event_hash: &d.event_hash,
        version: d.version,
        updated_at: d.updated_at,
    };
    let target = dossiers::table.filter(dossiers::id.eq(d.id)).filter(dossiers::version.eq(expected));
    once(diesel::update(target).set(row).execute(conn).map_err(Error::from)?)
}

/// The row of the expected version was there, or somebody was quicker.
fn once(changed: usize) -> Result<(), SaveError> {
    if changed == 0 { Err(SaveError::Stale) } else { Ok(()) }
}

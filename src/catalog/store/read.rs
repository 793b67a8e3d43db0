//! Reading procedures and revisions.

use diesel::prelude::*;
use serde_json::Value;

use super::CATALOGUE;
use crate::catalog::revision::{AgencyLevel, Audience, Field, Level, Revision, Text};
use crate::catalog::search::{AgencyRef, Entry};
use crate::db::schema::{agencies, procedure_agencies, procedure_revisions, procedures, versions};
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, ProcedureId, RevisionId, Timestamp};

/// A stored revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub id: RevisionId,
    pub procedure: ProcedureId,
    /// 1, 2, … within the procedure.
    pub number: i32,
    pub published_at: Option<Timestamp>,
    /// Whether it is the one that new dossiers are filed on.
    pub is_current: bool,
    pub content: Revision,
}

/// What lists and search need of a procedure, kept beside it so that they need not read whole revisions.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Summary {
    name: Text,
    field: Field,
    level: Level,
    agency_levels: Vec<AgencyLevel>,
    agency_text: Text,
    audience: Vec<Audience>,
    life_events: Vec<String>,
    has_form: bool,
}

impl Summary {
    pub fn of(revision: &Revision) -> Result<Value, Error> {
        let summary = Self {
            name: revision.name.clone(),
            field: revision.field.clone(),
            level: revision.level,
            agency_levels: revision.agency_levels.clone(),
            agency_text: revision.agency_text.clone(),
            audience: revision.audience.clone(),
            life_events: revision.life_events.clone(),
            has_form: revision.has_form(),
        };
        serde_json::to_value(summary).map_err(broken)
    }
}

/// A document that is not what the code wrote.
pub(super) fn broken(error: serde_json::Error) -> Error {
    Error::Other(format!("catalogue document: {error}"))
}

/// The catalogue's version number: moves with every change that readers must see. 0 before the first.
///
/// # Errors
/// Only the database's.
pub fn version(conn: &mut Conn) -> Result<i64, Error> {
    let found = versions::table.filter(versions::name.eq(CATALOGUE)).select(versions::version).first(conn);
    Ok(found.optional()?.unwrap_or(0))
}

/// A revision by its id, whatever its state: dossiers keep the one they were filed on.
///
/// # Errors
/// [`Error::Other`] where the stored document can't be read.
pub fn revision(conn: &mut Conn, id: RevisionId) -> Result<Option<Stored>, Error> {
    let row = procedure_revisions::table
        .inner_join(procedures::table)
        .filter(procedure_revisions::id.eq(id))
        .select(STORED)
        .first::<Row>(conn)
        .optional()?;
    row.map(stored).transpose()
}

/// The published revision of a procedure code.
///
/// # Errors
/// [`Error::Other`] where the stored document can't be read.
pub fn current(conn: &mut Conn, code: &str) -> Result<Option<Stored>, Error> {
    let id = procedures::table.filter(procedures::code.eq(code)).select(procedures::current_revision);
    match id.first::<Option<RevisionId>>(conn).optional()?.flatten() {
        Some(id) => revision(conn, id),
        None => Ok(None),
    }
}

/// All published revisions, by code: what an export writes. Reads everything; not for pages.
///
/// # Errors
/// [`Error::Other`] where a stored document can't be read.
pub fn export(conn: &mut Conn) -> Result<Vec<Revision>, Error> {
    let ids = procedures::table
        .filter(procedures::current_revision.is_not_null())
        .order(procedures::code)
        .select(procedures::current_revision)
        .load::<Option<RevisionId>>(conn)?;
    let mut out = Vec::with_capacity(ids.len());
    for id in ids.into_iter().flatten() {
        out.extend(revision(conn, id)?.map(|stored| stored.content));
    }
    Ok(out)
}

type Row = (RevisionId, ProcedureId, i32, Option<Timestamp>, Option<RevisionId>, J);
type Columns = (
    procedure_revisions::id,
    procedure_revisions::procedure_id,
    procedure_revisions::number,
    procedure_revisions::published_at,
    procedures::current_revision,
    procedure_revisions::content,
);
const STORED: Columns = (
    procedure_revisions::id,
    procedure_revisions::procedure_id,
    procedure_revisions::number,
    procedure_revisions::published_at,
    procedures::current_revision,
    procedure_revisions::content,
);

fn stored((id, procedure, number, published_at, current, J(content)): Row) -> Result<Stored, Error> {
    let content = serde_json::from_value(content).map_err(broken)?;
    Ok(Stored { id, procedure, number, published_at, is_current: current == Some(id), content })
}

/// The agencies that settle a procedure, in their order.
///
/// # Errors
/// Only the database's.
pub fn agencies_for(conn: &mut Conn, procedure: ProcedureId) -> Result<Vec<AgencyRef>, Error> {
    let rows = procedure_agencies::table
        .inner_join(agencies::table)
        .filter(procedure_agencies::procedure_id.eq(procedure))
        .order((procedure_agencies::position, agencies::code))
        .select((agencies::id, agencies::code, agencies::name, agencies::province_code))
        .load::<(AgencyId, String, String, Option<String>)>(conn)?;
    Ok(rows.into_iter().map(|(id, code, name, province)| AgencyRef { id, code, name, province }).collect())
}

/// Everything that can be found, as search and lists show it.
///
/// # Errors
/// [`Error::Other`] where a stored summary can't be read.
pub fn entries(conn: &mut Conn) -> Result<Vec<Entry>, Error> {
    let competent = procedure_agencies::table
        .inner_join(agencies::table)
        .order((procedure_agencies::position, agencies::code))
        .select((
            procedure_agencies::procedure_id,
            (agencies::id, agencies::code, agencies::name, agencies::province_code),
        ))
        .load::<(ProcedureId, (AgencyId, String, String, Option<String>))>(conn)?;
    let mut by_procedure: std::collections::HashMap<ProcedureId, Vec<AgencyRef>> = std::collections::HashMap::new();
    for (procedure, (id, code, name, province)) in competent {
        by_procedure.entry(procedure).or_default().push(AgencyRef { id, code, name, province });
    }
    let rows = procedures::table
        .filter(procedures::state.eq("published"))
        .order(procedures::code)
        .select((procedures::id, procedures::code, procedures::current_revision, procedures::summary))
        .load::<(ProcedureId, String, Option<RevisionId>, J)>(conn)?;
    let mut out = Vec::with_capacity(rows.len());
    for (procedure, code, revision, J(summary)) in rows {
        let Some(revision) = revision else { continue };
        let summary: Summary = serde_json::from_value(summary).map_err(broken)?;
        out.push(Entry {
            procedure,
            revision,
            code,
            name: summary.name,
            field: summary.field,
            level: summary.level,
            agency_levels: summary.agency_levels,
            agency_text: summary.agency_text,
            audience: summary.audience,
            life_events: summary.life_events,
            has_form: summary.has_form,
            agencies: by_procedure.remove(&procedure).unwrap_or_default(),
        });
    }
    Ok(out)
}

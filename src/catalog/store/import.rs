//! Writing procedures: every content is a new immutable revision; equal content makes none.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::read::{Summary, broken};
use super::{CATALOGUE, read, windows};
use crate::audit::access::{self, Access};
use crate::catalog::import::{Import, Origin};
use crate::catalog::revision::{Revision, Source};
use crate::db::schema::{fields, procedure_agencies, procedure_revisions, procedures, versions};
use crate::db::types::{D, J};
use crate::db::{Both, Error, Tx};
use crate::kernel::text::fold;
use crate::kernel::{AccountId, Actor, AgencyId, ProcedureId, RevisionId, Timestamp, local_date};

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub created: usize,
    pub revised: usize,
    /// Revised in their information texts only, because the procedure has an e-form here.
    pub texts_only: usize,
    pub unchanged: usize,
}

/// A procedure that is there already.
struct Known {
    id: ProcedureId,
    has_form: bool,
    /// Hash of the published content.
    hash: Option<String>,
}

/// Writes parsed procedures in one transaction and moves the catalogue's version if anything changed.
///
/// # Errors
/// Only the database's.
pub fn import(tx: &mut Tx<'_>, rows: &[Import], who: &Actor, now: Timestamp) -> Result<Report, Error> {
    let by = who.account();
    let mut known = known(tx)?;
    let mut report = Report::default();
    let mut changed = Vec::new();
    write_fields(tx, rows.iter().map(|row| &row.revision))?;
    for row in rows {
        let found = known.remove(&row.revision.code);
        let keeps_form = row.origin == Origin::National && found.as_ref().is_some_and(|k| k.has_form);
        let current = match (&found, row.origin) {
            (Some(_), Origin::Facts) => read::current(tx.conn(), &row.revision.code)?,
            (Some(_), Origin::National) if keeps_form => read::current(tx.conn(), &row.revision.code)?,
            _ => None,
        };
        let merged = current.and_then(|current| merged(row, &current.content));
        let content = merged.as_ref().unwrap_or(&row.revision);
        let written = write(tx, content, found, Act { by, now })?;
        if !matches!(written, Written::Unchanged) {
            changed.push(row.revision.code.as_str());
        }
        match written {
            Written::Unchanged => report.unchanged += 1,
            Written::New => report.created += 1,
            Written::Revised if keeps_form => report.texts_only += 1,
            Written::Revised => report.revised += 1,
        }
    }
    if report.created + report.revised + report.texts_only > 0 {
        bump(tx)?;
        record(tx, who, ("import_procedures", imported(&report, &changed)), now)?;
    }
    Ok(report)
}

/// What is written instead of the row, where the procedure is there already: a national record brings its texts to an
/// e-form, and facts read again leave the nation's texts alone, so that imports in any order come to rest.
fn merged(row: &Import, current: &Revision) -> Option<Revision> {
    match row.origin {
        Origin::National => Some(current.with_texts_of(&row.revision)),
        Origin::Facts if current.texts_from == Some(Source::National) => {
            Some(Revision { texts_from: current.texts_from, ..row.revision.with_texts_of(current) })
        }
        Origin::Facts | Origin::Own => None,
    }
}

/// The most letters that an entry of the log spends on codes.
const CODES: usize = 1_500;

/// An import in words, with the codes of what it changed.
fn imported(report: &Report, changed: &[&str]) -> String {
    let mut what = format!(
        "Nhập danh mục thủ tục: {} mới, {} sửa, {} chỉ sửa phần thông tin, {} không đổi:",
        report.created, report.revised, report.texts_only, report.unchanged
    );
    let start = what.len();
    for (i, code) in changed.iter().enumerate() {
        if what.len() - start > CODES {
            what.push_str(&format!(" … và {} thủ tục khác", changed.len() - i));
            break;
        }
        what.push(' ');
        what.push_str(code);
    }
    what
}

/// An entry of the log: publishing changes what everybody is told and asked for.
fn record(tx: &mut Tx<'_>, who: &Actor, (purpose, what): (&'static str, String), now: Timestamp) -> Result<(), Error> {
    let agency = who.officer().and_then(|officer| officer.assignments.first()).map(|right| right.agency);
    let entry = Access { agency, subject: None, dossier: None, dossier_ref: None, purpose, what };
    access::record(tx, who, entry, now)
}

/// Publishes one revision; `true` when it is new.
///
/// # Errors
/// Only the database's. The caller has checked the content (`catalog::check::faults`).
pub fn publish(tx: &mut Tx<'_>, content: &Revision, who: &Actor, now: Timestamp) -> Result<bool, Error> {
    let by = who.account();
    write_fields(tx, std::iter::once(content))?;
    let found = known(tx)?.remove(&content.code);
    let changed = !matches!(write(tx, content, found, Act { by, now })?, Written::Unchanged);
    if changed {
        bump(tx)?;
        let hash = content.content_hash().map_err(broken)?;
        let what = format!("Công bố thủ tục {}, nội dung {}", content.code, hash.get(..12).unwrap_or(&hash));
        record(tx, who, ("publish_procedure", what), now)?;
    }
    Ok(changed)
}

/// Names the agencies that settle a procedure, in this order.
///
/// # Errors
/// [`Error::NotFound`] for an unknown code.
pub fn set_agencies(tx: &mut Tx<'_>, code: &str, competent: &[AgencyId]) -> Result<(), Error> {
    let id: ProcedureId =
        procedures::table.filter(procedures::code.eq(code)).select(procedures::id).first(tx.conn())?;
    diesel::delete(procedure_agencies::table.filter(procedure_agencies::procedure_id.eq(id))).execute(tx.conn())?;
    for (agency, position) in competent.iter().zip(0_i32..) {
        diesel::insert_into(procedure_agencies::table)
            .values((
                procedure_agencies::procedure_id.eq(id),
                procedure_agencies::agency_id.eq(*agency),
                procedure_agencies::position.eq(position),
            ))
            .execute(tx.conn())?;
    }
    bump(tx)
}

/// Adds an agency behind those that settle a procedure already; `false` where it is among them.
///
/// # Errors
/// [`Error::NotFound`] for an unknown code.
pub fn add_agency(tx: &mut Tx<'_>, code: &str, agency: AgencyId) -> Result<bool, Error> {
    let id: ProcedureId =
        procedures::table.filter(procedures::code.eq(code)).select(procedures::id).first(tx.conn())?;
    let mut competent: Vec<AgencyId> = procedure_agencies::table
        .filter(procedure_agencies::procedure_id.eq(id))
        .order(procedure_agencies::position)
        .select(procedure_agencies::agency_id)
        .load(tx.conn())?;
    if competent.contains(&agency) {
        return Ok(false);
    }
    competent.push(agency);
    set_agencies(tx, code, &competent)?;
    Ok(true)
}

/// Moves the catalogue's version: every node drops what it has cached.
///
/// # Errors
/// Only the database's.
pub fn bump(tx: &mut Tx<'_>) -> Result<(), Error> {
    let row = (versions::name.eq(CATALOGUE), versions::version.eq(1_i64));
    let moved = versions::version.eq(versions::version + 1);
    Both(diesel::insert_into(versions::table).values(row).on_conflict(versions::name).do_update().set(moved))
        .execute(tx.conn())?;
    Ok(())
}

fn known(tx: &mut Tx<'_>) -> Result<HashMap<String, Known>, Error> {
    let hashes: HashMap<RevisionId, String> = procedures::table
        .inner_join(procedure_revisions::table.on(procedures::current_revision.eq(procedure_revisions::id.nullable())))
        .select((procedure_revisions::id, procedure_revisions::content_hash))
        .load::<(RevisionId, String)>(tx.conn())?
        .into_iter()
        .collect();
    let rows = procedures::table
        .select((procedures::code, procedures::id, procedures::has_form, procedures::current_revision))
        .load::<(String, ProcedureId, bool, Option<RevisionId>)>(tx.conn())?;
    let one = |(code, id, has_form, current): (String, ProcedureId, bool, Option<RevisionId>)| {
        (code, Known { id, has_form, hash: current.and_then(|r| hashes.get(&r).cloned()) })
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Fields that are new or were renamed.
fn write_fields<'a>(tx: &mut Tx<'_>, revisions: impl Iterator<Item = &'a Revision>) -> Result<(), Error> {
    let wanted: BTreeMap<&str, &str> = revisions.map(|r| (r.field.code.as_str(), r.field.name.vi.as_str())).collect();
    let there: HashMap<String, String> =
        fields::table.select((fields::code, fields::name)).load(tx.conn())?.into_iter().collect();
    for (code, name) in wanted {
        match there.get(code) {
            Some(same) if same == name => {}
            Some(_) => {
                diesel::update(fields::table.filter(fields::code.eq(code)))
                    .set((fields::name.eq(name), fields::fold.eq(fold(name))))
                    .execute(tx.conn())?;
            }
            None => {
                diesel::insert_into(fields::table)
                    .values((fields::code.eq(code), fields::name.eq(name), fields::fold.eq(fold(name))))
                    .execute(tx.conn())?;
            }
        }
    }
    Ok(())
}

/// Who writes, and when.
#[derive(Clone, Copy)]
struct Act {
    by: Option<AccountId>,
    now: Timestamp,
}

enum Written {
    New,
    Revised,
    Unchanged,
}

fn write(tx: &mut Tx<'_>, content: &Revision, found: Option<Known>, act: Act) -> Result<Written, Error> {
    let hash = content.content_hash().map_err(broken)?;
    let (id, is_new) = match found {
        Some(known) if known.hash.as_deref() == Some(hash.as_str()) => return Ok(Written::Unchanged),
        Some(known) => (known.id, false),
        None => (ProcedureId::new(), true),
    };
    if is_new {
        insert_procedure(tx, id, content, act.now)?;
    }
    let revision = insert_revision(tx, id, content, hash, act)?;
    let level = content.agency_levels.iter().map(|l| l.as_str()).collect::<Vec<_>>().join(",");
    diesel::update(procedures::table.filter(procedures::id.eq(id)))
        .set((
            procedures::name.eq(&content.name.vi),
            procedures::name_fold.eq(fold(&content.name.vi)),
            procedures::field_code.eq(&content.field.code),
            procedures::level.eq(content.level.as_str()),
            procedures::agency_level.eq(level),
            procedures::has_form.eq(content.has_form()),
            procedures::state.eq("published"),
            procedures::current_revision.eq(Some(revision)),
            procedures::source.eq(source(content)),
            procedures::summary.eq(J(Summary::of(content)?)),
            procedures::updated_at.eq(act.now),
        ))
        .execute(tx.conn())?;
    windows::sync(tx, id, &content.filing_windows)?;
    Ok(if is_new { Written::New } else { Written::Revised })
}

fn source(content: &Revision) -> &'static str {
    match content.source {
        crate::catalog::revision::Source::Own => "own",
        crate::catalog::revision::Source::National => "national",
    }
}

fn insert_procedure(tx: &mut Tx<'_>, id: ProcedureId, content: &Revision, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(procedures::table)
        .values((
            procedures::id.eq(id),
            procedures::code.eq(&content.code),
            procedures::name.eq(&content.name.vi),
            procedures::name_fold.eq(fold(&content.name.vi)),
            procedures::field_code.eq(&content.field.code),
            procedures::level.eq(content.level.as_str()),
            procedures::agency_level.eq(""),
            procedures::has_form.eq(content.has_form()),
            procedures::state.eq("published"),
            procedures::source.eq(source(content)),
            procedures::summary.eq(J(Summary::of(content)?)),
            procedures::created_at.eq(now),
            procedures::updated_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Writes the revision with the next number; those before it are superseded.
fn insert_revision(
    tx: &mut Tx<'_>,
    procedure: ProcedureId,
    content: &Revision,
    hash: String,
    act: Act,
) -> Result<RevisionId, Error> {
    let of_procedure = procedure_revisions::procedure_id.eq(procedure);
    let last: Option<i32> = procedure_revisions::table
        .filter(of_procedure)
        .select(diesel::dsl::max(procedure_revisions::number))
        .first(tx.conn())?;
    diesel::update(procedure_revisions::table.filter(of_procedure).filter(procedure_revisions::state.eq("published")))
        .set(procedure_revisions::state.eq("superseded"))
        .execute(tx.conn())?;
    let id = RevisionId::new();
    let from = content.effective_from.unwrap_or_else(|| local_date(act.now));
    diesel::insert_into(procedure_revisions::table)
        .values((
            procedure_revisions::id.eq(id),
            procedure_revisions::procedure_id.eq(procedure),
            procedure_revisions::number.eq(last.unwrap_or(0) + 1),
            procedure_revisions::content.eq(J(serde_json::to_value(content).map_err(broken)?)),
            procedure_revisions::content_hash.eq(hash),
            procedure_revisions::state.eq("published"),
            procedure_revisions::effective_from.eq(D(from)),
            procedure_revisions::effective_to.eq(content.effective_to.map(D)),
            procedure_revisions::published_at.eq(Some(act.now)),
            procedure_revisions::published_by.eq(act.by),
            procedure_revisions::created_at.eq(act.now),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

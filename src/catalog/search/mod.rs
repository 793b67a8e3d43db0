//! Finding procedures in memory: without tone marks, with typing errors, by what people call things.
//!
//! The index is built from the published revisions of one catalogue version and never changes; a new version makes a
//! new index. Nothing here knows the database.

mod facets;
mod fuzzy;
mod index;
mod synonyms;

#[cfg(test)]
mod tests;

pub use facets::{Counts, Facets};
pub use index::Index;

use super::revision::{AgencyLevel, Audience, Field, Level, Revision, Text};
use crate::kernel::{AgencyId, ProcedureId, RevisionId};

/// One procedure as lists show it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub procedure: ProcedureId,
    pub revision: RevisionId,
    pub code: String,
    pub name: Text,
    pub field: Field,
    pub level: Level,
    pub agency_levels: Vec<AgencyLevel>,
    pub agency_text: Text,
    pub audience: Vec<Audience>,
    pub life_events: Vec<String>,
    pub has_form: bool,
    /// The agencies of this portal that settle it.
    pub agencies: Vec<AgencyRef>,
}

/// An agency as the catalogue names it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AgencyRef {
    #[serde(skip)]
    pub id: AgencyId,
    pub code: String,
    pub name: String,
    /// Code of its province: whose council's fees hold there.
    #[serde(skip)]
    pub province: Option<String>,
}

impl Entry {
    /// The entry of a published revision.
    pub fn of(procedure: ProcedureId, id: RevisionId, revision: &Revision, agencies: Vec<AgencyRef>) -> Self {
        Self {
            procedure,
            revision: id,
            code: revision.code.clone(),
            name: revision.name.clone(),
            field: revision.field.clone(),
            level: revision.level,
            agency_levels: revision.agency_levels.clone(),
            agency_text: revision.agency_text.clone(),
            audience: revision.audience.clone(),
            life_events: revision.life_events.clone(),
            has_form: revision.has_form(),
            agencies,
        }
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// What was typed; empty lists everything.
    pub text: String,
    pub filters: Filters,
}

/// Filters, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Code of a field.
    pub field: Option<String>,
    /// Code of an agency.
    pub agency: Option<String>,
    pub level: Option<Level>,
    pub agency_level: Option<AgencyLevel>,
    pub life_event: Option<String>,
    pub audience: Option<Audience>,
}

/// Why an entry was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing was typed: everything is listed.
    All,
    /// Its code was typed.
    Code,
    /// Words of its name.
    Name,
    /// What people call it otherwise.
    Synonym,
    /// Words of its field or agency.
    Surroundings,
}

/// One found entry.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    pub entry: &'a Entry,
    /// 0 to 1; a code that was typed counts more.
    pub score: f32,
    pub why: Why,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// Best first. When `nearest`, only what comes closest.
    pub hits: Vec<Hit<'a>>,
    /// Nothing matched well; the hits are only near.
    pub nearest: bool,
    /// Counts of each filter's values, with the other filters applied.
    pub facets: Facets,
}

//! What an act goes by beside the dossier itself.

use std::sync::Arc;

use crate::accounts::agencies::Collecting;
use crate::catalog::procedures::Window;
use crate::catalog::{Case, Outcome, Published, Revision};
use crate::dossiers::Dossier;
use crate::forms::Form;
use crate::kernel::working_time::Calendar;
use crate::kernel::{AgencyId, RevisionId};

/// An agency as papers and notices name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyCard {
    pub id: AgencyId,
    /// Electronic identifier, the prefix of dossier codes.
    pub code: String,
    pub name: String,
    /// The agency above, for letterheads.
    pub parent: Option<String>,
    /// Trung tâm Phục vụ hành chính công.
    pub centre: Option<String>,
    /// Where papers are dated: «Huế».
    pub place: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub province: Option<String>,
    /// Under which number and into which account it collects fees.
    pub collecting: Collecting,
    pub is_demo: bool,
}

/// The revision a dossier was filed on, the calendar and the card of its agency: immutable snapshots read before the
/// transaction.
#[derive(Clone)]
pub struct Rules {
    pub revision_id: RevisionId,
    pub revision: Arc<Revision>,
    /// The same with its forms, compiled when first asked for.
    pub published: Arc<Published>,
    /// Working time of the acting agency.
    pub calendar: Arc<Calendar>,
    /// The receiving agency.
    pub agency: Arc<AgencyCard>,
    /// The session that the dossier was filed in, with the dates that hold now: a session may be prolonged.
    pub window: Option<Window>,
}

impl Rules {
    /// Whether these are the rules of `dossier`.
    pub fn fit(&self, dossier: &Dossier) -> bool {
        self.revision_id == dossier.revision_id && self.agency.id == dossier.agency_id
    }

    /// The form of the result that an outcome makes; none where it is a mere entry.
    pub fn result_form(&self, dossier: &Dossier, outcome: Outcome) -> Option<Form> {
        let result = self.case(dossier)?.result_for(outcome)?;
        self.published.result_form(&dossier.case_code, &result.code)
    }

    /// The case that the dossier was filed in.
    pub fn case(&self, dossier: &Dossier) -> Option<&Case> {
        self.revision.case(Some(&dossier.case_code))
    }
}

//! Whose a held word is: who sees it, who reads what the payer wrote, and who may settle it.

use super::permission;
use crate::db::{self, Conn};
use crate::dossiers::Step;
use crate::kernel::{Actor, AgencyId};
use crate::payments::{self, NoticeRow, Way, transfer};

/// Whose a held word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// An agency's: of its payment, into its account, or told of by the statement that it imported.
    Agency(AgencyId),
    /// Of everybody who collects into the account that the money came into.
    Shared(Vec<AgencyId>),
    /// Nobody knows: money at a merchant that all share. `taken`: who took it on.
    Nobodys { taken: Option<AgencyId> },
}

/// Whose a word is.
///
/// # Errors
/// A failure of the database.
pub fn of(conn: &mut Conn, word: &NoticeRow) -> Result<Whose, db::Error> {
    if let Some(id) = word.payment_id {
        return Ok(Whose::Agency(payments::by_id(conn, id)?.agency_id));
    }
    if let Some(agency) = word.agency_id {
        return Ok(Whose::Agency(agency));
    }
    let sharers = payments::sharers_of(conn, word.id)?;
    Ok(if sharers.is_empty() { Whose::Nobodys { taken: word.taken_agency_id } } else { Whose::Shared(sharers) })
}

impl Whose {
    /// Whether who looks after the money of these agencies (none named: of all) sees that there is such a word.
    pub fn is_seen(&self, agencies: Option<&[AgencyId]>) -> bool {
        matches!(self, Self::Nobodys { .. }) || self.is_theirs(agencies)
    }

    /// Whether they may also read who paid and what was written.
    pub fn is_theirs(&self, agencies: Option<&[AgencyId]>) -> bool {
        let Some(agencies) = agencies else { return true };
        match self {
            Self::Agency(agency) => agencies.contains(agency),
            Self::Shared(sharers) => sharers.iter().any(|agency| agencies.contains(agency)),
            Self::Nobodys { taken } => taken.is_some_and(|agency| agencies.contains(&agency)),
        }
    }

    /// The agency for which `who` may settle it; none: not for theirs.
    pub fn settled_for(&self, who: &Actor) -> Option<AgencyId> {
        let may = |agency: &AgencyId| permission::may_move_money(who, Step::Paid, Some(*agency));
        match self {
            Self::Agency(agency) | Self::Nobodys { taken: Some(agency) } => Some(*agency).filter(may),
            Self::Shared(sharers) => sharers.iter().copied().find(may),
            Self::Nobodys { taken: None } => who.officer()?.assignments.iter().map(|right| right.agency).find(may),
        }
    }

    /// Whether its money may be credited to a dossier of `agency`. Of a word about a payment the dossier itself decides.
    pub fn fits(&self, word: &NoticeRow, agency: AgencyId) -> bool {
        // A statement of a merchant that several share lists everybody's money.
        let is_shared_list = word.kind == Way::Statement.as_str() && word.gateway != transfer::NAME;
        match self {
            Self::Agency(own) => word.payment_id.is_some() || is_shared_list || *own == agency,
            Self::Shared(sharers) => sharers.contains(&agency),
            Self::Nobodys { taken } => taken.is_none_or(|taken| taken == agency),
        }
    }

    /// The agency that a word is filed under; none where there are several, or nobody knows.
    pub fn agency(&self) -> Option<AgencyId> {
        match self {
            Self::Agency(agency) => Some(*agency),
            Self::Shared(_) => None,
            Self::Nobodys { taken } => *taken,
        }
    }
}

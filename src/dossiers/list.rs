//! What lists of dossiers are asked for and show.

use serde::Serialize;

use super::{Flags, Status};
use crate::catalog::Snapshot;
use crate::kernel::{AccountId, AgencyId, DossierId, Lang, ProcedureId, Role, Timestamp};

/// The queues of the one-stop office (design.md, Office pages).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// Everything that the officer may see.
    All,
    /// Mới nộp.
    New,
    /// Chờ tôi: what I can do something about now. The current step belongs to one of my roles or the dossier is assigned
    /// to me; or the result waits for my signature, my seal or my hand-over.
    Mine,
    /// Sắp đến hạn.
    DueSoon,
    /// Quá hạn.
    Overdue,
    /// Chờ bổ sung.
    Supplement,
    /// Chờ nộp phí.
    Payment,
    /// Chờ ký: decided, and the next signature (of the records clerk: the seal) is mine.
    ToSign,
    /// Chờ trả: signed by all, or lacking the seal that I put when I hand over.
    ToHandOver,
    /// Được hỏi ý kiến: another agency waits for an answer of the officer's own.
    Opinion,
}

impl Queue {
    /// Every queue, in the order of the screen.
    pub const ALL: [Self; 10] = [
        Self::New,
        Self::Mine,
        Self::DueSoon,
        Self::Overdue,
        Self::Supplement,
        Self::Payment,
        Self::ToSign,
        Self::ToHandOver,
        Self::Opinion,
        Self::All,
    ];

    /// The fixed name (`?queue=`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::Mine => "mine",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
            Self::Supplement => "supplement",
            Self::Payment => "payment",
            Self::ToSign => "to_sign",
            Self::ToHandOver => "to_hand_over",
            Self::Opinion => "opinion",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|q| q.as_str() == text)
    }
}

/// Whose dossiers an officer may see.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// Reads everything (auditor).
    pub everything: bool,
    /// Agency, and the codes of the procedure fields there; `None`: all fields.
    pub agencies: Vec<(AgencyId, Option<Vec<String>>)>,
    /// Agencies below those that the officer leads: read, never worked on, so they stand in no queue of work.
    pub below: Vec<AgencyId>,
    /// The same for the agencies that the officer answers for when others ask for an opinion.
    pub asked_in: Vec<(AgencyId, Option<Vec<String>>)>,
}

/// A question to the office's list.
#[derive(Clone, Debug)]
pub struct OfficeQuery {
    pub sight: Sight,
    pub queue: Queue,
    pub status: Option<Status>,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    pub assignee: Option<AccountId>,
    /// Words to look for: code, reference, or part of a name.
    pub words: Option<String>,
    /// The blind index of an identity number to look for.
    pub number_index: Option<String>,
    pub procedure: Option<ProcedureId>,
    /// Number indexes whose dossiers are never shown: the officer's own and declared relatives'.
    pub kept_away: Vec<String>,
    /// Who asks, for «Chờ tôi».
    pub me: AccountId,
    pub my_roles: Vec<Role>,
    pub now: Timestamp,
    /// From when on «sắp đến hạn» counts.
    pub soon: Timestamp,
}

/// As what a person stands in a dossier. Who is only named among its answers stands in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Applicant,
    Owner,
    /// Filed for themselves.
    Both,
}

impl Standing {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Owner => "owner",
            Self::Both => "both",
        }
    }

    /// What somebody is who is applicant, or owner, or both.
    pub fn of(applicant: bool, owner: bool) -> Option<Self> {
        match (applicant, owner) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Applicant),
            (false, true) => Some(Self::Owner),
            (false, false) => None,
        }
    }
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct DossierLine {
    pub id: DossierId,
    pub code: Option<String>,
    pub reference: Option<String>,
    pub procedure_code: String,
    pub procedure_name: String,
    pub agency_id: AgencyId,
    pub applicant_name: String,
    pub owner_name: String,
    pub intake: String,
    pub status: Status,
    pub flags: Flags,
    pub step: Option<String>,
    pub assignee_id: Option<AccountId>,
    pub due_at: Option<Timestamp>,
    pub acceptance_due_at: Option<Timestamp>,
    pub paused_since: Option<Timestamp>,
    pub submitted_at: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
    pub version: i32,
    pub updated_at: Timestamp,
}

impl DossierLine {
    /// Code, reference or id: what people call it by.
    pub fn name(&self) -> String {
        self.code.clone().or_else(|| self.reference.clone()).unwrap_or_else(|| self.id.to_string())
    }

    /// What its procedure is called: in English by the catalogue as it is now, where it has an English name.
    pub fn procedure(&self, catalogue: &Snapshot, lang: Lang) -> String {
        let entry = catalogue.index().get(&self.procedure_code).filter(|_| lang == Lang::En);
        entry.and_then(|entry| entry.name.en.clone()).unwrap_or_else(|| self.procedure_name.clone())
    }

    /// The due time that counts now: of acceptance while it is new, else of the whole.
    pub fn current_due(&self) -> Option<Timestamp> {
        match self.status {
            Status::Submitted => self.acceptance_due_at,
            _ => self.due_at,
        }
    }
}

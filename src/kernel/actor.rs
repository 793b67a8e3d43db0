//! Who acts: what a use case needs to know to decide whether it may.

use super::{AccountId, AgencyId, AssignmentId, Timestamp, UnitId};

/// What an officer may do (contract.md, `user create --role`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One-stop clerk (cán bộ một cửa).
    Clerk,
    /// Handler (chuyên viên thụ lý).
    Handler,
    /// Approver (lãnh đạo).
    Approver,
    /// Records clerk (văn thư).
    Records,
    /// Agency head: sees all of the agency.
    Head,
    /// Reads everything, changes nothing; every reading is logged.
    Auditor,
    /// Administers the catalogue.
    CatalogAdmin,
    /// Administers accounts.
    AccountsAdmin,
    /// Administers the system.
    SystemAdmin,
}

impl Role {
    /// Every role, in the order of contract.md.
    pub const ALL: [Self; 9] = [
        Self::Clerk,
        Self::Handler,
        Self::Approver,
        Self::Records,
        Self::Head,
        Self::Auditor,
        Self::CatalogAdmin,
        Self::AccountsAdmin,
        Self::SystemAdmin,
    ];

    /// The role's fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Handler => "handler",
            Self::Approver => "approver",
            Self::Records => "records",
            Self::Head => "head",
            Self::Auditor => "auditor",
            Self::CatalogAdmin => "catalog_admin",
            Self::AccountsAdmin => "accounts_admin",
            Self::SystemAdmin => "system_admin",
        }
    }

    /// Reads a role's fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// One right of an officer: a role in an agency, perhaps only in one unit or one procedure field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Assignment {
    pub id: AssignmentId,
    pub role: Role,
    pub agency: AgencyId,
    pub unit: Option<UnitId>,
    /// Code of the procedure field (lĩnh vực) that the right is limited to.
    pub field: Option<String>,
    pub valid_from: Option<Timestamp>,
    pub valid_to: Option<Timestamp>,
}

/// An officer at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    pub account: AccountId,
    pub name: String,
    /// Rights that hold now.
    pub assignments: Vec<Assignment>,
    /// The agencies below those that the officer leads: their dossiers may be read, nothing more.
    pub below: Vec<AgencyId>,
}

impl Officer {
    /// Whether the officer has `role` in `agency` for procedures of `field`.
    pub fn has(&self, role: Role, agency: AgencyId, field: Option<&str>) -> bool {
        self.assignments.iter().any(|a| {
            a.role == role
                && a.agency == agency
                && (a.field.is_none() || field.is_none() || a.field.as_deref() == field)
        })
    }

    /// Whether the officer has `role` anywhere.
    pub fn has_anywhere(&self, role: Role) -> bool {
        self.assignments.iter().any(|a| a.role == role)
    }
}

/// Who performs an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A citizen or the representative of a business.
    Citizen { account: AccountId, name: String, identity_level: u8 },
    /// An officer or administrator.
    Officer(Officer),
    /// The product itself: automatic procedures, lapses, schedules.
    System,
}

impl Actor {
    /// The account that acts, where there is one.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Citizen { account, .. } => Some(*account),
            Self::Officer(officer) => Some(officer.account),
            Self::Anonymous | Self::System => None,
        }
    }

    /// The officer who acts, if it is one.
    pub fn officer(&self) -> Option<&Officer> {
        match self {
            Self::Officer(officer) => Some(officer),
            Self::Anonymous | Self::Citizen { .. } | Self::System => None,
        }
    }
}

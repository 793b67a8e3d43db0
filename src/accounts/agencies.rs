//! Agencies (cơ quan) in their tree, and their departments (phòng ban).

use jiff::civil::Date;

use super::account::words;
use super::store::agencies as store;
use crate::db::{self, Conn, Tx};
use crate::kernel::national::AgencyCode;
use crate::kernel::{Actor, AgencyId, Role, Timestamp, UnitId};

words! {
    /// What an agency is.
    Kind {
        /// Ủy ban nhân dân.
        PeoplesCommittee = "peoples_committee",
        /// Công an.
        Police = "police",
        /// Sở, or another specialised body of a province.
        Department = "department",
        /// Trường học.
        School = "school",
        /// Bộ, cơ quan ngang bộ, or a unit of one.
        Ministry = "ministry",
        /// Trung tâm phục vụ hành chính công.
        Centre = "centre",
        Other = "other",
    }
}

words! {
    /// Where an agency stands in the administration.
    Level {
        Commune = "commune",
        Province = "province",
        Ministry = "ministry",
        /// A school or another establishment.
        Establishment = "establishment",
    }
}

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    pub id: AgencyId,
    /// Electronic identifier, `H57.12`.
    pub code: String,
    pub name: String,
    /// The one-stop centre's name, where papers name it.
    pub centre_name: Option<String>,
    pub kind: Kind,
    pub level: Level,
    pub parent: Option<AgencyId>,
    pub province_code: Option<String>,
    pub commune_code: Option<String>,
    /// The place in "…, ngày … tháng … năm …".
    pub place_name: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub is_demo: bool,
    pub valid_from: Option<Date>,
    /// First day on which it no longer stands.
    pub valid_to: Option<Date>,
    pub collecting: Collecting,
}

/// Under which number and into which account an agency collects fees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collecting {
    /// Mã số thuế, as receipts name it.
    pub tax_code: Option<String>,
    pub account: Option<BankAccount>,
}

/// A bank account.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BankAccount {
    /// The bank's number at NAPAS, six digits.
    pub bin: String,
    pub number: String,
    pub holder: String,
}

impl Agency {
    /// Whether it stands on `day`.
    pub fn stands_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// A department of an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    pub id: UnitId,
    pub agency: AgencyId,
    pub name: String,
}

/// Why an agency was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("only an accounts or system administrator may change agencies")]
    NotAllowed,
    #[error("{0:?} is not an agency's electronic identifier")]
    BadCode(String),
    #[error("an agency with the code {0} is there already")]
    CodeTaken(String),
    #[error("a name and a place name are needed")]
    NoName,
    #[error("no agency {0}")]
    NoParent(AgencyId),
    #[error("an agency can't stand below itself")]
    Circle,
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// How many levels a tree may have; more is a mistake.
const DEPTH: usize = 10;

/// Adds an agency, or writes an existing one (same id) anew.
///
/// # Errors
/// [`SaveError`].
pub fn save(tx: &mut Tx<'_>, who: &Actor, agency: &Agency, now: Timestamp) -> Result<(), SaveError> {
    let allowed = match who {
        Actor::System => true,
        Actor::Officer(o) => o.has_anywhere(Role::AccountsAdmin) || o.has_anywhere(Role::SystemAdmin),
        Actor::Anonymous | Actor::Citizen { .. } => false,
    };
    if !allowed {
        return Err(SaveError::NotAllowed);
    }
    if AgencyCode::parse(&agency.code).is_err() {
        return Err(SaveError::BadCode(agency.code.clone()));
    }
    if agency.name.trim().is_empty() || agency.place_name.trim().is_empty() {
        return Err(SaveError::NoName);
    }
    let conn = tx.conn();
    if let Some(parent) = agency.parent {
        if by_id(conn, parent)?.is_none() {
            return Err(SaveError::NoParent(parent));
        }
        if with_ancestors(conn, parent)?.contains(&agency.id) {
            return Err(SaveError::Circle);
        }
    }
    if by_code(conn, &agency.code)?.is_some_and(|other| other.id != agency.id) {
        return Err(SaveError::CodeTaken(agency.code.clone()));
    }
    if by_id(conn, agency.id)?.is_some() {
        store::update(conn, agency)?;
    } else {
        store::insert(conn, store::Row::of(agency, now))?;
    }
    Ok(())
}

/// One agency.
///
/// # Errors
/// A failure of the database.
pub fn by_id(conn: &mut Conn, id: AgencyId) -> Result<Option<Agency>, db::Error> {
    store::by_id(conn, id)
}

/// Several agencies, in no order.
///
/// # Errors
/// A failure of the database.
pub fn by_ids(conn: &mut Conn, ids: &[AgencyId]) -> Result<Vec<Agency>, db::Error> {
    store::by_ids(conn, ids)
}

/// The agency with an electronic identifier.
///
/// # Errors
/// A failure of the database.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Agency>, db::Error> {
    Ok(store::by_codes(conn, &[code.to_owned()])?.pop())
}

/// Several agencies by code, in no order.
///
/// # Errors
/// A failure of the database.
pub fn by_codes(conn: &mut Conn, codes: &[String]) -> Result<Vec<Agency>, db::Error> {
    store::by_codes(conn, codes)
}

/// Every agency, by code.
///
/// # Errors
/// A failure of the database.
pub fn all(conn: &mut Conn) -> Result<Vec<Agency>, db::Error> {
    store::every(conn)
}

/// The agencies of a commune, or of the province itself.
///
/// # Errors
/// A failure of the database.
pub fn of_place(conn: &mut Conn, province: &str, commune: Option<&str>) -> Result<Vec<Agency>, db::Error> {
    store::of_place(conn, province, commune)
}

/// The given agencies and all below them.
///
/// # Errors
/// A failure of the database.
pub fn below(conn: &mut Conn, roots: &[AgencyId]) -> Result<Vec<AgencyId>, db::Error> {
    let mut all = roots.to_vec();
    let mut level = roots.to_vec();
    for _ in 0..DEPTH {
        if level.is_empty() {
            break;
        }
        level = store::children(conn, &level)?;
        level.retain(|id| !all.contains(id));
        all.extend(&level);
    }
    Ok(all)
}

/// An agency and all above it, nearest first.
///
/// # Errors
/// A failure of the database.
pub fn with_ancestors(conn: &mut Conn, id: AgencyId) -> Result<Vec<AgencyId>, db::Error> {
    let mut chain = vec![id];
    let mut here = id;
    while chain.len() < DEPTH {
        match store::parent(conn, here) {
            Ok(Some(parent)) if !chain.contains(&parent) => {
                chain.push(parent);
                here = parent;
            }
            Ok(_) | Err(db::Error::NotFound) => break,
            Err(e) => return Err(e),
        }
    }
    Ok(chain)
}

/// Adds a department to an agency.
///
/// # Errors
/// [`SaveError`].
pub fn add_department(
    tx: &mut Tx<'_>,
    who: &Actor,
    agency: AgencyId,
    name: &str,
    now: Timestamp,
) -> Result<Department, SaveError> {
    if !super::rights::administers(tx.conn(), who, agency)? {
        return Err(SaveError::NotAllowed);
    }
    if by_id(tx.conn(), agency)?.is_none() {
        return Err(SaveError::NoParent(agency));
    }
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(SaveError::NoName);
    }
    let department = Department { id: UnitId::new(), agency, name };
    store::insert_unit(tx.conn(), &department, now)?;
    Ok(department)
}

/// The departments of an agency, oldest first.
///
/// # Errors
/// A failure of the database.
pub fn departments(conn: &mut Conn, agency: AgencyId) -> Result<Vec<Department>, db::Error> {
    store::units_of(conn, agency)
}

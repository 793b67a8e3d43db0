//! Who looked at whose data, why and when. An entry is committed before the page is sent.

use serde::Serialize;

use super::{chain, store};
use crate::db::{Conn, Error, Tx};
use crate::kernel::{AccountId, Actor, AgencyId, DossierId, Timestamp, local_date};

/// One look at personal data.
#[derive(Clone, Debug)]
pub struct Access {
    /// For which agency the person looked; `None` for the product itself.
    pub agency: Option<AgencyId>,
    /// Whose data.
    pub subject: Option<AccountId>,
    pub dossier: Option<DossierId>,
    /// Dossier code or reference, for people who read the log.
    pub dossier_ref: Option<String>,
    /// Why: a fixed word such as `open_dossier`, `search`, `audit`.
    pub purpose: &'static str,
    /// What was shown, in words.
    pub what: String,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessEntry {
    pub chain: String,
    pub seq: i64,
    pub account: Option<AccountId>,
    pub actor_name: String,
    pub agency: Option<AgencyId>,
    pub subject: Option<AccountId>,
    pub dossier: Option<DossierId>,
    pub dossier_ref: Option<String>,
    pub purpose: String,
    pub what: String,
    pub at: Timestamp,
    #[serde(skip)]
    pub prev_hash: String,
    #[serde(skip)]
    pub hash: String,
}

/// Appends an access to the chain of the agency's day.
///
/// # Errors
/// A failure of the database: then nothing may be shown.
pub fn record(tx: &mut Tx<'_>, who: &Actor, access: Access, now: Timestamp) -> Result<(), Error> {
    let chain = chain_of(access.agency, now);
    let (seq, prev_hash) = store::next_in_chain(tx.conn(), &chain)?;
    let mut entry = AccessEntry {
        chain,
        seq,
        account: who.account(),
        actor_name: actor_name(who),
        agency: access.agency,
        subject: access.subject,
        dossier: access.dossier,
        dossier_ref: access.dossier_ref,
        purpose: access.purpose.to_owned(),
        what: access.what,
        at: now,
        prev_hash,
        hash: String::new(),
    };
    entry.hash = chain::link(&entry.prev_hash, &entry);
    store::insert(tx.conn(), &entry)?;
    store::set_head(tx.conn(), &entry.chain, &entry.hash)
}

/// The newest entries about a person, for «Nhật ký truy cập».
///
/// # Errors
/// A failure of the database.
pub fn about(conn: &mut Conn, subject: AccountId, limit: i64) -> Result<Vec<AccessEntry>, Error> {
    store::about(conn, subject, limit)
}

/// The entries of some purposes, chain by chain, oldest first: administrative acts such as `publish_procedure`.
///
/// # Errors
/// A failure of the database.
pub fn of_purposes(conn: &mut Conn, purposes: &[&str]) -> Result<Vec<AccessEntry>, Error> {
    store::of_purposes(conn, purposes)
}

/// The name of the chain: one an agency and day.
fn chain_of(agency: Option<AgencyId>, at: Timestamp) -> String {
    let agency = agency.map_or_else(|| "system".to_owned(), |a| a.to_string());
    format!("{agency}:{}", local_date(at))
}

fn actor_name(who: &Actor) -> String {
    match who {
        Actor::Anonymous => "—".to_owned(),
        Actor::Citizen { name, .. } => name.clone(),
        Actor::Officer(officer) => officer.name.clone(),
        Actor::System => "Hệ thống".to_owned(),
    }
}

//! Acts upon accounts in the tamper-evident log: who did what to whose account, readable by its owner.

use crate::audit::access::{self, Access};
use crate::db::{self, Tx};
use crate::kernel::{AccountId, Actor, AgencyId, Timestamp};

/// Writes an entry. `what` is shown to the account's owner, in Vietnamese.
pub(super) fn note(
    tx: &mut Tx<'_>,
    who: &Actor,
    (agency, subject): (Option<AgencyId>, AccountId),
    (purpose, what): (&'static str, &str),
    now: Timestamp,
) -> Result<(), db::Error> {
    let agency = agency.or_else(|| Some(who.officer()?.assignments.first()?.agency));
    let entry =
        Access { agency, subject: Some(subject), dossier: None, dossier_ref: None, purpose, what: what.to_owned() };
    access::record(tx, who, entry, now)
}

//! What a dossier is found by, and the numbers it is named with: tables `dossier_identities`, `dossier_fields`,
//! `dossier_counters`.

use diesel::prelude::*;

use crate::db::schema::{dossier_counters, dossier_fields, dossier_identities};
use crate::db::types::D;
use crate::db::{Both, Conn, Error};
use crate::kernel::{AgencyId, DossierId, Timestamp, local_date};

/// Takes the next number of the agency's day (domain.md, Codes): part of the accepting transaction,
/// so a rolled-back acceptance leaves no gap.
///
/// # Errors
/// A failure of the database.
pub fn next_number(conn: &mut Conn, agency: AgencyId, now: Timestamp) -> Result<i32, Error> {
    use dossier_counters as t;
    Ok(Both(
        diesel::insert_into(t::table)
            .values((t::agency_id.eq(agency), t::day.eq(D(local_date(now))), t::last.eq(1)))
            .on_conflict((t::agency_id, t::day))
            .do_update()
            .set(t::last.eq(t::last + 1))
            .returning(t::last),
    )
    .get_result(conn)?)
}

/// Puts the blind indexes of the identity numbers among the answers in place of the old ones.
///
/// # Errors
/// A failure of the database.
pub fn index_identities(conn: &mut Conn, id: DossierId, found: &[(String, String)]) -> Result<(), Error> {
    use dossier_identities as t;
    diesel::delete(t::table.filter(t::dossier_id.eq(id))).execute(conn)?;
    for (pointer, index) in found {
        diesel::insert_into(t::table)
            .values((t::dossier_id.eq(id), t::pointer.eq(pointer), t::number_index.eq(index)))
            .execute(conn)?;
    }
    Ok(())
}

/// The blind indexes of the identity numbers among the answers of a filed dossier.
///
/// # Errors
/// A failure of the database.
pub fn identities_of(conn: &mut Conn, id: DossierId) -> Result<Vec<String>, Error> {
    use dossier_identities as t;
    Ok(t::table.filter(t::dossier_id.eq(id)).select(t::number_index).distinct().load(conn)?)
}

/// Puts the answers that the revision marks as searchable in place of the old ones.
///
/// # Errors
/// A failure of the database.
pub fn index_fields(conn: &mut Conn, id: DossierId, found: &[(String, String)]) -> Result<(), Error> {
    use dossier_fields as t;
    diesel::delete(t::table.filter(t::dossier_id.eq(id))).execute(conn)?;
    for (position, (field, value)) in (0i32..).zip(found) {
        diesel::insert_into(t::table)
            .values((
                t::dossier_id.eq(id),
                t::field.eq(field),
                t::position.eq(position),
                t::value_fold.eq(crate::kernel::text::fold(value)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Removes what a dossier is found by.
///
/// # Errors
/// A failure of the database.
pub(super) fn forget_indexes(conn: &mut Conn, id: DossierId) -> Result<(), Error> {
    diesel::delete(dossier_identities::table.filter(dossier_identities::dossier_id.eq(id))).execute(conn)?;
    diesel::delete(dossier_fields::table.filter(dossier_fields::dossier_id.eq(id))).execute(conn)?;
    Ok(())
}

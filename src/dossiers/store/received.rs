//! Table `received_papers`: what lies in the folder at the counter, scanned or not.

use diesel::prelude::*;

use crate::db::schema::received_papers;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, DossierId, Timestamp};

/// A paper taken in at the counter.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = received_papers)]
pub struct ReceivedPaper {
    pub dossier_id: DossierId,
    /// Code of the required paper.
    pub paper_code: String,
    pub originals: i32,
    pub copies: i32,
    pub received_by: Option<AccountId>,
    pub received_at: Timestamp,
}

/// The papers taken in, by their codes.
///
/// # Errors
/// A failure of the database.
pub fn received_of(conn: &mut Conn, dossier: DossierId) -> Result<Vec<ReceivedPaper>, Error> {
    use received_papers as t;
    Ok(t::table.filter(t::dossier_id.eq(dossier)).order(t::paper_code).load(conn)?)
}

/// Puts a new list of papers in place of the old one.
///
/// # Errors
/// A failure of the database.
pub fn set_received(conn: &mut Conn, dossier: DossierId, papers: &[ReceivedPaper]) -> Result<(), Error> {
    forget_received(conn, dossier)?;
    for paper in papers {
        diesel::insert_into(received_papers::table).values(paper.clone()).execute(conn)?;
    }
    Ok(())
}

/// Forgets what was taken in.
///
/// # Errors
/// A failure of the database.
pub(super) fn forget_received(conn: &mut Conn, dossier: DossierId) -> Result<(), Error> {
    diesel::delete(received_papers::table.filter(received_papers::dossier_id.eq(dossier))).execute(conn)?;
    Ok(())
}

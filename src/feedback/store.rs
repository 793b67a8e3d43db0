//! Table `ratings`: one a dossier.

use diesel::prelude::*;

use crate::db::schema::ratings as t;
use crate::db::{Conn, Error};
use crate::kernel::{AccountId, DossierId, RatingId, Timestamp};

/// A rating as recorded.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = t)]
pub struct Given {
    pub id: RatingId,
    pub dossier_id: DossierId,
    pub account_id: Option<AccountId>,
    /// 1 to 5.
    pub score: i32,
    pub comment: Option<String>,
    pub created_at: Timestamp,
}

/// Records a rating.
///
/// # Errors
/// [`Error::Unique`] when the dossier has one, or a failure of the database.
pub(super) fn insert(conn: &mut Conn, given: &Given) -> Result<(), Error> {
    diesel::insert_into(t::table).values(given.clone()).execute(conn)?;
    Ok(())
}

/// The rating of a dossier.
///
/// # Errors
/// A failure of the database.
pub fn of_dossier(conn: &mut Conn, dossier: DossierId) -> Result<Option<Given>, Error> {
    Ok(t::table.filter(t::dossier_id.eq(dossier)).first(conn).optional()?)
}

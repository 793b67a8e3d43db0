//! Sessions (đợt) as rows, so that dossiers can point at theirs.

use diesel::prelude::*;

use crate::catalog::revision::FilingWindow;
use crate::db::schema::filing_windows as t;
use crate::db::{Conn, Error, Tx};
use crate::kernel::{ProcedureId, Timestamp, WindowId};

/// A session of a procedure; `code` is the revision's.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Window {
    pub id: WindowId,
    pub code: String,
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
    pub editable_until: Option<Timestamp>,
}

impl Window {
    /// Until when a filed dossier may still be changed by the citizen: by default until the session closes.
    pub fn changes_end(&self) -> Timestamp {
        self.editable_until.unwrap_or(self.closes_at)
    }
}

/// A session by its id.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn window(conn: &mut Conn, id: WindowId) -> Result<Window, Error> {
    Ok(t::table.find(id).select((t::id, t::name, t::opens_at, t::closes_at, t::editable_until)).first(conn)?)
}

/// The sessions of a procedure, by opening.
///
/// # Errors
/// Only the database's.
pub fn windows(conn: &mut Conn, procedure: ProcedureId) -> Result<Vec<Window>, Error> {
    Ok(t::table
        .filter(t::procedure_id.eq(procedure))
        .order(t::opens_at)
        .select((t::id, t::name, t::opens_at, t::closes_at, t::editable_until))
        .load(conn)?)
}

/// Brings the rows to what the revision says. A session that is gone keeps its row: dossiers may point at it.
pub(super) fn sync(tx: &mut Tx<'_>, procedure: ProcedureId, wanted: &[FilingWindow]) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let there = windows(tx.conn(), procedure)?;
    for window in wanted {
        let times = (
            t::opens_at.eq(window.opens_at),
            t::closes_at.eq(window.closes_at),
            t::editable_until.eq(window.editable_until),
        );
        match there.iter().find(|w| w.code == window.code) {
            Some(known) => {
                diesel::update(t::table.filter(t::id.eq(known.id))).set(times).execute(tx.conn())?;
            }
            None => {
                diesel::insert_into(t::table)
                    .values((t::id.eq(WindowId::new()), t::procedure_id.eq(procedure), t::name.eq(&window.code), times))
                    .execute(tx.conn())?;
            }
        }
    }
    Ok(())
}

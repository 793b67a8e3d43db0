//! Table `settings`: what a database says of itself, by name.

use diesel::prelude::*;
use serde_json::Value;

use super::schema::settings as t;
use super::types::J;
use super::{Both, Conn, Error, Tx};
use crate::kernel::Timestamp;

/// What stands under a name.
///
/// # Errors
/// A failure of the database.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<Value>, Error> {
    let found: Option<J> = t::table.find(name).select(t::value).first(conn).optional()?;
    Ok(found.map(|doc| doc.0))
}

/// Puts a value under a name where nothing stands yet; what was there first stays.
///
/// # Errors
/// A failure of the database.
pub fn put_once(tx: &mut Tx<'_>, name: &str, value: &Value, now: Timestamp) -> Result<(), Error> {
    let row = (t::name.eq(name), t::value.eq(J(value.clone())), t::updated_at.eq(now));
    Both(diesel::insert_into(t::table).values(row).on_conflict(t::name).do_nothing()).execute(tx.conn())?;
    Ok(())
}

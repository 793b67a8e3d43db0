//! Table `rate_counters`.

use diesel::prelude::*;

use crate::db::schema::{rate_counters, rate_counters::dsl};
use crate::db::{Both, Conn, Error};
use crate::kernel::Timestamp;

/// Counts one more under `key` and answers the new count. A key holds its window in its name.
pub fn add(conn: &mut Conn, key: &str, window_start: Timestamp) -> Result<i32, Error> {
    let one = (dsl::key.eq(key.to_owned()), dsl::window_start.eq(window_start), dsl::hits.eq(1));
    let counted = diesel::insert_into(rate_counters::table)
        .values(one)
        .on_conflict(dsl::key)
        .do_update()
        .set(dsl::hits.eq(rate_counters::hits + 1))
        .returning(rate_counters::hits);
    Ok(Both(counted).get_result(conn)?)
}

/// Takes one call back.
pub fn take_back(conn: &mut Conn, key: &str) -> Result<(), Error> {
    let counted = dsl::rate_counters.find(key.to_owned()).filter(dsl::hits.gt(0));
    diesel::update(counted).set(dsl::hits.eq(dsl::hits - 1)).execute(conn)?;
    Ok(())
}

/// How often `key` was counted, and since when.
pub fn get(conn: &mut Conn, key: &str) -> Result<Option<(Timestamp, i32)>, Error> {
    Ok(dsl::rate_counters.find(key.to_owned()).select((dsl::window_start, dsl::hits)).first(conn).optional()?)
}

/// Sets the moment of a counter.
pub fn set_start(conn: &mut Conn, key: &str, at: Timestamp) -> Result<(), Error> {
    diesel::update(dsl::rate_counters.find(key.to_owned())).set(dsl::window_start.eq(at)).execute(conn)?;
    Ok(())
}

/// Forgets a counter.
pub fn clear(conn: &mut Conn, key: &str) -> Result<(), Error> {
    diesel::delete(dsl::rate_counters.find(key.to_owned())).execute(conn)?;
    Ok(())
}

/// Removes counters begun before `before`.
pub fn purge(conn: &mut Conn, before: Timestamp) -> Result<usize, Error> {
    Ok(diesel::delete(dsl::rate_counters.filter(dsl::window_start.lt(before))).execute(conn)?)
}

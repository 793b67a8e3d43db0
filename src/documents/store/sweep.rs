//! Which stored files nothing refers to.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::schema::{blobs as b, documents as d, papers as p, results as r};
use crate::db::{Conn, Error};
use crate::kernel::Timestamp;

/// Whether a file's row is referred to: by a paper of a dossier, a draft or a data store, by a made paper, by a result.
macro_rules! referred {
    () => {
        exists(d::table.filter(d::blob_hash.eq(b::hash)))
            .or(exists(p::table.filter(p::blob_hash.eq(b::hash.nullable()))))
            .or(exists(r::table.filter(r::blob_hash.eq(b::hash.nullable()))))
    };
}

/// Files that nothing refers to and that are not marked yet.
///
/// # Errors
/// A failure of the database.
pub fn unreferenced(conn: &mut Conn, most: i64) -> Result<Vec<String>, Error> {
    let unmarked = b::table.filter(b::unreferenced_since.is_null()).filter(not(referred!()));
    Ok(unmarked.select(b::hash).limit(most).load(conn)?)
}

/// Every file that something refers to.
///
/// # Errors
/// A failure of the database.
pub fn referred_to(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(b::table.filter(referred!()).select(b::hash).load(conn)?)
}

/// Marked files that something refers to again.
///
/// # Errors
/// A failure of the database.
pub fn referred_again(conn: &mut Conn, most: i64) -> Result<Vec<String>, Error> {
    let marked = b::table.filter(b::unreferenced_since.is_not_null()).filter(referred!());
    Ok(marked.select(b::hash).limit(most).load(conn)?)
}

/// Takes the marks away.
///
/// # Errors
/// A failure of the database.
pub fn keep_blobs(conn: &mut Conn, hashes: &[String]) -> Result<(), Error> {
    for hash in hashes {
        diesel::update(b::table.find(hash)).set(b::unreferenced_since.eq(None::<Timestamp>)).execute(conn)?;
    }
    Ok(())
}

/// Marks files as referred to by nothing from `now` on.
///
/// # Errors
/// A failure of the database.
pub fn mark_unreferenced(conn: &mut Conn, hashes: &[String], now: Timestamp) -> Result<(), Error> {
    for hash in hashes {
        diesel::update(b::table.find(hash)).set(b::unreferenced_since.eq(Some(now))).execute(conn)?;
    }
    Ok(())
}

/// Files marked at or before `before`, the longest first.
///
/// # Errors
/// A failure of the database.
pub fn sweepable(conn: &mut Conn, before: Timestamp, most: i64) -> Result<Vec<String>, Error> {
    let marked = b::table.filter(b::unreferenced_since.le(before));
    Ok(marked.order(b::unreferenced_since).select(b::hash).limit(most).load(conn)?)
}

/// Forgets a file that was marked at or before `before` and that still nothing refers to; `false` for any other.
///
/// # Errors
/// A failure of the database.
pub fn forget_blob(conn: &mut Conn, hash: &str, before: Timestamp) -> Result<bool, Error> {
    let held: i64 = b::table
        .filter(b::hash.eq(hash))
        .filter(referred!().or(b::unreferenced_since.is_null()).or(b::unreferenced_since.gt(before)))
        .count()
        .get_result(conn)?;
    if held > 0 {
        return Ok(false);
    }
    // Between the two statements somebody may store the same content, which takes the mark away, or refer to it, which
    // the foreign key holds against this.
    let still = b::table.filter(b::hash.eq(hash)).filter(b::unreferenced_since.le(before));
    Ok(diesel::delete(still).execute(conn)? > 0)
}

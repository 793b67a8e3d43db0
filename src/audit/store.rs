//! Tables `access_log`, `chain_heads`, `daily_digests`.

use diesel::prelude::*;
use jiff::civil::Date;

use super::AccessEntry;
use crate::db::schema::{access_log, chain_heads, daily_digests};
use crate::db::types::{D, J};
use crate::db::{Both, Conn, Error};
use crate::kernel::{AccountId, AgencyId, DossierId, Timestamp};

/// Takes the next place in a chain and answers it with the hash before. The row stays locked until the commit.
pub fn next_in_chain(conn: &mut Conn, chain: &str) -> Result<(i64, String), Error> {
    let head = Both(
        diesel::insert_into(chain_heads::table)
            .values((chain_heads::chain.eq(chain), chain_heads::seq.eq(1), chain_heads::hash.eq("")))
            .on_conflict(chain_heads::chain)
            .do_update()
            .set(chain_heads::seq.eq(chain_heads::seq + 1))
            .returning((chain_heads::seq, chain_heads::hash)),
    )
    .get_result(conn)?;
    Ok(head)
}

pub fn set_head(conn: &mut Conn, chain: &str, hash: &str) -> Result<(), Error> {
    diesel::update(chain_heads::table.find(chain)).set(chain_heads::hash.eq(hash)).execute(conn)?;
    Ok(())
}

pub fn insert(conn: &mut Conn, entry: &AccessEntry) -> Result<(), Error> {
    use access_log as t;
    diesel::insert_into(t::table)
        .values((
            t::chain.eq(&entry.chain),
            t::seq.eq(entry.seq),
            t::account_id.eq(entry.account),
            t::actor_name.eq(&entry.actor_name),
            t::agency_id.eq(entry.agency),
            t::subject_account.eq(entry.subject),
            t::dossier_id.eq(entry.dossier),
            t::dossier_ref.eq(entry.dossier_ref.as_deref()),
            t::purpose.eq(&entry.purpose),
            t::what.eq(&entry.what),
            t::at.eq(entry.at),
            t::prev_hash.eq(&entry.prev_hash),
            t::hash.eq(&entry.hash),
        ))
        .execute(conn)?;
    Ok(())
}

type Row = (
    String,
    i64,
    Option<AccountId>,
    String,
    Option<AgencyId>,
    Option<AccountId>,
    Option<DossierId>,
    Option<String>,
    String,
    String,
    Timestamp,
    String,
    String,
);

fn entry(row: Row) -> AccessEntry {
    let (chain, seq, account, actor_name, agency, subject, dossier, dossier_ref, purpose, what, at, prev_hash, hash) =
        row;
    AccessEntry {
        chain,
        seq,
        account,
        actor_name,
        agency,
        subject,
        dossier,
        dossier_ref,
        purpose,
        what,
        at,
        prev_hash,
        hash,
    }
}

pub fn about(conn: &mut Conn, subject: AccountId, limit: i64) -> Result<Vec<AccessEntry>, Error> {
    let rows: Vec<Row> = access_log::table
        .filter(access_log::subject_account.eq(subject))
        .order(access_log::at.desc())
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

pub fn of_purposes(conn: &mut Conn, purposes: &[&str]) -> Result<Vec<AccessEntry>, Error> {
    let wanted: Vec<String> = purposes.iter().map(|purpose| (*purpose).to_owned()).collect();
    let rows: Vec<Row> = access_log::table
        .filter(access_log::purpose.eq_any(wanted))
        .order((access_log::chain, access_log::seq))
        .load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// Names and heads of all chains, or of those of one day.
pub fn heads(conn: &mut Conn, day: Option<Date>) -> Result<Vec<(String, i64, String)>, Error> {
    let mut query = chain_heads::table.order(chain_heads::chain).into_boxed();
    if let Some(day) = day {
        query = query.filter(chain_heads::chain.like(format!("%:{day}")));
    }
    Ok(query.load(conn)?)
}

pub fn of_chain(conn: &mut Conn, chain: &str) -> Result<Vec<AccessEntry>, Error> {
    let rows: Vec<Row> = access_log::table.filter(access_log::chain.eq(chain)).order(access_log::seq).load(conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// A sealed day: (day, heads, digest before, digest).
pub type Sealed = (D, J, String, String);

pub fn sealed(conn: &mut Conn) -> Result<Vec<Sealed>, Error> {
    use daily_digests as t;
    Ok(t::table.select((t::day, t::heads, t::prev_digest, t::digest)).order(t::day).load(conn)?)
}

pub fn seal(conn: &mut Conn, sealed: &Sealed, at: Timestamp) -> Result<(), Error> {
    use daily_digests as t;
    diesel::insert_into(t::table)
        .values((
            t::day.eq(sealed.0),
            t::heads.eq(&sealed.1),
            t::prev_digest.eq(&sealed.2),
            t::digest.eq(&sealed.3),
            t::sealed_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

//! Sealing days and walking the chains (`motcua audit verify`).

use jiff::civil::Date;

use super::chain::{GENESIS, link};
use super::store;
use crate::db::types::{D, J};
use crate::db::{Conn, Error, Tx};
use crate::kernel::Timestamp;

/// The first thing found wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("access log {chain}, entry {seq}: changed, or the entry before it is gone")]
    Entry { chain: String, seq: i64 },
    #[error("access log {chain}: the end was cut off")]
    Tail { chain: String },
    #[error("the digest of {day} does not fit the day's chains")]
    Digest { day: Date },
}

/// What a walk over the access log found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    pub entries: u64,
    pub days_sealed: u64,
    pub broken: Option<Broken>,
}

/// Seals the chains of `day`, which must be over. A sealed day is left alone.
///
/// # Errors
/// A failure of the database.
pub fn seal_day(tx: &mut Tx<'_>, day: Date, now: Timestamp) -> Result<bool, Error> {
    let sealed = store::sealed(tx.conn())?;
    if sealed.iter().any(|s| s.0.0 >= day) {
        return Ok(false);
    }
    let heads = serde_json::json!(store::heads(tx.conn(), Some(day))?);
    let before = sealed.last().map_or(GENESIS.to_owned(), |s| s.3.clone());
    let digest = link(&before, &(day, &heads));
    store::seal(tx.conn(), &(D(day), J(heads), before, digest), now)?;
    Ok(true)
}

/// Recomputes every link of the access log and every daily digest.
///
/// # Errors
/// A failure of the database; a broken link is an answer, not an error.
pub fn access_log(conn: &mut Conn) -> Result<Walked, Error> {
    let mut walked = Walked::default();
    let heads = store::heads(conn, None)?;
    for (chain, seq, head) in &heads {
        let mut before = GENESIS.to_owned();
        let mut expected = 1;
        for entry in store::of_chain(conn, chain)? {
            let fits = entry.seq == expected && entry.prev_hash == before && link(&before, &entry) == entry.hash;
            if !fits {
                walked.broken = Some(Broken::Entry { chain: chain.clone(), seq: expected });
                return Ok(walked);
            }
            before = entry.hash;
            expected += 1;
            walked.entries += 1;
        }
        if before != *head || expected - 1 != *seq {
            walked.broken = Some(Broken::Tail { chain: chain.clone() });
            return Ok(walked);
        }
    }
    let mut before = GENESIS.to_owned();
    for (day, sealed_heads, prev, digest) in store::sealed(conn)? {
        let now: Vec<_> = store::heads(conn, Some(day.0))?;
        let same = serde_json::json!(now) == sealed_heads.0;
        if prev != before || link(&before, &(day.0, &sealed_heads.0)) != digest || !same {
            walked.broken = Some(Broken::Digest { day: day.0 });
            return Ok(walked);
        }
        before = digest;
        walked.days_sealed += 1;
    }
    Ok(walked)
}

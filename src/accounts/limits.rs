//! Rate limits counted in the database, so that they hold over all nodes.

use jiff::SignedDuration;

use super::store::counters;
use crate::db::{self, Tx};
use crate::kernel::Timestamp;

/// Why a call is not served now.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// Too often; try again after this long.
    #[error("too many requests, try again in {} s", .0.as_secs())]
    RetryAfter(SignedDuration),
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Counts one call under `key` and refuses it when `max` were made in the current `window`.
/// The count stays only if the caller's transaction commits: count in a write of its own what must always count.
///
/// # Errors
/// [`LimitError::RetryAfter`] above the limit.
pub fn hit(tx: &mut Tx<'_>, key: &str, window: SignedDuration, max: u32, now: Timestamp) -> Result<(), LimitError> {
    let (key, start, length) = in_window(key, window, now);
    let begun = Timestamp::from_second(start).unwrap_or(now);
    let count = counters::add(tx.conn(), &key, begun)?;
    if u32::try_from(count).unwrap_or(u32::MAX) > max {
        return Err(LimitError::RetryAfter(SignedDuration::from_secs(start + length - now.as_second())));
    }
    Ok(())
}

/// Takes back a call that [`hit`] counted in the window of `now`: it turned out to be no guess.
///
/// # Errors
/// A failure of the database.
pub fn give_back(tx: &mut Tx<'_>, key: &str, window: SignedDuration, now: Timestamp) -> Result<(), db::Error> {
    counters::take_back(tx.conn(), &in_window(key, window, now).0)
}

/// The counter of a window, when it began and how long it is, in seconds.
fn in_window(key: &str, window: SignedDuration, now: Timestamp) -> (String, i64, i64) {
    let length = window.as_secs().max(1);
    let start = now.as_second().div_euclid(length) * length;
    (format!("{key}@{length}:{start}"), start, length)
}

/// How long an account stays locked after its `failed`-th wrong password or code in a row: nothing for the first
/// four, then from half a minute doubling up to a quarter of an hour. Guessing gets nowhere, and a
/// prankster can't lock anybody out for a day.
pub fn lock_for(failed: i32) -> Option<SignedDuration> {
    let over = u32::try_from(failed.checked_sub(5)?).ok()?;
    Some(SignedDuration::from_secs((30_i64 << over.min(5)).min(15 * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_and_are_bounded() {
        let seconds: Vec<i64> = (0..13).map(|n| lock_for(n).map_or(0, |d| d.as_secs())).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(lock_for(i32::MAX), lock_for(50));
        assert_eq!(lock_for(-3), None);
    }
}

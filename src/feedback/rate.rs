//! Đánh giá mức độ hài lòng: once, by the person whose dossier it is, after the result was handed over.

use serde_json::json;

use super::store::{self, Given};
use crate::db::{self, Conn, Tx};
use crate::dossiers::{Dossier, Step};
use crate::kernel::{Actor, RatingId, Timestamp, text};
use crate::office::{self, ActError, Desk, Rules, Target};

/// The longest comment.
const MAX_COMMENT: usize = 2_000;

/// What a person says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// 1 (very dissatisfied) to 5 (very satisfied).
    pub score: i64,
    pub comment: Option<String>,
}

/// Why a rating was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RateError {
    #[error(transparent)]
    Act(#[from] ActError),
    /// A dossier is rated once.
    #[error("rated already")]
    RatedAlready,
}

impl From<db::Error> for RateError {
    fn from(e: db::Error) -> Self {
        Self::Act(ActError::Db(e))
    }
}

/// Rates a dossier whose result was handed over. The comment is for the agency's leaders; it is no public event.
///
/// # Errors
/// Faults at `/score` and `/comment`, [`RateError::RatedAlready`], or as every act.
pub fn rate(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, rating): (Target, &Rating),
    rules: &Rules,
    now: Timestamp,
) -> Result<Dossier, RateError> {
    let (score, comment) = checked(rating)?;
    let desk = Desk::open(tx, who, rules, target, Step::Rate, now)?;
    if store::of_dossier(desk.tx.conn(), desk.dossier.id)?.is_some() {
        return Err(RateError::RatedAlready);
    }
    let given = Given {
        id: RatingId::new(),
        dossier_id: desk.dossier.id,
        account_id: who.account(),
        score,
        comment,
        created_at: now,
    };
    store::insert(desk.tx.conn(), &given).map_err(|e| match e {
        db::Error::Unique(_) => RateError::RatedAlready,
        e => e.into(),
    })?;
    Ok(desk.finish(None, json!({"score": score}), false)?.dossier)
}

/// The acts offered, as [`office::offered`] says, without rating what is rated already.
///
/// # Errors
/// A failure of the database.
pub fn offered(conn: &mut Conn, who: &Actor, of: (&Dossier, &Rules), now: Timestamp) -> Result<Vec<Step>, db::Error> {
    let mut steps = office::offered(conn, who, of, now)?;
    if steps.contains(&Step::Rate) && store::of_dossier(conn, of.0.id)?.is_some() {
        steps.retain(|step| *step != Step::Rate);
    }
    Ok(steps)
}

fn checked(rating: &Rating) -> Result<(i32, Option<String>), ActError> {
    let score = i32::try_from(rating.score).ok().filter(|s| (1..=5).contains(s));
    let score =
        score.ok_or_else(|| ActError::invalid("/score", "range", ("Hãy chọn từ 1 đến 5.", "Choose from 1 to 5.")))?;
    let comment = rating.comment.as_deref().map(|c| text::lines(c).trim().to_owned()).filter(|c| !c.is_empty());
    if comment.as_ref().is_some_and(|c| c.chars().count() > MAX_COMMENT) {
        return Err(ActError::invalid("/comment", "too_long", ("Tối đa 2.000 ký tự.", "At most 2,000 characters.")));
    }
    Ok((score, comment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(score: i64, comment: Option<&str>) -> Result<(i32, Option<String>), ActError> {
        checked(&Rating { score, comment: comment.map(str::to_owned) })
    }

    #[test]
    fn a_score_is_one_to_five() {
        for bad in [0, 6, -1, i64::MAX] {
            assert!(of(bad, None).is_err(), "{bad}");
        }
        assert_eq!(of(5, Some("  ")).unwrap(), (5, None));
        assert_eq!(of(1, Some(" chậm ")).unwrap(), (1, Some("chậm".to_owned())));
        assert!(of(3, Some(&"a".repeat(2_001))).is_err());
    }
}

//! What a fee costs after the answers changed, against what was paid for it: owed on top, or to go back.

use crate::kernel::{FeeId, Vnd};
use crate::payments::FeeState;

/// A line of one fee, as it stands when the fee is assessed anew.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub id: FeeId,
    pub state: FeeState,
    pub amount: Vnd,
    /// How much of it was found to be too much before.
    pub over: Vnd,
    /// How much of it went back, or is asked or about to.
    pub going_back: Vnd,
}

/// What is to be written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Owed on top of what stands.
    pub rest: Vnd,
    /// Lines with a payment under way that come to less now.
    pub shrunk: Vec<(FeeId, Vnd)>,
    /// Paid lines, each with how much of it is too much now.
    pub over: Vec<(FeeId, Vnd)>,
}

impl Standing {
    /// What of it went back because it was too much: it settles nothing any more.
    fn gone(&self) -> i64 {
        self.over.0.min(self.going_back.0).max(0)
    }

    /// What of the fee it settles.
    fn settles(&self) -> i64 {
        (self.amount.0 - self.gone()).max(0)
    }
}

/// Settles a fee that comes to `wanted` now. What is too much is first taken from what nobody paid (waived, or given back
/// by courtesy), then from payments under way, and only then from money that was paid, the latest first.
pub fn settle(wanted: Vnd, lines: &[Standing]) -> Difference {
    let stands: i64 = lines.iter().map(Standing::settles).sum();
    let mut excess = (stands - wanted.0.max(0)).max(0);
    let mut difference = Difference { rest: Vnd((wanted.0 - stands).max(0)), ..Difference::default() };
    let mut take = |from: i64| {
        let taken = excess.min(from);
        excess -= taken;
        taken
    };
    for line in lines.iter().filter(|l| matches!(l.state, FeeState::Waived | FeeState::Refunded)) {
        take(line.settles());
    }
    for line in lines.iter().rev().filter(|l| l.state.is_owed()) {
        let taken = take(line.settles());
        if taken > 0 {
            difference.shrunk.push((line.id, Vnd(line.amount.0 - taken)));
        }
    }
    for line in lines.iter().rev().filter(|l| matches!(l.state, FeeState::Paid | FeeState::Refunding)) {
        let over = Vnd(line.gone() + take(line.settles()));
        if over != line.over {
            difference.over.push((line.id, over));
        }
    }
    difference
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(state: FeeState, amount: i64, over: i64, going_back: i64) -> Standing {
        Standing { id: FeeId::new(), state, amount: Vnd(amount), over: Vnd(over), going_back: Vnd(going_back) }
    }

    /// What is owed on top, what lines under way come to, and how much of paid ones is too much.
    fn known(wanted: i64, lines: &[Standing]) -> (i64, Vec<i64>, Vec<i64>) {
        let Difference { rest, shrunk, over } = settle(Vnd(wanted), lines);
        let amounts = |all: Vec<(FeeId, Vnd)>| all.into_iter().map(|(_, amount)| amount.0).collect();
        (rest.0, amounts(shrunk), amounts(over))
    }

    #[test]
    fn known_answers() {
        let paid = |amount| line(FeeState::Paid, amount, 0, 0);
        assert_eq!(known(16, &[]), (16, vec![], vec![]));
        assert_eq!(known(24, &[paid(16)]), (8, vec![], vec![]));
        assert_eq!(known(8, &[paid(16)]), (0, vec![], vec![8]));
        assert_eq!(known(0, &[paid(16)]), (0, vec![], vec![16]));
        assert_eq!(known(8, &[line(FeeState::Paid, 16, 8, 0)]), (0, vec![], vec![]), "found before");
        assert_eq!(
            known(16, &[line(FeeState::Paid, 16, 8, 0)]),
            (0, vec![], vec![0]),
            "wanted again before it went back"
        );
        assert_eq!(
            known(16, &[line(FeeState::Paid, 16, 8, 8)]),
            (8, vec![], vec![]),
            "wanted again after it went back"
        );
        assert_eq!(known(4, &[line(FeeState::Paid, 16, 8, 8)]), (0, vec![], vec![12]));
        assert_eq!(known(16, &[line(FeeState::Paid, 16, 0, 4)]), (0, vec![], vec![]), "given back by courtesy");
        assert_eq!(known(16, &[line(FeeState::Refunded, 16, 16, 16)]), (16, vec![], vec![]));
        assert_eq!(known(16, &[line(FeeState::Refunded, 16, 0, 16)]), (0, vec![], vec![]));
        assert_eq!(known(8, &[line(FeeState::Pending, 16, 0, 0)]), (0, vec![8], vec![]));
        assert_eq!(known(4, &[paid(8), line(FeeState::Pending, 8, 0, 0)]), (0, vec![0], vec![4]));
        assert_eq!(known(8, &[paid(8), line(FeeState::Waived, 8, 0, 0)]), (0, vec![], vec![]));
        assert_eq!(known(4, &[paid(8), paid(8)]), (0, vec![], vec![8, 4]), "the latest first");
    }

    const STATES: [FeeState; 5] =
        [FeeState::Pending, FeeState::Paid, FeeState::Refunding, FeeState::Refunded, FeeState::Waived];

    fn any_line() -> impl Strategy<Value = Standing> {
        (proptest::sample::select(&STATES[..]), 0..50_i64, 0..50_i64, 0..50_i64).prop_map(
            |(state, amount, over, back)| match state {
                FeeState::Pending | FeeState::Waived => line(state, amount, 0, 0),
                FeeState::Refunded => line(state, amount, over.min(amount), amount),
                _ => line(state, amount, over.min(amount), back.min(amount)),
            },
        )
    }

    proptest! {
        /// What stands afterwards and what is owed on top come to the fee; nothing more goes back than was paid, nothing is
        /// both owed and given back, and assessing the same again changes nothing.
        #[test]
        fn the_fee_is_settled_to_the_dong(
            before in proptest::collection::vec(any_line(), 0..5), wanted in 0..150_i64,
        ) {
            let found = settle(Vnd(wanted), &before);
            let mut after = before.clone();
            for line in &mut after {
                if let Some((_, amount)) = found.shrunk.iter().find(|(id, _)| *id == line.id) {
                    prop_assert!(line.state == FeeState::Pending && amount.0 >= 0 && *amount < line.amount);
                    line.amount = *amount;
                }
                if let Some((_, over)) = found.over.iter().find(|(id, _)| *id == line.id) {
                    prop_assert!(over.0 >= line.gone() && *over <= line.amount);
                    line.over = *over;
                }
            }
            let paid = |l: &&Standing| matches!(l.state, FeeState::Paid | FeeState::Refunding);
            let pays = |l: &Standing| if paid(&l) { l.amount.0 - l.over.0 } else { l.amount.0 };
            let is_unpaid = |l: &&Standing| matches!(l.state, FeeState::Waived | FeeState::Refunded);
            // What nobody paid gives way first.
            let unpaid: i64 = before.iter().filter(is_unpaid).map(Standing::settles).sum();
            let excess = before.iter().map(Standing::settles).sum::<i64>() - wanted;
            let unpaid = (unpaid - excess.max(0)).max(0);
            let standing: i64 = after.iter().filter(|l| !is_unpaid(l)).map(pays).sum();
            prop_assert_eq!(standing + unpaid + found.rest.0, wanted);
            let too_much: i64 = after.iter().filter(paid).map(|l| l.over.0 - l.gone()).sum();
            prop_assert!(found.rest.0 == 0 || too_much == 0);
            after.retain(|l| l.amount.0 > 0);
            if found.rest.0 == 0 {
                prop_assert_eq!(settle(Vnd(wanted), &after), Difference::default());
            }
        }
    }
}

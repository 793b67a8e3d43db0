//! Money that goes back: asked by one officer, agreed to by another, carried out once.

use serde::{Deserialize, Serialize};

use crate::kernel::Vnd;

/// How the money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundWay {
    /// By the gateway that took it, to where it came from.
    Gateway,
    /// By the agency's accountant, at the agency's bank: of gateways that give nothing back themselves.
    Transfer,
    /// In cash, at the counter.
    Cash,
}

impl RefundWay {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Transfer => "transfer",
            Self::Cash => "cash",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Gateway, Self::Transfer, Self::Cash].into_iter().find(|way| way.as_str() == text)
    }

    /// Whether a person carries it out and says so.
    pub fn is_by_hand(self) -> bool {
        match self {
            Self::Gateway => false,
            Self::Transfer | Self::Cash => true,
        }
    }
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Waits for a second officer.
    Asked,
    /// The second officer agreed; the money is to be sent, or paid out.
    Approved,
    /// It was sent, and nobody knows what came of it.
    Unsure,
    /// The money is back.
    Done,
    /// The gateway does not carry it out.
    Refused,
    /// The second officer did not agree, or the first one took it back.
    Declined,
}

/// Every state.
pub const REFUND_STATES: [RefundState; 6] = [
    RefundState::Asked,
    RefundState::Approved,
    RefundState::Unsure,
    RefundState::Done,
    RefundState::Refused,
    RefundState::Declined,
];

impl RefundState {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Unsure => "unsure",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Declined => "declined",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        REFUND_STATES.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the money may still go back by it: a payment has one such refund at most.
    pub fn is_open(self) -> bool {
        match self {
            Self::Asked | Self::Approved | Self::Unsure => true,
            Self::Done | Self::Refused | Self::Declined => false,
        }
    }
}

/// What happens to a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefundMove {
    /// A second officer agrees.
    Approve,
    /// Nobody agrees.
    Decline,
    /// It was sent, and the answer says nothing.
    LoseSight,
    /// The money went back.
    Confirm,
    /// The gateway does not carry it out.
    Refuse,
}

/// Every move.
pub const REFUND_MOVES: [RefundMove; 5] =
    [RefundMove::Approve, RefundMove::Decline, RefundMove::LoseSight, RefundMove::Confirm, RefundMove::Refuse];

/// Where a move leads; none: it can't be made from here. What has ended stays as it ended.
pub fn next(state: RefundState, step: RefundMove) -> Option<RefundState> {
    use RefundState::{Approved, Asked, Declined, Done, Refused, Unsure};
    match (state, step) {
        (Asked, RefundMove::Approve) => Some(Approved),
        (Asked, RefundMove::Decline) => Some(Declined),
        (Approved | Unsure, RefundMove::LoseSight) => Some(Unsure),
        (Approved | Unsure, RefundMove::Confirm) => Some(Done),
        (Approved | Unsure, RefundMove::Refuse) => Some(Refused),
        (Asked, RefundMove::LoseSight | RefundMove::Confirm | RefundMove::Refuse)
        | (Approved | Unsure, RefundMove::Approve | RefundMove::Decline)
        | (Done | Refused | Declined, _) => None,
    }
}

/// How much of each part goes back when `amount` does, first parts first. None where it is nothing or more than all.
pub fn shares(parts: &[Vnd], amount: Vnd) -> Option<Vec<Vnd>> {
    let all: Vnd = parts.iter().copied().sum();
    if amount.0 <= 0 || amount > all {
        return None;
    }
    let mut rest = amount.0;
    let share = |part: &Vnd| {
        let taken = part.0.max(0).min(rest);
        rest -= taken;
        Vnd(taken)
    };
    Some(parts.iter().map(share).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_table_of_moves_is_as_agreed() {
        let table: Vec<String> = REFUND_STATES
            .into_iter()
            .flat_map(|s| {
                REFUND_MOVES.into_iter().filter_map(move |m| next(s, m).map(|to| format!("{s:?} {m:?} → {to:?}")))
            })
            .collect();
        assert_eq!(
            table,
            [
                "Asked Approve → Approved",
                "Asked Decline → Declined",
                "Approved LoseSight → Unsure",
                "Approved Confirm → Done",
                "Approved Refuse → Refused",
                "Unsure LoseSight → Unsure",
                "Unsure Confirm → Done",
                "Unsure Refuse → Refused",
            ]
        );
        for state in REFUND_STATES {
            assert_eq!(RefundState::parse(state.as_str()), Some(state));
            let leaves = REFUND_MOVES.into_iter().any(|m| next(state, m).is_some());
            assert_eq!(leaves, state.is_open(), "{state:?}");
        }
        assert_eq!(RefundWay::parse("cash"), Some(RefundWay::Cash));
        assert_eq!(RefundWay::parse("gold"), None);
    }

    proptest! {
        #[test]
        fn shares_come_to_the_amount_and_no_part_gives_more_than_it_has(
            parts in proptest::collection::vec(0..1_000_000_i64, 0..6), amount in -10..4_000_000_i64,
        ) {
            let parts: Vec<Vnd> = parts.into_iter().map(Vnd).collect();
            let all: Vnd = parts.iter().copied().sum();
            match shares(&parts, Vnd(amount)) {
                Some(shares) => {
                    prop_assert_eq!(shares.iter().copied().sum::<Vnd>(), Vnd(amount));
                    prop_assert!(shares.iter().zip(&parts).all(|(share, part)| share <= part && share.0 >= 0));
                }
                None => prop_assert!(amount <= 0 || amount > all.0),
            }
        }
    }
}

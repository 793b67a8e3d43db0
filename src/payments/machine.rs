//! Every move that a payment can make, by name (domain.md, Money).

use serde::{Deserialize, Serialize};

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// The payer was sent to the gateway, or shown a code; nobody knows yet.
    Pending,
    /// The money is ours.
    Paid,
    /// The gateway says that no money was moved.
    Failed,
    /// The time to pay ran out, and the gateway knows of no money.
    Expired,
    /// Money is on its way back.
    Refunding,
    /// All of it went back.
    Refunded,
}

/// Every state, in the order of a payment's life.
pub const STATES: [PaymentState; 6] = [
    PaymentState::Pending,
    PaymentState::Paid,
    PaymentState::Failed,
    PaymentState::Expired,
    PaymentState::Refunding,
    PaymentState::Refunded,
];

impl PaymentState {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        STATES.into_iter().find(|s| s.as_str() == text)
    }
}

/// What happens to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// The gateway (notice, answer or statement) says that exactly this money was moved.
    Confirm,
    /// The gateway says that it was not.
    Decline,
    /// The time is over and the gateway, asked, knows of no money.
    Expire,
    /// Two officers agreed to give money back.
    BeginRefund,
    /// The gateway gave back a part; the rest stays ours.
    PartRefunded,
    /// All that was left went back.
    AllRefunded,
    /// The gateway will not give it back.
    RefuseRefund,
}

/// Every move.
pub const MOVES: [Move; 7] = [
    Move::Confirm,
    Move::Decline,
    Move::Expire,
    Move::BeginRefund,
    Move::PartRefunded,
    Move::AllRefunded,
    Move::RefuseRefund,
];

/// Where a move leads; none: it can't be made from here.
///
/// Money that comes late is money all the same: a failed or expired payment can still be confirmed. What was confirmed
/// is never unsaid by a notice; it only goes back by a refund.
pub fn next(state: PaymentState, step: Move) -> Option<PaymentState> {
    use PaymentState::{Expired, Failed, Paid, Pending, Refunded, Refunding};
    match (state, step) {
        (Pending | Failed | Expired, Move::Confirm) => Some(Paid),
        (Pending | Expired, Move::Decline) => Some(Failed),
        (Pending, Move::Expire) => Some(Expired),
        (Paid, Move::BeginRefund) => Some(Refunding),
        (Refunding, Move::PartRefunded | Move::RefuseRefund) => Some(Paid),
        (Refunding, Move::AllRefunded) => Some(Refunded),
        (Pending, Move::BeginRefund | Move::PartRefunded | Move::AllRefunded | Move::RefuseRefund)
        | (Paid, Move::Confirm | Move::Decline | Move::Expire)
        | (Paid, Move::PartRefunded | Move::AllRefunded | Move::RefuseRefund)
        | (Failed, Move::Decline | Move::Expire)
        | (Failed | Expired, Move::BeginRefund | Move::PartRefunded | Move::AllRefunded | Move::RefuseRefund)
        | (Expired, Move::Expire)
        | (Refunding, Move::Confirm | Move::Decline | Move::Expire | Move::BeginRefund)
        | (Refunded, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for state in STATES {
            assert_eq!(PaymentState::parse(state.as_str()), Some(state));
        }
        assert_eq!(PaymentState::parse("lost"), None);
    }

    #[test]
    fn the_table_of_moves_is_as_agreed() {
        let table: Vec<String> = STATES
            .into_iter()
            .flat_map(|s| MOVES.into_iter().filter_map(move |m| next(s, m).map(|to| format!("{s:?} {m:?} → {to:?}"))))
            .collect();
        assert_eq!(
            table,
            [
                "Pending Confirm → Paid",
                "Pending Decline → Failed",
                "Pending Expire → Expired",
                "Paid BeginRefund → Refunding",
                "Failed Confirm → Paid",
                "Expired Confirm → Paid",
                "Expired Decline → Failed",
                "Refunding PartRefunded → Paid",
                "Refunding AllRefunded → Refunded",
                "Refunding RefuseRefund → Paid",
            ]
        );
    }

    #[test]
    fn confirmed_money_is_left_only_by_a_refund() {
        for m in [Move::Confirm, Move::Decline, Move::Expire] {
            assert_eq!(next(PaymentState::Paid, m), None, "{m:?}");
            assert_eq!(next(PaymentState::Refunding, m), None, "{m:?}");
            assert_eq!(next(PaymentState::Refunded, m), None, "{m:?}");
        }
    }
}

//! What a gateway's word does to a payment: the one place that decides it, whatever way the word came.

use serde::{Deserialize, Serialize};

use super::machine::{self, Move, PaymentState};
use crate::kernel::Vnd;

/// What a gateway says of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It was moved.
    Moved,
    /// It was not, and won't be.
    NotMoved,
    /// Not yet known.
    Open,
    /// The payer may have lost the money, but the gateway holds it back under suspicion: people there decide.
    Suspected,
}

impl Said {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::NotMoved => "not_moved",
            Self::Open => "open",
            Self::Suspected => "suspected",
        }
    }
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The money is credited now, this once.
    Credited,
    /// The payment is marked as failed.
    Declined,
    /// Known before; nothing changes.
    Repeated,
    /// Nothing is known yet; nothing changes.
    Open,
    /// No payment of ours has this number. Held for a person where money was moved.
    Unknown,
    /// The amount is another one. Held for a person; the payment stays as it is.
    WrongAmount,
    /// The payment is paid, and here is another transaction that moved money for it. Held for a person.
    SecondTransaction,
    /// This very transaction moved the money of another payment. Held for a person; the payment stays as it is.
    OthersTransaction,
    /// The gateway holds the money back. Held for a person; the payment stays as it is.
    Suspected,
}

impl Verdict {
    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Declined => "declined",
            Self::Repeated => "repeated",
            Self::Open => "open",
            Self::Unknown => "unknown",
            Self::WrongAmount => "wrong_amount",
            Self::SecondTransaction => "second_transaction",
            Self::OthersTransaction => "others_transaction",
            Self::Suspected => "suspected",
        }
    }

    /// Whether a person must look at what was told, whatever became of the payment.
    pub fn is_held(self) -> bool {
        match self {
            Self::WrongAmount | Self::SecondTransaction | Self::OthersTransaction | Self::Suspected => true,
            Self::Credited | Self::Declined | Self::Repeated | Self::Open | Self::Unknown => false,
        }
    }
}

/// What the books know of the payment that a gateway speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub state: PaymentState,
    pub amount: Vnd,
    pub transaction: Option<&'a str>,
}

/// What the gateway says.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub said: Said,
    /// None: no amount in whole đồng stands there.
    pub amount: Option<Vnd>,
    pub transaction: Option<&'a str>,
    /// Whether that transaction is known as the one that moved another payment's money.
    pub is_anothers: bool,
}

/// Judges a word of the gateway by what is known. The move, where there is one, is among [`machine::next`]'s.
///
/// The amount is looked at before the state, as the protocol of VNPAY has it: a notice with another amount is never
/// «confirmed already».
pub fn judge(known: Option<Known<'_>>, told: Told<'_>) -> (Verdict, Option<Move>) {
    let Some(known) = known else { return (Verdict::Unknown, None) };
    if told.amount != Some(known.amount) {
        return (Verdict::WrongAmount, None);
    }
    let step = match told.said {
        Said::Open => return (Verdict::Open, None),
        Said::Suspected => return (Verdict::Suspected, None),
        Said::Moved if told.is_anothers => return (Verdict::OthersTransaction, None),
        Said::Moved => Move::Confirm,
        Said::NotMoved => Move::Decline,
    };
    if machine::next(known.state, step).is_some() {
        let verdict = if step == Move::Confirm { Verdict::Credited } else { Verdict::Declined };
        return (verdict, Some(step));
    }
    let other = known.transaction.is_some() && told.transaction.is_some() && known.transaction != told.transaction;
    if step == Move::Confirm && other { (Verdict::SecondTransaction, None) } else { (Verdict::Repeated, None) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::machine::STATES;
    use proptest::prelude::*;

    fn told(said: Said) -> Told<'static> {
        Told { said, amount: Some(Vnd(8_000)), transaction: Some("77"), is_anothers: false }
    }

    fn known(state: PaymentState) -> Option<Known<'static>> {
        Some(Known { state, amount: Vnd(8_000), transaction: (state != PaymentState::Pending).then_some("77") })
    }

    #[test]
    fn money_is_credited_once() {
        assert_eq!(judge(known(PaymentState::Pending), told(Said::Moved)), (Verdict::Credited, Some(Move::Confirm)));
        assert_eq!(judge(known(PaymentState::Paid), told(Said::Moved)), (Verdict::Repeated, None));
        assert_eq!(judge(known(PaymentState::Refunded), told(Said::Moved)), (Verdict::Repeated, None));
    }

    #[test]
    fn late_money_is_money() {
        assert_eq!(judge(known(PaymentState::Expired), told(Said::Moved)).0, Verdict::Credited);
        assert_eq!(judge(known(PaymentState::Failed), told(Said::Moved)).0, Verdict::Credited);
    }

    #[test]
    fn another_amount_changes_nothing_in_any_state() {
        for state in STATES {
            for amount in [Some(Vnd(8_001)), Some(Vnd(0)), None] {
                for said in [Said::Moved, Said::NotMoved, Said::Open, Said::Suspected] {
                    let told = Told { amount, ..told(said) };
                    assert_eq!(judge(known(state), told), (Verdict::WrongAmount, None), "{state:?} {amount:?}");
                }
            }
        }
    }

    #[test]
    fn a_second_charge_for_one_order_is_not_swallowed() {
        let second = Told { transaction: Some("78"), ..told(Said::Moved) };
        assert_eq!(judge(known(PaymentState::Paid), second), (Verdict::SecondTransaction, None));
        let refusal = Told { transaction: Some("78"), ..told(Said::NotMoved) };
        assert_eq!(judge(known(PaymentState::Paid), refusal), (Verdict::Repeated, None));
    }

    #[test]
    fn one_transaction_pays_for_one_payment() {
        let anothers = Told { is_anothers: true, ..told(Said::Moved) };
        assert_eq!(judge(known(PaymentState::Pending), anothers), (Verdict::OthersTransaction, None));
        let refusal = Told { is_anothers: true, ..told(Said::NotMoved) };
        assert_eq!(judge(known(PaymentState::Pending), refusal).0, Verdict::Declined);
    }

    #[test]
    fn what_the_gateway_holds_back_is_neither_paid_nor_unpaid() {
        for state in STATES {
            assert_eq!(judge(known(state), told(Said::Suspected)), (Verdict::Suspected, None), "{state:?}");
        }
        assert!(Verdict::Suspected.is_held());
    }

    #[test]
    fn what_nobody_ordered_is_unknown() {
        assert_eq!(judge(None, told(Said::Moved)), (Verdict::Unknown, None));
    }

    proptest! {
        /// Whatever is told in whatever order: credited at most once, and once credited never unsaid.
        #[test]
        fn any_order_of_words_credits_at_most_once(words in proptest::collection::vec((0..4_u8, 0..3_i64, 0..2_u8), 0..40)) {
            let (mut state, mut credits, mut transaction) = (PaymentState::Pending, 0, None::<&str>);
            for (said, off, txn) in words {
                let said = [Said::Moved, Said::NotMoved, Said::Open, Said::Suspected][usize::from(said)];
                let txn = ["77", "78"][usize::from(txn)];
                let told = Told { said, amount: Some(Vnd(8_000 + off % 2)), transaction: Some(txn), is_anothers: false };
                let (verdict, step) = judge(Some(Known { state, amount: Vnd(8_000), transaction }), told);
                let before = state;
                if let Some(step) = step {
                    state = machine::next(state, step).expect("a judged move can be made");
                    if step == Move::Confirm { transaction = Some(txn); }
                }
                credits += u32::from(verdict == Verdict::Credited);
                prop_assert_eq!(verdict == Verdict::Credited, before != state && state == PaymentState::Paid);
                prop_assert!(before != PaymentState::Paid || state == PaymentState::Paid);
            }
            prop_assert!(credits <= 1);
            prop_assert_eq!(credits == 1, state == PaymentState::Paid);
        }
    }
}

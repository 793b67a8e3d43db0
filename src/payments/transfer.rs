//! A payment by bank transfer: into which account, how much, with which content. Kept with the payment, so that a code
//! that is shown again says the same, whatever account the agency has by then.

use super::gateway::OrderWords;
use super::{Payment, vietqr};
use crate::accounts::agencies::BankAccount;
use crate::kernel::Vnd;

/// The name under which payments by transfer are kept.
pub const NAME: &str = "vietqr";

/// What a payer's bank is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub account: BankAccount,
    pub amount: Vnd,
    /// The payment's number: what it is found by when the money comes.
    pub content: String,
    /// The text of the code that says all of it.
    pub qr: String,
}

impl Transfer {
    /// The transfer that a payment waits for; none where it is paid in another way.
    pub fn of(payment: &Payment) -> Option<Self> {
        if payment.gateway.as_deref() != Some(NAME) {
            return None;
        }
        let account = OrderWords::of(payment)?.account?;
        let (amount, content) = (payment.amount(), payment.reference.clone()?);
        let qr = vietqr::payload(&to(&account), Some((amount, &content))).ok()?;
        Some(Self { account, amount, content, qr })
    }

    /// Whether money that came into an account came into this one; `number` none: into any account of ours at that bank.
    pub fn is_into(&self, bin: &str, number: Option<&str>) -> bool {
        self.account.bin == bin && number.is_none_or(|number| is_same(&self.account, bin, number))
    }
}

/// What a bank's transaction is called here: two banks may number alike.
pub fn transaction_at(bin: &str, transaction: &str) -> String {
    format!("{bin}:{transaction}")
}

/// Whether a bank's words name this account. Some banks leave leading zeros out, or write groups.
pub fn is_same(account: &BankAccount, bin: &str, number: &str) -> bool {
    account.bin == bin && plain(&account.number) == plain(number)
}

/// Whether codes can be made for an account.
pub fn takes(account: &BankAccount) -> bool {
    vietqr::payload(&to(account), None).is_ok()
}

fn to(account: &BankAccount) -> vietqr::Account<'_> {
    vietqr::Account { bin: &account.bin, number: &account.number }
}

/// An account's number without what banks write differently.
fn plain(number: &str) -> String {
    let kept: String = number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    kept.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_known_however_it_is_written() {
        let account = BankAccount { bin: "970436".into(), number: "0011001234567".into(), holder: "UBND".into() };
        let transfer = Transfer { account, amount: Vnd(1), content: String::new(), qr: String::new() };
        for number in ["0011001234567", "11001234567", "0011 0012 34567", "001-100-1234567"] {
            assert!(transfer.is_into("970436", Some(number)), "{number}");
        }
        assert!(!transfer.is_into("970415", Some("0011001234567")), "another bank's");
        assert!(!transfer.is_into("970436", Some("0011001234568")));
        assert!(!transfer.is_into("970436", Some("")));
    }

    #[test]
    fn codes_are_made_for_accounts_that_banks_would_take() {
        let account =
            |bin: &str, number: &str| BankAccount { bin: bin.into(), number: number.into(), holder: "UBND".into() };
        assert!(takes(&account("970436", "0011001234567")));
        assert!(!takes(&account("97043", "0011001234567")));
        assert!(!takes(&account("970436", "0011-001")));
    }
}

//! What banks tell of money that came into an account: who may tell it, and what it says.
//!
//! Vietnamese banks have no common message for it. This is ours; a bank, or a small program beside it, sends it as
//! docs/operations.md says.

use aws_lc_rs::hmac;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use jiff::civil::{Date, date};

use crate::kernel::{Timestamp, Vnd, local_date};

/// The header that carries the signature.
pub const SIGNATURE: &str = "X-Signature";
/// What may stand before the signature, as several providers write it.
const SCHEME: &str = "sha256=";
/// The shortest secret that is taken.
const SHORTEST_SECRET: usize = 16;
const LONGEST_TRANSACTION: usize = 64;
const LONGEST_ACCOUNT: usize = 32;
const LONGEST_CONTENT: usize = 1_000;
/// More than all the money there is: a mistake.
const MOST: i64 = 1_000_000_000_000_000;
/// No notice is about money that came before this day: a mistake in the year, or a clock that was never set.
const FIRST_DAY: Date = date(2020, 1, 1);
/// How far a bank's clock may be ahead of ours, in days.
const DAYS_AHEAD: i64 = 1;

/// The secret that a bank shares with this portal.
pub struct Key(hmac::Key);

impl Key {
    /// The key of a secret; none where it is too short to be one.
    pub fn new(secret: &str) -> Option<Self> {
        (secret.len() >= SHORTEST_SECRET).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())))
    }

    /// What the header says for a body: HMAC-SHA256 in lower-case hexadecimal.
    pub fn sign(&self, body: &[u8]) -> String {
        HEXLOWER.encode(hmac::sign(&self.0, body).as_ref())
    }

    /// Whether the header's value is the signature of the body; takes the same time either way.
    fn verifies(&self, body: &[u8], signature: &str) -> bool {
        let hex = signature.trim();
        let hex = hex.strip_prefix(SCHEME).unwrap_or(hex);
        HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).is_ok_and(|tag| hmac::verify(&self.0, body, &tag).is_ok())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The banks that may tell of credits, by their numbers at NAPAS. A bank may have two secrets while one replaces the
/// other.
#[derive(Debug, Default)]
pub struct Banks(Vec<(String, Key)>);

impl Banks {
    /// These banks.
    pub fn new(banks: Vec<(String, Key)>) -> Self {
        Self(banks)
    }

    /// Whether a bank may tell of credits.
    pub fn knows(&self, bin: &str) -> bool {
        self.0.iter().any(|(known, _)| known == bin)
    }

    /// Every bank's number, once.
    pub fn bins(&self) -> Vec<String> {
        let bins: std::collections::BTreeSet<&String> = self.0.iter().map(|(bin, _)| bin).collect();
        bins.into_iter().cloned().collect()
    }

    /// Whether a body is this bank's.
    pub fn is_genuine(&self, bin: &str, body: &[u8], signature: &str) -> bool {
        self.0.iter().any(|(known, key)| known == bin && key.verifies(body, signature))
    }
}

/// Money that came into an account, as its bank tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The bank's own number of the transaction.
    pub transaction: String,
    /// The account that the money came into.
    pub account: String,
    pub amount: Vnd,
    pub currency: String,
    /// What the payer, and the banks on the way, wrote.
    pub content: String,
    pub credited_at: Timestamp,
}

impl Credit {
    /// The members that can't be right at `now`, by name.
    pub fn faults(&self, now: Timestamp) -> Vec<&'static str> {
        let transaction = (1..=LONGEST_TRANSACTION).contains(&self.transaction.len())
            && self.transaction.bytes().all(|b| b.is_ascii_graphic());
        let account = (1..=LONGEST_ACCOUNT).contains(&self.account.len());
        [
            ("transaction", transaction),
            ("account", account),
            ("amount", (1..=MOST).contains(&self.amount.0)),
            ("currency", self.currency == "VND"),
            ("content", self.content.chars().count() <= LONGEST_CONTENT),
            ("credited_at", self.is_of_our_time(now)),
        ]
        .into_iter()
        .filter_map(|(name, is_right)| (!is_right).then_some(name))
        .collect()
    }

    /// Statements and reports would look for a payment of another time in vain.
    fn is_of_our_time(&self, now: Timestamp) -> bool {
        local_date(self.credited_at) >= FIRST_DAY && self.credited_at <= now.plus_days(DAYS_AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret that a bank shares";

    fn banks() -> Banks {
        let key = |secret: &str| Key::new(secret).expect("long enough");
        Banks::new(vec![("970436".into(), key(SECRET)), ("970436".into(), key("the secret that comes next"))])
    }

    #[test]
    fn only_the_bank_itself_can_sign() {
        let body = br#"{"amount": 1}"#;
        let signature = Key::new(SECRET).expect("a key").sign(body);
        assert!(banks().is_genuine("970436", body, &signature));
        assert!(banks().is_genuine("970436", body, &format!("sha256={}", signature.to_uppercase())));
        let next = Key::new("the secret that comes next").expect("a key").sign(body);
        assert!(banks().is_genuine("970436", body, &next), "while one secret replaces the other");
        assert!(!banks().is_genuine("970415", body, &signature), "another bank");
        assert!(!banks().is_genuine("970436", br#"{"amount": 2}"#, &signature), "changed on the way");
        for wrong in ["", "sha256=", "00", "zz", &signature[..62]] {
            assert!(!banks().is_genuine("970436", body, wrong), "{wrong}");
        }
    }

    #[test]
    fn the_signature_is_as_other_programs_make_it() {
        // printf '{"amount": 1}' | openssl dgst -sha256 -hmac 'a secret that a bank shares'
        let known = "1a7b044452b3faba48076739f910f9a1c92fbd858dc6f12bb137c6d2b6046c71";
        assert_eq!(Key::new(SECRET).expect("a key").sign(br#"{"amount": 1}"#), known);
    }

    #[test]
    fn short_secrets_are_none() {
        assert!(Key::new("fifteen letters").is_none());
        assert!(Key::new("").is_none());
    }

    #[test]
    fn what_cannot_be_right_is_named() {
        let credit = Credit {
            transaction: "FT26322123456".into(),
            account: "0011001234567".into(),
            amount: Vnd(24_000),
            currency: "VND".into(),
            content: "MC261118ABCDEFGHJK".into(),
            credited_at: "2026-11-18T09:05:00+07:00".parse().expect("an instant"),
        };
        let now = "2026-11-18T09:05:10+07:00".parse().expect("an instant");
        assert_eq!(credit.faults(now), [""; 0]);
        let faults = |change: fn(&mut Credit)| {
            let mut changed = credit.clone();
            change(&mut changed);
            changed.faults(now)
        };
        assert_eq!(faults(|c| c.transaction.clear()), ["transaction"]);
        assert_eq!(faults(|c| c.transaction = "FT 1".into()), ["transaction"]);
        assert_eq!(faults(|c| c.account.clear()), ["account"]);
        assert_eq!(faults(|c| c.amount = Vnd(-1)), ["amount"]);
        assert_eq!(faults(|c| c.amount = Vnd(0)), ["amount"]);
        assert_eq!(faults(|c| c.currency = "USD".into()), ["currency"]);
        assert_eq!(faults(|c| c.content = "x".repeat(1_001)), ["content"]);
        let at = |text: &str| {
            let credited_at = text.parse().expect("an instant");
            Credit { credited_at, ..credit.clone() }.faults(now)
        };
        for wrong in ["2019-12-31T23:59:59+07:00", "1970-01-01T00:00:00Z", "2026-11-19T09:05:11+07:00"] {
            assert_eq!(at(wrong), ["credited_at"], "{wrong}");
        }
        for right in ["2020-01-01T00:00:00+07:00", "2026-11-19T09:05:10+07:00"] {
            assert_eq!(at(right), [""; 0], "{right}");
        }
    }
}

//! Citizens, businesses, officers, agencies: who they are, how they prove it, what they may do.
//!
//! A use case is one file with an `act`. Anything slow (argon2, sealing numbers) happens before the transaction:
//! commands carry [`SealedParty`], [`PasswordHash`] and [`Minted`] codes, never plain secrets. An outcome that must
//! be remembered although it refuses (a wrong password, a wrong code) is an `Ok` variant: an `Err` is rolled back.

pub mod account;
pub mod agencies;
pub mod assign;
pub mod change_contact;
pub mod change_password;
pub mod claim;
pub mod codes;
pub mod create_officer;
pub mod csrf;
pub mod disable;
pub mod identifier;
mod journal;
pub mod limits;
pub mod notice;
mod new_account;
pub mod open_at_counter;
pub mod open_demo;
pub mod party;
pub mod password;
pub mod people;
pub mod profile;
pub mod register;
pub mod relatives;
pub mod reset_password;
pub mod rights;
pub mod sessions;
pub mod sign_in;
pub mod tokens;
pub mod totp;
pub mod units;
pub mod verify;

mod store;

pub use account::{Account, AccountKind, State};
pub use agencies::Agency;
pub use codes::{Minted, Purpose};
pub use notice::{CodeTo, Place, recipient, send_code};
pub use party::{SealedParty, number_index, seal};

pub use crate::kernel::national::{Party, PartyKind, Sex};
pub use password::{Hasher, PasswordHash};
pub use sessions::{SessionKind, SignedIn};

/// Keys for unit tests.
#[cfg(test)]
pub(crate) fn test_keys(byte: u8) -> crate::kernel::crypto::Keys {
    use crate::kernel::crypto::{Keys, RootSecret};
    Keys::derive(&RootSecret::new(vec![byte; 32]).unwrap(), &[]).unwrap()
}

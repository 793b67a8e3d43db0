//! A party's number as it lies in the database: sealed, and found by a blind index. The same for accounts,
//! applicants, owners and numbers inside forms, so that one can be compared with the other.

use crate::kernel::crypto::{CryptoError, Keys};
use crate::kernel::national::{Party, PartyKind};

/// Binds sealed numbers to their use; they may be copied between tables.
const PLACE: &str = "party.number";

/// A party as it is stored: dossiers keep the same three columns for applicant and owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedParty {
    pub kind: PartyKind,
    /// AES-256-GCM of the number; none for [`PartyKind::NoneYet`].
    pub number_enc: Option<String>,
    /// [`number_index`] of the number.
    pub index: Option<String>,
}

/// Encrypts a party's number and computes its index.
///
/// # Errors
/// [`CryptoError::NoRandomness`] where the machine has none.
pub fn seal(keys: &Keys, party: &Party) -> Result<SealedParty, CryptoError> {
    let number_enc = party.number().map(|number| keys.seal_text(PLACE, number)).transpose()?;
    let index = party.number().map(|number| number_index(keys, number));
    Ok(SealedParty { kind: party.kind(), number_enc, index })
}

/// The keyed blind index of a number in normal form: equal numbers have equal indexes, whoever they stand for
/// (a 12-digit tax code is its owner's personal number).
pub fn number_index(keys: &Keys, number: &str) -> String {
    keys.blind_index("number", number)
}

impl SealedParty {
    /// A party without a number.
    pub fn none_yet() -> Self {
        Self { kind: PartyKind::NoneYet, number_enc: None, index: None }
    }

    /// Opens the number again.
    ///
    /// # Errors
    /// [`CryptoError`] when it was sealed under another key or changed.
    pub fn open(&self, keys: &Keys) -> Result<Party, CryptoError> {
        match &self.number_enc {
            None => Ok(Party::none_yet()),
            Some(sealed) => {
                let number = keys.open_text(PLACE, sealed)?;
                Party::parse(self.kind, &number).map_err(|_| CryptoError::CannotOpen)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_keys;

    #[test]
    fn sealing_hides_and_opens() {
        let keys = test_keys(7);
        let party = Party::parse(PartyKind::PersonalNumber, "046090000011").unwrap();
        let sealed = seal(&keys, &party).unwrap();
        assert_eq!(sealed.open(&keys).unwrap(), party);
        let again = seal(&keys, &party).unwrap();
        assert_eq!(sealed.index, again.index, "an index is the same each time");
        assert_ne!(sealed.number_enc, again.number_enc, "a sealed text is not");
        assert!(sealed.open(&test_keys(8)).is_err());
        assert_eq!(seal(&keys, &Party::none_yet()).unwrap(), SealedParty::none_yet());
        assert_eq!(SealedParty::none_yet().open(&keys).unwrap(), Party::none_yet());
        let owner = Party::parse(PartyKind::OrgTax, "046090000011").unwrap();
        assert_eq!(seal(&keys, &owner).unwrap().index, sealed.index);
    }
}

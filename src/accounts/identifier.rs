//! What a person types to say who they are: a number, a phone, an e-mail address.

use super::party::number_index;
use super::store::{self, people::Row};
use crate::db::{Conn, Error};
use crate::kernel::crypto::Keys;
use crate::kernel::national::{Party, PartyKind, Phone};
use crate::kernel::{AccountId, text};

/// The most accounts one phone or address is looked up for: a family, not a call centre.
const MOST: i64 = 8;

/// What the typed text may mean. Ten digits can be a phone or a tax code, so it may mean several things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identifier {
    account: Option<AccountId>,
    /// Blind indexes of numbers.
    indexes: Vec<String>,
    phone: Option<String>,
    email_fold: Option<String>,
    /// Names this identifier in counters and logs without telling it.
    pub key: String,
}

impl Identifier {
    /// Reads what was typed. Anything is an identifier; most match nobody.
    pub fn read(keys: &Keys, typed: &str) -> Self {
        let typed = typed.trim();
        let mut found = Self::default();
        if let Ok(id) = typed.parse() {
            found.account = Some(id);
        } else if typed.contains('@') {
            found.email_fold = Some(text::fold(typed));
        } else {
            let number = |kind| Some(number_index(keys, Party::parse(kind, typed).ok()?.number()?));
            let kinds = [PartyKind::PersonalNumber, PartyKind::Passport, PartyKind::OldId, PartyKind::OrgTax];
            found.indexes = kinds.into_iter().filter_map(number).collect();
            found.indexes.dedup();
            found.phone = Phone::parse(typed).ok().map(|phone| phone.as_str().to_owned());
        }
        let plain = format!("{:?}{:?}{:?}{:?}", found.account, found.indexes, found.phone, found.email_fold);
        let meaning = if found.is_empty() { text::fold(typed) } else { plain };
        found.key = keys.tag("identifier", meaning.as_bytes());
        found
    }

    /// Whether an e-mail address was typed.
    pub(super) fn is_email(&self) -> bool {
        self.email_fold.is_some()
    }

    fn is_empty(&self) -> bool {
        self.account.is_none() && self.indexes.is_empty() && self.phone.is_none() && self.email_fold.is_none()
    }

    /// The accounts it may mean, each once.
    pub(super) fn candidates(&self, conn: &mut Conn) -> Result<Vec<Row>, Error> {
        let mut rows: Vec<Row> = Vec::new();
        if let Some(id) = self.account {
            match store::people::by_id(conn, id) {
                Ok(row) => rows.push(row),
                Err(Error::NotFound) => {}
                Err(e) => return Err(e),
            }
        }
        for index in &self.indexes {
            rows.extend(store::people::by_number(conn, index)?);
        }
        if let Some(phone) = &self.phone {
            rows.extend(store::people::by_phone(conn, phone, MOST)?);
        }
        if let Some(fold) = &self.email_fold {
            rows.extend(store::people::by_email(conn, fold, MOST)?);
        }
        let mut seen = std::collections::BTreeSet::new();
        rows.retain(|row| seen.insert(row.id));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_keys;

    #[test]
    fn reads_numbers_phones_and_addresses() {
        let keys = test_keys(7);
        let read = |typed: &str| Identifier::read(&keys, typed);
        assert_eq!(read("046090000011").indexes, [number_index(&keys, "046090000011")]);
        assert_eq!(read("0912 000 011").phone, read("+84912000011").phone);
        assert!(read("0912000011").phone.is_some());
        assert_eq!(read(" An@Demo.invalid ").email_fold.as_deref(), Some("an@demo.invalid"));
        assert_eq!(read("0912000011").key, read("+84 912 000 011").key);
        assert_ne!(read("0912000011").key, read("0912000012").key);
        assert_ne!(read("ai đó").key, read("ai khác").key);
        assert!(read("").is_empty());
    }
}

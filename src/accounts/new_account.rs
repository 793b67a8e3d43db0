//! The row of an account that is being opened, the same however it is opened.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::account::{AccountKind, State};
use super::party::SealedParty;
use super::store::people::{Row, stored_index};
use crate::db::types::{D, J};
use crate::kernel::national::Sex;
use crate::kernel::{AccountId, Lang, Timestamp, text};
use crate::notifications::Channels;

/// What is known of somebody when an account is opened.
#[derive(Clone)]
pub(super) struct New {
    pub id: AccountId,
    pub kind: AccountKind,
    pub party: SealedParty,
    pub full_name: String,
    pub representative: Option<String>,
    pub date_of_birth: Option<Date>,
    pub sex: Option<Sex>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<Value>,
    pub password_hash: Option<String>,
    pub identity_level: u8,
    pub language: Lang,
}

impl New {
    /// The least: everything else is nothing.
    pub fn of(kind: AccountKind, party: SealedParty, full_name: &str) -> Self {
        Self {
            id: AccountId::new(),
            kind,
            party,
            full_name: full_name.to_owned(),
            representative: None,
            date_of_birth: None,
            sex: None,
            phone: None,
            email: None,
            address: None,
            password_hash: None,
            identity_level: 1,
            language: Lang::Vi,
        }
    }

    pub fn into_row(self, now: Timestamp) -> Row {
        Row {
            id: self.id,
            kind: self.kind.as_str().to_owned(),
            party_kind: self.party.kind.as_str().to_owned(),
            party_number_enc: self.party.number_enc,
            party_index: self.party.index.map(|index| stored_index(self.kind, &index)),
            name_fold: text::fold(&self.full_name),
            sort_key: text::sort_key(&self.full_name),
            full_name: self.full_name,
            representative: self.representative,
            date_of_birth: self.date_of_birth.map(D),
            sex: self.sex.map(|sex| sex.as_str().to_owned()),
            phone: self.phone,
            email_fold: self.email.as_deref().map(text::fold),
            email: self.email,
            address: self.address.map(J),
            password_hash: self.password_hash,
            must_change_password: false,
            identity_level: i32::from(self.identity_level),
            state: State::Active.as_str().to_owned(),
            totp_secret_enc: None,
            totp_last_steps: J(json!({})),
            failed_logins: 0,
            locked_until: None,
            is_demo: false,
            language: self.language.as_str().to_owned(),
            channels: J(json!(Channels::ALL)),
            opened_by: None,
            verified_at: None,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }
}

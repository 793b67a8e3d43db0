//! Table `accounts`.

use diesel::prelude::*;
use serde_json::Value;

use super::{misshapen, unknown};
use crate::accounts::account::{Account, AccountKind, State};
use crate::accounts::party::SealedParty;
use crate::db::schema::accounts::{self, dsl};
use crate::db::types::{D, J};
use crate::db::{Conn, Error};
use crate::kernel::national::{PartyKind, Sex};
use crate::kernel::{AccountId, Lang, Timestamp};

/// A whole row, secrets included: stays inside this module.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub struct Row {
    pub id: AccountId,
    pub kind: String,
    pub party_kind: String,
    pub party_number_enc: Option<String>,
    pub party_index: Option<String>,
    pub full_name: String,
    pub name_fold: String,
    pub sort_key: String,
    pub representative: Option<String>,
    pub date_of_birth: Option<D>,
    pub sex: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub email_fold: Option<String>,
    pub address: Option<J>,
    pub password_hash: Option<String>,
    pub must_change_password: bool,
    pub identity_level: i32,
    pub state: String,
    pub totp_secret_enc: Option<String>,
    pub totp_last_steps: J,
    pub failed_logins: i32,
    pub locked_until: Option<Timestamp>,
    pub is_demo: bool,
    pub language: String,
    pub channels: J,
    pub opened_by: Option<AccountId>,
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// How a number's index is written in `accounts.party_index`: one person may have an account of each kind.
pub fn stored_index(kind: AccountKind, index: &str) -> String {
    match kind {
        AccountKind::Citizen => index.to_owned(),
        AccountKind::Business | AccountKind::Officer => format!("{}:{index}", kind.as_str()),
    }
}

/// The bare number index again.
fn bare_index(stored: &str) -> &str {
    stored.rsplit_once(':').map_or(stored, |(_, index)| index)
}

impl Row {
    pub fn kind(&self) -> Result<AccountKind, Error> {
        AccountKind::parse(&self.kind).ok_or_else(|| unknown("accounts.kind", &self.kind))
    }

    pub fn state(&self) -> Result<State, Error> {
        State::parse(&self.state).ok_or_else(|| unknown("accounts.state", &self.state))
    }

    pub fn language(&self) -> Lang {
        Lang::parse(&self.language).unwrap_or_default()
    }

    pub fn party(&self) -> Result<SealedParty, Error> {
        Ok(SealedParty {
            kind: PartyKind::parse(&self.party_kind).ok_or_else(|| unknown("accounts.party_kind", &self.party_kind))?,
            number_enc: self.party_number_enc.clone(),
            index: self.party_index.as_deref().map(|stored| bare_index(stored).to_owned()),
        })
    }

    pub fn into_account(self) -> Result<Account, Error> {
        let sex = match self.sex.as_deref() {
            Some(word) => Some(Sex::parse(word).ok_or_else(|| unknown("accounts.sex", word))?),
            None => None,
        };
        Ok(Account {
            id: self.id,
            kind: self.kind()?,
            party: self.party()?,
            sex,
            identity_level: u8::try_from(self.identity_level).unwrap_or(1),
            state: self.state()?,
            has_password: self.password_hash.is_some(),
            has_totp: self.totp_secret_enc.is_some(),
            language: self.language(),
            channels: serde_json::from_value(self.channels.0).map_err(|e| misshapen("accounts.channels", &e))?,
            full_name: self.full_name,
            representative: self.representative,
            date_of_birth: self.date_of_birth.map(|day| day.0),
            phone: self.phone,
            email: self.email,
            address: self.address.map(|address| address.0),
            must_change_password: self.must_change_password,
            is_demo: self.is_demo,
            opened_by: self.opened_by,
            verified_at: self.verified_at,
            created_at: self.created_at,
            version: self.version,
        })
    }
}

/// Adds an account.
pub fn insert(conn: &mut Conn, row: Row) -> Result<(), Error> {
    diesel::insert_into(accounts::table).values(row).execute(conn)?;
    Ok(())
}

/// One account.
pub fn by_id(conn: &mut Conn, id: AccountId) -> Result<Row, Error> {
    Ok(dsl::accounts.find(id).first(conn)?)
}

/// Several accounts, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Row>, Error> {
    Ok(dsl::accounts.filter(dsl::id.eq_any(ids.to_vec())).load(conn)?)
}

/// One account, its row locked until the transaction ends: whoever counts or compares something there waits in line.
pub fn lock(conn: &mut Conn, id: AccountId) -> Result<Row, Error> {
    let unchanged = diesel::update(dsl::accounts.find(id)).set(dsl::failed_logins.eq(dsl::failed_logins));
    Ok(unchanged.returning(accounts::all_columns).get_result(conn)?)
}

/// The accounts of a number, one of each kind at most.
pub fn by_number(conn: &mut Conn, index: &str) -> Result<Vec<Row>, Error> {
    let stored: Vec<String> = AccountKind::ALL.iter().map(|kind| stored_index(*kind, index)).collect();
    Ok(dsl::accounts.filter(dsl::party_index.eq_any(stored)).order(dsl::created_at).load(conn)?)
}

/// The account of one kind that holds a number.
pub fn of_number(conn: &mut Conn, kind: AccountKind, index: &str) -> Result<Option<Row>, Error> {
    Ok(dsl::accounts.filter(dsl::party_index.eq(stored_index(kind, index))).first(conn).optional()?)
}

/// The accounts that can be reached by a phone number, oldest first.
pub fn by_phone(conn: &mut Conn, phone: &str, most: i64) -> Result<Vec<Row>, Error> {
    Ok(dsl::accounts.filter(dsl::phone.eq(phone)).order(dsl::created_at).limit(most).load(conn)?)
}

/// The accounts of an e-mail address, oldest first.
pub fn by_email(conn: &mut Conn, fold: &str, most: i64) -> Result<Vec<Row>, Error> {
    Ok(dsl::accounts.filter(dsl::email_fold.eq(fold)).order(dsl::created_at).limit(most).load(conn)?)
}

/// Accounts whose folded name holds `words`, in Vietnamese name order, after `after`.
pub fn search(
    conn: &mut Conn,
    kind: Option<AccountKind>,
    fold: &str,
    after: Option<(String, AccountId)>,
    limit: i64,
) -> Result<Vec<Row>, Error> {
    let mut query = dsl::accounts.into_boxed();
    if let Some(kind) = kind {
        query = query.filter(dsl::kind.eq(kind.as_str()));
    }
    for word in fold.split_whitespace() {
        let literal = word.replace(['%', '_', '\\'], "");
        query = query.filter(dsl::name_fold.like(format!("%{literal}%")));
    }
    if let Some((key, id)) = after {
        query = query.filter(dsl::sort_key.gt(key.clone()).or(dsl::sort_key.eq(key).and(dsl::id.gt(id))));
    }
    Ok(query.order((dsl::sort_key, dsl::id)).limit(limit).load(conn)?)
}

/// Whether there is any account.
pub fn any(conn: &mut Conn) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(dsl::accounts.select(dsl::id))).get_result(conn)?)
}

/// Any account that has a number.
pub fn any_numbered(conn: &mut Conn) -> Result<Option<Row>, Error> {
    Ok(dsl::accounts.filter(dsl::party_number_enc.is_not_null()).first(conn).optional()?)
}

/// Whether any account of the demonstration data is there.
pub fn any_demo(conn: &mut Conn) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(dsl::accounts.filter(dsl::is_demo.eq(true)))).get_result(conn)?)
}

/// Counts failed sign-ins.
pub fn set_failures(conn: &mut Conn, id: AccountId, failed: i32, until: Option<Timestamp>) -> Result<(), Error> {
    let set = (dsl::failed_logins.eq(failed), dsl::locked_until.eq(until));
    diesel::update(dsl::accounts.find(id)).set(set).execute(conn)?;
    Ok(())
}

/// Sets a new password and forgets failures.
pub fn set_password(
    conn: &mut Conn,
    id: AccountId,
    hash: &str,
    must_change: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let set = (
        dsl::password_hash.eq(Some(hash.to_owned())),
        dsl::must_change_password.eq(must_change),
        dsl::failed_logins.eq(0),
        dsl::locked_until.eq(None::<Timestamp>),
        dsl::updated_at.eq(now),
    );
    diesel::update(dsl::accounts.find(id)).set(set).execute(conn)?;
    Ok(())
}

/// Sets or takes away the second factor's secret; the steps spent with the old one go with it.
pub fn set_totp(conn: &mut Conn, id: AccountId, sealed: Option<&str>, now: Timestamp) -> Result<(), Error> {
    let set = (
        dsl::totp_secret_enc.eq(sealed.map(str::to_owned)),
        dsl::totp_last_steps.eq(J(serde_json::json!({}))),
        dsl::updated_at.eq(now),
    );
    diesel::update(dsl::accounts.find(id)).set(set).execute(conn)?;
    Ok(())
}

/// Remembers which steps of the second factor were spent on what.
pub fn set_totp_steps(conn: &mut Conn, id: AccountId, steps: Value) -> Result<(), Error> {
    diesel::update(dsl::accounts.find(id)).set(dsl::totp_last_steps.eq(J(steps))).execute(conn)?;
    Ok(())
}

/// Writes what a person may change about themselves, if nobody else did meanwhile. `false`: the row is newer.
pub fn save_profile(conn: &mut Conn, row: &Row, seen: i32, now: Timestamp) -> Result<bool, Error> {
    let set = (
        dsl::full_name.eq(row.full_name.clone()),
        dsl::name_fold.eq(row.name_fold.clone()),
        dsl::sort_key.eq(row.sort_key.clone()),
        dsl::representative.eq(row.representative.clone()),
        dsl::date_of_birth.eq(row.date_of_birth),
        dsl::sex.eq(row.sex.clone()),
        dsl::phone.eq(row.phone.clone()),
        dsl::email.eq(row.email.clone()),
        dsl::email_fold.eq(row.email_fold.clone()),
        dsl::address.eq(row.address.clone()),
        dsl::language.eq(row.language.clone()),
        dsl::channels.eq(row.channels.clone()),
        dsl::identity_level.eq(row.identity_level),
        dsl::verified_at.eq(row.verified_at),
        dsl::state.eq(row.state.clone()),
        dsl::updated_at.eq(now),
        dsl::version.eq(seen + 1),
    );
    let changed = diesel::update(dsl::accounts.filter(dsl::id.eq(row.id)).filter(dsl::version.eq(seen))).set(set);
    Ok(changed.execute(conn)? == 1)
}

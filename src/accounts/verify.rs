//! The code from the phone opens the account (`POST /auth/verify`), or hands over one opened at a counter.

use super::account::Account;
use super::codes::{self, Given, Tried};
use super::new_account::New;
use super::party::SealedParty;
use super::register::{Opening, Pending};
use super::store::people;
use crate::db::{self, Tx};
use crate::kernel::Timestamp;

/// What became of the code.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The account can be used.
    Opened(Box<Account>),
    /// Wrong, too old, tried too often, or for a number that has an account: not told apart.
    Wrong,
}

/// Tries a code of [`codes::Purpose::Register`] for a phone (in the form `+84…`). The try is counted.
///
/// # Errors
/// A failure of the database.
pub fn act(tx: &mut Tx<'_>, given: &Given, now: Timestamp) -> Result<Outcome, db::Error> {
    let Tried::Right(carried) = codes::try_code(tx, given, now)? else { return Ok(Outcome::Wrong) };
    let pending = carried.payload.map(serde_json::from_value::<Pending>).transpose();
    let pending = pending.map_err(|e| db::Error::Other(format!("one_time_codes.payload: {e}")))?;
    let opened = match pending {
        None => None,
        Some(Pending::Open(opening)) => open(tx, *opening, now)?,
        Some(Pending::Claim { account, phone, email, password_hash }) => {
            let row = people::lock(tx.conn(), account)?;
            hand_over(tx, row, (phone, email), &password_hash, now)?
        }
    };
    codes::spend(tx, given, now)?;
    Ok(opened.map_or(Outcome::Wrong, |account| Outcome::Opened(Box::new(account))))
}

/// Opens the account, unless its number got one while the code was under way.
fn open(tx: &mut Tx<'_>, opening: Opening, now: Timestamp) -> Result<Option<Account>, db::Error> {
    if people::of_number(tx.conn(), opening.kind, &opening.index)?.is_some() {
        return Ok(None);
    }
    let party = SealedParty { kind: opening.party_kind, number_enc: opening.number_enc, index: Some(opening.index) };
    let new = New {
        id: opening.account,
        representative: opening.representative,
        date_of_birth: opening.date_of_birth,
        sex: opening.sex,
        phone: Some(opening.phone),
        email: opening.email,
        password_hash: Some(opening.password_hash),
        language: opening.language,
        ..New::of(opening.kind, party, &opening.full_name)
    };
    let mut row = new.into_row(now);
    row.verified_at = Some(now);
    let inserted = tx.attempt(|tx| people::insert(tx.conn(), row.clone()));
    match inserted {
        Ok(()) => Ok(Some(row.into_account()?)),
        // Two phones proved themselves for one number in the same moment: the first one has it.
        Err(db::Error::Unique(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Gives an account opened at a counter to its owner, unless somebody took it first.
fn hand_over(
    tx: &mut Tx<'_>,
    mut row: people::Row,
    (phone, email): (String, Option<String>),
    password_hash: &str,
    now: Timestamp,
) -> Result<Option<Account>, db::Error> {
    if row.password_hash.is_some() {
        return Ok(None);
    }
    row.phone = Some(phone);
    row.email = email.or(row.email);
    row.email_fold = row.email.as_deref().map(crate::kernel::text::fold);
    row.verified_at = Some(now);
    let seen = row.version;
    if !people::save_profile(tx.conn(), &row, seen, now)? {
        return Ok(None);
    }
    people::set_password(tx.conn(), row.id, password_hash, false, now)?;
    Ok(Some(people::by_id(tx.conn(), row.id)?.into_account()?))
}

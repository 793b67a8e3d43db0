//! The person who stands at the counter: what the clerk typed, checked, and the account that the number belongs to.

use serde_json::Value;

use crate::accounts::open_at_counter::{self, OpenAtCounter, OpenError};
use crate::accounts::{self, Account, AccountKind, people};
use crate::app::filing::Walkin;
use crate::db;
use crate::dossiers::Contact;
use crate::kernel::national::{Party, Phone, Sex, UNKNOWN_PLACE, has_unknown_place};
use crate::kernel::{PartialDate, local_date, names, text};
use crate::office::{ActError, Fault};
use crate::web::account::register::read_date;
use crate::web::{Error, Result, Visit};

/// What is known of the person, as typed or as the API sent it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Typed {
    pub full_name: String,
    /// Personal number, old identity number or passport; empty for a person without any.
    pub identity_number: String,
    /// ISO, or `dd/MM/yyyy` as people write it; the month and year, or the year, where nobody knows more.
    pub date_of_birth: String,
    /// `male` or `female`; `Nam` or `Nữ`.
    pub sex: String,
    pub phone: String,
    pub email: String,
    /// In words.
    pub address: String,
    /// The person agreed that an account is opened with this data.
    pub open_account: bool,
}

/// The typed data, read.
#[derive(Clone)]
pub struct Person {
    pub party: Party,
    pub name: String,
    pub contact: Contact,
    sex: Option<Sex>,
    open_account: bool,
}

impl Typed {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Every fault, at `/full_name`, `/identity_number` …
    pub fn read(&self, visit: &Visit) -> std::result::Result<Person, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut wrong =
            |field: &str, message: (&str, &str)| faults.push(Fault::new(format!("/{field}"), "invalid", message));
        let name = names::check(&self.full_name).unwrap_or_default();
        if name.is_empty() {
            wrong("full_name", ("Hãy ghi họ tên như trong giấy tờ.", "Give the name as it stands in the papers."));
        }
        let number = self.identity_number.trim();
        let party = if number.is_empty() { Some(Party::none_yet()) } else { Party::guess_person(number) };
        if party.is_none() {
            let shape = (
                "Số định danh gồm 12 chữ số; nếu chưa có thì để trống.",
                "A personal number has 12 digits; leave it empty where there is none yet.",
            );
            wrong("identity_number", if has_unknown_place(number) { UNKNOWN_PLACE } else { shape });
        }
        // Many elders know their year alone.
        let written = read_date(&self.date_of_birth).map(PartialDate::Day);
        let date_of_birth = written.or_else(|| PartialDate::parse_written(&self.date_of_birth));
        let date_of_birth = date_of_birth.filter(|born| born.earliest() <= local_date(visit.now()));
        if date_of_birth.is_none() && !self.date_of_birth.trim().is_empty() {
            let message = (
                "Ngày sinh chưa đúng; ví dụ 02/09/1990, hoặc chỉ năm sinh: 1954.",
                "This is no birth date; write 02/09/1990, or the year alone: 1954.",
            );
            wrong("date_of_birth", message);
        }
        let phone = Phone::parse(&self.phone).ok();
        if phone.is_none() && !self.phone.trim().is_empty() {
            wrong("phone", ("Số điện thoại chưa đúng.", "This is no phone number."));
        }
        let email = Some(self.email.trim().to_owned()).filter(|e| !e.is_empty());
        if email.as_ref().is_some_and(|e| !text::is_email(e)) {
            wrong("email", ("Địa chỉ thư điện tử chưa đúng.", "This is no e-mail address."));
        }
        let sex = sex_of(&self.sex);
        if sex.is_none() && !self.sex.trim().is_empty() {
            wrong("sex", ("Chọn nam hoặc nữ.", "Choose male or female."));
        }
        let (Some(party), true) = (party, faults.is_empty()) else { return Err(faults) };
        let contact = Contact {
            phone: phone.map(|p| p.as_str().to_owned()),
            email,
            address: Some(text::line(&self.address)).filter(|a| !a.is_empty()).map(|a| a.chars().take(300).collect()),
            date_of_birth,
            sex: sex.map(|s| s.as_str().to_owned()),
            number_masked: None,
        };
        Ok(Person { party, name, contact, sex, open_account: self.open_account })
    }
}

fn sex_of(text: &str) -> Option<Sex> {
    let text = text.trim();
    Sex::parse(text).or_else(|| [Sex::Male, Sex::Female].into_iter().find(|s| s.vietnamese() == text))
}

/// The person as the applicant of a dossier: with the account of the number, where there is one or one is opened now.
///
/// # Errors
/// A fault at `/full_name` where the account of the number has another name: then the number was mistyped.
pub async fn walkin(visit: &Visit, person: Person) -> Result<Walkin> {
    let known = account_of(visit, &person.party).await?;
    let account = match known {
        Some(account) if text::fold(&account.full_name) != text::fold(&person.name) => {
            let message = (
                "Số định danh này là của tài khoản mang họ tên khác; hãy kiểm tra lại số và họ tên.",
                "This number belongs to an account with another name: check the number and the name.",
            );
            return Err(ActError::invalid("/full_name", "mismatch", message).into());
        }
        Some(account) => Some(account),
        None if person.open_account && person.party.number().is_some() => Some(open(visit, &person).await?),
        None => None,
    };
    // What the account fills in is seen from here on.
    if let Some(account) = &account {
        super::log_person(visit, account.id).await?;
    }
    let contact = match &account {
        Some(account) => contact_of(account, person.contact),
        None => person.contact,
    };
    let name = account.as_ref().map_or(person.name, |a| a.full_name.clone());
    Ok(Walkin { account: account.map(|a| a.id), party: person.party, name, contact })
}

/// The citizen's account of a number, found by its blind index.
pub async fn account_of(visit: &Visit, party: &Party) -> Result<Option<Account>> {
    let Some(number) = party.number() else { return Ok(None) };
    let index = accounts::number_index(&visit.app.keys, number);
    Ok(visit.app.db.read(move |conn| people::by_number(conn, AccountKind::Citizen, &index)).await?)
}

/// An account's person at the counter, with the number opened, and what was typed of them before.
pub fn of_account(visit: &Visit, account: &Account, typed: &Typed) -> Result<Walkin> {
    let party = account.party.open(&visit.app.keys).map_err(Error::internal)?;
    let contact = contact_of(account, typed.read(visit).map(|person| person.contact).unwrap_or_default());
    Ok(Walkin { account: Some(account.id), party, name: account.full_name.clone(), contact })
}

/// What was typed now, and where nothing was, what the account knows.
fn contact_of(account: &Account, typed: Contact) -> Contact {
    let detail = account.address.as_ref().and_then(|a| a.get("detail")).and_then(Value::as_str);
    Contact {
        phone: typed.phone.or_else(|| account.phone.clone()),
        email: typed.email.or_else(|| account.email.clone()),
        address: typed.address.or_else(|| detail.map(str::to_owned)),
        date_of_birth: typed.date_of_birth.or(account.date_of_birth.map(PartialDate::Day)),
        sex: typed.sex.or_else(|| account.sex.map(|s| s.as_str().to_owned())),
        number_masked: None,
    }
}

async fn open(visit: &Visit, person: &Person) -> Result<Account> {
    let cmd = OpenAtCounter {
        kind: AccountKind::Citizen,
        party: accounts::seal(&visit.app.keys, &person.party).map_err(Error::internal)?,
        full_name: person.name.clone(),
        representative: None,
        date_of_birth: person.contact.date_of_birth.and_then(PartialDate::day),
        sex: person.sex,
        phone: person.contact.phone.clone(),
        email: person.contact.email.clone(),
        address: None,
        consented: true,
    };
    let (who, now) = (visit.actor.clone(), visit.now());
    let opened = visit.app.db.write(move |tx| open_at_counter::act(tx, &who, &cmd, now)).await;
    match opened {
        Ok(account) => Ok(account),
        // A colleague opened it a moment ago.
        Err(OpenError::Exists(id)) => Ok(visit.app.db.read(move |conn| people::by_id(conn, id)).await?),
        Err(OpenError::NotAllowed) => Err(Error::forbidden()),
        Err(OpenError::Db(e)) => Err(db::Error::into(e)),
        Err(e) => Err(Error::internal(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sex_is_read_in_both_spellings() {
        assert_eq!(sex_of("Nữ"), Some(Sex::Female));
        assert_eq!(sex_of("male"), Some(Sex::Male));
        assert_eq!(sex_of("?"), None);
    }
}

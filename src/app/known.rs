//! What is known of the person who files, for questions that need not be asked again.

use serde_json::Value;

use super::UnitLists;
use super::filing::Walkin;
use crate::accounts::{Account, AccountKind};
use crate::forms::{self, Person};
use crate::kernel::PartialDate;
use crate::kernel::national::{Phone, Sex};

/// What an account knows of its person. `number`: the opened number of its party.
pub(super) fn person_of(account: &Account, number: Option<&str>) -> Person {
    let is_business = account.kind == AccountKind::Business;
    let address = account.address.as_ref().map(|a| {
        let text = |key: &str| a.get(key).and_then(Value::as_str).map(str::to_owned);
        forms::Address { province: text("province"), commune: text("commune"), detail: text("detail") }
    });
    Person {
        full_name: Some(account.person_name().to_owned()),
        date_of_birth: account.date_of_birth.map(PartialDate::Day),
        male: account.sex.map(|s| s == Sex::Male),
        identity_number: number.filter(|_| !is_business).map(str::to_owned),
        phone: account.phone.as_deref().map(national_phone),
        email: account.email.clone(),
        address,
        organisation_name: is_business.then(|| account.full_name.clone()),
        tax_code: number.filter(|_| is_business).map(str::to_owned),
        ..Person::default()
    }
}

/// What is known of a person at the counter: what the clerk typed, then the account of the number. `home`: the province in
/// which a typed address is looked for; `None`: it is not to be taken apart.
pub(super) fn at_counter(
    walkin: &Walkin,
    account: Option<&Account>,
    (lists, home): (&UnitLists, Option<Option<&str>>),
) -> Person {
    let known = account.map(|account| person_of(account, walkin.party.number())).unwrap_or_default();
    let contact = &walkin.contact;
    let of_account = known.address.as_ref().and_then(|address| address.detail.as_deref());
    let typed = contact.address.as_deref().filter(|typed| Some(*typed) != of_account);
    let address = typed.zip(home).map(|(typed, home)| lists.address_of(typed, home));
    Person {
        full_name: Some(walkin.name.clone()),
        date_of_birth: contact.date_of_birth.or(known.date_of_birth),
        male: contact.sex.as_deref().and_then(Sex::parse).map(|sex| sex == Sex::Male).or(known.male),
        identity_number: walkin.party.number().map(str::to_owned),
        phone: contact.phone.as_deref().map(national_phone),
        email: contact.email.clone(),
        address: address.or_else(|| known.address.clone()),
        ..known
    }
}

/// A phone as people write it.
fn national_phone(phone: &str) -> String {
    Phone::parse(phone).map_or_else(|_| phone.to_owned(), |p| p.national())
}

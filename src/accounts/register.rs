//! A citizen or business opens an account: checked, kept aside, and opened by the code that their phone receives.
//!
//! Whether a number has an account already is never said on the page: the answer is the same, and a message tells
//! its owner. Nothing is written to `accounts` before the code was right, so nobody can occupy another's number.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::account::AccountKind;
use super::codes::{self, Carried, Minted, Purpose, SendError};
use super::limits::{self, LimitError};
use super::notice::{self, CodeTo, Place};
use super::party::{self, SealedParty};
use super::password::{self, PasswordHash};
use super::store::people;
use crate::db::{self, Tx};
use crate::kernel::crypto::{CryptoError, Keys};
use crate::kernel::national::{Contradiction, Party, PartyKind, PersonalNumber, Phone, Sex, has_unknown_place};
use crate::kernel::partial_date::PartialDate;
use crate::kernel::{AccountId, Lang, Timestamp, names, text};
use crate::notifications::Event;

/// What the form or `POST /auth/register` holds, as typed.
#[derive(Clone, Default)]
pub struct Form {
    /// A person's number; a business's tax code.
    pub number: String,
    pub full_name: String,
    /// Asked of persons.
    pub date_of_birth: Option<Date>,
    pub phone: String,
    pub email: Option<String>,
    pub password: String,
    /// Asked of businesses: who acts for it.
    pub representative: Option<String>,
    pub language: Lang,
}

/// A field that is not right, in words of problem+json and the translations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// `identity_number`, `tax_code`, `full_name`, `date_of_birth`, `phone`, `email`, `password`, `representative`.
    pub field: &'static str,
    /// `required`, `invalid`, `contradicts-number`, `in-future`, `not-mobile` or a password code.
    pub code: &'static str,
}

/// A form whose fields are right; the password is still to be hashed.
#[derive(Clone)]
pub struct Filled {
    kind: AccountKind,
    party: Party,
    full_name: String,
    representative: Option<String>,
    date_of_birth: Option<Date>,
    sex: Option<Sex>,
    phone: String,
    email: Option<String>,
    language: Lang,
}

/// Checks a citizen's form. `today` is the date in Vietnam.
///
/// # Errors
/// Every field that is not right.
pub fn check_citizen(form: &Form, today: Date) -> Result<Filled, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut note = |field, code| wrong.push(FieldError { field, code });
    let number = PersonalNumber::parse(&form.number).ok();
    if number.is_none() {
        let place = has_unknown_place(&form.number);
        note("identity_number", if place { "place" } else { missing_or(&form.number, "invalid") });
    }
    match form.date_of_birth {
        None => note("date_of_birth", "required"),
        Some(born) if born > today => note("date_of_birth", "in-future"),
        Some(born) if born.year() < 1900 => note("date_of_birth", "invalid"),
        Some(born) => {
            let contradicts = number.as_ref().is_some_and(|number| {
                number.contradictions(None, Some(PartialDate::Day(born))).contains(&Contradiction::BirthYear)
            });
            if contradicts {
                note("date_of_birth", "contradicts-number");
            }
        }
    }
    let (full_name, phone, email) = common(form, &mut note);
    let filled = number.zip(full_name).zip(phone).map(|((number, full_name), phone)| Filled {
        kind: AccountKind::Citizen,
        party: Party::person(&number),
        sex: Some(number.sex()),
        full_name,
        representative: None,
        date_of_birth: form.date_of_birth,
        phone,
        email,
        language: form.language,
    });
    filled.filter(|_| wrong.is_empty()).ok_or(wrong)
}

/// Checks the form of a business's representative.
///
/// # Errors
/// Every field that is not right.
pub fn check_business(form: &Form) -> Result<Filled, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut note = |field, code| wrong.push(FieldError { field, code });
    let party = Party::parse(PartyKind::OrgTax, &form.number).ok();
    if party.is_none() {
        note("tax_code", missing_or(&form.number, "invalid"));
    }
    let typed = form.representative.as_deref().unwrap_or_default();
    let representative = names::check(typed).ok();
    if representative.is_none() {
        note("representative", missing_or(typed, "invalid"));
    }
    let (full_name, phone, email) = common(form, &mut note);
    let filled = party.zip(full_name).zip(phone).map(|((party, full_name), phone)| Filled {
        kind: AccountKind::Business,
        party,
        full_name,
        representative,
        date_of_birth: None,
        sex: None,
        phone,
        email,
        language: form.language,
    });
    filled.filter(|_| wrong.is_empty()).ok_or(wrong)
}

fn missing_or(typed: &str, code: &'static str) -> &'static str {
    if typed.trim().is_empty() { "required" } else { code }
}

type Common = (Option<String>, Option<String>, Option<String>);

/// Name, phone, e-mail and password, the same for persons and businesses.
fn common(form: &Form, note: &mut impl FnMut(&'static str, &'static str)) -> Common {
    let business = form.representative.is_some();
    let full_name = if business { business_name(&form.full_name) } else { names::check(&form.full_name).ok() };
    if full_name.is_none() {
        note("full_name", missing_or(&form.full_name, "invalid"));
    }
    let phone = match Phone::parse(&form.phone) {
        Ok(phone) if phone.is_mobile() => Some(phone.as_str().to_owned()),
        Ok(_) => {
            note("phone", "not-mobile");
            None
        }
        Err(_) => {
            note("phone", missing_or(&form.phone, "invalid"));
            None
        }
    };
    let typed = form.email.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
    let email = typed.filter(|typed| text::is_email(typed)).map(str::to_owned);
    if typed.is_some() && email.is_none() {
        note("email", "invalid");
    }
    let national = form.phone.replace("+84", "0");
    let personal = [form.full_name.as_str(), &form.number, &form.phone, &national, typed.unwrap_or_default()];
    if form.password.is_empty() {
        note("password", "required");
    } else if let Err(weak) = password::check_policy(&form.password, &personal) {
        note("password", weak.code());
    }
    (full_name, phone, email)
}

/// A business's name may hold digits and signs; only its length and letters are checked.
fn business_name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (2..=250).contains(&name.chars().count()) && name.chars().any(char::is_alphabetic);
    (fits && !name.chars().any(char::is_control)).then_some(name)
}

/// What waits for its code, in the code's payload.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(super) enum Pending {
    /// A new account.
    Open(Box<Opening>),
    /// An account that was opened at a counter.
    Claim { account: AccountId, phone: String, email: Option<String>, password_hash: String },
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Opening {
    pub account: AccountId,
    pub kind: AccountKind,
    pub party_kind: PartyKind,
    pub number_enc: Option<String>,
    pub index: String,
    pub full_name: String,
    pub representative: Option<String>,
    pub date_of_birth: Option<Date>,
    pub sex: Option<Sex>,
    pub phone: String,
    pub email: Option<String>,
    pub password_hash: String,
    pub language: Lang,
}

/// The command, ready for its transaction.
#[derive(Clone)]
pub struct Register {
    opening: Opening,
    code: Minted,
}

impl Register {
    /// Seals the number and mints the code. Outside the transaction.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`] where the machine has none.
    pub fn new(keys: &Keys, filled: &Filled, hash: PasswordHash) -> Result<Self, CryptoError> {
        let SealedParty { kind: party_kind, number_enc, index } = party::seal(keys, &filled.party)?;
        let code = Minted::new(keys, Purpose::Register, &filled.phone)?;
        let filled = filled.clone();
        let opening = Opening {
            account: AccountId::new(),
            kind: filled.kind,
            party_kind,
            number_enc,
            index: index.ok_or(CryptoError::CannotOpen)?,
            full_name: filled.full_name,
            representative: filled.representative,
            date_of_birth: filled.date_of_birth,
            sex: filled.sex,
            phone: filled.phone,
            email: filled.email,
            password_hash: hash.0,
            language: filled.language,
        };
        Ok(Self { opening, code })
    }
}

/// A code is on its way, or so it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The id that the account will have.
    pub account: AccountId,
    pub full_name: String,
    /// Where the code goes, `+84…`: what `POST /auth/verify` repeats.
    pub phone: String,
    pub code_expires_at: Timestamp,
}

/// Why no account is being opened.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A code was sent to this phone just now, or too many lately.
    #[error("try again in {} s", .0.as_secs())]
    TooSoon(SignedDuration),
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl From<SendError> for RegisterError {
    fn from(e: SendError) -> Self {
        match e {
            SendError::TooSoon(wait) => Self::TooSoon(wait),
            SendError::Db(e) => Self::Db(e),
        }
    }
}

/// Keeps the registration aside and sends the code.
///
/// # Errors
/// [`RegisterError::TooSoon`], which depends on the phone alone.
pub fn act(tx: &mut Tx<'_>, cmd: &Register, now: Timestamp) -> Result<Registered, RegisterError> {
    let opening = &cmd.opening;
    let taken = people::of_number(tx.conn(), opening.kind, &opening.index)?;
    // A taken number gets a code too, which opens nothing and which nobody is sent.
    let pending = match taken {
        None => serde_json::to_value(Pending::Open(Box::new(opening.clone()))).ok(),
        Some(_) => None,
    };
    codes::put(tx, &cmd.code, Carried { account: None, payload: pending }, now)?;
    match taken {
        None => {
            let to = CodeTo {
                name: opening.representative.clone().unwrap_or_else(|| opening.full_name.clone()),
                place: Place::Phone(opening.phone.clone()),
                lang: opening.language,
                is_demo: false,
            };
            notice::send_code(tx, to, &cmd.code, now)?;
        }
        Some(row) => tell_owner(tx, row, now)?,
    }
    Ok(Registered {
        account: opening.account,
        full_name: opening.full_name.clone(),
        phone: opening.phone.clone(),
        code_expires_at: now.plus_seconds(Purpose::Register.lifetime().as_secs()),
    })
}

/// Tells the owner of an account that somebody tried to open another one with their number, three times a day at most.
fn tell_owner(tx: &mut Tx<'_>, row: people::Row, now: Timestamp) -> Result<(), db::Error> {
    let key = format!("register-taken:{}", row.id);
    match limits::hit(tx, &key, SignedDuration::from_hours(24), 3, now) {
        Ok(()) => notice::tell(tx, &row.into_account()?, &Event::AccountExists { at: now }, now),
        Err(LimitError::RetryAfter(_)) => Ok(()),
        Err(LimitError::Db(e)) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn an() -> Form {
        Form {
            number: "046090000011".into(),
            full_name: "Nguyễn Văn An".into(),
            date_of_birth: Some(date(1990, 5, 12)),
            phone: "0912 000 011".into(),
            email: Some("an@demo.invalid".into()),
            password: "MotCua@2026".into(),
            ..Form::default()
        }
    }

    fn wrong(form: &Form) -> Vec<(&'static str, &'static str)> {
        let checked = check_citizen(form, date(2026, 11, 21));
        checked.map_or_else(|w| w.into_iter().map(|e| (e.field, e.code)).collect(), |_| Vec::new())
    }

    #[test]
    fn a_good_form() {
        let filled = check_citizen(&an(), date(2026, 11, 21)).unwrap_or_else(|w| panic!("{w:?}"));
        assert_eq!(filled.phone, "+84912000011");
        assert_eq!(filled.sex, Some(Sex::Male));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let empty = Form::default();
        let mut fields: Vec<_> = wrong(&empty);
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                ("date_of_birth", "required"),
                ("full_name", "required"),
                ("identity_number", "required"),
                ("password", "required"),
                ("phone", "required"),
            ]
        );
        assert_eq!(
            wrong(&Form { date_of_birth: Some(date(1991, 5, 12)), ..an() }),
            [("date_of_birth", "contradicts-number")]
        );
        assert_eq!(wrong(&Form { date_of_birth: Some(date(2027, 1, 1)), ..an() }), [("date_of_birth", "in-future")]);
        assert_eq!(wrong(&Form { phone: "02343000000".into(), ..an() }), [("phone", "not-mobile")]);
        assert_eq!(wrong(&Form { email: Some("an@".into()), ..an() }), [("email", "invalid")]);
        assert_eq!(wrong(&Form { password: "0912000011".into(), ..an() }), [("password", "password-personal")]);
        assert_eq!(wrong(&Form { full_name: "An 1990".into(), ..an() }), [("full_name", "invalid")]);
    }

    #[test]
    fn a_business_has_a_tax_code_and_a_representative() {
        let form = Form {
            number: "0314409058".into(),
            full_name: "Công ty TNHH 3 Sao".into(),
            representative: Some("Lê Thị Cúc".into()),
            ..an()
        };
        assert!(check_business(&form).is_ok());
        let faults = check_business(&Form { number: "0314409059".into(), representative: Some(String::new()), ..form });
        let codes: Vec<_> = faults.err().unwrap_or_default().iter().map(|e| (e.field, e.code)).collect();
        assert_eq!(codes, [("tax_code", "invalid"), ("representative", "required")]);
    }
}

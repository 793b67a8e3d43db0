//! `/dang-ky`: the form, then the code from the phone.

use actix_web::HttpRequest;
use actix_web::web::Query;

use super::pending::Pending;
use super::sign_in::{self, Next};
use super::{at, field_text};
use crate::accounts::codes::Given;
use crate::accounts::register::{self, FieldError, Filled, Register, RegisterError, Registered};
use crate::accounts::{Purpose, verify};
use crate::kernel::clock::local_date;
use crate::kernel::national::Phone;
use crate::templating::pages::auth::{self, VerifyCode};
use crate::templating::pages::parts::{Hidden, Input};
use crate::templating::{Arg, FlashKind};
use crate::web::form::Posted;
use crate::web::{Error, Result, Visit, next};

/// What the form sends.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    pub(super) identity_number: String,
    pub(super) full_name: String,
    pub(super) date_of_birth: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) password: String,
    pub(super) agree: String,
    pub(super) next: String,
}

/// What the page of the code sends.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct CodeForm {
    code: String,
    again: String,
    next: String,
}

/// `GET /dang-ky`
pub async fn show(visit: Visit, req: HttpRequest, query: Query<Next>) -> Result {
    let waiting = Pending::of(&visit, &req).is_some();
    visit.page(&auth::Register { next: query.path().to_owned(), waiting, ..auth::Register::default() })
}

/// `GET /dang-ky/xac-nhan`: back to the page of the code, for whoever left it.
pub async fn waiting(visit: Visit, req: HttpRequest) -> Result {
    match Pending::of(&visit, &req) {
        Some(pending) => code_page(&visit, &pending),
        None => visit.see_other("/dang-ky"),
    }
}

/// `POST /dang-ky`
pub async fn submit(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let today = local_date(visit.now());
    let typed = typed(&visit, &form);
    let mut wrong = Vec::new();
    if form.agree.is_empty() {
        wrong.push(FieldError { field: "agree", code: "required" });
    }
    match register::check_citizen(&typed, today) {
        Ok(filled) if wrong.is_empty() => {
            let registered = begin(&visit, &filled, &form.password).await;
            match registered {
                Ok(_) => code_page(&visit, &Pending::new(&visit, &form)),
                Err(Refusal::TooSoon(seconds)) => {
                    let text = visit.text("code-too-soon", &[("seconds", Arg::Number(seconds))]);
                    form_again(&visit, &form, Vec::new(), Some(text))
                }
                Err(Refusal::Failed(e)) => Err(e),
            }
        }
        Ok(_) => form_again(&visit, &form, wrong, None),
        Err(mut faults) => {
            faults.append(&mut wrong);
            form_again(&visit, &form, faults, None)
        }
    }
}

/// `POST /dang-ky/xac-nhan`. Which registration it is stands sealed in the page.
pub async fn verify_code(visit: Visit, Posted(form): Posted<CodeForm>) -> Result {
    let Some(pending) = Pending::open(&visit, &form.again) else { return begin_again(&visit) };
    let opened = open_account(&visit, &pending.form.phone, &form.code).await?;
    if opened {
        Pending::forget(&visit);
        let first = &pending.form;
        // The code was right and the password was typed in this very registration: that is a sign-in.
        if let Some(fresh) = sign_in::at_once(&visit, &first.identity_number, &first.password).await? {
            visit.say(FlashKind::Success, "registered-in", &[]);
            return sign_in::welcome(&visit, &fresh, &form.next);
        }
        visit.say(FlashKind::Success, "registered", &[]);
        let back = next::safe(&form.next).filter(|path| *path != "/");
        let to = back.map_or_else(|| "/dang-nhap".to_owned(), |path| format!("/dang-nhap?tiep={}", encoded(path)));
        return visit.see_other(&to);
    }
    let text = visit.text("wrong-code", &[]);
    let page = VerifyCode {
        errors: vec![at("code", &text)],
        code: Input::wrong("", text),
        ..code_form(&pending, &form.again, &form.next)
    };
    visit.page_again(&page)
}

/// `POST /dang-ky/gui-lai`: the form that was filled travels sealed, so that a new code can be sent for it.
pub async fn resend(visit: Visit, Posted(form): Posted<CodeForm>) -> Result {
    let Some(mut pending) = Pending::open(&visit, &form.again) else { return begin_again(&visit) };
    pending.form.next.clone_from(&form.next);
    let first = &pending.form;
    let Ok(filled) = register::check_citizen(&typed(&visit, first), local_date(visit.now())) else {
        return visit.see_other("/dang-ky");
    };
    match begin(&visit, &filled, &first.password).await {
        Ok(_) => code_page(&visit, &pending),
        Err(Refusal::TooSoon(seconds)) => {
            let text = visit.text("code-too-soon", &[("seconds", Arg::Number(seconds))]);
            let page = VerifyCode { errors: vec![at("code", &text)], ..code_form(&pending, &form.again, &form.next) };
            visit.page_again(&page)
        }
        Err(Refusal::Failed(e)) => Err(e),
    }
}

/// The registration is gone: it was left for too long.
fn begin_again(visit: &Visit) -> Result {
    visit.say(FlashKind::Info, "register-gone", &[]);
    visit.see_other("/dang-ky")
}

/// Why no code was sent.
pub(in crate::web) enum Refusal {
    /// Seconds to wait.
    TooSoon(i64),
    Failed(Error),
}

/// Hashes the password and sends the code.
pub(in crate::web) async fn begin(
    visit: &Visit,
    filled: &Filled,
    password: &str,
) -> std::result::Result<Registered, Refusal> {
    let failed = |e: Error| Refusal::Failed(e);
    let hash = visit.app.hasher.hash(password).await.map_err(|e| failed(e.into()))?;
    let cmd = Register::new(&visit.app.keys, filled, hash).map_err(|e| failed(Error::internal(e)))?;
    let now = visit.now();
    visit.app.db.write(move |tx| register::act(tx, &cmd, now)).await.map_err(|e| match e {
        RegisterError::TooSoon(wait) => Refusal::TooSoon(wait.as_secs().max(1)),
        RegisterError::Db(e) => Refusal::Failed(e.into()),
    })
}

/// Tries the code from the phone. `false`: wrong.
pub(in crate::web) async fn open_account(visit: &Visit, phone: &str, code: &str) -> Result<bool> {
    let Ok(phone) = Phone::parse(phone) else { return Ok(false) };
    let given = Given::new(&visit.app.keys, Purpose::Register, phone.as_str(), code);
    let now = visit.now();
    let outcome = visit.app.db.write(move |tx| verify::act(tx, &given, now)).await?;
    Ok(matches!(outcome, verify::Outcome::Opened(_)))
}

fn typed(visit: &Visit, form: &Form) -> register::Form {
    register::Form {
        number: form.identity_number.clone(),
        full_name: form.full_name.clone(),
        date_of_birth: read_date(&form.date_of_birth),
        phone: form.phone.clone(),
        email: Some(form.email.clone()),
        password: form.password.clone(),
        representative: None,
        language: visit.lang,
    }
}

/// `dd/MM/yyyy` as people write it, or ISO as a browser's own date field sends it.
pub(in crate::web) fn read_date(text: &str) -> Option<jiff::civil::Date> {
    let text = text.trim();
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut parts = text.split(['/', '-', '.']).map(str::trim);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn form_again(visit: &Visit, form: &Form, mut faults: Vec<FieldError>, first: Option<String>) -> Result {
    // A password never comes back, so it has to be typed again: said now, not after the next press of the button.
    if faults.iter().all(|fault| fault.field != "password") {
        faults.push(FieldError { field: "password", code: "again" });
    }
    let text = |fault: &FieldError| field_text(visit, fault.field, fault.code);
    let of = |field: &str| faults.iter().find(|fault| fault.field == field).map(text);
    let input = |field: &str, value: &str| Input { value: value.to_owned(), error: of(field) };
    let mut errors: Vec<_> = faults.iter().map(|fault| at(fault.field, &text(fault))).collect();
    errors.extend(first.map(|text| at("phone", &text)));
    visit.page_again(&auth::Register {
        errors,
        full_name: input("full_name", &form.full_name),
        identity_number: input("identity_number", &form.identity_number),
        date_of_birth: input("date_of_birth", &form.date_of_birth),
        phone: input("phone", &form.phone),
        email: input("email", &form.email),
        password_error: of("password"),
        agree: !form.agree.is_empty(),
        agree_error: of("agree"),
        next: next::safe(&form.next).unwrap_or("/").to_owned(),
        waiting: false,
    })
}

/// The page of the code. It can be left and found again in this browser, for as long as the registration holds.
fn code_page(visit: &Visit, pending: &Pending) -> Result {
    let again = pending.sealed(visit)?;
    pending.keep(visit, &again);
    visit.page(&code_form(pending, &again, &pending.form.next))
}

fn code_form(pending: &Pending, again: &str, wanted: &str) -> VerifyCode {
    let hidden = |name: &str, value: &str| Hidden { name: name.into(), value: value.into() };
    VerifyCode {
        errors: Vec::new(),
        code: Input::default(),
        action: "/dang-ky/xac-nhan".into(),
        resend: "/dang-ky/gui-lai".into(),
        sent_to: masked_phone(&pending.form.phone),
        minutes: Purpose::Register.lifetime().as_mins(),
        hidden: vec![hidden("again", again), hidden("next", next::safe(wanted).unwrap_or("/"))],
    }
}

/// `•••••••011`
pub(super) fn masked_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let shown: String = digits.iter().skip(digits.len().saturating_sub(3)).collect();
    format!("•••••••{shown}")
}

/// A path as the value of a query.
pub(in crate::web) fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        let date = jiff::civil::date(1990, 5, 12);
        for text in ["12/05/1990", "12/5/1990", " 12-05-1990 ", "12.5.1990", "1990-05-12"] {
            assert_eq!(read_date(text), Some(date), "{text}");
        }
        for text in ["", "31/02/1990", "12/05/90", "05/1990", "12/05/1990/1", "a/b/1990"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    #[test]
    fn phones_are_masked() {
        assert_eq!(masked_phone("+84912000011"), "•••••••011");
    }
}

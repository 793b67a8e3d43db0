//! `/dang-nhap`: password, then which account, then the second factor, where these are asked for.

use actix_web::HttpRequest;
use actix_web::web::Query;

use super::pending::Pending;
use super::{at, demo};
use crate::accounts::account::AccountKind;
use crate::accounts::sessions::FirstSteps;
use crate::accounts::sign_in::{Choice, Fresh, Outcome, SignIn, SignInError, sign_in};
use crate::accounts::{SessionKind, password};
use crate::kernel::Timestamp;
use crate::templating::pages::auth::{ChooseAccount, Login, Totp};
use crate::templating::pages::parts::{self, Hidden, Input};
use crate::templating::{Arg, FlashKind};
use crate::web::attempt::Attempt;
use crate::web::form::Posted;
use crate::web::{Error, Result, Visit, next, session};

/// Where to go afterwards, under either name.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Next {
    tiep: String,
    next: String,
}

impl Next {
    pub(super) fn path(&self) -> &str {
        let given = if self.tiep.is_empty() { &self.next } else { &self.tiep };
        next::safe(given).unwrap_or("/")
    }
}

/// What the pages of signing in send.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    identifier: String,
    password: String,
    attempt: String,
    account: String,
    otp: String,
    next: String,
}

/// `GET /dang-nhap`
pub async fn show(visit: Visit, req: HttpRequest, query: Query<Next>) -> Result {
    if let Some(who) = &visit.session {
        return visit.see_other(next::or_start(query.path(), who.account_kind));
    }
    let demo = demo::sign_ins(&visit).await?;
    let waiting = Pending::of(&visit, &req).is_some();
    visit.page(&Login { next: query.path().to_owned(), demo, waiting, ..Login::default() })
}

/// `POST /dang-nhap`
pub async fn submit(visit: Visit, req: HttpRequest, Posted(form): Posted<Form>) -> Result {
    let identifier = form.identifier.trim().to_owned();
    if identifier.is_empty() || form.password.is_empty() {
        return login_again(&visit, &form, "signin-both").await;
    }
    let unconfirmed = Pending::of(&visit, &req).is_some_and(|p| p.is_of(&identifier, &form.password));
    let attempt = Attempt::new(&visit, identifier, form.password.clone());
    match try_it(&visit, &attempt, None).await? {
        // Only the code is missing: back to its page.
        Outcome::Wrong if unconfirmed => {
            visit.say(FlashKind::Info, "register-unconfirmed", &[]);
            visit.see_other("/dang-ky/xac-nhan")
        }
        outcome => answer(&visit, &attempt, outcome, &form).await,
    }
}

/// `POST /dang-nhap/chon`
pub async fn choose(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let Some(mut attempt) = Attempt::open(&visit, &form.attempt) else {
        return login_again(&visit, &form, "signin-begin-again").await;
    };
    if !form.account.is_empty() {
        attempt.identifier.clone_from(&form.account);
    }
    proceed(&visit, &attempt, None, &form).await
}

/// `POST /dang-nhap/ma-xac-thuc`
pub async fn second_factor(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let Some(attempt) = Attempt::open(&visit, &form.attempt) else {
        return login_again(&visit, &form, "signin-begin-again").await;
    };
    proceed(&visit, &attempt, Some(form.otp.clone()), &form).await
}

/// `POST /dang-xuat`
pub async fn sign_out(visit: Visit, _: Posted<Form>) -> Result {
    session::end(&visit).await?;
    session::forget(&visit);
    Pending::forget(&visit);
    visit.say(FlashKind::Success, "signed-out", &[]);
    visit.see_other("/")
}

/// `GET /dang-xuat`: signing out changes something, so a mere link does not do it.
pub async fn sign_out_page(visit: Visit) -> Result {
    visit.see_other(if visit.session.is_some() { "/tai-khoan" } else { "/" })
}

async fn proceed(visit: &Visit, attempt: &Attempt, otp: Option<String>, form: &Form) -> Result {
    let outcome = try_it(visit, attempt, otp).await?;
    answer(visit, attempt, outcome, form).await
}

/// Signs in whoever has just proved both phone and password.
pub(super) async fn at_once(visit: &Visit, identifier: &str, password: &str) -> Result<Option<Box<Fresh>>> {
    let attempt = Attempt::new(visit, identifier.to_owned(), password.to_owned());
    Ok(match try_it(visit, &attempt, None).await? {
        Outcome::SignedIn(fresh) => Some(fresh),
        _ => None,
    })
}

async fn try_it(visit: &Visit, attempt: &Attempt, otp: Option<String>) -> Result<Outcome> {
    let request = SignIn {
        identifier: attempt.identifier.clone(),
        password: attempt.password.clone(),
        otp,
        through: SessionKind::Pages,
        ip: visit.address.map(|a| a.to_string()),
        user_agent: visit.user_agent.clone(),
    };
    Ok(sign_in(&visit.means(), &request).await?)
}

async fn answer(visit: &Visit, attempt: &Attempt, outcome: Outcome, form: &Form) -> Result {
    match outcome {
        Outcome::SignedIn(fresh) => welcome(visit, &fresh, &form.next),
        Outcome::Wrong => login_again(visit, form, "signin-wrong").await,
        Outcome::Disabled => login_again(visit, form, "signin-disabled").await,
        Outcome::Locked { until } => locked(visit, form, until).await,
        Outcome::Choose(choices) => choose_page(visit, attempt, &choices, &form.next),
        Outcome::OtpRequired => otp_page(visit, attempt, None, &form.next),
        Outcome::OtpWrong => otp_page(visit, attempt, Some("signin-otp-wrong"), &form.next),
        Outcome::OtpSpent => otp_page(visit, attempt, Some("signin-otp-spent"), &form.next),
    }
}

/// Begins the session and leads on.
pub(super) fn welcome(visit: &Visit, fresh: &Fresh, wanted: &str) -> Result {
    session::begin(visit, fresh);
    Pending::forget(visit);
    match fresh.first_steps {
        Some(FirstSteps::ChangePassword) => visit.see_other("/tai-khoan/mat-khau"),
        Some(FirstSteps::EnrolTotp) => visit.see_other("/tai-khoan/xac-thuc-hai-lop"),
        None => visit.see_other(next::or_start(wanted, fresh.account.kind)),
    }
}

async fn login_again(visit: &Visit, form: &Form, key: &str) -> Result {
    let text = visit.text(key, &[]);
    login_with(visit, form, text).await
}

async fn locked(visit: &Visit, form: &Form, until: Timestamp) -> Result {
    let minutes = (until.as_second() - visit.now().as_second()).max(1).div_euclid(60) + 1;
    let text = visit.text("signin-locked", &[("minutes", Arg::Number(minutes))]);
    login_with(visit, form, text).await
}

async fn login_with(visit: &Visit, form: &Form, text: String) -> Result {
    let page = Login {
        errors: vec![at("identifier", &text)],
        identifier: Input::wrong(form.identifier.trim(), text),
        password_error: None,
        next: next::safe(&form.next).unwrap_or("/").to_owned(),
        demo: demo::sign_ins(visit).await?,
        waiting: false,
    };
    visit.page_again(&page)
}

fn carried(visit: &Visit, attempt: &Attempt, wanted: &str) -> Result<Vec<Hidden>> {
    let hidden = |name: &str, value: String| Hidden { name: name.into(), value };
    Ok(vec![hidden("attempt", attempt.sealed(visit)?), hidden("next", next::safe(wanted).unwrap_or("/").to_owned())])
}

fn choose_page(visit: &Visit, attempt: &Attempt, choices: &[Choice], wanted: &str) -> Result {
    let choice = |choice: &Choice| parts::Choice {
        value: choice.id.to_string(),
        label: choice.name.clone(),
        hint: Some(visit.text(kind_key(choice.kind), &[])),
    };
    visit.page(&ChooseAccount {
        errors: Vec::new(),
        accounts: choices.iter().map(choice).collect(),
        error: None,
        action: "/dang-nhap/chon".into(),
        hidden: carried(visit, attempt, wanted)?,
    })
}

fn kind_key(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Citizen => "kind-citizen",
        AccountKind::Business => "kind-business",
        AccountKind::Officer => "kind-officer",
    }
}

fn otp_page(visit: &Visit, attempt: &Attempt, wrong: Option<&str>, wanted: &str) -> Result {
    let wrong = wrong.map(|key| visit.text(key, &[]));
    let page = Totp {
        errors: wrong.iter().map(|text| at("code", text)).collect(),
        code: wrong.clone().map_or_else(Input::default, |text| Input::wrong("", text)),
        action: "/dang-nhap/ma-xac-thuc".into(),
        hidden: carried(visit, attempt, wanted)?,
        enrol: None,
    };
    if wrong.is_some() { visit.page_again(&page) } else { visit.page(&page) }
}

impl From<SignInError> for Error {
    fn from(e: SignInError) -> Self {
        match e {
            SignInError::TooMany(wait) => Self::too_many(u64::try_from(wait.as_secs()).unwrap_or(60)),
            SignInError::Hash(e) => e.into(),
            SignInError::Totp | SignInError::Token => Self::internal(e),
            SignInError::Db(e) => e.into(),
        }
    }
}

impl From<password::HashError> for Error {
    fn from(e: password::HashError) -> Self {
        match e {
            password::HashError::Busy => Self::unavailable("busy"),
            password::HashError::Failed => Self::internal(e),
        }
    }
}

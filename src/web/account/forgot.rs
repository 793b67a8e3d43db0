//! `/quen-mat-khau`: a code to the phone or address of the account, then a new password.

use super::{at, field_text};
use crate::accounts::codes::SendError;
use crate::accounts::password;
use crate::accounts::reset_password::{self, Begin, Finish, Outcome};
use crate::kernel::AccountId;
use crate::templating::pages::auth::{ChooseAccount, ForgotPassword};
use crate::templating::pages::parts::{Choice, Hidden, Input};
use crate::templating::{Arg, FlashKind};
use crate::web::form::Posted;
use crate::web::{Error, Result, Visit, attempt::Attempt};

/// What both pages send.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    identifier: String,
    code: String,
    password: String,
    account: String,
    attempt: String,
}

/// `GET /quen-mat-khau`
pub async fn show(visit: Visit) -> Result {
    visit.page(&ForgotPassword::default())
}

/// `POST /quen-mat-khau`: sends a code, or looks as if it did.
pub async fn submit(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let typed = form.identifier.trim().to_owned();
    if typed.is_empty() {
        let text = visit.text("forgot-who", &[]);
        let page = ForgotPassword {
            errors: vec![at("identifier", &text)],
            identifier: Input::wrong("", text),
            ..ForgotPassword::default()
        };
        return visit.page_again(&page);
    }
    let begin = Begin::new(&visit.app.keys, &typed).map_err(Error::internal)?;
    let now = visit.now();
    match visit.app.db.write(move |tx| reset_password::begin(tx, &begin, now)).await {
        Ok(()) => visit.page(&sent(&typed)),
        Err(SendError::TooSoon(wait)) => {
            let text = visit.text("code-too-soon", &[("seconds", Arg::Number(wait.as_secs().max(1)))]);
            visit.page_again(&ForgotPassword { errors: vec![at("code", &text)], ..sent(&typed) })
        }
        Err(SendError::Db(e)) => Err(e.into()),
    }
}

/// `POST /quen-mat-khau/dat-lai`
pub async fn finish(visit: Visit, Posted(form): Posted<Form>) -> Result {
    // After the question "which account?" code and password come back sealed.
    let (code, new) = match Attempt::open(&visit, &form.attempt) {
        Some(kept) => (kept.identifier, kept.password),
        None => (form.code.trim().to_owned(), form.password.clone()),
    };
    if let Err(weak) = password::check_policy(&new, &[form.identifier.trim()]) {
        let text = field_text(&visit, "password", weak.code());
        let page = ForgotPassword {
            errors: vec![at("password", &text)],
            password_error: Some(text),
            ..sent(form.identifier.trim())
        };
        return visit.page_again(&page);
    }
    let hash = visit.app.hasher.hash(&new).await?;
    let account = form.account.parse::<AccountId>().ok();
    let cmd = Finish::new(&visit.app.keys, &form.identifier, &code, account, hash);
    let now = visit.now();
    match visit.app.db.write(move |tx| reset_password::finish(tx, &cmd, now)).await? {
        Outcome::Done(_) => {
            visit.say(FlashKind::Success, "password-changed", &[]);
            visit.see_other("/dang-nhap")
        }
        Outcome::Choose(choices) => {
            let options = choices.iter().map(|c| Choice::new(c.id.to_string(), c.name.clone())).collect();
            choose(&visit, options, &form, Attempt::new(&visit, code, new))
        }
        Outcome::Wrong => {
            let text = visit.text("wrong-code", &[]);
            let page = ForgotPassword {
                errors: vec![at("code", &text)],
                code_error: Some(text),
                ..sent(form.identifier.trim())
            };
            visit.page_again(&page)
        }
    }
}

fn choose(visit: &Visit, accounts: Vec<Choice>, form: &Form, kept: Attempt) -> Result {
    let hidden = |name: &str, value: String| Hidden { name: name.into(), value };
    visit.page(&ChooseAccount {
        errors: Vec::new(),
        accounts,
        error: None,
        action: "/quen-mat-khau/dat-lai".into(),
        hidden: vec![hidden("identifier", form.identifier.clone()), hidden("attempt", kept.sealed(visit)?)],
    })
}

/// The second page. It shows only what the visitor typed: the account's own phone is not theirs to see.
fn sent(typed: &str) -> ForgotPassword {
    ForgotPassword { identifier: Input::of(typed), sent_to: Some(typed.to_owned()), ..ForgotPassword::default() }
}

//! `/api/v1/auth`: opening an account, bearer tokens.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{invalid, me};
use crate::accounts::SessionKind;
use crate::accounts::register::{self, FieldError};
use crate::accounts::sign_in::{Fresh, Outcome, SignIn, sign_in};
use crate::kernel::clock::local_date;
use crate::web::account::register::{Refusal, begin, open_account};
use crate::web::json::Json;
use crate::web::{Error, Result, Visit, session};

/// Body of `POST /auth/register`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Personal identity number, 12 digits.
    #[schema(example = "046090000011")]
    identity_number: String,
    #[schema(example = "Nguyễn Văn An")]
    full_name: String,
    #[schema(example = "1990-05-12")]
    date_of_birth: String,
    /// A mobile number, national (`0912000011`) or international (`+84912000011`).
    #[schema(example = "0912000011")]
    phone: String,
    email: Option<String>,
    /// At least ten characters.
    password: String,
}

/// A code is on its way.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Registered {
    /// What `POST /auth/verify` repeats.
    phone: String,
    /// When the code is worthless, RFC 3339.
    #[schema(value_type = String)]
    code_expires_at: crate::kernel::Timestamp,
}

/// Begin to open an account: a one-time code goes to the phone. Nothing tells whether the number has an account.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = Register, responses(
    (status = 202, description = "A code was sent", body = Registered),
    (status = 422, description = "Fields that are not right", content_type = "application/problem+json"),
    (status = 429, description = "A code was sent just now; `Retry-After`", content_type = "application/problem+json"),
))]
pub async fn register(visit: Visit, Json(body): Json<Register>) -> Result {
    let form = register::Form {
        number: body.identity_number,
        full_name: body.full_name,
        date_of_birth: body.date_of_birth.parse::<Date>().ok(),
        phone: body.phone,
        email: body.email,
        password: body.password,
        representative: None,
        language: visit.lang,
    };
    let checked = register::check_citizen(&form, local_date(visit.now()));
    let filled = checked.map_err(|mut faults| {
        let unread = form.date_of_birth.is_none() && !body.date_of_birth.trim().is_empty();
        for fault in faults.iter_mut().filter(|fault| unread && fault.field == "date_of_birth") {
            *fault = FieldError { field: "date_of_birth", code: "invalid" };
        }
        invalid(&visit, &faults)
    })?;
    match begin(&visit, &filled, &form.password).await {
        Ok(sent) => {
            let answer = Registered { phone: sent.phone, code_expires_at: sent.code_expires_at };
            Ok(HttpResponse::Accepted().json(answer))
        }
        Err(Refusal::TooSoon(seconds)) => Err(Error::too_many(u64::try_from(seconds).unwrap_or(60))),
        Err(Refusal::Failed(e)) => Err(e),
    }
}

/// Body of `POST /auth/verify`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    phone: String,
    /// The code from the phone, six digits.
    #[schema(example = "123456")]
    code: String,
}

/// Open the account with the code from the phone.
#[utoipa::path(post, path = "/api/v1/auth/verify", tag = "auth", request_body = Verify, responses(
    (status = 200, description = "The account is open: sign in"),
    (status = 422, description = "The code is wrong or too old", content_type = "application/problem+json"),
))]
pub async fn verify(visit: Visit, Json(body): Json<Verify>) -> Result {
    if open_account(&visit, &body.phone, &body.code).await? {
        return Ok(HttpResponse::Ok().json(json!({"verified": true})));
    }
    Err(invalid(&visit, &[FieldError { field: "code", code: "code" }]))
}

/// Body of `POST /auth/login`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Identity number, phone, e-mail, or an account id from a 409 answer.
    identifier: String,
    password: String,
    /// Code of the second factor, where the account has one.
    otp: Option<String>,
}

/// A bearer token.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Token {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    account: me::Me,
}

/// Sign in. Problem types: `wrong-credentials`, `otp-required`, `otp-wrong`, `otp-spent`, `choose-account`, `locked`.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = Login, responses(
    (status = 200, description = "Signed in", body = Token),
    (status = 401, description = "Wrong, or the second factor is missing", content_type = "application/problem+json"),
    (status = 409, description = "Several accounts: choose one", content_type = "application/problem+json"),
    (status = 429, description = "Locked for a while; `Retry-After`", content_type = "application/problem+json"),
))]
pub async fn login(visit: Visit, Json(body): Json<Login>) -> Result {
    let request = SignIn {
        identifier: body.identifier,
        password: body.password,
        otp: body.otp,
        through: SessionKind::Api,
        ip: visit.address.map(|a| a.to_string()),
        user_agent: visit.user_agent.clone(),
    };
    let refused = |code| Err(Error::new(StatusCode::UNAUTHORIZED, code));
    match sign_in(&visit.means(), &request).await? {
        Outcome::SignedIn(fresh) => token(&visit, &fresh).await,
        Outcome::Wrong => refused("wrong-credentials"),
        Outcome::OtpRequired => refused("otp-required"),
        Outcome::OtpWrong => refused("otp-wrong"),
        Outcome::OtpSpent => refused("otp-spent"),
        Outcome::Choose(choices) => Err(Error::conflict("choose-account").with("accounts", json!(choices))),
        Outcome::Locked { until } => {
            let wait = (until.as_second() - visit.now().as_second()).max(1);
            Err(Error::wait(u64::try_from(wait).unwrap_or(1), "locked"))
        }
        Outcome::Disabled => Err(Error::new(StatusCode::FORBIDDEN, "account-disabled")),
    }
}

async fn token(visit: &Visit, fresh: &Fresh) -> Result {
    let account = me::of(visit, fresh.account.id, fresh.first_steps).await?;
    Ok(HttpResponse::Ok().json(Token {
        access_token: fresh.token.clone(),
        token_type: "Bearer",
        expires_in: fresh.token_expires_at.as_second() - visit.now().as_second(),
        account,
    }))
}

/// End the session of the bearer token.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", security(("bearer" = [])), responses(
    (status = 204, description = "Signed out"),
    (status = 401, description = "Not signed in", content_type = "application/problem+json"),
))]
pub async fn logout(visit: Visit) -> Result {
    session::end(&visit).await?;
    Ok(HttpResponse::NoContent().finish())
}

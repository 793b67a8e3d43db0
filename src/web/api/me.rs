//! `/api/v1/me`: who is signed in.

use actix_web::HttpResponse;
use serde::Serialize;

use super::Named;
use crate::accounts::sessions::FirstSteps;
use crate::accounts::{agencies, people};
use crate::db;
use crate::kernel::AccountId;
use crate::web::account::security::national;
use crate::web::{Result, Visit};

/// An account, for its owner.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Me {
    id: String,
    /// `citizen`, `business` or `officer`.
    kind: &'static str,
    full_name: String,
    /// Who acts for a business.
    representative: Option<String>,
    /// Personal number, or a business's tax code.
    identity_number: Option<String>,
    /// `YYYY-MM-DD`
    date_of_birth: Option<String>,
    /// `male` or `female`
    sex: Option<&'static str>,
    phone: Option<String>,
    email: Option<String>,
    /// 1 self-declared, 2 proved by VNeID.
    identity_level: u8,
    /// `vi` or `en`
    language: &'static str,
    /// An officer's rights.
    roles: Vec<Right>,
    /// What an officer must do on the web site first: `change_password`, `enrol_totp`.
    #[schema(value_type = Option<String>)]
    first_steps: Option<FirstSteps>,
}

/// A role in an agency.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Right {
    #[schema(example = "clerk")]
    role: &'static str,
    agency: Named,
    /// Code of the procedure field that the right is limited to.
    field: Option<String>,
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/me", tag = "auth", security(("bearer" = [])), responses(
    (status = 200, description = "The account", body = Me),
    (status = 401, description = "Not signed in", content_type = "application/problem+json"),
))]
pub async fn show(visit: Visit) -> Result {
    let who = visit.signed_in()?;
    Ok(HttpResponse::Ok().json(of(&visit, who.account, who.first_steps).await?))
}

/// An account as its owner sees it.
pub(super) async fn of(visit: &Visit, id: AccountId, first_steps: Option<FirstSteps>) -> Result<Me> {
    let now = visit.now();
    let read = move |conn: &mut db::Conn| {
        let account = people::by_id(conn, id)?;
        let rights = people::rights_of(conn, id, now)?;
        let ids: Vec<_> = rights.iter().map(|right| right.agency).collect();
        Ok::<_, db::Error>((account, rights, agencies::by_ids(conn, &ids)?))
    };
    let (account, rights, names) = visit.app.db.read(read).await?;
    let number = account.party.open(&visit.app.keys).ok().and_then(|party| party.number().map(str::to_owned));
    let roles = rights.into_iter().filter_map(|right| {
        let agency = names.iter().find(|agency| agency.id == right.agency)?;
        let agency = Named::new(&agency.code, &agency.name);
        Some(Right { role: right.role.as_str(), agency, field: right.field })
    });
    Ok(Me {
        id: account.id.to_string(),
        kind: account.kind.as_str(),
        representative: account.representative,
        identity_number: number,
        date_of_birth: account.date_of_birth.map(|date| date.to_string()),
        sex: account.sex.map(|sex| sex.as_str()),
        phone: account.phone.as_deref().map(national),
        email: account.email,
        identity_level: account.identity_level,
        language: account.language.as_str(),
        full_name: account.full_name,
        roles: roles.collect(),
        first_steps,
    })
}

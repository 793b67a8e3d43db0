//! `/nop-ho/{token}`: a link by which somebody else pays. It shows what is paid for and how much, and nothing else of
//! the dossier: no names, no answers.

use actix_web::web::Path;

use super::begin::{page, send_off};
use crate::dossiers::{self, Dossier};
use crate::kernel::DossierId;
use crate::office::online_payment::Payer;
use crate::web::form::{Fields, Posted};
use crate::web::{Error, Result, Visit};

/// What the tag in a link stands over.
const PURPOSE: &str = "pay link";
/// Digits of an id without hyphens.
const ID_DIGITS: usize = 32;

/// The link of a dossier, as it is given on.
pub(super) fn address(visit: &Visit, dossier: &Dossier) -> String {
    let id = dossier.id.0.simple().to_string();
    let tag = visit.app.keys.tag(PURPOSE, id.as_bytes());
    format!("{}/nop-ho/{id}{tag}", visit.app.settings.public_url)
}

/// The dossier of a link that is ours.
async fn dossier(visit: &Visit, token: &str) -> Result<Dossier> {
    let (Some(id), Some(tag)) = (token.get(..ID_DIGITS), token.get(ID_DIGITS..)) else {
        return Err(Error::not_found());
    };
    if !visit.app.keys.verify_tag(PURPOSE, id.as_bytes(), tag) {
        return Err(Error::not_found());
    }
    let id = DossierId(uuid::Uuid::try_parse(id).map_err(|_| Error::not_found())?);
    visit.app.db.read(move |c| dossiers::by_id(c, id)).await.map_err(|e| match e {
        crate::db::Error::NotFound => Error::not_found(),
        e => e.into(),
    })
}

/// `GET /nop-ho/{token}`
pub async fn show(visit: Visit, token: Path<String>) -> Result {
    let dossier = dossier(&visit, &token).await?;
    let (app, of) = (visit.app.clone(), dossier.clone());
    let (rules, _) = visit.app.db.read(move |c| app.rules_of(c, &of)).await?;
    visit.page(&page(&visit, (&dossier, &rules), format!("/nop-ho/{token}")).await?)
}

/// `POST /nop-ho/{token}`
pub async fn submit(visit: Visit, token: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let dossier = dossier(&visit, &token).await?;
    let back = format!("/nop-ho/{token}");
    send_off(&visit, (Payer::Link, dossier), (fields.get("method"), &back)).await
}

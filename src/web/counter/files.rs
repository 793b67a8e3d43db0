//! Files of a dossier for officers: what was attached, the one-stop papers, results. Each look is logged first.

use actix_web::web::Path;

use super::open_logged;
use crate::documents;
use crate::kernel::ResultId;
use crate::web::portal::files::{file, send_attachment};
use crate::web::{Error, Result, Visit};

/// `GET /can-bo/ho-so/{code}/tep/{document}`
pub async fn attachment(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, id) = at.into_inner();
    let opened = open_logged(&visit, &name).await?;
    send_attachment(&visit, &opened, &id).await
}

/// `GET /can-bo/ho-so/{code}/giay/{form}`: a one-stop paper as PDF; 404 where the act behind it never happened.
pub async fn paper(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, form) = at.into_inner();
    let opened = open_logged(&visit, &name).await?;
    let form = form.strip_suffix(".pdf").unwrap_or(&form);
    let pdf = visit.app.paper_pdf(&visit.actor, &name, form).await?;
    Ok(file(pdf, "application/pdf", &format!("{form}-{}.pdf", opened.dossier.name()), true))
}

/// `GET /can-bo/ho-so/{code}/ket-qua/{result}`: a result with the signatures made so far.
pub async fn result(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, id) = at.into_inner();
    let opened = open_logged(&visit, &name).await?;
    let id: ResultId = id.parse().map_err(|_| Error::not_found())?;
    let dossier = opened.dossier.id;
    let results = visit.app.db.read(move |conn| documents::results_of(conn, dossier)).await?;
    let result = results.into_iter().find(|r| r.id == id).ok_or_else(Error::not_found)?;
    let pdf = visit.app.result_pdf(&opened, &result).await?;
    Ok(file(pdf, "application/pdf", &format!("{}.pdf", result.name), true))
}

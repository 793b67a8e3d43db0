//! `/xac-thuc/{token}`: is this paper genuine.

use actix_web::web::Path;

use super::words;
use crate::db;
use crate::documents::{self, PaperRow, ResultRow, SignatureRow};
use crate::dossiers::{self, Dossier};
use crate::office::Rules;
use crate::templating::pages::tracking::{Revoked, Signature, VerifiedResult, Verify};
use crate::web::{Result, Visit};

/// What a token stands for.
pub(in crate::web) enum Issued {
    Result(Box<(ResultRow, Dossier, Rules)>, Vec<SignatureRow>),
    Paper(Box<(PaperRow, Dossier, Rules)>),
}

/// The longest token there is.
const MAX_TOKEN: usize = 100;

/// What was issued with a token: a result that bears all its signatures, or a paper of the one-stop office.
pub(in crate::web) async fn issued(visit: &Visit, token: &str) -> Result<Option<Issued>> {
    if token.len() > MAX_TOKEN || !token.is_ascii() {
        return Ok(None);
    }
    let (app, token) = (visit.app.clone(), token.to_owned());
    let read = move |conn: &mut db::Conn| {
        if let Some(result) = documents::result_by_token(conn, &token)? {
            // What is not signed yet was not issued yet.
            if result.signed_at.is_none() {
                return Ok(None);
            }
            let signatures = documents::signatures_of(conn, result.id)?;
            let dossier = dossiers::by_id(conn, result.dossier_id)?;
            let (rules, _) = app.rules_of(conn, &dossier)?;
            return Ok(Some(Issued::Result(Box::new((result, dossier, rules)), signatures)));
        }
        let Some(paper) = documents::paper_by_token(conn, &token)? else { return Ok(None) };
        let dossier = dossiers::by_id(conn, paper.dossier_id)?;
        let (rules, _) = app.rules_of(conn, &dossier)?;
        Ok::<_, db::Error>(Some(Issued::Paper(Box::new((paper, dossier, rules)))))
    };
    Ok(visit.app.db.read(read).await?)
}

/// `GET /xac-thuc/{token}`
pub async fn show(visit: Visit, token: Path<String>) -> Result {
    match issued(&visit, &token).await? {
        None => visit.page_with(actix_web::http::StatusCode::NOT_FOUND, &Verify { result: None }),
        Some(Issued::Result(of, signatures)) => {
            visit.page(&Verify { result: Some(result(&visit, &of, &signatures)) })
        }
        Some(Issued::Paper(of)) => visit.page(&Verify { result: Some(paper(&visit, &of)) }),
    }
}

fn result(visit: &Visit, of: &(ResultRow, Dossier, Rules), signatures: &[SignatureRow]) -> VerifiedResult {
    let (result, dossier, rules) = of;
    VerifiedResult {
        name: result.name.clone(),
        number: result.number.clone(),
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: rules.agency.name.clone(),
        dossier_code: dossier.name(),
        holder: Some(words::hidden_name(&dossier.owner_name)),
        issued_at: result.issued_at,
        signatures: signatures
            .iter()
            .map(|s| Signature { signer: s.signer_name.clone(), at: s.signed_at })
            .collect(),
        revoked: result.revoked_at.map(|at| Revoked {
            at,
            reason: result.revoked_reason.clone().unwrap_or_default(),
        }),
    }
}

fn paper(visit: &Visit, of: &(PaperRow, Dossier, Rules)) -> VerifiedResult {
    let (paper, dossier, rules) = of;
    VerifiedResult {
        name: words::paper_name(visit, &paper.kind),
        number: None,
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: rules.agency.name.clone(),
        dossier_code: dossier.name(),
        holder: Some(words::hidden_name(&dossier.applicant_name)),
        issued_at: paper.created_at,
        signatures: Vec::new(),
        revoked: None,
    }
}

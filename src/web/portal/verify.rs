//! `/xac-thuc/{token}`: is this paper genuine.

use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde_json::Value;

use super::words;
use crate::accounts::agencies;
use crate::documents::{self, ProofOf};
use crate::dossiers::Dossier;
use crate::office::sign;
use crate::payments::{self, ReceiptRow};
use crate::templating::pages::parts::Answer;
use crate::templating::pages::tracking::{Revoked, Signature, VerifiedReceipt, VerifiedResult, Verify};
use crate::web::{Result, Visit};
use crate::{catalog, db, dossiers};

/// The acknowledgement, which is made before acceptance, be it in the same moment.
const RECEIPT: &str = "xac-nhan-nop";
/// The longest token there is.
const MAX_TOKEN: usize = 100;

/// What was issued with a token, and the SHA-256 of its file: a result that bears all its signatures, or a paper of
/// the one-stop office. What is not signed yet was not issued yet.
pub(in crate::web) async fn issued(visit: &Visit, token: &str) -> Result<Option<(VerifiedResult, Option<String>)>> {
    if token.len() > MAX_TOKEN || !token.is_ascii() {
        return Ok(None);
    }
    let (app, token) = (visit.app.clone(), token.to_owned());
    let read = move |conn: &mut db::Conn| {
        let Some(proof) = documents::prove(conn, &token)? else { return Ok(None) };
        if proof.of == ProofOf::Result && proof.signed_at.is_none() {
            return Ok(None);
        }
        let dossier = dossiers::by_id(conn, proof.dossier)?;
        let (rules, _) = app.rules_of(conn, &dossier)?;
        let agency = match proof.agency {
            Some(id) => agencies::by_id(conn, id)?.map(|agency| agency.name),
            None => None,
        };
        let receipt = match proof.paper {
            Some(paper) => payments::receipt_of_paper(conn, paper)?,
            None => None,
        };
        Ok::<_, db::Error>(Some((proof, dossier, rules, agency, receipt)))
    };
    let Some((proof, dossier, rules, agency, receipt)) = visit.app.db.read(read).await? else { return Ok(None) };
    let signatures = proof.signatures.into_iter().enumerate().map(|(at, s)| {
        let kind = sign::kind_at((&dossier, &rules), &proof.code, at);
        Signature { signer: s.signer, at: s.at, seal: kind == catalog::revision::Signature::Agency }
    });
    let signatures = signatures.collect();
    let is_result = proof.of == ProofOf::Result;
    let (label, names) = named(proof.made_of.as_ref(), &dossier);
    let hidden: Vec<String> = names.iter().map(|name| words::hidden_name(name)).collect();
    let name = Answer { label: visit.text(label, &[]), value: Some(hidden.join("; ")), ..Answer::default() };
    // What was made before there was a dossier code bears the submission reference.
    let before_code = proof.code == RECEIPT || dossier.accepted_at.is_none_or(|accepted| proof.issued_at < accepted);
    let shown = VerifiedResult {
        is_result,
        name: proof.name.unwrap_or_else(|| words::paper_name(visit, &proof.code)),
        number: proof.number,
        procedure: rules.revision.name.get(visit.lang).to_owned(),
        agency: agency.unwrap_or_else(|| rules.agency.name.clone()),
        reference: dossier.reference.clone().filter(|_| before_code),
        dossier_code: dossier.code.clone(),
        dossier: dossier.name(),
        holder: Some(name),
        issued_at: proof.issued_at,
        signatures,
        revoked: proof.revoked.map(|r| Revoked { at: r.at, reason: r.reason }),
        receipt: receipt.map(money),
    };
    Ok(Some((shown, proof.sha256)))
}

/// What a receipt says, and what became of its money.
fn money(row: ReceiptRow) -> VerifiedReceipt {
    VerifiedReceipt {
        total: row.total(),
        returned: row.returned(),
        cancelled_at: row.cancelled_at,
        template: row.template,
        series: row.series,
        number: row.number,
    }
}

/// Whose name stands on a paper, and as what: whom a result is about where its own form says so, else the owner of the
/// matter; on the office's papers who filed.
fn named(made_of: Option<&(String, Value)>, dossier: &Dossier) -> (&'static str, Vec<String>) {
    let Some((template, data)) = made_of else { return ("verify-applicant", vec![dossier.applicant_name.clone()]) };
    let fields = data.get("fields").unwrap_or(&Value::Null);
    match documents::subjects(template, fields, &dossier.data) {
        subjects if subjects.is_empty() => ("verify-owner", vec![dossier.owner_name.clone()]),
        subjects => ("verify-subject", subjects),
    }
}

/// `GET /xac-thuc/{token}`
pub async fn show(visit: Visit, token: Path<String>) -> Result {
    match issued(&visit, &token).await? {
        None => visit.page_with(StatusCode::NOT_FOUND, &Verify { result: None }),
        Some((result, _)) => visit.page(&Verify { result: Some(result) }),
    }
}

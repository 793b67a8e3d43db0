//! Is a printed or sent paper genuine? What `/xac-thuc/{token}` and `/api/v1/results/{token}` say, to anybody who
//! holds the paper: no personal data but what proves it.

use serde::Serialize;
use serde_json::Value;

use super::blobs::BlobHash;
use super::store;
use crate::db::{Conn, Error};
use crate::kernel::{AgencyId, DossierId, PaperId, Timestamp};

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofOf {
    /// A result of a dossier.
    Result,
    /// A paper of the one-stop office (Mẫu 01–05, acknowledgement).
    Paper,
}

/// What is told about a genuine paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    pub of: ProofOf,
    /// Result code (`KQ.…`) or paper form (`mau-01`).
    pub code: String,
    /// Name of a result; papers have theirs by their form.
    pub name: Option<String>,
    pub number: Option<String>,
    /// The agency that issued a result.
    #[serde(skip)]
    pub agency: Option<AgencyId>,
    #[serde(skip)]
    pub dossier: DossierId,
    /// The paper of the office, for what else is known about it.
    #[serde(skip)]
    pub paper: Option<PaperId>,
    /// The template of a result and what it was made from, for the names that stand on it.
    #[serde(skip)]
    pub made_of: Option<(String, Value)>,
    pub issued_at: Timestamp,
    /// When the last signature that it needs was made.
    pub signed_at: Option<Timestamp>,
    pub revoked: Option<Revoked>,
    pub signatures: Vec<SignatureShown>,
    /// SHA-256 of the file, to compare a copy with.
    pub sha256: Option<String>,
}

/// That and why a result holds no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revoked {
    pub at: Timestamp,
    pub reason: String,
}

/// A signature under a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignatureShown {
    pub signer: String,
    pub certificate: String,
    pub at: Timestamp,
}

impl Proof {
    /// Whether the result holds: signed and not revoked. A paper of the office holds as it is.
    pub fn in_force(&self) -> bool {
        self.revoked.is_none() && (self.of == ProofOf::Paper || self.signed_at.is_some())
    }

    /// Whether `file` is, byte for byte, the one that was issued.
    pub fn is_same_file(&self, file: &[u8]) -> bool {
        self.sha256.as_ref().is_some_and(|hash| *hash == BlobHash::of(file).to_string())
    }
}

/// What a token proves; `None`: nothing was ever issued under it.
///
/// # Errors
/// A failure of the database.
pub fn prove(conn: &mut Conn, token: &str) -> Result<Option<Proof>, Error> {
    if let Some(result) = store::result_by_token(conn, token)? {
        let signatures = store::signatures_of(conn, result.id)?;
        return Ok(Some(Proof {
            of: ProofOf::Result,
            code: result.code,
            name: Some(result.name),
            number: result.number,
            agency: Some(result.agency_id),
            dossier: result.dossier_id,
            paper: None,
            made_of: Some((result.template, result.data)),
            issued_at: result.issued_at,
            signed_at: result.signed_at,
            revoked: result.revoked_at.map(|at| Revoked { at, reason: result.revoked_reason.unwrap_or_default() }),
            signatures: signatures
                .into_iter()
                .map(|one| SignatureShown { signer: one.signer_name, certificate: one.certificate, at: one.signed_at })
                .collect(),
            sha256: result.blob_hash,
        }));
    }
    Ok(store::paper_by_token(conn, token)?.map(|paper| Proof {
        of: ProofOf::Paper,
        code: paper.kind,
        name: None,
        number: None,
        agency: None,
        dossier: paper.dossier_id,
        paper: Some(paper.id),
        made_of: None,
        issued_at: paper.created_at,
        signed_at: None,
        revoked: None,
        signatures: Vec::new(),
        sha256: paper.blob_hash,
    }))
}

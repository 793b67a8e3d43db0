//! Signing PDF files: PAdES B-B (ETSI EN 319 142-1), in two phases so that the key may live anywhere.
//!
//! [`prepare`] adds an empty signature to the file and tells what has to be signed; [`Signer::sign`] signs it (a key in
//! a PKCS#12 file, later an HSM, a token, a remote service); [`Prepared::finish`] puts the signature in. A file may be
//! signed again and again: each signature is appended and leaves the bytes before it as they were.

mod cms;
mod demo;
mod pades;
mod pkcs12;
pub mod xml;

use x509_cert::Certificate;

use crate::kernel::Timestamp;

pub use demo::{DEMO_CA, DemoCa, MadeKey, make_demo_key};
pub use pades::{Prepared, prepare};
pub use pkcs12::Pkcs12Signer;

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaSha256,
    /// ECDSA on P-256 with SHA-256, the signature in DER.
    EcdsaP256Sha256,
}

/// A key that signs for an agency or an officer.
pub trait Signer: Send + Sync {
    /// The signer's certificate first, then its issuers.
    fn chain(&self) -> &[Certificate];

    /// How it signs.
    fn algorithm(&self) -> Algorithm;

    /// The signature over `tbs` (the message itself, not its digest). May take long: call it outside transactions.
    fn sign(&self, tbs: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// What a signature says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureFacts {
    /// Who signs, as shown by readers.
    pub name: String,
    /// Why: «Ký ban hành», «Sao y».
    pub reason: String,
    /// Where: the agency's place.
    pub location: String,
    /// When, as told by the product's clock (B-B carries no time stamp of a third party).
    pub at: Timestamp,
}

/// Why a file could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The file can't be read or extended as a PDF.
    #[error("PDF to sign: {0}")]
    Pdf(String),
    /// A structure of the signature could not be encoded.
    #[error("signature structure: {0}")]
    Encoding(#[from] der::Error),
    /// The signer has no certificate.
    #[error("the signer has no certificate")]
    NoCertificate,
    /// The signature does not belong to the certificate.
    #[error("the signature does not verify against the signer's certificate")]
    WrongSignature,
    /// The PKCS#12 file can't be opened: wrong password or damaged.
    #[error("PKCS#12: {0}")]
    Pkcs12(String),
    /// The key is of a kind that is not supported, or the key itself refused.
    #[error("key: {0}")]
    Key(String),
}

impl From<lopdf::Error> for SignError {
    fn from(error: lopdf::Error) -> Self {
        Self::Pdf(error.to_string())
    }
}

/// A signed file.
#[derive(Clone, Debug)]
pub struct Signed {
    pub pdf: Vec<u8>,
    /// Subject of the signer's certificate, and its serial number.
    pub certificate: String,
}

/// Signs `pdf` (once more) with `signer`.
pub fn sign_pdf(pdf: &[u8], signer: &dyn Signer, facts: &SignatureFacts) -> Result<Signed, SignError> {
    let prepared = prepare(pdf, signer.chain(), signer.algorithm(), facts)?;
    let signature = signer.sign(prepared.to_sign())?;
    let certificate = signer.chain().first().map(describe).ok_or(SignError::NoCertificate)?;
    Ok(Signed { pdf: prepared.finish(&signature)?, certificate })
}

/// A certificate in words: subject and serial number.
pub fn describe(certificate: &Certificate) -> String {
    format!("{} (số {})", certificate.tbs_certificate.subject, certificate.tbs_certificate.serial_number)
}

#[cfg(test)]
mod tests;

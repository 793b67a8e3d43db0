//! Papers and files: uploads, made papers as PDF, results, signatures, QR codes.
//!
//! Files are stored by content hash behind [`blobs::BlobStore`] and never altered. [`sniff`] decides by content what
//! may be uploaded. [`papers`] is what each made paper says, [`pdf`] sets it, [`sign`] signs it.

pub mod agency_keys;
pub mod archive;
mod attach;
pub mod blobs;
mod compose;
pub mod papers;
pub mod pdf;
mod proof;
pub mod qr;
pub mod scan;
pub mod sign;
pub mod sniff;
mod store;

pub use archive::{Archive, ArchiveError, Upload};
pub use attach::{AttachError, Kept, Origin, Place, SCAN_JOB, attach_kept, attach_upload, detach, discard};
pub use compose::{GIVEN_NUMBER, REGISTER_ENTRY, ResultFacts, Side, result_paper, subjects};
pub use proof::{Proof, ProofOf, Revoked, SignatureShown, prove};
pub use store::*;

//! Papers and files: uploads, made papers as PDF, results, signatures, QR codes.
//!
//! Files are stored by content hash behind [`blobs::BlobStore`] and never altered. [`sniff`] decides by content what
//! may be uploaded. [`papers`] is what each made paper says, [`pdf`] sets it, [`sign`] signs it.

pub mod blobs;
pub mod papers;
pub mod pdf;
pub mod qr;
pub mod scan;
pub mod sign;
pub mod sniff;
mod store;

pub use store::*;

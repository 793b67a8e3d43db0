//! Multipart bodies: small text fields and files, read with limits. The content decides later what a file is.

use actix_multipart::{Field, Multipart};
use futures_util::StreamExt as _;

use super::form::TOKEN_FIELD;
use super::visit::Visit;
use super::{Error, Result};
use crate::documents::sniff::{MAX_DOSSIER, MAX_FILE, Refusal};

/// Text fields and how long one may be.
const MAX_FIELDS: usize = 500;
const MAX_TEXT: usize = 64 * 1024;

/// A file as it was sent.
pub(super) struct SentFile {
    /// Name of the form's field.
    pub field: String,
    pub name: String,
    pub content: Vec<u8>,
    /// It was longer than a file may be; what came was thrown away.
    pub too_large: bool,
}

/// What a multipart body held.
#[derive(Default)]
pub(super) struct Upload {
    pub fields: Vec<(String, String)>,
    pub files: Vec<SentFile>,
}

impl Upload {
    /// The first value of a text field without blanks around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }
}

/// Reads a body of the API, whose callers prove themselves by their bearer token.
///
/// # Errors
/// 400 for a broken body, 413 for one that is too large.
pub(super) async fn read(body: Multipart) -> Result<Upload> {
    collect(body, None).await
}

/// Reads a page's form. Its token must come before its files, so that nobody else can make us read them.
///
/// # Errors
/// As [`read`], and 403 for a form of another site.
pub(super) async fn read_form(visit: &Visit, body: Multipart) -> Result<Upload> {
    let upload = collect(body, Some(visit)).await?;
    visit.check_token(upload.get(TOKEN_FIELD))?;
    Ok(upload)
}

async fn collect(mut body: Multipart, visit: Option<&Visit>) -> Result<Upload> {
    let mut upload = Upload::default();
    let mut held = 0_u64;
    while let Some(part) = body.next().await {
        let mut part = part.map_err(|_| Error::bad_request("bad-request"))?;
        let disposition = part.content_disposition();
        let field = disposition.and_then(|d| d.get_name()).unwrap_or_default().to_owned();
        let file_name = disposition.and_then(|d| d.get_filename()).map(str::to_owned);
        if upload.fields.len() + upload.files.len() >= MAX_FIELDS {
            return Err(Error::bad_request("bad-request"));
        }
        let Some(name) = file_name else {
            let bytes = text_of(&mut part).await?;
            let text = String::from_utf8(bytes).map_err(|_| Error::bad_request("bad-request"))?;
            if text.contains('\0') || field.contains('\0') {
                return Err(Error::bad_request("bad-request"));
            }
            upload.fields.push((field, text));
            continue;
        };
        if let Some(visit) = visit {
            visit.check_token(upload.get(TOKEN_FIELD))?;
        }
        let (content, too_large) = file_of(&mut part, &mut held).await?;
        // A file field that was left empty is sent with an empty name.
        if !(name.is_empty() && content.is_empty()) {
            upload.files.push(SentFile { field, name, content, too_large });
        }
    }
    Ok(upload)
}

async fn text_of(part: &mut Field) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Error::bad_request("bad-request"))?;
        if bytes.len() + chunk.len() > MAX_TEXT {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The content, and whether it was too long: then it is read to its end and thrown away, so that the person gets an
/// answer instead of a broken connection. A whole body over the dossier's limit is cut off.
async fn file_of(part: &mut Field, held: &mut u64) -> Result<(Vec<u8>, bool)> {
    let (mut bytes, mut too_long) = (Vec::new(), false);
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Error::bad_request("bad-request"))?;
        *held += chunk.len() as u64;
        if *held > MAX_DOSSIER + MAX_FILE {
            return Err(too_large());
        }
        if too_long || bytes.len() as u64 + chunk.len() as u64 > MAX_FILE {
            too_long = true;
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((bytes, too_long))
}

fn too_large() -> Error {
    Error::new(actix_web::http::StatusCode::PAYLOAD_TOO_LARGE, "too-large")
}

impl SentFile {
    /// The refusal of a file that was cut off here.
    pub fn refusal(&self) -> Option<Refusal> {
        self.too_large.then_some(Refusal::TooLarge)
    }
}

//! Files of a dossier: what was attached, the papers made for it, its results.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Path;

use super::open;
use crate::app::filing::Opened;
use crate::db;
use crate::documents::scan::ScanState;
use crate::documents::sniff::FileKind;
use crate::documents::{self, Document, ResultRow};
use crate::kernel::{AccountId, DocumentId, ResultId};
use crate::web::{Error, Result, Visit};

/// `GET /ho-so/{code}/giay-to/{document}`
pub async fn attachment(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, id) = at.into_inner();
    let opened = open(&visit, &name).await?;
    send_attachment(&visit, &opened, &id).await
}

/// Sends an attached file of a dossier that the visitor was let into.
pub(in crate::web) async fn send_attachment(visit: &Visit, opened: &Opened, id: &str) -> Result {
    let id: DocumentId = id.parse().map_err(|_| Error::not_found())?;
    let dossier = opened.dossier.id;
    send_where(visit, id, move |document| document.dossier_id == Some(dossier)).await
}

/// Sends a file that is there still and that `right` holds for.
async fn send_where(visit: &Visit, id: DocumentId, right: impl FnOnce(&Document) -> bool + Send + 'static) -> Result {
    let read = move |conn: &mut db::Conn| match documents::document(conn, id) {
        Ok(document) if right(&document) && document.removed_at.is_none() => {
            let state = documents::scan_state(conn, &document.blob_hash)?;
            Ok(Some((document, state)))
        }
        Ok(_) | Err(db::Error::NotFound) => Ok(None),
        Err(e) => Err(e),
    };
    let (document, state) = visit.app.db.read(read).await?.ok_or_else(Error::not_found)?;
    send_document(visit, &document, &state).await
}

/// Sends a stored file. While its scan is still to come only the one who sent it may open it; an infected one nobody.
pub(super) async fn send_document(visit: &Visit, document: &Document, scan: &str) -> Result {
    let state = ScanState::parse(scan).unwrap_or(ScanState::Pending);
    let own = document.added_by.is_some() && document.added_by == visit.actor.account();
    match state {
        ScanState::Infected => return Err(Error::forbidden().detail(visit.text("file-shut-infected", &[]))),
        ScanState::Pending if !own => return Err(Error::conflict("file-scanning")),
        ScanState::Pending | ScanState::Clean | ScanState::Unscanned => {}
    }
    let content = visit.app.archive.content(&document.blob_hash).await?;
    let shown = FileKind::from_mime(&document.mime).is_some_and(FileKind::shown_in_browser);
    Ok(file(content, &document.mime, &document.file_name, shown))
}

/// `GET /ho-so/{code}/giay/{form}.pdf`: acknowledgement, Mẫu 01 … , declaration.
pub async fn paper(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, form) = at.into_inner();
    pdf_of(&visit, &name, &form).await
}

/// The papers that the person whose dossier it is may have; 06 and 07 are the office's own.
const CITIZENS: [&str; 8] =
    ["xac-nhan-nop", "mau-01", "mau-02", "mau-03", "mau-04", "mau-05", "thong-bao-nghia-vu", "to-khai"];

/// A paper of the visitor's own dossier.
pub(in crate::web) async fn pdf_of(visit: &Visit, name: &str, form: &str) -> Result {
    if !CITIZENS.contains(&form) {
        return Err(Error::not_found());
    }
    let pdf = visit.app.paper_pdf(&visit.actor, name, form).await?;
    Ok(file(pdf, "application/pdf", &format!("{form}-{name}.pdf"), true))
}

/// `GET /ho-so/{code}/ket-qua/{result}`
pub async fn result(visit: Visit, at: Path<(String, String)>) -> Result {
    let (name, id) = at.into_inner();
    send_result(&visit, &name, &id).await
}

/// Sends a result that was handed over to the visitor.
pub(in crate::web) async fn send_result(visit: &Visit, name: &str, id: &str) -> Result {
    let opened = open(visit, name).await?;
    let id: ResultId = id.parse().map_err(|_| Error::not_found())?;
    let dossier = opened.dossier.id;
    let results = visit.app.db.read(move |conn| documents::results_of(conn, dossier)).await?;
    let given = |r: &ResultRow| r.id == id && r.handed_over_at.is_some();
    let result = results.into_iter().find(given).ok_or_else(Error::not_found)?;
    let pdf = visit.app.result_pdf(&opened, &result).await?;
    Ok(file(pdf, "application/pdf", &format!("{}.pdf", result.name), true))
}

/// `GET /kho-du-lieu/{document}`
pub async fn kept(visit: Visit, id: Path<String>) -> Result {
    let account: AccountId = super::account(&visit)?;
    let id: DocumentId = id.parse().map_err(|_| Error::not_found())?;
    send_where(&visit, id, move |document| document.owner_account == Some(account)).await
}

/// A file as an answer: never kept by the browser or anybody between, its kind never guessed. What a browser can't
/// show safely is downloaded; what it shows runs in a sandbox without scripts.
pub(in crate::web) fn file(content: Vec<u8>, mime: &str, name: &str, shown: bool) -> HttpResponse {
    let how = if shown { "inline" } else { "attachment" };
    let ascii: String = crate::kernel::text::unaccent(name)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let value = format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{}", percent(name));
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(mime)
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    // A browser's own PDF reader does not run in a sandbox; officers read beside the form, in a frame of the portal.
    let policy = match mime {
        "application/pdf" => "default-src 'none'; frame-ancestors 'self'",
        _ => "default-src 'none'; sandbox",
    };
    answer.insert_header((header::CONTENT_SECURITY_POLICY, policy));
    if let Ok(value) = HeaderValue::from_str(&value) {
        answer.insert_header((header::CONTENT_DISPOSITION, value));
    }
    answer.body(content)
}

/// Percent-encodes all but unreserved characters (RFC 8187).
fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_not_kept_and_not_guessed() {
        let answer = file(vec![1], "image/jpeg", "Giấy chứng sinh \"1\".jpg", true);
        let text = |name| answer.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(text(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(text(header::CACHE_CONTROL), "private, no-store");
        assert_eq!(
            text(header::CONTENT_DISPOSITION),
            "inline; filename=\"Giay chung sinh _1_.jpg\"; \
             filename*=UTF-8''Gi%E1%BA%A5y%20ch%E1%BB%A9ng%20sinh%20%221%22.jpg"
        );
        let docx = file(vec![1], "application/zip", "a.docx", false);
        assert!(docx.headers().get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap().starts_with("attachment"));
    }
}

//! Style sheets, scripts and pictures: embedded, under names that hold their content's hash.

use actix_web::http::header::{self, ContentEncoding, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::{Error, Result};
use crate::templating::assets;

/// `/static/{path}`
pub async fn show(req: HttpRequest) -> Result {
    let asset = assets::find(req.path()).ok_or_else(Error::not_found)?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(asset.mime)
        .insert_header((header::CACHE_CONTROL, assets::CACHE_CONTROL))
        .insert_header((header::VARY, "accept-encoding"));
    if takes_brotli(req.headers().get(header::ACCEPT_ENCODING)) {
        return Ok(answer.insert_header(ContentEncoding::Brotli).body(asset.brotli));
    }
    Ok(answer.body(asset.body))
}

/// Whether the browser takes brotli. Refusing it by `br;q=0` is so rare that such a one gets the plain bytes.
fn takes_brotli(accepted: Option<&HeaderValue>) -> bool {
    let Some(text) = accepted.and_then(|v| v.to_str().ok()) else { return false };
    text.split(',').any(|part| part.split(';').next().is_some_and(|name| name.trim() == "br") && !part.contains("q=0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_browser_takes() {
        let takes = |text| takes_brotli(Some(&HeaderValue::from_static(text)));
        assert!(takes("gzip, deflate, br"));
        assert!(takes("br;q=1.0"));
        assert!(!takes("gzip"));
        assert!(!takes("gzip, br;q=0"));
        assert!(!takes_brotli(None));
    }
}

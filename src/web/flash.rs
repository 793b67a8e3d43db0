//! What was just done, said once on the next page: kept in a signed cookie.

use actix_web::HttpRequest;
use data_encoding::BASE64URL_NOPAD;

use super::visit;
use crate::app::App;
use crate::templating::Flash;

pub(super) const COOKIE: &str = "motcua_flash";
const PURPOSE: &str = "flash";

/// The cookie's text.
pub(super) fn sealed(app: &App, flash: &Flash) -> String {
    let text = serde_json::to_vec(flash).unwrap_or_default();
    let tag = app.keys.tag(PURPOSE, &text);
    format!("{}.{tag}", BASE64URL_NOPAD.encode(&text))
}

/// What the cookie says, if it is ours.
pub(super) fn read(app: &App, req: &HttpRequest) -> Option<Flash> {
    let cookie = visit::cookie(app, req, COOKIE)?;
    let (text, tag) = cookie.split_once('.')?;
    let text = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    if !app.keys.verify_tag(PURPOSE, &text, tag) {
        return None;
    }
    serde_json::from_slice(&text).ok()
}

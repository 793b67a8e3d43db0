//! Pages that look the same to every anonymous visitor, kept as bytes until the catalogue moves on.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Bytes;

use crate::kernel::{Lang, local_date};
use crate::templating::Page;
use crate::web::{Error, Result, Visit};

/// Pages kept at most; when there are more, all are made anew.
const MOST: usize = 4096;

/// The pages of one server. Cheap to share.
#[derive(Default)]
pub struct PageCache {
    pages: RwLock<HashMap<(String, Lang), Arc<Kept>>>,
}

struct Kept {
    /// Version of the catalogue, and the day (fees and filing windows change with it).
    made_of: (i64, jiff::civil::Date),
    plain: Bytes,
    gzip: Bytes,
}

impl PageCache {
    /// The page at this address as kept, or as `make` makes it now. `version`: that of the catalogue.
    ///
    /// # Errors
    /// What `make` answers.
    pub async fn page<P: Page>(&self, visit: &Visit, version: i64, make: impl AsyncFnOnce() -> Result<P>) -> Result {
        if !visit.is_plain() {
            return visit.page(&make().await?);
        }
        let key = (visit.path.clone(), visit.lang);
        let made_of = (version, local_date(visit.now()));
        if let Some(kept) = self.pages.read().unwrap_or_else(PoisonError::into_inner).get(&key)
            && kept.made_of == made_of
        {
            return Ok(answer(visit, kept));
        }
        let html = visit.app.templates.render(&make().await?, &visit.plain_shell()).map_err(Error::internal)?;
        let gzip = compressed(html.as_bytes()).map_err(Error::internal)?;
        let kept = Arc::new(Kept { made_of, plain: html.into(), gzip: gzip.into() });
        let given = answer(visit, &kept);
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= MOST {
            pages.clear();
        }
        pages.insert(key, kept);
        Ok(given)
    }
}

fn answer(visit: &Visit, kept: &Kept) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "accept-encoding, cookie"));
    if visit.takes_gzip {
        return response.insert_header(ContentEncoding::Gzip).body(kept.gzip.clone());
    }
    response.body(kept.plain.clone())
}

fn compressed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

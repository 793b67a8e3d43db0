//! `/don-vi-hanh-chinh/{province}`: the communes of a province, for the address fields of pages with JavaScript.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Path;
use serde_json::json;

use super::lists;
use crate::web::{Error, Result, Visit};

/// `GET /don-vi-hanh-chinh/{province}` answers `[{value, label}]`.
pub async fn communes(visit: Visit, province: Path<String>) -> Result {
    let lists = lists(&visit).await?;
    if lists.name(&province).is_none() {
        return Err(Error::not_found());
    }
    let units = lists.communes(&province);
    let choices: Vec<_> = units.iter().map(|unit| json!({"value": unit.code, "label": unit.full_name})).collect();
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=3600")).json(choices))
}

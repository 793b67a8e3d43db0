//! `/api/openapi.json` and its readable page. The description is made from the handlers' own annotations; a new call
//! is added to `paths` below, and `tests/it/public_pages.rs` fails until it is.

use actix_web::HttpResponse;
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::templating::pages::api_docs::{ApiDocs, Group, Operation, Parameter, Response};
use crate::web::{Error, Result, Visit};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Một Cửa API",
        version = "1",
        description = "Public services and the one-stop office. JSON in UTF-8, snake_case; instants RFC 3339 with \
                       offset, dates YYYY-MM-DD, money whole đồng. Errors: RFC 9457 application/problem+json.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        super::auth::register,
        super::auth::verify,
        super::auth::login,
        super::auth::logout,
        super::dossier_acts::supplement,
        super::dossier_acts::withdraw,
        super::dossier_acts::confirm_draft,
        super::dossier_acts::message,
        super::dossier_acts::messages,
        super::dossier_acts::rate,
        super::dossier_files::attach,
        super::dossier_files::attachment,
        super::dossier_files::detach,
        super::dossier_files::paper,
        super::dossier_files::result,
        super::dossiers::create,
        super::dossiers::list,
        super::dossiers::show,
        super::dossiers::patch,
        super::dossiers::discard,
        super::dossiers::submit,
        super::dossiers::events,
        super::me::show,
        super::office::queues,
        super::office::list,
        super::office::show,
        super::office::events,
        super::office::paper,
        super::office::attachment,
        super::office::result,
        super::office_acts::act,
        super::office_filing::create,
        super::office_filing::patch,
        super::office_filing::submit,
        super::office_filing::attach,
        super::procedures::list,
        super::procedures::show,
        super::stats::kpi,
        super::tracking::track,
        super::tracking::verify,
    ),
    modifiers(&Bearer)
)]
struct Document;

/// The bearer token of `POST /auth/login`.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// `GET /api/openapi.json`
pub async fn document(visit: Visit) -> Result {
    let mut document = serde_json::to_value(Document::openapi()).map_err(Error::internal)?;
    if let Some(members) = document.as_object_mut() {
        members.insert("servers".into(), serde_json::json!([{"url": visit.app.settings.public_url}]));
    }
    Ok(HttpResponse::Ok().json(document))
}

/// `GET /api/docs`
pub async fn page(visit: Visit) -> Result {
    let document = serde_json::to_value(Document::openapi()).map_err(Error::internal)?;
    visit.page(&ApiDocs { groups: groups(&document) })
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("api").to_owned();
            let described = described(method, path, operation, &document["components"]["schemas"]);
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(described),
                None => groups.push(Group { name: tag, operations: vec![described] }),
            }
        }
    }
    groups
}

fn described(method: &str, path: &str, operation: &Value, schemas: &Value) -> Operation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parameter = |p: &Value| Parameter {
        name: text(&p["name"]),
        place: text(&p["in"]),
        required: p["required"].as_bool().unwrap_or(false),
        text: text(&p["description"]),
    };
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let responses = operation["responses"].as_object().into_iter().flatten();
    Operation {
        id: format!("{method}{}", path.replace(['/', '{', '}'], "-")),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        text: text(&operation["description"]),
        bearer: operation["security"].is_array(),
        parameters: operation["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        body: schema_text(body, schemas),
        responses: responses
            .map(|(status, response)| Response {
                status: status.clone(),
                text: text(&response["description"]),
                body: schema_text(&response["content"]["application/json"]["schema"], schemas),
            })
            .collect(),
    }
}

/// A schema as indented JSON, a reference replaced by what it names.
fn schema_text(schema: &Value, schemas: &Value) -> Option<String> {
    if schema.is_null() {
        return None;
    }
    let named = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let shown = named.map_or(schema, |name| &schemas[name]);
    serde_json::to_string_pretty(shown).ok()
}

//! `/api/openapi.json` and its readable page. The description is made from the handlers' own annotations; a new call
//! is added to `paths` below, and `tests/it/public_pages.rs` fails until it is.

use actix_web::HttpResponse;
use serde_json::{Value, json};
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
        super::bank_notices::hear,
        super::payments::begin,
        super::payments::receipt,
        super::payments::office_receipt,
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
        super::obligations::scan,
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

/// The annotations as a document, with what is the same for every call and would be forgotten in one of them.
fn described_api() -> Result<Value> {
    let mut document = serde_json::to_value(Document::openapi()).map_err(Error::internal)?;
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.insert("Problem".into(), problem_schema());
    }
    for (path, methods) in document["paths"].as_object_mut().into_iter().flatten() {
        for operation in methods.as_object_mut().into_iter().flat_map(|methods| methods.values_mut()) {
            complete(path, operation);
        }
    }
    Ok(document)
}

/// RFC 9457, with the members of contract.md §6.
fn problem_schema() -> Value {
    let text = json!({"type": "string"});
    let fault = json!({"type": "object", "required": ["pointer", "code", "message"],
        "properties": {"pointer": text, "code": text, "message": text}});
    json!({"type": "object", "required": ["type", "title", "status", "detail"], "properties": {
        "type": {"type": "string", "format": "uri"}, "title": text, "status": {"type": "integer"}, "detail": text,
        "request_id": text, "errors": {"type": "array", "items": fault},
    }})
}

/// Handlers share names and answers: an id of its own, every part of the address, 401, 404 and 412 where they can be,
/// and refusals as problems.
fn complete(path: &str, operation: &mut Value) {
    let id = [&operation["tags"][0], &operation["operationId"]].map(|part| part.as_str().unwrap_or_default()).join("_");
    operation["operationId"] = id.into();
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for name in parts.clone() {
        if !parameters.iter().any(|known| known["in"] == "path" && known["name"] == name) {
            let text = part_text(name);
            parameters.push(json!({"name": name, "in": "path", "required": true, "description": text,
                "schema": {"type": "string"}}));
        }
    }
    let refusals = [
        ("401", "Not signed in", operation["security"].is_array()),
        ("404", "There is no such thing", parts.count() > 0),
        ("412", "Changed meanwhile; `current_version`", parameters.iter().any(|known| known["name"] == "If-Match")),
    ];
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, text, _) in refusals.into_iter().filter(|(_, _, can_be)| *can_be) {
        responses.entry(status).or_insert_with(|| json!({"description": text}));
    }
    let content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    for (_, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('4')) {
        response["content"] = content.clone();
    }
}

/// What a part of an address stands for.
fn part_text(name: &str) -> &'static str {
    match name {
        "name" => "Id, dossier code or submission reference",
        "bank" => "The bank's number at NAPAS, six digits",
        "document" => "Id of the paper",
        "file" => "Series and number of the receipt, and which file: `26TAA-7.pdf`, `26TAA-7.xml`",
        "form" => "Which paper",
        "result" => "Id of the result",
        "action" => "Name of the act",
        "token" => "What the QR code of the paper holds",
        _ => "",
    }
}

/// `GET /api/openapi.json`
pub async fn document(visit: Visit) -> Result {
    let mut document = described_api()?;
    if let Some(members) = document.as_object_mut() {
        members.insert("servers".into(), json!([{"url": visit.app.settings.public_url}]));
    }
    Ok(HttpResponse::Ok().json(document))
}

/// `GET /api/docs`
pub async fn page(visit: Visit) -> Result {
    let document = described_api()?;
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

//! The API's description for people.

use crate::templating::Page;

/// `/api/docs`
#[derive(Clone, Debug, serde::Serialize)]
pub struct ApiDocs {
    pub groups: Vec<Group>,
}

/// Calls that belong together.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Group {
    pub name: String,
    pub operations: Vec<Operation>,
}

/// One call.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Operation {
    /// Unique on the page.
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub text: String,
    /// Whether it needs a bearer token.
    pub bearer: bool,
    pub parameters: Vec<Parameter>,
    /// The request body's schema as JSON.
    pub body: Option<String>,
    pub responses: Vec<Response>,
}

/// A parameter in path or query.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Parameter {
    pub name: String,
    pub place: String,
    pub required: bool,
    pub text: String,
}

/// An answer by its status.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Response {
    pub status: String,
    pub text: String,
    pub body: Option<String>,
}

impl Page for ApiDocs {
    const TEMPLATE: &'static str = "public/api_docs.html";

    fn samples() -> Vec<Self> {
        let operation = Operation {
            id: "post-api-v1-auth-login".into(),
            method: "POST".into(),
            path: "/api/v1/auth/login".into(),
            summary: "Sign in.".into(),
            text: "Problem types: wrong-credentials.".into(),
            bearer: true,
            parameters: vec![Parameter {
                name: "limit".into(),
                place: "query".into(),
                required: true,
                text: "1 to 100".into(),
            }],
            body: Some("{\n  \"type\": \"object\"\n}".into()),
            responses: vec![
                Response { status: "200".into(), text: "Signed in".into(), body: Some("{}".into()) },
                Response { status: "401".into(), text: "Wrong".into(), body: None },
            ],
        };
        let bare = Operation {
            id: "get-api-v1-me".into(),
            bearer: false,
            parameters: Vec::new(),
            body: None,
            responses: Vec::new(),
            ..operation.clone()
        };
        vec![Self { groups: vec![Group { name: "auth".into(), operations: vec![operation, bare] }] }]
    }
}

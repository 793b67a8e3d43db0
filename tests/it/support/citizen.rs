//! A citizen who uses the JSON API.

use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use super::app::{Answer, TestApp, Visitor};
use super::demo::{self, COMMITTEE, PAPER, PASSWORD};

/// A citizen with a bearer token.
pub struct Citizen {
    pub program: Visitor,
    pub token: String,
}

impl Citizen {
    /// Signs in.
    pub async fn of(t: &TestApp, identifier: &str) -> Self {
        Self { program: t.visitor(), token: t.token(identifier, PASSWORD).await }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.program.get_as(&self.token, &format!("/api/v1{path}")).await
    }

    /// Sends JSON.
    pub async fn json(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = self.program.request(method, &format!("/api/v1{path}")).bearer_auth(&self.token);
        self.program.send(request.json(&body)).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, body).await
    }

    /// Sends bytes as if they were JSON.
    pub async fn raw(&self, method: &str, path: &str, body: Vec<u8>) -> Answer {
        let request = self.program.request(method, &format!("/api/v1{path}")).bearer_auth(&self.token);
        self.program.send(request.header("content-type", "application/json").body(body)).await
    }

    /// Sends a file for a paper.
    pub async fn upload(&self, dossier: &str, document: &str, (name, content): (&str, &[u8])) -> Answer {
        let part = Part::bytes(content.to_vec()).file_name(name.to_owned());
        let form = Multipart::new().text("document", document.to_owned()).part("file", part);
        let path = format!("/api/v1/dossiers/{dossier}/attachments");
        self.program.send(self.program.request("POST", &path).bearer_auth(&self.token).multipart(form)).await
    }

    /// Files with a key.
    pub async fn submit(&self, dossier: &str, key: &str) -> Answer {
        let path = format!("/api/v1/dossiers/{dossier}/submit");
        let request = self.program.request("POST", &path).bearer_auth(&self.token).header("idempotency-key", key);
        self.program.send(request).await
    }

    /// A draft of 1.001193 with the form's own example.
    pub async fn draft(&self, t: &TestApp) -> Value {
        let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
        self.begin(json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "data": example})).await
    }

    /// A draft.
    pub async fn begin(&self, body: Value) -> Value {
        let begun = self.post("/dossiers", body).await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        begun.json()
    }

    /// A draft with every paper that it needs.
    pub async fn complete_draft(&self, t: &TestApp) -> String {
        let id = self.draft(t).await["id"].as_str().unwrap().to_owned();
        self.attach_missing(&id).await;
        id
    }

    /// Sends a file for every paper that filing says is missing.
    pub async fn attach_missing(&self, id: &str) {
        self.attach(id, pointers(&self.submit(id, "try").await)).await;
    }

    /// Sends a file for each `/documents/{code}`.
    pub async fn attach(&self, id: &str, pointers: Vec<String>) {
        for pointer in pointers {
            let code = pointer.strip_prefix("/documents/").unwrap_or_else(|| panic!("{pointer}")).to_owned();
            let sent = self.upload(id, &code, ("giấy tờ.pdf", PAPER)).await;
            assert_eq!(sent.status, 201, "{}", sent.body);
        }
    }
}

/// The pointers of a 422.
pub fn pointers(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.body);
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|e| e["pointer"].as_str().unwrap().to_owned()).collect()
}

/// The answer is a problem document of this kind.
pub fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    assert!(kind.ends_with(code), "{kind} is not {code}");
}

//! People who use the JSON API.

use motcua::accounts::totp;
use motcua::kernel::clock::machine_now;
use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use super::app::{Answer, TestApp, Visitor};
use super::demo::{self, COMMITTEE, PAPER, PASSWORD};

/// What officers' one-time codes are made from.
pub const SECRET: &str = "JBSWY3DPEHPK3PXP";

/// Somebody with a bearer token.
pub struct Person {
    pub program: Visitor,
    pub token: String,
}

impl Person {
    /// A citizen signs in.
    pub async fn citizen(t: &TestApp, identifier: &str) -> Self {
        Self { program: t.visitor(), token: t.token(identifier, PASSWORD).await }
    }

    /// A citizen signs in at a portal that runs somewhere.
    pub async fn citizen_at(base: &str, identifier: &str) -> Self {
        let program = Visitor::of(base);
        let body = json!({"identifier": identifier, "password": PASSWORD});
        let answer = program.post_json("/api/v1/auth/login", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { program, token }
    }

    /// An officer of the demonstration signs in, by the local part of the address.
    pub async fn officer(t: &TestApp, name: &str) -> Self {
        let program = t.visitor();
        let body = json!({
            "identifier": format!("{name}@demo.invalid"), "password": PASSWORD,
            "otp": totp::code_at(SECRET, machine_now()).unwrap(),
        });
        let answer = program.post_json("/api/v1/auth/login", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { program, token }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.program.get_as(&self.token, &format!("/api/v1{path}")).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        let request = self.program.request("POST", &format!("/api/v1{path}")).bearer_auth(&self.token);
        self.program.send(request.json(&body)).await
    }

    pub async fn act(&self, dossier: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/office/dossiers/{dossier}/actions/{action}"), body).await
    }

    /// The same as somebody who reads English.
    pub async fn act_in_english(&self, dossier: &str, action: &str, body: Value) -> Answer {
        let path = format!("/api/v1/office/dossiers/{dossier}/actions/{action}");
        let request = self.program.request("POST", &path).bearer_auth(&self.token).header("accept-language", "en");
        self.program.send(request.json(&body)).await
    }

    /// Does an act that must succeed.
    pub async fn does(&self, dossier: &str, action: &str, body: Value) -> Value {
        let answer = self.act(dossier, action, body).await;
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        answer.json()
    }

    /// Attaches a paper to an own dossier.
    pub async fn attach(&self, dossier: &str, document: &str) {
        self.attach_to(&format!("/api/v1/dossiers/{dossier}/attachments"), document).await;
    }

    /// A clerk attaches a paper that was brought to the counter.
    pub async fn attach_at_counter(&self, dossier: &str, document: &str) {
        self.attach_to(&format!("/api/v1/office/dossiers/{dossier}/attachments"), document).await;
    }

    async fn attach_to(&self, path: &str, document: &str) {
        let part = Part::bytes(PAPER.to_vec()).file_name("giấy tờ.pdf");
        let form = Multipart::new().text("document", document.to_owned()).part("file", part);
        let sent = self.program.send(self.program.request("POST", path).bearer_auth(&self.token).multipart(form)).await;
        assert_eq!(sent.status, 201, "{}", sent.body);
    }

    /// Files a birth registration with every paper; its reference.
    pub async fn files(&self, t: &TestApp) -> String {
        self.files_for(t, "1.001193").await
    }

    /// Files the example of a procedure of the first commune with every paper; its reference.
    pub async fn files_for(&self, t: &TestApp, procedure: &str) -> String {
        self.files_to(t, procedure, "online").await
    }

    /// The same, with the way in which the result is to come.
    pub async fn files_to(&self, t: &TestApp, procedure: &str, delivery: &str) -> String {
        let example = demo::form_of(&t.app, procedure).await.examples()[0].clone();
        let case = demo::first_case(&t.app, procedure).await;
        self.files_answers((procedure, &case), example, delivery).await
    }

    /// Files answers for a case of a procedure of the first commune with every paper; its reference.
    pub async fn files_answers(&self, (procedure, case): (&str, &str), answers: Value, delivery: &str) -> String {
        let body = json!({"procedure_code": procedure, "agency_code": COMMITTEE, "case": case, "data": answers});
        let draft = self.post("/dossiers", body).await;
        assert_eq!(draft.status, 201, "{}", draft.body);
        let id = draft.json()["id"].as_str().unwrap().to_owned();
        let body = json!({"delivery": {"method": delivery}});
        let request = self.program.request("PATCH", &format!("/api/v1/dossiers/{id}")).bearer_auth(&self.token);
        assert_eq!(self.program.send(request.json(&body)).await.status, 200, "{delivery}");
        let missing = self.post(&format!("/dossiers/{id}/submit"), json!({})).await.json();
        for error in missing["errors"].as_array().cloned().unwrap_or_default() {
            let pointer = error["pointer"].as_str().unwrap();
            self.attach(&id, pointer.strip_prefix("/documents/").unwrap_or_else(|| panic!("{pointer}"))).await;
        }
        let filed = self.post(&format!("/dossiers/{id}/submit"), json!({})).await;
        assert_eq!(filed.status, 200, "{}", filed.body);
        filed.json()["reference"].as_str().unwrap().to_owned()
    }
}

pub fn is_problem(answer: &Answer, status: u16) -> Value {
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{}", answer.body);
    answer.json()
}

pub fn allowed(dossier: &Value) -> Vec<&str> {
    dossier["allowed_actions"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect()
}

//! The server is killed with -9 while people file: what was acknowledged is there, whole, after the restart.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use crate::support::db::FreshDatabase;
use crate::support::demo::{AN, BINH, COMMITTEE, PAPER, PASSWORD};
use crate::support::process::Process;

/// A citizen's program. Every call says whether it was answered at all: a dying server answers nothing.
#[derive(Clone)]
struct Program {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Program {
    async fn sign_in(base: &str, identifier: &str) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let body = json!({"identifier": identifier, "password": PASSWORD});
        let answer = client.post(format!("{base}/api/v1/auth/login")).json(&body).send().await.unwrap();
        let signed: Value = answer.json().await.unwrap();
        Self { client, base: base.to_owned(), token: signed["access_token"].as_str().unwrap().to_owned() }
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v1{path}", self.base);
        self.client.request(method.parse().unwrap(), url).bearer_auth(&self.token)
    }

    async fn answer(request: reqwest::RequestBuilder) -> Option<(u16, Value)> {
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    async fn draft(&self) -> Option<String> {
        let body = json!({"procedure_code": "1.004873", "agency_code": COMMITTEE});
        let (status, draft) = Self::answer(self.request("POST", "/dossiers").json(&body)).await?;
        assert_eq!(status, 201, "{draft}");
        Some(draft["id"].as_str()?.to_owned())
    }

    async fn submit(&self, id: &str) -> Option<(u16, Value)> {
        let request = self.request("POST", &format!("/dossiers/{id}/submit"));
        Self::answer(request.header("idempotency-key", format!("key-{id}"))).await
    }

    async fn attach(&self, id: &str, document: &str) -> Option<()> {
        let part = Part::bytes(PAPER).file_name("giấy tờ.pdf");
        let form = Multipart::new().text("document", document.to_owned()).part("file", part);
        let request = self.request("POST", &format!("/dossiers/{id}/attachments")).multipart(form);
        let (status, said) = Self::answer(request).await?;
        assert_eq!(status, 201, "{said}");
        Some(())
    }

    /// One filing from begin to receipt; `None` when the server died on the way.
    async fn file(&self, answers: &Value) -> Option<Value> {
        let id = self.draft().await?;
        let patch = self.request("PATCH", &format!("/dossiers/{id}")).json(&json!({"data": answers}));
        let (status, saved) = Self::answer(patch).await?;
        assert_eq!(status, 200, "{saved}");
        let (status, mut filed) = self.submit(&id).await?;
        if status == 422 {
            for fault in filed["errors"].as_array().unwrap() {
                let pointer = fault["pointer"].as_str().unwrap();
                self.attach(&id, pointer.strip_prefix("/documents/").unwrap_or_else(|| panic!("{filed}"))).await?;
            }
            let (status, again) = self.submit(&id).await?;
            assert_eq!(status, 200, "{again}");
            filed = again;
        }
        Some(filed)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let mut server = Process::start(dir.path(), database.url());
    let over = Arc::new(AtomicBool::new(false));
    let answers = Arc::new(example(&server.base).await);
    let mut filing = Vec::new();
    for identifier in [AN, BINH, AN, BINH] {
        let (program, over, answers) =
            (Program::sign_in(&server.base, identifier).await, Arc::clone(&over), Arc::clone(&answers));
        filing.push(tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            while !over.load(Ordering::Relaxed) {
                match program.file(&answers).await {
                    Some(filed) => acknowledged.push(filed),
                    None => break,
                }
            }
            acknowledged
        }));
    }
    tokio::time::sleep(Duration::from_millis(2500)).await;
    server.kill();
    over.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for one in filing {
        acknowledged.extend(one.await.unwrap());
    }
    assert!(acknowledged.len() >= 4, "too few filed to show anything: {}", acknowledged.len());

    let begun = Instant::now();
    let server = Process::start(dir.path(), database.url());
    assert!(begun.elapsed() < Duration::from_secs(30));
    let people = [Program::sign_in(&server.base, AN).await, Program::sign_in(&server.base, BINH).await];
    for filed in &acknowledged {
        whole(&people, filed).await;
    }
    drop(server);
    chains_hold(dir.path(), database.url());
}

/// The form's own example, as the product tells it.
async fn example(base: &str) -> Value {
    let url = format!("{base}/api/v1/procedures/1.004873");
    let procedure: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    procedure["cases"][0]["form"]["schema"]["examples"][0].clone()
}

/// One acknowledged dossier is there as it was acknowledged, with its event, its papers and its receipt.
async fn whole(people: &[Program], filed: &Value) {
    let reference = filed["reference"].as_str().unwrap();
    for program in people {
        let path = format!("/dossiers/{reference}");
        let (status, now) = Program::answer(program.request("GET", &path)).await.unwrap();
        if status == 404 {
            continue;
        }
        for field in ["id", "reference", "status", "submitted_at", "acceptance_due_at", "data", "fees_due", "documents"]
        {
            assert_eq!(now[field], filed[field], "{field} of {reference}");
        }
        let (_, events) = Program::answer(program.request("GET", &format!("{path}/events"))).await.unwrap();
        assert_eq!(events["items"][0]["act"], "submit", "{events}");
        return;
    }
    panic!("{reference} was acknowledged and is gone");
}

fn chains_hold(dir: &Path, database: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.env("MOTCUA_PROFILE", "development").env("MOTCUA_DATA_DIR", dir).env("DATABASE_URL", database);
    let verified = command.args(["audit", "verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success() && said.contains("every link holds"), "{said}");
}

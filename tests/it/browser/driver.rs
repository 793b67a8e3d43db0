//! Chromium and its driver: started for one test, ended with it, whatever happens.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

use crate::support::need;

/// What a start may take on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(60);

/// A running driver with one browser session.
pub struct Driver {
    pub client: Client,
    port: u16,
    session: String,
    process: Child,
    _profile: tempfile::TempDir,
}

impl Driver {
    /// Starts a browser with an empty profile.
    pub async fn start(programs: &need::Browser) -> Self {
        let port = free_port();
        let profile = tempfile::tempdir().unwrap();
        // The driver and the browser's many processes are a group, which ends when this process closes its end of
        // the pipe: by what follows below, or because it was itself ended.
        let mut command = Command::new("sh");
        command.args(["-c", "\"$0\" \"$1\" </dev/null & cat >/dev/null; kill -KILL 0"]);
        command.arg(&programs.chromedriver).arg(format!("--port={port}"));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.process_group(0).spawn().unwrap();
        let mut starting = Starting(Some(process));
        answers(port).await;
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        let wanted = capabilities(programs, profile.path());
        let client = builder.capabilities(wanted).connect(&format!("http://127.0.0.1:{port}")).await;
        let client = client.unwrap_or_else(|e| panic!("no browser session: {e}"));
        let session = client.session_id().await.unwrap().expect("a session");
        let process = starting.0.take().expect("the process just started");
        Self { client, port, session, process, _profile: profile }
    }

    /// A command of this driver that the standard doesn't have.
    pub async fn command(&self, path: &str, body: &Value) -> Value {
        let url = format!("http://127.0.0.1:{}/session/{}/{path}", self.port, self.session);
        let answer = reqwest::Client::new().post(url).json(body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }
}

/// Ends a driver that did not get as far as a session.
struct Starting(Option<Child>);

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(process) = &mut self.0 {
            end(process);
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked politely the driver ends its browser; the runtime may be gone, so this is said by hand.
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            self.session, self.port
        );
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 64]);
        }
        end(&mut self.process);
    }
}

fn end(process: &mut Child) {
    drop(process.stdin.take());
    let _ = process.wait();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn answers(port: u16) {
    let (begun, client) = (Instant::now(), reqwest::Client::new());
    loop {
        let status = client.get(format!("http://127.0.0.1:{port}/status")).send().await;
        if status.is_ok_and(|s| s.status().is_success()) {
            return;
        }
        assert!(begun.elapsed() < START, "chromedriver does not answer");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn capabilities(programs: &need::Browser, profile: &Path) -> serde_json::Map<String, Value> {
    let mut args: Vec<String> = [
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "disable-dev-shm-usage",
        "hide-scrollbars",
        "window-size=1280,900",
        "lang=vi",
    ]
    .map(|arg| format!("--{arg}"))
    .to_vec();
    args.push(format!("--user-data-dir={}", profile.display()));
    let wanted = json!({
        "browserName": "chrome",
        "timeouts": {"script": 60_000, "pageLoad": 60_000, "implicit": 0},
        "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": {"binary": programs.chromium, "args": args},
    });
    match wanted {
        Value::Object(map) => map,
        _ => unreachable!("an object was written"),
    }
}

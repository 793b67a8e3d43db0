//! The real server on a port of its own, over a fresh database, and a browser-like client to talk to it.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread::JoinHandle;

use motcua::app::App;
use motcua::config::{Overrides, load};
use motcua::kernel::Timestamp;
use motcua::web;
use tokio::sync::oneshot;

use super::db::FreshDatabase;
use super::template;

/// A Wednesday morning in office hours: 2026-11-18 09:00 in Vietnam.
pub const NOW: &str = "2026-11-18T09:00:00+07:00";

/// A running portal. It ends with the test.
pub struct TestApp {
    pub app: App,
    pub base: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _dir: tempfile::TempDir,
    database: FreshDatabase,
}

/// An invented commune's People's Committee.
pub fn agency() -> motcua::accounts::Agency {
    use motcua::accounts::agencies::{Kind, Level};
    motcua::accounts::Agency {
        id: motcua::kernel::AgencyId::new(),
        code: "H57.31".into(),
        name: "UBND phường Thử Nghiệm".into(),
        centre_name: None,
        kind: Kind::PeoplesCommittee,
        level: Level::Commune,
        parent: None,
        province_code: None,
        commune_code: None,
        place_name: "Thử Nghiệm".into(),
        address: None,
        phone: None,
        email: None,
        is_demo: false,
        valid_from: None,
        valid_to: None,
        collecting: motcua::accounts::agencies::Collecting::default(),
    }
}

impl TestApp {
    /// A portal with the newest schema and no data.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// A portal with further settings, as the environment would give them.
    pub fn start_with(environment: &[(&str, &str)]) -> Self {
        Self::over(template::migrated(), tempfile::tempdir().unwrap(), environment)
    }

    /// A portal with the demonstration data.
    pub fn with_demonstration(environment: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self::over(template::with_demonstration(&dir.path().join("files")), dir, environment)
    }

    fn over(database: FreshDatabase, dir: tempfile::TempDir, environment: &[(&str, &str)]) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut env: Vec<(String, String)> = [
            ("MOTCUA_PROFILE", "test"),
            ("MOTCUA_NOW", NOW),
            ("DATABASE_URL", database.url()),
            ("MOTCUA_SECRET_KEY", template::SECRET),
            ("MOTCUA__SERVER__WORKERS", "1"),
            ("MOTCUA__DATABASE__CONNECTIONS", "4"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec();
        for (name, value) in environment {
            env.retain(|(k, _)| k != name);
            env.push(((*name).to_owned(), (*value).to_owned()));
        }
        let over = Overrides {
            listen: Some(address.to_string()),
            data_dir: Some(dir.path().to_owned()),
            environment: Some(env),
        };
        // The one who asks may stand in a runtime already, where nothing may block.
        let app = std::thread::spawn(move || App::open(load(over).unwrap()).unwrap().0).join().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = mpsc::channel();
        let served = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let stopped = async move {
                    let _ = stopped.await;
                };
                let server = web::server(served, (listener, None), stopped).unwrap();
                ready.send(()).unwrap();
                server.await.unwrap();
            });
        });
        is_ready.recv().unwrap();
        Self { app, base: format!("http://{address}"), stop: Some(stop), thread: Some(thread), _dir: dir, database }
    }

    /// The database's address, for commands that run beside the portal.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// Runs every job that is due, as the worker would; tells how many.
    pub async fn run_jobs(&self) -> usize {
        let app = &self.app;
        let options = motcua::worker::Options::new(1, std::time::Duration::from_millis(10));
        let jobs = app.jobs().unwrap();
        motcua::worker::Worker::new(app.db.clone(), app.clock.clone(), jobs, options, app.metrics.clone())
            .run_due()
            .await
    }

    /// Moves the portal's clock.
    pub fn set_clock(&self, at: &str) {
        self.app.clock.set(at.parse::<Timestamp>().unwrap());
    }

    /// A visitor with an empty cookie jar who follows no redirects by himself.
    pub fn visitor(&self) -> Visitor {
        Visitor::of(&self.base)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the server panicked");
        }
    }
}

/// Someone with a browser, or a program with the API.
pub struct Visitor {
    pub client: reqwest::Client,
    pub base: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Visitor {
    /// A visitor of a portal that runs somewhere, with an empty cookie jar; follows no redirects by himself.
    pub fn of(base: &str) -> Self {
        let client =
            reqwest::Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, base: base.to_owned() }
    }

    /// A request to build on; `path` is below the portal's address.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), format!("{}{path}", self.base))
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    /// Opens an address.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    /// Sends JSON.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.send(self.request("POST", path).json(body)).await
    }
}

impl Answer {
    /// A header's text, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

/// An invented citizen: their number and birth date agree.
pub struct Person {
    pub number: &'static str,
    pub name: &'static str,
    /// ISO
    pub born: &'static str,
    pub phone: &'static str,
}

/// Nobody real: province code 046, born 1990.
pub const AN: Person =
    Person { number: "046090000019", name: "Nguyễn Văn Thử", born: "1990-05-12", phone: "0912000019" };

/// A password that the policy takes.
pub const PASSWORD: &str = "Con mèo trèo cây cau";

impl TestApp {
    /// The newest one-time code that was sent to a phone.
    pub async fn code_for(&self, phone: &str) -> String {
        let outbox = self.visitor().get("/api/v1/dev/outbox").await.json();
        let digits = phone.trim_start_matches('0');
        let items = outbox["items"].as_array().unwrap();
        let text = items
            .iter()
            .find(|item| item["to"].as_str().unwrap().ends_with(digits))
            .unwrap_or_else(|| panic!("nothing was sent to {phone}: {outbox}"))["text"]
            .as_str()
            .unwrap()
            .to_owned();
        let codes = text.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 6).collect::<Vec<_>>();
        (*codes.first().unwrap_or_else(|| panic!("no code in «{text}»"))).to_owned()
    }

    /// Opens an account through the API.
    pub async fn register(&self, person: &Person) {
        let visitor = self.visitor();
        let body = serde_json::json!({
            "identity_number": person.number, "full_name": person.name, "date_of_birth": person.born,
            "phone": person.phone, "password": PASSWORD,
        });
        let sent = visitor.post_json("/api/v1/auth/register", &body).await;
        assert_eq!(sent.status, 202, "{}", sent.body);
        let code = self.code_for(person.phone).await;
        let body = serde_json::json!({"phone": person.phone, "code": code});
        let verified = visitor.post_json("/api/v1/auth/verify", &body).await;
        assert_eq!(verified.status, 200, "{}", verified.body);
    }

    /// Signs in through the API; the bearer token.
    pub async fn token(&self, identifier: &str, password: &str) -> String {
        let body = serde_json::json!({"identifier": identifier, "password": password});
        let answer = self.visitor().post_json("/api/v1/auth/login", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, identifier: &str, password: &str) -> Visitor {
        let visitor = self.visitor();
        let page = visitor.get("/dang-nhap").await;
        let form = super::html::Form::with_action(&page.body, "/dang-nhap");
        let form = form.fill("Số định danh", identifier).fill("Mật khẩu", password);
        let answer = visitor.submit(&form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        visitor
    }
}

impl Visitor {
    /// Sends a form as a browser does.
    pub async fn submit(&self, form: &super::html::Form) -> Answer {
        let request = self.request("POST", &form.action).header("sec-fetch-site", "same-origin").form(&form.fields);
        self.send(request).await
    }

    /// Opens an address with a bearer token.
    pub async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.send(self.request("GET", path).bearer_auth(token)).await
    }
}

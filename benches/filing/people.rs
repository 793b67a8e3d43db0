//! Who files in the run: invented citizens, the form's own example as answers, and the papers it needs.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use motcua::accounts::open_demo::{self, OpenDemo};
use motcua::accounts::{self, AccountKind, Party, PartyKind, PasswordHash};
use motcua::app::App;
use motcua::config::{Overrides, load};
use motcua::kernel::Actor;
use motcua::kernel::national::Sex;
use serde_json::{Value, json};

use crate::client::Client;

/// Birth registration.
pub const PROCEDURE: &str = "1.001193";
/// An agency of the demonstration data.
pub const AGENCY: &str = "H57.31";
/// A PDF that uploads accept.
pub const PAPER: &[u8] = include_bytes!("../../static/demo/giay-to-minh-hoa.pdf");

const PASSWORD: &str = "MotCua@2026";

/// The embedded database of a data folder.
pub fn database(dir: &Path) -> PathBuf {
    dir.join("motcua.sqlite3")
}

/// The citizens, and what they file.
pub struct People {
    numbers: Vec<String>,
    tokens: Vec<String>,
    pub answers: Value,
    pub papers: Vec<String>,
    /// How many procedures the catalogue has.
    pub procedures: usize,
}

impl People {
    /// Makes so many citizens in the data folder, where no server may be running. The national catalogue is imported
    /// when it lies beside the project.
    pub fn prepare(dir: &Path, count: usize) -> Self {
        let national = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/national-catalogue.json");
        let national = std::env::var("MOTCUA_BENCH_CATALOGUE").map_or(national, PathBuf::from);
        if national.exists() {
            command(dir).args(["import", "procedures"]).arg(&national).stdout(Stdio::null()).status().expect("import");
        } else {
            println!("{} is not there: search runs over the demonstration's procedures alone", national.display());
        }
        let environment = vec![("MOTCUA_PROFILE".to_owned(), "development".to_owned())];
        let over = Overrides { listen: None, data_dir: Some(dir.to_owned()), environment: Some(environment) };
        let app = App::build(load(over).expect("settings")).expect("the product");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let hash = app.hasher.hash(PASSWORD).await.expect("a hash");
            let numbers: Vec<String> = (0..count).map(|i| format!("046090{:06}", 100_000 + i)).collect();
            for (i, number) in numbers.iter().enumerate() {
                open(&app, number, i, hash.clone()).await;
            }
            let snapshot = app.catalogue.snapshot(&app.db).await.expect("a catalogue");
            let published = app.catalogue.published(&app.db, PROCEDURE).await.expect("a catalogue");
            let published = published.expect("the procedure");
            let case = published.content.cases.first().expect("a case");
            let answers = published.form(&case.code).expect("its form").examples()[0].clone();
            let procedures = snapshot.index().entries().len();
            Self { numbers, tokens: Vec::new(), answers, papers: Vec::new(), procedures }
        })
    }

    /// Signs everybody in and learns which papers the answers make necessary.
    pub fn sign_in(&mut self, address: SocketAddr) {
        let mut client = Client::connect(address, "");
        for number in &self.numbers {
            let body = json!({"identifier": number, "password": PASSWORD});
            let signed = client.json("POST", "/api/v1/auth/login", &body).expect(200).json();
            self.tokens.push(signed["access_token"].as_str().expect("a token").to_owned());
        }
        let mut client = self.connect(address, 0);
        let id = crate::begin(&mut client);
        crate::save(&mut client, self, &id);
        let missing = client.submit(&id).expect(422).json();
        let pointers = missing["errors"].as_array().expect("faults").iter();
        self.papers = pointers
            .map(|e| e["pointer"].as_str().and_then(|p| p.strip_prefix("/documents/")).expect("a paper").to_owned())
            .collect();
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.numbers.len()
    }

    /// A connection of one of them.
    pub fn connect(&self, address: SocketAddr, person: usize) -> Client {
        Client::connect(address, &self.tokens[person])
    }
}

async fn open(app: &App, number: &str, serial: usize, password: PasswordHash) {
    let party = Party::parse(PartyKind::PersonalNumber, number).expect("a number");
    let cmd = OpenDemo {
        kind: AccountKind::Citizen,
        party: accounts::seal(&app.keys, &party).expect("a sealed number"),
        full_name: "Nguyễn Văn Thử".to_owned(),
        representative: None,
        date_of_birth: Some(jiff::civil::date(1990, 5, 12)),
        sex: Some(Sex::Male),
        phone: Some(format!("+8491{:07}", 3_000_000 + serial)),
        email: Some(format!("thu{serial}@bench.invalid")),
        address: Some(json!({"province": "46", "commune": "19789", "detail": "12 đường Minh Họa"})),
        identity_level: 2,
        password,
    };
    let now = app.now();
    app.db.write(move |tx| open_demo::act(tx, &Actor::System, &cmd, now)).await.expect("a citizen");
}

fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
    command.env_remove("DATABASE_URL").env("MOTCUA_PROFILE", "development").env("MOTCUA_DATA_DIR", dir);
    command
}

/// This same program as a web server that answers `size` bytes and nothing else.
pub fn bare_server(size: usize) -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .env("MOTCUA_BENCH_BARE", size.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the bare server");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
    let address = line.trim().strip_prefix("http://").expect("an address").parse().expect("an address");
    (child, address)
}

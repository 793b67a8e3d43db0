//! A portal as a process of its own that pays through a stand-in gateway, and is killed and started again.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use motcua::app::App;
use motcua::config::{Overrides, load};
use motcua::db::Db;
use motcua::devservices::vnpay::Vnpay;
use motcua::kernel::Timestamp;
use rand::RngExt as _;

use super::app::NOW;
use super::command::{Serving, motcua, ok};
use super::db::FreshDatabase;
use super::shop::{self, SECRET, Served, TERMINAL};
use super::template;

/// Minutes on the portal's clock from one start to the next: whatever is under way is asked about after each.
const MINUTES: i64 = 20;

/// The portal and its gateway, which lives on.
pub struct Mortal {
    dir: tempfile::TempDir,
    database: FreshDatabase,
    pub db: Db,
    environment: Vec<(&'static str, String)>,
    pub gateway: Vnpay,
    _served: Served,
    pub base: String,
}

/// Waits so many milliseconds or somewhat more.
pub async fn pause(least: u64, most: u64) {
    let wait = rand::rng().random_range(least..most);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// When a round begins, on the portal's clock.
pub fn round_begins(round: usize) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap().plus_minutes(MINUTES * i64::try_from(round).unwrap())
}

/// A port below those that systems give out by themselves: between two starts nobody else may get it.
fn free_port() -> u16 {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| rand::rng().random_range(20_000..30_000)).find(free).unwrap()
}

impl Mortal {
    /// Over the demonstration data; not started yet.
    pub fn born() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = template::with_demonstration(&dir.path().join("data/files"));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut environment = shop::settings(&format!("http://{}", listener.local_addr().unwrap()));
        let address = format!("127.0.0.1:{}", free_port());
        environment.extend([
            ("MOTCUA_PROFILE", "test".to_owned()),
            ("MOTCUA_SECRET_KEY", template::SECRET.to_owned()),
            ("MOTCUA_LISTEN", address.clone()),
            ("MOTCUA__SERVER__WORKERS", "2".to_owned()),
            ("MOTCUA__WORKER__POLL_MS", "50".to_owned()),
        ]);
        let base = format!("http://{address}");
        let gateway = Vnpay::new(TERMINAL, SECRET, format!("{base}/thanh-toan/vnpay/ipn"));
        let served = Served::start(&gateway, listener);
        let db = database.open();
        Self { dir, database, db, environment, gateway, _served: served, base }
    }

    /// The product over the same database within this process, to prepare what is to happen. It goes before the first
    /// start.
    pub fn app(&self) -> App {
        let mut all: Vec<(String, String)> =
            self.environment.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        all.push(("DATABASE_URL".to_owned(), self.database.url().to_owned()));
        all.push(("MOTCUA_NOW".to_owned(), NOW.to_owned()));
        let data: PathBuf = self.dir.path().join("data");
        let over = Overrides { data_dir: Some(data), environment: Some(all), ..Overrides::default() };
        std::thread::spawn(move || App::open(load(over).unwrap()).unwrap().0).join().unwrap()
    }

    fn with_environment<T>(&self, now: Timestamp, f: impl FnOnce(&[(&str, &str)]) -> T) -> T {
        let now = now.to_rfc3339();
        let environment = self.environment.iter().map(|(name, value)| (*name, value.as_str()));
        let environment: Vec<(&str, &str)> = environment.chain([("MOTCUA_NOW", now.as_str())]).collect();
        f(&environment)
    }

    /// Starts it at an instant of its clock.
    pub fn start(&self, now: Timestamp) -> Serving {
        self.with_environment(now, |environment| Serving::start(self.dir.path(), self.database.url(), environment))
    }

    /// Every link of its logs holds.
    pub fn is_verified(&self, now: Timestamp) {
        let said = self.with_environment(now, |environment| {
            ok(&motcua(self.dir.path(), self.database.url(), environment, &["audit", "verify"]))
        });
        assert!(said.contains("every link holds"), "{said}");
    }
}

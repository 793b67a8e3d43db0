//! The server is killed with -9 again and again while notices, returning browsers and its own questions to the gateway
//! run. The gateway repeats what was not answered: at the end every đồng that it moved is credited, once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use motcua::app::App;
use motcua::devservices::vnpay::Behaviour;
use motcua::payments::vnpay::Key;
use motcua::payments::{self, PaymentState};
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use serde_json::Value;

use crate::support::demo::{AN, BINH};
use crate::support::killing::{Mortal, pause, round_begins};
use crate::support::orders::{self, Books, Placed};
use crate::support::shop::{self, SECRET};

/// How often the server is killed while people pay …
const KILLS: usize = 6;
/// … and how often at most until everything is settled.
const ROUNDS: usize = 8;
/// Payments of each round.
const GROUP: usize = 18;

/// What becomes of an order at the gateway, and how the portal learns of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Paid, and told at once.
    Told,
    /// Paid, and told only when the portal asks already.
    ToldLate,
    /// Paid, never told; the payer's browser comes back.
    Returned,
    /// Paid, never told.
    Silent,
    /// The payer gave up, which is told.
    Cancelled,
    /// The payer never came to the gateway.
    Nobody,
}

const FATES: [Fate; 6] = [Fate::Told, Fate::ToldLate, Fate::Returned, Fate::Silent, Fate::Cancelled, Fate::Nobody];

impl Fate {
    fn is_paid(self) -> bool {
        matches!(self, Self::Told | Self::ToldLate | Self::Returned | Self::Silent)
    }

    fn ends_as(self) -> PaymentState {
        match self {
            Self::Cancelled => PaymentState::Failed,
            Self::Nobody => PaymentState::Expired,
            _ => PaymentState::Paid,
        }
    }
}

/// A notice that is sent until it is confirmed, and now and then again.
struct Notice {
    query: String,
    codes: Vec<String>,
}

impl Notice {
    fn is_confirmed(&self) -> bool {
        self.codes.iter().any(|code| code == "00" || code == "02")
    }
}

/// What is under way between gateway, browsers and portal.
#[derive(Default)]
struct Traffic {
    notices: Mutex<Vec<Notice>>,
    /// Addresses that browsers come back to.
    returns: Mutex<Vec<String>>,
    forgeries: Mutex<Vec<String>>,
    forged: AtomicUsize,
    /// Requests that a dying server left without an answer.
    torn: AtomicUsize,
    over: AtomicBool,
}

impl Traffic {
    fn all_confirmed(&self) -> bool {
        self.notices.lock().unwrap().iter().all(Notice::is_confirmed)
    }

    /// One request; its body, where there was an answer.
    async fn get(&self, client: &reqwest::Client, url: &str) -> Option<String> {
        let answer = async { client.get(url).send().await?.text().await };
        match answer.await {
            Ok(body) => Some(body),
            Err(error) => {
                if !error.is_connect() {
                    self.torn.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(15)).await;
                None
            }
        }
    }

    async fn notify(&self, client: &reqwest::Client, ipn: &str) {
        let picked = {
            let notices = self.notices.lock().unwrap();
            let open: Vec<usize> = (0..notices.len()).filter(|i| !notices[*i].is_confirmed()).collect();
            let all: Vec<usize> = (0..notices.len()).collect();
            let from = if open.is_empty() || rand::random_bool(0.3) { &all } else { &open };
            from.choose(&mut rand::rng()).map(|i| (*i, notices[*i].query.clone()))
        };
        let Some((which, query)) = picked else { return };
        if let Some(body) = self.get(client, &format!("{ipn}?{query}")).await {
            let said: Value = serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"));
            self.notices.lock().unwrap()[which].codes.push(said["RspCode"].as_str().unwrap().to_owned());
        }
    }

    async fn forge(&self, client: &reqwest::Client, ipn: &str) {
        let Some(query) = self.forgeries.lock().unwrap().choose(&mut rand::rng()).cloned() else { return };
        if let Some(body) = self.get(client, &format!("{ipn}?{query}")).await {
            assert!(body.contains("\"97\""), "{body}");
            self.forged.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends whatever there is until it is over.
    async fn run(self: Arc<Self>, base: String) {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let ipn = format!("{base}/thanh-toan/vnpay/ipn");
        while !self.over.load(Ordering::Relaxed) {
            let what = rand::rng().random_range(0..10);
            match what {
                0 => self.forge(&client, &ipn).await,
                1 | 2 => {
                    let back = self.returns.lock().unwrap().choose(&mut rand::rng()).cloned();
                    if let Some(url) = back {
                        self.get(&client, &url).await;
                    }
                }
                _ => self.notify(&client, &ipn).await,
            }
            pause(1, 8).await;
        }
    }
}

/// The portal that is killed, its gateway, and what people pay there.
struct Scene {
    portal: Mortal,
    /// The payments of each round.
    groups: Vec<Vec<(Placed, Fate)>>,
}

impl Scene {
    async fn prepared() -> Self {
        let portal = Mortal::born();
        let groups = ordered(&portal.app()).await;
        Self { portal, groups }
    }

    /// People come to the gateway one after the other, and it tells of them.
    async fn pay(&self, round: usize, traffic: &Traffic) {
        for (placed, fate) in &self.groups[round] {
            pause(5, 90).await;
            match fate {
                Fate::Nobody => {}
                Fate::Cancelled => {
                    // The stand-in tells of it by itself too, for as long as it has patience.
                    let (gateway, order) = (self.portal.gateway.clone(), placed.order.clone());
                    tokio::spawn(async move { gateway.act(&order, Behaviour::Cancel).await });
                    while self.portal.gateway.books().outcome(&placed.order.reference).is_none() {
                        pause(1, 3).await;
                    }
                    self.tell(placed, traffic);
                }
                Fate::Told | Fate::ToldLate | Fate::Returned | Fate::Silent => {
                    let back = self.portal.gateway.act(&placed.order, Behaviour::NoIpn).await;
                    match fate {
                        Fate::Told => self.tell(placed, traffic),
                        Fate::Returned => traffic.returns.lock().unwrap().push(back),
                        _ => {}
                    }
                }
            }
        }
    }

    fn tell(&self, placed: &Placed, traffic: &Traffic) {
        let outcome = self.portal.gateway.books().outcome(&placed.order.reference).unwrap();
        let query = outcome.params(&placed.order, placed.order.amount).signed(&Key::new(SECRET));
        traffic.notices.lock().unwrap().push(Notice { query, codes: Vec::new() });
    }

    /// What the gateway kept to itself in a round, it tells now.
    fn tell_late(&self, round: usize, traffic: &Traffic) {
        for (placed, _) in self.groups[round].iter().filter(|(_, fate)| *fate == Fate::ToldLate) {
            self.tell(placed, traffic);
        }
    }

    async fn books(&self) -> Books {
        Books::read(&self.portal.db, self.groups.iter().flatten().map(|(placed, _)| placed.dossier)).await
    }
}

/// Files and begins to pay: each round's people a few minutes before it begins.
async fn ordered(app: &App) -> Vec<Vec<(Placed, Fate)>> {
    let people = [orders::citizen(app, AN).await, orders::citizen(app, BINH).await];
    let mut groups = Vec::new();
    for round in 0..KILLS {
        app.clock.set(round_begins(round).plus_minutes(-5));
        let mut group = Vec::new();
        for i in 0..GROUP {
            let placed = orders::placed(app, &people[i % 2], 1 + i as i64 % 5).await;
            group.push((placed, FATES[i % FATES.len()]));
        }
        groups.push(group);
    }
    groups
}

/// How many payments were credited because the portal asked.
async fn credited_by_asking(scene: &Scene) -> usize {
    let ids: Vec<_> = scene.groups.iter().flatten().map(|(placed, _)| placed.payment).collect();
    let read = move |c: &mut motcua::db::Conn| {
        ids.iter().map(|id| payments::heard_of(c, *id)).collect::<Result<Vec<_>, motcua::db::Error>>()
    };
    let heard = scene.portal.db.read(read).await.unwrap();
    heard.iter().flatten().filter(|n| n.kind == "query" && n.verdict == "credited").count()
}

/// The server runs and is killed until everything is settled; what it logged.
async fn until_settled(scene: &Scene, traffic: &Traffic) -> String {
    let mut log = String::new();
    for round in 0..KILLS {
        if round > 0 {
            scene.tell_late(round - 1, traffic);
        }
        let server = scene.portal.start(round_begins(round));
        // Now in the middle of what people pay, now while it still asks about those before.
        let ((), ()) = tokio::join!(scene.pay(round, traffic), async {
            if round % 2 == 0 {
                pause(300, 900).await
            } else {
                pause(20, 300).await
            }
            log.push_str(&server.kill());
        });
    }
    scene.tell_late(KILLS - 1, traffic);
    for round in KILLS..KILLS + ROUNDS {
        let server = scene.portal.start(round_begins(round));
        let mut is_over = false;
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let open = scene.books().await.payments.iter().filter(|p| p.state() == PaymentState::Pending).count();
            is_over = open == 0 && traffic.all_confirmed();
            if is_over {
                break;
            }
        }
        log.push_str(&server.kill());
        if is_over {
            return log;
        }
    }
    panic!("not settled after {ROUNDS} more rounds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_server_dies_money_is_credited_once() {
    let scene = Scene::prepared().await;
    let traffic = Arc::new(Traffic::default());
    let forged =
        |placed: &Placed| shop::notice(&placed.order, &[]).replace("TransactionNo=14226112", "TransactionNo=666");
    *traffic.forgeries.lock().unwrap() = scene.groups.iter().flatten().map(|(placed, _)| forged(placed)).collect();
    let running: Vec<_> = (0..6).map(|_| tokio::spawn(Arc::clone(&traffic).run(scene.portal.base.clone()))).collect();
    let log = until_settled(&scene, &traffic).await;
    traffic.over.store(true, Ordering::Relaxed);
    for one in running {
        one.await.unwrap();
    }

    let books = scene.books().await;
    let sums = books.balance();
    let all = || scene.groups.iter().flatten();
    for (placed, fate) in all() {
        assert_eq!(books.payment(placed.payment).state(), fate.ends_as(), "{fate:?} {placed:?}");
    }
    let paid = all().filter(|(_, fate)| fate.is_paid()).count();
    assert_eq!((sums.paid, sums.receipts, sums.surplus.0), (paid, paid, 0));
    assert_eq!(
        (sums.came, sums.applied),
        (scene.portal.gateway.books().balance(), scene.portal.gateway.books().balance())
    );
    for notice in traffic.notices.lock().unwrap().iter() {
        assert!(notice.codes.iter().filter(|code| *code == "00").count() <= 1, "{} {:?}", notice.query, notice.codes);
        assert!(notice.codes.iter().all(|c| ["00", "02", "99"].contains(&c.as_str())), "{:?}", notice.codes);
    }
    let (forged, asked) = (traffic.forged.load(Ordering::Relaxed), credited_by_asking(&scene).await);
    assert!(forged > 0 && asked > 0, "forged {forged}, credited by asking {asked}");
    assert!(log.matches("a forged notice was refused").count() >= forged, "each is logged");
    assert!(!log.contains("panicked"), "{log}");
    scene.portal.is_verified(round_begins(KILLS + ROUNDS));
    told(&traffic, (paid, asked));
}

/// Figures, past the test harness.
fn told(traffic: &Traffic, (paid, asked): (usize, usize)) {
    use std::io::Write as _;
    let notices = traffic.notices.lock().unwrap();
    let answered: usize = notices.iter().map(|n| n.codes.len()).sum();
    let _ = writeln!(
        std::io::stderr(),
        "killed {KILLS} times while people paid: {paid} paid, {asked} of them found out by asking; {answered} answers to {} notices, {} torn",
        notices.len(),
        traffic.torn.load(Ordering::Relaxed)
    );
}

//! Ten thousand notices at full speed over HTTP: good ones many times and in any order, in capitals, after a refusal that
//! came first, forged, of another amount, of nothing that was ordered. None lost, none doubled, the books balance.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use motcua::devservices::vnpay::Order;
use motcua::kernel::{Actor, PaymentId, Vnd};
use motcua::payments::vnpay::{Key, Params};
use motcua::payments::{self, PaymentState};
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;

use crate::support::demo::{AN, BINH};
use crate::support::orders::{self, Books, Placed};
use crate::support::shop::{Shop, notice};

/// Notices in all.
const NOTICES: usize = 10_000;
/// Clients that send at once, each over one connection that it keeps.
const CLIENTS: usize = 16;
/// Dossiers whose money comes.
const PAID: usize = 250;
/// Of them, those with an attempt before, which failed: its money comes all the same, and is too much.
const TWICE: usize = 30;
/// Dossiers of which only nonsense is told.
const UNPAID: usize = 20;
const FORGED: usize = 1_500;
const WRONG_AMOUNT: usize = 1_000;
const UNKNOWN: usize = 500;
/// Refusals, told of every third payment before or after its money.
const REFUSALS: usize = 500;

/// What a notice says, and of which payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Moved(usize),
    Refused(usize),
    WrongAmount,
    Unknown,
    Forged,
}

struct Scene {
    shop: Shop,
    /// Payments whose money comes, then those whose money never does.
    all: Vec<Placed>,
    /// How many of them are paid.
    paid: usize,
}

/// Files and begins to pay, twice where the first attempt failed.
async fn prepared() -> Scene {
    let shop = Shop::open_with(&[("MOTCUA__SERVER__WORKERS", "2"), ("MOTCUA__DATABASE__CONNECTIONS", "8")]);
    let app = &shop.t.app;
    let people: [Actor; 2] = [orders::citizen(app, AN).await, orders::citizen(app, BINH).await];
    let (mut all, mut bare) = (Vec::new(), Vec::new());
    for i in 0..PAID + UNPAID {
        let (who, copies) = (&people[i % 2], 1 + (i % 7) as i64);
        let first = orders::placed(app, who, copies).await;
        if i >= PAID {
            bare.push(first);
            continue;
        }
        if i < TWICE {
            let failed = [("vnp_ResponseCode", "51"), ("vnp_TransactionStatus", "02"), ("vnp_TransactionNo", "0")];
            assert_eq!(shop.ipn(&notice(&first.order, &failed)).await, "00");
            let dossier = app.open_dossier(who, &first.dossier.to_string()).await.unwrap().dossier;
            all.push(orders::begun(app, who, dossier).await);
        }
        all.push(first);
    }
    let paid = all.len();
    all.extend(bare);
    Scene { shop, all, paid }
}

/// The transaction that moves the money of a payment.
fn transaction(which: usize) -> String {
    (15_000_000 + which).to_string()
}

fn in_capitals(query: &str) -> String {
    let (text, hash) = query.rsplit_once('=').unwrap();
    format!("{text}={}", hash.to_uppercase())
}

/// What somebody without the secret can send.
fn forged(order: &Order, rng: &mut StdRng) -> String {
    let good = notice(order, &[("vnp_TransactionNo", "666")]);
    let (text, hash) = good.rsplit_once('=').unwrap();
    let other = if hash.starts_with('0') { "1" } else { "0" };
    match rng.random_range(0..6) {
        0 => format!("{text}={other}{}", &hash[1..]),
        1 => good.replace("vnp_TransactionNo=666", "vnp_TransactionNo=667"),
        2 => good.replace("vnp_Amount=", "vnp_Amount=9"),
        3 => text.rsplit_once('&').unwrap().0.to_owned(),
        4 => format!("{good}&vnp_TxnRef={}", order.reference),
        _ => Params::read(&good).unwrap().signed(&Key::new("another secret")),
    }
}

/// Every notice that is sent, shuffled.
fn notices(scene: &Scene, rng: &mut StdRng) -> Vec<(Kind, String)> {
    let order = |which: usize| &scene.all[which].order;
    let moved = |which: usize| notice(order(which), &[("vnp_TransactionNo", &transaction(which))]);
    let mut sent = Vec::with_capacity(NOTICES);
    for i in 0..FORGED {
        sent.push((Kind::Forged, forged(order(i % scene.all.len()), rng)));
    }
    for i in 0..WRONG_AMOUNT {
        let which = i % scene.all.len();
        let amount = (order(which).amount.0 * 100 + 100 * (1 + i as i64 % 3)).to_string();
        sent.push((Kind::WrongAmount, notice(order(which), &[("vnp_Amount", &amount), ("vnp_TransactionNo", "77")])));
    }
    for i in 0..UNKNOWN {
        let reference = format!("MC261118NOBODY{}", i % 50);
        sent.push((Kind::Unknown, notice(order(i % scene.all.len()), &[("vnp_TxnRef", &reference)])));
    }
    for i in 0..REFUSALS {
        let which = i % (scene.paid / 3) * 3;
        let refused = [("vnp_ResponseCode", "24"), ("vnp_TransactionStatus", "02"), ("vnp_TransactionNo", "0")];
        sent.push((Kind::Refused(which), notice(order(which), &refused)));
    }
    for i in 0..NOTICES - sent.len() {
        let which = i % scene.paid;
        let query = if i / scene.paid % 3 == 1 { in_capitals(&moved(which)) } else { moved(which) };
        sent.push((Kind::Moved(which), query));
    }
    sent.shuffle(rng);
    sent
}

/// Sends everything as quickly as answers come; how often each was answered with what.
async fn flooded(base: &str, sent: Vec<(Kind, String)>) -> BTreeMap<(Kind, String), usize> {
    let (sent, next) = (Arc::new(sent), Arc::new(AtomicUsize::new(0)));
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let (sent, next, base) = (Arc::clone(&sent), Arc::clone(&next), format!("{base}/thanh-toan/vnpay/ipn"));
        clients.push(tokio::spawn(async move {
            let client = reqwest::Client::builder().pool_max_idle_per_host(1).build().unwrap();
            let mut answers = Vec::new();
            while let Some((kind, query)) = sent.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = client.get(format!("{base}?{query}")).send().await.unwrap();
                assert_eq!(answer.status().as_u16(), 200, "{query}");
                let said: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
                answers.push((*kind, said["RspCode"].as_str().unwrap().to_owned()));
            }
            answers
        }));
    }
    let mut answers = BTreeMap::new();
    for client in clients {
        for answer in client.await.unwrap() {
            *answers.entry(answer).or_default() += 1;
        }
    }
    answers
}

/// Each notice was answered as the protocol has it.
fn answered_rightly(answers: &BTreeMap<(Kind, String), usize>, sent: &BTreeMap<Kind, usize>) {
    for ((kind, code), times) in answers {
        let allowed: &[&str] = match kind {
            Kind::Moved(_) | Kind::Refused(_) => &["00", "02"],
            Kind::WrongAmount => &["04"],
            Kind::Unknown => &["01"],
            Kind::Forged => &["97"],
        };
        assert!(allowed.contains(&code.as_str()), "{kind:?} was answered {code}, {times} times");
    }
    for (kind, times) in sent {
        let of = |code: &str| answers.get(&(*kind, code.to_owned())).copied().unwrap_or(0);
        match kind {
            Kind::Moved(_) => assert_eq!((of("00"), of("02")), (1, times - 1), "{kind:?}: credited once"),
            // A refusal that came before the money counts once, one that came after it is known better.
            Kind::Refused(_) => assert!(of("00") <= 1 && of("00") + of("02") == *times, "{kind:?}"),
            Kind::WrongAmount => assert_eq!(of("04"), *times),
            Kind::Unknown => assert_eq!(of("01"), *times),
            Kind::Forged => assert_eq!(of("97"), *times),
        }
    }
}

/// What the portal's own figures say of a verdict.
fn counted(metrics: &str, verdict: &str) -> usize {
    let line = format!("motcua_payment_notices_total{{gateway=\"vnpay\",verdict=\"{verdict}\"}} ");
    metrics.lines().find_map(|l| l.strip_prefix(&line)).map_or(0, |n| n.parse().unwrap())
}

/// Every genuine word about a payment is kept or counted, and nothing that was forged.
async fn heard_all(scene: &Scene, sent: &BTreeMap<Kind, usize>) {
    let ids: Vec<PaymentId> = scene.all.iter().map(|p| p.payment).collect();
    let read = move |c: &mut motcua::db::Conn| {
        ids.iter().map(|id| payments::heard_of(c, *id)).collect::<Result<Vec<_>, motcua::db::Error>>()
    };
    let heard = scene.shop.t.app.db.read(read).await.unwrap();
    let (mut wrong, mut held) = (0, 0);
    for (which, notices) in heard.iter().enumerate() {
        let times =
            |of: &dyn Fn(&payments::NoticeRow) -> bool| notices.iter().filter(|n| of(n)).map(|n| n.times).sum::<i64>();
        let moved = transaction(which);
        let told = times(&|n| n.gateway_txn.as_deref() == Some(&moved));
        assert_eq!(told, sent.get(&Kind::Moved(which)).map_or(0, |n| *n as i64), "none lost, none doubled");
        let refused = times(&|n| n.gateway_txn.is_none());
        let before = i64::from(which < 2 * TWICE && which % 2 == 1);
        assert_eq!(refused - before, sent.get(&Kind::Refused(which)).map_or(0, |n| *n as i64));
        assert!(notices.iter().all(|n| !n.body.contains("TransactionNo=66")), "forged, and kept");
        wrong += times(&|n| n.verdict == "wrong_amount");
        held += notices.iter().filter(|n| n.verdict == "wrong_amount" && n.is_held).count();
    }
    assert_eq!((wrong as usize, held > 0), (WRONG_AMOUNT, true));
}

/// Everything of the payments that nobody paid, as text.
fn untouched(books: &Books, scene: &Scene) -> String {
    let bare: BTreeSet<_> = scene.all[scene.paid..].iter().map(|p| p.dossier).collect();
    let payments: Vec<_> = books.payments.iter().filter(|p| bare.contains(&p.dossier_id)).collect();
    let lines: Vec<_> = books.lines.iter().filter(|l| bare.contains(&l.dossier_id)).collect();
    format!("{payments:?}{lines:?}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_notices_lose_nothing_and_double_nothing() {
    let seed: u64 = rand::random();
    let mut rng = StdRng::seed_from_u64(seed);
    let begun = Instant::now();
    let scene = prepared().await;
    let (app, of) = (&scene.shop.t.app, || scene.all.iter().map(|p| p.dossier));
    let prepared_in = begun.elapsed();
    let before = untouched(&Books::read(&app.db, of()).await, &scene);
    let notices = notices(&scene, &mut rng);
    let mut sent: BTreeMap<Kind, usize> = BTreeMap::new();
    notices.iter().for_each(|(kind, _)| *sent.entry(*kind).or_default() += 1);
    let begun = Instant::now();
    let answers = flooded(&scene.shop.t.base, notices).await;
    told_how_fast(seed, prepared_in, begun.elapsed());
    answered_rightly(&answers, &sent);

    let books = Books::read(&app.db, of()).await;
    let sums = books.balance();
    let amounts: i64 = scene.all[..scene.paid].iter().map(|p| p.order.amount.0).sum();
    assert_eq!((sums.paid, sums.came), (scene.paid, Vnd(amounts)), "every payment, to the đồng");
    assert_eq!(sums.receipts, PAID, "one receipt for each dossier whose money came");
    let surplus: i64 = scene.all[..2 * TWICE].chunks(2).map(|pair| pair[0].order.amount.0).sum();
    assert_eq!(sums.surplus, Vnd(surplus), "what came twice goes back");
    for (which, placed) in scene.all[..scene.paid].iter().enumerate() {
        assert_eq!(books.payment(placed.payment).gateway_txn, Some(transaction(which)));
    }
    assert!(scene.all[scene.paid..].iter().all(|p| books.payment(p.payment).state() == PaymentState::Pending));
    assert_eq!(untouched(&books, &scene), before, "what was only forged, or of another amount, changes nothing");
    heard_all(&scene, &sent).await;
    let metrics = scene.shop.t.visitor().get("/metrics").await.body;
    for (verdict, times) in
        [("forged", FORGED), ("wrong_amount", WRONG_AMOUNT), ("unknown", UNKNOWN), ("credited", scene.paid)]
    {
        assert_eq!(counted(&metrics, verdict), times, "{verdict}");
    }
}

/// Figures, past the test harness, which keeps what passing tests print to itself.
fn told_how_fast(seed: u64, prepared: Duration, took: Duration) {
    use std::io::Write as _;
    let a_second = NOTICES as f64 / took.as_secs_f64();
    let _ = writeln!(
        std::io::stderr(),
        "notices: {NOTICES} from {CLIENTS} clients in {:.1} s, {a_second:.0}/s (seed {seed}; {PAID} dossiers prepared in {:.1} s)",
        took.as_secs_f64(),
        prepared.as_secs_f64()
    );
}

//! The server is killed with -9 while money goes back and while a statement is imported: it goes back once, and each line
//! is taken once.

use std::fmt::Write as _;
use std::time::Duration;

use motcua::app::{App, Decide};
use motcua::db::{Conn, Error};
use motcua::devservices::vnpay::Behaviour;
use motcua::dossiers;
use motcua::kernel::{RefundId, Timestamp, Vnd};
use motcua::payments::{self, PaymentState, RefundRow, RefundState, RefundWay, StatementLine};
use rand::RngExt as _;
use reqwest::multipart::{Form as Multipart, Part};

use crate::counter::{officer_at, page};
use crate::finance::{ask_all_of, balances_in};
use crate::support::app::{NOW, Visitor};
use crate::support::demo::{self, AN, BINH};
use crate::support::html::Form;
use crate::support::killing::{Mortal, pause, round_begins};
use crate::support::orders::{self, Books, Placed};

/// How often the server is killed …
const KILLS: usize = 6;
/// … and how often at most until every refund has ended.
const ROUNDS: usize = 8;
/// Refunds that two officers agreed to before each round.
const GROUP: usize = 6;

/// Money that came and goes back.
struct Back {
    placed: Placed,
    refund: RefundId,
}

/// Paid at the gateway, which the portal finds out by asking.
async fn paid(app: &App, portal: &Mortal, who: &motcua::kernel::Actor) -> Placed {
    let placed = orders::placed(app, who, rand::rng().random_range(1..5)).await;
    portal.gateway.act(&placed.order, Behaviour::NoIpn).await;
    let id = placed.payment;
    let payment = app.db.read(move |c: &mut Conn| payments::by_id(c, id)).await.unwrap();
    assert!(app.ask_gateway_now(&payment).await.unwrap());
    placed
}

/// Refunds asked for by one officer and agreed to by another, each group a few minutes before its round begins.
async fn agreed_to(app: &App, portal: &Mortal) -> Vec<Back> {
    let people = [orders::citizen(app, AN).await, orders::citizen(app, BINH).await];
    let (clerk, approver) = (demo::officer(app, "clerk").await, demo::officer(app, "approver").await);
    let mut all = Vec::new();
    for i in 0..KILLS * GROUP {
        app.clock.set(round_begins(i / GROUP).plus_minutes(-5));
        let placed = paid(app, portal, &people[i % 2]).await;
        let id = placed.payment;
        let payment = app.db.read(move |c: &mut Conn| payments::by_id(c, id)).await.unwrap();
        assert_eq!(payment.state(), PaymentState::Paid);
        let name = placed.dossier.to_string();
        let asked = ask_all_of(app, &clerk, &name, (&payment, RefundWay::Gateway)).await.unwrap();
        app.decide_refund(&approver, asked.id, Decide::Approve).await.unwrap();
        all.push(Back { placed, refund: asked.id });
    }
    all
}

async fn refunds(portal: &Mortal, all: &[Back]) -> Vec<RefundRow> {
    let ids: Vec<RefundId> = all.iter().map(|back| back.refund).collect();
    let read = move |c: &mut Conn| ids.iter().map(|id| payments::refund(c, *id)).collect::<Result<Vec<_>, Error>>();
    portal.db.read(read).await.unwrap()
}

/// The server runs and is killed, mostly when the gateway has just moved money, until every refund has ended; what it
/// logged.
async fn until_ended(portal: &Mortal, all: &[Back]) -> String {
    let mut log = String::new();
    for round in 0..KILLS {
        let told = portal.gateway.books().asked_back() + rand::rng().random_range(1..GROUP as u32);
        let server = portal.start(round_begins(round));
        if round % 3 == 2 {
            pause(20, 300).await;
        } else {
            for _ in 0..5_000 {
                if portal.gateway.books().asked_back() >= told {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(500)).await;
            }
        }
        log.push_str(&server.kill());
    }
    for round in KILLS..KILLS + ROUNDS {
        let server = portal.start(round_begins(round));
        let mut is_over = false;
        for _ in 0..50 {
            pause(100, 110).await;
            is_over = refunds(portal, all).await.iter().all(|row| row.state() == RefundState::Done);
            if is_over {
                break;
            }
        }
        log.push_str(&server.kill());
        if is_over {
            return log;
        }
    }
    let left: Vec<_> = refunds(portal, all).await.into_iter().filter(|r| r.state() != RefundState::Done).collect();
    panic!("after {ROUNDS} more rounds: {left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_server_dies_money_goes_back_once() {
    let portal = Mortal::born();
    let all = agreed_to(&portal.app(), &portal).await;
    let before = refunds(&portal, &all).await;
    let log = until_ended(&portal, &all).await;

    let after = refunds(&portal, &all).await;
    for (back, (was, is)) in all.iter().zip(before.iter().zip(&after)) {
        assert_eq!(was.request, is.request, "one number for ever");
        let outcome = portal.gateway.books().outcome(&back.placed.order.reference).unwrap();
        assert_eq!((outcome.returned, is.amount()), (back.placed.order.amount, back.placed.order.amount), "once");
        let (id, payment) = (back.placed.dossier, back.placed.payment);
        let read = move |c: &mut Conn| Ok::<_, Error>((payments::by_id(c, payment)?, dossiers::events_of(c, id)?));
        let (payment, events) = portal.db.read(read).await.unwrap();
        assert_eq!((payment.state(), payment.refunded()), (PaymentState::Refunded, outcome.returned));
        assert_eq!(events.iter().filter(|event| event.act == "refunded").count(), 1, "told of once");
        balances_in(&portal.db, &id.to_string()).await;
    }
    assert_eq!(portal.gateway.books().balance(), Vnd(0));
    let caught = after.iter().filter(|row| row.tries > 1).count();
    assert!(caught > 0, "no refund was under way when the server died");
    assert!(!log.contains("panicked"), "{log}");
    portal.is_verified(round_begins(KILLS + ROUNDS));
    told(&format!("killed {KILLS} times while {} refunds were sent: {caught} of them were under way", all.len()));
}

/// Figures, past the test harness.
fn told(figures: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{figures}");
}

/// Lines of money that nobody knows, and of payments that the gateway never told of.
const UNKNOWN: usize = 60;
const NEVER_TOLD: usize = 12;

/// Where a server begins that dies for the nth time: minutes apart, so that it asks the gateway nothing by itself.
fn minute(nth: usize) -> Timestamp {
    NOW.parse::<Timestamp>().unwrap().plus_minutes(i64::try_from(nth).unwrap())
}

async fn taken(portal: &Mortal) -> Vec<StatementLine> {
    let read = |c: &mut Conn| match payments::statements(c, None, 1)?.pop() {
        Some(row) => payments::lines_of_statement(c, row.id),
        None => Ok(Vec::new()),
    };
    portal.db.read(read).await.unwrap()
}

/// A statement with both kinds of lines, mixed.
async fn text(app: &App, portal: &Mortal) -> (String, Vec<Placed>) {
    let an = orders::citizen(app, AN).await;
    let mut all = Vec::new();
    let mut text = "Ngày;Mã giao dịch;Số tiền;Nội dung\n".to_owned();
    for nth in 0..UNKNOWN {
        writeln!(text, "18/11/2026;77{nth:04};7.000;la {nth}").unwrap();
        if nth % (UNKNOWN / NEVER_TOLD) == 0 {
            let placed = orders::placed(app, &an, 1).await;
            portal.gateway.act(&placed.order, Behaviour::NoIpn).await;
            let number = portal.gateway.books().outcome(&placed.order.reference).unwrap().transaction;
            let (amount, reference) = (placed.order.amount.0, &placed.order.reference);
            writeln!(text, "18/11/2026;{number};{amount};Nop phi {reference}").unwrap();
            all.push(placed);
        }
    }
    (text, all)
}

/// Sends the file; the status of the answer, where there is one.
async fn sends(clerk: &Visitor, token: &str, text: &str) -> Option<u16> {
    let file = Part::bytes(text.as_bytes().to_vec()).file_name("sao-ke.csv");
    let body = Multipart::new().text("_csrf", token.to_owned()).text("gateway", "vnpay").part("file", file);
    let request = clerk.request("POST", "/can-bo/tai-chinh/sao-ke").header("sec-fetch-site", "same-origin");
    request.multipart(body).send().await.ok().map(|answer| answer.status().as_u16())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whenever_the_server_dies_a_statement_is_imported_once() {
    let portal = Mortal::born();
    let (text, orders) = text(&portal.app(), &portal).await;
    let lines = UNKNOWN + NEVER_TOLD;
    let mut server = portal.start(minute(0));
    let clerk = officer_at(&portal.base, "clerk").await;
    let list = "/can-bo/tai-chinh/sao-ke";
    let form = Form::with_action(&page(&clerk, list).await, list);
    let token = form.fields.iter().find(|(name, _)| name == "_csrf").unwrap().1.clone();
    let mut halves = Vec::new();
    for nth in 1..=KILLS {
        let until = lines * nth / (KILLS + 1);
        let (_, ()) = tokio::join!(sends(&clerk, &token, &text), async {
            for _ in 0..10_000 {
                if taken(&portal).await.len() >= until {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            server.kill();
        });
        halves.push(taken(&portal).await.len());
        server = portal.start(minute(nth));
    }
    assert_eq!(sends(&clerk, &token, &text).await, Some(303));
    assert!(halves.iter().any(|half| *half < lines), "never killed half way: {halves:?}");
    assert_eq!(sends(&clerk, &token, &text).await, Some(303), "once more, which changes nothing");
    server.kill();

    let judged = taken(&portal).await;
    let numbers: std::collections::BTreeSet<i64> = judged.iter().map(|line| line.number).collect();
    assert_eq!((judged.len(), numbers.len()), (lines, lines), "each line once");
    let known = |line: &&StatementLine| ["credited", "repeated"].contains(&line.verdict.as_str());
    assert_eq!(judged.iter().filter(known).count(), NEVER_TOLD, "{judged:?}");
    let held = portal.db.read(|c: &mut Conn| payments::count_held(c, None)).await.unwrap();
    assert_eq!(usize::try_from(held).unwrap(), UNKNOWN, "what nobody knows waits once");
    let sums = Books::read(&portal.db, orders.iter().map(|placed| placed.dossier)).await.balance();
    let came: Vnd = orders.iter().map(|placed| placed.order.amount).sum();
    assert_eq!((sums.paid, sums.came, sums.surplus), (NEVER_TOLD, came, Vnd(0)));
    portal.is_verified(minute(KILLS + 1));
    told(&format!("killed {KILLS} times while a statement of {lines} lines was imported, at {halves:?}"));
}

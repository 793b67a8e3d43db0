//! Whatever gateways, payers, strangers, officers and clocks do, in whatever order and however often: money is credited
//! once, and the books balance to the đồng. (That the server may die at any moment is `payments_killed`.)

use std::collections::BTreeMap;

use motcua::devservices::vnpay::{Behaviour, Order};
use motcua::dossiers;
use motcua::kernel::{Actor, DossierId, Timestamp, Vnd};
use motcua::office::online_payment::{GatewayWord, Payer};
use motcua::office::payment::RecordPayment;
use motcua::payments::verdict::{Said, Verdict};
use motcua::payments::{self, FeeState, Method, Payment, PaymentState, Way};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::support::demo::{self, AN};
use crate::support::orders::{self, Books};
use crate::support::shop::{Shop, notice, order_at};

/// A genuine word about a payment.
#[derive(Clone, Debug)]
struct Words {
    /// Chooses among the payments there are by then.
    which: usize,
    /// Moved, not moved, open, suspected.
    said: usize,
    /// The amount is off by so much.
    off: i64,
    /// Two transactions of the payment's own, and one that every payment is told to have.
    transaction: usize,
    capitals: bool,
}

/// One thing that happens. Numbers choose among the payments there are by then.
#[derive(Clone, Debug)]
enum Deed {
    /// Somebody begins to pay: the citizen, or whoever has the link.
    Begin { by_link: bool },
    /// The gateway's server tells of a payment.
    Tell(Words),
    /// It is asked, and answers so.
    Ask(Words),
    /// The payer presses a button at the gateway, which does as it says: pays, gives up; tells once, twice, wrongly, or
    /// not at all, so that only who asks finds out.
    Press { which: usize, button: usize },
    /// The payer's browser comes back with a word of its own.
    Return { which: usize, said: usize },
    /// Somebody without the secret tells that it is paid.
    Forge { which: usize, how: usize },
    /// The gateway tells of a payment that nobody began.
    TellOfNone,
    /// The clerk takes cash for all that is owed.
    Cash,
    /// Minutes go by, and the worker runs: asks about what is under way, gives up what the gateway knows nothing of.
    Wait(i64),
    /// The portal is started anew over the same database.
    Restart,
}

/// What the stand-in does, without those that take their time.
const BUTTONS: [Behaviour; 5] =
    [Behaviour::NoIpn, Behaviour::Cancel, Behaviour::WrongAmount, Behaviour::IpnTwice, Behaviour::IpnFirst];

fn words() -> impl Strategy<Value = Words> {
    let off = prop_oneof![4 => Just(0_i64), 1 => -2..3_i64];
    (0..4_usize, 0..4_usize, off, 0..3_usize, any::<bool>())
        .prop_map(|(which, said, off, transaction, capitals)| Words { which, said, off, transaction, capitals })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => any::<bool>().prop_map(|by_link| Deed::Begin { by_link }),
        6 => words().prop_map(Deed::Tell),
        2 => words().prop_map(Deed::Ask),
        3 => (0..4_usize, 0..BUTTONS.len()).prop_map(|(which, button)| Deed::Press { which, button }),
        2 => (0..4_usize, 0..2_usize).prop_map(|(which, said)| Deed::Return { which, said }),
        2 => (0..4_usize, 0..4_usize).prop_map(|(which, how)| Deed::Forge { which, how }),
        1 => Just(Deed::TellOfNone),
        1 => Just(Deed::Cash),
        3 => (1..30_i64).prop_map(Deed::Wait),
        1 => Just(Deed::Restart),
    ]
}

const SAID: [Said; 4] = [Said::Moved, Said::NotMoved, Said::Open, Said::Suspected];
/// The same as response code and status.
const CODES: [(&str, &str); 4] = [("00", "00"), ("24", "02"), ("00", "01"), ("00", "07")];

struct Story {
    shop: Shop,
    app: motcua::app::App,
    dossier: DossierId,
    an: Actor,
    clerk: Actor,
    /// What the gateway was told of each payment, by reference.
    orders: BTreeMap<String, Order>,
    /// What was ever done, for a failure to be understood.
    seen: BTreeMap<&'static str, usize>,
}

impl Story {
    async fn payments(&self) -> Vec<Payment> {
        let id = self.dossier;
        self.app.db.read(move |c| payments::of_dossier(c, id)).await.unwrap()
    }

    async fn opened(&self) -> dossiers::Dossier {
        let id = self.dossier;
        self.app.db.read(move |c| dossiers::by_id(c, id)).await.unwrap()
    }

    /// An order that was begun, if there is one.
    fn order(&self, which: usize) -> Option<Order> {
        self.orders.values().nth(which % self.orders.len().max(1)).cloned()
    }

    /// All that moves with money, as text.
    async fn money(&self) -> String {
        let books = Books::read(&self.app.db, [self.dossier]).await;
        let payments: Vec<_> =
            books.payments.iter().map(|p| (p.id, p.state(), p.applied(), p.surplus(), p.gateway_txn.clone())).collect();
        let dossier = self.opened().await;
        format!("{payments:?} {:?} {:?} {}", books.lines, books.receipts, dossier.version)
    }

    async fn happens(&mut self, deed: &Deed) {
        match deed {
            Deed::Begin { by_link } => self.begin(*by_link).await,
            Deed::Tell(words) => self.tell(words).await,
            Deed::Ask(words) => self.ask(words).await,
            Deed::Press { which, button } => {
                let Some(order) = self.order(*which) else { return };
                self.shop.gateway.act(&order, BUTTONS[*button]).await;
            }
            Deed::Return { which, said } => {
                let Some(order) = self.order(*which) else { return };
                let (code, status) = CODES[*said];
                let query = notice(&order, &[("vnp_ResponseCode", code), ("vnp_TransactionStatus", status)]);
                let before = self.money().await;
                let page = self.shop.t.visitor().get(&format!("/thanh-toan/vnpay/return?{query}")).await;
                assert_eq!(page.status, 200, "{}", page.body);
                assert_eq!(self.money().await, before, "the browser's word moves no money");
            }
            Deed::Forge { which, how } => self.forge(*which, *how).await,
            Deed::TellOfNone => {
                let words = Words { which: 0, said: 0, off: 0, transaction: 0, capitals: false };
                let word = word("MC000000NOBODY", (&words, Vnd(8_000)), self.app.now());
                assert_eq!(self.app.hear_gateway(word).await.unwrap(), Verdict::Unknown);
            }
            Deed::Cash => self.cash().await,
            Deed::Wait(minutes) => {
                let then = self.app.now().plus_minutes(*minutes);
                self.app.clock.set(then);
                self.shop.t.app.clock.set(then);
                self.shop.t.run_jobs().await;
            }
            Deed::Restart => {
                let (settings, now) = (self.app.settings.clone(), self.app.now());
                let opened = std::thread::spawn(move || motcua::app::App::open(settings).unwrap().0);
                self.app = opened.join().unwrap();
                self.app.clock.set(now);
            }
        }
    }

    async fn begin(&mut self, by_link: bool) {
        let payer = if by_link { Payer::Link } else { Payer::Known(self.an.clone()) };
        let wish =
            motcua::app::Wish { gateway: "vnpay".into(), lang: motcua::kernel::Lang::Vi, ip: "127.0.0.1".into() };
        // Nothing may be owed any more, or the one before is being looked into: that is refused in its own words.
        if let Ok((payment, url)) = self.app.begin_payment(payer, self.opened().await, wish).await {
            self.orders.insert(payment.reference.unwrap(), order_at(&url));
        }
    }

    /// Over HTTP, signed.
    async fn tell(&mut self, words: &Words) {
        let Some(order) = self.order(words.which) else { return };
        let (code, status) = CODES[words.said];
        let amount = ((order.amount.0 + words.off) * 100).to_string();
        let changes = [
            ("vnp_ResponseCode", code),
            ("vnp_TransactionStatus", status),
            ("vnp_Amount", amount.as_str()),
            ("vnp_TransactionNo", &transaction(&order.reference, words.transaction)),
        ];
        let mut query = notice(&order, &changes);
        if words.capitals {
            let (text, hash) = query.rsplit_once('=').unwrap();
            query = format!("{text}={}", hash.to_uppercase());
        }
        let was = self.state(&order.reference).await;
        let code = self.shop.ipn(&query).await;
        let is = self.state(&order.reference).await;
        let expected: &[&str] = match (SAID[words.said], words.off) {
            (_, off) if off != 0 => &["04"],
            (Said::Suspected, _) => &["00"],
            (Said::Open, _) => &["99"],
            (Said::NotMoved, _) if matches!(was, PaymentState::Pending | PaymentState::Expired) => &["00"],
            (Said::NotMoved, _) => &["02"],
            (Said::Moved, _) if was == PaymentState::Paid => &["02"],
            // 99: this very transaction paid for another order.
            (Said::Moved, _) if is != PaymentState::Paid => &["99"],
            (Said::Moved, _) => &["00"],
        };
        assert!(expected.contains(&code.as_str()), "{words:?} of a payment that was {was:?} and is {is:?}: {code}");
        let may_pay = words.off == 0 && SAID[words.said] == Said::Moved;
        assert!(was == is || may_pay || is == PaymentState::Failed, "{was:?} {is:?} by {words:?}");
    }

    async fn state(&self, reference: &str) -> PaymentState {
        self.payments().await.iter().find(|p| p.reference.as_deref() == Some(reference)).unwrap().state()
    }

    async fn ask(&mut self, words: &Words) {
        let Some(order) = self.order(words.which) else { return };
        let was = self.state(&order.reference).await;
        let word = word(&order.reference, (words, Vnd(order.amount.0 + words.off)), self.app.now());
        if self.app.hear_gateway(word).await.unwrap() == Verdict::Credited {
            assert_ne!(was, PaymentState::Paid, "credited twice");
            assert_eq!((words.said, words.off), (0, 0), "credited by a word that moves nothing");
        }
    }

    async fn forge(&self, which: usize, how: usize) {
        let Some(order) = self.order(which) else { return };
        let good = notice(&order, &[("vnp_TransactionNo", "666")]);
        let (text, hash) = good.rsplit_once('=').unwrap();
        let other = if hash.starts_with('0') { "1" } else { "0" };
        let forged = match how {
            0 => format!("{text}={other}{}", &hash[1..]),
            1 => good.replace("vnp_TransactionNo=666", "vnp_TransactionNo=667"),
            2 => text.rsplit_once('&').unwrap().0.to_owned(),
            _ => format!("{good}&vnp_Amount={}", order.amount.0 * 100),
        };
        let before = self.money().await;
        assert_eq!(self.shop.ipn(&forged).await, "97", "{forged}");
        assert_eq!(self.money().await, before, "what is forged changes nothing");
    }

    async fn cash(&self) {
        let cmd = RecordPayment { target: self.dossier.into(), method: Method::Cash, lines: vec![] };
        let (app, dossier) = (self.app.clone(), self.opened().await);
        let (rules, _) = self.app.db.read(move |c| app.rules_of(c, &dossier)).await.unwrap();
        let (clerk, now) = (self.clerk.clone(), self.app.now());
        let take =
            move |tx: &mut motcua::db::Tx<'_>| motcua::office::payment::record_payment(tx, &clerk, &cmd, &rules, now);
        // Nothing may be owed any more.
        let _ = self.app.db.write(take).await;
    }

    /// Every đồng that came is at a fee, or waits to go back; what is paid was credited by one word, and what is not by
    /// none; every paid fee was paid once, and receipted.
    async fn balances(&mut self) {
        let books = Books::read(&self.app.db, [self.dossier]).await;
        books.balance();
        let settled: Vnd = books.lines.iter().filter(|l| l.state() == FeeState::Paid).map(|l| l.amount()).sum();
        let owed = payments::owed(&books.lines);
        assert!(owed.0 == 0 || settled.0 == 0, "this dossier has one fee: paid or owed");
        for payment in books.payments.iter().filter(|p| p.reference.is_some()) {
            let heard = self.shop.heard(payment.id).await;
            let credited: i64 = heard.iter().filter(|n| n.verdict == "credited").map(|n| n.times).sum();
            assert_eq!(credited, i64::from(payment.state() == PaymentState::Paid), "{payment:?} {heard:?}");
            assert!(heard.iter().all(|n| !n.body.contains("TransactionNo=66")), "forged, and kept");
        }
        for payment in &books.payments {
            *self.seen.entry(payment.state().as_str()).or_default() += 1;
        }
    }
}

fn transaction(reference: &str, which: usize) -> String {
    if which == 2 { "SHARED".to_owned() } else { format!("{reference}-{which}") }
}

fn word(reference: &str, (words, amount): (&Words, Vnd), now: Timestamp) -> GatewayWord {
    GatewayWord {
        gateway: "vnpay".into(),
        way: Way::Query,
        reference: reference.to_owned(),
        said: SAID[words.said],
        amount: Some(amount),
        transaction: Some(transaction(reference, words.transaction)),
        moved_at: None,
        code: "00".into(),
        body: format!("{reference} {words:?}"),
        ask_at: now.plus_minutes(1),
        owners: Vec::new(),
    }
}

/// Tells a story; in which states payments were seen.
async fn story(deeds: &[Deed]) -> BTreeMap<&'static str, usize> {
    let shop = Shop::open();
    let app = shop.t.app.clone();
    let an = orders::citizen(&app, AN).await;
    let dossier = orders::filed(&app, &an, 3).await.id;
    let clerk = demo::officer(&app, "clerk").await;
    let mut story = Story { shop, app, dossier, an, clerk, orders: BTreeMap::new(), seen: BTreeMap::new() };
    for deed in deeds {
        story.happens(deed).await;
        story.balances().await;
    }
    story.seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_order_of_words_credits_once_and_the_books_balance() {
    let cases: u32 = 12;
    let mut runner = TestRunner::new(Config::default());
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for case in 0..cases {
        let deeds = proptest::collection::vec(deed(), 10..40).new_tree(&mut runner).unwrap().current();
        // Not `proptest!`: its runner is not async. The deeds are printed so that a failure can be told again.
        println!("case {case}: {deeds:?}");
        for (state, times) in story(&deeds).await {
            *seen.entry(state).or_default() += times;
        }
    }
    println!("{seen:?}");
    assert!(
        ["pending", "paid", "failed"].iter().all(|state| seen.contains_key(state)),
        "too little happened: {seen:?}"
    );
}

/// What the drawn stories may miss, told in full: time runs out, the money comes all the same, and once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_story_of_expiry_late_money_and_forgery_balances_too() {
    let moved = Words { which: 0, said: 0, off: 0, transaction: 0, capitals: true };
    let deeds = [
        Deed::Begin { by_link: true },
        Deed::Forge { which: 0, how: 1 },
        Deed::Return { which: 0, said: 0 },
        Deed::Wait(21),
        Deed::Begin { by_link: false },
        Deed::Press { which: 0, button: 0 },
        Deed::Press { which: 1, button: 0 },
        Deed::Wait(16),
        Deed::Tell(moved.clone()),
        Deed::Tell(Words { which: 1, ..moved.clone() }),
        Deed::Tell(Words { off: 1, ..moved.clone() }),
        Deed::Tell(moved),
        Deed::Cash,
    ];
    let seen = story(&deeds).await;
    assert!(seen.contains_key("expired") && seen.contains_key("paid"), "{seen:?}");
}

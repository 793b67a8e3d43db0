//! Whatever gateways, payers, officers and clocks do, in whatever order and however often: money is credited once, and
//! the books balance to the đồng.

use std::collections::BTreeMap;

use motcua::dossiers;
use motcua::kernel::{Actor, DossierId, Timestamp, Vnd};
use motcua::office::online_payment::{GatewayWord, Payer};
use motcua::office::payment::RecordPayment;
use motcua::payments::verdict::Said;
use motcua::payments::{self, FeeState, Method, Payment, PaymentState, Way};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};

/// One thing that happens. Numbers choose among the payments there are by then.
#[derive(Clone, Debug)]
enum Deed {
    /// Somebody begins to pay: the citizen, or whoever has the link.
    Begin { by_link: bool },
    /// The gateway tells of a payment: by its server, or when asked. `amount`: off by so much.
    Tell { which: usize, said: u8, off: i64, transaction: u8, asked: bool },
    /// The gateway tells of a payment that nobody began.
    TellOfNone,
    /// The clerk takes cash for all that is owed.
    Cash,
    /// Minutes go by, and the worker runs.
    Wait(i64),
    /// The portal is started anew over the same database.
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => any::<bool>().prop_map(|by_link| Deed::Begin { by_link }),
        8 => (0..4_usize, 0..4_u8, prop_oneof![4 => Just(0_i64), 1 => -2..3_i64], 0..3_u8, any::<bool>())
            .prop_map(|(which, said, off, transaction, asked)| Deed::Tell { which, said, off, transaction, asked }),
        1 => Just(Deed::TellOfNone),
        1 => Just(Deed::Cash),
        2 => (1..30_i64).prop_map(Deed::Wait),
        1 => Just(Deed::Restart),
    ]
}

struct Story {
    t: TestApp,
    app: motcua::app::App,
    dossier: DossierId,
    an: Actor,
    clerk: Actor,
    /// Transactions that the gateway ever moved money by, with the payment and the amount told.
    credited: BTreeMap<String, i64>,
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

    async fn happens(&mut self, deed: &Deed) {
        match deed {
            Deed::Begin { by_link } => {
                let payer = if *by_link { Payer::Link } else { Payer::Known(self.an.clone()) };
                let wish = motcua::app::Wish {
                    gateway: "vnpay".into(),
                    lang: motcua::kernel::Lang::Vi,
                    ip: "127.0.0.1".into(),
                };
                // Nothing may be owed any more: that is refused in its own words.
                let _ = self.app.begin_payment(payer, self.opened().await, wish).await;
            }
            Deed::Tell { which, said, off, transaction, asked } => {
                let all = self.payments().await;
                let online: Vec<&Payment> = all.iter().filter(|p| p.reference.is_some()).collect();
                let Some(payment) = online.get(which % online.len().max(1)) else { return };
                let reference = payment.reference.clone().unwrap();
                // Each payment has transactions of its own at the gateway.
                let transaction = format!("{reference}-{transaction}");
                let word = word(&reference, (*said, payment.amount().0 + off), (&transaction, *asked), self.app.now());
                let was = payment.state();
                let verdict = self.app.hear_gateway(word).await.unwrap();
                if verdict == motcua::payments::verdict::Verdict::Credited {
                    assert_ne!(was, PaymentState::Paid, "credited twice");
                    assert_eq!((*said, *off), (0, 0), "credited by a word that moves nothing");
                    assert!(self.credited.insert(reference, payment.amount().0).is_none(), "credited twice");
                }
            }
            Deed::TellOfNone => {
                let word = word("MC000000NOBODY", (0, 8_000), ("1", false), self.app.now());
                let verdict = self.app.hear_gateway(word).await.unwrap();
                assert_eq!(verdict, motcua::payments::verdict::Verdict::Unknown);
            }
            Deed::Cash => {
                let id = self.dossier;
                let cmd = RecordPayment { target: id.into(), method: Method::Cash, lines: vec![] };
                let dossier = self.opened().await;
                let app = self.app.clone();
                let (rules, _) = self.app.db.read(move |c| app.rules_of(c, &dossier)).await.unwrap();
                let (clerk, now) = (self.clerk.clone(), self.app.now());
                let _ = self
                    .app
                    .db
                    .write(move |tx| motcua::office::payment::record_payment(tx, &clerk, &cmd, &rules, now))
                    .await;
            }
            Deed::Wait(minutes) => {
                self.t.app.clock.set(self.app.now().plus_minutes(*minutes));
                self.t.run_jobs().await;
            }
            Deed::Restart => {
                let settings = self.app.settings.clone();
                let now = self.app.now();
                let opened = std::thread::spawn(move || motcua::app::App::open(settings).unwrap().0);
                self.app = opened.join().unwrap();
                self.app.clock.set(now);
            }
        }
    }

    /// Every đồng that came is at a fee, or waits to go back; every paid fee was paid once.
    async fn balances(&self) {
        let id = self.dossier;
        let (payments, lines) = self
            .app
            .db
            .read(move |c| Ok::<_, motcua::db::Error>((payments::of_dossier(c, id)?, payments::lines_of(c, id)?)))
            .await
            .unwrap();
        let paid: Vec<&Payment> = payments.iter().filter(|p| p.state() == PaymentState::Paid).collect();
        let came: Vnd = paid.iter().map(|p| p.amount()).sum();
        let applied: Vnd = paid.iter().map(|p| p.applied()).sum();
        let surplus: Vnd = paid.iter().map(|p| p.surplus()).sum();
        let settled: Vnd = lines.iter().filter(|l| l.state() == FeeState::Paid).map(|l| l.amount()).sum();
        assert_eq!(came.0, applied.0 + surplus.0);
        assert_eq!(applied, settled, "what was applied is what fees were paid by");
        let online: i64 = paid.iter().filter(|p| p.reference.is_some()).map(|p| p.amount().0).sum();
        assert_eq!(online, self.credited.values().sum::<i64>(), "what the gateway moved is what came");
        let rest: i64 = payments.iter().filter(|p| p.state() != PaymentState::Paid).map(|p| p.applied().0).sum();
        assert_eq!(rest, 0, "what was not paid settles nothing");
        let owed = payments::owed(&lines);
        assert!(owed.0 == 0 || settled.0 == 0, "this dossier has one fee: paid or owed");
    }
}

fn word(reference: &str, (said, amount): (u8, i64), (transaction, asked): (&str, bool), now: Timestamp) -> GatewayWord {
    GatewayWord {
        gateway: "vnpay".into(),
        way: if asked { Way::Query } else { Way::Ipn },
        reference: reference.to_owned(),
        said: [Said::Moved, Said::NotMoved, Said::Open, Said::Suspected][usize::from(said)],
        amount: Some(Vnd(amount)),
        transaction: Some(transaction.to_owned()),
        moved_at: None,
        code: "00".into(),
        body: format!("{reference} {said} {amount} {transaction} {asked}"),
        ask_at: now.plus_minutes(1),
    }
}

async fn story(deeds: &[Deed]) {
    let t = TestApp::with_demonstration(&[
        ("MOTCUA__VNPAY__TMN_CODE", "T"),
        ("MOTCUA__VNPAY__HASH_SECRET", "s"),
        ("MOTCUA__VNPAY__PAY_URL", "http://127.0.0.1:9/pay"),
        // Nobody answers there: what is not told is not known.
        ("MOTCUA__VNPAY__API_URL", "http://127.0.0.1:9"),
    ]);
    let name = Person::citizen(&t, AN).await.files_for(&t, "2.000635").await;
    let find = name.clone();
    let dossier = t.app.db.read(move |c| dossiers::find_id(c, &find)).await.unwrap();
    let account = t.app.db.read(move |c| dossiers::by_id(c, dossier)).await.unwrap().applicant_account.unwrap();
    let now = t.app.now();
    let an = t.app.db.read(move |c| motcua::accounts::people::actor(c, account, now)).await.unwrap();
    let clerk = demo::officer(&t.app, "clerk").await;
    let app = t.app.clone();
    let mut story = Story { t, app, dossier, an, clerk, credited: BTreeMap::new() };
    for deed in deeds {
        story.happens(deed).await;
        story.balances().await;
    }
}

#[tokio::test]
async fn any_order_of_words_credits_once_and_the_books_balance() {
    let cases: u32 = 12;
    let mut runner = TestRunner::new(Config::default());
    for case in 0..cases {
        let deeds = proptest::collection::vec(deed(), 10..40).new_tree(&mut runner).unwrap().current();
        // Not `proptest!`: its runner is not async. The deeds are printed so that a failure can be told again.
        println!("case {case}: {deeds:?}");
        story(&deeds).await;
    }
}

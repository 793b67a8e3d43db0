//! Whatever two officers, a gateway and lost answers do, in whatever order: the books balance to the đồng.

use motcua::app::{Decide, Settle};
use motcua::kernel::{Actor, PageRequest, Vnd};
use motcua::office::refunds::{Ask, PayOut};
use motcua::payments::{self, PaymentState, RefundRow, RefundState, RefundWay};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

use crate::finance::{balances, decide, held, settle};
use crate::support::api::Person;
use crate::support::demo;
use crate::support::shop::Shop;

/// One thing that happens. Numbers choose among what there is by then.
#[derive(Clone, Debug)]
enum Deed {
    /// The citizen begins to pay.
    Begin,
    /// The gateway tells of a payment (`off`: another amount) by one of two transactions.
    Tell { which: usize, off: i64, transaction: u8 },
    /// The gateway tells of a payment that nobody knows.
    TellOfNone { transaction: u8 },
    /// The clerk takes cash.
    Cash,
    /// A held word is settled.
    Settle { which: usize, how: u8 },
    /// A refund is asked for, of so much.
    Ask { which: usize, amount: Option<i64>, cash: bool },
    /// A second officer decides about a refund; or the counter pays it out.
    Decide { which: usize, how: u8 },
    /// Answers of the gateway get lost from here.
    Lose(u32),
    /// Minutes go by, and the worker runs.
    Wait(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let off = || prop_oneof![3 => Just(0_i64), 1 => prop_oneof![Just(-1_000_i64), Just(1_000_i64)]];
    prop_oneof![
        3 => Just(Deed::Begin),
        5 => (0..3_usize, off(), 0..2_u8).prop_map(|(which, off, transaction)| Deed::Tell { which, off, transaction }),
        2 => (0..2_u8).prop_map(|transaction| Deed::TellOfNone { transaction }),
        1 => Just(Deed::Cash),
        5 => (0..3_usize, 0..3_u8).prop_map(|(which, how)| Deed::Settle { which, how }),
        5 => (0..3_usize, proptest::option::of(0..30_000_i64), any::<bool>())
            .prop_map(|(which, amount, cash)| Deed::Ask { which, amount, cash }),
        6 => (0..3_usize, 0..5_u8).prop_map(|(which, how)| Deed::Decide { which, how }),
        1 => (1..4_u32).prop_map(Deed::Lose),
        3 => (1..20_i64).prop_map(Deed::Wait),
    ]
}

struct Story {
    shop: Shop,
    name: String,
    an: Person,
    counter: Person,
    clerk: Actor,
    approver: Actor,
}

impl Story {
    async fn refunds(&self) -> Vec<RefundRow> {
        self.shop
            .t
            .app
            .db
            .read(|c| payments::refunds_in(c, None, &PageRequest::new(Some(100), None)))
            .await
            .unwrap()
            .items
    }

    /// What is refused is refused in its own words: here only the books count.
    async fn happens(&self, deed: &Deed) {
        let shop = &self.shop;
        match deed {
            Deed::Begin => {
                self.an.post(&format!("/dossiers/{}/payments", self.name), json!({"method": "vnpay"})).await;
            }
            Deed::Tell { which, off, transaction } => self.tell(*which, *off, *transaction).await,
            Deed::TellOfNone { transaction } => {
                let amount = Some(Vnd(24_000));
                self.hear("MC000000NOBODY", amount, &format!("none-{transaction}")).await;
            }
            Deed::Cash => {
                self.counter.act(&self.name, "record_payment", json!({"method": "cash"})).await;
            }
            Deed::Settle { which, how } => {
                let words = held(shop).await;
                let Some(word) = words.get(which % words.len().max(1)) else { return };
                let how = match how {
                    0 => Settle::Credit { dossier: self.name.clone() },
                    1 => Settle::SendBack,
                    _ => Settle::Nothing,
                };
                let _ = settle(shop, &self.clerk, word.id, how).await;
            }
            Deed::Ask { which, amount, cash } => self.ask(*which, *amount, *cash).await,
            Deed::Decide { which, how } => self.decide(*which, *how).await,
            Deed::Lose(times) => shop.gateway.books().lose_answers(*times),
            Deed::Wait(minutes) => shop.minutes_later(*minutes).await,
        }
    }

    async fn tell(&self, which: usize, off: i64, transaction: u8) {
        let all = self.shop.payments(&self.name).await;
        let online: Vec<_> = all.iter().filter_map(|p| Some((p.reference.clone()?, p.amount()))).collect();
        let Some((reference, amount)) = online.get(which % online.len().max(1)) else { return };
        self.hear(reference, Some(Vnd(amount.0 + off)), &format!("{reference}-{transaction}")).await;
    }

    async fn hear(&self, reference: &str, amount: Option<Vnd>, transaction: &str) {
        let word = motcua::office::online_payment::GatewayWord {
            gateway: "vnpay".into(),
            way: payments::Way::Ipn,
            reference: reference.to_owned(),
            said: payments::verdict::Said::Moved,
            amount,
            transaction: Some(transaction.to_owned()),
            moved_at: None,
            code: "00".into(),
            body: format!("{reference} {amount:?} {transaction}"),
            ask_at: self.shop.t.app.now().plus_minutes(60),
            owners: Vec::new(),
        };
        self.shop.t.app.hear_gateway(word).await.unwrap();
    }

    async fn ask(&self, which: usize, amount: Option<i64>, cash: bool) {
        let all = self.shop.payments(&self.name).await;
        let paid: Vec<_> = all.iter().filter(|p| p.state() == PaymentState::Paid).cloned().collect();
        let Some(payment) = paid.get(which % paid.len().max(1)).cloned() else { return };
        let of = payment.clone();
        let read = move |c: &mut motcua::db::Conn| motcua::office::refunds::returnable(c, &of);
        let lines = self.shop.t.app.db.read(read).await.unwrap();
        let opened = self.shop.t.app.open_dossier(&self.clerk, &self.name).await.unwrap();
        let ask = Ask {
            payment: payment.id,
            lines: lines.iter().map(|(line, _)| line.id).collect(),
            with_surplus: amount.is_none_or(|a| a % 2 == 0),
            amount: amount.map(Vnd),
            way: if cash { RefundWay::Cash } else { RefundWay::Gateway },
            notice: None,
            reason: "Nộp nhầm".into(),
        };
        let _ = self.shop.t.app.ask_refund(&self.clerk, &opened, ask).await;
    }

    async fn decide(&self, which: usize, how: u8) {
        let open: Vec<_> = self.refunds().await.into_iter().filter(|r| r.state().is_open()).collect();
        let Some(row) = open.get(which % open.len().max(1)) else { return };
        let reason = || "Đã xem".to_owned();
        let (who, how) = match how {
            0 | 1 => (&self.approver, Decide::Approve),
            2 => (&self.approver, Decide::Decline { reason: reason() }),
            3 => {
                let receiver = "Nguyễn Văn An".to_owned();
                let paid = PayOut { refund: row.id, receiver, voucher: "PC-1".into(), is_signed: true };
                (&self.clerk, Decide::PayOut(paid))
            }
            _ => (&self.approver, Decide::Conclude { is_done: row.tries % 2 == 0, reason: reason() }),
        };
        let _ = decide(&self.shop, who, row.id, how).await;
    }

    /// Money of one transaction is in the books or goes back, never both, and never twice.
    async fn once(&self) {
        let all = self.shop.payments(&self.name).await;
        let refunds = self.refunds().await;
        let loose: Vec<&RefundRow> = refunds
            .iter()
            .filter(|r| r.payment_id.is_none())
            .filter(|r| !matches!(r.state(), RefundState::Declined | RefundState::Refused))
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        let booked = all.iter().filter_map(|p| p.gateway_txn.as_ref());
        for transaction in booked.chain(loose.iter().filter_map(|r| r.gateway_txn.as_ref())) {
            assert!(seen.insert(transaction.clone()), "{transaction} counts twice");
        }
    }
}

#[tokio::test]
async fn any_order_of_settling_and_giving_back_balances() {
    let cases: u32 = 8;
    let mut runner = TestRunner::new(Config::default());
    for case in 0..cases {
        let deeds = proptest::collection::vec(deed(), 15..50).new_tree(&mut runner).unwrap().current();
        // Not `proptest!`: its runner is not async. The deeds are printed so that a failure can be told again.
        println!("case {case}: {deeds:?}");
        let shop = Shop::open();
        let (an, name) = shop.filed().await;
        let counter = Person::officer(&shop.t, "clerk").await;
        let clerk = demo::officer(&shop.t.app, "clerk").await;
        let approver = demo::officer(&shop.t.app, "approver").await;
        let story = Story { shop, name, an, counter, clerk, approver };
        for deed in &deeds {
            story.happens(deed).await;
            balances(&story.shop, &story.name).await;
            story.once().await;
        }
    }
}

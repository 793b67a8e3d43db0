//! Money that a person must look at, and money that goes back: settled once, agreed to by two, balanced to the đồng.

use motcua::app::{App, Decide, Settle};
use motcua::db::Db;
use motcua::devservices::vnpay::{Behaviour, Order};
use motcua::dossiers;
use motcua::kernel::{Actor, Assignment, AssignmentId, NoticeId, PageRequest, RefundId, Role, Vnd};
use motcua::office::ActError;
use motcua::office::refunds::{Ask, PayOut};
use motcua::payments::{self, FeeState, NoticeRow, Payment, PaymentState, RefundRow, RefundState, RefundWay};
use serde_json::json;

use crate::support::api::Person;
use crate::support::demo::{self, BINH};
use crate::support::money::rule;
use crate::support::shop::{COPIES, Shop};

/// What waits for an officer of the first commune.
pub async fn held(shop: &Shop) -> Vec<NoticeRow> {
    let read = |c: &mut motcua::db::Conn| payments::held_words(c, None, &PageRequest::new(Some(100), None));
    shop.t.app.db.read(read).await.unwrap().items.into_iter().map(|(word, _)| word).collect()
}

pub async fn settle(shop: &Shop, who: &Actor, id: NoticeId, settle: Settle) -> Result<(), ActError> {
    shop.t.app.settle_word(who, (id, settle), "Đã đối chiếu với ngân hàng".into()).await
}

pub async fn decide(shop: &Shop, who: &Actor, id: RefundId, decide: Decide) -> Result<(), ActError> {
    shop.t.app.decide_refund(who, id, decide).await
}

pub async fn refund(shop: &Shop, id: RefundId) -> RefundRow {
    shop.t.app.db.read(move |c| payments::refund(c, id)).await.unwrap()
}

/// Asks that all of a payment go back.
pub async fn ask_all(
    shop: &Shop,
    who: &Actor,
    name: &str,
    payment: &Payment,
    way: RefundWay,
) -> Result<RefundRow, ActError> {
    ask_all_of(&shop.t.app, who, name, (payment, way)).await
}

/// The same at any portal.
pub async fn ask_all_of(
    app: &App,
    who: &Actor,
    name: &str,
    (payment, way): (&Payment, RefundWay),
) -> Result<RefundRow, ActError> {
    let opened = app.open_dossier(who, name).await?;
    let of = payment.clone();
    let lines = app.db.read(move |c| motcua::office::refunds::returnable(c, &of)).await.unwrap();
    let ask = Ask {
        payment: payment.id,
        lines: lines.iter().map(|(line, _)| line.id).collect(),
        with_surplus: payment.surplus().0 > 0,
        amount: None,
        way,
        notice: None,
        reason: "Nộp nhầm".into(),
    };
    app.ask_refund(who, &opened, ask).await
}

/// Every đồng of a dossier is where the books say: at a fee, left over, or back.
pub async fn balances(shop: &Shop, name: &str) {
    balances_in(&shop.t.app.db, name).await;
}

/// The same in the database of any portal.
pub async fn balances_in(db: &Db, name: &str) {
    let name = name.to_owned();
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &name)?;
        let refunds = payments::refunds_of(c, id)?;
        let mut back = Vec::new();
        for refund in &refunds {
            back.push((refund.clone(), payments::refund_lines(c, refund.id)?));
        }
        let receipts = payments::receipts_of(c, id)?;
        Ok::<_, motcua::db::Error>((payments::of_dossier(c, id)?, payments::lines_of(c, id)?, back, receipts))
    };
    let (all, lines, refunds, receipts) = db.read(read).await.unwrap();
    for payment in &all {
        let came = !matches!(payment.state(), PaymentState::Pending | PaymentState::Failed | PaymentState::Expired);
        let mine = |r: &&(RefundRow, Vec<_>)| r.0.payment_id == Some(payment.id);
        let done: Vec<_> = refunds.iter().filter(mine).filter(|r| r.0.state() == RefundState::Done).collect();
        let back: Vnd = done.iter().map(|r| r.0.amount()).sum();
        let of_fees: Vnd = done.iter().flat_map(|r| r.1.iter().map(|(_, amount)| *amount)).sum();
        assert_eq!(payment.refunded(), back, "what went back is what was refunded");
        if !came {
            assert_eq!((payment.applied(), back), (Vnd(0), Vnd(0)));
            continue;
        }
        let parts = payment.applied().0 + payment.refunded().0 + payment.surplus().0;
        assert_eq!(parts, payment.amount().0, "{payment:?}");
        let settled = [FeeState::Paid, FeeState::Refunding, FeeState::Refunded];
        let at_fees = lines.iter().filter(|l| l.payment_id == Some(payment.id) && settled.contains(&l.state()));
        let fees: Vnd = at_fees.map(|l| l.amount()).sum();
        assert_eq!(payment.applied().0 + of_fees.0, fees.0, "{payment:?}");
        let receipt = receipts.iter().find(|r| r.payment_id == payment.id);
        let receipted = receipt.map_or(0, |r| r.total().0 - r.returned().0);
        assert_eq!(receipted, payment.applied().0, "a receipt for every đồng at a fee, and for no other");
        assert_eq!(payment.state() == PaymentState::Refunded, payment.refunded() == payment.amount());
        let open =
            refunds.iter().filter(mine).filter(|r| matches!(r.0.state(), RefundState::Approved | RefundState::Unsure));
        assert_eq!(payment.state() == PaymentState::Refunding, open.count() == 1);
    }
}

/// A paid order at the gateway, of which the portal is told.
async fn paid(shop: &Shop) -> (Person, String, Order, Payment) {
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let payment = shop.payments(&name).await.pop().unwrap();
    assert_eq!(payment.state(), PaymentState::Paid);
    (an, name, order, payment)
}

async fn clerk_and_approver(shop: &Shop) -> (Actor, Actor) {
    (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "approver").await)
}

#[tokio::test]
async fn a_wrong_amount_is_credited_by_a_person_once() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let dear = (order.amount.0 + 1_000) * 100;
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_Amount", &dear.to_string())])).await, "04");
    let words = held(&shop).await;
    assert_eq!(words.len(), 1);
    let (clerk, _) = clerk_and_approver(&shop).await;
    let handler = demo::officer(&shop.t.app, "handler").await;
    let credit = || Settle::Credit { dossier: name.clone() };
    let not_theirs = settle(&shop, &handler, words[0].id, credit()).await;
    assert!(matches!(not_theirs, Err(ActError::Forbidden)), "{not_theirs:?}");
    let elsewhere = demo::officer(&shop.t.app, "clerk2").await;
    assert!(settle(&shop, &elsewhere, words[0].id, Settle::Nothing).await.is_err(), "another agency's money");

    settle(&shop, &clerk, words[0].id, credit()).await.unwrap();
    assert_eq!(rule(settle(&shop, &clerk, words[0].id, credit()).await), "settled-already");
    assert!(held(&shop).await.is_empty());
    let dossier = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!((dossier["fees_due"].as_i64(), dossier["fees"][0]["state"].as_str()), (Some(0), Some("paid")));
    let all = shop.payments(&name).await;
    let new = all.iter().find(|p| p.state() == PaymentState::Paid).unwrap();
    assert_eq!((new.applied(), new.surplus()), (order.amount, Vnd(1_000)));
    balances(&shop, &name).await;
    // The right notice of the same transaction comes all the same: its money is known, and waits for a person.
    shop.ipn(&shop.notice(&order, &[])).await;
    balances(&shop, &name).await;
    let again = held(&shop).await;
    assert_eq!(again.len(), 1, "{again:?}");
    assert_eq!(rule(settle(&shop, &clerk, again[0].id, credit()).await), "no-money");
    settle(&shop, &clerk, again[0].id, Settle::Nothing).await.unwrap();
    assert!(held(&shop).await.is_empty());
}

#[tokio::test]
async fn money_that_nobody_knows_finds_its_dossier() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let lost = shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY")]);
    assert_eq!(shop.ipn(&lost).await, "01");
    let failed = shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY2"), ("vnp_ResponseCode", "24")]);
    assert_eq!(shop.ipn(&failed).await, "01", "no money was moved: nobody need look");
    let words = held(&shop).await;
    assert_eq!(words.len(), 1);
    let (clerk, _) = clerk_and_approver(&shop).await;
    settle(&shop, &clerk, words[0].id, Settle::Credit { dossier: name.clone() }).await.unwrap();
    assert_eq!(an.get(&format!("/dossiers/{name}")).await.json()["fees_due"], 0);
    balances(&shop, &name).await;
    // The citizen's own attempt runs out without harm.
    shop.minutes_later(30).await;
    balances(&shop, &name).await;
}

#[tokio::test]
async fn money_goes_back_when_two_agree_and_the_gateway_is_told_once() {
    let shop = Shop::open();
    let (an, name, order, payment) = paid(&shop).await;
    let (clerk, approver) = clerk_and_approver(&shop).await;
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    assert_eq!(rule(ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await), "refund-open");
    shop.minutes_later(10).await;
    assert_eq!(shop.gateway.books().balance(), order.amount, "nobody has agreed yet");

    let no_right = decide(&shop, &clerk, asked.id, Decide::Approve).await;
    assert!(matches!(no_right, Err(ActError::Forbidden)), "{no_right:?}");
    // Who asked may not agree, whatever rights they have.
    let Actor::Officer(mut both) = clerk.clone() else { panic!("an officer") };
    let right = both.assignments[0].clone();
    both.assignments.push(Assignment { id: AssignmentId::new(), role: Role::Approver, ..right });
    assert_eq!(rule(decide(&shop, &Actor::Officer(both), asked.id, Decide::Approve).await), "two-officers");

    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    assert_eq!(rule(decide(&shop, &approver, asked.id, Decide::Approve).await), "refund-over");
    assert_eq!(shop.state(&name).await, PaymentState::Refunding);
    balances(&shop, &name).await;
    shop.t.run_jobs().await;
    assert_eq!(refund(&shop, asked.id).await.state(), RefundState::Done);
    assert_eq!(shop.gateway.books().balance(), Vnd(0));
    shop.minutes_later(30).await;
    assert_eq!(shop.gateway.books().asked_back(), 1, "told once");

    let dossier = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(dossier["fees"][0]["state"], "refunded", "{dossier}");
    assert_eq!(shop.state(&name).await, PaymentState::Refunded);
    balances(&shop, &name).await;
    let find = name.clone();
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &find)?;
        payments::receipts_of(c, id)
    };
    let receipts = shop.t.app.db.read(read).await.unwrap();
    assert!(receipts[0].cancelled_at.is_some(), "{receipts:?}");
    let events = an.get(&format!("/dossiers/{name}/events")).await.json();
    let acts: Vec<&str> = events["items"].as_array().unwrap().iter().filter_map(|e| e["act"].as_str()).collect();
    assert_eq!(acts.iter().filter(|act| **act == "refunded").count(), 1, "{acts:?}");
    let sent = shop.t.visitor().get("/api/v1/dev/outbox").await.body;
    assert!(sent.contains("hoàn") || sent.contains("Hoan") || sent.contains("hoan"), "the citizen is told: {sent}");
}

#[tokio::test]
async fn a_lost_answer_is_asked_about_and_the_money_goes_back_once() {
    let shop = Shop::open();
    let (_, name, order, payment) = paid(&shop).await;
    let (clerk, approver) = clerk_and_approver(&shop).await;
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    let request = refund(&shop, asked.id).await.request;
    shop.gateway.books().lose_answers(3);
    shop.t.run_jobs().await;
    let unsure = refund(&shop, asked.id).await;
    assert_eq!((unsure.state(), shop.state(&name).await), (RefundState::Unsure, PaymentState::Refunding));
    assert_eq!(shop.gateway.books().balance(), Vnd(0), "it was carried out, and nobody here knows");
    balances(&shop, &name).await;
    let again = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await;
    assert_eq!(rule(again), "refund-open");
    for _ in 0..4 {
        shop.minutes_later(6).await;
    }
    let done = refund(&shop, asked.id).await;
    assert_eq!((done.state(), done.request), (RefundState::Done, request), "one number for ever");
    assert_eq!(shop.gateway.books().outcome(&order.reference).unwrap().returned, order.amount, "once");
    balances(&shop, &name).await;
}

#[tokio::test]
async fn what_the_gateway_refuses_stays_paid() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    // The gateway knows nothing of it: only its notice is genuine.
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    let payment = shop.payments(&name).await.pop().unwrap();
    let (clerk, approver) = clerk_and_approver(&shop).await;
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    let refused = refund(&shop, asked.id).await;
    assert_eq!((refused.state(), refused.last_code.as_deref()), (RefundState::Refused, Some("91")));
    assert_eq!(shop.state(&name).await, PaymentState::Paid);
    assert_eq!(an.get(&format!("/dossiers/{name}")).await.json()["fees"][0]["state"], "paid");
    balances(&shop, &name).await;
    // Cash does it then.
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Cash).await.unwrap();
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    balances(&shop, &name).await;
    let pay_out = |is_signed| {
        Decide::PayOut(PayOut {
            refund: asked.id,
            receiver: "Nguyễn Văn An".into(),
            voucher: "PC-17".into(),
            is_signed,
        })
    };
    let unsigned = decide(&shop, &clerk, asked.id, pay_out(false)).await;
    assert!(matches!(unsigned, Err(ActError::Invalid(_))), "{unsigned:?}");
    decide(&shop, &clerk, asked.id, pay_out(true)).await.unwrap();
    assert_eq!(rule(decide(&shop, &clerk, asked.id, pay_out(true)).await), "refund-over");
    assert_eq!(shop.state(&name).await, PaymentState::Refunded);
    balances(&shop, &name).await;
}

#[tokio::test]
async fn a_part_goes_back_and_later_the_rest() {
    let shop = Shop::open();
    let (_, name, order, payment) = paid(&shop).await;
    let (clerk, approver) = clerk_and_approver(&shop).await;
    let line = {
        let of = payment.clone();
        shop.t.app.db.read(move |c| motcua::office::refunds::returnable(c, &of)).await.unwrap().remove(0).0
    };
    let part = |amount| Ask {
        payment: payment.id,
        lines: vec![line.id],
        with_surplus: false,
        amount: Some(Vnd(amount)),
        way: RefundWay::Gateway,
        notice: None,
        reason: "Thu thừa một phần".into(),
    };
    let opened = shop.t.app.open_dossier(&clerk, &name).await.unwrap();
    for amount in [0, -1, order.amount.0 + 1] {
        let refused = shop.t.app.ask_refund(&clerk, &opened, part(amount)).await;
        assert!(matches!(refused, Err(ActError::Invalid(_))), "{amount}: {refused:?}");
    }
    let first = shop.t.app.ask_refund(&clerk, &opened, part(1_000)).await.unwrap();
    decide(&shop, &clerk, first.id, Decide::Decline { reason: "Nhầm".into() }).await.unwrap();
    let first = shop.t.app.ask_refund(&clerk, &opened, part(1_000)).await.unwrap();
    decide(&shop, &approver, first.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    let now = shop.payments(&name).await.pop().unwrap();
    assert_eq!(
        (now.state(), now.refunded(), now.applied()),
        (PaymentState::Paid, Vnd(1_000), Vnd(order.amount.0 - 1_000))
    );
    balances(&shop, &name).await;
    // The second part's answer gets lost: the gateway can't say which part it tells of, so it is told again by number.
    let rest = ask_all(&shop, &clerk, &name, &now, RefundWay::Gateway).await.unwrap();
    assert_eq!(rest.amount(), Vnd(order.amount.0 - 1_000));
    decide(&shop, &approver, rest.id, Decide::Approve).await.unwrap();
    shop.gateway.books().lose_answers(1);
    shop.t.run_jobs().await;
    assert_eq!(refund(&shop, rest.id).await.state(), RefundState::Unsure);
    shop.minutes_later(6).await;
    assert_eq!(refund(&shop, rest.id).await.state(), RefundState::Done);
    assert_eq!(shop.gateway.books().balance(), Vnd(0));
    let find = name.clone();
    let lines = shop.t.app.db.read(move |c| {
        let id = dossiers::find_id(c, &find)?;
        payments::lines_of(c, id)
    });
    assert_eq!(lines.await.unwrap()[0].state(), FeeState::Refunded);
    balances(&shop, &name).await;
}

#[tokio::test]
async fn a_second_charge_and_late_money_go_back() {
    let shop = Shop::open();
    let (_, name, order, _) = paid(&shop).await;
    let (clerk, approver) = clerk_and_approver(&shop).await;
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_TransactionNo", "990001")])).await, "02");
    let word = held(&shop).await.remove(0);
    assert_eq!(rule(settle(&shop, &clerk, word.id, Settle::Credit { dossier: name.clone() }).await), "nothing-owed");
    settle(&shop, &clerk, word.id, Settle::SendBack).await.unwrap();
    assert!(held(&shop).await.is_empty());
    let open = |c: &mut motcua::db::Conn| payments::refunds_in(c, None, &PageRequest::default());
    let asked = shop.t.app.db.read(open).await.unwrap().items.remove(0);
    assert_eq!((asked.amount(), asked.payment_id), (order.amount, None));
    // Not agreed: the word waits again, and can be sent back again.
    decide(&shop, &approver, asked.id, Decide::Decline { reason: "Chưa rõ".into() }).await.unwrap();
    assert_eq!(held(&shop).await.len(), 1);
    settle(&shop, &clerk, word.id, Settle::SendBack).await.unwrap();
    let asked = shop.t.app.db.read(open).await.unwrap().items.remove(0);
    assert_eq!(asked.state(), RefundState::Asked);
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    assert_eq!(refund(&shop, asked.id).await.state(), RefundState::Done);
    balances(&shop, &name).await;

    // Two attempts, both paid: the second payment's money is left over.
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let (first, _) = shop.begun(&binh, &other).await;
    shop.ipn(&shop.notice(&first, &[("vnp_ResponseCode", "24"), ("vnp_TransactionStatus", "02")])).await;
    let (second, _) = shop.begun(&binh, &other).await;
    shop.gateway.act(&second, Behaviour::IpnFirst).await;
    shop.gateway.act(&first, Behaviour::IpnFirst).await;
    let word = held(&shop).await.remove(0);
    assert_eq!(word.verdict, "credited");
    settle(&shop, &clerk, word.id, Settle::SendBack).await.unwrap();
    let asked = shop.t.app.db.read(open).await.unwrap().items.remove(0);
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    assert_eq!(refund(&shop, asked.id).await.state(), RefundState::Done);
    balances(&shop, &other).await;
    assert_eq!(binh.get(&format!("/dossiers/{other}")).await.json()["fees"][0]["state"], json!("paid"));
}

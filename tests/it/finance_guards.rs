//! What nobody may do with the agency's money, even in a hurry and even together: found by review, kept by tests.

use motcua::accounts::agencies;
use motcua::app::{Decide, ImportError, Settle};
use motcua::devservices::vnpay::Behaviour;
use motcua::dossiers::Step;
use motcua::kernel::{Actor, PageRequest};
use motcua::office::ActError;
use motcua::payments::{self, PaymentState, RefundWay};
use serde_json::json;

use crate::finance::{ask_all, balances, decide, held, settle};
use crate::support::api::Person;
use crate::support::demo::{self, BINH};
use crate::support::money::{import, rule, verdicts};
use crate::support::shop::{COPIES, Shop};
use crate::support::till::Till;

#[tokio::test]
async fn what_is_left_over_is_credited_or_goes_back_never_both() {
    let shop = Shop::open();
    let (clerk, approver) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "approver").await);
    let binh = Person::citizen(&shop.t, BINH).await;
    let name = binh.files_for(&shop.t, COPIES).await;
    let (first, _) = shop.begun(&binh, &name).await;
    shop.ipn(&shop.notice(&first, &[("vnp_ResponseCode", "24"), ("vnp_TransactionStatus", "02")])).await;
    let (second, _) = shop.begun(&binh, &name).await;
    shop.gateway.act(&second, Behaviour::IpnFirst).await;
    shop.gateway.act(&first, Behaviour::IpnFirst).await;
    let word = held(&shop).await.remove(0);
    let all = shop.payments(&name).await;
    let late = all.iter().find(|p| p.surplus().0 > 0).unwrap();

    // Asked back from the dossier's page, so that the word itself stays open; then a new fee falls due.
    let asked = ask_all(&shop, &clerk, &name, late, RefundWay::Gateway).await.unwrap();
    let fee =
        json!({"lines": [{"kind": "khac", "name": "Bản sao thêm", "amount_vnd": late.amount()}], "reason": "Thêm."});
    demo::act(&shop.t.app, &clerk, &name, (Step::RequestPayment, fee)).await;
    let credit = || Settle::Credit { dossier: name.clone() };
    assert_eq!(rule(settle(&shop, &clerk, word.id, credit()).await), "refund-open");
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    assert_eq!(rule(settle(&shop, &clerk, word.id, credit()).await), "refund-open", "nor while it is on its way");
    shop.t.run_jobs().await;
    assert!(settle(&shop, &clerk, word.id, credit()).await.is_err(), "nor when it is back");
    balances(&shop, &name).await;
}

#[tokio::test]
async fn a_file_settles_no_payment_of_another_agency_and_none_that_the_gateway_does_not_confirm() {
    let shop = Shop::open();
    let (_an, name, order) = {
        let (an, name) = shop.filed().await;
        let (order, _) = shop.begun(&an, &name).await;
        (an, name, order)
    };
    let text = format!(
        "Ngày;Mã giao dịch;Số tiền;Nội dung\n18/11/2026;880001;{};Nop phi {}\n",
        order.amount.0, order.reference
    );
    let elsewhere = demo::officer(&shop.t.app, "clerk2").await;
    let (row, _) = import(&shop, &elsewhere, &text).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["elsewhere"]);
    assert_eq!(shop.state(&name).await, PaymentState::Pending, "a file of a stranger pays nothing");
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (row, _) = import(&shop, &clerk, &format!("{text}\n")).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["unconfirmed"], "the gateway was asked, and knows of no money");
    assert_eq!(shop.state(&name).await, PaymentState::Pending);
    shop.gateway.act(&order, Behaviour::NoIpn).await;
    let number = shop.gateway.books().outcome(&order.reference).unwrap().transaction.to_string();
    let (row, _) = import(&shop, &clerk, &text.replace("880001", &number)).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["credited"]);
    let (row, _) = import(&shop, &clerk, &format!("{text}\n\n")).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["second_transaction"], "another number is other money");
    balances(&shop, &name).await;

    let unnumbered = format!("Ngày;Mã giao dịch;Số tiền;Nội dung\n18/11/2026;;5;{}\n", order.reference);
    assert!(matches!(import(&shop, &clerk, &unnumbered).await, Err(ImportError::Read(_))), "counted twice otherwise");
}

#[tokio::test]
async fn two_who_import_the_same_file_at_once_import_it_once() {
    let shop = Shop::open();
    let (clerk, records) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "records").await);
    let text: String = std::iter::once("Ngày;Mã giao dịch;Số tiền;Nội dung\n".to_owned())
        .chain((0..12).map(|i| format!("18/11/2026;99{i:04};7.000;la {i}\n")))
        .collect();
    let (a, b) = tokio::join!(import(&shop, &clerk, &text), import(&shop, &records, &text));
    let (a, b) = (a.unwrap().0, b.unwrap().0);
    assert_eq!(a.id, b.id);
    assert_eq!((verdicts(&shop, &a).await.len(), held(&shop).await.len()), (12, 12));
}

#[tokio::test]
async fn money_that_a_statement_pays_out_twice_is_seen() {
    let shop = Shop::open();
    let (clerk, approver) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "approver").await);
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let payment = shop.payments(&name).await.pop().unwrap();
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    let (amount, reference) = (order.amount.0, &order.reference);
    let text = format!(
        "Ngày;Mã giao dịch;Mã tham chiếu;Số tiền\n18/11/2026;660001;{reference};-{amount}\n18/11/2026;660002;{reference};-{amount}\n"
    );
    let (row, _) = import(&shop, &clerk, &text).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["back", "back_unknown"]);
    let (again, _) = import(&shop, &clerk, &format!("{text}\n")).await.unwrap();
    assert_eq!(verdicts(&shop, &again).await, ["back", "back_unknown"], "the same in the next day's file");
}

#[tokio::test]
async fn a_refund_that_is_still_being_sent_is_not_concluded_as_not_carried_out() {
    let mut shop = Shop::open();
    let (clerk, approver) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "approver").await);
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let payment = shop.payments(&name).await.pop().unwrap();
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.close();
    shop.t.run_jobs().await;
    let conclude = || Decide::Conclude { is_done: false, reason: "Ngân hàng nói chưa".into() };
    assert_eq!(rule(decide(&shop, &approver, asked.id, conclude()).await), "sent-today");
    shop.t.app.clock.set(shop.t.app.now().plus_days(1));
    decide(&shop, &approver, asked.id, conclude()).await.unwrap();
    assert_eq!(shop.state(&name).await, PaymentState::Paid);
    balances(&shop, &name).await;
}

#[tokio::test]
async fn a_closing_counts_every_dong_that_was_taken_before_it() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let binh = Person::citizen(&shop.t, BINH).await;
    let agency = clerk.officer().unwrap().assignments[0].agency;
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(binh.files_for(&shop.t, COPIES).await);
    }
    let app = &shop.t.app;
    let day = motcua::kernel::local_date(app.now());
    let take = async |name: &String| {
        let action = motcua::office::action::Action::parse(Step::RecordPayment, &json!({"method": "cash"})).unwrap();
        app.act(&clerk, name, (None, action)).await.is_ok()
    };
    let close = async {
        let close = motcua::office::closings::Close {
            agency,
            day,
            opening: motcua::kernel::Vnd(0),
            counted: motcua::kernel::Vnd(0),
            reason: "Thử".into(),
        };
        let (who, now) = (clerk.clone(), app.now());
        app.db.write(move |tx| motcua::office::closings::close(tx, &who, &close, now)).await.unwrap()
    };
    let (a, b, closing, c, d) = tokio::join!(take(&names[0]), take(&names[1]), close, take(&names[2]), take(&names[3]));
    let taken = [a, b, c, d].iter().filter(|done| **done).count() as i64;
    let fee = shop.payments(&names[0]).await.first().map_or(24_000, |p| p.amount().0);
    assert_eq!(-closing.difference().0, taken * fee, "what is taken after the closing is refused");
}

#[tokio::test]
async fn money_in_an_agencys_account_is_that_agencys_to_look_after() {
    let till = Till::open();
    let clerk = demo::officer(&till.t.app, "clerk").await;
    let (own, now) = (clerk.officer().unwrap().assignments[0].agency, till.t.app.now());
    let account = move |tx: &mut motcua::db::Tx<'_>| {
        let mut agency = agencies::by_id(tx.conn(), own)?.unwrap();
        agency.collecting.account.as_mut().unwrap().number = "0017".into();
        agencies::save(tx, &Actor::System, &agency, now)
    };
    till.t.app.db.write(account).await.unwrap();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    assert_eq!(code.number, "0017");
    assert_eq!(till.told(&till.notice(&code, "FT9", json!({"content": "khong ro"}))).await, "held");
    let elsewhere = demo::officer(&till.t.app, "clerk2").await;
    let other = elsewhere.officer().unwrap().assignments[0].agency;
    let seen = |agency| till.t.app.db.read(move |c| payments::held_words(c, Some(&[agency]), &PageRequest::default()));
    let words = seen(own).await.unwrap().items;
    assert_eq!((words.len(), seen(other).await.unwrap().total), (1, Some(0)));
    let id = words[0].0.id;
    let theirs = till.t.app.settle_word(&elsewhere, (id, Settle::Nothing), "Không rõ".into()).await;
    assert!(matches!(theirs, Err(ActError::Forbidden)), "{theirs:?}");
    till.t.app.settle_word(&clerk, (id, Settle::Credit { dossier: name.clone() }), "Đã rõ".into()).await.unwrap();
    assert_eq!(till.payments(&name).await.iter().filter(|p| p.has_come()).count(), 1);
    // The bank tells it again: nothing new waits for anybody.
    assert_eq!(till.told(&till.notice(&code, "FT9", json!({"content": "khong ro"}))).await, "repeated");
    assert_eq!(till.held().await, 0);
}

//! Paying online: through the stand-in gateway over HTTP, and by words told in every order.

use motcua::devservices::vnpay::{Behaviour, Order};
use motcua::kernel::Vnd;
use motcua::payments::vnpay::Params;
use motcua::payments::{self, PaymentState};
use serde_json::{Value, json};

use crate::support::api::{Person, allowed, is_problem};
use crate::support::demo::{AN, BINH, PASSWORD};
use crate::support::html::Form;
use crate::support::shop::Shop;

async fn seen(who: &Person, name: &str) -> Value {
    who.get(&format!("/dossiers/{name}")).await.json()
}

#[tokio::test]
async fn a_citizen_pays_through_the_gateway_and_the_clerk_can_accept() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let clerk = Person::officer(&shop.t, "clerk").await;
    let unpaid = is_problem(&clerk.act(&name, "accept", json!({})).await, 409);
    assert!(unpaid["type"].as_str().unwrap().ends_with("fee-due"), "{unpaid}");

    let (order, url) = shop.begun(&an, &name).await;
    let before = seen(&an, &name).await;
    assert_eq!(before["fees"][0]["state"], "pending");
    assert!(before["acceptance_due_at"].is_null(), "the clock waits for the fee: {before}");
    assert_eq!(Vnd(before["fees_due"].as_i64().unwrap()), order.amount);

    // The payer's browser: the gateway's page, its button, and back.
    let browser = shop.t.visitor();
    let page = browser.client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&order.reference), "{page}");
    let query = url.split_once('?').unwrap().1;
    let form = [("order", query), ("behaviour", Behaviour::IpnFirst.as_str())];
    let pressed = browser.client.post(url.split_once('?').unwrap().0).form(&form).send().await.unwrap();
    let back = pressed.headers()["location"].to_str().unwrap().to_owned();
    let shown = browser.client.get(&back).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Đã thanh toán"), "{shown}");

    let paid = seen(&an, &name).await;
    assert_eq!((paid["fees"][0]["state"].as_str(), paid["fees_due"].as_i64()), (Some("paid"), Some(0)), "{paid}");
    assert!(paid["acceptance_due_at"].is_string(), "the clock runs: {paid}");
    assert_eq!(shop.gateway.books().balance(), order.amount);
    assert!(shop.gateway.books().notices().iter().all(|(_, code)| code == "00"));
    let accepted = clerk.does(&name, "accept", json!({})).await;
    assert_eq!(accepted["status"]["number"], 2);
    assert!(!allowed(&accepted).contains(&"record_payment"));
}

#[tokio::test]
async fn only_the_server_s_word_counts() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let visitor = shop.t.visitor();
    let told = visitor.get(&format!("/thanh-toan/vnpay/return?{}", shop.notice(&order, &[]))).await;
    assert!(told.body.contains("Đang xác minh với ngân hàng"), "{}", told.body);
    assert_eq!(shop.state(&name).await, PaymentState::Pending, "the browser's word moves no money");
    let forged = shop.notice(&order, &[]).replace("vnp_Amount", "vnp_Amount=1&vnp_Amount");
    assert_eq!(visitor.get(&format!("/thanh-toan/vnpay/return?{forged}")).await.status, 422);

    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    let told = visitor.get(&format!("/thanh-toan/vnpay/return?{}", shop.notice(&order, &[]))).await;
    assert!(told.body.contains("Đã thanh toán"), "{}", told.body);
}

#[tokio::test]
async fn every_notice_has_its_answer_and_money_is_credited_once() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let good = shop.notice(&order, &[]);
    let dear = good.replace("TransactionNo=14226112", "TransactionNo=14226113");
    assert_eq!(shop.ipn(&dear).await, "97", "changed on the way");
    assert_eq!(shop.ipn("vnp_TxnRef=1").await, "97");
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY")])).await, "01");
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_TmnCode", "ANOTHER")])).await, "01");
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_Amount", "100")])).await, "04");
    assert_eq!(shop.state(&name).await, PaymentState::Pending, "a wrong notice pays nothing");
    assert_eq!(shop.ipn(&good).await, "00", "and a right one still does");
    for _ in 0..3 {
        assert_eq!(shop.ipn(&good).await, "02");
    }
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_ResponseCode", "24")])).await, "02", "paid is paid");
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_TransactionNo", "99")])).await, "02");

    let payment = shop.payments(&name).await.pop().unwrap();
    assert_eq!((payment.state(), payment.applied()), (PaymentState::Paid, order.amount));
    let heard = shop.t.app.db.read(move |c| payments::heard_of(c, payment.id)).await.unwrap();
    let verdicts: Vec<(&str, i64, bool)> = heard.iter().map(|n| (n.verdict.as_str(), n.times, n.is_held)).collect();
    assert_eq!(
        verdicts,
        [
            ("wrong_amount", 1, true),
            ("credited", 1, false),
            ("repeated", 3, false),
            ("repeated", 1, false),
            ("second_transaction", 1, true)
        ]
    );
    let events = an.get(&format!("/dossiers/{name}/events")).await.json();
    let paid = events["items"].as_array().unwrap().iter().filter(|e| e["act"] == "paid").count();
    assert_eq!(paid, 1, "{events}");
}

#[tokio::test]
async fn a_failed_payment_can_be_made_again_and_late_money_counts() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (first, _) = shop.begun(&an, &name).await;
    assert_eq!(
        shop.ipn(&shop.notice(&first, &[("vnp_ResponseCode", "24"), ("vnp_TransactionStatus", "02")])).await,
        "00"
    );
    assert_eq!(shop.state(&name).await, PaymentState::Failed);
    assert_eq!(seen(&an, &name).await["fees"][0]["state"], "failed");

    let (second, _) = shop.begun(&an, &name).await;
    assert_ne!(first.reference, second.reference);
    let (again, _) = shop.begun(&an, &name).await;
    assert_eq!(again.reference, second.reference, "two windows, one order");
    // The first attempt's money comes all the same, and then the second's: one is too much.
    assert_eq!(shop.ipn(&shop.notice(&first, &[])).await, "00");
    assert_eq!(seen(&an, &name).await["fees_due"], 0);
    assert_eq!(shop.ipn(&shop.notice(&second, &[("vnp_TransactionNo", "77")])).await, "00");
    let payments = shop.payments(&name).await;
    let books: Vec<(Vnd, Vnd, Vnd)> = payments.iter().map(|p| (p.amount(), p.applied(), p.surplus())).collect();
    assert_eq!(books, [(first.amount, first.amount, Vnd(0)), (first.amount, Vnd(0), first.amount)]);
    let id = payments[1].id;
    let heard = shop.t.app.db.read(move |c| payments::heard_of(c, id)).await.unwrap();
    assert!(heard[0].is_held, "a person sees to what must go back");
    let nothing = is_problem(&an.post(&format!("/dossiers/{name}/payments"), json!({"method": "vnpay"})).await, 409);
    assert!(nothing["type"].as_str().unwrap().ends_with("nothing-owed"), "{nothing}");
}

#[tokio::test]
async fn what_was_never_told_is_found_out_by_asking() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let back = shop.gateway.act(&order, Behaviour::NoIpn).await;
    assert!(back.starts_with(&shop.t.base));
    shop.t.run_jobs().await;
    assert_eq!(shop.state(&name).await, PaymentState::Pending, "asked only after a quarter of an hour");
    shop.t.set_clock("2026-11-18T09:16:00+07:00");
    shop.t.run_jobs().await;
    assert_eq!(shop.state(&name).await, PaymentState::Paid);
    assert_eq!(seen(&an, &name).await["fees_due"], 0);
}

#[tokio::test]
async fn a_payment_that_nobody_made_runs_out_but_its_money_is_never_lost() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.t.set_clock("2026-11-18T09:16:00+07:00");
    shop.t.run_jobs().await;
    assert_eq!(shop.state(&name).await, PaymentState::Pending, "its time is only just over");
    shop.t.set_clock("2026-11-18T09:23:00+07:00");
    shop.t.run_jobs().await;
    assert_eq!(shop.state(&name).await, PaymentState::Expired);
    assert_eq!(seen(&an, &name).await["fees"][0]["state"], "expired");
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    assert_eq!(seen(&an, &name).await["fees_due"], 0);
}

#[tokio::test]
async fn somebody_else_pays_by_link_and_sees_nothing() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let binh = Person::citizen(&shop.t, BINH).await;
    let others = binh.post(&format!("/dossiers/{name}/payments"), json!({"method": "vnpay"})).await;
    assert_eq!(others.status, 404, "without the link it is not there: {}", others.body);

    let page = shop.t.signed_in(AN, PASSWORD).await.get(&format!("/ho-so/{name}/thanh-toan")).await;
    let link = page.body.split("href=\"").find_map(|p| p.split('"').next().filter(|h| h.contains("/nop-ho/"))).unwrap();
    let path = link.strip_prefix(shop.t.base.as_str()).unwrap_or(link).to_owned();
    let anyone = shop.t.visitor();
    let shown = anyone.get(&path).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    assert!(shown.body.contains("24.000 đ") && !shown.body.contains("Nguyễn Văn An"), "{}", shown.body);
    let mut form = Form::with_action(&shown.body, &path);
    form.set("method", "vnpay");
    let sent = anyone.submit(&form).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let params = Params::read(sent.header("location").split_once('?').unwrap().1).unwrap();
    let order = Order::read(&params).unwrap();
    shop.gateway.act(&order, Behaviour::IpnTwice).await;
    assert_eq!(seen(&an, &name).await["fees_due"], 0);
    assert_eq!(shop.gateway.books().notices().iter().map(|(_, c)| c.as_str()).collect::<Vec<_>>(), ["00", "02"]);
    let wrong = format!("{}x", &path[..path.len() - 1]);
    assert_eq!(anyone.get(&wrong).await.status, 404);
}

//! What a gateway tells, and what is not simply believed: forged, for others, held back, too much, too late. Never a
//! wrong «unpaid», never a second charge.

use motcua::devservices::vnpay::Behaviour;
use motcua::kernel::Vnd;
use motcua::payments::PaymentState;
use serde_json::json;

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{AN, PASSWORD};
use crate::support::shop::Shop;

/// Everything of a dossier that a notice could change.
async fn books(shop: &Shop, an: &Person, name: &str) -> String {
    let payments = shop.payments(name).await;
    let dossier = an.get(&format!("/dossiers/{name}")).await.json();
    let events = an.get(&format!("/dossiers/{name}/events")).await.json();
    format!("{payments:?} {} {} {} {events}", dossier["version"], dossier["fees"], dossier["receipts"])
}

#[tokio::test]
async fn a_forged_notice_is_refused_and_changes_nothing() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let before = books(&shop, &an, &name).await;
    let good = shop.notice(&order, &[]);
    let (text, hash) = good.rsplit_once('=').unwrap();
    let other = if hash.starts_with('0') { "1" } else { "0" };
    let forged = [
        good.replace("vnp_ResponseCode=00", "vnp_ResponseCode=24"),
        format!("{text}={other}{}", &hash[1..]),
        format!("{text}={}", &hash[..64]),
        format!("{text}="),
        text.rsplit_once('&').unwrap().0.to_owned(),
        format!("{good}&vnp_TxnRef={}", order.reference),
        format!("{good}&vnp_Note=1"),
        String::new(),
        format!("{good}&vnp_BankCode={}", "A".repeat(9_000)),
    ];
    for query in &forged {
        assert_eq!(shop.ipn(query).await, "97", "{query}");
    }
    assert_eq!(books(&shop, &an, &name).await, before);
    let id = shop.payments(&name).await[0].id;
    assert!(shop.heard(id).await.is_empty(), "what is forged is told in the log, and kept nowhere");
    let metrics = shop.t.visitor().get("/metrics").await.body;
    let counted = format!("motcua_payment_notices_total{{gateway=\"vnpay\",verdict=\"forged\"}} {}", forged.len());
    assert!(metrics.contains(&counted), "{metrics}");
    // The signature is the same number in capitals.
    assert_eq!(shop.ipn(&format!("{text}={}", hash.to_uppercase())).await, "00");
}

#[tokio::test]
async fn money_under_suspicion_is_neither_paid_nor_unpaid() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_TransactionStatus", "07")])).await, "00", "written down");
    let payment = shop.payments(&name).await.remove(0);
    assert_eq!(payment.state(), PaymentState::Pending);
    let heard = shop.heard(payment.id).await;
    assert_eq!((heard.len(), heard[0].verdict.as_str(), heard[0].is_held), (1, "suspected", true));
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00", "let go by the gateway: paid");
    assert_eq!(shop.state(&name).await, PaymentState::Paid);
}

#[tokio::test]
async fn one_transaction_pays_for_one_payment() {
    let shop = Shop::open();
    let (an, one) = shop.filed().await;
    let other = an.files_for(&shop.t, crate::support::shop::COPIES).await;
    let (first, _) = shop.begun(&an, &one).await;
    let (second, _) = shop.begun(&an, &other).await;
    assert_eq!(shop.ipn(&shop.notice(&first, &[])).await, "00");
    assert_eq!(shop.ipn(&shop.notice(&second, &[])).await, "99", "the same transaction for another order");
    assert_eq!(shop.state(&other).await, PaymentState::Pending);
    let id = shop.payments(&other).await[0].id;
    let heard = shop.heard(id).await;
    assert_eq!((heard.len(), heard[0].verdict.as_str(), heard[0].is_held), (1, "others_transaction", true));
    assert_eq!(shop.ipn(&shop.notice(&second, &[("vnp_TransactionNo", "14226113")])).await, "00");
    assert_eq!(shop.state(&other).await, PaymentState::Paid);
}

#[tokio::test]
async fn a_right_signature_over_nonsense_is_held_for_a_person() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    for change in [("vnp_TmnCode", "ANOTHER"), ("vnp_TxnRef", ""), ("vnp_TmnCode", "ANOTHER")] {
        assert_eq!(shop.ipn(&shop.notice(&order, &[change])).await, "01", "{change:?}");
    }
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_CurrCode", "USD")])).await, "04", "not in VND: no amount of ours");
    assert_eq!(shop.state(&name).await, PaymentState::Pending);
    shop.t.run_jobs().await;
    let metrics = shop.t.visitor().get("/metrics").await.body;
    assert!(metrics.contains("motcua_payment_notices_held 3"), "each once, however often it came: {metrics}");
}

#[tokio::test]
async fn nobody_pays_again_before_the_gateway_was_asked() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::NoIpn).await;
    // The time to pay is over, the worker has not come round yet: the money was taken all the same.
    shop.t.app.clock.set(shop.t.app.now().plus_minutes(16));
    let path = format!("/dossiers/{name}/payments");
    let refused = is_problem(&an.post(&path, json!({"method": "vnpay"})).await, 409);
    assert!(refused["type"].as_str().unwrap().ends_with("payment-checking"), "{refused}");
    let browser = shop.t.signed_in(AN, PASSWORD).await;
    let page = browser.get(&format!("/ho-so/{name}/thanh-toan")).await.body;
    assert!(page.contains("Đang xác minh với ngân hàng") && !page.contains("Thanh toán qua VNPAY"), "{page}");
    let dossier = browser.get(&format!("/ho-so/{name}")).await.body;
    assert!(dossier.contains("đang được xác minh với ngân hàng") && !dossier.contains("Chưa nộp"), "{dossier}");
    shop.t.run_jobs().await;
    assert_eq!(shop.state(&name).await, PaymentState::Paid);
    assert_eq!(shop.gateway.books().balance(), order.amount, "taken once");
}

#[tokio::test]
async fn who_came_back_is_asked_about_within_minutes() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let back = shop.gateway.act(&order, Behaviour::NoIpn).await;
    let path = back.strip_prefix(&shop.t.base).unwrap();
    let visitor = shop.t.visitor();
    assert!(visitor.get(path).await.body.contains("Đang xác minh với ngân hàng"));
    shop.minutes_later(2).await;
    assert_eq!(shop.state(&name).await, PaymentState::Paid);
    assert!(visitor.get(path).await.body.contains("Đã thanh toán"));
}

#[tokio::test]
async fn a_gateway_that_is_not_there_leaves_everything_open() {
    let mut shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.close();
    for _ in 0..5 {
        shop.minutes_later(30).await;
    }
    let fees = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(fees["fees"][0]["state"], "pending", "who can't be asked says nothing, and nothing is not «unpaid»");
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
}

#[tokio::test]
async fn money_for_a_dossier_that_was_withdrawn_waits_to_go_back() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let gone = an.post(&format!("/dossiers/{name}/withdraw"), json!({"reason": "Không cần nữa"})).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    let payment = shop.payments(&name).await.remove(0);
    assert_eq!((payment.state(), payment.applied(), payment.surplus()), (PaymentState::Paid, Vnd(0), order.amount));
    assert!(shop.heard(payment.id).await[0].is_held, "a person gives it back");
    let dossier = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(dossier["status"]["key"], "withdrawn", "{dossier}");
    assert_eq!(dossier["receipts"], json!([]), "what settles nothing is not receipted");
    let nothing = is_problem(&an.post(&format!("/dossiers/{name}/payments"), json!({"method": "vnpay"})).await, 409);
    assert!(nothing["type"].as_str().unwrap().ends_with("not-allowed"), "{nothing}");
}

#[tokio::test]
async fn forms_lead_to_the_gateway_that_is_set_up_and_nowhere_else() {
    let shop = Shop::open();
    let origin = shop.t.app.gateway("vnpay").unwrap().origin().to_owned();
    let policy = shop.t.visitor().get("/").await.header("content-security-policy").to_owned();
    assert!(policy.contains(&format!("form-action 'self' {origin};")), "{policy}");
    let without = TestApp::start();
    let policy = without.visitor().get("/").await.header("content-security-policy").to_owned();
    assert!(policy.contains("form-action 'self';"), "{policy}");
    let answer = without.visitor().get("/thanh-toan/vnpay/ipn?vnp_TxnRef=1").await;
    assert_eq!(answer.status, 404, "no gateway, no notices");
}

//! Answers that change after the fee was paid: the difference is owed on top, or goes back.

use motcua::devservices::vnpay::Behaviour;
use motcua::dossiers::Step;
use motcua::kernel::{Actor, Vnd};
use motcua::payments::{PaymentState, RefundState};
use serde_json::{Value, json};

use crate::counter::{led_to, officer, page};
use crate::finance::{balances, refund};
use crate::support::api::Person;
use crate::support::app::Visitor;
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::{Form, plain};
use crate::support::shop::Shop;

const COUNT: &str = "/su_kien/so_luong";
const REFUNDS: &str = "/can-bo/tai-chinh/hoan-tien";

/// An files for so many copies.
pub async fn filed(shop: &Shop, copies: i64) -> (Person, String) {
    let who = crate::support::orders::citizen(&shop.t.app, AN).await;
    let dossier = crate::support::orders::filed(&shop.t.app, &who, copies).await;
    (Person::citizen(&shop.t, AN).await, dossier.name())
}

/// The clerk asks how many copies it shall be, and An says.
pub async fn changes_to(shop: &Shop, clerk: &Actor, (an, name): (&Person, &str), copies: i64) -> Value {
    let items = json!([{"pointer": COUNT, "note": "Ghi lại số bản."}]);
    let body = json!({"reason": "Chưa rõ số bản.", "items": items});
    demo::act(&shop.t.app, clerk, name, (Step::RequestSupplement, body)).await;
    let body = json!({"data": {"su_kien": {"so_luong": copies}}});
    let sent = an.post(&format!("/dossiers/{name}/supplement"), body).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    sent.json()
}

fn sums(dossier: &Value) -> (i64, i64) {
    (dossier["fees_due"].as_i64().unwrap(), dossier["fees_to_return"].as_i64().unwrap())
}

/// What An was told.
async fn told(an: &Visitor) -> String {
    plain(&page(an, "/thong-bao").await)
}

#[tokio::test]
async fn what_was_paid_too_much_is_offered_back_and_goes_back_by_two() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = filed(&shop, 3).await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let fewer = changes_to(&shop, &clerk, (&an, &name), 1).await;
    assert_eq!(sums(&fewer), (0, 16_000), "{fewer}");
    assert_eq!(fewer["fees"].as_array().unwrap().len(), 1, "what was paid stands as it was paid: {fewer}");
    let browser = shop.t.signed_in(AN, PASSWORD).await;
    let word = told(&browser).await;
    assert!(word.contains("nộp thừa 16.000") && word.contains(&name), "{word}");
    balances(&shop, &name).await;

    let desk = officer(&shop.t, "clerk").await;
    let waiting = page(&desk, REFUNDS).await;
    assert!(waiting.contains("chưa ai đề nghị hoàn") && waiting.contains(&name), "{}", plain(&waiting));
    let here = format!("/can-bo/ho-so/{name}/hoan-phi");
    let shown = page(&desk, &format!("/can-bo/ho-so/{name}")).await;
    assert!(plain(&shown).contains("Đề nghị hoàn 16.000"), "{}", plain(&shown));
    // The page has everything filled in: the fee, how much of it, and why.
    let filled = page(&desk, &here).await;
    assert!(filled.contains("value=\"16.000\"") && filled.contains("Phí, lệ phí giảm vì"), "{}", plain(&filled));
    let mut form = Form::with_action(&filled, &here);
    form.set("reason", "Phí, lệ phí giảm vì nội dung hồ sơ thay đổi.");
    let asked = led_to(&desk.submit(&form).await);
    assert!(asked.starts_with(REFUNDS), "{asked}");
    assert!(!page(&desk, REFUNDS).await.contains("chưa ai đề nghị hoàn"), "it is asked for");
    let id = asked.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(refund(&shop, id).await.amount(), Vnd(16_000));
    let seen = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(sums(&seen), (0, 16_000), "it is on its way");

    let head = officer(&shop.t, "head").await;
    let mut form = Form::with_action(&page(&head, &asked).await, &asked);
    form.set("how", "approve");
    led_to(&head.submit(&form).await);
    shop.t.run_jobs().await;
    assert_eq!(refund(&shop, id).await.state(), RefundState::Done);
    let seen = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(sums(&seen), (0, 0), "{seen}");
    assert_eq!(seen["fees"][0]["state"], "paid", "a part of it went back: {seen}");
    balances(&shop, &name).await;

    // Two copies after all: what went back is owed again, and only that.
    let more = changes_to(&shop, &clerk, (&an, &name), 2).await;
    assert_eq!(sums(&more), (8_000, 0), "{more}");
    let word = told(&browser).await;
    assert!(word.contains("khoản phải nộp: 8.000"), "{word}");
    balances(&shop, &name).await;
}

#[tokio::test]
async fn what_is_wanted_again_before_it_went_back_is_owed_by_nobody() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = filed(&shop, 2).await;
    demo::act(&shop.t.app, &clerk, &name, (Step::RecordPayment, json!({"method": "cash"}))).await;
    for (copies, expected) in [(1, (0, 8_000)), (2, (0, 0)), (4, (16_000, 0)), (1, (0, 8_000)), (3, (8_000, 0))] {
        let now = changes_to(&shop, &clerk, (&an, &name), copies).await;
        assert_eq!(sums(&now), expected, "{copies} copies: {now}");
        balances(&shop, &name).await;
    }
}

#[tokio::test]
async fn money_under_way_for_more_pays_the_smaller_fee_and_the_rest_is_to_go_back() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = filed(&shop, 2).await;
    let (order, _) = shop.begun(&an, &name).await;
    let fewer = changes_to(&shop, &clerk, (&an, &name), 1).await;
    assert_eq!(sums(&fewer), (8_000, 0), "{fewer}");
    // Who begins anew is sent for what is owed now.
    let (second, _) = shop.begun(&an, &name).await;
    assert_eq!((order.amount, second.amount), (Vnd(16_000), Vnd(8_000)));
    // The first order is paid all the same, in its open window.
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let seen = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(sums(&seen), (0, 8_000), "{seen}");
    let first = shop.payments(&name).await.remove(0);
    assert_eq!((first.state(), first.surplus()), (PaymentState::Paid, Vnd(8_000)));
    balances(&shop, &name).await;
}

//! The pages about money, without JavaScript: who sees what, and what they say when something is wrong.

use motcua::app::Settle;
use motcua::dossiers::Step;
use motcua::payments::{PaymentState, RefundState, RefundWay};

use crate::counter::{led_to, officer, page};
use crate::finance::{ask_all, balances, held, settle};
use crate::support::demo;
use crate::support::html::{Form, plain};
use crate::support::shop::Shop;

const LIST: &str = "/can-bo/tai-chinh";
const REFUNDS: &str = "/can-bo/tai-chinh/hoan-tien";

#[tokio::test]
async fn a_clerk_settles_a_held_word_on_its_page() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.ipn(&shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY")])).await;
    let clerk = officer(&shop.t, "clerk").await;
    let list = page(&clerk, LIST).await;
    assert!(list.contains("Không rõ của hồ sơ nào") && list.contains("MC000000NOBODY"), "{}", plain(&list));
    let here = format!("{LIST}/cho-xu-ly/{}", held(&shop).await[0].id);
    let word = page(&clerk, &here).await;
    assert!(!word.contains("vnp_TransactionNo"), "nobody knows whose it is yet: {}", plain(&word));
    // Looking on is the handler's neither; the approver looks, and does not settle.
    assert_eq!(officer(&shop.t, "handler").await.get(&here).await.status, 403);
    let seen = page(&officer(&shop.t, "approver").await, &here).await;
    assert!(!seen.contains("value=\"credit\""), "{}", plain(&seen));

    let mut form = Form::with_action(&word, &here).fill("Ghi có cho hồ sơ", "H46-KHONG-CO");
    form.set("how", "credit");
    form.set("reason", "Người nộp đưa biên lai ngân hàng");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("H46-KHONG-CO") && wrong.body.contains("Không có hồ sơ này"), "{}", plain(&wrong.body));
    form.set("dossier", &name);
    form.set("reason", "");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("Hãy ghi lý do"), "{}", plain(&wrong.body));
    form.set("reason", "Người nộp đưa biên lai ngân hàng");
    assert_eq!(led_to(&clerk.submit(&form).await), LIST);
    let twice = clerk.submit(&form).await;
    assert_eq!(twice.status, 409, "{}", plain(&twice.body));
    let word = page(&clerk, &here).await;
    assert!(word.contains("Đã ghi có cho hồ sơ"), "it says what was done: {}", plain(&word));
    assert!(word.contains("vnp_TransactionNo") && !word.contains("vnp_SecureHash"), "{}", plain(&word));
    assert!(page(&clerk, LIST).await.contains("Không có khoản nào chờ xử lý"));
    balances(&shop, &name).await;
}

#[tokio::test]
async fn a_refund_goes_through_its_pages() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, motcua::devservices::vnpay::Behaviour::IpnFirst).await;
    let clerk = officer(&shop.t, "clerk").await;
    let here = format!("/can-bo/ho-so/{name}/hoan-phi");
    let desk = page(&clerk, &format!("/can-bo/ho-so/{name}")).await;
    assert!(desk.contains(&format!("href=\"{here}\"")), "{}", plain(&desk));
    let asking = page(&clerk, &here).await;
    let mut form = Form::with_action(&asking, &here);
    form.set("amount", "mười nghìn");
    form.set("reason", "Nộp nhầm");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("mười nghìn") && wrong.body.contains("Hãy chọn ít nhất một khoản"));
    let part = wrong.body.split("name=\"part\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let mut form = Form::with_action(&wrong.body, &here);
    form.set("part", part);
    form.set("reason", "Nộp nhầm");
    form.set("amount", "99.000.000");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    form.set("amount", "");
    let refund = led_to(&clerk.submit(&form).await);
    assert!(refund.starts_with(REFUNDS), "{refund}");
    let own = page(&clerk, &refund).await;
    assert!(own.contains("cần một người khác duyệt") && !own.contains("value=\"approve\""), "{}", plain(&own));

    let head = officer(&shop.t, "head").await;
    assert!(page(&head, REFUNDS).await.contains(&name));
    let asked = page(&head, &refund).await;
    let mut form = Form::with_action(&asked, &refund);
    form.set("how", "approve");
    assert_eq!(led_to(&head.submit(&form).await), refund);
    shop.t.run_jobs().await;
    assert!(page(&head, &refund).await.contains("Đã hoàn"));
    assert_eq!(shop.state(&name).await, PaymentState::Refunded);
    balances(&shop, &name).await;
    // The second commune's officers see nothing of it.
    assert_eq!(officer(&shop.t, "clerk2").await.get(&refund).await.status, 404);
    // The citizen reads it on the dossier's page; who asked and who agreed is none of their business.
    let events = an.get(&format!("/dossiers/{name}/events")).await.body;
    assert!(events.contains("refunded") && !events.contains("ask_refund"), "{events}");
}

#[tokio::test]
async fn cash_is_paid_out_against_a_signature() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let clerk = officer(&shop.t, "clerk").await;
    let who = demo::officer(&shop.t.app, "clerk").await;
    demo::act(&shop.t.app, &who, &name, (Step::RecordPayment, serde_json::json!({"method": "cash"}))).await;
    let payment = shop.payments(&name).await.pop().unwrap();
    let by_gateway = ask_all(&shop, &who, &name, &payment, RefundWay::Gateway).await;
    assert!(by_gateway.is_err(), "no gateway took it");
    let asked = ask_all(&shop, &who, &name, &payment, RefundWay::Cash).await.unwrap();
    let refund = format!("{REFUNDS}/{}", asked.id);
    let approver = officer(&shop.t, "approver").await;
    let mut form = Form::with_action(&page(&approver, &refund).await, &refund);
    form.set("how", "approve");
    led_to(&approver.submit(&form).await);
    let mut form = Form::with_action(&page(&clerk, &refund).await, &refund);
    form = form.fill("Người nhận tiền", "Nguyễn Văn An");
    form.set("how", "pay_out");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("Nguyễn Văn An"), "nothing typed is lost: {}", plain(&wrong.body));
    let mut form = form.fill("Số phiếu chi", "PC-3").choose("Người nhận đã ký");
    form.set("how", "pay_out");
    led_to(&clerk.submit(&form).await);
    let row = crate::finance::refund(&shop, asked.id).await;
    assert_eq!((row.state(), row.voucher.as_deref()), (RefundState::Done, Some("PC-3")));
    assert_eq!(an.get(&format!("/dossiers/{name}")).await.json()["fees"][0]["state"], "refunded");
    balances(&shop, &name).await;
}

#[tokio::test]
async fn two_who_settle_the_same_word_at_once_settle_it_once() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.ipn(&shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY")])).await;
    let id = held(&shop).await[0].id;
    let (clerk, records) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "records").await);
    let credit = || Settle::Credit { dossier: name.clone() };
    let (a, b, c) = tokio::join!(
        settle(&shop, &clerk, id, credit()),
        settle(&shop, &records, id, Settle::SendBack),
        settle(&shop, &records, id, credit())
    );
    assert_eq!([a.is_ok(), b.is_ok(), c.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?} {c:?}");
    balances(&shop, &name).await;
}

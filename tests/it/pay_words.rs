//! What people are told of money that came twice, came wrong, or came late: never to pay again, never a wrong «unpaid».

use motcua::devservices::bank::Behaviour;
use motcua::dossiers::Step;
use motcua::payments::PaymentState;
use serde_json::json;

use crate::counter::page;
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::plain;
use crate::support::shop::Shop;
use crate::support::till::Till;

#[tokio::test]
async fn a_code_is_shown_no_more_once_the_fee_is_paid_otherwise() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    let shown = format!("/thanh-toan/vietqr/{}", code.purpose.as_deref().unwrap());
    let citizen = till.t.signed_in(AN, PASSWORD).await;
    assert!(page(&citizen, &shown).await.contains("qr__code"));
    let clerk = demo::officer(&till.t.app, "clerk").await;
    demo::act(&till.t.app, &clerk, &name, (Step::RecordPayment, json!({"method": "cash"}))).await;

    let settled = page(&citizen, &shown).await;
    assert!(!settled.contains("qr__code") && !settled.contains("Tôi đã chuyển tiền"), "{}", plain(&settled));
    assert!(plain(&settled).contains("Xin đừng chuyển tiền nữa"), "{}", plain(&settled));
    assert_eq!(citizen.get(&format!("{shown}/ma-qr.png")).await.status, 404);
    let pay = plain(&page(&citizen, &format!("/ho-so/{name}/thanh-toan")).await);
    assert!(pay.contains("Khoản này đã được nộp") && !pay.contains("để làm tiếp"), "{pay}");
    // The money of the open code comes all the same: it is too much, and that is said.
    till.bank.act(&code, Behaviour::Right).await;
    let came = plain(&page(&citizen, &shown).await);
    assert!(came.contains("Khoản này đã được nộp trước đó") && came.contains("hoàn lại"), "{came}");
    let told = plain(&page(&citizen, "/thong-bao").await);
    assert!(told.contains("đã được nộp bằng cách khác") && told.contains("nộp thừa"), "{told}");
    let seen = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!((&seen["fees_due"], seen["fees_to_return"].as_i64() > Some(0)), (&json!(0), true), "{seen}");
}

#[tokio::test]
async fn another_amount_is_looked_at_by_a_person_and_nobody_is_asked_to_pay_again() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    let shown = format!("/thanh-toan/vietqr/{}", code.purpose.as_deref().unwrap());
    let citizen = till.t.signed_in(AN, PASSWORD).await;
    till.bank.act(&code, Behaviour::WrongAmount).await;
    for minutes in [0, 90] {
        till.minutes_later(minutes).await;
        let seen = plain(&page(&citizen, &shown).await);
        assert!(seen.contains("Cán bộ đang kiểm tra khoản tiền") && !seen.contains("chưa báo có"), "{seen}");
        let pay = page(&citizen, &format!("/ho-so/{name}/thanh-toan")).await;
        assert!(!pay.contains("name=\"method\""), "nothing is offered: {}", plain(&pay));
        assert!(plain(&pay).contains("khác với số phải nộp"), "{}", plain(&pay));
        let dossier = plain(&page(&citizen, &format!("/ho-so/{name}")).await);
        assert!(dossier.contains("khác với số phải nộp") && !dossier.contains("Bạn nộp"), "{dossier}");
    }
}

#[tokio::test]
async fn who_comes_back_late_with_a_signed_success_is_not_told_to_pay_again() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.minutes_later(120).await;
    assert_eq!(shop.state(&name).await, PaymentState::Expired);
    let citizen = shop.t.signed_in(AN, PASSWORD).await;
    let pay = plain(&page(&citizen, &format!("/ho-so/{name}/thanh-toan")).await);
    assert!(pay.contains("Lần thanh toán trước đã hết hạn") && pay.contains("xin đừng trả lần nữa"), "{pay}");
    let back = format!("/thanh-toan/vnpay/return?{}", shop.notice(&order, &[]));
    let late = plain(&page(&citizen, &back).await);
    assert!(late.contains("Đang xác minh với ngân hàng") && !late.contains("thanh toán lại bằng"), "{late}");
    // Somebody who pays for them is not told that they will hear of it.
    let stranger = plain(&page(&shop.t.visitor(), &back).await);
    assert!(stranger.contains("kết quả được báo cho người nộp hồ sơ"), "{stranger}");
}

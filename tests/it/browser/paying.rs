//! A citizen pays at the stand-in gateway, by each of its buttons: what is shown is true at every moment.

use motcua::payments::PaymentState;

use super::citizen::signs_in;
use super::person::{Jar, Person};
use crate::support::api;
use crate::support::demo::{AN, PASSWORD};
use crate::support::shop::{COPIES, Shop};

const CHECKING: &str = "Đang xác minh với ngân hàng";
const PAY: &str = "Thanh toán qua VNPAY";

/// Files a copy for each button and pays for it.
pub async fn pays(shop: &Shop, one: &Person) {
    let an = api::Person::citizen(&shop.t, AN).await;
    one.open("/dang-nhap").await;
    signs_in(one, AN, PASSWORD).await;
    told_before_the_return(shop, one, &an).await;
    given_up_and_tried_again(shop, one, &an).await;
    told_twice(shop, one, &an).await;
    told_late(shop, one, &an).await;
    told_a_wrong_amount(shop, one, &an).await;
    never_told(shop, one, &an).await;
    by_somebody_else(shop, one, &an).await;
}

/// Files, and goes from the confirmation to the gateway's page; the dossier's name.
async fn goes_to_pay(shop: &Shop, one: &Person, an: &api::Person) -> String {
    let name = an.files_for(&shop.t, COPIES).await;
    one.open(&format!("/ho-so/{name}/da-nop")).await;
    one.press("Thanh toán").await;
    one.sees("Thanh toán phí, lệ phí").await;
    one.press(PAY).await;
    one.sees("Cổng thanh toán thử nghiệm").await;
    name
}

async fn dossier(one: &Person, name: &str) {
    one.open(&format!("/ho-so/{name}")).await;
}

async fn told_before_the_return(shop: &Shop, one: &Person, an: &api::Person) {
    let name = an.files_for(&shop.t, COPIES).await;
    one.open(&format!("/ho-so/{name}/da-nop")).await;
    one.look("pay-confirmation").await;
    one.press("Theo dõi hồ sơ").await;
    one.sees("Chưa nộp").await;
    one.press("Thanh toán").await;
    one.look("pay-begin").await;
    one.press(PAY).await;
    one.look("pay-gateway").await;
    one.press("Thành công, IPN đến trước khi quay lại").await;
    one.sees("Đã thanh toán").await;
    one.look("pay-paid").await;
    one.pdf("Biên lai 26TAA số").await;
    one.press("Về hồ sơ").await;
    one.sees("Biên lai 26TAA số").await;
    assert!(!one.reads("Chưa nộp").await);
    one.look("pay-dossier-paid").await;
    one.pdf("Biên lai 26TAA số").await;
}

async fn given_up_and_tried_again(shop: &Shop, one: &Person, an: &api::Person) {
    let name = goes_to_pay(shop, one, an).await;
    one.press("Hủy thanh toán").await;
    one.sees("Thanh toán không thành công").await;
    one.look("pay-failed").await;
    one.press("Thanh toán lại").await;
    one.press(PAY).await;
    one.press("Thanh toán thành công").await;
    ends_paid(one).await;
    assert_eq!(shop.payments(&name).await.len(), 2);
    dossier(one, &name).await;
    one.sees("Biên lai 26TAA số").await;
}

/// With scripts the page looks by itself; without them whoever presses sees.
async fn ends_paid(one: &Person) {
    for _ in 0..60 {
        if one.reads("Đã thanh toán").await {
            return;
        }
        if one.scripts {
            one.sees("Đã thanh toán").await;
        } else {
            assert!(one.reads(CHECKING).await, "{}", one.text().await);
            one.press("Xem lại kết quả").await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("never paid: {}", one.text().await);
}

async fn told_twice(shop: &Shop, one: &Person, an: &api::Person) {
    let before = shop.gateway.books().notices().len();
    let name = goes_to_pay(shop, one, an).await;
    one.press("Thành công, IPN gửi hai lần").await;
    one.sees("Đã thanh toán").await;
    let codes: Vec<String> =
        shop.gateway.books().notices().split_off(before).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["00", "02"]);
    dossier(one, &name).await;
    one.sees("Biên lai 26TAA số").await;
}

async fn told_late(shop: &Shop, one: &Person, an: &api::Person) {
    let name = goes_to_pay(shop, one, an).await;
    one.press("Thành công, IPN đến muộn").await;
    one.sees(CHECKING).await;
    one.look("pay-checking").await;
    ends_paid(one).await;
    dossier(one, &name).await;
    one.sees("Biên lai 26TAA số").await;
}

async fn told_a_wrong_amount(shop: &Shop, one: &Person, an: &api::Person) {
    let name = goes_to_pay(shop, one, an).await;
    one.press("Thành công, IPN báo sai số tiền").await;
    one.sees(CHECKING).await;
    assert_eq!(shop.state(&name).await, PaymentState::Pending, "what does not fit is held");
    found_out_by_asking(shop, one, &name).await;
}

async fn never_told(shop: &Shop, one: &Person, an: &api::Person) {
    let name = goes_to_pay(shop, one, an).await;
    one.press("Thành công, không gửi IPN").await;
    one.sees(CHECKING).await;
    found_out_by_asking(shop, one, &name).await;
}

/// Until the gateway was asked nothing is called unpaid, and nobody is invited to pay again.
async fn found_out_by_asking(shop: &Shop, one: &Person, name: &str) {
    dossier(one, name).await;
    one.sees("đang được xác minh với ngân hàng").await;
    for wrong in ["Chưa nộp", "Còn phải nộp"] {
        assert!(!one.reads(wrong).await, "{}", one.text().await);
    }
    one.look("pay-dossier-checking").await;
    one.press("Xem lần thanh toán").await;
    one.sees(CHECKING).await;
    assert!(!one.reads(PAY).await, "{}", one.text().await);
    one.look("pay-under-way").await;
    shop.minutes_later(2).await;
    dossier(one, name).await;
    one.sees("Biên lai 26TAA số").await;
    assert!(!one.reads("xác minh").await, "{}", one.text().await);
}

/// Whoever has the link pays, and sees nothing of the person.
async fn by_somebody_else(shop: &Shop, one: &Person, an: &api::Person) {
    let name = an.files_for(&shop.t, COPIES).await;
    one.open(&format!("/ho-so/{name}/thanh-toan")).await;
    one.touch("Nhờ người khác nộp thay").await;
    let link = one.link(&format!("{}/nop-ho/", one.base)).await;
    let mine = one.change(&Jar::default()).await;
    one.open(&link).await;
    one.sees("Thanh toán phí, lệ phí").await;
    assert!(!one.reads("Nguyễn Văn An").await, "{}", one.text().await);
    one.look("pay-by-link").await;
    one.press(PAY).await;
    one.press("Thành công, IPN đến trước khi quay lại").await;
    one.sees("Đã thanh toán").await;
    assert!(!one.reads("Biên lai").await && !one.reads("Nguyễn Văn An").await, "{}", one.text().await);
    one.look("pay-by-link-paid").await;
    one.change(&mine).await;
    dossier(one, &name).await;
    one.sees("Biên lai 26TAA số").await;
}

//! A citizen pays by bank transfer: reads, copies, says that the money is on its way, and sees it come.

use motcua::devservices::bank::Behaviour;

use super::citizen::signs_in;
use super::person::Person;
use crate::support::api;
use crate::support::demo::{AN, PASSWORD};
use crate::support::shop::COPIES;
use crate::support::till::Till;

const BY_TRANSFER: &str = "Chuyển khoản bằng mã VietQR";
const WAITING: &str = "Đang chờ ngân hàng báo có";

/// Files two copies; of the second the bank tells too late.
pub async fn pays(till: &Till, one: &Person) {
    let an = api::Person::citizen(&till.t, AN).await;
    one.open("/dang-nhap").await;
    signs_in(one, AN, PASSWORD).await;

    let name = an.files_for(&till.t, COPIES).await;
    one.open(&format!("/ho-so/{name}/thanh-toan")).await;
    one.look("transfer-begin").await;
    one.press(BY_TRANSFER).await;
    one.sees("Số tài khoản").await;
    one.look("transfer-code").await;
    one.press("Tôi đã chuyển tiền").await;
    one.sees(WAITING).await;
    one.look("transfer-sent").await;
    let (code, _) = till.begun(&an, &name).await;
    till.bank.act(&code, Behaviour::Garbled).await;
    if !one.scripts {
        one.press("Xem lại kết quả").await;
    }
    one.sees("Đã thanh toán").await;
    one.look("transfer-paid").await;

    let name = an.files_for(&till.t, COPIES).await;
    one.open(&format!("/ho-so/{name}/thanh-toan")).await;
    one.press(BY_TRANSFER).await;
    one.sees("Số tài khoản").await;
    let (code, _) = till.begun(&an, &name).await;
    till.minutes_later(61).await;
    one.open(&format!("/thanh-toan/vietqr/{}", code.purpose.as_deref().unwrap())).await;
    one.sees("Mã chuyển khoản đã hết hạn").await;
    one.look("transfer-over").await;
}

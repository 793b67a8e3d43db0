//! Officers and the agency's money: an unclear sum credited, a payment given back by two.

use motcua::app::StatementFile;
use motcua::devservices::vnpay::Behaviour;

use super::office::officer;
use super::person::Person;
use crate::support::demo;
use crate::support::shop::Shop;

/// A held word is settled, and a payment goes back.
pub async fn settles(shop: &Shop, one: &Person) {
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.ipn(&shop.notice(&order, &[("vnp_Amount", "100")])).await;
    shop.ipn(&shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY"), ("vnp_TransactionNo", "77")])).await;
    officer(one, "clerk").await;
    one.press_in("nav", "Thu phí").await;
    one.sees("Khoản chờ xử lý").await;
    one.look("money-held-list").await;
    one.press("Không rõ của hồ sơ nào").await;
    one.look("money-held").await;
    one.press("Ghi có cho hồ sơ này").await;
    one.sees("Hãy ghi lý do").await;
    one.look("money-held-error").await;
    one.fill("Ghi có cho hồ sơ", &name).await;
    one.fill("Lý do", "Người nộp đưa chứng từ của ngân hàng.").await;
    one.press("Ghi có cho hồ sơ này").await;
    one.sees("Đã ghi có").await;

    one.open("/can-bo/tai-chinh/chot-quy").await;
    one.look("money-closing").await;
    statement(shop, one).await;

    let (order, name) = paid(shop).await;
    one.open(&format!("/can-bo/ho-so/{name}")).await;
    one.press("Đề nghị hoàn phí").await;
    one.look("money-ask-refund").await;
    one.press("Gửi đề nghị").await;
    one.sees("Hãy chọn ít nhất một khoản").await;
    one.look("money-ask-refund-error").await;
    one.choose("Bản sao").await;
    one.fill("Lý do", "Nộp nhầm.").await;
    one.press("Gửi đề nghị").await;
    one.sees("cần một người khác duyệt").await;
    one.look("money-refund-own").await;

    one.open("/can-bo/tai-chinh/da-thu").await;
    one.sees("Biên lai theo ngày").await;
    one.look("money-report").await;

    officer(one, "approver").await;
    one.press_in("nav", "Thu phí").await;
    one.press("Hoàn tiền").await;
    one.look("money-refund-list").await;
    one.press(&name).await;
    one.look("money-refund-asked").await;
    one.press("Duyệt hoàn tiền").await;
    shop.t.run_jobs().await;
    let here = one.address().await;
    one.open(&here).await;
    one.sees("Đã hoàn").await;
    one.look("money-refund-done").await;
    assert_eq!(shop.gateway.books().outcome(&order.reference).unwrap().returned, order.amount);
    one.open(&format!("{here}?lang=en")).await;
    one.sees("Given back").await;
    one.look("money-refund-done-en").await;
}

/// A statement with each kind of difference, one of them settled by its button.
async fn statement(shop: &Shop, one: &Person) {
    paid(shop).await;
    let (an, name) = shop.filed().await;
    let (open, _) = shop.begun(&an, &name).await;
    let text = format!(
        "Ngày;Mã giao dịch;Số tiền;Nội dung\n18/11/2026;880001;{};Nop phi {}\n18/11/2026;880002;7.000;la\n",
        open.amount.0 + 1_000,
        open.reference
    );
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let file = StatementFile {
        gateway: "vnpay".into(),
        bank: None,
        name: "sao-ke-18-11-2026.csv".into(),
        content: text.into_bytes(),
    };
    shop.t.app.import_statement(&clerk, file).await.unwrap();
    one.open("/can-bo/tai-chinh/sao-ke").await;
    one.look("money-statements").await;
    one.press("sao-ke-18-11-2026.csv").await;
    one.look("money-statement").await;
    one.press(&format!("Ghi có cho {name}")).await;
    one.sees("Đã ghi có.").await;
    one.look("money-statement-settled").await;
}

/// Another dossier, paid through the gateway.
async fn paid(shop: &Shop) -> (motcua::devservices::vnpay::Order, String) {
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    (order, name)
}

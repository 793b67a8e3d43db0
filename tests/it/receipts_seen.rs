//! What is said of a receipt: where its QR code leads, beside its files, and at the counter that took the money.

use motcua::app::Decide;
use motcua::devservices::vnpay::Behaviour;
use motcua::kernel::Vnd;
use motcua::office::refunds::{Ask, returnable};
use motcua::payments::{self, RefundWay};
use motcua::{documents, dossiers};
use serde_json::{Value, json};

use crate::counter::{led_to, officer, page};
use crate::fee_difference::{changes_to, filed};
use crate::finance::{balances, decide};
use crate::support::app::Visitor;
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::{Form, plain};
use crate::support::shop::Shop;

const WARNING: &str = "khoản trực tuyến nếu có sẽ phải hoàn lại";

/// The number of a dossier's only receipt, and the token behind its QR code.
async fn receipt(shop: &Shop, name: &str) -> (i64, String) {
    let name = name.to_owned();
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &name)?;
        let row = payments::receipts_of(c, id)?.remove(0);
        Ok::<_, motcua::db::Error>((row.number, documents::paper(c, row.paper_id)?.token))
    };
    shop.t.app.db.read(read).await.unwrap()
}

/// So much goes back, or all of it: asked for by one, agreed to by another, carried out by the gateway.
async fn goes_back(shop: &Shop, name: &str, amount: Option<i64>) {
    let app = &shop.t.app;
    let (clerk, approver) = (demo::officer(app, "clerk").await, demo::officer(app, "approver").await);
    let payment = shop.payments(name).await.pop().unwrap();
    let of = payment.clone();
    let lines = app.db.read(move |c| returnable(c, &of)).await.unwrap();
    let ask = Ask {
        payment: payment.id,
        lines: lines.iter().map(|(line, _)| line.id).collect(),
        with_surplus: false,
        amount: amount.map(Vnd),
        way: RefundWay::Gateway,
        notice: None,
        reason: "Thu thừa".into(),
    };
    let opened = app.open_dossier(&clerk, name).await.unwrap();
    let asked = app.ask_refund(&clerk, &opened, ask).await.unwrap();
    decide(shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    balances(shop, name).await;
}

/// What anybody who scans the receipt reads, and what a program does.
async fn proven(who: &Visitor, token: &str) -> (String, Value) {
    let shown = plain(&page(who, &format!("/xac-thuc/{token}?lang=vi")).await);
    (shown, who.get(&format!("/api/v1/results/{token}")).await.json())
}

#[tokio::test]
async fn a_receipt_says_what_became_of_its_money() {
    let shop = Shop::open();
    let (an, name) = filed(&shop, 3).await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let (number, token) = receipt(&shop, &name).await;
    let (anyone, browser) = (shop.t.visitor(), shop.t.signed_in(AN, PASSWORD).await);
    let clerk = officer(&shop.t, "clerk").await;
    let (own, desk) = (format!("/ho-so/{name}"), format!("/can-bo/ho-so/{name}"));

    let (shown, told) = proven(&anyone, &token).await;
    for part in ["Giấy này là thật", &format!("EBL01, 26TAA, số {number}"), "24.000"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("Đã hoàn lại") && !shown.contains("đã hủy"), "{shown}");
    let expected = |returned: i64, cancelled: &Value| {
        json!({"template": "EBL01", "series": "26TAA", "number": number, "total_vnd": 24_000,
            "returned_vnd": returned, "cancelled_at": cancelled})
    };
    assert_eq!((&told["valid"], &told["receipt"]), (&json!(true), &expected(0, &Value::Null)));

    goes_back(&shop, &name, Some(10_000)).await;
    let (shown, told) = proven(&anyone, &token).await;
    assert!(shown.contains("Giấy này là thật"), "{shown}");
    assert!(shown.contains("Đã hoàn lại cho người nộp 10.000") && shown.contains("24.000"), "{shown}");
    assert_eq!((&told["valid"], &told["receipt"]), (&json!(true), &expected(10_000, &Value::Null)));
    for shown in [page(&browser, &own).await, page(&clerk, &desk).await] {
        let says = format!("Biên lai 26TAA số {number}: đã hoàn lại 10.000");
        assert!(plain(&shown).contains(&says), "{says}: {}", plain(&shown));
    }

    goes_back(&shop, &name, None).await;
    let (shown, told) = proven(&anyone, &token).await;
    assert!(shown.contains("Biên lai này đã hủy") && !shown.contains("Giấy này là thật"), "{shown}");
    assert!(shown.contains("18/11/2026") && shown.contains("đã hoàn lại cho người nộp"), "{shown}");
    let cancelled = &told["receipt"]["cancelled_at"];
    assert!(cancelled.as_str().is_some_and(|at| at.starts_with("2026-11-18")), "{told}");
    assert_eq!((&told["valid"], &told["receipt"]), (&json!(false), &expected(24_000, cancelled)));
    for shown in [page(&browser, &own).await, page(&clerk, &desk).await] {
        let shown = plain(&shown);
        assert_eq!(shown.matches("đã hủy ngày 18/11/2026").count(), 2, "PDF and XML: {shown}");
    }
    let english = plain(&page(&anyone, &format!("/xac-thuc/{token}?lang=en")).await);
    assert!(english.contains("This receipt is cancelled"), "{english}");
}

/// Takes the fee at the counter and accepts; what the last page says.
async fn takes(clerk: &Visitor, name: &str, method: &str) -> String {
    let finish = format!("/can-bo/tiep-nhan/{name}/tiep-nhan");
    let mut form = Form::with_action(&page(clerk, &finish).await, &finish);
    form.set("payment", method);
    assert_eq!(led_to(&clerk.submit(&form).await), finish);
    page(clerk, &finish).await
}

#[tokio::test]
async fn the_counter_hands_out_the_receipt_with_the_slip() {
    let shop = Shop::open();
    let clerk = officer(&shop.t, "clerk").await;
    let (_, name) = filed(&shop, 1).await;
    let done = takes(&clerk, &name, "cash").await;
    let (number, _) = receipt(&shop, &name).await;
    let file = format!("/bien-lai/26TAA-{number}.pdf");
    let link = done.split("href=\"").skip(1).find_map(|rest| rest.split('"').next().filter(|to| to.ends_with(&file)));
    let link = link.unwrap_or_else(|| panic!("{file}: {done}"));
    assert!(plain(&done).contains(&format!("Biên lai 26TAA số {number}")), "{}", plain(&done));
    let sent = clerk.get(link).await;
    assert_eq!((sent.status, sent.header("content-type")), (200, "application/pdf"));
    assert!(sent.header("content-disposition").starts_with("inline"), "it opens for printing");

    // The fee of the first copy was taken before: two receipts, both to hand out.
    let (an, name) = filed(&shop, 1).await;
    let who = demo::officer(&shop.t.app, "clerk").await;
    demo::act(&shop.t.app, &who, &name, (dossiers::Step::RecordPayment, json!({"method": "cash"}))).await;
    changes_to(&shop, &who, (&an, &name), 3).await;
    let done = takes(&clerk, &name, "pos").await;
    let (number, _) = receipt(&shop, &name).await;
    for number in [number, number + 1] {
        assert!(done.contains(&format!("/bien-lai/26TAA-{number}.pdf\"")), "{number}: {done}");
    }
    assert!(!done.contains(".xml\""), "only what is printed");
}

#[tokio::test]
async fn who_takes_cash_is_warned_of_a_payment_under_way() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let clerk = officer(&shop.t, "clerk").await;
    let desk = format!("/can-bo/ho-so/{name}");
    let finish = format!("/can-bo/tiep-nhan/{name}/tiep-nhan");
    for path in [&desk, &finish] {
        assert!(!page(&clerk, path).await.contains(WARNING), "{path}: nobody is paying");
    }
    let (order, _) = shop.begun(&an, &name).await;
    let shown = page(&clerk, &desk).await;
    let act = shown.split("id=\"act-record_payment\"").nth(1).and_then(|rest| rest.split("</form>").next()).unwrap();
    assert!(act.contains(WARNING), "{}", plain(act));
    let shown = [plain(&shown), plain(&page(&clerk, &finish).await)];
    for shown in &shown {
        assert!(shown.contains(WARNING) && shown.contains("Đang xác minh"), "{shown}");
        assert!(!shown.contains("Còn phải nộp") && !shown.contains("phải nộp trước khi"), "{shown}");
    }
    assert!(shown[0].contains("24.000 đồng đang được xác minh"), "{}", shown[0]);
    // Not yet accepted: it says what it waits for.
    let mut form = Form::with_action(&page(&clerk, &finish).await, &finish);
    form.set("payment", "later");
    let waits = clerk.submit(&form).await;
    assert_eq!(waits.status, 409, "{}", plain(&waits.body));
    assert!(plain(&waits.body).contains("đang được xác minh với ngân hàng"), "{}", plain(&waits.body));
    let english = plain(&page(&clerk, &format!("{finish}?lang=en")).await);
    assert!(english.contains("has to be paid back"), "{english}");
    page(&clerk, &format!("{finish}?lang=vi")).await;
    // Only a warning: the money is taken, and what comes online all the same belongs to no fee.
    takes(&clerk, &name, "cash").await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    balances(&shop, &name).await;
}

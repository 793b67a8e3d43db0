//! Statements beside the books, what was collected, and the closing of a day.

use motcua::accounts::assign::{self, Assign};
use motcua::app::{ImportError, Settle};
use motcua::devservices::vnpay::Behaviour;
use motcua::dossiers::Step;
use motcua::kernel::{Actor, Role};
use motcua::payments::statement::StatementError;
use motcua::payments::{self, PaymentState, RefundWay};
use serde_json::json;

use crate::counter::{act, led_to, officer, page};
use crate::finance::{ask_all, balances, decide, held, settle};
use crate::support::api::Person;
use crate::support::demo::{self, BINH};
use crate::support::html::{Form, plain};
use crate::support::money::{import, verdicts};
use crate::support::shop::{COPIES, Shop};

#[tokio::test]
async fn a_statement_is_matched_line_by_line_and_the_same_file_changes_nothing() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let paid = shop.payments(&name).await.pop().unwrap();
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let (never_told, _) = shop.begun(&binh, &other).await;
    shop.gateway.act(&never_told, Behaviour::NoIpn).await;
    let day = "18/11/2026";
    let text = format!(
        "\u{feff}Sao kê;;;\nNgày;Mã giao dịch;Số tiền;Nội dung\n\
        {day} 09:05;{};{};Nop phi {}\n{day};{};{};Nop phi {}\n{day};880002;1.234.567;chuyen khoan\n\
        {day};880003;-5.000;hoan tien\n",
        paid.gateway_txn.as_deref().unwrap(),
        paid.amount().0,
        order.reference,
        shop.gateway.books().outcome(&never_told.reference).unwrap().transaction,
        never_told.amount.0,
        never_told.reference,
    );
    let (row, is_new) = import(&shop, &clerk, &text).await.unwrap();
    assert!(is_new);
    assert_eq!(verdicts(&shop, &row).await, ["repeated", "credited", "unknown", "back_unknown"]);
    assert_eq!(shop.state(&other).await, PaymentState::Paid, "what was never told was found");
    balances(&shop, &other).await;
    let words = held(&shop).await;
    assert_eq!(words.len(), 1, "money that nobody knows waits: {words:?}");

    let before = (shop.payments(&name).await.len(), held(&shop).await.len());
    let (again, is_new) = import(&shop, &clerk, &text).await.unwrap();
    assert!(!is_new && again.id == row.id);
    assert_eq!((shop.payments(&name).await.len(), held(&shop).await.len()), before);
    // The same lines in another file: known, counted, nothing doubled.
    let (second, _) = import(&shop, &clerk, &format!("{text}\n")).await.unwrap();
    assert_eq!(verdicts(&shop, &second).await, ["repeated", "repeated", "unknown", "back_unknown"]);
    assert_eq!(held(&shop).await.len(), 1);
    settle(&shop, &clerk, words[0].id, Settle::Nothing).await.unwrap();

    let handler = demo::officer(&shop.t.app, "handler").await;
    assert!(matches!(import(&shop, &handler, &text).await, Err(ImportError::Act(_))), "not theirs");
    let bad = import(&shop, &clerk, "Mã giao dịch;Số tiền;Nội dung\n1;8,5;x\n").await;
    assert!(matches!(bad, Err(ImportError::Read(StatementError::Amount { line: 2, .. }))), "{bad:?}");
}

#[tokio::test]
async fn the_page_of_a_statement_names_the_differences() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let clerk = officer(&shop.t, "clerk").await;
    let list = "/can-bo/tai-chinh/sao-ke";
    let form = Form::with_action(&page(&clerk, list).await, list);
    let token = form.fields.iter().find(|(n, _)| n == "_csrf").unwrap().1.clone();
    let send = async |gateway: &str, text: &str| {
        let file = reqwest::multipart::Part::bytes(text.as_bytes().to_vec()).file_name("sao-ke.csv");
        let body = reqwest::multipart::Form::new().text("_csrf", token.clone()).text("gateway", gateway.to_owned());
        let request = clerk.request("POST", list).header("sec-fetch-site", "same-origin");
        clerk.send(request.multipart(body.part("file", file))).await
    };
    assert!(
        !form.fields.iter().any(|(name, value)| name == "gateway" && !value.is_empty()),
        "nothing is chosen for them"
    );
    let unchosen = send("", "Mã giao dịch;Số tiền;Nội dung\n1;8.000;x\n").await;
    assert_eq!(unchosen.status, 422, "{}", plain(&unchosen.body));
    for words in ["href=\"#gateway\"", "Hãy chọn cổng thanh toán", "sao-ke.csv"] {
        assert!(unchosen.body.contains(words), "{words}: {}", plain(&unchosen.body));
    }
    let wrong = send("vnpay", "Mã giao dịch;Số tiền;Nội dung\n1;tám nghìn;x\n").await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("Dòng 2") && wrong.body.contains("tám nghìn"), "{}", plain(&wrong.body));
    assert!(wrong.body.contains("value=\"vnpay\" selected"), "what was chosen stays: {}", plain(&wrong.body));
    let sent = send("vnpay", "Ngày;Mã giao dịch;Số tiền;Nội dung\n18/11/2026;990099;7.000;lạ\n").await;
    let shown = page(&clerk, &led_to(&sent)).await;
    for words in ["Không rõ của hồ sơ nào", "7.000 đ", "Sổ có, sao kê không có", &name] {
        assert!(shown.contains(words), "{words}: {}", plain(&shown));
    }
}

/// The form of a statement's page in which a button stands, pressed.
fn pressed(page: &str, here: &str, marker: &str, how: &str) -> Form {
    let at = page.find(marker).unwrap_or_else(|| panic!("{marker}: {}", plain(page)));
    let start = page[..at].rfind("<form").unwrap();
    let mut form = Form::with_action(&page[start..], here);
    form.set("how", how);
    form
}

#[tokio::test]
async fn differences_are_settled_by_one_button() {
    let shop = Shop::open();
    let who = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let (open, _) = shop.begun(&binh, &other).await;
    // Less than asked for would settle nothing: the payer sent more.
    let more = open.amount.0 + 1_000;
    let text = format!(
        "Ngày;Mã giao dịch;Số tiền;Nội dung\n18/11/2026;880001;{more};Nop phi {}\n18/11/2026;880002;7.000;la\n",
        open.reference
    );
    let (row, _) = import(&shop, &who, &text).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["wrong_amount", "unknown"]);
    let here = format!("/can-bo/tai-chinh/sao-ke/{}", row.id);
    let clerk = officer(&shop.t, "clerk").await;
    let approver = page(&officer(&shop.t, "approver").await, &here).await;
    assert!(!approver.contains("value=\"credit\"") && !approver.contains("value=\"confirm\""), "only looks on");

    let shown = page(&clerk, &here).await;
    let credit = pressed(&shown, &here, &format!("Ghi có cho {other}"), "credit");
    assert_eq!(led_to(&clerk.submit(&credit).await), here);
    assert_eq!(shop.state(&other).await, PaymentState::Paid);
    balances(&shop, &other).await;
    let twice = clerk.submit(&credit).await;
    assert_eq!(twice.status, 409, "{}", plain(&twice.body));

    let shown = page(&clerk, &here).await;
    assert!(shown.contains("Đã xử lý"), "{}", plain(&shown));
    let back = pressed(&shown, &here, "Hoàn lại người nộp", "refund");
    assert_eq!(led_to(&clerk.submit(&back).await), here);
    assert!(held(&shop).await.is_empty(), "nothing waits any more");

    // Ours that the statement does not name: the gateway says that it has the money, and the line is closed.
    let shown = page(&clerk, &here).await;
    assert!(shown.contains(&name), "{}", plain(&shown));
    let confirm = pressed(&shown, &here, "value=\"confirm\"", "confirm");
    assert_eq!(led_to(&clerk.submit(&confirm).await), here);
    let shown = page(&clerk, &here).await;
    assert!(!shown.contains("value=\"confirm\""), "{}", plain(&shown));
    assert!(shown.contains(&name) && shown.contains("Cổng thanh toán xác nhận đã thu"), "{}", plain(&shown));
    let twice = clerk.submit(&confirm).await;
    assert_eq!(twice.status, 409, "{}", plain(&twice.body));
}

#[tokio::test]
async fn what_no_statement_names_is_closed_with_a_reason() {
    let mut shop = Shop::open();
    let who = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let (row, _) = import(&shop, &who, "Ngày;Mã giao dịch;Số tiền\n18/11/2026;880002;7.000\n").await.unwrap();
    let here = format!("/can-bo/tai-chinh/sao-ke/{}", row.id);
    let clerk = officer(&shop.t, "clerk").await;
    shop.close();
    let shown = page(&clerk, &here).await;
    assert_eq!(led_to(&clerk.submit(&pressed(&shown, &here, "value=\"confirm\"", "confirm")).await), here);
    let shown = page(&clerk, &here).await;
    assert!(shown.contains("Cổng không xác nhận") && shown.contains(&name), "{}", plain(&shown));
    let mut explain = pressed(&shown, &here, "value=\"explain\"", "explain");
    let wrong = clerk.submit(&explain).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("Hãy ghi lý do"), "{}", plain(&wrong.body));
    explain.set("reason", "Có trong sao kê ngày 19/11");
    let elsewhere = officer(&shop.t, "clerk2").await;
    assert_eq!(elsewhere.submit(&explain).await.status, 403, "another commune's");
    assert_eq!(led_to(&clerk.submit(&explain).await), here);
    // Who looks later still reads why, by whom and when.
    for browser in [&clerk, &officer(&shop.t, "auditor").await] {
        let shown = page(browser, &here).await;
        for words in [name.as_str(), "Có trong sao kê ngày 19/11", "Lê Thị Một Cửa", "Đã khép lại"] {
            assert!(shown.contains(words), "{words}: {}", plain(&shown));
        }
        assert!(!shown.contains("value=\"explain\""), "closed once: {}", plain(&shown));
    }
}

#[tokio::test]
async fn what_was_collected_is_what_was_receipted() {
    let shop = Shop::open();
    let (clerk, approver) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "approver").await);
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let counter = Person::officer(&shop.t, "clerk").await;
    counter.does(&other, "record_payment", json!({"method": "cash"})).await;
    let payment = shop.payments(&name).await.pop().unwrap();
    let asked = ask_all(&shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    decide(&shop, &approver, asked.id, motcua::app::Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;

    let head = officer(&shop.t, "head").await;
    let shown = page(&head, "/can-bo/tai-chinh/da-thu").await;
    assert!(shown.contains("khớp biên lai đến từng đồng"), "{}", plain(&shown));
    let csv = head.get("/can-bo/tai-chinh/da-thu.csv?tu=2026-11-18&den=2026-11-18").await;
    assert!(csv.body.starts_with('\u{feff}'), "spreadsheets know it as UTF-8");
    let lines: Vec<&str> = csv.body.trim_start_matches('\u{feff}').lines().collect();
    let amount = order.amount.0;
    assert!(lines.iter().any(|l| l.ends_with(&format!(",cash,{COPIES},1,{amount},0"))), "{lines:?}");
    assert!(lines.iter().any(|l| l.ends_with(&format!(",vnpay,{COPIES},1,{amount},0"))), "{lines:?}");
    assert!(lines.iter().any(|l| l.ends_with(&format!(",gateway,{COPIES},0,0,{amount}"))), "{lines:?}");
    let csv = head.get("/can-bo/tai-chinh/bien-lai.csv?tu=2026-11-18&den=2026-11-18").await.body;
    let line = csv.lines().find(|l| l.contains("26T")).unwrap_or_else(|| panic!("{csv}"));
    assert!(line.contains(&format!(",1,{amount},0")), "one cancelled: {line}");
    assert_eq!(head.get("/can-bo/tai-chinh/da-thu.csv?tu=x").await.status, 400);
    // The same for the tax authority, signed.
    let page = page(&head, "/can-bo/tai-chinh/da-thu?tu=2026-11-18&den=2026-11-18").await;
    let at = page.split("href=\"").find(|rest| rest.starts_with("/can-bo/tai-chinh/tong-hop")).unwrap();
    let at = at.split('"').next().unwrap().replace("&amp;", "&");
    let xml = head.get(&at).await;
    assert_eq!((xml.status, xml.header("content-type")), (200, "application/xml"), "{}", xml.body);
    let sums = format!("<SLuong>2</SLuong><TgTien>{}</TgTien><TgHoan>{amount}</TgHoan>", amount * 2);
    assert!(xml.body.contains(&sums) && xml.body.contains("SignatureValue"), "{}", xml.body);
    assert_eq!(officer(&shop.t, "clerk2").await.get(&at).await.status, 404, "another commune's");
}

#[tokio::test]
async fn a_closed_day_takes_no_more_cash() {
    let shop = Shop::open();
    let (_, name) = shop.filed().await;
    let who = demo::officer(&shop.t.app, "clerk").await;
    demo::act(&shop.t.app, &who, &name, (Step::RecordPayment, json!({"method": "cash"}))).await;
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let clerk = officer(&shop.t, "clerk").await;
    let here = "/can-bo/tai-chinh/chot-quy";
    let mut form = Form::with_action(&page(&clerk, here).await, here).fill("Quỹ đầu ngày", "500.000");
    form.set("counted", "năm trăm");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("năm trăm"));
    form.set("counted", "500.000");
    let unsaid = clerk.submit(&form).await;
    assert_eq!(unsaid.status, 422, "the difference needs its reason: {}", plain(&unsaid.body));
    form.set("reason", "Thối nhầm cho người nộp");
    assert_eq!(led_to(&clerk.submit(&form).await), here);
    assert_eq!(clerk.submit(&form).await.status, 409, "closed once");
    let cash = [("method", "cash")];
    let refused = act(&clerk, &format!("/can-bo/ho-so/{other}"), "record_payment", &cash).await;
    assert_eq!(refused.status, 409, "{}", plain(&refused.body));
    assert!(refused.body.contains("Quỹ hôm nay của bạn đã chốt"), "{}", plain(&refused.body));
    // A colleague goes on, and so does the next day.
    let records = Person::officer(&shop.t, "records").await;
    records.does(&other, "record_payment", json!({"method": "cash"})).await;
    let seen = page(&officer(&shop.t, "head").await, here).await;
    assert!(seen.contains("Thối nhầm cho người nộp") && !seen.contains("id=\"counted\""), "{}", plain(&seen));
}

#[tokio::test]
async fn who_keeps_two_tills_closes_each_of_them() {
    let shop = Shop::open();
    let who = demo::officer(&shop.t.app, "clerk").await;
    let elsewhere = demo::officer(&shop.t.app, "clerk2").await;
    let (first, second) =
        (who.officer().unwrap().assignments[0].agency, elsewhere.officer().unwrap().assignments[0].agency);
    let find = move |c: &mut motcua::db::Conn| {
        let code = |found: Option<motcua::accounts::Agency>| found.unwrap().code;
        let first = motcua::accounts::agencies::by_id(c, first)?;
        Ok::<_, motcua::db::Error>((code(first), code(motcua::accounts::agencies::by_id(c, second)?)))
    };
    let (first_code, second_code) = shop.t.app.db.read(find).await.unwrap();
    let (here, there) = ("/can-bo/tai-chinh/chot-quy", format!("/can-bo/tai-chinh/chot-quy?agency={second_code}"));
    let clerk = officer(&shop.t, "clerk").await;
    assert!(!page(&clerk, here).await.contains("?agency="), "who keeps one till chooses none");
    assert_eq!(clerk.get(&there).await.status, 403, "not theirs yet");
    let mut stranger = Form::with_action(&page(&clerk, here).await, here).fill("Quỹ đầu ngày", "0");
    stranger.set("counted", "0");
    stranger.set("agency", &second_code);
    assert_eq!(clerk.submit(&stranger).await.status, 403, "nor by a form");

    let right = Assign {
        officer: who.account().unwrap(),
        role: Role::Clerk,
        agency: second,
        unit: None,
        field: None,
        valid_from: None,
        valid_to: None,
    };
    let now = shop.t.app.now();
    shop.t.app.db.write(move |tx| assign::add(tx, &Actor::System, &right, now)).await.unwrap();
    let shown = page(&clerk, here).await;
    for code in [&first_code, &second_code] {
        assert!(shown.contains(&format!("href=\"{here}?agency={code}\"")), "{code}: {}", plain(&shown));
    }
    let mut form = Form::with_action(&page(&clerk, &there).await, here).fill("Quỹ đầu ngày", "200.000");
    form.set("counted", "không");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    let mut form = Form::with_action(&wrong.body, here);
    form.set("counted", "200.000");
    assert_eq!(led_to(&clerk.submit(&form).await), there, "and it is still the second till");
    assert_eq!(clerk.submit(&form).await.status, 409, "closed once");
    let read = move |c: &mut motcua::db::Conn| payments::closings(c, None, 10);
    let closed = shop.t.app.db.read(read).await.unwrap();
    assert_eq!((closed.len(), closed[0].agency_id), (1, second));
    assert!(!page(&clerk, &there).await.contains("id=\"counted\""));
    assert!(page(&clerk, here).await.contains("id=\"counted\""), "the first is still open");
}

//! Paying by bank transfer over a VietQR code: what a phone reads, and what banks tell of the money.

use std::path::Path;
use std::process::Command;

use motcua::app::{Decide, ImportError, StatementFile};
use motcua::devservices::bank::Behaviour;
use motcua::kernel::Vnd;
use motcua::office::refunds::{Ask, PayOut};
use motcua::payments::vietqr::{self, Said};
use motcua::payments::{PaymentState, RefundWay};
use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::app::{TestApp, Visitor};
use crate::support::db::FreshDatabase;
use crate::support::demo::{self, AN, BINH, PASSWORD};
use crate::support::html::Form;
use crate::support::need;
use crate::support::process::Process;
use crate::support::shop::COPIES;
use crate::support::till::{BIN, Till};

async fn seen(who: &Person, name: &str) -> Value {
    who.get(&format!("/dossiers/{name}")).await.json()
}

/// An answer of the portal to the bank.
fn answered(status: u16, word: &str) -> (u16, String) {
    (status, word.to_owned())
}

/// The path of the page that shows a payment's code.
fn page_of(code: &Said) -> String {
    format!("/thanh-toan/vietqr/{}", code.purpose.as_deref().unwrap())
}

/// What a phone reads from a picture.
fn scanned(zbarimg: &Path, picture: &Path) -> String {
    let read = Command::new(zbarimg).args(["--quiet", "--raw"]).arg(picture).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).unwrap().trim_end().to_owned()
}

/// The code that a page shows, drawn as a grey picture of six pixels a module.
fn drawn(page: &str) -> Vec<u8> {
    let svg = page.split("<svg class=\"qr__code\"").nth(1).unwrap().split("</svg>").next().unwrap();
    let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let path = svg.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
    let mut pixels = vec![255_u8; side * side * 36];
    for square in path.split('M').skip(1) {
        let (x, y) = square.split_once('h').unwrap().0.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        for row in y * 6..(y + 1) * 6 {
            pixels[row * side * 6 + x * 6..row * side * 6 + (x + 1) * 6].fill(0);
        }
    }
    let mut file = format!("P5\n{0} {0}\n255\n", side * 6).into_bytes();
    file.extend(pixels);
    file
}

#[tokio::test]
async fn a_phone_reads_from_the_page_what_is_to_be_paid() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, begun) = till.begun(&an, &name).await;
    let due = seen(&an, &name).await["fees_due"].as_i64().unwrap();
    assert_eq!((code.bin.as_str(), code.number.as_str(), code.amount), (BIN, "0000000000", Some(Vnd(due))));
    assert_eq!(code.purpose.as_deref(), begun["content"].as_str());
    assert_eq!(begun["amount"], due);
    assert!(begun["redirect_url"].is_null(), "one or the other: {begun}");
    assert_eq!(begun["page_url"], format!("{}{}", till.t.base, page_of(&code)));

    let shown = till.t.visitor().get(&page_of(&code)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let content = code.purpose.as_deref().unwrap();
    for text in ["0000000000", "24.000 đ", content, "Uy ban nhan dan phuong Thuan Hoa", "999999"] {
        assert!(shown.body.contains(text), "{text} in {}", shown.body);
    }
    assert!(!shown.body.contains("Nguyễn Văn An"), "nothing of a person");
    assert!(shown.header("refresh").is_empty(), "nobody is disturbed while reading numbers");

    let Some(zbarimg) = need::zbarimg() else { return };
    let dir = tempfile::tempdir().unwrap();
    let kept = till.t.visitor();
    let kept = kept.client.get(format!("{}{}/ma-qr.png", till.t.base, page_of(&code))).send().await.unwrap();
    assert_eq!(kept.headers()["content-type"], "image/png");
    let (png, pgm) = (dir.path().join("kept.png"), dir.path().join("shown.pgm"));
    std::fs::write(&png, kept.bytes().await.unwrap()).unwrap();
    std::fs::write(&pgm, drawn(&shown.body)).unwrap();
    let text = begun["qr"].as_str().unwrap();
    assert_eq!(scanned(&zbarimg, &png), text, "the picture to keep");
    assert_eq!(scanned(&zbarimg, &pgm), text, "the picture on the page");
}

#[tokio::test]
async fn a_banks_statement_finds_what_the_bank_never_told_and_repeats_nothing() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (told, _) = till.begun(&an, &name).await;
    assert_eq!(till.told(&till.notice(&told, "FT1", json!({}))).await, "credited");
    let binh = Person::citizen(&till.t, BINH).await;
    let other = binh.files_for(&till.t, COPIES).await;
    let (silent, _) = till.begun(&binh, &other).await;
    let text = format!(
        "Ngày;Số bút toán;Ghi có;Diễn giải\n18/11/2026;FT1;{};MBVCB.1.{}.CT tu 123\n18/11/2026;FT2;{};nop phi {}\n",
        told.amount.unwrap().0,
        told.purpose.as_deref().unwrap(),
        silent.amount.unwrap().0,
        silent.purpose.as_deref().unwrap().to_lowercase(),
    );
    let clerk = demo::officer(&till.t.app, "clerk").await;
    let file = |bank: Option<&str>| StatementFile {
        gateway: "vietqr".into(),
        bank: bank.map(str::to_owned),
        name: "sao-ke.csv".into(),
        content: text.clone().into_bytes(),
    };
    for bank in [None, Some("970407")] {
        let refused = till.t.app.import_statement(&clerk, file(bank)).await;
        assert!(matches!(refused, Err(ImportError::NoGateway)), "{bank:?}: {refused:?}");
    }
    let (row, _) = till.t.app.import_statement(&clerk, file(Some(BIN))).await.unwrap();
    let id = row.id;
    let lines = till.t.app.db.read(move |c| motcua::payments::lines_of_statement(c, id)).await.unwrap();
    let verdicts: Vec<&str> = lines.iter().map(|line| line.verdict.as_str()).collect();
    assert_eq!(verdicts, ["repeated", "credited"]);
    assert_eq!((till.payments(&name).await.len(), till.state(&other).await), (1, PaymentState::Paid));
    // The bank tells after all: the same transaction, nothing new.
    assert_eq!(till.told(&till.notice(&silent, "FT2", json!({}))).await, "repeated");
    assert_eq!(till.held().await, 0);
}

#[tokio::test]
async fn a_transfer_goes_back_by_hand() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    till.told(&till.notice(&code, "FT1", json!({}))).await;
    let (clerk, head) = (demo::officer(&till.t.app, "clerk").await, demo::officer(&till.t.app, "head").await);
    let payment = till.payments(&name).await.remove(0);
    let fees = till.t.app.db.read({
        let id = payment.dossier_id;
        move |c| motcua::payments::lines_of(c, id)
    });
    let lines = fees.await.unwrap().iter().map(|line| line.id).collect::<Vec<_>>();
    let ask = |way: RefundWay| Ask {
        payment: payment.id,
        lines: lines.clone(),
        with_surplus: false,
        amount: None,
        way,
        notice: None,
        reason: "Nộp nhầm".into(),
    };
    let opened = till.t.app.open_dossier(&clerk, &name).await.unwrap();
    let by_gateway = till.t.app.ask_refund(&clerk, &opened, ask(RefundWay::Gateway)).await;
    assert!(by_gateway.unwrap_err().to_string().contains("no-gateway-payment"), "a bank sends nothing back by itself");
    let asked = till.t.app.ask_refund(&clerk, &opened, ask(RefundWay::Transfer)).await.unwrap();
    till.t.app.decide_refund(&head, asked.id, Decide::Approve).await.unwrap();
    till.t.run_jobs().await;
    let paid_out = |voucher: &str| {
        Decide::PayOut(PayOut {
            refund: asked.id,
            receiver: "Nguyễn Văn An, 0451000123456".into(),
            voucher: voucher.into(),
            is_signed: false,
        })
    };
    assert!(till.t.app.decide_refund(&clerk, asked.id, paid_out("")).await.is_err(), "the order's number is asked for");
    till.t.app.decide_refund(&clerk, asked.id, paid_out("UNC-17")).await.unwrap();
    assert!(till.t.app.decide_refund(&clerk, asked.id, paid_out("UNC-18")).await.is_err(), "once");
    let paid = till.payments(&name).await.remove(0);
    assert_eq!((paid.state(), paid.refunded()), (PaymentState::Refunded, paid.amount()));
}

#[tokio::test]
async fn a_transfer_is_credited_once_and_the_page_says_so() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    let (again, _) = till.begun(&an, &name).await;
    assert_eq!(again, code, "two windows, one code");
    till.bank.act(&code, Behaviour::Twice).await;
    assert_eq!(till.answers(), [answered(200, "credited"), answered(200, "repeated")]);
    let paid = seen(&an, &name).await;
    assert_eq!((paid["fees"][0]["state"].as_str(), paid["fees_due"].as_i64()), (Some("paid"), Some(0)), "{paid}");
    let payment = till.payments(&name).await.remove(0);
    assert_eq!((payment.state(), payment.applied(), payment.surplus()), (PaymentState::Paid, payment.amount(), Vnd(0)));
    let events = an.get(&format!("/dossiers/{name}/events")).await.json();
    let acts = events["items"].as_array().unwrap().iter().filter(|e| e["act"] == "paid").count();
    assert_eq!(acts, 1, "{events}");
    let shown = till.t.visitor().get(&page_of(&code)).await;
    assert!(shown.body.contains("Đã thanh toán"), "{}", shown.body);
    let picture = till.t.visitor().get(&format!("{}/ma-qr.png", page_of(&code))).await;
    assert_eq!(picture.status, 404, "nobody is shown a code to pay a second time");
    assert_eq!(till.held().await, 0);
}

#[tokio::test]
async fn told_ten_times_at_once_it_is_credited_once() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    let notice = till.notice(&code, "FT0", json!({}));
    let told = futures_util::future::join_all((0..10).map(|_| till.told(&notice))).await;
    assert_eq!(told.iter().filter(|t| *t == "credited").count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|t| *t == "repeated").count(), 9, "{told:?}");
    assert_eq!(till.payments(&name).await[0].applied(), code.amount.unwrap());
}

#[tokio::test]
async fn banks_may_bend_the_content() {
    let till = Till::open();
    for behaviour in [Behaviour::Garbled, Behaviour::Cut] {
        let (an, name) = till.filed().await;
        let (code, _) = till.begun(&an, &name).await;
        till.bank.act(&code, behaviour).await;
        assert_eq!(till.state(&name).await, PaymentState::Paid, "{behaviour:?}: {:?}", till.bank.sent().last());
    }
    assert_eq!(till.held().await, 0);
}

#[tokio::test]
async fn what_does_not_fit_is_held_and_a_right_transfer_still_pays() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    till.bank.act(&code, Behaviour::WrongAmount).await;
    till.bank.act(&code, Behaviour::NoContent).await;
    let other_account = till.notice(&code, "FT1", json!({"account": "0011001234567"}));
    assert_eq!(till.told(&other_account).await, "held");
    assert_eq!(till.told(&other_account).await, "held");
    assert!(till.answers().iter().all(|a| *a == answered(200, "held")), "{:?}", till.answers());
    assert_eq!(till.held().await, 3, "the same notice again is the same");
    assert_eq!(till.state(&name).await, PaymentState::Pending);
    till.bank.act(&code, Behaviour::PaidTwice).await;
    assert_eq!(till.answers()[2..], [answered(200, "credited"), answered(200, "held")]);
    assert_eq!(till.held().await, 4, "a second transaction is not swallowed");
    let payment = till.payments(&name).await.remove(0);
    assert_eq!((payment.state(), payment.applied()), (PaymentState::Paid, payment.amount()));
}

#[tokio::test]
async fn a_transaction_stays_with_what_it_paid() {
    let till = Till::open();
    let (an, one) = till.filed().await;
    let other = an.files_for(&till.t, COPIES).await;
    let (first, _) = till.begun(&an, &one).await;
    let (second, _) = till.begun(&an, &other).await;
    let both = format!("{} {}", first.purpose.as_deref().unwrap(), second.purpose.as_deref().unwrap());
    assert_eq!(till.told(&till.notice(&first, "FT2", json!({"content": both}))).await, "held", "which of the two?");
    assert_eq!(till.held().await, 1);
    // The bank mends what it told: the money is no riddle any more.
    assert_eq!(till.told(&till.notice(&first, "FT2", json!({}))).await, "credited");
    assert_eq!(till.held().await, 0);
    assert_eq!(till.told(&till.notice(&second, "FT2", json!({}))).await, "repeated", "the same money");
    assert_eq!(till.told(&till.notice(&first, "FT2", json!({"amount": 1}))).await, "held", "and yet another amount");
    assert_eq!((till.state(&one).await, till.state(&other).await), (PaymentState::Paid, PaymentState::Pending));
    assert_eq!(till.told(&till.notice(&second, "FT3", json!({}))).await, "credited");
    assert_eq!(till.state(&other).await, PaymentState::Paid);
}

#[tokio::test]
async fn only_the_bank_may_tell() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    let body = till.notice(&code, "FT4", json!({})).to_string();
    let good = motcua::payments::bank_notice::Key::new(crate::support::till::SECRET).unwrap().sign(body.as_bytes());
    let changed = body.replace("FT4", "FT5");
    for (body, signature) in [(&body, ""), (&body, "00"), (&changed, good.as_str()), (&body, &good[1..])] {
        is_problem(&till.tells_signed(BIN, body, signature).await, 401);
    }
    is_problem(&till.tells_signed("970436", &body, &good).await, 401);
    is_problem(&till.tells_signed("970499", &body, &good).await, 404);
    till.bank.act(&code, Behaviour::Forged).await;
    assert_eq!(till.answers()[0].0, 401);
    assert_eq!((till.state(&name).await, till.held().await), (PaymentState::Pending, 0));
    let metrics = till.t.visitor().get("/metrics").await.body;
    assert!(
        metrics.contains("motcua_payment_notices_total{gateway=\"vietqr\",verdict=\"forged\"} 6"),
        "what is forged is counted: {metrics}"
    );
    // The scheme before the signature, and capitals, change nothing.
    let loud = format!("sha256={}", good.to_uppercase());
    assert_eq!(till.tells_signed(BIN, &body, &loud).await.json()["status"], "credited");
}

#[tokio::test]
async fn what_a_bank_signs_and_nobody_understands_is_kept() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    for (changes, pointer) in [
        (json!({"amount": -24_000}), "/amount"),
        (json!({"amount": "24000"}), "/amount"),
        (json!({"currency": "USD"}), "/currency"),
        (json!({"transaction": ""}), "/transaction"),
        (json!({"credited_at": "yesterday"}), "/credited_at"),
        (json!({"credited_at": "2019-12-31T23:59:59+07:00"}), "/credited_at"),
        (json!({"credited_at": till.t.app.now().plus_days(2)}), "/credited_at"),
    ] {
        let body = till.notice(&code, "FT6", changes).to_string();
        let before = till.held().await;
        for _ in 0..2 {
            let refused = is_problem(&till.tells(BIN, &body).await, 422);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        assert_eq!(till.held().await, before + 1, "{body}");
    }
    is_problem(&till.tells(BIN, "no JSON").await, 400);
    assert_eq!(till.held().await, 8);
    assert_eq!(till.state(&name).await, PaymentState::Pending);
}

#[tokio::test]
async fn late_money_is_credited_and_nobody_is_told_that_none_came() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    till.minutes_later(59).await;
    assert_eq!(till.state(&name).await, PaymentState::Pending);
    assert!(till.t.visitor().get(&page_of(&code)).await.body.contains("qr__code"), "there is a minute left");
    till.minutes_later(2).await;
    let over = till.t.visitor().get(&page_of(&code)).await;
    assert!(over.body.contains("xin đừng chuyển lần nữa") && !over.body.contains("qr__code"), "{}", over.body);
    till.minutes_later(6).await;
    assert_eq!(till.state(&name).await, PaymentState::Expired);
    let over = till.t.visitor().get(&page_of(&code)).await;
    assert!(over.body.contains("tiền đến muộn vẫn được ghi nhận"), "{}", over.body);
    till.bank.act(&code, Behaviour::Late).await;
    for _ in 0..100 {
        if !till.answers().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(till.answers(), [answered(200, "credited")]);
    assert_eq!(seen(&an, &name).await["fees_due"], 0);
    assert!(till.t.visitor().get(&page_of(&code)).await.body.contains("Đã thanh toán"));
}

#[tokio::test]
async fn who_says_that_the_money_is_on_its_way_waits_and_is_not_asked_again() {
    let till = Till::open();
    let (an, name) = till.filed().await;
    let citizen = till.t.signed_in(AN, PASSWORD).await;
    let pay = format!("/ho-so/{name}/thanh-toan");
    let mut form = Form::with_action(&citizen.get(&pay).await.body, &pay);
    form.set("method", "vietqr");
    let sent = citizen.submit(&form).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let path = sent.header("location").strip_prefix(till.t.base.as_str()).unwrap().to_owned();
    let page = citizen.get(&path).await;
    let sent = citizen.submit(&Form::with_action(&page.body, &path)).await;
    assert_eq!((sent.status, sent.header("location")), (303, format!("{path}?da-chuyen=1").as_str()), "{}", sent.body);
    let waiting = citizen.get(sent.header("location")).await;
    assert!(waiting.body.contains("Đang chờ ngân hàng báo có"), "{}", waiting.body);
    assert_eq!(waiting.header("refresh"), "30", "it looks again without scripts");
    let pay = citizen.get(&pay).await;
    assert!(!pay.body.contains("name=\"method\"") && pay.body.contains(&path), "no second payment: {}", pay.body);
    let shown = citizen.get(&path).await;
    let text = till.begun(&an, &name).await.1["qr"].as_str().unwrap().to_owned();
    assert!(shown.body.contains("qr__code"), "the code can be seen again");
    till.bank.act(&vietqr::read(&text).unwrap(), Behaviour::Right).await;
    assert!(citizen.get(&path).await.body.contains("Đã thanh toán"));
    assert_eq!(till.payments(&name).await.len(), 1);
}

#[tokio::test]
async fn without_a_bank_that_tells_there_is_no_transfer() {
    // The accounts of the demonstration are at another bank.
    let t = TestApp::with_demonstration(&[("MOTCUA__VIETQR__SECRETS", "970436=the secret of another bank")]);
    let an = Person::citizen(&t, AN).await;
    let name = an.files_for(&t, COPIES).await;
    let refused = an.post(&format!("/dossiers/{name}/payments"), json!({"method": "vietqr"})).await;
    assert_eq!(is_problem(&refused, 422)["errors"][0]["pointer"], "/method");
    let page = t.signed_in(AN, PASSWORD).await.get(&format!("/ho-so/{name}/thanh-toan")).await;
    assert!(!page.body.contains("value=\"vietqr\""), "{}", page.body);
    assert_eq!(t.visitor().get("/phat-trien/ngan-hang").await.status, 404, "the stand-in is for development");
    for unknown in ["MC261118ABCDEFGHJK", "x"] {
        assert_eq!(t.visitor().get(&format!("/thanh-toan/vietqr/{unknown}")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_goes_its_way_with_no_settings() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let server = Process::start(dir.path(), database.url());
    let an = Person::citizen_at(&server.base, AN).await;
    let procedure: Value = an.get(&format!("/procedures/{COPIES}")).await.json();
    let case = &procedure["cases"][0];
    let answers = case["form"]["schema"]["examples"][0].clone();
    let name = an.files_answers((COPIES, case["code"].as_str().unwrap()), answers, "online").await;
    let begun = an.post(&format!("/dossiers/{name}/payments"), json!({"method": "vietqr"})).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let url = begun.json()["page_url"].as_str().unwrap().to_owned();
    let browser = Visitor::of(&server.base);
    let page = browser.client.get(&url).send().await.unwrap().text().await.unwrap();
    let bank = page.split("href=\"").find_map(|p| p.split('"').next().filter(|h| h.contains("/ngan-hang?"))).unwrap();
    let bank = browser.get(&bank.replace("&amp;", "&")).await;
    for behaviour in Behaviour::ALL {
        assert!(bank.body.contains(&format!("value=\"{}\"", behaviour.as_str())), "{behaviour:?}: {}", bank.body);
    }
    let qr = begun.json()["qr"].as_str().unwrap().to_owned();
    let form = [("qr", qr.as_str()), ("behaviour", "garbled"), ("back", "/thanh-toan")];
    let done = browser.send(browser.request("POST", "/phat-trien/ngan-hang").form(&form)).await;
    assert!(done.body.contains("credited"), "{}", done.body);
    let page = browser.client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Đã thanh toán"), "{page}");
    assert_eq!(seen(&an, &name).await["fees_due"], 0);
}

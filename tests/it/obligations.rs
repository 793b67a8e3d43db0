//! Financial obligations by notices of other agencies: passed on, paid at the State Treasury, recorded; reminded of once.

use motcua::dossiers;
use motcua::payments;
use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use crate::acts::Office;
use crate::counter::{led_to, officer, page};
use crate::results::text_of;
use crate::support::api::{Person, allowed, is_problem};
use crate::support::app::{Answer, TestApp, Visitor};
use crate::support::demo::{self, AN, PAPER, PASSWORD};
use crate::support::html::{Form, plain};
use crate::support::need;
use crate::support::shop::Shop;

/// A handler has it in hand for days; a fee of its own is due later, to us.
pub const PROCEDURE: &str = "1.004873";
pub const OWN_FEE: i64 = 10_000;

fn notice(collected_by: &str) -> Value {
    json!({"number": "125/TB-CCT", "issued_on": "2026-11-16", "issuer": "Thuế cơ sở 1 thành phố Huế",
        "due_on": "2026-12-16", "collected_by": collected_by, "account": "7111.1056137, Kho bạc Nhà nước khu vực XI"})
}

pub fn request(collected_by: &str) -> Value {
    json!({"reason": "Theo thông báo của cơ quan thuế.", "notice": notice(collected_by), "lines": [
        {"kind": "land_use_fee", "name": "Tiền sử dụng đất", "amount_vnd": 12_000_000},
        {"kind": "registration_charge", "name": "Lệ phí trước bạ", "amount_vnd": 500_000}]})
}

pub fn rule(answer: &Answer) -> String {
    is_problem(answer, 409)["type"].as_str().unwrap().rsplit(['/', ':']).next().unwrap().to_owned()
}

pub fn pointers(answer: &Answer) -> Vec<String> {
    let faults = is_problem(answer, 422);
    faults["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap().to_owned()).collect()
}

pub async fn sent(t: &TestApp, subject: &str) -> Vec<String> {
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let mails = outbox["items"].as_array().unwrap().iter().filter(|m| m["channel"] == "email");
    let mails = mails.filter(|m| m["subject"].as_str().unwrap_or_default().starts_with(subject));
    mails.map(|m| m["text"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_treasury_collects_is_passed_on_and_recorded_by_the_payers_paper() {
    let shop = Shop::open();
    let t = &shop.t;
    let o = Office::of(t).await;
    let code = o.in_hand(t, PROCEDURE).await;
    assert_eq!(o.clerk.get(&format!("/office/dossiers/{code}/papers/thong-bao-nghia-vu")).await.status, 404);
    assert_eq!(o.approver.act(&code, "request_payment", request("elsewhere")).await.status, 403);
    let owes = o.handler.does(&code, "request_payment", request("elsewhere")).await;
    assert_eq!((&owes["status"]["number"], &owes["fees_due"]), (&json!(6), &json!(12_500_000 + OWN_FEE)));
    assert!(owes["fees"].as_array().unwrap().iter().any(|f| f["collected_by"] == "elsewhere"), "{owes}");
    let known = &owes["obligations"][0];
    assert_eq!((&known["number"], &known["due_on"]), (&json!("125/TB-CCT"), &json!("2026-12-16")));
    assert_eq!((&known["owed_vnd"], &known["overdue"]), (&json!(12_500_000), &json!(false)));
    t.run_jobs().await;
    let told = sent(t, "Có khoản phải nộp").await.remove(0);
    for part in ["16/12/2026", "Kho bạc Nhà nước", "7111.1056137", "125/TB-CCT"] {
        assert!(told.contains(part), "{part}: {told}");
    }

    let an = t.signed_in(AN, PASSWORD).await;
    let shown = page(&an, &format!("/ho-so/{code}")).await;
    let says = plain(&shown);
    for part in ["12.500.000", "Hết ngày 16/12/2026", "Ngân hàng hoặc Kho bạc Nhà nước", "125/TB-CCT", "7111.1056137"]
    {
        assert!(says.contains(part), "{part}: {says}");
    }
    assert!(shown.contains("/giay/thong-bao-nghia-vu.pdf"));
    let offered = plain(&page(&an, &format!("/ho-so/{code}/thanh-toan")).await);
    assert!(offered.contains("10.000") && !offered.contains("500.000"), "only what is ours: {offered}");
    let taken = o.clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    assert_eq!((&taken["status"]["number"], &taken["fees_due"]), (&json!(6), &json!(12_500_000)), "only what is ours");
    assert_eq!(an.get(&format!("/ho-so/{code}/thanh-toan")).await.status, 303, "nothing is offered any more");
    assert!(!page(&an, &format!("/ho-so/{code}")).await.contains("/thanh-toan\""));
    let online = o.an.post(&format!("/dossiers/{code}/payments"), json!({"method": "vnpay"})).await;
    assert_eq!(rule(&online), "collected-elsewhere");

    for way in ["cash", "pos"] {
        assert_eq!(rule(&o.clerk.act(&code, "record_payment", json!({"method": way})).await), "collected-elsewhere");
    }
    let paid = |number: &str, on: &str| json!({"method": "treasury", "paper": {"number": number, "paid_on": on, "amount_vnd": 12_500_000}});
    assert_eq!(o.handler.act(&code, "record_payment", paid("7", "2026-11-18")).await.status, 403);
    let bare = o.clerk.act(&code, "record_payment", json!({"method": "treasury"})).await;
    assert_eq!(pointers(&bare), ["/paper/amount_vnd", "/paper/number", "/paper/paid_on"]);
    for on in ["2026-11-19", "2026-11-15", "mai"] {
        assert_eq!(pointers(&o.clerk.act(&code, "record_payment", paid("7", on)).await), ["/paper/paid_on"], "{on}");
    }
    let on = o.clerk.does(&code, "record_payment", paid(" GNT-0007 ", "2026-11-17")).await;
    assert_eq!((&on["status"]["number"], &on["fees_due"]), (&json!(4), &json!(0)));
    assert_eq!((&on["receipts"][0]["total_vnd"], &on["receipts"][1]), (&json!(OWN_FEE), &Value::Null));
    assert_eq!(on["treasury_payments"][0]["number"], "GNT-0007");
    assert!(!allowed(&on).contains(&"record_payment"));
    let again = o.clerk.act(&code, "record_payment", paid("GNT-0007", "2026-11-17")).await;
    assert_eq!(rule(&again), "nothing-owed");
    let events = o.clerk.get(&format!("/office/dossiers/{code}/events")).await.json();
    let event = events["items"].as_array().unwrap().iter().rfind(|e| e["act"] == "record_payment").unwrap().clone();
    assert_eq!(
        (&event["changes"]["method"], &event["changes"]["paper"]["paid_on"]),
        (&json!("treasury"), &json!("2026-11-17"))
    );
    assert!(event["note"].as_str().unwrap().contains("GNT-0007"), "{event}");
    let name = code.clone();
    let ours = t.app.db.read(move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &name)?;
        payments::of_dossier(c, id)
    });
    let ours: Vec<i64> = ours.await.unwrap().iter().map(|p| p.amount().0).collect();
    assert_eq!(ours, [OWN_FEE], "the rest was never money of ours");
    let says = plain(&page(&an, &format!("/ho-so/{code}")).await);
    assert!(
        says.contains("Đã nộp đủ") && says.contains("GNT-0007") && says.contains("Đã ghi nhận nộp vào Kho bạc"),
        "{says}"
    );
    t.run_jobs().await;
    assert!(sent(t, "Đã ghi nhận khoản nộp").await[0].contains("GNT-0007"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_collected_here_goes_on_as_ever_with_its_last_day_and_a_receipt() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, PROCEDURE).await;
    let owes = o.handler.does(&code, "request_payment", request("here")).await;
    assert!(owes["fees"].as_array().unwrap().iter().all(|f| f["collected_by"] == "here"), "{owes}");
    let paper = json!({"number": "7", "paid_on": "2026-11-17"});
    let wrong = o.clerk.act(&code, "record_payment", json!({"method": "treasury", "paper": paper})).await;
    assert_eq!(rule(&wrong), "collected-here");
    let on = o.clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    assert_eq!((&on["status"]["number"], on["receipts"].as_array().unwrap().len()), (&json!(4), 1));
    // Without a notice.
    let lines = json!([{"kind": "phi", "name": "Phí thẩm định", "amount_vnd": 50_000}]);
    let plain_one = o.handler.does(&code, "request_payment", json!({"reason": "Phí.", "lines": lines})).await;
    assert_eq!((plain_one["obligations"].as_array().unwrap().len(), &plain_one["fees_due"]), (1, &json!(50_000)));
    o.clerk.does(&code, "record_payment", json!({"method": "pos"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_due_at_the_hand_over_does_not_hold_up_what_the_obligation_was_paid_for() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, PROCEDURE).await;
    o.handler.does(&code, "request_payment", request("elsewhere")).await;
    let paper = json!({"number": "GNT-0009", "paid_on": "2026-11-17", "amount_vnd": 12_500_000});
    let on = o.clerk.does(&code, "record_payment", json!({"method": "treasury", "paper": paper})).await;
    assert_eq!((&on["status"]["number"], &on["fees_due"]), (&json!(4), &json!(OWN_FEE)), "the clock runs again: {on}");
    assert!(on["remaining_working_minutes"].as_i64().is_some(), "{on}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_makes_no_sense_is_told_at_its_places_in_both_languages() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, PROCEDURE).await;
    let with = |changes: Value| {
        let mut body = request("elsewhere");
        for (name, value) in changes.as_object().unwrap() {
            body["notice"][name] = value.clone();
        }
        body
    };
    for (changes, wrong) in [
        (json!({"due_on": "2026-11-17"}), "/notice/due_on"),
        (json!({"issued_on": "2026-11-19"}), "/notice/issued_on"),
        (json!({"issued_on": "hôm qua"}), "/notice/issued_on"),
        (json!({"number": " "}), "/notice/number"),
        (json!({"issuer": "x".repeat(201)}), "/notice/issuer"),
        (json!({"collected_by": "nobody"}), "/notice/collected_by"),
        (json!({"collected_by": null}), "/notice/collected_by"),
        (json!({"account": "9".repeat(300)}), "/notice/account"),
    ] {
        assert_eq!(pointers(&o.handler.act(&code, "request_payment", with(changes)).await), [wrong]);
    }
    let empty = json!({"reason": "", "lines": [], "notice": {}});
    let all = pointers(&o.handler.act(&code, "request_payment", empty).await);
    for wanted in ["/lines", "/reason", "/notice/number", "/notice/due_on", "/notice/collected_by"] {
        assert!(all.iter().any(|p| p == wanted), "{wanted}: {all:?}");
    }
    let body = with(json!({"due_on": "2026-11-17"}));
    let english = is_problem(&o.handler.act_in_english(&code, "request_payment", body).await, 422);
    assert_eq!(english["errors"][0]["message"], "The last day to pay has passed or is too far ahead.");
    let there = o.clerk.get(&format!("/office/dossiers/{code}")).await.json();
    assert_eq!((&there["status"]["number"], &there["obligations"]), (&json!(4), &json!([])), "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_day_is_reminded_of_once_and_its_passing_marks_and_ends_nothing() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, PROCEDURE).await;
    o.handler.does(&code, "request_payment", request("elsewhere")).await;
    let reminders = |at: &'static str| {
        let t = &t;
        async move {
            t.set_clock(at);
            t.run_jobs().await;
            // The demonstration's own notice has another last day.
            let all = sent(t, "Sắp đến hạn nộp tiền").await;
            all.into_iter().filter(|mail| mail.contains("16/12/2026")).collect::<Vec<_>>()
        }
    };
    assert_eq!(reminders("2026-12-12T09:00:00+07:00").await.len(), 0, "four days before");
    let told = reminders("2026-12-13T09:00:00+07:00").await;
    assert_eq!(told.len(), 1, "three days before");
    assert!(
        told[0].contains("16/12/2026") && told[0].contains("12.500.000") && told[0].contains("Kho bạc"),
        "{}",
        told[0]
    );
    assert_eq!(reminders("2026-12-15T09:00:00+07:00").await.len(), 1, "once");
    assert_eq!(reminders("2026-12-17T09:00:00+07:00").await.len(), 1);
    let clerk = Person::officer(&t, "head").await;
    let late = clerk.get(&format!("/office/dossiers/{code}")).await.json();
    assert_eq!(
        (&late["status"]["number"], &late["obligations"][0]["overdue"]),
        (&json!(6), &json!(true)),
        "it goes on waiting"
    );
    let public = t.visitor().get(&format!("/api/v1/tracking/{code}?verifier=0011")).await.json();
    assert_eq!(
        (&public["obligation"]["overdue"], &public["obligation"]["due_on"]),
        (&json!(true), &json!("2026-12-16"))
    );
    let desk = officer(&t, "records").await;
    let list = plain(&page(&desk, "/can-bo?queue=payment").await);
    assert!(list.contains(&code) && list.contains("Quá hạn nộp tiền"), "{list}");
    assert!(plain(&page(&desk, &format!("/can-bo/ho-so/{code}")).await).contains("Quá hạn nộp tiền"));
    assert!(list_of(&desk, &code).await.is_empty(), "what is no obligation bears no mark");
}

/// The mark on any other dossier of the list.
async fn list_of(desk: &Visitor, but: &str) -> Vec<String> {
    let body = page(desk, "/can-bo?queue=all").await;
    let rows = body.split("<tr").filter(|row| row.contains("Quá hạn nộp tiền") && !row.contains(but));
    rows.map(plain).collect()
}

/// Attaches the scan of the notice from the desk; first without a file.
async fn scans_the_notice(handler: &Visitor, dossier: &str, desk: &str) {
    assert_eq!(
        led_to(&handler.submit(&Form::with_action(desk, &format!("{dossier}/scan_notice"))).await),
        format!("{dossier}/thong-bao")
    );
    let scans =
        Form::with_action(&page(handler, &format!("{dossier}/thong-bao")).await, &format!("{dossier}/thong-bao"));
    let none = crate::counter::submit_multipart(handler, &scans).await;
    assert_eq!(none.status, 422);
    assert!(plain(&none.body).contains("Hãy chọn một tệp."));
    let mut parts = Multipart::new();
    for (name, value) in &scans.fields {
        parts = parts.text(name.clone(), value.clone());
    }
    let parts = parts.part("scan", Part::bytes(PAPER.to_vec()).file_name("thong-bao.pdf"));
    let post = handler.request("POST", &scans.action).header("sec-fetch-site", "same-origin").multipart(parts);
    assert_eq!(led_to(&handler.send(post).await), dossier);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_ask_in_rows_make_the_paper_and_take_the_scan() {
    let t = demo::portal().await;
    let name = Person::citizen(&t, AN).await.files_for(&t, PROCEDURE).await;
    let at_once = demo::officer(&t.app, "clerk").await;
    let code =
        demo::act(&t.app, &at_once, &name, (dossiers::Step::Accept, json!({}))).await.dossier.code.clone().unwrap();
    demo::act(&t.app, &at_once, &code, (dossiers::Step::Forward, json!({}))).await;
    let (handler, dossier) = (officer(&t, "handler").await, format!("/can-bo/ho-so/{code}"));
    let mut form = Form::with_action(&page(&handler, &dossier).await, &format!("{dossier}/request_payment"));
    for (field, value) in [
        ("reason", "Theo thông báo thuế."),
        ("line_kind", "land_use_fee"),
        ("line_name", "Tiền sử dụng đất"),
        ("line_amount", "12.000.000"),
        ("line_kind_2", "personal_income_tax"),
        ("line_name_2", ""),
        ("line_amount_2", "500.000"),
        ("notice_number", "125/TB-CCT"),
        ("notice_issued_on", "16/11/2026"),
        ("notice_issuer", "Thuế cơ sở 1 thành phố Huế"),
        ("notice_due_on", "01/11/2026"),
        ("notice_collected_by", "elsewhere"),
        ("notice_account", "7111.1056137"),
    ] {
        form.set(field, value);
    }
    let again = handler.submit(&form).await;
    assert_eq!(again.status, 422, "{}", plain(&again.body));
    for id in ["request_payment-notice_due_on", "request_payment-line_name_2"] {
        assert!(again.body.contains(&format!("id=\"f-{id}-error\"")), "{id}");
    }
    assert!(again.body.contains("value=\"125/TB-CCT\"") && again.body.contains("value=\"500.000\""), "nothing is lost");
    form.set("notice_due_on", "16/12/2026");
    form.set("line_name_2", "Thuế TNCN");
    assert_eq!(led_to(&handler.submit(&form).await), dossier);
    let desk = page(&handler, &dossier).await;
    assert!(
        plain(&desk).contains("Hết ngày 16/12/2026") && desk.contains("/giay/thong-bao-nghia-vu"),
        "{}",
        plain(&desk)
    );

    scans_the_notice(&handler, &dossier, &desk).await;
    t.run_jobs().await;

    let an = t.signed_in(AN, PASSWORD).await;
    let mine = page(&an, &format!("/ho-so/{code}")).await;
    assert!(
        plain(&mine).contains("Bản quét thông báo") && plain(&mine).contains("Đã đính kèm bản quét"),
        "{}",
        plain(&mine)
    );
    let href = mine.split("<a href=\"").find(|part| part.contains(">Bản quét thông báo<")).unwrap();
    let scan = an.get(href.split('"').next().unwrap()).await;
    assert_eq!((scan.status, scan.header("content-type")), (200, "application/pdf"));
    let bank = officer(&t, "records").await;
    let refused = bank.get(&format!("{dossier}/thong-bao")).await;
    assert_eq!(refused.status, 403, "who may not ask for payment attaches no notice");

    let paid = crate::counter::act(
        &bank,
        &dossier,
        "record_payment",
        &[
            ("method", "treasury"),
            ("paper_number", "GNT-9"),
            ("paper_paid_on", "18/11/2026"),
            ("paper_amount_vnd", "12.500.000"),
        ],
    );
    assert_eq!(led_to(&paid.await), dossier);
    let desk = plain(&page(&bank, &dossier).await);
    assert!(desk.contains("Đã nộp đủ") && desk.contains("GNT-9"), "{desk}");
    let pdf = t.app.paper_pdf(&at_once, &code, "thong-bao-nghia-vu").await;
    let Some(pdftotext) = need::pdftotext().filter(|_| t.app.archive.sets_papers()) else { return };
    let says = text_of(&pdftotext, &pdf.unwrap());
    for part in ["12.500.000 đồng", "Mười hai triệu", "125/TB-CCT", "16/12/2026", "Thuế TNCN", "7111.1056137", &code]
    {
        assert!(says.contains(part), "{part}: {says}");
    }
    let own = an.get(&format!("/ho-so/{code}/giay/thong-bao-nghia-vu.pdf")).await;
    assert_eq!((own.status, own.header("content-type")), (200, "application/pdf"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_look_up_tells_what_is_owed_to_the_tax_office_only_to_its_person() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = o.in_hand(&t, PROCEDURE).await;
    o.handler.does(&code, "request_payment", request("elsewhere")).await;
    let anyone = t.visitor();
    let public = plain(&page(&anyone, &format!("/tra-cuu?ma={code}")).await);
    assert!(public.contains("đang chờ người nộp thực hiện nghĩa vụ tài chính"), "{public}");
    assert!(public.contains("10.000"), "the procedure's own fee stands in the catalogue: {public}");
    for hidden in ["12.500.000", "12.510.000", "16/12/2026", "125/TB-CCT", "Thuế cơ sở 1", "7111"] {
        assert!(!public.contains(hidden), "{hidden}: {public}");
    }
    let own = plain(&page(&anyone, &format!("/tra-cuu?ma={code}&xac-nhan=0011")).await);
    for part in ["12.500.000", "16/12/2026", "Kho bạc Nhà nước", "125/TB-CCT", "7111.1056137"] {
        assert!(own.contains(part), "{part}: {own}");
    }
    let api = anyone.get(&format!("/api/v1/tracking/{code}")).await.json();
    assert_eq!((&api["obligation"], &api["fees_due"]), (&Value::Null, &json!(OWN_FEE)));
    let api = anyone.get(&format!("/api/v1/tracking/{code}?verifier=0011")).await.json();
    assert_eq!((&api["obligation"]["collected_by"], &api["fees_due"]), (&json!("elsewhere"), &json!(12_510_000)));
    assert_eq!(api["details"]["obligation"]["number"], "125/TB-CCT");
    let english = plain(&page(&anyone, &format!("/tra-cuu?ma={code}&xac-nhan=0011&lang=en")).await);
    assert!(english.contains("at a bank or the State Treasury, by the end of 16/12/2026"), "{english}");

    let path = format!("/api/v1/office/dossiers/{code}/notice_scan");
    let send = |who: &Person| {
        let part = Part::bytes(PAPER.to_vec()).file_name("thông báo.pdf");
        let request = who.program.request("POST", &path).bearer_auth(&who.token);
        request.multipart(Multipart::new().part("file", part))
    };
    assert_eq!(o.approver.program.send(send(&o.approver)).await.status, 403);
    let kept = o.clerk.program.send(send(&o.clerk)).await;
    assert_eq!(kept.status, 201, "{}", kept.body);
    let there = o.an.get(&format!("/dossiers/{code}")).await.json();
    let scan = there["obligations"][0]["scan_url"].as_str().unwrap().to_owned();
    assert!(scan.starts_with(&format!("/api/v1/dossiers/{code}/attachments/")), "{scan}");
    t.run_jobs().await;
    assert_eq!(o.an.get(scan.strip_prefix("/api/v1").unwrap()).await.status, 200);
}

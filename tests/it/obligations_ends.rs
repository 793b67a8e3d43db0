//! Obligations of dossiers that end or are settled: what is said of them, and what is asked for no more.

use motcua::db;
use motcua::dossiers::{self, Step};
use motcua::kernel::{AgencyId, DossierId};
use motcua::office::obligations::to_remind;
use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use crate::acts::Office;
use crate::counter::{act, officer, page};
use crate::obligations::{PROCEDURE, pointers, request, rule, sent};
use crate::support::api::Person;
use crate::support::app::{Answer, TestApp};
use crate::support::demo::{self, AN, COMMITTEE, PAPER, PASSWORD};
use crate::support::html::plain;
use crate::support::shop::Shop;

const ENDED: &str = "Không còn phải nộp: hồ sơ đã kết thúc";

/// A dossier in the handler's hands that waits for what a notice asks for; its code.
async fn asked(t: &TestApp, o: &Office, collected_by: &str) -> String {
    let code = o.in_hand(t, PROCEDURE).await;
    o.handler.does(&code, "request_payment", request(collected_by)).await;
    code
}

/// A dossier in the handler's hands, of officers who have not signed in; its code.
async fn handled(t: &TestApp) -> String {
    let name = Person::citizen(t, AN).await.files_for(t, PROCEDURE).await;
    let clerk = demo::officer(&t.app, "clerk").await;
    let accepted = demo::act(&t.app, &clerk, &name, (Step::Accept, json!({}))).await;
    let code = accepted.dossier.code.clone().unwrap();
    demo::act(&t.app, &clerk, &code, (Step::Forward, json!({}))).await;
    code
}

fn state(dossier: &Value) -> &str {
    dossier["obligations"][0]["state"].as_str().unwrap_or_else(|| panic!("{dossier}"))
}

fn paid(amount: i64) -> Value {
    json!({"method": "treasury", "paper": {"number": "GNT-7", "paid_on": "2026-11-17", "amount_vnd": amount}})
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_called_paid_that_nobody_paid() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = asked(&t, &o, "elsewhere").await;
    let there = o.an.get(&format!("/dossiers/{code}")).await.json();
    assert_eq!(state(&there), "owed");
    o.an.post(&format!("/dossiers/{code}/withdraw"), json!({"reason": "Không làm nữa."})).await;
    let gone = o.clerk.does(&code, "confirm_withdrawal", json!({})).await;
    assert_eq!((&gone["status"]["number"], &gone["fees_due"], state(&gone)), (&json!(7), &json!(0), "ended"));
    let an = t.signed_in(AN, PASSWORD).await;
    let (head, desk) = (officer(&t, "head").await, format!("/can-bo/ho-so/{code}"));
    for shown in [page(&an, &format!("/ho-so/{code}")).await, page(&head, &desk).await] {
        let says = plain(&shown);
        assert!(says.contains(ENDED) && !says.contains("Đã nộp đủ"), "{says}");
    }

    let code = asked(&t, &o, "elsewhere").await;
    let paper = json!({"number": "9/QĐ-CT", "issued_on": "2026-11-17"});
    let free = o.approver.does(&code, "waive_fee", json!({"reason": "Đã được miễn.", "paper": paper})).await;
    assert_eq!((&free["status"]["number"], state(&free)), (&json!(4), "let_go"));
    let says = plain(&page(&an, &format!("/ho-so/{code}")).await);
    assert!(says.contains("Không còn phải nộp") && !says.contains(ENDED) && !says.contains("Đã nộp đủ"), "{says}");

    let code = asked(&t, &o, "elsewhere").await;
    let on = o.clerk.does(&code, "record_payment", paid(12_500_000)).await;
    assert_eq!((state(&on), &on["obligations"][0]["owed_vnd"]), ("paid", &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_before_acceptance_is_not_taken_in_and_owes_nothing() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let name = o.an.files_for(&t, PROCEDURE).await;
    let waits = o.clerk.does(&name, "request_payment", request("elsewhere")).await;
    assert!(waits["status"]["number"] == 6 && waits["fees_due"].as_i64().unwrap() > 0, "{waits}");
    let why = "Không nộp theo thông báo.";
    let gone = o.handler.does(&name, "stop", json!({"reason": why})).await;
    assert_eq!((&gone["status"]["number"], &gone["step"]), (&json!(3), &Value::Null));
    assert_eq!((&gone["fees_due"], &gone["fees"], state(&gone)), (&json!(0), &json!([]), "ended"));
    for (form, status) in [("mau-03", 200), ("mau-05", 404)] {
        let paper = o.clerk.get(&format!("/office/dossiers/{name}/papers/{form}")).await;
        assert_eq!(paper.status, status, "{form}: {}", paper.body);
    }
    let public = t.visitor().get(&format!("/api/v1/tracking/{name}")).await.json();
    assert_eq!((&public["fees_due"], &public["obligation"]), (&json!(0), &Value::Null));
    t.run_jobs().await;
    assert!(sent(&t, "Hồ sơ không được tiếp nhận").await[0].contains(why));
    let stopped = sent(&t, "Dừng giải quyết hồ sơ").await;
    assert!(stopped.iter().all(|letter| !letter.contains(why)), "{stopped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_closed_for_good_owes_nothing_and_what_may_go_on_still_does() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = asked(&t, &o, "elsewhere").await;
    let stopped = o.handler.does(&code, "stop", json!({"reason": "Quá hạn nộp."})).await;
    assert!(stopped["status"]["number"] == 8 && stopped["fees_due"].as_i64().unwrap() > 12_000_000, "{stopped}");
    assert_eq!(state(&stopped), "owed", "it may go on");
    let closed = o.approver.does(&code, "close", json!({"reason": "Không ai đến."})).await;
    assert_eq!((&closed["fees_due"], state(&closed)), (&json!(0), "ended"));
}

async fn scans(o: &Office, code: &str, name: &str) -> Answer {
    let path = format!("/api/v1/office/dossiers/{code}/notice_scan");
    let part = Part::bytes(PAPER.to_vec()).file_name(name.to_owned());
    let request = o.clerk.program.request("POST", &path).bearer_auth(&o.clerk.token);
    o.clerk.program.send(request.multipart(Multipart::new().part("file", part))).await
}

fn files(dossier: &Value) -> usize {
    dossier["documents"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_scan_takes_the_place_of_the_one_before_and_a_settled_notice_takes_none() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = asked(&t, &o, "elsewhere").await;
    let before = files(&o.an.get(&format!("/dossiers/{code}")).await.json());
    let mut scan = String::new();
    for name in ["một.pdf", "hai.pdf"] {
        let kept = scans(&o, &code, name).await;
        assert_eq!(kept.status, 201, "{}", kept.body);
        let there = o.an.get(&format!("/dossiers/{code}")).await.json();
        assert_eq!(files(&there), before + 1, "one scan of one notice");
        let url = there["obligations"][0]["scan_url"].as_str().unwrap().to_owned();
        assert_ne!(url, scan);
        scan = url;
    }
    let an = t.signed_in(AN, PASSWORD).await;
    let panel = async |t: &TestApp| {
        t.run_jobs().await;
        let shown = page(&an, &format!("/ho-so/{code}")).await;
        shown.split("id=\"nghia-vu-1\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned()
    };
    assert!(panel(&t).await.contains("thong-bao-nghia-vu.pdf"));
    o.clerk.does(&code, "record_payment", paid(12_500_000)).await;

    let lines = json!([{"kind": "phi", "name": "Phí\u{202e} thẩm\nđịnh ", "amount_vnd": 50_000}]);
    let owes = o.handler.does(&code, "request_payment", json!({"reason": "Phí.", "lines": lines})).await;
    assert_eq!(owes["status"]["number"], 6);
    assert!(owes["fees"].to_string().contains("\"Phí thẩm định\""), "a name is one clean line: {}", owes["fees"]);
    assert_eq!(rule(&scans(&o, &code, "ba.pdf").await), "no-notice", "the notice is settled");
    let there = o.an.get(&format!("/dossiers/{code}")).await.json();
    assert_eq!((there["obligations"][0]["scan_url"].as_str(), files(&there)), (Some(scan.as_str()), before + 1));
    assert!(!panel(&t).await.contains("thong-bao-nghia-vu.pdf"), "the newest paper is of another request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_is_none_is_never_read_as_another() {
    let t = demo::portal().await;
    let code = handled(&t).await;
    let (handler, dossier) = (officer(&t, "handler").await, format!("/can-bo/ho-so/{code}"));
    for wrong in ["1.500.000,00", "-50.000", "12,5 triệu", "1.5"] {
        let typed = [("reason", "Theo thông báo."), ("line_kind", "phi"), ("line_name", "Phí"), ("line_amount", wrong)];
        let again = act(&handler, &dossier, "request_payment", &typed).await;
        assert_eq!(again.status, 422, "{wrong}");
        assert!(again.body.contains("id=\"f-request_payment-line_amount-error\""), "{wrong}: {}", plain(&again.body));
        assert!(again.body.contains(&format!("value=\"{wrong}\"")), "nothing is lost");
        assert!(plain(&again.body).contains("không có phần lẻ"), "{}", plain(&again.body));
    }
    let clerk = Person::officer(&t, "clerk").await;
    let line = |amount: i64| json!({"kind": "phi", "name": "Phí", "amount_vnd": amount});
    let body = |amount: i64| json!({"reason": "Phí.", "lines": [line(1_000), line(amount)]});
    for (amount, says) in [(0, "lớn hơn 0"), (-5, "lớn hơn 0"), (1_000_000_000_001, "tối đa 1.000.000.000.000 đ")]
    {
        let wrong = clerk.act(&code, "request_payment", body(amount)).await;
        assert_eq!(pointers(&wrong), ["/lines/1/amount_vnd"]);
        assert!(wrong.body.contains(says), "{}", wrong.body);
    }
    let long = json!({"reason": "Phí.", "lines": [{"kind": "phi", "name": "x".repeat(251), "amount_vnd": 1}]});
    assert_eq!(pointers(&clerk.act(&code, "request_payment", long).await), ["/lines/0/name"]);
    let padded = json!({"kind": "phi", "name": format!(" {}  ", "x".repeat(250)), "amount_vnd": 1});
    clerk.does(&code, "request_payment", json!({"reason": "Phí.", "lines": [padded]})).await;
    let proof = json!({"reason": "Hộ nghèo.", "proof": "x".repeat(2_001)});
    assert_eq!(pointers(&Person::officer(&t, "approver").await.act(&code, "waive_fee", proof).await), ["/proof"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_english_reads_no_vietnamese_of_ours() {
    let t = demo::portal().await;
    let code = handled(&t).await;
    let does = async |who: &str, step: Step, body: Value| {
        let who = demo::officer(&t.app, who).await;
        demo::act(&t.app, &who, &code, (step, body)).await;
    };
    does("handler", Step::RequestPayment, request("elsewhere")).await;
    let desk = format!("/can-bo/ho-so/{code}");
    let handler = officer(&t, "handler").await;
    let published = t.app.catalogue.published(&t.app.db, PROCEDURE).await.unwrap().unwrap();
    let names = published.content.name.clone();
    let shown = plain(&page(&handler, &format!("{desk}/thong-bao?lang=en")).await);
    assert!(shown.contains(names.en.as_deref().unwrap()) && !shown.contains(&names.vi), "{shown}");
    page(&handler, &format!("{desk}?lang=vi")).await;
    does("clerk", Step::RecordPayment, paid(12_500_000)).await;
    let an = t.signed_in(AN, PASSWORD).await;
    for (browser, path) in [(&handler, desk.clone()), (&an, format!("/ho-so/{code}"))] {
        let english = plain(&page(browser, &format!("{path}?lang=en")).await);
        assert!(english.contains("State budget payment slip no. GNT-7 of 17/11/2026"), "{english}");
        assert!(!english.contains("Giấy nộp tiền vào ngân sách"), "{english}");
        let vietnamese = plain(&page(browser, &format!("{path}?lang=vi")).await);
        assert!(vietnamese.contains("Giấy nộp tiền vào ngân sách nhà nước số GNT-7 ngày 17/11/2026"), "{vietnamese}");
    }
}

async fn id_of(t: &TestApp, code: &str) -> DossierId {
    let code = code.to_owned();
    t.app.db.read(move |c: &mut db::Conn| dossiers::find_id(c, &code)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_reminded_whatever_is_wrong_with_one_of_them() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let mut there = Vec::new();
    for _ in 0..3 {
        let code = asked(&t, &o, "elsewhere").await;
        there.push((id_of(&t, &code).await, code));
    }
    there.sort_unstable();
    let ids: Vec<DossierId> = there.iter().map(|(id, _)| *id).collect();
    t.set_clock("2026-12-13T07:00:00+07:00");
    let now = t.app.now();
    let mut found = Vec::new();
    // Each once, whatever the number of fees, and page by page until there are no more.
    while let Some(id) = {
        let after = found.last().copied();
        t.app.db.read(move |c| to_remind(c, (now, 3), (after, 1))).await.unwrap().pop()
    } {
        found.push(id);
    }
    assert_eq!(found, ids);
    // One whose calendar can't be read.
    let broken = ids[0];
    let spoil = move |tx: &mut db::Tx<'_>| {
        use db::schema::{agencies as a, dossiers as d, shifts as s};
        use diesel::prelude::*;
        let other = a::table.filter(a::code.ne(COMMITTEE)).order(a::code);
        let (other, code): (AgencyId, String) = other.select((a::id, a::code)).first(tx.conn())?;
        diesel::insert_into(s::table)
            .values((
                s::calendar.eq(code),
                s::weekday.eq(9),
                s::opens.eq("07:30"),
                s::closes.eq("11:30"),
                s::valid_from.eq(db::types::D(jiff::civil::date(2026, 1, 1))),
            ))
            .execute(tx.conn())?;
        diesel::update(d::table.find(broken)).set(d::acting_agency_id.eq(other)).execute(tx.conn())?;
        Ok::<_, db::Error>(())
    };
    t.app.db.write(spoil).await.unwrap();
    t.set_clock("2026-12-13T09:00:00+07:00");
    t.run_jobs().await;
    let told = sent(&t, "Sắp đến hạn nộp tiền").await;
    let is_told = |code: &str| told.iter().any(|letter| letter.contains(code));
    let who: Vec<bool> = there.iter().map(|(_, code)| is_told(code)).collect();
    assert_eq!(who, [false, true, true], "the others are told");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_paid_is_not_called_unpaid() {
    let shop = Shop::open();
    let t = &shop.t;
    let o = Office::of(t).await;
    let code = asked(t, &o, "here").await;
    t.set_clock("2026-12-13T07:55:00+07:00");
    let an = Person::citizen(t, AN).await;
    shop.begun(&an, &code).await;
    t.set_clock("2026-12-13T08:01:00+07:00");
    t.run_jobs().await;
    let told = async || {
        let letters = sent(t, "Sắp đến hạn nộp tiền").await;
        letters.iter().filter(|letter| letter.contains(&code)).count()
    };
    assert_eq!(told().await, 0, "somebody is paying just now");
    t.set_clock("2026-12-13T12:00:00+07:00");
    t.run_jobs().await;
    t.set_clock("2026-12-14T09:00:00+07:00");
    t.run_jobs().await;
    assert_eq!(told().await, 1, "nothing came of it");
}

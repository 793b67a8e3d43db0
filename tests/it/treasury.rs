//! What other agencies collect: let go by their paper only, and paid by a slip that serves one dossier.

use jiff::civil::date;
use motcua::db;
use motcua::dossiers;
use motcua::kernel::{DossierId, Vnd};
use motcua::payments::{self, TreasuryPayment};
use serde_json::{Value, json};

use crate::acts::Office;
use crate::counter::{act, led_to, officer, page};
use crate::obligations::{OWN_FEE, PROCEDURE, pointers, request, rule};
use crate::support::api::is_problem;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::{Form, plain};

/// What the notice of the tests asks for.
const BY_NOTICE: i64 = 12_500_000;

/// A dossier that waits for what the treasury collects; its code.
async fn asked(t: &TestApp, o: &Office) -> String {
    let code = o.in_hand(t, PROCEDURE).await;
    o.handler.does(&code, "request_payment", request("elsewhere")).await;
    code
}

async fn id_of(t: &TestApp, code: &str) -> DossierId {
    let code = code.to_owned();
    t.app.db.read(move |c: &mut db::Conn| dossiers::find_id(c, &code)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_agency_collects_is_let_go_by_its_paper_only() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = asked(&t, &o).await;
    let bare = || json!({"reason": "Hộ nghèo."});
    let ours = o.approver.does(&code, "waive_fee", bare()).await;
    assert_eq!((&ours["status"]["number"], &ours["fees_due"]), (&json!(6), &json!(BY_NOTICE)), "only what is ours");
    assert_eq!(rule(&o.approver.act(&code, "waive_fee", bare()).await), "not-ours-to-waive");
    let english = o.approver.act_in_english(&code, "waive_fee", bare()).await;
    assert!(english.body.contains("can't be waived here"), "{}", english.body);

    let by = |paper: Value| json!({"reason": "Đã được miễn.", "paper": paper});
    for (paper, wrong) in [
        (json!({}), vec!["/paper/number", "/paper/issued_on"]),
        (json!({"number": " ", "issued_on": "2026-11-17"}), vec!["/paper/number"]),
        (json!({"number": "9/QĐ-CT", "issued_on": "2026-11-19"}), vec!["/paper/issued_on"]),
        (json!({"number": "9/QĐ-CT", "issued_on": "1926-11-17"}), vec!["/paper/issued_on"]),
    ] {
        assert_eq!(pointers(&o.approver.act(&code, "waive_fee", by(paper)).await), wrong);
    }
    let paper = json!({"number": "9/QĐ-CT", "issued_on": "2026-11-17"});
    assert_eq!(o.clerk.act(&code, "waive_fee", by(paper.clone())).await.status, 403);
    let on = o.approver.does(&code, "waive_fee", by(paper.clone())).await;
    assert_eq!((&on["status"]["number"], &on["fees_due"]), (&json!(4), &json!(0)));
    assert!(on["fees"].as_array().unwrap().iter().all(|fee| fee["state"] == "waived"), "{on}");
    assert_eq!(on["treasury_payments"], json!([]), "nothing was paid");
    assert_eq!(rule(&o.approver.act(&code, "waive_fee", by(paper.clone())).await), "nothing-owed");
    let events = o.clerk.get(&format!("/office/dossiers/{code}/events")).await.json();
    let event = events["items"].as_array().unwrap().iter().rfind(|e| e["act"] == "waive_fee").unwrap().clone();
    assert_eq!((&event["changes"]["paper"], &event["changes"]["waived_vnd"]), (&paper, &json!(BY_NOTICE)));
    let an = t.signed_in(AN, PASSWORD).await;
    let says = plain(&page(&an, &format!("/ho-so/{code}")).await);
    assert!(says.contains("Không còn phải nộp") && says.contains("9/QĐ-CT ngày 17/11/2026"), "{says}");
    assert!(!says.contains("Đã nộp đủ"), "{says}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_for_the_paper_where_another_agency_collects() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = asked(&t, &o).await;
    let (head, dossier) = (officer(&t, "head").await, format!("/can-bo/ho-so/{code}"));
    let typed = [("reason", "Nhập sai số tiền."), ("paper_number", "125/TB-CCT"), ("paper_issued_on", "mai")];
    let wrong = act(&head, &dossier, "waive_fee", &typed).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    assert!(wrong.body.contains("id=\"f-waive_fee-paper_issued_on-error\""), "{}", plain(&wrong.body));
    let typed = [("reason", "Nhập sai số tiền."), ("paper_number", "125/TB-CCT"), ("paper_issued_on", "16/11/2026")];
    assert_eq!(led_to(&act(&head, &dossier, "waive_fee", &typed).await), dossier);
    let there = o.clerk.get(&format!("/office/dossiers/{code}")).await.json();
    assert_eq!((&there["status"]["number"], &there["fees_due"]), (&json!(4), &json!(OWN_FEE)), "ours is still owed");
    let ours = page(&head, &dossier).await;
    assert!(!ours.contains("f-waive_fee-paper_number") && ours.contains("f-waive_fee-proof"), "{}", plain(&ours));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_slip_serves_one_dossier_and_several_fees_of_it() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let (first, second) = (asked(&t, &o).await, asked(&t, &o).await);
    let paid = |number: &str, lines: Value, amount: i64| {
        let paper = json!({"number": number, "paid_on": "2026-11-17", "amount_vnd": amount});
        json!({"method": "treasury", "paper": paper, "lines": lines})
    };
    let part = o.clerk.does(&first, "record_payment", paid("GNT-0007", json!(["land_use_fee-1"]), 12_000_000)).await;
    assert_eq!(part["fees_due"], json!(500_000 + OWN_FEE));
    let rest = o.clerk.does(&first, "record_payment", paid("gnt 0007", json!([]), 500_000)).await;
    assert_eq!(rest["fees_due"], json!(OWN_FEE));
    let recorded = rest["treasury_payments"].as_array().unwrap();
    assert_eq!((recorded.len(), &recorded[0]["amount_vnd"]), (1, &json!(BY_NOTICE)), "one slip, one payment: {rest}");

    for same in ["GNT-0007", "gnt.0007", "GNT 0007"] {
        let refused = o.clerk.act(&second, "record_payment", paid(same, json!([]), 12_500_000)).await;
        assert_eq!(rule(&refused), "paper-used");
        assert!(refused.body.contains(&first), "whose it is: {}", refused.body);
    }
    let english = o.clerk.act_in_english(&second, "record_payment", paid("GNT-0007", json!([]), 12_500_000)).await;
    assert!(is_problem(&english, 409).to_string().contains("a slip serves one dossier"), "{}", english.body);
    let there = o.clerk.get(&format!("/office/dossiers/{second}")).await.json();
    assert_eq!((&there["status"]["number"], &there["treasury_payments"]), (&json!(6), &json!([])), "nothing was kept");
    // Whatever looks away, the database does not.
    let (id, now) = (id_of(&t, &second).await, t.app.now());
    let slip = TreasuryPayment::new(id, ("GNT/0007".into(), date(2026, 11, 17)), Vnd(1), None, now);
    let kept = t.app.db.write(move |tx| payments::insert_treasury_payment(tx.conn(), &slip)).await;
    assert!(matches!(kept, Err(db::Error::Unique(_))), "{kept:?}");
    // The same number of another day is another slip.
    let other = json!({"method": "treasury", "paper": {"number": "GNT-0007", "paid_on": "2026-11-18", "amount_vnd": 12_500_000}});
    assert_eq!(o.clerk.does(&second, "record_payment", other).await["fees_due"], json!(OWN_FEE));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_dossiers_at_once_one_gets_the_slip() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let (first, second) = (asked(&t, &o).await, asked(&t, &o).await);
    let paid = || json!({"method": "treasury", "paper": {"number": "GNT-8", "paid_on": "2026-11-17", "amount_vnd": 12_500_000}});
    let (a, b) =
        tokio::join!(o.clerk.act(&first, "record_payment", paid()), o.clerk.act(&second, "record_payment", paid()));
    let (done, refused) = if a.status == 200 { (a, b) } else { (b, a) };
    assert_eq!((done.status, rule(&refused).as_str()), (200, "paper-used"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_for_one_of_several_taxes_settles_that_one_only() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = asked(&t, &o).await;
    let (records, dossier) = (officer(&t, "records").await, format!("/can-bo/ho-so/{code}"));
    let mut form = Form::with_action(&page(&records, &dossier).await, &format!("{dossier}/record_payment"));
    for (name, value) in [("method", "treasury"), ("paper_number", "GNT-21"), ("paper_paid_on", "18/11/2026")] {
        form.set(name, value);
    }
    let silent = records.submit(&form).await;
    assert_eq!(silent.status, 422, "{}", plain(&silent.body));
    assert!(plain(&silent.body).contains("Hãy ghi số tiền trên giấy nộp tiền"), "{}", plain(&silent.body));
    form.set("paper_amount_vnd", "500.000");
    let mixed = records.submit(&form).await;
    assert_eq!(mixed.status, 422, "{}", plain(&mixed.body));
    let says = plain(&mixed.body);
    assert!(says.contains("500.000") && says.contains("cộng lại là 12.500.000"), "{says}");
    assert!(mixed.body.contains("value=\"GNT-21\""), "nothing is lost");
    // The ticks are kept as they are; the clerk takes the other tax off.
    let mut form = Form::with_action(&mixed.body, &format!("{dossier}/record_payment"));
    let lines: Vec<String> = form.fields.iter().filter(|(n, _)| n == "paper_lines").map(|(_, v)| v.clone()).collect();
    assert_eq!(lines.len(), 2);
    let charge = o.clerk.get(&format!("/office/dossiers/{code}")).await.json()["fees"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fee| fee["amount_vnd"] == 500_000)
        .unwrap()["id"]
        .clone();
    form.fields.retain(|(n, v)| n != "paper_lines" || charge == v.as_str());
    assert_eq!(led_to(&records.submit(&form).await), dossier);
    let after = o.clerk.get(&format!("/office/dossiers/{code}")).await.json();
    assert_eq!((&after["status"]["number"], &after["fees_due"]), (&json!(6), &json!(12_000_000 + OWN_FEE)), "{after}");
}

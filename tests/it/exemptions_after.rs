//! What comes after a claim of an exemption: what the letter of a refusal says, colleagues at one counter, dossiers that end.

use motcua::catalog::fees::Amount;
use motcua::dossiers::Step;
use motcua::kernel::Vnd;
use serde_json::{Value, json};

use crate::acts::Office;
use crate::counter::{officer, page, submit_multipart};
use crate::exemptions::{
    DEATH, POOR, death, draft, file, filed_as_poor, group, is, patch, portal_with, reference, states, typed_at_counter,
};
use crate::obligations::sent;
use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::demo;
use crate::support::html::{Form, plain};

const MERIT: &str = "Giấy chứng nhận người có công";
const LATER: &str = "Cơ quan sẽ báo số tiền phải nộp";

/// Files for copies claiming several exemptions; the reference.
async fn claims(t: &TestApp, o: &Office, codes: &[&str]) -> String {
    let id = draft(t, &o.an).await;
    assert_eq!(patch(&o.an, &id, json!({"exemptions": codes})).await.status, 200);
    reference(&file(&o.an, &id).await)
}

/// The letters about refused exemptions, the newest last.
async fn letters(t: &TestApp) -> Vec<String> {
    t.run_jobs().await;
    sent(t, "Đề nghị miễn phí, lệ phí không được chấp nhận").await
}

#[tokio::test]
async fn where_another_claim_takes_over_the_letter_says_so() {
    let groups = || {
        vec![
            group("poor", "Hộ nghèo", Some(POOR)),
            group("merit", "Người có công", Some(MERIT)),
            group("child", "Trẻ em", None),
        ]
    };
    let t = portal_with(|fees| fees[0].exemptions = groups()).await;
    let o = Office::of(&t).await;
    let name = claims(&t, &o, &["poor", "merit"]).await;
    let why = json!({"reason": "Giấy đã hết hạn."});
    let refused = o.clerk.does(&name, "refuse_exemption", why.clone()).await;
    assert_eq!((&refused["fees_due"], &refused["flags"]), (&json!(0), &json!(["exemption_open"])), "{refused}");
    let letter = letters(&t).await.remove(0);
    assert!(letter.contains("(Người có công)") && letter.contains(MERIT), "its proof never came: {letter}");
    assert!(!letter.contains(LATER) && !letter.contains("không phải nộp thêm"), "{letter}");
    // The proof is brought before that is refused as well: something is owed now.
    o.clerk.does(&name, "refuse_exemption", json!({"exemption": "merit", "reason": "Không có giấy."})).await;
    let letters_now = letters(&t).await;
    let second = letters_now.iter().find(|letter| letter.contains("Không có giấy.")).unwrap();
    assert!(second.contains("24.000") && !second.contains(LATER), "{second}");

    let name = claims(&t, &o, &["poor", "child"]).await;
    o.clerk.does(&name, "refuse_exemption", json!({"reason": "Giấy của người khác."})).await;
    let letters_now = letters(&t).await;
    let third = letters_now.iter().find(|letter| letter.contains("Giấy của người khác.")).unwrap();
    assert!(third.contains("vẫn được miễn theo diện khác: Trẻ em") && !third.contains(LATER), "{third}");
}

#[tokio::test]
async fn what_nobody_knows_the_amount_of_is_told_later_and_only_that() {
    let unknown = |fees: &mut Vec<motcua::catalog::fees::FeeRule>| {
        fees[0].exemptions = vec![group("poor", "Hộ nghèo", Some(POOR))];
        fees[0].amount = Amount::Council { rates: vec![] };
    };
    let t = portal_with(unknown).await;
    let o = Office::of(&t).await;
    let name = reference(&filed_as_poor(&t, &o.an).await);
    o.clerk.does(&name, "refuse_exemption", json!({"reason": "Giấy đã hết hạn."})).await;
    let letter = letters(&t).await.remove(0);
    assert!(letter.contains(LATER) && !letter.contains("không phải nộp thêm"), "{letter}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_is_taken_for_what_the_clerk_looked_at_only() {
    let two = |fees: &mut Vec<motcua::catalog::fees::FeeRule>| {
        let mut second = fees[0].clone();
        (second.code, second.amount) = ("khac".to_owned(), Amount::Fixed { amount: Vnd(8_000) });
        fees[0].exemptions = vec![group("poor", "Hộ nghèo", Some(POOR))];
        fees.push(second);
    };
    let t = portal_with(two).await;
    let clerk = officer(&t, "clerk").await;
    let id = typed_at_counter(&t).await;
    let papers = format!("/can-bo/tiep-nhan/{id}/giay-to");
    let mut form = Form::with_action(&page(&clerk, &papers).await, &papers);
    form.fields.push(("exemption".to_owned(), "poor".to_owned()));
    let again = submit_multipart(&clerk, &form).await;
    let mut form = Form::with_action(&again.body, &papers);
    form.set("got.exempt_poor", "true");
    let finish = crate::counter::led_to(&submit_multipart(&clerk, &form).await);
    let shown = page(&clerk, &finish).await;
    assert!(plain(&shown).contains("8.000") && !plain(&shown).contains("32.000"), "{}", plain(&shown));
    let mut form = Form::with_action(&shown, &finish);
    for (name, value) in [("exemption.poor", "yes"), ("payment", "cash"), ("incomplete", "true")] {
        form.set(name, value);
    }
    let name = finish.split('/').nth(3).unwrap().to_owned();
    let colleague = demo::officer(&t.app, "clerk").await;
    let reason = json!({"reason": "Giấy đã hết hạn."});
    demo::act(&t.app, &colleague, &name, (Step::RefuseExemption, reason)).await;
    let stale = clerk.submit(&form).await;
    assert!(matches!(stale.status, 409 | 412), "{}: {}", stale.status, plain(&stale.body));
    let after = Person::officer(&t, "head").await.get(&format!("/office/dossiers/{name}")).await.json();
    assert_eq!((&after["fees_due"], &after["receipts"]), (&json!(32_000), &json!([])), "no money was booked: {after}");
    assert_eq!(after["status"]["number"], 1);
}

/// A death in the handler's hands whose supplement claims an exemption that nobody has looked at; its code.
async fn claimed_later(t: &TestApp, o: &Office) -> String {
    let name = death(t, &o.an, None).await;
    let accepted = o.clerk.does(&name, "accept", json!({})).await;
    let code = accepted["code"].as_str().unwrap().to_owned();
    o.clerk.does(&code, "forward", json!({})).await;
    let items = json!([{"pointer": "/le_phi/mien_le_phi", "note": "Khai lại."}]);
    o.handler.does(&code, "request_supplement", json!({"reason": "Khai chưa rõ.", "items": items})).await;
    let other = json!({"data": {"le_phi": {"mien_le_phi": "Hộ nghèo"}}});
    assert_eq!(patch(&o.an, &code, other).await.status, 200);
    o.an.attach(&code, "exempt_poor").await;
    let opened = o.an.post(&format!("/dossiers/{code}/supplement"), json!({"note": "Đã khai lại."})).await.json();
    assert_eq!((states(&opened), &opened["status"]["number"]), (is("poor", "open"), &json!(4)), "{opened}");
    code
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_closed_nobody_looks_at_a_proof_any_more() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let code = claimed_later(&t, &o).await;
    o.handler.does(&code, "stop", json!({"reason": "Không xác minh được."})).await;
    let closed = o.approver.does(&code, "close", json!({"reason": "Không ai đến."})).await;
    assert_eq!((&closed["flags"], states(&closed)), (&json!(["closed"]), is("poor", "undecided")), "{closed}");
    let desk = plain(&page(&officer(&t, "head").await, &format!("/can-bo/ho-so/{code}")).await);
    assert!(
        !desk.contains("chờ cán bộ kiểm tra") && desk.contains("hồ sơ kết thúc trước khi có người kiểm tra"),
        "{desk}"
    );
}

#[tokio::test]
async fn a_refusal_is_handed_over_whatever_waits_and_a_grant_is_not() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let records = Person::officer(&t, "records").await;
    for (outcome, status) in [("refused", 200), ("granted", 409)] {
        let code = claimed_later(&t, &o).await;
        let data = match outcome {
            "granted" => granted(&t, &o, &code).await,
            _ => json!({}),
        };
        o.handler.does(&code, "draft_result", json!({"data": data, "outcome": outcome})).await;
        o.handler.does(&code, "forward", json!({})).await;
        o.approver.does(&code, "approve", json!({})).await;
        o.approver.does(&code, "sign", json!({})).await;
        // The seal, where this result bears one: whoever puts it.
        for who in [&o.clerk, &records] {
            who.act(&code, "sign", json!({})).await;
        }
        let given = o.clerk.act(&code, "hand_over", json!({"method": "online"})).await;
        assert_eq!(given.status, status, "{outcome}: {}", given.body);
        assert_eq!(given.body.contains("exemption-open"), status == 409, "{}", given.body);
    }
}

/// What the result of a death says, from its form.
async fn granted(t: &TestApp, o: &Office, code: &str) -> Value {
    let published = t.app.catalogue.published(&t.app.db, DEATH).await.unwrap().unwrap();
    let case = demo::first_case(&t.app, DEATH).await;
    let def = published.content.cases.iter().find(|c| c.code == case).unwrap().results[0].clone();
    let data = o.an.get(&format!("/dossiers/{code}")).await.json()["data"].clone();
    motcua::office::draft_result::prefilled(&def, &data)
}

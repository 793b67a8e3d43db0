//! Forms of acts that were sent with something left out or spoilt: the page says at its field what to do, in the reader's
//! language, and never in the words of the program.

use motcua::dossiers::Step;
use serde_json::json;

use crate::counter::{led_to, officer, page};
use crate::support::api::Person;
use crate::support::app::{Answer, TestApp, Visitor};
use crate::support::demo::{self, AN};
use crate::support::html::{Form, plain};

/// What a person is never shown: the words of the library that reads bodies.
const RAW: [&str; 5] = ["expected", "unknown variant", "missing field", "không đúng dạng", "ill-typed"];

/// The form of an act with these fields, whatever stood in them before.
async fn sent(browser: &Visitor, dossier: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = Form::with_action(&page(browser, dossier).await, &format!("{dossier}/{act}"));
    for (name, value) in fields {
        form.set(name, value);
    }
    browser.submit(&form).await
}

/// The page again, with a summary that leads to the field of the act, and nothing of the program's words.
fn told(answer: &Answer, field: &str, says: &str) {
    let text = plain(&answer.body);
    assert_eq!(answer.status, 422, "{text}");
    assert!(answer.body.contains(&format!("href=\"#f-{field}\"")), "{field}: {text}");
    assert!(answer.body.contains(&format!("id=\"f-{field}-error\"")), "{field}: {}", answer.body);
    assert!(text.matches(says).count() >= 2, "{field}: {says}: {text}");
    let main = plain(answer.body.split("<main").nth(1).unwrap());
    assert!(RAW.iter().all(|raw| !main.contains(raw)), "{field}: {main}");
}

async fn fee_due(t: &TestApp) -> String {
    format!("/can-bo/ho-so/{}", Person::citizen(t, AN).await.files_for(t, "1.001612").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_taken_in_one_of_the_ways() {
    let t = demo::portal().await;
    let dossier = fee_due(&t).await;
    let clerk = officer(&t, "clerk").await;
    for way in ["", "vàng"] {
        let again = sent(&clerk, &dossier, "record_payment", &[("method", way)]).await;
        told(&again, "record_payment-method", "Hãy chọn một cách.");
    }
    page(&clerk, &format!("{dossier}?lang=en")).await;
    let again = sent(&clerk, &dossier, "record_payment", &[("method", "")]).await;
    told(&again, "record_payment-method", "Choose one of the ways.");
    assert_eq!(led_to(&sent(&clerk, &dossier, "record_payment", &[("method", "pos")]).await), dossier);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_and_choices_that_are_none_are_told_at_their_fields() {
    const NO_DAY: &str = "Ngày này chưa đúng; hãy ghi lại.";
    let t = demo::portal().await;
    let name = Person::citizen(&t, AN).await.files(&t).await;
    let clerk = demo::officer(&t.app, "clerk").await;
    let code = demo::act(&t.app, &clerk, &name, (Step::Accept, json!({}))).await.dossier.code.clone().unwrap();
    let dossier = format!("/can-bo/ho-so/{code}");
    let clerk = officer(&t, "clerk").await;
    let fields =
        [("reason", "Giấy chứng sinh mờ"), ("due_on", "mai"), ("items", "other"), ("items.note.other", "Chụp lại")];
    let again = sent(&clerk, &dossier, "request_supplement", &fields).await;
    told(&again, "request_supplement-due_on", NO_DAY);
    for kept in ["Giấy chứng sinh mờ", "value=\"mai\"", "value=\"Chụp lại\""] {
        assert!(again.body.contains(kept), "{kept}: nothing is lost");
    }
    let again = sent(&clerk, &dossier, "extend", &[("reason", "Thiếu người"), ("new_due_on", "mốt")]).await;
    told(&again, "extend-new_due_on", NO_DAY);
    let again = sent(&clerk, &dossier, "extend", &[("reason", "Thiếu người"), ("new_due_on", "")]).await;
    told(&again, "extend-new_due_on", "Hãy ghi ngày.");
    led_to(&sent(&clerk, &dossier, "forward", &[]).await);
    let handler = officer(&t, "handler").await;
    let drafting = format!("{dossier}/du-thao");
    let mut form = Form::with_action(&page(&handler, &drafting).await, &drafting);
    form.set("outcome", "");
    form.set("note", "Ghi dở");
    let again = handler.submit(&form).await;
    assert_eq!(again.status, 422);
    assert!(
        again.body.contains("href=\"#f-draft-outcome\"") && again.body.contains("Ghi dở"),
        "{}",
        plain(&again.body)
    );
    assert!(plain(&again.body).contains("Hãy chọn kết quả."), "{}", plain(&again.body));
    let fields = [("agency", ""), ("question", "Còn cư trú không?"), ("due_on", "30/12/2026")];
    let again = sent(&handler, &dossier, "ask_opinion", &fields).await;
    told(&again, "ask_opinion-agency", "Hãy chọn cơ quan.");
    assert!(again.body.contains("Còn cư trú không?"));
}

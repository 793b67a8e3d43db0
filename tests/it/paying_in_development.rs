//! `motcua serve` in development brings a gateway of its own: a payment goes its whole way with no settings at all.

use motcua::devservices::vnpay::Behaviour;
use serde_json::Value;

use crate::support::api::Person;
use crate::support::app::Visitor;
use crate::support::db::FreshDatabase;
use crate::support::demo::AN;
use crate::support::process::Process;
use crate::support::shop::COPIES;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_goes_its_way_with_no_settings() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let server = Process::start(dir.path(), database.url());
    let an = Person::citizen_at(&server.base, AN).await;
    let procedure: Value = an.get(&format!("/procedures/{COPIES}")).await.json();
    let case = &procedure["cases"][0];
    let answers = case["form"]["schema"]["examples"][0].clone();
    let name = an.files_answers((COPIES, case["code"].as_str().unwrap()), answers, "online").await;
    let begun = an.post(&format!("/dossiers/{name}/payments"), serde_json::json!({"method": "vnpay"})).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let url = begun.json()["redirect_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/phat-trien/vnpay/", server.base)), "{url}");

    let browser = Visitor::of(&server.base).client;
    let page = browser.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Cổng thanh toán thử nghiệm"), "{page}");
    for behaviour in Behaviour::ALL {
        assert!(page.contains(&format!("value=\"{}\"", behaviour.as_str())), "{behaviour:?}");
    }
    let (action, order) = url.split_once('?').unwrap();
    let pressed = browser.post(action).form(&[("order", order), ("behaviour", "ipn_first")]).send().await.unwrap();
    assert_eq!(pressed.status(), 303);
    let back = pressed.headers()["location"].to_str().unwrap().to_owned();
    let shown = browser.get(&back).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Đã thanh toán"), "{shown}");
    let dossier = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(dossier["fees_due"], 0);
    // Pressed again nothing is taken again, and the way back says what is so.
    let again = browser.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(again.contains("không trừ tiền lần nữa"), "{again}");
    let unsigned = browser.get(format!("{action}?vnp_TxnRef=1")).send().await.unwrap();
    assert_eq!(unsigned.status(), 400);
}

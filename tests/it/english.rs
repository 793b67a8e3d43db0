//! Who reads English is told the names of services, fees and papers in English, where the catalogue has them.

use motcua::accounts::{people, profile};
use motcua::kernel::Lang;
use serde_json::json;

use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::plain;

const SERVICE: &str = "Registration of a birth";
const IN_VIETNAMESE: &str = "đăng ký khai sinh";
const FEE: &str = "Copies of the birth certificate";

/// An reads English from now on.
async fn reads_english(t: &TestApp) {
    let now = t.app.now();
    let write = move |tx: &mut motcua::db::Tx<'_>| {
        let an = people::by_email(tx.conn(), "an@demo.invalid")?.remove(0);
        profile::set_language(tx, an.id, Lang::En, now)
    };
    t.app.db.write(write).await.unwrap();
}

#[tokio::test]
async fn pages_and_notices_name_services_and_fees_in_english() {
    let t = demo::portal().await;
    reads_english(&t).await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let name = an.files(&t).await;
    let visitor = t.signed_in(AN, PASSWORD).await;
    let page = plain(&visitor.get("/ho-so?lang=en").await.body);
    assert!(page.contains(SERVICE) && !page.to_lowercase().contains(IN_VIETNAMESE), "{page}");
    let page = plain(&visitor.get(&format!("/ho-so/{name}?lang=en")).await.body);
    assert!(page.contains(SERVICE) && page.contains(FEE) && !page.contains("Bản sao Giấy khai sinh"), "{page}");
    let page = plain(&t.visitor().get(&format!("/tra-cuu?ma={name}&lang=en")).await.body);
    assert!(page.contains(SERVICE), "{page}");
    let path = format!("/api/v1/dossiers/{name}");
    let fee = async |lang: &str| {
        let request = an.program.request("GET", &path).bearer_auth(&an.token).header("accept-language", lang);
        an.program.send(request).await.json()["fees"][0]["name"].clone()
    };
    assert_eq!(fee("en").await, FEE);
    assert_eq!(fee("vi").await, "Bản sao Giấy khai sinh", "as it was written down at filing");

    let items = json!([{"document": "giay_chung_sinh", "note": "Chụp lại."}]);
    clerk.does(&name, "request_supplement", json!({"reason": "Mờ.", "items": items})).await;
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let of_dossier = outbox["items"].as_array().unwrap().iter().filter(|m| m["text"].to_string().contains(&name));
    let mails: Vec<String> = of_dossier
        .filter(|message| message["channel"] == "email")
        .map(|message| format!("{} {}", message["subject"], message["text"]))
        .collect();
    assert_eq!(mails.len(), 2, "{mails:?}");
    for mail in &mails {
        assert!(mail.contains(SERVICE) && !mail.to_lowercase().contains(IN_VIETNAMESE), "{mail}");
    }
    assert!(
        mails.iter().any(|mail| mail.contains("birth")) && !mails.iter().any(|mail| mail.contains("Giấy chứng sinh"))
    );
}

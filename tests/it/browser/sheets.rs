//! What is printed on one page is one page in a real browser.

use serde_json::{Value, json};

use super::person::{DESK, Person};
use crate::support::{demo, need};

/// The page that is open now as this browser prints it, by the page's own paper size.
async fn printed(one: &Person) -> Vec<u8> {
    let printed = one.cdp("Page.printToPDF", json!({"preferCSSPageSize": true})).await;
    data_encoding::BASE64.decode(printed["data"].as_str().expect("a printed page").as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_of_every_procedure_prints_on_one_page_with_steps_and_laws() {
    let Some(programs) = need::browser() else { return };
    let t = demo::portal().await;
    let one = Person::before(&t, &programs, true, DESK).await;
    let mut longer = Vec::new();
    for import in motcua::catalog::shipped().unwrap() {
        let code = &import.revision.code;
        for lang in ["vi", "en"] {
            one.open(&format!("/thu-tuc/{code}/in?lang={lang}")).await;
            let parts = one.ask("return document.querySelectorAll('.sheet__part ol li, .sheet__law').length").await;
            assert!(parts.as_u64().is_some_and(|n| n > 2), "{code} has neither steps nor laws: {parts}");
            let pdf = printed(&one).await;
            if let Some(directory) = need::shots() {
                std::fs::write(directory.join(format!("sheet-{code}-{lang}.pdf")), &pdf).unwrap();
            }
            let pages = lopdf::Document::load_mem(&pdf).unwrap().get_pages().len();
            let class = one.ask("return document.querySelector('.sheet').className").await;
            assert!(
                !class.as_str().unwrap().ends_with("xxs"),
                "{code}: in the smallest type nobody reads it at a counter"
            );
            if pages != 1 {
                longer.push((code.clone(), lang, pages, class));
            }
        }
    }
    assert!(longer.is_empty(), "more than a page: {longer:?}");
    one.open("/thu-tuc/1.001193").await;
    let leads = one.ask("return document.querySelector('a[href$=\"/in\"]') !== null").await;
    assert_eq!(leads, Value::Bool(true), "the procedure's page leads to its guide");
}

//! Who took a result at the counter can be read afterwards, by the agency that gave it.

use serde_json::json;

use crate::counter::{officer, page};
use crate::desk::decided;
use crate::results::text_of;
use crate::support::api::Person;
use crate::support::demo;
use crate::support::html::plain;
use crate::support::need;

const NUMBER: &str = "046095000033";

#[tokio::test(flavor = "multi_thread")]
async fn who_took_a_result_stands_on_the_desk_and_in_the_register() {
    let t = demo::portal().await;
    let code = decided(&t).await;
    let (clerk, approver) = (Person::officer(&t, "clerk").await, Person::officer(&t, "approver").await);
    approver.does(&code, "sign", json!({})).await;
    clerk.does(&code, "sign", json!({})).await;
    clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    let register = async |who: &str| {
        let who = demo::officer(&t.app, who).await;
        let opened = t.app.open_dossier(&who, &code).await.unwrap();
        let register = t.app.register(&who, &opened).await.unwrap();
        register.rows.into_iter().find(|row| row.code == code).unwrap()
    };
    let before = register("clerk").await;
    assert_eq!((before.return_method.as_deref(), before.receiver), (Some("Trực tuyến"), None), "as it was asked for");
    let receiver =
        json!({"name": "Y Ƀlŏ Niê", "identity": NUMBER, "relation": "anh ruột", "authority": "Giấy ủy quyền 12"});
    clerk.does(&code, "hand_over", json!({"method": "counter", "receiver": receiver, "signed": "fingerprint"})).await;

    let address = format!("/can-bo/ho-so/{code}");
    for reader in ["handler", "records"] {
        let body = page(&officer(&t, reader).await, &address).await;
        let shown = body.split("Kết quả đã trả").nth(1).unwrap().split("</dl>").next().unwrap();
        let told = plain(shown);
        for part in ["Tại quầy", "Y Ƀlŏ Niê", "046*********", "anh ruột", "Giấy ủy quyền 12", "Điểm chỉ"]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!body.contains(NUMBER), "the whole number is nobody's");
    }
    let english = plain(&page(&officer(&t, "head").await, &format!("{address}?lang=en")).await);
    assert!(english.contains("The result was handed over") && english.contains("Y Ƀlŏ Niê"), "{english}");
    let auditor = plain(&page(&officer(&t, "auditor").await, &address).await);
    assert!(!auditor.contains("Kết quả đã trả") && !auditor.contains("Y Ƀlŏ Niê"), "{auditor}");

    let row = register("clerk").await;
    assert_eq!(row.return_method.as_deref(), Some("Tại quầy"));
    let taken = "Y Ƀlŏ Niê\n046*********\nanh ruột\nGiấy ủy quyền 12\nKý nhận: điểm chỉ";
    assert_eq!(row.receiver.as_deref(), Some(taken));
    assert_eq!(register("auditor").await.receiver, None);
    let Some(pdftotext) = need::pdftotext().filter(|_| t.app.archive.sets_papers()) else { return };
    let records = demo::officer(&t.app, "records").await;
    for form in ["mau-06", "mau-07"] {
        let pdf = t.app.paper_pdf(&records, &code, form).await.unwrap();
        let said = text_of(&pdftotext, &pdf);
        assert!(said.contains("Y Ƀlŏ Niê"), "{form}: {said}");
    }
}

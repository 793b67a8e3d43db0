//! The page of a supplement: it opens what was asked for, and says of each part how far it is.

use serde_json::json;

use crate::counter::page;
use crate::portal::answer;
use crate::support::api::Person;
use crate::support::app::Visitor;
use crate::support::demo::{self, AN, COMMITTEE, PASSWORD};
use crate::support::html::{Form, plain};

/// The line of the page's list that leads to a section.
async fn line(browser: &Visitor, address: &str, section: &str) -> Option<String> {
    let body = page(browser, &format!("{address}/bo-sung")).await;
    let start = format!("<a class=\"tasks__item\" href=\"{address}/to-khai/{section}");
    let rest = body.split(&start).nth(1)?;
    Some(plain(&format!("<a {}", rest.split("</li>").next()?)))
}

#[tokio::test]
async fn a_part_with_a_fault_is_not_done_and_what_nobody_asked_for_stays_shut() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let name = an.files(&t).await;
    let items = json!([{"pointer": "/nguoi_duoc_khai_sinh", "note": "Kiểm tra lại phần của trẻ."}]);
    clerk.does(&name, "request_supplement", json!({"reason": "Chưa khớp.", "items": items})).await;
    let (browser, address) = (t.signed_in(AN, PASSWORD).await, format!("/ho-so/{name}"));
    let child = line(&browser, &address, "nguoi_duoc_khai_sinh").await.unwrap();
    assert!(child.contains("Cần làm") && child.contains("Kiểm tra lại phần của trẻ."), "{child}");
    assert!(line(&browser, &address, "cha").await.is_none());
    // Neither read nor written by its address.
    let (shut, back) = (format!("{address}/to-khai/cha"), format!("{address}/bo-sung"));
    let read = browser.get(&shut).await;
    assert_eq!((read.status, read.header("location")), (303, back.as_str()));
    assert!(plain(&page(&browser, &back).await).contains("Cơ quan không yêu cầu sửa phần này."));
    let open = format!("{address}/to-khai/nguoi_duoc_khai_sinh");
    let mut forged = Form::with_action(&page(&browser, &open).await, &open);
    forged.action = shut;
    forged.set("cha.cha_ho_ten", "Người Khác");
    for (go, status) in [("next", 303), ("autosave", 409)] {
        forged.set("_go", go);
        assert_eq!(browser.submit(&forged).await.status, status, "{go}");
    }
    let father = async || an.get(&format!("/dossiers/{name}")).await.json()["data"]["cha"]["cha_ho_ten"].clone();
    assert_ne!(father().await, "Người Khác");

    // What is half mended says so, and leads to the fault.
    assert_eq!(answer(&browser, &address, "nguoi_duoc_khai_sinh", &[("nks_ho_ten", "")], "next").await.status, 422);
    let child = line(&browser, &address, "nguoi_duoc_khai_sinh").await.unwrap();
    assert!(child.contains("Có chỗ cần sửa") && !child.contains("Đã xong"), "{child}");
    let body = page(&browser, &back).await;
    assert!(
        body.contains(&format!("href=\"{open}?kiem-tra=1#f-nguoi_duoc_khai_sinh-nks_ho_ten\"")),
        "{}",
        plain(&body)
    );
    assert_eq!(
        answer(&browser, &address, "nguoi_duoc_khai_sinh", &[("nks_ho_ten", "Nguyễn Trần Minh Anh")], "next")
            .await
            .status,
        303
    );
    let child = line(&browser, &address, "nguoi_duoc_khai_sinh").await.unwrap();
    assert!(child.contains("Đã xong"), "{child}");
    // The API keeps its rules: whatever is right is taken.
    let path = format!("/api/v1/dossiers/{name}");
    let patch = json!({"data": {"cha": {"cha_ho_ten": "Nguyễn Văn Ân"}}});
    let saved = an.program.send(an.program.request("PATCH", &path).bearer_auth(&an.token).json(&patch)).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert_eq!(father().await, "Nguyễn Văn Ân");
    // What was changed since the request may be changed again.
    assert!(line(&browser, &address, "cha").await.unwrap().contains("Đã xong"));
}

#[tokio::test]
async fn what_the_new_answers_need_is_opened_and_named() {
    const KIND: &str = "nks_loai_khai_sinh";
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let mut data = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    // Only the mother is declared.
    data.as_object_mut().unwrap().remove("cha");
    let body = json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "data": data});
    let draft = an.post("/dossiers", body).await;
    assert_eq!(draft.status, 201, "{}", draft.body);
    let id = draft.json()["id"].as_str().unwrap().to_owned();
    let missing = an.post(&format!("/dossiers/{id}/submit"), json!({})).await.json();
    for error in missing["errors"].as_array().unwrap() {
        let pointer = error["pointer"].as_str().unwrap();
        an.attach(&id, pointer.strip_prefix("/documents/").unwrap_or_else(|| panic!("{missing}"))).await;
    }
    let filed = an.post(&format!("/dossiers/{id}/submit"), json!({})).await;
    let name = filed.json()["reference"].as_str().unwrap_or_else(|| panic!("{}", filed.body)).to_owned();
    let items = json!([{"pointer": format!("/nguoi_duoc_khai_sinh/{KIND}"), "note": "Chọn lại."}]);
    clerk.does(&name, "request_supplement", json!({"reason": "Chưa rõ.", "items": items})).await;
    let (browser, address) = (t.signed_in(AN, PASSWORD).await, format!("/ho-so/{name}"));
    assert_eq!(browser.get(&format!("{address}/to-khai/cha")).await.status, 303, "not asked for, not needed");
    let changed = answer(&browser, &address, "nguoi_duoc_khai_sinh", &[(KIND, "Chưa xác định được mẹ")], "next").await;
    assert_eq!(changed.status, 303, "{}", plain(&changed.body));
    let father = line(&browser, &address, "cha").await.unwrap();
    assert!(father.contains("Có chỗ cần sửa") && father.contains("Phần này không nằm trong yêu cầu"), "{father}");
    let asked = line(&browser, &address, "nguoi_duoc_khai_sinh").await.unwrap();
    assert!(asked.contains("Đã xong") && asked.contains("Chọn lại."), "{asked}");
    page(&browser, &format!("{address}/to-khai/cha")).await;
}

/// What names no part that there is, be it by a slip, may mean any: nobody is asked for what they cannot reach.
#[tokio::test]
async fn what_names_no_part_is_told_in_its_words_and_opens_every_part() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let name = an.files(&t).await;
    let items = json!([{"pointer": "/data/khong_co", "note": "Ghi rõ thôn, tổ."}]);
    clerk.does(&name, "request_supplement", json!({"reason": "Chưa khớp.", "items": items})).await;
    let (browser, address) = (t.signed_in(AN, PASSWORD).await, format!("/ho-so/{name}"));
    assert!(plain(&page(&browser, &format!("{address}/bo-sung")).await).contains("Ghi rõ thôn, tổ."));
    assert!(line(&browser, &address, "cha").await.is_some());
    assert_eq!(browser.get(&format!("{address}/to-khai/cha")).await.status, 200);
    assert_eq!(browser.get(&format!("{address}/to-khai/khong_co")).await.status, 404);
}

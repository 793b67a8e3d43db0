//! A result from its draft to the citizen's hands: what the declaration gave, what the handler changed, what the paper says.

use std::path::Path;
use std::process::Command;

use motcua::kernel::words;
use serde_json::json;

use crate::counter::{led_to, officer, page};
use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};
use crate::support::html::Form;
use crate::support::need;

/// What stands on a paper, in one line.
pub fn text_of(pdftotext: &Path, pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("result.pdf");
    std::fs::write(&file, pdf).unwrap();
    let said = Command::new(pdftotext).args(["-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = motcua::kernel::text::nfc(&String::from_utf8(said.stdout).unwrap());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The handler opens the draft, finds the declaration's values in it, and changes some.
async fn drafts(t: &TestApp, code: &str, changes: &[(&str, &str)]) {
    let handler = officer(t, "handler").await;
    let at = format!("/can-bo/ho-so/{code}/du-thao");
    let mut form = Form::with_action(&page(&handler, &at).await, &at);
    for (name, value) in [
        ("noi_dung.ho_ten", "Nguyễn Trần Minh Khuê"),
        ("noi_dung.ngay_sinh", "02/10/2026"),
        ("noi_dung.gioi_tinh", "Nữ"),
        ("noi_dung.me_ho_ten", "Trần Thị Bình"),
        ("noi_dung.cha_ho_ten", "Nguyễn Văn An"),
        ("noi_dung.que_quan", "Phường Thuận Hóa, thành phố Huế"),
    ] {
        assert!(form.fields.contains(&(name.to_owned(), value.to_owned())), "{name} in {:?}", form.fields);
    }
    form.set("outcome", "granted");
    for (name, value) in changes {
        form.set(name, value);
    }
    assert_eq!(led_to(&handler.submit(&form).await), format!("/can-bo/ho-so/{code}"));
    let again = Form::with_action(&page(&handler, &at).await, &at);
    for (name, value) in changes {
        assert!(again.fields.contains(&((*name).to_owned(), (*value).to_owned())), "{name} in {:?}", again.fields);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paper_says_what_the_declaration_gave_and_the_handler_changed() {
    let Some(pdftotext) = need::pdftotext() else { return };
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let name = an.files(&t).await;
    let code = clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
    clerk.does(&code, "forward", json!({})).await;
    let changes = [
        ("noi_dung.soDinhDanh", "046326000019"),
        ("noi_dung.ho_ten", "Nguyễn Trần Minh Thư"),
        ("noi_dung.ngay_sinh", "03/10/2026"),
        ("noi_dung.noi_sinh", "Trạm y tế phường Thuận Hóa"),
        ("so_dang_ky.soDangKy", "45/2026"),
    ];
    drafts(&t, &code, &changes).await;

    // With the handler's own bearer: one code of the second factor serves one sign-in.
    let approver = Person::officer(&t, "approver").await;
    let handler = demo::officer(&t.app, "handler").await;
    demo::act(&t.app, &handler, &code, (motcua::dossiers::Step::Forward, json!({}))).await;
    approver.does(&code, "approve", json!({})).await;
    approver.does(&code, "sign", json!({})).await;
    clerk.does(&code, "sign", json!({})).await;
    clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    clerk.does(&code, "hand_over", json!({"method": "online"})).await;

    let dossier = an.get(&format!("/dossiers/{code}")).await.json();
    assert_eq!(dossier["status"]["number"], 10, "{dossier}");
    let url = dossier["results"][0]["url"].as_str().unwrap();
    let path = &url[url.find("/api/").unwrap()..];
    let answer = an.program.request("GET", path).bearer_auth(&an.token).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{url}");
    let pdf = answer.bytes().await.unwrap();
    assert_eq!(pdf.windows(10).filter(|bytes| *bytes == b"/ByteRange").count(), 2, "a signature and a seal");
    let said = text_of(&pdftotext, &pdf);
    let in_words = words::date(jiff::civil::date(2026, 10, 3));
    for value in [
        "GIẤY KHAI SINH",
        "NGUYỄN TRẦN MINH THƯ",
        "03/10/2026",
        in_words.as_str(),
        "Nữ",
        "Trạm y tế phường Thuận Hóa",
        "Phường Thuận Hóa, thành phố Huế",
        "046326000019",
        "TRẦN THỊ BÌNH",
        "NGUYỄN VĂN AN",
        "Việt Nam",
        "Số: 45/2026",
        "18/11/2026",
        "Hoàng Minh Duyệt",
    ] {
        assert!(said.contains(value), "«{value}» in {said}");
    }
    for gone in ["MINH KHUÊ", "02/10/2026", "Hương Sen", &words::date(jiff::civil::date(2026, 10, 2))] {
        assert!(!said.contains(gone), "«{gone}» in {said}");
    }
}

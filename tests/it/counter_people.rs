//! Whom the counter knows: what is typed of a person on its first page, and what they filed before.

use serde_json::json;

use crate::counter::{officer, page};
use crate::desk::begins;
use crate::support::api::Person;
use crate::support::demo::{self, AN, BINH};
use crate::support::html::{Form, plain};

fn has(form: &Form, name: &str, value: &str) -> bool {
    form.fields.contains(&(name.to_owned(), value.to_owned()))
}

/// A birth of which nobody knows the day: a question for the day stays empty, one for the month has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_birth_without_its_day_is_kept_and_carried() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let person = [
        ("full_name", "Kpă H'Nhung"),
        ("identity_number", "046190000077"),
        ("date_of_birth", "05/1990"),
        ("sex", "Nữ"),
        ("open_account", "true"),
    ];
    let at = begins(&clerk, &person).await;
    let body = page(&clerk, &at).await;
    assert!(plain(&body).contains("Kpă H'Nhung · sinh 05/1990"), "{}", plain(&body));
    let mut form = Form::with_action(&body, &at);
    assert!(has(&form, "nguoi_yeu_cau.nyc_ngay_sinh", ""), "no day is made up");
    form.set("quan_he.nyc_quan_he", "Mẹ");
    let again = clerk.submit(&form).await;
    assert_eq!(again.status, 422);
    let mut filled = Form::with_action(&again.body, &at);
    assert!(has(&filled, "me.me_ngay_sinh", "05/1990"), "{:?}", filled.fields);
    // «Mẹ» was a slip: her birth goes with her name.
    filled.set("quan_he.nyc_quan_he", "Cha");
    let turned = Form::with_action(&clerk.submit(&filled).await.body, &at);
    assert!(has(&turned, "me.me_ngay_sinh", "") && has(&turned, "cha.cha_ngay_sinh", "05/1990"), "{:?}", turned.fields);
    // Another procedure for the same person, who has an account by now: what was typed goes with them.
    let back = body.split("href=\"").find(|rest| rest.starts_with("/can-bo/tiep-nhan/thu-tuc?person=")).unwrap();
    let procedures = page(&clerk, &plain(back.split('"').next().unwrap())).await;
    let choosing = &procedures[procedures.rfind("<form").unwrap()..];
    let mut other = Form::with_action(choosing, "/can-bo/tiep-nhan/thu-tuc");
    other.set("procedure", "1.004873");
    let to = crate::counter::led_to(&clerk.submit(&other).await);
    assert!(plain(&page(&clerk, &to).await).contains("sinh 05/1990"));
}

/// An files for his child and names the mother, Bình: that is no dossier of hers, and she has one of her own.
#[tokio::test(flavor = "multi_thread")]
async fn dossiers_that_only_name_a_person_are_other_peoples() {
    let t = demo::portal().await;
    let (an, binh) = (Person::citizen(&t, AN).await, Person::citizen(&t, BINH).await);
    let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    assert!(example.to_string().contains(BINH), "the example names her as the mother");
    let (names_her, hers) = (an.files(&t).await, binh.files(&t).await);
    let clerk = officer(&t, "clerk").await;
    let known = page(&clerk, &format!("/can-bo/tiep-nhan?q={BINH}")).await;
    let before = known.split("id=\"da-nop\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(before.contains(&hers) && !before.contains(&names_her), "{}", plain(before));
    assert!(plain(before).contains("Người nộp và chủ hồ sơ"), "{}", plain(before));
    // The same beside a dossier; his beside his own.
    let others = async |name: &str, owner: &str| {
        let desk = page(&clerk, &format!("/can-bo/ho-so/{name}")).await;
        let panel = desk.split(&format!("Hồ sơ khác của {owner}")).nth(1).map(|rest| rest.split("</section>").next());
        panel.flatten().unwrap_or_default().to_owned()
    };
    let second = binh.files(&t).await;
    let beside = others(&second, "Trần Thị Bình").await;
    assert!(beside.contains(&hers) && !beside.contains(&names_her), "{}", plain(&beside));
    assert!(plain(&beside).contains("Người nộp và chủ hồ sơ"));
    assert!(!others(&names_her, "Nguyễn Văn An").await.contains(&hers));
    // Whoever files for her is said to.
    let body = json!({
        "procedure_code": "1.001193", "agency_code": demo::COMMITTEE, "data": example,
        "on_behalf_of": {"full_name": "Trần Thị Bình", "identity_number": BINH},
    });
    let draft = an.post("/dossiers", body).await;
    assert_eq!(draft.status, 201, "{}", draft.body);
    let id = draft.json()["id"].as_str().unwrap().to_owned();
    let missing = an.post(&format!("/dossiers/{id}/submit"), json!({})).await.json();
    for error in missing["errors"].as_array().unwrap() {
        an.attach(&id, error["pointer"].as_str().unwrap().strip_prefix("/documents/").unwrap()).await;
    }
    let filed = an.post(&format!("/dossiers/{id}/submit"), json!({})).await;
    let for_her = filed.json()["reference"].as_str().unwrap().to_owned();
    let beside = others(&second, "Trần Thị Bình").await;
    let line = beside.split("<li>").find(|line| line.contains(&for_her)).unwrap();
    assert!(plain(line).contains("Chủ hồ sơ, do người khác nộp thay"), "{}", plain(line));
    let beside = others(&names_her, "Nguyễn Văn An").await;
    let line = beside.split("<li>").find(|line| line.contains(&for_her)).unwrap();
    assert!(plain(line).contains("Người nộp, thay cho người khác"), "{}", plain(line));
    // The search over all dossiers still finds where a number is named.
    let all = Person::officer(&t, "head").await.get(&format!("/office/dossiers?q={BINH}&limit=100")).await;
    assert!(all.body.contains(&names_her), "{}", all.body);
}

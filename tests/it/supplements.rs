//! Answering a request for papers and corrections over the JSON API: complete or not taken, and kept in the events.

use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::plain;

const PAPER: &str = "giay_chung_sinh";
/// Invented, and different from the example's.
const OTHER_NUMBER: &str = "046192000030";

fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect()
}

async fn asked(clerk: &Person, name: &str, items: Value) {
    clerk.does(name, "request_supplement", json!({"reason": "Chưa rõ.", "items": items})).await;
}

async fn events(clerk: &Person, name: &str) -> Vec<Value> {
    clerk.get(&format!("/office/dossiers/{name}/events")).await.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_was_asked_for_must_come() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = an.files(&t).await;
    let birth = "/nguoi_duoc_khai_sinh/nks_noi_sinh";
    let items = json!([
        {"document": PAPER, "note": "Chụp lại cho rõ."},
        {"pointer": birth, "note": "Ghi đúng tên bệnh viện."},
        {"pointer": "/data/me/me_ho_ten", "note": "Kiểm tra lại họ tên mẹ."},
    ]);
    asked(&clerk, &name, items).await;
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.body;
    assert!(outbox.contains("Họ, chữ đệm, tên người mẹ: Kiểm tra lại họ tên mẹ."), "whose name is told: {outbox}");
    let path = format!("/dossiers/{name}/supplement");
    let nothing = is_problem(&an.post(&path, json!({})).await, 422);
    assert_eq!(
        pointers(&nothing),
        [format!("/documents/{PAPER}"), format!("/data{birth}"), "/data/me/me_ho_ten".into()],
        "{nothing}"
    );
    an.attach(&name, PAPER).await;
    // Half of the form gone is a fault too, whatever was asked for.
    let emptied = json!({"data": {"nguoi_duoc_khai_sinh": {"nks_ho_ten": null, "nks_noi_sinh": "Bệnh viện A"}}});
    let emptied = is_problem(&an.post(&path, emptied).await, 422);
    assert_eq!(pointers(&emptied), ["/data/nguoi_duoc_khai_sinh/nks_ho_ten", "/data/me/me_ho_ten"], "{emptied}");
    let mended = json!({"data": {
        "nguoi_duoc_khai_sinh": {"nks_ho_ten": "Nguyễn Trần Minh Khuê"},
        "me": {"me_ho_ten": "Trần Thị Bình An", "me_so_giay_to": OTHER_NUMBER},
    }});
    let done = an.post(&path, mended).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["status"]["number"], 1);

    let events = events(&clerk, &name).await;
    let amended: Vec<&Value> = events.iter().filter(|e| e["act"] == "amend").collect();
    assert_eq!(amended.len(), 2, "{events:?}");
    assert_eq!(amended[0]["changes"][format!("/data{birth}")]["after"], "Bệnh viện A");
    let desk = crate::counter::officer(&t, "head").await;
    let read = plain(&crate::counter::page(&desk, &format!("/can-bo/ho-so/{name}")).await);
    assert!(read.contains("→ Bệnh viện A") && read.contains("046********* → 046*********"), "{read}");
    let sent = events.iter().find(|e| e["act"] == "supplement").unwrap();
    assert_eq!(sent["changes"]["/data/me/me_so_giay_to"]["before"], "046*********");
    assert_eq!(sent["changes"]["/data/me/me_so_giay_to"]["after"], "046*********");
    assert_eq!(sent["changes"][format!("/data{birth}")]["after"], "Bệnh viện A");
    let files = &sent["changes"][format!("/documents/{PAPER}")];
    assert_eq!((files["before"].as_array().unwrap().len(), files["after"].as_array().unwrap().len()), (1, 2));
    let told = serde_json::to_string(&events).unwrap();
    assert!(!told.contains(OTHER_NUMBER) && !told.contains("046192000022"), "{told}");
}

#[tokio::test]
async fn the_counter_checks_the_same() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = an.files(&t).await;
    asked(&clerk, &name, json!([{"document": PAPER, "note": "Mang bản chính."}])).await;
    let empty = is_problem(&clerk.act(&name, "record_supplement", json!({"note": "Đã mang"})).await, 422);
    assert_eq!(pointers(&empty), [format!("/documents/{PAPER}")], "a note is no paper");
    clerk.attach_at_counter(&name, PAPER).await;
    let stale = clerk.program.request("POST", &format!("/api/v1/office/dossiers/{name}/actions/record_supplement"));
    let stale = clerk.program.send(stale.bearer_auth(&clerk.token).header("if-match", "\"1\"").json(&json!({}))).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    let patch = json!({"data": {"nguoi_duoc_khai_sinh": {"nks_noi_sinh": "Bệnh viện B"}}});
    let path = format!("/api/v1/office/dossiers/{name}");
    let saved = clerk.program.send(clerk.program.request("PATCH", &path).bearer_auth(&clerk.token).json(&patch)).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let done = clerk.does(&name, "record_supplement", json!({})).await;
    assert_eq!(done["status"]["number"], 1);
    let events = events(&clerk, &name).await;
    let amended = events.iter().find(|e| e["act"] == "amend").unwrap();
    assert_eq!(amended["actor"]["kind"], "officer", "who changed the answers is on record: {amended}");
    // An explanation answers a question about the form, and something must be said at all.
    asked(&clerk, &name, json!([{"pointer": "/me/me_ho_ten", "note": "Đúng chưa?"}, {"note": "Đề nghị gọi lại."}]))
        .await;
    let silent = is_problem(&an.post(&format!("/dossiers/{name}/supplement"), json!({})).await, 422);
    assert_eq!(pointers(&silent), ["/data/me/me_ho_ten", "/note"]);
    let said = an.post(&format!("/dossiers/{name}/supplement"), json!({"note": "Họ tên đã đúng."})).await;
    assert_eq!(said.status, 200, "{}", said.body);
}

#[tokio::test]
async fn who_wants_fewer_copies_owes_less() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = an.files(&t).await;
    let count = "/ban_sao/so_luong_ban_sao";
    for (copies, owed) in [(5, 40_000), (1, 8_000), (3, 24_000)] {
        asked(&clerk, &name, json!([{"pointer": count, "note": "Ghi lại số bản."}])).await;
        let body = json!({"data": {"ban_sao": {"so_luong_ban_sao": copies}}});
        let sent = an.post(&format!("/dossiers/{name}/supplement"), body).await;
        assert_eq!((sent.status, sent.json()["fees_due"].as_i64()), (200, Some(owed)), "{}", sent.body);
    }
    // What an officer asked for by hand is no rule's and stays.
    clerk.does(&name, "accept", json!({})).await;
    let lines = json!([{"kind": "land_tax", "name": "Thuế đất", "amount_vnd": 5_000}]);
    clerk.does(&name, "request_payment", json!({"lines": lines, "reason": "Theo thông báo."})).await;
    clerk.does(&name, "record_payment", json!({"method": "cash"})).await;
    asked(&clerk, &name, json!([{"pointer": count, "note": "Ghi lại số bản."}])).await;
    let body = json!({"data": {"ban_sao": {"so_luong_ban_sao": 4}}});
    let sent = an.post(&format!("/dossiers/{name}/supplement"), body).await.json();
    assert_eq!(sent["fees_due"], 8_000, "only what comes on top of what was paid: {sent}");
}

#[tokio::test]
async fn four_digits_open_no_words_of_an_officer() {
    const PRIVATE: [&str; 3] = ["Con ngoài giá thú", "Cha chưa nhận con", "Ly hôn năm 2024"];
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = an.files(&t).await;
    let items = json!([
        {"document": PAPER, "note": PRIVATE[1]}, {"pointer": "/me", "note": PRIVATE[2]},
        {"pointer": "/data/nguoi_duoc_khai_sinh/nks_noi_sinh", "note": "Ghi đúng tên."}, {"note": "Gọi lại."},
    ]);
    clerk
        .does(&name, "request_supplement", json!({"reason": PRIVATE[0], "items": items, "due_on": "2026-12-12"}))
        .await;
    let page = plain(&t.visitor().get(&format!("/tra-cuu?ma={name}&xac-nhan=0011")).await.body);
    for part in
        ["Giấy chứng sinh", "Tờ khai: ", "Nơi sinh", "Nội dung khác", "12/12/2026", "trong tài khoản của người nộp"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let tracked = t.visitor().get(&format!("/api/v1/tracking/{name}?verifier=0011")).await;
    let asked = &tracked.json()["details"]["supplement"];
    assert_eq!((asked["items"].as_array().unwrap().len(), &asked["due_on"]), (4, &json!("2026-12-12")), "{asked}");
    let mine = t.signed_in(AN, PASSWORD).await.get(&format!("/ho-so/{name}/bo-sung")).await.body;
    for word in PRIVATE {
        assert!(!page.contains(word) && !tracked.body.contains(word), "{word}: {page}");
        assert!(plain(&mine).contains(word), "{word}: the applicant reads it");
    }
    // Nor the reason of a refusal.
    let refused = an.files(&t).await;
    clerk.does(&refused, "refuse_acceptance", json!({"reason": PRIVATE[0]})).await;
    let page = plain(&t.visitor().get(&format!("/tra-cuu?ma={refused}&xac-nhan=0011")).await.body);
    assert!(!page.contains(PRIVATE[0]) && page.contains("trong tài khoản của người nộp"), "{page}");
}

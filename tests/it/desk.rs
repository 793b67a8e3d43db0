//! An officer with people waiting: what is said, asked and offered at the counter and at the desk.

use motcua::dossiers::Step;
use serde_json::{Value, json};

use crate::counter::{act, led_to, officer, page, submit_multipart, typed_draft};
use crate::support::api::{Person, allowed, is_problem};
use crate::support::app::{TestApp, Visitor};
use crate::support::demo::{self, AN, BINH, PASSWORD};
use crate::support::html::{Form, plain};

/// A birth registration in the handler's hands; its code.
async fn handled(t: &TestApp) -> String {
    let an = Person::citizen(t, AN).await;
    let name = an.files(t).await;
    let clerk = demo::officer(&t.app, "clerk").await;
    let accepted = demo::act(&t.app, &clerk, &name, (Step::Accept, json!({}))).await;
    let code = accepted.dossier.code.clone().unwrap();
    demo::act(&t.app, &clerk, &code, (Step::Forward, json!({}))).await;
    code
}

/// The same, decided by the approver.
pub async fn decided(t: &TestApp) -> String {
    let code = handled(t).await;
    let (handler, approver) = (demo::officer(&t.app, "handler").await, demo::officer(&t.app, "approver").await);
    demo::act(&t.app, &handler, &code, (Step::DraftResult, demo::birth_draft())).await;
    demo::act(&t.app, &handler, &code, (Step::Forward, json!({}))).await;
    demo::act(&t.app, &approver, &code, (Step::Approve, json!({}))).await;
    code
}

async fn waits(who: &Person, queue: &str, code: &str) -> bool {
    let list = who.get(&format!("/office/dossiers?queue={queue}&q={code}")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    list.json()["total"] == 1
}

#[tokio::test]
async fn what_was_late_stays_late_while_a_withdrawal_is_asked_for() {
    let t = demo::portal().await;
    let code = handled(&t).await;
    t.set_clock("2026-12-18T09:00:00+07:00");
    let an = Person::citizen(&t, AN).await;
    let asked = an.post(&format!("/dossiers/{code}/withdraw"), json!({"reason": "Đổi ý."})).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    t.set_clock("2026-12-18T10:00:00+07:00");
    let head = Person::officer(&t, "head").await;
    assert!(waits(&head, "overdue", &code).await);
    let line = head.get(&format!("/office/dossiers?q={code}")).await.json()["items"][0].clone();
    assert_eq!((&line["overdue"], &line["paused"]), (&json!(true), &json!(true)), "{line}");
    let clerk = officer(&t, "clerk").await;
    for path in [format!("/can-bo/ho-so/{code}"), format!("/can-bo?q={code}")] {
        let shown = page(&clerk, &path).await;
        let badges = shown.split("<main").nth(1).unwrap();
        assert!(badges.contains("Quá hạn ") && badges.contains("Đang tạm dừng tính giờ"), "{path}: {}", plain(badges));
    }
}

#[tokio::test]
async fn a_draft_that_the_citizen_reads_stays_with_its_handler() {
    let t = demo::portal().await;
    let code = handled(&t).await;
    let (handler, an) = (Person::officer(&t, "handler").await, Person::citizen(&t, AN).await);
    let mut asking = demo::birth_draft();
    asking["ask_citizen"] = json!(true);
    let drafted = handler.does(&code, "draft_result", asking.clone()).await;
    assert!(!allowed(&drafted).contains(&"forward"), "{drafted}");
    let early = is_problem(&handler.act(&code, "forward", json!({})).await, 409);
    assert!(early["type"].as_str().unwrap().ends_with("awaiting-citizen"), "{early}");
    let agreed = an.post(&format!("/dossiers/{code}/confirm_draft"), json!({"ok": true})).await;
    assert_eq!(agreed.status, 200, "{}", agreed.body);
    handler.does(&code, "forward", json!({})).await;
    // Who decides has it now: it is not shown to the citizen from there.
    let late = is_problem(&handler.act(&code, "draft_result", asking).await, 422);
    assert_eq!(late["errors"][0]["pointer"], "/ask_citizen");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_says_so_who_takes_in_what_is_incomplete() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let id = typed_draft(&t).await;
    let papers = format!("/can-bo/tiep-nhan/{id}/giay-to");
    let finish = led_to(&submit_multipart(&clerk, &Form::with_action(&page(&clerk, &papers).await, &papers)).await);
    let body = page(&clerk, &finish).await;
    assert!(plain(&body).contains("Chưa nhận giấy tờ nào của hồ sơ này"), "{}", plain(&body));
    let mut form = Form::with_action(&body, &finish);
    form.set("payment", "later");
    let again = clerk.submit(&form).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("href=\"#incomplete\""), "{}", plain(&again.body));
    // The dossier's own page asks the same.
    let dossier = format!("/can-bo/ho-so/{id}");
    let name =
        page(&clerk, &finish).await.split("/can-bo/ho-so/").nth(1).unwrap().split('#').next().unwrap().to_owned();
    let desk = dossier.replace(&id, &name);
    let silent = act(&clerk, &desk, "accept", &[]).await;
    assert_eq!(silent.status, 422, "{}", plain(&silent.body));
    assert!(plain(&silent.body).contains("Chưa nhận: "), "{}", plain(&silent.body));
    led_to(&act(&clerk, &desk, "accept", &[("incomplete", "true")]).await);
    assert!(plain(&page(&clerk, &finish).await).contains("Đã tiếp nhận"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_under_the_papers_says_that_it_files() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let id = typed_draft(&t).await;
    let (papers, declaration) = (format!("/can-bo/tiep-nhan/{id}/giay-to"), format!("/can-bo/tiep-nhan/{id}/to-khai"));
    let body = page(&clerk, &papers).await;
    assert!(body.contains(">Nộp hồ sơ</button>") && !body.contains("Lưu và tiếp tục"), "{}", plain(&body));
    assert!(plain(&body).contains("tờ khai chỉ sửa được khi có yêu cầu bổ sung"), "{}", plain(&body));
    assert!(body.contains(&format!("class=\"back\" href=\"{declaration}\"")), "back to the declaration");
    // What was taken in is kept on the way back, and what is no number stays in its box.
    let mut form = Form::with_action(&body, &papers);
    form.set("got.giay_chung_sinh", "true");
    form.set("originals.giay_chung_sinh", "hai");
    form.set("_go", "form");
    let wrong = submit_multipart(&clerk, &form).await;
    assert_eq!(wrong.status, 422);
    let again = Form::with_action(&wrong.body, &papers);
    for (name, value) in [("got.giay_chung_sinh", "true"), ("originals.giay_chung_sinh", "hai")] {
        assert!(again.fields.contains(&(name.to_owned(), value.to_owned())), "{name}: {:?}", again.fields);
    }
    form.set("originals.giay_chung_sinh", "2");
    assert_eq!(led_to(&submit_multipart(&clerk, &form).await), declaration);
    page(&clerk, &declaration).await;
    let kept = Form::with_action(&page(&clerk, &papers).await, &papers);
    assert!(kept.fields.contains(&("originals.giay_chung_sinh".to_owned(), "2".to_owned())), "{:?}", kept.fields);
    // What the declaration lacks is named, and leads there.
    let who = demo::officer(&t.app, "clerk").await;
    let patch = Some(json!({"nguoi_duoc_khai_sinh": {"nks_ho_ten": null}}));
    let save = motcua::app::filing::Save { patch, ..Default::default() };
    t.app.save_dossier(&who, &id, save).await.unwrap();
    let lacking = submit_multipart(&clerk, &kept).await;
    assert_eq!(lacking.status, 422);
    let place = format!("href=\"{declaration}#f-nguoi_duoc_khai_sinh-nks_ho_ten\"");
    assert!(lacking.body.contains(&place), "{}", plain(&lacking.body));
    // English says the same.
    let english = page(&clerk, &format!("{papers}?lang=en")).await;
    assert!(english.contains(">File the dossier</button>") && english.contains("Back to the declaration"));
}

#[tokio::test]
async fn queues_hold_what_their_officer_can_do() {
    let t = demo::portal().await;
    let code = decided(&t).await;
    let (approver, records) = (Person::officer(&t, "approver").await, Person::officer(&t, "records").await);
    let clerk = Person::officer(&t, "clerk").await;
    assert!(waits(&approver, "to_sign", &code).await && waits(&approver, "mine", &code).await);
    for early in [&records, &clerk] {
        for queue in ["to_sign", "to_hand_over", "mine"] {
            assert!(!waits(early, queue, &code).await, "{queue}: nothing to do before the approver has signed");
        }
    }
    approver.does(&code, "sign", json!({})).await;
    assert!(!waits(&approver, "to_sign", &code).await && !waits(&approver, "mine", &code).await);
    assert!(waits(&records, "to_sign", &code).await && waits(&records, "mine", &code).await, "the seal");
    assert!(!waits(&records, "to_hand_over", &code).await, "not before it is sealed");
    assert!(waits(&clerk, "to_hand_over", &code).await && waits(&clerk, "mine", &code).await, "who seals here too");
    records.does(&code, "sign", json!({})).await;
    assert!(!waits(&records, "to_sign", &code).await && waits(&records, "to_hand_over", &code).await);
    assert!(waits(&clerk, "to_hand_over", &code).await && waits(&clerk, "mine", &code).await);
    // What waits for the citizen waits for nobody here.
    let other = handled(&t).await;
    let handler = Person::officer(&t, "handler").await;
    assert!(waits(&handler, "mine", &other).await);
    let ask = json!({"reason": "Chưa rõ.", "items": [{"note": "Ghi rõ quê quán."}]});
    handler.does(&other, "request_supplement", ask).await;
    assert!(!waits(&handler, "mine", &other).await && waits(&handler, "supplement", &other).await);
}

#[tokio::test]
async fn the_records_clerks_queue_is_called_what_it_is() {
    let t = demo::portal().await;
    let records = officer(&t, "records").await;
    let list = plain(&page(&records, "/can-bo?queue=to_sign").await);
    assert!(list.contains("Chờ đóng dấu") && list.contains("chỉ còn chờ dấu của cơ quan"), "{list}");
}

#[tokio::test]
async fn what_is_offered_can_be_done() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let (clerk, approver) = (Person::officer(&t, "clerk").await, Person::officer(&t, "approver").await);
    // A fee is due at filing.
    let name = an.files_for(&t, "1.001612").await;
    let seen = clerk.get(&format!("/office/dossiers/{name}")).await.json();
    assert!(!allowed(&seen).contains(&"accept") && allowed(&seen).contains(&"record_payment"), "{seen}");
    let refused = is_problem(&clerk.act(&name, "accept", json!({})).await, 409);
    assert!(!refused["allowed_actions"].as_array().unwrap().contains(&json!("accept")), "{refused}");
    let paid = clerk.does(&name, "record_payment", json!({"method": "cash"})).await;
    assert!(allowed(&paid).contains(&"accept"), "{paid}");
    clerk.does(&name, "accept", json!({})).await;
    // A result is revoked once.
    let code = decided(&t).await;
    approver.does(&code, "sign", json!({})).await;
    clerk.does(&code, "sign", json!({})).await;
    clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    clerk.does(&code, "hand_over", json!({"method": "online"})).await;
    let revoked = approver.does(&code, "revoke_result", json!({"reason": "Cấp nhầm."})).await;
    assert!(!allowed(&revoked).contains(&"revoke_result"), "{revoked}");
}

/// The first button of the form with this action.
fn first_button(page: &str, action: &str) -> String {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
    form.split("<button").nth(1).unwrap().split('>').next().unwrap().to_owned()
}

/// At the counter somebody without account; the address of the declaration's page.
pub async fn begins(clerk: &Visitor, person: &[(&str, &str)]) -> String {
    let start = page(clerk, "/can-bo/tiep-nhan").await;
    let mut form = Form::with_action(&start[start.find("id=\"nguoi-moi\"").unwrap()..], "/can-bo/tiep-nhan");
    for (name, value) in person {
        form.set(name, value);
    }
    let procedures = page(clerk, &led_to(&clerk.submit(&form).await)).await;
    let choosing = &procedures[procedures.rfind("<form").unwrap()..];
    let mut form = Form::with_action(choosing, "/can-bo/tiep-nhan/thu-tuc");
    form.set("procedure", "1.001193");
    led_to(&clerk.submit(&form).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_counter_knows_is_not_asked_again() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let person = [
        ("full_name", "Hồ Thị Nghèng"),
        ("identity_number", "046154000091"),
        ("date_of_birth", "1954"),
        ("sex", "Nữ"),
        ("address", "Tổ 3, phường Thuận Hóa"),
    ];
    let at = begins(&clerk, &person).await;
    let body = page(&clerk, &at).await;
    assert!(first_button(&body, &at).contains("name=\"_go\" value=\"next\""), "Enter goes on");
    let mut form = Form::with_action(&body, &at);
    let has = |form: &Form, name: &str, value: &str| form.fields.contains(&(name.to_owned(), value.to_owned()));
    assert!(has(&form, "nguoi_yeu_cau.nyc_ho_ten", "Hồ Thị Nghèng"));
    for (part, value) in [("province", "46"), ("commune", "19789"), ("detail", "Tổ 3")] {
        assert!(has(&form, &format!("nguoi_yeu_cau.nyc_noi_cu_tru.{part}"), value), "{part}: {:?}", form.fields);
    }
    // What is said of the applicant is offered for the parent, and looked at before it counts.
    assert!(body.contains("data-suggest="), "with JavaScript at once");
    form.set("nguoi_yeu_cau.nyc_loai_giay_to", "Thẻ căn cước");
    form.set("quan_he.nyc_quan_he", "Mẹ");
    let again = clerk.submit(&form).await;
    assert_eq!(again.status, 422);
    let filled = Form::with_action(&again.body, &at);
    assert!(has(&filled, "me.me_ho_ten", "Hồ Thị Nghèng") && has(&filled, "me.me_so_giay_to", "046154000091"));
    assert!(has(&filled, "me.me_noi_cu_tru.commune", "19789") && !has(&filled, "cha.cha_ho_ten", "Hồ Thị Nghèng"));
    assert!(again.body.contains("Lấy từ phần đã khai; sửa được"));
    // «Mẹ» was a slip: the copies go with it, before they were ever kept and after.
    let mut father = Form::with_action(&again.body, &at);
    father.set("quan_he.nyc_quan_he", "Cha");
    let turned = clerk.submit(&father).await;
    let turned = Form::with_action(&turned.body, &at);
    assert!(has(&turned, "cha.cha_ho_ten", "Hồ Thị Nghèng") && !has(&turned, "me.me_ho_ten", "Hồ Thị Nghèng"));
    let kept = clerk.submit(&turned).await;
    let mut mother = Form::with_action(&kept.body, &at);
    mother.set("quan_he.nyc_quan_he", "Mẹ");
    let back = Form::with_action(&clerk.submit(&mother).await.body, &at);
    assert!(has(&back, "me.me_ho_ten", "Hồ Thị Nghèng") && !has(&back, "cha.cha_ho_ten", "Hồ Thị Nghèng"));
    let papers = format!("{}/giay-to", at.trim_end_matches("/to-khai"));
    assert!(first_button(&page(&clerk, &papers).await, &papers).contains("name=\"_go\" value=\"next\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_of_the_counter_says_what_is_so() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let start = page(&clerk, "/can-bo/tiep-nhan").await;
    let mut form = Form::with_action(&start[start.find("id=\"nguoi-moi\"").unwrap()..], "/can-bo/tiep-nhan");
    form.set("full_name", "Hồ Thị Nghèng");
    form.set("date_of_birth", "năm con gà");
    let wrong = clerk.submit(&form).await;
    assert_eq!(wrong.status, 422);
    let told = plain(&wrong.body);
    assert!(told.contains("hoặc chỉ năm sinh: 1954"), "{told}");
    assert!(!told.contains("Chưa có tài khoản nào khớp"), "nobody was looked for: {told}");
    let english = clerk.get("/can-bo/tiep-nhan?lang=en").await;
    assert_eq!(english.status, 200);
    let wrong = plain(&clerk.submit(&form).await.body);
    assert!(wrong.contains("or the year alone: 1954") && !wrong.contains("Ngày sinh chưa đúng"), "{wrong}");
}

/// A draft of Bình's on the pages; the address of a section.
async fn section_of(t: &TestApp, browser: &Visitor, section: &str) -> String {
    let binh = Person::citizen(t, BINH).await;
    let body = json!({"procedure_code": "1.001193", "agency_code": demo::COMMITTEE});
    let draft = binh.post("/dossiers", body).await.json();
    let at = format!("/ho-so/{}/to-khai/{section}", draft["id"].as_str().unwrap());
    assert_eq!(browser.get(&at).await.status, 200);
    at
}

#[tokio::test]
async fn one_browser_is_told_of_no_second_version() {
    const MERGED: &str = "đã gộp hai bản";
    let t = demo::portal().await;
    let browser = t.signed_in(BINH, PASSWORD).await;
    let at = section_of(&t, &browser, "nguoi_duoc_khai_sinh").await;
    let name = "nguoi_duoc_khai_sinh.nks_ho_ten";
    let opened = browser.get(&at).await.body;
    assert!(first_button(&opened, &at).contains("name=\"_go\" value=\"next\""));
    let mut form = Form::with_action(&opened, &at);
    form.set(name, "Trần Thị Một Lần");
    form.set("_go", "autosave");
    let saved = browser.submit(&form).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    // The button was pressed while that was on its way: the same page, with the version that it had.
    form.set("_go", "later");
    assert_eq!(browser.submit(&form).await.status, 303);
    // Another section was saved meanwhile, and somebody went back to this one.
    let next = at.replace("nguoi_duoc_khai_sinh", "quan_he");
    let back = Form::with_action(&browser.get(&at).await.body, &at);
    let mut other = Form::with_action(&browser.get(&next).await.body, &next);
    other.set("quan_he.nyc_quan_he", "Mẹ");
    other.set("_go", "later");
    assert_eq!(browser.submit(&other).await.status, 303);
    let mut back = back;
    back.set(name, "Trần Thị Hai Lần");
    back.set("_go", "later");
    assert_eq!(browser.submit(&back).await.status, 303);
    let tasks = at.split("/to-khai").next().unwrap().to_owned();
    let told = plain(&browser.get(&tasks).await.body);
    assert!(!told.contains(MERGED), "{told}");
    // Two browsers with the same section are told.
    let elsewhere = t.signed_in(BINH, PASSWORD).await;
    let mut old = Form::with_action(&browser.get(&at).await.body, &at);
    let mut new = Form::with_action(&elsewhere.get(&at).await.body, &at);
    new.set(name, "Trần Thị Nơi Khác");
    new.set("_go", "later");
    assert_eq!(elsewhere.submit(&new).await.status, 303);
    old.set(name, "Trần Thị Nơi Này");
    old.set("_go", "later");
    assert_eq!(browser.submit(&old).await.status, 303);
    assert!(plain(&browser.get(&tasks).await.body).contains(MERGED));
}

#[tokio::test]
async fn a_page_that_is_older_takes_nothing_away() {
    let t = demo::portal().await;
    let browser = t.signed_in(BINH, PASSWORD).await;
    let at = section_of(&t, &browser, "nguoi_duoc_khai_sinh").await;
    let (birth, origin) = ("nguoi_duoc_khai_sinh.nks_noi_sinh", "nguoi_duoc_khai_sinh.nks_que_quan");
    let binh = Person::citizen(&t, BINH).await;
    let draft = at.split('/').nth(2).unwrap().to_owned();
    let kept = async || binh.get(&format!("/dossiers/{draft}")).await.json()["data"]["nguoi_duoc_khai_sinh"].clone();
    // Two tabs of one section; the second writes where the first shows nothing.
    let mut old = Form::with_action(&browser.get(&at).await.body, &at);
    let mut new = Form::with_action(&browser.get(&at).await.body, &at);
    new.set(origin, "Buôn Ma Thuột");
    new.set("_go", "autosave");
    assert_eq!(browser.submit(&new).await.status, 200);
    // The first saves itself twice, without having been loaded again.
    for (text, go) in [("Bệnh viện A", "autosave"), ("Bệnh viện B", "autosave")] {
        old.set(birth, text);
        old.set("_go", go);
        let answer = browser.submit(&old).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = answer.json();
        old.set("version", &answer["version"].to_string());
        old.set("seen", answer["seen"].as_str().unwrap());
        let kept = kept().await;
        assert_eq!((kept["nks_noi_sinh"].as_str(), kept["nks_que_quan"].as_str()), (Some(text), Some("Buôn Ma Thuột")));
    }
    // By the button, and not complete: the page shows what the other one wrote, and goes on from there.
    old.set("_go", "next");
    let again = browser.submit(&old).await;
    assert_eq!(again.status, 422);
    let mut shown = Form::with_action(&again.body, &at);
    assert!(shown.fields.contains(&(origin.to_owned(), "Buôn Ma Thuột".to_owned())), "{:?}", shown.fields);
    shown.set(origin, "");
    shown.set("_go", "autosave");
    assert_eq!(browser.submit(&shown).await.status, 200);
    assert!(kept().await["nks_que_quan"].is_null(), "what is emptied by hand is empty");
}

#[tokio::test]
async fn a_free_dossier_is_told_of_no_place_to_pay() {
    let t = demo::portal().await;
    let (an, browser) = (Person::citizen(&t, AN).await, t.signed_in(AN, PASSWORD).await);
    let fees = async |copies: Value| {
        let mut data = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
        data["ban_sao"] = copies;
        let body = json!({"procedure_code": "1.001193", "agency_code": demo::COMMITTEE, "data": data});
        let draft = an.post("/dossiers", body).await;
        assert_eq!(draft.status, 201, "{}", draft.body);
        let id = draft.json()["id"].as_str().unwrap().to_owned();
        plain(&browser.get(&format!("/ho-so/{id}/phi")).await.body)
    };
    let free = fees(json!({"de_nghi_ban_sao": false})).await;
    assert!(free.contains("không phải nộp phí, lệ phí") && !free.contains("Bạn nộp tại"), "{free}");
    let owed = fees(json!({"de_nghi_ban_sao": true, "so_luong_ban_sao": 2})).await;
    assert!(owed.contains("Bạn nộp tại") && !owed.contains("không phải nộp"), "{owed}");
}

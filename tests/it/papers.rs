//! What the papers of the one-stop office say to whoever files at the counter, with or without an account.

use motcua::app::filing::{Save, Start, Walkin};
use motcua::documents::PaperRow;
use motcua::dossiers::{Contact, Delivery, DeliveryMethod, Intake, Step};
use motcua::kernel::national::Party;
use motcua::office::receive_papers::Received;
use serde_json::{Value, json};

use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};
use crate::support::html::plain;

const BIRTH: &str = "1.001193";
const PAPER: &str = "giay_chung_sinh";

/// A clerk files for a woman without account, who hands over one original; the submission reference.
async fn filed_at_counter(t: &TestApp, intake: Intake) -> String {
    let clerk = demo::officer(&t.app, "clerk").await;
    let walkin =
        Walkin {
            account: None, party: Party::none_yet(), name: "Kpă H'Nhung".to_owned(), contact: Contact::default()
        };
    let start = Start {
        procedure_code: BIRTH.to_owned(),
        agency_code: demo::COMMITTEE.to_owned(),
        case: None,
        data: Some(demo::form_of(&t.app, BIRTH).await.examples()[0].clone()),
        on_behalf_of: None,
        intake,
        applicant: Some(walkin),
    };
    let id = t.app.begin_dossier(&clerk, start).await.unwrap().dossier.id.to_string();
    let delivery = Delivery { method: DeliveryMethod::Counter, address: None };
    t.app.save_dossier(&clerk, &id, Save { delivery: Some(delivery), ..Save::default() }).await.unwrap();
    let brought = vec![Received { code: PAPER.to_owned(), originals: 1, copies: 2 }];
    t.app.receive_papers(&clerk, &id, brought).await.unwrap();
    t.app.submit_dossier(&clerk, &id, None).await.unwrap().dossier.name()
}

/// A dossier's paper.
async fn paper_row(t: &TestApp, name: &str, kind: &'static str) -> PaperRow {
    let name = name.to_owned();
    let read = move |c: &mut motcua::db::Conn| {
        let id = motcua::dossiers::find_id(c, &name)?;
        motcua::documents::paper_of(c, id, kind)
    };
    t.app.db.read(read).await.unwrap().unwrap()
}

/// What it says.
async fn paper(t: &TestApp, name: &str, kind: &'static str) -> Value {
    paper_row(t, name, kind).await.data
}

#[tokio::test]
async fn the_acknowledgement_of_the_counter_lists_what_was_handed_over() {
    let t = demo::portal().await;
    for (intake, how) in [(Intake::Counter, "counter"), (Intake::Post, "post")] {
        let name = filed_at_counter(&t, intake).await;
        let said = paper(&t, &name, "xac-nhan-nop").await;
        assert_eq!((&said["how"], &said["files"], &said["answer_due_at"]), (&json!(how), &json!([]), &Value::Null));
        let line = &said["received"][0];
        assert_eq!((&line["originals"], &line["copies"]), (&json!(1), &json!(2)), "{said}");
        assert!(line["name"].as_str().unwrap().contains("Giấy chứng sinh"), "{said}");
        assert!(!said["next"].to_string().contains("8 giờ làm việc"), "that is promised online: {said}");
    }
    let online = Person::citizen(&t, AN).await.files(&t).await;
    let said = paper(&t, &online, "xac-nhan-nop").await;
    assert_eq!((&said["how"], &said["received"]), (&json!("online"), &json!([])));
    assert!(said["next"].to_string().contains("8 giờ làm việc"), "{said}");
}

#[tokio::test]
async fn only_who_has_an_account_is_asked_to_supplement_over_the_portal() {
    let t = demo::portal().await;
    let clerk = demo::officer(&t.app, "clerk").await;
    let walkin = filed_at_counter(&t, Intake::Counter).await;
    let citizen = Person::citizen(&t, AN).await.files(&t).await;
    for (name, online) in [(walkin, false), (citizen, true)] {
        let body = json!({"reason": "Chưa rõ.", "items": [{"document": PAPER, "note": "Nộp bản rõ hơn."}]});
        demo::act(&t.app, &clerk, &name, (Step::RequestSupplement, body)).await;
        let said = paper(&t, &name, "mau-02").await;
        let guide = said["guide"].as_str().unwrap();
        assert_eq!(guide.contains("trực tuyến"), online, "{guide}");
        assert!(guide.contains("Trung tâm") || guide.contains("Ủy ban nhân dân"), "where to go: {guide}");
    }
}

#[tokio::test]
async fn a_request_says_the_stage_in_which_it_is_asked() {
    let t = demo::portal().await;
    let (clerk, handler) = (demo::officer(&t.app, "clerk").await, demo::officer(&t.app, "handler").await);
    let before = [&[][..], &[Step::Accept][..], &[Step::Accept, Step::Forward][..]];
    for ((acts, by), stage) in
        before.into_iter().zip([&clerk, &clerk, &handler]).zip(["Tiếp nhận", "Tiếp nhận", "Giải quyết"])
    {
        let name = filed_at_counter(&t, Intake::Counter).await;
        for step in acts {
            demo::act(&t.app, &clerk, &name, (*step, json!({}))).await;
        }
        let body = json!({"reason": "Chưa rõ.", "items": [{"document": PAPER, "note": "Nộp bản rõ hơn."}]});
        demo::act(&t.app, by, &name, (Step::RequestSupplement, body)).await;
        assert_eq!(paper(&t, &name, "mau-02").await["stage"], stage, "after {acts:?}");
    }
}

#[tokio::test]
async fn a_receipt_is_genuine_and_no_result_in_force() {
    let t = demo::portal().await;
    let name = filed_at_counter(&t, Intake::Counter).await;
    let clerk = demo::officer(&t.app, "clerk").await;
    let acknowledged = paper_row(&t, &name, "xac-nhan-nop").await.token;
    let code = demo::act(&t.app, &clerk, &name, (Step::Accept, json!({}))).await.dossier.name();
    let appointed = paper_row(&t, &code, "mau-01").await.token;
    for (token, bears_reference) in [(acknowledged, true), (appointed, false)] {
        let page = t.visitor().get(&format!("/xac-thuc/{token}")).await;
        let said = plain(&page.body);
        assert!(said.contains("Giấy này là thật") && said.contains("không phải là kết quả giải quyết"), "{said}");
        assert!(said.contains("Người nộp hồ sơK•• H••••••"), "{said}");
        assert!(said.contains(&format!("Mã hồ sơ{code}")), "{said}");
        assert_eq!(said.contains(&format!("Mã nộp hồ sơ{name}")), bears_reference, "as the paper says: {said}");
        for result_only in ["hiệu lực", "Kết quả này", "Cơ quan cấp", "Ngày cấp", "Nhung"] {
            assert!(!said.contains(result_only), "{result_only}: {said}");
        }
        assert!(page.body.contains(&format!("href=\"/tra-cuu?ma={code}\"")), "where it stands now");
        let proof = t.visitor().get(&format!("/api/v1/results/{token}")).await.json();
        assert_eq!((&proof["of"], &proof["valid"]), (&json!("paper"), &json!(true)), "{proof}");
        let english = plain(&t.visitor().get(&format!("/xac-thuc/{token}?lang=en")).await.body);
        assert!(english.contains("It is not the result") && !english.contains("in force"), "{english}");
    }
}

/// The newest e-mail about a dossier that begins so.
async fn mail(t: &TestApp, subject: &str, code: &str) -> String {
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let items = outbox["items"].as_array().unwrap().clone();
    let about = |m: &&Value| m["subject"].as_str().is_some_and(|s| s.starts_with(subject) && s.contains(code));
    items.iter().find(about).unwrap_or_else(|| panic!("{subject} {code}"))["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn mails_say_what_is_true_of_the_dossier_as_it_stands() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let refused = an.files(&t).await;
    clerk.does(&refused, "refuse_acceptance", json!({"reason": "Không thuộc thẩm quyền."})).await;
    let said = mail(&t, "Hồ sơ không được tiếp nhận", &refused).await;
    assert!(said.contains(&format!("Mã nộp hồ sơ: {refused}")) && said.contains("hồ sơ đã kết thúc"), "{said}");
    assert!(said.contains("Người tiếp nhận, xử lý: Lê Thị Một Cửa"), "who refused: {said}");
    assert!(!said.contains("báo khi tiếp nhận") && !said.contains("chưa xử lý"), "{said}");

    let name = an.files(&t).await;
    let code = clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
    let said = mail(&t, "Hồ sơ được tiếp nhận", &code).await;
    assert!(said.contains(&format!("Mã hồ sơ: {code}")) && said.contains("\nHẹn trả kết quả: "), "{said}");
    assert!(!said.contains("Thời điểm trả kết quả"), "nothing was handed over: {said}");
    clerk.does(&code, "forward", json!({})).await;
    Person::officer(&t, "handler").await.does(&code, "stop", json!({"reason": "Chờ tòa án."})).await;
    let said = mail(&t, "Dừng giải quyết hồ sơ", &code).await;
    assert!(said.contains("thời hạn đang tạm dừng"), "{said}");
}

/// domain.md, contract.md §6: the last four digits of the identity number or phone; here she gave them only in the
/// declaration.
#[tokio::test]
async fn who_has_no_account_is_known_by_the_number_in_the_declaration() {
    let t = demo::portal().await;
    let name = filed_at_counter(&t, Intake::Counter).await;
    let example = demo::form_of(&t.app, BIRTH).await.examples()[0].clone();
    let typed = example["nguoi_yeu_cau"]["nyc_so_giay_to"].as_str().unwrap();
    let father = example["cha"]["cha_so_giay_to"].as_str().unwrap();
    let asked =
        async |digits: &str| t.visitor().get(&format!("/api/v1/tracking/{name}?verifier={digits}")).await.json();
    let right = asked(&typed[8..]).await;
    assert_eq!((&right["verified"], &right["details"]["applicant"]), (&json!(true), &json!("Kpă H'Nhung")), "{right}");
    assert_ne!(typed[8..], father[8..]);
    let wrong = asked(&father[8..]).await;
    assert_eq!((&wrong["verified"], &wrong["details"]), (&json!(false), &Value::Null), "another person's: {wrong}");

    assert_eq!(right["events"][0]["title"], "Nộp hồ sơ tại quầy");
    let page = plain(&t.visitor().get(&format!("/tra-cuu?ma={name}")).await.body);
    let filed = page.split("Nộp hồ sơ tại quầy").nth(1).unwrap_or_else(|| panic!("{page}"));
    assert!(filed.split("Kiểm tra và tiếp nhận").next().unwrap().contains("Người nộp hồ sơ"), "who filed: {page}");
}

#[tokio::test]
async fn an_apology_names_the_new_date_also_while_the_clock_stands() {
    let t = demo::portal().await;
    let an = Person::citizen(&t, AN).await;
    let name = an.files_for(&t, "1.004873").await;
    let (clerk, handler) = (demo::officer(&t.app, "clerk").await, demo::officer(&t.app, "handler").await);
    demo::act(&t.app, &clerk, &name, (Step::Accept, json!({}))).await;
    demo::act(&t.app, &clerk, &name, (Step::Forward, json!({}))).await;
    let asked = an.post(&format!("/dossiers/{name}/withdraw"), json!({"reason": "Không cần nữa."})).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let body = json!({"reason": "Chờ xác minh.", "new_due_at": "2026-11-27T16:00:00+07:00"});
    demo::act(&t.app, &handler, &name, (Step::Extend, body)).await;
    t.run_jobs().await;
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let told: Vec<&str> = outbox["items"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
    let new_date = told.iter().find_map(|text| text.split_once("Hẹn trả kết quả mới: ")).expect("an apology").1;
    assert!(new_date.starts_with("16:00") && new_date.contains("27/11/2026"), "{new_date}");
}

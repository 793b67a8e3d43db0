//! Officers' pages without JavaScript: a dossier filed at the counter, worked through, signed and handed over.

use motcua::accounts::totp;
use motcua::kernel::clock::machine_now;

use crate::support::app::{Answer, TestApp, Visitor};
use crate::support::demo::{self, AN, BINH, PASSWORD};
use crate::support::html::{Form, plain};

const SECRET: &str = "JBSWY3DPEHPK3PXP";

/// An officer of the demonstration signs in on the pages.
pub async fn officer(t: &TestApp, name: &str) -> Visitor {
    officer_at(&t.base, name).await
}

/// The same at a portal that runs somewhere.
pub async fn officer_at(base: &str, name: &str) -> Visitor {
    let browser = Visitor::of(base);
    let page = browser.get("/dang-nhap").await;
    let form = Form::with_action(&page.body, "/dang-nhap").fill("Số", &format!("{name}@demo.invalid"));
    let asked = browser.submit(&form.fill("Mật khẩu", PASSWORD)).await;
    let form = Form::with_action(&asked.body, "/dang-nhap/ma-xac-thuc");
    let done = browser.submit(&form.fill("Mã", &totp::code_at(SECRET, machine_now()).unwrap())).await;
    assert_eq!((done.status, done.header("location")), (303, "/can-bo"), "{}", done.body);
    browser
}

/// Opens a page that must be there.
pub async fn page(browser: &Visitor, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", plain(&answer.body));
    answer.body
}

/// Where an answer leads.
pub fn led_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", plain(&answer.body));
    answer.header("location").to_owned()
}

/// Does an act whose form needs nothing more than `fields`.
pub async fn act(browser: &Visitor, dossier: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let body = page(browser, dossier).await;
    let mut form = Form::with_action(&body, &format!("{dossier}/{action}"));
    for (name, value) in fields {
        form.set(name, value);
    }
    browser.submit(&form).await
}

/// What a browser would send of a multipart form without files.
pub async fn submit_multipart(browser: &Visitor, form: &Form) -> Answer {
    let mut parts = reqwest::multipart::Form::new();
    for (name, value) in &form.fields {
        parts = parts.text(name.clone(), value.clone());
    }
    let request = browser.request("POST", &form.action).header("sec-fetch-site", "same-origin").multipart(parts);
    browser.send(request).await
}

/// The draft still lacks the personal number: the page does not send it on.
async fn is_held_up(handler: &Visitor, dossier: &str) {
    let desk = page(handler, dossier).await;
    assert!(!desk.contains("id=\"act-forward\""));
    let mut early = Form::with_action(&desk, &format!("{dossier}/draft_result"));
    early.action = format!("{dossier}/forward");
    let held = handler.submit(&early).await;
    assert_eq!(held.status, 409, "{}", plain(&held.body));
    assert!(plain(&held.body).contains("Dự thảo kết quả còn thiếu: Số định danh cá nhân"), "{}", plain(&held.body));
    page(handler, &format!("{dossier}?lang=en")).await;
    let held = handler.submit(&early).await;
    assert_eq!(held.status, 409, "{}", plain(&held.body));
    let words = "The draft result lacks: Personal identity number. Save a draft that has them before it is sent";
    assert!(plain(&held.body).contains(words), "{}", plain(&held.body));
    page(handler, &format!("{dossier}?lang=vi")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_files_at_the_counter_and_gets_the_result() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let found = page(&clerk, "/can-bo/tiep-nhan?q=046095000033").await;
    assert!(found.contains("Y Ƀlŏ Niê"), "{found}");
    // The search comes first and has the same address; the person's own form follows under its heading.
    let of_person = &found[found.find("id=\"da-co\"").unwrap()..];
    let chosen = clerk.submit(&Form::with_action(of_person, "/can-bo/tiep-nhan")).await;
    let procedures = page(&clerk, &led_to(&chosen)).await;
    let choosing = &procedures[procedures.rfind("<form").unwrap()..];
    let mut form = Form::with_action(choosing, "/can-bo/tiep-nhan/thu-tuc");
    let nothing = clerk.submit(&form).await;
    assert_eq!(nothing.status, 422, "{}", plain(&nothing.body));
    form.set("procedure", "1.001193");
    let to = led_to(&clerk.submit(&form).await);
    let declaration = page(&clerk, &to).await;
    let empty = clerk.submit(&Form::with_action(&declaration, &to)).await;
    assert_eq!(empty.status, 422, "an empty declaration is the form again");

    // The declaration is filled with the form's own example through the service that the page uses.
    let id = to.split('/').nth(3).unwrap().to_owned();
    let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    let who = demo::officer(&t.app, "clerk").await;
    let save = motcua::app::filing::Save { patch: Some(example), ..Default::default() };
    t.app.save_dossier(&who, &id, save).await.unwrap();
    let papers = page(&clerk, &format!("/can-bo/tiep-nhan/{id}/giay-to")).await;
    let form = Form::with_action(&papers, &format!("/can-bo/tiep-nhan/{id}/giay-to"));
    let finish = led_to(&submit_multipart(&clerk, &form).await);
    let mut form = Form::with_action(&page(&clerk, &finish).await, &finish);
    form.set("payment", "cash");
    if !page(&clerk, &finish).await.contains("name=\"payment\"") {
        form.set("payment", "");
    }
    form.set("incomplete", "true");
    assert_eq!(led_to(&clerk.submit(&form).await), finish);
    let done = page(&clerk, &finish).await;
    let code = done.split("/can-bo/ho-so/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert!(code.starts_with("H57.31-"), "{code}");
    let dossier = format!("/can-bo/ho-so/{code}");
    let paper = clerk.get(&format!("{dossier}/giay/mau-01")).await;
    assert_eq!((paper.status, paper.header("content-type")), (200, "application/pdf"));
    assert_eq!(clerk.get(&format!("{dossier}/giay/mau-03")).await.status, 404);

    assert_eq!(led_to(&act(&clerk, &dossier, "forward", &[("note", "Chuyển thụ lý")]).await), dossier);
    let handler = officer(&t, "handler").await;
    assert!(page(&handler, "/can-bo?queue=mine").await.contains(&code));
    is_held_up(&handler, &dossier).await;
    let to_draft = led_to(&act(&handler, &dossier, "draft_result", &[]).await);
    let drafting = page(&handler, &to_draft).await;
    let mut form = Form::with_action(&drafting, &to_draft);
    form.set("outcome", "refused");
    form.set("note", "");
    assert!(handler.submit(&form).await.body.contains("Hãy ghi lý do từ chối"));
    form.set("outcome", "granted");
    form.set("noi_dung.soDinhDanh", "046326000019");
    assert_eq!(led_to(&handler.submit(&form).await), dossier);
    led_to(&act(&handler, &dossier, "forward", &[]).await);

    let approver = officer(&t, "approver").await;
    let desk = page(&approver, &dossier).await;
    let first = desk.split("id=\"act-").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(first, "approve", "what the approver is there for comes first");
    assert!(!desk.contains("id=\"act-forward\""), "a decision is not passed by");
    led_to(&act(&approver, &dossier, "approve", &[]).await);
    let wrong = act(&approver, &dossier, "sign", &[("otp", "000000")]).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    let records = officer(&t, "records").await;
    let sign = format!("{dossier}/sign\"");
    assert!(!page(&records, &dossier).await.contains(&sign), "the seal comes after the approver's signature");
    led_to(&act(&approver, &dossier, "sign", &[]).await);
    assert!(!page(&approver, &dossier).await.contains(&sign), "the approver puts no seal");
    let desk = page(&records, &dossier).await;
    let act_shown = desk.split("id=\"act-sign\"").nth(1).unwrap().split("</summary>").next().unwrap();
    assert!(act_shown.contains("Đóng dấu") && !act_shown.contains("Ký số"), "a seal is no signature");
    assert!(!desk.contains("id=\"act-hand_over\""), "nothing to hand over before the seal");
    led_to(&act(&records, &dossier, "sign", &[]).await);
    let nobody = act(&clerk, &dossier, "hand_over", &[("hand_over", "counter"), ("receiver_name", "")]).await;
    assert_eq!(nobody.status, 422);
    assert!(nobody.body.contains("Hãy ghi người nhận kết quả.") || nobody.body.contains("Hãy ghi họ tên người nhận."));
    let fields = [("hand_over", "counter"), ("receiver_name", "Y Ƀlŏ Niê"), ("signed", "hand")];
    led_to(&act(&clerk, &dossier, "hand_over", &fields).await);
    let after = page(&clerk, &dossier).await;
    assert!(plain(&after).contains("Đã trả kết quả"), "{}", plain(&after));
    assert!(plain(&after).contains("Tờ khai của người nộp") && !after.contains("Tờ khai bạn đã nộp"));
    proves_the_seal(&t, code).await;
}

/// Whoever holds the result sees whose signature it bears, and the agency's seal as such.
async fn proves_the_seal(t: &TestApp, code: String) {
    let token = t.app.db.read(move |c| {
        let id = motcua::dossiers::find_id(c, &code)?;
        Ok::<_, motcua::db::Error>(motcua::documents::current_result(c, id)?.unwrap().token)
    });
    let genuine = plain(&page(&t.visitor(), &format!("/xac-thuc/{}", token.await.unwrap())).await);
    assert!(genuine.contains("Con dấu của cơ quan") && genuine.contains("người đóng dấu"), "{genuine}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_said_on_the_page_with_what_was_typed() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let list = page(&clerk, "/can-bo?status=submitted&q=tran+thi+binh").await;
    let name = list.split("/can-bo/ho-so/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let dossier = format!("/can-bo/ho-so/{name}");
    let body = page(&clerk, &dossier).await;
    assert!(body.contains("0912 000 022") && !body.contains("+84912"), "a phone number as people dial it");
    assert!(!body.contains(&format!("{dossier}/approve")), "a clerk is offered no approval");
    let items = [("reason", "Lý do viết dở"), ("items", "other"), ("items.note.other", "")];
    let again = act(&clerk, &dossier, "request_supplement", &items).await;
    assert_eq!(again.status, 422, "{}", plain(&again.body));
    assert!(again.body.contains("Lý do viết dở") && again.body.contains("Hãy ghi rõ cần làm gì"));
    assert!(body.contains("document:giay_chung_sinh") && !body.contains("document:bien_ban_bo_roi"), "what can apply");
    let items = [("reason", ""), ("items", "other"), ("items.note.other", "Ghi rõ quê quán")];
    let again = act(&clerk, &dossier, "request_supplement", &items).await;
    assert!(again.status == 422 && again.body.contains("Ghi rõ quê quán"), "notes stay too");
    // A page that was opened before a colleague acted.
    let old = Form::with_action(&body, &format!("{dossier}/accept"));
    led_to(&act(&clerk, &dossier, "accept", &[]).await);
    let late = clerk.submit(&old).await;
    assert!(late.status == 409 || late.status == 412, "{}", late.status);
    let mut forged = old.clone();
    forged.action = format!("{dossier}/approve");
    let forbidden = clerk.submit(&forged).await;
    assert_eq!(forbidden.status, 403);
    let told = plain(&forbidden.body);
    assert!(told.contains("Chưa thực hiện được") && told.contains("Việc «Phê duyệt» thuộc vai trò: Lãnh đạo ký duyệt"));
    assert!(!told.contains("chỗ cần sửa") && !told.contains("vừa thay đổi"), "nothing is to be mended: {told}");
    let citizen = t.signed_in(AN, PASSWORD).await;
    assert_eq!(citizen.get(&dossier).await.status, 403);
    let owner = t.signed_in(BINH, PASSWORD).await;
    let log = page(&owner, "/nhat-ky-truy-cap").await;
    assert!(plain(&log).contains(&name), "the citizen sees what was looked at: {}", plain(&log));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_searched_by_code_name_and_number() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let english = page(&clerk, "/can-bo?q=binh&lang=en").await;
    assert!(english.contains("Registration of a birth"), "{}", plain(&english));
    page(&clerk, "/can-bo?lang=vi").await;
    for query in
        ["queue=all", "queue=overdue", "queue=to_sign", "q=binh", "q=046192000022", "assignee=me", "due=overdue"]
    {
        page(&clerk, &format!("/can-bo?{query}")).await;
    }
    assert!(page(&clerk, "/can-bo?q=tran+thi+binh").await.contains("Trần Thị Bình"));
    assert!(!page(&clerk, "/can-bo?q=tran+thi+binh").await.contains("Nguyễn Văn An"));
    assert_eq!(clerk.get("/can-bo?queue=nothing").await.status, 422);
    let other = officer(&t, "clerk2").await;
    assert!(!page(&other, "/can-bo?queue=all").await.contains("H57.31-"), "another commune's dossiers are not seen");
}

/// A draft that the clerk types, its declaration filled with the form's own example.
pub async fn typed_draft(t: &TestApp) -> String {
    use motcua::app::filing::{Save, Start, Walkin};
    let who = demo::officer(&t.app, "clerk").await;
    let walkin = Walkin {
        account: None,
        party: motcua::kernel::national::Party::none_yet(),
        name: "Kpă H'Nhung".to_owned(),
        contact: motcua::dossiers::Contact::default(),
    };
    let start = Start {
        procedure_code: "1.001193".to_owned(),
        agency_code: demo::COMMITTEE.to_owned(),
        case: None,
        data: Some(demo::form_of(&t.app, "1.001193").await.examples()[0].clone()),
        on_behalf_of: None,
        intake: motcua::dossiers::Intake::Counter,
        applicant: Some(walkin),
    };
    let draft = t.app.begin_dossier(&who, start).await.unwrap();
    let id = draft.dossier.id.to_string();
    let delivery = motcua::dossiers::Delivery { method: motcua::dossiers::DeliveryMethod::Counter, address: None };
    t.app.save_dossier(&who, &id, Save { delivery: Some(delivery), ..Save::default() }).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_in_the_clerks_hand_stand_on_the_slip() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let id = typed_draft(&t).await;
    let address = format!("/can-bo/tiep-nhan/{id}/giay-to");
    let papers = page(&clerk, &address).await;
    let code = papers.split("name=\"got.").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut form = Form::with_action(&papers, &address);
    form.set(&format!("got.{code}"), "true");
    form.set(&format!("originals.{code}"), "không");
    let refused = submit_multipart(&clerk, &form).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("Số bản chính và bản sao từ 0 đến 99"), "{}", plain(&refused.body));
    form.set(&format!("originals.{code}"), "2");
    form.set(&format!("copies.{code}"), "1");
    let finish = led_to(&submit_multipart(&clerk, &form).await);
    let body = page(&clerk, &finish).await;
    let name = {
        let published = t.app.catalogue.published(&t.app.db, "1.001193").await.unwrap().unwrap();
        published.content.cases[0].document(&code).unwrap().name.vi.clone()
    };
    let missing = body.split("id=\"missing\"").nth(1).map(|rest| rest.split("</section>").next().unwrap());
    assert!(missing.is_none_or(|list| !list.contains(&name)), "what was taken in is not missing");
    let mut form = Form::with_action(&body, &finish);
    form.set("payment", "cash");
    form.set("incomplete", "true");
    led_to(&clerk.submit(&form).await);
    let row = t.app.db.read(move |c| {
        let id = motcua::dossiers::find_id(c, &id)?;
        motcua::documents::paper_of(c, id, "mau-01")
    });
    let data = serde_json::to_value(&row.await.unwrap().unwrap().data).unwrap();
    let line = data["papers"].as_array().unwrap().iter().find(|p| p["name"] == name.as_str()).unwrap();
    assert_eq!((&line["originals"], &line["copies"]), (&2.into(), &1.into()), "{data}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_clerk_says_what_lies_in_the_folder() {
    use motcua::office::ActError;
    use motcua::office::receive_papers::Received;
    let t = demo::portal().await;
    let id = typed_draft(&t).await;
    let one = |originals| vec![Received { code: "giay_chung_sinh".into(), originals, copies: 0 }];
    let other = demo::officer(&t.app, "clerk2").await;
    let refused = t.app.receive_papers(&other, &id, one(1)).await;
    assert!(matches!(refused, Err(ActError::Forbidden | ActError::NotFound)), "{refused:?}");
    let clerk = demo::officer(&t.app, "clerk").await;
    for wrong in [0, -1, 100] {
        let refused = t.app.receive_papers(&clerk, &id, one(wrong)).await;
        assert!(matches!(refused, Err(ActError::Invalid(_))), "{wrong}: {refused:?}");
    }
    let unknown = vec![Received { code: "khong_co".into(), originals: 1, copies: 0 }];
    assert!(matches!(t.app.receive_papers(&clerk, &id, unknown).await, Err(ActError::Invalid(_))));
    t.app.receive_papers(&clerk, &id, one(1)).await.unwrap();
}

/// A woman without account, phone or e-mail has her child registered, and is known when she comes again.
#[tokio::test(flavor = "multi_thread")]
async fn a_woman_without_a_phone_files_at_the_counter() {
    const NUMBER: &str = "046195000077";
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let start = page(&clerk, &format!("/can-bo/tiep-nhan?q={NUMBER}")).await;
    assert!(start.contains(&format!("value=\"{NUMBER}\"")) && !start.contains("id=\"da-nop\""));
    let form = &start[start.find("id=\"nguoi-moi\"").unwrap()..];
    let mut person = Form::with_action(form, "/can-bo/tiep-nhan").fill("Họ, chữ đệm", "Kpă H'Nhung");
    person.set("date_of_birth", "02/03/1995");
    person.set("sex", "Nữ");
    person.set("address", "Tổ 3, phường Thuận Hóa");
    let procedures_at = led_to(&clerk.submit(&person).await);
    let procedures = page(&clerk, &procedures_at).await;
    let mut choose = Form::with_action(&procedures[procedures.rfind("<form").unwrap()..], "/can-bo/tiep-nhan/thu-tuc");
    choose.set("procedure", "1.001193");
    let to = led_to(&clerk.submit(&choose).await);
    let declaration = page(&clerk, &to).await;
    let back = declaration.split("href=\"").find(|rest| rest.starts_with("/can-bo/tiep-nhan/thu-tuc?person="));
    let back = plain(back.expect("the walk leads back to the procedures").split('"').next().unwrap());
    assert!(plain(&page(&clerk, &back).await).contains("Kpă H'Nhung"), "of the same person");

    // Everything of the example but how to reach her.
    let id = to.split('/').nth(3).unwrap().to_owned();
    let mut answers = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    let applicant = answers["nguoi_yeu_cau"].as_object_mut().unwrap();
    applicant.insert("nyc_dien_thoai".into(), serde_json::Value::Null);
    applicant.insert("nyc_email".into(), serde_json::Value::Null);
    let who = demo::officer(&t.app, "clerk").await;
    let save = motcua::app::filing::Save { patch: Some(answers.clone()), ..Default::default() };
    t.app.save_dossier(&who, &id, save).await.unwrap();
    let sent = Form::with_action(&page(&clerk, &to).await, &to);
    assert!(sent.fields.iter().any(|(name, value)| name.ends_with("nyc_dien_thoai") && value.is_empty()));
    assert_eq!(led_to(&clerk.submit(&sent).await), format!("/can-bo/tiep-nhan/{id}/giay-to"));
    let papers_at = format!("/can-bo/tiep-nhan/{id}/giay-to");
    let papers = page(&clerk, &papers_at).await;
    let name = "Giấy chứng sinh";
    assert_eq!(plain(&papers).matches(name).count(), 1, "a paper is named once: {}", plain(&papers));
    let mut taken = Form::with_action(&papers, &papers_at);
    taken.set("got.giay_chung_sinh", "true");
    let finish = led_to(&submit_multipart(&clerk, &taken).await);
    let paying = page(&clerk, &finish).await;
    let silent = Form::with_action(&paying, &finish);
    if paying.contains("name=\"payment\"") {
        assert!(silent.fields.iter().all(|(n, _)| n != "payment"), "nothing is chosen for the clerk");
        let again = clerk.submit(&silent).await;
        assert_eq!(again.status, 422);
        assert!(again.body.contains("Hãy chọn đã thu hay chưa thu."), "{}", plain(&again.body));
    }
    let mut accept = silent;
    accept.set("payment", "cash");
    accept.set("incomplete", "true");
    led_to(&clerk.submit(&accept).await);
    let done = page(&clerk, &finish).await;
    let code = done.split("/can-bo/ho-so/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let dossier = page(&clerk, &format!("/can-bo/ho-so/{code}")).await;
    assert!(plain(&dossier).contains("Đã nhận bản giấy tại quầy: 1 bản chính"), "{}", plain(&dossier));

    // A minute later she is back.
    let known = page(&clerk, &format!("/can-bo/tiep-nhan?q={NUMBER}")).await;
    assert!(known.contains(&format!("/can-bo/ho-so/{code}")), "what she filed is found: {}", plain(&known));
    let filled = Form::with_action(&known[known.find("id=\"nguoi-moi\"").unwrap()..], "/can-bo/tiep-nhan");
    for (name, value) in [
        ("full_name", "Kpă H'Nhung"),
        ("identity_number", NUMBER),
        ("date_of_birth", "02/03/1995"),
        ("sex", "Nữ"),
        ("address", "Tổ 3, phường Thuận Hóa"),
    ] {
        assert!(filled.fields.contains(&(name.to_owned(), value.to_owned())), "{name}: {:?}", filled.fields);
    }
    let other = officer(&t, "clerk2").await;
    let elsewhere = page(&other, &format!("/can-bo/tiep-nhan?q={NUMBER}")).await;
    assert!(!elsewhere.contains(&code) && !elsewhere.contains("Nhung"), "another commune sees nothing of her");

    // The same over the API: no phone, and no fault about it.
    let token = office_token(&t).await;
    let body = serde_json::json!({
        "procedure_code": "1.001193", "data": answers,
        "applicant": {"full_name": "Kpă H'Nhung", "identity_number": NUMBER, "sex": "Nữ", "date_of_birth": "1995-03-02"},
    });
    let request = clerk.request("POST", "/api/v1/office/dossiers").bearer_auth(&token).json(&body);
    let filed = t.visitor().send(request).await;
    assert_eq!(filed.status, 201, "{}", filed.body);
}

/// A clerk's token for the API.
async fn office_token(t: &TestApp) -> String {
    let body = serde_json::json!({
        "identifier": "clerk@demo.invalid", "password": PASSWORD,
        "otp": totp::code_at(SECRET, machine_now().plus_seconds(30)).unwrap(),
    });
    let answer = t.visitor().post_json("/api/v1/auth/login", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// Somebody with an authorisation files for another person.
#[tokio::test(flavor = "multi_thread")]
async fn an_authorised_person_files_at_the_counter() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let found = page(&clerk, "/can-bo/tiep-nhan?q=046095000033").await;
    let of_person = &found[found.find("id=\"da-co\"").unwrap()..];
    let procedures =
        page(&clerk, &led_to(&clerk.submit(&Form::with_action(of_person, "/can-bo/tiep-nhan")).await)).await;
    let choosing = &procedures[procedures.rfind("<form").unwrap()..];
    let mut form = Form::with_action(choosing, "/can-bo/tiep-nhan/thu-tuc");
    form.set("procedure", "1.001193");
    form.set("behalf", "other");
    let again = clerk.submit(&form).await;
    assert_eq!(again.status, 422, "for whom?");
    assert!(again.body.contains("href=\"#owner_name\"") && again.body.contains("href=\"#owner_identity\""));
    form.set("owner_name", "Trần Thị Bình");
    form.set("owner_identity", BINH);
    let to = led_to(&clerk.submit(&form).await);
    assert!(plain(&page(&clerk, &to).await).contains("Y Ƀlŏ Niê, nộp thay Trần Thị Bình"));
    let papers = page(&clerk, &to.replace("/to-khai", "/giay-to")).await;
    assert!(papers.contains("got.van_ban_uy_quyen"), "the authorisation is asked for");
}

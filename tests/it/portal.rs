//! A citizen with a browser and without JavaScript: filing page by page, following, withdrawing, looking up.

use motcua::dossiers::Step;
use motcua::forms::Form as EForm;
use reqwest::multipart::{Form as Multipart, Part};
use serde_json::{Value, json};

use crate::support::api::Person;
use crate::support::app::{Answer, TestApp, Visitor};
use crate::support::demo::{self, AN, BINH, COMMITTEE, PAPER, PASSWORD, PROGRAM};
use crate::support::html::{Form, plain};

const PROCEDURE: &str = "1.001193";

/// Sends a form that has files, as a browser does: fields first, then the files.
async fn send_files(browser: &Visitor, form: &Form, files: &[(&str, &str, &[u8])]) -> Answer {
    let mut body = Multipart::new();
    for (name, value) in &form.fields {
        body = body.text(name.clone(), value.clone());
    }
    for (field, name, content) in files {
        let part = Part::bytes(content.to_vec()).file_name((*name).to_owned());
        body = body.part((*field).to_owned(), part);
    }
    let request = browser.request("POST", &form.action).header("sec-fetch-site", "same-origin").multipart(body);
    browser.send(request).await
}

/// The fields that a page of the form would send for these answers.
fn typed(form: &EForm, section: &str, data: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    flatten(data, "", &mut pairs);
    pairs.retain(|(name, _)| {
        let pointer = format!("/{}", name.replace('.', "/"));
        let pointer = pointer.split('/').map(|s| if s.parse::<usize>().is_ok() { "0" } else { s }).collect::<Vec<_>>();
        (2..=pointer.len()).rev().any(|n| form.field(&pointer[..n].join("/")).is_some_and(|f| f.section == section))
    });
    pairs
}

fn flatten(value: &Value, name: &str, pairs: &mut Vec<(String, String)>) {
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flatten(value, &below(key), pairs)),
        Value::Array(rows) => {
            for (i, row) in rows.iter().enumerate() {
                match row {
                    Value::Object(_) => flatten(row, &below(&i.to_string()), pairs),
                    other => flatten(other, name, pairs),
                }
            }
        }
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        Value::Null => {}
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

/// Begins a draft on the pages; its address.
async fn begin(browser: &Visitor) -> String {
    let page = browser.get(&format!("/nop-ho-so/{PROCEDURE}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let mut form = Form::with_action(&page.body, &format!("/nop-ho-so/{PROCEDURE}"));
    form.set("agency_code", COMMITTEE);
    let begun = browser.submit(&form).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    begun.header("location").to_owned()
}

/// Fills in every section, page after page, as the form leads.
async fn fill_in(t: &TestApp, browser: &Visitor, address: &str) {
    let form = demo::form_of(&t.app, PROCEDURE).await;
    let example = form.examples()[0].clone();
    let first = form.visible_sections(&example)[0].to_owned();
    let mut at = format!("{address}/to-khai/{first}");
    for _ in 0..20 {
        let section = at.rsplit('/').next().unwrap().to_owned();
        let page = browser.get(&at).await;
        assert_eq!(page.status, 200, "{at}: {}", page.body);
        let mut sent = Form::with_action(&page.body, &at);
        sent.fields.retain(|(name, _)| name.starts_with('_') || name == "version");
        sent.fields.extend(typed(&form, &section, &example));
        sent.set("_go", "next");
        let answer = browser.submit(&sent).await;
        assert_eq!(answer.status, 303, "{section}: {}", plain(&answer.body));
        let next = answer.header("location").to_owned();
        if !next.contains("/to-khai/") {
            assert_eq!(next, address);
            return;
        }
        at = next;
    }
    panic!("the form does not end");
}

/// Sends every paper that is missing, and goes on to the delivery page.
async fn attach_papers(browser: &Visitor, address: &str) {
    let page = browser.get(&format!("{address}/giay-to")).await;
    let picks = |body: &str, word: &str| body.matches(&format!("{word}</label>")).count();
    let inputs = page.body.matches("type=\"file\"").count();
    assert!(inputs > 0 && picks(&page.body, "Chọn tệp") == inputs, "files are opened in the page's language");
    let english = browser.get(&format!("{address}/giay-to?lang=en")).await;
    assert_eq!(picks(&english.body, "Choose files"), inputs);
    let page = browser.get(&format!("{address}/giay-to?lang=vi")).await;
    let mut form = Form::with_action(&page.body, &format!("{address}/giay-to"));
    form.set("_go", "next");
    let refused = send_files(browser, &form, &[]).await;
    assert_eq!(refused.status, 422, "papers are needed");
    let codes: Vec<String> =
        refused.body.split("href=\"#f-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(!codes.is_empty(), "{}", refused.body);
    let program = send_files(browser, &form, &[(codes[0].as_str(), "giay-chung-sinh.pdf", PROGRAM)]).await;
    assert_eq!(program.status, 422);
    assert!(plain(&program.body).contains("giay-chung-sinh.pdf:"), "the file is named with what is wrong");
    let files: Vec<(&str, &str, &[u8])> = codes.iter().map(|code| (code.as_str(), "giấy tờ.pdf", PAPER)).collect();
    let sent = send_files(browser, &form, &files).await;
    assert_eq!((sent.status, sent.header("location")), (303, format!("{address}/nhan-ket-qua").as_str()));
}

async fn choose_delivery(browser: &Visitor, address: &str) {
    let page = browser.get(&format!("{address}/nhan-ket-qua")).await;
    let mut form = Form::with_action(&page.body, &format!("{address}/nhan-ket-qua"));
    form.set("method", "post");
    let empty = browser.submit(&form).await;
    assert_eq!(empty.status, 422, "the post needs an address");
    form.set("method", "online");
    form.set("_go", "next");
    let sent = browser.submit(&form).await;
    assert_eq!((sent.status, sent.header("location")), (303, format!("{address}/phi").as_str()));
    assert_eq!(browser.get(&format!("{address}/phi")).await.status, 200);
}

/// A draft that is ready to be filed.
async fn ready(t: &TestApp, browser: &Visitor) -> String {
    let address = begin(browser).await;
    fill_in(t, browser, &address).await;
    attach_papers(browser, &address).await;
    choose_delivery(browser, &address).await;
    address
}

/// Presses «Nộp hồ sơ» on a check page that was opened before.
async fn file(browser: &Visitor, address: &str, page: &Answer) -> String {
    let answer = browser.submit(&Form::with_action(&page.body, &format!("{address}/nop"))).await;
    assert_eq!(answer.status, 303, "{}", plain(&answer.body));
    answer.header("location").to_owned()
}

#[tokio::test]
async fn filing_page_by_page_in_two_browsers_makes_one_dossier() {
    let t = demo::portal().await;
    let stranger = t.visitor().get(&format!("/nop-ho-so/{PROCEDURE}")).await;
    assert_eq!(stranger.status, 303);
    assert!(stranger.header("location").starts_with("/dang-nhap?tiep=/nop-ho-so/"), "and back again");
    let browser = t.signed_in(BINH, PASSWORD).await;
    let address = ready(&t, &browser).await;
    assert!(browser.get(&address).await.body.contains(&format!("{address}/kiem-tra")));
    assert!(browser.get(&format!("{address}?lang=en")).await.body.contains("lang=\"en\""));
    assert!(browser.get(&format!("{address}?lang=vi")).await.body.contains("lang=\"vi\""));

    let other = t.signed_in(BINH, PASSWORD).await;
    let check = format!("{address}/kiem-tra");
    let (here, there) = (browser.get(&check).await, other.get(&check).await);
    assert!(here.body.contains("/to-khai/"), "every answer can be changed");
    let (one, two) = tokio::join!(file(&browser, &address, &here), file(&other, &address, &there));
    let (one, two) = (browser.get(&one).await, other.get(&two).await);
    assert_eq!((one.status, two.status), (200, 200));
    let reference = |page: &Answer| {
        let rest = page.body.split("id=\"ma-nop\">").nth(1).expect("a big code");
        rest.split('<').next().unwrap().to_owned()
    };
    assert_eq!(reference(&one), reference(&two), "one dossier");
    let reference = reference(&one);
    assert!(one.body.contains("<svg"), "a QR code");
    let receipt = browser.get(&format!("/ho-so/{reference}/giay/xac-nhan-nop.pdf")).await;
    assert_eq!((receipt.status, receipt.header("content-type")), (200, "application/pdf"));
    assert!(browser.get("/ho-so").await.body.contains(&reference));
    let an = t.signed_in(AN, PASSWORD).await;
    for path in ["", "/da-nop", "/giay/xac-nhan-nop.pdf", "/bo-sung", "/to-khai/x"] {
        assert_eq!(an.get(&format!("/ho-so/{reference}{path}")).await.status, 404, "{path}");
    }
    follow(&t, &browser, &reference).await;
}

/// After filing: tracking, a message, withdrawing.
async fn follow(t: &TestApp, browser: &Visitor, reference: &str) {
    let public = t.visitor().get(&format!("/tra-cuu?ma={}", reference.to_lowercase())).await;
    assert_eq!(public.status, 200);
    assert!(public.body.contains(reference) && !public.body.contains("Bình"));
    let mine = t.visitor().get(&format!("/tra-cuu?ma={reference}&xac-nhan=0022")).await;
    assert!(mine.body.contains("Trần Thị Bình"));
    let wrong = t.visitor().get(&format!("/tra-cuu?ma={reference}&xac-nhan=1111")).await;
    assert!(!wrong.body.contains("Bình") && wrong.body.contains("không khớp"));
    assert_eq!(t.visitor().get("/tra-cuu?ma=00000-00000").await.status, 422);
    for (typed, told) in [("K7M2Q-9T4XB", "gõ nhầm hoặc đổi chỗ"), ("H46.01-2611-7", "có dạng H46.01-261121-0007")]
    {
        let page = t.visitor().get(&format!("/tra-cuu?ma={typed}")).await;
        assert_eq!(page.status, 422);
        assert!(plain(&page.body).contains(told), "{}", plain(&page.body));
        assert!(page.body.contains(&format!("value=\"{typed}\"")), "{}", page.body);
    }
    assert_eq!(t.visitor().get("/xac-thuc/khong-co").await.status, 404);

    let address = format!("/ho-so/{reference}");
    let page = browser.get(&address).await;
    let message = Form::with_action(&page.body, &format!("{address}/tin-nhan")).fill("Nhắn", "Bao giờ xong ạ?");
    assert_eq!(browser.submit(&message).await.status, 303);
    let page = browser.get(&address).await;
    assert!(page.body.contains("Bao giờ xong ạ?"));
    let withdraw = Form::with_action(&page.body, &format!("{address}/rut"));
    let empty = browser.submit(&withdraw).await;
    assert_eq!(empty.status, 422, "a reason is needed");
    let withdraw = Form::with_action(&empty.body, &format!("{address}/rut")).fill("Vì sao", "Khai nhầm.");
    assert_eq!(browser.submit(&withdraw).await.status, 303);
    assert!(plain(&browser.get(&address).await.body).contains("đã được rút"));
    let before = browser.submit(&withdraw).await;
    assert_eq!(before.status, 412, "a page of before");
    assert!(plain(&before.body).contains("Chưa thực hiện được") && before.body.contains(reference), "{}", before.body);
    too_late(browser, &address, withdraw).await;
    let tracked = t.visitor().get(&format!("/tra-cuu?ma={reference}&xac-nhan=0022")).await;
    assert!(tracked.body.contains("Trần Thị Bình"), "{}", plain(&tracked.body));
    assert!(!tracked.body.contains("Khai nhầm."), "what the citizen wrote is not the agency's note");
    let number = t.visitor().get("/tra-cuu?ma=046192000022").await;
    assert_eq!(number.status, 422);
    assert!(plain(&number.body).contains("Mã hồ sơ ở đâu?") && number.body.contains("href=\"/ho-so\""));
    assert!(!number.body.contains("value=\"046192000022\""), "a person's number is not kept in the page");
}

/// What the dossier's state forbids is answered on its page, with why and what can be done (contract.md §6).
async fn too_late(browser: &Visitor, address: &str, mut withdraw: Form) {
    withdraw.set("version", "");
    let twice = browser.submit(&withdraw).await;
    let said = plain(&twice.body);
    assert_eq!(twice.status, 409, "{said}");
    assert!(said.contains("Chưa thực hiện được") && said.contains("đã được rút"), "{said}");
    assert!(said.contains("Bạn đã viết:Khai nhầm."), "nothing that was typed is lost: {said}");
    for page in ["to-khai/nguoi_yeu_cau", "nhan-ket-qua", "giay-to", "bo-sung"] {
        let mut form = withdraw.clone();
        form.action = format!("{address}/{page}");
        let takes_files = matches!(page, "giay-to" | "bo-sung");
        let late = if takes_files { send_files(browser, &form, &[]).await } else { browser.submit(&form).await };
        let said = plain(&late.body);
        assert_eq!(late.status, 409, "{page}: {said}");
        assert!(said.contains("Ở bước hiện tại của hồ sơ không làm được việc này"), "{page}: {said}");
    }
}

#[tokio::test]
async fn what_is_wrong_stays_on_the_page_and_what_is_right_is_kept() {
    let t = demo::portal().await;
    let browser = t.signed_in(BINH, PASSWORD).await;
    let address = begin(&browser).await;
    let form = demo::form_of(&t.app, PROCEDURE).await;
    let example = form.examples()[0].clone();
    let section = form.visible_sections(&example)[0].to_owned();
    let at = format!("{address}/to-khai/{section}");
    let page = browser.get(&at).await;
    let mut sent = Form::with_action(&page.body, &at);
    let pairs = typed(&form, &section, &example);
    let (name, _) = pairs.iter().find(|(name, _)| name.contains("ho_ten")).expect("a name is asked for").clone();
    for (bad, wanted) in [("<b>Bình</b>", 422), ("Bình 😀", 422), ("", 422), (&"a".repeat(3_000), 422)] {
        sent.set(&name, bad);
        sent.set("_go", "next");
        let again = browser.submit(&sent).await;
        assert_eq!(again.status, wanted, "{bad}");
        assert!(again.body.contains("error-summary") || again.body.contains("chỗ cần sửa"), "a summary comes first");
    }
    sent.set("khong.co", "x");
    assert_eq!(browser.submit(&sent).await.status, 422, "unknown fields are told");
    sent.fields.retain(|(n, _)| n != "khong.co");

    // Saved while typing: JSON with the time and the next version.
    sent.set(&name, "Y Ƀlŏ Niê");
    sent.set("_go", "autosave");
    let saved = browser.submit(&sent).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert_eq!(saved.json()["saved_at"].as_str().unwrap().len(), 5);
    let other = t.signed_in(BINH, PASSWORD).await;
    assert!(other.get(&at).await.body.contains("Y Ƀlŏ Niê"), "on another device too");
    // A page opened before that saving is merged, not refused.
    sent.set("version", "1");
    sent.set(&name, "Ksor H'Bơ");
    sent.set("_go", "later");
    let merged = browser.submit(&sent).await;
    assert_eq!((merged.status, merged.header("location")), (303, address.as_str()));
    assert!(plain(&browser.get(&at).await.body).len() > 100);
    assert!(other.get(&at).await.body.contains("Ksor H"));

    let discard = Form::with_action(&browser.get(&address).await.body, &format!("{address}/xoa"));
    assert_eq!(browser.submit(&discard).await.status, 303);
    assert_eq!(browser.get(&address).await.status, 404);
}

/// Opens a page of the form, changes some answers and goes on.
pub async fn answer(browser: &Visitor, address: &str, section: &str, answers: &[(&str, &str)], go: &str) -> Answer {
    let at = format!("{address}/to-khai/{section}");
    let mut form = Form::with_action(&browser.get(&at).await.body, &at);
    for (name, value) in answers {
        form.set(&format!("{section}.{name}"), value);
    }
    form.set("_go", go);
    browser.submit(&form).await
}

#[tokio::test]
async fn a_father_who_is_not_declared_has_no_nationality() {
    let t = demo::portal().await;
    let binh = Person::citizen(&t, BINH).await;
    let mut data = demo::form_of(&t.app, PROCEDURE).await.examples()[0].clone();
    data.as_object_mut().unwrap().remove("cha");
    let body = json!({"procedure_code": PROCEDURE, "agency_code": COMMITTEE, "data": data});
    let begun = binh.post("/dossiers", body).await.json();
    assert!(begun["data"].get("cha").is_none(), "{begun}");
    let id = begun["id"].as_str().unwrap();
    let (browser, address) = (t.signed_in(BINH, PASSWORD).await, format!("/ho-so/{id}"));
    let father = browser.get(&format!("{address}/to-khai/cha")).await;
    let offered = Form::with_action(&father.body, &format!("{address}/to-khai/cha")).fields;
    assert!(offered.contains(&("cha.cha_quoc_tich".into(), "VN".into())), "{offered:?}");
    assert_eq!(answer(&browser, &address, "cha", &[], "next").await.status, 303);
    let kept = binh.get(&format!("/dossiers/{id}")).await.json();
    assert!(kept["data"].get("cha").is_none(), "{}", kept["data"]);
    let told = |page: &Answer| plain(&page.body).matches("Việt Nam").count();
    let check = browser.get(&format!("{address}/kiem-tra")).await;
    let mother_and_child = told(&check);
    assert_eq!(answer(&browser, &address, "cha", &[("cha_ho_ten", "Nguyễn Văn An")], "next").await.status, 303);
    let check = browser.get(&format!("{address}/kiem-tra")).await;
    assert_eq!(told(&check), mother_and_child + 1, "a declared father has one: {}", plain(&check.body));
    let kept = binh.get(&format!("/dossiers/{id}")).await.json();
    assert_eq!(kept["data"]["cha"], json!({"cha_ho_ten": "Nguyễn Văn An", "cha_quoc_tich": "VN"}));
}

#[tokio::test]
async fn copies_go_when_the_mother_turns_out_to_be_the_father() {
    let t = demo::portal().await;
    let (browser, program) = (t.signed_in(BINH, PASSWORD).await, Person::citizen(&t, BINH).await);
    // With the button and by saving while somebody types, as JavaScript does.
    for go in ["next", "autosave"] {
        let address = begin(&browser).await;
        answer(&browser, &address, "quan_he", &[("nyc_quan_he", "Mẹ")], "next").await;
        assert_eq!(answer(&browser, &address, "me", &[("me_dan_toc", "01")], "next").await.status, 303);
        let draft = format!("/dossiers/{}", address.rsplit('/').next().unwrap());
        let me = program.get(&draft).await.json()["data"]["me"].clone();
        assert_eq!((&me["me_ho_ten"], &me["me_ngay_sinh"]), (&json!("Trần Thị Bình"), &json!("1992-08-20")), "{me}");
        let changed = answer(&browser, &address, "quan_he", &[("nyc_quan_he", "Cha")], go).await;
        assert!(matches!(changed.status, 200 | 303), "{go}: {}", changed.body);
        let me = program.get(&draft).await.json()["data"]["me"].clone();
        assert_eq!(me, json!({"me_dan_toc": "01", "me_quoc_tich": "VN"}), "{go}: what she said herself stays");
        let father = browser.get(&format!("{address}/to-khai/cha")).await;
        assert!(father.body.contains("value=\"Trần Thị Bình\""), "{go}: offered to the father now");
    }
}

#[tokio::test]
async fn a_supplement_takes_what_is_asked_in_words_and_what_new_answers_need() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let name = an.files(&t).await;
    let words = "Gửi thêm giấy xác nhận của tổ dân phố.";
    let items = json!([{"pointer": "/nguoi_duoc_khai_sinh/nks_loai_khai_sinh", "note": "Chọn lại."}, {"note": words}]);
    clerk.does(&name, "request_supplement", json!({"reason": "Chưa đủ.", "items": items})).await;
    let (browser, at) = (t.signed_in(AN, PASSWORD).await, format!("/ho-so/{name}/bo-sung"));
    let page = browser.get(&at).await;
    assert!(!page.body.contains("f-xac_nhan_mang_thai_ho"), "not needed yet");
    let address = format!("/ho-so/{name}");
    let kind = [("nks_loai_khai_sinh", "Mang thai hộ")];
    assert_eq!(answer(&browser, &address, "nguoi_duoc_khai_sinh", &kind, "next").await.status, 303);

    let page = browser.get(&at).await;
    let text = plain(&page.body);
    assert!(text.contains("Giấy tờ khác") && text.contains(words), "{text}");
    assert!(page.body.contains(&format!("href=\"{address}/to-khai/cha\"")), "words may mean any part: {text}");
    let form = Form::with_action(&page.body, &at);
    let refused = send_files(&browser, &form, &[("_other", "tổ dân phố.pdf", PAPER)]).await;
    assert_eq!(refused.status, 422, "a paper that the new answer needs");
    assert!(refused.body.contains("href=\"#f-xac_nhan_mang_thai_ho\""), "{}", plain(&refused.body));
    assert!(refused.body.contains("id=\"f-xac_nhan_mang_thai_ho\"") && refused.body.contains("tổ dân phố.pdf"));
    let form = Form::with_action(&refused.body, &at);
    let sent = send_files(&browser, &form, &[("xac_nhan_mang_thai_ho", "xác nhận.pdf", PAPER)]).await;
    assert_eq!(sent.status, 303, "{}", plain(&sent.body));
    let seen = clerk.get(&format!("/office/dossiers/{name}")).await.json();
    let papers: Vec<&Value> = seen["documents"].as_array().unwrap().iter().map(|d| &d["code"]).collect();
    assert!(papers.contains(&&Value::Null) && papers.contains(&&json!("xac_nhan_mang_thai_ho")), "{papers:?}");
}

#[tokio::test]
async fn a_supplement_is_sent_from_its_page_and_the_service_rated() {
    let t = demo::portal().await;
    let browser = t.signed_in(AN, PASSWORD).await;
    let list = browser.get("/ho-so").await;
    let at = list.body.split("href=\"").find_map(|rest| {
        let path = rest.split('"').next()?;
        path.ends_with("/bo-sung").then(|| path.to_owned())
    });
    let at = at.expect("the demonstration has a dossier that waits for a paper");
    let page = browser.get(&at).await;
    assert!(page.body.contains("Giấy báo tử"), "{}", plain(&page.body));
    let form = Form::with_action(&page.body, &at);
    assert_eq!(send_files(&browser, &form, &[]).await.status, 422, "nothing new came");
    let sent = send_files(&browser, &form, &[("giay_bao_tu", "rõ hơn.pdf", PAPER)]).await;
    assert_eq!(sent.status, 303, "{}", plain(&sent.body));
    let after = browser.get(sent.header("location")).await;
    assert!(plain(&after.body).contains("Đã bổ sung"));
    assert!(after.body.contains("<small class=\"muted\">Bổ sung "), "what came anew is marked: {}", after.body);

    let done = browser.get("/ho-so?xong=1").await;
    let code = done.body.split("href=\"/ho-so/").skip(1).find_map(|rest| {
        let name = rest.split('"').next()?;
        name.starts_with(COMMITTEE).then(|| name.to_owned())
    });
    let address = format!("/ho-so/{}", code.expect("a dossier that was handed over"));
    let page = browser.get(&address).await;
    let rate = Form::with_action(&page.body, &format!("{address}/danh-gia"));
    assert_eq!(browser.submit(&rate).await.status, 422, "choose first");
    let mut rate = rate;
    rate.set("score", "5");
    assert_eq!(browser.submit(&rate).await.status, 303);
    let again = browser.submit(&rate).await;
    assert_eq!(again.status, 409, "as the API answers");
    let said = plain(&again.body);
    assert!(
        said.contains("Mỗi hồ sơ được đánh giá một lần.") && !said.contains("làm được lúc này: đánh giá"),
        "{said}"
    );
    let page = browser.get(&address).await;
    let result = page.body.split("href=\"").find_map(|rest| {
        let path = rest.split('"').next()?;
        path.contains("/ket-qua/").then(|| path.to_owned())
    });
    let pdf = browser.get(&result.expect("a result to download")).await;
    assert_eq!((pdf.status, pdf.header("cache-control")), (200, "private, no-store"));
    let store = browser.get("/kho-du-lieu").await;
    let token = store.body.split("/xac-thuc/").nth(1).expect("a result in the store").split('"').next().unwrap();
    let genuine = t.visitor().get(&format!("/xac-thuc/{token}")).await;
    let said = plain(&genuine.body);
    assert!(said.contains("Kết quả này là thật") && said.contains("đang có hiệu lực"), "{said}");
    // The certificate is the child's, whoever asked for it.
    assert!(said.contains("Người có tên trên giấy") && !said.contains("N••••• V•• A•"), "{said}");
    assert!(!genuine.body.contains("Nguyễn Văn An"));
    revoke(&t, &address, token).await;
}

/// Revoked, the page says so.
async fn revoke(t: &TestApp, address: &str, token: &str) {
    let approver = demo::officer(&t.app, "approver").await;
    let name = address.rsplit('/').next().unwrap();
    demo::act(&t.app, &approver, name, (Step::RevokeResult, json!({"reason": "Cấp nhầm."}))).await;
    let page = t.visitor().get(&format!("/xac-thuc/{token}")).await;
    assert!(plain(&page.body).contains("thu hồi") && page.body.contains("Cấp nhầm."));
}

#[tokio::test]
async fn the_mothers_page_begins_with_what_the_mother_has_said() {
    let t = demo::portal().await;
    let browser = t.signed_in(BINH, PASSWORD).await;
    let address = begin(&browser).await;
    let fresh = plain(&browser.get(&address).await.body);
    assert_eq!(fresh.matches("Đã xong").count(), 1, "only «Đã xong 0 trên …»: nothing was opened yet: {fresh}");
    assert!(fresh.contains("Điền sẵn, hãy xem lại") && fresh.contains("Không bắt buộc"), "{fresh}");
    let me = format!("{address}/to-khai/me");
    let tag = |body: &str, name: &str| {
        let at = body.find(&format!("name=\"me.{name}\"")).expect("the question is there");
        body[body[..at].rfind('<').unwrap()..].split('>').next().unwrap().to_owned()
    };
    assert!(!tag(&browser.get(&me).await.body, "me_ho_ten").contains("Bình"), "nobody has said who she is");
    for (section, name, value) in
        [("nguoi_yeu_cau", "nyc_loai_giay_to", "Thẻ căn cước"), ("quan_he", "nyc_quan_he", "Mẹ")]
    {
        let at = format!("{address}/to-khai/{section}");
        let mut form = Form::with_action(&browser.get(&at).await.body, &at);
        form.set(&format!("{section}.{name}"), value);
        form.set("_go", "next");
        assert_eq!(browser.submit(&form).await.status, 303, "{section}");
    }
    let page = browser.get(&me).await;
    assert!(tag(&page.body, "me_ho_ten").contains("value=\"Trần Thị Bình\""), "{}", plain(&page.body));
    assert!(tag(&page.body, "me_so_giay_to").contains(BINH) && page.body.contains("Lấy từ phần đã khai"));
    assert!(!browser.get(&format!("{address}/to-khai/cha")).await.body.contains("value=\"Trần Thị Bình\""));
    let mut form = Form::with_action(&page.body, &me);
    form.set("me.me_ho_ten", "Trần Thị Bình An");
    form.set("_go", "next");
    let kept = browser.submit(&form).await;
    assert_eq!(kept.status, 303, "{:?}", form.fields);
    assert!(tag(&browser.get(&me).await.body, "me_ho_ten").contains("Bình An"), "what was saved is kept");
}

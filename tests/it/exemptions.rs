//! Exemptions from fees with proof: claimed by an answer or by choosing, looked at by the clerk, before acceptance.

use motcua::accounts::Party;
use motcua::app::filing::{Start, Walkin};
use motcua::catalog::fees::{Due, Exemption, FeeRule};
use motcua::catalog::{Text, procedures};
use motcua::dossiers::{Contact, Intake, Step};
use motcua::kernel::Actor;
use serde_json::{Value, json};

use crate::acts::Office;
use crate::counter::{act, led_to, officer, page, submit_multipart};
use crate::support::api::{Person, allowed, is_problem};
use crate::support::app::{Answer, TestApp, Visitor};
use crate::support::demo::{self, AN, COMMITTEE, PAPER, PASSWORD};
use crate::support::html::{Form, plain};

/// Copies of an extract: 8.000 đ each, due at filing.
const COPIES: &str = "2.000635";
/// A death: a charge that is due later, with exemptions that the form asks for.
pub const DEATH: &str = "1.000656";
pub const POOR: &str = "Giấy chứng nhận hộ nghèo";

fn rule(answer: &Answer) -> String {
    let problem = is_problem(answer, 409);
    problem["type"].as_str().unwrap().rsplit(['/', ':']).next().unwrap().to_owned()
}

/// An exemption that is chosen.
pub fn group(code: &str, name: &str, proof: Option<&str>) -> Exemption {
    Exemption { code: code.to_owned(), name: Text::vi(name), proof: proof.map(Text::vi), condition: None }
}

/// The copies as an agency may publish them: the poor need not pay, nor do children, and the form asks nobody.
pub async fn portal() -> TestApp {
    portal_with(|fees| {
        fees[0].exemptions = vec![group("poor", "Hộ nghèo", Some(POOR)), group("child", "Trẻ em", None)];
    })
    .await
}

/// The copies with other fees.
pub async fn portal_with(change: impl FnOnce(&mut Vec<FeeRule>)) -> TestApp {
    let t = demo::portal().await;
    let published = t.app.catalogue.published(&t.app.db, COPIES).await.unwrap().unwrap();
    let mut revision = (*published.content).clone();
    assert_eq!(revision.cases[0].fees[0].due, Due::Filing);
    change(&mut revision.cases[0].fees);
    let now = t.app.now();
    t.app.db.write(move |tx| procedures::publish(tx, &revision, &Actor::System, now)).await.unwrap();
    // As stale as a node's catalogue may be.
    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    t
}

pub async fn patch(who: &Person, dossier: &str, body: Value) -> Answer {
    let request = who.program.request("PATCH", &format!("/api/v1/dossiers/{dossier}")).bearer_auth(&who.token);
    who.program.send(request.json(&body)).await
}

/// A complete draft for copies; its id.
pub async fn draft(t: &TestApp, who: &Person) -> String {
    let data = demo::form_of(&t.app, COPIES).await.examples()[0].clone();
    let body = json!({"procedure_code": COPIES, "agency_code": COMMITTEE, "data": data});
    let draft = who.post("/dossiers", body).await;
    assert_eq!(draft.status, 201, "{}", draft.body);
    draft.json()["id"].as_str().unwrap().to_owned()
}

/// Attaches what filing misses, and files; the dossier.
pub async fn file(who: &Person, id: &str) -> Value {
    let missing = who.post(&format!("/dossiers/{id}/submit"), json!({})).await.json();
    for error in missing["errors"].as_array().cloned().unwrap_or_default() {
        who.attach(id, error["pointer"].as_str().unwrap().strip_prefix("/documents/").unwrap()).await;
    }
    let filed = who.post(&format!("/dossiers/{id}/submit"), json!({})).await;
    assert_eq!(filed.status, 200, "{}", filed.body);
    filed.json()
}

/// Files for copies as a poor person; the dossier.
pub async fn filed_as_poor(t: &TestApp, who: &Person) -> Value {
    let id = draft(t, who).await;
    assert_eq!(patch(who, &id, json!({"exemptions": ["poor"]})).await.status, 200);
    file(who, &id).await
}

pub fn reference(dossier: &Value) -> String {
    dossier["reference"].as_str().unwrap().to_owned()
}

pub fn states(dossier: &Value) -> Vec<(String, String)> {
    let word = |claim: &Value, key: &str| claim[key].as_str().unwrap().to_owned();
    dossier["exemptions"].as_array().unwrap().iter().map(|c| (word(c, "code"), word(c, "state"))).collect()
}

pub fn is(code: &str, state: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), state.to_owned())]
}

#[tokio::test]
async fn nothing_is_paid_once_the_clerk_has_seen_the_paper() {
    let t = portal().await;
    let o = Office::of(&t).await;
    let told = o.an.get(&format!("/procedures/{COPIES}")).await.json();
    let first = &told["fees"][0]["exemptions"][0];
    assert_eq!((&first["code"], &first["chosen"]), (&json!("poor"), &json!(true)), "{told}");
    assert_eq!(first["document"], json!({"code": "exempt_poor", "name": POOR}));
    let id = draft(&t, &o.an).await;
    let unknown = is_problem(&patch(&o.an, &id, json!({"exemptions": ["rich"]})).await, 422);
    assert_eq!(unknown["errors"][0]["pointer"], "/exemptions/0");
    let claimed = patch(&o.an, &id, json!({"exemptions": ["poor"]})).await.json();
    assert_eq!(states(&claimed), is("poor", "claimed"), "{claimed}");
    let missing = is_problem(&o.an.post(&format!("/dossiers/{id}/submit"), json!({})).await, 422);
    let of_proof = missing["errors"].as_array().unwrap().iter().find(|e| e["pointer"] == "/documents/exempt_poor");
    let of_proof = of_proof.unwrap_or_else(|| panic!("{missing}"));
    assert_eq!(
        (&of_proof["code"], &of_proof["message"]),
        (&json!("required"), &json!(format!("Thiếu giấy tờ: {POOR}.")))
    );

    let filed = file(&o.an, &id).await;
    assert_eq!((&filed["fees_due"], states(&filed)), (&json!(0), is("poor", "open")), "{filed}");
    assert!(filed["acceptance_due_at"].is_string() && filed["flags"] == json!(["exemption_open"]), "{filed}");
    let name = reference(&filed);
    let seen = o.clerk.get(&format!("/office/dossiers/{name}")).await.json();
    let may = allowed(&seen);
    assert!(may.contains(&"confirm_exemption") && may.contains(&"refuse_exemption") && !may.contains(&"accept"));
    assert_eq!(rule(&o.clerk.act(&name, "accept", json!({})).await), "exemption-open");
    for other in [&o.handler, &o.approver] {
        assert_eq!(other.act(&name, "confirm_exemption", json!({})).await.status, 403);
    }
    let wrong = is_problem(&o.clerk.act(&name, "confirm_exemption", json!({"exemption": "child"})).await, 422);
    assert_eq!(wrong["errors"][0]["pointer"], "/exemption");
    let body = json!({"exemption": "poor", "note": "Đã đối chiếu."});
    let confirmed = o.clerk.does(&name, "confirm_exemption", body).await;
    assert_eq!((&confirmed["fees_due"], states(&confirmed)), (&json!(0), is("poor", "confirmed")));
    assert!(confirmed["exemptions"][0]["decided_at"].is_string() && confirmed["flags"] == json!([]));
    assert!(!allowed(&confirmed).contains(&"confirm_exemption") && allowed(&confirmed).contains(&"accept"));
    for again in ["confirm_exemption", "refuse_exemption"] {
        let body = json!({"reason": "Nhầm."});
        assert_eq!(rule(&o.clerk.act(&name, again, body).await), "exemption-decided", "{again}");
    }
    let code = o.clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
    let paper = o.an.get(&format!("/dossiers/{code}/papers/mau-01")).await;
    assert_eq!((paper.status, paper.header("content-type")), (200, "application/pdf"));
    let events = o.clerk.get(&format!("/office/dossiers/{code}/events")).await.json();
    let event = events["items"].as_array().unwrap().iter().find(|e| e["act"] == "confirm_exemption").unwrap().clone();
    assert_eq!((&event["changes"]["exemption"], &event["note"]), (&json!("poor"), &json!("Đã đối chiếu.")));
    let receipts = o.an.get(&format!("/dossiers/{code}")).await.json();
    assert_eq!((&receipts["receipts"], &receipts["fees"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn what_is_refused_is_owed_first_and_the_citizen_is_told() {
    let t = portal().await;
    let o = Office::of(&t).await;
    let name = reference(&filed_as_poor(&t, &o.an).await);
    let silent = is_problem(&o.clerk.act(&name, "refuse_exemption", json!({"reason": " "})).await, 422);
    assert_eq!(silent["errors"][0]["pointer"], "/reason");
    let why = "Giấy chứng nhận đã hết hạn.";
    let refused = o.clerk.does(&name, "refuse_exemption", json!({"reason": why})).await;
    let owed = refused["fees_due"].as_i64().unwrap();
    assert!(owed > 0 && owed % 8_000 == 0 && refused["acceptance_due_at"].is_null(), "{refused}");
    assert_eq!((states(&refused), &refused["exemptions"][0]["reason"]), (is("poor", "refused"), &json!(why)));
    assert_eq!((&refused["fees"][0]["state"], &refused["status"]["number"]), (&json!("due"), &json!(1)));
    assert_eq!(rule(&o.clerk.act(&name, "accept", json!({})).await), "fee-due");
    t.run_jobs().await;
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let mails = outbox["items"].as_array().unwrap().iter().filter(|m| m["channel"] == "email");
    let mail = mails.filter_map(|m| m["text"].as_str()).find(|text| text.contains("Hộ nghèo")).unwrap().to_owned();
    let amount = motcua::kernel::Vnd(owed).to_string();
    assert!(mail.contains(why) && mail.contains(&amount) && mail.contains("tiếp nhận sau khi đã nộp"), "{mail}");

    let paid = o.clerk.does(&name, "record_payment", json!({"method": "cash"})).await;
    assert!(paid["acceptance_due_at"].is_string() && paid["fees_due"] == json!(0), "the clock begins: {paid}");
    let accepted = o.clerk.does(&name, "accept", json!({})).await;
    assert_eq!(states(&accepted), is("poor", "refused"));
}

#[tokio::test]
async fn of_two_officers_at_once_one_decides() {
    let t = portal().await;
    let o = Office::of(&t).await;
    for (first, second) in [("confirm_exemption", "confirm_exemption"), ("confirm_exemption", "refuse_exemption")] {
        let name = reference(&filed_as_poor(&t, &o.an).await);
        let body = json!({"reason": "Giấy mờ.", "note": "Đúng."});
        let (one, other) =
            tokio::join!(o.clerk.act(&name, first, body.clone()), o.clerk.act(&name, second, body.clone()));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.body, other.body);
        let now = o.an.get(&format!("/dossiers/{name}")).await.json();
        let (_, state) = &states(&now)[0];
        assert_eq!(state == "refused", now["fees_due"].as_i64().unwrap() > 0, "{now}");
        let events = o.an.get(&format!("/dossiers/{name}/events")).await.json();
        let decided =
            events["items"].as_array().unwrap().iter().filter(|e| e["act"].as_str().unwrap().ends_with("_exemption"));
        assert_eq!(decided.count(), 1);
    }
}

#[tokio::test]
async fn what_nothing_must_prove_needs_nobody() {
    let t = portal().await;
    let o = Office::of(&t).await;
    let id = draft(&t, &o.an).await;
    assert_eq!(patch(&o.an, &id, json!({"exemptions": ["child"]})).await.status, 200);
    let filed = file(&o.an, &id).await;
    assert_eq!((&filed["fees_due"], states(&filed), &filed["flags"]), (&json!(0), is("child", "stated"), &json!([])));
    let name = reference(&filed);
    assert_eq!(rule(&o.clerk.act(&name, "confirm_exemption", json!({})).await), "exemption-decided");
    let accepted = o.clerk.does(&name, "accept", json!({})).await;
    assert_eq!(o.clerk.act(&name, "refuse_exemption", json!({"reason": "Muộn."})).await.status, 409, "{accepted}");
    // Taken back before filing, it is owed like everybody's.
    let id = draft(&t, &o.an).await;
    patch(&o.an, &id, json!({"exemptions": ["child"]})).await;
    patch(&o.an, &id, json!({"exemptions": []})).await;
    assert!(file(&o.an, &id).await["fees_due"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn what_is_withdrawn_waits_for_nobody() {
    let t = portal().await;
    let o = Office::of(&t).await;
    let name = reference(&filed_as_poor(&t, &o.an).await);
    let gone = o.an.post(&format!("/dossiers/{name}/withdraw"), json!({"reason": "Nộp nhầm."})).await.json();
    assert_eq!((&gone["status"]["number"], &gone["flags"], &gone["fees_due"]), (&json!(7), &json!([]), &json!(0)));
    assert_eq!(states(&gone), is("poor", "undecided"), "nobody looks at it any more");
    assert_eq!(o.clerk.act(&name, "confirm_exemption", json!({})).await.status, 409);
}

/// Files a death as somebody of a group that the form asks for; its reference.
pub async fn death(t: &TestApp, who: &Person, group: Option<&str>) -> String {
    let mut data = demo::form_of(&t.app, DEATH).await.examples()[0].clone();
    data["le_phi"] = group.map_or_else(|| json!({}), |group| json!({"mien_le_phi": group}));
    data["ban_sao"] = json!({"de_nghi_ban_sao": false});
    who.files_answers((DEATH, &demo::first_case(&t.app, DEATH).await), data, "online").await
}

async fn asks_again(o: &Office, name: &str) {
    let items = json!([{"pointer": "/le_phi/mien_le_phi", "note": "Khai lại."}]);
    o.clerk.does(name, "request_supplement", json!({"reason": "Khai chưa rõ.", "items": items})).await;
}

#[tokio::test]
async fn a_supplement_keeps_what_was_decided_and_opens_what_is_new() {
    let t = demo::portal().await;
    let o = Office::of(&t).await;
    let name = death(&t, &o.an, Some("Hộ nghèo")).await;
    let seen = o.an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!((states(&seen), &seen["fees_due"]), (is("poor", "open"), &json!(0)), "{seen}");
    o.clerk.does(&name, "confirm_exemption", json!({})).await;
    asks_again(&o, &name).await;
    let said = json!({"note": "Đã khai đúng."});
    let kept = o.an.post(&format!("/dossiers/{name}/supplement"), said.clone()).await.json();
    assert_eq!((states(&kept), &kept["fees_due"]), (is("poor", "confirmed"), &json!(0)), "{kept}");

    asks_again(&o, &name).await;
    let other = json!({"data": {"le_phi": {"mien_le_phi": "Người khuyết tật"}}});
    assert_eq!(patch(&o.an, &name, other).await.status, 200);
    let lacks = is_problem(&o.an.post(&format!("/dossiers/{name}/supplement"), said.clone()).await, 422);
    assert_eq!(lacks["errors"][0]["pointer"], "/documents/exempt_disabled", "{lacks}");
    o.an.attach(&name, "exempt_disabled").await;
    let opened = o.an.post(&format!("/dossiers/{name}/supplement"), said.clone()).await.json();
    assert_eq!((states(&opened), &opened["fees_due"]), (is("disabled", "open"), &json!(0)), "{opened}");
    // Due later: refusing it stops no clock, and acceptance does not wait for the money.
    let refused = o.clerk.does(&name, "refuse_exemption", json!({"reason": "Giấy của người khác."})).await;
    assert_eq!((&refused["fees_due"], refused["acceptance_due_at"].is_string()), (&json!(8_000), true), "{refused}");
    asks_again(&o, &name).await;
    let still = o.an.post(&format!("/dossiers/{name}/supplement"), said.clone()).await.json();
    assert_eq!((states(&still), &still["fees_due"]), (is("disabled", "refused"), &json!(8_000)), "{still}");
    asks_again(&o, &name).await;
    assert_eq!(patch(&o.an, &name, json!({"data": {"le_phi": {"mien_le_phi": null}}})).await.status, 200);
    let none = o.an.post(&format!("/dossiers/{name}/supplement"), said).await.json();
    assert_eq!(none["fees_due"], json!(8_000), "{none}");
    o.clerk.does(&name, "accept", json!({})).await;
}

/// Goes to the fee page and ticks what is given, nothing else.
async fn ticks(browser: &Visitor, address: &str, codes: &[&str]) -> Answer {
    let at = format!("{address}/phi");
    let mut form = Form::with_action(&page(browser, &at).await, &at);
    form.fields.retain(|(name, _)| name != "exemption");
    form.fields.extend(codes.iter().map(|code| ("exemption".to_owned(), (*code).to_owned())));
    browser.submit(&form).await
}

async fn attach(browser: &Visitor, at: &str, code: &str) -> Answer {
    let form = Form::with_action(&page(browser, at).await, at);
    let mut parts = reqwest::multipart::Form::new();
    for (name, value) in &form.fields {
        parts = parts.text(name.clone(), value.clone());
    }
    let file = reqwest::multipart::Part::bytes(PAPER.to_vec()).file_name("giấy.pdf");
    let request = browser.request("POST", at).header("sec-fetch-site", "same-origin");
    browser.send(request.multipart(parts.text("_go", "later").part(code.to_owned(), file))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_claims_on_the_pages_and_the_clerk_says_no() {
    let t = portal().await;
    let (an, browser) = (Person::citizen(&t, AN).await, t.signed_in(AN, PASSWORD).await);
    let id = draft(&t, &an).await;
    let address = format!("/ho-so/{id}");
    let fees = plain(&page(&browser, &format!("{address}/phi")).await);
    assert!(fees.contains("Tôi thuộc diện được miễn: Hộ nghèo") && fees.contains("24.000"), "{fees}");
    assert!(fees.contains(&format!("Cần gửi kèm: {POOR}")), "{fees}");
    assert_eq!(ticks(&browser, &address, &["rich"]).await.status, 422);
    assert_eq!(led_to(&ticks(&browser, &address, &["poor"]).await), format!("{address}/giay-to#f-exempt_poor"));
    let papers = plain(&page(&browser, &format!("{address}/giay-to")).await);
    assert!(papers.contains(POOR) && papers.contains("Để được miễn, hãy gửi kèm"), "{papers}");
    let check = plain(&page(&browser, &format!("{address}/kiem-tra")).await);
    assert!(check.contains(&format!("Hãy gửi kèm: {POOR}")), "{check}");
    // Thought better of it, and again.
    assert_eq!(led_to(&ticks(&browser, &address, &[]).await), format!("{address}/kiem-tra"));
    assert!(!plain(&page(&browser, &format!("{address}/giay-to")).await).contains(POOR));
    ticks(&browser, &address, &["poor"]).await;
    led_to(&attach(&browser, &format!("{address}/giay-to"), "exempt_poor").await);
    let waits = "Đề nghị miễn (Hộ nghèo), chờ cán bộ kiểm tra giấy tờ";
    for part in ["phi", "kiem-tra"] {
        let shown = plain(&page(&browser, &format!("{address}/{part}")).await);
        assert!(shown.contains(waits) && shown.contains("0 đ"), "{part}: {shown}");
    }
    let english = plain(&page(&browser, &format!("{address}/phi?lang=en")).await);
    assert!(english.contains("Exemption claimed (Hộ nghèo)") && english.contains("I am exempt: Hộ nghèo"), "{english}");
    page(&browser, &format!("{address}/phi?lang=vi")).await;
    let name = reference(&file(&an, &id).await);
    let done = plain(&page(&browser, &format!("/ho-so/{name}/da-nop")).await);
    assert!(done.contains(waits), "{done}");
    assert!(plain(&page(&browser, &format!("/ho-so/{name}")).await).contains(waits));

    let clerk = officer(&t, "clerk").await;
    let dossier = format!("/can-bo/ho-so/{name}");
    let desk = page(&clerk, &dossier).await;
    assert!(desk.contains("id=\"act-confirm_exemption\"") && !desk.contains("id=\"act-accept\""), "{desk}");
    let panel = desk.split("Đề nghị miễn phí, lệ phí").nth(1).unwrap();
    assert!(plain(&desk).contains(waits) && panel.contains(&format!("{dossier}/tep/")), "the proof is at hand");
    let mut early = Form::with_action(&desk, &format!("{dossier}/confirm_exemption"));
    early.action = format!("{dossier}/accept");
    let held = clerk.submit(&early).await;
    assert_eq!(held.status, 409);
    assert!(plain(&held.body).contains("hãy xem giấy tờ chứng minh"), "{}", plain(&held.body));
    assert_eq!(act(&clerk, &dossier, "refuse_exemption", &[("reason", "")]).await.status, 422);
    led_to(&act(&clerk, &dossier, "refuse_exemption", &[("reason", "Giấy đã hết hạn.")]).await);
    let desk = plain(&page(&clerk, &dossier).await);
    assert!(desk.contains("Không được miễn (Hộ nghèo)") && desk.contains("Giấy đã hết hạn."), "{desk}");
    let told = plain(&page(&browser, &format!("/ho-so/{name}")).await);
    assert!(told.contains("Không được miễn (Hộ nghèo)") && told.contains("Giấy đã hết hạn."), "{told}");
    assert!(told.contains("để hồ sơ được tiếp nhận") && !told.contains(waits), "{told}");
    assert_eq!(an.get(&format!("/dossiers/{name}/papers/xac-nhan-nop")).await.status, 200);
}

/// What a clerk types for somebody at the counter; the draft's id.
pub async fn typed_at_counter(t: &TestApp) -> String {
    let clerk = demo::officer(&t.app, "clerk").await;
    let walkin = Walkin {
        account: None,
        party: Party::none_yet(),
        name: "Kpă H'Nhung".to_owned(),
        contact: Contact { phone: Some("+84912000099".to_owned()), ..Contact::default() },
    };
    let start = Start {
        procedure_code: COPIES.to_owned(),
        agency_code: COMMITTEE.to_owned(),
        case: None,
        data: Some(demo::form_of(&t.app, COPIES).await.examples()[0].clone()),
        on_behalf_of: None,
        intake: Intake::Counter,
        applicant: Some(walkin),
    };
    t.app.begin_dossier(&clerk, start).await.unwrap().dossier.id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_counter_the_clerk_decides_before_accepting() {
    let t = portal().await;
    let clerk = officer(&t, "clerk").await;
    let mut finishes = Vec::new();
    for _ in 0..2 {
        let papers = format!("/can-bo/tiep-nhan/{}/giay-to", typed_at_counter(&t).await);
        let mut form = Form::with_action(&page(&clerk, &papers).await, &papers);
        form.fields.push(("exemption".to_owned(), "poor".to_owned()));
        let again = submit_multipart(&clerk, &form).await;
        assert_eq!(again.status, 422, "the proof comes onto the page first");
        assert!(plain(&again.body).contains(&format!("Hãy nhận giấy tờ chứng minh: {POOR}")), "{}", plain(&again.body));
        let mut form = Form::with_action(&again.body, &papers);
        form.set("got.exempt_poor", "true");
        let finish = led_to(&submit_multipart(&clerk, &form).await);
        assert!(finish.ends_with("/tiep-nhan"), "{finish}");
        finishes.push(finish);
    }
    let says = async |finish: &str, fields: &[(&str, &str)]| {
        let mut form = Form::with_action(&page(&clerk, finish).await, finish);
        form.fields.retain(|(name, _)| !name.contains('.'));
        for (name, value) in fields {
            form.set(name, value);
        }
        form.set("incomplete", "true");
        clerk.submit(&form).await
    };
    let (yes, no) = (&finishes[0], &finishes[1]);
    let silent = says(yes, &[]).await;
    assert_eq!(silent.status, 422, "{}", plain(&silent.body));
    assert!(plain(&silent.body).contains("Hãy xác nhận hoặc không chấp nhận đề nghị miễn"));
    assert_eq!(led_to(&says(yes, &[("exemption.poor", "yes")]).await), *yes);
    assert!(page(&clerk, yes).await.contains("id=\"ma\""), "accepted");

    let unsaid = says(no, &[("exemption.poor", "no"), ("reason.poor", "")]).await;
    assert_eq!(unsaid.status, 422, "{}", plain(&unsaid.body));
    let refused = [("exemption.poor", "no"), ("reason.poor", "Không có giấy.")];
    assert_eq!(led_to(&says(no, &refused).await), *no);
    let owes = page(&clerk, no).await;
    assert!(!owes.contains("id=\"ma\"") && owes.contains("name=\"payment\""), "{}", plain(&owes));
    assert_eq!(led_to(&says(no, &[("payment", "cash")]).await), *no);
    assert!(page(&clerk, no).await.contains("id=\"ma\""), "paid and accepted");
}

#[tokio::test]
async fn a_step_of_the_api_names_the_acts() {
    let t = portal().await;
    let described = t.visitor().get("/api/openapi.json").await.json();
    let schema = &described["components"]["schemas"];
    assert!(schema["DossierJson"]["properties"]["exemptions"].is_object());
    assert!(schema["Patch"]["properties"]["exemptions"].is_object());
    for step in [Step::ConfirmExemption, Step::RefuseExemption] {
        assert!(described.to_string().contains(step.as_str()), "{step:?}");
    }
}

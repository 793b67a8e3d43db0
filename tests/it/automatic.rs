//! Procedures that the system settles by itself, by the rules of their revision.

use motcua::app::filing::{Start, Walkin};
use motcua::catalog::fees::{Amount, Due, Exemption};
use motcua::catalog::{Channel, Text, procedures};
use motcua::dossiers::{self, Contact, Intake, Status, Step};
use motcua::kernel::national::Party;
use motcua::kernel::{Actor, DossierId, Vnd};
use motcua::office::receive_papers::Received;
use serde_json::{Value, json};

use crate::counter::officer;
use crate::support::api::Person;
use crate::support::app::TestApp;
use crate::support::citizen::{Citizen, is_problem, pointers};
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::{self, Form};

const CHEMICALS: &str = "9.000001";
const UNIT: &str = "G02.10";
const BUSINESS: &str = "business@demo.invalid";

/// The form's own example with these weights in kg, a row each.
async fn shipment(t: &TestApp, weights: &[f64]) -> Value {
    let mut data = demo::form_of(&t.app, CHEMICALS).await.examples()[0].clone();
    let row = data["hoa_chat"]["ds"][0].clone();
    let rows = weights.iter().map(|kg| {
        let mut row = row.clone();
        row["khoi_luong_kg"] = json!(kg);
        row
    });
    data["hoa_chat"]["ds"] = rows.collect();
    data
}

/// A draft with every paper.
async fn draft(t: &TestApp, who: &Citizen, weights: &[f64]) -> String {
    let data = shipment(t, weights).await;
    let body = json!({"procedure_code": CHEMICALS, "agency_code": UNIT, "data": data});
    let id = who.begin(body).await["id"].as_str().unwrap().to_owned();
    who.attach_missing(&id).await;
    id
}

async fn acts(who: &Citizen, id: &str) -> Vec<(String, String, Value)> {
    let events = who.get(&format!("/dossiers/{id}/events")).await.json();
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let items = events["items"].as_array().unwrap().clone();
    items.iter().map(|e| (text(&e["act"]), text(&e["actor"]["kind"]), e["to"].clone())).collect()
}

/// Mails to the business since the demonstration was loaded.
async fn mails(t: &TestApp) -> Vec<String> {
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let items = outbox["items"].as_array().unwrap().clone();
    let to_business = items.iter().filter(|m| m["to"] == BUSINESS && m["channel"] == "email");
    to_business.map(|m| m["subject"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_valid_declaration_is_answered_at_once_with_a_signed_result() {
    let t = demo::portal().await;
    let firm = Citizen::of(&t, BUSINESS).await;
    let id = draft(&t, &firm, &[12_000.0]).await;
    let filed = firm.submit(&id, "once").await;
    assert_eq!(filed.status, 200, "{}", filed.body);
    let filed = filed.json();
    assert_eq!((&filed["status"]["number"], &filed["fees_due"]), (&json!(10), &json!(0)));
    let code = filed["code"].as_str().unwrap().to_owned();
    assert!(code.starts_with("G02.10-261118-"), "{code}");
    let result = &filed["results"][0];
    assert_eq!((&result["signed"], &result["revoked"]), (&json!(true), &json!(false)));

    let expected = [("submit", "citizen", 1), ("accept", "system", 2), ("approve", "system", 9)];
    let expected = expected.into_iter().chain([("sign", "system", 9), ("hand_over", "system", 10)]);
    let expected: Vec<_> = expected.map(|(a, k, n)| (a.to_owned(), k.to_owned(), json!(n))).collect();
    assert_eq!(acts(&firm, &code).await, expected);

    let pdf = firm.program.get_as(&firm.token, result["url"].as_str().unwrap()).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
    let proof = t.visitor().get(&format!("/api/v1/results/{}", result["token"].as_str().unwrap())).await.json();
    assert_eq!(proof["valid"], true, "{proof}");
    assert_eq!(firm.get(&format!("/dossiers/{code}/papers/mau-01")).await.status, 200);
    let again = firm.submit(&id, "once").await.json();
    assert_eq!((&again["code"], &again["version"]), (&filed["code"], &filed["version"]), "the same key does nothing");
    is_problem(&firm.submit(&id, "twice").await, 409, "not-allowed");

    t.run_jobs().await;
    let told = mails(&t).await;
    assert_eq!(told.len(), 1, "one message, not one for each act: {told:?}");
    assert!(told[0].contains(&code), "{told:?}");

    let browser = t.signed_in(BUSINESS, PASSWORD).await;
    let receipt = browser.get(&format!("/ho-so/{code}/da-nop")).await;
    assert_eq!(receipt.status, 200);
    let seen = html::plain(&receipt.body);
    assert!(seen.contains("Đã có kết quả: được giải quyết") && seen.contains(&code), "{seen}");
    assert!(receipt.body.contains(&format!("/ho-so/{code}/ket-qua/")), "the result is one click away");
}

#[tokio::test]
async fn a_failed_rule_is_a_refusal_with_its_reason_and_a_paper() {
    let t = demo::portal().await;
    let firm = Citizen::of(&t, BUSINESS).await;
    let id = draft(&t, &firm, &[9.5]).await;
    let filed = firm.submit(&id, "k").await.json();
    assert_eq!(filed["status"]["number"], 10, "{filed}");
    assert_eq!(filed["results"].as_array().unwrap().len(), 1);
    let code = filed["code"].as_str().unwrap();
    let steps: Vec<String> = acts(&firm, code).await.into_iter().map(|(act, _, _)| act).collect();
    assert_eq!(steps, ["submit", "accept", "reject", "sign", "hand_over"]);
    let pdf = firm.program.get_as(&firm.token, filed["results"][0]["url"].as_str().unwrap()).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    let browser = t.signed_in(BUSINESS, PASSWORD).await;
    for page in [format!("/ho-so/{code}/da-nop"), format!("/ho-so/{code}")] {
        let seen = html::plain(&browser.get(&page).await.body);
        assert!(seen.contains("dưới 10 kg được miễn khai báo"), "{page}: {seen}");
    }
}

#[tokio::test]
async fn what_a_machine_cannot_tell_waits_for_an_officer() {
    let t = demo::portal().await;
    let firm = Citizen::of(&t, BUSINESS).await;
    let id = draft(&t, &firm, &[4.0, 5.0]).await;
    let filed = firm.submit(&id, "k").await.json();
    assert_eq!((&filed["status"]["number"], &filed["results"]), (&json!(2), &json!([])), "{filed}");
    let code = filed["code"].as_str().unwrap();
    let events = firm.get(&format!("/dossiers/{code}/events")).await.json();
    let note = events["items"][1]["note"].as_str().unwrap();
    assert!(note.contains("cả lô hàng có được miễn khai báo"), "{note}");
    t.run_jobs().await;
    assert_eq!(mails(&t).await.len(), 1);
    let approver = demo::officer(&t.app, "approver.hoachat").await;
    let decided = demo::act(&t.app, &approver, code, (Step::Approve, json!({}))).await;
    assert_eq!(decided.dossier.status().number(), Some(9), "an officer goes on by the ordinary way");
    // Its result bears the agency's seal alone: that waits for who seals, not for who decided.
    let (approver, clerk) = (Person::officer(&t, "approver.hoachat").await, Person::officer(&t, "clerk.hoachat").await);
    let waits = async |who: &Person, queue: &str| {
        who.get(&format!("/office/dossiers?queue={queue}&q={code}")).await.json()["total"] == 1
    };
    assert!(!waits(&approver, "to_sign").await && !waits(&approver, "mine").await);
    assert!(waits(&clerk, "to_hand_over").await && waits(&clerk, "mine").await);
}

#[tokio::test]
async fn malformed_data_and_missing_papers_are_422_and_nothing_is_saved() {
    let t = demo::portal().await;
    let an = Citizen::of(&t, AN).await;
    let data = shipment(&t, &[12_000.0]).await;
    let draft = an.begin(json!({"procedure_code": CHEMICALS, "agency_code": UNIT, "data": data})).await;
    let id = draft["id"].as_str().unwrap();
    assert!(pointers(&an.submit(id, "k").await).iter().all(|p| p.starts_with("/documents/")));
    let patch = json!({"data": {"hoa_chat": {"ds": [{"ten_thuong_mai": "X"}]}}});
    assert_eq!(an.json("PATCH", &format!("/dossiers/{id}"), patch).await.status, 200);
    let told = pointers(&an.submit(id, "k").await);
    assert!(told.contains(&"/data/hoa_chat/ds/0/cas".to_owned()), "{told:?}");
    let now = an.get(&format!("/dossiers/{id}")).await.json();
    assert_eq!((&now["status"]["number"], &now["reference"], &now["code"]), (&Value::Null, &Value::Null, &Value::Null));
    let dossier: DossierId = id.parse().unwrap();
    let read = move |c: &mut motcua::db::Conn| {
        Ok::<_, motcua::db::Error>((
            motcua::documents::results_of(c, dossier)?.len(),
            motcua::documents::papers_of(c, dossier)?.len(),
            dossiers::events_of(c, dossier)?.len(),
        ))
    };
    assert_eq!(t.app.db.read(read).await.unwrap(), (0, 0, 0));
    assert_eq!(
        pointers(&an.json("PATCH", &format!("/dossiers/{id}"), json!({"data": {"lo_hang": 5}})).await),
        ["/data/lo_hang"]
    );
}

/// The procedure as an agency may publish it: also at the counter, and with a fee that is due at filing, but not from
/// schools.
async fn revised(t: &TestApp, fee: i64) {
    let published = t.app.catalogue.published(&t.app.db, CHEMICALS).await.unwrap().unwrap();
    let mut revision = (*published.content).clone();
    revision.channels.push(Channel::Counter);
    let rule = &mut revision.cases[0].fees[0];
    (rule.amount, rule.due) = (Amount::Fixed { amount: Vnd(fee) }, Due::Filing);
    rule.exemptions = vec![Exemption {
        code: "school".to_owned(),
        name: Text::vi("Trường học"),
        proof: Some(Text::vi("Quyết định thành lập trường")),
        condition: None,
    }];
    let now = t.app.now();
    t.app.db.write(move |tx| procedures::publish(tx, &revision, &Actor::System, now)).await.unwrap();
    // As stale as a node's catalogue may be.
    tokio::time::sleep(std::time::Duration::from_millis(250)).await;
}

/// What a clerk files at the counter for somebody without account, the papers in hand.
async fn filed_for_walkin(t: &TestApp, clerk: &Actor) -> dossiers::Dossier {
    let walkin = Walkin {
        account: None,
        party: Party::none_yet(),
        name: "Kpă H'Nhung".to_owned(),
        contact: Contact { phone: Some("+84912000099".to_owned()), ..Contact::default() },
    };
    let start = Start {
        procedure_code: CHEMICALS.to_owned(),
        agency_code: UNIT.to_owned(),
        case: None,
        data: Some(shipment(t, &[12_000.0]).await),
        on_behalf_of: None,
        intake: Intake::Counter,
        applicant: Some(walkin),
    };
    let id = t.app.begin_dossier(clerk, start).await.unwrap().dossier.id.to_string();
    let brought = ["hoa_don", "sds"].map(|code| Received { code: code.to_owned(), originals: 1, copies: 0 });
    t.app.receive_papers(clerk, &id, brought.to_vec()).await.unwrap();
    t.app.submit_dossier(clerk, &id, None).await.unwrap().dossier
}

#[tokio::test]
async fn who_has_no_account_collects_the_result_at_the_counter() {
    let t = demo::portal().await;
    revised(&t, 0).await;
    let clerk = demo::officer(&t.app, "clerk.hoachat").await;
    let dossier = filed_for_walkin(&t, &clerk).await;
    assert_eq!(dossier.status(), Status::Decided, "decided and signed, not handed over to nobody");
    let (code, id) = (dossier.name(), dossier.id);
    let read = move |c: &mut motcua::db::Conn| motcua::documents::current_result(c, id);
    let result = t.app.db.read(read).await.unwrap().unwrap();
    assert!(result.signed_at.is_some() && result.handed_over_at.is_none());
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let told: Vec<&str> = outbox["items"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
    let told: Vec<&&str> = told.iter().filter(|text| text.contains(&code)).collect();
    assert!(told.len() == 1 && told[0].contains("den quay"), "one message, and it is true: {told:?}");
    let over = json!({"method": "counter", "receiver": {"name": "Kpă H'Nhung"}, "signed": "hand"});
    let given = demo::act(&t.app, &clerk, &code, (Step::HandOver, over)).await;
    assert_eq!(given.dossier.status(), Status::HandedOver);
}

#[tokio::test]
async fn a_fee_due_at_filing_is_paid_first_and_then_the_system_decides() {
    let t = demo::portal().await;
    revised(&t, 50_000).await;
    let firm = Citizen::of(&t, BUSINESS).await;
    let clerk = demo::officer(&t.app, "clerk.hoachat").await;
    let id = draft(&t, &firm, &[12_000.0]).await;
    let filed = firm.submit(&id, "k").await.json();
    assert_eq!((&filed["status"]["number"], &filed["fees_due"]), (&json!(1), &json!(50_000)), "{filed}");
    t.run_jobs().await;
    let waiting = firm.get(&format!("/dossiers/{id}")).await.json();
    assert_eq!(waiting["status"]["number"], 1, "nothing is settled before it is paid");

    demo::act(&t.app, &clerk, &id, (Step::RecordPayment, json!({"method": "cash"}))).await;
    t.run_jobs().await;
    let settled = firm.get(&format!("/dossiers/{id}")).await.json();
    assert_eq!((&settled["status"]["number"], &settled["results"][0]["signed"]), (&json!(10), &json!(true)));
    let by: Vec<String> = acts(&firm, &id).await.into_iter().map(|(act, kind, _)| format!("{act} {kind}")).collect();
    let system = ["accept", "approve", "sign", "hand_over"].map(|act| format!("{act} system"));
    assert_eq!(by, [vec!["submit citizen".into(), "record_payment officer".into()], system.to_vec()].concat());

    // What an officer took in before the worker came stays in the officer's hands.
    let id = draft(&t, &firm, &[12_000.0]).await;
    firm.submit(&id, "l").await;
    demo::act(&t.app, &clerk, &id, (Step::RecordPayment, json!({"method": "pos"}))).await;
    demo::act(&t.app, &clerk, &id, (Step::Accept, json!({}))).await;
    t.run_jobs().await;
    let taken = firm.get(&format!("/dossiers/{id}")).await.json();
    assert_eq!((&taken["status"]["number"], &taken["results"]), (&json!(2), &json!([])));
}

#[tokio::test]
async fn at_the_counter_the_result_is_there_as_soon_as_the_fee_is_taken() {
    let t = demo::portal().await;
    revised(&t, 50_000).await;
    let clerk = demo::officer(&t.app, "clerk.hoachat").await;
    let dossier = filed_for_walkin(&t, &clerk).await;
    assert_eq!(dossier.status(), Status::Submitted);
    let browser = officer(&t, "clerk.hoachat").await;
    let address = format!("/can-bo/tiep-nhan/{}/tiep-nhan", dossier.id);
    let paying = browser.get(&address).await;
    let mut form = Form::with_action(&paying.body, &address);
    form.set("payment", "later");
    let unpaid = browser.submit(&form).await;
    assert_eq!(unpaid.status, 409, "the fee comes first: {}", html::plain(&unpaid.body));
    form.set("payment", "cash");
    let paid = browser.submit(&form).await;
    assert_eq!((paid.status, paid.header("location")), (303, address.as_str()), "{}", html::plain(&paid.body));
    let done = html::plain(&browser.get(&address).await.body);
    assert!(done.contains("G02.10-261118-0001"), "the slip is there to print: {done}");
    let there = t.app.open_dossier(&clerk, &dossier.id.to_string()).await.unwrap().dossier;
    assert_eq!(there.status(), Status::Decided);
    t.run_jobs().await;
    let after = t.app.open_dossier(&clerk, &dossier.id.to_string()).await.unwrap().dossier;
    assert_eq!((after.status(), after.version), (Status::Decided, there.version), "the job finds nothing to do");
}

#[tokio::test]
async fn an_exemption_is_looked_at_first_and_then_the_system_decides() {
    let t = demo::portal().await;
    revised(&t, 50_000).await;
    let firm = Citizen::of(&t, BUSINESS).await;
    let clerk = demo::officer(&t.app, "clerk.hoachat").await;
    let claims = async |key: &str| {
        let id = draft(&t, &firm, &[12_000.0]).await;
        let claimed = firm.json("PATCH", &format!("/dossiers/{id}"), json!({"exemptions": ["school"]})).await;
        assert_eq!(claimed.status, 200, "{}", claimed.body);
        assert_eq!(pointers(&firm.submit(&id, key).await), ["/documents/exempt_school"]);
        assert_eq!(firm.upload(&id, "exempt_school", ("qd.pdf", demo::PAPER)).await.status, 201);
        let filed = firm.submit(&id, key).await.json();
        assert_eq!((&filed["status"]["number"], &filed["fees_due"]), (&json!(1), &json!(0)), "{filed}");
        t.run_jobs().await;
        assert_eq!(firm.get(&format!("/dossiers/{id}")).await.json()["status"]["number"], 1, "an officer looks first");
        id
    };
    let id = claims("k").await;
    demo::act(&t.app, &clerk, &id, (Step::ConfirmExemption, json!({}))).await;
    t.run_jobs().await;
    assert_eq!(firm.get(&format!("/dossiers/{id}")).await.json()["status"]["number"], 10);

    let id = claims("l").await;
    demo::act(&t.app, &clerk, &id, (Step::RefuseExemption, json!({"reason": "Không phải trường học."}))).await;
    t.run_jobs().await;
    let owes = firm.get(&format!("/dossiers/{id}")).await.json();
    assert_eq!((&owes["status"]["number"], &owes["fees_due"]), (&json!(1), &json!(50_000)), "{owes}");
    demo::act(&t.app, &clerk, &id, (Step::RecordPayment, json!({"method": "cash"}))).await;
    t.run_jobs().await;
    assert_eq!(firm.get(&format!("/dossiers/{id}")).await.json()["status"]["number"], 10);
}

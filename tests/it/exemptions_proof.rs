//! An exemption is confirmed by who has seen its proof: without the paper there is nothing to see.

use motcua::accounts::Party;
use motcua::app::filing::{Save, Start, Walkin};
use motcua::dossiers::{Contact, Delivery, DeliveryMethod, Intake};
use motcua::office::receive_papers::Received;
use serde_json::json;

use crate::counter::{act, officer, page};
use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, COMMITTEE};
use crate::support::html::{Form, plain};

/// A death, whose form asks whether somebody is exempt from the charge.
const DEATH: &str = "1.000656";

/// Files a death at the counter for somebody poor who brings no paper at all; the dossier's name.
async fn poor_without_papers(t: &TestApp) -> String {
    let clerk = demo::officer(&t.app, "clerk").await;
    let mut data = demo::form_of(&t.app, DEATH).await.examples()[0].clone();
    data["le_phi"] = json!({"mien_le_phi": "Hộ nghèo"});
    data["ban_sao"] = json!({"de_nghi_ban_sao": false});
    let walkin = Walkin {
        account: None,
        party: Party::none_yet(),
        name: "Kpă H'Nhung".to_owned(),
        contact: Contact { phone: Some("+84912000099".to_owned()), ..Contact::default() },
    };
    let start = Start {
        procedure_code: DEATH.to_owned(),
        agency_code: COMMITTEE.to_owned(),
        case: Some(demo::first_case(&t.app, DEATH).await),
        data: Some(data),
        on_behalf_of: None,
        intake: Intake::Counter,
        applicant: Some(walkin),
    };
    let id = t.app.begin_dossier(&clerk, start).await.unwrap().dossier.id.to_string();
    let delivery = Delivery { method: DeliveryMethod::Counter, address: None };
    t.app.save_dossier(&clerk, &id, Save { delivery: Some(delivery), ..Save::default() }).await.unwrap();
    t.app.submit_dossier(&clerk, &id, None).await.unwrap();
    t.app.open_dossier(&clerk, &id).await.unwrap().dossier.name()
}

#[tokio::test]
async fn nobody_confirms_an_exemption_whose_proof_is_missing() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = poor_without_papers(&t).await;
    let missing = is_problem(&clerk.act(&name, "confirm_exemption", json!({"note": "Tôi biết."})).await, 409);
    assert!(missing["type"].as_str().unwrap().ends_with("proof-missing"), "{missing}");
    assert!(missing.to_string().contains("Chưa có giấy tờ chứng minh"), "{missing}");
    let english = clerk.act_in_english(&name, "confirm_exemption", json!({})).await;
    assert!(english.body.contains("The proof has not come"), "{}", english.body);
    let waits = clerk.get(&format!("/office/dossiers/{name}")).await.json();
    assert_eq!(waits["exemptions"][0]["state"], "open", "nothing was decided: {waits}");

    // Taken in on paper, without any scan: now it was seen.
    let items = json!([{"document": "exempt_poor", "note": "Mang giấy chứng nhận hộ nghèo tới."}]);
    clerk.does(&name, "request_supplement", json!({"reason": "Thiếu giấy.", "items": items})).await;
    let lacks = is_problem(&clerk.act(&name, "record_supplement", json!({})).await, 422);
    let pointers = lacks["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str());
    let codes: Vec<&str> = pointers.filter_map(|pointer| pointer.strip_prefix("/documents/")).collect();
    assert!(codes.contains(&"exempt_poor"), "{lacks}");
    let paper = |code: &str| Received { code: code.to_owned(), originals: 1, copies: 0 };
    let papers = codes.into_iter().map(paper).collect();
    t.app.receive_papers(&demo::officer(&t.app, "clerk").await, &name, papers).await.unwrap();
    clerk.does(&name, "record_supplement", json!({})).await;
    let confirmed = clerk.does(&name, "confirm_exemption", json!({})).await;
    assert_eq!(confirmed["exemptions"][0]["state"], "confirmed", "{confirmed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_say_that_the_proof_is_missing_and_how_to_go_on() {
    let t = demo::portal().await;
    let name = poor_without_papers(&t).await;
    let clerk = officer(&t, "clerk").await;
    let (desk, finish) = (format!("/can-bo/ho-so/{name}"), format!("/can-bo/tiep-nhan/{name}/tiep-nhan"));
    for path in [&desk, &finish] {
        let shown = plain(&page(&clerk, path).await);
        let hint = "nên chưa xác nhận miễn được: lập phiếu yêu cầu bổ sung";
        assert!(shown.contains("Thiếu") && shown.contains(hint), "{path}: {shown}");
    }
    let refused = act(&clerk, &desk, "confirm_exemption", &[]).await;
    assert_eq!(refused.status, 409, "{}", plain(&refused.body));
    assert!(plain(&refused.body).contains("hãy lập phiếu yêu cầu bổ sung"), "{}", plain(&refused.body));
    let mut form = Form::with_action(&page(&clerk, &finish).await, &finish);
    form.fields.retain(|(field, _)| !field.contains('.'));
    for (field, value) in [("exemption.poor", "yes"), ("payment", "later"), ("incomplete", "true")] {
        form.set(field, value);
    }
    let refused = clerk.submit(&form).await;
    assert_eq!(refused.status, 409, "{}", plain(&refused.body));
    assert!(!refused.body.contains("id=\"ma\""), "not accepted: {}", plain(&refused.body));
}

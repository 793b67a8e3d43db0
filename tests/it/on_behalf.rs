//! Filing for another person: the one represented becomes the owner, the delegate stays the applicant.

use motcua::dossiers::Step;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::citizen::{Citizen, pointers};
use crate::support::demo::{self, AN, BINH, COMMITTEE, PASSWORD};
use crate::support::html::plain;

async fn draft(t: &TestApp, who: &Citizen, on_behalf_of: Value) -> Value {
    let example = demo::form_of(&t.app, "1.001193").await.examples()[0].clone();
    let body =
        json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "data": example, "on_behalf_of": on_behalf_of});
    who.begin(body).await
}

async fn mine(who: &Citizen) -> Vec<String> {
    let list = who.get("/dossiers?limit=100").await.json();
    list["items"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_represented_person_owns_the_dossier_and_its_result() {
    let t = demo::portal().await;
    let (an, binh) = (Citizen::of(&t, AN).await, Citizen::of(&t, BINH).await);
    let draft = draft(&t, &binh, json!({"full_name": "Nguyễn Văn An", "identity_number": AN})).await;
    let id = draft["id"].as_str().unwrap();
    assert_eq!(
        (&draft["applicant"]["name"], &draft["owner"]["name"]),
        (&json!("Trần Thị Bình"), &json!("Nguyễn Văn An"))
    );
    assert_eq!((&draft["owner"]["kind"], &draft["on_behalf"]), (&json!("personal_number"), &json!(true)));
    assert!(!draft["owner"].to_string().contains(AN), "the number is masked");
    let missing = pointers(&binh.submit(id, "k").await);
    assert!(missing.contains(&"/documents/van_ban_uy_quyen".to_owned()), "the procedure asks for proof: {missing:?}");
    assert!(!mine(&an).await.contains(&id.to_owned()), "a draft is private");
    binh.attach(id, missing).await;
    let browser = t.signed_in(BINH, PASSWORD).await;
    let check = plain(&browser.get(&format!("/ho-so/{id}/kiem-tra")).await.body);
    assert!(check.contains("Chủ hồ sơ") && check.contains("Nguyễn Văn An"), "{check}");
    let filed = binh.submit(id, "k").await.json();
    let reference = filed["reference"].as_str().unwrap();
    assert!(mine(&an).await.contains(&id.to_owned()) && mine(&binh).await.contains(&id.to_owned()));
    assert_eq!(an.get(&format!("/dossiers/{reference}")).await.status, 200);
    let page = plain(&t.signed_in(AN, PASSWORD).await.get(&format!("/ho-so/{reference}")).await.body);
    assert!(page.contains("Chủ hồ sơNguyễn Văn An") && page.contains("Người nộpTrần Thị Bình"), "{page}");
    for digits in ["0011", "0022"] {
        let tracked = t.visitor().get(&format!("/api/v1/tracking/{reference}?verifier={digits}")).await.json();
        assert_eq!(tracked["details"]["owner"], "Nguyễn Văn An", "{tracked}");
    }

    let clerk = demo::officer(&t.app, "clerk").await;
    let accepted = demo::act(&t.app, &clerk, reference, (Step::Accept, json!({}))).await;
    let dossier = accepted.dossier.id;
    let paper = t.app.db.read(move |c| motcua::documents::paper_of(c, dossier, "mau-01")).await.unwrap().unwrap();
    assert_eq!(paper.data["owner"]["name"], "Nguyễn Văn An");
    assert_eq!(paper.data["applicant"]["name"], "Trần Thị Bình");
}

#[tokio::test]
async fn an_account_that_proves_nothing_sees_nothing_and_bad_owners_are_refused() {
    let t = demo::portal().await;
    let (an, binh) = (Citizen::of(&t, AN).await, Citizen::of(&t, BINH).await);
    let draft_of = draft(&t, &an, json!({"full_name": "Trần Thị Bình", "identity_number": BINH})).await;
    let id = draft_of["id"].as_str().unwrap();
    an.attach_missing(id).await;
    assert_eq!(an.submit(id, "k").await.status, 200);
    assert!(!mine(&binh).await.contains(&id.to_owned()), "level 1 is only self-declared");
    assert_eq!(binh.get(&format!("/dossiers/{id}")).await.status, 404);

    let own = draft(&t, &an, json!({"full_name": "Nguyễn Văn An", "identity_number": AN})).await;
    assert_eq!(own["on_behalf"], false, "one's own number is filing for oneself");
    for (other, pointer) in [
        (json!({"full_name": "", "identity_number": BINH}), "/on_behalf_of/full_name"),
        (json!({"full_name": "Trần Thị Bình", "identity_number": "12"}), "/on_behalf_of/identity_number"),
        (
            json!({"full_name": "Trần Thị Bình", "identity_number": BINH, "kind": "passport"}),
            "/on_behalf_of/identity_number",
        ),
    ] {
        let body = json!({"procedure_code": "1.001193", "agency_code": COMMITTEE, "on_behalf_of": other});
        assert_eq!(pointers(&an.post("/dossiers", body).await), [pointer]);
    }
    // A procedure for citizens is not for an organisation, whoever files.
    let firm = draft(&t, &an, json!({"full_name": "Công ty TNHH Số 1", "identity_number": "3309999939"})).await;
    assert_eq!(firm["owner"]["kind"], "org_tax");
    let id = firm["id"].as_str().unwrap();
    let refused = an.submit(id, "for the firm").await;
    assert_eq!(refused.status, 403, "{}", refused.body);
}

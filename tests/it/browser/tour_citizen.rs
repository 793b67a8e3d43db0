//! The pages of a signed-in citizen: the same tour as of the public ones, on one portal.

use motcua::dossiers::Step;
use serde_json::json;

use super::citizen::signs_in;
use super::person::Jar;
use super::tour::Tour;
use crate::support::app::{TestApp, Visitor};
use crate::support::citizen::{Citizen, pointers};
use crate::support::demo::{self, AN, BINH, COMMITTEE, PASSWORD};
use crate::support::html::Form;

const BIRTH: &str = "1.001193";
const EXAM: &str = "1.005142";
const CHEMICALS: &str = "9.000001";
const BUSINESS: &str = "business@demo.invalid";

#[tokio::test(flavor = "multi_thread")]
async fn citizens_pages_are_open_to_everybody() {
    let t = demo::portal().await;
    let Some(mut tour) = Tour::begin(&t).await else { return };
    let browser = t.signed_in(AN, PASSWORD).await;
    let mut paths: Vec<String> = [
        "/ho-so",
        "/ho-so?xong=1",
        "/kho-du-lieu",
        "/thong-bao",
        "/nhat-ky-truy-cap",
        "/tai-khoan",
        "/nop-ho-so/1.001193",
        "/thu-tuc/1.005142",
    ]
    .map(str::to_owned)
    .to_vec();
    let of_demonstration = dossiers(&browser).await;
    let obligation = obligation(&browser, &of_demonstration).await;
    paths.extend(of_demonstration);
    let (_, code) = obligation.rsplit_once('/').unwrap();
    // The public look-up of it, for anybody and for its person.
    paths.extend(["", "&xac-nhan=0011"].map(|proof| format!("/tra-cuu?ma={code}{proof}")));
    paths.extend(draft(&browser).await);
    paths.push(seen_by_an_officer(&t).await);
    signs_in(&tour.one, AN, PASSWORD).await;
    for path in &paths {
        tour.see(path).await;
    }
    tour.follow("a citizen").await;
    let settled = settled_by_the_system(&t).await;
    tour.one.change(&Jar::default()).await;
    signs_in(&tour.one, BUSINESS, PASSWORD).await;
    for path in &settled {
        tour.see(path).await;
    }
    tour.follow("a business").await;
    // The session of the examination is in spring; by then one signs in anew.
    t.set_clock("2027-04-22T09:00:00+07:00");
    let mut exam = exam(&t).await;
    // The last day of the notice has passed by then.
    exam.push(obligation);
    tour.one.change(&Jar::default()).await;
    signs_in(&tour.one, AN, PASSWORD).await;
    for path in &exam {
        tour.see(path).await;
    }
    tour.follow("a candidate").await;
    tour.end().await;
}

/// The pages of every dossier that the demonstration has for this person.
async fn dossiers(browser: &Visitor) -> Vec<String> {
    let mut found = Vec::new();
    for list in ["/ho-so", "/ho-so?xong=1"] {
        let body = browser.get(list).await.body;
        let links = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(links.filter(|link| link.starts_with("/ho-so/")).map(str::to_owned));
    }
    found.sort();
    found.dedup();
    assert!(found.iter().any(|link| link.ends_with("/bo-sung")), "{found:?}");
    found
}

/// The page of the dossier that waits for the amounts of a tax office's notice.
async fn obligation(browser: &Visitor, of: &[String]) -> String {
    for link in of {
        if browser.get(link).await.body.contains("id=\"nghia-vu-1\"") {
            return link.clone();
        }
    }
    panic!("no dossier waits for a financial obligation: {of:?}");
}

/// A draft for somebody else, page by page.
async fn draft(browser: &Visitor) -> Vec<String> {
    let at = format!("/nop-ho-so/{BIRTH}");
    let mut form = Form::with_action(&browser.get(&at).await.body, &at);
    for (name, value) in
        [("agency_code", COMMITTEE), ("behalf", "other"), ("owner_name", "Trần Thị Bình"), ("owner_identity", BINH)]
    {
        form.set(name, value);
    }
    let begun = browser.submit(&form).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    let address = begun.header("location").to_owned();
    let pages = ["to-khai/nguoi_yeu_cau", "to-khai/me", "giay-to", "nhan-ket-qua", "phi", "kiem-tra"];
    std::iter::once(address.clone()).chain(pages.map(|page| format!("{address}/{page}"))).collect()
}

/// A registration of a session that may still be changed.
async fn exam(t: &TestApp) -> Vec<String> {
    let an = Citizen::of(t, AN).await;
    let snapshot = t.app.catalogue.snapshot(&t.app.db).await.unwrap();
    let example = demo::form_of(&t.app, EXAM).await.examples()[0].clone();
    let body = json!({"procedure_code": EXAM, "agency_code": snapshot.agencies_for(EXAM)[0].code, "data": example});
    let id = an.begin(body).await["id"].as_str().unwrap().to_owned();
    let mut filed = an.submit(&id, "k").await;
    if filed.status == 422 {
        an.attach(&id, pointers(&filed)).await;
        filed = an.submit(&id, "k").await;
    }
    assert_eq!(filed.status, 200, "{}", filed.body);
    let reference = filed.json()["reference"].as_str().unwrap().to_owned();
    vec![format!("/ho-so/{reference}"), format!("/ho-so/{reference}/da-nop")]
}

/// A declaration that the system answered at once with a signed result.
async fn settled_by_the_system(t: &TestApp) -> Vec<String> {
    let firm = Citizen::of(t, BUSINESS).await;
    let example = demo::form_of(&t.app, CHEMICALS).await.examples()[0].clone();
    let body = json!({"procedure_code": CHEMICALS, "agency_code": "G02.10", "data": example});
    let id = firm.begin(body).await["id"].as_str().unwrap().to_owned();
    firm.attach_missing(&id).await;
    let filed = firm.submit(&id, "k3").await;
    assert_eq!(filed.status, 200, "{}", filed.body);
    let name = format!("/ho-so/{id}");
    vec![name.clone(), format!("{name}/da-nop")]
}

/// A dossier at which an officer looked, asked and was answered.
async fn seen_by_an_officer(t: &TestApp) -> String {
    let an = Citizen::of(t, AN).await;
    let example = demo::form_of(&t.app, BIRTH).await.examples()[0].clone();
    let body = json!({"procedure_code": BIRTH, "agency_code": COMMITTEE, "data": example});
    let id = an.begin(body).await["id"].as_str().unwrap().to_owned();
    an.attach_missing(&id).await;
    let reference = an.submit(&id, "k2").await.json()["reference"].as_str().unwrap().to_owned();
    let clerk = demo::officer(&t.app, "clerk").await;
    let opened = demo::act(&t.app, &clerk, &reference, (Step::Accept, json!({}))).await;
    format!("/ho-so/{}", opened.dossier.name())
}

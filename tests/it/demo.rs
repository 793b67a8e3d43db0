//! The demonstration data: every status, every paper, a signed result, and an unbroken log.

use std::collections::BTreeSet;

use motcua::app::App;
use motcua::commands::seed;
use motcua::dossiers::{self, Status, list};
use motcua::forms::{Ctx, Person, Source};
use motcua::kernel::{AccountId, Actor, PageRequest};

use serde_json::json;

use crate::counter::{officer, page};
use crate::support::api;
use crate::support::app::TestApp;
use crate::support::demo::{self, AN, PASSWORD};
use crate::support::html::plain;

fn wait<T>(future: impl std::future::Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

async fn everything(app: &App) -> Vec<list::DossierLine> {
    let query = list::OfficeQuery {
        sight: list::Sight { everything: true, agencies: vec![], below: vec![], asked_in: vec![] },
        queue: list::Queue::All,
        status: None,
        due_before: None,
        assignee: None,
        words: None,
        number_index: None,
        procedure: None,
        kept_away: Vec::new(),
        me: AccountId::new(),
        my_roles: vec![],
        now: app.now(),
        soon: app.now(),
    };
    let page = PageRequest::new(Some(100), None);
    app.db.read(move |c| dossiers::office_list(c, &query, &page)).await.unwrap().items
}

/// What a form takes from the account is the applicant's, and nobody files «for themselves» about another person.
async fn tells_of_its_own_applicant(app: &App, name: &str) {
    let opened = app.open_dossier(&Actor::System, name).await.unwrap();
    let (dossier, data) = (&opened.dossier, &opened.data);
    let person = Person { full_name: Some(dossier.applicant_name.clone()), ..Person::default() };
    let prefill = opened.form.prefill(&person, &Ctx::any_units(jiff::civil::date(2026, 11, 18)));
    let own = prefill.sources.iter().filter(|(_, source)| **source == Source::Account);
    for (pointer, _) in own {
        let told = data.pointer(pointer).and_then(|v| v.as_str());
        assert_eq!(told, Some(dossier.applicant_name.as_str()), "{pointer} of {name}");
    }
    if data["quan_he"]["nyc_quan_he"] == "Bản thân" {
        assert_eq!(data["nguoi_duoc_cap"]["nxn_ho_ten"], dossier.applicant_name.as_str(), "{name}");
    }
    let (parent, name_of) = match data["quan_he"]["nyc_quan_he"].as_str() {
        Some("Cha") => ("cha", "cha_ho_ten"),
        Some("Mẹ") => ("me", "me_ho_ten"),
        _ => return,
    };
    assert_eq!(data[parent][name_of], dossier.applicant_name.as_str(), "{name}");
}

#[test]
fn the_demonstration_shows_every_status_and_paper_and_a_signed_result() {
    let t = TestApp::start();
    wait(async {
        let app = &t.app;
        seed::demo(app).await.unwrap_or_else(|e| panic!("{e:#}"));
        let all = everything(app).await;
        let seen: BTreeSet<Status> = all.iter().map(|d| d.status).collect();
        let wanted: BTreeSet<Status> = Status::ALL.into_iter().filter(|s| *s != Status::Draft).collect();
        assert_eq!(seen, wanted);
        for paper in ["mau-01", "mau-02", "mau-03", "mau-04", "mau-05", "mau-06", "mau-07", "to-khai", "xac-nhan-nop"] {
            let mut made = false;
            for dossier in &all {
                match app.paper_pdf(&Actor::System, &dossier.name(), paper).await {
                    Ok(pdf) => {
                        assert!(pdf.starts_with(b"%PDF-"), "{paper}");
                        made = true;
                        break;
                    }
                    Err(motcua::app::PaperError::NotMade) => {}
                    Err(e) => panic!("{paper} of {}: {e}", dossier.name()),
                }
            }
            assert!(made, "no dossier has {paper}");
        }
        let done = all.iter().find(|d| d.status == Status::HandedOver).unwrap();
        let id = done.id;
        let result = app.db.read(move |c| motcua::documents::current_result(c, id)).await.unwrap().unwrap();
        assert!(result.signed_at.is_some() && result.handed_over_at.is_some());
        for dossier in &all {
            tells_of_its_own_applicant(app, &dossier.name()).await;
        }
        let (events, broken) = app.db.read(|c| dossiers::verify_events(c, 10)).await.unwrap();
        assert!(events > 30 && broken.is_none(), "{events} {broken:?}");
        for dossier in &all {
            let (due, agency) = (dossier.current_due(), dossier.agency_id);
            let calendar = {
                let this = app.clone();
                app.db.read(move |c| this.calendar_of(c, agency)).await.unwrap()
            };
            assert!(due.is_none_or(|at| calendar.is_open(at)), "{} is due at {due:?}", dossier.name());
        }
        assert!(seed::demo(app).await.is_err(), "loading twice is refused");
    });
}

/// The dossier that waits for what only the State Treasury takes: the page of its citizen, and of an officer.
#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_waits_for_the_five_amounts_of_a_tax_offices_notice() {
    let t = demo::portal().await;
    let an = t.signed_in(AN, PASSWORD).await;
    let list = page(&an, "/ho-so").await;
    let links = list.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut found = Vec::new();
    for link in links.filter(|link| link.starts_with("/ho-so/") && !link[7..].contains('/')) {
        let body = page(&an, link).await;
        if body.contains("0027/TB-MINHHOA") && !found.contains(&(link.to_owned(), body.clone())) {
            found.push((link.to_owned(), body));
        }
    }
    assert_eq!(found.len(), 1, "one, on the list of open dossiers");
    let (link, body) = found.remove(0);
    let says = plain(&body);
    for part in ["Nghĩa vụ tài chính", "100.166.000", "Hết ngày 18/12/2026", "Kho bạc Nhà nước Minh Họa"]
    {
        assert!(says.contains(part), "{part}: {says}");
    }
    assert!(says.contains("Bản quét thông báo") && !says.contains("Đã quá hạn nộp"), "{says}");
    let code = link.strip_prefix("/ho-so/").unwrap();
    let there = api::Person::officer(&t, "handler").await.get(&format!("/office/dossiers/{code}")).await.json();
    let fees = there["fees"].as_array().unwrap();
    let elsewhere = fees.iter().filter(|fee| fee["collected_by"] == "elsewhere" && fee["state"] == "due").count();
    assert_eq!((elsewhere, &there["status"]["number"]), (5, &json!(6)), "{there}");
    let desk = plain(&page(&officer(&t, "clerk").await, "/can-bo?queue=payment").await);
    assert!(desk.contains(code), "{desk}");
}

//! The home page, the catalogue and its API, as visitors and programs see them.

use std::collections::HashSet;

use motcua::catalog::sheet::Giver;
use motcua::catalog::{procedures, shipped};
use motcua::kernel::{Actor, AgencyId, Timestamp};
use motcua::{accounts, db};
use serde_json::{Value, json};

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};
use crate::support::html::plain;

/// A portal with the shipped procedures and one commune that settles them.
async fn with_catalogue() -> TestApp {
    let t = TestApp::start();
    let now = t.app.now();
    let rows = shipped().unwrap().to_vec();
    let codes: Vec<String> = rows.iter().map(|row| row.revision.code.clone()).collect();
    t.app.db.write(move |tx| procedures::import(tx, &rows, &Actor::System, now)).await.unwrap();
    let agency = commune(&t, now).await;
    t.app
        .db
        .write(move |tx| {
            codes.iter().try_for_each(|code| procedures::set_agencies(tx, code, &[agency]))?;
            Ok::<_, db::Error>(())
        })
        .await
        .unwrap();
    // The catalogue is asked for its version at most every 200 ms.
    tokio::time::sleep(motcua::catalog::Catalogue::STALENESS).await;
    t
}

async fn commune(t: &TestApp, now: Timestamp) -> AgencyId {
    let agency = crate::support::app::agency();
    let id = agency.id;
    t.app.db.write(move |tx| accounts::agencies::save(tx, &Actor::System, &agency, now)).await.unwrap();
    id
}

#[tokio::test]
async fn the_home_page_leads_to_the_services_and_is_the_same_for_everybody() {
    let t = with_catalogue().await;
    let page = t.visitor().get("/").await;
    assert_eq!(page.status, 200);
    assert!(plain(&page.body).contains("Làm thủ tục hành chính"));
    assert!(page.body.contains("/thu-tuc/1.001193"), "birth registration can be filed");
    assert!(page.headers.get("set-cookie").is_none(), "an anonymous page sets no cookie");
    let again = t.visitor().get("/").await;
    assert_eq!(page.body, again.body);
    assert!(t.visitor().get("/?lang=en").await.body.contains("lang=\"en\""));
    assert!(t.visitor().get("/").await.body.contains("lang=\"vi\""), "one language's page is not the other's");
}

/// The value of a tile: `<dt>label</dt><dd>value</dd>`.
fn tile(body: &str, label: &str) -> Option<String> {
    let tiles = body.split("<dt>").skip(1).filter_map(|rest| rest.split_once("</dt>"));
    let found = tiles.filter(|(term, _)| plain(term) == label).find_map(|(_, rest)| rest.split("</dd>").next());
    found.map(|value| plain(value.trim_start().trim_start_matches("<dd>")))
}

#[tokio::test]
async fn the_home_page_shows_events_with_services_only_and_figures_where_there_are_some() {
    let bare = TestApp::start().visitor().get("/").await.body;
    for (heading, place) in [("su-kien", "life events"), ("so-lieu", "figures"), ("linh-vuc", "fields")] {
        assert!(!bare.contains(&format!("id=\"{heading}\"")), "no heading over nothing: {place}");
    }
    let t = TestApp::with_demonstration(&[]);
    let home = t.visitor().get("/").await.body;
    let services: Vec<String> =
        shipped().unwrap().iter().flat_map(|row| row.revision.life_events.iter().cloned()).collect();
    let all = motcua::catalog::life_events::all();
    for event in all {
        let shown = home.contains(&format!("href=\"/thu-tuc?su-kien={}\"", event.code));
        assert_eq!(shown, services.contains(&event.code), "{}", event.code);
    }
    assert!(all.iter().any(|event| !services.contains(&event.code)), "some have nothing behind them here");
    let kpi = t.visitor().get("/api/v1/stats/kpi?from=2026-11-01&to=2026-11-17").await.json();
    assert_eq!(tile(&home, "hồ sơ đã giải quyết trong tháng này"), kpi["decided"].as_i64().map(|n| n.to_string()));
    assert_eq!(tile(&home, "hồ sơ trả đúng hoặc trước hẹn").is_some(), kpi["on_time_rate"].is_number(), "{kpi}");
}

#[tokio::test]
async fn the_fee_tile_says_what_everybody_pays_and_what_some_pay_beside_it() {
    let t = with_catalogue().await;
    for (code, fee) in [
        ("1.001193", "Miễn phí; Bản sao Giấy khai sinh: 8.000 đ/bản"),
        ("2.000635", "8.000 đ"),
        ("1.013225", "Theo nghị quyết của HĐND cấp tỉnh"),
    ] {
        let page = t.visitor().get(&format!("/thu-tuc/{code}")).await;
        assert_eq!(tile(&page.body, "Phí, lệ phí").as_deref(), Some(fee), "{code}");
    }
    let english = t.visitor().get("/thu-tuc/1.001193?lang=en").await;
    let fee = tile(&english.body, "Fees").unwrap();
    assert!(fee.starts_with("Free; Copies of the birth certificate: 8.000 đ/copy"), "{fee}");
}

#[tokio::test]
async fn a_kept_page_moves_on_with_the_catalogue() {
    let t = with_catalogue().await;
    let before = t.visitor().get("/thu-tuc/1.001193").await;
    assert_eq!(before.status, 200);
    let mut revised = shipped().unwrap().iter().find(|r| r.revision.code == "1.001193").unwrap().clone();
    revised.revision.name = motcua::catalog::Text::vi("Thủ tục khai sinh theo quy định mới");
    let now = t.app.now();
    t.app.db.write(move |tx| procedures::publish(tx, &revised.revision, &Actor::System, now)).await.unwrap();
    tokio::time::sleep(motcua::catalog::Catalogue::STALENESS).await;
    let after = t.visitor().get("/thu-tuc/1.001193").await;
    assert!(after.body.contains("theo quy định mới"), "{}", plain(&after.body));
}

#[tokio::test]
async fn procedures_are_found_without_tone_marks_and_filtered() {
    let t = with_catalogue().await;
    let found = t.visitor().get("/thu-tuc?q=dang+ky+khai+sinh").await;
    assert!(found.body.contains("/thu-tuc/1.001193"));
    assert!(found.body.contains("<mark>"), "what was typed is marked");
    let api = t.visitor().get("/api/v1/procedures?q=khai%20sinh&level=full&limit=1").await.json();
    assert_eq!(api["items"].as_array().unwrap().len(), 1);
    for key in ["code", "name", "field", "level", "has_form"] {
        assert!(!api["items"][0][key].is_null(), "{key} in {api}");
    }
    let suggested = t.visitor().get("/thu-tuc/goi-y?q=khai").await.json();
    assert!(suggested[0]["label"].is_string() && suggested[0]["href"].as_str().unwrap().starts_with("/thu-tuc/"));
    assert_eq!(t.visitor().get("/api/v1/procedures?level=nonsense").await.status, 422);
    assert_eq!(t.visitor().get("/api/v1/procedures?limit=abc").await.status, 400);
    let nothing = t.visitor().get("/thu-tuc?q=zzzz+qqqq").await;
    assert_eq!(nothing.status, 200);
}

#[tokio::test]
async fn the_list_is_walked_by_cursor_without_gaps() {
    let t = with_catalogue().await;
    let mut codes = Vec::new();
    let mut cursor = "&cursor=".to_owned();
    loop {
        let page = t.visitor().get(&format!("/api/v1/procedures?limit=4{cursor}")).await.json();
        codes.extend(page["items"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut wanted: Vec<String> = shipped().unwrap().iter().map(|r| r.revision.code.clone()).collect();
    wanted.sort();
    codes.sort();
    assert_eq!(codes, wanted);
}

#[tokio::test]
async fn a_procedure_tells_programs_everything() {
    let t = with_catalogue().await;
    let birth = t.visitor().get("/api/v1/procedures/1.001193").await;
    assert_eq!(birth.status, 200);
    let birth = birth.json();
    assert_eq!(birth["agencies"], json!([{"code": "H57.31", "name": "UBND phường Thử Nghiệm"}]));
    assert!(birth["revision"].as_i64().unwrap() >= 1);
    let case = &birth["cases"][0];
    assert!(case["form"]["schema"]["examples"].as_array().is_some_and(|e| !e.is_empty()));
    assert!(case["form"]["uischema"]["type"].is_string());
    for document in case["documents"].as_array().unwrap() {
        assert!(document["how"] == "attach" || document["required"] == false, "{document}");
    }
    if birth["cases"].as_array().unwrap().len() == 1 {
        assert_eq!(birth["form"], case["form"]);
    } else {
        assert!(birth.get("form").is_none());
    }
    assert_eq!(t.visitor().get("/api/v1/procedures/9.999999").await.status, 404);
    assert_eq!(t.visitor().get("/thu-tuc/9.999999").await.status, 404);
    assert_eq!(t.visitor().get("/thu-tuc/..%2F..%2Fetc").await.status, 404);
}

#[tokio::test]
async fn every_shipped_procedure_has_a_page_and_a_sheet_in_both_languages() {
    let t = with_catalogue().await;
    for row in shipped().unwrap() {
        let code = &row.revision.code;
        for path in [format!("/thu-tuc/{code}"), format!("/thu-tuc/{code}/in"), format!("/thu-tuc/{code}?lang=en")] {
            let page = t.visitor().get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.body.matches("<h1").count(), 1, "{path}");
        }
    }
}

/// An address with its parameters' names left out: code and description may call them differently.
fn nameless(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_api_describes_itself() {
    let t = TestApp::start();
    let document = t.visitor().get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    // Every route of the API is described, and nothing else.
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|m| (m.to_uppercase(), nameless(path))));
    }
    let mut routes: Vec<(String, String)> = motcua::web::routes::table()
        .iter()
        .filter(|rule| rule.pattern.starts_with("/api/v1/") && !rule.pattern.starts_with("/api/v1/dev/"))
        .map(|rule| (rule.method.to_string(), nameless(rule.pattern)))
        .collect();
    described.sort();
    routes.sort();
    assert_eq!(described, routes);
    let page = t.visitor().get("/api/docs").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("/api/v1/auth/login"));
}

/// What a generator of clients stumbles over: parts of addresses nobody declares, ids twice, lists that are none.
#[tokio::test]
async fn the_description_of_the_api_is_whole() {
    let t = TestApp::start();
    let document = t.visitor().get("/api/openapi.json").await.json();
    let mut ids = HashSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let call = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{call}: {}", operation["operationId"]);
            let none = Vec::new();
            let declared = operation["parameters"].as_array().unwrap_or(&none);
            for part in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                let of_part = declared.iter().filter(|p| p["name"] == part && p["in"] == "path");
                assert_eq!(of_part.filter(|p| p["required"] == true).count(), 1, "{call}: {part}");
            }
            let refusal = |status: &str| {
                operation["responses"][status]["content"]["application/problem+json"]["schema"].is_object()
            };
            assert!(operation["security"].is_null() || refusal("401"), "{call}: 401");
            assert!(!path.contains('{') || refusal("404"), "{call}: 404");
            assert!(!declared.iter().any(|p| p["name"] == "If-Match") || refusal("412"), "{call}: 412");
            assert!(!declared.iter().any(|p| p["name"] == "cursor") || refusal("422"), "{call}: 422");
            lists_have_items(&document, operation, &call);
            assert!(!operation.to_string().contains("contract.md"), "{call} leads to a paper nobody has");
            let sent = operation["requestBody"]["content"].as_object();
            let both = sent.is_some_and(|sent| sent.len() == 2 && sent.contains_key("multipart/form-data"));
            assert_eq!(method == "post" && path.ends_with("/attachments"), both, "{call}");
        }
    }
}

/// A list answers an object with the items and where it goes on.
fn lists_have_items(document: &Value, operation: &Value, call: &str) {
    let answer = &operation["responses"]["200"];
    let schema = &answer["content"]["application/json"]["schema"];
    assert_ne!(schema["type"], "array", "{call}");
    if answer["description"] == "`{items, next_cursor, total}`" {
        let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap();
        let members = &document["components"]["schemas"][name]["properties"];
        assert_eq!(members["items"]["type"], "array", "{call}");
        assert!(members["next_cursor"].is_object() && members["total"].is_object(), "{call}");
    }
}

/// Who follows a cursor that nobody gave out must not read the first page for ever.
#[tokio::test]
async fn a_cursor_that_nobody_gave_out_is_refused() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let answers = [
        an.get("/dossiers?cursor=zzz").await,
        clerk.get("/office/dossiers?cursor=zzz").await,
        an.get("/procedures?cursor=zzz").await,
    ];
    for answer in answers {
        assert_eq!(is_problem(&answer, 422)["errors"][0]["pointer"], "/cursor");
    }
    assert_eq!(an.get("/dossiers?cursor=0").await.status, 200);
}

#[tokio::test]
async fn statistics_count_the_demonstration() {
    let t = TestApp::with_demonstration(&[]);
    let kpi = t.visitor().get("/api/v1/stats/kpi?from=2026-01-01&to=2026-12-31").await;
    assert_eq!(kpi.status, 200, "{}", kpi.body);
    let kpi = kpi.json();
    let (received, decided) = (kpi["received"].as_i64().unwrap(), kpi["decided"].as_i64().unwrap());
    assert!(received > 0 && decided > 0, "{kpi}");
    assert_eq!(kpi["decided_on_time"].as_i64().unwrap() + kpi["decided_late"].as_i64().unwrap(), decided);
    let sum: i64 = kpi["agencies"].as_array().unwrap().iter().map(|a| a["received"].as_i64().unwrap()).sum();
    assert_eq!(sum, received, "agencies add up");
    let code = kpi["agencies"][0]["code"].as_str().unwrap();
    let one = t.visitor().get(&format!("/api/v1/stats/kpi?from=2026-01-01&to=2026-12-31&agency={code}")).await.json();
    assert_eq!(one["received"], kpi["agencies"][0]["received"]);
    assert_eq!(t.visitor().get("/api/v1/stats/kpi?agency=H00.00").await.status, 404);
    assert_eq!(t.visitor().get("/api/v1/stats/kpi?from=x").await.status, 422);
    let page = t.visitor().get("/thong-ke?tu=2026-01-01&den=2026-12-31").await;
    assert_eq!(page.status, 200);
    let csv = t.visitor().get("/du-lieu-mo/thong-ke.csv?tu=2026-01-01&den=2026-12-31").await;
    assert_eq!(csv.body.trim_start_matches('\u{feff}').lines().count(), kpi["agencies"].as_array().unwrap().len() + 1);
    assert_eq!(t.visitor().get("/du-lieu-mo").await.status, 200);
    let before = t.visitor().get("/api/v1/stats/kpi?from=2020-01-01&to=2020-12-31").await.json();
    assert_eq!((before["received"].as_i64(), before["on_time_rate"].is_null()), (Some(0), true));
}

#[tokio::test]
async fn a_procedure_has_its_sheet_as_pdf() {
    let t = with_catalogue().await;
    let page = t.visitor().get("/thu-tuc/1.001193").await;
    assert!(page.body.contains("/thu-tuc/1.001193/in.pdf"), "the page leads to it");
    let sheet = t.visitor().get("/thu-tuc/1.001193/in.pdf").await;
    assert_eq!((sheet.status, sheet.header("content-type")), (200, "application/pdf"));
    assert!(sheet.body.starts_with("%PDF-"));
    let case = t.visitor().get("/thu-tuc/1.013225/in.pdf?truong-hop=khong-co").await;
    assert_eq!(case.status, 200, "as the page itself: the first case");
    // Kept sheets cost nothing, whatever stands behind the address; many new ones a minute are too many.
    let now = t.app.now();
    let many = move |tx: &mut db::Tx<'_>| {
        let minute = jiff::SignedDuration::from_mins(1);
        (0..20).for_each(|_| drop(accounts::limits::hit(tx, "sheet:127.0.0.1", minute, 20, now)));
        Ok::<_, db::Error>(())
    };
    t.app.db.write(many).await.unwrap();
    assert_eq!(t.visitor().get("/thu-tuc/1.004222/in.pdf").await.status, 429);
    for address in ["/thu-tuc/1.001193/in.pdf?n=1", "/thu-tuc/1.001193/in.pdf?truong-hop=khong-co"] {
        assert_eq!(t.visitor().get(address).await.status, 200, "{address}");
    }
    for unknown in ["/thu-tuc/9.999999/in.pdf", "/thu-tuc/%3Cx%3E/in.pdf"] {
        assert_eq!(t.visitor().get(unknown).await.status, 404, "{unknown}");
    }
}

/// What the council of the one province here has decided is told before filing, and what the figure rests on.
#[tokio::test]
async fn a_councils_fee_is_told_where_it_is_known() {
    let t = demo::portal().await;
    let page = plain(&t.visitor().get("/thu-tuc/1.004873").await.body);
    assert!(page.contains("10.000 đ") && page.contains("không phải nghị quyết của HĐND"), "{page}");
    assert!(!page.contains("Theo nghị quyết của HĐND cấp tỉnh"), "{page}");
    let told = t.visitor().get("/api/v1/procedures/1.004873").await.json();
    assert!(told.to_string().contains("\"amount_vnd\":10000"), "{told}");
}

/// Setting a sheet takes a second of the machine: who asks for the same one meanwhile waits for it.
#[tokio::test]
async fn a_sheet_that_many_ask_for_at_once_is_set_once() {
    let t = with_catalogue().await;
    let published = t.app.catalogue.published(&t.app.db, "1.001193").await.unwrap().unwrap();
    let giver = |name: &str| Giver { agency: name.to_owned(), province: None };
    let ask =
        || async { t.app.procedure_sheet(&published, None, &giver("UBND phường Thử")).await.unwrap().unwrap() };
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    assert!(one.starts_with(b"%PDF-"));
    // Two sheets that were set would be two pieces of memory.
    assert!(std::sync::Arc::ptr_eq(&one, &two) && std::sync::Arc::ptr_eq(&two, &three));
    let other = t.app.procedure_sheet(&published, None, &giver("UBND phường Khác")).await.unwrap().unwrap();
    assert!(!std::sync::Arc::ptr_eq(&one, &other), "another agency's is another one");
}

//! The catalogue's tables: importing, revising, reading back, calendars; on either engine.

use jiff::civil::{date, time};
use motcua::catalog::import::{self, Import};
use motcua::catalog::search::{Filters, Query};
use motcua::catalog::{Catalogue, Revision, calendar as days, calendars as calendar, procedures as store};
use motcua::db::Error;
use motcua::kernel::{Actor, AgencyId, Timestamp};
use serde_json::json;

use crate::support::db::TestDb;

fn noon() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn shipped() -> Vec<Import> {
    import::parse(import::SHIPPED_FACTS).unwrap()
}

async fn write(t: &TestDb, rows: Vec<Import>) -> store::Report {
    t.db.write(move |tx| store::import(tx, &rows, &Actor::System, noon())).await.unwrap()
}

fn national(code: &str, name: &str, step: &str) -> Vec<Import> {
    let record = json!([{
        "MATTHC": code, "TENTTHC": name, "LINHVUCTHUCHIEN": [{"TENLINHVUC": "Hộ tịch"}],
        "CAPTHUCHIEN": ["Cấp xã"], "DOITUONGTHUCHIEN": ["Công dân Việt Nam"],
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": step}]}],
        "CACHTHUCTHUCHIEN": [{"KENH": 1, "THOIGIAN": [{"THOIGIANGIAIQUYET": "30", "DONVITINH": "Ngày"}]}],
    }]);
    import::parse(&record.to_string()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_changes_nothing() {
    let t = TestDb::migrated();
    let first = write(&t, shipped()).await;
    assert_eq!((first.created, first.revised, first.unchanged), (15, 0, 0));
    let version = t.db.read(store::version).await.unwrap();
    assert_eq!(version, 1);
    let second = write(&t, shipped()).await;
    assert_eq!((second.created, second.revised, second.unchanged), (0, 0, 15));
    assert_eq!(t.db.read(store::version).await.unwrap(), version, "nothing moved");
    let stored = t.db.read(|c| store::current(c, "1.004222")).await.unwrap().unwrap();
    let given = shipped().into_iter().map(|i| i.revision).find(|r| r.code == "1.004222").unwrap();
    assert_eq!(stored.content, given, "what is read is what was written");
    assert!(stored.is_current && stored.number == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_makes_a_revision_and_the_old_one_stays() {
    let t = TestDb::migrated();
    write(&t, shipped()).await;
    let before = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap();
    let mut content: Revision = before.content.clone();
    content.cases[0].supplement.times = 2;
    let changed = content.clone();
    assert!(t.db.write(move |tx| store::publish(tx, &changed, &Actor::System, noon())).await.unwrap());
    let after = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap();
    assert_eq!((after.number, after.content), (2, content));
    let old = before.id;
    let kept = t.db.read(move |c| store::revision(c, old)).await.unwrap().unwrap();
    assert_eq!(kept.content, before.content);
    assert!(!kept.is_current);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_national_record_never_touches_an_e_form() {
    let t = TestDb::migrated();
    write(&t, shipped()).await;
    let own = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap().content;
    let rows = || national("1.001193", "Đăng ký khai sinh (tên mới)", "Bước 1: nộp hồ sơ.");
    let report = write(&t, rows()).await;
    assert_eq!((report.texts_only, report.revised), (1, 0));
    let now = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap().content;
    assert_eq!(now.cases, own.cases);
    assert_eq!(now.level, own.level);
    assert_eq!(now.name.vi, "Đăng ký khai sinh (tên mới)");
    assert_eq!(now.steps[0].text.vi, "Bước 1: nộp hồ sơ.");
    assert_eq!(write(&t, rows()).await.unchanged, 1);
    let report = write(&t, national("1.009999", "Thủ tục chỉ để xem", "Đến nơi.")).await;
    assert_eq!(report.created, 1);
    let report = write(&t, national("1.009999", "Thủ tục chỉ để xem", "Đến nơi khác.")).await;
    assert_eq!(report.revised, 1, "a page without e-form is revised whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_of_facts_and_of_the_nation_come_to_rest_in_any_order() {
    let t = TestDb::migrated();
    write(&t, shipped()).await;
    let rows = || national("1.001193", "Đăng ký khai sinh (tên mới)", "Bước 1: nộp hồ sơ.");
    assert_eq!(write(&t, rows()).await.texts_only, 1);
    let settled = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap();
    for _ in 0..2 {
        let again = write(&t, shipped()).await;
        assert_eq!((again.revised, again.unchanged), (0, 15), "the nation's texts stay");
        assert_eq!(write(&t, rows()).await.unchanged, 1);
    }
    let now = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap();
    assert_eq!((now.id, now.number), (settled.id, 2));

    // What the facts alone say still comes through, under the nation's texts.
    let mut facts = shipped();
    let birth = facts.iter_mut().find(|row| row.revision.code == "1.001193").unwrap();
    birth.revision.cases[0].supplement.times = 3;
    assert_eq!(write(&t, facts).await.revised, 1);
    let now = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap().content;
    assert_eq!((now.name.vi.as_str(), now.cases[0].supplement.times), ("Đăng ký khai sinh (tên mới)", 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_and_publishing_stand_in_the_log() {
    let t = TestDb::migrated();
    write(&t, shipped()).await;
    write(&t, shipped()).await;
    let mut content = t.db.read(|c| store::current(c, "1.001193")).await.unwrap().unwrap().content;
    content.cases[0].supplement.times = 2;
    t.db.write(move |tx| store::publish(tx, &content, &Actor::System, noon())).await.unwrap();
    let log = t.db.read(|c| motcua::audit::access::of_purposes(c, &["import_procedures", "publish_procedure"])).await;
    let log = log.unwrap();
    assert_eq!(log.len(), 2, "what changed nothing leaves no entry: {log:?}");
    assert!(log[0].what.contains("15 mới") && log[0].what.contains("1.001193"), "{}", log[0].what);
    assert!(log[1].what.contains("Công bố thủ tục 1.001193"), "{}", log[1].what);
    let walked = t.db.read(motcua::audit::verify::access_log).await.unwrap();
    assert_eq!((walked.entries, walked.broken), (2, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_import_leaves_nothing() {
    let t = TestDb::migrated();
    let rows = shipped();
    let failed: Result<store::Report, Error> =
        t.db.write(move |tx| {
            store::import(tx, &rows, &Actor::System, noon())?;
            Err(Error::NotFound)
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(t.db.read(store::version).await.unwrap(), 0);
    assert!(t.db.read(store::entries).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_follows_the_version() {
    let t = TestDb::migrated();
    let catalogue = Catalogue::new();
    assert!(catalogue.snapshot(&t.db).await.unwrap().index().entries().is_empty());
    write(&t, shipped()).await;
    tokio::time::sleep(Catalogue::STALENESS).await;
    let now = catalogue.snapshot(&t.db).await.unwrap();
    let found = now.index().search(&Query { text: "khai sính".into(), filters: Filters::default() });
    assert_eq!(found.hits[0].entry.code, "1.001193");
    let published = catalogue.published(&t.db, "1.001193").await.unwrap().unwrap();
    let case = published.content.case(None).unwrap();
    let form = published.form(&case.code).unwrap();
    assert_eq!(form.version(), case.form.as_ref().unwrap().version);
    let result = published.result_form(&case.code, "KQ.G15.000031").unwrap();
    assert!(result.field("/noi_dung/ho_ten").is_some());
    let again = catalogue.revision(&t.db, published.id).await.unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&published, &again), "a revision is read once");
    assert!(catalogue.published(&t.db, "1.999999").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_have_rows_of_their_own() {
    let t = TestDb::migrated();
    write(&t, shipped()).await;
    let exam = t.db.read(|c| store::current(c, "1.005142")).await.unwrap().unwrap();
    let rows = t.db.read(move |c| store::windows(c, exam.procedure)).await.unwrap();
    let codes: Vec<&str> = rows.iter().map(|w| w.code.as_str()).collect();
    assert_eq!(codes, ["thu-2026", "thpt-2027"]);
    assert!(exam.content.window_at(noon()).unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_are_named_in_order() {
    let t = TestDb::migrated();
    write(&t, shipped()).await;
    let missing = t.db.write(|tx| store::set_agencies(tx, "1.999999", &[AgencyId::new()])).await;
    assert!(matches!(missing, Err(Error::NotFound)));
    t.db.write(|tx| store::set_agencies(tx, "1.001193", &[])).await.unwrap();
    assert_eq!(t.db.read(store::version).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_knows_swaps_and_an_agencys_own_week() {
    let t = TestDb::migrated();
    let shipped = days::parse(days::SHIPPED).unwrap();
    let count = shipped.len();
    let rows = shipped.clone();
    let report = t.db.write(move |tx| calendar::write_days(tx, days::NATIONAL, &rows)).await.unwrap();
    assert_eq!(report.created, count);
    let report = t.db.write(move |tx| calendar::write_days(tx, days::NATIONAL, &shipped)).await.unwrap();
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, count));
    let office = t.db.read(|c| calendar::load(c, "H46.1")).await.unwrap();
    assert!(!office.is_working(date(2026, 1, 2)) && office.is_working(date(2026, 1, 10)));
    assert!(!office.is_working(date(2026, 11, 24)) && office.is_working(date(2026, 11, 23)));
    assert!(!office.is_working(date(2026, 11, 21)), "a Saturday");

    let mut week: Vec<calendar::WeekShift> = Vec::new();
    for weekday in 1..=5 {
        week.push(calendar::WeekShift { weekday, opens: time(7, 30, 0, 0), closes: time(11, 30, 0, 0) });
        week.push(calendar::WeekShift { weekday, opens: time(13, 0, 0, 0), closes: time(17, 0, 0, 0) });
    }
    week.push(calendar::WeekShift { weekday: 6, opens: time(7, 30, 0, 0), closes: time(11, 30, 0, 0) });
    t.db.write(move |tx| calendar::set_week(tx, "H46.CA", date(2026, 1, 1), &week)).await.unwrap();
    let police = t.db.read(|c| calendar::load(c, "H46.CA")).await.unwrap();
    assert!(police.is_working(date(2026, 11, 21)), "Saturday morning at the police");
    assert!(!police.is_working(date(2026, 11, 24)), "the nation's holidays hold there too");
    assert!(t.db.write(|tx| calendar::remove_day(tx, days::NATIONAL, date(2026, 11, 24))).await.unwrap());
    assert!(t.db.read(|c| calendar::load(c, "H46.CA")).await.unwrap().is_working(date(2026, 11, 24)));
}

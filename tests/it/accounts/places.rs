//! Administrative units: the whole country in one file.

use motcua::accounts::units::{self, ImportError, Imported, Unit};
use motcua::kernel::clock;

use super::{Town, noon};

async fn import(town: &Town, units: Vec<Unit>) -> Result<Imported, ImportError> {
    town.t.db.write(move |tx| units::import(tx, &units)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_country_is_imported_once_and_again_changes_nothing() {
    let town = Town::new();
    let all = units::parse_csv(units::SHIPPED.as_bytes()).unwrap();
    assert_eq!(import(&town, all.clone()).await.unwrap(), Imported { added: 3355, changed: 0, unchanged: 0 });
    assert_eq!(import(&town, all).await.unwrap(), Imported { added: 0, changed: 0, unchanged: 3355 });
    let today = clock::local_date(noon());
    let provinces = town.t.db.read(move |conn| units::provinces(conn, today)).await.unwrap();
    assert_eq!(provinces.len(), 34);
    assert_eq!(provinces[0].name, "An Giang");
    let before: Vec<&str> = provinces.iter().map(|p| p.name.as_str()).filter(|n| n.starts_with(['D', 'Đ'])).collect();
    assert!(before.iter().all(|name| name.starts_with('Đ')), "{before:?}");
    let communes = town.t.db.read(move |conn| units::communes(conn, "46", today)).await.unwrap();
    assert_eq!(communes.len(), 40);
    let code = communes[0].code.clone();
    let label = town.t.db.read(move |conn| units::label(conn, &code)).await.unwrap().unwrap();
    assert_eq!(label, format!("{}, Thành phố Huế", communes[0].full_name));
    let nobody = town.t.db.read(move |conn| units::label(conn, "99999")).await.unwrap();
    assert_eq!(nobody, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_commune_stays_readable_and_leaves_the_lists() {
    let town = Town::new();
    let head = "level,code,name,full_name,parent_code,valid_from,valid_to\n";
    let read = |rows: &str| units::parse_csv(format!("{head}{rows}").as_bytes()).unwrap();
    let first = read("province,46,Huế,Thành phố Huế,,,\ncommune,19900,Cũ,Phường Cũ,46,,\n");
    import(&town, first).await.unwrap();
    let changes =
        read("commune,19900,Cũ,Phường Cũ,46,2025-07-01,2027-01-01\ncommune,19901,Mới,Phường Mới,46,2027-01-01,\n");
    assert_eq!(import(&town, changes).await.unwrap(), Imported { added: 1, changed: 1, unchanged: 0 });
    let on = |day| {
        let db = town.t.db.clone();
        async move {
            let found = db.read(move |conn| units::communes(conn, "46", day)).await.unwrap();
            found.into_iter().map(|u| u.name).collect::<Vec<_>>()
        }
    };
    assert_eq!(on(jiff::civil::date(2026, 12, 31)).await, ["Cũ"]);
    assert_eq!(on(jiff::civil::date(2027, 1, 1)).await, ["Mới"]);
    let label = town.t.db.read(move |conn| units::label(conn, "19900")).await.unwrap();
    assert_eq!(label.as_deref(), Some("Phường Cũ, Thành phố Huế"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_import_leaves_nothing_behind() {
    let town = Town::new();
    let head = "level,code,name,full_name,parent_code\n";
    let rows = units::parse_csv(format!("{head}commune,19900,A,Phường A,46\n").as_bytes()).unwrap();
    let refused = import(&town, rows).await;
    assert!(matches!(refused, Err(ImportError::NoParent { parent, .. }) if parent == "46"));
    let today = clock::local_date(noon());
    assert!(town.t.db.read(move |conn| units::communes(conn, "46", today)).await.unwrap().is_empty());
}

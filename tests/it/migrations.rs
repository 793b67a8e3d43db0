//! Migrations go up, down and up again; both engines end in the tables of `schema.rs`; every foreign key is indexed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Text;
use motcua::db::{Conn, Engine, Error, migrate};

use crate::support::db::TestDb;
use crate::support::template;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Tables that an engine keeps for itself or for migrations and search.
fn is_ours(table: &str) -> bool {
    !table.starts_with("sqlite_") && !table.starts_with("__diesel") && !table.starts_with("search_")
}

fn columns(t: &TestDb) -> BTreeMap<String, BTreeSet<String>> {
    let sql = match t.db.engine() {
        Engine::Sqlite => {
            "SELECT m.name AS \"table\", p.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
        }
        Engine::Postgres => {
            "SELECT table_name::text AS \"table\", column_name::text AS name FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let rows: Vec<Column> =
        t.db.read_blocking(|c| diesel::sql_query(sql).load::<Column>(c).map_err(Error::from)).unwrap();
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows.into_iter().filter(|r| is_ours(&r.table)) {
        out.entry(row.table).or_default().insert(row.name);
    }
    out
}

/// Tables and columns as `schema.rs` names them.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let text = include_str!("../../src/db/schema.rs");
    let mut out = BTreeMap::new();
    let mut table: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if let Some((name, rest)) = line.split_once(" (")
            && rest.ends_with(") {")
        {
            table = Some(name.to_owned());
            out.insert(name.to_owned(), BTreeSet::new());
        } else if let Some((column, _)) = line.split_once(" -> ")
            && let Some(table) = &table
            && line.ends_with(',')
        {
            out.get_mut(table).unwrap().insert(column.to_owned());
        }
    }
    out
}

#[test]
fn the_database_has_the_tables_of_the_schema() {
    let t = TestDb::migrated();
    let declared = declared();
    assert!(declared.len() > 40, "schema.rs was not read");
    assert_eq!(columns(&t), declared);
}

#[test]
fn up_down_up_twice_is_harmless() {
    let t = TestDb::migrated();
    assert!(migrate::run(&t.db).unwrap().is_empty());
    let before = columns(&t);
    assert!(migrate::is_current(&t.db).unwrap());
    assert!(migrate::revert(&t.db, None).unwrap() >= 6);
    assert!(columns(&t).is_empty(), "something is left behind: {:?}", columns(&t).keys());
    assert!(!migrate::is_current(&t.db).unwrap());
    migrate::run(&t.db).unwrap();
    assert_eq!(columns(&t), before);
}

#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    column: String,
}

#[test]
fn every_foreign_key_is_indexed() {
    let t = TestDb::migrated();
    if t.db.engine() == Engine::Postgres {
        return; // the migrations of both engines make the same indexes; SQLite tells them more plainly
    }
    let missing: Vec<String> = t
        .db
        .read_blocking(|c: &mut Conn| {
            let keys: Vec<ForeignKey> = diesel::sql_query(
                "SELECT m.name AS \"table\", f.\"from\" AS \"column\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
            )
            .load(c)?;
            let firsts: Vec<ForeignKey> = diesel::sql_query(
                "SELECT m.name AS \"table\", x.name AS \"column\" FROM sqlite_master m JOIN pragma_index_list(m.name) i JOIN pragma_index_info(i.name) x WHERE m.type = 'table' AND x.seqno = 0",
            )
            .load(c)?;
            let firsts: BTreeSet<(String, String)> = firsts.into_iter().map(|f| (f.table, f.column)).collect();
            assert!(keys.len() > 40);
            Ok::<_, Error>(
                keys.into_iter()
                    .filter(|k| !firsts.contains(&(k.table.clone(), k.column.clone())))
                    .map(|k| format!("{}.{}", k.table, k.column))
                    .collect(),
            )
        })
        .unwrap();
    assert!(missing.is_empty(), "foreign keys without an index: {missing:?}");
}

#[derive(QueryableByName)]
struct Paper {
    #[diesel(sql_type = Text)]
    key: String,
}

#[test]
fn slips_that_were_recorded_twice_before_there_was_a_rule_stay_and_the_first_counts() {
    let files = tempfile::tempdir().unwrap();
    let t = TestDb::of(template::with_demonstration(&files.path().join("files")));
    while columns(&t)["treasury_payments"].contains("paper_key") {
        assert_eq!(migrate::revert(&t.db, Some(1)).unwrap(), 1);
    }
    let slip = |nth: u8, number: &str| {
        format!(
            "INSERT INTO treasury_payments (id, dossier_id, number, paid_on, amount_vnd, recorded_at) \
             SELECT '00000000-0000-7000-8000-00000000000{nth}', id, '{number}', '2026-11-17', 5, \
             '2026-11-1{nth}T02:00:00.000000Z' FROM dossiers ORDER BY id LIMIT 1"
        )
    };
    let slips = [slip(1, "gnt-7/26"), slip(2, "GNT 7.26"), slip(3, "GNT-8")];
    t.db.write_blocking(move |tx| {
        for sql in &slips {
            diesel::sql_query(sql).execute(tx.conn())?;
        }
        Ok::<_, Error>(())
    })
    .unwrap();
    migrate::run(&t.db).unwrap();
    let keys = "SELECT paper_key AS key FROM treasury_payments ORDER BY recorded_at";
    let keys: Vec<Paper> =
        t.db.read_blocking(|c: &mut Conn| diesel::sql_query(keys).load::<Paper>(c).map_err(Error::from)).unwrap();
    let keys: Vec<&str> = keys.iter().map(|paper| paper.key.as_str()).collect();
    assert_eq!(keys[0], "GNT726");
    assert!(keys[1].starts_with("GNT726#"), "{keys:?}");
    assert_eq!(keys[2], "GNT8");
}

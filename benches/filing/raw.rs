//! The raw limit: the rows that one submission writes, put in by plain diesel with prepared statements.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Double, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;

/// One value of a row, as SQLite keeps it.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Null,
    Whole(i64),
    Real(f64),
    Words(String),
    Bytes(Vec<u8>),
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    pub table: String,
    columns: Vec<String>,
    cells: Vec<Cell>,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Json {
    #[diesel(sql_type = Text)]
    row: String,
}

/// Opens a database as the server does.
pub fn open(path: &Path) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database");
    conn.batch_execute(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000; PRAGMA mmap_size = 268435456;",
    )
    .expect("settings of the connection");
    conn
}

/// The highest row number of each table.
pub fn marks(conn: &mut SqliteConnection) -> HashMap<String, i64> {
    tables(conn).into_iter().map(|t| (t.clone(), mark(conn, &t))).collect()
}

fn tables(conn: &mut SqliteConnection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
               AND name NOT LIKE '%fts%' AND sql NOT LIKE '%WITHOUT ROWID%'";
    sql_query(sql).load::<Named>(conn).expect("the tables").into_iter().map(|n| n.name).collect()
}

fn mark(conn: &mut SqliteConnection, table: &str) -> i64 {
    let sql = format!("SELECT CAST(coalesce(max(rowid), 0) AS TEXT) AS name FROM \"{table}\"");
    sql_query(sql).get_result::<Named>(conn).expect("a row number").name.parse().expect("a number")
}

/// The rows put in since `before`, and the dossier's own row, which the submission rewrites.
pub fn written(conn: &mut SqliteConnection, before: &HashMap<String, i64>, reference: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for table in tables(conn) {
        let mark = before.get(&table).copied().unwrap_or(0);
        let wanted = if table == "dossiers" {
            format!("reference = '{}'", reference.replace('\'', ""))
        } else {
            format!("rowid > {mark}")
        };
        rows.extend(rows_of(conn, &table, &wanted));
    }
    // Parents first.
    rows.sort_by_key(|r| (r.table != "dossiers", r.table != "dossier_events"));
    rows
}

fn rows_of(conn: &mut SqliteConnection, table: &str, wanted: &str) -> Vec<Row> {
    let columns: Vec<String> = sql_query(format!("SELECT name FROM pragma_table_info('{table}')"))
        .load::<Named>(conn)
        .expect("the columns")
        .into_iter()
        .map(|n| n.name)
        .collect();
    let parts: Vec<String> = columns
        .iter()
        .map(|c| format!("typeof(\"{c}\"), CASE typeof(\"{c}\") WHEN 'blob' THEN hex(\"{c}\") ELSE \"{c}\" END"))
        .collect();
    let sql = format!("SELECT json_array({}) AS row FROM \"{table}\" WHERE {wanted}", parts.join(", "));
    let found = sql_query(sql).load::<Json>(conn).expect("the rows");
    let cells = |row: &Json| {
        let values: Vec<Value> = serde_json::from_str(&row.row).expect("a row as JSON");
        values.chunks(2).map(|pair| cell(pair[0].as_str().unwrap_or_default(), &pair[1])).collect()
    };
    found.iter().map(|r| Row { table: table.to_owned(), columns: columns.clone(), cells: cells(r) }).collect()
}

fn cell(kind: &str, value: &Value) -> Cell {
    match kind {
        "integer" => Cell::Whole(value.as_i64().expect("a whole number")),
        "real" => Cell::Real(value.as_f64().expect("a number")),
        "text" => Cell::Words(value.as_str().expect("a text").to_owned()),
        "blob" => {
            Cell::Bytes(data_encoding::HEXUPPER.decode(value.as_str().expect("hex").as_bytes()).expect("hex digits"))
        }
        _ => Cell::Null,
    }
}

/// Puts one row in.
struct Insert<'a>(&'a Row);

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_identifier(&self.0.table)?;
        out.push_sql(" (");
        for (i, column) in self.0.columns.iter().enumerate() {
            if i > 0 {
                out.push_sql(", ");
            }
            out.push_identifier(column)?;
        }
        out.push_sql(") VALUES (");
        for (i, cell) in self.0.cells.iter().enumerate() {
            if i > 0 {
                out.push_sql(", ");
            }
            match cell {
                Cell::Null => out.push_bind_param::<Nullable<Text>, Option<String>>(&None)?,
                Cell::Whole(n) => out.push_bind_param::<BigInt, i64>(n)?,
                Cell::Real(n) => out.push_bind_param::<Double, f64>(n)?,
                Cell::Words(t) => out.push_bind_param::<Text, String>(t)?,
                Cell::Bytes(b) => out.push_bind_param::<Binary, Vec<u8>>(b)?,
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Insert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Insert<'_> {}

/// A copy with keys of its own: what names this dossier, its events, papers and jobs is replaced throughout.
fn fresh(rows: &[Row]) -> Vec<Row> {
    let mut keys: Vec<(Cell, Cell)> = Vec::new();
    for row in rows {
        for (column, cell) in row.columns.iter().zip(&row.cells) {
            let names_it =
                ["id", "reference", "submission_key", "token", "unique_key", "code"].contains(&column.as_str());
            if names_it && !keys.iter().any(|(old, _)| old == cell) {
                let id = uuid::Uuid::now_v7();
                match cell {
                    Cell::Bytes(b) if b.len() == 16 => keys.push((cell.clone(), Cell::Bytes(id.as_bytes().to_vec()))),
                    Cell::Words(t) if t.len() >= 8 => keys.push((cell.clone(), Cell::Words(id.to_string()))),
                    _ => {}
                }
            }
        }
    }
    let swap = |cell: &Cell| keys.iter().find(|(old, _)| old == cell).map_or_else(|| cell.clone(), |(_, n)| n.clone());
    rows.iter().map(|r| Row { cells: r.cells.iter().map(swap).collect(), ..r.clone() }).collect()
}

/// Dossiers a second with so many in a transaction, for about so long.
pub fn rate(conn: &mut SqliteConnection, rows: &[Row], group: usize, during: Duration) -> f64 {
    let mut spent = Duration::ZERO;
    let mut dossiers = 0;
    while spent < during {
        // Made before the watch starts: the raw limit is the database's alone.
        let batch: Vec<Vec<Row>> = (0..group).map(|_| fresh(rows)).collect();
        let begun = Instant::now();
        conn.immediate_transaction(|conn| {
            for row in batch.iter().flatten() {
                Insert(row).execute(conn)?;
            }
            QueryResult::Ok(())
        })
        .expect("rows of a submission");
        spent += begun.elapsed();
        dossiers += group;
    }
    dossiers as f64 / spent.as_secs_f64()
}

/// A copy of a database, as it is now.
pub fn copy(conn: &mut SqliteConnection, to: &Path) {
    conn.batch_execute(&format!("VACUUM INTO '{}'", to.display())).expect("a copy");
}

/// Jobs that wait or run, and jobs that are done.
pub fn jobs(conn: &mut SqliteConnection) -> (i64, i64) {
    let mut count = |wanted: &str| {
        let sql = format!("SELECT CAST(count(*) AS TEXT) AS name FROM jobs WHERE {wanted}");
        sql_query(sql).get_result::<Named>(conn).expect("a count").name.parse::<i64>().expect("a number")
    };
    (count("finished_at IS NULL"), count("finished_at IS NOT NULL"))
}

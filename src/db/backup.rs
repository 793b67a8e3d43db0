//! Copies of a whole database, consistent while others write.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

use super::{Conn, Db, Engine, Error};

/// Rows fetched or written at once.
const ROWS: usize = 500;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Copies the embedded database into a fresh file (`VACUUM INTO`): one read transaction, writers go on.
///
/// # Errors
/// When the file exists already or can't be written, and on PostgreSQL.
pub fn copy_embedded(db: &Db, to: &Path) -> Result<(), Error> {
    let target = to.to_str().ok_or_else(|| Error::Other("the file's name is no text".into()))?.to_owned();
    db.with_private_connection(|conn| match conn {
        Conn::Sqlite(c) => {
            diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(target).execute(c)?;
            Ok(())
        }
        Conn::Pg(_) => Err(Error::Other("not the embedded engine".into())),
    })
}

/// Names of all tables with data of the product, sorted.
///
/// # Errors
/// When the database can't say.
pub fn tables(db: &Db) -> Result<Vec<String>, Error> {
    db.with_private_connection(tables_on)
}

fn tables_on(conn: &mut Conn) -> Result<Vec<String>, Error> {
    let query = match conn.engine() {
        // Shadow tables of a full-text index belong to it.
        Engine::Sqlite => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') \
             AND name NOT LIKE 'sqlite_%' AND name <> '__diesel_schema_migrations' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() \
             AND tablename <> '__diesel_schema_migrations' ORDER BY tablename"
        }
    };
    let rows: Vec<Name> = crate::each!(conn, |c| diesel::sql_query(query).load(c))?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// A table that holds rows, if any does: such a database must not be overwritten. Migrations bring no rows.
///
/// # Errors
/// When the database can't say.
pub fn first_filled(db: &Db) -> Result<Option<String>, Error> {
    db.with_private_connection(|conn| {
        for table in tables_on(conn)? {
            let query = format!("SELECT count(*) AS count FROM {}", quoted(&table));
            let count: Count = crate::each!(conn, |c| diesel::sql_query(query).get_result(c))?;
            if count.count > 0 {
                return Ok(Some(table));
            }
        }
        Ok(None)
    })
}

/// Writes each table of a PostgreSQL database into `folder` as `TABLE.jsonl`, all of one snapshot; answers the number
/// of rows.
///
/// # Errors
/// When a file can't be written or the database can't be read.
pub fn dump(db: &Db, folder: &Path) -> Result<u64, Error> {
    db.with_private_connection(|conn| {
        let names = tables_on(conn)?;
        let Conn::Pg(c) = conn else { return Err(Error::Other("not PostgreSQL".into())) };
        c.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let mut rows = 0;
        for table in &names {
            rows += dump_table(c, table, &folder.join(format!("{table}.jsonl")))?;
        }
        c.batch_execute("COMMIT")?;
        Ok(rows)
    })
}

fn dump_table(c: &mut PgConnection, table: &str, to: &Path) -> Result<u64, Error> {
    let mut file = BufWriter::new(File::create(to).map_err(io)?);
    c.batch_execute(&format!(
        "DECLARE backup NO SCROLL CURSOR FOR SELECT to_jsonb(t)::text AS line FROM {} t",
        quoted(table)
    ))?;
    let mut rows = 0;
    loop {
        let lines: Vec<Line> = diesel::sql_query(format!("FETCH {ROWS} FROM backup")).load(c)?;
        if lines.is_empty() {
            break;
        }
        for row in lines {
            rows += 1;
            file.write_all(row.line.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(io)?;
        }
    }
    c.batch_execute("CLOSE backup")?;
    file.into_inner().map_err(|e| io(e.into_error()))?.sync_all().map_err(io)?;
    Ok(rows)
}

/// Reads what [`dump`] wrote into the empty tables of a PostgreSQL database of the same schema, in one transaction.
/// Foreign keys are checked at its end, so the order of tables plays no part.
///
/// # Errors
/// Anything; then the database is as empty as before.
pub fn load(db: &Db, folder: &Path) -> Result<u64, Error> {
    db.with_private_connection(|conn| {
        let names = tables_on(conn)?;
        let Conn::Pg(c) = conn else { return Err(Error::Other("not PostgreSQL".into())) };
        c.batch_execute("BEGIN")?;
        let loaded = load_all(c, &names, folder);
        match loaded {
            Ok(rows) => {
                c.batch_execute("COMMIT")?;
                Ok(rows)
            }
            Err(e) => {
                let _ = c.batch_execute("ROLLBACK");
                Err(e)
            }
        }
    })
}

fn load_all(c: &mut PgConnection, names: &[String], folder: &Path) -> Result<u64, Error> {
    let keys: Vec<Name> = diesel::sql_query(
        "SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname) AS name FROM pg_constraint \
         WHERE contype = 'f' AND NOT condeferrable AND connamespace = current_schema()::regnamespace",
    )
    .load(c)?;
    for key in &keys {
        c.batch_execute(&format!("{} DEFERRABLE INITIALLY DEFERRED", key.name))?;
    }
    c.batch_execute("SET CONSTRAINTS ALL DEFERRED")?;
    let mut rows = 0;
    for table in names {
        let path = folder.join(format!("{table}.jsonl"));
        if path.exists() {
            rows += load_table(c, table, &path)?;
        }
    }
    c.batch_execute("SET CONSTRAINTS ALL IMMEDIATE")?;
    for key in &keys {
        c.batch_execute(&format!("{} NOT DEFERRABLE", key.name))?;
    }
    Ok(rows)
}

fn load_table(c: &mut PgConnection, table: &str, from: &Path) -> Result<u64, Error> {
    let table = quoted(table);
    let insert = format!(
        "INSERT INTO {table} SELECT r.* FROM unnest($1) AS line, jsonb_populate_record(NULL::{table}, line::jsonb) AS r"
    );
    let mut rows = 0;
    let mut batch: Vec<String> = Vec::new();
    let mut lines = BufReader::new(File::open(from).map_err(io)?).lines();
    loop {
        let line = lines.next().transpose().map_err(io)?;
        let ended = line.is_none();
        batch.extend(line.filter(|line| !line.is_empty()));
        if batch.len() >= ROWS || (ended && !batch.is_empty()) {
            rows += u64::try_from(batch.len()).unwrap_or(0);
            let lines = std::mem::take(&mut batch);
            diesel::sql_query(&insert).bind::<Array<Text>, _>(lines).execute(c)?;
        }
        if ended {
            return Ok(rows);
        }
    }
}

fn io(e: std::io::Error) -> Error {
    Error::Other(e.to_string())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

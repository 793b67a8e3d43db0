//! The rules of docs/ARCHITECTURE.md about who may use what and how big things get, kept by reading `src/`.
//!
//! A rule is a line in a table below. An exception is a line too, and fails as soon as it is not needed any more.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::source::{Source, matching, read_all, word_positions};

/// The modules in import order: each uses only those before it.
const ORDER: &[&str] = &[
    "kernel",
    "config",
    "telemetry",
    "templating",
    "db",
    "outbox",
    "audit",
    "notifications",
    "accounts",
    "forms",
    "documents",
    "catalog",
    "payments",
    "dossiers",
    "office",
    "feedback",
    "reports",
    "integrations",
    "app",
    "devservices",
    "commands",
    "worker",
    "web",
];

/// Modules that may use less than the order allows.
const ONLY: &[(&str, &[&str])] = &[("kernel", &[]), ("forms", &["kernel"])];

/// Modules that must not be named although they stand above: what they do comes in through a port held by `app`.
const NEVER: &[(&str, &[&str])] =
    &[("web", &["integrations", "devservices"]), ("worker", &["integrations", "devservices"])];

/// A word, the only places where it may stand outside tests, and why.
/// `x/` is a directory, `x.rs` a file, `*/x` the same below any module.
const PLACES: &[(&str, &[&str], &str)] = &[
    ("diesel", &["db/", "outbox/", "*/store.rs", "*/store/", "reports/queries/"], "SQL lives in stores"),
    ("diesel_migrations", &["db/"], "migrations are the database kernel's"),
    ("libsqlite3_sys", &["db/"], "the engines are the database kernel's"),
    ("actix_web", &["web/", "devservices/", "main.rs"], "HTTP in lives in web"),
    ("actix_multipart", &["web/", "devservices/"], "HTTP in lives in web"),
    ("reqwest", &["integrations/"], "HTTP out is an integration"),
    ("lettre", &["integrations/"], "mail transport is an integration"),
    ("tera", &["templating/"], "one place knows the template engine"),
    ("fluent_bundle", &["templating/"], "one place knows the translations"),
    ("typst", &["documents/"], "papers are set by documents"),
    ("env::var", &["config/"], "settings are read once"),
    ("env::var_os", &["config/"], "settings are read once"),
    ("env::vars", &["config/"], "settings are read once"),
    ("Timestamp::now", &["kernel/clock.rs"], "the present moment comes from kernel::clock"),
    ("Zoned::now", &["kernel/clock.rs"], "the present moment comes from kernel::clock"),
    ("SystemTime::now", &["kernel/clock.rs"], "the present moment comes from kernel::clock"),
    ("anyhow", &["main.rs", "worker/", "commands/"], "use cases have error enums of their own"),
];

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 80;
const MAX_ARGUMENTS: usize = 6;

/// The table of all tables grows with every table and says one thing only.
const TABLES: &str = "db/schema.rs";

/// `(file or file::function, allowed size)`. This list may only shrink.
const TOO_LONG: &[(&str, usize)] = &[];

/// `(table, modules that write it)` besides its owner. This list may only shrink.
const SHARED_TABLES: &[(&str, &[&str])] = &[];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn assert_none(problems: &[String]) {
    let mut text = String::new();
    for problem in problems {
        let _ = writeln!(text, "  {problem}");
    }
    assert!(problems.is_empty(), "{} problem(s):\n{text}", problems.len());
}

#[test]
fn modules_use_only_modules_above_them() {
    assert_none(&order_problems(&read_all(&src())));
}

#[test]
fn libraries_stay_in_their_places() {
    assert_none(&place_problems(&read_all(&src())));
}

#[test]
fn files_functions_and_argument_lists_stay_small() {
    assert_none(&size_problems(&read_all(&src()), TOO_LONG));
}

#[test]
fn test_files_stay_small() {
    let sources = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
    let long = sources.iter().filter(|s| s.raw.lines().count() > MAX_FILE_LINES);
    assert_none(&long.map(|s| format!("tests/{}: more than {MAX_FILE_LINES} lines", s.path)).collect::<Vec<_>>());
}

#[test]
fn stores_are_private_and_each_table_has_one_owner() {
    let sources = read_all(&src());
    assert_none(&store_problems(&sources, SHARED_TABLES));
}

#[test]
fn reports_write_nothing() {
    let words = ["insert_into", "replace_into", "Tx", "write_blocking", "copy_from"];
    let statements = ["insert into ", "delete from ", "diesel::update", "diesel::delete"];
    let mut problems = Vec::new();
    for source in read_all(&src()).iter().filter(|s| s.module() == "reports") {
        let raw = source.raw.to_lowercase();
        let word = words.iter().find(|w| source.names(w));
        if let Some(found) = word.or_else(|| statements.iter().find(|s| raw.contains(**s))) {
            problems.push(format!("{}: `{found}`", source.path));
        }
    }
    assert_none(&problems);
}

#[test]
fn ports_are_declared_where_they_are_needed() {
    let sources = read_all(&src());
    let declared = sources.iter().filter(|s| s.module() == "integrations" && s.product.contains("pub trait "));
    assert_none(&declared.map(|s| format!("{}: declares a port", s.path)).collect::<Vec<_>>());
}

#[test]
fn lib_lists_the_modules_in_order() {
    let lib = fs::read_to_string(src().join("lib.rs")).unwrap();
    let listed: Vec<&str> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let ordered: Vec<&str> = ORDER.iter().copied().filter(|m| listed.contains(m)).collect();
    assert_eq!(listed, ordered, "src/lib.rs names every module once, in import order");
}

fn order_problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|s| !matches!(s.path.as_str(), "main.rs" | "lib.rs")) {
        let module = source.module();
        let Some(here) = ORDER.iter().position(|m| *m == module) else {
            problems.push(format!("{}: module `{module}` has no place in ORDER", source.path));
            continue;
        };
        for used in source.modules_used().iter().filter(|used| *used != module) {
            let Some(there) = ORDER.iter().position(|m| m == used) else { continue };
            let below = there > here;
            let narrowed = ONLY.iter().any(|(m, only)| *m == module && !only.contains(&used.as_str()));
            let never = NEVER.iter().any(|(m, no)| *m == module && no.contains(&used.as_str()));
            if below || narrowed || never {
                problems.push(format!("{}: `{module}` must not use `{used}`", source.path));
            }
        }
    }
    problems
}

fn place_problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources {
        for (word, places, why) in PLACES {
            if source.names(word) && !places.iter().any(|place| stands_in(&source.path, place)) {
                problems.push(format!("{}: `{word}` does not belong here ({why})", source.path));
            }
        }
    }
    problems
}

fn stands_in(path: &str, place: &str) -> bool {
    match place.strip_prefix("*/") {
        Some(tail) if tail.ends_with('/') => path.contains(&format!("/{tail}")),
        Some(tail) => path.ends_with(&format!("/{tail}")),
        None => path.starts_with(place),
    }
}

fn size_problems(sources: &[Source], exceptions: &[(&str, usize)]) -> Vec<String> {
    let mut sizes = BTreeMap::new();
    let mut problems = Vec::new();
    for source in sources.iter().filter(|s| s.path != TABLES) {
        sizes.insert(source.path.clone(), (source.code_lines(), MAX_FILE_LINES));
        for function in source.functions() {
            let name = format!("{}::{}", source.path, function.name);
            if function.arguments > MAX_ARGUMENTS {
                problems.push(format!("{name}: {} arguments, at most {MAX_ARGUMENTS}", function.arguments));
            }
            let longest = sizes.get(&name).map_or(0, |(lines, _)| *lines).max(function.lines);
            sizes.insert(name, (longest, MAX_FUNCTION_LINES));
        }
    }
    for (name, (lines, limit)) in &sizes {
        let allowed = exceptions.iter().find(|(n, _)| n == name).map_or(*limit, |(_, allowed)| *allowed);
        if *lines > allowed {
            problems.push(format!("{name}: {lines} lines of code, at most {allowed}"));
        }
    }
    for (name, _) in exceptions {
        if sizes.get(*name).is_none_or(|(lines, limit)| lines <= limit) {
            problems.push(format!("{name}: the exception is not needed any more, remove it"));
        }
    }
    problems
}

fn store_problems(sources: &[Source], shared: &[(&str, &[&str])]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|s| s.path.ends_with("/mod.rs")) {
        if ["pub mod store", "pub(crate) mod store"].iter().any(|text| source.product.contains(text)) {
            problems.push(format!("{}: a store is private to its module", source.path));
        }
    }
    let tables = tables(sources);
    let mut writers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources.iter().filter(|s| s.module() != "db") {
        for table in tables.iter().filter(|t| writes(source, t)) {
            writers.entry(table).or_default().insert(source.module());
        }
    }
    for (table, modules) in &writers {
        let allowed = shared.iter().find(|(t, _)| t == table).map_or(&[][..], |(_, m)| *m);
        if modules.iter().filter(|m| !allowed.contains(*m)).count() > 1 {
            problems.push(format!("table `{table}` is written by {modules:?}, it needs one owner"));
        }
    }
    for (table, modules) in shared {
        let needed = |m: &&str| writers.get(table).is_some_and(|w| w.len() > 1 && w.contains(m));
        if !modules.iter().all(needed) {
            problems.push(format!("table `{table}`: the exception is not needed any more, remove it"));
        }
    }
    problems
}

/// Names of all tables in the schema.
fn tables(sources: &[Source]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources.iter().filter(|s| s.path == TABLES) {
        for (at, _) in source.code.match_indices("table! {") {
            let open = at + "table! ".len();
            let body = &source.code[open + 1..matching(&source.code, open)];
            // Attributes and imports may stand before `name (key) {`.
            let key = body.find(") {").and_then(|end| body[..end].rfind('('));
            if let Some(name) = key.and_then(|key| body[..key].split_whitespace().last()) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// Whether the file changes rows of `table`, by diesel or by plain SQL.
fn writes(source: &Source, table: &str) -> bool {
    let by_diesel = ["insert_into", "replace_into", "update", "delete"].iter().any(|verb| {
        word_positions(&source.product, verb).any(|(at, _)| {
            let rest = source.product[at + verb.len()..].trim_start();
            rest.strip_prefix('(').is_some_and(|inner| {
                let path: String =
                    inner.trim_start().chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
                path.split("::").any(|segment| segment == table)
            })
        })
    });
    let sql = source.raw.to_lowercase();
    by_diesel
        || ["insert into", "delete from", "update"].iter().any(|verb| {
            word_positions(&sql, table).any(|(at, _)| {
                let before = sql[..at].trim_end().trim_end_matches('"').trim_end();
                let after = sql[at + table.len()..].trim_start_matches('"').trim_start();
                before.ends_with(verb) && (*verb != "update" || after.starts_with("set "))
            })
        })
}

#[cfg(test)]
mod the_rules_bite {
    use super::*;

    fn one(path: &str, text: &str) -> Vec<Source> {
        vec![Source::new(path, text.to_owned())]
    }

    #[test]
    fn on_the_order() {
        assert_eq!(order_problems(&one("db/tx.rs", "use crate::kernel::Vnd;")), [""; 0]);
        assert_eq!(order_problems(&one("db/tx.rs", "use crate::{kernel::Vnd, office};")).len(), 1);
        assert_eq!(order_problems(&one("forms/mod.rs", "fn f() { crate::db::x() }")).len(), 1);
        assert_eq!(order_problems(&one("web/mod.rs", "use crate::integrations::sms;")).len(), 1);
        assert_eq!(order_problems(&one("helpers.rs", "")).len(), 1);
    }

    #[test]
    fn on_the_places() {
        assert_eq!(place_problems(&one("office/submit.rs", "use diesel::prelude::*;")).len(), 1);
        assert_eq!(place_problems(&one("catalog/store/search.rs", "use diesel::prelude::*;")), [""; 0]);
        assert_eq!(place_problems(&one("web/a.rs", "let x = std::env::var(k);")).len(), 1);
        assert_eq!(place_problems(&one("web/a.rs", "#[cfg(test)]\nmod tests { use diesel::x; }")), [""; 0]);
    }

    #[test]
    fn on_sizes() {
        let long = format!("fn f() {{\n{}}}\n", "let a = 1;\n".repeat(81));
        assert_eq!(size_problems(&one("a/b.rs", &long), &[]).len(), 1);
        assert_eq!(size_problems(&one("a/b.rs", &long), &[("a/b.rs::f", 81)]), [""; 0]);
        assert_eq!(size_problems(&one("a/b.rs", "fn f() {}"), &[("a/b.rs::f", 81)]).len(), 1);
        assert_eq!(size_problems(&one("a/b.rs", &"use a;\n".repeat(501)), &[]).len(), 1);
        let many = "fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {}";
        assert_eq!(size_problems(&one("a/b.rs", many), &[]).len(), 1);
    }

    #[test]
    fn on_stores() {
        assert_eq!(store_problems(&one("audit/mod.rs", "pub mod store;"), &[]).len(), 1);
        let schema = "diesel::table! {\n    #[sql_name = \"x\"]\n    people (id) { id -> Guid, }\n}";
        let write = "fn f() { diesel::insert_into(people::table).values(x) }";
        let sql = "fn f() { sql_query(\"UPDATE people SET x = 1\") }";
        let files = |other: &str| {
            let file = |path: &str, text: &str| Source::new(path, text.to_owned());
            vec![file(TABLES, schema), file("accounts/store.rs", write), file("office/store.rs", other)]
        };
        assert_eq!(store_problems(&files("fn f() { people::table.find(x) }"), &[]), [""; 0]);
        assert_eq!(store_problems(&files(write), &[]).len(), 1);
        assert_eq!(store_problems(&files(sql), &[]).len(), 1);
        assert_eq!(store_problems(&files(sql), &[("people", &["office"])]), [""; 0]);
        assert_eq!(store_problems(&files(""), &[("people", &["office"])]).len(), 1);
    }
}

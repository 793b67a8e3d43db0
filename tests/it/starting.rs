//! What an operator is told at the start: what stands in the way, in words that say which setting and what to do.

use crate::support::command::{Serving, motcua, ok, text};
use crate::support::db::FreshDatabase;
use crate::support::template::SECRET;

/// Settings of a production installation that lacks nothing.
const PRODUCTION: [(&str, &str); 13] = [
    ("MOTCUA_PROFILE", "production"),
    ("MOTCUA_SECRET_KEY", SECRET),
    ("MOTCUA_PUBLIC_URL", "https://dichvucong.hue.example"),
    ("MOTCUA__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ("MOTCUA_SMTP_URL", "smtp://portal:secret@127.0.0.1:2525"),
    ("MOTCUA__MAIL__FROM", "Một Cửa <khong-tra-loi@hue.example>"),
    ("MOTCUA__SMS__GATEWAY", "esms"),
    ("MOTCUA__SMS__ESMS__API_KEY", "key"),
    ("MOTCUA__SMS__ESMS__SECRET_KEY", "secret"),
    ("MOTCUA__SMS__ESMS__BRANDNAME", "MotCua"),
    ("MOTCUA__SMS__ESMS__URL", "http://127.0.0.1:9"),
    ("MOTCUA__SITE__EMAIL", "hotro@hue.example"),
    ("MOTCUA__LOG__FILTER", "error"),
];

/// The same with other values.
fn production(other: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let is_other = |name: &str| other.iter().any(|(n, _)| *n == name);
    PRODUCTION.into_iter().filter(|(name, _)| !is_other(name)).chain(other.iter().copied()).collect()
}

#[test]
fn check_names_what_stands_in_the_way_of_production() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let checked = motcua(dir.path(), database.url(), &[("MOTCUA_PROFILE", "production")], &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    let said = text(&checked.stdout);
    for part in ["secret:", "address:", "mail:", "SMS:", "database:"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let started = motcua(dir.path(), database.url(), &[("MOTCUA_PROFILE", "production")], &["serve"]);
    assert_eq!(started.status.code(), Some(1), "production starts without a secret");
    assert!(text(&started.stderr).contains("MOTCUA_SECRET_KEY"));
}

/// What `check` says is what keeps `serve` from starting, word for word; nothing is left for the first mail to find.
#[test]
fn production_starts_when_check_finds_nothing_and_not_before() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let run = |other: &[_], command: &str| motcua(dir.path(), database.url(), &production(other), &[command]);
    ok(&run(&[], "migrate"));
    assert!(ok(&run(&[], "check")).contains("nothing stands in the way"));
    drop(Serving::start(dir.path(), database.url(), &production(&[])));

    let wrong: [(&[(&str, &str)], &str); 5] = [
        (&[("MOTCUA_SMTP_URL", "mail.hue.example:587")], "mail: MOTCUA_SMTP_URL is no mail server's address"),
        (&[("MOTCUA__MAIL__FROM", "Một Cửa")], "mail: mail.from: `Một Cửa` is no sender"),
        (&[("MOTCUA__SMS__ESMS__SECRET_KEY", "")], "SMS: nothing stands in sms.esms.secret_key"),
        (&[("MOTCUA__SMS__ESMS__URL", "rest.esms.vn")], "SMS: sms.esms.url: `rest.esms.vn` is no address"),
        (&[("MOTCUA_PUBLIC_URL", "http://hue.example"), ("MOTCUA__SITE__EMAIL", "x@demo.invalid")], "address: "),
    ];
    for (other, what) in wrong {
        let checked = run(other, "check");
        let said = text(&checked.stdout);
        assert!(checked.status.code() == Some(1) && said.contains(what), "{said}");
        assert!(!said.contains("secret@"), "a password is shown: {said}");
        let refused = run(other, "serve");
        let told = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        let findings: Vec<&str> = told.lines().filter(|line| !line.starts_with("motcua: ")).collect();
        assert_eq!(findings, said.lines().collect::<Vec<_>>(), "other findings than those of check");
    }
    let behind = FreshDatabase::create();
    let refused = motcua(dir.path(), behind.url(), &production(&[]), &["serve"]);
    assert!(refused.status.code() == Some(1) && text(&refused.stderr).contains("motcua migrate"));
    drop(Serving::start(dir.path(), behind.url(), &[("MOTCUA_SECRET_KEY", SECRET)]));
}

/// The one line that a command which failed said.
fn refusal(output: &std::process::Output) -> String {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), said.trim().lines().count()), (Some(1), 1), "{said}");
    said.trim().to_owned()
}

#[test]
fn a_setting_that_cannot_be_is_named_with_what_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let with = |name, value| refusal(&motcua(dir.path(), database.url(), &[(name, value)], &["migrate"]));
    for (name, value, told) in [
        ("MOTCUA_LISTEN", "localhost:80", "MOTCUA_LISTEN: `localhost:80` is no address and port in digits"),
        (
            "MOTCUA__DATABASE__CONNECTIONS",
            "many",
            "MOTCUA__DATABASE__CONNECTIONS: string \"many\" stands where a whole",
        ),
        ("MOTCUA_PROFILE", "prod", "`prod` is none of development, test, production"),
        ("MOTCUA_NOW", "today", "`today` is no RFC 3339 instant"),
    ] {
        let said = with(name, value);
        assert!(said.contains(told) && !said.contains("invalid type"), "{said}");
    }
    std::fs::create_dir(dir.path().join("config")).unwrap();
    std::fs::write(dir.path().join("config/local.toml"), "[database]\nconnections = \"many\"\n").unwrap();
    let said = refusal(&motcua(dir.path(), database.url(), &[], &["migrate"]));
    assert!(said.contains("database.connections in config/local.toml: "), "{said}");
    std::fs::write(dir.path().join("config/local.toml"), "[database\n").unwrap();
    let said = refusal(&motcua(dir.path(), database.url(), &[], &["migrate"]));
    assert!(said.contains("config/local.toml can't be understood"), "{said}");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "no folder").unwrap();
    let below = format!("sqlite:{}", dir.path().join("file/motcua.sqlite3").display());
    let said = refusal(&motcua(dir.path(), &below, &[], &["serve"]));
    assert!(said.contains("/file") && said.contains("file of this name") && said.contains("MOTCUA_DATA_DIR"), "{said}");
    assert!(!said.contains("os error"), "{said}");
    let nothing = format!("sqlite:{}", dir.path().join("x.sqlite3").display());
    std::fs::write(dir.path().join("x.sqlite3"), "this is text and no database, whatever its name says").unwrap();
    let said = refusal(&motcua(dir.path(), &nothing, &[], &["migrate"]));
    assert!(said.contains("x.sqlite3 can't be opened: ") && said.contains("not a database"), "{said}");
    let database = FreshDatabase::create();
    let storage = format!("file:{}", dir.path().join("file/papers").display());
    let said = refusal(&motcua(dir.path(), database.url(), &[("MOTCUA_STORAGE_URL", &storage)], &["serve"]));
    assert!(said.contains("MOTCUA_STORAGE_URL: ") && said.contains("is a file, no folder"), "{said}");
}

/// Who is not the superuser may not write where others keep their things: said in words, nothing made.
#[cfg(unix)]
#[test]
fn a_read_only_folder_is_told_before_anything_is_made() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(data.join("probe"), "").is_ok() {
        // The superuser writes everywhere.
        return;
    }
    let database = format!("sqlite:{}", data.join("motcua.sqlite3").display());
    for command in ["serve", "migrate"] {
        let said = refusal(&motcua(dir.path(), &database, &[], &[command]));
        assert!(said.contains("may not do that there") && said.contains("MOTCUA_DATA_DIR"), "{command}: {said}");
    }
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(std::fs::read_dir(&data).unwrap().next().is_none());
}

#[test]
fn a_database_server_that_is_not_there_is_named_without_its_password() {
    let dir = tempfile::tempdir().unwrap();
    let said = refusal(&motcua(dir.path(), "postgres://motcua:hush@nowhere.invalid:5432/motcua", &[], &["migrate"]));
    assert!(said.contains("PostgreSQL at nowhere.invalid:5432/motcua can't be used: "), "{said}");
    assert!(said.contains("DATABASE_URL") && !said.contains("hush") && !said.contains("timed out"), "{said}");
}

/// A typing error in the name of the data folder makes no new installation.
#[test]
fn a_mistyped_data_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", dir.path().join("dta/motcua.sqlite3").display());
    std::fs::write(dir.path().join("units.csv"), "level,code,name,full_name,parent_code\n").unwrap();
    let officer = ["user", "create", "--role", "clerk", "--name", "Trần Thị Bình", "--identity", "046192000022"];
    for args in [
        &["migrate"][..],
        &["import", "units", "units.csv"],
        &["generate", "--dossiers", "1"],
        &[&officer[..], &["--agency", "H57"]].concat(),
    ] {
        let said = refusal(&motcua(dir.path(), &database, &[("MOTCUA_SECRET_KEY", SECRET)], args));
        assert!(said.contains("there is no folder") && said.contains("/dta:"), "{said}");
        assert!(!dir.path().join("dta").exists() && !dir.path().join("data").exists(), "{args:?} made something");
    }
}

/// Two servers on one embedded database: the second says who serves it. A killed one leaves nothing locked.
#[test]
fn one_server_serves_an_embedded_database() {
    let dir = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", dir.path().join("data/motcua.sqlite3").display());
    let env = [("MOTCUA_SECRET_KEY", SECRET)];
    let run = |args: &[&str]| motcua(dir.path(), &database, &env, args);
    let first = Serving::start(dir.path(), &database, &env);
    let said = refusal(&run(&["serve"]));
    let holder = format!("is being served already by process {} at http://127.0.0.1:", first.id());
    assert!(said.contains(&holder), "{said}");
    ok(&run(&["backup", "copy.tar.gz"]));
    assert!(ok(&run(&["audit", "verify"])).contains("every link holds"));
    assert!(ok(&run(&["migrate"])).contains("current"));
    first.kill();
    let second = Serving::start(dir.path(), &database, &env);
    assert_eq!(run(&["serve"]).status.code(), Some(1));
    drop(second);
}

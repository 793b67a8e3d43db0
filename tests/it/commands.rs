//! The command line: what is typed, what is printed, how it ends.

use std::process::Command;

use crate::support::app::{AN, PASSWORD, TestApp};
use crate::support::command::{motcua, ok, text};
use crate::support::db::FreshDatabase;
use crate::support::template::SECRET;

#[test]
fn wrong_usage_ends_with_2_and_failures_with_1_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let run = |args: &[&str]| motcua(dir.path(), database.url(), &[], args);
    assert_eq!(run(&["no-such-command"]).status.code(), Some(2));
    assert_eq!(run(&["import", "procedures"]).status.code(), Some(2));
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    let failed = run(&["import", "procedures", "nowhere.json"]);
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(text(&failed.stderr).trim().lines().count(), 1, "{}", text(&failed.stderr));
    let verbose = run(&["-v", "import", "procedures", "nowhere.json"]);
    assert!(text(&verbose.stderr).contains("because:"), "{}", text(&verbose.stderr));
    let wrong = motcua(dir.path(), "mysql://x", &[], &["migrate"]);
    assert_eq!(wrong.status.code(), Some(1));
}

#[test]
fn migrating_twice_is_safe_and_imports_are_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let run = |args: &[&str]| motcua(dir.path(), database.url(), &[], args);
    ok(&run(&["migrate"]));
    assert!(ok(&run(&["migrate"])).contains("current"));
    let units = "level,code,name,full_name,parent_code\nprovince,46,Huế,Thành phố Huế,\n";
    std::fs::write(dir.path().join("units.csv"), units).unwrap();
    assert!(ok(&run(&["import", "units", "units.csv"])).starts_with("1 added"));
    assert!(ok(&run(&["import", "units", "units.csv"])).contains("1 unchanged"));
    let bad = format!("{units}commune,1,,,99\n");
    std::fs::write(dir.path().join("bad.csv"), bad).unwrap();
    let refused = run(&["import", "units", "bad.csv"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("line 3"), "{}", text(&refused.stderr));
    assert!(ok(&run(&["audit", "verify"])).contains("every link holds"));
}

#[test]
fn an_officer_is_created_with_a_one_time_password() {
    let dir = tempfile::tempdir().unwrap();
    let t = TestApp::start();
    let agency = crate::support::app::agency();
    let now = t.app.now();
    let code = agency.code.clone();
    t.app
        .db
        .write_blocking(move |tx| motcua::accounts::agencies::save(tx, &motcua::kernel::Actor::System, &agency, now))
        .unwrap();
    let create = |role: &str, agency: &str| {
        let args = ["user", "create", "--role", role, "--name", "Trần Thị Một Cửa"];
        let more = ["--identity", "046192000022", "--agency", agency, "--email", "mot.cua@hue.invalid"];
        motcua(dir.path(), t.database_url(), &[("MOTCUA_SECRET_KEY", SECRET)], &[&args[..], &more[..]].concat())
    };
    let said = ok(&create("clerk", &code));
    assert!(said.contains("one-time password:"), "{said}");
    assert_eq!(create("clerk", &code).status.code(), Some(1), "the number is taken");
    assert_eq!(create("boss", &code).status.code(), Some(1));
    assert_eq!(create("clerk", "H99.99").status.code(), Some(1));
    let args = ["user", "create", "--role", "clerk", "--name", "A", "--identity", "097192000022", "--agency", "H57"];
    let said = text(&motcua(dir.path(), t.database_url(), &[("MOTCUA_SECRET_KEY", SECRET)], &args).stderr);
    assert!(said.contains("between 001 and 096") && !said.contains("12 digits"), "{said}");
}

/// A production installation begins without any agency: the file makes them, then the first officer can be made.
#[test]
fn agencies_are_imported_and_have_their_first_officer() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let run = |args: &[&str]| motcua(dir.path(), database.url(), &[("MOTCUA_SECRET_KEY", SECRET)], args);
    let import = |what: &str, lines: &[&str]| {
        std::fs::write(dir.path().join("file.csv"), lines.join("\n")).unwrap();
        run(&["import", what, "file.csv"])
    };
    let units = ["level,code,name,full_name,parent_code", "province,46,Huế,Thành phố Huế,"];
    ok(&import("units", &[&units[..], &["commune,19789,Thuận Hóa,Phường Thuận Hóa,46"]].concat()));
    ok(&run(&["import", "procedures", concat!(env!("CARGO_MANIFEST_DIR"), "/config/catalogue/procedures.json")]));
    let officer = ["user", "create", "--role", "accounts_admin", "--name", "Trần Thị Một Cửa", "--agency", "H57.31"];
    let officer = [&officer[..], &["--identity", "046192000022", "--email", "mot.cua@hue.invalid"]].concat();
    let early = run(&officer);
    assert!(text(&early.stderr).contains("import agencies first"), "{}", text(&early.stderr));

    let head = "code,name,kind,level,parent_code,province_code,commune_code,place,address,phone,procedures";
    let ward = "H57.31,UBND phường Minh Họa,peoples_committee,commune,H57,46,19789,Huế,,,1.001193 1.004222";
    let city = "H57,UBND thành phố Minh Họa,peoples_committee,province,,46,,Huế,,,1.001193";
    assert!(ok(&import("agencies", &[head, ward, city])).starts_with("2 added"));
    assert!(ok(&import("agencies", &[head, ward, city])).contains("2 unchanged"));

    let renamed = city.replace("thành phố Minh Họa", "thành phố Huế");
    let unknown = "H57.32,Trường Minh Họa,school,establishment,H57,46,,Huế,,,9.999999";
    let refused = import("agencies", &[head, &renamed, unknown, "H57.33,Khác,other,commune,H57,46,00004,Huế,,,"]);
    let said = text(&refused.stderr);
    assert!(refused.status.code() == Some(1) && said.contains("line 4: H57.33: there is no commune 00004"), "{said}");
    let refused = import("agencies", &[head, &renamed, unknown, &ward.replace("H57,46", "H57.99,46")]);
    assert!(text(&refused.stderr).contains("line 4: H57.31: there is no agency H57.99"), "{}", text(&refused.stderr));
    let refused = import("agencies", &[head, &renamed, unknown]);
    let said = text(&refused.stderr);
    assert!(said.contains("line 3: H57.32: there is no procedure 9.999999") && said.lines().count() == 1, "{said}");
    let circle = import("agencies", &[head, &city.replace("province,,", "province,H57.31,")]);
    assert!(text(&circle.stderr).contains("line 2: H57: an agency can't stand below itself"));
    for what in ["agencies", "units", "holidays"] {
        let said = text(&import(what, &["a,b", "1,2", "3,4"]).stderr);
        assert!(said.contains("line 1") && said.lines().count() == 1, "{what}: {said}");
    }
    assert!(ok(&import("agencies", &[head, &renamed])).contains("0 added, 1 changed"), "a refused file left something");

    assert!(ok(&run(&officer)).contains("one-time password:"));
    let t = TestApp::start_with(&[("MOTCUA_SECRET_KEY", SECRET), ("DATABASE_URL", database.url())]);
    let entries = t.app.db.read_blocking(motcua::catalog::procedures::entries).unwrap();
    let birth = entries.iter().find(|entry| entry.code == "1.001193").unwrap();
    let names: Vec<&str> = birth.agencies.iter().map(|agency| agency.name.as_str()).collect();
    assert_eq!(names, ["UBND phường Minh Họa", "UBND thành phố Huế"]);
}

/// Backup while the portal runs, restore elsewhere: the same account signs in, the same file is there.
#[test]
fn a_backup_restores_database_and_files() {
    let wait = |future: std::pin::Pin<Box<dyn Future<Output = ()>>>| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
    };
    let secret = ("MOTCUA_SECRET_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v");
    let t = TestApp::start_with(&[secret]);
    wait(Box::pin(async { t.register(&AN).await }));
    let files = t.app.settings.storage_url.strip_prefix("file:").unwrap().to_owned();
    std::fs::create_dir_all(format!("{files}/ab/cd")).unwrap();
    std::fs::write(format!("{files}/ab/cd/abcd"), b"a paper").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("copy.tar.gz");
    let archive = archive.to_str().unwrap();
    let storage = ("MOTCUA_STORAGE_URL", t.app.settings.storage_url.as_str());
    ok(&motcua(dir.path(), t.database_url(), &[secret, storage], &["backup", archive]));
    let again = motcua(dir.path(), t.database_url(), &[secret, storage], &["backup", archive]);
    assert_eq!(again.status.code(), Some(1), "a backup overwrites nothing");
    let onto_itself = motcua(dir.path(), t.database_url(), &[secret, storage], &["restore", archive]);
    assert_eq!(onto_itself.status.code(), Some(1), "a filled database is not overwritten");

    let target = FreshDatabase::create();
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = elsewhere.path().join("files");
    let to = format!("file:{}", folder.display());
    let env = [secret, ("MOTCUA_STORAGE_URL", to.as_str())];
    let other = ("MOTCUA_SECRET_KEY", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=");
    {
        let refused = motcua(elsewhere.path(), target.url(), &[other, env[1]], &["restore", archive]);
        assert_eq!(refused.status.code(), Some(1));
        let said = text(&refused.stderr);
        assert!(
            said.contains("another root secret")
                && said.contains("MOTCUA_SECRET_KEY")
                && said.trim().lines().count() == 1,
            "{said}"
        );
        assert!(!folder.exists() && !elsewhere.path().join("data").exists(), "something was restored");
    }
    ok(&motcua(elsewhere.path(), target.url(), &env, &["restore", archive]));
    assert_eq!(std::fs::read(folder.join("ab/cd/abcd")).unwrap(), b"a paper");
    let restored = TestApp::start_with(&[secret, ("DATABASE_URL", target.url()), ("MOTCUA_STORAGE_URL", to.as_str())]);
    wait(Box::pin(async { drop(restored.signed_in(AN.number, PASSWORD).await) }));
    drop(restored);
    for command in ["serve", "worker", "check"] {
        let refused = motcua(elsewhere.path(), target.url(), &[other, env[1]], &[command]);
        assert_eq!(refused.status.code(), Some(1), "{command}");
        let said = text(&refused.stderr) + &text(&refused.stdout);
        assert!(said.contains("begun under another root secret"), "{command}: {said}");
    }
}

/// Databases that are older than the mark: an account's number tells.
#[test]
fn a_database_without_a_mark_is_known_by_what_is_sealed_in_it() {
    use motcua::app::{App, root_secret};
    let t = TestApp::start();
    tokio::runtime::Runtime::new().unwrap().block_on(t.register(&AN));
    let forget = |c: &mut motcua::db::Conn| {
        diesel::RunQueryDsl::execute(diesel::sql_query("DELETE FROM settings WHERE name = 'root_secret'"), c)
    };
    t.app.db.write_blocking(move |tx| forget(tx.conn()).map_err(motcua::db::Error::from)).unwrap();
    let mut settings = t.app.settings.clone();
    assert_eq!(root_secret::fits(&t.app.db, &settings).unwrap(), Some(true));
    settings.secret_key = Some(motcua::config::Secret::new("ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="));
    assert_eq!(root_secret::fits(&t.app.db, &settings).unwrap(), Some(false));
    assert!(App::open(settings).is_err_and(|e| e.to_string().contains("another root secret")));
    assert!(t.app.db.read_blocking(root_secret::mark).unwrap().is_none(), "the wrong secret left its mark");
    App::open(t.app.settings.clone()).unwrap();
    assert!(t.app.db.read_blocking(root_secret::mark).unwrap().is_some());
}

#[test]
fn looking_makes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", dir.path().join("data/motcua.sqlite3").display());
    let run = |args: &[&str]| motcua(dir.path(), &database, &[], args);
    let checked = run(&["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(text(&checked.stdout).contains("there is no database at"), "{}", text(&checked.stdout));
    for args in [
        &["backup", "copy.tar.gz"][..],
        &["audit", "verify"],
        &["report", "kpi", "--from", "2026-01-01", "--to", "2026-02-01"],
    ] {
        let refused = run(args);
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused.stderr).contains("there is no database at"), "{}", text(&refused.stderr));
    }
    let mistyped = run(&["migrate"]);
    assert!(text(&mistyped.stderr).contains("there is no folder"), "{}", text(&mistyped.stderr));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "something was made");
    std::fs::create_dir(dir.path().join("data")).unwrap();
    ok(&run(&["migrate"]));
    let nowhere = run(&["backup", "missing/copy.tar.gz"]);
    assert!(text(&nowhere.stderr).contains("missing: there is no such folder"), "{}", text(&nowhere.stderr));
    assert!(!dir.path().join("missing").exists());
}

#[test]
fn a_taken_port_and_misspelt_settings_say_so_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = motcua(dir.path(), database.url(), &[], &["serve", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(
        said.contains("can't be listened on: Address already in use") && said.trim().lines().count() == 1,
        "{said}"
    );

    let wrong = [("MOTCUA__SERVER__LISTNE", "127.0.0.1:1")];
    let refused = motcua(dir.path(), database.url(), &wrong, &["migrate"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("MOTCUA__SERVER__LISTEN"), "{}", text(&refused.stderr));
    let misspelt = [("MOTCUA_PUBLIC_ULR", "https://a.example")];
    let said = motcua(dir.path(), database.url(), &misspelt, &["migrate"]);
    ok(&said);
    assert!(text(&said.stderr).contains("MOTCUA_PUBLIC_URL"), "{}", text(&said.stderr));
    let checked = motcua(dir.path(), database.url(), &misspelt, &["check"]);
    assert!(text(&checked.stdout).contains("note: MOTCUA_PUBLIC_ULR"), "{}", text(&checked.stdout));
}

#[test]
fn what_does_not_start_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (data, taken) = (dir.path().join("data"), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let database = format!("sqlite:{}", data.join("motcua.sqlite3").display());
    let address = taken.local_addr().unwrap().to_string();
    let refused = motcua(dir.path(), &database, &[], &["serve", "--listen", &address]);
    assert!(text(&refused.stderr).contains("can't be listened on"), "{}", text(&refused.stderr));
    assert!(!data.exists(), "a taken port is seen before anything is made");

    // The data folder of another installation: its database is known by its mark, and gets no second secret.
    let t = TestApp::start();
    for command in ["serve", "worker", "seed demo"] {
        let args: Vec<&str> = command.split(' ').collect();
        let refused = motcua(dir.path(), t.database_url(), &[], &args);
        assert_eq!(refused.status.code(), Some(1), "{command}");
        let said = text(&refused.stderr);
        assert!(said.contains("begun under another root secret"), "{command}: {said}");
        assert!(!data.join("secret.key").exists(), "{command} left a secret that fits nothing");
    }
}

#[test]
fn every_command_takes_a_data_folder() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_motcua"));
        command.env_clear().current_dir(dir.path()).env("MOTCUA_PROFILE", "test").args(args).output().unwrap()
    };
    std::fs::create_dir(dir.path().join("here")).unwrap();
    ok(&run(&["migrate", "--data-dir", "here"]));
    assert!(dir.path().join("here/motcua.sqlite3").exists() && !dir.path().join("data").exists());
    let checked = text(&run(&["check", "--data-dir", "here"]).stdout);
    assert!(!checked.contains("database:"), "{checked}");
    let missing = text(&run(&["check", "--data-dir", "there"]).stdout);
    assert!(missing.contains("there is no database at there"), "{missing}");
    ok(&run(&["--data-dir", "here", "backup", "copy.tar.gz"]));
    ok(&run(&["restore", "copy.tar.gz", "--data-dir", "there"]));
    assert!(dir.path().join("there/motcua.sqlite3").exists() && !dir.path().join("data").exists());
    let help = text(&run(&["restore", "--help"]).stdout);
    assert!(help.contains("--data-dir <DIR>"), "{help}");
}

#[test]
fn a_settings_file_of_another_version_is_told_and_no_hindrance() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    let config = dir.path().join("config");
    std::fs::create_dir(&config).unwrap();
    let run = |args: &[&str]| motcua(dir.path(), database.url(), &[], args);
    std::fs::write(config.join("local.toml"), "[vneid]\nkey = \"x\"\n[limits]\nupload_mib = 20\n").unwrap();
    let migrated = run(&["migrate"]);
    ok(&migrated);
    let said = text(&migrated.stderr);
    assert!(said.contains("vneid in config/local.toml is no setting"), "{said}");
    assert!(said.contains("limits.upload_mib in config/local.toml is no setting any more"), "{said}");
    assert!(text(&run(&["check"]).stdout).contains("note: vneid in config/local.toml"));
    std::fs::write(config.join("local.toml"), "[limits]\nbrust = 20\n").unwrap();
    let refused = run(&["migrate"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(said.contains("limits.brust in config/local.toml") && said.contains("limits.burst"), "{said}");
}

#[test]
fn what_is_no_backup_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let database = FreshDatabase::create();
    std::fs::write(dir.path().join("x.tar.gz"), b"not an archive").unwrap();
    let refused = motcua(dir.path(), database.url(), &[], &["restore", "x.tar.gz"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(text(&refused.stderr).trim().lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_data_is_whole_and_sends_nothing() {
    let t = TestApp::start_with(&[("MOTCUA_PROFILE", "development")]);
    let wanted = motcua::commands::generate::Wanted { dossiers: 24, citizens: Some(7), months: 2, seed: 3 };
    let before =
        motcua::commands::generate::generate(&t.app, motcua::commands::generate::Wanted { dossiers: 0, ..wanted });
    assert_eq!(before.await.unwrap().dossiers, 0);
    let jobs = |t: &TestApp| {
        let app = t.app.clone();
        async move {
            app.db.read(|c| motcua::outbox::health(c, motcua::kernel::clock::machine_now())).await.unwrap().waiting
        }
    };
    let waiting = format!("{:?}", jobs(&t).await);
    let other = motcua::commands::generate::Wanted { seed: 4, ..wanted };
    let made = motcua::commands::generate::generate(&t.app, other).await.unwrap();
    assert_eq!((made.dossiers, made.citizens), (24, 7));
    assert!(made.open < 24, "{made:?}");
    assert_eq!(format!("{:?}", jobs(&t).await), waiting, "nothing was put into the outbox");
    let usual = motcua::commands::generate::Wanted { dossiers: 20, citizens: None, months: 12, seed: 1 };
    assert_eq!(motcua::commands::generate::generate(&t.app, usual).await.unwrap().dossiers, 20);
    let again = motcua::commands::generate::generate(&t.app, other).await;
    let told = again.unwrap_err().to_string();
    assert_eq!(told, "the people of seed 4 are in this database already: name another, such as --seed 5");
    let verified = Command::new(env!("CARGO_BIN_EXE_motcua"))
        .env("MOTCUA_PROFILE", "test")
        .env("MOTCUA_DATA_DIR", std::env::temp_dir())
        .env("DATABASE_URL", t.database_url())
        .args(["audit", "verify"])
        .output()
        .unwrap();
    assert!(ok(&verified).contains("every link holds"));
}

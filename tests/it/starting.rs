//! What an operator is told at the start: what stands in the way, in words that say which setting and what to do.

use std::path::Path;

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

/// Whether a folder holds nothing.
fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

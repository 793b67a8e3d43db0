//! What would stop a production start: `check` prints it, and `serve` and `worker` don't start in production while there
//! is anything of it. It only looks: nothing is made, nothing is sent.

use std::path::Path;

use anyhow::bail;

use crate::accounts::people;
use crate::app::{self, root_secret};
use crate::config::{Settings, SmsGateway};
use crate::db::{Db, migrate};
use crate::integrations::payment;

/// Prints every hindrance; with one it is an error.
pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    for unknown in &settings.unknown_names {
        println!("note: {unknown}");
    }
    none(settings, |hindrance| println!("{hindrance}"))?;
    println!("nothing stands in the way of a production start");
    Ok(())
}

/// Tells every hindrance, a line each.
///
/// # Errors
/// That there are some.
pub(super) fn none(settings: &Settings, tell: impl Fn(&str)) -> anyhow::Result<()> {
    let found = hindrances(settings);
    for (part, what) in &found {
        tell(&format!("{part}: {what}"));
    }
    match found.len() {
        0 => Ok(()),
        1 => bail!("one thing stands in the way of a production start"),
        more => bail!("{more} things stand in the way of a production start"),
    }
}

/// What stands in the way: the part and what to do.
fn hindrances(settings: &Settings) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut note = |part, what: &str| found.push((part, what.to_owned()));
    if settings.secret_key.is_none() {
        note("secret", "MOTCUA_SECRET_KEY is not set; make one with `openssl rand -base64 48`");
    } else if settings.data_dir.join("secret.key").exists() && settings.is_development() {
        note("secret", "the secret may be the one made for development; set MOTCUA_SECRET_KEY");
    }
    if settings.now.is_some() {
        note("clock", "MOTCUA_NOW moves the clock");
    }
    if !settings.public_url.starts_with("https://") {
        note("address", "MOTCUA_PUBLIC_URL must begin with https://");
    }
    if settings.server.trusted_proxies.is_empty() && settings.server.listen.ip().is_loopback() {
        note("TLS proxy", "no trusted proxy (MOTCUA__SERVER__TRUSTED_PROXIES): every visitor would have its address");
    }
    if settings.smtp_url.is_none() {
        note("mail", "MOTCUA_SMTP_URL is not set: mail would stay in the development mailbox");
    }
    if settings.mail.from.trim_end_matches('>').ends_with(".invalid") {
        note("mail", "mail.from still holds the demonstration's sender, which mail servers refuse");
    }
    if settings.sms.gateway == SmsGateway::Mailbox {
        note("SMS", "sms.gateway is the development mailbox");
    }
    app::message_faults(settings).into_iter().for_each(|(part, what)| note(part, &what));
    if let Err(e) = payment::gateways(settings) {
        note("online payment", &e.to_string());
    }
    if settings.site.email.ends_with(".invalid") {
        note("site", "site.place, site.hotline and site.email still hold the demonstration's values");
    }
    if let Err(what) = storage(settings) {
        note("storage", &what);
    }
    match app::open_existing_database(settings) {
        Ok(db) => database(&db, settings, &mut note),
        Err(e) => note("database", &e.to_string()),
    }
    found
}

/// Whether files can be written where the settings say, or the folder for them can be made there.
fn storage(settings: &Settings) -> Result<(), String> {
    let Some(folder) = settings.storage_url.strip_prefix("file:") else {
        return Err(format!("{}: only file:DIR is supported", settings.storage_url));
    };
    let folder = std::path::absolute(folder).map_err(|e| format!("{folder}: {e}"))?;
    let there = folder.ancestors().find(|f| f.exists()).unwrap_or(Path::new("/"));
    let probe = there.join(format!(".check-{}", std::process::id()));
    std::fs::write(&probe, b"ok")
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|e| format!("{} can't be written: {e}", folder.display()))
}

fn database(db: &Db, settings: &Settings, note: &mut impl FnMut(&'static str, &str)) {
    match migrate::is_current(db) {
        Ok(true) => {}
        Ok(false) => return note("database", "the schema is behind: run `motcua migrate`"),
        Err(e) => return note("database", &e.to_string()),
    }
    match db.read_blocking(people::any_demo) {
        Ok(false) => {}
        Ok(true) => note("demonstration accounts", "there are some: begin with an empty database"),
        Err(e) => note("database", &e.to_string()),
    }
    match root_secret::fits(db, settings) {
        Ok(Some(false)) => note("secret", &app::Error::OtherSecret.to_string()),
        Ok(Some(true) | None) => {}
        Err(e) => note("secret", &e.to_string()),
    }
}

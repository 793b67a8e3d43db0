//! `user create`: an officer or administrator with a one-time password.

use anyhow::{Context as _, anyhow};

use super::cli::UserCreate;
use crate::accounts::create_officer::{self, CreateOfficer};
use crate::accounts::{agencies, password, seal};
use crate::config::Settings;
use crate::kernel::national::{Party, PersonalNumber, Phone};
use crate::kernel::{Actor, Role};

/// Creates the account and prints its one-time password.
pub(super) fn create(args: &UserCreate, settings: &Settings) -> anyhow::Result<()> {
    let role = Role::parse(&args.role).ok_or_else(|| {
        let all: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        anyhow!("--role {}: none of {}", args.role, all.join(", "))
    })?;
    let number = PersonalNumber::parse(&args.identity).map_err(|e| anyhow!("--identity: {e}"))?;
    let phone = match &args.phone {
        Some(typed) => Some(Phone::parse(typed).map_err(|_| anyhow!("--phone {typed}: no phone number"))?),
        None => None,
    };
    let app = super::ready(settings)?;
    let agency = app
        .db
        .read_blocking(|conn| agencies::by_code(conn, &args.agency))?
        .ok_or_else(|| anyhow!("--agency {}: there is no agency of this code; import agencies first", args.agency))?;
    let once = password::one_time().context("a password could not be made")?;
    let hash = tokio::runtime::Runtime::new()?.block_on(app.hasher.hash(&once))?;
    let cmd = CreateOfficer {
        role,
        agency: agency.id,
        unit: None,
        field: None,
        full_name: args.name.clone(),
        party: seal(&app.keys, &Party::person(&number))?,
        email: args.email.clone(),
        phone: phone.map(|phone| phone.as_str().to_owned()),
        password: hash,
        must_change_password: true,
        totp_sealed: None,
        is_demo: false,
    };
    let now = app.now();
    let account = app.db.write_blocking(move |tx| create_officer::act(tx, &Actor::System, &cmd, now))?;
    println!("{} ({}, {})", account.full_name, role.as_str(), agency.name);
    println!("one-time password: {once}");
    println!("it is asked to be replaced, and a second factor to be set up, at the first sign-in");
    Ok(())
}

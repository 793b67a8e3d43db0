//! `seed demo`: the demonstration data (contract.md §7). Every person, agency code and dossier is invented and says so.

mod agencies;
mod catalogue;
mod dossiers;
mod people;
mod told;

use anyhow::{Context, bail};

use crate::app::App;
use crate::db;

/// The password of every demonstration account.
pub const PASSWORD: &str = "MotCua@2026";
/// The TOTP secret of all officers, administrators and the auditor.
pub const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXP";

/// Loads the demonstration data.
///
/// # Errors
/// In production, on a database that already has dossiers or accounts, and when a part can't be written.
pub async fn demo(app: &App) -> anyhow::Result<()> {
    if !app.settings.is_development() {
        bail!("demonstration data is not loaded in production");
    }
    if !is_empty(app).await? {
        bail!("this database already has accounts or dossiers; demonstration data is only loaded into an empty one");
    }
    catalogue::load(app).await.context("catalogue")?;
    let agencies = agencies::load(app).await.context("agencies")?;
    let people = people::load(app, &agencies).await.context("accounts")?;
    dossiers::load(app, &people).await.context("dossiers")?;
    Ok(())
}

/// What is not in the demonstration because the program was built without the feature `pdf`.
pub fn left_out(app: &App) -> Option<&'static str> {
    let without = "built without the feature `pdf`: no result is signed and handed over, papers can't be opened";
    (!app.archive.sets_papers()).then_some(without)
}

/// Whether nothing has been entered yet.
///
/// # Errors
/// A failure of the database.
pub async fn is_empty(app: &App) -> Result<bool, db::Error> {
    app.db
        .read(|conn| {
            let accounts = crate::accounts::people::any(conn)?;
            Ok(!accounts && !crate::dossiers::any(conn)?)
        })
        .await
}

/// The sign-ins that `serve` prints and the sign-in page shows in development: identifier, Vietnamese, English.
pub fn sign_ins() -> &'static [(&'static str, &'static str, &'static str)] {
    people::SIGN_INS
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::people;
    use crate::app::PaperError;
    use crate::config::{self, Overrides};
    use crate::documents::ArchiveError;
    use crate::documents::pdf::PdfError;
    use crate::dossiers::{self, Status};
    use crate::kernel::{Actor, PageRequest};

    /// As in a build without the feature `pdf`: all is there but what is signed, and it is said.
    #[test]
    fn without_papers_the_demonstration_loads_and_says_what_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let environment = [("MOTCUA_PROFILE", "test"), ("MOTCUA_NOW", "2026-11-18T09:00:00+07:00")];
        let over = Overrides {
            data_dir: Some(dir.path().to_owned()),
            environment: Some(environment.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec()),
            ..Overrides::default()
        };
        let (app, _) = App::open(config::load(over).unwrap()).unwrap();
        let app = app.without_papers().unwrap();
        assert!(left_out(&app).is_some_and(|what| what.contains("`pdf`")));
        let play = async {
            demo(&app).await.unwrap_or_else(|e| panic!("{e:#}"));
            let of_an = |c: &mut db::Conn| {
                let an = people::by_email(c, "an@demo.invalid")?.into_iter().next().ok_or(db::Error::NotFound)?;
                dossiers::of_account(c, an.id, &PageRequest::new(Some(100), None))
            };
            let lines = app.db.read(of_an).await.unwrap().items;
            let named = |status| lines.iter().find(|line| line.status == status).map(dossiers::list::DossierLine::name);
            assert!(named(Status::HandedOver).is_none(), "nothing could be signed");
            assert!(named(Status::Decided).is_some(), "but decided");
            let accepted = named(Status::Accepted).unwrap();
            let paper = app.paper_pdf(&Actor::System, &accepted, "mau-01").await;
            assert!(matches!(paper, Err(PaperError::Archive(ArchiveError::Pdf(PdfError::NotBuilt)))), "{paper:?}");
        };
        tokio::runtime::Runtime::new().unwrap().block_on(play);
    }
}

//! `/can-bo/ho-so/{code}/thong-bao`: the scan of the notice that a request for payment rests on.

use actix_multipart::Multipart;
use actix_web::web::Path;

use super::{address, open_logged};
use crate::app::filing::{Opened, Upload as NewFile};
use crate::db;
use crate::office::{ActError, obligations};
use crate::templating::FlashKind;
use crate::templating::pages::office::NoticeScan;
use crate::templating::pages::parts::FormError;
use crate::web::papers::told;
use crate::web::upload::{self, Upload};
use crate::web::{Result, Visit};

/// The field of the file.
const FILE: &str = "scan";

/// `GET /can-bo/ho-so/{code}/thong-bao`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    let opened = open_logged(&visit, &name).await?;
    may(&visit, &opened).await?;
    visit.page(&page(&visit, &opened, None))
}

/// `POST /can-bo/ho-so/{code}/thong-bao`: keeps the scan; the citizen reads it, too.
pub async fn save(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let sent = upload::read_form(&visit, body).await?;
    let opened = open_logged(&visit, &name).await?;
    may(&visit, &opened).await?;
    let fault = match attach(&visit, &name, sent).await? {
        None => {
            visit.say(FlashKind::Success, "obligation-scan-kept", &[]);
            return visit.see_other(&address(&opened));
        }
        Some(fault) => fault,
    };
    visit.page_again(&page(&visit, &opened, Some(fault)))
}

/// Attaches the first file that was sent. Answers what is wrong with it.
async fn attach(visit: &Visit, name: &str, sent: Upload) -> Result<Option<String>> {
    let Some(file) = sent.files.into_iter().find(|file| file.field == FILE) else {
        return Ok(Some(visit.text("obligation-scan-none", &[])));
    };
    if let Some(refusal) = file.refusal() {
        return Ok(Some(refusal.message(visit.lang).to_owned()));
    }
    let shown: String = file.name.chars().filter(|c| !c.is_control()).take(80).collect();
    let new = NewFile { paper: None, file_name: file.name, content: file.content };
    match visit.app.attach_notice(&visit.actor, name, new).await {
        Ok(_) => Ok(None),
        Err(e) => Ok(Some(told(visit, (FILE.to_owned(), &shown), e)?.1)),
    }
}

/// Refuses who may not, or where no notice waits.
async fn may(visit: &Visit, opened: &Opened) -> Result<()> {
    let (who, opened) = (visit.actor.clone(), opened.clone());
    let read =
        move |conn: &mut db::Conn| obligations::awaits_scan(conn, &who, (&opened.dossier, &opened.rules)).map(drop);
    Ok(visit.app.db.read(read).await.map_err(|e: ActError| e)?)
}

fn page(visit: &Visit, opened: &Opened, fault: Option<String>) -> NoticeScan {
    NoticeScan {
        code: opened.dossier.name(),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        back: address(opened),
        action: format!("{}/thong-bao", address(opened)),
        errors: fault.iter().map(|text| FormError::at("f-scan", text.clone())).collect(),
        error: fault,
    }
}

//! `audit verify`: walks the hash chains of dossier events and of the access log.

use anyhow::bail;

use crate::audit::verify;
use crate::config::Settings;
use crate::{app, dossiers};

/// Dossiers read at once.
const BATCH: i64 = 500;

/// Says how much was walked; the first broken link is an error.
pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let db = app::open_existing_database(settings)?;
    let (events, broken) = db.read_blocking(|conn| dossiers::verify_events(conn, BATCH))?;
    println!("{events} dossier events");
    if let Some(link) = broken {
        bail!("broken link: dossier {}, event {}", link.dossier, link.seq);
    }
    let walked = db.read_blocking(verify::access_log)?;
    println!("{} entries of the access log, {} sealed days", walked.entries, walked.days_sealed);
    if let Some(broken) = walked.broken {
        bail!("broken link: {broken}");
    }
    println!("every link holds");
    Ok(())
}

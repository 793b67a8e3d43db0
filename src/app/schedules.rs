//! What the product does to dossiers by itself: scans, automatic decisions after payment, lapses, drafts that run out.

use jiff::SignedDuration;

use super::App;
use crate::db::Error;
use crate::documents::SCAN_JOB;
use crate::dossiers::{self, Dossier};
use crate::kernel::{DossierId, Timestamp, local_date};
use crate::notifications::{Event, notify};
use crate::office::{ActError, automatic, begin, lapse, obligations};
use crate::outbox::{Answer, Every, Registry};

/// Supplements that nobody answered, silence that is consent.
const LAPSES: &str = "office.lapses";
/// Drafts that ran out, and notices of those that will.
const DRAFTS: &str = "office.drafts";
/// Last days to pay that are near.
const REMINDERS: &str = "office.payment_reminders";
/// Files that nothing refers to any more.
const SWEEP: &str = "documents.sweep";
/// How long nothing must have referred to a file before it goes: a backup whose database was copied before still finds it.
const SWEEP_GRACE: SignedDuration = SignedDuration::from_hours(24);
/// How many dossiers one run looks at, or one part of it; the rest waits for the next.
const BATCH: i64 = 200;
/// Days before its end that the owner of a draft is told (domain.md, Statuses).
const WARNING_DAYS: i64 = 14;

impl App {
    /// Names the handlers and schedules of dossiers.
    pub(super) fn register_dossier_jobs(&self, registry: &mut Registry) {
        let app = self.clone();
        registry.on(SCAN_JOB, move |job, now| {
            let app = app.clone();
            async move {
                let Some(hash) = job.payload.get("hash").and_then(|h| h.as_str()) else {
                    return Answer::give_up("the job names no file");
                };
                match app.archive.scan(hash, now).await {
                    Ok(_) => Answer::done(),
                    Err(e) => Answer::retry(e.to_string()),
                }
            }
        });
        let app = self.clone();
        registry.on(automatic::SETTLE, move |job, now| {
            let app = app.clone();
            async move {
                let id = job.payload.get("dossier").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
                let Some(id) = id else { return Answer::give_up("the job names no dossier") };
                match app.settle_paid(id, now).await {
                    Ok(()) => Answer::done(),
                    Err(e @ (ActError::Db(_) | ActError::Stale { .. })) => Answer::retry(e.to_string()),
                    // It stays filed, for an officer.
                    Err(e) => Answer::give_up(e.to_string()),
                }
            }
        });
        let app = self.clone();
        registry.on(LAPSES, move |_, now| {
            let app = app.clone();
            async move { ended(app.run_lapses(now).await) }
        });
        let app = self.clone();
        registry.on(DRAFTS, move |_, now| {
            let app = app.clone();
            async move { ended(app.run_drafts(now).await) }
        });
        let app = self.clone();
        registry.on(REMINDERS, move |_, now| {
            let app = app.clone();
            async move { ended(app.run_reminders(now).await) }
        });
        let app = self.clone();
        registry.on(SWEEP, move |_, now| {
            let app = app.clone();
            async move {
                match app.archive.sweep(SWEEP_GRACE, now).await {
                    Ok(0) => Answer::done(),
                    Ok(removed) => {
                        tracing::info!(removed, "files that nothing refers to were removed");
                        Answer::done()
                    }
                    Err(e) => Answer::retry(e.to_string()),
                }
            }
        });
        registry.every(SWEEP, Every::DayAt(jiff::civil::time(4, 0, 0, 0)));
        // In the morning: nobody is written to at night about money.
        registry.every(REMINDERS, Every::DayAt(jiff::civil::time(8, 0, 0, 0)));
        registry.every(LAPSES, Every::Minutes(15));
        registry.every(DRAFTS, Every::DayAt(jiff::civil::time(3, 0, 0, 0)));
    }

    async fn run_lapses(&self, now: Timestamp) -> Result<(), Error> {
        let today = local_date(now);
        let late = self.db.read(move |c| dossiers::lapsed_supplements(c, today, BATCH)).await?;
        for id in late {
            self.each(id, now, |tx, id, rules, now| lapse::lapse(tx, id, rules, now).map(drop)).await?;
        }
        let silent = self.db.read(move |c| dossiers::awaiting_confirmation(c, BATCH)).await?;
        for id in silent {
            self.each(id, now, |tx, id, rules, now| lapse::consent_by_silence(tx, id, rules, now).map(drop)).await?;
        }
        Ok(())
    }

    async fn run_reminders(&self, now: Timestamp) -> Result<(), Error> {
        let days = self.settings.obligations.remind_days;
        let mut last = None;
        loop {
            // All of them today: the day to pay does not wait for another run.
            let near = self.db.read(move |c| obligations::to_remind(c, (now, days), (last, BATCH))).await?;
            for &id in &near {
                match self.each(id, now, obligations::remind).await {
                    Ok(()) => {}
                    Err(e @ (Error::Busy(_) | Error::Closed)) => return Err(e),
                    // One dossier that can't be told of must not keep the others.
                    Err(error) => tracing::warn!(dossier = %id, %error, "nobody was reminded of the last day to pay"),
                }
            }
            match near.last() {
                Some(&id) => last = Some(id),
                None => return Ok(()),
            }
        }
    }

    /// One act upon one dossier; that it is not due or not possible any more is no failure.
    async fn each(
        &self,
        id: DossierId,
        now: Timestamp,
        act: fn(&mut crate::db::Tx<'_>, DossierId, &crate::office::Rules, Timestamp) -> Result<(), ActError>,
    ) -> Result<(), Error> {
        let app = self.clone();
        let rules = self
            .db
            .read(move |c| {
                let dossier = dossiers::by_id(c, id)?;
                app.rules_of(c, &dossier).map(|(rules, _)| rules)
            })
            .await?;
        match self.db.write(move |tx| act(tx, id, &rules, now)).await {
            Err(ActError::Db(e)) => Err(e),
            Err(e) => {
                tracing::debug!(dossier = %id, reason = %e, "left alone");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    async fn run_drafts(&self, now: Timestamp) -> Result<(), Error> {
        let soon = now.plus_days(WARNING_DAYS);
        for id in self.db.read(move |c| dossiers::expiring_drafts(c, soon, BATCH)).await? {
            self.warn_of_draft(id, now).await?;
        }
        for id in self.db.read(move |c| dossiers::expired_drafts(c, now, BATCH)).await? {
            let gone = self.db.write(move |tx| begin::discard(tx, &crate::kernel::Actor::System, id, now)).await;
            if let Err(e) = gone {
                // One draft that can't go must not keep the others.
                tracing::warn!(draft = %id, error = %e, "an expired draft was left");
            }
        }
        Ok(())
    }

    async fn warn_of_draft(&self, id: DossierId, now: Timestamp) -> Result<(), Error> {
        let catalogue = self.catalogue.clone();
        self.db
            .write(move |tx| {
                let mut draft: Dossier = dossiers::lock(tx.conn(), id)?;
                let (Some(account), Some(end)) = (draft.applicant_account, draft.draft_expires_at) else {
                    return Ok(());
                };
                let account = crate::accounts::people::by_id(tx.conn(), account)?;
                let recipient = crate::accounts::recipient(&account);
                let published = catalogue.revision_on(tx.conn(), draft.revision_id)?;
                let event = Event::DraftExpiring {
                    dossier: id,
                    procedure: match published {
                        Some(published) => published.content.name.get(recipient.lang).to_owned(),
                        None => draft.summary.clone().unwrap_or_default(),
                    },
                    expires_on: local_date(end),
                };
                notify(tx, &event, &recipient, now)?;
                draft.warned = 1;
                match dossiers::save(tx.conn(), &mut draft, now) {
                    Ok(()) => Ok(()),
                    Err(dossiers::SaveError::Stale) => Err(Error::Busy("the draft was saved meanwhile".to_owned())),
                    Err(dossiers::SaveError::Db(e)) => Err(e),
                }
            })
            .await
    }
}

fn ended(run: Result<(), Error>) -> Answer {
    match run {
        Ok(()) => Answer::done(),
        Err(e) => Answer::retry(e.to_string()),
    }
}

//! What the worker does: a handler for each kind of job, and the jobs that come by themselves.

use jiff::civil::time;

use super::{App, Error};
use crate::accounts::sessions;
use crate::audit::verify;
use crate::config::Settings;
use crate::integrations::messages;
use crate::kernel::local_date;
use crate::notifications::{Portal, Sender};
use crate::outbox::{Answer, Every, Registry};

/// Forgets ended sessions, old codes and counters.
const PURGE: &str = "accounts.purge";
/// Seals the access log of the day before.
const SEAL: &str = "audit.seal";

/// What keeps mail or SMS from being sent with these settings: the part, and the setting at fault. Mailer and gateway are
/// put together as the worker does it; nothing is sent and nobody is called.
pub fn message_faults(settings: &Settings) -> Vec<(&'static str, String)> {
    // The mail client wants a runtime around it even to be put together.
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(e) => return vec![("mail", e.to_string())],
    };
    let _inside = runtime.enter();
    let mail = messages::mailer(settings).err().map(|e| ("mail", e.to_string()));
    let sms = messages::sms_gateway(settings).err().map(|e| ("SMS", e.to_string()));
    mail.into_iter().chain(sms).collect()
}

impl App {
    /// Every handler and schedule. Within a tokio runtime only: the mail client begins a task of its own.
    ///
    /// # Errors
    /// A mail server or SMS gateway whose settings can't be used.
    pub fn jobs(&self) -> Result<Registry, Error> {
        let mut registry = Registry::new();
        let mailer = messages::mailer(&self.settings).map_err(|e| Error::Messages(e.to_string()))?;
        let sms = messages::sms_gateway(&self.settings).map_err(|e| Error::Messages(e.to_string()))?;
        let portal = Portal::new(&self.settings.public_url);
        Sender::new(self.db.clone(), self.clock.clone(), portal, mailer, sms).register(&mut registry);
        let db = self.db.clone();
        registry.on(PURGE, move |_, now| {
            let db = db.clone();
            async move { answer(db.write(move |tx| sessions::purge(tx, now)).await) }
        });
        registry.every(PURGE, Every::DayAt(time(2, 30, 0, 0)));
        let db = self.db.clone();
        registry.on(SEAL, move |_, now| {
            let db = db.clone();
            let yesterday = local_date(now).yesterday().unwrap_or_else(|_| local_date(now));
            async move { answer(db.write(move |tx| verify::seal_day(tx, yesterday, now)).await) }
        });
        registry.every(SEAL, Every::DayAt(time(0, 10, 0, 0)));
        self.register_dossier_jobs(&mut registry);
        self.register_payment_jobs(&mut registry);
        self.register_refund_jobs(&mut registry);
        Ok(registry)
    }
}

fn answer<T>(done: Result<T, crate::db::Error>) -> Answer {
    match done {
        Ok(_) => Answer::done(),
        Err(e) => Answer::retry(e.to_string()),
    }
}

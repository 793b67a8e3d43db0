//! Sending a notice: the handler of `notice.send` jobs.

use std::sync::Arc;

use super::compose::Portal;
use super::notice::{Channel, NoticeState};
use super::notify::SEND;
use super::ports::{Mail, Mailer, Outcome, Sms, SmsGateway};
use super::store::{self, Ended, Outgoing};
use crate::db::{Db, Error};
use crate::kernel::{Clock, Lang, NoticeId, Timestamp};
use crate::outbox::{Answer, Claimed, Registry};
use crate::templating::letter_word;

/// What stands with a notice whose earlier try was cut off, so that the person may get it twice.
pub const MAYBE_SENT: &str = "có thể đã gửi trước đó";
/// Provider of messages that never leave the house.
const MAILBOX: &str = "mailbox";
/// Said of a code whose time ran out before it could be sent.
const TOO_LATE: &str = "hết hạn trước khi gửi được";

/// Sends notices over the ports it is given.
#[derive(Clone)]
pub struct Sender {
    db: Db,
    clock: Clock,
    portal: Portal,
    mailer: Arc<dyn Mailer>,
    sms: Arc<dyn SmsGateway>,
}

/// A notice ready to go out.
enum Message {
    Mail(Mail),
    Sms(Sms),
}

impl Sender {
    /// A sender over these ports.
    pub fn new(db: Db, clock: Clock, portal: Portal, mailer: Arc<dyn Mailer>, sms: Arc<dyn SmsGateway>) -> Self {
        Self { db, clock, portal, mailer, sms }
    }

    /// Names this sender as the handler of `notice.send`.
    pub fn register(self, registry: &mut Registry) {
        registry.on(SEND, move |job, now| {
            let sender = self.clone();
            async move { sender.run(job, now).await }
        });
    }

    /// Runs one try.
    pub async fn run(&self, job: Claimed, now: Timestamp) -> Answer {
        let Some(id) = job.payload.get("notice").and_then(|v| v.as_str()).and_then(|s| s.parse::<NoticeId>().ok())
        else {
            return Answer::give_up("the job names no notice");
        };
        match self.db.read(move |c| store::outgoing_by_id(c, id)).await {
            Ok(Some(notice)) => self.send(job, notice, now).await,
            Ok(None) => Answer::done(),
            Err(e) => Answer::retry(e.to_string()),
        }
    }

    async fn send(&self, job: Claimed, notice: Outgoing, now: Timestamp) -> Answer {
        let id = notice.id;
        if notice.state == NoticeState::Sent {
            return Answer::done();
        }
        let provider = self.provider(&notice);
        if too_late(&job, now) {
            let ended =
                Ended { state: NoticeState::Failed, remark: Some(TOO_LATE.into()), ..self.fresh(&notice, provider) };
            return Answer::done().recording(move |tx| store::ended(tx.conn(), id, &ended, now));
        }
        if provider == MAILBOX {
            let ended = Ended { remark: None, masked: None, ..self.fresh(&notice, MAILBOX) };
            return Answer::done().recording(move |tx| store::ended(tx.conn(), id, &ended, now));
        }
        let remark = remark_at_start(&notice);
        let begun = remark.clone();
        // Written before the message leaves: a try that is cut off now is recognised by the next one.
        if let Err(e) = self.db.write(move |tx| store::begin(tx.conn(), id, begun.as_deref())).await {
            return Answer::retry(e.to_string());
        }
        let outcome = match self.message(&notice, &job, remark.is_some()) {
            Message::Mail(mail) => self.mailer.send(&mail).await,
            Message::Sms(sms) => self.sms.send(&sms).await,
        };
        self.answer(&job, &Ended { remark, ..self.fresh(&notice, provider) }, notice, outcome)
    }

    /// Who would take the notice over.
    fn provider(&self, notice: &Outgoing) -> &'static str {
        let (name, keeps) = match notice.channel {
            Channel::Email => (self.mailer.name(), self.mailer.is_mailbox()),
            Channel::Sms => (self.sms.name(), self.sms.is_mailbox()),
            Channel::Portal => (MAILBOX, true),
        };
        // Demonstration accounts are invented: their numbers may be somebody's.
        if notice.is_demo || keeps { MAILBOX } else { name }
    }

    /// A good end, with the text that may be kept.
    fn fresh(&self, notice: &Outgoing, provider: &'static str) -> Ended {
        Ended {
            state: NoticeState::Sent,
            provider,
            provider_id: None,
            remark: None,
            masked: (notice.event == "one_time_code" && provider != MAILBOX)
                .then(|| (notice.subject.as_deref().map(masked), masked(&notice.body))),
        }
    }

    fn message(&self, notice: &Outgoing, job: &Claimed, repeated: bool) -> Message {
        let key = job.id;
        let text = self.portal.fill(&notice.body);
        if notice.channel == Channel::Sms {
            return Message::Sms(Sms { key, phone: notice.recipient.clone(), text });
        }
        let lang = job.payload.get("lang").and_then(|v| v.as_str()).and_then(Lang::parse).unwrap_or_default();
        let text = if repeated { format!("{text}\n\n{}", letter_word(lang, "letter-before")) } else { text };
        Message::Mail(Mail {
            key,
            host: self.portal.host().to_owned(),
            to: notice.recipient.clone(),
            subject: notice.subject.clone().unwrap_or_default(),
            text,
        })
    }

    /// What the job's end is, and what to write with it.
    fn answer(&self, job: &Claimed, begun: &Ended, notice: Outgoing, outcome: Outcome) -> Answer {
        let id = notice.id;
        let remarked = |reason: &str| match &begun.remark {
            Some(before) => Some(format!("{before}; {reason}")),
            None => Some(reason.to_owned()),
        };
        let (answer, mut ended) = match outcome {
            Outcome::Accepted { provider_id } => (Answer::done(), Ended { provider_id, ..begun.clone() }),
            Outcome::Refused { reason } => {
                let ended = Ended { state: NoticeState::Failed, remark: remarked(&reason), ..begun.clone() };
                (Answer::give_up(reason), ended)
            }
            Outcome::TryLater { reason } => {
                let state = if job.is_last() { NoticeState::Failed } else { NoticeState::Queued };
                let ended = Ended { state, remark: remarked(&reason), ..begun.clone() };
                (Answer::retry(reason), ended)
            }
            // A mail sent twice has one Message-ID and says so; an SMS costs money each time.
            Outcome::Unsure { reason } if notice.channel == Channel::Email && !job.is_last() => {
                let remark = Some(format!("{MAYBE_SENT}: {reason}"));
                (Answer::retry(reason), Ended { state: NoticeState::Queued, remark, ..begun.clone() })
            }
            Outcome::Unsure { reason } => {
                let remark = Some(format!("{MAYBE_SENT}: {reason}"));
                (Answer::give_up(reason), Ended { state: NoticeState::Unsure, remark, ..begun.clone() })
            }
        };
        if ended.state == NoticeState::Queued {
            ended.masked = None;
        }
        let clock = self.clock.clone();
        answer.recording(move |tx| -> Result<(), Error> { store::ended(tx.conn(), id, &ended, clock.now()) })
    }
}

/// Whether the message has become pointless.
fn too_late(job: &Claimed, now: Timestamp) -> bool {
    let limit = job.payload.get("not_after").and_then(|v| v.as_str()).and_then(|s| s.parse::<Timestamp>().ok());
    limit.is_some_and(|limit| now > limit)
}

/// What must be said of a try before it begins: that an earlier one may have got through.
fn remark_at_start(notice: &Outgoing) -> Option<String> {
    match notice.state {
        NoticeState::Sending => Some(MAYBE_SENT.to_owned()),
        NoticeState::Unsure => Some(MAYBE_SENT.to_owned()),
        NoticeState::Queued | NoticeState::Sent | NoticeState::Failed => {
            notice.remark.as_deref().filter(|remark| remark.starts_with(MAYBE_SENT)).map(|_| MAYBE_SENT.to_owned())
        }
    }
}

/// The text with every long number hidden: a one-time code is not kept once it has left.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        out.push_str(&if run.len() >= 4 { "•".repeat(run.len()) } else { std::mem::take(&mut run) });
        run.clear();
        out.push(c);
    }
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_hidden_and_the_rest_stays() {
        assert_eq!(
            masked("123456 la ma dang nhap, den 08:05 21/11/2026"),
            "•••••• la ma dang nhap, den 08:05 21/11/••••"
        );
        assert_eq!(masked("không có số"), "không có số");
        assert_eq!(masked("x 987654"), "x ••••••");
    }
}

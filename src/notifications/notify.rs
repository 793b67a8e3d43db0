//! Writing notices, in the transaction of the act they tell about.

use serde_json::json;

use super::compose::compose;
use super::event::{Event, Weight};
use super::notice::{Channel, NoticeState, Recipient};
use super::store::{self, NewNotice};
use crate::db::{Error, Tx};
use crate::kernel::{NoticeId, Timestamp};
use crate::outbox::{self, Job};

/// Kind of the jobs that send notices.
pub const SEND: &str = "notice.send";

/// Tells `recipient` about `event`: writes a notice for each channel that applies, and a job for each that leaves the
/// house. A portal notice is delivered by being written. Nothing is written for a person whom no channel reaches.
///
/// # Errors
/// The database's; a message template that does not fit its event (a test fills them all) is `Error::Other`.
pub fn notify(tx: &mut Tx<'_>, event: &Event, recipient: &Recipient, now: Timestamp) -> Result<Vec<NoticeId>, Error> {
    let mut written = Vec::new();
    for (channel, address) in channels(event, recipient) {
        let text = compose(event, &recipient.name, recipient.lang, channel)
            .map_err(|e| Error::Other(format!("message {} by {}: {e}", event.name(), channel.as_str())))?;
        let Some(text) = text else { continue };
        let id = NoticeId::new();
        let job = match channel {
            Channel::Portal => None,
            Channel::Sms | Channel::Email => {
                let payload = json!({ "notice": id, "lang": recipient.lang, "not_after": event.not_after() });
                Some(outbox::enqueue(tx, Job::new(SEND, payload, now), now)?.id())
            }
        };
        let state = if job.is_some() { NoticeState::Queued } else { NoticeState::Sent };
        let notice = NewNotice {
            id,
            event: event.name(),
            channel,
            account: recipient.account,
            dossier: event.dossier(),
            recipient: address,
            subject: text.subject,
            body: text.body,
            state,
            job,
            is_demo: recipient.is_demo,
        };
        store::insert(tx.conn(), notice, now)?;
        written.push(id);
    }
    Ok(written)
}

/// The channels that an event takes to a person, each with the address there.
fn channels(event: &Event, to: &Recipient) -> Vec<(Channel, Option<String>)> {
    let phone = to.phone.as_deref().filter(|phone| !phone.is_empty());
    let email = to.email.as_deref().filter(|email| !email.is_empty());
    let on_portal = to.account.is_some();
    let (portal, sms, mail) = match event.weight() {
        Weight::Code => (false, true, phone.is_none()),
        Weight::Security => (on_portal, to.channels.sms || email.is_none(), true),
        Weight::Act => (on_portal, to.channels.sms, to.channels.email),
        Weight::Quiet => {
            let reached = on_portal || (to.channels.email && email.is_some());
            (on_portal, to.channels.sms && !reached, to.channels.email)
        }
    };
    let mut all = Vec::new();
    if portal {
        all.push((Channel::Portal, None));
    }
    if let Some(phone) = phone.filter(|_| sms) {
        all.push((Channel::Sms, Some(phone.to_owned())));
    }
    if let Some(email) = email.filter(|_| mail) {
        all.push((Channel::Email, Some(email.to_owned())));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{AccountId, Lang};
    use crate::notifications::{Channels, CodePurpose};

    fn at() -> Timestamp {
        "2026-11-21T05:00:00Z".parse().expect("an instant")
    }

    fn person(phone: bool, email: bool) -> Recipient {
        Recipient {
            account: Some(AccountId::new()),
            name: "Trần Thị Bình".into(),
            phone: phone.then(|| "0912000022".into()),
            email: email.then(|| "binh@demo.invalid".into()),
            lang: Lang::Vi,
            channels: Channels::ALL,
            is_demo: true,
        }
    }

    fn names(event: &Event, to: &Recipient) -> Vec<&'static str> {
        channels(event, to).into_iter().map(|(channel, _)| channel.as_str()).collect()
    }

    #[test]
    fn a_code_goes_to_the_phone_or_else_by_mail_and_never_to_the_portal() {
        let code = Event::OneTimeCode { code: "123456".into(), purpose: CodePurpose::Register, expires_at: at() };
        let mut to = person(true, true);
        to.channels = Channels { sms: false, email: false };
        assert_eq!(names(&code, &to), ["sms"]);
        assert_eq!(names(&code, &person(false, true)), ["email"]);
        assert_eq!(names(&code, &person(false, false)), [""; 0]);
    }

    #[test]
    fn safety_cannot_be_turned_off_but_sms_is_spared_where_there_is_mail() {
        let changed = Event::PasswordChanged { at: at() };
        let mut to = person(true, true);
        to.channels = Channels { sms: false, email: false };
        assert_eq!(names(&changed, &to), ["portal", "email"]);
        to.email = None;
        assert_eq!(names(&changed, &to), ["portal", "sms"]);
    }

    #[test]
    fn what_is_only_good_to_know_takes_sms_where_nothing_else_reaches() {
        let viewed = Event::DataViewed {
            from: jiff::civil::date(2026, 11, 1),
            to: jiff::civil::date(2026, 11, 30),
            times: 2,
            agencies: vec![],
        };
        assert_eq!(names(&viewed, &person(true, true)), ["portal", "email"]);
        let mut walk_in = person(true, false);
        walk_in.account = None;
        assert_eq!(names(&viewed, &walk_in), ["sms"]);
    }

    #[test]
    fn the_choice_of_channels_counts() {
        let draft = Event::DraftExpiring {
            dossier: crate::kernel::DossierId::new(),
            procedure: "Đăng ký khai sinh".into(),
            expires_on: jiff::civil::date(2026, 12, 5),
        };
        let mut to = person(true, true);
        assert_eq!(names(&draft, &to), ["portal", "sms", "email"]);
        to.channels.sms = false;
        assert_eq!(names(&draft, &to), ["portal", "email"]);
        to.channels.email = false;
        assert_eq!(names(&draft, &to), ["portal"]);
    }
}

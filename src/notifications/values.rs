//! An event's data as the words that templates show.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::event::{Delivery, DossierFacts, Event, NotExempt, PayElsewhere, Returns};
use crate::kernel::{Lang, Timestamp, clock};
use crate::templating::letter_word;

/// What a template is filled with.
pub(super) type Values = BTreeMap<&'static str, String>;

/// The portal's address in stored texts; put in when the text leaves or is shown.
pub(super) const PORTAL_URL: &str = "{portal_url}";

/// The words of an event for one recipient, before anything is shortened.
pub(super) fn of(event: &Event, name: &str, lang: Lang) -> Values {
    let mut values = Values::from([("name", line(name))]);
    if let Some(facts) = event.facts() {
        dossier(&mut values, facts);
    }
    match event {
        Event::OneTimeCode { code, purpose, expires_at } => {
            values.insert("otp", line(code));
            values.insert("purpose", letter_word(lang, purpose.word()));
            values.insert("expires", moment(*expires_at));
        }
        Event::Submitted { answer_by, fees, .. } => {
            values.insert("answer_by", answer_by.map(moment).unwrap_or_default());
            values.insert("fees", if fees.0 > 0 { fees.written(lang) } else { String::new() });
        }
        Event::Accepted { .. } => {}
        Event::AcceptanceRefused { reason, .. } => put_reason(&mut values, reason),
        Event::SupplementRequested { reason, items, due_on, .. } => {
            put_reason(&mut values, reason);
            values.insert("items", list(items));
            values.insert("by", day(*due_on));
        }
        Event::DraftToConfirm { until, .. } => {
            values.insert("by", moment(*until));
        }
        Event::ExemptionRefused { .. }
        | Event::PaymentDue { .. }
        | Event::PaymentReminder { .. }
        | Event::TreasuryRecorded { .. }
        | Event::PaymentReceived { .. }
        | Event::PaymentRefunded { .. }
        | Event::PaidTooMuch { .. } => money(&mut values, event, lang),
        Event::Moved { to_agency, at, .. } => {
            values.insert("to_agency", line(to_agency));
            put_at(&mut values, *at);
        }
        Event::Apology { was_due, reason, .. } => {
            values.insert("was_due", moment(*was_due));
            put_reason(&mut values, reason);
        }
        Event::ResultReady { delivery, refused_because, .. } => {
            let outcome = if refused_because.is_some() { "letter-outcome-refused" } else { "letter-outcome-granted" };
            values.insert("outcome", letter_word(lang, outcome));
            values.insert("collect", letter_word(lang, collect(*delivery).0));
            put_reason(&mut values, refused_because.as_deref().unwrap_or_default());
        }
        Event::HandedOver { delivery, at, .. } => {
            values.insert("collected", letter_word(lang, collect(*delivery).1));
            put_at(&mut values, *at);
        }
        Event::Stopped { reason, at, .. } => {
            put_reason(&mut values, reason);
            put_at(&mut values, *at);
        }
        Event::Progress { status, at, .. } => {
            values.insert("status", line(status));
            put_at(&mut values, *at);
        }
        Event::SupplementReceived { at, .. } | Event::Withdrawn { at, .. } | Event::OfficerMessage { at, .. } => {
            put_at(&mut values, *at);
        }
        Event::DraftExpiring { .. }
        | Event::DataViewed { .. }
        | Event::NewDevice { .. }
        | Event::AccountExists { .. }
        | Event::PasswordChanged { .. }
        | Event::ContactChanged { .. } => personal(&mut values, event),
    }
    values
}

/// Events about fees and what is owed.
fn money(values: &mut Values, event: &Event, lang: Lang) {
    match event {
        Event::ExemptionRefused { exemption, reason, then, .. } => {
            not_exempt(values, (exemption, reason), then, lang);
        }
        Event::PaymentDue { amount, lines, due_on, elsewhere, .. } => {
            let lines: Vec<String> =
                lines.iter().map(|(name, amount)| format!("{name}: {}", amount.written(lang))).collect();
            values.insert("items", list(&lines));
            owed(values, amount.written(lang), *due_on, elsewhere.as_ref());
        }
        Event::PaymentReminder { amount, due_on, elsewhere, .. } => {
            owed(values, amount.written(lang), Some(*due_on), elsewhere.as_ref());
        }
        Event::TreasuryRecorded { amount, at, number, paid_on, .. } => {
            paid(values, amount.written(lang), *at);
            values.insert("number", line(number));
            values.insert("paid_on", day(*paid_on));
        }
        Event::PaidTooMuch { amount, changed, at, .. } => {
            paid(values, amount.written(lang), *at);
            values.insert("changed", if *changed { "changed".to_owned() } else { String::new() });
        }
        Event::PaymentReceived { amount, at, receipt, .. } => {
            paid(values, amount.written(lang), *at);
            values.insert("receipt", line(receipt.as_deref().unwrap_or_default()));
        }
        Event::PaymentRefunded { amount, at, reason, .. } => {
            paid(values, amount.written(lang), *at);
            put_reason(values, reason);
        }
        _ => {}
    }
}

/// Events that are about no accepted business: drafts and accounts.
fn personal(values: &mut Values, event: &Event) {
    match event {
        Event::DraftExpiring { dossier, procedure, expires_on } => {
            values.insert("procedure", line(procedure));
            values.insert("by", day(*expires_on));
            values.insert("link", format!("{PORTAL_URL}/ho-so/{dossier}"));
        }
        Event::DataViewed { from, to, times, agencies } => {
            values.insert("from", day(*from));
            values.insert("to", day(*to));
            values.insert("times", times.to_string());
            values.insert("items", list(agencies));
            values.insert("log", format!("{PORTAL_URL}/nhat-ky-truy-cap"));
        }
        Event::NewDevice { at, device, address } => {
            put_at(values, *at);
            values.insert("device", line(device));
            values.insert("address", line(address.as_deref().unwrap_or_default()));
            values.insert("account", format!("{PORTAL_URL}/tai-khoan"));
        }
        Event::AccountExists { at } | Event::PasswordChanged { at } | Event::ContactChanged { at } => {
            put_at(values, *at);
            values.insert("reset", format!("{PORTAL_URL}/quen-mat-khau"));
        }
        _ => {}
    }
}

fn dossier(values: &mut Values, facts: &DossierFacts) {
    let moment_of = |at: Option<Timestamp>| at.map(moment).unwrap_or_default();
    values.insert("code", line(&facts.code));
    values.insert("procedure", line(&facts.procedure));
    values.insert("agency", line(&facts.agency));
    values.insert("officer", line(facts.officer.as_deref().unwrap_or_default()));
    values.insert("submitted", moment_of(facts.submitted_at));
    values.insert("received", moment_of(facts.received_at));
    values.insert("processing", moment_of(facts.processing_at));
    let (due, returned) = match facts.returns {
        Returns::Due(at) => (Some(at), None),
        Returns::Done(at) => (None, Some(at)),
        Returns::OnAcceptance | Returns::Open | Returns::Paused | Returns::Never => (None, None),
    };
    values.insert("due", moment_of(due));
    values.insert("returned", moment_of(returned));
    let page = if facts.has_page { "ho-so/" } else { "tra-cuu?ma=" };
    values.insert("link", format!("{PORTAL_URL}/{page}{}", line(&facts.code)));
    for (name, holds) in [
        ("coded", facts.is_coded),
        ("by_system", facts.by_system),
        ("has_page", facts.has_page),
        ("paused", facts.returns == Returns::Paused),
        ("ended", facts.returns == Returns::Never),
        ("open", facts.returns == Returns::Open),
    ] {
        values.insert(name, if holds { name.to_owned() } else { String::new() });
    }
}

fn not_exempt(values: &mut Values, (exemption, reason): (&str, &str), then: &NotExempt, lang: Lang) {
    values.insert("exemption", line(exemption));
    put_reason(values, reason);
    values.insert("amount", if then.amount.0 > 0 { then.amount.written(lang) } else { String::new() });
    let other = then.other.as_ref();
    values.insert("other", other.map(|other| line(&other.exemption)).unwrap_or_default());
    values.insert("paper", other.and_then(|other| other.paper.as_deref()).map(line).unwrap_or_default());
    for (name, holds) in [
        ("first", then.first),
        ("waits", other.is_some_and(|other| other.waits)),
        ("later", then.later),
        ("nothing", then.amount.0 == 0 && other.is_none() && !then.later),
    ] {
        values.insert(name, if holds { name.to_owned() } else { String::new() });
    }
}

fn owed(values: &mut Values, amount: String, due_on: Option<Date>, elsewhere: Option<&PayElsewhere>) {
    values.insert("amount", amount);
    values.insert("by", due_on.map(day).unwrap_or_default());
    let of = |part: fn(&PayElsewhere) -> &str| elsewhere.map(|place| line(part(place))).unwrap_or_default();
    values.insert("notice", of(|place| &place.number));
    values.insert("issuer", of(|place| &place.issuer));
    values.insert("payee", of(|place| place.account.as_deref().unwrap_or_default()));
    values.insert("elsewhere", if elsewhere.is_some() { "elsewhere".to_owned() } else { String::new() });
}

fn paid(values: &mut Values, amount: String, at: Timestamp) {
    values.insert("amount", amount);
    put_at(values, at);
}

fn put_at(values: &mut Values, at: Timestamp) {
    values.insert("at", moment(at));
}

fn put_reason(values: &mut Values, reason: &str) {
    values.insert("reason", lines(reason));
}

/// Names of the words for a way of delivery: what to do, and what was done.
fn collect(delivery: Delivery) -> (&'static str, &'static str) {
    match delivery {
        Delivery::Online => ("letter-collect-online", "letter-collected-online"),
        Delivery::Counter => ("letter-collect-counter", "letter-collected-counter"),
        Delivery::Post => ("letter-collect-post", "letter-collected-post"),
    }
}

/// `08:05 21/11/2026`, in Vietnam's time.
fn moment(at: Timestamp) -> String {
    clock::local(at).strftime("%H:%M %d/%m/%Y").to_string()
}

fn day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

fn list(items: &[String]) -> String {
    items.iter().map(|item| format!("- {}", line(item))).collect::<Vec<_>>().join("\n")
}

/// One line without control characters: a name can't begin a line of its own or end a heading.
fn line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The same for each line of a longer text.
fn lines(text: &str) -> String {
    text.lines().map(line).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

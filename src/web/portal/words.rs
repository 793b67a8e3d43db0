//! Where a dossier stands, in words: one sentence, and its timeline.

use serde_json::json;

use crate::documents::Document;
use crate::dossiers::{Dossier, Event, Intake, ReceivedPaper, Status, Step};
use crate::kernel::clock::local;
use crate::kernel::{Lang, Timestamp, Vnd};
use crate::office::{Rules, fees};
use crate::payments::FeeLineRow;
use crate::templating::Arg;
use crate::templating::pages::parts::{Besides, Due, FeeLine, StepState, TimelineItem};
use crate::web::Visit;
use crate::web::obligations;
use crate::web::whole::{Around, Whole, clock_of};

/// A moment as a sentence says it: «17:00 ngày 25/11/2026».
pub(in crate::web) fn moment(at: Timestamp, lang: Lang) -> String {
    let t = local(at);
    let (clock, day) = (format!("{:02}:{:02}", t.hour(), t.minute()), day(t.date()));
    match lang {
        Lang::Vi => format!("{clock} ngày {day}"),
        Lang::En => format!("{clock} on {day}"),
    }
}

/// A day as people write it: `dd/MM/yyyy`.
pub(in crate::web) fn day(date: jiff::civil::Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// An amount as people write it.
pub(in crate::web) fn money(amount: Vnd, lang: Lang) -> String {
    let digits = amount.0.unsigned_abs().to_string();
    let separator = if lang == Lang::Vi { '.' } else { ',' };
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    match lang {
        Lang::Vi => format!("{text} đồng"),
        Lang::En => format!("{text} VND"),
    }
}

/// The clock of a dossier for a page.
pub(super) fn due(visit: &Visit, dossier: &Dossier, rules: &Rules) -> Option<Due> {
    Some(clock_of(dossier, rules, visit.now())?.due())
}

/// State and due time in one sentence. It names no person.
pub(in crate::web) fn sentence(visit: &Visit, (dossier, rules): (&Dossier, &Rules), whole: &Whole) -> String {
    let lang = visit.lang;
    let agency = rules.agency.name.as_str();
    let at = |t: Timestamp| moment(t, lang);
    let say = |key: &str, when: Option<String>| {
        let when = when.unwrap_or_default();
        visit.text(&format!("sentence-{key}"), &[("agency", agency.into()), ("when", when.into())])
    };
    let owes = |key: &str, amount: Vnd| {
        let online = !visit.app.gateways.is_empty() && obligations::owed_here(whole).0 > 0;
        let way = if online { "-online" } else { "" };
        let key = match (whole.doubted.is_empty(), whole.is_being_paid()) {
            // Nobody is asked to pay what may have come.
            (false, _) => "doubted".to_owned(),
            (true, true) => "paying".to_owned(),
            (true, false) => format!("{key}{way}"),
        };
        say(&key, Some(money(amount, lang)))
    };
    let late = clock_of(dossier, rules, visit.now()).is_some_and(|clock| clock.late);
    match dossier.status() {
        Status::Draft => say("draft", dossier.draft_expires_at.map(|t| day(local(t).date()))),
        Status::Submitted if crate::payments::owed_at_filing(&whole.fees).0 > 0 => {
            owes("submitted-fee", crate::payments::owed_at_filing(&whole.fees))
        }
        Status::Submitted if late => say("submitted-late", None),
        Status::Submitted => match dossier.acceptance_due_at {
            Some(due) => say("submitted", Some(at(due))),
            None => say("submitted-plain", None),
        },
        Status::Accepted | Status::Processing if dossier.flags.awaiting_confirmation.is_some() => {
            say("confirm", dossier.flags.awaiting_confirmation.map(at))
        }
        Status::Accepted | Status::Processing => match dossier.due_at {
            Some(_) if dossier.paused_since.is_some() => say("paused", None),
            Some(due) if late => say("late", Some(at(due))),
            Some(due) => say("processing", Some(at(due))),
            None => say("processing-plain", None),
        },
        Status::AcceptanceRefused => say("refused", None),
        Status::SupplementRequested => say("supplement", whole.open_supplement().map(|request| day(request.due_on()))),
        Status::PaymentRequested => {
            let here = obligations::owed_here(whole);
            match obligations::sentence(visit, dossier, whole) {
                Some(elsewhere) if here.0 == 0 => elsewhere,
                Some(elsewhere) => format!("{elsewhere} {}", owes("payment", here)),
                None => owes("payment", whole.fees_due()),
            }
        }
        Status::Withdrawn => say("withdrawn", None),
        Status::Stopped => say("stopped", None),
        Status::Decided if whole.results.iter().any(|r| r.signed_at.is_some() && r.revoked_at.is_none()) => {
            match whole.fees_due() {
                owed if owed.0 > 0 => owes("decided-fee", owed),
                _ => say("decided-ready", None),
            }
        }
        Status::Decided => say("decided", dossier.decided_at.map(at)),
        Status::HandedOver => say("handed-over", dossier.handed_over_at.map(at)),
    }
}

/// Whether a signature was the agency's seal alone.
pub(in crate::web) fn is_seal(event: &Event) -> bool {
    let put = event.changes.get("signatures").and_then(|put| put.as_array());
    event.act == Step::Sign.as_str() && put.is_some_and(|put| put.len() == 1 && put.contains(&json!("agency")))
}

/// Whether an officer typed what somebody else filed.
fn is_filed_for(event: &Event) -> bool {
    event.act == Step::Submit.as_str() && event.actor_kind == "officer"
}

/// What an event of a dossier is called.
pub(in crate::web) fn event_title(visit: &Visit, dossier: &Dossier, event: &Event) -> String {
    let has = |key: &str| event.changes.get(key).is_some();
    let key = match dossier.intake() {
        _ if event.act == Step::RequestPayment.as_str() && has("scan") => "event-notice-scan".to_owned(),
        _ if event.act == Step::RecordPayment.as_str() && has("treasury_payment") => "event-treasury".to_owned(),
        _ if is_seal(event) => "event-seal".to_owned(),
        _ if !is_filed_for(event) => format!("event-{}", event.act),
        Intake::Counter | Intake::HelperCounter => "event-submit-counter".to_owned(),
        Intake::Post => "event-submit-post".to_owned(),
        Intake::SelfRemote | Intake::HelperHome => "event-submit-helped".to_owned(),
    };
    if visit.app.templates.has_text(visit.lang, &key) { visit.text(&key, &[]) } else { visit.text("event-other", &[]) }
}

/// What an event says beyond its title: what was written, or what its record says in the reader's language.
pub(in crate::web) fn event_note(visit: &Visit, event: &Event) -> Option<String> {
    let paper = event.changes.get("treasury_payment").and_then(|_| event.changes.get("paper"));
    let told = paper.and_then(|paper| {
        let day: jiff::civil::Date = paper["paid_on"].as_str()?.parse().ok()?;
        let args = [("number", paper["number"].as_str()?.into()), ("day", self::day(day).into())];
        Some(visit.text("event-treasury-note", &args))
    });
    told.or_else(|| event.note.clone())
}

/// The public events of a dossier and what comes next. `private`: the notes of events too, for the owner's eyes.
pub(in crate::web) fn timeline(
    visit: &Visit,
    (dossier, rules): (&Dossier, &Rules),
    events: &[Event],
    private: bool,
) -> Vec<TimelineItem> {
    let by = |event: &Event| match event.actor_kind.as_str() {
        // The clerk only typed it: the applicant filed.
        kind if kind == "citizen" || is_filed_for(event) => {
            visit.text(if private { "timeline-you" } else { "timeline-applicant" }, &[])
        }
        "officer" => rules.agency.name.clone(),
        _ => visit.text("timeline-system", &[]),
    };
    let mut items: Vec<TimelineItem> = events
        .iter()
        .filter(|event| event.is_public)
        .map(|event| TimelineItem {
            title: event_title(visit, dossier, event),
            at: Some(event.occurred_at),
            state: StepState::Done,
            who: Some(by(event)),
            note: event_note(visit, event).filter(|_| private),
        })
        .collect();
    let over = matches!(dossier.status(), Status::AcceptanceRefused | Status::Withdrawn | Status::HandedOver)
        || dossier.flags.closed;
    if over {
        return items;
    }
    if let Some(last) = items.last_mut() {
        last.state = StepState::Now;
    }
    items.extend(upcoming(visit, dossier, rules));
    items
}

/// What comes next in a dossier that goes on.
pub(super) fn upcoming(visit: &Visit, dossier: &Dossier, rules: &Rules) -> Vec<TimelineItem> {
    let next = |key: &str, at: Option<Timestamp>| TimelineItem {
        title: visit.text(key, &[]),
        at,
        state: StepState::Next,
        who: Some(rules.agency.name.clone()),
        note: None,
    };
    let mut items = Vec::new();
    if dossier.accepted_at.is_none() {
        // While the applicant is waited for, the agency's clock stands still.
        let answers_by = dossier.acceptance_due_at.filter(|_| dossier.status() == Status::Submitted);
        items.push(next("next-accept", answers_by));
    }
    if dossier.decided_at.is_none() {
        items.push(next("next-decide", None));
    }
    // While the clock stands still the date moves with it: none is promised.
    items.push(next("next-hand-over", dossier.due_at.filter(|_| dossier.paused_since.is_none())));
    items
}

/// The fees of a filed dossier for a page.
pub(in crate::web) fn fee_lines(visit: &Visit, of: (&Dossier, &Rules), fees: &[FeeLineRow]) -> Vec<FeeLine> {
    fees.iter()
        .map(|line| FeeLine {
            name: fees::name_of(of, line, visit.lang).to_owned(),
            amount: line.amount(),
            note: line.waived_reason.clone(),
            state: Some(line.state().as_str().to_owned()),
        })
        .collect()
}

/// A dossier's money besides what is paid here, for a page.
pub(in crate::web) fn besides(around: &Around) -> Besides {
    let elsewhere = crate::payments::owed_elsewhere(&around.fees);
    Besides { elsewhere, to_come: around.back.to_come, came: around.back.came }
}

/// That a file came for a supplement, and when.
pub(in crate::web) fn sent_again(visit: &Visit, document: &Document) -> Option<String> {
    document.supplement_id?;
    Some(visit.text("file-sent-again", &[("day", day(local(document.recorded_at).date()).into())]))
}

/// That a paper was taken in at the counter, and how many of it.
pub(in crate::web) fn taken_in(visit: &Visit, received: &[ReceivedPaper], code: &str) -> Option<String> {
    let paper = received.iter().find(|paper| paper.paper_code == code)?;
    let counts = [("originals", paper.originals), ("copies", paper.copies)];
    let counts = counts.map(|(name, count)| (name, Arg::Number(i64::from(count))));
    Some(visit.text("paper-taken-in", &counts))
}

/// What a paper of the one-stop office is called.
pub(in crate::web) fn paper_name(visit: &Visit, kind: &str) -> String {
    let key = format!("paper-{kind}");
    if visit.app.templates.has_text(visit.lang, &key) { visit.text(&key, &[]) } else { kind.to_owned() }
}

/// A name with its letters hidden but the first of each word: enough to compare with the paper in hand.
pub(in crate::web) fn hidden_name(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(String::from).unwrap_or_default();
        let hidden: String = letters.map(|_| '•').collect();
        first + &hidden
    };
    name.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_hidden_letter_by_letter() {
        assert_eq!(hidden_name("Y Ƀlŏ Niê"), "Y Ƀ•• N••");
        assert_eq!(hidden_name("Ksor H'Bơ"), "K••• H•••");
        assert_eq!(hidden_name(""), "");
    }

    #[test]
    fn money_and_moments_read_as_people_write_them() {
        assert_eq!(money(Vnd(1_500_000), Lang::Vi), "1.500.000 đồng");
        assert_eq!(money(Vnd(500), Lang::En), "500 VND");
        assert_eq!(day(jiff::civil::date(2026, 11, 5)), "05/11/2026");
        let at: Timestamp = "2026-11-18T09:05:00+07:00".parse().unwrap();
        assert_eq!(moment(at, Lang::Vi), "09:05 ngày 18/11/2026");
    }
}

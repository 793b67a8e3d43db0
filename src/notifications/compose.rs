//! From an event to the text that a person reads.

use super::event::Event;
use super::notice::Channel;
use super::values::Values;
use super::{sms, values};
use crate::kernel::Lang;
use crate::templating::{RenderError, letter};

/// The portal's host in stored texts; put in when the text leaves or is shown.
pub(super) const PORTAL_HOST: &str = "{portal}";

/// Room for names in an SMS, tried one after the other until the text fits.
const ROOMS: [usize; 5] = [40, 32, 24, 16, 10];

/// A text as it is kept: the portal's address still stands as a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Subject of an e-mail, title of a portal notice.
    pub subject: Option<String>,
    pub body: String,
}

/// Writes the text of an event for a person and a channel; `None`: the event has no text for this channel.
pub(super) fn compose(event: &Event, name: &str, lang: Lang, channel: Channel) -> Result<Option<Text>, RenderError> {
    let name_of_text = format!("{}.{}", event.name(), channel.as_str());
    let mut values = values::of(event, name, lang);
    if channel == Channel::Sms {
        return short(&name_of_text, lang, &values).map(|body| body.map(|body| Text { subject: None, body }));
    }
    if channel == Channel::Portal {
        // Read on the portal itself: its addresses need no host.
        values.values_mut().for_each(|value| *value = value.replace(values::PORTAL_URL, ""));
    }
    if event.facts().is_some() {
        let facts = letter("_facts", lang, &values)?.unwrap_or_default();
        values.insert("facts", facts.trim_end().to_owned());
    }
    let Some(whole) = letter(&name_of_text, lang, &values)? else { return Ok(None) };
    let (subject, body) = whole.split_once('\n').unwrap_or((&whole, ""));
    Ok(Some(Text { subject: Some(subject.trim().to_owned()), body: without_gaps(body) }))
}

/// An SMS of one segment, whatever the portal's host is.
fn short(text_name: &str, lang: Lang, values: &Values) -> Result<Option<String>, RenderError> {
    let mut text = String::new();
    for room in ROOMS {
        let mut short = values.clone();
        for (key, value) in &mut short {
            *value = match *key {
                "name" => sms::person(value, room.min(30)),
                "agency" | "to_agency" | "procedure" | "status" => sms::title(value, room),
                _ => sms::plain(value),
            };
        }
        let Some(filled) = letter(text_name, lang, &short)? else { return Ok(None) };
        text = unaccented(&filled);
        if sms::fits(&with_room_for_host(&text)) {
            return Ok(Some(text));
        }
    }
    // Only a monstrous code gets here; the beginning says most.
    let (start, host) = match text.strip_suffix(PORTAL_HOST) {
        Some(start) => (start, format!(" {PORTAL_HOST}")),
        None => (text.as_str(), String::new()),
    };
    let kept = start.get(..sms::SEGMENT - sms::HOST_ROOM - 1).unwrap_or(start).trim_end();
    Ok(Some(format!("{kept}{host}")))
}

/// Drops marks everywhere but keeps the mark of the portal's host.
fn unaccented(text: &str) -> String {
    text.split(PORTAL_HOST).map(sms::plain).collect::<Vec<_>>().join(&format!(" {PORTAL_HOST} ")).trim().to_owned()
}

fn with_room_for_host(text: &str) -> String {
    text.replace(PORTAL_HOST, &"h".repeat(sms::HOST_ROOM))
}

/// The text without spaces at its ends and with at most one empty line in a row.
fn without_gaps(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for line in text.trim().lines().map(str::trim_end) {
        if !(line.is_empty() && out.last().is_some_and(|last| last.is_empty())) {
            out.push(line);
        }
    }
    out.join("\n")
}

/// Where citizens find the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portal {
    url: String,
    host: String,
}

impl Portal {
    /// From the portal's address as citizens see it (`MOTCUA_PUBLIC_URL`).
    pub fn new(public_url: &str) -> Self {
        let url = public_url.trim_end_matches('/').to_owned();
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        let host = if host.len() > sms::HOST_ROOM { "Cong DVC".to_owned() } else { sms::plain(host) };
        Self { url, host }
    }

    /// The text with the portal's address put in.
    pub fn fill(&self, text: &str) -> String {
        text.replace(values::PORTAL_URL, &self.url).replace(PORTAL_HOST, &self.host)
    }

    /// The host that e-mails name as their origin.
    pub fn host(&self) -> &str {
        self.url
            .split_once("://")
            .map_or(self.url.as_str(), |(_, rest)| rest)
            .split(['/', ':', '?'])
            .next()
            .unwrap_or("motcua")
    }
}

//! The message templates in both languages, and the small words they share.

use super::notice::Channel;
use crate::kernel::Lang;

/// `(event, sms, email, portal)` of every event in one language.
type Table = [(&'static str, &'static str, &'static str, &'static str)];

macro_rules! table {
    ($lang:literal) => {
        table!($lang; "submitted", "accepted", "acceptance_refused", "supplement_requested", "supplement_received",
            "payment_due", "payment_received", "payment_refunded", "moved", "apology", "result_ready", "handed_over",
            "withdrawn", "stopped", "progress", "officer_message", "draft_expiring", "data_viewed", "new_device",
            "account_exists", "password_changed", "contact_changed")
    };
    ($lang:literal; $($event:literal),*) => {
        &[
            ("one_time_code", text!($lang, "one_time_code", "sms"), text!($lang, "one_time_code", "email"), ""),
            $(($event, text!($lang, $event, "sms"), text!($lang, $event, "email"), text!($lang, $event, "portal")),)*
        ]
    };
}

macro_rules! text {
    ($lang:literal, $event:literal, $channel:literal) => {
        include_str!(concat!("../../templates/messages/", $lang, "/", $event, ".", $channel, ".txt"))
    };
}

const VI: &Table = table!("vi");
const EN: &Table = table!("en");

/// The template of an event for a channel.
pub(super) fn template(event: &str, lang: Lang, channel: Channel) -> Option<&'static str> {
    let table = match lang {
        Lang::Vi => VI,
        Lang::En => EN,
    };
    let (_, sms, email, portal) = table.iter().find(|(name, ..)| *name == event)?;
    let text = match channel {
        Channel::Sms => sms,
        Channel::Email => email,
        Channel::Portal => portal,
    };
    Some(text).copied().filter(|text| !text.is_empty())
}

/// The template of what every notice says about its dossier.
pub(super) fn facts(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => include_str!("../../templates/messages/vi/_facts.txt"),
        Lang::En => include_str!("../../templates/messages/en/_facts.txt"),
    }
}

/// Words that stand in sentences, by key.
#[derive(Clone, Copy)]
pub(super) struct Words(&'static str);

impl Words {
    /// The words of a language.
    pub fn of(lang: Lang) -> Self {
        Self(match lang {
            Lang::Vi => include_str!("../../templates/messages/vi/_words.txt"),
            Lang::En => include_str!("../../templates/messages/en/_words.txt"),
        })
    }

    /// A word; its key where it is missing (a test knows all keys).
    pub fn get(self, key: &str) -> String {
        let found = self.0.lines().find_map(|line| line.split_once(" = ").filter(|(name, _)| *name == key));
        found.map_or(key, |(_, word)| word.trim()).to_owned()
    }
}

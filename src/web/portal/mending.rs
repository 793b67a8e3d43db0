//! What of a filed declaration a request for a supplement opens, and how far it is mended.

use serde_json::{Map, Value};

use super::{address, lists, today};
use crate::app::filing::Opened;
use crate::db;
use crate::dossiers::{self, SupplementItem, SupplementRequest};
use crate::forms::{CheckMode, FieldError};
use crate::office::asked_for::{self, Place};
use crate::office::supplement_answer::{is_among, mended_since};
use crate::templating::pages::filing::Task;
use crate::web::{Result, Visit};

/// A request that waits for its answer, with the declaration as it stands now.
pub(super) struct Mending {
    pub request: SupplementRequest,
    /// What the declaration lacks to be complete, as at filing.
    faults: Vec<FieldError>,
    /// Answers mended since the request, in the form of events.
    mended: Map<String, Value>,
}

/// The first step of a pointer: the key of its section.
fn section_of(pointer: &str) -> &str {
    pointer.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// Whether a place is another one, or lies within it.
fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an item names no part of the declaration that there is, so that its words may mean any.
fn in_words(opened: &Opened, item: &SupplementItem) -> bool {
    item.document.is_none() && asked_for::place(&opened.form, item).is_none()
}

impl Mending {
    /// Reads it; `None` where nothing is asked for.
    pub async fn read(visit: &Visit, opened: &Opened) -> Result<Option<Self>> {
        let id = opened.dossier.id;
        let read = move |conn: &mut db::Conn| {
            Ok::<_, db::Error>((dossiers::supplements_of(conn, id)?, dossiers::events_of(conn, id)?))
        };
        let (requests, events) = visit.app.db.read(read).await?;
        let Some(request) = requests.into_iter().rev().find(SupplementRequest::is_open) else { return Ok(None) };
        let lists = lists(visit).await?;
        let ctx = opened.ctx(today(visit), &lists);
        let faults = opened.form.check(&opened.data, CheckMode::Complete, &ctx).err().unwrap_or_default();
        Ok(Some(Self { request, faults, mended: mended_since(&events) }))
    }

    /// Whether a section may be changed now: it is asked for, what is answered now makes it necessary, it was changed since
    /// the request, or the request is in words that may mean any section.
    pub fn opens(&self, opened: &Opened, section: &str) -> bool {
        let items = self.request.items();
        let asked = |item: &SupplementItem| match asked_for::place(&opened.form, item) {
            Some(Place::Section(key)) => key == section,
            Some(Place::Question(key, _)) => key == section,
            None => in_words(opened, item),
        };
        items.iter().any(asked) || self.is_due(section)
    }

    /// Whether a section is open though nobody asked for it.
    fn is_due(&self, section: &str) -> bool {
        self.faults.iter().any(|fault| section_of(&fault.pointer) == section)
            || is_among(&self.mended, &format!("/{section}"))
    }

    /// What is to be mended in the declaration, each with how far it is: what was asked for, then what the answers make
    /// necessary besides.
    pub fn tasks(&self, visit: &Visit, opened: &Opened) -> Vec<Task> {
        let items = self.request.items();
        let mut tasks: Vec<Task> = Vec::new();
        let mut told: Vec<String> = Vec::new();
        for item in &items {
            let Some(place) = asked_for::place(&opened.form, item) else { continue };
            let at = match &place {
                Place::Section(key) => format!("/{key}"),
                Place::Question(_, at) => (*at).to_owned(),
            };
            let name = asked_for::name(item, &opened.rules, &opened.dossier);
            let name = name.map(|name| name.get(visit.lang).to_owned()).unwrap_or_default();
            tasks.push(self.task(visit, opened, (&at, name, &item.note)));
            told.push(at);
        }
        for key in opened.form.visible_sections(&opened.data) {
            let at = format!("/{key}");
            // A fault beside the question that was asked for is a fault of the section's page all the same.
            let untold = |fault: &FieldError| {
                section_of(&fault.pointer) == key && !told.iter().any(|asked| within(&fault.pointer, asked))
            };
            let asked = told.iter().any(|asked| section_of(asked) == key);
            if self.faults.iter().any(untold) || (!asked && self.is_due(key)) {
                let note = visit.text("supplement-due", &[]);
                tasks.push(self.task(visit, opened, (&at, title(visit, opened, key), &note)));
            }
        }
        tasks
    }

    /// What the officer asks in words of their own.
    pub fn words(&self, opened: &Opened) -> Vec<String> {
        let items = self.request.items();
        items.into_iter().filter(|item| in_words(opened, item)).map(|item| item.note).collect()
    }

    /// The other sections, where the request is in words that may mean any of them.
    pub fn others(&self, visit: &Visit, opened: &Opened) -> Vec<Task> {
        let items = self.request.items();
        if !items.iter().any(|item| in_words(opened, item)) {
            return Vec::new();
        }
        let asked = |key: &str| {
            items.iter().any(|item| match asked_for::place(&opened.form, item) {
                Some(Place::Section(known)) => known == key,
                Some(Place::Question(known, _)) => known == key,
                None => false,
            })
        };
        let sections = opened.form.visible_sections(&opened.data).into_iter();
        let others = sections.filter(|key| !asked(key) && !self.is_due(key));
        others
            .map(|key| Task {
                name: title(visit, opened, key),
                href: format!("{}/to-khai/{key}", address(opened)),
                state: "optional".to_owned(),
                hint: None,
            })
            .collect()
    }

    fn task(&self, visit: &Visit, opened: &Opened, (at, name, note): (&str, String, &str)) -> Task {
        let faults: Vec<&FieldError> = self.faults.iter().filter(|f| within(&f.pointer, at)).collect();
        let state = match (faults.is_empty(), is_among(&self.mended, at)) {
            (false, _) => "error",
            (true, true) => "done",
            (true, false) => "todo",
        };
        let section = section_of(at);
        let page = format!("{}/to-khai/{section}", address(opened));
        let href = match faults.first() {
            Some(fault) => format!("{page}?kiem-tra=1#{}", fault.anchor()),
            None if at.len() > section.len() + 1 => format!("{page}#f{}", at.replace('/', "-")),
            None => page,
        };
        let said = faults.iter().map(|fault| match fault.label(visit.lang) {
            "" => fault.message(visit.lang),
            label => format!("{label}: {}", fault.message(visit.lang)),
        });
        let hint: Vec<String> = std::iter::once(note.to_owned()).chain(said).collect();
        Task { name, href, state: state.to_owned(), hint: Some(hint.join(" ")) }
    }
}

/// The title of a section.
fn title(visit: &Visit, opened: &Opened, key: &str) -> String {
    let found = opened.form.sections().find(|(known, _)| *known == key);
    found.map(|(_, title)| title.get(visit.lang).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_within_each_other() {
        assert_eq!(section_of("/me/me_ho_ten"), "me");
        for (inner, outer, lies) in [("/me/ten", "/me", true), ("/me", "/me", true), ("/me_ke", "/me", false)] {
            assert_eq!(within(inner, outer), lies, "{inner} in {outer}");
        }
    }
}

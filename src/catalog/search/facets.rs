//! Filters and the counts beside them.

use std::collections::BTreeMap;

use super::{Entry, Filters};

/// How many found entries each value of a filter would leave, by code.
pub type Counts = BTreeMap<String, usize>;

/// Counts of every filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Facets {
    pub field: Counts,
    pub agency: Counts,
    pub level: Counts,
    pub agency_level: Counts,
    pub life_event: Counts,
    pub audience: Counts,
}

/// Which filters an entry passes, one after the other.
struct Passed {
    each: [bool; 6],
}

impl Passed {
    fn of(filters: &Filters, entry: &Entry) -> Self {
        let code = |wanted: &Option<String>, has: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(has);
        Self {
            each: [
                code(&filters.field, &|c| entry.field.code == c),
                code(&filters.agency, &|c| entry.agencies.iter().any(|a| a.code == c)),
                filters.level.is_none_or(|level| entry.level == level),
                filters.agency_level.is_none_or(|level| entry.agency_levels.contains(&level)),
                code(&filters.life_event, &|c| entry.life_events.iter().any(|e| e == c)),
                filters.audience.is_none_or(|audience| entry.audience.contains(&audience)),
            ],
        }
    }

    fn all(&self) -> bool {
        self.each.iter().all(|passed| *passed)
    }

    /// Whether every filter but one passes.
    fn all_but(&self, one: usize) -> bool {
        self.each.iter().enumerate().all(|(i, passed)| i == one || *passed)
    }
}

impl Filters {
    /// Whether an entry passes all filters.
    pub fn pass(&self, entry: &Entry) -> bool {
        Passed::of(self, entry).all()
    }
}

impl Facets {
    /// Counts over entries that match the text; each filter's own choice does not narrow its own counts.
    pub(super) fn count<'a>(entries: impl Iterator<Item = &'a Entry>, filters: &Filters) -> Self {
        let mut out = Self::default();
        let mut add = |counts: fn(&mut Self) -> &mut Counts, code: &str| match counts(&mut out).get_mut(code) {
            Some(n) => *n += 1,
            None => {
                counts(&mut out).insert(code.to_owned(), 1);
            }
        };
        for entry in entries {
            let passed = Passed::of(filters, entry);
            if passed.all_but(0) {
                add(|f| &mut f.field, &entry.field.code);
            }
            if passed.all_but(1) {
                entry.agencies.iter().for_each(|a| add(|f| &mut f.agency, &a.code));
            }
            if passed.all_but(2) {
                add(|f| &mut f.level, entry.level.as_str());
            }
            if passed.all_but(3) {
                entry.agency_levels.iter().for_each(|l| add(|f| &mut f.agency_level, l.as_str()));
            }
            if passed.all_but(4) {
                entry.life_events.iter().for_each(|e| add(|f| &mut f.life_event, e));
            }
            if passed.all_but(5) {
                entry.audience.iter().for_each(|a| add(|f| &mut f.audience, a.as_str()));
            }
        }
        out
    }
}

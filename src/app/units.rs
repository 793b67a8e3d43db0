//! Administrative units for e-forms: all of them in memory, since every page with an address asks for them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::accounts::units::{self, Unit};
use crate::db::{Conn, Error};
use crate::forms::{Address, COMMUNES, Choice, Lists, PROVINCES};
use crate::kernel::{Lang, Timestamp, local_date, text};

/// The units that stand today, and the names of all.
#[derive(Clone, Default)]
pub struct UnitLists {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    provinces: Vec<Unit>,
    communes: HashMap<String, Vec<Unit>>,
    /// Province of a commune.
    parents: HashMap<String, String>,
    names: HashMap<String, String>,
}

impl UnitLists {
    /// Reads all units that stand at `now`.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn load(conn: &mut Conn, now: Timestamp) -> Result<Self, Error> {
        let day = local_date(now);
        let mut inner = Inner { provinces: units::provinces(conn, day)?, ..Inner::default() };
        for province in &inner.provinces {
            let communes = units::communes(conn, &province.code, day)?;
            for commune in &communes {
                inner.parents.insert(commune.code.clone(), province.code.clone());
                inner.names.insert(commune.code.clone(), commune.full_name.clone());
            }
            inner.names.insert(province.code.clone(), province.full_name.clone());
            inner.communes.insert(province.code.clone(), communes);
        }
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The provinces, in Vietnamese order.
    pub fn provinces(&self) -> &[Unit] {
        &self.inner.provinces
    }

    /// The communes of a province, in Vietnamese order.
    pub fn communes(&self, province: &str) -> &[Unit] {
        self.inner.communes.get(province).map_or(&[], Vec::as_slice)
    }

    /// The name of a unit's code.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.inner.names.get(code).map(String::as_str)
    }

    /// An address in words, taken apart as far as its units are known: «Tổ 3, phường Vỹ Dạ, thành phố Huế». `home`: the
    /// province in which a commune that stands alone is looked for. What names no unit stays in the detail.
    pub fn address_of(&self, words: &str, home: Option<&str>) -> Address {
        let mut parts: Vec<&str> = words.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let province = parts.last().and_then(|part| named(self.provinces(), part)).map(|unit| unit.code.clone());
        if province.is_some() {
            parts.pop();
        }
        let around = province.as_deref().or(home);
        let commune = parts.last().zip(around).and_then(|(part, within)| named(self.communes(within), part));
        if commune.is_some() {
            parts.pop();
        }
        Address {
            province: province.clone().or_else(|| home.filter(|_| commune.is_some()).map(str::to_owned)),
            commune: commune.map(|unit| unit.code.clone()),
            detail: Some(parts.join(", ")).filter(|detail| !detail.is_empty()),
        }
    }
}

/// The unit of a name as people write it, with its kind or without, where only one bears it.
fn named<'u>(units: &'u [Unit], written: &str) -> Option<&'u Unit> {
    let folded = text::fold(written);
    let short = ["p. ", "x. ", "tp. ", "t. ", "p.", "x.", "tp.", "tp ", "t."];
    let wanted = short.iter().find_map(|kind| folded.strip_prefix(kind)).unwrap_or(&folded);
    let mut by_short = units.iter().filter(|unit| text::fold(&unit.name) == wanted);
    match units.iter().find(|unit| text::fold(&unit.full_name) == folded) {
        Some(unit) => Some(unit),
        None => by_short.next().filter(|_| by_short.next().is_none()),
    }
}

fn choice(unit: &Unit) -> Choice {
    Choice { code: unit.code.clone().into(), label: unit.full_name.clone() }
}

impl Lists for UnitLists {
    fn contains(&self, list: &str, code: &str) -> bool {
        match list {
            PROVINCES => self.inner.communes.contains_key(code),
            COMMUNES => self.inner.parents.contains_key(code),
            _ => false,
        }
    }

    fn label(&self, list: &str, code: &str, _lang: Lang) -> Option<String> {
        matches!(list, PROVINCES | COMMUNES).then(|| self.name(code).map(str::to_owned)).flatten()
    }

    fn options(&self, list: &str, parent: Option<&str>, _lang: Lang) -> Vec<Choice> {
        match (list, parent) {
            (PROVINCES, _) => self.provinces().iter().map(choice).collect(),
            (COMMUNES, Some(province)) => self.communes(province).iter().map(choice).collect(),
            _ => Vec::new(),
        }
    }

    fn parent(&self, list: &str, code: &str) -> Option<String> {
        (list == COMMUNES).then(|| self.inner.parents.get(code).cloned()).flatten()
    }

    fn find(&self, list: &str, typed: &str, parent: Option<&str>) -> Vec<Choice> {
        let wanted = text::fold(typed);
        if wanted.is_empty() {
            return Vec::new();
        }
        let all: Box<dyn Iterator<Item = &Unit>> = match (list, parent) {
            (PROVINCES, _) => Box::new(self.inner.provinces.iter()),
            (COMMUNES, Some(province)) => Box::new(self.communes(province).iter()),
            (COMMUNES, None) => Box::new(self.inner.communes.values().flatten()),
            _ => return Vec::new(),
        };
        let mut found: Vec<(bool, Choice)> = all
            .filter_map(|unit| {
                let (full, short) = (text::fold(&unit.full_name), text::fold(&unit.name));
                let exact = full == wanted || short == wanted;
                (exact || full.contains(&wanted) || wanted.contains(&full)).then(|| (!exact, choice(unit)))
            })
            .collect();
        found.sort_by(|a, b| (a.0, &a.1.label).cmp(&(b.0, &b.1.label)));
        found.truncate(20);
        found.into_iter().map(|(_, c)| c).collect()
    }
}

//! Code lists: those that the product knows by itself, and the port for those that live in the database.

mod countries;
mod ethnic;
mod more;

use std::borrow::Cow;

use crate::kernel::Lang;

/// Name of the list of provinces (2-digit codes); comes from the caller.
pub const PROVINCES: &str = "tinh";
/// Name of the list of communes (5-digit codes); comes from the caller. Their parent is a province.
pub const COMMUNES: &str = "xa";

/// A code and what people call it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    pub code: Cow<'static, str>,
    pub label: String,
}

/// Code lists that live outside the engine: administrative units, and whatever else a procedure brings.
///
/// Lists that the product knows by itself ([`builtin`]) never reach this port.
pub trait Lists: Sync {
    /// Whether the list has this code today.
    fn contains(&self, list: &str, code: &str) -> bool;
    /// The name of a code; also of codes that are no longer in use.
    fn label(&self, list: &str, code: &str, lang: Lang) -> Option<String>;
    /// The codes of a list in the order people expect; of communes only with a province as parent.
    fn options(&self, list: &str, parent: Option<&str>, lang: Lang) -> Vec<Choice>;
    /// The code one level up (a commune's province).
    fn parent(&self, list: &str, code: &str) -> Option<String>;
    /// The codes that a typed name may mean, best first (`Thuận Hóa`, `phuong thuan hoa, hue`).
    fn find(&self, list: &str, text: &str, parent: Option<&str>) -> Vec<Choice>;
}

/// Takes every well-formed code of provinces and communes: for tests and for loading forms before units are imported.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnyUnits;

impl Lists for AnyUnits {
    fn contains(&self, _list: &str, code: &str) -> bool {
        !code.is_empty()
    }
    fn label(&self, _list: &str, _code: &str, _lang: Lang) -> Option<String> {
        None
    }
    fn options(&self, _list: &str, _parent: Option<&str>, _lang: Lang) -> Vec<Choice> {
        Vec::new()
    }
    fn parent(&self, _list: &str, _code: &str) -> Option<String> {
        None
    }
    fn find(&self, _list: &str, _text: &str, _parent: Option<&str>) -> Vec<Choice> {
        Vec::new()
    }
}

/// One line of a built-in list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
}

impl Entry {
    const fn new(code: &'static str, vi: &'static str, en: &'static str) -> Self {
        Self { code, vi, en }
    }

    /// The name for a reader.
    pub fn label(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }
}

/// The lists that the product knows: `dan_toc`, `quoc_tich`, `quoc_gia`, `ton_giao`, `ngan_hang`.
pub fn builtin(list: &str) -> Option<Vec<&'static Entry>> {
    Some(match list {
        "quoc_tich" => countries::ENTRIES.iter().chain(std::iter::once(&countries::STATELESS)).collect(),
        other => slice(other)?.iter().collect(),
    })
}

fn slice(list: &str) -> Option<&'static [Entry]> {
    match list {
        "dan_toc" => Some(ethnic::ENTRIES),
        "quoc_gia" | "quoc_tich" => Some(countries::ENTRIES),
        "ton_giao" => Some(more::RELIGIONS),
        "ngan_hang" => Some(more::BANKS),
        _ => None,
    }
}

/// Whether a form may name this list.
pub(super) fn is_known(list: &str) -> bool {
    slice(list).is_some() || list == PROVINCES || list == COMMUNES
}

fn entry(list: &str, code: &str) -> Option<&'static Entry> {
    if list == "quoc_tich" && code == countries::STATELESS.code {
        return Some(&countries::STATELESS);
    }
    slice(list)?.iter().find(|entry| entry.code == code)
}

/// Whether a list, built-in or the caller's, has a code.
pub(super) fn contains(lists: &dyn Lists, list: &str, code: &str) -> bool {
    match slice(list) {
        Some(_) => entry(list, code).is_some(),
        None => lists.contains(list, code),
    }
}

/// The name of a code, built-in or the caller's.
pub(super) fn label(lists: &dyn Lists, list: &str, code: &str, lang: Lang) -> Option<String> {
    match slice(list) {
        Some(_) => entry(list, code).map(|entry| entry.label(lang).to_owned()),
        None => lists.label(list, code, lang),
    }
}

/// The codes of a list, built-in or the caller's.
pub(super) fn options(lists: &dyn Lists, list: &str, parent: Option<&str>, lang: Lang) -> Vec<Choice> {
    match builtin(list) {
        Some(entries) => entries
            .into_iter()
            .map(|e| Choice { code: Cow::Borrowed(e.code), label: e.label(lang).to_owned() })
            .collect(),
        None => lists.options(list, parent, lang),
    }
}

/// What a typed text means: the code itself, or the one code with that name.
pub(super) fn resolve(lists: &dyn Lists, list: &str, text: &str, parent: Option<&str>) -> Resolved {
    if contains(lists, list, text) {
        return Resolved::Code(text.to_owned());
    }
    if let Some(entries) = builtin(list) {
        let wanted = super::characters::fold(text);
        let mut found = entries.iter().filter(|e| e.vi == text || e.en == text);
        let exact = found.next().or_else(|| {
            let mut folded = entries
                .iter()
                .filter(|e| super::characters::fold(e.vi) == wanted || super::characters::fold(e.en) == wanted);
            folded.next().filter(|_| folded.next().is_none())
        });
        return exact.map_or(Resolved::Nothing, |e| Resolved::Code(e.code.to_owned()));
    }
    if text.len() > 120 {
        return Resolved::Nothing;
    }
    if let (COMMUNES, None, Some((name, province))) = (list, parent, text.rsplit_once(',')) {
        // «Bình Điền, Huế»: the province decides between communes of one name.
        if let Resolved::Code(province) = resolve(lists, PROVINCES, province.trim(), None) {
            return resolve(lists, list, name.trim(), Some(&province));
        }
    }
    let mut found = lists.find(list, text, parent);
    let wanted = bare(text);
    let mut exact = found.iter().filter(|c| bare(&c.label) == wanted);
    if let (Some(one), None) = (exact.next(), exact.next()) {
        return Resolved::Code(one.code.to_string());
    }
    match found.len() {
        0 => Resolved::Nothing,
        1 => Resolved::Code(found.remove(0).code.into_owned()),
        _ => Resolved::Several(found),
    }
}

/// The name of a unit without the word for its kind.
fn bare(name: &str) -> String {
    let folded = super::characters::fold(name);
    let kinds = ["thanh pho ", "tinh ", "phuong ", "xa ", "dac khu ", "tp ", "thi tran "];
    kinds.iter().find_map(|kind| folded.strip_prefix(kind)).map(str::to_owned).unwrap_or(folded)
}

/// What a page with a province and a commune posts for a field that holds the commune alone: `46:19753`, or `46` while
/// the commune is not chosen yet. Gives the commune if it lies in the province, else the province.
pub(super) fn commune_of_pair(lists: &dyn Lists, text: &str) -> Option<String> {
    let (province, commune) = text.split_once(':')?;
    let inside = contains(lists, COMMUNES, commune) && lists.parent(COMMUNES, commune).is_none_or(|p| p == province);
    Some(if inside { commune } else { province }.to_owned())
}

/// The province that a commune field tells: that of its commune, or the one that was chosen first.
pub(super) fn province_of(lists: &dyn Lists, text: &str) -> Option<String> {
    let known = |code: &str| contains(lists, PROVINCES, code).then(|| code.to_owned());
    match text.split_once(':') {
        Some((province, _)) => known(province),
        None if text.len() == 2 => known(text),
        None => lists.parent(COMMUNES, text),
    }
}

/// What a typed text means in a code list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    Code(String),
    Several(Vec<Choice>),
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_lists_are_whole() {
        let peoples = builtin("dan_toc").unwrap();
        assert_eq!(peoples.len(), 56);
        for (i, entry) in peoples.iter().take(54).enumerate() {
            assert_eq!(entry.code, format!("{:02}", i + 1));
        }
        let countries = builtin("quoc_tich").unwrap();
        assert_eq!(countries[0].vi, "Việt Nam");
        assert_eq!(countries.len(), 250, "249 of ISO 3166-1 and the stateless");
        for list in ["dan_toc", "quoc_tich", "quoc_gia", "ton_giao", "ngan_hang"] {
            let entries = builtin(list).unwrap();
            let codes: std::collections::HashSet<_> = entries.iter().map(|e| e.code).collect();
            let names: std::collections::HashSet<_> = entries.iter().map(|e| e.vi).collect();
            assert_eq!((codes.len(), names.len()), (entries.len(), entries.len()), "{list} has a line twice");
        }
    }

    #[test]
    fn a_typed_name_finds_its_code() {
        assert_eq!(resolve(&AnyUnits, "quoc_tich", "Việt Nam", None), Resolved::Code("VN".into()));
        assert_eq!(resolve(&AnyUnits, "quoc_tich", "viet nam", None), Resolved::Code("VN".into()));
        assert_eq!(resolve(&AnyUnits, "dan_toc", "12", None), Resolved::Code("12".into()));
        assert_eq!(resolve(&AnyUnits, "dan_toc", "ê đê", None), Resolved::Code("12".into()));
        assert_eq!(resolve(&AnyUnits, "dan_toc", "Atlantis", None), Resolved::Nothing);
        assert_eq!(label(&AnyUnits, "quoc_tich", "XXA", Lang::Vi).as_deref(), Some("Không quốc tịch"));
        assert!(!contains(&AnyUnits, "quoc_gia", "XXA"));
    }
}

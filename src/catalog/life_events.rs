//! Life events (sự kiện trong đời): the doors through which people look for procedures. Data in
//! `config/catalogue/life_events.json`, in the order in which they are shown.

use std::sync::LazyLock;

use serde::Deserialize;

use super::revision::Text;
use crate::kernel::text::fold;

/// A life event.
#[derive(Clone, Debug, Deserialize)]
pub struct LifeEvent {
    pub code: String,
    pub name: Text,
    /// Folded words whose presence in a name puts a national record under this event.
    #[serde(rename = "match")]
    words: Vec<String>,
}

/// All life events, in order.
pub fn all() -> &'static [LifeEvent] {
    static ALL: LazyLock<Vec<LifeEvent>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../config/catalogue/life_events.json")).unwrap_or_else(|error| {
            tracing::error!(%error, "the shipped life events can't be read");
            Vec::new()
        })
    });
    &ALL
}

/// The life event of a code.
pub fn get(code: &str) -> Option<&'static LifeEvent> {
    all().iter().find(|event| event.code == code)
}

/// Codes of the events that a procedure's name speaks of.
pub fn matching(name: &str) -> Vec<String> {
    let folded = fold(name);
    let speaks = |event: &&LifeEvent| event.words.iter().any(|w| folded.contains(w.as_str()));
    all().iter().filter(speaks).map(|event| event.code.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_events() {
        assert!(all().len() >= 12);
        assert_eq!(matching("Thủ tục đăng ký khai sinh"), ["co_con_nho"]);
        assert_eq!(matching("Cấp hộ chiếu phổ thông"), ["di_nuoc_ngoai"]);
        assert!(matching("Phê duyệt kế hoạch").is_empty());
        assert!(all().iter().flat_map(|e| &e.words).all(|w| &fold(w) == w), "words are written folded");
    }
}

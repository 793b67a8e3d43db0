//! What people call things: `config/catalogue/synonyms.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::kernel::text::fold;

#[derive(Deserialize)]
struct Line {
    said: Vec<String>,
    means: Vec<String>,
}

/// A folded phrase and what it stands for, folded.
struct Synonym {
    said: String,
    means: Vec<String>,
}

fn all() -> &'static [Synonym] {
    static ALL: LazyLock<Vec<Synonym>> = LazyLock::new(|| {
        let text = include_str!("../../../config/catalogue/synonyms.json");
        let lines: Vec<Line> = serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::error!(%error, "the shipped synonyms can't be read");
            Vec::new()
        });
        let pairs = lines.into_iter().flat_map(|line| {
            let means: Vec<String> = line.means.iter().map(|m| fold(m)).collect();
            line.said.into_iter().map(move |said| Synonym { said: fold(&said), means: means.clone() })
        });
        pairs.collect()
    });
    &ALL
}

/// Other words for a folded query: each phrase that stands in it, whole words only, replaced by its meaning.
/// The longest phrases come first; at most four.
pub(super) fn alternatives(query: &str) -> Vec<String> {
    let padded = format!(" {query} ");
    let mut found: Vec<&Synonym> = all().iter().filter(|s| padded.contains(&format!(" {} ", s.said))).collect();
    found.sort_by_key(|s| std::cmp::Reverse(s.said.len()));
    let mut out = Vec::new();
    for synonym in found {
        for means in &synonym.means {
            // A meaning that repeats words of the rest says them once.
            let rest = padded.replacen(&format!(" {} ", synonym.said), " ", 1);
            let rest: Vec<&str> =
                rest.split(' ').filter(|w| !w.is_empty() && !means.split(' ').any(|m| m == *w)).collect();
            let other = if rest.is_empty() { means.clone() } else { format!("{means} {}", rest.join(" ")) };
            if other != query && !out.contains(&other) {
                out.push(other);
            }
        }
    }
    out.truncate(4);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_replaced_as_whole_words() {
        assert_eq!(alternatives("so ho khau"), ["dang ky thuong tru", "dang ky thuong tru so"]);
        assert_eq!(alternatives("passport"), ["cap ho chieu pho thong"]);
        assert!(alternatives("dang ky khai tu").is_empty());
        assert!(all().len() > 50);
    }
}

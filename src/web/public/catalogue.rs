//! `/thu-tuc`: search with filters, and the suggestions under the search box.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Query as Params};

use super::cache::PageCache;
use super::words;
use crate::catalog::life_events;
use crate::catalog::revision::AgencyLevel;
use crate::catalog::search::{Counts, Filters, Found, Hit as FoundHit, Index, Query, Why};
use crate::catalog::{Audience, Level};
use crate::kernel::{Lang, text};
use crate::templating::pages::catalogue::{Catalogue, Hit, Piece};
use crate::templating::pages::parts::{FilterGroup, FilterItem, Hidden, Link, Paging};
use crate::web::{Error, Result, Visit};

/// Procedures on one page.
const PAGE: usize = 20;
/// Suggestions under the search box.
const SUGGESTIONS: usize = 8;
/// The longest search that is looked at.
const LONGEST: usize = 200;

/// What the address says.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    #[serde(rename = "linh-vuc")]
    field: String,
    #[serde(rename = "co-quan")]
    agency: String,
    #[serde(rename = "muc-do")]
    level: String,
    #[serde(rename = "cap")]
    agency_level: String,
    #[serde(rename = "su-kien")]
    life_event: String,
    #[serde(rename = "doi-tuong")]
    audience: String,
    #[serde(rename = "trang")]
    page: String,
}

/// Names of the filters in the address, in the order of [`Asked::values`].
const NAMES: [&str; 6] = ["linh-vuc", "co-quan", "muc-do", "cap", "su-kien", "doi-tuong"];

impl Asked {
    fn values(&self) -> [&str; 6] {
        [&self.field, &self.agency, &self.level, &self.agency_level, &self.life_event, &self.audience]
    }

    fn query(&self) -> Query {
        let some = |value: &str| Some(value.to_owned()).filter(|v| !v.is_empty());
        Query {
            text: self.q.chars().take(LONGEST).collect(),
            filters: Filters {
                field: some(&self.field),
                agency: some(&self.agency),
                level: Level::parse(&self.level),
                agency_level: AgencyLevel::parse(&self.agency_level),
                life_event: some(&self.life_event),
                audience: Audience::parse(&self.audience),
            },
        }
    }

    /// The same search with one filter at another value (empty: without it), on its first page.
    fn with(&self, name: &str, value: &str) -> String {
        let mut pairs = vec![("q", self.q.as_str())];
        pairs.extend(NAMES.into_iter().zip(self.values()).map(|(n, v)| (n, if n == name { value } else { v })));
        address(&pairs)
    }

    fn on_page(&self, page: usize) -> String {
        let number = page.to_string();
        let mut pairs = vec![("q", self.q.as_str())];
        pairs.extend(NAMES.into_iter().zip(self.values()));
        pairs.push(("trang", if page > 1 { &number } else { "" }));
        address(&pairs)
    }
}

/// `/thu-tuc?…` of the pairs that have a value.
fn address(pairs: &[(&str, &str)]) -> String {
    let mut url = String::from("/thu-tuc");
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
                b' ' => url.push('+'),
                other => url.push_str(&format!("%{other:02X}")),
            }
        }
    }
    url
}

/// `GET /thu-tuc`
pub async fn show(visit: Visit, asked: Params<Asked>, cache: Data<PageCache>) -> Result {
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let index = snapshot.index();
    cache.page(&visit, snapshot.version(), async || Ok(page(&visit, &asked, index))).await
}

/// `GET /thu-tuc/goi-y?q=`: `[{label, href}]`
pub async fn suggest(visit: Visit, asked: Params<Asked>) -> Result {
    let snapshot = visit.app.catalogue.snapshot(&visit.app.db).await?;
    let typed: String = asked.q.chars().take(LONGEST).collect();
    let found = snapshot.index().suggest(&typed, SUGGESTIONS);
    let link = |label: &str, code: &str| serde_json::json!({"label": label, "href": format!("/thu-tuc/{code}")});
    let items: Vec<_> = found.iter().map(|entry| link(entry.name.get(visit.lang), &entry.code)).collect();
    Ok(HttpResponse::Ok().json(items))
}

fn page(visit: &Visit, asked: &Asked, index: &Index) -> Catalogue {
    let found = index.search(&asked.query());
    let total = found.hits.len();
    let number = asked.page.parse::<usize>().unwrap_or(1).clamp(1, total.div_ceil(PAGE).max(1));
    let shown: Vec<&FoundHit<'_>> = found.hits.iter().skip((number - 1) * PAGE).take(PAGE).collect();
    let names = Names::of(visit, index);
    let hidden = |(name, value): (&str, &str)| Hidden { name: name.into(), value: value.into() };
    let link = |hit: &FoundHit<'_>| Link::new(hit.entry.name.get(visit.lang), format!("/thu-tuc/{}", hit.entry.code));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Catalogue {
        query: asked.q.clone(),
        filters: if found.nearest { Vec::new() } else { filters(visit, asked, &found, &names) },
        active: active(asked, &names),
        keep: NAMES.into_iter().zip(asked.values()).filter(|(_, value)| !value.is_empty()).map(hidden).collect(),
        nearest: if found.nearest { found.hits.iter().map(link).collect() } else { Vec::new() },
        paging: Paging {
            prev: (number > 1).then(|| asked.on_page(number - 1)),
            next: (number * PAGE < total).then(|| asked.on_page(number + 1)),
            shown: count(shown.len()),
            total: Some(count(total)),
        },
        results: if found.nearest { Vec::new() } else { shown.iter().map(|hit| result(visit, asked, hit)).collect() },
    }
}

fn result(visit: &Visit, asked: &Asked, hit: &FoundHit<'_>) -> Hit {
    let entry = hit.entry;
    let level = entry.agency_levels.first().map(|level| level.as_str());
    Hit {
        code: entry.code.clone(),
        name: pieces(entry.name.get(visit.lang), &asked.q),
        href: format!("/thu-tuc/{}", entry.code),
        field: entry.field.name.get(visit.lang).to_owned(),
        level: entry.level.as_str().to_owned(),
        agency_level: level.map(|key| visit.text(&format!("agency-{key}"), &[])).unwrap_or_default(),
        fee: None,
        time: None,
        why: match hit.why {
            Why::All | Why::Code | Why::Name => None,
            Why::Synonym => Some(visit.text("found-by-synonym", &[])),
            Why::Surroundings => Some(entry.agency_text.get(visit.lang).to_owned()).filter(|t| !t.is_empty()),
        },
    }
}

/// The words of a name, those that were typed marked; tone marks and case play no part.
fn pieces(name: &str, typed: &str) -> Vec<Piece> {
    let folded = text::fold(typed);
    let wanted: Vec<&str> = folded.split_whitespace().collect();
    let mut found: Vec<Piece> = Vec::new();
    for word in name.split_inclusive(' ') {
        let hit = wanted.contains(&text::fold(word).trim());
        match found.last_mut() {
            Some(last) if last.hit == hit => last.text.push_str(word),
            _ => found.push(Piece { text: word.to_owned(), hit }),
        }
    }
    found
}

/// What codes of filters are called.
struct Names {
    field: HashMap<String, String>,
    agency: HashMap<String, String>,
    other: HashMap<(usize, String), String>,
}

impl Names {
    fn of(visit: &Visit, index: &Index) -> Self {
        let lang: Lang = visit.lang;
        let mut names = Self { field: HashMap::new(), agency: HashMap::new(), other: HashMap::new() };
        for entry in index.entries() {
            names.field.entry(entry.field.code.clone()).or_insert_with(|| entry.field.name.get(lang).to_owned());
            for agency in &entry.agencies {
                names.agency.entry(agency.code.clone()).or_insert_with(|| agency.name.clone());
            }
        }
        let mut put = |kind: usize, code: &str, name: String| names.other.insert((kind, code.to_owned()), name);
        for level in Level::ALL {
            put(2, level.as_str(), words::level_text(visit, level));
        }
        for level in AgencyLevel::ALL {
            put(3, level.as_str(), visit.text(&format!("agency-{}", level.as_str()), &[]));
        }
        for event in life_events::all() {
            put(4, &event.code, event.name.get(lang).to_owned());
        }
        for audience in Audience::ALL {
            put(5, audience.as_str(), visit.text(&format!("audience-{}", audience.as_str()), &[]));
        }
        names
    }

    fn get(&self, kind: usize, code: &str) -> String {
        let found = match kind {
            0 => self.field.get(code),
            1 => self.agency.get(code),
            kind => self.other.get(&(kind, code.to_owned())),
        };
        found.cloned().unwrap_or_else(|| code.to_owned())
    }
}

/// Values of one filter shown at most.
const VALUES: usize = 30;

fn filters(visit: &Visit, asked: &Asked, found: &Found<'_>, names: &Names) -> Vec<FilterGroup> {
    let facets = &found.facets;
    let all: [(&str, &Counts); 6] = [
        ("filter-field", &facets.field),
        ("filter-agency", &facets.agency),
        ("filter-level", &facets.level),
        ("filter-agency-level", &facets.agency_level),
        ("filter-life-event", &facets.life_event),
        ("filter-audience", &facets.audience),
    ];
    let mut groups = Vec::new();
    for (kind, ((title, counts), chosen)) in all.into_iter().zip(asked.values()).enumerate() {
        let mut items: Vec<FilterItem> = counts
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(code, count)| FilterItem {
                label: names.get(kind, code),
                href: asked.with(NAMES.get(kind).copied().unwrap_or(""), if code == chosen { "" } else { code }),
                count: i64::try_from(*count).unwrap_or(i64::MAX),
                current: code == chosen,
            })
            .collect();
        items.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
        items.truncate(VALUES);
        if items.len() > 1 || !chosen.is_empty() {
            let open = kind == 0 || kind == 2 || !chosen.is_empty();
            groups.push(FilterGroup { title: visit.text(title, &[]), open, items });
        }
    }
    groups
}

fn active(asked: &Asked, names: &Names) -> Vec<Link> {
    let chosen = NAMES.into_iter().zip(asked.values()).enumerate().filter(|(_, (_, value))| !value.is_empty());
    chosen.map(|(kind, (name, value))| Link::new(names.get(kind, value), asked.with(name, ""))).collect()
}

/// A procedure code as addresses have it; anything else is no procedure.
pub(super) fn known_code(code: &str) -> Result<&str> {
    let fits = code.len() <= 32 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    if fits { Ok(code) } else { Err(Error::not_found()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_the_search() {
        let asked = Asked { q: "khai sinh & đất".into(), field: "ho-tich".into(), ..Asked::default() };
        assert_eq!(
            asked.with("muc-do", "full"),
            "/thu-tuc?q=khai+sinh+%26+%C4%91%E1%BA%A5t&linh-vuc=ho-tich&muc-do=full"
        );
        assert_eq!(asked.with("linh-vuc", ""), "/thu-tuc?q=khai+sinh+%26+%C4%91%E1%BA%A5t");
        assert_eq!(Asked::default().on_page(2), "/thu-tuc?trang=2");
        assert_eq!(Asked::default().on_page(1), "/thu-tuc");
    }

    #[test]
    fn typed_words_are_marked_without_tone_marks() {
        let marked: Vec<(String, bool)> =
            pieces("Thủ tục đăng ký khai sinh", "KHAI sinh").into_iter().map(|p| (p.text, p.hit)).collect();
        assert_eq!(marked, [("Thủ tục đăng ký ".to_owned(), false), ("khai sinh".to_owned(), true)]);
    }
}

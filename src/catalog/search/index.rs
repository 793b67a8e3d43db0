//! The index: words of all names with where they stand, and the scoring.

use std::collections::HashMap;

use super::{Entry, Facets, Found, Hit, Query, Why, fuzzy, synonyms};
use crate::kernel::text::{fold, sort_key};

/// Words that stand before nearly every name and say nothing.
const EMPTY_WORDS: [&str; 2] = ["thu", "tuc"];
/// What a score must reach to be a match.
const GOOD: f32 = 0.5;
/// What comes near, when nothing matches.
const NEAR: f32 = 0.12;
/// How many near ones are shown.
const NEAREST: usize = 5;
/// Words of a query that are looked at.
const MOST_WORDS: usize = 16;
/// A meaning counts nearly as much as what was typed.
const SYNONYM: f32 = 0.97;

/// A searchable catalogue.
pub struct Index {
    /// In the order in which they are listed when nothing is typed.
    entries: Vec<Entry>,
    /// Each entry's name as word numbers, without the empty words before it.
    names: Vec<Vec<usize>>,
    /// The sum of the weights of each name's words.
    name_weights: Vec<f32>,
    words: Vec<Word>,
    by_text: HashMap<String, usize>,
    by_code: HashMap<String, usize>,
}

/// A word of the vocabulary, written by sound.
struct Word {
    letters: fuzzy::Letters,
    /// How much it tells: 1 for a word in one name, near 0 for one in all.
    weight: f32,
    /// Entries with the word in their name.
    in_names: Vec<usize>,
    /// Entries with the word in their field, agency or English name only.
    around: Vec<usize>,
}

/// What a query's words give each entry.
struct Scores {
    /// A row an entry: the best likeness of each query word, in the name or around it.
    seen: Vec<Seen>,
    /// Whether any word of the query stands in an entry.
    touched: Vec<bool>,
    weights: Vec<f32>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    likeness: f32,
    in_name: bool,
    /// The vocabulary word that it was.
    word: usize,
}

impl Index {
    /// Builds the index. Procedures that can be filed come first, then by name.
    pub fn build(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_cached_key(|e| (!e.has_form, sort_key(&e.name.vi), e.code.clone()));
        let mut index = Self {
            names: Vec::with_capacity(entries.len()),
            name_weights: Vec::new(),
            words: Vec::new(),
            by_text: HashMap::new(),
            by_code: entries.iter().enumerate().map(|(i, e)| (e.code.clone(), i)).collect(),
            entries: Vec::new(),
        };
        for (i, entry) in entries.iter().enumerate() {
            let name = split(&fold(&entry.name.vi));
            let begin = if name.iter().take(2).map(String::as_str).eq(EMPTY_WORDS) { 2 } else { 0 };
            let mut numbers = Vec::with_capacity(name.len());
            for word in name.iter().skip(begin) {
                let number = index.number(word);
                numbers.push(number);
                push_once(&mut index.words, number, i, true);
            }
            index.names.push(numbers);
            let around = [Some(&entry.field.name.vi), entry.name.en.as_ref(), Some(&entry.agency_text.vi)];
            for word in around.into_iter().flatten().flat_map(|text| split(&fold(text))) {
                let number = index.number(&word);
                push_once(&mut index.words, number, i, false);
            }
        }
        let all = entries.len().max(1) as f32;
        for word in &mut index.words {
            let found = word.in_names.len().max(word.around.len() / 4).max(1) as f32;
            word.weight = 0.15 + 0.85 * ((all / found).ln() / all.ln().max(1.0)).clamp(0.0, 1.0);
        }
        let weigh = |name: &Vec<usize>| name.iter().filter_map(|n| index.words.get(*n)).map(|w| w.weight).sum();
        index.name_weights = index.names.iter().map(weigh).collect();
        index.entries = entries;
        index
    }

    /// All entries, as they are listed when nothing is typed.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a procedure code.
    pub fn get(&self, code: &str) -> Option<&Entry> {
        self.by_code.get(code).and_then(|i| self.entries.get(*i))
    }

    fn number(&mut self, word: &str) -> usize {
        let sound = fuzzy::sound(word);
        if let Some(number) = self.by_text.get(&sound) {
            return *number;
        }
        let number = self.words.len();
        let letters = fuzzy::Letters::of(&sound);
        self.words.push(Word { letters, weight: 0.0, in_names: Vec::new(), around: Vec::new() });
        self.by_text.insert(sound, number);
        number
    }

    /// Finds procedures. Never fails: what matches nothing gives the nearest.
    pub fn search(&self, query: &Query) -> Found<'_> {
        let scored = self.scored(&query.text);
        let nearest = !scored.is_empty() && scored.iter().all(|(_, score, _)| *score < GOOD);
        let enough = |score: f32| nearest || score >= GOOD;
        let matching: Vec<_> = scored.into_iter().filter(|(_, score, _)| enough(*score)).collect();
        let found = matching.iter().filter_map(|(i, ..)| self.entries.get(*i));
        let facets = Facets::count(found, &query.filters);
        let mut hits: Vec<Hit<'_>> = matching
            .iter()
            .filter_map(|(i, score, why)| Some(Hit { entry: self.entries.get(*i)?, score: *score, why: *why }))
            .filter(|hit| query.filters.pass(hit.entry))
            .collect();
        if nearest {
            hits.truncate(NEAREST);
        }
        Found { hits, nearest, facets }
    }

    /// Names that what was typed may become; nothing before two letters.
    pub fn suggest(&self, text: &str, most: usize) -> Vec<&Entry> {
        if fold(text).chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return Vec::new();
        }
        self.scored(text).into_iter().filter_map(|(i, ..)| self.entries.get(i)).take(most).collect()
    }

    /// Entry numbers with their scores, best first; everything when nothing was typed.
    fn scored(&self, text: &str) -> Vec<(usize, f32, Why)> {
        let folded = fold(text);
        let typed = folded.trim();
        if typed.is_empty() {
            return (0..self.entries.len()).map(|i| (i, 1.0, Why::All)).collect();
        }
        let mut best: HashMap<usize, (f32, Why)> = HashMap::new();
        let mut keep = |i: usize, score: f32, why: Why| {
            let entry = best.entry(i).or_insert((score, why));
            if score > entry.0 {
                *entry = (score, why);
            }
        };
        for (i, entry) in self.entries.iter().enumerate() {
            if typed.bytes().any(|b| b.is_ascii_digit()) && entry.code.starts_with(typed) {
                keep(i, if entry.code == typed { 3.0 } else { 1.5 }, Why::Code);
            }
        }
        let unfinished = !folded.ends_with(' ');
        self.score_words(typed, unfinished, &mut keep);
        for other in synonyms::alternatives(&split(typed).join(" ")) {
            self.score_words(&other, false, |i, score, why| {
                keep(i, score * SYNONYM, if why == Why::Name { Why::Synonym } else { why });
            });
        }
        let mut out: Vec<_> = best.into_iter().map(|(i, (score, why))| (i, score, why)).collect();
        out.retain(|(_, score, _)| *score >= NEAR);
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    /// Scores every entry that has one of the words.
    fn score_words(&self, text: &str, unfinished: bool, mut keep: impl FnMut(usize, f32, Why)) {
        let words: Vec<String> = split(text).into_iter().take(MOST_WORDS).collect();
        let scores = self.look_up(&words, unfinished);
        let total: f32 = scores.weights.iter().sum();
        if total <= 0.0 {
            return;
        }
        for (i, seen) in scores.seen.chunks_exact(words.len()).enumerate() {
            if !scores.touched.get(i).copied().unwrap_or(false) {
                continue;
            }
            let mut sum = 0.0;
            let mut in_name = false;
            for (s, weight) in seen.iter().zip(&scores.weights) {
                sum += s.value() * weight;
                in_name |= s.in_name && s.likeness > 0.0;
            }
            let matched = sum / total;
            if matched < NEAR {
                continue;
            }
            let name = self.names.get(i).map_or(&[][..], Vec::as_slice);
            let all = self.name_weights.get(i).copied().unwrap_or(0.0);
            // What can't become good by its shape is only near; its shape need not be looked at.
            let shape = if matched * 1.05 < GOOD {
                0.5
            } else {
                0.52 + 0.3 * adjacency(seen, name) + 0.18 * self.coverage(seen, all)
            };
            let bonus = if self.entries.get(i).is_some_and(|e| e.has_form) { 1.04 } else { 1.0 };
            keep(i, matched * shape * bonus, if in_name { Why::Name } else { Why::Surroundings });
        }
    }

    /// For each query word the vocabulary words that it may be, spread to their entries.
    fn look_up(&self, words: &[String], unfinished: bool) -> Scores {
        let mut seen = vec![Seen::default(); self.entries.len() * words.len()];
        let mut touched = vec![false; self.entries.len()];
        let mut weights = Vec::with_capacity(words.len());
        for (position, word) in words.iter().enumerate() {
            let meant = self.meant(word, unfinished && position + 1 == words.len());
            let best = meant.iter().map(|(_, likeness)| *likeness).fold(0.0, f32::max);
            let mut weight: Option<f32> = None;
            for (number, likeness) in meant {
                let Some(known) = self.words.get(number) else { continue };
                if likeness >= best {
                    weight = Some(weight.unwrap_or(1.0).min(known.weight));
                }
                for (list, in_name) in [(&known.in_names, true), (&known.around, false)] {
                    let new = Seen { likeness, in_name, word: number };
                    for entry in list {
                        let Some(old) = seen.get_mut(entry * words.len() + position) else { continue };
                        if new.value() > old.value() {
                            *old = new;
                            if let Some(touched) = touched.get_mut(*entry) {
                                *touched = true;
                            }
                        }
                    }
                }
            }
            // A word that nobody uses weighs like a rare one: a query of nonsense must not match.
            weights.push(weight.unwrap_or(1.0));
        }
        Scores { seen, touched, weights }
    }

    /// Vocabulary words that a typed word may mean, with their likeness.
    fn meant(&self, word: &str, unfinished: bool) -> Vec<(usize, f32)> {
        let typed = fuzzy::Letters::of(&fuzzy::sound(word));
        let mut out = Vec::new();
        for (number, known) in self.words.iter().enumerate() {
            let mut likeness = fuzzy::likeness(&typed, &known.letters);
            if unfinished && likeness < 1.0 && known.letters.begins_with(&typed) {
                let share = typed.len() as f32 / known.letters.len().max(1) as f32;
                likeness = likeness.max(0.7 + 0.25 * share);
            }
            if likeness > 0.0 {
                out.push((number, likeness));
            }
        }
        out
    }

    /// How much of the name the query says, by weight; `all` is the weight of the whole name.
    fn coverage(&self, seen: &[Seen], all: f32) -> f32 {
        let mut said = 0.0;
        for (i, s) in seen.iter().enumerate() {
            let again = seen.iter().take(i).any(|earlier| earlier.word == s.word && earlier.in_name);
            if s.in_name && s.likeness > 0.0 && !again {
                said += self.words.get(s.word).map_or(0.0, |w| w.weight);
            }
        }
        if all > 0.0 { (said / all).min(1.0) } else { 0.0 }
    }
}

impl Seen {
    /// What it counts: a word around the name counts less than half.
    fn value(self) -> f32 {
        if self.in_name { self.likeness } else { self.likeness * 0.45 }
    }
}

/// Share of neighbouring query words that are neighbours in the name too: in Vietnamese a word is two syllables.
fn adjacency(seen: &[Seen], name: &[usize]) -> f32 {
    if seen.len() < 2 {
        return seen.iter().map(|s| if s.in_name { s.likeness } else { 0.0 }).sum();
    }
    let mut sum = 0.0;
    for pair in seen.windows(2) {
        if let [a, b] = pair
            && a.in_name
            && b.in_name
            && name.windows(2).any(|w| w == [a.word, b.word])
        {
            sum += a.likeness.min(b.likeness);
        }
    }
    sum / (seen.len() - 1) as f32
}

fn push_once(words: &mut [Word], number: usize, entry: usize, in_name: bool) {
    let Some(word) = words.get_mut(number) else { return };
    if !in_name && word.in_names.last() == Some(&entry) {
        return;
    }
    let list = if in_name { &mut word.in_names } else { &mut word.around };
    if list.last() != Some(&entry) {
        list.push(entry);
    }
}

/// The words of a folded text.
fn split(folded: &str) -> Vec<String> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

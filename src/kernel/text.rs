//! Vietnamese text: one normal form at the door, folding for search, keys for sorting and for the population
//! register, and what fits into an SMS.
//!
//! The letters of all ethnic groups are at home here: those of Vietnamese, and ƀ č ĕ ĭ ñ ŏ ô̆ ơ̆ ŭ ư̆ and others of
//! Ê Đê, Gia Rai, Ba Na, Cơ Ho, M'Nông and their neighbours, with every apostrophe that keyboards make.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Unicode normal form C: what everything is stored and compared in.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// One line as typed by a person: NFC, every run of white space and control characters one space, no invisible
/// characters, no space at the ends.
pub fn line(text: &str) -> String {
    squeeze(text.nfc().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c }))
}

/// Several lines as typed by a person: each as by [`line`], line ends `\n`, no empty lines at the ends.
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let cleaned: Vec<String> = text.split('\n').map(line).collect();
    cleaned.join("\n").trim_matches('\n').to_owned()
}

fn squeeze(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for c in chars {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that take no room: zero-width ones, soft hyphen, byte order mark, direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether the character is one of the many that people type for an apostrophe.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '‘' | '’' | '‛' | '′' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ˈ' | 'ˊ' | 'ˋ' | 'ꞌ' | 'Ꞌ' | '＇')
}

/// The plain letters of a letter that has no decomposition of its own.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'Đ' | 'Ð' | 'Ɖ' | 'Ɗ' => "D",
        'ƀ' | 'ɓ' | 'ƃ' => "b",
        'Ƀ' | 'Ɓ' | 'Ƃ' => "B",
        'ł' => "l",
        'Ł' => "L",
        'ŋ' | 'ɲ' | 'ƞ' => "n",
        'Ŋ' | 'Ɲ' | 'Ƞ' => "N",
        'ø' | 'ɔ' => "o",
        'Ø' | 'Ɔ' => "O",
        'ı' | 'ɨ' => "i",
        'Ɨ' => "I",
        'ʉ' => "u",
        'Ʉ' => "U",
        'ŧ' => "t",
        'Ŧ' => "T",
        'ħ' => "h",
        'Ħ' => "H",
        'ƙ' => "k",
        'Ƙ' => "K",
        'ɛ' | 'ə' => "e",
        'Ɛ' | 'Ə' => "E",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'ß' => "ss",
        'ẞ' => "SS",
        _ => return None,
    })
}

/// The text without marks: NFD, marks dropped, đ → d, ƀ → b and so on. Case, spaces and everything else stay.
pub fn unaccent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        match plain(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out
}

/// What two spellings of the same words have in common: without marks, lower case, apostrophes of all kinds dropped,
/// white space squeezed. «Y Ƀlŏ Niê» and `y blo nie`, «H’Bơ» and `hbo` fold to the same.
pub fn fold(text: &str) -> String {
    let lower = unaccent(text).to_lowercase();
    squeeze(lower.chars().filter(|c| !is_apostrophe(*c) && !is_invisible(*c) && !is_combining_mark(*c)))
}

/// A name as the population register is asked: upper case, without marks and spaces (vietnam.md §6). Apostrophes
/// stay, all written `'`, because they are part of the name there.
pub fn population_key(name: &str) -> String {
    let chars = unaccent(name);
    let kept = chars.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    kept.map(|c| if is_apostrophe(c) { '\'' } else { c }).flat_map(char::to_uppercase).collect()
}

/// A key that sorts personal names as Vietnamese lists do: by given name (the last word), then family name, then
/// what stands between. Letters in the order a ă â b c d đ e ê … o ô ơ … u ư, tones level, huyền, hỏi, ngã, sắc,
/// nặng, a tone counting only where the letters of the word are equal.
///
/// The key is ASCII; compare it byte by byte (`COLLATE "C"` in PostgreSQL).
pub fn sort_key(name: &str) -> String {
    let name = line(name).to_lowercase();
    let words: Vec<&str> = name.split(' ').filter(|w| !w.is_empty()).collect();
    let mut key = String::new();
    if let Some((given, before)) = words.split_last() {
        for word in std::iter::once(given).chain(before) {
            word_key(word, &mut key);
        }
    }
    key
}

/// Letters as base and rank, `!`, tones, space: shorter words come before longer ones.
fn word_key(word: &str, key: &mut String) {
    let mut tones = String::new();
    let mut letters: Vec<(char, u8)> = Vec::new();
    for c in word.nfd().filter(|c| !is_apostrophe(*c)) {
        match c {
            '\u{300}' => tones.push('1'),
            '\u{309}' => tones.push('2'),
            '\u{303}' if letters.last().is_none_or(|(base, _)| *base != 'n') => tones.push('3'),
            '\u{301}' => tones.push('4'),
            '\u{323}' => tones.push('5'),
            c if is_combining_mark(c) => {
                if let Some((_, rank)) = letters.last_mut() {
                    *rank += match c {
                        '\u{306}' => 1,
                        '\u{302}' => 2,
                        '\u{31B}' => 4,
                        _ => 1,
                    };
                }
            }
            c => match plain(c) {
                Some(base) => letters.extend(base.chars().map(|b| (b, 1))),
                None => letters.push((c, 0)),
            },
        }
    }
    for (base, rank) in letters {
        if base.is_ascii_alphanumeric() {
            key.push(base);
        } else {
            key.push('~');
            key.push_str(&format!("{:06x}", u32::from(base)));
        }
        key.push(char::from(b'0' + rank.min(9)));
    }
    key.push('!');
    key.push_str(if tones.is_empty() { "0" } else { &tones });
    key.push(' ');
}

/// Letters and signs of the GSM 03.38 basic alphabet that are not ASCII letters or digits.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Signs of its extension table: each takes two places.
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";

fn gsm_size(c: char) -> Option<usize> {
    if c.is_ascii_alphanumeric() || GSM_BASIC.contains(c) {
        Some(1)
    } else if GSM_EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// The text in letters of the GSM alphabet that every phone and gateway takes: without marks, typographic signs made
/// plain, what has no likeness (emoji) left out.
pub fn sms(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in unaccent(text).chars() {
        match c {
            c if is_apostrophe(c) => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '–' | '—' | '‐' | '‑' | '−' | '•' | '·' => out.push('-'),
            '…' => out.push_str("..."),
            '₫' => out.push('d'),
            '×' => out.push('x'),
            '→' => out.push_str("->"),
            c if c != '\n' && c.is_whitespace() => out.push(' '),
            c if c.is_ascii() && gsm_size(c).is_some() => out.push(c),
            _ => {}
        }
    }
    out
}

/// How many SMS the text is sent and paid as: GSM-7 160 or 153 places each, else UCS-2 70 or 67 units. A sign of two
/// places is never cut in two.
pub fn gsm_segments(text: &str) -> usize {
    let sizes: Option<Vec<usize>> = text.chars().map(gsm_size).collect();
    match sizes {
        Some(sizes) => segments(sizes.into_iter(), 160, 153),
        None => segments(text.chars().map(char::len_utf16), 70, 67),
    }
}

fn segments(sizes: impl Iterator<Item = usize> + Clone, alone: usize, joined: usize) -> usize {
    let total: usize = sizes.clone().sum();
    if total <= alone {
        return usize::from(total > 0);
    }
    let (mut count, mut used) = (1, 0);
    for size in sizes {
        if used + size > joined {
            count += 1;
            used = 0;
        }
        used += size;
    }
    count
}

/// Whether the text can be an e-mail address: `name@host.tld` in ASCII, at most 254 characters, no tricks.
pub fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let name_fits = (1..=64).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..");
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top_fits =
        host.rsplit('.').next().is_some_and(|top| top.len() >= 2 && !top.chars().all(|c| c.is_ascii_digit()));
    name_fits && text.len() <= 254 && host.contains('.') && host.split('.').all(label_fits) && top_fits
}

#[cfg(test)]
mod tests;

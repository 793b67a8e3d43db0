//! Makes text fit for print: composed letters, nothing invisible, no letter that no font has.

#![cfg_attr(not(feature = "pdf"), allow(dead_code, reason = "used by the engine only"))]

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Stands where a font has no picture for a letter (a PDF/A file may not show «.notdef»).
const MISSING: char = '□';

/// Cleans every text in `value`; `has` says whether some font has a letter.
pub fn clean(value: &mut Value, has: &dyn Fn(char) -> bool) {
    match value {
        Value::String(text) => *text = clean_text(text, has),
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, has)),
        Value::Object(fields) => fields.values_mut().for_each(|field| clean(field, has)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Most letters without a blank between them; a longer word gets places where a line may end.
const LONGEST_WORD: usize = 40;

/// Composes letters (NFC), keeps line breaks, turns other blanks into spaces, drops what is invisible or turns the
/// direction of text around, and shows [`MISSING`] for what no font has.
pub fn clean_text(text: &str, has: &dyn Fn(char) -> bool) -> String {
    text.replace("\r\n", "\n")
        .nfc()
        .filter_map(|c| match c {
            '\n' | '\u{2028}' | '\u{2029}' | '\r' => Some('\n'),
            c if c.is_whitespace() => Some(' '),
            c if c.is_control() || is_invisible(c) => None,
            c if has(c) => Some(c),
            _ => Some(MISSING),
        })
        .collect::<String>()
        .split_inclusive([' ', '\n'])
        .map(break_long_word)
        .collect()
}

/// A word that can't stand on a line gets an invisible break after every some letters.
fn break_long_word(word: &str) -> String {
    let letters = word.chars().count();
    if letters <= LONGEST_WORD {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len() + letters / 4);
    for (i, c) in word.chars().enumerate() {
        if i > 0 && i % (LONGEST_WORD / 2) == 0 {
            out.push('\u{200b}');
        }
        out.push(c);
    }
    out
}

/// Soft hyphens, joiners, direction marks, variation selectors, byte order marks, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_printable() {
        let has = |c: char| (c as u32) < 0x2000;
        assert_eq!(clean_text("Nguye\u{302}\u{303}n\tVăn\u{200b} A\u{202e}n\r\n🙂", &has), "Nguyễn Văn An\n□");
        assert_eq!(clean_text("#strong[x] $ * _", &has), "#strong[x] $ * _");
    }

    #[test]
    fn a_word_longer_than_a_line_can_be_broken() {
        let text = format!("Nguyễn {} An", "ễ".repeat(100));
        let clean = clean_text(&text, &|_| true);
        assert!(clean.split([' ', '\u{200b}']).all(|part| part.chars().count() <= LONGEST_WORD));
        assert_eq!(clean.replace('\u{200b}', ""), text);
    }

    #[test]
    fn every_level_of_the_data_is_cleaned() {
        let mut value = serde_json::json!({"a": ["x\u{0}y", {"b": "\u{7}z"}], "n": 1});
        clean(&mut value, &|_| true);
        assert_eq!(value, serde_json::json!({"a": ["xy", {"b": "z"}], "n": 1}));
    }
}

//! Personal names: what a name may be made of, whoever its owner is.

use unicode_normalization::char::is_combining_mark;

use super::text;

/// The most characters that a name may have (NFC).
pub const MAX_CHARS: usize = 100;

/// Why a text is no personal name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the name is empty")]
    Empty,
    #[error("the name has more than {MAX_CHARS} characters")]
    TooLong,
    /// A digit, sign, emoji, or letter of another script.
    #[error("a name cannot contain {0:?}")]
    BadCharacter(char),
}

/// Reads a personal name: cleaned by [`text::line`], otherwise as typed. Latin letters with any marks (so those of
/// every ethnic group), spaces, hyphens, dots and all kinds of apostrophes; one word is a name too.
///
/// # Errors
/// [`NameError`] says what is wrong.
pub fn check(typed: &str) -> Result<String, NameError> {
    // Cut early: cleaning megabytes only to refuse them would be wasted. Four code points a letter is generous.
    if typed.chars().nth(MAX_CHARS * 4).is_some() {
        return Err(NameError::TooLong);
    }
    if let Some(control) = typed.chars().find(|c| c.is_control() && !c.is_whitespace()) {
        return Err(NameError::BadCharacter(control));
    }
    let name = text::line(typed);
    let Some(first) = name.chars().next() else { return Err(NameError::Empty) };
    if name.chars().count() > MAX_CHARS {
        return Err(NameError::TooLong);
    }
    if !is_letter(first) {
        return Err(NameError::BadCharacter(first));
    }
    let mut marks = 0;
    for c in name.chars() {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        let allowed = is_letter(c) || matches!(c, ' ' | '-' | '‐' | '‑' | '.') || text::is_apostrophe(c);
        if !(allowed || (1..=3).contains(&marks)) {
            return Err(NameError::BadCharacter(c));
        }
    }
    Ok(name)
}

/// A letter of the Latin script. Vietnamese names are written in it by law; look-alikes of other scripts are refused.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{2B8}' | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}'
            | '\u{A720}'..='\u{A7FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_kinds_pass() {
        for name in [
            "Nguyễn Văn An",
            "Y Ƀlŏ Niê",
            "Ksor H'Bơ",
            "H’Hen Niê",
            "HʼBơ Ƀuôn Yă",
            "K`Brôih",
            "Rơ Châm H‘Pốt",
            "Ơ̆ng Ư̆t Čil Ñơm",
            "Điểu",
            "An",
            "Giàng A Páo",
            "Nguyễn Thị Mai-Lan",
            "Jean-Pierre St. Clair",
            "Ðặng Ɓă",
        ] {
            assert_eq!(check(name).as_deref(), Ok(text::nfc(name).as_str()));
        }
        assert_eq!(check("  Lê\u{a0} Thi\u{323} Hoa ").as_deref(), Ok("Lê Thị Hoa"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (text, bad) in [
            ("An 2", '2'),
            ("An😀", '😀'),
            ("<script>", '<'),
            ("An\u{0}", '\0'),
            ("Аn", 'А'),
            ("李", '李'),
            ("'", '\''),
            ("-An", '-'),
            ("An@x", '@'),
            ("a\u{35c}\u{35c}\u{35c}\u{35c}", '\u{35c}'),
            ("Nguyễn; DROP", ';'),
        ] {
            assert_eq!(check(text), Err(NameError::BadCharacter(bad)), "{text}");
        }
        assert_eq!(check(" \t "), Err(NameError::Empty));
        assert!(check(&"ế".repeat(100)).is_ok());
        assert_eq!(check(&"ế".repeat(101)), Err(NameError::TooLong));
        assert_eq!(check(&"a".repeat(10_000_000)), Err(NameError::TooLong));
    }
}

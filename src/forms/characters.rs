//! Which characters an answer may hold. A declaration is printed on paper and read into registers, so what cannot be
//! printed (emoji, control and private-use characters) or only confuses (direction overrides, markup) is refused with a
//! message; what merely came along from a word processor (no-break spaces, invisible joiners) is put right silently.

use unicode_normalization::UnicodeNormalization;

use crate::kernel::text;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Control characters and other invisible ones.
    Control,
    /// Bytes that were no UTF-8 (they arrive as U+FFFD), noncharacters.
    Encoding,
    /// Emoji, pictographs and private-use characters.
    Emoji,
    /// `<script`, `</a`, `<!--`.
    Markup,
}

enum Fate {
    Keep,
    Space,
    Drop,
    Refuse(Refused),
}

fn fate(c: char, multiline: bool) -> Fate {
    match c {
        '\n' if multiline => Fate::Keep,
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Fate::Space,
        '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0e}' => {
            Fate::Drop
        }
        '\u{fffd}' => Fate::Refuse(Refused::Encoding),
        '\u{fdd0}'..='\u{fdef}' => Fate::Refuse(Refused::Encoding),
        c if (c as u32) & 0xfffe == 0xfffe => Fate::Refuse(Refused::Encoding),
        c if c.is_control() => Fate::Refuse(Refused::Control),
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2061}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}' => Fate::Refuse(Refused::Control),
        '\u{20e3}'
        | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fe0f}'
        | '\u{1f000}'..='\u{1faff}'
        | '\u{e0000}'..='\u{10ffff}' => Fate::Refuse(Refused::Emoji),
        _ => Fate::Keep,
    }
}

/// Puts a text into its one form: NFC, trimmed, single spaces, `\n` line ends (only where `multiline`).
pub(super) fn clean(text: &str, multiline: bool) -> Result<String, Refused> {
    if is_plain(text) {
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.nfc().peekable();
    while let Some(mut c) = chars.next() {
        if c == '\r' && multiline {
            if chars.peek() == Some(&'\n') {
                continue;
            }
            c = '\n';
        }
        match fate(c, multiline) {
            Fate::Keep if c == ' ' => push_space(&mut out),
            Fate::Space => push_space(&mut out),
            Fate::Keep if c == '\n' => {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            Fate::Keep => out.push(c),
            Fate::Drop => {}
            Fate::Refuse(why) => return Err(why),
        }
    }
    out.truncate(out.trim_end().len());
    let start = out.len() - out.trim_start().len();
    out.drain(..start);
    if has_markup(&out) { Err(Refused::Markup) } else { Ok(out) }
}

/// Plain ASCII that is already in its one form: the common case of codes and numbers.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@' | b'+' | b'/' | b':'))
}

fn push_space(out: &mut String) {
    if !out.ends_with([' ', '\n']) {
        out.push(' ');
    }
}

fn has_markup(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
    })
}

/// Lower case without tone marks, hyphens as spaces, for comparing names of lists.
pub(super) fn fold(name: &str) -> String {
    text::fold(&name.replace(['-', '–'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nfd_and_nfc_become_the_same() {
        let nfc = "Nguyễn Thị Ngọc Ánh";
        let nfd: String = nfc.nfd().collect();
        assert_ne!(nfc, nfd);
        assert_eq!(clean(&nfd, false), Ok(nfc.to_owned()));
        assert_eq!(clean("  Nguyễn\u{a0} An\u{200b} ", false), Ok("Nguyễn An".to_owned()));
    }

    #[test]
    fn lines_stay_in_long_texts_only() {
        assert_eq!(clean(" một \r\n\thai\rba ", true), Ok("một\nhai\nba".to_owned()));
        assert_eq!(clean("một\nhai", false), Err(Refused::Control));
    }

    #[test]
    fn what_cannot_be_printed_is_refused() {
        assert_eq!(clean("An\0", false), Err(Refused::Control));
        assert_eq!(clean("An\u{202e}", false), Err(Refused::Control));
        assert_eq!(clean("An 😀", false), Err(Refused::Emoji));
        assert_eq!(clean("An ❤\u{fe0f}", false), Err(Refused::Emoji));
        assert_eq!(clean("An \u{fffd}", false), Err(Refused::Encoding));
        assert_eq!(clean("<script>alert(1)</script>", false), Err(Refused::Markup));
        assert_eq!(clean("diện tích < 100 m², > 5 m", true), Ok("diện tích < 100 m², > 5 m".to_owned()));
    }
}

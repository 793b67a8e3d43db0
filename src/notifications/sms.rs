//! SMS texts: unaccented, one GSM-7 segment, names shortened by rule.
//!
//! A text with Vietnamese marks is sent as UCS-2, 70 characters a segment; without them 160 (vietnam.md §8).

use unicode_normalization::UnicodeNormalization;

/// Most characters of one segment in the GSM-7 alphabet.
pub const SEGMENT: usize = 160;

/// Room that every text leaves for the portal's host; a longer host is left out.
pub const HOST_ROOM: usize = 32;

/// The words of agencies' names that everyone knows in short form.
const SHORT_FORMS: [(&str, &str); 12] = [
    ("ủy ban nhân dân", "UBND"),
    ("uỷ ban nhân dân", "UBND"),
    ("hội đồng nhân dân", "HDND"),
    ("trung tâm phục vụ hành chính công", "TTPVHCC"),
    ("bộ phận một cửa", "BPMC"),
    ("cục quản lý", "CQL"),
    ("công an", "CA"),
    ("thành phố", "TP"),
    ("phường", "P."),
    ("tỉnh", "T."),
    ("trường tiểu học", "TH"),
    ("trường trung học cơ sở", "THCS"),
];

/// The text in letters that every phone shows and that cost one place each in GSM-7: Vietnamese marks are dropped,
/// also those of letters without a decomposition (đ, ƀ), and what has no likeness becomes a space.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            'đ' => out.push('d'),
            'Đ' | 'Ð' => out.push('D'),
            'ƀ' => out.push('b'),
            'Ƀ' => out.push('B'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'ø' => out.push('o'),
            'Ø' => out.push('O'),
            '’' | '‘' | 'ʼ' | 'ʻ' | '′' | '`' | '´' => out.push('\''),
            '“' | '”' | '«' | '»' | '„' => out.push('"'),
            '–' | '—' | '‑' | '•' => out.push('-'),
            '…' => out.push_str("..."),
            '[' | '{' => out.push('('),
            ']' | '}' => out.push(')'),
            '|' | '\\' => out.push('/'),
            '~' | '^' => out.push('-'),
            ' '..='~' => out.push(c),
            c if unicode_normalization::char::is_combining_mark(c) => {}
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the text fits into one segment: only plain letters, at most 160.
pub fn fits(text: &str) -> bool {
    text.len() <= SEGMENT && text.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"^{}\\[]~|`".contains(&b))
}

/// A person's name in at most `room` letters: whole if it fits, else the middle words as initials, else without
/// them, else cut. Only letters, spaces, hyphens and apostrophes stay, so that a name can't carry a link.
pub(super) fn person(name: &str, room: usize) -> String {
    let letters: String =
        plain(name).chars().map(|c| if c.is_ascii_alphabetic() || "'-".contains(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    let whole = words.join(" ");
    if whole.len() <= room {
        return whole;
    }
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return whole };
    let middle = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
    let initials: Vec<&str> = middle.iter().map(|word| word.get(..1).unwrap_or_default()).collect();
    let short = [&[*first], initials.as_slice(), &[*last]].concat().join(" ");
    if words.len() > 2 && short.len() <= room {
        return short;
    }
    let ends = format!("{first} {last}");
    if words.len() > 1 && ends.len() <= room { ends } else { cut(last, room) }
}

/// An agency's or procedure's name in at most `room` letters: the well-known short forms, then cut between words.
pub(super) fn title(name: &str, room: usize) -> String {
    let whole = plain(name);
    if whole.len() <= room {
        return whole;
    }
    cut(&plain(&with_short_forms(name)), room)
}

fn with_short_forms(name: &str) -> String {
    let name: String = name.nfc().collect();
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut out: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let found = SHORT_FORMS.iter().find(|(long, _)| begins_with(rest, long));
        match found {
            Some((long, short)) => {
                out.push(short);
                at += long.split(' ').count();
            }
            None => {
                out.extend(rest.first());
                at += 1;
            }
        }
    }
    out.join(" ")
}

fn begins_with(words: &[&str], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|p| words.next().is_some_and(|w| w.to_lowercase() == p))
}

/// At most `room` letters of plain text, ending after a whole word where there is one.
fn cut(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let kept = text.get(..room.saturating_sub(2)).unwrap_or_default();
    let kept = if text.as_bytes().get(kept.len()) == Some(&b' ') {
        kept
    } else {
        kept.rsplit_once(' ').map_or(kept, |(words, _)| words)
    };
    format!("{}..", kept.trim_end_matches([' ', '.', ',']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_letter_of_the_country_becomes_plain() {
        assert_eq!(plain("Nguyễn Thị Đoan Trường — ưỡn ẹo"), "Nguyen Thi Doan Truong - uon eo");
        assert_eq!(plain("Y Ƀlŏ Niê, Ksor H’Bơ, Điểu Čăm Mĭ"), "Y Blo Nie, Ksor H'Bo, Dieu Cam Mi");
        assert_eq!(plain("ế".nfd().collect::<String>().as_str()), "e");
        assert_eq!(plain("[a]{b}|~^\\`€🎉"), "(a)(b)/--/'");
    }

    #[test]
    fn names_of_people_are_shortened_by_rule() {
        assert_eq!(person("Nguyễn Văn An", 24), "Nguyen Van An");
        assert_eq!(person("Công Tằng Tôn Nữ Thị Thanh Hương", 24), "Cong T T N T T Huong");
        assert_eq!(person("Công Tằng Tôn Nữ Thị Thanh Hương", 12), "Cong Huong");
        assert_eq!(person("Hơ", 12), "Ho");
        assert_eq!(person("Wolfeschlegelsteinhausenbergerdorff", 12), "Wolfeschle..");
        assert_eq!(person("Trúng thưởng tại http://xau.vn/a?b=1", 40), "Trung thuong tai http xau vn a b");
        assert_eq!(person("", 12), "");
    }

    #[test]
    fn names_of_agencies_are_shortened_by_rule() {
        assert_eq!(title("Ủy ban nhân dân phường Thuận Hóa", 40), "Uy ban nhan dan phuong Thuan Hoa");
        assert_eq!(title("Ủy ban nhân dân phường Thuận Hóa", 30), "UBND P. Thuan Hoa");
        assert_eq!(title("Ủy ban nhân dân xã Phương Mao, thành phố Huế", 30), "UBND xa Phuong Mao, TP Hue");
        assert_eq!(title("Trung tâm Phục vụ hành chính công thành phố Huế", 24), "TTPVHCC TP Hue");
        assert_eq!(title("Cấp bản sao trích lục hộ tịch, bản sao giấy khai sinh", 24), "Cap ban sao trich luc..");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_plain_comes_out_and_fits_its_room(text in "\\PC{0,80}", room in 4usize..60) {
            prop_assert!(plain(&text).chars().all(|c| (' '..='~').contains(&c)));
            prop_assert!(plain(&text).len() > SEGMENT || fits(&plain(&text)));
            prop_assert!(title(&text, room).len() <= room);
            prop_assert!(person(&text, room).len() <= room);
        }
    }
}

//! File names as people see them. They are only shown: files are stored and found by hash and id.

use unicode_normalization::UnicodeNormalization;

use super::FileKind;

/// Longest name kept, in characters, ending included.
pub const MAX_NAME: usize = 120;

/// The name to show for an uploaded file of `kind`: the last part of what the browser sent, composed (NFC), without
/// controls, direction marks and characters that file systems refuse, with the ending of its real kind.
pub fn display_name(sent: &str, kind: FileKind) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let composed: String =
        last.nfc().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_shown(*c)).collect();
    let mut words = composed.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let ending = format!(".{}", kind.extension());
    // Another ending than the real one is part of the trick, or of the name: only endings of files go, all of them.
    while let Some(dot) = words.rfind('.') {
        let given = words.get(dot + 1..).unwrap_or_default().trim().to_lowercase();
        if !endings_of(kind).contains(&given.as_str()) && !FOREIGN.contains(&given.as_str()) {
            break;
        }
        words.truncate(dot);
    }
    let room = MAX_NAME.saturating_sub(ending.chars().count());
    let base: String = words.trim_matches(['.', ' ']).chars().take(room).collect();
    let base = base.trim_end_matches(['.', ' ']);
    if base.is_empty() { format!("tep{ending}") } else { format!("{base}{ending}") }
}

/// Endings that say the same as the kind's own.
fn endings_of(kind: FileKind) -> &'static [&'static str] {
    match kind {
        FileKind::Pdf => &["pdf"],
        FileKind::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
        FileKind::Png => &["png"],
        FileKind::Heic => &["heic", "heif"],
        FileKind::Docx => &["docx"],
        FileKind::Xlsx => &["xlsx"],
    }
}

/// Endings of other kinds of files, dropped because they contradict the content.
const FOREIGN: [&str; 32] = [
    "pdf", "jpg", "jpeg", "png", "heic", "heif", "docx", "xlsx", "doc", "xls", "docm", "xlsm", "exe", "com", "scr",
    "bat", "cmd", "ps1", "vbs", "js", "jar", "msi", "apk", "sh", "php", "html", "htm", "svg", "zip", "rar", "7z",
    "lnk",
];

/// Not a control, not invisible, not turning the direction of text, not refused by a file system.
fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}')
        && !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe_to_show() {
        let cases = [
            ("Giấy chứng sinh.pdf", FileKind::Pdf, "Giấy chứng sinh.pdf"),
            ("Gia\u{302}\u{301}y.PDF", FileKind::Pdf, "Giấy.pdf"),
            ("C:\\Users\\an\\IMG_01.JPEG", FileKind::Jpeg, "IMG_01.jpg"),
            ("hoa don.pdf.exe", FileKind::Pdf, "hoa don.pdf"),
            ("../../etc/passwd", FileKind::Png, "passwd.png"),
            ("anh\u{202e}gpj.exe", FileKind::Pdf, "anhgpj.pdf"),
            ("bản sao CT 01.2026", FileKind::Pdf, "bản sao CT 01.2026.pdf"),
            ("", FileKind::Heic, "tep.heic"),
            ("...", FileKind::Docx, "tep.docx"),
            ("a\u{0}b\nc<script>.xlsx", FileKind::Xlsx, "ab cscript.xlsx"),
        ];
        for (sent, kind, shown) in cases {
            assert_eq!(display_name(sent, kind), shown, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_by_characters_and_keeps_its_ending() {
        let shown = display_name(&"ễ".repeat(500), FileKind::Pdf);
        assert_eq!(shown.chars().count(), MAX_NAME);
        assert!(shown.ends_with("ễ.pdf"));
    }
}

//! What an uploaded file really is. The content decides; its name and the browser's claim count for nothing.
//!
//! Allowed are PDF, JPEG, PNG, HEIC, DOCX and XLSX, whole and with nothing hidden behind them. Nothing is unpacked but
//! the small list of parts of an Office file, within fixed bounds.

mod image;
mod name;
mod office;
mod refusal;

pub use name::{MAX_NAME, display_name};
pub use refusal::Refusal;

/// Largest file (domain.md, papers and results), in bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// Largest sum of the files of a dossier, in bytes.
pub const MAX_DOSSIER: u64 = 100 * 1024 * 1024;

/// A kind of file that may be uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    Pdf,
    Jpeg,
    Png,
    Heic,
    Docx,
    Xlsx,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Heic, Self::Docx, Self::Xlsx];

    /// Media type to store and to serve it as.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// File name ending, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Heic => "heic",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind stored under a media type.
    pub fn from_mime(mime: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.mime() == mime)
    }

    /// Whether a browser can show it in place.
    pub fn shown_in_browser(self) -> bool {
        matches!(self, Self::Pdf | Self::Jpeg | Self::Png)
    }
}

/// The kind of a file, or why it is not taken.
pub fn inspect(content: &[u8]) -> Result<FileKind, Refusal> {
    if content.is_empty() {
        return Err(Refusal::Empty);
    }
    if content.len() as u64 > MAX_FILE {
        return Err(Refusal::TooLarge);
    }
    let kind = if content.starts_with(b"%PDF-") {
        pdf(content)?
    } else if content.starts_with(b"\xff\xd8\xff") {
        image::jpeg(content)?
    } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        image::png(content)?
    } else if image::is_heic(content) {
        image::heic(content)?
    } else if content.starts_with(b"PK\x03\x04") {
        office::inspect(content)?
    } else {
        return Err(unknown(content));
    };
    // An archive is read from its end, so it can hide behind any other file.
    if !matches!(kind, FileKind::Docx | FileKind::Xlsx) && office::has_archive_at_end(content) {
        return Err(Refusal::Polyglot);
    }
    Ok(kind)
}

/// Whether one more file of `size` bytes still fits into a dossier that holds `held` bytes.
pub fn fits_dossier(held: u64, size: u64) -> Result<(), Refusal> {
    if held.saturating_add(size) > MAX_DOSSIER { Err(Refusal::DossierFull) } else { Ok(()) }
}

/// A PDF ends with its end mark; only blanks and a little rubbish of scanners may follow.
fn pdf(content: &[u8]) -> Result<FileKind, Refusal> {
    const END: &[u8] = b"%%EOF";
    /// How far from the end readers look for the mark.
    const TAIL: usize = 1024;
    let version = content.get(5..8).unwrap_or_default();
    if !matches!(version, [b'1' | b'2', b'.', b'0'..=b'9']) {
        return Err(Refusal::Damaged);
    }
    let tail = content.get(content.len().saturating_sub(TAIL)..).unwrap_or_default();
    let end = rfind(tail, END).ok_or(Refusal::Damaged)?;
    let after = tail.get(end + END.len()..).unwrap_or_default();
    if holds_active_content(after) { Err(Refusal::Polyglot) } else { Ok(FileKind::Pdf) }
}

/// Names what a file of no allowed kind is, so that the message can say what to do.
fn unknown(content: &[u8]) -> Refusal {
    if is_executable(content) || content.starts_with(b"MZ") {
        return Refusal::Executable;
    }
    let start = content.get(..content.len().min(4096)).unwrap_or_default();
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start().to_ascii_lowercase();
    if text.starts_with(b"#!") || text.starts_with(b"<?php") || text.starts_with(b"@echo") {
        return Refusal::Script;
    }
    if text.starts_with(b"<") {
        if find(&text, b"<svg").is_some() {
            return Refusal::Svg;
        }
        if [&b"<!doctype html"[..], b"<html", b"<script", b"<head", b"<body"]
            .iter()
            .any(|tag| find(&text, tag).is_some())
        {
            return Refusal::Html;
        }
    }
    // The container of old Office files, and of new ones under a password.
    if content.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Refusal::OldOffice;
    }
    match infer::get(content).map(|found| found.matcher_type()) {
        Some(infer::MatcherType::App) => Refusal::Executable,
        Some(infer::MatcherType::Archive) => Refusal::Archive,
        Some(infer::MatcherType::Image) => Refusal::OtherImage,
        _ => Refusal::Unknown,
    }
}

/// Windows, Linux, macOS and Android programs, Java classes, Windows shortcuts.
fn is_executable(content: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] = [
        b"\x7fELF",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"dex\n",
        b"L\x00\x00\x00\x01\x14\x02\x00",
    ];
    // Two letters alone prove nothing in the middle of a picture: a Windows program says more of itself.
    let start = content.get(..content.len().min(1024)).unwrap_or_default();
    let windows = start.starts_with(b"MZ") && (find(start, b"PE\0\0").is_some() || find(start, b"DOS mode").is_some());
    windows || MAGIC.iter().any(|magic| content.starts_with(magic))
}

/// Whether bytes outside a file's own structure hold something that another program would run. The marks are long
/// enough not to turn up by chance in some megabytes of picture data.
fn holds_active_content(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    let marks: [&[u8]; 6] = [b"<script", b"<html", b"<!doctype", b"<?php", b"<svg xmlns", b"%pdf-"];
    marks.iter().any(|mark| find(&lower, mark).is_some()) || is_executable(bytes.trim_ascii_start())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

#[cfg(test)]
mod tests;

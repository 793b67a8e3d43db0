//! Pictures: their own structure is walked to its end, and what stands outside the image data is looked at.
//!
//! Phones put things behind a picture (a short film, a second picture, maker's notes), so a tail as such is fine; a
//! tail or a comment that another program would run is not.

use super::{FileKind, Refusal, holds_active_content};

/// Walks the segments of a JPEG up to its image data.
pub fn jpeg(content: &[u8]) -> Result<FileKind, Refusal> {
    let mut at = 2;
    loop {
        let (Some(&0xff), Some(&marker)) = (content.get(at), content.get(at + 1)) else {
            return Err(Refusal::Damaged);
        };
        match marker {
            // Padding.
            0xff => at += 1,
            // Start of scan: image data follow up to the end mark.
            0xda => break,
            0x01 | 0xd0..=0xd7 => at += 2,
            0x00 | 0xd8 | 0xd9 => return Err(Refusal::Damaged),
            _ => {
                let length = u16_at(content, at + 2).filter(|length| *length >= 2).ok_or(Refusal::Damaged)?;
                let body = content.get(at + 4..at + 2 + length).ok_or(Refusal::Damaged)?;
                // A thumbnail is a JPEG of its own; only what runs counts.
                if holds_active_content(body) {
                    return Err(Refusal::Polyglot);
                }
                at += 2 + length;
            }
        }
    }
    let data = content.get(at..).unwrap_or_default();
    let end = data.windows(2).position(|pair| pair == [0xff, 0xd9]).ok_or(Refusal::Damaged)?;
    let tail = data.get(end + 2..).unwrap_or_default();
    if holds_active_content(tail) { Err(Refusal::Polyglot) } else { Ok(FileKind::Jpeg) }
}

/// Walks the chunks of a PNG to its end.
pub fn png(content: &[u8]) -> Result<FileKind, Refusal> {
    let mut at = 8;
    let mut first = true;
    loop {
        let length = u32_at(content, at).ok_or(Refusal::Damaged)?;
        let name = content.get(at + 4..at + 8).ok_or(Refusal::Damaged)?;
        let body = content.get(at + 8..at + 8 + length).ok_or(Refusal::Damaged)?;
        if first && name != b"IHDR" {
            return Err(Refusal::Damaged);
        }
        first = false;
        if name != b"IDAT" && holds_active_content(body) {
            return Err(Refusal::Polyglot);
        }
        // Length, name, body, checksum.
        at += 12 + length;
        if content.len() < at {
            return Err(Refusal::Damaged);
        }
        if name == b"IEND" {
            break;
        }
    }
    let tail = content.get(at..).unwrap_or_default();
    if holds_active_content(tail) { Err(Refusal::Polyglot) } else { Ok(FileKind::Png) }
}

/// Whether the file begins as a HEIF container of HEVC pictures.
pub fn is_heic(content: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
    if content.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let Some(size) = u32_at(content, 0) else { return false };
    let Some(brands) = content.get(8..size.min(content.len()).min(256)) else { return false };
    // `mif1` is only a container: HEVC must be named too (AVIF uses the same container).
    let main = brands.get(..4).unwrap_or_default();
    BRANDS.contains(&main) && brands.chunks_exact(4).any(|brand| brand.starts_with(b"he"))
}

/// Walks the boxes of a HEIC to the end of the file.
pub fn heic(content: &[u8]) -> Result<FileKind, Refusal> {
    let mut at = 0;
    let mut has_meta = false;
    while at < content.len() {
        let name = content.get(at + 4..at + 8).ok_or(Refusal::Damaged)?;
        let size = match u32_at(content, at).ok_or(Refusal::Damaged)? {
            0 => content.len() - at,
            1 => {
                let wide =
                    content.get(at + 8..at + 16).and_then(|bytes| bytes.try_into().ok()).ok_or(Refusal::Damaged)?;
                usize::try_from(u64::from_be_bytes(wide)).map_err(|_| Refusal::Damaged)?
            }
            size => size,
        };
        if size < 8 || size > content.len() - at || !name.iter().all(u8::is_ascii_graphic) {
            return Err(Refusal::Damaged);
        }
        has_meta |= name == b"meta";
        if name != b"mdat" && holds_active_content(content.get(at + 8..at + size).unwrap_or_default()) {
            return Err(Refusal::Polyglot);
        }
        at += size;
    }
    if has_meta { Ok(FileKind::Heic) } else { Err(Refusal::Damaged) }
}

fn u16_at(content: &[u8], at: usize) -> Option<usize> {
    let bytes: [u8; 2] = content.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(usize::from(u16::from_be_bytes(bytes)))
}

fn u32_at(content: &[u8], at: usize) -> Option<usize> {
    let bytes: [u8; 4] = content.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(bytes)).ok()
}

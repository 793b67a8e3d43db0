//! Word and Excel files: ZIP archives of XML parts. Only the directory and the list of parts are read.

use std::io::Read;

use super::{FileKind, Refusal, find, is_executable, rfind};

/// Signature of the end record of an archive.
const END: &[u8] = b"PK\x05\x06";
/// The end record and the longest comment behind it.
const END_ROOM: usize = 22 + 0xffff;
/// Most parts of a document; a real one has some dozens, a workbook of many sheets some hundreds.
const MAX_PARTS: usize = 5_000;
/// Most bytes that all parts together may unpack to.
const MAX_UNPACKED: u64 = 300 * 1024 * 1024;
/// Most bytes unpacked from one packed byte, counted over the whole file; XML of a real sheet reaches about 40.
const MAX_RATIO: u64 = 200;
/// Most bytes of the list of parts that are read.
const MAX_LIST: usize = 1024 * 1024;

/// A part as the directory tells it.
struct Part<'a> {
    name: &'a [u8],
    encrypted: bool,
    method: u16,
    packed: u64,
    unpacked: u64,
    at: usize,
}

/// Whether a file ends in an archive's end record that points to a directory inside the file.
pub fn has_archive_at_end(content: &[u8]) -> bool {
    end_record(content).is_some()
}

/// Which Office document an archive is.
pub fn inspect(content: &[u8]) -> Result<FileKind, Refusal> {
    let parts = directory(content)?;
    if parts.iter().any(|part| part.encrypted) {
        return Err(Refusal::Encrypted);
    }
    let unpacked: u64 = parts.iter().fold(0, |sum, part| sum.saturating_add(part.unpacked));
    if unpacked > MAX_UNPACKED || unpacked / MAX_RATIO > content.len() as u64 {
        return Err(Refusal::Bomb);
    }
    let Some(list) = parts.iter().find(|part| part.name == b"[Content_Types].xml") else {
        return Err(Refusal::Archive);
    };
    for part in &parts {
        check_name(part.name)?;
    }
    let list = unpack(content, list)?;
    if find(&list, b"macroenabled").is_some() || find(&list, b"vbaproject").is_some() {
        return Err(Refusal::Macro);
    }
    if find(&list, b"wordprocessingml.document.main+xml").is_some() {
        Ok(FileKind::Docx)
    } else if find(&list, b"spreadsheetml.sheet.main+xml").is_some() {
        Ok(FileKind::Xlsx)
    } else {
        Err(Refusal::Unknown)
    }
}

/// Refuses parts that run, and names that leave the archive.
fn check_name(name: &[u8]) -> Result<(), Refusal> {
    let name = name.to_ascii_lowercase();
    let name_is = |wanted: &[u8]| find(&name, wanted).is_some();
    if name_is(b"vbaproject") || name_is(b"vbadata") || name_is(b"macrosheets/") || name_is(b"activex/") {
        return Err(Refusal::Macro);
    }
    if name_is(b"../") || name_is(b"..\\") || name.starts_with(b"/") || name.contains(&0) {
        return Err(Refusal::Polyglot);
    }
    let endings: [&[u8]; 10] =
        [b".exe", b".dll", b".scr", b".com", b".bat", b".cmd", b".ps1", b".vbs", b".js", b".jar"];
    if endings.iter().any(|ending| name.ends_with(ending)) { Err(Refusal::Executable) } else { Ok(()) }
}

/// Position and bytes of the end record: it must end the file and point to a directory before it.
fn end_record(content: &[u8]) -> Option<(usize, &[u8])> {
    let from = content.len().saturating_sub(END_ROOM);
    let tail = content.get(from..)?;
    let at = from + rfind(tail, END)?;
    let record = content.get(at..at + 22)?;
    let directory = le32(record, 16)?;
    let size = le32(record, 12)?;
    // The directory may be shifted by what stands before the archive: only that it fits counts.
    (size >= 46 && size.checked_add(22)? <= content.len() as u64 && directory < content.len() as u64)
        .then_some((at, record))
}

/// The parts, read from the directory.
fn directory(content: &[u8]) -> Result<Vec<Part<'_>>, Refusal> {
    let (end, record) = end_record(content).ok_or(Refusal::Damaged)?;
    let comment = le16(record, 20).ok_or(Refusal::Damaged)?;
    if end + 22 + usize::from(comment) != content.len() {
        return Err(Refusal::Polyglot);
    }
    let count = usize::from(le16(record, 10).ok_or(Refusal::Damaged)?);
    let size = to_usize(le32(record, 12))?;
    let start = to_usize(le32(record, 16))?;
    if count > MAX_PARTS {
        return Err(Refusal::Bomb);
    }
    // Nothing between directory and end record (ZIP64 records would stand there; a file of 20 MB needs none).
    if start.checked_add(size) != Some(end) {
        return Err(Refusal::Polyglot);
    }
    let mut parts = Vec::with_capacity(count);
    let mut at = start;
    for _ in 0..count {
        let head = content.get(at..at + 46).filter(|head| head.starts_with(b"PK\x01\x02")).ok_or(Refusal::Damaged)?;
        let length = |position| le16(head, position).map(usize::from).ok_or(Refusal::Damaged);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        parts.push(Part {
            name: content.get(at + 46..at + 46 + name).ok_or(Refusal::Damaged)?,
            encrypted: le16(head, 8).ok_or(Refusal::Damaged)? & 1 != 0,
            method: le16(head, 10).ok_or(Refusal::Damaged)?,
            packed: le32(head, 20).ok_or(Refusal::Damaged)?,
            unpacked: le32(head, 24).ok_or(Refusal::Damaged)?,
            at: to_usize(le32(head, 42))?,
        });
        at += 46 + name + extra + comment;
    }
    if at == end { Ok(parts) } else { Err(Refusal::Damaged) }
}

/// The bytes of a small part, in lower case.
fn unpack(content: &[u8], part: &Part<'_>) -> Result<Vec<u8>, Refusal> {
    let head = content.get(part.at..).and_then(|rest| rest.get(..30)).ok_or(Refusal::Damaged)?;
    if !head.starts_with(b"PK\x03\x04") {
        return Err(Refusal::Damaged);
    }
    let skip = |position| le16(head, position).map(usize::from).ok_or(Refusal::Damaged);
    let start = part.at + 30 + skip(26)? + skip(28)?;
    let length = to_usize(Some(part.packed))?;
    let packed = content.get(start..).and_then(|rest| rest.get(..length)).ok_or(Refusal::Damaged)?;
    if is_executable(packed) {
        return Err(Refusal::Executable);
    }
    let mut list = Vec::new();
    match part.method {
        0 => list.extend_from_slice(packed.get(..packed.len().min(MAX_LIST)).unwrap_or_default()),
        8 => {
            let unpacker = flate2::read::DeflateDecoder::new(packed);
            unpacker.take(MAX_LIST as u64).read_to_end(&mut list).map_err(|_| Refusal::Damaged)?;
        }
        _ => return Err(Refusal::Damaged),
    }
    if list.len() >= MAX_LIST {
        return Err(Refusal::Bomb);
    }
    list.make_ascii_lowercase();
    Ok(list)
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn le32(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?)))
}

fn to_usize(value: Option<u64>) -> Result<usize, Refusal> {
    value.and_then(|value| usize::try_from(value).ok()).ok_or(Refusal::Damaged)
}

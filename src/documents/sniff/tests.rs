use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::kernel::Lang;

/// One part of a made archive: name, content, general purpose flags.
type Part<'a> = (&'a str, &'a [u8], u16);

/// An archive with deflated parts.
fn archive(parts: &[Part<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, content, flags) in parts {
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(content).unwrap();
        let packed = packer.finish().unwrap();
        let mut common = Vec::new();
        common.extend(flags.to_le_bytes());
        common.extend(8u16.to_le_bytes());
        common.extend([0; 8]);
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&common);
        directory.extend([0; 12]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04\x14\x00");
        out.extend(&common);
        out.extend([0; 2]);
        out.extend(name.as_bytes());
        out.extend(packed);
    }
    let start = out.len() as u32;
    let size = directory.len() as u32;
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend((parts.len() as u16).to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

const WORD: &[u8] = br#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const SHEET: &[u8] = br#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const MACRO: &[u8] = br#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>"#;

fn office(list: &[u8], more: &[Part<'_>]) -> Vec<u8> {
    let mut parts = vec![("[Content_Types].xml", list, 0), ("word/document.xml", b"<w:document/>", 0)];
    parts.extend(more);
    archive(&parts)
}

fn pdf_file() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n".to_vec()
}

fn jpeg_file(comment: &[u8]) -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xfe".to_vec();
    out.extend(((comment.len() + 2) as u16).to_be_bytes());
    out.extend(comment);
    out.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34\xff\x00\x56\xff\xd9");
    out
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = (body.len() as u32).to_be_bytes().to_vec();
    out.extend(name);
    out.extend(body);
    out.extend([0; 4]);
    out
}

fn png_file(text: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    out.extend(chunk(b"IHDR", &[0; 13]));
    out.extend(chunk(b"tEXt", text));
    out.extend(chunk(b"IDAT", b"<script>is only picture data here"));
    out.extend(chunk(b"IEND", b""));
    out
}

fn heic_file() -> Vec<u8> {
    let mut out = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    out.extend(b"\0\0\0\x0cmeta\0\0\0\0\0\0\0\x0cmdat\x01\x02\x03\x04");
    out
}

fn with(mut file: Vec<u8>, tail: &[u8]) -> Vec<u8> {
    file.extend(tail);
    file
}

#[test]
fn allowed_kinds_are_known_by_their_content() {
    let cases = [
        (pdf_file(), FileKind::Pdf),
        (with(pdf_file(), b"\r\n\0\0"), FileKind::Pdf),
        (jpeg_file(b"made by a phone"), FileKind::Jpeg),
        (with(jpeg_file(b""), &[0; 300]), FileKind::Jpeg),
        (png_file(b"Title\0Giay chung sinh"), FileKind::Png),
        (heic_file(), FileKind::Heic),
        (office(WORD, &[]), FileKind::Docx),
        (office(SHEET, &[("xl/workbook.xml", b"<workbook/>", 0)]), FileKind::Xlsx),
    ];
    for (content, kind) in cases {
        assert_eq!(inspect(&content), Ok(kind));
        assert_eq!(FileKind::from_mime(kind.mime()), Some(kind));
    }
}

#[test]
fn everything_else_is_refused_by_what_it_is() {
    let cases: Vec<(Vec<u8>, Refusal)> = vec![
        (vec![], Refusal::Empty),
        (vec![b' '; MAX_FILE as usize + 1], Refusal::TooLarge),
        (b"MZ\x90\0\x03".to_vec(), Refusal::Executable),
        (b"\x7fELF\x02\x01\x01".to_vec(), Refusal::Executable),
        (b"#!/bin/sh\nrm -rf /\n".to_vec(), Refusal::Script),
        (b"<?php system($_GET['c']);".to_vec(), Refusal::Script),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>x".to_vec(), Refusal::Html),
        (b"<?xml version=\"1.0\"?><svg xmlns=\"x\" onload=\"a()\"/>".to_vec(), Refusal::Svg),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest".to_vec(), Refusal::OldOffice),
        (b"GIF89a\x01\x00\x01\x00".to_vec(), Refusal::OtherImage),
        (b"Rar!\x1a\x07\x00".to_vec(), Refusal::Archive),
        (b"just words".to_vec(), Refusal::Unknown),
        (archive(&[("a.txt", b"x", 0)]), Refusal::Archive),
        (b"%PDF-1.7\ncut off".to_vec(), Refusal::Damaged),
        (b"%PDF-\n%%EOF".to_vec(), Refusal::Damaged),
        (jpeg_file(b"x")[..20].to_vec(), Refusal::Damaged),
        (png_file(b"x")[..40].to_vec(), Refusal::Damaged),
        (heic_file()[..30].to_vec(), Refusal::Damaged),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avifmiaf".to_vec(), Refusal::OtherImage),
    ];
    for (content, refusal) in cases {
        let start = String::from_utf8_lossy(&content[..content.len().min(40)]).into_owned();
        assert_eq!(inspect(&content), Err(refusal), "{start:?}");
    }
}

#[test]
fn office_files_that_run_or_hide_something_are_refused() {
    let cases = [
        (office(MACRO, &[]), Refusal::Macro),
        (office(WORD, &[("word/vbaProject.bin", b"x", 0)]), Refusal::Macro),
        (office(SHEET, &[("xl/macrosheets/sheet1.xml", b"x", 0)]), Refusal::Macro),
        (office(WORD, &[("word/activeX/activeX1.xml", b"x", 0)]), Refusal::Macro),
        (office(WORD, &[("word/secret.xml", b"x", 1)]), Refusal::Encrypted),
        (office(WORD, &[("word/embeddings/tro choi.exe", b"MZ", 0)]), Refusal::Executable),
        (office(WORD, &[("../../etc/passwd", b"x", 0)]), Refusal::Polyglot),
        (office(WORD, &[("word/media/image1.bin", &vec![0; 40 << 20], 0)]), Refusal::Bomb),
        (office(b"<Types/>", &[]), Refusal::Unknown),
        (with(office(WORD, &[]), b"<html>"), Refusal::Polyglot),
    ];
    for (content, refusal) in cases {
        assert_eq!(inspect(&content), Err(refusal));
    }
}

#[test]
fn two_files_in_one_are_refused() {
    let hidden = archive(&[("a.class", b"\xca\xfe\xba\xbe", 0)]);
    let cases = [
        with(pdf_file(), b"<script>alert(1)</script>"),
        with(pdf_file(), &with(hidden.clone(), b"\n%%EOF")),
        with(jpeg_file(b""), &hidden),
        with(jpeg_file(b""), b"%PDF-1.7 ..."),
        jpeg_file(b"<?php echo 1; ?>"),
        with(png_file(b"x"), b"<html><script>"),
        png_file(b"Comment\0<script>alert(1)</script>"),
        with(png_file(b"x"), b"\x7fELF\x02\x01\x01"),
        with(heic_file(), b"\0\0\0\x20free<script>alert(1)</scrip"),
    ];
    for content in &cases {
        let found = inspect(content);
        assert!(matches!(found, Err(Refusal::Polyglot | Refusal::Damaged)), "{found:?}");
    }
}

#[test]
fn a_dossier_holds_a_hundred_megabytes() {
    assert_eq!(fits_dossier(MAX_DOSSIER - 5, 5), Ok(()));
    assert_eq!(fits_dossier(MAX_DOSSIER - 5, 6), Err(Refusal::DossierFull));
    assert_eq!(fits_dossier(u64::MAX, 1), Err(Refusal::DossierFull));
}

#[test]
fn every_refusal_says_what_to_do_in_both_languages() {
    for refusal in Refusal::ALL {
        let (vi, en) = (refusal.message(Lang::Vi), refusal.message(Lang::En));
        assert!(vi.ends_with('.') && en.ends_with('.') && vi != en, "{refusal:?}");
        assert!(!vi.is_ascii(), "{vi}");
    }
    let codes: std::collections::HashSet<_> = Refusal::ALL.map(Refusal::code).into();
    assert_eq!(codes.len(), Refusal::ALL.len());
}

proptest! {
    /// Whatever is uploaded gets an answer.
    #[test]
    fn no_bytes_break_it(start in 0usize..7, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let magic: [&[u8]; 7] = [b"", b"%PDF-1.7", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypheic", b"PK\x03\x04", b"PK\x05\x06"];
        let _ = inspect(&with(magic[start].to_vec(), &bytes));
    }

    /// Nor does any damage to a real file.
    #[test]
    fn no_damage_breaks_it(which in 0usize..5, at in 0usize..400, byte in any::<u8>(), cut in 0usize..400) {
        let files = [pdf_file(), jpeg_file(b"x"), png_file(b"x"), heic_file(), office(WORD, &[])];
        let mut file = files[which].clone();
        let len = file.len();
        file[at % len] = byte;
        file.truncate(len - cut % len);
        let _ = inspect(&file);
    }
}

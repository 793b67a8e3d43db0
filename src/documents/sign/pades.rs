//! The PDF side of a signature: an appended revision with a signature field and a hole for the CMS structure.

use der::Encode;
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, StringFormat, dictionary};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;

use super::cms::{self, SignedAttributes};
use super::{Algorithm, SignError, SignatureFacts};
use crate::kernel::{Timestamp, clock};

/// Fills the hole until the signature is there; also how the hole is found again.
const FILLER: u8 = 0xEE;
/// Room for what stands in the CMS structure beside the certificates: signature, attributes, names.
const ROOM: usize = 4096;
/// Stands for each number of the byte range until it is known: as wide as any file's offset.
const UNKNOWN: i64 = 9_999_999_999;

/// A file with an empty signature, waiting for it.
#[derive(Clone)]
pub struct Prepared {
    pdf: Vec<u8>,
    /// Offset of `<` and of the byte after `>` of the hole.
    hole: (usize, usize),
    attributes: std::sync::Arc<SignedAttributes>,
    chain: Vec<Certificate>,
    algorithm: Algorithm,
}

/// Appends an empty signature to `pdf` and computes what has to be signed.
pub fn prepare(
    pdf: &[u8],
    chain: &[Certificate],
    algorithm: Algorithm,
    facts: &SignatureFacts,
) -> Result<Prepared, SignError> {
    let signer = chain.first().ok_or(SignError::NoCertificate)?;
    let mut room = ROOM;
    for certificate in chain {
        room += usize::try_from(certificate.encoded_len()?).unwrap_or(ROOM);
    }
    let mut out = append_field(pdf, room, facts)?;
    let hole = find_hole(&out, pdf.len(), room)?;
    write_byte_range(&mut out, pdf.len(), hole)?;
    let mut hash = Sha256::new();
    hash.update(slice(&out, 0, hole.0)?);
    hash.update(slice(&out, hole.1, out.len())?);
    let attributes = SignedAttributes::new(hash.finalize().as_slice(), signer)?;
    Ok(Prepared { pdf: out, hole, attributes: attributes.into(), chain: chain.to_vec(), algorithm })
}

impl Prepared {
    /// The message to sign.
    pub fn to_sign(&self) -> &[u8] {
        &self.attributes.der
    }

    /// Puts the signature in. It is checked against the certificate first, so that no broken file ever leaves.
    pub fn finish(mut self, signature: &[u8]) -> Result<Vec<u8>, SignError> {
        let signer = self.chain.first().ok_or(SignError::NoCertificate)?;
        cms::verify(signer, self.algorithm, &self.attributes.der, signature)?;
        let structure = cms::signed_data(&self.attributes, &self.chain, self.algorithm, signature)?;
        let hex = data_encoding::HEXUPPER.encode(&structure);
        let (from, to) = (self.hole.0 + 1, self.hole.1 - 1);
        let hole = self.pdf.get_mut(from..to).ok_or_else(|| broken("the hole is gone"))?;
        if hex.len() > hole.len() {
            return Err(broken("the signature is larger than its hole"));
        }
        hole.fill(b'0');
        hole.iter_mut().zip(hex.bytes()).for_each(|(place, digit)| *place = digit);
        Ok(self.pdf)
    }
}

/// The file with a revision appended that holds a signature field whose value is still a hole.
fn append_field(pdf: &[u8], room: usize, facts: &SignatureFacts) -> Result<Vec<u8>, SignError> {
    let before = Document::load_mem(pdf)?;
    let root = before.trailer.get(b"Root")?.as_reference()?;
    let page = before.page_iter().next().ok_or_else(|| broken("it has no page"))?;
    let mut file = IncrementalDocument::create_from(pdf.to_vec(), before);
    let value = file.new_document.add_object(dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "ByteRange" => vec![0.into(), Object::Integer(UNKNOWN), Object::Integer(UNKNOWN), Object::Integer(UNKNOWN)],
        "Contents" => Object::String(vec![FILLER; room], StringFormat::Hexadecimal),
        "M" => Object::string_literal(pdf_date(facts.at)),
        "Name" => text(&facts.name),
        "Reason" => text(&facts.reason),
        "Location" => text(&facts.location),
    });
    let number = count_fields(file.get_prev_documents(), root) + 1;
    let field = file.new_document.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => text(&format!("ChuKySo{number}")),
        "V" => value,
        "P" => page,
        // Printed and locked; no area of its own, so the page looks as it was set.
        "F" => 132,
        "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()],
    });
    add_to_page(&mut file, page, field)?;
    add_to_form(&mut file, root, field)?;
    let mut out = Vec::with_capacity(pdf.len() + 2 * room + 4096);
    file.save_to(&mut out).map_err(lopdf::Error::from)?;
    Ok(out)
}

/// Lists the field among the page's annotations.
fn add_to_page(file: &mut IncrementalDocument, page: ObjectId, field: ObjectId) -> Result<(), SignError> {
    let before = file.get_prev_documents();
    let mut changed = before.get_dictionary(page)?.clone();
    let mut annotations = array(before, changed.get(b"Annots").ok());
    annotations.push(field.into());
    changed.set("Annots", annotations);
    file.new_document.objects.insert(page, changed.into());
    Ok(())
}

/// Lists the field in the form of the document, made when there is none.
fn add_to_form(file: &mut IncrementalDocument, root: ObjectId, field: ObjectId) -> Result<(), SignError> {
    let before = file.get_prev_documents();
    let catalogue = before.get_dictionary(root)?.clone();
    let found = catalogue.get(b"AcroForm").ok();
    let mut form = match found {
        Some(Object::Reference(id)) => before.get_dictionary(*id)?.clone(),
        Some(Object::Dictionary(form)) => form.clone(),
        _ => Dictionary::new(),
    };
    let mut fields = array(before, form.get(b"Fields").ok());
    fields.push(field.into());
    form.set("Fields", fields);
    // Signatures exist; the file may only be appended to.
    form.set("SigFlags", 3);
    match found {
        Some(Object::Reference(id)) => {
            let id = *id;
            file.new_document.objects.insert(id, form.into());
        }
        _ => {
            let id = file.new_document.add_object(form);
            let mut catalogue = catalogue.clone();
            catalogue.set("AcroForm", id);
            file.new_document.objects.insert(root, catalogue.into());
        }
    }
    Ok(())
}

/// How many fields the form of the document has.
fn count_fields(document: &Document, root: ObjectId) -> usize {
    let form = document.get_dictionary(root).and_then(|catalogue| catalogue.get_deref(b"AcroForm", document));
    let fields = form.and_then(|form| form.as_dict()).and_then(|form| form.get(b"Fields"));
    array(document, fields.ok()).len()
}

/// The items of an array that stands in place or is referred to.
fn array(document: &Document, object: Option<&Object>) -> Vec<Object> {
    match object {
        Some(Object::Array(items)) => items.clone(),
        Some(Object::Reference(id)) => document.get_object(*id).and_then(Object::as_array).cloned().unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Where the hole is in the appended part.
fn find_hole(out: &[u8], from: usize, room: usize) -> Result<(usize, usize), SignError> {
    let start = find(out, b"<EEEEEEEE", from)
        .or_else(|| find(out, b"<eeeeeeee", from))
        .ok_or_else(|| broken("the hole was not written"))?;
    let end = start + 2 * room + 2;
    if out.get(end - 1) == Some(&b'>') { Ok((start, end)) } else { Err(broken("the hole has another size")) }
}

/// Writes which bytes are signed: all but the hole.
fn write_byte_range(out: &mut [u8], from: usize, hole: (usize, usize)) -> Result<(), SignError> {
    const KEY: &[u8] = b"/ByteRange";
    let gone = || broken("the byte range was not written");
    let start = find(out, KEY, from).ok_or_else(gone)? + KEY.len();
    let end = find(out, b"]", start).ok_or_else(gone)?;
    let range = format!("[0 {} {} {}", hole.0, hole.1, out.len() - hole.1);
    let place = out.get_mut(start..end).ok_or_else(gone)?;
    if range.len() > place.len() {
        return Err(broken("the file is too large to sign"));
    }
    place.fill(b' ');
    place.iter_mut().zip(range.bytes()).for_each(|(place, byte)| *place = byte);
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(wanted.len()).position(|window| window == wanted).map(|at| at + from)
}

fn slice(bytes: &[u8], from: usize, to: usize) -> Result<&[u8], SignError> {
    bytes.get(from..to).ok_or_else(|| broken("the hole lies outside the file"))
}

fn broken(what: &str) -> SignError {
    SignError::Pdf(what.to_owned())
}

/// A text in UTF-16: the only form that every reader shows right for Vietnamese.
fn text(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// An instant as PDF writes it, in Vietnam's time.
fn pdf_date(at: Timestamp) -> String {
    clock::local(at).strftime("D:%Y%m%d%H%M%S+07'00'").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_vietnams_time() {
        let at: Timestamp = "2026-11-21T05:00:00Z".parse().unwrap();
        assert_eq!(pdf_date(at), "D:20261121120000+07'00'");
    }

    #[test]
    fn the_byte_range_says_all_but_the_hole() {
        let mut out = b"old /Contents<EEEE> /ByteRange[0 9999999999 9999999999 9999999999]/M(x)".to_vec();
        let len = out.len();
        write_byte_range(&mut out, 4, (13, 19)).unwrap();
        assert_eq!(out.len(), len);
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(&format!("/ByteRange[0 13 19 {} ", len - 19)), "{text}");
    }
}

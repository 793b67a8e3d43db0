use der::Encode;
use lopdf::dictionary;

use super::*;

const PASSWORD: &str = "Mật khẩu thử 1!";

fn now() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn facts(name: &str) -> SignatureFacts {
    SignatureFacts { name: name.into(), reason: "Ký ban hành".into(), location: "Huế".into(), at: now() }
}

fn signer(agency: &str, algorithm: Algorithm) -> Pkcs12Signer {
    let key = DemoCa::new(now()).unwrap().issue(agency, "H57.01.02", PASSWORD, algorithm).unwrap();
    Pkcs12Signer::open(&key.pkcs12, PASSWORD).unwrap()
}

/// A small PDF of one page.
fn plain_pdf() -> Vec<u8> {
    let mut document = lopdf::Document::with_version("1.7");
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 200.into(), 200.into()],
    });
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", root);
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

/// The files that results are: a plain one and, where papers can be set, a real one.
fn files() -> Vec<Vec<u8>> {
    let mut files = vec![plain_pdf()];
    #[cfg(feature = "pdf")]
    files.push(real_paper());
    files
}

#[cfg(feature = "pdf")]
fn real_paper() -> Vec<u8> {
    use crate::documents::pdf::{Marks, Renderer};
    let paper = crate::documents::papers::Letter {
        head: crate::documents::papers::Letterhead {
            parent: None,
            agency: "Ủy ban nhân dân phường Thuận Hóa".into(),
            number: Some("1/QĐ-UBND".into()),
            place: "Huế".into(),
            day: jiff::civil::date(2026, 11, 21),
        },
        title: "Quyết định".into(),
        subject: None,
        to: None,
        grounds: vec![],
        paragraphs: vec!["Điều 1.".into()],
        facts: vec![],
        closing: None,
        recipients: vec![],
        signer: crate::documents::papers::Signatory {
            authority: None, title: "Chủ tịch".into(), name: "An".into()
        },
    };
    let marks = Marks { url: "https://x.invalid/xac-thuc/T".into(), demo: true, day: jiff::civil::date(2026, 11, 21) };
    Renderer::new(1).render(&paper.into(), &marks).unwrap()
}

/// The four numbers of each byte range, in file order.
fn byte_ranges(pdf: &[u8]) -> Vec<[usize; 4]> {
    let text = String::from_utf8_lossy(pdf);
    let text: String = text.chars().map(|c| if c == '\u{fffd}' { '?' } else { c }).collect();
    text.split("/ByteRange")
        .skip(1)
        .map(|rest| {
            let inner = rest.split('[').nth(1).unwrap().split(']').next().unwrap();
            let numbers: Vec<usize> = inner.split_whitespace().map(|number| number.parse().unwrap()).collect();
            numbers.try_into().unwrap()
        })
        .collect()
}

#[test]
fn each_signature_covers_the_whole_file_and_leaves_earlier_ones_alone() {
    for (file, algorithm) in files().iter().zip([Algorithm::EcdsaP256Sha256, Algorithm::RsaSha256]) {
        let one = sign_pdf(file, &signer("Cơ quan A", algorithm), &facts("Lê Thị Hồng Minh")).unwrap();
        assert!(one.pdf.starts_with(file), "the original bytes stay");
        assert!(one.certificate.contains("Cơ quan A"), "{}", one.certificate);
        let two = sign_pdf(&one.pdf, &signer("Cơ quan B", Algorithm::RsaSha256), &facts("Văn thư")).unwrap();
        assert!(two.pdf.starts_with(&one.pdf));
        let ranges = byte_ranges(&two.pdf);
        assert_eq!(ranges.len(), 2);
        assert_eq!(ranges[0][2] + ranges[0][3], one.pdf.len());
        assert_eq!(ranges[1][2] + ranges[1][3], two.pdf.len());
        for range in ranges {
            assert_eq!((range[0], two.pdf[range[1]], two.pdf[range[2] - 1]), (0, b'<', b'>'));
        }
    }
}

#[test]
fn a_signature_of_another_key_is_not_put_in() {
    let (a, b) = (signer("A", Algorithm::RsaSha256), signer("B", Algorithm::RsaSha256));
    let prepared = prepare(&plain_pdf(), a.chain(), a.algorithm(), &facts("A")).unwrap();
    let signature = b.sign(prepared.to_sign()).unwrap();
    assert!(matches!(prepared.clone().finish(&signature), Err(SignError::WrongSignature)));
    let mut signature = a.sign(prepared.to_sign()).unwrap();
    signature[7] ^= 1;
    assert!(matches!(prepared.finish(&signature), Err(SignError::WrongSignature)));
}

#[test]
fn a_key_opens_with_its_password_only() {
    let made = make_demo_key("UBND phường Thuận Hóa", "H57.01.02", PASSWORD, now()).unwrap();
    assert!(made.subject.contains("UBND phường Thuận Hóa"), "{}", made.subject);
    assert!(made.valid_from < now() && now() < made.valid_to);
    assert!(matches!(Pkcs12Signer::open(&made.pkcs12, "sai"), Err(SignError::Pkcs12(_))));
    assert!(matches!(Pkcs12Signer::open(b"rubbish", PASSWORD), Err(SignError::Pkcs12(_))));
    let signer = Pkcs12Signer::open(&made.pkcs12, PASSWORD).unwrap();
    assert_eq!(signer.chain().len(), 2, "the authority's certificate comes along");
    assert_eq!(signer.algorithm(), Algorithm::RsaSha256);
    let issuer = signer.chain()[1].tbs_certificate.subject.to_string();
    assert!(issuer.contains(DEMO_CA), "{issuer}");
    assert!(signer.chain()[0].to_der().unwrap().len() < 2000);
}

#[test]
fn what_is_no_pdf_is_refused() {
    let signer = signer("A", Algorithm::EcdsaP256Sha256);
    for bad in [&b""[..], b"%PDF-1.7", b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n%%EOF", b"no pdf at all"] {
        assert!(matches!(sign_pdf(bad, &signer, &facts("A")), Err(SignError::Pdf(_))));
    }
}

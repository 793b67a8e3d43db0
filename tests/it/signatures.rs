//! Signed files before a reader of other people's making: poppler's `pdfsig`.

use std::{path::Path, process::Command};

use motcua::documents::sign::{Algorithm, DEMO_CA, DemoCa, Pkcs12Signer, SignatureFacts, sign_pdf};
use motcua::kernel::Timestamp;

use crate::support::need;

fn now() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn signer(agency: &str, algorithm: Algorithm) -> Pkcs12Signer {
    let key = DemoCa::new(now()).unwrap().issue(agency, "H57.01.02", "mật khẩu", algorithm).unwrap();
    Pkcs12Signer::open(&key.pkcs12, "mật khẩu").unwrap()
}

fn facts(name: &str) -> SignatureFacts {
    SignatureFacts { name: name.into(), reason: "Ký ban hành".into(), location: "Huế".into(), at: now() }
}

/// A result as the product makes it; without the feature `pdf` there is nothing to sign.
fn result() -> Option<Vec<u8>> {
    use motcua::documents::papers::Paper;
    use motcua::documents::pdf::{Marks, PdfError, Renderer};
    let data = serde_json::json!({
        "head": {"parent": null, "agency": "Ủy ban nhân dân phường Thuận Hóa", "number": "1/QĐ-UBND", "place": "Huế", "day": "2026-11-21"},
        "title": "Quyết định", "subject": null, "to": null, "grounds": [], "paragraphs": ["Điều 1. Y Ƀlŏ Niê."], "facts": [],
        "closing": null, "recipients": [], "signer": {"authority": null, "title": "Chủ tịch", "name": "Lê Thị Hồng Minh"},
    });
    let paper = Paper::from_data("van-ban-ket-qua", data).unwrap();
    let marks = Marks {
        url: "https://dichvucong.invalid/xac-thuc/7K3Q".into(),
        demo: true,
        day: jiff::civil::date(2026, 11, 21),
    };
    match Renderer::new(1).render(&paper, &marks) {
        Err(PdfError::NotBuilt) => None,
        pdf => Some(pdf.unwrap()),
    }
}

/// What pdfsig says of a file.
pub fn says(pdfsig: &Path, pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signed.pdf");
    std::fs::write(&file, pdf).unwrap();
    // Without certificates of its own to trust: it judges the signature, not the issuer.
    let said = Command::new(pdfsig).arg("-nocert").arg(&file).output().unwrap();
    String::from_utf8_lossy(&said.stdout).into_owned()
}

#[test]
fn another_reader_finds_one_and_two_signatures_valid() {
    let Some(pdfsig) = need::pdfsig() else { return };
    let Some(pdf) = result() else { return };
    for algorithm in [Algorithm::RsaSha256, Algorithm::EcdsaP256Sha256] {
        let one = sign_pdf(&pdf, &signer("UBND phường Thuận Hóa", algorithm), &facts("Lê Thị Hồng Minh")).unwrap();
        let said = says(&pdfsig, &one.pdf);
        assert_eq!(said.matches("Signature is Valid.").count(), 1, "{algorithm:?}: {said}");
        assert!(said.contains("Total document signed"), "{said}");
        assert!(said.contains("ETSI.CAdES.detached") && said.contains("UBND phường Thuận Hóa"), "{said}");

        let two = sign_pdf(&one.pdf, &signer("Văn thư", Algorithm::RsaSha256), &facts("Văn thư")).unwrap();
        let said = says(&pdfsig, &two.pdf);
        assert_eq!(said.matches("Signature is Valid.").count(), 2, "{algorithm:?}: {said}");
        assert!(!DEMO_CA.is_empty() && !said.contains("Digest Mismatch"), "{said}");
    }
}

#[test]
fn another_reader_sees_one_changed_byte() {
    let Some(pdfsig) = need::pdfsig() else { return };
    let Some(pdf) = result() else { return };
    let mut signed = sign_pdf(&pdf, &signer("A", Algorithm::RsaSha256), &facts("A")).unwrap().pdf;
    // The year of the file's own date.
    let at = signed.windows(8).position(|bytes| bytes == b"D:202611").expect("the date in the file") + 5;
    signed[at] = b'7';
    let said = says(&pdfsig, &signed);
    assert!(!said.contains("Signature is Valid."), "{said}");
}

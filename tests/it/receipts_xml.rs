//! Receipts in XML before a reader of other people's making: `xmlsec1`, which brings its own canonicaliser and trusts
//! only the authority that it is told.

use std::path::Path;
use std::process::Command;

use data_encoding::BASE64_MIME;
use motcua::documents::sign::{Algorithm, DemoCa, Pkcs12Signer, Signer, xml};
use motcua::documents::{self, agency_keys};
use motcua::payments::receipt_xml::{NAMESPACE, SIGNED_ID, document};
use x509_cert::Certificate;
use x509_cert::der::Encode as _;

use crate::support::app::NOW;
use crate::support::demo::COMMITTEE;
use crate::support::need;
use crate::support::shop::Shop;

/// A certificate as text.
fn pem(certificate: &Certificate) -> String {
    let body = BASE64_MIME.encode(&certificate.to_der().unwrap());
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", body.trim().replace("\r\n", "\n"))
}

/// Whether xmlsec1 finds the file signed by somebody whom this authority vouches for, and what it says.
fn is_valid(xmlsec: &Path, xml: &str, authority: &Certificate) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let (file, trusted) = (folder.path().join("receipt.xml"), folder.path().join("authority.pem"));
    std::fs::write(&file, xml).unwrap();
    std::fs::write(&trusted, pem(authority)).unwrap();
    let mut command = Command::new(xmlsec);
    command.arg("--verify").arg("--id-attr:Id").arg(format!("{NAMESPACE}:DLBLai"));
    // The portal's clock in tests, not the machine's.
    command.args(["--verification-time", "2026-11-18 12:00:00", "--enabled-key-data", "x509"]);
    let said = command.arg("--trusted-pem").arg(&trusted).arg(&file).output().unwrap();
    let words = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    (said.status.success() && words.contains("OK"), words)
}

fn refused(xmlsec: &Path, xml: &str, authority: &Certificate, why: &str) {
    let (valid, words) = is_valid(xmlsec, xml, authority);
    assert!(!valid, "{why} and still valid: {words}");
}

/// The same with a letter or digit of an element's text changed for another.
fn changed(xml: &str, element: &str) -> String {
    let at = xml.find(&format!("<{element}>")).unwrap() + element.len() + 2;
    let was = xml.as_bytes()[at];
    let now = if was == b'1' { '2' } else { '1' };
    format!("{}{now}{}", &xml[..at], &xml[at + xml[at..].chars().next().unwrap().len_utf8()..])
}

#[tokio::test]
async fn another_reader_finds_a_receipt_valid_and_sees_what_was_changed() {
    let Some(xmlsec) = need::xmlsec1() else { return };
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    let shown = an.get(&format!("/dossiers/{name}")).await.json();
    let url = shown["receipts"][0]["xml_url"].as_str().unwrap().to_owned();
    let request = shop.t.visitor().request("GET", &url).bearer_auth(&an.token);
    let xml = shop.t.visitor().send(request).await.body;
    assert!(xml.contains(&format!("<TgTien>{}</TgTien>", order.amount.0)), "{xml}");

    let app = &shop.t.app;
    let payment = shop.payments(&name).await.remove(0);
    let key = app.db.read(move |c| documents::agency_key(c, payment.agency_id)).await.unwrap().unwrap();
    let signer = agency_keys::open(&app.keys, &key).unwrap();
    let authority = signer.chain().last().unwrap();
    let (valid, words) = is_valid(&xmlsec, &xml, authority);
    assert!(valid, "{words}");

    for element in ["TgTien", "SBLai", "KHBLai", "STien", "TenNNop", "NLap", "MaTToan", "DigestValue", "SignatureValue"]
    {
        refused(&xmlsec, &changed(&xml, element), authority, &format!("{element} was changed"));
    }
    refused(&xmlsec, &xml.replace("</DLBLai>", "<KThu></KThu></DLBLai>"), authority, "something was added");
    let stranger = stranger();
    refused(&xmlsec, &xml, stranger.chain().last().unwrap(), "another authority vouches for nobody here");
    // Changed, and signed anew by somebody else under the agency's name.
    let data = element(&xml, "DLBLai").replace(&format!("<TgTien>{}", order.amount.0), "<TgTien>1");
    let forged = document(&data, &xml::signature(&data, SIGNED_ID, &stranger).unwrap());
    assert!(is_valid(&xmlsec, &forged, stranger.chain().last().unwrap()).0, "well signed, by nobody we trust");
    refused(&xmlsec, &forged, authority, "signed by a stranger");
}

/// Somebody with the agency's name, and an authority of his own.
fn stranger() -> Pkcs12Signer {
    signer(Algorithm::RsaSha256)
}

fn signer(algorithm: Algorithm) -> Pkcs12Signer {
    let ca = DemoCa::new(NOW.parse().unwrap()).unwrap();
    let made = ca.issue("UBND phường Thuận Hóa", COMMITTEE, "mật khẩu", algorithm).unwrap();
    Pkcs12Signer::open(&made.pkcs12, "mật khẩu").unwrap()
}

fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}>");
    &xml[xml.find(&format!("<{name}")).unwrap()..xml.find(&end).unwrap() + end.len()]
}

#[test]
fn another_reader_takes_both_kinds_of_keys() {
    let Some(xmlsec) = need::xmlsec1() else { return };
    let data = format!(
        "<DLBLai xmlns=\"{NAMESPACE}\" Id=\"{SIGNED_ID}\"><TenNNop>Y Ƀlŏ &lt;Niê&gt; &amp; con</TenNNop>\
         <TgTien>8000</TgTien></DLBLai>"
    );
    for algorithm in [Algorithm::RsaSha256, Algorithm::EcdsaP256Sha256] {
        let signer = signer(algorithm);
        let authority = signer.chain().last().unwrap();
        // The numbers of an ECDSA signature have no fixed length of their own.
        for _ in 0..20 {
            let xml = document(&data, &xml::signature(&data, SIGNED_ID, &signer).unwrap());
            let (valid, words) = is_valid(&xmlsec, &xml, authority);
            assert!(valid, "{algorithm:?}: {words}");
            refused(&xmlsec, &changed(&xml, "TgTien"), authority, "TgTien was changed");
        }
    }
}

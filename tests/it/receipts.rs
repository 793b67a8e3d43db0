//! Biên lai: one for each payment that settles a fee, numbered without gap or repeat, signed as PDF and XML.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use data_encoding::BASE64;
use motcua::kernel::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use x509_cert::der::Decode as _;

use crate::support::api::Person;
use crate::support::demo::{AN, BINH, PASSWORD};
use crate::support::need;
use crate::support::shop::{COPIES, Shop};

async fn receipts(who: &Person, name: &str) -> Vec<Value> {
    let dossier = who.get(&format!("/dossiers/{name}")).await.json();
    dossier["receipts"].as_array().unwrap().clone()
}

/// Series and number.
fn number(receipt: &Value) -> (String, i64) {
    (receipt["series"].as_str().unwrap().to_owned(), receipt["number"].as_i64().unwrap())
}

#[tokio::test]
async fn money_by_any_way_has_the_next_number_and_what_fails_takes_none() {
    let shop = Shop::open();
    let clerk = Person::officer(&shop.t, "clerk").await;
    let (an, first) = shop.filed().await;
    let (order, _) = shop.begun(&an, &first).await;
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "02");
    let second = an.files_for(&shop.t, COPIES).await;
    clerk.does(&second, "record_payment", json!({"method": "cash"})).await;
    let again = clerk.act(&second, "record_payment", json!({"method": "cash"})).await;
    assert_eq!(again.status, 409, "{}", again.body);
    let third = an.files_for(&shop.t, COPIES).await;
    clerk.does(&third, "record_payment", json!({"method": "pos"})).await;
    let mut numbers = Vec::new();
    for name in [&first, &second, &third] {
        let mine = receipts(&an, name).await;
        assert_eq!(mine.len(), 1, "{mine:?}");
        assert_eq!((mine[0]["template"].as_str(), &mine[0]["total_vnd"]), (Some("EBL01"), &json!(order.amount.0)));
        numbers.push(number(&mine[0]));
    }
    let (series, begun) = numbers[0].clone();
    assert_eq!(series, "26TAA");
    let wanted: Vec<_> = (begun..begun + 3).map(|n| (series.clone(), n)).collect();
    assert_eq!(numbers, wanted, "no gap");
}

#[tokio::test]
async fn a_new_year_begins_a_new_series_at_one() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let late: Timestamp = "2026-12-31T23:59:50+07:00".parse().unwrap();
    shop.t.app.clock.set(late);
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    shop.t.app.clock.set(late.plus_seconds(20));
    let clerk = Person::officer(&shop.t, "clerk").await;
    let an = Person::citizen(&shop.t, AN).await;
    let next = an.files_for(&shop.t, COPIES).await;
    clerk.does(&next, "record_payment", json!({"method": "cash"})).await;
    assert_eq!(number(&receipts(&an, &name).await[0]).0, "26TAA");
    assert_eq!(number(&receipts(&an, &next).await[0]), ("27TAA".to_owned(), 1));
}

/// Every notice many times at once, cash in between: each payment once, the numbers without gap or repeat.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_flood_of_notices_credits_each_payment_once() {
    const DOSSIERS: usize = 8;
    const TIMES: usize = 40;
    let shop = std::sync::Arc::new(Shop::open());
    let an = Person::citizen(&shop.t, AN).await;
    let (mut names, mut queries) = (Vec::new(), Vec::new());
    for i in 0..DOSSIERS {
        let name = an.files_for(&shop.t, COPIES).await;
        let (order, _) = shop.begun(&an, &name).await;
        queries.push(shop.notice(&order, &[("vnp_TransactionNo", &format!("1500{i}"))]));
        names.push(name);
    }
    let mut told = Vec::new();
    for _ in 0..4 {
        for (i, query) in queries.iter().cloned().enumerate() {
            let shop = std::sync::Arc::clone(&shop);
            told.push(tokio::spawn(async move {
                let mut codes = Vec::new();
                for _ in 0..TIMES / 4 {
                    codes.push((i, shop.ipn(&query).await));
                }
                codes
            }));
        }
    }
    let mut codes: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for one in told {
        for code in one.await.unwrap() {
            *codes.entry(code).or_default() += 1;
        }
    }
    for i in 0..DOSSIERS {
        assert_eq!(codes.get(&(i, "00".to_owned())), Some(&1), "credited once: {codes:?}");
        assert_eq!(codes.get(&(i, "02".to_owned())), Some(&(TIMES - 1)), "known before: {codes:?}");
    }
    let mut numbers = Vec::new();
    for name in &names {
        let mine = receipts(&an, name).await;
        assert_eq!(mine.len(), 1);
        numbers.push(number(&mine[0]).1);
    }
    numbers.sort_unstable();
    let wanted: Vec<i64> = (numbers[0]..).take(DOSSIERS).collect();
    assert_eq!(numbers, wanted, "no gap, no repeat");
}

#[tokio::test]
async fn a_receipt_comes_signed_to_whom_it_belongs() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    assert_eq!(shop.ipn(&shop.notice(&order, &[])).await, "00");
    let receipt = receipts(&an, &name).await.remove(0);
    let (url, xml_url) = (receipt["url"].as_str().unwrap(), receipt["xml_url"].as_str().unwrap());
    let get = async |url: &str, token: &str| {
        let visitor = shop.t.visitor();
        let answer = visitor.request("GET", url).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    };
    if let Some(pdfsig) = need::pdfsig() {
        let (status, pdf) = get(url, &an.token).await;
        assert_eq!(status, 200);
        let said = crate::signatures::says(&pdfsig, &pdf);
        assert_eq!(said.matches("Signature is Valid.").count(), 1, "{said}");
        assert_eq!(get(url, &an.token).await.1, pdf, "made once");
    }
    let (status, xml) = get(xml_url, &an.token).await;
    assert_eq!(status, 200);
    let xml = String::from_utf8(xml).unwrap();
    is_signed(&xml);
    assert!(xml.contains(&format!("<TgTien>{}</TgTien>", order.amount.0)), "{xml}");
    assert!(xml.contains(&format!("<MaTToan>{}</MaTToan>", order.reference)), "{xml}");
    assert_eq!(get(xml_url, &an.token).await.1, xml.as_bytes(), "made once");

    let binh = Person::citizen(&shop.t, BINH).await;
    assert_eq!(get(url, &binh.token).await.0, 404, "even that it exists is private");
    assert_eq!(get(&url.replace(".pdf", ".exe"), &an.token).await.0, 404);
    assert_eq!(get(&url.replace("26TAA", "26TAB"), &an.token).await.0, 404);
    let clerk = Person::officer(&shop.t, "clerk").await;
    let shown = clerk.get(&format!("/office/dossiers/{name}")).await.json();
    assert_eq!(get(shown["receipts"][0]["xml_url"].as_str().unwrap(), &clerk.token).await.0, 200);
    let browser = shop.t.signed_in(AN, PASSWORD).await;
    let page = browser.get(&format!("/ho-so/{name}")).await.body;
    assert!(page.contains(&format!("/ho-so/{name}/bien-lai/")), "{page}");
}

/// The text of an element, tags and all.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let start = xml.find(&format!("<{name}")).unwrap();
    let end = xml.find(&format!("</{name}>")).unwrap() + name.len() + 3;
    &xml[start..end]
}

fn inside<'a>(xml: &'a str, name: &str) -> &'a str {
    let whole = element(xml, name);
    &whole[whole.find('>').unwrap() + 1..whole.rfind('<').unwrap()]
}

/// As whoever is sent the file checks it: the digest over the data, the signature over the digest, by the certificate.
fn is_signed(xml: &str) {
    let digest = BASE64.encode(&Sha256::digest(element(xml, "DLBLai").as_bytes()));
    assert_eq!(inside(xml, "DigestValue"), digest);
    // Canonical: alone, the element shows the namespace that it has from its parent.
    let namespace = "<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\">";
    let signed = element(xml, "SignedInfo").replacen("<SignedInfo>", namespace, 1);
    let certificate = BASE64.decode(inside(xml, "X509Certificate").as_bytes()).unwrap();
    let certificate = x509_cert::Certificate::from_der(&certificate).unwrap();
    let key = certificate.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes();
    let algorithm: &dyn VerificationAlgorithm =
        if xml.contains("ecdsa-sha256") { &ECDSA_P256_SHA256_FIXED } else { &RSA_PKCS1_2048_8192_SHA256 };
    let signature = BASE64.decode(inside(xml, "SignatureValue").as_bytes()).unwrap();
    UnparsedPublicKey::new(algorithm, key).verify(signed.as_bytes(), &signature).unwrap();
}

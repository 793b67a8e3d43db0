//! Keys for the demonstration: certificates of a made-up authority, without legal value.

use p12_keystore::{Certificate as StoredCertificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize, SerialNumber,
};

use super::{Algorithm, SignError};
use crate::kernel::{Timestamp, clock};

/// Name of the made-up authority, on every certificate it issues.
pub const DEMO_CA: &str = "CA minh họa – không có giá trị pháp lý";

/// id-kp-documentSigning (RFC 9336).
const DOCUMENT_SIGNING: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 3, 36];
/// UID, which Vietnamese certificates use for the holder's code.
const USER_ID: [u64; 7] = [0, 9, 2342, 19_200_300, 100, 1, 1];
/// How long a certificate holds, in years.
const YEARS: i16 = 3;

/// A made-up authority. It lives as long as the keys are being made; its own key is kept nowhere.
pub struct DemoCa {
    issuer: CertifiedIssuer<'static, KeyPair>,
    now: Timestamp,
}

/// A key with its certificate, ready to be stored.
#[derive(Clone)]
pub struct MadeKey {
    /// PKCS#12, encrypted under the password it was made with.
    pub pkcs12: Vec<u8>,
    /// Subject of the certificate.
    pub subject: String,
    pub valid_from: Timestamp,
    pub valid_to: Timestamp,
}

impl DemoCa {
    /// Makes an authority whose certificates hold from the day before `now`.
    pub fn new(now: Timestamp) -> Result<Self, SignError> {
        let mut params = params(DEMO_CA, now);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, make_key(Algorithm::EcdsaP256Sha256)?).map_err(failed)?;
        Ok(Self { issuer, now })
    }

    /// A key for an agency, by name and code, as a PKCS#12 file under `password`.
    pub fn issue(&self, agency: &str, code: &str, password: &str, algorithm: Algorithm) -> Result<MadeKey, SignError> {
        let mut params = params(agency, self.now);
        params.distinguished_name.push(DnType::CustomDnType(USER_ID.to_vec()), code);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(DOCUMENT_SIGNING.to_vec())];
        params.use_authority_key_identifier_extension = true;
        params.serial_number = Some(SerialNumber::from_slice(uuid::Uuid::now_v7().as_bytes()));
        let (valid_from, valid_to) =
            (instant(params.not_before.unix_timestamp()), instant(params.not_after.unix_timestamp()));
        let key = make_key(algorithm)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed)?;
        let subject = <x509_cert::Certificate as der::Decode>::from_der(certificate.der())?.tbs_certificate.subject;
        let chain = [certificate.der().as_ref(), self.issuer.der().as_ref()]
            .map(StoredCertificate::from_der)
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(packing)?;
        let private = PrivateKey::from_der(key.serialized_der()).map_err(packing)?;
        let mut store = KeyStore::new();
        store.add_entry(code, KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(code.to_owned(), private, chain)));
        let pkcs12 = store.writer(password).write().map_err(packing)?;
        Ok(MadeKey { pkcs12, subject: subject.to_string(), valid_from, valid_to })
    }
}

/// One key of an authority of its own: RSA-2048, which every reader of PDF files accepts.
pub fn make_demo_key(agency: &str, code: &str, password: &str, now: Timestamp) -> Result<MadeKey, SignError> {
    DemoCa::new(now)?.issue(agency, code, password, Algorithm::RsaSha256)
}

fn make_key(algorithm: Algorithm) -> Result<KeyPair, SignError> {
    match algorithm {
        Algorithm::RsaSha256 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        Algorithm::EcdsaP256Sha256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
    }
    .map_err(failed)
}

/// What all certificates of the demonstration share.
fn params(name: &str, now: Timestamp) -> CertificateParams {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "VN");
    subject.push(DnType::OrganizationName, name);
    subject.push(DnType::OrganizationalUnitName, "Dữ liệu minh họa – không có giá trị pháp lý");
    subject.push(DnType::CommonName, name);
    let today = clock::local_date(now);
    let yesterday = today.yesterday().unwrap_or(today);
    let end = jiff::civil::date(today.year().saturating_add(YEARS).min(9998), 12, 31);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    // A closure, since the type belongs to a crate that only rcgen names.
    let day = |day: jiff::civil::Date| {
        rcgen::date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
    };
    params.not_before = day(yesterday);
    params.not_after = day(end);
    params
}

fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

fn failed(error: rcgen::Error) -> SignError {
    SignError::Key(error.to_string())
}

fn packing(error: p12_keystore::error::Error) -> SignError {
    SignError::Pkcs12(error.to_string())
}

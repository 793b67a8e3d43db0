//! The CMS structure inside a PAdES signature (RFC 5652, with the attributes of ETSI EN 319 122-1).

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::{rfc5911, rfc5912};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Encode, Sequence, Tag, Tagged};
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use super::{Algorithm, SignError};

/// id-aa-signingCertificateV2 (RFC 5035).
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// ESSCertIDv2 with its default digest, SHA-256.
#[derive(Sequence)]
struct EssCertIdV2 {
    hash: OctetString,
}

/// SigningCertificateV2 (RFC 5035).
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

/// What is signed about a file's bytes, and by whom.
pub struct SignedAttributes {
    attributes: SetOfVec<Attribute>,
    /// The DER that the key signs.
    pub der: Vec<u8>,
}

impl SignedAttributes {
    /// Binds the digest of the file's bytes to the signer's certificate. A PAdES signature carries no signing time
    /// here: the time is in the PDF's signature dictionary.
    pub fn new(digest: &[u8], certificate: &Certificate) -> Result<Self, SignError> {
        let hash = Sha256::digest(certificate.to_der()?);
        let binding = SigningCertificateV2 { certs: vec![EssCertIdV2 { hash: OctetString::new(hash.as_slice())? }] };
        let mut attributes = SetOfVec::new();
        attributes.insert(attribute(rfc5911::ID_CONTENT_TYPE, Any::from(&rfc5911::ID_DATA))?)?;
        attributes.insert(attribute(rfc5911::ID_MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest)?)?)?)?;
        attributes.insert(attribute(SIGNING_CERTIFICATE_V2, Any::encode_from(&binding)?)?)?;
        let der = attributes.to_der()?;
        Ok(Self { attributes, der })
    }
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SignError> {
    let mut values = SetOfVec::new();
    values.insert(value)?;
    Ok(Attribute { oid, values })
}

/// The finished structure, DER-encoded.
pub fn signed_data(
    attributes: &SignedAttributes,
    chain: &[Certificate],
    algorithm: Algorithm,
    signature: &[u8],
) -> Result<Vec<u8>, SignError> {
    let signer = chain.first().ok_or(SignError::NoCertificate)?;
    let sha256 = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: None };
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: signer.tbs_certificate.issuer.clone(),
            serial_number: signer.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: sha256.clone(),
        signed_attrs: Some(attributes.attributes.clone()),
        signature_algorithm: identifier(algorithm),
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    let certificates: Vec<_> = chain.iter().cloned().map(CertificateChoices::Certificate).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet::try_from(certificates)?),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    let content = Any::encode_from(&data)?;
    debug_assert_eq!(content.tag(), Tag::Sequence);
    Ok(ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content }.to_der()?)
}

fn identifier(algorithm: Algorithm) -> AlgorithmIdentifierOwned {
    match algorithm {
        Algorithm::RsaSha256 => {
            AlgorithmIdentifierOwned { oid: rfc5912::SHA_256_WITH_RSA_ENCRYPTION, parameters: Some(Any::null()) }
        }
        Algorithm::EcdsaP256Sha256 => AlgorithmIdentifierOwned { oid: rfc5912::ECDSA_WITH_SHA_256, parameters: None },
    }
}

/// Checks a signature over `tbs` against the key in `certificate`.
pub fn verify(certificate: &Certificate, algorithm: Algorithm, tbs: &[u8], signature: &[u8]) -> Result<(), SignError> {
    let key = &certificate.tbs_certificate.subject_public_key_info.subject_public_key;
    let key = key.as_bytes().ok_or(SignError::WrongSignature)?;
    let checked = match algorithm {
        Algorithm::RsaSha256 => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(tbs, signature),
        Algorithm::EcdsaP256Sha256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(tbs, signature),
    };
    checked.map_err(|_| SignError::WrongSignature)
}

//! Signing XML of our own making: XML Signature (W3C) over one element of a document, with exclusive canonicalisation.
//!
//! The element must be written in canonical form already: then what is hashed is its very text, and no canonicaliser is
//! needed here. Whoever checks the file brings one and comes to the same bytes.

use data_encoding::BASE64;
use der::asn1::UintRef;
use der::{Decode as _, Encode as _, Reader as _};
use sha2::{Digest as _, Sha256};

use super::{Algorithm, SignError, Signer};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const RSA: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const ECDSA: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
/// Bytes of each of the two numbers of a signature on P-256.
const P256_BYTES: usize = 32;

/// The `Signature` element over `element`, which stands in the same document, bears `Id="{id}"` and is written in
/// canonical form.
///
/// # Errors
/// [`SignError`] of the key, or of its certificate.
pub fn signature(element: &str, id: &str, signer: &dyn Signer) -> Result<String, SignError> {
    let certificate = signer.chain().first().ok_or(SignError::NoCertificate)?.to_der()?;
    let (method, digest) = match signer.algorithm() {
        Algorithm::RsaSha256 => (RSA, Sha256::digest(element.as_bytes())),
        Algorithm::EcdsaP256Sha256 => (ECDSA, Sha256::digest(element.as_bytes())),
    };
    let what = format!(
        "<CanonicalizationMethod Algorithm=\"{C14N}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"{method}\"></SignatureMethod>\
         <Reference URI=\"#{id}\"><Transforms><Transform Algorithm=\"{C14N}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"{SHA256}\"></DigestMethod><DigestValue>{}</DigestValue></Reference></SignedInfo>",
        BASE64.encode(&digest)
    );
    // Taken out of its document the element shows the namespace that it inherits there.
    let canonical = format!("<SignedInfo xmlns=\"{DSIG}\">{what}");
    let made = signer.sign(canonical.as_bytes())?;
    let value = match signer.algorithm() {
        Algorithm::RsaSha256 => made,
        Algorithm::EcdsaP256Sha256 => plain(&made)?,
    };
    Ok(format!(
        "<Signature xmlns=\"{DSIG}\"><SignedInfo>{what}<SignatureValue>{}</SignatureValue>\
         <KeyInfo><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></Signature>",
        BASE64.encode(&value),
        BASE64.encode(&certificate)
    ))
}

/// A signature on P-256 as XML wants it: both numbers in full length, one after the other (RFC 4050), not in DER.
fn plain(signature: &[u8]) -> Result<Vec<u8>, SignError> {
    let mut reader = der::SliceReader::new(signature)?;
    let (r, s) = reader.sequence(|seq| Ok((UintRef::decode(seq)?, UintRef::decode(seq)?)))?;
    let mut both = Vec::with_capacity(2 * P256_BYTES);
    for number in [r, s] {
        let bytes = number.as_bytes();
        let missing = P256_BYTES.checked_sub(bytes.len()).ok_or_else(|| SignError::Key("a longer curve".to_owned()))?;
        both.extend(std::iter::repeat_n(0, missing));
        both.extend_from_slice(bytes);
    }
    Ok(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_are_written_in_full_length() {
        // SEQUENCE { INTEGER 1, INTEGER 0x80 }
        let der = [0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x80];
        let both = plain(&der).expect("two numbers");
        assert_eq!(both.len(), 64);
        assert_eq!((both[31], both[63], both[..31].iter().sum::<u8>()), (1, 0x80, 0));
        assert!(plain(&[0x30, 0x01]).is_err());
    }
}
